"""Tables as people read them: numbers on the right, the two header rows of a pandas frame as one."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

import msgspec

from converters.build import text_of
from converters.model import Cell, Row, Span, Table

_EMPTY = frozenset({"", "nan", "none", "nat", "null", "na", "n/a", "<na>", "-", "–", "—", "...", "…"})
"""What stands in a column of numbers where there is none, in lower case. Source: pandas' own words, and authors'."""

_NUMBER = r"(?:\d{1,3}(?:[,'’\u00a0\u202f ]\d{3})+|\d+)(?:[.,]\d*)?(?:[eE][+\-−]?\d+)?|[.,]\d+(?:[eE][+\-−]?\d+)?|inf|∞"
_UNITS = (
    r"[%‰°×]|°[CFK]|pp|[kMGTmµμn]|[kMGTPm]?(?:i?B|Hz|W|Wh|V|A|J|eV|Pa|b)|[mµμnpk]?(?:s|g|m|l|L|mol|M)|cm|dm|min|h|d|yr|"
    r"[mµμn]?g/[mdµμ]?[lL]|m/s|km/h|bar|px|K|x|USD|EUR|GBP|[€$£¥]"
)
_NUMERIC = (
    rf"[<>≤≥~≈]?\s*\(?\s*[+\-−±]?\s*(?:[€$£¥]\s*)?(?:{_NUMBER})\s*(?:±\s*(?:{_NUMBER})\s*)?(?:{_UNITS})?\s*\)?\*{{0,3}}"
)


@functools.cache
def _numeric() -> re.Pattern[str]:
    """Made when the first table is read: that takes as long as reading a small one."""
    return re.compile(_NUMERIC)


def is_numeric(text: str) -> bool:
    """Whether a cell's text is one number, with sign, thousands separators, exponent, uncertainty or unit."""
    text = text.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():  # most are plain: told much quicker than by the pattern
        return True
    return _numeric().fullmatch(text) is not None


def shaped(table: Table) -> Table:
    """The table with merged header rows and its columns of numbers aligned right, unless an author aligned them."""
    return _aligned(_merged(table))


def grid(rows: Sequence[Row]) -> Iterator[tuple[int, int, Cell]]:
    """Each cell with the row and the column in which it starts, spans counted."""
    covered: dict[tuple[int, int], None] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row.cells:
            while covered and (number, column) in covered:
                column += 1
            yield number, column, cell
            if cell.rowspan > 1:
                for below in range(1, min(cell.rowspan, len(rows) - number)):
                    for right in range(cell.colspan):
                        covered[number + below, column + right] = None
            column += cell.colspan


def _merged(table: Table) -> Table:
    """A last header row that holds nothing but the names of the index goes into the row above it."""
    head, index = table.header_rows, table.header_columns
    if head < 2 or not index or len(table.rows) < head:
        return table
    above, names = table.rows[head - 2].cells, table.rows[head - 1].cells
    if len(names) <= index or len(above) < index or any(cell.colspan > 1 or cell.rowspan > 1 for cell in names):
        return table
    if any(cell.rowspan > 1 for row in table.rows[: head - 1] for cell in row.cells):
        return table
    if any(cell.colspan > 1 for cell in above[:index]) or sum(cell.colspan for cell in above) != len(names):
        return table
    if any(_text(cell) for cell in names[index:]) or not any(_text(cell) for cell in names[:index]):
        return table
    first = tuple(_joined(upper, lower) for upper, lower in zip(above[:index], names[:index], strict=True))
    merged = Row((*first, *above[index:]))
    rows = (*table.rows[: head - 2], merged, *table.rows[head:])
    return msgspec.structs.replace(table, rows=rows, header_rows=head - 1)


def _joined(columns: Cell, index: Cell) -> Cell:
    """The name of an index level, and after it the name of the columns' level, where both have one."""
    if not _text(columns):
        return index
    if not _text(index):
        return columns
    return msgspec.structs.replace(index, content=(*index.content, Span(" / "), *columns.content))


def _text(cell: Cell) -> str:
    return "…blocks" if cell.blocks else text_of(cell.content).strip()


def _aligned(table: Table) -> Table:
    numeric = _numeric_columns(table)
    if not numeric:
        return table
    changes: dict[int, list[Cell]] = {}
    for number, column, cell in grid(table.rows):
        wanted = column in numeric and cell.colspan == 1 and cell.align is None
        shown = msgspec.structs.replace(cell, align="right") if wanted else cell
        changes.setdefault(number, []).append(shown)
    rows = tuple(Row(tuple(changes.get(number, ()))) for number in range(len(table.rows)))
    return msgspec.structs.replace(table, rows=rows)


def _numeric_columns(table: Table) -> set[int]:
    """Columns whose body holds numbers and gaps only, and that nobody aligned."""
    found: set[int] = set()
    others = {number for number, column in enumerate(table.columns) if column.align is not None}
    for number, column, cell in grid(table.rows):
        if number < table.header_rows or column in others:
            continue
        text = _text(cell)
        if cell.align is not None or cell.colspan > 1:
            others.add(column)
        elif text.lower() in _EMPTY:
            continue
        elif is_numeric(text):
            found.add(column)
        else:
            others.add(column)
    return found - others
