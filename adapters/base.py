"""The protocol that every wiki adapter speaks, and the values that cross it.

Few verbs; each comment says what comes back, what is raised and what is safe to repeat. What differs between
wikis is data (:class:`Capabilities`), so that nothing outside ``adapters/`` asks for a wiki's name.
One contract in one file, a little longer than others for its values. All methods may be called from several threads at
once; calls for one page are made by one thread at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, Protocol, TypeAlias

import msgspec

from adapters.told import Comment, Finding, Readership, Version, failed
from converters.model import Asset, Rendered
from converters.notes import Note

PageId: TypeAlias = str
NAMELESS = "Restricted page "
"""How the title of a page begins that is for a few only, before it is closed and gets its own."""


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """Facts and limits of one wiki. Sizes in bytes, lengths in characters."""

    name: Literal["confluence-cloud", "confluence-datacenter", "notion", "memory"]
    writer: Literal["confluence", "notion"]
    flavor: Literal["cloud", "datacenter", "notion"]
    """Which dialect the writer is to use (``WriteOptions.flavor``)."""
    tree: bool
    """Folders become parent pages (else a property of the page)."""
    folder_pages: bool = False
    """Folders have pages of their own beside the reports, which don't stand below those (:mod:`adapters.filing`)."""
    unique_titles: bool
    """Titles are unique in the whole space, compared without case."""
    max_title_chars: int
    max_body_bytes: int
    max_asset_bytes: int
    max_parallel_writes: int
    archive: Literal["archive", "trash"]
    posts: bool = False
    """Has blog posts beside pages (``Record.post``)."""
    restricts: bool = False
    """Single pages can be kept from readers (``Draft.readers``, ``Change.readers``)."""
    comments_by_block: bool = False
    """Comments are asked for block by block, so that ``comments`` takes about a request for each of a page's blocks."""
    counts: bool = False
    """Shows ``Record.questions`` beside a report without writing its page."""
    create_with_assets: bool = False
    """A page may be created complete with its assets (``Draft.content``), for files are sent before there is a page."""


