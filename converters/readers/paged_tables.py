"""R's paged tables: rows as JSON inside a script, which a page draws from → an HTML table that needs no script."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

import msgspec

MARK = "data-pagedtable-source"
"""Stands in a text wherever there is such a table."""

_TABLE = re.compile(
    r"<div\b[^>]*\bdata-pagedtable\b[^>]*>\s*<script\b[^>]*\bdata-pagedtable-source\b[^>]*>(.*?)</script>\s*(?:</div>)?",
    re.DOTALL | re.IGNORECASE,
)


def unpaged(text: str) -> str:
    """The text with each paged table as a plain one; one that can't be read stays, and gives its own note later."""
    return _TABLE.sub(_table, text) if MARK in text else text


def _table(match: re.Match[str]) -> str:
    try:
        found = msgspec.json.decode(match[1].strip())
    except (msgspec.DecodeError, UnicodeError):
        try:
            found = msgspec.json.decode(unescape(match[1].strip()))
        except (msgspec.DecodeError, UnicodeError):
            return match[0]
    columns, rows = (found.get("columns"), found.get("data")) if isinstance(found, dict) else (None, None)
    if not isinstance(columns, list) or not isinstance(rows, list) or not columns:
        return match[0]
    columns = [column for column in columns if isinstance(column, dict)]
    names = [(str(_one(column.get("name"))), str(_one(column.get("label")) or "")) for column in columns]
    aligns = [
        f' style="text-align:{align}"' if (align := _one(c.get("align"))) in {"right", "center"} else ""
        for c in columns
    ]
    head = "".join(f"<th{align}>{escape(label)}</th>" for (_, label), align in zip(names, aligns, strict=True))
    body = "".join(f"<tr>{_row(row, names, aligns)}</tr>" for row in rows if isinstance(row, dict))
    lines = "\n" * match[0].count("\n")  # what stands below keeps its line
    return f'<table class="pagedtable"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{lines}'


def _row(row: dict[str, Any], names: list[tuple[str, str]], aligns: list[str]) -> str:
    cells = []
    for (name, _), align in zip(names, aligns, strict=True):
        value = row.get(name)
        text = " ".join(("" if value is None else str(_one(value))).split())
        cells.append(f"<th>{escape(text)}</th>" if name == "_rn_" else f"<td{align}>{escape(text)}</td>")
    return "".join(cells)


def _one(value: Any) -> Any:
    """R's JSON has a list of one where a value is meant."""
    return value[0] if isinstance(value, list) and len(value) == 1 else "" if isinstance(value, list) else value
