"""Taking over pages that nbwiki did not make: what an adapter can tell of them. Optional (:class:`Adopting`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from adapters.base import Page, PageId, Record

Tool: TypeAlias = Literal["kyso", "knowledge-repo", "quarto", "nbconflux", "mark"]
TOOLS: tuple[Tool, ...] = ("kyso", "knowledge-repo", "quarto", "nbconflux", "mark")
"""Tools whose pages or documents ``nbwiki import`` knows."""


@runtime_checkable
class Adopting(Protocol):
    """A wiki whose foreign pages can become a report's page."""

    def find_pages(self, ids: Collection[PageId]) -> Mapping[PageId, Page]:
        """Pages of these ids in the target's space, ours or not; others are left out. A request for many ids at most
        where the wiki allows it.
        """

    def record_on(self, page: Page) -> Record | None:
        """The record that stands on a page, whichever target or repository it is of. A read at most."""

    def left_by(self, tool: Tool, page: PageId = "") -> Mapping[str, Page]:
        """Pages that another tool's own marks in the wiki name, by source path as that tool wrote it. ``page`` is the
        root that it published to, where it keeps one. Empty where it leaves no marks.
        """
