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


_CELL = "application/vnd.databricks.v1+cell"
_TEXT = ("%md", "%md-sandbox")


def as_jupyter(cell: Any) -> Any:
    """A cell of a notebook that Databricks exported for Jupyter, as Jupyter would have it; other cells as they are.

    ``%md`` is text, ``%sql`` the cell's language, and a title that Databricks shows stands at the code.
    """
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return cell
    metadata, source = cell.get("metadata"), cell.get("source")
    metadata = metadata if isinstance(metadata, dict) else {}
    block = metadata.get(_CELL)
    first = source[0] if isinstance(source, list) and source else source
    magic = isinstance(first, str) and first.lstrip().startswith("%")
    if not isinstance(block, dict) and not (magic and not cell.get("outputs")):
        return cell
    text = "".join(line for line in source if isinstance(line, str)) if isinstance(source, list) else str(source or "")
    name, _, rest = text.lstrip().partition("\n")
    kind, _, words = name.strip().partition(" ")
    below = f"{words.strip()}\n{rest}".strip("\n")
    if kind in _TEXT:
        return {**cell, "cell_type": "markdown", "source": below}
    if not isinstance(block, dict):
        return cell
    title = block.get("title")
    if block.get("showTitle") and isinstance(title, str) and title.strip():
        metadata = {**metadata, "title": title.strip()}
    if kind in _LANGUAGES:
        return {**cell, "metadata": {**metadata, "vscode": {"languageId": _LANGUAGES[kind]}}, "source": below}
    return {**cell, "metadata": metadata}
