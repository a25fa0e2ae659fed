"""What all work on one Notion target shares: who we are, where the rows are, what its properties are called."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adapters.base import PageId, Record, Root
from adapters.errors import NotFound, PermissionDenied
from adapters.notion import hints, records
from adapters.notion.body import Body
from adapters.notion.client import Json, NotionClient
from adapters.notion.database import Database, Place
from adapters.notion.folders import Folders
from adapters.notion.neighbours import Neighbours
from adapters.notion.schema import Columns
from adapters.notion.uploads import FREE_PLAN_BYTES, Uploads
from adapters.notion.views import arrange, shelve
from adapters.settings import TargetSettings
from converters.model import Rendered
from converters.notes import Note

INSTEAD = "instead"
"""Field of a record's state: the page that people moved out, and instead of which this one was made."""


class Target:
    """One database of one workspace. Thread-safe; each thing is asked for once."""

    def __init__(self, settings: TargetSettings) -> None:
        self.client = NotionClient(settings)
        self.database = Database(self.client, settings)
        self.library = Database(self.client, settings, hub=True) if settings.hub else None
        self._settings = settings
        self._lock = threading.RLock()
        self._me: Json | None = None
        self._bot = ""
        self._place: Place | None = None
        self._absent = False
        self._columns: Columns | None = None
        self._shelf: Place | None = None
        self._shelf_columns: Columns | None = None
        self._accounts: dict[str, str] | None = None
        self._uploads: Uploads | None = None
        self.neighbours = Neighbours()
        self.folders = Folders()
        self.pages: dict[str, PageId] = {}
        """Rows that this adapter has seen or made, by key."""
        self.bare: list[Json] = []
        """Rows without a record: people's, and those that people moved out and back."""
        self.shadowed: dict[str, list[Record]] = {}
        """Records of rows in the trash, by key, while another row is the key's: made again after people had removed one."""
        self.instead: dict[str, PageId] = {}
        """Pages that people moved out, by the key of the report that has another one by now, or may get one; and by that
        other one, for the report may be renamed."""

    def me(self) -> Json:
        """The bot user."""
        with self._lock:
            if self._me is None:
                self._me = self.client.me()
            return self._me

    @property
    def bot(self) -> str:
        """The bot user's id."""
        return self._bot or str(self.me()["id"])

    def learn(self, rows: Iterable[Json], source: str) -> None:
        """Take in what rows of a data source tell of us and of the columns, and need not be asked for then."""
        ours = self._place is not None and source == self._place.source
        for row in rows:
            record = records.record_of(row)
            if record is None:
                continue
            self._bot = self._bot or hints.bot_of(row, record, self._settings.token)
            if ours and self._columns is None and hints.COLUMNS in record.state:
                found = self.database.columns(row["properties"])
                told = hints.columns_told(found.ids)[hints.COLUMNS] == record.state[hints.COLUMNS]
                self._columns = found if told and not found.lacks else None
            if self._bot and (self._columns or not ours):
                return

    def told(self, record: Record) -> dict[str, object]:
        """What a record's state is to tell the next run of us, of the columns and of other rows."""
        columns = {} if record.kind == "hub" else hints.columns_told(self.here()[1].ids)
        rows = {**self.neighbours.told(record), **self.folders.told(record)}
        given_up = self.instead.get(record.key) or self.instead.get(record.page, record.page)
        if given_up != record.page:
            rows[INSTEAD] = given_up
        return {**hints.bot_told(self._settings.token, self.bot), **columns, **rows}

    def found(self) -> Place | None:
        """Database and data source; None when they are still to be made. Raises NotFound, ConfigError."""
        with self._lock:
            if self._place is None and not self._absent:
                self._place = self.database.find()
                self._absent = self._place is None
            return self._place

    def shelf(self) -> Place | None:
        """Database and data source of the hub's pages; None where there is no hub, or it is still to be made."""
        with self._lock:
            if self._shelf is None and self.library is not None:
                self._shelf = self.library.find()
            return self._shelf

    def root(self) -> Root:
        """The target's root."""
        place = self.found()
        return place.root if place else Root(id="", title=self.database.title, url="", space=self._settings.space)

    def prepare(self) -> Root:
        """The root, made where it was missing, with all our properties."""
        with self._lock:
            self._absent = False  # another run may have made it in the meantime
            place = self.found()
            if place is None:
                place, ours = self.database.make()
                self._place = place
                if ours:
                    arrange(self.client, place)
            self._columns = self._columns or self.database.complete(place)
            self._bot = self.bot
            if self.library is not None:
                shelf = self.shelf()
                if shelf is None:
                    self._shelf, ours = self.library.make()
                    shelf = self._shelf
                    if ours:
                        shelve(self.client, shelf)
                self._shelf_columns = self._shelf_columns or self.library.complete(shelf)
            return place.root

    def here(self, *, hub: bool = False) -> tuple[Place, Columns]:
        """Database and data source, and our properties there; ``hub``: those of the hub's pages."""
        if hub:
            return self._on_shelf()
        place = self.found()
        if place is None:
            raise NotFound("the database is not there", hint="run sync again: it is made when writing begins")
        with self._lock:
            if self._columns is None:
                self._columns = self.database.complete(place)
            return place, self._columns

    def _on_shelf(self) -> tuple[Place, Columns]:
        place = self.shelf()
        if place is None or self.library is None:
            raise NotFound("the hub's database is not there", hint="run sync again: it is made when writing begins")
        with self._lock:
            if self._shelf_columns is None:
                self._shelf_columns = self.library.complete(place)
            return place, self._shelf_columns

    def properties(self, *parts: Mapping[str, Json], hub: bool = False) -> Json:
        """Properties by their ids in this database, which stay when people rename them; the hub's has some of them only."""
        ids = self.here(hub=hub)[1].ids
        return {ids[name]: value for part in parts for name, value in part.items() if name in ids}

    def accounts(self, content: Rendered, record: Record | None = None) -> dict[str, str] | None:
        """User ids of people by e-mail address; none where no author has one or the connection may not see users.

        None where the row with this record shows them: whoever has an account keeps it, and users are many.
        """
        emails = _emails(content)
        if not emails:
            return {}
        if (
            self._accounts is None
            and record is not None
            and hints.knows_people(record, self._people(emails), self.client.time.minute()[:10])
        ):
            return None
        with self._lock:
            if self._accounts is None:
                try:
                    users = list(self.client.users())
                except PermissionDenied:
                    users = []
                found = [(str((user.get("person") or {}).get("email") or ""), str(user["id"])) for user in users]
                self._accounts = {email.casefold(): user for email, user in found if email}
            return self._accounts

    def told_people(self, content: Rendered, record: Record | None = None) -> dict[str, object]:
        """What a record's state is to tell of its authors' accounts, which the row shows now."""
        emails = _emails(content)
        if not emails:
            return {}
        if self._accounts is None:
            return {hints.PEOPLE: record.state[hints.PEOPLE]} if record and hints.PEOPLE in record.state else {}
        told = self._people(emails)
        day = "" if emails <= self._accounts.keys() else self.client.time.minute()[:10]
        return {hints.PEOPLE: f"{told}:{day}"}

    def _people(self, emails: set[str]) -> str:
        return hints.people_told(emails, self.here()[1].ids.get("People", ""))

    def row(self, key: str, *, hub: bool = False) -> Json | None:
        """The row of a key, the oldest if there are several. Whether queries tell case apart isn't documented."""
        place, columns = self.here(hub=hub)
        body: Json = {
            "filter": {"property": columns.ids["Key"], "rich_text": {"equals": key}},
            "sorts": [{"timestamp": "created_time", "direction": "ascending"}],
        }
        found = self.rows(place.source, body)
        return next((row for row in found if (record := records.record_of(row)) and record.key == key), None)

    def rows(self, source: str, body: Json) -> Iterator[Json]:
        """Rows that a query gives; other things that a data source may hold are left out."""
        return (row for row in self.client.rows(source, body) if row.get("object") == "page" and "properties" in row)

    def record(self, row: Mapping[str, Any]) -> Record | None:
        """The record in a row, read in full where the row shows a part of it."""
        record = self._record(row)
        return records.settled(record, row, self.bot) if record else None

    def _record(self, row: Mapping[str, Any]) -> Record | None:
        cut = records.cut_property(row)
        if cut is None:
            return records.record_of(row)
        name, number = cut
        items = [item["rich_text"] for item in self.client.property_items(row["id"], number)]
        whole = {**row["properties"][name], "rich_text": items}
        return records.record_of({**row, "properties": {**row["properties"], name: whole}})

    def body(self, notes: list[Note] | None = None) -> Body:
        """Sends blocks; what the author is to be told of it goes into ``notes``."""
        return Body(self.client, self.bot, notes)

    def uploads(self) -> Uploads:
        """The run's file uploads."""
        with self._lock:
            if self._uploads is None:
                self._uploads = Uploads(self.client, self._largest_file)
            return self._uploads

    def _largest_file(self, size: int) -> int:
        """Bytes that a file may have here. Not asked for one of this size where any workspace takes it."""
        if self._me is None and size <= FREE_PLAN_BYTES:
            return FREE_PLAN_BYTES
        limits = (self.me().get("bot") or {}).get("workspace_limits") or {}
        return int(limits.get("max_file_upload_size_in_bytes") or FREE_PLAN_BYTES)


def _emails(content: Rendered) -> set[str]:
    return {person.email.casefold() for person in content.meta.authors if person.email}
