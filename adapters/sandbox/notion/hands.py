"""What people do in the app, for tests: ``POST /sandbox/edit`` and ``POST /sandbox/comment`` with a Notion id.

``/sandbox/edit`` {"page": id of a page or block, "text"? | "append"? | "find"+"replace"?, "title"?, "after"?, "parent"?,
"user"?}: ``text`` replaces a block's words, ``append`` adds a paragraph at the end (or behind the block ``after``),
``find`` looks through the blocks below, ``parent`` moves a page below another one or into a data source.
``/sandbox/comment`` {"page", "text", "selection"?, "user"?}: on the page or block, or on the first block below that has
the words of the selection.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from adapters.sandbox.http import Request, Response
from adapters.sandbox.notion import people
from adapters.sandbox.notion.rich_text import plain, text_run
from adapters.sandbox.notion.seed import local_call
from adapters.sandbox.notion.store import Node, Store, dashed
from adapters.sandbox.state import State

_EDIT = frozenset({"page", "text", "append", "find", "replace", "title", "after", "parent", "user"})
_COMMENT = frozenset({"page", "text", "selection", "user"})
_READER = "reader@example.com"


def handle(request: Request, data: dict[str, Any], state: State) -> Response:
    """Answers ``/sandbox/edit`` and ``/sandbox/comment`` for Notion; ``data`` is the request's body."""
    edits = request.path.endswith("/edit")
    wrong = sorted(set(data) - (_EDIT if edits else _COMMENT))
    if wrong or not all(isinstance(value, str) for value in data.values()):
        return Response(400, {"message": f"unknown field {wrong[0]!r}" if wrong else "all fields are strings"})
    try:
        with state.transaction():
            done = _edit(state, data) if edits else _comment(state, data)
    except KeyError as missing:
        return Response(404, {"message": f"not there: {missing.args[0]}"})
    except ValueError as error:
        return Response(400, {"message": str(error)})
    return Response(200, {"id": done})


def _edit(state: State, data: dict[str, Any]) -> str:
    user, target = data.get("user", _READER), data["page"]
    done = dashed(target)
    if "title" in data:
        _retitle(state, target, data["title"], user)
    if "parent" in data:
        done = people.human_move(state, target, data["parent"], user)
    if "text" in data:
        done = people.human_edit(state, target, data["text"], user)
    if "find" in data:
        node = _holding(state, target, data["find"])
        words = plain(node.value["rich_text"]).replace(data["find"], data.get("replace", ""), 1)
        done = people.human_edit(state, node.id, words, user)
    if "append" in data:
        done = people.human_add_block(state, target, data["append"], user, after=data.get("after"))
    return done


def _comment(state: State, data: dict[str, Any]) -> str:
    target = data["page"]
    if data.get("selection"):
        target = _holding(state, target, data["selection"]).id
    return people.human_comment(state, target, data.get("text", ""), data.get("user", _READER))


def _retitle(state: State, page_id: str, title: str, user: str) -> None:
    store = local_call(state).store
    node = store.find(dashed(page_id))
    if node is None or node.kind != "page":
        raise KeyError(page_id)
    properties = {
        key: {**value, "title": [text_run(title)]} if value["type"] == "title" else value
        for key, value in node.value["properties"].items()
    }
    store.save(replace(node, value={**node.value, "properties": properties}), people.person(state, user).id)


def _holding(state: State, node_id: str, words: str) -> Node:
    """The first block at or below a node with these words in its text. Raises KeyError."""
    store = local_call(state).store
    top = store.find(dashed(node_id))
    if top is None:
        raise KeyError(node_id)
    for node in _walk(store, top):
        if words in plain(node.value.get("rich_text", [])):
            return node
    raise KeyError(words)


def _walk(store: Store, node: Node) -> Iterator[Node]:
    if node.kind == "block":
        yield node
    for child in store.children(node.id, ("block",)):
        yield from _walk(store, child)
