"""Blocks in stored form and as replies show them."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.notion.block_shapes import HEADINGS, MEDIA, TEXT_BLOCKS
from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.errors import creation_failed
from adapters.sandbox.notion.media import file_name, kept_file, kept_icon, shown_file
from adapters.sandbox.notion.rich_text import answered, kept, plain, title_of, web_url
from adapters.sandbox.notion.store import Node, dashed, minute

_BULB = {"type": "emoji", "emoji": "💡"}
_DEFAULTS: dict[str, dict[str, Any]] = {
    **{key: {"rich_text": [], "color": "default"} for key in (*TEXT_BLOCKS, *HEADINGS)},
    "template": {"rich_text": []},
    "code": {"rich_text": [], "caption": []},
    "embed": {"caption": []},
    "bookmark": {"caption": []},
    "table": {"has_column_header": False, "has_row_header": False},
    "table_of_contents": {"color": "gray"},
    "synced_block": {"synced_from": None},
}
_MORE: dict[str, dict[str, Any]] = {
    "paragraph": {"icon": None},
    "to_do": {"checked": False},
    "callout": {"icon": _BULB},
    **{key: {"is_toggleable": False} for key in HEADINGS},
}
_LINKS = {"page_id": ("page",), "database_id": ("database",), "comment_id": ("comment",)}


def kept_block(kind: str, value: dict[str, Any], call: Call, old: dict[str, Any] | None = None) -> dict[str, Any]:
    """A checked request value in stored form; for an update, ``old`` gives what is left as it was."""
    base = old if old is not None else {**_DEFAULTS.get(kind, {}), **_MORE.get(kind, {})}
    result = dict(base)
    for name, given in value.items():
        match name:
            case "children" | "type":
                continue
            case "rich_text" | "caption":
                result[name] = kept(given, call)
            case "cells":
                result[name] = [kept(cell, call) for cell in given]
            case "icon":
                result[name] = kept_icon(given, call)
            case "url":
                if not web_url(given):
                    raise creation_failed(f"Invalid {kind} url.")
                result[name] = given
            case "external" | "file_upload":
                result["media"] = kept_file({name: given}, kind, call)
            case "synced_from":
                result[name] = _synced(given, call)
            case "page_id" | "database_id" | "comment_id":
                result = {"type": name, name: call.get(given, *_LINKS[name]).id}
            case _:
                result[name] = given
    if kind in MEDIA:
        result.setdefault("caption", [])
    if kind == "file" and (old is None or "name" in value or "external" in value or "file_upload" in value):
        result["name"] = file_name(value.get("name"), result["media"])
    return result


def _synced(value: dict[str, Any] | None, call: Call) -> dict[str, Any] | None:
    if value is None:
        return None
    return {"type": "block_id", "block_id": call.get(dashed(value["block_id"]), "block").id}


def shown_value(value: dict[str, Any], call: Call) -> dict[str, Any]:
    """The stored value as replies show it."""
    result: dict[str, Any] = {}
    for name, item in value.items():
        match name:
            case "rich_text" | "caption":
                result[name] = answered(item, call)
            case "cells":
                result[name] = [answered(cell, call) for cell in item]
            case "icon":
                result[name] = shown_file(item, call)
            case "media":
                result |= shown_file(item, call) or {}
            case _:
                result[name] = item
    return result


def parent_of(node: Node, call: Call) -> dict[str, Any]:
    """The ``parent`` object of a node."""
    above = call.store.find(node.parent) if node.parent else None
    if above is None:
        return {"type": "workspace", "workspace": True}
    if above.kind == "data_source":
        return {"type": "data_source_id", "data_source_id": above.id, "database_id": above.parent}
    return {"type": f"{above.kind}_id", f"{above.kind}_id": above.id}


def shown_block(node: Node, call: Call) -> dict[str, Any]:
    """A block object. Pages and databases show as ``child_page`` and ``child_database``."""
    if node.kind in {"page", "database"}:
        kind = f"child_{node.kind}"
        content: dict[str, Any] = {"title": plain(title_of(node.value), call)}
        inside = node.kind == "page" and call.store.has_children(node.id)
    else:
        kind, content = node.type, shown_value(node.value, call)
        inside = call.store.has_children(node.id)
    trashed = {"in_trash": node.trashed} if call.newest else {"archived": node.trashed, "in_trash": node.trashed}
    return {
        "object": "block",
        "id": node.id,
        "parent": parent_of(node, call),
        "created_time": minute(node.created),
        "last_edited_time": minute(node.edited),
        "created_by": {"object": "user", "id": node.created_by},
        "last_edited_by": {"object": "user", "id": node.edited_by},
        "has_children": inside,
        **trashed,
        "type": kind,
        kind: content,
    }
