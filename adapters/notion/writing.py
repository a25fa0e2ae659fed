"""Pages made and written: rows of the database with blocks below them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from adapters.base import Change, Draft, Page, PageId, Record, Written
from adapters.errors import Blocked, LimitExceeded, NotFound, Refused, StaleVersion, WikiUnavailable
from adapters.notion import notices, records, rows
from adapters.notion.assets import PageAssets
from adapters.notion.client import Json
from adapters.notion.editing import Editor, headed, writes_of
from adapters.notion.faults import Committed
from adapters.notion.looking import Memory, Unlike, changed_by_others, with_ids
from adapters.notion.packing import packed
from adapters.notion.places import Places, as_text
from adapters.notion.requests import MAX_BODY_BYTES, Batch, Later, batch
from adapters.notion.server_time import minute_of
from adapters.notion.target import Target
from adapters.notion.trees import Node, wants_of
from converters.model import Rendered
from converters.notes import Note

T = TypeVar("T")
_LOST_ATTEMPTS = 4
"""How often a create whose answer was lost is looked for and sent again. Ours."""


LONG = 20
"""Requests from which readers are told that a page is being updated: some seconds at the smallest allowance. Ours."""


class Live(NamedTuple):
    """A page as it stands: its record, and whether people edited it since."""

    record: Record | None
    edited: bool = False
    there: int | None = None
    """Made by us a moment ago with so many of its blocks (another run may write a page made earlier)."""
    unfinished: bool = False
    """Readers are told that it is being written."""

    def memory(self, content: Rendered) -> Memory:
        """What can be relied on of the blocks."""
        state = self.record.state if self.record else {}
        sure = bool(self.record and self.record.version)
        nodes = records.nodes_of(self.record)
        return Memory(nodes, sure=sure, edited=self.edited, files=state.get("target") == content.digest)


class Writing:
    """Creates and writes pages of one target."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._fresh: set[PageId] = set()
        self._there: dict[PageId, int] = {}

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
        part = batch(content.blocks) if content.blocks else Batch([], 0, [])
        row, fresh = self._created_with(part, record, shown, content, assets)
        done = self._found(row, record, notes, fresh=fresh)
        if done.record.version and done.record.digest == content.digest:
            row, kept = self._kept(row, done.record)
            return replace(done, record=kept)
        if fresh:
            self._there[done.page.id] = 0 if part.later else part.took
        base = done.page.version
        change = Change(record=done.record, title=draft.title, content=content, base=base, folder=_folder(record))
        written = self._write(done.page, change, assets)
        return replace(written, notes=[*notes, *(note for note in written.notes if note not in notes)])

    def _created_with(
        self, part: Batch, record: Record, shown: Json, content: Rendered, assets: PageAssets
    ) -> tuple[Json, bool]:
        """The row with the first blocks, all of them where one request carries them; without any where it can't be."""

        def once() -> tuple[Json, bool]:
            body = self._complete(part, record, shown, content, assets) or self._begun(part, record, shown, assets)
            return self._create(body, record.key)

        try:
            return once()
        except LimitExceeded:
            raise
        except Blocked:  # by which block is found out when they are appended
            part.later.append(Later((0,), ()))
            body = self._request(record, shown)
            return self._create({**body, "properties": rows.disguised(body["properties"])}, record.key)
        except Refused as error:
            if not assets.forgotten(error):
                raise
            return once()

    def _found(self, row: Json, record: Record, notes: list[Note], *, fresh: bool) -> Written:
        """The row that :meth:`_create` gave, with the record that stands in it."""
        found = self._target.record(row) or replace(record, page=row["id"])
        page = rows.page_of(row, found, self._target.bot)
        if fresh and not found.version:
            self._fresh.add(page.id)
        return Written(page=page, record=found, notes=notes)

    def _request(self, record: Record, shown: Json) -> Json:
        """The request that makes a row without blocks, marked as being written."""
        shown = {**shown, **rows.WRITING}
        properties = self._target.properties(shown, rows.folder_of(record), records.kept(record))
        parent = {"type": "data_source_id", "data_source_id": self._target.here()[0].source}
        return {"parent": parent, "properties": properties, "icon": rows.ICON_WRITING}

    def _begun(self, part: Batch, record: Record, shown: Json, assets: PageAssets) -> Json:
        """The request that makes a row with its first blocks, where nothing has to follow below those."""
        body = self._request(record, shown)
        if part.later or not part.blocks:
            return body
        body["children"] = as_text(assets.place(part.blocks))
        return body if len(msgspec.json.encode(body)) <= MAX_BODY_BYTES else self._without(part, body)

    @staticmethod
    def _without(part: Batch, body: Json) -> Json:
        part.later.append(Later((0,), ()))  # so that nobody takes them for sent
        return {name: value for name, value in body.items() if name != "children"}

    def _complete(self, part: Batch, record: Record, shown: Json, content: Rendered, assets: PageAssets) -> Json | None:
        """The request that makes a row with all its blocks; None where one request can't carry them."""
        if not content.blocks or part.took < len(content.blocks) or part.later or content.places:
            return None
        blocks = assets.place(part.blocks)
        cover = assets.take(content.cover) if content.cover else None
        nodes = [want.node(block) for want, block in zip(wants_of(content.blocks), blocks, strict=True)]
        state = {"blocks": packed(nodes), "cover": _cover_of(content)}
        kept = self._stamped(record, version=_mark(), digest=content.digest, assets=assets.shown(), state=state)
        body = {**self._request(kept, {}), "children": blocks}
        body["properties"] = self._target.properties(shown, records.kept(kept))
        body.pop("icon")
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

    def _write(self, page: Page, change: Change, assets: PageAssets | None = None) -> Written:
        live = self._live(page, change)
        content = change.content
        notes: list[Note] = []
        assets = assets or PageAssets(content, self._target.uploads(), notes)
        try:
            nodes = self._blocks(page, change, live, assets, notes)
            return self._row(page, change, live, nodes, assets, notes)
        except LimitExceeded:
            raise
        except Refused as error:
            if not assets.forgotten(error):
                raise
        # Notion no longer takes an upload's id. What has been done is found again: blocks are looked at first.
        record = replace(live.record, version="") if live.record else None
        live = live._replace(there=None, record=record)
        nodes = self._blocks(page, change, live, assets, notes)
        return self._row(page, change, live, nodes, assets, notes)

    def _live(self, page: Page, change: Change) -> Live:
        """The page now. Raises NotFound for one in the trash, StaleVersion for one that is newer than the plan."""
        if page.id in self._fresh:
            self._fresh.discard(page.id)
            return Live(change.record, there=self._there.pop(page.id, None), unfinished=True)
        row = self._target.client.page(page.id)
        known = self._target.record(row)
        now = rows.page_of(row, known, self._target.bot)
        if now.status == "trashed":
            raise NotFound(f"{page.title!r} is in the trash", hint="restore it in Notion, or use --recreate")
        if now.version != change.base:
            raise StaleVersion(f"{page.title!r} was changed in Notion since the plan was made")
        edited = row["last_edited_by"]["id"] != self._target.bot
        edited = edited or bool(known and known.state.get("edited_by"))
        return Live(known, edited, unfinished=(row.get("icon") or {}).get("emoji") == rows.ICON_WRITING["emoji"])

    def _blocks(self, page: Page, change: Change, live: Live, assets: PageAssets, notes: list[Note]) -> list[Node]:
        """The page's blocks as they are afterwards."""
        content = change.content
        body = self._target.body(notes)
        above = notices.shapes(change.record.notices)
        places = Places(page.url, content.places, len(above))
        editor = Editor(body, page.id, (*above, *content.blocks), places, assets.place)
        if live.there is not None:
            return editor.fill(live.there)
        memory = live.memory(content)
        editor.people = live.edited or bool(live.record and live.record.state.get("people"))
        level = editor.first(memory)
        writes = writes_of(level) if level else 0
        if live.record is not None and live.record.version and writes:
            # Without a mark, a killed run shows by the time of the page's last edit, from the next minute on.
            shows = str(live.record.state.get("stamp", "9")) < self._target.client.time.minute()
            if writes >= LONG or not shows or live.edited:
                self._under_way(page, live.record, content, long=writes >= LONG)
        return editor.write(level, memory)

    def _under_way(self, page: Page, record: Record, content: Rendered, *, long: bool) -> None:
        """Keep that the page is being changed: a run that is killed now leaves it so, and the next one goes on."""
        marked = replace(record, version="", state={**record.state, "target": content.digest})
        shown = rows.UPDATING if long else {}
        self._put(page.id, {"properties": self._target.properties(shown, records.kept(marked))})

    def _row(
        self, page: Page, change: Change, live: Live, nodes: list[Node], assets: PageAssets, notes: list[Note]
    ) -> Written:
        content = change.content
        before = str(live.record.state.get("cover", "")) if live.record else ""
        body: dict[str, Json | None] = {}
        if content.cover and content.cover != before and (upload := assets.take(content.cover)):
            body["cover"] = {"type": "file_upload", "file_upload": {"id": upload}}
        elif not content.cover and content.cover_url and _cover_of(content) != before:
            body["cover"] = _external(content.cover_url)
        if live.unfinished:
            body["icon"] = None
        shown, more = rows.shown(content.meta, change.title, change.folder or _folder(change.record))
        shown |= rows.status(change.record.badge or content.meta.status)
        state: dict[str, object] = {"blocks": packed(nodes), "cover": _cover_of(content)}
        if live.edited or (live.record is not None and live.record.state.get("people")):
            state["people"] = 1
        record = self._stamped(
            change.record,
            page=page.id,
            title=change.title,
            digest=content.digest,
            version=_mark(),
            assets=assets.shown(),
            state=state,
        )
        row = self._put(page.id, {"properties": self._target.properties(shown, records.kept(record)), **body})
        row, record = self._kept(row, record)
        if live.there is None and (live.record is None or not live.record.version):
            # Looking costs a read for each 100 blocks, so a page that is made and filled in one go does without.
            self._settled(page, record, nodes)
        return Written(page=rows.page_of(row, record, self._target.bot), record=record, notes=[*notes, *more])

    def _stamped(self, record: Record, **changes: Any) -> Record:
        """The record with changes, and the minute in which it is kept."""
        record = replace(record, **changes)
        return replace(record, state={**record.state, "stamp": self._target.client.time.minute()})

    def _kept(self, row: Json, record: Record) -> tuple[Json, Record]:
        """Row and record; kept once more where a minute ended just then, so that it isn't taken for a killed run."""
        for _ in range(_LOST_ATTEMPTS):
            edited = minute_of(row["last_edited_time"])
            if not record.version or edited <= str(record.state["stamp"]):
                break
            stamp = max(edited, self._target.client.time.minute())
            record = replace(record, state={**record.state, "stamp": stamp})
            row = self._put(row["id"], {"properties": self._target.properties(records.kept(record))})
        return row, record

    def _put(self, page: PageId, body: Json) -> Json:
        """The row, changed; in pieces where a firewall refuses its texts."""
        try:
            return self._target.client.update_page(page, body)
        except Blocked:
            cut = {**body, "properties": rows.disguised(body["properties"])}
            return self._target.client.update_page(page, cut)

    def _settled(self, page: Page, record: Record, nodes: list[Node]) -> None:
        """The page is ours alone. Another run that met it half written may have written it too, in the same moment.

        The run that ends last takes the other's blocks away. Raises StaleVersion for the one that lost its blocks so: the
        page counts as unfinished, and the next run writes it.
        """
        target = self._target
        body = target.body()
        with_ids(body, page.id, nodes)
        if not body.alone(page.id, {node.id for node in nodes}):
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
        return self._kept_as(page, self._stamped(record, page=page.id, state=state), more)

    def _kept_as(self, page: Page, record: Record, more: Mapping[str, Json]) -> Written:
        target = self._target
        row = self._put(page.id, {"properties": target.properties(more, records.kept(record))})
        row, record = self._kept(row, record)
        return Written(page=rows.page_of(row, record, target.bot), record=record)

    def _unsettled(self, row: Json, known: Record | None, record: Record) -> Json:
        """Who edited our blocks, for the record's state, where our next write to the row would hide it."""
        editor = row["last_edited_by"]["id"]
        if editor == self._target.bot:
            return {}
        open_ = known is not None and record.version and record.version == known.version
        if open_ and changed_by_others(self._target.body(), row["id"], records.nodes_of(known)):
            return {"edited_by": editor, "people": 1}
        return {"people": 1}

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
            shapes, nodes = notices.shapes(record.notices), records.nodes_of(known)
            try:
                state["blocks"] = packed(headed(target.body(), page.id, shapes, nodes or [], len(before)))
            except Unlike:
                raise StaleVersion(f"{page.title!r} isn't as it was published; sync it first") from None
        # Without a badge it is what it was published as; a status that the source names comes back with its next write.
        shown = rows.status(record.badge) if record.badge != (known.badge if known else "") else {}
        version = _mark() if record.version else ""
        return self._kept_as(page, self._stamped(record, page=page.id, state=state, version=version), shown)

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
