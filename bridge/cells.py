"""In which cell of a notebook some words stand: for comments, whose wiki knows only words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_LEAST_CHARS = 8
"""Letters and digits that must agree: shorter words stand anywhere. Ours."""
_NO_WORD = re.compile(r"[\W_]+")
_TAG = re.compile(r"<[^>]{0,1000}>")


def cell_of(notebook: bytes, words: str) -> int:
    """The number of the only cell (from 1) whose text or outputs hold the words, marks of Markdown and HTML apart; 0 where
    none does, or several do.
    """
    wanted = _letters(words)
    if len(wanted) < _LEAST_CHARS:
        return 0
    try:
        cells = json.loads(notebook).get("cells")
    except (ValueError, AttributeError, RecursionError):
        return 0
    if not isinstance(cells, list):
        return 0
    found = [
        number
        for number, cell in enumerate(cells, start=1)
        if isinstance(cell, dict) and any(wanted in _letters(text) for text in _texts(cell))
    ]
    return found[0] if len(found) == 1 else 0


def _texts(cell: dict[str, Any]) -> Iterator[str]:
    yield _joined(cell.get("source"))
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        yield _joined(output.get("text"))
        data = output.get("data")
        if isinstance(data, dict):
            yield _joined(data.get("text/plain"))
            yield _joined(data.get("text/markdown"))
            yield _TAG.sub(" ", _joined(data.get("text/html")))


def _joined(value: object) -> str:
    if isinstance(value, list):
        return "".join(one for one in value if isinstance(one, str))
    return value if isinstance(value, str) else ""


def _letters(text: str) -> str:
    return _NO_WORD.sub("", text).casefold()
