"""How a Cloud page looks beside its body: width, emoji before the title, cover. Content properties of the site's own.

Sources: Confluence reference, section 7 (width: ``content-appearance-*``, emoji: ``emoji-title-*``, a hex code point);
the cover is ``cover-picture-id-published``, whose value is JSON in a text: ``{"id": fileId or address, "position": %}``
(read in public apps that write it). Data Center has none of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from adapters.base import PageId, Record, Rendered
from adapters.confluence.cloud_client import CloudClient
from adapters.errors import NotFound, PermissionDenied, Refused, StaleVersion
from converters.notes import Note, degraded, metadata

STATE = "look"
_WIDTHS = {
    "narrow": "default", "default": "default", "fixed": "default", "wide": "full-width", "full-width": "full-width",
    "full": "full-width", "max": "max",
}  # fmt: skip
_KEYS = {
    "width": ("content-appearance-published", "content-appearance-draft"),
    "emoji": ("emoji-title-published", "emoji-title-draft"),
    "cover": ("cover-picture-id-published",),
}
_PLAIN_WIDTH = "default"
_MIDDLE = 50
"""Per cent: which part of a cover shows where it is taller than its frame."""


class Looks:
    """Puts a page's look as its report wishes it. What people set on a page whose report wishes nothing stays."""

    def __init__(self, client: CloudClient) -> None:
        self._client = client

    def put(
        self, page: PageId, content: Rendered, known: Record | None, file_id: Callable[[str], str]
    ) -> tuple[list[Note], dict[str, object]]:
        """Notes, and the record's state: the look that is ours. No request where it is as it was; ``file_id`` tells the
        id of an attachment by its name.
        """
        notes: list[Note] = []
        wanted = _wishes(content, notes)
        had = known.state.get(STATE) if known is not None else None
        before = {str(k): str(v) for k, v in had.items()} if isinstance(had, dict) else {}
        for name in _KEYS:
            if wanted.get(name, "") == before.get(name, ""):
                continue
            try:
                self._set(page, name, wanted.get(name, ""), before.get(name, ""), file_id)
            except (Refused, PermissionDenied, NotFound) as error:
                notes.append(degraded("look.refused", f"the page's {name} was refused: {error.message}"))
                wanted.pop(name, None)
        return notes, {STATE: wanted} if wanted else {}

    def _set(self, page: PageId, name: str, value: str, before: str, file_id: Callable[[str], str]) -> None:
        sent = value
        if name == "cover" and value:
            place = value if value.startswith("https://") else file_id(value)
            if not place:
                raise Refused("the picture is not among the page's files")
            sent = json.dumps({"id": place, "position": _MIDDLE})
        for key in _KEYS[name]:
            if value:
                self._put(page, key, sent, fresh=not before)
            else:
                self._take_back(page, key, _PLAIN_WIDTH if name == "width" else "", before)

    def _put(self, page: PageId, key: str, value: str, *, fresh: bool) -> None:
        old = None if fresh else self._client.property(page, key)
        try:
            self._client.put_property(page, key, value, old)
        except StaleVersion:  # the server or a person set it meanwhile, or an attempt whose answer was lost
            there = self._client.property(page, key)
            if there is None or there.value != value:
                self._client.put_property(page, key, value, there)

    def _take_back(self, page: PageId, key: str, plain: str, before: str) -> None:
        """Ours goes; what a person set since stays."""
        there = self._client.property(page, key)
        if there is None or (there.value != before and not key.startswith("cover")):
            return
        if plain:
            self._client.put_property(page, key, plain, there)
        else:
            self._client.drop_property(page, key, there)


def _wishes(content: Rendered, notes: list[Note]) -> dict[str, str]:
    """What a report wishes, as the record keeps it: width and emoji as the site writes them, a cover's file or address."""
    told = _told(content)
    wanted: dict[str, str] = {}
    width = told.get("width") or told.get("content-appearance", "")
    if width and width.lower() in _WIDTHS:
        wanted["width"] = _WIDTHS[width.lower()]
    elif width:
        notes.append(metadata("metadata.width", f"width {width!r:.40} is none of narrow, wide, max"))
    emoji = told.get("emoji", "")
    if emoji:
        code = code_points(emoji)
        if code:
            wanted["emoji"] = code
        else:
            notes.append(metadata("metadata.emoji", f"emoji {emoji!r:.40} is none: write it, or its :name:"))
    if told.get("cover", "").lower() not in {"none", "false", "no"}:
        name = next((asset.filename for asset in content.assets if asset.key == content.cover), "")
        chosen = content.meta.thumbnail not in {"", "none"} or bool(told.get("cover"))
        cover = name or (content.cover_url if content.cover_url.startswith("https://") else "")
        if cover and chosen:
            wanted["cover"] = cover
    return wanted


def without_effect(content: Rendered) -> list[Note]:
    """Notes on wishes that Data Center can't fulfil."""
    told = [name for name in ("width", "content-appearance", "emoji", "cover") if _told(content).get(name)]
    text = f"{', '.join(told)}: without effect, pages of Data Center have no such thing"
    return [metadata("metadata.look", text)] if told else []


def _told(content: Rendered) -> Mapping[str, str]:
    return {name.lower(): value.strip() for name, value in content.meta.wiki.get("confluence", {}).items()}


def code_points(text: str) -> str:
    """An emoji (itself, ``:its_name:``, or its code points in hex) as the site writes it: ``1f468-200d-1f4bb``; else empty."""
    from emoji import EMOJI_DATA, emojize

    if text.startswith(":"):
        text = emojize(text, language="alias")
    plain = "".join(char for char in text if char != "\ufe0f")  # says "as a picture", which it is here
    if text in EMOJI_DATA or plain in EMOJI_DATA:
        return "-".join(f"{ord(char):x}" for char in plain)
    parts = text.lower().split("-")
    try:
        char = "".join(chr(int(part, 16)) for part in parts)
    except (ValueError, OverflowError):
        return ""
    return text.lower() if char in EMOJI_DATA or f"{char}\ufe0f" in EMOJI_DATA else ""
