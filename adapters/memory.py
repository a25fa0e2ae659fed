"""The reference adapter: a wiki in memory that behaves like Confluence (unique titles, a page tree, versions).

It is the shortest true reading of :class:`adapters.base.Wiki`, a test double, and the base of offline demos.
Several adapters may share one server (two runs on one target); all of it is thread-safe.
``kind = "memory"``, ``url = "memory:NAME"`` opens the server of that name in this process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

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
    Readership,
    Record,
    Requests,
    Root,
    Tracked,
    Version,
    Written,
    failed,
)
from adapters.diffs import diff
from adapters.errors import AuthError, LimitExceeded, NotFound, PermissionDenied, StaleVersion, TitleTaken, WikiError
from adapters.memory_server import MemoryPage, MemoryServer, memory_server
from adapters.settings import TargetSettings
from converters.model import Rendered
from converters.notes import Note, dropped

PAGES_PER_READ = 100
"""How many pages one read of ``observe`` gives, so that request budgets can be tried without a server."""

CAPABILITIES = Capabilities(
    name="memory",
    writer="confluence",
    flavor="cloud",
    tree=True,
    unique_titles=True,
    max_title_chars=255,
    max_body_bytes=5_000_000,
    max_asset_bytes=10_000_000,
    max_parallel_writes=4,
    archive="trash",
)


def open_memory(settings: TargetSettings) -> MemoryWiki:
    """A target on the server that ``settings.url`` (``memory:NAME``) names."""
    return MemoryWiki(memory_server(settings.url.removeprefix("memory:")), settings)


class MemoryWiki:
    """One target on a :class:`MemoryServer`; ``settings.parent`` is the title of the root, default the home page."""

    caps = CAPABILITIES

    def __init__(self, server: MemoryServer, settings: TargetSettings) -> None:
        self.server = server
        self.settings = settings
        self.requests = Requests()

    def login(self) -> Account:
        with self._reading():
            return Account("1", "author", "author@example.com")

    def doctor(self) -> Sequence[Finding]:
        try:
            account = self.login()
            root = self.open()
        except WikiError as error:
            return [failed("credentials", error)]
        findings = [Finding("ok", "credentials", f"signed in as {account.name}")]
        if not self.server.tokens[self.settings.token.reveal()]:
            findings.append(
                Finding(
                    "fail", "permission", "this token may not write", "use a token with write access", "credentials"
                )
            )
        known = Finding("ok", "parent", root.title)
        return [*findings, known if root.id else Finding("warn", "parent", f"{root.title!r} will be created")]

    def open(self) -> Root:
        with self._reading():
            return self._root()

    def observe(self) -> Observed:
        with self._reading():
            kept = [page for page in self.server.pages.values() if page.record is not None]
            self.requests.read += len(kept) // PAGES_PER_READ
            tracked = {page.record.key: self._tracked(page, page.record) for page in kept if page.record is not None}
            return Observed(root=self._root(), tracked=tracked)

    def find_titles(self, titles: Collection[str]) -> Mapping[str, Page]:
        with self._reading():
            found = {title: self.server.titled(title) for title in titles}
            return {title: _page(page) for title, page in found.items() if page is not None}

    def begin(self, observed: Observed, *, arrivals: bool = True) -> Root:  # noqa: ARG002
        with self._writing():
            root = self._root()
            if not root.id:
                self.server.add(self.settings.parent, self.server.home, author="author")
            return self._root()

    def create(self, draft: Draft) -> Written:
        with self._writing():
            made = next((p for p in self.server.pages.values() if _is_of(p, draft.record.key)), None)
            if made is None:
                made = self.server.add(draft.title, self._parent(draft.parent), author="author")
            record = msgspec.structs.replace(draft.record, page=made.id, title=made.title, parent=made.parent or "")
            made.record = msgspec.structs.replace(record, version="")
            if draft.content is not None:
                made.body = draft.content.body
                made.record = msgspec.structs.replace(record, version=str(made.number), digest=draft.content.digest)
                made.labels = set(draft.content.meta.tags)
            return Written(page=_page(made), record=made.record)

    def write(self, page: Page, change: Change) -> Written:
        with self._writing():
            found = self._found(page.id)
            if str(found.number) != change.base:
                raise StaleVersion(f"{found.title!r} is at version {found.number}, expected {change.base}")
            self._retitle(found, change.title)
            if change.parent is not None:
                found.parent = self._parent(change.parent)
            notes = self._upload(found, change.content)
            found.body, found.author = change.content.body, "author"
            found.labels = set(change.content.meta.tags)
            found.number += 1
            wanted = {asset.filename: asset.key for asset in change.content.assets}
            found.record = msgspec.structs.replace(
                change.record,
                page=found.id,
                title=found.title,
                parent=found.parent or "",
                version=str(found.number),
                digest=change.content.digest,
                assets={name: key for name, key in wanted.items() if name in found.files},
            )
            return Written(page=_page(found), record=found.record, notes=notes)

    def keep(self, page: Page, record: Record) -> Written:
        with self._writing():
            found = self._found(page.id)
            found.record = msgspec.structs.replace(record, page=found.id)
            return Written(page=_page(found), record=found.record)

    def tell(self, was: Tracked, record: Record) -> Written:  # noqa: ARG002
        with self._writing():
            found = self._found(record.page)
            before = found.record.badge if found.record is not None else ""
            found.labels = (found.labels - {before}) | ({record.badge} if record.badge else set())
            found.record = msgspec.structs.replace(record, page=found.id)
            return Written(page=_page(found), record=found.record)

    def readership(self, pages: Sequence[Page]) -> Mapping[PageId, Readership]:
        with self._reading():
            return {page.id: Readership(found.views, found.views) for page in pages if (found := self._found(page.id))}

    def move(self, page: Page, parent: PageId | None, record: Record) -> Written:
        with self._writing():
            found = self._found(page.id)
            found.parent = self._parent(parent)
            found.record = msgspec.structs.replace(record, page=found.id, parent=found.parent)
            return Written(page=_page(found), record=found.record)

    def archive(self, page: Page, record: Record) -> None:  # noqa: ARG002
        with self._writing():
            found = self.server.pages.get(page.id)
            if found is not None:
                found.record = None
                if found.status == "current":
                    self.server.trash(page.id)

    def read(self, page: Page) -> str:
        with self._reading():
            return self._found(page.id).body

    def differences(self, was: Tracked, wanted: Rendered) -> Sequence[str]:
        page = was.page
        return diff(wanted.body.splitlines(), self.read(page).splitlines()) if page else ()

    def versions(self, page: Page) -> Sequence[Version]:
        with self._reading():
            found = self._found(page.id)
            return (Version(number=str(found.number), when="", author=found.author),)

    def comments(self, page: Page) -> Sequence[Comment]:
        with self._reading():
            return tuple(self._found(page.id).comments)

    def finish(self, observed: Observed, written: Sequence[Record], removed: Sequence[str]) -> None:
        """Nothing to do: records stand on the pages."""

    def close(self) -> None:
        """Nothing to release."""

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self.server.lock:
            self.requests.read += 1
            self._check_token()
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self.server.lock:
            self.requests.write += 1
            if not self._check_token():
                raise PermissionDenied("this token may not write", hint="use a token with write access", status=403)
            yield

    def _check_token(self) -> bool:
        allowed = self.server.tokens.get(self.settings.token.reveal())
        if allowed is None:
            raise AuthError("the wiki does not know this token", hint="make a new token", status=401)
        return allowed

    def _root(self) -> Root:
        wanted = self.settings.parent
        found = self.server.pages.get(wanted) or self.server.titled(wanted) if wanted else None
        found = found if wanted else self.server.pages[self.server.home]
        if found is None and wanted.isdigit():
            raise NotFound(f"there is no page {wanted}", hint="name an existing page, or a title", status=404)
        if found is None:
            return Root(id="", title=wanted, url="memory:", space=self.settings.space)
        return Root(id=found.id, title=found.title, url=f"memory:{found.id}", space=self.settings.space)

    def _parent(self, parent: PageId | None) -> PageId:
        if parent is None:
            return self._root().id
        return self._found(parent).id

    def _found(self, page: PageId) -> MemoryPage:
        found = self.server.pages.get(page)
        if found is None or found.status == "trashed":
            raise NotFound(f"there is no page {page}", status=404)
        return found

    def _retitle(self, page: MemoryPage, title: str) -> None:
        owner = self.server.titled(title)
        if owner is not None and owner is not page:
            raise TitleTaken(f"a page with the title {title!r} exists already")
        page.title = title

    def _upload(self, page: MemoryPage, content: Rendered) -> list[Note]:
        """Notes on files that were too large. Raises LimitExceeded when the body is."""
        if len(content.body.encode()) > self.caps.max_body_bytes:
            raise LimitExceeded("the page is larger than 5 MB", hint="split the report", status=413)
        notes = []
        for asset in content.assets:
            if len(asset.data) > self.caps.max_asset_bytes:
                text = f"{asset.name} is {len(asset.data) / 1e6:.1f} MB, this wiki takes 10 MB a file"
                notes.append(dropped("asset.too-large", text))
            elif asset.filename not in page.files:
                page.files[asset.filename] = asset.data
                self.server.uploads += 1
        return notes

    def _tracked(self, page: MemoryPage, record: Record) -> Tracked:
        live = page.status != "trashed"
        edited = live and bool(record.version) and str(page.number) != record.version
        return Tracked(
            record=record,
            page=_page(page) if live else None,
            edited=edited,
            edited_by=page.author if edited else "",
            moved=live and page.parent != record.parent,
        )


__all__ = ["MemoryServer", "MemoryWiki", "memory_server", "open_memory"]


def _is_of(page: MemoryPage, key: str) -> bool:
    return page.status == "current" and page.record is not None and page.record.key == key


def _page(page: MemoryPage) -> Page:
    return Page(
        id=page.id, title=page.title, version=str(page.number), url=f"memory:{page.id}", parent=page.parent or None
    )
