"""``/v1/blocks``: retrieve, list children, append, update, trash."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.sandbox.notion.block_shapes import (
    CHILDREN,
    CONTAINERS,
    HEADINGS,
    UPDATES,
    check_size,
    check_tree,
    kind_of,
)
from adapters.sandbox.notion.block_values import kept_block, shown_block
from adapters.sandbox.notion.call import Call, listing, page_of
from adapters.sandbox.notion.errors import archived, restricted, validation
from adapters.sandbox.notion.shapes import Check, boolean, enum, fault, record, require, tagged, uuid
from adapters.sandbox.notion.store import IN_FLOW, Node, dashed, new_id

FREE_PLAN_BLOCKS = 1000  # lifetime blocks of a free workspace with several members
_AFTER = record({"id": uuid})


def position(value: Any, path: str, out: list[str]) -> None:
    """``{"type": "start"}``, ``{"type": "end"}`` or ``{"type": "after_block", "after_block": {"id"}}``."""
    if isinstance(value, dict) and value.get("type") == "after_block":
        record({"type": enum("after_block"), "after_block": _AFTER})(value, path, out)
    elif isinstance(value, dict):
        record({"type": enum("start", "end", "after_block")})(value, path, out)
    else:
        fault(out, path, "an object", value)


def retrieve(call: Call, block_id: str) -> dict[str, Any]:
    """``GET /blocks/{id}``."""
    return shown_block(call.get(block_id, *_kinds()), call)


def children(call: Call, block_id: str) -> dict[str, Any]:
    """``GET /blocks/{id}/children``: one level in document order. What is in the trash is not found."""
    query = call.query("start_cursor", "page_size")
    node = call.get(block_id, *_kinds())
    if call.store.in_trash(node.id):
        raise call.missing("block", node.id)
    nodes = call.settled(call.store.children(node.id)) if node.kind != "database" else []
    ids = [item.id for item in nodes]
    results, cursor = page_of(nodes, query.get("start_cursor"), query.get("page_size"), ids)
    return listing("block", [shown_block(item, call) for item in results], cursor)


def append(call: Call, block_id: str) -> dict[str, Any]:
    """``PATCH /blocks/{id}/children``. After a block, the reply holds the new blocks and all later siblings."""
    extra: dict[str, Check] = {"position": position} if call.newest else {"after": uuid, "position": position}
    body = call.check(record({"children": CHILDREN}, extra))
    parent = call.get(block_id, "block", "page")
    if call.store.in_trash(parent.id):
        raise archived()
    blocks = body["children"]
    if not blocks:
        raise validation("body failed validation: body.children.length should be ≥ `1`, instead was `0`.")
    check_size(blocks, call.request.body)
    _check_parent(parent)
    check_tree(blocks, parent.type, parent.value.get("table_width"))
    rank, tail = _where(call, parent, body)
    made = place(call, parent, blocks, rank)
    call.store.touch_page(parent.id, call.user)
    later = [node for node in call.store.children(parent.id) if node.rank >= rank + len(made)] if tail else []
    return listing("block", [shown_block(node, call) for node in [*made, *later]], None)


def _check_parent(parent: Node) -> None:
    if parent.kind == "page":
        return
    if parent.type not in CONTAINERS:
        raise validation(f"Block type {parent.type} does not support children.")
    if parent.type in HEADINGS and not parent.value.get("is_toggleable"):
        raise validation(f"A {parent.type} block takes children only with `is_toggleable` true.")


def _where(call: Call, parent: Node, body: dict[str, Any]) -> tuple[int, bool]:
    """The rank of the first new block, and whether later siblings belong into the reply."""
    wanted = body.get("position", {"type": "end"})
    after = body.get("after") or wanted.get("after_block", {}).get("id")
    if after:
        node = call.store.find(dashed(after))
        if node is None or node.parent != parent.id or node.kind not in IN_FLOW:
            raise validation(f"Block with ID {dashed(after)} to append children after is not parented by {parent.id}.")
        if node.trashed:
            raise archived()
        return node.rank + 1, True
    if wanted["type"] == "start":
        return 0, False
    return call.store.next_rank(parent.id), False


def place(call: Call, parent: Node, blocks: list[dict[str, Any]], rank: int | None = None) -> list[Node]:
    """The stored blocks of a checked list (first level only), in ``parent`` from ``rank`` on."""
    limit = call.state.switches.get("free_plan")
    if limit:
        allowed = limit if not isinstance(limit, bool) else FREE_PLAN_BLOCKS
        if call.store.count("block") + len(blocks) > allowed:
            raise restricted("Your workspace has reached its block limit.", {"block_limit": "block_creation"})
    first = call.store.next_rank(parent.id) if rank is None else rank
    call.store.open_gap(parent.id, first, len(blocks))
    made = []
    for index, item in enumerate(blocks):
        kind = kind_of(item)
        value = kept_block(kind, item[kind], call)
        node = call.store.add(Node(new_id(), "block", parent.id, kind, value), first + index)
        place(call, node, item[kind].get("children", []))
        made.append(node)
    return made


def update(call: Call, block_id: str) -> dict[str, Any]:
    """``PATCH /blocks/{id}``: a given field is replaced whole, others stay; the type can't change."""
    node = call.get(block_id, *_kinds())
    names = dict.fromkeys(("in_trash",) if call.newest else ("in_trash", "archived"), boolean)
    others: dict[str, Check] = {**names, "object": enum("block"), "type": enum(node.type)}
    if node.kind != "block":
        call.check(record({}, others))
    elif any(name in call.body for name in UPDATES):
        given = next(name for name in UPDATES if name in call.body)
        if given != node.type:
            raise validation(f"Block type cannot be changed: block is {node.type}, body has {given}.")
        require(call.body, tagged({node.type: UPDATES[node.type]}, others))
    else:
        _no_content(call, node, others)
    trash = call.body.get("in_trash", call.body.get("archived"))
    content = call.body.get(node.type) if node.kind == "block" else None
    store = call.store
    if store.in_trash(node.parent) or (node.trashed and trash is not False):
        raise archived()
    value = node.value
    if content is not None:
        _check_update(call, node, content)
        value = kept_block(node.type, content, call, node.value)
    trashed = node.trashed if trash is None else bool(trash)
    return shown_block(store.save(replace(node, value=value, trashed=trashed), call.user), call)


