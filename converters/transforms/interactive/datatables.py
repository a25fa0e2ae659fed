"""DataTables (R's DT, Python's itables): the rows that their pages hold, as a table of the wiki."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from converters.build import plain
from converters.model import Cell, Column, Form, Row, Table
from converters.transforms.interactive.figure import Figure, assigned, parsed

_HEADER = re.compile(r"<th\b[^>]*>(.*?)</th\s*>", re.DOTALL | re.IGNORECASE)
_HEAD = re.compile(r"<thead\b.*?</thead\s*>", re.DOTALL | re.IGNORECASE)
_CAPTION = re.compile(r"<caption\b[^>]*>(.*?)</caption\s*>", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?:[eE][-+]?\d+)?%?|nan|NaN|")
_GAPS = 10_000
"""Cells that may be missing from a small table's rows."""
_TAG = re.compile(r"<[^>]*>")


_GAPPY = Figure(library="DataTables", reason="its rows are of very different lengths")


def datatable(data: dict[str, Any]) -> Figure | None:
    """The table of DT's ``x``: ``data`` column by column, ``container`` with the header; None for any other."""
    columns = data.get("data")
    if not isinstance(columns, list) or not columns or not all(isinstance(column, list) for column in columns):
        return None
    height = max(len(column) for column in columns)
    if _is_ragged(columns, height):
        return _GAPPY
    rows = [[column[at] if at < len(column) else None for column in columns] for at in range(height)]
    return _table(rows, str(data.get("container") or ""), str(data.get("caption") or ""))


def find_itables(forms: Mapping[str, Form]) -> Figure | None:
    """The table of an itables output: rows as JSON in its script, the header in HTML there or around it."""
    form = forms.get("text/html")
    if form is None or "itables" not in form.text or "<script" not in form.text:
        return None
    options = assigned(form.text, "dt_args")
    options = options if isinstance(options, dict) else {}
    found = options.get("data_json") or options.get("data") or assigned(form.text, "data")
    rows = parsed(found) if isinstance(found, str) else found
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        return None
    if _is_ragged(rows, max(len(row) for row in rows)):
        return _GAPPY
    header = str(options.get("table_html") or form.text)
    caption = _CAPTION.search(header)
    # A cell that sorts otherwise than it reads is a pair: what is shown comes first.
    shown = [[cell[0] if isinstance(cell, list) and cell else cell for cell in row] for row in rows]
    return _table(shown, header, caption[1] if caption else "")


def _is_ragged(lists: list[list[Any]], longest: int) -> bool:
    """Whether a table of these would be mostly gaps: no library writes that, and it could be large beyond measure."""
    return len(lists) * longest > 2 * sum(map(len, lists)) + _GAPS


def _table(rows: list[list[Any]], header: str, caption: str) -> Figure:
    width = max(len(row) for row in rows)
    head = _HEAD.search(header)
    levels = [[_words(name) for name in _HEADER.findall(level)] for level in (head[0] if head else header).split("<tr")]
    names = next((level for level in reversed(levels) if level), [])[:width]
    names += [""] * (width - len(names))
    numbers = [all(_is_number(row[at]) for row in rows if at < len(row)) for at in range(width)]
    top = Row(tuple(Cell(plain(name), header=True) for name in names))
    body = tuple(
        Row(tuple(Cell(plain(_value(row[at]) if at < len(row) else "")) for at in range(width))) for row in rows
    )
    shape = tuple(Column(align="right" if number else None) for number in numbers)
    table = Table((top, *body), header_rows=1, columns=shape, caption=plain(_words(caption)))
    return Figure(library="DataTables", blocks=(table,))


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value.strip()) is not None
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _words(value) if isinstance(value, str) else str(value)


def _words(text: str) -> str:
    return html.unescape(_TAG.sub("", text)).strip()
