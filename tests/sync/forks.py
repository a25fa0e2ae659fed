"""Runs of the command line that a test kills, or lets run two at once: see ``zygote.py``."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.e2e.publish import ROOT, TOKENS

if TYPE_CHECKING:
    from adapters.sandbox.server import Server


class Zygote:
    """A loaded process that forks runs. ``folder`` and ``arguments`` are for a plan that loads what runs need."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        env = {**os.environ, **TOKENS, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
        command = [sys.executable, str(ROOT / "tests" / "sync" / "zygote.py"), str(folder), *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        while (said := self._answer()) != "ready":
            assert self.process.poll() is None, said  # else: what the plan printed

    def start(self, folder: Path, *arguments: str, runs: int = 1) -> list[int]:
        """Process ids of runs of ``nbwiki ARGUMENTS`` in a folder."""
        assert self.process.stdin is not None
        wish = {"folder": str(folder), "arguments": arguments, "runs": runs}
        self.process.stdin.write(json.dumps(wish) + "\n")
        self.process.stdin.flush()
        return [int(self._answer().removeprefix("pid ")) for _ in range(runs)]

    def end(self) -> int:
        """The exit code of the next run that was started; minus the signal that killed it."""
        return os.waitstatus_to_exitcode(int(self._answer().removeprefix("end ")))

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


class Killer:
    """A fault plan that kills a process at some request from now on; the request itself is done all the same."""

    def __init__(self, server: Server, after: int) -> None:
        self.server = server
        self.left = after
        self.pid = 0
        self.begun = 0
        self._ended = server.log._number
        self._whole = server.faults

    def strike(self, request: object) -> Any:
        self.left -= 1
        self.begun += 1
        if self.left == 0:
            deadline = time.monotonic() + 5
            while not self.pid and time.monotonic() < deadline:
                time.sleep(0.0005)  # the run was quicker than the line that tells who it is
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        return self._whole.strike(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    def wait(self) -> None:
        """Until all requests that reached the server are answered, however busy the machine is."""
        deadline = time.monotonic() + 10
        while self.server.log._number - self._ended < self.begun and time.monotonic() < deadline:
            time.sleep(0.002)

    def __enter__(self) -> Self:
        self.server.faults = self  # type: ignore[assignment]
        return self

    def __exit__(self, *_: object) -> None:
        self.server.faults = self._whole


def killed_at_request(zygote: Zygote, server: Server, after: int, folder: Path, *arguments: str) -> bool:
    """Whether the run was killed; false where it ended before its request number ``after``."""
    with Killer(server, after) as killer:
        (killer.pid,) = zygote.start(folder, *arguments)
        code = zygote.end()
        settle(server)
        killer.wait()
    return code == -signal.SIGKILL


def settle(server: Server) -> None:
    """Until the server has ended what a killed client had asked for."""
    seen, quiet = -1, 0
    while quiet < 5:
        now = server.log._number
        quiet = quiet + 1 if now == seen else 0
        seen = now
        time.sleep(0.004)  # what still stands in a socket is read late where other work runs
