"""Which pages of folders there are. A page below a page has no property for a record, so rows of reports tell of them.

Each folder's page is told of by two rows of reports in that folder, as far as there are two: so few, because those have to be
kept anew when it goes.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection

import msgspec

from adapters.base import Page, PageId, Record, Tracked

FOLDERS = "folders"
TELLERS = 2
"""Rows that tell of one page. Ours: one may be archived or moved out, and then the other still tells."""
PREFIX = "folder:"


class FolderPage(msgspec.Struct, frozen=True, array_like=True):
    """A folder's page as we left it. ``views`` is the digest of the linked views on it, ``database`` that block's id."""

    key: str
    page: PageId
    title: str
    digest: str
    version: str
    parent: PageId
    database: str = ""
    views: str = ""

    def tracked(self) -> Tracked:
        """The page for a plan. Where it stands now and what it is called is not asked for."""
        record = Record(
            key=self.key,
            page=self.page,
            kind="folder",
            title=self.title,
            source=self.key.removeprefix(PREFIX),
            digest=self.digest,
            version=self.version,
            parent=self.parent,
            state={"views": {"database": self.database, "digest": self.views}} if self.database else {},
        )
        page = Page(id=self.page, title=self.title, version=self.version, url="", parent=self.parent)
        return Tracked(record=record, page=page)


def told_by(record: Record) -> list[FolderPage]:
    """The pages of which a row tells; none where people wrote something else there."""
    try:
        return msgspec.convert(record.state.get(FOLDERS, []), list[FolderPage])
    except msgspec.ValidationError:
        return []


class Folders:
    """The folders' pages of one target, and which rows tell of them. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: dict[str, FolderPage] = {}
        self._told: dict[str, dict[str, FolderPage]] = {}

    def seen(self, record: Record) -> None:
        """A live row, and of what it tells."""
        with self._lock:
            for one in told_by(record):
                self._told.setdefault(record.page, {})[one.key] = one
                self._pages.setdefault(one.key, one)

    def all(self) -> list[FolderPage]:
        """Those that are known, by key."""
        with self._lock:
            return [self._pages[key] for key in sorted(self._pages)]

    def of(self, key: str) -> FolderPage | None:
        """The page of a folder."""
        with self._lock:
            return self._pages.get(key)

    def put(self, one: FolderPage) -> None:
        """A page as it is now."""
        with self._lock:
            self._pages[one.key] = one

    def drop(self, key: str) -> None:
        """A page that is ours no more."""
        with self._lock:
            self._pages.pop(key, None)

    def told(self, record: Record) -> dict[str, object]:
        """What a record's state is to tell of folders' pages."""
        with self._lock:
            before = self._of(record)
            if not (before or self._pages) or record.kind != "report":
                return {}
            counts = Counter(key for told in self._told.values() for key in told)
            now = {
                key: one
                for key, one in self._pages.items()
                if key in before or (counts[key] < TELLERS and is_in(record, key))
            }
            self._told[record.page or record.key] = now
            return {FOLDERS: msgspec.to_builtins([now[key] for key in sorted(now)])} if before or now else {}

    def outdated(self, rows: Collection[Record]) -> list[Record]:
        """Those of the rows that are to be kept anew: they tell of a page as it isn't any more, or none tells of one."""
        with self._lock:
            told = {one.key: self._of(one) for one in rows}
            wrong = {
                key for key, pages in told.items() if any(self._pages.get(name) != one for name, one in pages.items())
            }
            known = {name for pages in told.values() for name in pages}
            for name in sorted(self._pages.keys() - known, key=lambda name: (-name.count("/"), name)):
                below = sorted(one.key for one in rows if is_in(one, name))
                if below and not any(key in wrong for key in below):
                    wrong.add(below[0])
            return [one for one in rows if one.key in wrong]

    def _of(self, record: Record) -> dict[str, FolderPage]:
        """What a row told of; one that was made in this run had no page yet."""
        return self._told.get(record.page) or self._told.get(record.key, {})


def is_in(record: Record, key: str) -> bool:
    """Whether a report's source lies in a folder or below it."""
    return record.source.startswith(key.removeprefix(PREFIX))
