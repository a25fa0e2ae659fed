"""``/v1/pages``: create, retrieve, update, move, and the items of one property."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.sandbox.notion import markdown
from adapters.sandbox.notion.block_shapes import CHILDREN, check_size, check_tree
from adapters.sandbox.notion.call import Call, listing, page_of
from adapters.sandbox.notion.enhanced.drafts import Draft
from adapters.sandbox.notion.errors import archived, validation
from adapters.sandbox.notion.media import COVER, ICON, kept_file, kept_icon
from adapters.sandbox.notion.page_values import shown_page, source_of
from adapters.sandbox.notion.properties import PROPERTIES, kept_properties, shown_value
from adapters.sandbox.notion.routes_blocks import place
from adapters.sandbox.notion.schemas import column_of
from adapters.sandbox.notion.shapes import Check, boolean, enum, fault, nullable, record, shown, string, tagged, uuid
from adapters.sandbox.notion.store import Node, dashed, moved, new_id

_PARENT = tagged({"page_id": uuid, "database_id": uuid, "data_source_id": uuid, "workspace": enum(True)}, each=True)
_TARGET = tagged({"page_id": uuid, "data_source_id": uuid})
_TEMPLATE = record({"type": enum("none", "default", "template_id")}, {"template_id": uuid, "timezone": string()})


def _position(value: Any, path: str, out: list[str]) -> None:
    if not isinstance(value, dict):
        fault(out, path, "an object", value)
    elif value.get("type") == "after_block":
        record({"type": enum("after_block"), "after_block": record({"id": uuid})})(value, path, out)
    else:
        record({"type": enum("page_start", "page_end", "after_block")})(value, path, out)


_LOOK: dict[str, Check] = {"properties": PROPERTIES, "icon": nullable(ICON), "cover": nullable(COVER)}
_CREATE = record(
    {"parent": _PARENT},
    {
        **_LOOK,
        "children": CHILDREN,
        "content": CHILDREN,
        "markdown": string(),
        "template": _TEMPLATE,
        "position": _position,
        "allow_async": boolean,
    },
)
_FLAGS = ("in_trash", "is_locked", "is_archived", "erase_content")


def create(call: Call) -> dict[str, Any]:
    """``POST /pages``."""
    query = call.query(lists=("filter_properties",))
    body = call.check(_CREATE)
    sources = [name for name in ("children", "content", "markdown", "template") if name in body]
    if len(sources) > 1:
        raise validation(
            f"body failed validation: body.{sources[1]} should be not present, instead was `{shown(body[sources[1]])}`."
        )
    _check_template(body)
    parent = _parent(call, body["parent"])
    if call.store.in_trash(parent.id):
        raise archived()
    properties = dict(body.get("properties", {}))
    blocks = body.get("children", body.get("content", []))
    drafts: list[Draft] = []
    if "markdown" in body:
        drafts, title = markdown.parse_new(call, body["markdown"], title_from_heading="title" not in properties)
        if title is not None and parent.kind == "page":
            properties["title"] = {"title": [{"text": {"content": title[:2000]}}]}
    check_size(blocks, call.request.body)
    check_tree(blocks, "page")
    rank = _rank(call, parent, body.get("position"))
    source = parent if parent.kind == "data_source" else None
    value = {
        "properties": kept_properties(properties, source, call),
        "icon": kept_icon(body.get("icon"), call),
        "cover": kept_file(body["cover"], "cover", call) if body.get("cover") else None,
    }
    page = call.store.add(Node(new_id(), "page", parent.id, "page", value), rank)
    place(call, page, blocks)
    markdown.fill(call, page, drafts)
    call.store.touch_page(parent.id, call.user)
    return shown_page(page, call, query.get("filter_properties"))


def _check_template(body: dict[str, Any]) -> None:
    """Pass, or raise the 400: the sandbox's data sources have no templates."""
    if body.get("template", {}).get("type", "none") != "none":
        raise validation("The data source has no template that could be applied.")


def _parent(call: Call, value: dict[str, Any]) -> Node:
    if "workspace" in value:
        raise validation(
            "Internal integrations aren't owned by a single user, so creating workspace-level private pages is not"
            " supported. Please provide a parent page or database."
        )
    if "page_id" in value:
        return call.get(value["page_id"], "page")
    if "data_source_id" in value:
        return call.get(value["data_source_id"], "data_source")
    database = call.get(value["database_id"], "database")
    sources = call.store.children(database.id, ("data_source",))
    if len(sources) != 1:
        raise validation(
            "Databases with multiple data sources are not supported in this API version. Use a data_source_id parent."
        )
    return sources[0]


