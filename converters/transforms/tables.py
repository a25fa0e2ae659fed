"""Long tables → head, tail and the whole of it as CSV: a page is for reading, a file for looking up."""

from __future__ import annotations

import csv
import io

import msgspec

from converters.build import text_of
from converters.model import Block, Cell, Document, Table
from converters.notes import degraded
from converters.transforms.context import Context
from converters.walk import iter_inlines, map_blocks

_TAIL_SHARE = 10
"""One row in ten of those shown comes from the table's end."""


def tables(document: Document, context: Context) -> Document:
    """The document with each table of at most ``limits.max_rows`` body rows; writers show "n of N rows"."""

    def one(block: Block) -> Block:
        limit = max(2, context.options.limits.max_rows)
        if not isinstance(block, Table) or len(block.rows) - block.header_rows <= limit:
            return block
        return _shortened(block, limit, context)

    return msgspec.structs.replace(document, blocks=map_blocks(document.blocks, one))


def _shortened(table: Table, limit: int, context: Context) -> Table:
    total = len(table.rows) - table.header_rows
    tail = max(1, limit // _TAIL_SHARE)
    first = table.header_rows + limit - tail
    asset = context.add(_csv(table).encode(), "text/csv", "table")
    text = f"table of {total:,} rows: {limit:,} are on the page, all in the attached CSV"
    context.notes.append(degraded("table.rows", text, table.where))
    head = _closed(table.rows[:first])
    rows = (*head, *table.rows[len(table.rows) - tail :])
    return msgspec.structs.replace(table, rows=rows, total_rows=table.total_rows or total, data=asset.key)


def _closed(rows: tuple[object, ...]) -> tuple[object, ...]:
    """The rows with no cell that reaches below the last of them."""
    result = []
    for number, row in enumerate(rows):
        left = len(rows) - number
        cells = row.cells  # type: ignore[attr-defined]
        if any(cell.rowspan > left for cell in cells):
            cells = tuple(
                msgspec.structs.replace(cell, rowspan=left) if cell.rowspan > left else cell for cell in cells
            )
            row = msgspec.structs.replace(row, cells=cells)  # type: ignore[type-var]  # noqa: PLW2901
        result.append(row)
    return tuple(result)


def _csv(table: Table) -> str:
    """All rows as CSV; a cell that covers several places stands in its first one."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    covered: dict[tuple[int, int], bool] = {}
    for number, row in enumerate(table.rows):
        line: list[str] = []
        for cell in row.cells:
            while covered.pop((number, len(line)), False):
                line.append("")
            column = len(line)
            line.extend([_text(cell), *[""] * (cell.colspan - 1)])
            for below in range(1, cell.rowspan):
                for beside in range(cell.colspan):
                    covered[number + below, column + beside] = True
        while covered.pop((number, len(line)), False):
            line.append("")
        writer.writerow(line)
    return out.getvalue()


def _text(cell: Cell) -> str:
    """A cell's text; a leading apostrophe keeps spreadsheets from running what starts like a formula."""
    text = text_of(cell.content) if cell.content else text_of(tuple(iter_inlines(cell.blocks)))
    risky = text[:1] in {"=", "@"} or (
        text[:1] in {"+", "-"} and not text[1:2].isdigit() and text[1:2] not in {".", ""}
    )
    return f"'{text}" if risky else text
