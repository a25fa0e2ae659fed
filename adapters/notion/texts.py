"""Blocks as readers see them: one line of text each, whether they are to be sent or came back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def lines(blocks: Iterable[Mapping[str, Any]]) -> list[str]:
    """The texts of blocks and of all below them, in order."""
    return [line for line in _lines(blocks) if line]


def plain(texts: object) -> str:
    """Rich text without its looks; blanks and line ends as one blank."""
    parts = [_text(text) for text in texts] if isinstance(texts, list | tuple) else []
    return " ".join("".join(parts).split())


def _lines(blocks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for block in blocks:
        value = block.get(str(block.get("type", "")))
        value = value if isinstance(value, Mapping) else {}
        if block.get("type") == "table_row":
            yield " | ".join(plain(cell) for cell in value.get("cells", ()))
        elif block.get("type") == "equation":
            yield str(value.get("expression", ""))
        else:
            yield plain(value.get("rich_text") or value.get("caption"))
        yield from _lines(value.get("children") or block.get("children") or ())


def _text(text: Mapping[str, Any]) -> str:
    if "plain_text" in text:
        return str(text["plain_text"])
    if text.get("type") == "equation":
        return str((text.get("equation") or {}).get("expression", ""))
    return str((text.get("text") or {}).get("content", ""))
