"""A process that has everything loaded and forks one run of the command line for each line on its standard input.

It answers ``pid N`` when a run has begun and ``end STATUS`` (as ``waitpid`` tells it) when it has ended. So a test can
kill many runs without waiting for Python to start each time. Run it as ``python zygote.py ARGUMENTS`` in the folder.
"""

from __future__ import annotations

import os
import sys

from bridge.cli import run


def main() -> None:
    run(["plan", "-q", *sys.argv[1:]])
    print("ready", flush=True)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            os._exit(run(["sync", "-q", *sys.argv[1:]]))
        print(f"pid {pid}", flush=True)
        print(f"end {os.waitpid(pid, 0)[1]}", flush=True)


main()
