"""Notebooks that Databricks keeps as scripts: commands between lines, other languages behind ``MAGIC``."""

from __future__ import annotations

import re
from typing import Any

_FIRST = re.compile(r"\s*(#|//|--) Databricks notebook source[ \t]*(?:\n|\Z)")
_LANGUAGES = {"%sql": "sql", "%sh": "bash", "%scala": "scala", "%r": "r", "%python": "python"}
_TITLE = re.compile(r"[ \t]*DBTITLE \d+,(.*)")


def is_databricks(text: str) -> bool:
    """Whether a script begins with the line that Databricks writes. Source: docs.databricks.com, "Export notebooks"."""
    return _FIRST.match(text) is not None


def databricks_cells(text: str) -> list[dict[str, Any]]:
    """Its commands as cells of nbformat 4: ``%md`` is text, ``%sql`` the cell's language, ``DBTITLE`` a cell's title."""
    first = _FIRST.match(text)
    assert first is not None
    mark = first[1]
    parts = re.split(rf"^{re.escape(mark)} COMMAND -{{10}}[ \t]*$", text[first.end() :], flags=re.MULTILINE)
    return [cell for part in parts if (cell := _cell(part, mark)) is not None]


def _cell(part: str, mark: str) -> dict[str, Any] | None:
    metadata: dict[str, Any] = {}
    lines: list[str] = []
    magic = False
    for line in part.strip("\n").split("\n"):
        own = line.removeprefix(mark)
        title = _TITLE.fullmatch(own) if own != line else None
        if title:
            metadata["title"] = title[1].strip()
        elif own != line and own.lstrip(" ").startswith("MAGIC"):
            magic = True
            lines.append(own.lstrip(" ").removeprefix("MAGIC").removeprefix(" "))
        else:
            lines.append(line)
    source = "\n".join(lines).strip("\n")
    if not source.strip():
        return None
    name, _, rest = source.partition("\n")
    kind, _, words = name.strip().partition(" ")
    if magic and kind in {"%md", "%md-sandbox"}:
        return {"cell_type": "markdown", "source": f"{words.strip()}\n{rest}".strip("\n"), "metadata": metadata}
    if magic and kind in _LANGUAGES:
        source = f"{words.strip()}\n{rest}".strip("\n")
        metadata["vscode"] = {"languageId": _LANGUAGES[kind]}
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": []}
