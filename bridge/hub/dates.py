"""When a report counts as stale: the day it was to be reviewed by, or the day its data should have been renewed."""

from __future__ import annotations

import datetime as dt
import re

_EVERY = re.compile(r"(?:every\s+)?(\d{1,4}|an?|other)?\s*(day|week|fortnight|month|quarter|year|d|w|m|q|y)s?\b")
_WORDS = {
    "daily": 1, "weekly": 7, "biweekly": 14, "fortnightly": 14, "monthly": 31, "quarterly": 92, "yearly": 366,
    "annually": 366,
}  # fmt: skip
_DAYS = {"day": 1, "d": 1, "week": 7, "w": 7, "fortnight": 14, "month": 31, "m": 31, "quarter": 92, "q": 92,
         "year": 366, "y": 366}  # fmt: skip
"""The longest that each can be, so that nobody is told too early."""
_NUMBERS = {"": 1, "a": 1, "an": 1, "other": 2}


def days_of(every: str) -> int:
    """``2 weeks``, ``monthly``, ``quarter`` in days; 0 for what isn't understood."""
    text = every.strip().casefold()
    if text in _WORDS:
        return _WORDS[text]
    found = _EVERY.fullmatch(text)
    if not found:
        return 0
    word = found[1] or ""
    return (int(word) if word.isdigit() else _NUMBERS[word]) * _DAYS[found[2]]


def day_of(text: str) -> dt.date | None:
    """The day that a date or time begins with; None for anything else."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def due(review_by: str, data_as_of: str, refresh_every: str) -> str:
    """The last day on which a report is fresh, ISO 8601; empty where its author asks for nothing."""
    found = [day for day in (day_of(review_by),) if day]
    since, every = day_of(data_as_of), days_of(refresh_every)
    if since and every and since.year < dt.MAXYEAR - every // 365 - 1:
        found.append(since + dt.timedelta(days=every))
    return min(found).isoformat() if found else ""


def spoken(iso: str) -> str:
    """A day for people: ``14 September 2026``; as it is where it is none."""
    day = day_of(iso)
    return f"{day.day} {day:%B %Y}" if day else iso
