"""One widget out of a page with many → a page of its own that opens offline: what the page's head loads, and the widget."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

MAX_BYTES = 20_000_000
"""A page of one widget is no larger. Ours: below the limit of attachments (25 MB), with room for a change of encoding."""

_HEAD = re.compile(r"<head\b[^>]*>(.*?)</head\s*>", re.DOTALL | re.IGNORECASE)
_OPEN = re.compile(r"<(script|style)\b([^>]*)>|<link\b([^>]*)>", re.IGNORECASE)
_CLOSE = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}
_SOURCE = re.compile(r"\b(?:src|href)\s*=\s*([\"'])(.*?)\1", re.DOTALL | re.IGNORECASE)
_PAGE_ONLY = re.compile(
    r"bootstrap|highlight\.js|hljs|tocify|anchor-?sections|pagedtable|clipboard|navbar|codefold|quarto-|rmarkdown|"
    r"html5shiv|respond\.js|mathjax|buildTabsets",
    re.IGNORECASE,
)
"""Words near the start of scripts that serve the page around the widgets."""


def widget_head(html: str) -> str:
    """What the widgets of a page need from its head, as HTML; empty where that lies in other files or on the web."""
    head = _HEAD.search(html)
    if head is None or "htmlwidgets" not in html.lower():
        return ""
    kept: list[str] = []
    size = 0
    able = False
    for name, attributes, text, whole in _parts(head[1]):
        source = _SOURCE.search(attributes)
        address = source[2].strip() if source else ""
        if address and not address.startswith("data:"):
            continue
        start = _decoded_start(address) if address else text[:2000]
        if _PAGE_ONLY.search(start[:600]) or (name == "link" and "stylesheet" not in attributes.lower()):
            continue
        if name == "style" and "widget" not in start and "leaflet" not in start:
            continue
        able = able or "HTMLWidgets" in text[:20_000] or "HTMLWidgets" in _decoded_start(address, 20_000)
        size += len(whole)
        kept.append(whole)
    return "\n".join(kept) if able and size <= MAX_BYTES else ""


def _parts(head: str) -> Iterator[tuple[str, str, str, str]]:
    """Scripts, styles and links of a head: name, attributes, text, and all of it as it stands."""
    position = 0
    while opening := _OPEN.search(head, position):
        name = (opening[1] or "link").lower()
        position = opening.end()
        if name == "link":
            yield name, opening[3], "", opening[0]
            continue
        closing = _CLOSE[name].search(head, position)
        if closing is None:
            return
        yield name, opening[2], head[position : closing.start()], head[opening.start() : closing.end()]
        position = closing.end()


def widget_page(head: str, fragment: str) -> str:
    """The widget as a page of its own; the fragment alone where the head has nothing for it."""
    if not head:
        return fragment
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8">\n{head}\n</head><body>\n{fragment}\n</body></html>\n'


def _decoded_start(address: str, limit: int = 2000) -> str:
    """The first characters of what a ``data:`` address holds."""
    if not address.startswith("data:"):
        return ""
    kind, _, data = address.partition(",")
    if "base64" not in kind:
        return data[:limit]
    piece = data[: limit // 3 * 4]
    try:
        return base64.b64decode(piece[: len(piece) // 4 * 4]).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
