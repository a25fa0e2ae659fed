"""Footnotes over the cells of a notebook: each cell may call its own ``1``, the document needs labels that differ."""

from __future__ import annotations

import re
from typing import Any

from converters.options import ReadOptions
from converters.readers.cell_options import cell_options

_DEFINITION = re.compile(r"^ {0,3}(?:> ?)*\[\^([^\]\s]+)\]:", re.MULTILINE)


def footnote_labels(text: str) -> list[str]:
    """The labels of the footnotes that a text defines, each once."""
    return list(dict.fromkeys(_DEFINITION.findall(text)))


class FootnoteLabels:
    """The footnotes of one notebook. A cell's own come first; one defined in another cell can be referred to."""

    def __init__(self) -> None:
        self.first: dict[str, str] = {}
        self.own: dict[int, dict[str, str]] = {}

    def read(self, cells: list[Any], options: ReadOptions) -> None:
        """Gathers the footnotes of all cells that are shown; cells count from 1."""
        used: set[str] = set()
        for number, cell in enumerate(cells, 1):
            if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
                continue
            source = cell.get("source")
            text = "".join(filter(_is_text, source)) if isinstance(source, list) else source
            if not isinstance(text, str) or "[^" not in text or cell_options(cell, text, options).remove:
                continue
            for label in footnote_labels(text):
                unique, count = label, 1
                while unique in used:
                    count += 1
                    unique = f"{label}-{count}"
                used.add(unique)
                self.first.setdefault(label, unique)
                self.own.setdefault(number, {})[label] = unique

    def of(self, number: int) -> dict[str, str]:
        """What each label means in this cell."""
        return {**self.first, **self.own.get(number, {})}


def _is_text(value: object) -> bool:
    return isinstance(value, str)
