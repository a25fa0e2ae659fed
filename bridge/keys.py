"""Places in a TOML text, and the nearest known name for a mistyped one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_HEADER = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")


def line_of(text: str, key: Sequence[str]) -> int:
    """The line (from 1) on which a dotted key stands, else that of its table, else 1."""
    wanted = tuple(key)
    table: tuple[str, ...] = ()
    best, best_length = 1, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _parts(header[1])
            path = table
        elif match := _KEY.match(line):
            path = (*table, *_parts(match[1]))
        else:
            continue
        if wanted[: len(path)] == path and len(path) > best_length:
            best, best_length = number, len(path)
        elif path[: len(wanted)] == wanted and best_length < len(wanted):
            best, best_length = number, len(wanted)
    return best


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in re.findall(r"""[^."']+|"[^"]*"|'[^']*'""", dotted))


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name nearest to a mistyped one, None where nothing is near."""
    import difflib  # for mistakes only

    names = list(known)
    by_folded = {one.casefold().replace("-", "_"): one for one in names}
    found = difflib.get_close_matches(name.casefold().replace("-", "_"), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """``did you mean 'x'?``, or nothing."""
    near = closest(name, known)
    return f"did you mean {near!r}?" if near else ""
