"""How many requests are under way at once: fewer when the wiki says that its limit is near, more again as it goes well.

Additive increase, multiplicative decrease, as networks share a line: each good answer lets a part of a request more in,
a warning halves them. A rate limit that was hit pauses everybody besides (:class:`adapters.retry.Gate`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SLOW_AGAIN_S = 1.0
"""Ours. Answers of requests that were under way together tell the same news: it halves the number once."""


class Flow:
    """Turns for requests of one integration. ``most`` at once, never fewer than one. Thread-safe."""

    def __init__(self, most: int, clock: Callable[[], float] | None = None) -> None:
        self.most = most
        self.allowed = float(most)
        self._clock = clock or time.monotonic
        self._running = 0
        self._slowed = float("-inf")
        self._changed = threading.Condition()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Comes when there is room for one more request."""
        with self._changed:
            while self._running >= max(1, int(self.allowed)):
                self._changed.wait()
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify()

    def well(self) -> None:
        """An answer without a warning."""
        with self._changed:
            if self.allowed < self.most:
                self.allowed = min(float(self.most), self.allowed + 1.0 / self.allowed)
                self._changed.notify_all()

    def slow(self) -> None:
        """The limit is near, or was hit."""
        with self._changed:
            now = self._clock()
            if now - self._slowed >= SLOW_AGAIN_S:
                self._slowed = now
                self.allowed = max(1.0, self.allowed / 2)
