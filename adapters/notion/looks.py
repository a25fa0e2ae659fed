"""How a page looks beside its blocks: the emoji that its author chose as its icon (``wiki.notion.icon``)."""

from __future__ import annotations

from adapters.notion.client import Json
from converters.metadata import Metadata
from converters.notes import Note, metadata


def _wish(meta: Metadata) -> str:
    return meta.wiki.get("notion", {}).get("icon", "").strip()


def icon_of(meta: Metadata) -> str:
    """The emoji, written as itself or as ``:its_name:``; empty where none is wished for, or what is wished for is none."""
    wish = _wish(meta)
    if not wish:
        return ""
    from emoji import EMOJI_DATA, emojize

    text = emojize(wish, language="alias") if wish.startswith(":") else wish
    return text if text in EMOJI_DATA or f"{text}\ufe0f" in EMOJI_DATA else ""


def told(meta: Metadata) -> list[Note]:
    """The note on an icon that is none."""
    wish = _wish(meta)
    text = f"icon {wish!r:.40} is no emoji: write it, or its :name:"
    return [metadata("metadata.icon", text)] if wish and not icon_of(meta) else []


def icon_value(emoji: str) -> Json | None:
    """The icon as Notion takes it; None takes one away."""
    return {"type": "emoji", "emoji": emoji} if emoji else None
