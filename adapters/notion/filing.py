"""Pages of folders, nested as those are, below the parent page: a linked view of the folder's reports on each.

The reports stay rows of the database. A page is made once; from then on its name and place are people's, and so is what they
write on it. It goes to the trash when its folder has gone and nothing of people's is on it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec.structs import replace

from adapters.base import Change, Draft, Observed, Page, PageId, Record, Written
from adapters.errors import NotFound, Refused, StaleVersion, WikiUnavailable
from adapters.notion import rows
from adapters.notion.body import LAG_ATTEMPT
from adapters.notion.client import Json
from adapters.notion.faults import LOST_ATTEMPTS, Committed
from adapters.notion.folders import FolderPage
from adapters.notion.keeping import Keeper, mark
from adapters.notion.linked import Linked, parted
from adapters.notion.target import Target
from adapters.notion.values import short_text

_log = logging.getLogger(__name__)


class Files:
    """Makes, writes and retires the folders' pages of one target."""

    def __init__(self, target: Target, keeper: Keeper) -> None:
        self._target = target
        self._keeper = keeper
        self._linked = Linked(target)
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._made: dict[str, PageId] = {}
        """Parents of the pages that this run has made, by key."""
        self._fresh: set[PageId] = set()
        self._taken: set[PageId] = set()
        """All pages that folders have in this run already, those too that a killed run left."""

    def create(self, draft: Draft) -> Written:
        """The page, still without its view. One that a killed run left below the same page is taken.

        One after the other: pages that are made at once stand in any order.
        """
        with self._making:
            return self._made_below(draft)

    def _made_below(self, draft: Draft) -> Written:
        root = self._target.database.parent()
        try:
            page = self._created(draft, draft.parent or root)
            parent = draft.parent or root
        except (NotFound, Refused):  # people put the page of the folder above into the trash
            if draft.parent is None or draft.parent == root:
                raise
            page, parent = self._created(draft, root), root
        with self._lock:
            self._made[draft.record.key] = parent
            self._taken.add(page["id"])
        record = replace(draft.record, page=page["id"], title=draft.title, version="", parent=parent, state={})
        url = str(page.get("url") or "")
        shown = Page(id=page["id"], title=draft.title, version=rows.UNFINISHED, url=url, parent=parent)
        return Written(page=shown, record=record)

    def _created(self, draft: Draft, parent: PageId) -> Json:
        body: Json = {
            "parent": {"type": "page_id", "page_id": parent},
            "properties": {"title": {"title": short_text(draft.title, "title", [])}},
        }
        if parent not in self._fresh and (left := self._left(parent, draft.title)):
            return self._target.client.page(left)
        for attempt in range(1, LOST_ATTEMPTS + 1):
            try:
                made = self._target.client.create_page(body)
                break
            except Committed as done:
                made = self._target.client.page(done.resource)
                break
            except (WikiUnavailable, StaleVersion):
                if attempt == LOST_ATTEMPTS:
                    raise
                self._target.client.back_off(LAG_ATTEMPT)  # lists may lag behind what was done
                if left := self._left(parent, draft.title):
                    return self._target.client.page(left)
        with self._lock:
            self._fresh.add(made["id"])
        return made

    def _left(self, parent: PageId, title: str) -> PageId:
        """The first page of ours of that title below a page of which no row tells; empty where there is none."""
        known = self._taken | {one.page for one in self._target.folders.all()}
        left = (each for each in self._of_title(parent, title) if each not in known)
        return next((each for each in left if not self._linked.of_others(each)), "")

    def _of_title(self, parent: PageId, title: str) -> Iterable[PageId]:
        for child in self._target.client.children(parent):
            ours = child["type"] == "child_page" and child["created_by"]["id"] == self._target.bot
            if ours and child["child_page"]["title"] == title:
                yield str(child["id"])

    def write(self, page: Page, change: Change) -> Written:
        """The page's view, as far as it isn't there yet, and its title, unless people gave it another one."""
        known = self._target.folders.of(change.record.key) or self._former(page)
        wanted_title = change.title
        content, wanted = parted(change.content)
        views: Mapping[str, object] = {}
        row = self._live(page.id)
        if row is not None:
            shown = rows.title_of(row)
            if known is not None and shown == known.title and shown != wanted_title:
                title = {"title": {"title": short_text(wanted_title, "title", [])}}
                self._target.client.update_page(page.id, {"properties": title})
            state = known.tracked().record.state if known is not None else {}
            put = self._linked.put(page.id, wanted, [], replace(change.record, state=state)).get("views")
            views = put if isinstance(put, dict) else {}
        made = FolderPage(
            key=change.record.key,
            page=page.id,
            title=wanted_title,
            digest=content.digest,
            version=mark(),
            parent=page.parent or (known.parent if known else ""),
            database=str(views.get("database", "")),
            views=str(views.get("digest", "")),
        )
        self._target.folders.put(made)
        kept = replace(change.record, page=page.id, version=made.version, digest=made.digest, parent=made.parent)
        return Written(page=replace(page, title=wanted_title, version=made.version), record=kept)

    def _former(self, page: Page) -> FolderPage | None:
        """What is known of the page under the key that its folder had before."""
        return next((one for one in self._target.folders.all() if one.page == page.id), None)

    def _live(self, page: PageId) -> Json | None:
        """The page; None where people took it away, which is their wish."""
        try:
            found = self._target.client.page(page)
        except NotFound:
            return None
        return None if found.get("in_trash") else found

    def keep(self, page: Page, record: Record) -> Written:
        """The folder's page under another key."""
        if (known := self._former(page)) is not None:
            self._target.folders.put(replace(known, key=record.key))
        return Written(page=page, record=record)

    def others_on(self, page: Page, besides: Collection[PageId]) -> bool:
        """See :meth:`adapters.filing.Filing.others_on`."""
        if self._live(page.id) is None:
            return False
        for child in self._target.client.children(page.id):
            if child["created_by"]["id"] != self._target.bot:
                return True
            if child["type"] == "child_page" and child["id"] not in besides:
                return True
        return False

    def archive(self, page: Page, record: Record) -> None:
        """The page in the trash. Rows stop telling of it at the end of the run."""
        if self._live(page.id) is not None:
            self._target.client.update_page(page.id, {"in_trash": True})
        self._target.folders.drop(record.key)

    def one_of_each(self) -> None:
        """End of a run: of pages that two runs made at once the first one stays, and of the views on it."""
        instead: dict[PageId, PageId] = {}
        for key, parent in self._made.items():
            try:
                if (one := self._target.folders.of(key)) is not None and one.page in self._fresh:
                    self._first_of(one, parent, instead)
                if (one := self._target.folders.of(key)) is not None and one.database:
                    self._first_view_of(one)
            except (NotFound, Refused) as error:  # the other run, or people, put it away: the next run looks again
                _log.debug("%s: %s", key, error.message)

    def settle(self, observed: Observed, written: Sequence[Record], removed: Collection[str]) -> None:
        """End of a run: rows tell of the pages of folders, and of those that people moved out."""
        folders = self._target.folders
        for key in removed:
            folders.drop(key)
        live = {
            one.record.key: one.record
            for one in observed.tracked.values()
            if one.page is not None and one.page.status == "current"
        }
        live |= {one.key: one for one in written}
        reports = [one for key, one in live.items() if one.kind == "report" and key not in removed and one.version]
        wanted = folders.outdated(reports)
        if not wanted and self._target.neighbours.untold(reports):  # the row that told of it went in this run
            wanted = sorted(reports, key=lambda one: one.key)[:1]
        for row in wanted:
            page = Page(id=row.page, title=row.title, version=row.version, url="")
            try:
                self._keeper.keep(page, row, {})
            except (NotFound, Refused) as error:  # moved out or taken away just now: another row will tell
                _log.debug("%s: %s", row.key, error.message)

    def _first_of(self, one: FolderPage, parent: PageId, instead: dict[PageId, PageId]) -> None:
        """``instead``: pages that went to the trash here, with all below them, and those that stay for them."""
        titled = self._of_title(instead.get(parent, parent), one.title)
        first = next((each for each in titled if each == one.page or not self._linked.of_others(each)), "")
        if not first and parent in instead:
            self._target.folders.drop(one.key)  # it went with the page above; the next run makes another one
            return
        others = {each.page for each in self._target.folders.all() if each.key != one.key}
        if first and first != one.page and first not in others:
            instead[one.page] = first
            if parent not in instead:
                self._target.client.update_page(one.page, {"in_trash": True})
            database = self._linked.left(first)
            self._target.folders.put(replace(one, page=first, database=database, views=one.views if database else ""))

    def _first_view_of(self, one: FolderPage) -> None:
        first = self._linked.left(one.page)
        if first and first != one.database:
            self._target.client.update_database(one.database, {"in_trash": True})
            self._target.folders.put(replace(one, database=first))
