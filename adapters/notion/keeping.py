"""Rows of the database and the records in them: kept, told of, put away."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from adapters.base import Page, PageId, Record, Written
from adapters.errors import Blocked, NotFound, StaleVersion
from adapters.notion import notices, records, rows
from adapters.notion.client import Json
from adapters.notion.editing import headed
from adapters.notion.looking import Unlike, changed_by_others
from adapters.notion.packing import packed
from adapters.notion.server_time import minute_of
from adapters.notion.target import Target
from converters.model import Rendered

_ATTEMPTS = 4
"""How often a row is kept again because a minute ended just then. Ours."""


class Keeper:
    """Rows of one target."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def stamped(self, record: Record, **changes: Any) -> Record:
        """The record with changes, the minute in which it is kept, and what spares the next run requests."""
        record = replace(record, **changes)
        target = self._target
        return replace(record, state={**record.state, **target.told(record), "stamp": target.client.time.minute()})

    def kept(self, row: Json, record: Record) -> tuple[Json, Record]:
        """Row and record; kept once more where a minute ended just then, so that it isn't taken for a killed run."""
        for _ in range(_ATTEMPTS):
            edited = minute_of(row["last_edited_time"])
            if not record.version or edited <= str(record.state["stamp"]):
                break
            stamp = max(edited, self._target.client.time.minute())
            record = replace(record, state={**record.state, "stamp": stamp})
            row = self.put(row["id"], {"properties": self._properties(record)})
        return row, record

    def put(self, page: PageId, body: Json) -> Json:
        """The row, changed; in pieces where a firewall refuses its texts."""
        try:
            return self._target.client.update_page(page, body)
        except Blocked:
            cut = {**body, "properties": rows.disguised(body["properties"])}
            return self._target.client.update_page(page, cut)

    def keep(self, page: Page, record: Record, more: Mapping[str, Json]) -> Written:
        """The row with another record. An edit by people that nobody has settled yet is remembered in it."""
        target = self._target
        row = target.client.page(page.id)
        known = target.record(row)
        state = {**(record.state or (known.state if known else {})), **self._unsettled(row, known, record)}
        return self._kept_as(page, self.stamped(record, page=page.id, state=state), more)

    def _kept_as(self, page: Page, record: Record, more: Mapping[str, Json]) -> Written:
        row = self.put(page.id, {"properties": self._properties(record, more)})
        row, record = self.kept(row, record)
        return Written(page=rows.page_of(row, record, self._target.bot), record=record)

    def _properties(self, record: Record, *more: Mapping[str, Json]) -> Json:
        return self._target.properties(*more, records.kept(record), hub=record.kind == "hub")

    def _unsettled(self, row: Json, known: Record | None, record: Record) -> Json:
        """Who edited our blocks, for the record's state, where our next write to the row would hide it."""
        editor = row["last_edited_by"]["id"]
        open_ = known is not None and record.version == known.version
        if editor == self._target.bot:  # another run may have kept it since this one looked
            left = ("edited_by", "people")
            return {name: known.state[name] for name in left if name in known.state} if known and open_ else {}
        # as it is when such rows are observed: what a killed run has left is not what its record says
        nodes = records.nodes_of(known) if record.version else None
        if open_ and changed_by_others(self._target.body(), row["id"], nodes):
            return {"edited_by": editor, "people": 1}
        return {"people": 1}

    def tell(self, page: Page, record: Record) -> Written:
        """The row with the record's badge as its status, its open questions, and its notices above the report's blocks."""
        target = self._target
        row = target.client.page(page.id)
        if row.get("in_trash"):
            raise NotFound(f"{page.title!r} is in the trash", hint="restore it in Notion")
        known = target.record(row)
        state = {**(known.state if known else record.state), **self._unsettled(row, known, record)}
        before = known.notices if known else ()
        if record.notices != before:
            shapes, nodes = notices.shapes(record.notices), records.nodes_of(known)
            try:
                state["blocks"] = packed(headed(target.body(), page.id, shapes, nodes or [], len(before)))
            except Unlike:
                raise StaleVersion(f"{page.title!r} isn't as it was published; sync it first") from None
        # Without a badge it is what it was published as; a status that the source names comes back with its next write.
        shown = rows.status(record.badge) if record.badge != (known.badge if known else "") else {}
        if record.questions != (known.questions if known else 0):
            shown |= rows.questions(record)
        version = mark() if record.version else ""
        return self._kept_as(page, self.stamped(record, page=page.id, state=state, version=version), shown)

    def archive(self, page: Page, record: Record) -> None:
        """The row in the trash, without its record. Repeating it is no error."""
        target = self._target
        target.pages.pop(record.key, None)
        try:
            row = target.client.page(page.id)
        except NotFound:
            return
        if row.get("in_trash"):
            # A trashed page takes no edits; it comes back for the moment in which its record goes.
            if records.record_of(row) is None:
                return
            target.client.update_page(page.id, {"in_trash": False})
        forgotten = target.properties(records.FORGOTTEN, hub=record.kind == "hub")
        target.client.update_page(page.id, {"properties": forgotten})
        target.client.update_page(page.id, {"in_trash": True})


def cover_of(content: Rendered) -> str:
    """What a record keeps of a cover, to know another one: its asset's key, or a digest of its address."""
    if content.cover or not content.cover_url:
        return content.cover or ""
    return "url:" + hashlib.sha256(content.cover_url.encode()).hexdigest()[:16]


def external(url: str) -> Json:
    """A file on the web, as a cover."""
    return {"type": "external", "external": {"url": url}}


def mark() -> str:
    """A new version mark: answers' times are cut to the minute, so they can't tell two writes apart."""
    return f"nbwiki-{uuid.uuid4().hex[:12]}"
