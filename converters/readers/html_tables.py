"""HTML tables → tables with spans, alignment and colours: pandas frames, Stylers, tables in the narrative."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from converters import notes
from converters.build import cell_of
from converters.model import Align, Blocks, Cell, Inlines, Mark, Paragraph, Row, Span, Table
from converters.readers import mime
from converters.readers.html_rows import LongTable, cells_of, long_table, rows_of, span
from converters.readers.style import align_of, colors_in, declarations, marks_in
from converters.readers.table_shape import shaped
from converters.sheets import Open, closed, long_table_notes, placed, resized

if TYPE_CHECKING:
    from converters.readers.html import HtmlReader

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_KNOWN_CELLS = 1000
"""Cells that are remembered at most: more of them come again less than they take memory."""
_BY_ID = re.compile(r"#([\w\-]+)$")


def read_table(element: Any, reader: HtmlReader, depth: int) -> Blocks:
    """The table, or what its cells hold where it has no rows.

    Beyond ``context.max_rows`` body rows only the first and the last are read, and the whole is kept as CSV.
    """
    rules = _rules(reader.sheet)
    limit = reader.context.max_rows
    long = reader.long.pop(element, None) or (long_table(element, limit) if limit else None)
    rows: list[Row] = []
    header_rows, in_head = 0, True
    header_columns: list[int] = []
    spans: list[int] = []
    read = _Cells(reader, rules, depth).read
    for row, section in long.rows() if long else rows_of(element):
        align = _row_align(row)
        cells = tuple([read(cell, align) for cell in cells_of(row)])
        if not cells:
            continue
        if long and len(rows) == long.gap and (carried := long.carried()):
            cells = _with_carried(cells, carried, reader, rules, depth)
            spans = []
        if in_head and (section == "thead" or (section != "tfoot" and _is_head(cells))):
            header_rows += 1
            cells = tuple(_as_header(cell) for cell in cells)
        else:
            in_head = False
            header_columns.append(_leading_headers(cells, spans))
        rows.append(Row(cells))
        if long and len(rows) == long.gap:
            rows = closed(rows)
            spans = []
    caption: Inlines = ()
    for child in element.iterchildren("caption"):
        caption = (*caption, *reader.inlines(child, depth))
    if not rows:
        return reader.flow(element, depth)
    columns = min((n for n in header_columns if n), default=0)
    table = shaped(Table(tuple(rows), header_rows, columns, caption=caption, where=reader.where))
    return (_shortened(table, long, reader) if long else table,)


def _with_carried(
    cells: tuple[Cell, ...],
    carried: Mapping[int, Open[Any]],
    reader: HtmlReader,
    rules: dict[str, dict[str, str]],
    depth: int,
) -> tuple[Cell, ...]:
    """The cells of a row with those that reach into it from rows left out."""
    above = {
        column: Open(_cell(cell, reader, rules, depth, None), wide, high)
        for column, (cell, wide, high) in carried.items()
    }
    return tuple(resized(cell, high) for cell, high in placed([(cell, cell.colspan) for cell in cells], above))


def _shortened(table: Table, long: LongTable, reader: HtmlReader) -> Table:
    """The table with the word on what it doesn't show."""
    import msgspec

    context = reader.context
    asset = mime.asset(long.sheet.data(), "text/csv", "table")
    context.assets.setdefault(asset.key, asset)
    context.notes.extend(long_table_notes(long.sheet, long.window.total, long.window.left_out, reader.where))
    # Two header rows may have become one.
    gap = long.gap - (len(long.rows()) - len(table.rows))
    return msgspec.structs.replace(table, total_rows=long.window.total, data=asset.key, gap=gap)


def _rules(sheet: str) -> dict[str, dict[str, str]]:
    """Declarations by element id, from rules such as ``#T_1_row0_col0, #T_1_row1_col0 { … }``."""
    result: dict[str, dict[str, str]] = {}
    for match in _RULE.finditer(sheet):
        found = declarations(match[2])
        if found:
            for selector in match[1].split(","):
                if named := _BY_ID.fullmatch(selector.strip()):
                    result.setdefault(named[1], {}).update(found)
    return result


