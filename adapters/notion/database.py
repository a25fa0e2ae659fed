"""The database that holds a target's reports: found below the parent page without any local state, or made."""

from __future__ import annotations

from typing import NamedTuple

from adapters.base import Root
from adapters.errors import NotFound, StaleVersion, WikiUnavailable
from adapters.notion.client import Json, NotionClient
from adapters.notion.faults import Committed
from adapters.notion.ids import find_id
from adapters.notion.rows import SCHEMA, names_in
from adapters.settings import TargetSettings
from converters.errors import ConfigError

TITLE = "Reports"
MARK = "Reports published by nbwiki"
"""Begins the description of databases that we made, by which later runs know them."""


class Place(NamedTuple):
    """A database and its data source."""

    database: str
    source: str
    root: Root


class Database:
    """Finds, makes and completes the database of a target."""

    def __init__(self, client: NotionClient, settings: TargetSettings) -> None:
        self._client = client
        self._settings = settings
        self.title = (settings.space or TITLE)[:1000]  # of 2,000 characters

    def find(self) -> Place | None:
        """The database; None when it is still to be made. Raises NotFound, ConfigError."""
        if self._settings.database:
            wanted = find_id(self._settings.database)
            if wanted is None:
                raise ConfigError("database is neither an id nor an address of Notion's", where="database")
            return self._place(self._client.database(wanted))
        for child in self._client.children(self.parent()):
            if child["type"] == "child_database" and child["child_database"]["title"] == self.title:
                found = self._client.database(child["id"])
                if self._ours(found):
                    return self._place(found)
        return None

    def parent(self) -> str:
        """The id of the parent page."""
        found = find_id(self._settings.parent)
        if found is None:
            hint = "open the page in Notion, copy its link and set parent to it"
            raise ConfigError("parent is neither an id nor an address of a Notion page", where="parent", hint=hint)
        return found

    def _ours(self, database: Json) -> bool:
        """Whether nbwiki made the database: by its description, or where people changed that, by its properties."""
        if database.get("in_trash") or not database.get("data_sources"):
            return False
        words = "".join(str(item.get("plain_text", "")) for item in database.get("description", ()))
        if words.startswith(MARK):
            return True
        properties: Json = self._client.data_source(database["data_sources"][0]["id"])["properties"]
        return {"Key", "Digest", "Record"} <= properties.keys()

    def _place(self, database: Json) -> Place:
        sources = database.get("data_sources") or []
        if database.get("in_trash") or not sources:
            raise NotFound("the database is in the trash", hint="restore it in Notion, or set another one", status=404)
        title = "".join(str(item.get("plain_text", "")) for item in database.get("title", ())) or self.title
        root = Root(id=database["id"], title=title, url=database.get("url") or "", space=self._settings.space)
        return Place(database["id"], sources[0]["id"], root)

    def make(self) -> tuple[Place, bool]:
        """The database, made below the parent page, and whether it is the one that we made.

        Of two runs at once, both end with the one that stands first.
        """
        body: Json = {
            "parent": {"type": "page_id", "page_id": self.parent()},
            "title": [{"type": "text", "text": {"content": self.title}}],
            "description": [{"type": "text", "text": {"content": f"{MARK}. Key, Digest and Record are its memory."}}],
            "is_inline": False,
            "initial_data_source": {"properties": SCHEMA},
        }
        made = ""
        try:
            made = self._client.create_database(body)["id"]
        except Committed as done:
            made = done.resource
        except (WikiUnavailable, StaleVersion):
            self._client.back_off(1)
            if self.find() is None:
                made = self._client.create_database(body)["id"]
        first = self.find()
        if first is None:
            return self._place(self._client.database(made)), True
        if made and first.database != made:
            self._client.update_database(made, {"in_trash": True})
            return first, False
        return first, True

    def complete(self, place: Place) -> dict[str, str]:
        """The names of our properties in the database, with those that it lacked added; nothing of people's changed."""
        names, lacking = names_in(self._client.data_source(place.source)["properties"])
        if lacking:
            self._client.update_data_source(place.source, {"properties": lacking})
        return names
