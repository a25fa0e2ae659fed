"""What people do in a wiki's own pages, behind the API's back: the sandbox is changed as its browser view would.

One class a vendor, alike in verbs. A verb that the wiki refuses (a taken title, a page below itself) gives None.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from adapters.sandbox import admin
from adapters.sandbox.confluence import store as pages
from adapters.sandbox.confluence import v1_cloud
from adapters.sandbox.confluence.call import Call
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.confluence.schema import READER as CONFLUENCE_READER
from adapters.sandbox.http import Request
from adapters.sandbox.notion import people
from adapters.sandbox.notion.properties import kept_properties
from adapters.sandbox.notion.seed import local_call
from adapters.sandbox.notion.store import READER, Node, Store, new_id
from adapters.sandbox.server import Server

State = dict[str, Any]


class Hands:
    """What both have in common."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def state(self) -> State:
        """Everything that the sandbox holds."""
        return admin.dump(self.server.state)

    def edit(self, page: str, **wish: str) -> str | None:
        """The page or block that was edited (see ``/sandbox/edit``)."""
        return self._ask("/sandbox/edit", page=page, **wish)

    def comment(self, page: str, words: str) -> str | None:
        """The comment on words of a page."""
        return self._ask("/sandbox/comment", page=page, text="Why?", selection=words)

    def _ask(self, path: str, **data: str) -> str | None:
        body = json.dumps(data).encode()
        request = Request("POST", path, {}, {"content-type": "application/json"}, body)
        answer = admin.handle(request, self.server.state, self.server.log, self.server.faults)
        return str(answer.data["id"]) if answer.status == 200 else None


class ConfluenceHands(Hands):
    """A reader in the browser. ``flavor`` is "cloud" or "dc"."""

    def __init__(self, server: Server, flavor: str) -> None:
        super().__init__(server)
        self.flavor = flavor
        self.api = {"cloud": "confluence", "dc": "confluence-dc"}[flavor]

    @contextlib.contextmanager
    def _call(self) -> Iterator[Call]:
        with self.server.state.transaction(), contextlib.suppress(Refused):
            request = Request("POST", "/", {}, {})
            yield Call(request, self.server.state, self.flavor, "v1", CONFLUENCE_READER)

    def create(self, parent: str, title: str, words: str) -> str | None:
        """A person's own page."""
        with self._call() as call:
            above = pages.page(call, parent)
            space = pages.space(call, "id", above["space_id"])
            title = pages.checked_title(call, space, title)
            return str(pages.insert(call, space["id"], above["id"], title, body=f"<p>{words}</p>"))
        return None

    def move(self, page: str, parent: str) -> str | None:
        with self._call() as call:
            pages.page(call, parent)
            v1_cloud.move(call, page, "append", parent)
            return page
        return None

    def retitle(self, page: str, title: str) -> str | None:
        with self._call() as call:
            row = pages.page(call, page)
            title = pages.checked_title(call, pages.space(call, "id", row["space_id"]), title, row["id"])
            pages.new_version(call, row, title=title, body=row["body"])
            return page
        return None

    def trash(self, page: str) -> str | None:
        with self._call() as call:
            row = pages.page(call, page)
            if row["status"] != "current":
                return None
            pages.trash(call, row)
            return page
        return None

    def restore(self, page: str) -> str | None:
        """Back from the trash, below the space's home page."""
        with self._call() as call:
            row = pages.page(call, page)
            space = pages.space(call, "id", row["space_id"])
            if row["status"] != "trashed":
                return None
            pages.checked_title(call, space, row["title"], row["id"])
            call.db.execute(
                "UPDATE cf_content SET status = 'current', parent_id = ? WHERE id = ?", (space["homepage_id"], page)
            )
            return page
        return None

    def label(self, page: str, name: str) -> str | None:
        with self._call() as call:
            v1_cloud.add_label(call, int(page), "global", name)
            return page
        return None


class NotionHands(Hands):
    """A reader in the app."""

    api = "notion"

    @contextlib.contextmanager
    def _store(self) -> Iterator[Store]:
        with self.server.state.transaction(), contextlib.suppress(KeyError):
            yield local_call(self.server.state).store

    def insert(self, page: str, words: str, after: str | None) -> str | None:
        """A person's block behind another one; None: at the end."""
        with self._store():
            return people.human_add_block(self.server.state, page, words, READER, after=after)
        return None

    def create(self, parent: str, title: str, words: str) -> str | None:
        """A person's page: below a page among its blocks, or as a row of a data source."""
        with self._store() as store:
            above = store.find(parent)
            if above is None:
                return None
            call, source, name = local_call(self.server.state), None, "title"
            if above.kind == "data_source":
                source = above
                name = next(key for key, value in above.value["properties"].items() if value["type"] == "title")
            kept = kept_properties({name: {"title": [{"text": {"content": title}}]}}, source, call)
            value = {"properties": kept, "icon": None, "cover": None}
            made = Node(new_id(), "page", parent, "page", value, created_by=READER, edited_by=READER)
            store.add(made)
            if source is None:
                store.touch_page(parent, READER)
            people.human_add_block(self.server.state, made.id, words, READER)
            return made.id
        return None

    def retitle(self, page: str, title: str) -> str | None:
        return self.edit(page, title=title)

    def move(self, page: str, parent: str) -> str | None:
        """Below another page, or into a data source."""
        return self.edit(page, parent=parent)

    def trash(self, page: str) -> str | None:
        return self._flag(page, trashed=True)

    def restore(self, page: str) -> str | None:
        return self._flag(page, trashed=False)

    def _flag(self, page: str, *, trashed: bool) -> str | None:
        with self._store() as store:
            node = store.find(page)
            if node is None or node.trashed == trashed:
                return None
            store.save(replace(node, trashed=trashed), READER)
            if node.kind == "page":
                store.touch_page(page, READER)
            return page
        return None

    def source(self) -> str | None:
        """The data source of our database, where it is there already."""
        with self._store() as store:
            return next((node.id for node in store.of_kind("data_source") if not store.in_trash(node.id)), None)
        return None
