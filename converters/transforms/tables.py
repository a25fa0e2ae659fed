"""Long tables → head, tail and the whole of it as CSV: a page is for reading, a file for looking up."""

from __future__ import annotations

import msgspec

from converters.build import text_of
from converters.model import Block, Cell, Document, Output, Row, Section, Table, Toggle
from converters.sheets import Open, Sheet, Window, closed, long_table_notes, placed, resized
from converters.transforms.context import Context
from converters.walk import iter_inlines, map_blocks

PAGE_CELLS = 60_000
"""Table cells of all outputs together that a page shows: about three quarters of the 5 MB that Confluence takes, and
several thousand blocks in Notion. Beyond it the longest tables show fewer rows, all of them the same number.
"""

_SMALL = 2_000_000
"""Characters of HTML that hold fewer cells than ``PAGE_CELLS`` (a cell of a frame takes 30), so nothing is counted."""


def tables(document: Document, context: Context) -> Document:
    """The document with each table of at most ``limits.max_rows`` body rows; writers show "n of N rows"."""
    if not context.has(document.blocks, Table):
        return document

    def one(block: Block) -> Block:
        limit = context.max_rows
        if not isinstance(block, Table) or block.gap is not None or len(block.rows) - block.header_rows <= limit:
            return block
        return shortened(block, limit, context)

    return msgspec.structs.replace(document, blocks=map_blocks(document.blocks, one))


def shown_rows(document: Document, limit: int) -> int:
    """How many body rows a table of this document shows at most: ``limit``, fewer where its outputs hold more cells
    than a page can. Counted before the outputs are read, so that cells which nobody sees are never built.
    """
    pages = [
        form.text
        for output in _outputs(document.blocks)
        for form in output.forms
        if form.mime == "text/html" and "<table" in form.text
    ]
    if sum(map(len, pages)) < _SMALL:
        return max(2, limit)
    sizes = []
    for page in pages:
        rows = page.count("<tr") or 1
        sizes.append((rows, max(1, (page.count("<td") + page.count("<th")) // rows)))
    low, high = 2, max(2, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(rows, middle) * width for rows, width in sizes) <= PAGE_CELLS:
            low = middle
        else:
            high = middle - 1
    return max(2, min(low, limit))


def _outputs(blocks: tuple[Block, ...]) -> list[Output]:
    found = []
    for block in blocks:
        if isinstance(block, Output):
            found.append(block)
        elif isinstance(block, Toggle | Section):
            found.extend(_outputs(block.blocks))
    return found


def shortened(table: Table, limit: int, context: Context) -> Table:
    """The table with its first and last rows, ``limit`` in all, and the whole of it as CSV."""
    sheet = Sheet()
    window: Window[Row, Cell] = Window(limit)
    head = table.rows[: table.header_rows]
    for row in head:
        sheet.row(map(_shape, row.cells), header=True)
    for row in table.rows[table.header_rows :]:
        sheet.row(map(_shape, row.cells))
        window.row(row, [(cell, cell.colspan, cell.rowspan) for cell in row.cells])
    tail, carried = window.tail()
    if carried:
        tail = [Row(_with_carried(tail[0].cells, carried)), *tail[1:]]
    asset = context.add(sheet.data(), "text/csv", "table")
    context.notes.extend(long_table_notes(sheet, window.total, window.left_out, table.where))
    return msgspec.structs.replace(
        table,
        rows=(*closed((*head, *window.head)), *tail),
        total_rows=window.total,
        data=asset.key,
        gap=len(head) + len(window.head),
    )


def _with_carried(cells: tuple[Cell, ...], carried: dict[int, Open[Cell]]) -> tuple[Cell, ...]:
    """The cells of a row with those that reach into it from rows left out."""
    return tuple(resized(cell, rows) for cell, rows in placed([(cell, cell.colspan) for cell in cells], carried))


def _shape(cell: Cell) -> tuple[str, int, int]:
    """A cell's text in one line, and the columns and rows that it covers."""
    text = text_of(cell.content) if cell.content else text_of(tuple(iter_inlines(cell.blocks)))
    return " ".join(text.split()), cell.colspan, cell.rowspan
