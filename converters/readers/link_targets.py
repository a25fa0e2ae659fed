"""Link reference definitions (``[name]: address``) over the cells of a notebook: one cell's can be used in another.

Jupyter shows each cell by itself, but the definition's own line is seen nowhere: without this the address would be lost.
"""

from __future__ import annotations

import re
from typing import Any

from markdown_it.common.utils import normalizeReference

_DEFINITION = re.compile(
    r"^ {0,3}\[((?!\^)[^\[\]\n]+)\]:[ \t]*(?:<([^<>\n]*)>|([^\s<]\S*))(?:[ \t]+(?:\"([^\"\n]*)\"|'([^'\n]*)'))?[ \t]*$",
    re.MULTILINE,
)


class LinkTargets:
    """The definitions of one notebook by cell, which count from 1. A cell's own come first, then the first of all."""

    def __init__(self) -> None:
        self.first: dict[str, object] = {}
        self.own: dict[int, set[str]] = {}

    def read(self, cells: list[Any]) -> None:
        """Gathers the definitions of all Markdown cells."""
        for number, cell in enumerate(cells, 1):
            if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
                continue
            source = cell.get("source")
            text = "".join(map(str, source)) if isinstance(source, list) else source
            if not isinstance(text, str) or "]:" not in text:
                continue
            for match in _DEFINITION.finditer(text):
                label = normalizeReference(match[1])
                target = {"title": match[4] or match[5] or "", "href": match[2] or match[3] or ""}
                self.first.setdefault(label, target)
                self.own.setdefault(number, set()).add(label)

    def of(self, number: int) -> dict[str, object]:
        """What a cell can refer to besides its own."""
        if not self.first:
            return {}
        own = self.own.get(number, set())
        return {label: target for label, target in self.first.items() if label not in own}
