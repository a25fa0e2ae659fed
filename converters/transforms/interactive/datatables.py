"""DataTables (R's DT): the rows that its page holds, as a table of the wiki."""

from __future__ import annotations

import html
import re
from typing import Any

from converters.build import plain
from converters.model import Cell, Column, Row, Table
from converters.transforms.interactive.figure import Figure

_HEADER = re.compile(r"<th\b[^>]*>(.*?)</th\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def datatable(data: dict[str, Any]) -> Figure | None:
    """The table of a widget's ``x``: ``data`` column by column, ``container`` with the header; None for any other."""
    columns = data.get("data")
    if not isinstance(columns, list) or not columns or not all(isinstance(column, list) for column in columns):
        return None
    names = [_words(name) for name in _HEADER.findall(str(data.get("container") or ""))][: len(columns)]
    names += [""] * (len(columns) - len(names))
    numbers = [all(isinstance(value, int | float | None) for value in column) for column in columns]
    head = Row(tuple(Cell(plain(name), header=True) for name in names))
    height = max(len(column) for column in columns)
    rows = tuple(
        Row(tuple(Cell(plain(_value(column[at]) if at < len(column) else "")) for column in columns))
        for at in range(height)
    )
    shape = tuple(Column(align="right" if number else None) for number in numbers)
    caption = plain(_words(str(data.get("caption") or "")))
    return Figure(library="htmlwidgets", blocks=(Table((head, *rows), header_rows=1, columns=shape, caption=caption),))


def _value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _words(value) if isinstance(value, str) else str(value)


def _words(text: str) -> str:
    return html.unescape(_TAG.sub("", text)).strip()