def _no_content(call: Call, node: Node, others: dict[str, Check]) -> None:
    """A body without content must at least trash or restore, or set something the type knows."""
    if "in_trash" in call.body or "archived" in call.body:
        call.check(record({}, others))
        return
    shape = {node.type: UPDATES[node.type]} if node.type in UPDATES else UPDATES
    call.check(tagged(shape, others))


def _check_update(call: Call, node: Node, content: dict[str, Any]) -> None:
    if "icon" in content and node.type == "paragraph":
        parent = call.store.find(node.parent)
        if parent is None or parent.type != "tab":
            raise validation("An icon is only supported for paragraph blocks that are direct children of a tab block.")
    if node.type in HEADINGS and content.get("is_toggleable") is False and call.store.has_children(node.id):
        raise validation("A heading with children can't be made not toggleable.")
    if node.type == "table_row":
        table = call.store.find(node.parent)
        if table is not None and len(content["cells"]) != table.value["table_width"]:
            raise validation("Number of cells in table row must match the table width of the parent table")


def delete(call: Call, block_id: str) -> dict[str, Any]:
    """``DELETE /blocks/{id}``: into the trash, with everything below."""
    node = call.get(block_id, *_kinds())
    if call.store.in_trash(node.id):
        raise archived()
    return shown_block(call.store.save(replace(node, trashed=True), call.user), call)


def _kinds() -> tuple[str, ...]:
    return ("block", "page", "database")
