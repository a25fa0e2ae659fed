"""Pages made and written: rows of the database with blocks below them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from adapters.base import Change, Draft, Page, PageId, Record, Written
from adapters.errors import Blocked, LimitExceeded, NotFound, Refused, StaleVersion
from adapters.notion import notices, records, rows
from adapters.notion.assets import PageAssets
from adapters.notion.body import Body
from adapters.notion.client import Json
from adapters.notion.creating import Creating
from adapters.notion.deepening import Deepening, deepened
from adapters.notion.editing import Editor, comes_of, writes_of
from adapters.notion.keeping import Keeper, cover_of, external, mark
from adapters.notion.linked import Linked, Wanted, parted
from adapters.notion.looking import Memory, with_ids
from adapters.notion.looks import icon_of, icon_value
from adapters.notion.packing import packed
from adapters.notion.places import Places
from adapters.notion.requests import Batch, Later, batch
from adapters.notion.target import Target
from adapters.notion.trees import Node, levels_of, size_of, wants_of
from adapters.notion.views import lead_again
from converters.model import Rendered
from converters.notes import Note

T = TypeVar("T")
LONG = 20
"""Requests from which readers are told that a page is being updated: some seconds at the smallest allowance. Ours."""


class Live(NamedTuple):
    """A page as it stands: its record, and whether people edited it since."""

    record: Record | None
    edited: bool = False
    there: int | None = None
    """Made by us a moment ago with so many of its blocks (another run may write a page made earlier)."""
    placed: list[Node] | None = None
    """Made by us a moment ago with these of its blocks."""
    unfinished: bool = False
    """Readers are told that it is being written."""
    views: dict[str, object] | None = None
    """What the record is to keep of the page's views."""
    made: int = 0
    """Blocks that this run made for it."""
    shared: frozenset[str] = frozenset()
    """The page, or blocks of it, below which another run may write at the same time."""

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
        self._keeper = Keeper(target)
        self._creating = Creating(target, self._keeper)
        self._linked = Linked(target)
        self._fresh: set[PageId] = set()
        self._there: dict[PageId, int] = {}
        self._deepening = Deepening(target)
        self._placed: dict[PageId, list[Node] | None] = {}

    # ---------------------------------------------------------------- create

    def create(self, draft: Draft) -> Written:
        """The row, complete in one request where the content fits into one, files and all."""
        return self._named(draft.record, lambda: self._made(draft))

    def _made(self, draft: Draft) -> Written:
        content = draft.content
        record = replace(draft.record, page="", title=draft.title, version="", state={})
        if content is None:
            row, fresh = self._creating.empty(record, draft.title)
            return self._found(row, record, [], fresh=fresh)
        shown, notes = rows.shown(content, draft.title, rows.folder_name(record), self._target.accounts(content))
        assets = PageAssets(content, self._target.uploads(), notes)
        plain, wanted = parted(content)
        self._target.client.blocks.take(sum(map(size_of, wants_of(plain.blocks))))
        part = batch(plain.blocks) if plain.blocks else Batch([], 0, [])
        if wanted is not None:
            part.later.append(Later((0,), ()))  # views come after the blocks, and only then the page is complete
        above = len(notices.shapes(record.notices))
        deep = deepened(plain.blocks, above) if part.later and wanted is None and self._deepening.trusted else None
        if deep is not None:
            part = Batch(deep.blocks, 0, [])
        row, fresh = self._creating.with_blocks(part, record, shown, plain, assets)
        done = self._found(row, record, notes, fresh=fresh)
        if done.record.version and done.record.digest == content.digest:
            row, kept = self._keeper.kept(row, done.record)
            return replace(done, record=kept)
        if fresh and deep is not None and not part.later:
            self._placed[done.page.id] = self._deepening.put(done.page.id, plain.blocks, deep)
        elif fresh:
            self._there[done.page.id] = 0 if part.later else part.took
        base = done.page.version
        change = Change(record=done.record, title=draft.title, content=content, base=base)
        written = self._write(done.page, change, assets)
        return replace(written, notes=[*notes, *(note for note in written.notes if note not in notes)])

    def _found(self, row: Json, record: Record, notes: list[Note], *, fresh: bool) -> Written:
        """The row that :meth:`_create` gave, with the record that stands in it."""
        found = self._target.record(row) or replace(record, page=row["id"])
        page = rows.page_of(row, found, self._target.bot)
        if fresh and not found.version:
            self._fresh.add(page.id)
        return Written(page=page, record=found, notes=notes)

    # ---------------------------------------------------------------- write

    def write(self, page: Page, change: Change) -> Written:
        """The page with this content: files first, then the blocks that differ, then the row."""
        return self._named(change.record, lambda: self._write(page, change))

    def _write(self, page: Page, change: Change, assets: PageAssets | None = None) -> Written:
        live = self._live(page, change)
        content, wanted = parted(change.content)
        change = replace(change, content=content)
        notes: list[Note] = []
        assets = assets or PageAssets(content, self._target.uploads(), notes)
        try:
            if live.unfinished and live.there is None and change.record.hub.get("kind") == "Home":
                lead_again(self._target.client, self._target.database.parent(), page.id)
            return self._all_of_it(page, change, live, wanted, assets, notes)
        except LimitExceeded:
            raise
        except Refused as error:
            if not assets.forgotten(error):
                raise
        # Notion no longer takes an upload's id. What has been done is found again: blocks are looked at first.
        record = replace(live.record, version="") if live.record else None
        return self._all_of_it(
            page, change, live._replace(there=None, placed=None, record=record), wanted, assets, notes
        )

    def _all_of_it(
        self, page: Page, change: Change, live: Live, wanted: Wanted | None, assets: PageAssets, notes: list[Note]
    ) -> Written:
        """Blocks, views, row."""
        body = self._target.body(notes)
        nodes, made = self._blocks(page, change, live, assets, body)
        views = self._linked.put(page.id, wanted, nodes, live.record)
        live = live._replace(views=views, made=made, shared=live.shared | body.met)
        return self._row(page, change, live, nodes, assets, notes)

    def _live(self, page: Page, change: Change) -> Live:
        """The page now. Raises NotFound for one in the trash, StaleVersion for one that is newer than the plan."""
        if page.id in self._fresh:
            self._fresh.discard(page.id)
            if page.id in self._placed:
                placed = self._placed.pop(page.id)
                looked = frozenset({page.id}) if placed is None else frozenset()
                return Live(change.record, placed=placed, unfinished=True, shared=looked)
            stub = page.id not in self._there
            shared = frozenset({page.id}) if stub else frozenset()
            return Live(change.record, there=self._there.pop(page.id, 0), unfinished=True, shared=shared)
        row = self._target.client.page(page.id)
        known = self._target.record(row)
        now = rows.page_of(row, known, self._target.bot)
        if now.status == "trashed":
            raise NotFound(f"{page.title!r} is in the trash", hint="restore it in Notion, or use --recreate")
        if now.version != change.base:
            raise StaleVersion(f"{page.title!r} was changed in Notion since the plan was made")
        edited = row["last_edited_by"]["id"] != self._target.bot
        edited = edited or bool(known and known.state.get("edited_by"))
        half = known is None or not known.version  # another run may have met it so, and then both write it
        shared = frozenset({page.id}) if half else frozenset()
        return Live(
            known, edited, shared=shared, unfinished=(row.get("icon") or {}).get("emoji") == rows.ICON_WRITING["emoji"]
        )

    def _blocks(self, page: Page, change: Change, live: Live, assets: PageAssets, body: Body) -> tuple[list[Node], int]:
        """The page's blocks as they are afterwards, and how many were made for them."""
        content = change.content
        above = notices.shapes(change.record.notices)
        places = Places(page.url, content.places, len(above))
        editor = Editor(body, page.id, (*above, *content.blocks), places, assets.place)
        allowance = self._target.client.blocks
        if live.there is not None:
            if live.shared:
                allowance.take(sum(map(size_of, wants_of(content.blocks))))
            return editor.fill(live.there), editor.made
        if live.placed is not None:
            return editor.complete(live.placed), editor.made
        memory = live.memory(content)
        editor.people = live.edited or bool(live.record and live.record.state.get("people"))
        level = editor.first(memory)
        writes = writes_of(level) if level else 0
        allowance.take(comes_of(level) if level else 0)
        if live.record is not None and live.record.version and writes:
            # Without a mark, a killed run shows by the time of the page's last edit, from the next minute on.
            shows = str(live.record.state.get("stamp", "9")) < self._target.client.time.minute()
            if writes >= LONG or not shows or live.edited:
                self._under_way(page, live.record, content, long=writes >= LONG)
        return editor.write(level, memory), editor.made

    def _under_way(self, page: Page, record: Record, content: Rendered, *, long: bool) -> None:
        """Keep that the page is being changed: a run that is killed now leaves it so, and the next one goes on."""
        marked = replace(record, version="", state={**record.state, "target": content.digest})
        shown = rows.UPDATING if long else {}
        self._keeper.put(
            page.id, {"properties": self._target.properties(shown, records.kept(marked), hub=marked.kind == "hub")}
        )

    def _row(
        self, page: Page, change: Change, live: Live, nodes: list[Node], assets: PageAssets, notes: list[Note]
    ) -> Written:
        content = change.content
        before = str(live.record.state.get("cover", "")) if live.record else ""
        body: dict[str, Json | None] = {}
        if content.cover and content.cover != before and (upload := assets.take(content.cover)):
            body["cover"] = {"type": "file_upload", "file_upload": {"id": upload}}
        elif not content.cover and content.cover_url and cover_of(content) != before:
            body["cover"] = external(content.cover_url)
        icon = icon_of(content.meta)
        if live.unfinished or icon != str(live.record.state.get("icon", "") if live.record else ""):
            body["icon"] = icon_value(icon)
        accounts = self._target.accounts(content, live.record)
        shown, more = rows.shown(content, change.title, rows.folder_name(change.record), accounts)
        shown |= rows.status(change.record.badge or content.meta.status)
        made = live.made + (records.made_of(live.record) if live.record else 0)
        state: dict[str, object] = {"blocks": packed(nodes), "cover": cover_of(content), "made": made}
        state |= {**(live.views or {}), **({"icon": icon} if icon else {})}
        state |= self._target.told_people(content, live.record)
        if live.edited or (live.record is not None and live.record.state.get("people")):
            state["people"] = 1
        record = self._keeper.stamped(
            change.record,
            page=page.id,
            digest=content.digest,
            version=mark(),
            assets=assets.shown(),
            state=state,
        )
        parts = (shown, rows.of_hub(record), records.kept(record))
        properties = self._target.properties(*parts, hub=record.kind == "hub")
        row = self._keeper.put(page.id, {"properties": properties, **body})
        row, record = self._keeper.kept(row, record)
        if live.shared:
            # Looking costs a read for each 100 blocks, so a page that is made and filled in one go does without.
            self._settled(page, record, nodes, live.shared)
        return Written(page=rows.page_of(row, record, self._target.bot), record=record, notes=[*notes, *more])

    def _settled(self, page: Page, record: Record, nodes: list[Node], shared: frozenset[str]) -> None:
        """The page is ours alone. Another run may have written it too, in the same moment.

        The run that ends last takes the other's blocks away. Raises StaleVersion for the one that lost its blocks so: the
        page counts as unfinished, and the next run writes it.
        """
        target = self._target
        body = target.body()
        levels = {parent: level for parent, level in levels_of(page.id, nodes) if parent in shared}
        for parent, level in levels.items():
            with_ids(body, parent, level)
        if not all(body.alone(parent, {node.id for node in level}) for parent, level in levels.items()):
            kept = replace(record, version="", state={})
            properties = target.properties(records.kept(kept), hub=kept.kind == "hub")
            target.client.update_page(page.id, {"properties": properties})
            raise StaleVersion(f"another run writes {page.title!r} at the same time")

    def _named(self, record: Record, work: Callable[[], T]) -> T:
        """What the work returns. A firewall's refusal names the document, for its page can't say where it is."""
        try:
            return work()
        except Blocked as error:
            error.where = error.where or record.source or record.key
            raise
