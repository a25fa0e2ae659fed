"""What people did to a page, and who may read it: edits told from ours, comments, restrictions."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import msgspec

from adapters.base import (
    NAMELESS,
    Capabilities,
    Comment,
    Draft,
    Page,
    PageId,
    Record,
    Rendered,
    Tracked,
    Version,
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
from adapters.confluence.restrictions import OPENING, Restrictions
from adapters.confluence.restrictions import STATE as READERS
from adapters.diffs import diff
from adapters.directory import Person
from adapters.errors import NotFound, PermissionDenied, Refused, WikiError
from adapters.settings import TargetSettings

log = logging.getLogger(__name__)


class People(Keeping, ABC):
    """The part of a target that has to do with people. The wiki itself gives pages and places."""

    caps: Capabilities

    def __init__(self, client: CloudClient | DataCenterClient, settings: TargetSettings) -> None:
        super().__init__(client, settings)
        self._files = Files(client, self.caps)
        self._restrictions = Restrictions(client)
        self._list_comments = settings.earlier_comments
        self._me: set[str] | None = None

    @abstractmethod
    def _make(
        self, space: Space, title: str, parent: str, body: str, record: Record, *, private: bool = False
    ) -> tuple[Row, Record | None]:
        """The page, and its record if an earlier attempt had made it."""

    def read(self, page: Page) -> str:
        return self.client.page(page.id, body=True).body

    def differences(self, was: Tracked, wanted: Rendered) -> Sequence[str]:
        if was.page is None:
            return ()
        before, number = wanted.body, int(was.record.version or 0)
        if number:
            with contextlib.suppress(NotFound, Refused):  # old versions can be purged, or not be ours to read
                row = self.client.page(was.page.id, body=True, version=number)
                before = row.body if row.version == number else before
        return diff(lines(before), lines(self.read(was.page)))

    def versions(self, page: Page) -> Sequence[Version]:
        return self.client.versions(page.id)

    def comments(self, page: Page) -> Sequence[Comment]:
        return placed(self.client.comments(page.id), lambda: self.read(page))

    def accounts(self, people: Sequence[Person]) -> Mapping[str, str]:
        """As :class:`adapters.directory.Directory` says. Mentions take account ids on Cloud, user keys on Data Center."""
        found: dict[str, str] = {}
        for person in people:
            try:
                account = self.client.account_of(person)
            except (PermissionDenied, Refused) as error:  # not with every token's scopes
                log.info("authors can't be looked for: %s", error.message)
                break
            if account:
                found[person.email] = account
        return found

    def _create_closed(self, draft: Draft, readers: Sequence[str]) -> Written:
        """A page that says nothing yet, under a name that says nothing, closed before anything of the report is on it."""
        self._restrictions.check(readers)
        space, root = self._place()
        post = draft.record.post
        parent = root.id if post else draft.parent or root.id
        if post:
            self._tell_of_posts(root.id)
        title = f"{NAMELESS}{hashlib.sha256(draft.record.key.encode()).hexdigest()[:10]}"
        record = msgspec.structs.replace(
            draft.record,
            title=title,
            own_title="",
            source="",
            owner="",
            parent=parent,
            version="",
            digest="",
            assets={},
            state={},
        )
        row, ours = self._make(space, title, "" if post else parent, records.stub_body(record), record, private=True)
        record = msgspec.structs.replace(record, page=row.id, parent=row.parent or parent)
        known = ours if ours is not None and ours.state.get(READERS) else None
        try:
            state = self._restrictions.close(row.id, readers, known, fresh=ours is None)
        except WikiError:
            with contextlib.suppress(WikiError):
                self.client.trash(row.id)
            raise
        kept = msgspec.structs.replace(record, title=title, state=state)
        self._keep(row.id, kept)
        told = msgspec.structs.replace(draft.record, page=row.id, parent=record.parent, version="", state=state)
        return Written(page=page_of(row), record=told)

    def _with_readers(self, page: Page, body: str, *, hub: bool) -> Kept:
        """The body with what readers left on the page; a page made just now has no readers."""
        if self._files.is_fresh(page.id):
            return Kept(body)
        old = self.client.page(page.id, body=True).body
        return with_readers(self.client, page.id, old, body, listing=self._list_comments, hub=hub)

    def _same_body(self, page: PageId, base: int, now: Row, *, hub: bool) -> bool:
        """Whether something else than the body raised the version since ``base``: a move, a title, a file."""
        before = self._version(page, base)
        return before is not None and bodies.same(before.body, now.body, hub=hub)

    def _version(self, page: PageId, number: int) -> Row | None:
        """An old version; None where it can't be read: no telling, then, so nothing may be overwritten."""
        try:
            row = self.client.page(page, body=True, version=number)
        except (NotFound, Refused):
            return None
        return row if row.version == number else None

    def _tracked(self, record: Record, row: Row | None) -> Tracked:
        """The record beside its page. A version of ours that the record doesn't know means: written, then killed."""
        if row is None:
            return Tracked(record=record, page=None)
        number = int(record.version or 0)
        newer = 0 < number < row.version
        ours = newer and records.is_stamped(row.message)
        version, edited = record.version, False
        doubtful = (newer and not ours) or (row.version == number and self._is_others(row, record))
        if doubtful and row.status == "current":
            version, edited = self._since_ours(record, row)
        if ours or row.version < number:
            version = ""  # unfinished
        # A version that was announced and never written gave no title, either.
        named = record if ours or version == record.version else records.named_before(record)
        if record.state.get(OPENING):
            version = ""  # its body is there, and a few people are still the only ones who can read it
        return Tracked(
            record=msgspec.structs.replace(named, page=row.id, version=version),
            page=page_of(row),
            edited=edited,
            edited_by=self._name_of(row.author) if edited else "",
            moved=row.status == "current" and bool(record.parent) and not record.post and row.parent != record.parent,
        )

    def _since_ours(self, record: Record, row: Row) -> tuple[str, bool]:
        """The last version that we wrote, and whether people have edited the body since. The version is empty where a
        write of ours never came to be.

        A run that is killed has announced a version in the record, and not written it: what has that number then is
        somebody else's, and ours is the one before.
        """
        number = int(record.version)
        now = self.client.page(row.id, body=True)
        before = now if row.version == number else self._version(row.id, number)
        announced = before is not None and self._is_others(before, record)
        if announced:
            before = self._version(row.id, number - 1)
        if before is None or not bodies.same(before.body, now.body, hub=record.kind == "hub"):
            return (str(number - 1) if announced else record.version), True
        return ("" if announced else record.version), False

    def _is_others(self, row: Row, record: Record) -> bool:
        """Whether a version of a page that we have written is somebody else's: it has neither our stamp nor our name."""
        if row.version <= 1 or not record.published or records.is_stamped(row.message):
            return False
        if self._me is None:
            account = self.client.current_user()
            self._me = {account.id, account.name} - {""}
        return bool(row.author) and row.author not in self._me

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
