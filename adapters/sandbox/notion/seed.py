"""What a fresh sandbox holds."""

from __future__ import annotations

from adapters.sandbox.http import Request
from adapters.sandbox.notion.call import INTEGRATION, Call
from adapters.sandbox.notion.rich_text import text_run
from adapters.sandbox.notion.store import AUTHOR, BOT, HUB, PRIVATE, READER, Node, Store
from adapters.sandbox.notion.tables import NEWEST
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


def local_call(state: State) -> Call:
    """A call without a request, for looking from inside."""
    return Call(Request("GET", "/notion/v1/", {}, {}), state, NEWEST, "sandbox")
