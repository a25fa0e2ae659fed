"""markdown-it rules for pandoc's line blocks and grid tables, and the blocks of their tokens."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from converters import notes
from converters.build import cell_of
from converters.model import Align, Blocks, Cell, Code, Column, Row, Table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

    from converters.readers.blocks import BlockReader

_BORDER = re.compile(r"\+(?::?[-=]+:?\+)+[ \t]*$")
_HARD = "\\\n"


_CODE_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_EXAMPLE = re.compile(r"^(\s*)\(@([\w\-]*)\)(?=[ \t])")
_EXAMPLE_NAME = re.compile(r"\(@([\w\-]+)\)")
_AUTOMATIC = re.compile(r"^(\s*)#\.(?=[ \t])")
LETTERED = re.compile(r"^( *)(?:([a-z]|[ivx]{1,5})([.)]) |([A-Z]|[IVX]{1,5})(?:(\.)  |(\)) ))", re.MULTILINE)
"""An item with a letter or a Roman numeral. Two blanks behind a capital's full stop: ``B. Russell`` is a name."""
_ITEM = re.compile(r" *(?:[*+\-]|\d+[.)])[ \t]")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi")


class _Letters:
    """Items of lists by letter, counted by their indentation: wikis know numbers alone."""

    def __init__(self) -> None:
        self.next: dict[int, tuple[str, int]] = {}
        """How far in, and what the next item there is called; its number."""
        self.open = True
        """Whether an item may begin here: below a blank line or another item."""
        self.last = ""
        """The sign behind the last number: a new list has another, or it would go on with the one above."""

    def line(self, line: str) -> str:
        """The line with the number of its item."""
        match = LETTERED.match(line)
        found = self.item(match) if match else None
        number = _ITEM.match(line) if found is None else None
        self.open = not line.strip() or found is not None or number is not None
        if number is not None:
            self.last = number[0].strip()[-1]
        return line if found is None else found

    def item(self, match: re.Match[str]) -> str | None:
        indent, name = len(match[1]), match[2] or match[4]
        low = name.lower()
        expected = {
            each: number
            for key, (each, number) in (
                (key, self.next[key]) for key in (indent * 2, indent * 2 + 1) if key in self.next
            )
        }
        if low in expected:
            number = expected[low]
        elif self.open and low in {"a", "i"}:
            number = 1
            self.last = ")" if self.last == "." else "."
            self.next = {key: value for key, value in self.next.items() if key // 2 < indent}
        else:
            return None
        if number < len(_ROMAN) and low == _ROMAN[number - 1]:
            self.next[indent * 2] = (_ROMAN[number], number + 1)
        if number < 26 and low == chr(96 + number):
            self.next[indent * 2 + 1] = (chr(97 + number), number + 1)
        return f"{match[1]}{number}{self.last} {match.string[match.end() :].lstrip()}"


def with_numbers(text: str) -> str:
    """The text with pandoc's lists as numbers.

    Automatic ones are written out, ``(@name)`` as ``1)`` counted over the whole text, ``#.`` as ``1.``; so are letters.
    """
    names: dict[str, int] = {}
    lines: list[str] = []
    letters = _Letters()
    count, fence = 0, ""
    for line in text.split("\n"):
        mark = _CODE_FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        if fence or mark:
            lines.append(line)
        elif example := _EXAMPLE.match(line):
            count += 1
            if example[2]:
                names.setdefault(example[2], count)
            lines.append(f"{example[1]}{count}) {line[example.end() :].lstrip()}")
        else:
            lines.append(letters.line(_AUTOMATIC.sub(r"\g<1>1.", line)))
    joined = "\n".join(lines)
    return _EXAMPLE_NAME.sub(lambda m: f"({names[m[1]]})" if m[1] in names else m[0], joined) if names else joined


def pandoc_blocks_plugin(md: MarkdownIt) -> None:
    """Adds the rules: a line block is a paragraph of hard breaks, a grid table the token ``grid_table``."""
    md.block.ruler.before("paragraph", "line_block", _line_block)
    md.block.ruler.before("list", "grid_table", _grid_table)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _line_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Lines that begin with ``| ``; an indented line goes on with the one above it."""
    if not _line(state, start_line).startswith("| ") or _line(state, start_line).rstrip().endswith("|"):
        return False
    if silent:
        return True
    lines: list[str] = []
    line = start_line
    while line < end_line and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        text = _line(state, line)
        if text.startswith("|"):
            body = text[1:].removeprefix(" ")
            lines.append("\u00a0" * (len(body) - len(body.lstrip(" "))) + body.strip())
        elif lines and state.sCount[line] > state.blkIndent:
            lines[-1] += " " + text.strip()
        else:
            break
        line += 1
    state.line = line
    opening = state.push("paragraph_open", "p", 1)
    opening.map = [start_line, line]
    token = state.push("inline", "", 0)
    token.content = _HARD.join(text or "\u00a0" for text in lines)
    token.map, token.children = [start_line, line], []
    state.push("paragraph_close", "p", -1)
    return True


def _grid_table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Lines of ``+---+`` and ``| … |``, as many as follow each other."""
    if not _BORDER.match(_line(state, start_line)):
        return False
    line = start_line + 1
    while line < end_line and state.sCount[line] >= state.blkIndent and _line(state, line)[:1] in {"|", "+"}:
        line += 1
    if line - start_line < 3:
        return False
    if not silent:
        state.line = line
        token = state.push("grid_table", "", 0)
        token.content = "\n".join(_line(state, each).rstrip() for each in range(start_line, line))
        token.block, token.map = True, [start_line, line]
    return True


def grid_table(text: str, line: int, reader: BlockReader) -> Blocks:
    """The table of a grid; one with cells over several rows or columns stays text, with a note."""
    lines = text.split("\n")
    edges = [position for position, character in enumerate(lines[0]) if character == "+"]
    rows: list[list[list[str]]] = [[]]
    head = 0
    first: list[int] = [line + 1]
    regular = bool(_BORDER.match(lines[-1]))
    for number, text_line in enumerate(lines[1:], 1):
        if text_line.startswith("+"):
            regular = regular and bool(_BORDER.match(text_line)) and _edges(text_line) == edges
            if "=" in text_line and not head:
                head = len(rows)
            rows.append([])
            first.append(line + number + 1)
        else:
            padded = text_line.ljust(edges[-1] + 1)
            regular = regular and all(padded[edge] == "|" for edge in edges)
            rows[-1].append([padded[a + 1 : b] for a, b in pairwise(edges)])
    if not regular:
        reader.context.notes.append(
            notes.degraded("table.grid", "a grid table whose cells span rows or columns is shown as text", reader.where)
        )
        return (Code(text, where=reader.where),)
    marks = lines[0] if not head else next(each for each in lines if "=" in each)
    columns = tuple(Column(_align(marks[a + 1 : b]), float(b - a - 1)) for a, b in pairwise(edges))
    made = [
        Row(tuple(_cell(row, column, number < head, start, reader) for column in range(len(columns))))
        for number, (row, start) in enumerate(zip(rows, first, strict=True))
        if row
    ]
    return (Table(tuple(made), head, columns=columns, where=reader.where),)


def _edges(line: str) -> list[int]:
    return [position for position, character in enumerate(line) if character == "+"]


def _align(marks: str) -> Align | None:
    left, right = marks.startswith(":"), marks.endswith(":")
    return "center" if left and right else "right" if right else "left" if left else None


def _cell(row: list[list[str]], column: int, header: bool, line: int, reader: BlockReader) -> Cell:
    lines = [parts[column].rstrip() for parts in row]
    if all(line.startswith(" ") for line in lines if line):
        lines = [line[1:] for line in lines]
    text = "\n".join(lines).strip("\n")
    made = cell_of(reader.inner(text, line), header=header)
    return msgspec.structs.replace(made, header=header)
