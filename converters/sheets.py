"""Long tables: all of it as CSV, and of its rows the first and the last ones, both made row by row."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec

from converters.build import text_of
from converters.model import Cell, Row, Table, Where
from converters.notes import Note, degraded
from converters.walk import iter_inlines

R = TypeVar("R")
C = TypeVar("C")

_TAIL_SHARE = 10
"""One row in ten of those shown comes from the table's end."""

_FILL = 500_000
"""Characters that spans may add to a CSV beyond as many as it has: a table of spans must not fill the memory."""

_WIDEST = 16_384
"""Columns up to which spans are followed. Source: Excel specifications and limits."""

_BREAK = " / "
"""Between the levels of a column's name."""


class Sheet:
    """A table as CSV. Header rows become one line of names, a cell over several rows stands in each of them.

    So tools read one header and no gaps, as ``DataFrame.reset_index`` would write it. A text that spreadsheets would
    run as a formula gets an apostrophe before it (source: OWASP, "CSV Injection"); numbers stay as they are.
    """

    def __init__(self) -> None:
        self.guarded = 0
        self._out = io.StringIO()
        self._writer = csv.writer(self._out, lineterminator="\n")
        self._head: list[list[str]] = []
        self._below: dict[int, tuple[str, int]] = {}
        self._spare = _FILL
        self._plain = True

    def row(self, cells: Iterable[tuple[str, int, int]], *, header: bool = False) -> None:
        """Adds a row of cells, each with its text and how many columns and rows it covers."""
        line: list[str] = []
        for text, columns, rows in cells:
            if self._below:
                self._fill(line)
            self._plain = self._plain and text.isascii()
            self._spare += len(text)
            if text and text[0] in "=@+-\t\r":
                text = self._guard(text)  # noqa: PLW2901
            start = len(line)
            line.append(text)
            if (columns > 1 or rows > 1) and start < _WIDEST:
                columns = self._afford(columns, len(text) + 1 if header else 1)  # noqa: PLW2901
                line.extend([text if header else ""] * (columns - 1))
                if rows > 1:
                    self._below.update({start + i: (line[start + i], rows - 1) for i in range(columns)})
        if self._below:
            self._fill(line)
        if header:
            self._head.append(line)
            return
        self._begin()
        self._writer.writerow(line)

    def data(self) -> bytes:
        """The file: UTF-8, with a byte order mark where Excel needs one to read letters beyond ASCII."""
        self._begin()
        return self._out.getvalue().encode("utf-8" if self._plain else "utf-8-sig", "replace")

    def _fill(self, line: list[str]) -> None:
        """Adds what cells of the rows above leave in the next places."""
        while (found := self._below.pop(len(line), None)) is not None:
            text, rows = found
            if rows > 1:
                self._below[len(line)] = (text, rows - 1)
            if self._afford(2, len(text) + 1) < 2:  # spans without end: the rest of them is left empty
                self._below.clear()
                return
            line.append(text)

    def _afford(self, copies: int, size: int) -> int:
        """How many copies of a text of that size there is room for, at least the one that stands."""
        if (copies - 1) * size > self._spare:
            return 1
        self._spare -= (copies - 1) * size
        return copies

    def _begin(self) -> None:
        """Writes the header as one line: of each column the names of its levels, each once."""
        if self._head:
            width = max(map(len, self._head))
            levels = [[*line, *[""] * (width - len(line))] for line in self._head]
            self._head = []
            self._writer.writerow(
                [_BREAK.join(filter(None, dict.fromkeys(names))) for names in zip(*levels, strict=True)]
            )

    def _guard(self, text: str) -> str:
        from converters.readers.table_shape import is_numeric

        if text[0] in "+-" and (len(text) == 1 or is_numeric(text)):
            return text
        self.guarded += 1
        return f"'{text}"


class Open(NamedTuple, Generic[C]):
    """A cell that covers rows below its own: its columns, and how many rows from here on."""

    cell: C
    columns: int
    rows: int


