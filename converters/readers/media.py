"""Frames, players and objects of HTML, and what form fields show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from converters import notes
from converters.model import Embed, FileLink, Inline, Span, Where
from converters.readers.address import href, picture
from converters.readers.context import MarkdownContext
from converters.readers.style import pixels

MEDIA_TAGS = frozenset({"iframe", "video", "audio", "embed", "object"})
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".tif", ".tiff")


def medium(name: str, a: Mapping[str, str], context: MarkdownContext, where: Where | None) -> Inline | Embed | None:
    """What an element shows: something of the web or of the source's folder in place, a picture, or a link to it.

    None if it names nothing, as a player whose sources are elements of their own.
    """
    address = a.get("src") or a.get("data") or a.get("srcdoc", "")[:0]
    if not address.strip():
        if name in {"iframe", "embed"}:
            context.notes.append(notes.dropped("embed.address", f"<{name}> without an address", where))
            return Span("")
        return None
    bare = address.partition("?")[0].partition("#")[0].lower()
    if name in {"object", "embed"} and (a.get("type", "").startswith("image/") or bare.endswith(_PICTURES)):
        size = pixels(a, "width"), pixels(a, "height")
        return picture(address, context, where, alt=a.get("title", ""), width=size[0], height=size[1]) or Span("")
    target = href(address, context, where)
    title = a.get("title", "").strip()
    if isinstance(target, FileLink):
        if name in {"video", "audio"} or bare.endswith(".pdf"):
            return Embed(target.path, _kind(name), title, where=where)
        shown = title or target.path
        text = f"<{name}> of a file is linked, not shown in place: {target.path:.100}"
        context.notes.append(notes.degraded("embed.local", text, where))
        return Span(shown, href=target)
    if isinstance(target, str) and target.startswith("https://"):
        size = pixels(a, "width"), pixels(a, "height")
        return Embed(target, _kind(name), title, (), *size, where=where)
    if target is not None:
        context.notes.append(notes.degraded("embed.address", f"<{name}> without https address is linked", where))
        return Span(title or address, href=target)
    return Span("")


def _kind(name: str) -> Literal["iframe", "video", "audio"]:
    return "video" if name == "video" else "audio" if name == "audio" else "iframe"


def field_text(a: Mapping[str, str]) -> str:
    """What a form's field shows."""
    kind = a.get("type", "text").lower()
    if kind in {"checkbox", "radio"}:
        marks = ("☑", "☐") if kind == "checkbox" else ("◉", "○")
        return marks["checked" not in a]
    return "" if kind == "hidden" else a.get("value") or a.get("placeholder", "")
