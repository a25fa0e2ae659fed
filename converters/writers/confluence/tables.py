"""Tables → storage format."""

from __future__ import annotations

from collections.abc import Callable

from converters.build import text_of
from converters.model import Align, Cell, Inline, Inlines, LineBreak, Span, Table
from converters.readers.table_shape import grid
from converters.writers.confluence import macros, media
from converters.writers.confluence.context import Context, Place
from converters.writers.confluence.inlines import tinted, write_inlines
from converters.writers.confluence.xml import EMPTY, Xml, el, join, tags, within

BlocksWriter = Callable[..., Xml]

_NO_TEXT = el("p")
_HEADER, _DATA = tags("th"), tags("td")
_PARAGRAPHS: dict[str | None, tuple[Xml, Xml]] = {
    None: tags("p"),
    "center": tags("p", {"style": "text-align: center;"}),
    "right": tags("p", {"style": "text-align: right;"}),
}

_WIDTH_PX = 760
"""The text column; columns with relative widths share it."""

_WIDE_PX = 960
"""The widest table of layout ``wide``. Source: how Cloud reads ``colgroup``; more is ``full-width``."""

_MANY = 8
"""Columns from which on the text column may be too narrow: fewer leave 95 pixels and more to each."""

_SAMPLE = 60
"""Rows that are measured."""

_CHAR_PX, _PADDING_PX = 8, 20
"""A character at Cloud's font size of 14 pixels, and a cell's padding with its border."""

_WRAP, _LONG = 16, 40
"""Characters up to which a text stays in one line, and of the widest column."""


