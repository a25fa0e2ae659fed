"""Wikis whose headings have no names, only ids: their addresses are known once they are there."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from adapters.base import Page, Record


@runtime_checkable
class Pointing(Protocol):
    """A wiki that can tell where a place on a page is."""

    def block_at(self, page: Page, record: Record, at: str, *, look: bool) -> str | None:
        """The fragment of the page's URL for a place, ``at`` being what ``Rendered.anchors`` says of it. ``record`` is the
        page's, of the very content that the anchors are of. None where the record doesn't tell, and with ``look`` where the
        page isn't what the record says. ``look`` allows one read for each level of blocks, once for all places of a page.
        """
