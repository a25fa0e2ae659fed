"""What answers say of rate limits, and what is done about it before one is hit.

Source: Confluence reference, section 6. Cloud tells ``X-RateLimit-Limit``, ``-Remaining``, ``-Reset`` (an ISO time) and
``-NearLimit``; what a request costs (one point and one for each object read) shows in what remains, so that the budget is
the wiki's own count. Data Center tells how its bucket fills (``-FillRate`` a ``-Interval-Seconds``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import requests

from adapters.flow import Flow
from adapters.retry import LONGEST_RETRY_AFTER_S, Gate, wiki_time

SCARCE = 0.2
"""Share of the budget from which on the rest is spread over the time until it is renewed. Source: the vendor's
``NearLimit`` means less than a fifth.
"""


class Limits:
    """Slows requests down as answers ask for it."""

    def __init__(self, flow: Flow, gate: Gate) -> None:
        self._flow = flow
        self._gate = gate

    def heard(self, response: requests.Response) -> None:
        """Takes note of an answer's headers; a pause holds all threads."""
        told = response.headers
        if response.status_code == 429 or told.get("X-RateLimit-NearLimit", "").lower() == "true":
            self._flow.slow()
        else:
            self._flow.well()
        remaining = _number(told.get("X-RateLimit-Remaining"))
        if response.status_code == 429 or remaining is None:
            return  # Retry-After says it all
        rate, interval = _number(told.get("X-RateLimit-FillRate")), _number(told.get("X-RateLimit-Interval-Seconds"))
        if rate and interval:
            if remaining < 1:  # the next token comes then, and asking sooner costs a 429
                self._gate.pause(interval / rate)
            return
        pause = _spread(told, remaining)
        if pause:
            self._gate.pause(pause)


def _spread(told: Mapping[str, str], remaining: float) -> float:
    """Seconds until the next request may go, so that what remains lasts until the budget is renewed; 0: at once."""
    limit, until = (
        _number(told.get("X-RateLimit-Limit")),
        seconds_until(told.get("X-RateLimit-Reset"), told.get("Date")),
    )
    if not limit or until <= 0 or remaining > SCARCE * limit:
        return 0.0
    # A budget that is gone for long ends the run by its 429: nobody waits for an hour without a word.
    return min(until / max(remaining, 1.0), LONGEST_RETRY_AFTER_S)


def seconds_until(moment: str | None, date: str | None = None) -> float:
    """Seconds from an answer's ``Date`` (else from now) until an ISO time; 0 where it is absent or no time."""
    try:
        wanted = datetime.fromisoformat(moment or "")
    except ValueError:
        return 0.0
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    return (wanted - wiki_time(date)).total_seconds()


def _number(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None
