"""Notion's own clock, to the minute: the time of a page's last edit as Notion will tell it.

A row's record keeps the minute in which it was written. Whatever edits the page later moves its time of last edit on; so a
run that was killed between its first block and its record shows, without a request that marks it before.
Source: developers.notion.com/reference/page ("last_edited_time"); times are cut to the minute (recorded traffic of 2026).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class ServerTime:
    """Learns from the ``Date`` of answers; before the first one, and without them, this machine's clock counts."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or time.monotonic
        self._known = time.time(), self._clock()

    def learn(self, date: str | None) -> None:
        """Take in the header of an answer."""
        try:
            moment = parsedate_to_datetime(date or "")
        except ValueError:
            return
        self._known = moment.timestamp(), self._clock()

    def minute(self) -> str:
        """The minute that it is there now, as ``2026-11-29T16:03``."""
        then, clock = self._known
        return datetime.fromtimestamp(then + self._clock() - clock, UTC).strftime("%Y-%m-%dT%H:%M")


def minute_of(iso: str) -> str:
    """The minute of a time that Notion tells."""
    return iso[:16]
