"""What Cloud and Data Center do alike: find the root, create, write, keep records. Subclasses give the rest.

Order within a write: files, labels, the record with the version *to come*, then the body. A run that is killed at any
point leaves either an older version than its record names (the page is written again) or the finished page.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence

import msgspec

from adapters.base import (
    Account,
    Capabilities,
    Change,
    Comment,
    Draft,
    Finding,
    Observed,
    Page,
    PageId,
    Record,
    Rendered,
    Root,
    Tracked,
    Written,
)
from adapters.confluence import bodies, records
from adapters.confluence.client import Row, Space
from adapters.confluence.cloud_client import CloudClient
from adapters.confluence.comments import Kept, placed, with_readers
from adapters.confluence.datacenter_client import DataCenterClient
from adapters.confluence.files import Files
from adapters.confluence.flat import lines
from adapters.confluence.keeping import Keeping
from adapters.confluence.labels import Labels
from adapters.confluence.place import Placing
from adapters.diffs import diff
from adapters.errors import NotFound, Refused, StaleVersion, TitleTaken, WikiError
from adapters.settings import TargetSettings

SINGLE_TITLES = 10
"""Up to this many titles are looked up one by one; for more, listing the space takes fewer requests."""


class ConfluenceWiki(Placing, Keeping, ABC):
    """One target in one space."""

    caps: Capabilities

    def __init__(self, client: CloudClient | DataCenterClient, settings: TargetSettings) -> None:
        Placing.__init__(self, client, settings)
        Keeping.__init__(self, client, settings)
        self.requests = client.http.requests
        self._files = Files(client, self.caps)
        self._list_comments = settings.earlier_comments
        self._labels = Labels(client)

    # ------------------------------------------------------------ who and where

    def login(self) -> Account:
        return self.client.current_user()

    def doctor(self) -> Sequence[Finding]:
        from adapters.confluence.doctor import examine

        return examine(self)

    def open(self) -> Root:
        return self._place()[1]

    def begin(self, observed: Observed) -> Root:
        space, root = self._place()
        if not root.id:
            record = Record(key=f"{records.ROOT_KEY}{root.title}", kind="hub", title=root.title)
            children = '<p><ac:structured-macro ac:name="children" /></p>'
            self._make(space, root.title, space.home, children + records.mark_of(record), record)
            self._found = None
            root = self._place()[1]
        self._mark_dirty(observed, root)
        return root

    def find_titles(self, titles: Collection[str]) -> Mapping[str, Page]:
        space = self._place()[0]
        wanted = {title.strip().casefold(): title for title in titles}
        found: dict[str, Page] = {}
        if len(wanted) > SINGLE_TITLES:
            for asked, rows in enumerate(self.client.space_pages(space), start=1):
                found |= {wanted[row.title.casefold()]: page_of(row) for row in rows if row.title.casefold() in wanted}
                if asked > len(wanted):
                    break  # a space far larger than the question
            else:
                return found
        for title in wanted.values():
            row = None if title in found else self._titled(space, title)
            if row is not None:
                found[title] = page_of(row)
        return found

    # ------------------------------------------------------------ writing

    def create(self, draft: Draft) -> Written:
        space, root = self._place()
        parent = draft.parent or root.id
        record = msgspec.structs.replace(
            draft.record, title=draft.title, parent=parent, version="", digest="", assets={}, state={}
        )
        content = draft.content
        body = content.body + records.mark_of(record) if content else records.stub_body(record)
        if content:
            record = msgspec.structs.replace(record, version="1", digest=content.digest)
        row, ours = self._make(space, draft.title, parent, body, record)
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
        record = msgspec.structs.replace(record, version=page.version, state=state)
        kept = self._known.get(row.id)  # what went along with the page; it could not know the page's id
        if kept is None or record != msgspec.structs.replace(kept, page=row.id):
            self._keep(row.id, record)
        return Written(page=page, record=record, notes=notes)

    def write(self, page: Page, change: Change) -> Written:
        if not change.base.isdigit():
            raise StaleVersion(f"{change.title!r} has no version to write on", hint="run again")
        known = self._record(page.id)
        assets, notes = self._files.upload(page.id, change.content.assets, known)
        more, state = self._labels.put(page.id, change.content.meta.tags, known)
        kept = self._with_readers(page, change.content.body)
        number = int(change.base) + 1
        record = msgspec.structs.replace(
            change.record,
            page=page.id,
            title=change.title,
            parent=change.parent or page.parent or change.record.parent,
            version=str(number),
            digest=change.content.digest,
            assets=assets,
            state=state,
        )
        self._keep(page.id, record, base=number - 1)
        try:
            row = self._put(page, change, kept.body, number)
        except WikiError:
            if known is not None:
                with contextlib.suppress(WikiError):  # the first error is the one to tell
                    self._keep(page.id, known)
            raise
        done = msgspec.structs.replace(record, version=str(row.version), parent=row.parent or record.parent)
        if done != record:
            self._keep(page.id, done)
        return Written(page=page_of(row), record=done, notes=[*notes, *more, *kept.notes])

    def differences(self, was: Tracked, wanted: Rendered) -> Sequence[str]:
        if was.page is None:
            return ()
        before, number = wanted.body, int(was.record.version or 0)
        if number:
            with contextlib.suppress(NotFound, Refused):  # old versions can be purged, or not be ours to read
                row = self.client.page(was.page.id, body=True, version=number)
                before = row.body if row.version == number else before
        return diff(lines(before), lines(self.read(was.page)))

    def comments(self, page: Page) -> Sequence[Comment]:
        return placed(self.client.comments(page.id), lambda: self.read(page))

    def keep(self, page: Page, record: Record) -> Written:
        known = self._record(page.id)
        kept = msgspec.structs.replace(
            record, page=page.id, parent=record.parent or page.parent or "", state=known.state if known else {}
        )
        self._keep(page.id, kept)
        return Written(page=page, record=kept)

    def read(self, page: Page) -> str:
        return self.client.page(page.id, body=True).body

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
    def _mark_dirty(self, observed: Observed, root: Root) -> None:
        """Note in the wiki that a run is writing, where bulk records are kept."""

    @abstractmethod
    def _create_page(self, space: Space, title: str, parent: str, body: str, record: Record) -> Row:
        """The page made, with its property where that can be done in one request."""

    @abstractmethod
    def _kept_record(self, page: PageId) -> Record | None:
        """The record on a page: its property, or the mark in its body."""

    # ------------------------------------------------------------ steps

    def _make(self, space: Space, title: str, parent: str, body: str, record: Record) -> tuple[Row, Record | None]:
        """The page, and its record if an earlier attempt had made it. Never makes a second one."""

        def attempt() -> tuple[Row, Record | None]:
            try:
                row = self._create_page(space, title, parent, body, record)
            except TitleTaken as error:
                found = self._made_before(space, title, record.key)
                if found is None:
                    raise
                if found[0].status != "current":
                    hint = "restore it in Confluence, or delete it there"
                    raise TitleTaken(f"{title!r} is an {found[0].status} page of this report", hint=hint) from error
                return found
            except WikiError as error:
                found = self._made_before(space, title, record.key) if error.retry == "idempotent" else None
                if found is None:
                    # What may be sent again has been, inside; only a lost answer is asked after here.
                    error.retry = error.retry if error.retry == "idempotent" else "never"
                    raise
                return found
            self._files.fresh(row.id)
            self.client.http.born(row.id)
            return row, None

        return self.client.http.policy.call(attempt, idempotent=True)

    def _made_before(self, space: Space, title: str, key: str) -> tuple[Row, Record] | None:
        row = self._titled(space, title)
        if row is None:
            return None
        kept = self._kept_record(row.id)
        return (row, kept) if kept is not None and kept.key == key else None

    def _with_readers(self, page: Page, body: str) -> Kept:
        """The body with what readers left on the page; a page made just now has no readers."""
        if self._files.is_fresh(page.id):
            return Kept(body)
        old = self.client.page(page.id, body=True).body
        return with_readers(self.client, page.id, old, body, listing=self._list_comments)

    def _put(self, page: Page, change: Change, body: str, number: int) -> Row:
        message = records.message_of(change.record, change.content, change.message)
        try:
            return self.client.update(page.id, change.title, body, number, message, change.parent)
        except StaleVersion as error:
            now = self.client.page(page.id, body=True)
            if now.version == number and records.is_stamped(now.message, change.content.digest):
                return now  # an attempt whose answer was lost
            if now.version > number - 1 and self._files.sent(page.id) and self._same_body(page.id, number - 1, now):
                return self.client.update(page.id, change.title, body, now.version + 1, message, change.parent)
            text = f"{change.title!r} is at version {now.version}, expected {number - 1}"
            raise StaleVersion(text, hint="somebody else wrote it; run again", status=409, trace=error.trace) from None

    def _same_body(self, page: PageId, base: int, now: Row) -> bool:
        """Whether something else than the body raised the version since ``base``: a move, a title, a file."""
        try:
            before = self.client.page(page, body=True, version=base)
        except (NotFound, Refused):
            return False  # that version can't be read: no telling, so nothing may be overwritten
        return before.version == base and bodies.same(before.body, now.body)

    def _tracked(self, record: Record, row: Row | None) -> Tracked:
        """The record beside its page. A version of ours that the record doesn't know means: written, then killed."""
        if row is None:
            return Tracked(record=record, page=None)
        number = int(record.version or 0)
        newer = 0 < number < row.version
        ours = newer and records.is_stamped(row.message)
        edited = newer and not ours and not self._same_body(row.id, number, self.client.page(row.id, body=True))
        unfinished = ours or row.version < number
        return Tracked(
            record=msgspec.structs.replace(record, page=row.id, version="" if unfinished else record.version),
            page=page_of(row),
            edited=edited,
            edited_by=self._name_of(row.author) if edited else "",
            moved=row.status == "current" and bool(record.parent) and row.parent != record.parent,
        )

    def _name_of(self, author: str) -> str:
        return author or "somebody"


def page_of(row: Row) -> Page:
    """A row as the protocol's page."""
    status = row.status if row.status in {"archived", "trashed"} else "current"
    return msgspec.convert(
        {
            "id": row.id,
            "title": row.title,
            "version": str(row.version),
            "url": row.url,
            "parent": row.parent,
            "status": status,
        },
        Page,
    )


__all__ = ["ConfluenceWiki", "page_of"]
