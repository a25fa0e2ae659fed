"""Blocks in one form, whether they are to be sent or came back: Notion merges text, fills in defaults, rewrites links.

Used where a block's content has to be told from what stands on the page: after a killed run, and where people edited.
Source: reference of what the server rewrites, section 14 (recorded traffic of 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from adapters.notion.trees import kind_of

_encode = msgspec.json.Encoder(order="sorted").encode
_TEXTS = ("rich_text", "caption")
_PLAIN = ("language", "checked", "expression", "has_column_header", "has_row_header", "color")
_DEFAULTS: tuple[object, ...] = (None, False, "default", [])
_BLOCK = re.compile(r"(?:.*?(?P<page>[0-9a-f]{32}))?(?:\?[^#]*)?#(?P<block>[0-9a-f]{32})")
"""The address of a block on a page. A page's title may stand in it, which people change."""
ON_PAGE = "#"
"""What stands for the address of a place on the same page, which is known only once its block is there."""


def canonical(block: Mapping[str, Any], here: str = "") -> bytes:
    """The block without what is below it. Files that Notion holds are alike: what is in them isn't told.

    ``here`` is the id of its page: links to places on it are alike, for these may be other blocks by now.
    """
    return _encode(_canonical(block, here.replace("-", "")))


def _canonical(block: Mapping[str, Any], here: str) -> list[object]:
    kind = str(block["type"])
    value = block[kind]
    found: dict[str, object] = {name: _runs(value[name], here) for name in _TEXTS if value.get(name)}
    found |= {name: value[name] for name in _PLAIN if name in value and value[name] not in _DEFAULTS}
    if "cells" in value:
        found["cells"] = [_runs(cell, here) for cell in value["cells"]]
    icon = value.get("icon")
    if kind == "callout" and icon:
        found["icon"] = icon.get("emoji", "other")
    url = value.get("url") or (value.get("external") or {}).get("url")
    if url:
        found["url"] = _address(url, here)
    return [kind_of(block), found]


def is_upload(block: Mapping[str, Any]) -> bool:
    """Whether the block shows a file that Notion holds."""
    value = block[block["type"]]
    return isinstance(value, Mapping) and ("file_upload" in value or value.get("type") == "file")


def _runs(items: Iterable[Mapping[str, Any]], here: str) -> list[list[object]]:
    """Text with its looks, equal neighbours merged and empty ones dropped."""
    found: list[list[object]] = []
    for item in items:
        kind, text, url = _item(item, here)
        if not text:
            continue
        looks = {name: look for name, look in (item.get("annotations") or {}).items() if look not in _DEFAULTS}
        if found and kind == "text" and found[-1][0] == kind and found[-1][2:] == [url, looks]:
            found[-1][1] = str(found[-1][1]) + text
        else:
            found.append([kind, text, url, looks])
    return found


def _item(item: Mapping[str, Any], here: str) -> tuple[str, str, str]:
    kind = str(item.get("type") or "text")
    inner = item.get(kind) or {}
    if kind == "equation":
        return kind, str(inner.get("expression", "")), ""
    if kind == "mention":
        what = str(inner.get("type") or next(iter(inner), ""))
        about = inner.get(what) or {}
        return kind, f"{what}:{about.get('id') or str(about.get('start', ''))[:10]}", ""
    link = (inner.get("link") or {}).get("url") or ""
    return kind, str(inner.get("content", "")), _address(link, here) if link else ""


def _address(url: str, here: str) -> str:
    """Bare hosts come back with a slash; a place on the page is one whatever its block's id."""
    if url.startswith("nbwiki:#"):
        return ON_PAGE
    found = _BLOCK.fullmatch(url)
    if found is None:
        return url.rstrip("/")
    page = found["page"] or here
    return ON_PAGE if page == here else f"{page}#{found['block']}"
