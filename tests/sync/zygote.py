"""A process that has everything loaded and forks runs of the command line, as each line of its input asks.

A line is a JSON object: ``arguments`` of the command, ``folder`` where it runs (where we are, if absent), ``runs`` how
many at once. First it makes a plan, so that all is loaded: ``python zygote.py FOLDER ARGUMENTS``. It answers ``pid N`` for each run that has begun and ``end STATUS`` (as ``waitpid`` tells it) for each that has
ended. So a test can kill many runs without waiting for Python to start each time.
"""

from __future__ import annotations

import json
import os
import sys

import adapters.confluence.cloud
import adapters.confluence.datacenter
import adapters.notion.wiki  # noqa: F401  (loaded once, before the forks)
from bridge.cli import run


def main() -> None:
    os.chdir(sys.argv[1])
    run(["plan", "-q", *sys.argv[2:]])
    print("ready", flush=True)
    for line in sys.stdin:
        wish = json.loads(line)
        pids = [fork(wish) for _ in range(wish.get("runs", 1))]
        for pid in pids:
            print(f"pid {pid}", flush=True)
        for pid in pids:
            print(f"end {os.waitpid(pid, 0)[1]}", flush=True)


def fork(wish: dict[str, object]) -> int:
    pid = os.fork()
    if pid == 0:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, sys.stdout.fileno())
        os.dup2(nowhere, sys.stdin.fileno())  # else what the parent has not read yet is read twice
        os.chdir(str(wish["folder"]))
        os._exit(run([str(one) for one in wish["arguments"]]))  # type: ignore[union-attr,attr-defined]
    return pid


main()
