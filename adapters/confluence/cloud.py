"""Confluence Cloud: a manifest at the root answers for all pages at once; the property on each page is the truth."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from adapters.base import Capabilities, Observed, Page, PageId, Readership, Record, Rendered, Root, Tracked, Written
from adapters.confluence import badges, records
from adapters.confluence.client import Property, Row, Space
from adapters.confluence.cloud_client import CloudClient
from adapters.confluence.looks import Looks
from adapters.confluence.manifest import Manifest
from adapters.confluence.ordering import ORDERS, orders_of
from adapters.confluence.restrictions import STATE as READERS
from adapters.confluence.wiki import ConfluenceWiki
from adapters.errors import NotFound, PermissionDenied, Refused, WikiError, WikiUnavailable
from adapters.settings import TargetSettings
from converters.notes import Note

PARALLEL_READS = 6
"""Source: Confluence reference, section 6: at most six parallel reads, three or four parallel writes."""
TASK_POLLS = 30
"""Ours: an archive of one page takes seconds; the waits below add up to a minute."""

CAPABILITIES = Capabilities(
    name="confluence-cloud",
    writer="confluence",
    flavor="cloud",
    tree=True,
    unique_titles=True,
    max_title_chars=255,
    max_body_bytes=5_242_880,  # Source: reference, section 3 (413 above)
    max_asset_bytes=100_000_000,  # the site's administrator sets it; the vendor's usual value
    max_parallel_writes=4,
    restricts=True,
    posts=True,
    archive="archive",
)


class CloudWiki(ConfluenceWiki):
    """One target on Confluence Cloud."""

    caps = CAPABILITIES
    client: CloudClient

    def __init__(self, client: CloudClient, settings: TargetSettings) -> None:
        super().__init__(client, settings)
        self._manifest = Manifest(client)
        self._orders: dict[PageId, dict[PageId, float]] = {}
        self._looks = Looks(client)

    def observe(self) -> Observed:
        root = self.open()
        if not root.id:
            return Observed(root=root, tracked={})
        manifest, clean = self._load_manifest(root.id)
        by_page = {record.page: record for record in manifest.values()}
        listed = frozenset(by_page)
        self.client.posts.update(page for page, record in by_page.items() if record.post)
        below = [] if clean else [*self.client.descendants(root.id), *self._own_posts()]
        rows = {row.id: row for row in self.client.pages(list(dict.fromkeys([*by_page, *below])))}
        parents = {row.id: row.parent for row in rows.values()}
        by_page = records.without_other_roots(self._checked(by_page, rows), parents, root.id)
        tracked: dict[str, Tracked] = {}
        # of two pages of one key (one that a person brought back, say) the listed one is ours
        for page, record in sorted(by_page.items(), key=lambda one: one[0] in listed):
            row = rows.get(page)
            if record.post and record.parent != root.id:
                continue  # of another target in this space
            if (kept := records.standing(record, current=row is not None and row.status == "current")) is None:
                continue
            self._known.setdefault(page, kept)
            tracked[kept.key] = self._tracked(kept, row)
        unlisted = any(one.record.page not in listed for one in tracked.values())
        unlisted = unlisted or self._manifest.is_behind(self._listed(one.record for one in tracked.values()))
        return Observed(root=root, tracked=tracked, orders=self._orders, unlisted=unlisted)

    def _own_posts(self) -> list[PageId]:
        """Blog posts that may be ours, where this target has any: stamped, or ours and still as they were made."""
        if not self._posts_told:
            return []
        me = self.client.own_name()
        space = self._place()[0]
        posts = [
            row.id
            for row in self.client.space_posts(space)
            if records.is_stamped(row.message) or (row.author == me and row.version == 1)
        ]
        self.client.posts.update(posts)
        return posts

    def move(self, page: Page, parent: PageId | None, record: Record) -> Written:
        target = parent or self.open().id
        known = self._record(page.id)
        self.client.move(page.id, target)
        kept = msgspec.structs.replace(record, page=page.id, parent=target, state=known.state if known else {})
        self._keep(page.id, kept)
        return Written(page=msgspec.structs.replace(page, parent=target), record=kept)

    def archive(self, page: Page, record: Record) -> None:
        try:
            row = self.client.page(page.id)
        except NotFound:
            return
        # The record says "removed" first: killed in between, the page is still current and still ours.
        self._record(page.id)
        if row.status == "trashed":
            return
        self._keep(page.id, msgspec.structs.replace(record, page=page.id, state={"removed": True}))
        if row.status != "current":
            return
        if page.id in self.client.posts:  # the archive takes pages only
            self.client.trash(page.id)
            return
        # An archived page still owns its title: without this, a report or folder that comes back couldn't be made.
        suffix = f" (archived {page.id})"
        if not row.title.endswith(suffix):
            self.client.retitle(page.id, f"{row.title[: self.caps.max_title_chars - len(suffix)]}{suffix}")
        try:
            self._wait_for(self.client.archive(page.id), page)
        except (PermissionDenied, Refused):
            # Not on the free plan, or not with this token's scopes: the trash is the next gentlest place. But a request
            # that was repeated after a lost answer is refused, too, for a page that is archived by now.
            with contextlib.suppress(NotFound):
                if self.client.page(page.id).status == "current":
                    self.client.trash(page.id)

    def _badge(self, page: PageId, before: str, badge: str) -> bool:
        if badge:
            return badges.show(self.client, page, badge)
        return badges.hide(self.client, page, before) if before else False

    def readership(self, pages: Sequence[Page]) -> Mapping[PageId, Readership]:
        def asked(page: Page) -> Readership | None:
            try:
                return self.client.readership(page.id)
            except (NotFound, PermissionDenied, Refused):  # not with every plan, nor with every token's scopes
                return None

        with ThreadPoolExecutor(PARALLEL_READS) as pool:
            found = dict(zip((page.id for page in pages), pool.map(asked, pages), strict=True))
        return {page: one for page, one in found.items() if one is not None}

    def finish(self, observed: Observed, written: Sequence[Record], removed: Sequence[str]) -> None:
        root = self.open().id
        kept = {key: tracked.record for key, tracked in observed.tracked.items()}
        kept |= {record.key: record for record in written}
        for key in removed:
            kept.pop(key, None)
        found = observed.unlisted and not (written or removed)
        self._manifest.tell(root, self._listed(kept.values()), found=found, made=observed.root.id != root)

    def _look(self, page: PageId, content: Rendered, known: Record | None) -> tuple[list[Note], dict[str, object]]:
        return self._looks.put(page, content, known, lambda name: self._files.file_id(page, name))

    def _mark_dirty(self, observed: Observed, root: Root) -> None:
        listed = self._listed(tracked.record for tracked in observed.tracked.values())
        self._manifest.mark(root.id, listed, made=observed.root.id != root.id)

    def _doubt(self, page: PageId) -> None:
        self._manifest.doubt(self.open().id, page)

    def _load_manifest(self, root: PageId) -> tuple[dict[str, Record], bool]:
        """Records by key, and whether they can be relied on."""
        found = self.client.properties(root)
        self._posts_told = records.POSTS in found
        self._orders = orders_of(found[ORDERS].value if ORDERS in found else None)
        manifest, clean = self._manifest.take(found)
        return {key: self._take_property(record) for key, record in manifest.items()}, clean

    def _listed(self, kept: Iterable[Record]) -> dict[str, Record]:
        """Records as the manifest holds them."""
        return {record.key: record for record in map(self._with_property, kept)}

    def _with_property(self, record: Record) -> Record:
        """For the manifest: where the page's property stands, so that the next run need not ask."""
        if READERS in record.state:
            # Whoever reads the root's properties must not learn of a report for a few: its own page tells the rest.
            parent = record.parent if record.post else ""
            return Record(key=f"closed:{record.page}", page=record.page, post=record.post, parent=parent)
        found = self._properties.get(record.page)
        if found is None:
            return record
        return msgspec.structs.replace(record, state={**record.state, "property": [found.id, found.version]})

    def _take_property(self, record: Record) -> Record:
        place = record.state.get("property")
        if not (isinstance(place, list) and len(place) == 2 and isinstance(place[1], int)):
            return record
        record = msgspec.structs.replace(record, state=_without(record.state, "property"))
        self._properties.setdefault(record.page, Property(str(place[0]), None, place[1]))
        return record

    def _checked(self, known: Mapping[PageId, Record], rows: Mapping[PageId, Row]) -> dict[PageId, Record]:
        """Records by page, read from the page itself where the manifest doesn't know it or knows it otherwise."""
        doubt = self._manifest.doubted()
        sure = {
            page: record
            for page, record in known.items()
            if page in rows and page not in doubt and _agrees(record, rows[page])
        }
        doubtful = [page for page in {**known, **rows} if page not in sure]
        found = dict(sure)
        with ThreadPoolExecutor(PARALLEL_READS) as pool:
            for page, record in zip(doubtful, pool.map(self._read_record, doubtful), strict=True):
                if record is not None:
                    found[page] = msgspec.structs.replace(record, page=page)
                elif page in known and page not in rows:
                    found[page] = known[page]  # purged by somebody: the plan is to hear of it
        return found

    def _read_record(self, page: PageId) -> Record | None:
        try:
            return self._kept_record(page)
        except NotFound:
            return None

    def _kept_record(self, page: PageId) -> Record | None:
        full = self.client.page(page, body=True, properties=True)
        return self._learn(page, full.property) or records.marked_record(full.body)

    def _create_page(
        self,
        space: Space,
        title: str,
        parent: str,
        body: str,
        record: Record,  # noqa: ARG002
        *,
        private: bool,
    ) -> Row:
        row = self.client.create(space, title, parent, body, private=private)
        self._properties[row.id] = None
        return row

    def _wait_for(self, task: str, page: Page) -> None:
        for poll in range(TASK_POLLS):
            ended, well = self.client.task(task)
            if ended and not well:
                raise Refused(f"Confluence could not archive {page.title!r}")
            if ended:
                return
            self._sleep(min(3.0, 0.2 * 2**poll))
        raise WikiUnavailable(f"archiving {page.title!r} takes too long", hint="run again later", retry="never")

    def _name_of(self, author: str) -> str:
        if not author:
            return "somebody"
        try:
            return self.client.user_name(author) or author
        except WikiError:
            return author


def _agrees(record: Record, row: Row) -> bool:
    """Whether a page is as an old manifest says, so that its own record need not be read."""
    placed = record.post or row.parent == record.parent
    return str(row.version) == record.version and row.status == "current" and placed


def _without(state: Mapping[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in state.items() if key != name}
