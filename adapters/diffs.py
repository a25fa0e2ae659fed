"""What people changed on a page, as lines that other people read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

MOST_LINES = 40
"""Lines of a diff that are shown; a conflict is looked at in the wiki, not in a log."""
_MOST_CHARS = 160
_MOST_COMPARED = 5000
"""Lines of a page that are compared."""


def diff(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """``- ours``, ``+ theirs``: changed lines only, at most :data:`MOST_LINES`, then how many there are more."""
    found = list(_changes(list(ours)[:_MOST_COMPARED], list(theirs)[:_MOST_COMPARED]))
    more = len(found) - MOST_LINES
    return [*found[:MOST_LINES], f"… and {more} more lines"] if more > 0 else found


def _changes(ours: list[str], theirs: list[str]) -> Iterator[str]:
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag != "equal":
            yield from (f"- {_short(line)}" for line in ours[start:end])
            yield from (f"+ {_short(line)}" for line in theirs[other_start:other_end])


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARS else f"{text[: _MOST_CHARS - 1]}…"
