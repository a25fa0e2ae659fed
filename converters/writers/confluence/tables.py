"""Tables → storage format."""

from __future__ import annotations

from collections.abc import Callable

from converters.model import Align, Cell, Inlines, Table
from converters.writers.confluence import macros, media
from converters.writers.confluence.context import Context, Place
from converters.writers.confluence.inlines import tinted, write_inlines
from converters.writers.confluence.xml import EMPTY, Xml, el, join

BlocksWriter = Callable[..., Xml]

_WIDTH_PX = 760
"""The text column; columns with relative widths share it."""


def write_table(table: Table, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """A table with header cells, spans, alignment and colours, its caption and what it doesn't show.

    All rows stand in ``tbody``: Atlassian's own parser skips rows in ``thead``.
    """
    covered: dict[tuple[int, int], None] = {}
    rows: list[Xml] = []
    for number, row in enumerate(table.rows):
        column = 0
        cells: list[Xml] = []
        for cell in row.cells:
            while (number, column) in covered:
                column += 1
            header = cell.header or number < table.header_rows or column < table.header_columns
            align = cell.align or (table.columns[column].align if column < len(table.columns) else None)
            rowspan = min(cell.rowspan, len(table.rows) - number)
            cells.append(_cell(cell, ctx, place, write_blocks, header=header, align=align, rowspan=rowspan))
            covered |= {(number + y, column + x): None for y in range(1, rowspan) for x in range(cell.colspan)}
            column += cell.colspan
        if cells:
            rows.append(el("tr", None, *cells))
    if not rows:
        return join((_caption(table, ctx), _more(table, ctx)))
    body = el("table", None, _widths(table), el("tbody", None, *rows))
    return join((_caption(table, ctx), body, _more(table, ctx)))


def _cell(  # noqa: PLR0913  (what a cell takes from its table)
    cell: Cell,
    ctx: Context,
    place: Place,
    write_blocks: BlocksWriter,
    *,
    header: bool,
    align: Align | None,
    rowspan: int,
) -> Xml:
    attributes: dict[str, str | int | None] = {
        "colspan": cell.colspan if cell.colspan > 1 else None,
        "rowspan": rowspan if rowspan > 1 else None,
        "data-highlight-colour": cell.background,
    }
    if cell.blocks:
        body = write_blocks(cell.blocks, ctx, place.inside("cell"), align)
    else:
        body = text_paragraph(write_inlines(cell.content, ctx), align, cell.color)
    return el("th" if header else "td", attributes, body)


def text_paragraph(text: Xml, align: Align | None, color: str = "") -> Xml:
    """A paragraph with an alignment, as cells hold it."""
    text = tinted(text, "color", color)
    style = f"text-align: {align};" if align in {"center", "right"} else None
    return el("p", {"style": style}, text) if text else el("p")


def _widths(table: Table) -> Xml:
    total = sum(column.width for column in table.columns)
    if total <= 0 or not all(column.width > 0 for column in table.columns):
        return EMPTY
    columns = [el("col", {"style": f"width: {column.width / total * _WIDTH_PX:.1f}px;"}) for column in table.columns]
    return el("colgroup", None, *columns)


def _caption(table: Table, ctx: Context) -> Xml:
    anchor = macros.anchor(table.label) if ctx.anchors.linked(table.label) else EMPTY
    if not table.caption and not anchor:
        return EMPTY
    return el("p", None, anchor, caption_text(table.caption, ctx))


def caption_text(caption: Inlines, ctx: Context) -> Xml:
    """A caption in running text, set apart by emphasis."""
    return el("em", None, write_inlines(caption, ctx)) if caption else EMPTY


def _more(table: Table, ctx: Context) -> Xml:
    """The line under a table that shows fewer rows than the author's, and the way to all of them."""
    shown = len(table.rows) - table.header_rows
    asset = ctx.asset(table.data, table.where) if table.data else None
    parts: list[Xml] = []
    if table.total_rows is not None and table.total_rows > shown:
        parts.append(ctx.text(f"{shown:,} of {table.total_rows:,} rows"))
    if asset:
        size = media.file_size(len(asset.data))
        parts.append(join((macros.attachment_link(asset.filename, ctx.text(f"{asset.name}")), ctx.text(f" ({size})"))))
    return el("p", None, Xml(" · ".join(parts))) if parts else EMPTY
