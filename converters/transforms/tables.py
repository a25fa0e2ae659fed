"""Long tables → head, tail and the whole of it as CSV: a page is for reading, a file for looking up."""

from __future__ import annotations

import msgspec

from converters.model import Block, Document, Output, Section, Table, Toggle
from converters.sheets import shortened
from converters.transforms.context import Context

PAGE_CELLS = 60_000
"""Table cells of all outputs together that a page shows: about three quarters of the 5 MB that Confluence takes, and
several thousand blocks in Notion. Beyond it the longest tables show fewer rows, all of them the same number.
"""

_SMALL = 2_000_000
"""Characters of HTML that hold fewer cells than ``PAGE_CELLS`` (a cell of a frame takes 30), so nothing is counted."""


_TABLES = frozenset({Table})


def tables(document: Document, context: Context) -> Document:
    """The document with each table of at most ``limits.max_rows`` body rows; writers show "n of N rows"."""
    if not context.has(document.blocks, Table):
        return document

    def one(block: Block) -> Block:
        limit = context.max_rows
        if not isinstance(block, Table) or block.gap is not None or len(block.rows) - block.header_rows <= limit:
            return block
        table, csv, notes = shortened(block, limit)
        context.notes.extend(notes)
        return msgspec.structs.replace(table, data=context.add(csv, "text/csv", "table").key) if csv else table

    blocks = context.mapped(document.blocks, _TABLES, one)
    return document if blocks is document.blocks else msgspec.structs.replace(document, blocks=blocks)


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
        elif type(block) is Toggle or type(block) is Section:
            found.extend(_outputs(block.blocks))
    return found
