"""How much room texts take on a page, and texts made to fit it."""

from __future__ import annotations

import msgspec

from converters.build import text_of
from converters.model import Block, Cell, Code, Raw, Span
from converters.walk import iter_blocks, iter_inlines

_TAIL_SHARE = 5
"""Of what is shown of a long text, one part in so many is its end."""


def middle_left_out(text: str, room: int) -> tuple[str, int, int, str]:
    """The begin and the end of a text with a line between them that says what is missing; what is shown, of how much,
    and what was counted (lines, or characters where a line is longer than there is room for).
    """
    lines = text.split("\n")
    head = _fill(lines, room - room // _TAIL_SHARE)
    tail = _fill(lines[: head - 1 : -1] if head else lines[::-1], room // _TAIL_SHARE)
    if head and head + tail < len(lines):
        left = len(lines) - head - tail
        kept = [*lines[:head], f"⋮ {left:,} more lines ⋮", *(lines[-tail:] if tail else [])]
        return "\n".join(kept), head + tail, len(lines), "lines"
    room = max(2 * _TAIL_SHARE, int(room * len(text) / bytes_of(text)))
    end = room // _TAIL_SHARE
    left = len(text) - room
    return f"{text[: room - end]}\n⋮ {left:,} more characters ⋮\n{text[-end:]}", room, len(text), "characters"


def _fill(lines: list[str], room: int) -> int:
    """How many of these lines there is room for."""
    for count, line in enumerate(lines):
        room -= bytes_of(line) + 1
        if room < 0:
            return count
    return len(lines)


def bytes_of(text: str) -> int:
    """About what a text takes in a request: UTF-8, and one more for each character that markup or JSON escapes."""
    plain = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    return plain + text.count("\n") + text.count('"') + text.count("\\") + 4 * text.count("<") + 4 * text.count("&")


def cell_bytes(cell: Cell) -> int:
    """The same of a table cell's text."""
    return sum(bytes_of(text_of((inline,))) for inline in cell.content) + (
        sum(bytes_of(plain_text(block)) for block in cell.blocks) if cell.blocks else 0
    )


def plain_text(block: Block) -> str:
    """The text of a block and all in it, listings included."""
    words = [text_of(tuple(iter_inlines((block,))))]
    words += [inner.text for inner in iter_blocks((block,)) if isinstance(inner, Code | Raw)]
    return "\n".join(filter(None, words))


def shorter(cell: Cell, room: int) -> Cell:
    """A table cell with the begin of its text, where that takes more than the room."""
    if cell_bytes(cell) <= room:
        return cell
    text = text_of(cell.content) if cell.content else "\n".join(map(plain_text, cell.blocks))
    return msgspec.structs.replace(cell, content=(Span(" ".join(text[:room].split()) + "…"),), blocks=())
