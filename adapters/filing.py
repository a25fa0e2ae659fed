"""Folders as pages beside a wiki's database of reports, where those stay. Optional (:class:`Filing`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, runtime_checkable

from adapters.base import Page, PageId


@runtime_checkable
class Filing(Protocol):
    """A wiki that can keep pages of folders (``caps.folder_pages`` says whether it does)."""

    def others_on(self, page: Page, besides: Collection[PageId]) -> bool:
        """Whether something stands on a folder's page that people put there, or a page other than ``besides``. A read for
        each hundred blocks; nothing stands on a page that is gone or in the trash.
        """
