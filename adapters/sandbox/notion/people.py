"""What people do in the app, behind the API's back: edit a block, add one, take one away, comment."""

from __future__ import annotations

from dataclasses import replace

from adapters.sandbox.notion.rich_text import text_run
from adapters.sandbox.notion.seed import local_call
from adapters.sandbox.notion.store import AUTHOR, READER, Node, dashed, moved, new_id
from adapters.sandbox.state import State


def person(state: State, user: str) -> Node:
    """A person by id, name or e-mail address. Raises KeyError."""
    for node in local_call(state).store.of_kind("user"):
        if user in (node.id, node.value["name"], node.value.get("email")):
            return node
    raise KeyError(user)


def _find(state: State, node_id: str) -> Node:
    node = local_call(state).store.find(dashed(node_id))
    if node is None:
        raise KeyError(node_id)
    return node


def human_edit(state: State, block_id: str, text: str, user: str = AUTHOR) -> str:
    """The id of the block whose text is now ``text``. Raises KeyError for unknown blocks, users, textless blocks."""
    with state.transaction():
        node = _find(state, block_id)
        value = {**node.value, "rich_text": [text_run(text)] if text else []}
        if "rich_text" not in node.value:
            raise KeyError(f"a {node.type} has no text")
        local_call(state).store.save(replace(node, value=value), person(state, user).id)
        return node.id


def human_add_block(
    state: State, parent_id: str, text: str, user: str = AUTHOR, kind: str = "paragraph", after: str | None = None
) -> str:
    """The id of a new text block at the end of a page or block, or after another one. Raises KeyError."""
    with state.transaction():
        store = local_call(state).store
        parent, by = _find(state, parent_id), person(state, user).id
        rank = store.next_rank(parent.id) if after is None else _find(state, after).rank + 1
        store.open_gap(parent.id, rank, 1)
        value = {"rich_text": [text_run(text)], "color": "default"}
        if kind == "paragraph":
            value["icon"] = None  # type: ignore[assignment]
        node = store.add(Node(new_id(), "block", parent.id, kind, value, created_by=by, edited_by=by), rank)
        store.touch_page(parent.id, by)
        return node.id


def human_delete(state: State, block_id: str, user: str = AUTHOR) -> str:
    """The id of a block or page that is now in the trash. Raises KeyError."""
    with state.transaction():
        node = _find(state, block_id)
        local_call(state).store.save(replace(node, trashed=True), person(state, user).id)
        return node.id


def human_move(state: State, page_id: str, parent_id: str, user: str = AUTHOR) -> str:
    """The id of a page that now stands last below another page or among the rows of a data source. Raises KeyError."""
    with state.transaction():
        store, page, parent = local_call(state).store, _find(state, page_id), _find(state, parent_id)
        if page.kind != "page" or parent.kind not in {"page", "data_source"} or parent.id == page.parent:
            raise KeyError(parent_id)
        if any(node.id == page.id for node in store.upward(parent.id)):
            raise KeyError(parent_id)
        store.save(moved(store, page, parent), person(state, user).id)
        return page.id


def human_comment(state: State, target_id: str, text: str, user: str = READER) -> str:
    """The id of a new comment on a page or block. Raises KeyError."""
    with state.transaction():
        target, author = _find(state, target_id), person(state, user)
        value = {
            "rich_text": [text_run(text)],
            "discussion": new_id(),
            "attachments": [],
            "by": author.value["name"],
        }
        node = Node(new_id(), "comment", target.id, "comment", value, created_by=author.id, edited_by=author.id)
        return local_call(state).store.add(node).id
