"""Notion adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.base import Wiki
    from adapters.settings import TargetSettings


def open_notion(settings: TargetSettings) -> Wiki:
    """The target's wiki. No request is made. notion-client is loaded here, not at start-up."""
    from adapters.notion.wiki import NotionWiki

    return NotionWiki(settings)