class _Cells:
    """The cells of one table. Those that are written alike, as in boards and heat maps, are read once."""

    def __init__(self, reader: HtmlReader, rules: dict[str, dict[str, str]], depth: int) -> None:
        from lxml.etree import tostring

        self.reader, self.rules, self.depth = reader, rules, depth
        self.written = tostring
        self.known = reader.context.cells.setdefault((reader.style, depth), {})

    def read(self, element: Any, align: Align | None) -> Cell:
        """A cell in a row of that alignment."""
        if not element.attrib and not len(element):  # nearly all cells of a frame
            text = element.text or ""
            if not text.isascii():
                return cell_of(self.reader.line(text), header=element.tag == "th", align=align)
            words = " ".join(text.split())
            content = (Span(words, *self.reader.style),) if words else ()
            return Cell(content, header=element.tag == "th", align=align)
        if self.rules:  # the cell's name in it, so no two are alike
            return _cell(element, self.reader, self.rules, self.depth, align)
        key = (self.written(element, with_tail=False), align)
        return self.known.get(key) or self.new(element, align, key)

    def new(self, element: Any, align: Align | None, key: object) -> Cell:
        """A cell that was not met before."""
        context = self.reader.context
        before = len(context.notes), len(context.assets)
        cell = _cell(element, self.reader, self.rules, self.depth, align)
        alike = (
            not cell.blocks
            and b"<nbwiki-held" not in self.written(element)
            and before == (len(context.notes), len(context.assets))
        )  # blocks name their place
        if alike and len(self.known) < _KNOWN_CELLS:
            self.known[key] = cell
        return cell


def _cell(
    element: Any, reader: HtmlReader, rules: dict[str, dict[str, str]], depth: int, row_align: Align | None
) -> Cell:
    """A cell with its look."""
    a = dict(element.attrib)
    css = declarations(a.get("style", ""))
    if rules and (found := rules.get(a.get("id", ""))):
        css = found | css
    align: Align | None = align_of(a, css) or row_align
    text, background = colors_in(css, "", a.get("bgcolor", ""))
    if css.get("display") == "none":
        reader.context.notes.append(notes.degraded("table.hidden", "a hidden table cell is shown empty", reader.where))
        return Cell(header=element.tag == "th")
    if "gradient(" in css.get("background", "") + css.get("background-image", ""):
        _tell_bars(reader)
    marks = marks_in(css, frozenset()) if css and element.tag == "td" else frozenset()
    blocks = reader.flow(element, depth) if len(element) else reader.line(element.text)
    return cell_of(
        _marked(blocks, marks) if marks else blocks,
        header=element.tag == "th",
        colspan=span(a.get("colspan")),
        rowspan=span(a.get("rowspan")),
        align=align,
        color=text,
        background=background,
    )


def _marked(blocks: Blocks, marks: frozenset[Mark]) -> Blocks:
    """The blocks with these marks on all of their text, where they are one paragraph."""
    import msgspec

    only = blocks[0] if len(blocks) == 1 else None
    if not isinstance(only, Paragraph):
        return blocks
    content = tuple(
        msgspec.structs.replace(part, marks=part.marks | marks) if isinstance(part, Span) else part
        for part in only.content
    )
    return (msgspec.structs.replace(only, content=content),)


def _tell_bars(reader: HtmlReader) -> None:
    """Says once that bars are missing: a Styler's ``bar`` paints them as a gradient, which no wiki has."""
    if "table.bars" not in reader.context.told:
        reader.context.told.add("table.bars")
        text = "bars and gradients behind table cells aren't shown, only their values"
        reader.context.notes.append(notes.degraded("table.bars", text, reader.where))


def _row_align(row: Any) -> Align | None:
    """Alignment that the row gives its cells. The one of a pandas header is for all columns alike and says nothing."""
    if "style" not in row.attrib and "align" not in row.attrib:
        return None
    part = row.getparent()
    table = part.getparent() if part is not None and part.tag == "thead" else None
    if table is not None and "dataframe" in (table.get("class") or "").split():
        return None
    return align_of(dict(row.attrib))


def _is_head(cells: tuple[Cell, ...]) -> bool:
    """Whether a row has header cells only, beside an empty corner above the names of rows (as statsmodels writes it)."""
    corner = not cells[0].header and not cells[0].content and not cells[0].blocks and len(cells) > 2
    return all(cell.header for cell in (cells[1:] if corner else cells))


def _as_header(cell: Cell) -> Cell:
    """The cell as a header cell."""
    import msgspec

    return cell if cell.header else msgspec.structs.replace(cell, header=True)


def _leading_headers(cells: tuple[Cell, ...], spans: list[int]) -> int:
    """How many columns at the start of a row are headers; ``spans`` are rows that those above still cover, by column."""
    left = list(cells)
    column = 0
    while True:
        if column < len(spans) and spans[column] > 0:
            spans[column] -= 1
            column += 1
        elif left and left[0].header:
            cell = left.pop(0)
            spans[column : column + cell.colspan] = [cell.rowspan - 1] * cell.colspan
            column += cell.colspan
        else:
            return column
