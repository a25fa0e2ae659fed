"""``/v1/views``: stored and given back; the browser view of the sandbox shows tables and galleries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.sandbox.notion.call import Call, listing, page_of
from adapters.sandbox.notion.errors import validation
from adapters.sandbox.notion.shapes import Check, anything, enum, record, string, uuid
from adapters.sandbox.notion.store import Node, millis, new_id

TYPES = ("table", "board", "list", "calendar", "timeline", "gallery", "form", "chart", "map", "dashboard")
_FREE = ("filter", "sorts", "quick_filters", "configuration")
_PARENTS: dict[str, Check] = {
    "database_id": uuid,
    "view_id": uuid,
    "create_database": record({"parent": record({"page_id": uuid}, {"type": enum("page_id")})}, {"position": anything}),
}
_CREATE = record(
    {"data_source_id": uuid, "name": string(min_len=1), "type": enum(*TYPES)},
    {**dict.fromkeys((*_FREE, "position", "placement"), anything), **_PARENTS},
)


def create(call: Call) -> dict[str, Any]:
    """``POST /views``."""
    body = call.check(_CREATE)
    source = call.get(body["data_source_id"], "data_source")
    given = [name for name in _PARENTS if name in body]
    if len(given) != 1:
        raise validation("Exactly one of `database_id`, `view_id` and `create_database` should be provided.")
    if given[0] == "create_database":
        page = call.get(body["create_database"]["parent"]["page_id"], "page")
        original = call.get(source.parent, "database")
        linked = Node(new_id(), "database", page.id, "database", {**original.value, "is_inline": True})
        parent = call.store.add(linked)
    elif given[0] == "database_id":
        parent = call.get(body["database_id"], "database")
    else:
        parent = call.get(body["view_id"], "view")
    value = {name: body[name] for name in ("name", "type", *_FREE) if name in body}
    value["data_source_id"] = source.id
    return shown_view(call.store.add(Node(new_id(), "view", parent.id, body["type"], value)), call)


def shown_view(node: Node, call: Call) -> dict[str, Any]:
    """A view object."""
    above = call.store.find(node.parent)
    kind = above.kind if above is not None else "database"
    return {
        "object": "view",
        "id": node.id,
        "parent": {"type": f"{kind}_id", f"{kind}_id": node.parent},
        "data_source_id": node.value["data_source_id"],
        "name": node.value["name"],
        "type": node.type,
        "filter": node.value.get("filter"),
        "sorts": node.value.get("sorts"),
        "quick_filters": node.value.get("quick_filters"),
        "configuration": node.value.get("configuration"),
        "created_time": millis(node.created),
        "last_edited_time": millis(node.edited),
        "created_by": {"object": "user", "id": node.created_by},
        "last_edited_by": {"object": "user", "id": node.edited_by},
        "url": f"https://www.notion.so/{node.parent.replace('-', '')}?v={node.id.replace('-', '')}",
    }


def _live(call: Call, view_id: str) -> Node:
    node = call.get(view_id, "view")
    if node.trashed:
        raise call.missing("view", node.id)
    return node


def retrieve(call: Call, view_id: str) -> dict[str, Any]:
    """``GET /views/{id}``."""
    return shown_view(_live(call, view_id), call)


def update(call: Call, view_id: str) -> dict[str, Any]:
    """``PATCH /views/{id}``."""
    body = call.check(record({}, {"name": string(min_len=1), **dict.fromkeys(_FREE, anything)}))
    node = _live(call, view_id)
    return shown_view(call.store.save(replace(node, value={**node.value, **body}), call.user), call)


def delete(call: Call, view_id: str) -> dict[str, Any]:
    """``DELETE /views/{id}``: the last view of a database stays."""
    node = _live(call, view_id)
    if len(call.store.children(node.parent, ("view",))) == 1:
        raise validation("Cannot delete the last view of a database.")
    return shown_view(call.store.save(replace(node, trashed=True), call.user), call)


def list_views(call: Call) -> dict[str, Any]:
    """``GET /views?database_id=`` or ``?data_source_id=``."""
    query = call.query("database_id", "data_source_id", "start_cursor", "page_size")
    if query.get("database_id"):
        nodes = call.store.children(call.get(query["database_id"], "database").id, ("view",))
    elif query.get("data_source_id"):
        source = call.get(query["data_source_id"], "data_source").id
        nodes = [n for n in call.store.of_kind("view") if n.value["data_source_id"] == source and not n.trashed]
    else:
        raise validation("One of `database_id` and `data_source_id` should be provided.")
    results, cursor = page_of(nodes, query.get("start_cursor"), query.get("page_size"), [n.id for n in nodes])
    return listing("view", [shown_view(node, call) for node in results], cursor)
