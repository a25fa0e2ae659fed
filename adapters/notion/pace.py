"""The allowance of requests, spent in full and not overdrawn: one window for all threads of an integration.

Notion allows a number of requests in 60 s, at any pace, and tells neither the number nor what is left of it. So the
first requests go as fast as they can; the first 429 shows both the number (what was sent since the window began) and
when the next window begins (``Retry-After``). From then on no more than that are sent in a window, one part in twenty
more after each window that held, because another connection's traffic or a lower plan may have been what was measured.
Source: developers.notion.com/reference/request-limits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from adapters.errors import RateLimited

WINDOW_S = 60.0
LEAST = 10
"""Requests of a window at the least, whatever was measured: a pause that is too short only brings another 429. Ours."""
GROWTH = 20
"""After a window that held, one part in this many more is tried. Ours."""
STOPPING_REASONS = frozenset({"public_api_endpoint_rate_limit", "public_api_request_blocked"})
"""Limits that say nothing of the connection's own allowance."""


class Paced(RateLimited):
    """A 429 of the connection's or the workspace's allowance, from which the pace learns."""


class Pace:
    """Holds requests that would overdraw the allowance. ``per_window`` 0: unknown, nothing is held until a 429."""

    def __init__(
        self,
        per_window: int = 0,
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._sleep = sleep or time.sleep
        self._clock = clock or time.monotonic
        self._lock = threading.Lock()
        self._start = self._clock()
        self._sent = 0
        self._passed = 0
        self.allowance = per_window

    def wait(self) -> None:
        """Come back when a request may be sent; it counts as sent."""
        while True:
            with self._lock:
                start, now = self._start, self._clock()
                if now >= start + WINDOW_S:
                    self._roll(start + WINDOW_S * ((now - start) // WINDOW_S))
                    continue
                if now >= start and (not self.allowance or self._sent < self.allowance):
                    self._sent += 1
                    return
                until = start if now < start else start + WINDOW_S
            self._sleep(until - now)
            with self._lock:
                # A sleep that a test injects takes no time: what was slept through is over all the same.
                if self._start == start and self._clock() < until:
                    self._start -= until - now

    def passed(self) -> None:
        """A request of this window was taken."""
        with self._lock:
            if self._clock() >= self._start:
                self._passed += 1

    def limited(self, error: Paced) -> None:
        """Learn from a 429: what went through is the allowance, and the next window begins when the wiki says."""
        with self._lock:
            now = self._clock()
            if now < self._start:
                return  # sent before the window closed: told already
            self.allowance = max(LEAST, self._passed)
            self._start, self._sent, self._passed = now + max(1.0, error.retry_after_s), 0, 0

    def _roll(self, start: float) -> None:
        """Begin the window that ``start`` lies in."""
        if self.allowance and self._sent >= self.allowance:
            self.allowance += -(-self.allowance // GROWTH)
        self._start, self._sent, self._passed = start, 0, 0
