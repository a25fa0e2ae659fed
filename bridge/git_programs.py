"""git as a program that can be stopped: it runs in a group of its own, and ends with us."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence

from bridge.stopping import Stop, Stopped
from converters.errors import ConfigError

LONGEST_S = 2 * 3600.0
"""Ours: a first clone of some gigabytes over a slow line takes an hour; beyond twice that it hangs."""
LOOK_EVERY_S = 0.2


class GitFailed(Exception):
    """git ended with an error. ``text`` is all it said."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text.strip()

    @property
    def last_line(self) -> str:
        """The line that says most: git ends with it, and remote hosts talk before."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        told = [line for line in lines if line.startswith(("fatal:", "error:"))]
        return ((told or lines or ["git failed"])[0]).removeprefix("fatal: ").removeprefix("error: ")

    def __str__(self) -> str:
        return self.last_line


def run_git(arguments: Sequence[str], env: Mapping[str, str], stop: Stop) -> str:
    """What git prints. Raises GitFailed, Stopped, and ConfigError where there is no git."""
    stop.check()
    try:
        process = subprocess.Popen(  # noqa: S603
            ["git", *arguments],  # noqa: S607
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours to handle, and nothing asks questions on our terminal
        )
    except OSError as error:
        raise ConfigError(f"git can't be started: {error.strerror}", hint="install git") from error
    until = time.monotonic() + LONGEST_S
    while True:
        try:
            out, err = process.communicate(timeout=LOOK_EVERY_S)
            break
        except subprocess.TimeoutExpired:
            if stop.asked() or time.monotonic() > until:
                _end(process)
                if stop.asked():
                    raise Stopped from None
                raise GitFailed(f"git {arguments[-1]} took more than {LONGEST_S:.0f} s") from None
    if process.returncode:
        raise GitFailed(err.decode("utf-8", "replace"))
    return out.decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and what it started: ssh, helpers."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    except ProcessLookupError:
        process.communicate()
