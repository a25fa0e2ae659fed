"""What Cloud and Data Center do alike: find the root, create, write, keep records. Subclasses give the rest.

Order within a write: files, labels, the record with the version *to come*, then the body. A run that is killed at any
point leaves either an older version than its record names (the page is written again) or the finished page.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Sequence

import msgspec

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
    Root,
    Written,
)
from adapters.confluence import bodies, notices, records
from adapters.confluence.adopting import Adoption
from adapters.confluence.client import Row, Space
from adapters.confluence.cloud_client import CloudClient
from adapters.confluence.comments import Kept
from adapters.confluence.datacenter_client import DataCenterClient
from adapters.confluence.ordering import Arranging
from adapters.confluence.people import People, page_of
from adapters.confluence.telling import Telling
from adapters.errors import MadeTwice, StaleVersion, TitleTaken, WikiError
from adapters.settings import TargetSettings
from converters.notes import Note


class ConfluenceWiki(Adoption, Arranging, People, Telling, ABC):
    """One target in one space."""

    caps: Capabilities

    def __init__(self, client: CloudClient | DataCenterClient, settings: TargetSettings) -> None:
        super().__init__(client, settings)
        self.requests = client.http.requests
        self._trash_files = settings.unused_files == "trash"

    # ------------------------------------------------------------ who and where

    def login(self) -> Account:
        return self.client.current_user()

    def doctor(self) -> Sequence[Finding]:
        from adapters.confluence.doctor import examine

        return examine(self)

    def open(self) -> Root:
        return self._place()[1]

    def begin(self, observed: Observed, *, arrivals: bool = True) -> Root:
        space, root = self._place()
        if not root.id:
            record = Record(key=f"{records.ROOT_KEY}{root.title}", kind="hub", title=root.title)
            children = '<p><ac:structured-macro ac:name="children" /></p>'
            self._make(space, root.title, space.home, children + records.mark_of(record), record)
            self._found = None
            root = self._place()[1]
        if arrivals:
            self._mark_dirty(observed, root)
        return root

    # ------------------------------------------------------------ writing

    def create(self, draft: Draft) -> Written:
        if draft.readers is not None:
            return self._create_closed(draft, draft.readers)
        space, root = self._place()
        post = draft.record.post
        parent = root.id if post else draft.parent or root.id
        if post:
            self._tell_of_posts(root.id)
        record = msgspec.structs.replace(
            draft.record, title=draft.title, parent=parent, version="", digest="", assets={}, state={}
        )
        content = draft.content
        body = bodies.sent(record, content) + records.mark_of(record) if content else records.stub_body(record)
        if content:
            record = msgspec.structs.replace(record, version="1", digest=content.digest)
        row, ours = self._make(space, draft.title, "" if post else parent, body, record)
        page = page_of(row)
        record = msgspec.structs.replace(record, page=row.id, parent=row.parent or parent)
        if ours is not None:  # made by an earlier attempt: what stands there may be anything of ours
            if content is not None:
                change = Change(record=record, title=draft.title, content=content, base=page.version)
                return self.write(page, change)
            return Written(page=page, record=msgspec.structs.replace(record, version=""))
        if content is None:
            return Written(page=page, record=record)
        notes, state = self._labels.put(row.id, content.meta.tags, None)
        more, look = self._look(row.id, content, None)
        record = msgspec.structs.replace(record, version=page.version, state={**state, **look})
        kept = self._known.get(row.id)  # what went along with the page; it could not know the page's id
        if kept is None or record != msgspec.structs.replace(kept, page=row.id):
            self._keep(row.id, record)
        return Written(page=page, record=record, notes=[*notes, *more])

    def write(self, page: Page, change: Change) -> Written:
        if not change.base.isdigit():
            raise StaleVersion(f"{change.title!r} has no version to write on", hint="run again")
        known, closed = self._closed(page.id, change, self._record(page.id))
        opening = {} if closed else self._restrictions.opening(known)
        assets, notes = self._files.upload(page.id, change.content.assets, known)
        more, state = self._labels.put(page.id, [*change.content.meta.tags, change.record.badge], known)
        others, look = self._look(page.id, change.content, known)
        body = notices.shown(change.record.notices) + bodies.sent(change.record, change.content)
        kept = self._with_readers(page, body, hub=change.record.kind == "hub")
        number = int(change.base) + 1
        record = msgspec.structs.replace(
            change.record,
            page=page.id,
            # Title (the record's own) and place are those that we gave: that is how a page is known, now and in later
            # runs, which a person retitled or moved.
            parent=change.parent or change.record.parent or page.parent or "",
            version=str(number),
            digest=change.content.digest,
            assets=assets,
            state={**state, **closed, **opening, **look, **records.titled_before(known, change.record, number - 1)},
        )
        self._keep(page.id, record, base=number - 1)
        row = self._put_or_forget(page, change, kept, known)
        if opening:
            self._restrictions.open(page.id, known)
        if self._trash_files and known is not None:
            self._files.clear(page.id, known.assets.keys() - assets.keys())
        if record.badge:
            row = self._badged(page.id, row, "", record.badge) or row
        done = msgspec.structs.replace(
            record,
            version=str(row.version),
            state={name: value for name, value in record.state.items() if name not in opening},
        )
        if done != record:
            self._keep(page.id, done)
        return Written(page=page_of(row), record=done, notes=[*notes, *more, *others, *kept.notes])

    def keep(self, page: Page, record: Record) -> Written:
        known = self._record(page.id)
        kept = msgspec.structs.replace(
            record, page=page.id, parent=record.parent or page.parent or "", state=known.state if known else {}
        )
        self._keep(page.id, kept)
        return Written(page=page, record=kept)

    def close(self) -> None:
        self.client.http.close()

    # ------------------------------------------------------------ what differs

    @abstractmethod
    def observe(self) -> Observed:
        """As the protocol says."""

    @abstractmethod
    def move(self, page: Page, parent: PageId | None, record: Record) -> Written:
        """As the protocol says."""

    @abstractmethod
    def archive(self, page: Page, record: Record) -> None:
        """As the protocol says."""

    @abstractmethod
    def finish(self, observed: Observed, written: Sequence[Record], removed: Sequence[str]) -> None:
        """As the protocol says."""

    @abstractmethod
    def _look(self, page: PageId, content: Rendered, known: Record | None) -> tuple[list[Note], dict[str, object]]:
        """Width, emoji and cover set where there are such; notes, and what of it the record keeps."""

    @abstractmethod
    def _mark_dirty(self, observed: Observed, root: Root) -> None:
        """Note in the wiki that a run is writing, where bulk records are kept."""

    def _doubt(self, page: PageId) -> None:
        """Before a page is closed: after a killed run its own record is to be read, whatever bulk records say."""

    @abstractmethod
    def _create_page(self, space: Space, title: str, parent: str, body: str, record: Record, *, private: bool) -> Row:
        """The page made, with its property where that can be done in one request; ``private`` where that is known."""

    @abstractmethod
    def _kept_record(self, page: PageId) -> Record | None:
        """The record on a page: its property, or the mark in its body."""

    # ------------------------------------------------------------ steps

    def _make(
        self, space: Space, title: str, parent: str, body: str, record: Record, *, private: bool = False
    ) -> tuple[Row, Record | None]:
        """The page, and its record if an earlier attempt had made it. Never makes a second one."""

        def attempt() -> tuple[Row, Record | None]:
            try:
                row = self._create_page(space, title, parent, body, record, private=private)
            except TitleTaken as error:
                found = self._made_before(space, title, record)
                if found is None:
                    raise
                if found[0].status != "current":
                    hint = "restore it in Confluence, or delete it there"
                    raise TitleTaken(f"{title!r} is an {found[0].status} page of this report", hint=hint) from error
                return found
            except WikiError as error:
                found = self._made_before(space, title, record) if error.retry == "idempotent" else None
                if found is None:
                    # What may be sent again has been, inside; only a lost answer is asked after here.
                    error.retry = error.retry if error.retry == "idempotent" else "never"
                    raise
                return found
            self._files.fresh(row.id)
            self.client.http.born(row.id)
            return row, None

        return self.client.http.policy.call(attempt, idempotent=True)

    def _made_before(self, space: Space, title: str, wanted: Record) -> tuple[Row, Record] | None:
        row = self._titled(space, title, post=wanted.post)
        if row is None:
            return None
        if wanted.post:
            self.client.posts.add(row.id)
        kept = self._kept_record(row.id)
        return (row, kept) if kept is not None and kept.key == wanted.key else None

    def _closed(self, page: PageId, change: Change, known: Record | None) -> tuple[Record | None, dict[str, object]]:
        """The page's record and what it is to tell of its readers, once the page is closed to all others."""
        if change.readers is None:
            return known, {}
        closing = self._restrictions.closing(change.readers, known)
        if known is not None and closing:
            self._doubt(page)
            known = msgspec.structs.replace(known, state={**known.state, **closing})
            self._keep(page, known, base=int(change.base))
        return known, self._restrictions.close(page, change.readers, known, fresh=False)

    def _put_or_forget(self, page: Page, change: Change, kept: Kept, known: Record | None) -> Row:
        """The page with its new body; where that fails, the record is again what it was, or the page was for nothing."""
        try:
            return self._put(page, change, kept, int(change.base) + 1)
        except WikiError as error:
            if isinstance(error, TitleTaken) and self._made_twice(page, change):
                self.client.trash(page.id)
                raise MadeTwice(str(error), hint="another run has published it; run again") from None
            if known is not None:
                with contextlib.suppress(WikiError):  # the first error is the one to tell
                    self._keep(page.id, known)
            raise

    def _made_twice(self, page: Page, change: Change) -> bool:
        """Whether another run made the report's page while this one did. A page that only its readers may see has no
        title that would tell so, until it is written.
        """
        if not self._files.is_fresh(page.id):
            return False
        other = self._made_before(self._place()[0], change.title, change.record)
        return other is not None and other[0].id != page.id

    def _put(self, page: Page, change: Change, kept: Kept, number: int) -> Row:
        body, why = kept.body, "; ".join(filter(None, (change.message, kept.changed)))
        message = records.message_of(change.record, change.content, why)
        try:
            return self.client.update(page.id, change.title, body, number, message, change.parent)
        except StaleVersion as error:
            now = self.client.page(page.id, body=True)
            if now.version == number and records.is_stamped(now.message, change.content.digest):
                return now  # an attempt whose answer was lost
            hub = change.record.kind == "hub"
            same = self._files.sent(page.id) and self._same_body(page.id, number - 1, now, hub=hub)
            if now.version > number - 1 and same:
                return self.client.update(page.id, change.title, body, now.version + 1, message, change.parent)
            text = f"{change.title!r} is at version {now.version}, expected {number - 1}"
            raise StaleVersion(text, hint="somebody else wrote it; run again", status=409, trace=error.trace) from None


__all__ = ["ConfluenceWiki", "page_of"]
