"""Tables: spans laid out on a grid, cells as rich text. Notion's tables have neither spans nor alignment."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from converters.model import Block, Cell, Image, InlineImage, Paragraph, Span, Table
from converters.writers.notion.colors import notion_color
from converters.writers.notion.context import Context, Item, Shape
from converters.writers.notion.limits import MAX_COLUMNS
from converters.writers.notion.richtext import Run, Style, items_of, plain_item, runs_of, text_items
from converters.writers.notion.shapes import block, parts_of

CellRuns = Callable[[tuple[Block, ...]], list[Run]]
"""Flattens a cell's blocks to runs."""

_BOLD: Style = frozenset({"bold"})


def grid_of(table: Table, context: Context) -> list[list[Cell | None]]:
    """The table's cells by row and column, all rows equally wide; None where a span covers or nothing stands."""
    if all(cell.colspan == 1 == cell.rowspan for row in table.rows for cell in row.cells):
        width = max((len(row.cells) for row in table.rows), default=0)
        return [[*row.cells, *[None] * (width - len(row.cells))] for row in table.rows]
    rows: list[dict[int, Cell | None]] = [{} for _ in table.rows]
    spanned = False
    for number, row in enumerate(table.rows):
        column = 0
        for cell in row.cells:
            while column in rows[number]:
                column += 1
            wide = max(1, min(cell.colspan, MAX_COLUMNS * 10))
            high = max(1, min(cell.rowspan, len(rows) - number))
            spanned = spanned or wide > 1 or high > 1
            for below in range(high):
                for right in range(wide):
                    rows[number + below].setdefault(column + right, None)
            rows[number][column] = cell
            column += wide
    if spanned:
        context.simpler("table.spans", "cells that span rows or columns stand in their first one: Notion has no spans")
    width = max((max(row, default=-1) + 1 for row in rows), default=0)
    return [[row.get(column) for column in range(width)] for row in rows]


def _cell_items(cell: Cell, bold: bool, context: Context, flatten: CellRuns) -> list[Item]:
    extra = _BOLD if bold else frozenset()
    if not (cell.blocks or cell.background or cell.color):
        plain = plain_item(cell.content, extra)
        if plain is not None:
            return plain
    runs = flatten(cell.blocks) if cell.blocks else runs_of(cell.content, context)
    if cell.background or cell.color:
        runs = _tinted(runs, cell, context)
    items = items_of([run._replace(style=run.style | extra) for run in runs] if extra else runs)
    if len(items) <= MAX_COLUMNS // 2:
        return items
    if len(parts_of(items)) > 1:
        items = items_of([Run("".join(run.text for run in runs))])
        if len(parts_of(items)) > 1:
            context.simpler("table.cell", "a table cell's text is longer than Notion takes; cut")
        else:
            context.simpler("table.cell", "a table cell with more than 100 styles is shown as plain text")
    return parts_of(items)[0]


def _tinted(runs: list[Run], cell: Cell, context: Context) -> list[Run]:
    """The runs in the cell's colour, where they have none of their own: behind them, as Notion's cells have none.

    Black, white and grey text on a colour is there to be read on it, and nothing that is missed.
    """
    ground, color = notion_color(cell.background), notion_color(cell.color)
    if ground != "default":
        tint = f"color:{ground}_background"
        if color not in {"default", "gray"}:
            context.simpler_once("text.colors", "Notion shows a text colour or a background, not both; background kept")
    elif color != "default":
        tint = f"color:{color}"
    else:
        return runs
    return [
        run if any(name.startswith("color:") for name in run.style) else run._replace(style=run.style | {tint})
        for run in runs
    ]


def _headers(table: Table) -> tuple[int, int]:
    """How many rows and columns are headers, by the table's word or by its cells."""
    rows, columns = table.header_rows, table.header_columns
    if not rows and table.rows and table.rows[0].cells and all(cell.header for cell in table.rows[0].cells):
        rows = 1
    return rows, columns


def table_blocks(table: Table, context: Context, flatten: CellRuns) -> list[Shape]:
    """The table as one block, or side by side parts of 100 columns one after the other; none when it is empty."""
    grid = grid_of(table, context)
    if not grid or not grid[0]:
        return []
    head_rows, head_columns = _headers(table)
    if any(column.align in {"center", "right"} for column in table.columns):
        context.simpler_once("table.align", "Notion's tables don't align columns")
    named_from, named_below = min(head_columns, 1), min(head_rows, 1)
    rows = [
        [
            []
            if cell is None
            else _cell_items(
                cell,
                (cell.header and number >= named_below and column >= named_from)
                or 1 <= number < head_rows
                or 1 <= column < head_columns,
                context,
                flatten,
            )
            for column, cell in enumerate(row)
        ]
        for number, row in enumerate(grid)
    ]
    if table.gap is not None:
        rows.insert(table.gap, [text_items("⋮") for _ in grid[0]])
    return [
        block(
            "table",
            {
                "table_width": len(part),
                "has_column_header": head_rows > 0,
                "has_row_header": head_columns > 0 and part[0] == 0,
            },
            [{"type": "table_row", "table_row": {"cells": [row[i] for i in part]}} for row in rows],
        )
        for part in _parts(len(grid[0]), head_columns, context)
    ]


def _parts(width: int, head_columns: int, context: Context) -> list[list[int]]:
    """The columns of each part; every part begins with those that name its rows, as far as they leave room."""
    if width <= MAX_COLUMNS:
        return [list(range(width))]
    context.simpler("table.wide", f"table of {width} columns shown in parts of {MAX_COLUMNS}")
    again = list(range(head_columns)) if head_columns < MAX_COLUMNS // 2 else []
    step = MAX_COLUMNS - len(again)
    later = [again + list(range(start, min(start + step, width))) for start in range(MAX_COLUMNS, width, step)]
    return [list(range(MAX_COLUMNS)), *later]


SMALL = 32
"""Pixels. Pictures as high as a line or two are icons, whose words in the cell say enough."""


def pictures_in(table: Table) -> list[Image]:
    """Pictures in the table's cells, in reading order, each once; they are shown below it."""
    found: dict[str, Image] = {}
    for row in table.rows:
        for cell in row.cells:
            if not cell.blocks and len(cell.content) == 1 and type(cell.content[0]) is Span:
                continue  # nearly all cells
            for picture in _pictures(cell):
                found.setdefault(picture.asset or picture.url, picture)
    return list(found.values())


def _pictures(cell: Cell) -> Iterator[Image]:
    running = list(cell.content)
    for inner in cell.blocks:
        if isinstance(inner, Image) and (inner.asset or inner.url):
            yield inner
        elif isinstance(inner, Paragraph):
            running += inner.content
    for inline in running:
        if isinstance(inline, InlineImage) and (inline.asset or inline.url):
            size = inline.height or inline.width
            if size is None or size > SMALL:
                yield Image(
                    asset=inline.asset, url=inline.url, alt=inline.alt, width=inline.width, height=inline.height
                )
