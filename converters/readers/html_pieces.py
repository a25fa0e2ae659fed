"""A stretch of HTML between Markdown → balanced pieces, and the tags that open or close around the Markdown."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from converters.readers.html_tags import HTML_TAGS, attributes

_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea)\b.*?(?:</\1\s*>|\Z)|<(/?)([A-Za-z][\w\-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>",
    re.DOTALL | re.IGNORECASE,
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)


class HtmlPiece(msgspec.Struct, frozen=True):
    """``html`` is balanced markup; ``open`` and ``close`` are a tag whose other half stands elsewhere."""

    kind: Literal["html", "open", "close"]
    text: str
    attributes: dict[str, str] = {}


def html_pieces(source: str) -> list[HtmlPiece]:
    """The pieces of ``source`` in order."""
    pending: list[tuple[str, re.Match[str]]] = []
    lone: list[tuple[int, int, HtmlPiece]] = []
    for match in _MARKUP.finditer(source):
        name = (match[3] or "").lower()
        if not name or name in _VOID or name not in HTML_TAGS or match[4].endswith("/"):
            continue
        if not match[2]:
            pending.append((name, match))
            continue
        names = [each for each, _ in pending]
        if name in names:
            position = len(names) - 1 - names[::-1].index(name)
            del pending[position:]
        else:
            lone.append((match.start(), match.end(), HtmlPiece("close", name)))
    lone += [(m.start(), m.end(), HtmlPiece("open", name, attributes(m[4]))) for name, m in pending]
    result: list[HtmlPiece] = []
    position = 0
    for start, end, piece in sorted(lone, key=lambda item: item[0]):
        if source[position:start].strip():
            result.append(HtmlPiece("html", source[position:start]))
        result.append(piece)
        position = end
    if source[position:].strip():
        result.append(HtmlPiece("html", source[position:]))
    return result