class Window(Generic[R, C]):
    """The first and last body rows of a table that is given row by row; at most ``limit`` of them, at least 2."""

    def __init__(self, limit: int) -> None:
        limit = max(2, limit)
        tail = max(1, limit // _TAIL_SHARE)
        self.total = 0
        self.head: list[R] = []
        self._size = limit - tail
        self._tail: deque[tuple[R, dict[int, Open[C]]]] = deque()
        self._limit = tail
        self._open: dict[int, Open[C]] = {}

    def row(self, row: R, cells: Sequence[tuple[C, int, int]]) -> R | None:
        """Takes a row with its cells (columns and rows that each covers); gives back one that is shown no longer."""
        self.total += 1
        before = self._open
        if before or any(rows > 1 for _, _, rows in cells):
            self._open = _below(before, cells)
        if len(self.head) < self._size:
            self.head.append(row)
            return None
        self._tail.append((row, before))
        return self._tail.popleft()[0] if len(self._tail) > self._limit else None

    @property
    def left_out(self) -> int:
        """Rows between head and tail."""
        return self.total - len(self.head) - len(self._tail)

    def tail(self) -> tuple[list[R], dict[int, Open[C]]]:
        """The last rows, and by column the cells of rows left out that reach into the first of them."""
        rows = [row for row, _ in self._tail]
        return rows, self._tail[0][1] if rows and self.left_out else {}


def _below(before: dict[int, Open[C]], cells: Sequence[tuple[C, int, int]]) -> dict[int, Open[C]]:
    """What covers places of the row below one with these cells."""
    found = {column: Open(cell, wide, rows - 1) for column, (cell, wide, rows) in before.items() if rows > 1}
    taken = {column + i for column, (_, wide, _) in before.items() for i in range(wide)} if before else set()
    column = 0
    for cell, wide, rows in cells:
        while column in taken:
            column += 1
        if rows > 1:
            found[column] = Open(cell, wide, rows - 1)
        column += wide
    return found


def placed(own: Sequence[tuple[C, int]], carried: dict[int, Open[C]]) -> list[tuple[C, int]]:
    """A row's own cells (with the columns of each) and those that reach into it, in order; each with its rows, or 0
    for the row's own.
    """
    result: list[tuple[C, int]] = []
    waiting = dict(carried)
    column = 0
    for cell, wide in own:
        while (found := waiting.pop(column, None)) is not None:
            result.append((found.cell, found.rows))
            column += found.columns
        result.append((cell, 0))
        column += wide
    result.extend((found.cell, found.rows) for _, found in sorted(waiting.items(), key=lambda item: item[0]))
    return result


def resized(cell: Cell, rows: int) -> Cell:
    """The cell over that many rows; as it is for 0."""
    return msgspec.structs.replace(cell, rowspan=rows) if rows and rows != cell.rowspan else cell


def closed(rows: Sequence[Row]) -> list[Row]:
    """The rows with no cell that reaches below the last of them."""
    result = []
    for left, row in zip(range(len(rows), 0, -1), rows, strict=True):
        if any(cell.rowspan > left for cell in row.cells):
            row = Row(tuple(resized(cell, min(left, cell.rowspan)) for cell in row.cells))  # noqa: PLW2901
        result.append(row)
    return result


def long_table_notes(sheet: Sheet | None, total: int, left_out: int, where: Where | None) -> list[Note]:
    """What an author should know of a table of which the page shows a part."""
    text = f"table of {total:,} rows: {total - left_out:,} are on the page, all in the attached CSV"
    found = [degraded("table.rows", text, where)]
    if sheet and sheet.guarded:
        text = f"{sheet.guarded:,} cells of the CSV begin like a formula and got an apostrophe before them"
        found.append(degraded("table.formula", text, where))
    return found


def shortened(table: Table, limit: int) -> tuple[Table, bytes, list[Note]]:
    """The table with its first and last body rows, ``limit`` in all, the whole of it as CSV, and what to tell.

    A table that is a part already becomes a smaller part; its CSV, if it has one, stays, and no other is made.
    """
    sheet = None if table.gap is not None and table.data else Sheet()
    window: Window[Row, Cell] = Window(limit)
    head, body = table.rows[: table.header_rows], table.rows[table.header_rows :]
    for row in head if sheet else ():
        sheet.row(map(_shape, row.cells), header=True)  # type: ignore[union-attr]
    for row in body:
        if sheet:
            sheet.row(map(_shape, row.cells))
        window.row(row, [(cell, cell.colspan, cell.rowspan) for cell in row.cells])
    tail, carried = window.tail()
    if carried:
        tail = [Row(_with_carried(tail[0].cells, carried)), *tail[1:]]
    total = max(window.total, table.total_rows or 0)
    shown = window.total - window.left_out
    short = msgspec.structs.replace(
        table, rows=(*closed((*head, *window.head)), *tail), total_rows=total, gap=len(head) + len(window.head)
    )
    return short, sheet.data() if sheet else b"", long_table_notes(sheet, total, total - shown, table.where)


def _with_carried(cells: tuple[Cell, ...], carried: dict[int, Open[Cell]]) -> tuple[Cell, ...]:
    """The cells of a row with those that reach into it from rows left out."""
    return tuple(resized(cell, rows) for cell, rows in placed([(cell, cell.colspan) for cell in cells], carried))


def _shape(cell: Cell) -> tuple[str, int, int]:
    """A cell's text in one line, and the columns and rows that it covers."""
    text = text_of(cell.content) if cell.content else text_of(tuple(iter_inlines(cell.blocks)))
    return " ".join(text.split()), cell.colspan, cell.rowspan