def write_table(table: Table, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """A table with header cells, spans, alignment and colours, its caption and what it doesn't show.

    All rows stand in ``tbody``: Atlassian's own parser skips rows in ``thead``.
    """
    write = _Cells(ctx, place, write_blocks).write
    covered: dict[tuple[int, int], None] = {}
    rows: list[Xml] = []
    head_rows, head_columns, columns = table.header_rows, table.header_columns, table.columns
    width = 0
    for number, row in enumerate(table.rows):
        if number == table.gap:
            rows.append(_gap(table, width))
        column = 0
        cells: list[Xml] = []
        for cell in row.cells:
            while covered and (number, column) in covered:
                column += 1
            header = cell.header or number < head_rows or column < head_columns
            align = cell.align or (columns[column].align if column < len(columns) else None)
            rowspan = min(cell.rowspan, len(table.rows) - number)
            cells.append(write(cell, align, rowspan, header=header))
            if rowspan > 1:
                covered |= {(number + y, column + x): None for y in range(1, rowspan) for x in range(cell.colspan)}
            column += cell.colspan
        width = max(width, column)
        if cells:
            rows.append(el("tr", None, *cells))
    if not rows:
        return join((_caption(table, ctx), _more(table, ctx)))
    layout, widths = _layout(table, width, ctx, place)
    body = el("table", {"data-layout": layout}, widths, el("tbody", None, *rows))
    return join((_caption(table, ctx), body, _more(table, ctx)))


def _gap(table: Table, width: int) -> Xml:
    """The row that stands for those left out."""
    left = (table.total_rows or 0) - (len(table.rows) - table.header_rows)
    text = el("p", {"style": "text-align: center;"}, f"⋮ {left:,} more rows ⋮" if left > 0 else "⋮")
    return el("tr", None, el("td", {"colspan": width if width > 1 else None}, text))


class _Cells:
    """The cells of one table. Cells that are one object, as the reader makes those of a board, are written once."""

    def __init__(self, ctx: Context, place: Place, write_blocks: BlocksWriter) -> None:
        self.ctx, self.place, self.write_blocks = ctx, place, write_blocks
        self.known: dict[tuple[int, bool, Align | None, int], Xml] = {}
        self.words: dict[tuple[bool, Align | None], tuple[str, str]] = {}

    def write(self, cell: Cell, align: Align | None, rowspan: int, *, header: bool) -> Xml:
        """A cell of that alignment, over that many rows."""
        if cell.blocks or not cell.content:
            return self.new(cell, align, rowspan, header=header)
        if rowspan == 1 == cell.colspan and not cell.color and not cell.background and len(cell.content) == 1:
            only = cell.content[0]
            if type(only) is Span and only.href is None and not (only.marks or only.color or only.background):
                return self.plain(self.ctx.text(only.text), align, header=header)
        key = id(cell), header, align, rowspan
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self.new(cell, align, rowspan, header=header)
        return found

    def plain(self, text: Xml, align: Align | None, *, header: bool) -> Xml:
        """A cell of unmarked words, as nearly all are."""
        if not text:
            return within(_HEADER if header else _DATA, _NO_TEXT)
        frame = self.words.get((header, align))
        if frame is None:
            outer, inner = _HEADER if header else _DATA, _PARAGRAPHS.get(align) or _PARAGRAPHS[None]
            frame = self.words[header, align] = outer[0] + inner[0], inner[1] + outer[1]
        return Xml(f"{frame[0]}{text}{frame[1]}")

    def new(self, cell: Cell, align: Align | None, rowspan: int, *, header: bool) -> Xml:
        """A cell that wasn't written before."""
        if cell.blocks:
            body = self.write_blocks(cell.blocks, self.ctx, self.place.inside("cell"), align)
        else:
            body = text_paragraph(write_inlines(cell.content, self.ctx), align, cell.color)
        if not cell.background and cell.colspan == 1 and rowspan == 1:
            return within(_HEADER if header else _DATA, body)
        attributes = {
            "colspan": cell.colspan if cell.colspan > 1 else None,
            "rowspan": rowspan if rowspan > 1 else None,
            "data-highlight-colour": cell.background,
        }
        return el("th" if header else "td", attributes, body)


def text_paragraph(text: Xml, align: Align | None, color: str = "") -> Xml:
    """A paragraph with an alignment, as cells hold it."""
    if not text:
        return _NO_TEXT
    if color:
        text = tinted(text, "color", color)
    return within(_PARAGRAPHS.get(align) or _PARAGRAPHS[None], text)


def _layout(table: Table, columns: int, ctx: Context, place: Place) -> tuple[str | None, Xml]:
    """Layout and columns of the table. The author's widths share the text column. On Cloud, which squeezes all columns
    into it, a table of many columns gets the widths that its texts need: it is shown wider, and beyond the window it
    scrolls. Data Center does so by itself.
    """
    total = sum(column.width for column in table.columns)
    if total > 0 and all(column.width > 0 for column in table.columns):
        wide = ctx.cloud and columns >= _MANY and place.kind == "page"
        shared = _WIDE_PX if wide else _WIDTH_PX
        return "wide" if wide else None, _columns([column.width / total * shared for column in table.columns])
    if not ctx.cloud or columns < _MANY or place.kind != "page":
        return None, EMPTY
    needed = _needed(table, columns)
    if sum(needed) <= _WIDTH_PX:
        return None, EMPTY
    return ("wide" if sum(needed) <= _WIDE_PX else "full-width"), _columns(needed)


def _columns(widths: list[float]) -> Xml:
    return el("colgroup", None, *(el("col", {"style": f"width: {width:.1f}px;"}) for width in widths))


def _needed(table: Table, columns: int) -> list[float]:
    """The width in CSS pixels that each column needs for its text, by its first rows."""
    longest = [1] * columns
    for _, column, cell in grid(table.rows[:_SAMPLE]):
        if cell.colspan == 1 and column < columns:
            text = text_of(cell.content)
            size = _LONG if cell.blocks else max(map(len, text.split(" "))) if " " in text else len(text) or 1
            size = max(size, min(len(text), _WRAP))
            longest[column] = max(longest[column], min(size, _LONG))
    return [float(size * _CHAR_PX + _PADDING_PX) for size in longest]


def _caption(table: Table, ctx: Context) -> Xml:
    anchor = macros.anchor(table.label) if ctx.anchors.linked(table.label) else EMPTY
    if not table.caption and not anchor:
        return EMPTY
    return el("p", None, anchor, caption_text(table.caption, ctx))


def caption_text(caption: Inlines, ctx: Context) -> Xml:
    """A caption in running text, set apart by emphasis; its line breaks stand outside, as Atlassian's parser wants it."""
    lines: list[list[Inline]] = [[]]
    for inline in caption:
        if isinstance(inline, LineBreak):
            lines.append([])
        else:
            lines[-1].append(inline)
    parts = [el("em", None, write_inlines(tuple(line), ctx)) if line else EMPTY for line in lines]
    return Xml(el("br").join(parts))


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