def _rank(call: Call, parent: Node, wanted: dict[str, Any] | None) -> int:
    last = call.store.next_rank(parent.id)
    if wanted is None or wanted["type"] == "page_end":
        return last
    if parent.kind != "page":
        raise validation(f"body failed validation: body.position should be not present, instead was `{shown(wanted)}`.")
    rank = 0
    if wanted["type"] == "after_block":
        node = call.store.find(dashed(wanted["after_block"]["id"]))
        if node is None or node.parent != parent.id:
            raise validation(f"Block with ID {dashed(wanted['after_block']['id'])} is not parented by {parent.id}.")
        rank = node.rank + 1
    call.store.open_gap(parent.id, rank, 1)
    return rank


def retrieve(call: Call, page_id: str) -> dict[str, Any]:
    """``GET /pages/{id}``: answers for pages in the trash, too."""
    query = call.query(lists=("filter_properties",))
    return shown_page(call.get(page_id, "page"), call, query.get("filter_properties"))


def update(call: Call, page_id: str) -> dict[str, Any]:
    """``PATCH /pages/{id}``."""
    query = call.query(lists=("filter_properties",))
    flags = _FLAGS if call.newest else (*_FLAGS, "archived")
    body = call.check(record({}, {**_LOOK, **dict.fromkeys(flags, boolean), "template": _TEMPLATE}))
    _check_template(body)
    page = call.get(page_id, "page")
    trash = body.get("in_trash", body.get("archived"))
    if call.store.in_trash(page.parent) or (page.trashed and trash is not False):
        raise archived()
    value = dict(page.value)
    if "properties" in body:
        made = kept_properties(body["properties"], source_of(page, call), call)
        value["properties"] = {**value["properties"], **made}
    if "icon" in body:
        value["icon"] = kept_icon(body["icon"], call)
    if "cover" in body:
        value["cover"] = kept_file(body["cover"], "cover", call) if body["cover"] else None
    value |= {name: body[name] for name in ("is_locked", "is_archived") if name in body}
    if body.get("erase_content"):
        for node in call.store.children(page.id):
            call.store.save(replace(node, trashed=True), call.user)
    trashed = page.trashed if trash is None else bool(trash)
    page = call.store.save(replace(page, value=value, trashed=trashed), call.user)
    return shown_page(page, call, query.get("filter_properties"))


def move(call: Call, page_id: str) -> dict[str, Any]:
    """``POST /pages/{id}/move``: to the end of another parent."""
    body = call.check(record({"parent": _TARGET}))
    page = call.get(page_id, "page")
    if call.store.in_trash(page.id):
        raise archived()
    parent = _parent(call, body["parent"])
    if parent.id == page.parent:
        raise validation("New parent must be different from the current parent.")
    if any(node.id == page.id for node in call.store.upward(parent.id)):
        raise validation("A page can't be moved below itself.")
    return shown_page(call.store.save(moved(call.store, page, parent), call.user), call)


def property_item(call: Call, page_id: str, property_id: str) -> dict[str, Any]:
    """``GET /pages/{id}/properties/{pid}``: an item, or a paginated list of items."""
    query = call.query("start_cursor", "page_size")
    page = call.get(page_id, "page")
    source = source_of(page, call)
    title = {"id": "title", "type": "title", "name": "title"}
    column = column_of(source, property_id) if source else title if property_id == "title" else None
    if column is None:
        raise call.missing("property", property_id)
    kind = column["type"]
    value = shown_value(page, column, call)
    base = {"object": "property_item", "type": kind, "id": column["id"]}
    if kind not in {"title", "rich_text", "people", "relation"}:
        return {**base, kind: value}
    items = [{**base, kind: item} for item in value]
    cursors = [str(index) for index in range(len(items))]
    results, cursor = page_of(items, query.get("start_cursor"), query.get("page_size"), cursors)
    following = f"{call.origin}{call.request.path}?start_cursor={cursor}" if cursor else None
    return {
        **listing("property_item", results, cursor),
        "property_item": {"id": column["id"], "next_url": following, "type": kind, kind: {}},
    }
