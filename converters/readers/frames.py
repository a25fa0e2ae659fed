"""Containers of Markdown on their way to blocks, and what lists, boxes and tables become."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from converters import notes
from converters.model import Block, Blocks, Callout, Column, Inlines, ListBlock, Row, Table, Where
from converters.readers.boxes import callout
from converters.readers.table_shape import shaped

if TYPE_CHECKING:
    from markdown_it.token import Token

    from converters.readers.blocks import BlockReader

_BAR = re.compile(r"(?<!\\)\|")


class Frame:
    """An open container: what stands in it so far. ``items`` are parts that are no blocks (items, rows, cells)."""

    __slots__ = ("attributes", "blocks", "items", "kind", "title", "token")

    def __init__(self, kind: str, token: Token | None = None, attributes: dict[str, str] | None = None) -> None:
        self.kind = kind
        self.token = token
        self.attributes = attributes or {}
        self.blocks: list[Block] = []
        self.items: list[Any] = []
        self.title: Inlines = ()


def list_block(frame: Frame, where: Where | None) -> Blocks:
    """A list, a task list where each item is a task; blocks left over by too deep nesting follow it."""
    items = tuple(frame.items)
    rest = tuple(frame.blocks)
    if not items:
        return rest
    if all(item.checked is not None for item in items):
        return (ListBlock("task", items, where=where), *rest)
    if frame.kind == "ordered_list":
        start = int(frame.token.attrs.get("start", 1)) if frame.token else 1
        return (ListBlock("ordered", items, start, where), *rest)
    return (ListBlock("bullet", items, where=where), *rest)


def admonition(frame: Frame, where: Where | None) -> Callout:
    """``!!! note "Title"``, ``???`` folded."""
    token = frame.token
    name = str(token.meta.get("tag", "note")) if token else "note"
    folded = bool(token and token.markup == "???")
    return callout(name, frame.title, tuple(frame.blocks), where, folded=folded)


def table(frame: Frame, where: Where | None) -> Table:
    """A GFM table; a header row without any text is none."""
    rows: tuple[Row, ...] = tuple(frame.items)
    head = 1 if rows else 0
    columns = tuple(Column(cell.align) for cell in rows[0].cells) if rows else ()
    if len(rows) > 1 and not any(cell.content or cell.blocks for cell in rows[0].cells):
        rows, head = rows[1:], 0
    return shaped(Table(rows, head, columns=columns, where=where))


def cells_in(line: str) -> int:
    """How many cells stand in a line of a GFM table."""
    return len(_BAR.split(line.strip(" >").removeprefix("|").removesuffix("|")))


def add_row(frame: Frame, stack: list[Frame]) -> None:
    """A table row goes to the innermost table, past its head or body."""
    table = next(f for f in reversed(stack) if f.kind == "table")
    table.items.append(Row(tuple(frame.items)))
    if stack[-1].kind == "thead":
        table.attributes["head"] = str(len(table.items))


def cells_left_out(frame: Frame, reader: BlockReader) -> None:
    """A note for rows that hold more cells than the table has columns: GFM leaves those out."""
    if frame.token is None or frame.token.map is None or not frame.items:
        return
    columns, first = len(frame.items[0].cells), frame.token.map[0]
    for number in range(first + 2, frame.token.map[1]):
        found = cells_in(reader.source[number]) if number < len(reader.source) else 0
        if found > columns:
            text = f"a row of {found} cells in a table of {columns} columns: the rest is left out (write \\| for a bar)"
            where = reader.where if reader.context.where else reader.context.at(reader.line + number)
            reader.context.notes.append(notes.dropped("table.cells", text, where))
