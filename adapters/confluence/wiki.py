"""What Cloud and Data Center do alike: find the root, create, write, keep records. Subclasses give the rest.

Order within a write: files, labels, the record with the version *to come*, then the body. A run that is killed at any
point leaves either an older version than its record names (the page is written again) or the finished page.
"""

from __future__ import annotations

import contextlib
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence

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
    Root,
    Tracked,
    Written,
)
from adapters.confluence import records
from adapters.confluence.client import CloudClient, DataCenterClient, Property, Row, Space
from adapters.confluence.files import Files
from adapters.errors import NotFound, PermissionDenied, Refused, StaleVersion, TitleTaken, WikiError
from adapters.settings import TargetSettings
from converters.model import Rendered
from converters.notes import Note, degraded

SINGLE_TITLES = 10
"""Up to this many titles are looked up one by one; for more, listing the space takes fewer requests."""
PROPERTY_ATTEMPTS = 4
"""A property may race with the server's own writes right after a page is made. Source: reference, section 3."""


class ConfluenceWiki(ABC):
    """One target in one space."""

    caps: Capabilities

    def __init__(self, client: CloudClient | DataCenterClient, settings: TargetSettings) -> None:
        self.client = client
        self.settings = settings
        self.requests = client.http.requests
        self._files = Files(client, self.caps)
        self._sleep = settings.sleep or time.sleep
        self._lock = threading.Lock()
        self._known: dict[PageId, Record] = {}
        self._properties: dict[PageId, Property | None] = {}
        self._found: tuple[Space, Root] | None = None

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
        notes, state = self._label(row.id, content, None)
        record = msgspec.structs.replace(record, version=page.version, state=state)
        if record != self._known.get(row.id):
            self._keep(row.id, record)
        return Written(page=page, record=record, notes=notes)

    def write(self, page: Page, change: Change) -> Written:
        if not change.base.isdigit():
            raise StaleVersion(f"{change.title!r} has no version to write on", hint="run again")
        known = self._record(page.id)
        assets, notes = self._files.upload(page.id, change.content.assets, known)
        more, state = self._label(page.id, change.content, known)
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
            row = self._put(page, change, number)
        except WikiError:
            if known is not None:
                with contextlib.suppress(WikiError):  # the first error is the one to tell
                    self._keep(page.id, known)
            raise
        done = msgspec.structs.replace(record, version=str(row.version), parent=row.parent or record.parent)
        if done != record:
            self._keep(page.id, done)
        return Written(page=page_of(row), record=done, notes=[*notes, *more])

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
    def _kept_record(self, row: Row) -> Record | None:
        """The record on a page: its property, or the mark in its body."""

    # ------------------------------------------------------------ the place

    def _place(self) -> tuple[Space, Root]:
        """The space and the root. Raises NotFound."""
        if self._found is not None:
            return self._found
        key = self.settings.space
        if not key:
            raise NotFound(f"target {self.settings.name!r} names no space", hint="set space to the key of a space")
        hint = "check its key (it stands in the space's address) and that the account may see it"
        try:
            space = self.client.space(key)
        except NotFound as error:
            raise NotFound(f"there is no space {key!r}", hint=hint, status=404, trace=error.trace) from None
        if space is None:
            raise NotFound(f"there is no space {key!r}", hint=hint)
        found = space, self._root(space)
        if found[1].id:
            self._found = found
        return found

    def _root(self, space: Space) -> Root:
        wanted = self.settings.parent.strip()
        if not wanted:
            if not space.home:
                raise NotFound(f"space {space.key!r} has no home page", hint="set parent to a page of the space")
            url = f"{self.client.site}/spaces/{space.key}"
            return Root(id=space.home, title=space.name or space.key, url=url, space=space.key)
        row = self._by_id(space, wanted) if wanted.isdigit() else None
        row = row or self._titled(space, wanted)
        if row is not None and row.status == "current":
            return Root(id=row.id, title=row.title, url=row.url, space=space.key)
        if row is not None or wanted.isdigit():
            state = f"is {row.status}" if row is not None else "is not there"
            hint = "name a current page by title or id, or leave parent out for the home page"
            raise NotFound(f"the parent page {wanted!r} {state} in space {space.key!r}", hint=hint)
        if not space.home:
            raise NotFound(f"there is no page {wanted!r}, and no home page to make it under", hint="make it by hand")
        return Root(id="", title=wanted, url=self.client.site, space=space.key)

    def _by_id(self, space: Space, page: str) -> Row | None:
        try:
            row = self.client.page(page)
        except NotFound:
            return None
        if row.space not in {space.id, space.key}:
            raise NotFound(f"page {page} is not in space {space.key!r}", hint="check space and parent")
        return row

    def _titled(self, space: Space, title: str) -> Row | None:
        rows = [row for row in self.client.titled(space, title) if row.title.casefold() == title.strip().casefold()]
        return min(rows, key=lambda row: row.status != "current", default=None)

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
            return row, None

        return self.client.http.policy.call(attempt, idempotent=True)

    def _made_before(self, space: Space, title: str, key: str) -> tuple[Row, Record] | None:
        row = self._titled(space, title)
        if row is None:
            return None
        kept = self._kept_record(row)
        return (row, kept) if kept is not None and kept.key == key else None

    def _put(self, page: Page, change: Change, number: int) -> Row:
        message = records.stamped(change.message, change.content.digest)
        body = change.content.body
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
        return before.version == base and before.body == now.body

    def _label(self, page: PageId, content: Rendered, known: Record | None) -> tuple[list[Note], dict[str, object]]:
        """Notes, and the record's state: the labels that are ours. People's labels are never touched."""
        wanted = records.labels_of(content.meta.tags)
        had = known.state.get("labels", []) if known is not None else []
        ours = [str(name) for name in had] if isinstance(had, list) else []
        notes: list[Note] = []
        new = [name for name in wanted if name not in ours]
        if new:
            try:
                self.client.add_labels(page, new)
            except PermissionDenied:
                raise
            except Refused as error:
                notes.append(degraded("label.refused", f"labels {', '.join(new)} were refused: {error.message}"))
                wanted = [name for name in wanted if name in ours]
        for name in ours:
            if name not in wanted:
                with contextlib.suppress(NotFound):
                    self.client.remove_label(page, name)
        return notes, {"labels": wanted} if wanted else {}

    def _record(self, page: PageId) -> Record | None:
        """The record as it stands on the page; asked for only when this adapter has not seen it."""
        if page not in self._properties and page not in self._known:
            self._learn(page, self.client.property(page, records.PROPERTY))
        return self._known.get(page)

    def _learn(self, page: PageId, found: Property | None) -> Record | None:
        record = records.record_of(found.value) if found is not None else None
        with self._lock:
            self._properties[page] = found
            if record is not None:
                self._known[page] = record
        return record

    def _keep(self, page: PageId, record: Record, *, base: int | None = None) -> None:
        """Put the record on the page. Raises StaleVersion when another run has written past ``base``."""
        value = records.record_value(record)
        if page not in self._properties:
            self._learn(page, self.client.property(page, records.PROPERTY))
        for attempt in range(PROPERTY_ATTEMPTS):
            try:
                old = self._properties.get(page)
                new = self.client.put_property(page, records.PROPERTY, value, old)
            except (StaleVersion, NotFound, Refused) as error:
                if attempt + 1 == PROPERTY_ATTEMPTS or (isinstance(error, Refused) and old is not None):
                    raise
                if attempt:
                    self._sleep(0.5 * 2**attempt)
                there = self._learn(page, self.client.property(page, records.PROPERTY))
                if there is not None and records.record_value(there) == value:
                    return  # an attempt whose answer was lost
                if base is not None and there is not None and int(there.version or 0) > base:
                    self._check_base(page, record, base)
                continue
            with self._lock:
                self._properties[page] = new
                self._known[page] = record
            return

    def _check_base(self, page: PageId, record: Record, base: int) -> None:
        """Nothing if the page is at ``base`` still (the record there is a killed run's), else StaleVersion."""
        now = self.client.page(page)
        if now.version > base:
            raise StaleVersion(f"{record.title!r} is at version {now.version}", hint="another run wrote it; run again")

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
