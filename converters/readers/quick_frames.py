"""A short cut for the HTML of pandas' frames, which is always of one shape: read from its text, without a tree.

Whatever isn't of that shape to the last character (spans, styles, markup in a cell, more rows than are shown) is left to
the tree. The outcome is the same: a test compares both on generated frames.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from converters.model import Blocks, Cell, Paragraph, Row, Span, Table
from converters.readers.html_rows import STREAMED
from converters.readers.inline_tags import PLAIN
from converters.readers.table_shape import shaped

if TYPE_CHECKING:
    from converters.readers.context import MarkdownContext

FRAME = 'class="dataframe"'
"""What stands in the HTML of each of them."""

_WHOLE = re.compile(
    r"\s*+(?P<open><div>\s*+)?(?:<style scoped>[^<#]*+</style>\s*+)?"
    r'<table border="1" class="dataframe">\s*+<thead>(?P<head>.*?)</thead>\s*+<tbody>(?P<body>.*?)</tbody>\s*+</table>\s*+'
    r"(?:<p>(?P<size>\d++ rows × \d++ columns)</p>\s*+)?(?P<close></div>\s*+)?",
    re.DOTALL,
)
"""Source: pandas, ``pandas/io/formats/html.py``. Selectors with ``#`` name single cells: a Styler's."""
_HEAD_ROW = re.compile(r'\s*+<tr(?: style="text-align: right;")?+>\s*+((?:<t[hd]>[^<]*+</t[hd]>\s*+)++)')
_BODY_ROW = re.compile(r"\s*+<tr>\s*+((?:<t[hd]>[^<]*+</t[hd]>\s*+)++)")
_CELL = re.compile(r"<t([hd])>([^<]*+)</t([hd])>")
_OTHER_SIGN = re.compile(r"&(?!(?:lt|gt|amp);)")
_SPACE = re.compile(r"[ \t\n\r\f]+")


def quick_frame(html: str, context: MarkdownContext) -> Blocks | None:
    """The blocks of a frame's HTML (free of control characters); None where it is anything else."""
    if len(html) > STREAMED or ("&" in html and _OTHER_SIGN.search(html)):
        return None
    match = _WHOLE.fullmatch(html)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    head, body = _rows(match["head"], _HEAD_ROW), _rows(match["body"], _BODY_ROW)
    if not head or not body or (context.max_rows and len(head) + len(body) > context.max_rows):
        return None
    columns = [next((i for i, cell in enumerate(row) if not cell.header), len(row)) for row in body]
    if columns[0] == len(body[0]) or (len(body[0]) > 2 and columns[0] == 0):
        return None  # a row that may be one of the header
    above = tuple(Row(tuple(cell if cell.header else Cell(cell.content, header=True) for cell in row)) for row in head)
    rows = (*above, *(Row(tuple(row)) for row in body))
    table = shaped(Table(rows, len(head), min((n for n in columns if n), default=0), where=context.where))
    return (table, Paragraph((Span(match["size"], *PLAIN),), where=context.where)) if match["size"] else (table,)


def _rows(text: str, pattern: re.Pattern[str]) -> list[list[Cell]] | None:
    """The rows of a table's part; None where there is anything else in it."""
    *rows, rest = text.split("</tr>")
    if rest.strip():
        return None
    found: list[list[Cell]] = []
    for row in rows:
        match = pattern.fullmatch(row)
        if match is None:
            return None
        cells: list[Cell] = []
        for kind, words, end in _CELL.findall(match[1]):
            if kind != end:
                return None
            cells.append(_cell(words, header=kind == "h"))
        found.append(cells)
    return found


def _cell(words: str, *, header: bool) -> Cell:
    if "&" in words:
        words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    words = " ".join(words.split()) if words.isascii() else _SPACE.sub(" ", words).strip()
    return Cell((Span(words, *PLAIN),) if words else (), header=header)
