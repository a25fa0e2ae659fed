"""Confluence Data Center and Server: the property on each page comes with the lists, so that no manifest is needed, only
a list of our pages for those that people move elsewhere (``listed.py``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import msgspec

from adapters.base import Capabilities, Observed, Page, PageId, Record, Rendered, Root, Written
from adapters.confluence import records
from adapters.confluence.client import Property, Row, Space
from adapters.confluence.datacenter_client import DataCenterClient
from adapters.confluence.listed import PageList
from adapters.confluence.looks import without_effect
from adapters.confluence.ordering import ORDERS, orders_of
from adapters.confluence.wiki import ConfluenceWiki, page_of
from adapters.errors import NotFound, StaleVersion
from adapters.settings import TargetSettings
from converters.notes import Note

CAPABILITIES = Capabilities(
    name="confluence-datacenter",
    writer="confluence",
    flavor="datacenter",
    tree=True,
    unique_titles=True,
    max_title_chars=255,
    max_body_bytes=5_242_880,  # Source: reference, section 11 (atlassian.rest.request.maxsize)
    max_asset_bytes=100_000_000,  # Source: reference, section 8 (the default; the administrator may set another)
    max_parallel_writes=4,
    restricts=True,
    posts=True,
    archive="trash",
)


class DataCenterWiki(ConfluenceWiki):
    """One target on Confluence Data Center."""

    caps = CAPABILITIES
    client: DataCenterClient

    def __init__(self, client: DataCenterClient, settings: TargetSettings) -> None:
        super().__init__(client, settings)
        self._list = PageList(client)

    def observe(self) -> Observed:
        root = self.open()
        if not root.id:
            return Observed(root=root, tracked={})
        told = self.client.properties(root.id)
        self._list.load(told)
        rows = {row.id: row for row in self.client.descendants(root.id)}
        if records.POSTS in told:
            self._posts_told = True
            posts = {row.id: row for row in self.client.space_posts(self._place()[0])}
            self.client.posts.update(posts)
            rows |= posts
        rows |= {row.id: row for row in self._list.elsewhere(rows)}
        found = {row.id: record for row in rows.values() if (record := self._learn(row.id, row.property)) is not None}
        ours = records.without_other_roots(found, {row.id: row.parent for row in rows.values()}, root.id)
        # of two pages of one key (one that a person brought back, say) the listed one is ours
        tracked = {
            record.key: self._tracked(record, rows[page])
            for page, kept in sorted(ours.items(), key=lambda one: one[0] in self._list.known)
            if (record := records.standing(kept, current=rows[page].status == "current")) is not None
            and (not record.post or record.parent == root.id)
        }
        unlisted = any(one.record.page not in self._list.known for one in tracked.values())
        orders = orders_of(told[ORDERS].value if ORDERS in told else None)
        return Observed(root=root, tracked=tracked, orders=orders, unlisted=unlisted)

    def move(self, page: Page, parent: PageId | None, record: Record) -> Written:
        target = parent or self.open().id
        now = self.client.page(page.id, body=True)
        known = self._record(page.id)
        ours = now.version == int(record.version or 0)
        # A page that people have edited keeps looking edited: only our own body gets our stamp.
        message = records.stamped("moved", record.digest) if ours else "moved"
        version = str(now.version + 1) if ours else record.version
        kept = msgspec.structs.replace(
            record, page=page.id, parent=target, version=version, state=known.state if known else {}
        )
        try:
            row = self.client.update(page.id, now.title, now.body, now.version + 1, message, target)
        except StaleVersion:
            row = self.client.page(page.id)
            if (row.version, row.message, row.parent) != (now.version + 1, message, target):
                raise  # else: an attempt whose answer was lost
        self._keep(page.id, kept)
        return Written(page=page_of(row), record=kept)

    def archive(self, page: Page, record: Record) -> None:
        # The record says "removed" first: killed in between, the page is still current and still ours.
        with contextlib.suppress(NotFound):
            self._record(page.id)
            self._keep(page.id, msgspec.structs.replace(record, page=page.id, state={"removed": True}))
            self.client.trash(page.id)

    def finish(self, observed: Observed, written: Sequence[Record], removed: Sequence[str]) -> None:
        """Records stand on the pages; the root is told which pages there are."""
        new = {record.key: record.page for record in written}
        old = {key: one.record.page for key, one in observed.tracked.items()}
        gone = {page for key, page in old.items() if key in removed or new.get(key, page) != page}
        self._list.keep(self.open().id, {*old.values(), *new.values()}, gone - {*new.values()})

    def _look(self, page: PageId, content: Rendered, known: Record | None) -> tuple[list[Note], dict[str, object]]:  # noqa: ARG002
        return without_effect(content), {}

    def _mark_dirty(self, observed: Observed, root: Root) -> None:
        """Nothing to note."""

    def _kept_record(self, page: PageId) -> Record | None:
        full = self.client.page(page, body=True)
        return self._learn(page, full.property) or records.marked_record(full.body)

    def _create_page(
        self,
        space: Space,
        title: str,
        parent: str,
        body: str,
        record: Record,
        *,
        private: bool,  # noqa: ARG002
    ) -> Row:
        value = records.record_value(record)
        row = self.client.create(space, title, parent, body, value)
        # The answer doesn't show properties. Where a version of Confluence took none, the next _keep hears 404 and
        # makes it.
        self._learn(row.id, Property(records.PROPERTY, value, 1))
        return row
