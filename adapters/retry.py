"""One retry policy for all adapters, on tenacity: what is repeated, when, and how long everybody waits.

An adapter turns each failure into a :class:`~adapters.errors.WikiError`, whose ``retry`` says whether the request may
be sent again: ``always`` (the wiki did not take it: 429, 529, no connection), ``idempotent`` (it may have been done:
5xx, lost answers, timeouts) or ``never``. Nothing here looks at statuses.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import tenacity

from adapters.errors import RateLimited, WikiError

T = TypeVar("T")

FIRST_WAIT_S = 1.0
LONGEST_BACKOFF_S = 30.0
"""Source: Confluence reference, section 6: backoff 1 s, doubled up to 30 s, with jitter."""
LONGEST_RETRY_AFTER_S = 600.0
"""Ours. A wiki that asks for a longer pause ends the request with RateLimited: asking earlier prolongs the pause."""
RATE_LIMITED_ATTEMPTS = 4
"""Ours. Rate limiting may take this many times ``max_attempts``: each answer says when to come back, so it is progress."""


class Gate:
    """A pause that all threads of one integration share: rate limits are one per token, not one per thread."""

    def __init__(self, sleep: Callable[[float], None] | None = None, clock: Callable[[], float] | None = None) -> None:
        self._sleep = sleep or time.sleep
        self._clock = clock or time.monotonic
        self._lock = threading.Lock()
        self._until = 0.0

    def pause(self, seconds: float) -> None:
        """Hold every later :meth:`wait` for ``seconds`` from now. A longer pause under way stays."""
        with self._lock:
            self._until = max(self._until, self._clock() + seconds)

    def wait(self) -> None:
        """Come back when no pause is under way."""
        waited_for = -1.0
        while True:
            with self._lock:
                until = self._until
            rest = until - self._clock()
            # A sleep that a test injects takes no time: the same pause is slept through once, a new one again.
            if rest <= 0 or until == waited_for:
                return
            self._sleep(rest)
            waited_for = until


class RetryPolicy:
    """Sends a request until it succeeds, may not be repeated, or the attempts are used up. Thread-safe."""

    def __init__(
        self,
        max_attempts: int = 6,
        sleep: Callable[[float], None] | None = None,
        gate: Gate | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.max_attempts = max(1, max_attempts)
        self.gate = gate or Gate(sleep)
        self._sleep = sleep or time.sleep
        self._jitter = jitter

    def call(
        self,
        func: Callable[[], T],
        *,
        idempotent: bool,
        on_retry: Callable[[WikiError], None] | None = None,
        max_attempts: int | None = None,
    ) -> T:
        """What ``func`` returns. ``on_retry`` gets each error that is followed by another attempt.

        ``idempotent`` tells whether a request that may have been done can be sent once more. Raises the last error.
        """
        attempts = max_attempts or self.max_attempts

        def stop(state: tenacity.RetryCallState) -> bool:
            limited = isinstance(_error(state), RateLimited)
            return state.attempt_number >= attempts * (RATE_LIMITED_ATTEMPTS if limited else 1)

        def before_sleep(state: tenacity.RetryCallState) -> None:
            error = _error(state)
            if on_retry is not None and error is not None:
                on_retry(error)

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: _repeatable(error, idempotent=idempotent)),
            stop=stop,
            wait=self._delay,
            sleep=self._pause,
            before_sleep=before_sleep,
            reraise=True,
        )

        def attempt() -> T:
            self.gate.wait()
            return func()

        return retrying(attempt)

    def back_off(self, attempt: int) -> None:
        """Wait before the attempt after this one (counted from 1) of work that a caller repeats itself."""
        self._pause(self._backoff(attempt))

    def _delay(self, state: tenacity.RetryCallState) -> float:
        """Seconds to wait before the next attempt; rate limits hold the gate for everybody instead."""
        error = _error(state)
        asked = error.retry_after_s if error is not None else 0.0
        delay = asked or self._backoff(state.attempt_number)
        if isinstance(error, RateLimited):
            self.gate.pause(delay)
            return 0.0
        return delay

    def _backoff(self, attempt: int) -> float:
        """1, 2, 4 … 30 s, each shortened at random by up to a half, so that threads don't come back in step."""
        longest: float = min(LONGEST_BACKOFF_S, FIRST_WAIT_S * 2.0 ** min(attempt - 1, 10))
        return longest * (0.5 + 0.5 * self._jitter())

    def _pause(self, seconds: float) -> None:
        if seconds > 0:
            self._sleep(seconds)


def retry_after_seconds(value: str | None, date: str | None = None) -> float:
    """Seconds from a ``Retry-After`` header (a number or an HTTP date); 0.0 when absent or not understood.

    ``date`` is the answer's own ``Date``: a time of the wiki's clock is compared with that clock, where it is told.
    """
    if not value:
        return 0.0
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return 0.0
        seconds = float(math.ceil((_aware(moment) - wiki_time(date)).total_seconds()))
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0


def wiki_time(date: str | None) -> datetime:
    """The wiki's own clock, as an answer's ``Date`` tells it, else ours: that may go wrong by minutes."""
    try:
        return _aware(parsedate_to_datetime(date or ""))
    except ValueError:
        return datetime.now(UTC)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _error(state: tenacity.RetryCallState) -> WikiError | None:
    error = state.outcome.exception() if state.outcome is not None and state.outcome.failed else None
    return error if isinstance(error, WikiError) else None


def _repeatable(error: BaseException, *, idempotent: bool) -> bool:
    if not isinstance(error, WikiError) or error.retry_after_s > LONGEST_RETRY_AFTER_S:
        return False
    return error.retry == "always" or (error.retry == "idempotent" and idempotent)
