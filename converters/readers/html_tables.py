"""HTML tables → tables with spans, alignment and colours: pandas frames, Stylers, tables in the narrative."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from converters import notes
from converters.build import cell_of
from converters.model import Align, Blocks, Cell, Inlines, Row, Table
from converters.readers.style import align_of, colors_in, declarations
from converters.readers.table_shape import shaped

if TYPE_CHECKING:
    from converters.readers.html import HtmlReader

MAX_SPAN = 1000
"""Source: HTML standard, "Attributes common to td and th elements": colspan is clamped to 1,000."""
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_BY_ID = re.compile(r"#([\w\-]+)$")


def read_table(element: Any, reader: HtmlReader, depth: int) -> Blocks:
    """The table, or what its cells hold where it has no rows."""
    rules = _rules(reader.sheet)
    rows: list[Row] = []
    header_rows, in_head = 0, True
    header_columns: list[int] = []
    spans: list[int] = []
    for row, section in _rows(element):
        align = _row_align(row)
        cells = tuple(_cell(cell, reader, rules, depth, align) for cell in row if cell.tag in {"td", "th"})
        if not cells:
            continue
        if in_head and (section == "thead" or (section != "tfoot" and all(cell.header for cell in cells))):
            header_rows += 1
            cells = tuple(_as_header(cell) for cell in cells)
        else:
            in_head = False
            header_columns.append(_leading_headers(cells, spans))
        rows.append(Row(cells))
    caption: Inlines = ()
    for child in element.iterchildren("caption"):
        caption = (*caption, *reader.inlines(child, depth))
    if not rows:
        return reader.flow(element, depth)
    columns = min((n for n in header_columns if n), default=0)
    return (shaped(Table(tuple(rows), header_rows, columns, caption=caption, where=reader.where)),)


def _rows(element: Any) -> list[tuple[Any, str]]:
    """Rows of this table (not of tables inside it), each with its section's name; the foot comes last."""
    found: list[tuple[Any, str]] = []
    foot: list[tuple[Any, str]] = []
    for child in element:
        if child.tag == "tr":
            found.append((child, "tbody"))
        elif child.tag in {"thead", "tbody", "tfoot"}:
            target = foot if child.tag == "tfoot" else found
            target.extend((row, child.tag) for row in child.iterchildren("tr"))
    return found + foot


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


def _span(value: str | None) -> int:
    """How many rows or columns a cell covers."""
    return min(max(int(value), 1), MAX_SPAN) if value and re.fullmatch(r"\d{1,6}", value.strip()) else 1


def _cell(
    element: Any, reader: HtmlReader, rules: dict[str, dict[str, str]], depth: int, row_align: Align | None
) -> Cell:
    """A cell with its look."""
    if not element.attrib and not len(element):  # nearly all cells of a frame
        return cell_of(reader.line(element.text), header=element.tag == "th", align=row_align)
    css = rules.get(element.get("id") or "", {}) | declarations(element.get("style") or "")
    align: Align | None = align_of(element.attrib, css) or row_align
    text, background = colors_in(css, "", element.get("bgcolor") or "")
    if css.get("display") == "none":
        reader.context.notes.append(notes.degraded("table.hidden", "a hidden table cell is shown empty", reader.where))
        return Cell(header=element.tag == "th")
    return cell_of(
        reader.flow(element, depth) if len(element) else reader.line(element.text),
        header=element.tag == "th",
        colspan=_span(element.get("colspan")),
        rowspan=_span(element.get("rowspan")),
        align=align,
        color=text,
        background=background,
    )


def _row_align(row: Any) -> Align | None:
    """Alignment that the row gives its cells. The one of a pandas header is for all columns alike and says nothing."""
    if "style" not in row.attrib and "align" not in row.attrib:
        return None
    part = row.getparent()
    table = part.getparent() if part is not None and part.tag == "thead" else None
    if table is not None and "dataframe" in (table.get("class") or "").split():
        return None
    return align_of(dict(row.attrib))


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
