"""Pages, databases and data sources as replies show them."""

from __future__ import annotations

import re
from typing import Any

from adapters.sandbox.notion.block_values import parent_of
from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.media import shown_file
from adapters.sandbox.notion.properties import shown_properties
from adapters.sandbox.notion.rich_text import answered, plain, title_of
from adapters.sandbox.notion.store import Node, millis, minute


def source_of(page: Node, call: Call) -> Node | None:
    """The data source that a page is a row of, or None."""
    above = call.store.find(page.parent) if page.parent else None
    return above if above is not None and above.kind == "data_source" else None


def web_address(node: Node, call: Call) -> str:
    """Where the node is seen in a browser: the sandbox's own view, or what the switch ``notion_page_base`` says."""
    base = str(call.state.switches.get("notion_page_base") or f"{call.origin}/notion/p").rstrip("/")
    slug = re.sub(r"[^A-Za-z0-9]+", "-", plain(title_of(node.value), call)).strip("-") if node.kind == "page" else ""
    number = node.id.replace("-", "")
    return f"{base}/{slug}-{number}" if slug else f"{base}/{number}"


def _trash(node: Node, call: Call) -> dict[str, Any]:
    return {"in_trash": node.trashed} if call.newest else {"archived": node.trashed, "in_trash": node.trashed}


def shown_page(page: Node, call: Call, wanted: list[str] | None = None) -> dict[str, Any]:
    """A page object."""
    return {
        "object": "page",
        "id": page.id,
        "created_time": minute(page.created),
        "last_edited_time": minute(page.edited),
        "created_by": {"object": "user", "id": page.created_by},
        "last_edited_by": {"object": "user", "id": page.edited_by},
        "cover": shown_file(page.value.get("cover"), call),
        "icon": shown_file(page.value.get("icon"), call),
        "parent": parent_of(page, call),
        **_trash(page, call),
        "is_archived": bool(page.value.get("is_archived")),
        "is_locked": bool(page.value.get("is_locked")),
        "properties": shown_properties(page, source_of(page, call), call, wanted),
        "url": web_address(page, call),
        "public_url": None,
    }


def shown_database(node: Node, call: Call) -> dict[str, Any]:
    """A database object."""
    sources = call.store.children(node.id, ("data_source",))
    return {
        "object": "database",
        "id": node.id,
        "title": answered(node.value["title"], call),
        "description": answered(node.value["description"], call),
        "parent": parent_of(node, call),
        "is_inline": node.value["is_inline"],
        **_trash(node, call),
        "is_locked": bool(node.value.get("is_locked")),
        "created_time": millis(node.created),
        "last_edited_time": millis(node.edited),
        "data_sources": [{"id": source.id, "name": plain(source.value["title"], call)} for source in sources],
        "icon": shown_file(node.value.get("icon"), call),
        "cover": shown_file(node.value.get("cover"), call),
        "url": web_address(node, call),
        "public_url": None,
    }


def shown_source(node: Node, call: Call) -> dict[str, Any]:
    """A data source object."""
    database = call.store.find(node.parent)
    assert database is not None
    return {
        "object": "data_source",
        "id": node.id,
        "cover": shown_file(database.value.get("cover"), call),
        "icon": shown_file(node.value.get("icon"), call),
        "created_time": millis(node.created),
        "created_by": {"object": "user", "id": node.created_by},
        "last_edited_by": {"object": "user", "id": node.edited_by},
        "last_edited_time": millis(node.edited),
        "title": answered(node.value["title"], call),
        "description": answered(database.value["description"], call),
        "is_inline": database.value["is_inline"],
        "properties": node.value["properties"],
        "parent": {"type": "database_id", "database_id": database.id},
        "database_parent": parent_of(database, call),
        "url": web_address(database, call),
        "public_url": None,
        **_trash(node, call),
    }
