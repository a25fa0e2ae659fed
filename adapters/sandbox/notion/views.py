"""``/v1/views``: checked as the vendor's types have them, stored and given back; the browser view shows what they show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.sandbox.notion.call import Call, listing, page_of
from adapters.sandbox.notion.errors import validation
from adapters.sandbox.notion.query import FILTER, SORT, matcher
from adapters.sandbox.notion.schemas import column_of
from adapters.sandbox.notion.shapes import (
    Check,
    anything,
    array,
    boolean,
    enum,
    nullable,
    number,
    record,
    string,
    tagged_by,
    uuid,
)
from adapters.sandbox.notion.store import Node, millis, new_id

TYPES = ("table", "board", "list", "calendar", "timeline", "gallery", "form", "chart", "map", "dashboard")
_FREE = ("filter", "sorts", "quick_filters", "configuration")
_AFTER = tagged_by("type", {"after_block": record({"type": enum("after_block"), "block_id": uuid})})
_PARENTS: dict[str, Check] = {
    "database_id": uuid,
    "view_id": uuid,
    "create_database": record({"parent": record({"type": enum("page_id"), "page_id": uuid})}, {"position": _AFTER}),
}
# Source of the shapes: @notionhq/client 5.26.0, CreateViewRequest, UpdateViewRequest and the types that they name.
_PROPERTY = record(
    {"property_id": string(min_len=1)},
    {
        "visible": boolean,
        "width": number(1),
        "wrap": boolean,
        "status_show_as": enum("select", "checkbox"),
        "card_property_width_mode": enum("full_line", "inline"),
        "date_format": enum("full", "short", "month_day_year", "day_month_year", "year_month_day", "relative"),
        "time_format": enum("12_hour", "24_hour", "hidden"),
    },
)
_GROUP = record(
    {
        "type": enum("select", "multi_select", "person", "relation", "checkbox", "created_by", "last_edited_by"),
        "property_id": string(min_len=1),
        "sort": record({"type": enum("manual", "ascending", "descending")}),
    },
    {"hide_empty_groups": boolean},
)
_SIZE = nullable(enum("small", "medium", "large"))
_CARDS: dict[str, Check] = {
    "properties": nullable(array(_PROPERTY)),
    "cover": nullable(record({"type": enum("page_cover", "page_content", "property")}, {"property_id": string()})),
    "cover_size": _SIZE,
    "cover_aspect": nullable(enum("contain", "cover")),
    "card_layout": nullable(enum("list", "compact")),
}
_TABLE: dict[str, Check] = {
    "properties": nullable(array(_PROPERTY)),
    "group_by": nullable(_GROUP),
    "subtasks": anything,
    "wrap_cells": boolean,
    "frozen_column_index": number(0, whole=True),
    "show_vertical_lines": boolean,
}
_CONFIGURATIONS: dict[str, Check] = {
    "table": record({"type": enum("table")}, _TABLE),
    "gallery": record({"type": enum("gallery")}, _CARDS),
    "board": record({"type": enum("board"), "group_by": _GROUP}, {**_CARDS, "sub_group_by": nullable(_GROUP)}),
    "list": record({"type": enum("list")}, {"properties": nullable(array(_PROPERTY))}),
}
"""Of the other kinds only the type is looked at."""


def _configuration(value: Any, path: str, out: list[str]) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind in TYPES and kind not in _CONFIGURATIONS:
        return
    tagged_by("type", _CONFIGURATIONS)(value, path, out)


_SHAPES: dict[str, Check] = {
    "filter": nullable(FILTER),
    "sorts": nullable(array(SORT)),
    "quick_filters": nullable(anything),
    "configuration": _configuration,
}
_POSITION = tagged_by(
    "type",
    {
        "start": record({"type": enum("start")}),
        "end": record({"type": enum("end")}),
        "after_view": record({"type": enum("after_view"), "view_id": uuid}),
    },
)
_CREATE = record(
    {"data_source_id": uuid, "name": string(min_len=1), "type": enum(*TYPES)},
    {**_SHAPES, "position": _POSITION, "placement": anything, **_PARENTS},
)


def _fits(body: dict[str, Any], kind: str, source: Node, call: Call) -> None:
    """Refuses what names no property of the data source, or one of another type, and a configuration of another kind."""
    if body.get("filter"):
        matcher(body["filter"], source, call)
    for sort in body.get("sorts") or []:
        if "property" in sort and column_of(source, sort["property"]) is None:
            raise validation(f"Could not find sort property with name or id: {sort['property']}")
    configuration = body.get("configuration")
    if configuration is None:
        return
    if configuration["type"] != kind:
        raise validation(f"Configuration of type {configuration['type']} does not match the view's type {kind}.")
    group = configuration.get("group_by")
    for each in [*(configuration.get("properties") or []), *([group] if group else [])]:
        column = column_of(source, each["property_id"])
        if column is None:
            raise validation(f"Could not find property with name or id: {each['property_id']}")
        if each is group and column["type"] != group["type"]:
            raise validation(f"Property {column['name']} is a {column['type']}, not a {group['type']}.")


def create(call: Call) -> dict[str, Any]:
    """``POST /views``."""
    body = call.check(_CREATE)
    source = call.get(body["data_source_id"], "data_source")
    given = [name for name in _PARENTS if name in body]
    if len(given) != 1:
        raise validation("Exactly one of `database_id`, `view_id` and `create_database` should be provided.")
    _fits(body, body["type"], source, call)
    if given[0] == "create_database":
        page = call.get(body["create_database"]["parent"]["page_id"], "page")
        original = call.get(source.parent, "database")
        linked = Node(new_id(), "database", page.id, "database", {**original.value, "is_inline": True})
        after = (body["create_database"].get("position") or {}).get("block_id")
        rank = None
        if after is not None:
            before = call.get(after, "block")
            if before.parent != page.id:
                raise validation("The block of `position` is not a child of the page.")
            rank = before.rank + 1
            call.store.open_gap(page.id, rank, 1)
        parent = call.store.add(linked, rank)
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
    body = call.check(record({}, {"name": string(min_len=1), **_SHAPES}))
    node = _live(call, view_id)
    _fits(body, node.type, call.get(node.value["data_source_id"], "data_source"), call)
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
