"""What other publishing tools write into a document about its page: mark's comments, conflr's settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_COMMENT = re.compile(r"\s*<!--[ \t]*([A-Z][A-Za-z-]*)[ \t]*:[ \t]*(.*?)[ \t]*-->[ \t]*(?:\n|\Z)")
_MARK = frozenset(
    {"Space", "Parent", "Title", "Label", "Type", "Layout", "Attachment", "Sidebar", "Emoji", "Folder"}
    | {"Content-Appearance", "Image-Align"}
)
"""Source: the header names in mark's README."""

_CONFLR = ("confluence_settings", "conflr::confluence_document", "conflr::confluence_document_output")


def mark_header(text: str) -> tuple[dict[str, Any], str, int]:
    """Mark's comments on top as metadata, the text below them, and how many lines they took."""
    found: dict[str, list[str]] = {}
    position = 0
    while (match := _COMMENT.match(text, position)) and match[1] in _MARK:
        found.setdefault(match[1].lower(), []).append(match[2])
        position = match.end()
    if not found:
        return {}, text, 0
    mapping: dict[str, Any] = {}
    if "title" in found:
        mapping["title"] = found.pop("title")[0]
    if "label" in found:
        mapping["tags"] = found.pop("label")
    if found:
        mapping["wiki"] = {"confluence": {key: " / ".join(values) for key, values in found.items()}}
    return mapping, text[position:], text.count("\n", 0, position)


def conflr_settings(mapping: Mapping[str, Any]) -> dict[str, str]:
    """The page that conflr was told to write, as ``space``, ``parent`` and what else stands there."""
    output = mapping.get("output")
    places = [mapping, output if isinstance(output, dict) else {}]
    result: dict[str, str] = {}
    for place in places:
        for name in _CONFLR:
            settings = place.get(name)
            for key, value in settings.items() if isinstance(settings, dict) else ():
                if isinstance(value, str | int):
                    result[{"space_key": "space", "parent_id": "parent"}.get(str(key), str(key))] = str(value)
    return result
