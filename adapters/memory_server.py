"""The wiki in memory itself: pages with titles, versions, files and a trash, and what people do to them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from adapters.base import Comment, PageId, Record
from adapters.errors import TitleTaken


@dataclass
class MemoryPage:
    """A page as the server keeps it. ``record`` is what nbwiki keeps on it, ``files`` its attachments by name."""

    id: PageId
    title: str
    parent: PageId | None
    body: str = ""
    number: int = 1
    author: str = ""
    status: str = "current"
    record: Record | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    comments: list[Comment] = field(default_factory=list)
    views: int = 0


class MemoryServer:
    """The wiki itself. ``tokens`` maps a token to whether it may write; ``uploads`` counts files received."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.tokens = {"sandbox": True, "sandbox-readonly": False}
        self.pages: dict[PageId, MemoryPage] = {}
        self.uploads = 0
        self._next = 1
        self.home = self.add("Data", None).id

    def add(self, title: str, parent: PageId | None, body: str = "", author: str = "reader") -> MemoryPage:
        """A new page, as a person would make it. Raises TitleTaken."""
        with self.lock:
            if self.titled(title) is not None:
                raise TitleTaken(f"a page with the title {title!r} exists already")
            page = MemoryPage(str(self._next), title, parent, body, author=author)
            self._next += 1
            self.pages[page.id] = page
            return page

    def titled(self, title: str) -> MemoryPage | None:
        """The page that owns a title (compared without case; pages in the trash own none)."""
        wanted = title.casefold()
        with self.lock:
            found = (p for p in self.pages.values() if p.status != "trashed" and p.title.casefold() == wanted)
            return next(found, None)

    def edit(self, page: PageId, body: str, author: str = "reader") -> None:
        """Somebody edits a page in the wiki."""
        with self.lock:
            found = self.pages[page]
            found.body, found.author = body, author
            found.number += 1

    def trash(self, page: PageId) -> None:
        """Somebody moves a page to the trash; pages below it move up, as Confluence has it."""
        with self.lock:
            found = self.pages[page]
            found.status = "trashed"
            for other in self.pages.values():
                if other.parent == page:
                    other.parent = found.parent

    def purge(self, page: PageId) -> None:
        """Somebody deletes a page for good."""
        with self.lock:
            self.trash(page)
            del self.pages[page]


_SERVERS: dict[str, MemoryServer] = {}
_SERVERS_LOCK = threading.Lock()


def memory_server(name: str) -> MemoryServer:
    """The server of a name in this process; made at first use."""
    with _SERVERS_LOCK:
        return _SERVERS.setdefault(name, MemoryServer())
