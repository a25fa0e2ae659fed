"""Values of properties within Notion's limits. Lengths are UTF-16 units, the strictest reading of "characters".

Source: developers.notion.com/reference/request-limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from adapters.notion.client import Json
from converters.notes import Note, degraded, metadata

MAX_TEXT = 2000
MAX_ITEMS = 100
MAX_URL = 2000
MAX_OPTION = 100
MAX_OPTIONS = 100


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def _cut(text: str, start: int, limit: int) -> int:
    """Where a piece from ``start`` of at most ``limit`` units ends."""
    end = min(len(text), start + limit)
    while units(text[start:end]) > limit:
        end -= 1
    return end


def text_value(value: str) -> list[Json]:
    """The text as rich text items; what is beyond the hundredth is cut."""
    found: list[Json] = []
    start = 0
    while start < len(value) and len(found) < MAX_ITEMS:
        end = _cut(value, start, MAX_TEXT)
        found.append({"type": "text", "text": {"content": value[start:end]}})
        start = end
    return found


def short_text(value: str, field: str, notes: list[Note]) -> list[Json]:
    """The text in one item, with a note where it was longer."""
    end = _cut(value, 0, MAX_TEXT)
    if end < len(value):
        notes.append(degraded(f"{field}.long", f"{field} is cut to {MAX_TEXT} characters in the database"))
    return text_value(value[:end])


def options(names: Sequence[str], field: str, notes: list[Note]) -> list[Json]:
    """Options of a select: no commas (Notion refuses them), no repeats, at most 100 of at most 100 characters."""
    clean: dict[str, str] = {}
    for name in names:
        words = " ".join(name.replace(",", " ").split())
        short = words[: _cut(words, 0, MAX_OPTION)].rstrip()
        if short != words:
            notes.append(degraded(f"{field}.long", f"{field} {short[:40]!r}… is cut to {MAX_OPTION} characters"))
        if short:
            clean.setdefault(short.casefold(), short)
    if len(clean) > MAX_OPTIONS:
        notes.append(degraded(f"{field}.many", f"{len(clean)} {field}: the first {MAX_OPTIONS} are in the database"))
    return [{"name": name} for name in clean.values()][:MAX_OPTIONS]


def option(name: str, field: str, notes: list[Note]) -> Json | None:
    """One option, None where there is none."""
    found = options([name], field, notes)
    return found[0] if found else None


def day(value: str, field: str, notes: list[Note]) -> Json | None:
    """A date without its time; None, with a note, where it is none."""
    if not value:
        return None
    try:
        return {"start": date.fromisoformat(value[:10]).isoformat()}
    except ValueError:
        notes.append(metadata(f"{field}.date", f"{field} {value[:40]!r} is no ISO date; left empty in the database"))
        return None


def address(value: str, field: str, notes: list[Note]) -> str | None:
    """A web address; None where it is none, and with a note where it is too long."""
    if not value.startswith(("http://", "https://")):
        return None
    if units(value) > MAX_URL:
        notes.append(degraded(f"{field}.long", f"{field} is an address of more than {MAX_URL} characters; left empty"))
        return None
    return value
