"""Keys that stand twice in one JSON object, as merges by hand leave them: parsers keep the last and say nothing."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import msgspec

_LOST = ("source", "outputs")
"""Keys of a cell whose loss is a loss to readers."""


def repeated_keys(data: bytes, notebook: object) -> list[str]:
    """Keys that an object of a notebook names more than once, sorted, if a cell's source or outputs are among them.

    ``notebook`` is what a parser read of ``data``. The keys are counted in both; only where the bytes hold more, which
    may be for other reasons, is each cell looked at, and only then the text read once more.
    """
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        return []
    # In the text of a value each quote has a backslash before it, so this can't be one.
    if all(
        data.count(b'"%s":' % key.encode()) <= sum(1 for cell in cells if isinstance(cell, dict) and key in cell)
        for key in _LOST
    ) or not _repeated_in_cells(data):
        return []
    found: set[str] = set()

    def see(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len({*names}) < len(names):
            found.update(name for name in names if names.count(name) > 1)

    with suppress(RecursionError):  # nested deeper than this parser goes: what was seen so far stands
        json.loads(data, object_pairs_hook=see, parse_int=str, parse_float=str)
    return sorted(found)


def _repeated_in_cells(data: bytes) -> bool:
    """Whether one of the keys stands more than once in a cell itself: the bytes of its values are not counted."""
    try:
        cells = msgspec.json.decode(data, type=dict[str, msgspec.Raw])["cells"]
        for raw in msgspec.json.decode(cells, type=list[msgspec.Raw]):
            whole = bytes(raw)
            for name in _LOST:
                key = b'"%s":' % name.encode()
                if whole.count(key) > 1:
                    values = msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).values()
                    if whole.count(key) - sum(bytes(value).count(key) for value in values) > 1:
                        return True
    except msgspec.DecodeError:
        return True  # cells of another shape: the slow look tells
    return False
