"""Blocks of a table cell → runs of text, line by line: a Notion table cell holds rich text only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from converters.model import (
    Block,
    Code,
    Embed,
    Figure,
    Heading,
    Image,
    ListBlock,
    Math,
    Paragraph,
    Quote,
    Raw,
    Row,
)
from converters.walk import NESTING
from converters.writers.notion.context import Context
from converters.writers.notion.limits import clean
from converters.writers.notion.richtext import Run, Style, runs_of, web_url

_CODE: Style = frozenset({"code"})
_ITALIC: Style = frozenset({"italic"})


def _line(item: Block, context: Context) -> list[Run]:
    """The item's own text, without that of blocks inside it."""
    if isinstance(item, Paragraph | Heading):
        return runs_of(item.content, context)
    if isinstance(item, Code | Raw):
        return [Run(clean(item.text), _CODE)]
    if isinstance(item, Math):
        return [Run(clean(item.tex), _CODE)]
    if isinstance(item, Image):
        words = runs_of(item.caption, context) or [Run(clean(item.alt) or "picture below", _ITALIC)]
        context.simpler("table.image", "a picture in a table cell stands below the table")
        return words
    if isinstance(item, Embed):
        return [Run(clean(item.title or item.url), frozenset(), web_url(item.url) or "")]
    return []


def _inside(node: Any, context: Context) -> list[list[Run]]:
    """Lines of all text below a block or part, whatever it is: titles, terms, captions; a row's cells in one line."""
    lines: list[list[Run]] = []
    for name, kind in NESTING.get(type(node), ()):
        value = getattr(node, name)
        if kind == "inlines":
            lines.append(runs_of(value, context))
        elif kind == "blocks":
            lines.append(runs_of_blocks(value, context))
        elif isinstance(node, Row):
            cells = [run_line for cell in value if (run_line := _joined(_inside(cell, context), " "))]
            lines.append(_joined(cells, " | "))
        elif kind == "part":
            lines.append(runs_of_blocks((value,) if value is not None else (), context))
        elif kind == "columns":
            lines.extend(runs_of_blocks(column, context) for column in value)
        else:
            for part in value:
                title = getattr(part, "title", "") or getattr(part, "name", "")
                if isinstance(title, str) and title:
                    lines.append([Run(clean(title))])
                lines.extend(_inside(part, context))
    return [line for line in lines if line]


def _joined(lines: list[list[Run]], between: str) -> list[Run]:
    """The lines as one."""
    return [run for number, line in enumerate(lines) for run in ([Run(between), *line] if number else line)]


def runs_of_blocks(blocks: Iterable[Block], context: Context) -> list[Run]:
    """Runs of all text in the blocks, a line each; list items with a bullet or number."""
    lines: list[list[Run]] = []
    for item in blocks:
        if isinstance(item, ListBlock):
            for number, each in enumerate(item.items, item.start):
                mark = f"{number}. " if item.kind == "ordered" else {None: "• ", True: "☑ ", False: "☐ "}[each.checked]
                lines.append([Run(mark), *runs_of_blocks(each.blocks, context)])
        elif isinstance(item, Quote | Figure):
            lines.append(runs_of_blocks(item.blocks, context))
            if isinstance(item, Figure) and item.caption:
                lines.append(runs_of(item.caption, context))
        else:
            line = _line(item, context)
            if line:
                lines.append(line)
            else:
                context.simpler_once("table.block", "blocks in table cells are shown as text")
                lines.extend(_inside(item, context))
    return _joined(lines, "\n")
