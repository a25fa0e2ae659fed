"""Pandoc's simple and multiline tables: a markdown-it rule for their lines, and the table of its token."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from converters.build import cell_of
from converters.model import Align, Blocks, Cell, Column, Row, Table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

    from converters.readers.blocks import BlockReader

_LINE = r"(?= *(?:- +)*--) *-+(?: +-+)+ *$"
"""Dashes say where the columns stand: two columns at least, as one alone is a heading's; ``- - -`` is a rule."""

DASHES = re.compile(rf"^(?:[ ]*>)*{_LINE}", re.MULTILINE)
_COLUMNS = re.compile(_LINE)
_RULE = re.compile(r" {0,3}-{3,} *$")
_PAD = "\0"

_Lines: TypeAlias = Callable[[int], "str | None"]
"""A container's lines by number, without its own marks; None behind the last."""


def pandoc_tables_plugin(md: MarkdownIt) -> None:
    """Adds the rule: lines over and under dashes are the token ``dash_table``."""
    md.block.ruler.before("code", "dash_table", _dash_table)


def _dash_table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    lines = _lines(state, start_line, end_line)
    first = lines(0)
    if first is None or not first.strip():
        return False
    if _RULE.match(first) and not _COLUMNS.match(first):
        end = _multiline_end(lines)
    elif _COLUMNS.match(first):
        end = _headless_end(lines)
    elif _COLUMNS.match(lines(1) or ""):
        end = _simple_end(lines, 2)
    else:
        return False
    if not end:
        return False
    if not silent:
        state.line = start_line + end
        token = state.push("dash_table", "", 0)
        token.content = "\n".join(lines(number) or "" for number in range(end))
        token.block, token.map = True, [start_line, state.line]
    return True


def _lines(state: StateBlock, start: int, end: int) -> _Lines:
    """The lines from ``start`` on."""

    def line(number: int) -> str | None:
        at = start + number
        if at >= end or (state.sCount[at] < state.blkIndent and not state.isEmpty(at)):
            return None
        text = state.getLines(at, at + 1, state.blkIndent, False)
        return "" if text.isspace() else text

    return line


def _simple_end(lines: _Lines, number: int) -> int:
    """The line behind a table of one line a row: a blank one, or dashes that close it; 0 where it holds no row."""
    first = number
    while line := lines(number):
        number += 1
        if _COLUMNS.match(line):
            return number if number - first > 1 else 0
    return number if number > first else 0


def _multiline_end(lines: _Lines) -> int:
    """The line behind a table whose rows may be several lines, with a rule above its head and below its last row."""
    number, columns = 1, 0
    while (line := lines(number)) is not None:
        if _COLUMNS.match(line):
            columns = columns or number
        elif not columns and not line:
            return 0  # a rule and a paragraph
        elif columns and _RULE.match(line):
            return number + 1 if number > columns + 1 and not (lines(number + 1) or "") else 0
        number += 1
    return 0


def _headless_end(lines: _Lines) -> int:
    """The line behind a table without a head: the next line of dashes, with a blank line below."""
    number = 1
    while (line := lines(number)) is not None:
        if _COLUMNS.match(line) or _RULE.match(line):
            return number + 1 if number > 1 and not (lines(number + 1) or "") else 0
        number += 1
    return 0


def dash_table(text: str, line: int, reader: BlockReader) -> Blocks:
    """The table; widths of its columns are kept where its rows may be several lines, as pandoc does."""
    lines = [_spread(each) for each in text.split("\n")]
    multiline = any(not each.strip() for each in lines) or (
        bool(_RULE.match(lines[0])) and not _COLUMNS.match(lines[0])
    )
    dashes = next(number for number, each in enumerate(lines) if _COLUMNS.match(each))
    groups = [(each.start(), each.end()) for each in re.finditer(r"-+", lines[dashes])]
    starts = [start for start, _ in groups]
    head = [each for each in lines[:dashes] if not _RULE.match(each)]
    body = lines[dashes + 1 :]
    if body and (_COLUMNS.match(body[-1]) or _RULE.match(body[-1])):
        body.pop()
    sample = head or next(([each] for each in body if each.strip()), [])
    columns = tuple(
        Column(_align(sample, start, end), float(end - start) if multiline else 0.0) for start, end in groups
    )
    rows = _rows(body, multiline)
    first = line + dashes + 1
    made = [Row(_cells(part, starts, False, first + offset, reader)) for offset, part in rows]
    if head:
        made.insert(0, Row(_cells(head, starts, True, line, reader)))
    return (Table(tuple(made), 1 if head else 0, columns=columns, where=reader.where),)


def _rows(body: list[str], multiline: bool) -> list[tuple[int, list[str]]]:
    """The lines of each row and the number of the first of them."""
    if not multiline:
        return [(number, [each]) for number, each in enumerate(body)]
    rows: list[tuple[int, list[str]]] = []
    fresh = True
    for number, each in enumerate(body):
        if not each.strip():
            fresh = True
        elif fresh:
            rows.append((number, [each]))
            fresh = False
        else:
            rows[-1][1].append(each)
    return rows


def _cells(lines: list[str], starts: list[int], header: bool, line: int, reader: BlockReader) -> tuple[Cell, ...]:
    """One cell a column: what stands from its dashes to the next column's, its lines below each other."""
    ends = [*starts[1:], None]
    found = []
    for start, end in zip(starts, ends, strict=True):
        words = "\n".join(part for each in lines if (part := each[start:end].replace(_PAD, "").strip()))
        found.append(msgspec.structs.replace(cell_of(reader.inner(words, line), header=header), header=header))
    return tuple(found)


def _align(lines: list[str], start: int, end: int) -> Align | None:
    """By where the words of the head stand over the dashes: flush with one end, with both, or with none."""
    parts = [(each, each[start:end].rstrip()) for each in lines if each[start:end].strip()]
    if not parts:
        return None
    left = any(not part[:1].isspace() for _, part in parts)
    right = any(len(part) == end - start for _, part in parts)
    return None if left and right else "left" if left else "right" if right else "center"


def _spread(line: str) -> str:
    """A line in which each character is as long as it looks: letters of East Asia are two wide."""
    return (
        line
        if line.isascii()
        else "".join(each + _PAD if unicodedata.east_asian_width(each) in "WF" else each for each in line)
    )
