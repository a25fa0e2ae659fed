"""Text that a firewall takes for an attack, in forms that pass it.

In front of Notion stands Cloudflare's firewall, which looks for SQL, shell, paths and scripts in what is sent: just what
notebooks are about. It sees strings one at a time, Notion joins equal neighbours; so cut text arrives as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from adapters.errors import Blocked
from adapters.notion.requests import Shape
from converters.notes import Note, degraded, dropped, info

_ITEMS = 100
"""Items of an array of rich text. Source: developers.notion.com/reference/request-limits."""
_SUSPECT = re.compile(
    r"\b(?:select|union|insert|drop|alter|delete|update|create|truncate|exec|execute|declare|script|eval|system|passwd|shadow"
    r"|hosts|wget|curl|bash|chmod|jndi|ldap|alert|onerror|onload|javascript|iframe|powershell|sleep|benchmark|waitfor)\b"
    r"|/etc/|/proc/|/bin/|\.\./|<<|\$\{|<[a-z!/?]",
    re.IGNORECASE,
)
"""What such a firewall's public rules look for (OWASP Core Rule Set: SQL, shell, paths, scripts, JNDI)."""
_JOINER = "\u2060"  # "word joiner": has no width and lets no line break


class Disguise(Enum):
    """Ways to send a block's text, the most faithful first."""

    PIECES = "pieces"
    """Cut into many runs, which Notion joins: nothing is lost."""
    JOINERS = "joiners"
    """The same with invisible characters between: looks the same, and copies with them."""
    PLACEHOLDER = "placeholder"
    """A line that says what is missing."""

    def of(self, shape: Shape) -> dict[str, Any]:
        """The block in this form, with all below it."""
        if self is Disguise.PLACEHOLDER:
            return _replaced(shape, lambda _: [_run("(left out: Notion's firewall refuses this text)")])
        joiner = _JOINER if self is Disguise.JOINERS else ""
        return _replaced(shape, lambda items: _cut(items, joiner))


def told(form: Disguise, shape: Shape, error: Blocked) -> list[Note]:
    """What the author is told of it."""
    words = " ".join(_text(shape).split())
    about = f"{shape['type']} “{words[:60]}{'…' if len(words) > 60 else ''}” (cf-ray {error.trace or 'unknown'})"
    if form is Disguise.PIECES:
        return [info("firewall.pieces", f"Notion's firewall refused {about}; sent in pieces, nothing is lost")]
    if form is Disguise.JOINERS:
        text = f"Notion's firewall refused {about}; sent with invisible characters, which a copy of it has, too"
        return [degraded("firewall.joiners", text)]
    return [dropped("firewall.refused", f"Notion's firewall refuses {about} in every form; left out")]


def _replaced(shape: Shape, new: Callable[[list[Any]], list[Any]]) -> dict[str, Any]:
    kind = shape["type"]
    value = dict(shape[kind])
    for name in ("rich_text", "caption"):
        if value.get(name):
            value[name] = new(value[name])
    if "cells" in value:
        value["cells"] = [new(cell) if cell else cell for cell in value["cells"]]
    if "children" in value:
        value["children"] = [_replaced(child, new) for child in value["children"]]
    return {"type": kind, kind: value}


def in_pieces(items: list[Any]) -> list[Any]:
    """Rich text that arrives as it is and passes the firewall."""
    return _cut(items, "")


def _cut(items: list[Any], joiner: str) -> list[Any]:
    """The runs, cut in the middle of each word that a firewall may look for."""
    cuts = sum(len(_SUSPECT.findall(_content(item))) for item in items)
    if cuts + len(items) > _ITEMS:
        return items
    found: list[Any] = []
    for item in items:
        text, start = _content(item), 0
        for hit in _SUSPECT.finditer(text):
            middle = (hit.start() + hit.end()) // 2
            found.append(_piece(item, text[start:middle] + joiner))
            start = middle
        found.append(_piece(item, text[start:]) if start else item)
    return found


def _piece(item: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {**item, "text": {**item["text"], "content": text}}


def _content(item: Mapping[str, Any]) -> str:
    return str((item.get("text") or {}).get("content", "")) if item.get("type", "text") == "text" else ""


def _run(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"content": text}, "annotations": {"italic": True}}


def _text(shape: Shape) -> str:
    value = shape[shape["type"]]
    texts = [*value.get("rich_text", ()), *value.get("caption", ()), *(i for c in value.get("cells", ()) for i in c)]
    return "".join(_content(item) for item in texts) or next((_text(child) for child in value.get("children", ())), "")
