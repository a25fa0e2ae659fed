"""A Notion target as :class:`adapters.base.Wiki`: reports are rows of one database, their records row properties."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

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
    Rendered,
    Requests,
    Root,
    Tracked,
    Version,
    Written,
)
from adapters.diffs import diff
from adapters.errors import NotFound
from adapters.notion import notices, observing, rows, texts
from adapters.notion.comments import comments
from adapters.notion.doctor import examine
from adapters.notion.filing import Files
from adapters.notion.keeping import Keeper
from adapters.notion.pointed import Pointed
from adapters.notion.straying import strayed
from adapters.notion.target import Target
from adapters.notion.writing import Writing
from adapters.settings import TargetSettings
from adapters.straying import Sought

CAPABILITIES = Capabilities(
    name="notion",
    writer="notion",
    flavor="notion",
    tree=False,
    unique_titles=False,
    max_title_chars=2000,
    max_body_bytes=1_000_000_000,
    max_asset_bytes=5 * 1024**3,
    max_parallel_writes=3,  # 3 requests a second are allowed on average
    archive="trash",
    create_with_assets=True,
    comments_by_block=True,
    counts=True,
)


class NotionWiki:
    """One database of one workspace. Thread-safe; writes for one page come from one thread at a time."""

    def __init__(self, settings: TargetSettings) -> None:
        self.caps = replace(CAPABILITIES, folder_pages=settings.folders == "pages")
        self._target = Target(settings)
        self._writing = Writing(self._target)
        self._keeper = Keeper(self._target)
        self._files = Files(self._target, self._keeper)
        self._pointed = Pointed(self._target)
        self.requests: Requests = self._target.client.requests

    def login(self) -> Account:
        me = self._target.me()
        return Account(id=me["id"], name=me.get("name") or "integration")

    def doctor(self) -> Sequence[Finding]:
        beside = self.caps.folder_pages or self._target.library is not None
        return examine(self._target.client, self._target.database, beside=beside)

    def open(self) -> Root:
        return self._target.root()

    def observe(self) -> Observed:
        return observing.observe(self._target)

    def strayed(self, sought: Sequence[Sought], observed: Observed) -> Mapping[str, Tracked]:
        return strayed(self._target, sought, observed)

    def find_titles(self, titles: Collection[str]) -> Mapping[str, Page]:  # noqa: ARG002
        return {}

    def begin(self, observed: Observed, *, arrivals: bool = True) -> Root:  # noqa: ARG002
        return self._target.prepare()

    def create(self, draft: Draft) -> Written:
        return self._files.create(draft) if draft.record.kind == "folder" else self._writing.create(draft)

    def write(self, page: Page, change: Change) -> Written:
        if change.record.kind == "folder":
            return self._files.write(page, change)
        return self._writing.write(page, change)

    def block_at(self, page: Page, record: Record, at: str, *, look: bool) -> str | None:
        return self._pointed.block_at(page, record, at, look=look)

    def keep(self, page: Page, record: Record) -> Written:
        return self._files.keep(page, record) if record.kind == "folder" else self._keeper.keep(page, record, {})

    def tell(self, was: Tracked, record: Record) -> Written:
        if was.page is None:
            raise NotFound(f"the page of {record.title!r} is gone")
        return self._keeper.tell(was.page, record)

    def readership(self, pages: Sequence[Page]) -> Mapping[PageId, Readership]:  # noqa: ARG002
        return {}  # Notion has no endpoint for views

    def move(self, page: Page, parent: PageId | None, record: Record) -> Written:  # noqa: ARG002
        return self._keeper.keep(page, record, rows.folder_of(record))

    def archive(self, page: Page, record: Record) -> None:
        if record.kind == "folder":
            self._files.archive(page, record)
        else:
            self._keeper.archive(page, record)

    def others_on(self, page: Page, besides: Collection[PageId]) -> bool:
        return self._files.others_on(page, besides)

    def read(self, page: Page) -> str:
        return json.dumps(observing.tree(self._target, page.id), ensure_ascii=False, indent=1)

    def differences(self, was: Tracked, wanted: Rendered) -> Sequence[str]:
        if was.page is None:
            return ()
        blocks = (*notices.shapes(was.record.notices), *wanted.blocks)
        return diff(texts.lines(blocks), texts.lines(observing.tree(self._target, was.page.id)))

    def versions(self, page: Page) -> Sequence[Version]:  # noqa: ARG002
        return ()  # Notion keeps a history, and has no endpoint for it

    def comments(self, page: Page) -> Sequence[Comment]:
        return comments(self._target, page)

    def finish(self, observed: Observed, written: Sequence[Record], removed: Sequence[str]) -> None:
        self._files.one_of_each()
        observing.settle(self._target, observed, written)
        for key in removed:
            was = observed.tracked.get(key)
            if was is not None and was.page is None:
                # In the trash by a person's hand, and its source is gone, too: a later report there is another one.
                gone = Page(id=was.record.page, title=was.record.title, version="", url="", status="trashed")
                self.archive(gone, was.record)
            for record in self._target.shadowed.pop(key, ()):  # else it would be the key's row from now on
                self.archive(Page(id=record.page, title=record.title, version="", url="", status="trashed"), record)
        self._files.settle(observed, written, removed)

    def close(self) -> None:
        self._target.client.close()
