"""The database that holds a target's reports: found below the parent page without any local state, or made."""

from __future__ import annotations

import logging
from typing import NamedTuple

from adapters.base import Root
from adapters.errors import NotFound, StaleVersion, WikiError, WikiUnavailable
from adapters.notion.client import Json, NotionClient
from adapters.notion.faults import LOST_ATTEMPTS, Committed
from adapters.notion.ids import find_id
from adapters.notion.schema import HUB_SCHEMA, LIBRARY_SCHEMA, SCHEMA, Columns, described, is_ours, made_for
from adapters.settings import TargetSettings
from converters.errors import ConfigError

TITLE = "Reports"
LIBRARY = "Library"
"""The database of the hub's pages, beside that of the reports."""
_log = logging.getLogger(__name__)
MARK = "Reports published by nbwiki"
"""Begins the description of databases that we made, by which later runs know them."""


class Place(NamedTuple):
    """A database and its data source."""

    database: str
    source: str
    root: Root


class Database:
    """Finds, makes and completes the database of a target."""

    def __init__(self, client: NotionClient, settings: TargetSettings, *, hub: bool = False) -> None:
        self._client = client
        self._settings = settings
        self._given = "" if hub else settings.database
        self._schema = LIBRARY_SCHEMA if hub else {**SCHEMA, **(HUB_SCHEMA if settings.hub else {})}
        self.title = LIBRARY if hub else (settings.space or TITLE)[:1000]  # of 2,000 characters
        self._others: list[Json] = []

    def find(self) -> Place | None:
        """The database; None when it is still to be made. Raises NotFound, ConfigError.

        One that people renamed is known by its columns, as is one that they moved; both cost further requests.
        """
        if self._given:
            wanted = find_id(self._given)
            if wanted is None:
                raise ConfigError("database is neither an id nor an address of Notion's", where="database")
            return self._place(self._database(wanted))
        return self._below() or self._renamed() or self._moved()

    def _children(self) -> list[Json]:
        return [child for child in self._client.children(self.parent()) if child["type"] == "child_database"]

    def _below(self) -> Place | None:
        """Our database by its title below the parent page."""
        self._others = []
        for child in self._children():
            if child["child_database"]["title"] != self.title:
                self._others.append(child)
            elif self._ours(found := self._client.database(child["id"])):
                return self._place(found)
        return None

    def _database(self, wanted: str) -> Json:
        """The database of this id, or that of the data source of this id."""
        try:
            return self._client.database(wanted)
        except NotFound as error:
            try:
                source = self._client.data_source(wanted)
            except WikiError:
                raise error from None
            return self._client.database(source["parent"]["database_id"])

    def _renamed(self) -> Place | None:
        """Our database among those of other titles."""
        for child in self._others:
            found = self._client.database(child["id"])
            sources = found.get("data_sources") or []
            if sources and not found.get("in_trash") and self._is_home(self._client.data_source(sources[0]["id"])):
                _log.info("the database %r was called %r when it was made", _title(found), self.title)
                return self._place(found)
        return None

    def _moved(self) -> Place | None:
        """Our database somewhere else in the workspace. Only asked where there is none: the index lags."""
        try:
            found = self._client.search_sources(self.title)
        except WikiError as error:
            _log.debug("search: %s", error.message)
            return None
        for source in found:
            if self._is_home(source) and not source.get("in_trash"):
                database = self._client.database(source["parent"]["database_id"])
                if not database.get("in_trash"):
                    _log.warning(
                        "the database was moved away from the parent page; it is used where it is: set database"
                    )
                    return self._place(database)
        return None

    def _is_home(self, source: Json) -> bool:
        return made_for(source.get("properties") or {}) == self.home()

    def home(self) -> str:
        """What the target is called in the database that is made for it."""
        return f"{self.parent().replace('-', '')}/{self.title}"[:200]

    def parent(self) -> str:
        """The id of the parent page."""
        found = find_id(self._settings.parent)
        if found is None:
            hint = "open the page in Notion, copy its link and set parent to it"
            if self._settings.database:
                hint = "the hub and the pages of folders stand beside the database: set parent to the page below which they may"
            raise ConfigError("parent is neither an id nor an address of a Notion page", where="parent", hint=hint)
        return found

    def _ours(self, database: Json) -> bool:
        """Whether nbwiki made the database: by its description, or where people changed that, by its properties."""
        if database.get("in_trash") or not database.get("data_sources"):
            return False
        words = "".join(str(item.get("plain_text", "")) for item in database.get("description", ()))
        if words.startswith(MARK):
            return True
        return is_ours(self._client.data_source(database["data_sources"][0]["id"])["properties"])

    def _place(self, database: Json) -> Place:
        sources = database.get("data_sources") or []
        if database.get("in_trash") or not sources:
            raise NotFound("the database is in the trash", hint="restore it in Notion, or set another one", status=404)
        source = sources[0]["id"]
        if len(sources) > 1:  # people added others; ours has nbwiki's memory
            asked = [each["id"] for each in sources]
            source = next((each for each in asked if is_ours(self._client.data_source(each)["properties"])), source)
        url = database.get("url") or ""
        root = Root(id=database["id"], title=_title(database) or self.title, url=url, space=self._settings.space)
        return Place(database["id"], source, root)

    def make(self) -> tuple[Place, bool]:
        """The database, made below the parent page, and whether it is the one that we made.

        Of two runs at once, both end with the one that stands first.
        """
        body: Json = {
            "parent": {"type": "page_id", "page_id": self.parent()},
            "title": [{"type": "text", "text": {"content": self.title}}],
            "description": [{"type": "text", "text": {"content": f"{MARK}. Key, Digest and Record are its memory."}}],
            "is_inline": False,
            "initial_data_source": {"properties": {name: described(name, self.home()) for name in self._schema}},
        }
        made = self._created(body)
        first = self._below()
        if first is None:
            return self._place(self._client.database(made)), True
        if made and first.database != made:
            self._client.update_database(made, {"in_trash": True})
            return first, False
        return first, True

    def _created(self, body: Json) -> str:
        """The id of the new database; empty where an attempt whose answer was lost has made it, or another run."""
        for attempt in range(1, LOST_ATTEMPTS + 1):
            try:
                return str(self._client.create_database(body)["id"])
            except Committed as done:
                return done.resource
            except (WikiUnavailable, StaleVersion):
                if attempt == LOST_ATTEMPTS:
                    raise
                self._client.back_off(attempt)
                if self._below() is not None:
                    return ""
        raise AssertionError("the last attempt returns or raises")

    def complete(self, place: Place) -> Columns:
        """Our properties in the database, with those that it lacked added; nothing of people's changed."""
        columns = self.columns(self._client.data_source(place.source)["properties"])
        if columns.lacks:
            changed = self._client.update_data_source(place.source, {"properties": columns.lacks})
            columns = self.columns(changed["properties"])
        return columns

    def columns(self, properties: Json) -> Columns:
        """Our properties among these."""
        return Columns(properties, "" if self._given else self.home(), self._schema)


def _title(database: Json) -> str:
    return "".join(str(item.get("plain_text", "")) for item in database.get("title", ()))
