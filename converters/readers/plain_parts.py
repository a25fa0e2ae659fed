"""Tables and nested lists of the plainest kind, read without the parser: each line is one row, or one item.

Whatever is in doubt gives None and is left to the parser; ``tests/converters/test_quick.py`` compares both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from converters.model import Align, Block, Blocks, Cell, Column, Inlines, ListBlock, ListItem, Row, Table, Where
from converters.readers.inlines import InlineReader
from converters.readers.outline import LINE_START
from converters.readers.paragraphs import one_line
from converters.readers.quick import quick_line, quick_part
from converters.readers.table_shape import shaped

if TYPE_CHECKING:
    from converters.readers.blocks import BlockReader
    from converters.readers.context import MarkdownContext

_DELIMITERS = re.compile(r"\|(?: *:?-+:? *\|)+$")
_ITEM = re.compile(r"( *)([*+\-]|\d{1,9}[.)]) (?:\[([ xX])\] )?(\S.*)$")
_DEEPEST = 10
"""Levels of lists that are read here; what is deeper may be flattened, which is the parser's reader's to tell."""


def plain_part(text: str, line: int, where: Where | None, reader: BlockReader) -> Blocks | None:
    """Blocks of a table or a list of the plainest kind; None for all others."""
    context = reader.context
    before = len(context.notes)

    def item(words: str) -> Blocks:
        made = quick_part("item", words, 0, context, where)
        return reader.part(("item", line, words, 0), where) if made is None else made

    if text[0] != "|":
        found = plain_list(text, where, item)
    else:  # between "<" and ">" a cell may hold blocks
        found = None if "<" in text else plain_table(text, where, lambda words: _cell(words, where, context))
    if found is None:
        del context.notes[before:]
    return found


def _cell(words: str, where: Where | None, context: MarkdownContext) -> Inlines | None:
    """The text of a table cell; None where it nests too deep."""
    from converters.readers.markdown import parse_line

    before = len(context.notes)
    content = quick_line(words, context, where)
    if content is not None:
        return content
    del context.notes[before:]
    children = parse_line(words, context)
    return None if children is None else one_line(InlineReader(context, where).read(children), context)


def plain_table(text: str, where: Where | None, read: Callable[[str], Inlines | None]) -> Blocks | None:
    """A table whose lines all begin and end with a bar; ``read`` reads a cell's text.

    None for any other, for rows of too many cells, and for bars that a backslash might make text.
    """
    lines = [line.rstrip(" ") for line in text.rstrip("\n ").split("\n")]
    if len(lines) < 2 or "\\" in text or not _DELIMITERS.match(lines[1]):
        return None
    if not all(len(line) > 1 and line[0] == "|" == line[-1] for line in lines):
        return None
    aligns = [_align(words.strip(" ")) for words in lines[1][1:-1].split("|")]
    found = [line[1:-1].split("|") for line in (lines[0], *lines[2:])]
    width = len(aligns)
    if len(found[0]) != width or any(len(words) > width for words in found):
        return None
    rows = []
    for number, words in enumerate(found):
        contents: list[Inlines] = []
        for part in words:
            bare = part.strip(" ")
            content = read(bare) if bare else ()
            if content is None:
                return None
            contents.append(content)
        contents += [()] * (width - len(contents))
        rows.append(Row(tuple(Cell(c, header=not number, align=a) for c, a in zip(contents, aligns, strict=True))))
    head = int(any(cell.content for cell in rows[0].cells) or len(rows) == 1)
    columns = tuple(Column(align) for align in aligns)
    return (shaped(Table(tuple(rows if head else rows[1:]), head, columns=columns, where=where)),)


def _align(delimiter: str) -> Align | None:
    left, right = delimiter[0] == ":", delimiter[-1] == ":"
    return "center" if left and right else "left" if left else "right" if right else None


class _List:
    """A list in the making: the blanks before its markers, its marker, and the column at which its items' text begins."""

    __slots__ = ("column", "indent", "items", "marker", "start")

    def __init__(self, indent: int, marker: str) -> None:
        self.indent = indent
        self.marker = marker[-1]
        self.start = int(marker[:-1]) if len(marker) > 1 else 0
        self.column = 0
        self.items: list[tuple[Blocks, list[Block], bool | None]] = []

    def block(self, where: Where | None) -> ListBlock:
        """The list."""
        items = tuple(ListItem((*words, *nested), checked) for words, nested, checked in self.items)
        if all(item.checked is not None for item in items):
            return ListBlock("task", items, where=where)
        if self.marker in ".)":
            return ListBlock("ordered", items, self.start, where)
        return ListBlock("bullet", items, where=where)


def plain_list(text: str, where: Where | None, read: Callable[[str], Blocks]) -> Blocks | None:
    """A list, nested or not, of items of one line without blank lines; ``read`` reads an item's text.

    None for any other, and where an item stands at no column at which items of an open list do.
    """
    found = []
    for line in text.rstrip("\n ").split("\n"):
        match = _ITEM.match(line)
        if match is None or not LINE_START.match(match[4]):
            return None
        found.append(match)
    open_lists = [_List(0, found[0][2])]
    top = open_lists[0]
    if found[0][1]:
        return None
    for match in found:
        indent, marker = len(match[1]), match[2]
        last = open_lists[-1]
        if last.items and indent >= last.column:
            # numbers other than 1 don't interrupt a text; from four blanks on it would go on with that of the item
            if indent > last.column + 3 or len(open_lists) == _DEEPEST or marker[:-1] not in {"", "1"}:
                return None
            last = _List(indent, marker)
            open_lists.append(last)
        while open_lists[-1].indent > indent:
            _close(open_lists, where)
        last = open_lists[-1]
        if last.indent != indent or last.marker != marker[-1]:
            return None
        last.column = indent + len(marker) + 1
        last.items.append((read(match[4]), [], None if match[3] is None else match[3] != " "))
    while len(open_lists) > 1:
        _close(open_lists, where)
    return (top.block(where),)


def _close(open_lists: list[_List], where: Where | None) -> None:
    """The innermost list is done, and goes into the last item of the one around it."""
    done = open_lists.pop()
    open_lists[-1].items[-1][1].append(done.block(where))
