"""A Notion target as :class:`adapters.base.Wiki`: reports are rows of one database, their records row properties."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from adapters.base import (
    Account,
    Capabilities,
    Change,
    Draft,
    Finding,
    Observed,
    Page,
    PageId,
    Record,
    Rendered,
    Requests,
    Root,
    Tracked,
    Written,
)
from adapters.errors import NotFound, StaleVersion, WikiUnavailable
from adapters.notion import rows
from adapters.notion.body import Body
from adapters.notion.client import Json, NotionClient
from adapters.notion.database import Database, Place
from adapters.notion.doctor import examine
from adapters.notion.edits import digest_of
from adapters.notion.faults import Committed
from adapters.notion.requests import Shape, batch
from adapters.notion.uploads import Uploads, assets_in, with_uploads
from adapters.settings import TargetSettings
from converters.model import Asset
from converters.notes import Note

FREE_PLAN_BYTES = 5 * 1024 * 1024
"""A file on the free plan; taken where the bot doesn't tell its workspace's limit."""
ROWS_PER_QUERY = 10_000
"""Results of one query and all its pages. Source: developers.notion.com/reference/query-a-data-source."""

CAPABILITIES = Capabilities(
    name="notion",
    writer="notion",
    flavor="notion",
    tree=False,
    unique_titles=False,
    max_title_chars=2000,
    max_body_bytes=1_000_000_000,
    max_asset_bytes=5 * 1024**3,
    max_parallel_writes=3,  # 3 requests a second are allowed on average
    archive="trash",
)


class NotionWiki:
    """One database of one workspace. Thread-safe; writes for one page come from one thread at a time."""

    caps = CAPABILITIES

    def __init__(self, settings: TargetSettings) -> None:
        self._client = NotionClient(settings)
        self._settings = settings
        self._database = Database(self._client, settings)
        self._lock = threading.RLock()
        self._me: Json | None = None
        self._place: Place | None = None
        self._names: dict[str, str] | None = None
        self._uploads: Uploads | None = None
        self._fresh: set[PageId] = set()
        self._pages: dict[str, PageId] = {}
        self.requests: Requests = self._client.requests

    # ---------------------------------------------------------------- looking

    def login(self) -> Account:
        me = self._bot()
        return Account(id=me["id"], name=me.get("name") or "integration")

    def _bot(self) -> Json:
        with self._lock:
            if self._me is None:
                self._me = self._client.me()
            return self._me

    def doctor(self) -> Sequence[Finding]:
        return examine(self._client, self._database)

    def open(self) -> Root:
        place = self._found()
        return place.root if place else Root(id="", title=self._database.title, url="", space=self._settings.space)

    def _found(self) -> Place | None:
        with self._lock:
            if self._place is None:
                self._place = self._database.find()
            return self._place

    def observe(self) -> Observed:
        bot = self._bot()["id"]
        place = self._found()
        if place is None:
            return Observed(root=self.open(), tracked={})
        tracked: dict[str, Tracked] = {}
        for row in self._rows(place.source):
            record = rows.record_of(row)
            # Of two rows of one key (two first runs at once) the finished one counts, else the older.
            if record and (record.key not in tracked or (record.version and not tracked[record.key].record.version)):
                tracked[record.key] = self._tracked(row, record, bot)
                self._pages[record.key] = row["id"]
        # Rows in the trash vanish from queries; asking for them tells a report that people removed from a new one.
        for row in self._client.rows(place.source, {"in_trash": True}):
            record = rows.record_of(row)
            if record and record.key not in tracked:
                tracked[record.key] = Tracked(record=record, page=None)
        return Observed(root=place.root, tracked=tracked)

    def _rows(self, source: str) -> Iterator[Json]:
        """All live rows, oldest first, past the limit of one query."""
        since, seen = "", set[str]()
        while True:
            body: Json = {"sorts": [{"timestamp": "created_time", "direction": "ascending"}]}
            if since:
                body["filter"] = {"timestamp": "created_time", "created_time": {"on_or_after": since}}
            count, last = 0, since
            for row in self._client.rows(source, body):
                count, last = count + 1, row["created_time"]
                if row["id"] not in seen:
                    seen.add(row["id"])
                    yield row
            if count < ROWS_PER_QUERY or last == since:
                return
            since = last

    def _tracked(self, row: Json, record: Record, bot: str) -> Tracked:
        page = rows.page_of(row, record, bot)
        editor = row["last_edited_by"]["id"]
        before = str(record.state.get("edited_by", ""))
        edited = bool(before)
        if editor != bot and record.version and not edited:
            edited = self._body().changed_by_others(page.id, rows.entries_of(record))
        who = (before or editor) if edited else ""
        return Tracked(record=record, page=page, edited=edited, edited_by=who)

    def _body(self) -> Body:
        return Body(self._client, self._bot()["id"])

    def find_titles(self, titles: Collection[str]) -> Mapping[str, Page]:  # noqa: ARG002
        return {}

    def read(self, page: Page) -> str:
        return json.dumps(self._tree(page.id), ensure_ascii=False, indent=1)

    def _tree(self, block: str) -> list[Json]:
        found = []
        for child in self._client.children(block):
            below = self._tree(child["id"]) if child.get("has_children") and child["type"] != "child_page" else []
            found.append({**child, "children": below} if below else child)
        return found

    # ---------------------------------------------------------------- writing

    def begin(self, observed: Observed) -> Root:  # noqa: ARG002
        place = self._found()
        with self._lock:
            if place is None:
                self._place = place = self._database.make()
            self._names = self._database.complete(place)
        return place.root

    def _here(self) -> tuple[Place, dict[str, str]]:
        place = self._found()
        if place is None:
            raise NotFound("the database is not there", hint="run sync again: it is made when writing begins")
        with self._lock:
            if self._names is None:
                self._names = self._database.complete(place)
            return place, self._names

    def _properties(self, *parts: Mapping[str, Json]) -> Json:
        names = self._here()[1]
        return {names[name]: value for part in parts for name, value in part.items()}

    def _row(self, key: str) -> Json | None:
        """The row of a key, the oldest if there are several."""
        place, names = self._here()
        body: Json = {
            "filter": {"property": names["Key"], "rich_text": {"equals": key}},
            "sorts": [{"timestamp": "created_time", "direction": "ascending"}],
        }
        return next(self._client.rows(place.source, body), None)

    def create(self, draft: Draft) -> Written:
        place, _ = self._here()
        content = draft.content
        part = batch(content.blocks) if content else None
        whole = content is not None and part is not None and part.took == len(content.blocks) and not part.later
        record = replace(draft.record, page="", title=draft.title, version="", state={})
        notes: list[Note] = []
        shown: dict[str, Json] = {"Name": {"title": [{"type": "text", "text": {"content": draft.title[:2000]}}]}}
        if content is not None:
            shown, notes = rows.shown(content.meta, draft.title, _folder(record))
        if content is not None and whole:
            state = [["", digest_of(shape)] for shape in content.blocks]
            record = replace(record, version=_mark(), digest=content.digest, state={"blocks": state})
        body: Json = {
            "parent": {"type": "data_source_id", "data_source_id": place.source},
            "properties": self._properties(shown, rows.folder_of(record), rows.kept(record)),
        }
        if part is not None and whole:
            body["children"] = part.blocks
        row = self._create(body, draft.record.key)
        bot = self._bot()["id"]
        found = rows.record_of(row) or replace(record, page=row["id"])
        page = rows.page_of(row, found, bot)
        if not found.version:
            self._fresh.add(page.id)
        if content is not None and not whole:
            change = Change(record=found, title=draft.title, content=content, base=page.version, folder=_folder(record))
            return self.write(page, change)
        return Written(page=page, record=found, notes=notes)

    def _create(self, body: Json, key: str) -> Json:
        """The row: one that this adapter has seen, else a new one. After a lost answer the key is asked for first."""
        if key in self._pages:
            row = self._client.page(self._pages[key])
            if not row.get("in_trash"):
                return row
        try:
            row = self._client.create_page(body)
        except Committed as done:
            row = self._client.page(done.resource)
        except (WikiUnavailable, StaleVersion):
            row = self._row(key) or self._client.create_page(body)
        self._pages[key] = row["id"]
        return row

    def write(self, page: Page, change: Change) -> Written:
        bot = self._bot()["id"]
        content = change.content
        known: Record | None = change.record
        if page.id in self._fresh:
            people = False
            self._fresh.discard(page.id)
        else:
            row = self._client.page(page.id)
            known = rows.record_of(row)
            live = rows.page_of(row, known, bot)
            if live.status == "trashed":
                raise NotFound(f"{page.title!r} is in the trash", hint="restore it in Notion, or use --recreate")
            if live.version != change.base:
                raise StaleVersion(f"{page.title!r} was changed in Notion since the plan was made")
            people = row["last_edited_by"]["id"] != bot or bool(known and known.state.get("edited_by"))
        notes: list[Note] = []
        ids: dict[str, str | None] = {}

        def prepare(shapes: Sequence[Shape]) -> list[Shape]:
            return with_uploads(shapes, self._upload(content, assets_in(shapes), ids, notes))

        old = rows.entries_of(known)
        entries = self._body().write(page.id, content.blocks, old, prepare, check=people)
        shown, more = rows.shown(content.meta, change.title, change.folder or _folder(change.record))
        record = replace(
            change.record,
            page=page.id,
            title=change.title,
            digest=content.digest,
            version=_mark(),
            assets={asset.filename: asset.key for asset in content.assets if ids.get(asset.key, "") is not None},
            state={"blocks": [list(entry) for entry in entries], "cover": content.cover or ""},
        )
        body: Json = {"properties": self._properties(shown, rows.kept(record))}
        body.update(self._cover(known, content, ids, notes))
        row = self._client.update_page(page.id, body)
        return Written(page=rows.page_of(row, record, bot), record=record, notes=[*notes, *more])

    def _cover(
        self, known: Record | None, content: Rendered, ids: dict[str, str | None], notes: list[Note]
    ) -> dict[str, Json]:
        """The page's cover, when it is another than last time."""
        before = str(known.state.get("cover", "")) if known else ""
        if not content.cover or content.cover == before:
            return {}
        upload = self._upload(content, [content.cover], ids, notes).get(content.cover)
        return {"cover": {"type": "file_upload", "file_upload": {"id": upload}}} if upload else {}

    def _upload(
        self, content: Rendered, keys: Sequence[str], ids: dict[str, str | None], notes: list[Note]
    ) -> dict[str, str | None]:
        """Upload ids of the assets; everything is uploaded before the live page is touched."""
        assets: dict[str, Asset] = {asset.key: asset for asset in content.assets}
        for key in keys:
            if key not in ids and key in assets:
                ids[key] = self._files().upload(assets[key], notes)
        return ids

    def _files(self) -> Uploads:
        limits = (self._bot().get("bot") or {}).get("workspace_limits") or {}
        with self._lock:
            if self._uploads is None:
                limit = limits.get("max_file_upload_size_in_bytes") or FREE_PLAN_BYTES
                self._uploads = Uploads(self._client, int(limit))
            return self._uploads

    def keep(self, page: Page, record: Record) -> Written:
        return self._keep(page, record, {})

    def move(self, page: Page, parent: PageId | None, record: Record) -> Written:  # noqa: ARG002
        return self._keep(page, record, rows.folder_of(record))

    def _keep(self, page: Page, record: Record, more: Mapping[str, Json]) -> Written:
        """The row with another record. An edit by people that nobody has settled yet is remembered in it."""
        bot = self._bot()["id"]
        row = self._client.page(page.id)
        known = rows.record_of(row)
        state = dict(record.state or (known.state if known else {}))
        editor = row["last_edited_by"]["id"]
        unsettled = editor != bot and known is not None and record.version and record.version == known.version
        if unsettled and self._body().changed_by_others(page.id, rows.entries_of(known)):
            state["edited_by"] = editor
        kept = replace(record, page=page.id, state=state)
        row = self._client.update_page(page.id, {"properties": self._properties(more, rows.kept(kept))})
        return Written(page=rows.page_of(row, kept, bot), record=kept)

    def archive(self, page: Page, record: Record) -> None:
        self._pages.pop(record.key, None)
        try:
            row = self._client.page(page.id)
        except NotFound:
            return
        if row.get("in_trash"):
            # A trashed page takes no edits; it comes back for the moment in which its record goes.
            if rows.record_of(row) is None:
                return
            self._client.update_page(page.id, {"in_trash": False})
        self._client.update_page(page.id, {"properties": self._properties(rows.FORGOTTEN)})
        self._client.update_page(page.id, {"in_trash": True})

    def finish(self, observed: Observed, written: Sequence[Record], removed: Sequence[str]) -> None:  # noqa: ARG002
        """Settle first runs that raced: of several rows of one key the oldest stays, ours after it go to the trash."""
        new = {record.key for record in written} - observed.tracked.keys()
        place = self._found()
        if not new or place is None:
            return
        bot = self._bot()["id"]
        first: dict[str, Json] = {}
        for row in self._rows(place.source):
            record = rows.record_of(row)
            if record is None or record.key not in new:
                continue
            other = first.setdefault(record.key, row)
            if other is row:
                continue
            older, younger = sorted((other, row), key=lambda each: (each["created_time"], each["id"]))
            first[record.key] = older
            if younger["created_by"]["id"] == bot and younger["last_edited_by"]["id"] == bot:
                self._client.update_page(younger["id"], {"in_trash": True})

    def close(self) -> None:
        self._client.close()


def _mark() -> str:
    """A new version mark: answers' times are cut to the minute, so they can't tell two writes apart."""
    return f"nbwiki-{uuid.uuid4().hex[:12]}"


def _folder(record: Record) -> str:
    return record.source.rpartition("/")[0]
