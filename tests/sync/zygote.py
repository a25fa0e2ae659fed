"""A process that has everything loaded and forks runs of the command line: as many as the number on each line.

It answers ``pid N`` for each run that has begun and ``end STATUS`` (as ``waitpid`` tells it) for each that has ended. So a
test can kill many runs without waiting for Python to start each time. Run it as ``python zygote.py ARGUMENTS`` in the
folder of the configuration.
"""

from __future__ import annotations

import os
import sys

from bridge.cli import run


def main() -> None:
    run(["plan", "-q", *sys.argv[1:]])
    print("ready", flush=True)
    for line in sys.stdin:
        pids = [fork() for _ in range(int(line))]
        for pid in pids:
            print(f"pid {pid}", flush=True)
        for pid in pids:
            print(f"end {os.waitpid(pid, 0)[1]}", flush=True)


def fork() -> int:
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        os._exit(run(["sync", "-q", *sys.argv[1:]]))
    return pid


main()
