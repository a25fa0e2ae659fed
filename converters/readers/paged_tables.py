"""R's paged tables: rows as JSON inside a script, which a page draws from → an HTML table that needs no script."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

import msgspec

MARK = "data-pagedtable-source"
"""Stands in a text wherever there is such a table."""

_OPEN = re.compile(
    r"<div\b[^>]*\bdata-pagedtable\b[^>]*>\s*<script\b[^>]*\bdata-pagedtable-source\b[^>]*>", re.IGNORECASE
)
_CLOSE = re.compile(r"</script\s*>\s*(?:</div\s*>)?", re.IGNORECASE)


def unpaged(text: str) -> str:
    """The text with each paged table as a plain one; one that can't be read stays, and gives its own note later."""
    if MARK not in text:
        return text
    parts: list[str] = []
    end = 0
    for opening in _OPEN.finditer(text):
        closing = _CLOSE.search(text, opening.end()) if opening.start() >= end else None
        if closing is None:
            if opening.start() >= end:
                break  # none of those behind it closes either
            continue
        table = _table(text[opening.end() : closing.start()])
        whole = text[opening.start() : closing.end()]
        # what stands below keeps its line
        parts += [text[end : opening.start()], table + "\n" * whole.count("\n") if table else whole]
        end = closing.end()
    return "".join((*parts, text[end:]))


def _table(source: str) -> str:
    """A table of HTML; empty where the JSON isn't that of one."""
    try:
        found = msgspec.json.decode(source.strip())
    except (msgspec.DecodeError, UnicodeError):
        try:
            found = msgspec.json.decode(unescape(source.strip()))
        except (msgspec.DecodeError, UnicodeError):
            return ""
    columns, rows = (found.get("columns"), found.get("data")) if isinstance(found, dict) else (None, None)
    if not isinstance(columns, list) or not isinstance(rows, list) or not columns:
        return ""
    if len(columns) * len(rows) > len(source):
        return ""  # R writes every cell with its name: mostly gaps is no table of its
    columns = [column for column in columns if isinstance(column, dict)]
    names = [(str(_one(column.get("name"))), str(_one(column.get("label")) or "")) for column in columns]
    aligns = [
        f' style="text-align:{align}"' if (align := _one(c.get("align"))) in {"right", "center"} else ""
        for c in columns
    ]
    head = "".join(f"<th{align}>{escape(label)}</th>" for (_, label), align in zip(names, aligns, strict=True))
    body = "".join(f"<tr>{_row(row, names, aligns)}</tr>" for row in rows if isinstance(row, dict))
    return f'<table class="pagedtable"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


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
