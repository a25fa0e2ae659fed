"""What a fresh sandbox holds, and what ``/sandbox/state`` shows of it."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.http import Request
from adapters.sandbox.notion.block_values import shown_block
from adapters.sandbox.notion.call import INTEGRATION, Call
from adapters.sandbox.notion.page_values import shown_database, shown_page, shown_source
from adapters.sandbox.notion.rich_text import plain, text_run
from adapters.sandbox.notion.routes_people import shown_comment, shown_user
from adapters.sandbox.notion.store import AUTHOR, BOT, HUB, PRIVATE, READER, Node, Store
from adapters.sandbox.notion.tables import NEWEST
from adapters.sandbox.notion.uploads import shown_upload
from adapters.sandbox.notion.views import shown_view
from adapters.sandbox.state import State

_PEOPLE = ((AUTHOR, "Ada Author", "author@example.com"), (READER, "Rob Reader", "reader@example.com"))


def seed(state: State) -> None:
    """Users, the page ``Data hub`` (shared with the integration) and a page that is not shared."""
    with state.transaction():
        store = Store(state)
        store.add(Node(BOT, "user", "", "bot", {"name": INTEGRATION}))
        for number, name, email in _PEOPLE:
            store.add(Node(number, "user", "", "person", {"name": name, "email": email}))
        for number, title, shared in ((HUB, "Data hub", True), (PRIVATE, "Private notes", False)):
            properties = {"title": {"type": "title", "title": [text_run(title)]}}
            value = {"properties": properties, "icon": None, "cover": None, "shared": shared}
            store.add(Node(number, "page", "", "page", value, created_by=AUTHOR, edited_by=AUTHOR))


def local_call(state: State, host: str = "127.0.0.1") -> Call:
    """A call without a request, for looking from inside."""
    return Call(Request("GET", "/notion/v1/", {}, {"host": host}), state, NEWEST, "sandbox")


def dump(state: State) -> dict[str, Any]:
    """Everything: pages with their block trees, databases, data sources with rows, comments, uploads, views."""
    call = local_call(state)
    store = call.store
    live = [node for node in store.of_kind("page") if not store.in_trash(node.id)]
    sources = [node for node in store.of_kind("data_source") if not store.in_trash(node.id)]
    return {
        "notion_data_hub": HUB,
        "notion": {
            "users": [shown_user(node, call) for node in store.of_kind("user")],
            "pages": [{**shown_page(node, call), "blocks": _tree(node, call)} for node in live],
            "trashed_pages": [shown_page(n, call) for n in store.of_kind("page") if store.in_trash(n.id)],
            "databases": [shown_database(n, call) for n in store.of_kind("database") if not store.in_trash(n.id)],
            "data_sources": [
                {**shown_source(node, call), "rows": [row.id for row in store.children(node.id, ("page",))]}
                for node in sources
            ],
            "views": [shown_view(node, call) for node in store.of_kind("view") if not node.trashed],
            "comments": [
                {**shown_comment(node, call), "text": plain(node.value["rich_text"], call)}
                for node in store.of_kind("comment")
                if not node.trashed
            ],
            "uploads": [
                {
                    **shown_upload(node, call),
                    "name": node.value["filename"],
                    "size": node.value["content_length"],
                    "sha256": node.value["sha256"],
                }
                for node in store.of_kind("file_upload")
            ],
        },
    }


def _tree(node: Node, call: Call) -> list[dict[str, Any]]:
    result = []
    for child in call.store.children(node.id):
        shown = shown_block(child, call)
        if "media" in child.value and child.value["media"]["type"] == "file":
            shown["sha256"] = child.value["media"]["sha256"]
        if child.kind == "block":
            shown["children"] = _tree(child, call)
        result.append(shown)
    return result
