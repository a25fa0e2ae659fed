"""Ending when asked to: SIGTERM and Ctrl-C let the action in flight end, and start no other."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from adapters.errors import WikiUnavailable

SHORT_WAIT_S = 5.0
"""Ours. A wait of an action in flight (pace, a first retry) that is shorter goes on to its end, a longer one is given up:
service managers wait some 30 (Kubernetes) to 90 seconds (systemd) before they kill."""


class Stopped(Exception):
    """Raised between two steps of work that nothing depends on yet."""


class Stop:
    """Whether somebody asked this process to end. Thread-safe."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.signal = 0

    def asked(self) -> bool:
        """Whether to come to an end."""
        return self.event.is_set()

    def check(self) -> None:
        """Raises Stopped where somebody asked."""
        if self.asked():
            raise Stopped

    def wait(self, seconds: float) -> bool:
        """Sleep; true, and at once, when somebody asks for the end."""
        return self.event.wait(max(0.0, seconds))

    def sleep(self, seconds: float) -> None:
        """Sleep between attempts of one request. Raises WikiUnavailable where the end is wanted and that is far off."""
        until = time.monotonic() + seconds
        if not self.wait(seconds):
            return
        if seconds > SHORT_WAIT_S:
            raise WikiUnavailable("asked to stop while waiting for the wiki", retry="never")
        time.sleep(max(0.0, until - time.monotonic()))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Heed SIGTERM and Ctrl-C; a second one ends the process without waiting. Only in the main thread."""
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self._heard) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        if self.asked():
            raise KeyboardInterrupt
        self.signal = number
        self.event.set()
