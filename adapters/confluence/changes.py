"""What changed between two bodies, in one line for the page's history."""

from __future__ import annotations

from adapters.confluence.bodies import parse, split
from adapters.confluence.flat import Flat

_MOST_BYTES = 1_000_000
"""Longer pages are not compared: a line in the history is not worth a second of work."""
_MOST_SECTIONS = 3


def summary(old: str, new: str) -> str:
    """``changed: Results, Method``, ``new: Outlook``; empty where the text is the same or can't be compared."""
    if len(old) + len(new) > _MOST_BYTES:
        return ""
    try:
        before, after = _sections(split(old)[0]), _sections(split(new)[0])
    except ValueError:
        return ""
    changed = [name for name in after if name in before and before[name] != after[name]]
    parts = [
        f"{word}: {_named(names)}"
        for word, names in (
            ("changed", changed),
            ("new", [name for name in after if name not in before]),
            ("removed", [name for name in before if name not in after]),
        )
        if names
    ]
    return "; ".join(parts)


def _named(names: list[str]) -> str:
    shown = [name or "introduction" for name in names]
    more = len(shown) - _MOST_SECTIONS
    return ", ".join(shown[:_MOST_SECTIONS]) + (f" and {more} more" if more > 0 else "")


def _sections(body: str) -> dict[str, list[str]]:
    """The text of a body by the heading above it; code and pictures by what names them."""
    flat = Flat(parse(body))
    found: dict[str, list[str]] = {"": []}
    headings = dict(flat.headings)
    name = ""
    for span in flat.blocks:
        if span.start in headings:
            name = headings[span.start]
            found.setdefault(name, [])
        else:
            found[name].append(flat.words(span))
    if not found[""]:
        del found[""]
    return found
