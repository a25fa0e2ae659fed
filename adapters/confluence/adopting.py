"""Pages of other publishers: found by id, and by the marks that those tools leave in Confluence.

Sources: mark's ``manifest`` package (space properties ``mark.manifest.N`` on Cloud, content properties of the home page
on Data Center: ``{"version": 1, "pages": {path: {"pageId", "title"}}}``); Quarto's ``publish/confluence`` (a content
property ``fileName`` on each page below the project's); nbconflux's README (a label, and the notebook attached).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from adapters.adopting import Tool
from adapters.base import Page, PageId, Record
from adapters.confluence.client import Row
from adapters.confluence.cloud_client import CloudClient
from adapters.confluence.keeping import Keeping
from adapters.confluence.people import page_of
from adapters.errors import NotFound

_MARK = "mark.manifest."
_QUARTO = "fileName"
_NBCONFLUX = "nbconflux"

SINGLE_TITLES = 10
"""Up to this many titles are looked up one by one; for more, listing the space takes fewer requests."""


class Adoption(Keeping):
    """The part of a target that looks at pages which aren't ours."""

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

    def find_pages(self, ids: Collection[PageId]) -> Mapping[PageId, Page]:
        space = self._place()[0]
        return {row.id: page_of(row) for row in self._rows(list(ids)) if row.space in {space.id, space.key}}

    def record_on(self, page: Page) -> Record | None:
        return self._record(page.id)

    def left_by(self, tool: Tool, page: PageId = "") -> Mapping[str, Page]:
        if tool == "mark":
            named = dict(self._mark_manifest())
        elif tool == "quarto" and page:
            named = {path: one for one in self._below(page) if (path := self._file_name(one))}
        elif tool == "nbconflux":
            named = {
                name: one
                for one in self.client.found(f'label = "{_NBCONFLUX}" and space = "{self._place()[0].key}"')
                for name in self.client.attachments(one)
                if name.endswith(".ipynb")
            }
        else:
            return {}
        pages = self.find_pages(set(named.values()))
        return {path: pages[one] for path, one in named.items() if one in pages}

    def _rows(self, ids: list[PageId]) -> Iterator[Row]:
        if isinstance(self.client, CloudClient):
            yield from self.client.pages(ids)
            return
        for one in ids:
            try:
                yield self.client.page(one)
            except NotFound:
                continue

    def _below(self, page: PageId) -> list[PageId]:
        try:
            below = self.client.descendants(page)
        except NotFound:
            return []
        return [page, *(one.id if isinstance(one, Row) else one for one in below)]

    def _file_name(self, page: PageId) -> str:
        found = self.client.property(page, _QUARTO)
        return found.value if found is not None and isinstance(found.value, str) else ""

    def _mark_manifest(self) -> Iterator[tuple[str, PageId]]:
        for key, value in self.client.space_properties(self._place()[0]).items():
            if not key.removeprefix(_MARK).isdecimal() or not isinstance(value, dict):
                continue
            pages = value.get("pages")
            for path, entry in pages.items() if isinstance(pages, dict) else ():
                if isinstance(entry, dict) and isinstance(entry.get("pageId"), str):
                    yield str(path), entry["pageId"]
