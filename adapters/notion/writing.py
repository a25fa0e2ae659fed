"""Pages made and written: rows of the database with blocks below them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from adapters.base import Change, Draft, Notice, Page, PageId, Record, Written
from adapters.errors import Blocked, LimitExceeded, NotFound, Refused, StaleVersion, WikiUnavailable
from adapters.notion import notices, records, rows
from adapters.notion.assets import PageAssets
from adapters.notion.client import Json
from adapters.notion.edits import Entry, digest_of
from adapters.notion.faults import Committed
from adapters.notion.requests import MAX_BODY_BYTES, batch
from adapters.notion.target import Target
from converters.model import Rendered
from converters.notes import Note

T = TypeVar("T")
_LOST_ATTEMPTS = 4
"""How often a create whose answer was lost is looked for and sent again. Ours."""


class Live(NamedTuple):
    """A page as it stands: its record, its blocks as far as we know, whether people may have edited it."""

    record: Record | None
    people: bool = False
    empty: bool = False
    """Made by us a moment ago, so that nothing can stand on it yet (another run may write a page made earlier)."""


class Writing:
    """Creates and writes pages of one target."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._fresh: set[PageId] = set()
        self._empty: set[PageId] = set()

    # ---------------------------------------------------------------- create

    def create(self, draft: Draft) -> Written:
        """The row, complete in one request where the content fits into one, files and all."""
        return self._named(draft.record, lambda: self._made(draft))

    def _made(self, draft: Draft) -> Written:
        content = draft.content
        record = replace(draft.record, page="", title=draft.title, version="", state={})
        if content is None:
            row, fresh = self._create(self._request(record, rows.titled(draft.title, [])), record.key)
            return self._found(row, record, [], fresh=fresh)
        shown, notes = rows.shown(content.meta, draft.title, _folder(record))
        assets = PageAssets(content, self._target.uploads(), notes)
        body = self._complete(record, shown, content, assets) or self._request(record, shown)
        try:
            row, fresh = self._create(body, record.key)
        except LimitExceeded:
            raise
        except Refused as error:
            if not assets.forgotten(error):
                raise
            body = self._complete(record, shown, content, assets) or self._request(record, shown)
            row, fresh = self._create(body, record.key)
        done = self._found(row, record, notes, fresh=fresh)
        if done.record.version and done.record.digest == content.digest:
            return done
        if fresh:
            self._empty.add(done.page.id)
        base = done.page.version
        change = Change(record=done.record, title=draft.title, content=content, base=base, folder=_folder(record))
        return self._write(done.page, change)

    def _found(self, row: Json, record: Record, notes: list[Note], *, fresh: bool) -> Written:
        """The row that :meth:`_create` gave, with the record that stands in it."""
        found = self._target.record(row) or replace(record, page=row["id"])
        page = rows.page_of(row, found, self._target.bot)
        if fresh and not found.version:
            self._fresh.add(page.id)
        return Written(page=page, record=found, notes=notes)

    def _request(self, record: Record, shown: Json) -> Json:
        """The request that makes a row without blocks."""
        properties = self._target.properties(shown, rows.folder_of(record), records.kept(record))
        parent = {"type": "data_source_id", "data_source_id": self._target.here()[0].source}
        return {"parent": parent, "properties": properties}

    def _complete(self, record: Record, shown: Json, content: Rendered, assets: PageAssets) -> Json | None:
        """The request that makes a row with all its blocks; None where one request can't carry them."""
        part = batch(content.blocks)
        if not content.blocks or part.took < len(content.blocks) or part.later:
            return None
        blocks = assets.place(part.blocks)
        cover = assets.take(content.cover) if content.cover else None
        state = {"blocks": [["", digest_of(shape)] for shape in content.blocks], "cover": _cover_of(content)}
        kept = replace(record, version=_mark(), digest=content.digest, assets=assets.shown(), state=state)
        body = {**self._request(kept, shown), "children": blocks}
        if cover:
            body["cover"] = {"type": "file_upload", "file_upload": {"id": cover}}
        elif content.cover_url:
            body["cover"] = _external(content.cover_url)
        return body if len(msgspec.json.encode(body)) <= MAX_BODY_BYTES else None

    def _create(self, body: Json, key: str) -> tuple[Json, bool]:
        """The row, and whether it was made just now: one that this adapter has seen, else a new one.

        After a lost answer the key is asked for first.
        """
        target = self._target
        if key in target.pages:
            row = target.client.page(target.pages[key])
            if not row.get("in_trash") and row["parent"].get("data_source_id") == target.here()[0].source:
                return row, False
        for attempt in range(1, _LOST_ATTEMPTS + 1):
            made = False
            try:
                row, made = target.client.create_page(body), True
            except Committed as done:
                row = target.client.page(done.resource)
            except (WikiUnavailable, StaleVersion):
                if attempt == _LOST_ATTEMPTS:
                    raise
                target.client.back_off(attempt)
                found = target.row(key)
                if found is None:
                    continue
                row = found
            target.pages[key] = row["id"]
            return row, made
        raise AssertionError("the last attempt returns or raises")

    # ---------------------------------------------------------------- write

    def write(self, page: Page, change: Change) -> Written:
        """The page with this content: files first, then the blocks that differ, then the row."""
        return self._named(change.record, lambda: self._write(page, change))

    def _write(self, page: Page, change: Change) -> Written:
        live = self._live(page, change)
        content = change.content
        notes: list[Note] = []
        assets = PageAssets(content, self._target.uploads(), notes)
        try:
            entries = self._blocks(page, content, live, assets, change.record.notices)
            return self._row(page, change, live, entries, assets, notes)
        except LimitExceeded:
            raise
        except Refused as error:
            if not assets.forgotten(error):
                raise
        # Notion no longer takes an upload's id. What has been done is found again: blocks are looked at first.
        live = live._replace(empty=False)
        entries = self._blocks(page, content, live, assets, change.record.notices)
        return self._row(page, change, live, entries, assets, notes)

    def _live(self, page: Page, change: Change) -> Live:
        """The page now. Raises NotFound for one in the trash, StaleVersion for one that is newer than the plan."""
        if page.id in self._fresh:
            self._fresh.discard(page.id)
            empty = page.id in self._empty
            self._empty.discard(page.id)
            return Live(change.record, empty=empty)
        row = self._target.client.page(page.id)
        known = self._target.record(row)
        now = rows.page_of(row, known, self._target.bot)
        if now.status == "trashed":
            raise NotFound(f"{page.title!r} is in the trash", hint="restore it in Notion, or use --recreate")
        if now.version != change.base:
            raise StaleVersion(f"{page.title!r} was changed in Notion since the plan was made")
        edited = row["last_edited_by"]["id"] != self._target.bot
        return Live(known, people=edited or bool(known and known.state.get("edited_by")))

    def _blocks(
        self, page: Page, content: Rendered, live: Live, assets: PageAssets, told: Sequence[Notice]
    ) -> list[Entry]:
        old = records.entries_of(live.record)
        blocks = (*notices.shapes(told), *content.blocks)
        body = self._target.body()
        if live.empty:
            return body.fill(page.id, blocks, assets.place)
        return body.write(page.id, blocks, old, assets.place, check=live.people)

    def _row(
        self, page: Page, change: Change, live: Live, entries: list[Entry], assets: PageAssets, notes: list[Note]
    ) -> Written:
        content = change.content
        before = str(live.record.state.get("cover", "")) if live.record else ""
        cover: dict[str, Json] = {}
        if content.cover and content.cover != before and (upload := assets.take(content.cover)):
            cover = {"cover": {"type": "file_upload", "file_upload": {"id": upload}}}
        elif not content.cover and content.cover_url and _cover_of(content) != before:
            cover = {"cover": _external(content.cover_url)}
        shown, more = rows.shown(content.meta, change.title, change.folder or _folder(change.record))
        shown |= rows.status(change.record.badge or content.meta.status)
        record = replace(
            change.record,
            page=page.id,
            title=change.title,
            digest=content.digest,
            version=_mark(),
            assets=assets.shown(),
            state={"blocks": [list(entry) for entry in entries], "cover": _cover_of(content)},
        )
        body: Json = {"properties": self._target.properties(shown, records.kept(record)), **cover}
        row = self._target.client.update_page(page.id, body)
        if not live.empty and (live.record is None or not live.record.version):
            # Looking costs a read for each 100 blocks, so a page that is made and filled in one go does without.
            self._settled(page, record, entries)
        return Written(page=rows.page_of(row, record, self._target.bot), record=record, notes=[*notes, *more])

    def _settled(self, page: Page, record: Record, entries: list[Entry]) -> None:
        """The page is ours alone. Another run that met it half written may have written it too, in the same moment.

        The run that ends last takes the other's blocks away. Raises StaleVersion for the one that lost its blocks so: the
        page counts as unfinished, and the next run writes it.
        """
        target = self._target
        if not target.body().alone(page.id, entries):
            kept = replace(record, version="", state={})
            target.client.update_page(page.id, {"properties": target.properties(records.kept(kept))})
            raise StaleVersion(f"another run writes {page.title!r} at the same time")

    # ---------------------------------------------------------------- keep, archive

    def keep(self, page: Page, record: Record, more: Mapping[str, Json]) -> Written:
        """The row with another record. An edit by people that nobody has settled yet is remembered in it."""
        target = self._target
        row = target.client.page(page.id)
        known = target.record(row)
        state = {**(record.state or (known.state if known else {})), **self._unsettled(row, known, record)}
        kept = replace(record, page=page.id, state=state)
        row = target.client.update_page(page.id, {"properties": target.properties(more, records.kept(kept))})
        return Written(page=rows.page_of(row, kept, target.bot), record=kept)

    def _unsettled(self, row: Json, known: Record | None, record: Record) -> Json:
        """Who edited our blocks, for the record's state, where our next write to the row would hide it."""
        editor = row["last_edited_by"]["id"]
        open_ = editor != self._target.bot and known is not None and record.version and record.version == known.version
        if open_ and self._target.body().changed_by_others(row["id"], records.entries_of(known)):
            return {"edited_by": editor}
        return {}

    def tell(self, page: Page, record: Record) -> Written:
        """The row with the record's badge as its status, and its notices above the blocks of the report."""
        target = self._target
        row = target.client.page(page.id)
        if row.get("in_trash"):
            raise NotFound(f"{page.title!r} is in the trash", hint="restore it in Notion")
        known = target.record(row)
        state = {**(known.state if known else record.state), **self._unsettled(row, known, record)}
        before = known.notices if known else ()
        if record.notices != before:
            entries = target.body().head(
                page.id, notices.shapes(record.notices), records.entries_of(known), len(before)
            )
            state["blocks"] = [list(entry) for entry in entries]
        # Without a badge it is what it was published as; a status that the source names comes back with its next write.
        shown = rows.status(record.badge) if record.badge != (known.badge if known else "") else {}
        kept = replace(record, page=page.id, state=state, version=_mark() if record.version else "")
        row = target.client.update_page(page.id, {"properties": target.properties(shown, records.kept(kept))})
        return Written(page=rows.page_of(row, kept, target.bot), record=kept)

    def archive(self, page: Page, key: str) -> None:
        """The row in the trash, without its record. Repeating it is no error."""
        target = self._target
        target.pages.pop(key, None)
        try:
            row = target.client.page(page.id)
        except NotFound:
            return
        if row.get("in_trash"):
            # A trashed page takes no edits; it comes back for the moment in which its record goes.
            if records.record_of(row) is None:
                return
            target.client.update_page(page.id, {"in_trash": False})
        target.client.update_page(page.id, {"properties": target.properties(records.FORGOTTEN)})
        target.client.update_page(page.id, {"in_trash": True})

    def _named(self, record: Record, work: Callable[[], T]) -> T:
        """What the work returns. A firewall's refusal names the document, for its page can't say where it is."""
        try:
            return work()
        except Blocked as error:
            error.where = error.where or record.source or record.key
            raise


def _cover_of(content: Rendered) -> str:
    """What a record keeps of a cover, to know another one: its asset's key, or a digest of its address."""
    if content.cover or not content.cover_url:
        return content.cover or ""
    return "url:" + hashlib.sha256(content.cover_url.encode()).hexdigest()[:16]


def _external(url: str) -> Json:
    return {"type": "external", "external": {"url": url}}


def _mark() -> str:
    """A new version mark: answers' times are cut to the minute, so they can't tell two writes apart."""
    return f"nbwiki-{uuid.uuid4().hex[:12]}"


def _folder(record: Record) -> str:
    return rows.folder_name(record)
