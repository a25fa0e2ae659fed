"""What other publishing tools write into a document about its page: mark's and md2conf's comments, settings of conflr,
Quarto and mk-notes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_COMMENT = re.compile(r"\s*<!--[ \t]*([A-Za-z][A-Za-z-]*)[ \t]*:([^\n]*?)-->[ \t]*(?:\n|\Z)")
_MARK = frozenset(
    {"Space", "Parent", "Title", "Label", "Type", "Layout", "Attachment", "Sidebar", "Emoji", "Folder"}
    | {"Content-Appearance", "Image-Align"}
)
"""Source: the header names in mark's README."""
_MD2CONF = {
    "confluence-page-id": "id",
    "confluence_page_id": "id",
    "confluence-space-key": "space",
    "generated-by": "generated-by",
    "tags": "tags",
    "title": "title",
}
"""Source: md2conf's README (comments, and the same names with ``_`` in a header)."""

_CONFLR = (
    "confluence_settings",
    "conflr::confluence_document",
    "conflr::confluence_document_output",
    "confluence_html",
)
_NAMES = {"space_key": "space", "parent_id": "parent", "page_id": "id", "update": "update", "type": "type"}
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$", re.IGNORECASE)


def mark_header(text: str) -> tuple[dict[str, Any], str, int]:
    """Mark's and md2conf's comments on top as metadata, the text below them, and how many lines they took."""
    found: dict[str, list[str]] = {}
    position = 0
    while (match := _COMMENT.match(text, position)) and (match[1] in _MARK or match[1] in _MD2CONF):
        key = match[1].lower() if match[1] in _MARK else _MD2CONF[match[1]]
        found.setdefault(key, []).append(match[2].strip())
        position = match.end()
    if not found:
        return {}, text, 0
    mapping: dict[str, Any] = {}
    if "title" in found:
        mapping["title"] = found.pop("title")[0]
    tags = [*found.pop("label", []), *(tag.strip() for line in found.pop("tags", []) for tag in line.split(","))]
    if tags:
        mapping["tags"] = tags
    if found:
        mapping["wiki"] = {"confluence": {key: " / ".join(values) for key, values in found.items()}}
    return mapping, text[position:], text.count("\n", 0, position)


def wiki_settings(mapping: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The page that another tool was told to write, by kind of wiki: ``id``, ``space``, ``parent`` and what else."""
    confluence = conflr_settings(mapping)
    for key, name in (("confluence_page_id", "id"), ("confluence_space_key", "space")):
        if isinstance(mapping.get(key), str | int):
            confluence.setdefault(name, str(mapping[key]))
    notion = _plain(mapping.get("notion"))
    own = mapping.get("id")
    if isinstance(own, str) and _UUID.match(own):  # mk-notes writes the page's id into the document
        notion.setdefault("id", own)
    found = {"confluence": confluence | _plain(mapping.get("confluence")), "notion": notion}
    return {kind: settings for kind, settings in found.items() if settings}


def conflr_settings(mapping: Mapping[str, Any]) -> dict[str, str]:
    """The page that conflr or Quarto was told to write, as ``space``, ``parent`` and what else stands there."""
    places: list[Any] = [mapping, *(mapping.get(key) for key in ("output", "format"))]
    result: dict[str, str] = {}
    for place in places:
        for name in _CONFLR if isinstance(place, dict) else ():
            result |= _plain(place.get(name) or place.get(name.replace("_html", "-html")))
    return result


def _plain(value: object) -> dict[str, str]:
    """The texts and numbers of a mapping."""
    found = value.items() if isinstance(value, dict) else ()
    return {_NAMES.get(str(k), str(k)): str(v) for k, v in found if isinstance(v, str | int)}
