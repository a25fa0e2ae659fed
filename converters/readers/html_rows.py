"""Rows of an HTML table one by one, so that a long one never stands in memory as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from converters.model import Where
from converters.notes import Note, degraded
from converters.sheets import Open, Sheet, Window

MAX_SPAN = 1000
"""Source: HTML standard, "Attributes common to td and th elements": colspan is clamped to 1,000."""

STREAMED = 500_000
"""HTML of more characters is parsed in pieces. A tree takes about ten times the memory of its text."""

MAX_AREA = 100_000
"""Places that spans may cover in a small text; a longer one may have two more for each of its characters. Ours: a cell of
its own takes nine characters, so no table that was made row by row comes near."""

_PIECE = 65_536
_APART = frozenset(["br", "p", "div", "li", "tr", "td", "th", "hr"])
_UNSEEN = frozenset(["script", "style", "template"])
_SECTIONS = frozenset(["thead", "tbody", "tfoot"])


def span(value: str | None) -> int:
    """How many rows or columns a cell covers."""
    return min(max(int(value), 1), MAX_SPAN) if value and re.fullmatch(r"\d{1,6}", value.strip()) else 1


class Area:
    """The places that cells of one text may cover by spans: a few bytes could ask for millions."""

    def __init__(self, characters: int) -> None:
        self.left = MAX_AREA + 2 * characters
        self.cut = 0
        """Cells that cover one place instead of more."""

    def take(self, cells: Iterable[Any]) -> None:
        """Counts these cells; those for which nothing is left lose their spans."""
        for cell in cells:
            if "colspan" in cell.attrib or "rowspan" in cell.attrib:
                places = span(cell.get("colspan")) * span(cell.get("rowspan"))
                if places <= 1:
                    continue
                self.left -= places
                if self.left < 0:
                    self.cut += 1
                    for name in ("colspan", "rowspan"):
                        cell.attrib.pop(name, None)

    def told(self, where: Where | None) -> list[Note]:
        """A note where spans were cut."""
        text = f"{self.cut} table cells that span too many rows and columns cover one place each"
        return [degraded("table.area", text, where)] if self.cut else []


def cells_of(row: Any) -> list[Any]:
    """The cells of a row."""
    return [cell for cell in row if cell.tag in {"td", "th"}]


def rows_of(table: Any) -> list[tuple[Any, str]]:
    """Rows of this table (not of tables inside it), each with its section's name; the foot comes last."""
    found: list[tuple[Any, str]] = []
    foot: list[tuple[Any, str]] = []
    for child in table:
        if child.tag == "tr":
            found.append((child, "tbody"))
        elif child.tag in _SECTIONS:
            target = foot if child.tag == "tfoot" else found
            target.extend((row, child.tag) for row in child.iterchildren("tr"))
    return found + foot


class LongTable:
    """A table of more rows than are shown: its CSV, its header, and of its body the first and last rows."""

    def __init__(self, limit: int) -> None:
        self.sheet = Sheet()
        self.window: Window[tuple[Any, str], Any] = Window(limit)
        self._header: list[tuple[Any, str]] = []
        self._most = max(2, limit)

    def row(self, row: Any, section: str) -> Any:
        """Takes a row; gives back one that is shown no longer, if there is one."""
        cells = cells_of(row)
        if not cells:
            return None
        shapes = [(cell, span(cell.get("colspan")), span(cell.get("rowspan"))) for cell in cells]
        header = (
            not self.window.total
            and len(self._header) < self._most
            and (section == "thead" or (section != "tfoot" and all(cell.tag == "th" for cell in cells)))
        )
        self.sheet.row(((_words(cell), wide, high) for cell, wide, high in shapes), header=header)
        if header:
            self._header.append((row, section))
            return None
        gone = self.window.row((row, section), shapes)
        return gone[0] if gone else None

    def rows(self) -> list[tuple[Any, str]]:
        """The rows shown, header first."""
        return [*self._header, *self.window.head, *self.window.tail()[0]]

    @property
    def gap(self) -> int:
        """The number of the first row after those left out, counted from 0 with the header."""
        return len(self._header) + len(self.window.head)

    def carried(self) -> dict[int, Open[Any]]:
        """Cells of rows left out that reach into the first row of the tail, by column."""
        return self.window.tail()[1]


def long_table(table: Any, limit: int) -> LongTable | None:
    """The table row by row, or None where all of its rows can be shown."""
    rows = rows_of(table)
    if len(rows) <= limit:
        return None
    long = LongTable(limit)
    for row, section in rows:
        long.row(row, section)
    return long if long.window.left_out else None


def parse_pieces(text: str, parser: Any, limit: int, area: Area) -> tuple[Any, dict[Any, LongTable]]:
    """The tree of a long HTML text in a ``div``, and its long tables: rows that aren't shown are let go while the text is read.

    ``parser`` is an ``HTMLPullParser`` that tells ends of ``tr``. Raises lxml's ``LxmlError`` as it does.
    """
    found: dict[Any, LongTable] = {}
    parser.feed(b"<div>")
    for start in range(0, len(text), _PIECE):
        parser.feed(text[start : start + _PIECE].encode())
        for _, row in parser.read_events():
            area.take(cells_of(row))
            _take(row, found, limit)
    parser.feed(b"</div>")
    root = parser.close()
    for _, row in parser.read_events():
        area.take(cells_of(row))
        _take(row, found, limit)
    return root, {table: long for table, long in found.items() if long.window.left_out}


def _take(row: Any, found: dict[Any, LongTable], limit: int) -> None:
    """One row that ended. What is let go stands before it: the parser is done with that."""
    part = row.getparent()
    section = part.tag if part is not None and part.tag in _SECTIONS else "tbody"
    table = part.getparent() if part is not None and part.tag in _SECTIONS else part
    if table is None or table.tag != "table" or next(table.iterancestors("table"), None) is not None:
        return
    if table not in found:
        found[table] = LongTable(limit)
    gone = found[table].row(row, section)
    parent = gone.getparent() if gone is not None else None
    if parent is not None:
        parent.remove(gone)


def _words(cell: Any) -> str:
    """A cell's text in one line, as a reader sees it."""
    text = cell.text or ""
    if len(cell):
        text = "".join(_pieces(cell))
    return " ".join(text.split())


def _pieces(cell: Any) -> Iterator[str]:
    from lxml import etree

    unseen = 0
    for event, node in etree.iterwalk(cell, events=("start", "end")):
        if event == "start":
            unseen += node.tag in _UNSEEN
            if unseen:
                continue
            if node.tag in _APART:
                yield " "
            yield (node.get("alt") or "") if node.tag == "img" else (node.text or "")
        else:
            unseen -= node.tag in _UNSEEN
            if node is not cell and not unseen:
                yield node.tail or ""