class Account(msgspec.Struct, frozen=True):
    """Who we are to the wiki."""

    id: str
    name: str
    email: str = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line above a page's body that isn't part of the published report: who decided it used a command, not the source.

    ``text`` says it; ``title`` and ``url`` are of the page that it leads to, ``key`` that one's record.
    """

    kind: Literal["superseded", "supersedes", "owner"]
    text: str
    title: str = ""
    url: str = ""
    key: str = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A live page. ``version`` is opaque and changes with each edit; ``url`` is for people."""

    id: PageId
    title: str
    version: str
    url: str
    parent: PageId | None = None
    status: Literal["current", "archived", "trashed", "outside"] = "current"
    """``outside``: where nbwiki keeps nothing of it, and leaves it alone (:mod:`adapters.straying`)."""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What nbwiki knows of a page it made. Kept in the wiki by the adapter; JSON by msgspec.

    ``version`` is the page version that our last write made, empty while the page is still being written
    (a killed run leaves it so, and the next one writes the page again). ``digest`` is ``Rendered.digest`` of what
    was sent. ``assets`` maps attachment names to SHA-256. ``state`` is the adapter's own (Notion: block ids and
    digests).
    """

    key: str
    page: PageId = ""
    kind: Literal["report", "folder", "hub"] = "report"
    title: str = ""
    own_title: str = ""
    """The title in the source, where ``title`` is another one that tells pages apart."""
    source: str = ""
    digest: str = ""
    version: str = ""
    parent: PageId = ""
    assets: Mapping[str, str] = {}
    owner: str = ""
    published: str = ""
    """ISO 8601 time of the last write of the body."""
    review_by: str = ""
    """The last day on which the report is fresh (``review_by``, or its data's age), so that ``status`` and ``audit`` can
    tell stale ones without reading sources. ISO 8601; empty where its author asks for nothing.
    """
    nbwiki: str = ""
    topics: tuple[str, ...] | None = None
    """None: written by a version that didn't keep them."""
    badge: Literal["", "stale", "superseded"] = ""
    """What readers see beside the title, by the wiki's own means; no part of the digest."""
    notices: tuple[Notice, ...] = ()
    superseded_by: str = ""
    """Key of the report that a command named as its successor."""
    handed: tuple[str, ...] = ()
    """The owner that the source names, and the one that a command put in that place."""
    hub: Mapping[str, object] = {}
    """What the hub shows of a report (:mod:`bridge.hub.model`); empty without a hub."""
    questions: int = 0
    """Readers' unanswered comments at the last audit, where the wiki shows them beside the report (``caps.counts``)."""
    headings: Mapping[str, tuple[str, str]] = {}
    """Where links to headings of other reports lead (:mod:`bridge.sync.headings`): block and version of its page, by link."""
    state: Mapping[str, object] = {}
    post: bool = False
    """A blog post: it has no parent on the wiki, ``parent`` is the root of its target. Only where ``caps.posts``."""


class Tracked(msgspec.Struct, frozen=True, kw_only=True):
    """A record and the page as it is now. ``page`` is None when it is gone for good or not visible.

    ``edited``: somebody other than us changed the body since our last write (``edited_by``: their name or id).
    ``moved``: somebody moved it in the wiki since we placed it.
    """

    record: Record
    page: Page | None
    edited: bool = False
    edited_by: str = ""
    moved: bool = False


class Root(msgspec.Struct, frozen=True, kw_only=True):
    """Where a target's pages live. ``id`` is the parent page, or the database; empty when it is still to be made."""

    id: PageId
    title: str
    url: str
    space: str = ""


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a plan needs to know of a target, by record key."""

    root: Root
    tracked: Mapping[str, Tracked]
    orders: Mapping[PageId, Mapping[PageId, float]] = {}
    """What was arranged last (:mod:`adapters.ordering`): by parent and page, the number that the page's report wished."""
    unlisted: bool = False
    """Bulk records lack pages of ours, of a run that was killed: ``finish`` is to tell them, though nothing else is done."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A page to be created: its record (without page id), and its parent (None: directly under the root)."""

    record: Record
    title: str
    parent: PageId | None
    content: Rendered | None = None
    """Given only when the page may be created complete in one step: all links resolved, and no assets unless
    ``caps.create_with_assets``.
    """
    readers: tuple[str, ...] | None = None
    """Who alone may read the page, besides us: accounts and ``group:NAME``. None: everybody who sees its parent.
    Given only where ``caps.restricts``; nothing of the report is on the page before it holds.
    """


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A page to be written: content with links resolved, and the record to keep afterwards.

    ``base`` is the version that the plan saw; the write fails with StaleVersion when the page is newer.
    ``message`` goes into the version history where the wiki has one.
    """

    record: Record
    title: str
    content: Rendered
    base: str
    parent: PageId | None = None
    """Only when the page is to move under another parent."""
    message: str = ""
    readers: tuple[str, ...] | None = None
    """As in :class:`Draft`."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a create or write: the page as it is now, the record as kept, and notes for the author."""

    page: Page
    record: Record
    notes: Sequence[Note] = ()


class Requests(msgspec.Struct):
    """Counters of HTTP requests since the adapter was made. ``retried`` are further attempts of the same request."""

    read: int = 0
    write: int = 0
    retried: int = 0


class Wiki(Protocol):
    """One configured target of one wiki."""

    caps: Capabilities
    requests: Requests

    def login(self) -> Account:
        """Who we are. One request. Raises AuthError, WikiUnavailable."""

    def doctor(self) -> Sequence[Finding]:
        """Credentials, scopes, space, parent, upload right, API version. Writes nothing. Raises nothing of WikiError."""

    def open(self) -> Root:
        """The target's root, without writing (``id`` empty if it is to be made by ``begin``). Raises NotFound,
        AuthError, PermissionDenied.
        """

    def observe(self) -> Observed:
        """Records and pages in as few reads as the wiki allows (pages/100, not pages). Writes nothing."""

    def find_titles(self, titles: Collection[str]) -> Mapping[str, Page]:
        """Pages of these titles (by the title asked for) that exist in the space, ours or not.
        Always empty where titles need not be unique. Never asks a search index.
        """

    def begin(self, observed: Observed, *, arrivals: bool = True) -> Root:
        """Get ready to write: make the parent page or the database where they are missing. Safe to repeat.

        ``arrivals``: pages may come, go or move. Without, only bodies of pages in ``observed`` are written, so that bulk
        records need no mark for the case that the run is killed.
        """

    def create(self, draft: Draft) -> Written:
        """Make the page and keep its record (``version`` empty unless content was given). Repeating after a lost answer or
        a killed run finds the page that was made. Raises TitleTaken, Refused, PermissionDenied.
        """

    def write(self, page: Page, change: Change) -> Written:
        """Upload what is not there yet, write the body, keep the record. Safe to repeat. Raises StaleVersion
        when the page is newer than ``change.base``, NotFound, Refused (one asset too large is a note, not an error).
        """

    def keep(self, page: Page, record: Record) -> Written:
        """Keep the record only (a body that did not change, an adopted page)."""

    def tell(self, was: Tracked, record: Record) -> Written:
        """Show ``record.badge`` and ``record.notices`` on the page, as far as ``was.record`` hasn't yet, and keep the
        record. The report's body stays as it is, people's edits included, and later writes show both again.
        Raises StaleVersion, NotFound.
        """

    def readership(self, pages: Sequence[Page]) -> Mapping[PageId, Readership]:
        """Views and viewers of all time; nothing for pages of which the wiki doesn't tell. Two requests a page at most."""

    def move(self, page: Page, parent: PageId | None, record: Record) -> Written:
        """Put the page under another parent (None: the root)."""

    def archive(self, page: Page, record: Record) -> None:
        """Archive or trash the page, never purge; already archived is success. The record goes too."""

    def read(self, page: Page) -> str:
        """The body as the wiki holds it (storage format, or blocks as JSON), for diffs of conflicts."""

    def differences(self, was: Tracked, wanted: Rendered) -> Sequence[str]:
        """What people changed on a page, in lines: ``- ours``, ``+ theirs``. Against our last version where the wiki
        still has it, else against ``wanted``. A read or two; raises NotFound.
        """

    def versions(self, page: Page) -> Sequence[Version]:
        """The page's history, newest first; empty where the wiki tells none (Notion). Raises NotFound."""

    def comments(self, page: Page) -> Sequence[Comment]:
        """Readers' comments on the page, oldest first, without the answers to them. Raises NotFound,
        PermissionDenied (Notion: a connection may lack the right to read comments).
        """

    def finish(self, observed: Observed, written: Sequence[Record], removed: Sequence[str]) -> None:
        """End of a run that wrote, or that found something ``unlisted``: bulk records (manifest) are brought up to date."""

    def close(self) -> None:
        """Release connections."""


__all__ = [
    "NAMELESS",
    "Account",
    "Asset",
    "Capabilities",
    "Change",
    "Comment",
    "Draft",
    "Finding",
    "Notice",
    "Observed",
    "Page",
    "PageId",
    "Readership",
    "Record",
    "Rendered",
    "Requests",
    "Root",
    "Tracked",
    "Version",
    "Wiki",
    "Written",
    "failed",
]
