"""Runs of the command in processes of their own: forked from one that has it loaded, or started afresh."""

from __future__ import annotations

import atexit
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AT_START = ("PYTHON", "LANG", "LC_", "LD_")
"""How variables begin that count when Python starts, not later."""


def at_start(environment: Mapping[str, str]) -> dict[str, str]:
    """Of an environment, what counts when Python starts and not later."""
    return {name: value for name, value in environment.items() if name.startswith(AT_START)}


STARTED = {**at_start(os.environ), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
"""What of that the loaded processes are started with."""
LONGEST_S = 300.0
"""A hang is a failure with a name, not a stopped build."""
Ended = tuple[int, bytes, bytes]
"""Exit code, standard output, standard error."""


class Loaded:
    """A process of ``loaded.py``; its hashes are seeded as those of any process are, that is anew."""

    def __init__(self) -> None:
        self.socket, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.loaded", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                env={"PATH": os.environ.get("PATH", ""), **STARTED},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.socket.settimeout(LONGEST_S)
        self._answer()
        atexit.register(self.close)

    def run(self, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> Ended:
        """Exit code and what was printed. Raises TimeoutError, and ends it all, after ``LONGEST_S``."""
        wish = {"arguments": arguments, "folder": str(cwd), "environment": dict(environment)}
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            socket.send_fds(self.socket, [json.dumps(wish).encode()], [out.fileno(), err.fileno()])
            try:
                code = os.waitstatus_to_exitcode(self._answer())
            except TimeoutError:
                os.killpg(self.process.pid, signal.SIGKILL)
                raise
            out.seek(0)
            err.seek(0)
            return code, out.read(), err.read()

    def _answer(self) -> int:
        said = b""
        while not said.endswith(b"\n"):
            more = self.socket.recv(100)
            assert more, "the process that forks runs has ended"
            said += more
        return int(said)

    def close(self) -> None:
        """Ends it."""
        self.socket.close()
        self.process.wait(timeout=30)


_LOADED: list[Loaded] = []
_TURNS = itertools.count()
_BUSY = threading.Lock()


def forked(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> Ended | None:
    """A run's exit code and output; None where it must be a fresh process: beside another, or started in another way.

    Two loaded processes take turns, so that two runs in a row don't hash alike and what follows from the order of a set
    is seen.
    """
    if at_start(environment) != STARTED or not _BUSY.acquire(blocking=False):
        return None
    try:
        if not _LOADED:
            _LOADED.extend(Loaded() for _ in range(2))
        return _LOADED[next(_TURNS) % 2].run(arguments, cwd, environment)
    finally:
        _BUSY.release()


def fresh(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> Ended:
    """The same of a process that starts with Python itself."""
    command = [sys.executable, "-m", "bridge", *arguments]
    nothing, limit = subprocess.DEVNULL, LONGEST_S
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, check=False, stdin=nothing, timeout=limit
    )
    return done.returncode, done.stdout, done.stderr
