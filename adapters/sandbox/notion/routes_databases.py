"""``/v1/databases`` and ``/v1/data_sources``: containers and their schemas; queries are in :mod:`query`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.errors import archived, validation
from adapters.sandbox.notion.media import COVER, ICON, kept_file, kept_icon
from adapters.sandbox.notion.page_values import shown_database, shown_source
from adapters.sandbox.notion.rich_text import RICH_TEXT, kept, text_run
from adapters.sandbox.notion.schemas import CHANGES, COLUMNS, changed_schema, new_schema
from adapters.sandbox.notion.shapes import Check, boolean, enum, nullable, record, tagged, uuid
from adapters.sandbox.notion.store import Node, new_id

_PARENT = tagged({"page_id": uuid, "workspace": enum(True)})
_PAGE: Check = tagged({"page_id": uuid})
_LOOK: dict[str, Check] = {
    "title": RICH_TEXT,
    "description": RICH_TEXT,
    "is_inline": boolean,
    "icon": nullable(ICON),
    "cover": nullable(COVER),
}
_CREATE = record({"parent": _PARENT}, {**_LOOK, "initial_data_source": record({}, {"properties": COLUMNS})})


def create_database(call: Call) -> dict[str, Any]:
    """``POST /databases``: with one data source and its default view."""
    body = call.check(_CREATE)
    if "workspace" in body["parent"]:
        raise validation("Internal integrations can't create workspace-level databases. Please provide a parent page.")
    parent = call.get(body["parent"]["page_id"], "page")
    if call.store.in_trash(parent.id):
        raise archived()
    value = {
        "title": kept(body["title"], call) if body.get("title") else [text_run("New database")],
        "description": kept(body.get("description", []), call),
        "is_inline": body.get("is_inline", False),
        "icon": kept_icon(body.get("icon"), call),
        "cover": kept_file(body["cover"], "cover", call) if body.get("cover") else None,
    }
    database = call.store.add(Node(new_id(), "database", parent.id, "database", value))
    columns = new_schema(body.get("initial_data_source", {}).get("properties", {}), call)
    source = _source(call, database, columns, value["title"], value["icon"])
    view = {"name": "Default view", "type": "table", "data_source_id": source.id}
    call.store.add(Node(new_id(), "view", database.id, "table", view))
    call.store.touch_page(parent.id, call.user)
    return shown_database(database, call)


def _source(call: Call, database: Node, columns: dict[str, Any], title: Any, icon: Any) -> Node:
    value = {"title": title, "properties": columns, "icon": icon}
    return call.store.add(Node(new_id(), "data_source", database.id, "data_source", value))


def retrieve_database(call: Call, database_id: str) -> dict[str, Any]:
    """``GET /databases/{id}``."""
    return shown_database(call.get(database_id, "database"), call)


def update_database(call: Call, database_id: str) -> dict[str, Any]:
    """``PATCH /databases/{id}``."""
    flags = ("in_trash", "is_locked") if call.newest else ("in_trash", "is_locked", "archived")
    body = call.check(record({}, {**_LOOK, **dict.fromkeys(flags, boolean), "parent": _PAGE}))
    node = call.get(database_id, "database")
    trash = body.get("in_trash", body.get("archived"))
    if call.store.in_trash(node.parent) or (node.trashed and trash is not False):
        raise archived()
    parent, rank = node.parent, node.rank
    if "parent" in body:
        target = call.get(body["parent"]["page_id"], "page")
        parent, rank = target.id, call.store.next_rank(target.id)
    value: dict[str, Any] = {**node.value, **{k: body[k] for k in ("is_inline", "is_locked") if k in body}}
    value |= {name: kept(body[name], call) for name in ("title", "description") if name in body}
    if "icon" in body:
        value["icon"] = kept_icon(body["icon"], call)
    if "cover" in body:
        value["cover"] = kept_file(body["cover"], "cover", call) if body["cover"] else None
    trashed = node.trashed if trash is None else bool(trash)
    saved = call.store.save(replace(node, value=value, trashed=trashed, parent=parent, rank=rank), call.user)
    return shown_database(saved, call)


def create_source(call: Call) -> dict[str, Any]:
    """``POST /data_sources``: one more source in a database."""
    parent = record({"database_id": uuid}, {"type": enum("database_id")})
    optional: dict[str, Check] = {"title": RICH_TEXT, "icon": nullable(ICON)}
    body = call.check(record({"parent": parent, "properties": COLUMNS}, optional))
    database = call.get(body["parent"]["database_id"], "database")
    title = kept(body.get("title", []), call) or [text_run("New data source")]
    columns = new_schema(body["properties"], call)
    return shown_source(_source(call, database, columns, title, kept_icon(body.get("icon"), call)), call)


def retrieve_source(call: Call, data_source_id: str) -> dict[str, Any]:
    """``GET /data_sources/{id}``."""
    return shown_source(call.get(data_source_id, "data_source"), call)


def update_source(call: Call, data_source_id: str) -> dict[str, Any]:
    """``PATCH /data_sources/{id}``: title, icon, columns, trash."""
    flags = ("in_trash",) if call.newest else ("in_trash", "archived")
    shape: dict[str, Check] = {"title": RICH_TEXT, "icon": nullable(ICON), "properties": CHANGES}
    body = call.check(record({}, {**shape, **dict.fromkeys(flags, boolean)}))
    node = call.get(data_source_id, "data_source")
    trash = body.get("in_trash", body.get("archived"))
    if call.store.in_trash(node.parent) or (node.trashed and trash is not False):
        raise archived()
    value = dict(node.value)
    if "title" in body:
        value["title"] = kept(body["title"], call)
    if "icon" in body:
        value["icon"] = kept_icon(body["icon"], call)
    if "properties" in body:
        value["properties"] = changed_schema(value["properties"], body["properties"], call)
    trashed = node.trashed if trash is None else bool(trash)
    return shown_source(call.store.save(replace(node, value=value, trashed=trashed), call.user), call)


def templates(call: Call, data_source_id: str) -> dict[str, Any]:
    """``GET /data_sources/{id}/templates``: the sandbox has none."""
    call.query("name", "start_cursor", "page_size")
    call.get(data_source_id, "data_source")
    return {"templates": [], "has_more": False, "next_cursor": None}
