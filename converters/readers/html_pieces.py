"""A stretch of HTML between Markdown → balanced pieces, and the tags that open or close around the Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

import msgspec

from converters.readers.html_tags import HTML_TAGS, attributes

_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea)\b.*?(?:</\1\s*>|\Z)|<(/?)([A-Za-z][\w\-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>",
    re.DOTALL | re.IGNORECASE,
)
_TAG_START = re.compile(r"</?[A-Za-z]")
_TRIES = 100
"""Tags without an end that are looked for to a text's end; ours: a person forgets one or two of them."""
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)


class HtmlPiece(msgspec.Struct, frozen=True):
    """``html`` is balanced markup; ``open`` and ``close`` are a tag whose other half stands elsewhere."""

    kind: Literal["html", "open", "close"]
    text: str
    attributes: dict[str, str] = {}


def _markup(source: str) -> Iterator[re.Match[str]]:
    """Tags, comments and scripts; after too many tags that never end, what is left is text."""
    end = source.rfind(">") + 1
    position, tries = 0, _TRIES
    while tries and (start := source.find("<", position, end)) >= 0:
        match = _MARKUP.match(source, start, end)
        if match:
            yield match
        elif _TAG_START.match(source, start):
            tries -= 1
        position = match.end() if match else start + 1


def html_pieces(source: str) -> list[HtmlPiece]:
    """The pieces of ``source`` in order."""
    pending: list[tuple[str, re.Match[str]]] = []
    opened: Counter[str] = Counter()
    lone: list[tuple[int, int, HtmlPiece]] = []
    for match in _markup(source):
        name = (match[3] or "").lower()
        if not name or name in _VOID or name not in HTML_TAGS or match[4].endswith("/"):
            continue
        if not match[2]:
            pending.append((name, match))
            opened[name] += 1
            continue
        if opened[name]:
            last = ""
            while last != name:
                last, _ = pending.pop()
                opened[last] -= 1
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
