"""Words of pages, for lists and results: what a reader would see, code left out, the words looked for marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from adapters.sandbox.web.html import Html, el, join

_HIDDEN = re.compile(r"<ac:parameter[^>]*>.*?</ac:parameter>|<ac:plain-text-body>.*?</ac:plain-text-body>", re.DOTALL)
_HIDDEN_PARAMETERS = re.compile(r"<ac:parameter[^>]*>.*?</ac:parameter>", re.DOTALL)
_BLOCK = re.compile(r"</(?:p|h[1-6]|li|td|th|tr)>|<br ?/>")
_TAG = re.compile(r"<[^>]+>")
SNIPPET = 220
"""Characters of an excerpt: three lines."""


def readable(storage: str) -> str:
    """A body's words in one line: no code, no parameters of macros."""
    text = _TAG.sub("", _BLOCK.sub(" ", _HIDDEN.sub(" ", storage)))
    return " ".join(unescape(text).split())


def snippet(text: str, words: Sequence[str]) -> Html:
    """The piece of a text that holds most of the words, those marked; its beginning where it has none."""
    low = text.casefold()
    spots = sorted(spot for word in words for spot in _spots(low, word))
    best = max(spots, key=lambda spot: sum(0 <= other - spot < SNIPPET for other in spots), default=0)
    start = max(0, best - 40)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = min(len(text), start + SNIPPET)
    end = text.rfind(" ", start, end) if end < len(text) else end
    piece = text[start : end if end > start else start + SNIPPET]
    return join("… " if start else "", marked(piece, words), " …" if start + len(piece) < len(text) else "")


def marked(text: str, words: Sequence[str]) -> Html:
    """A text with these words marked."""
    if not words:
        return join(text)
    pattern = re.compile(
        "|".join(rf"\b{re.escape(word)}\w*" for word in sorted(words, key=len, reverse=True)), re.IGNORECASE
    )
    parts: list[str] = []
    last = 0
    for found in pattern.finditer(text):
        parts += [text[last : found.start()], el("mark", found[0])]
        last = found.end()
    return join(*parts, text[last:])


def _spots(text: str, word: str) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(word), text)][:50]


def blocks_of(storage: str) -> list[str]:
    """The words of a body, a line a block, code included: what two versions are compared by."""
    text = _HIDDEN_PARAMETERS.sub("", storage).replace("<![CDATA[", "").replace("]]>", "\n")
    lines = _TAG.sub("", _BLOCK.sub("\n", text)).split("\n")
    return [line for line in (" ".join(unescape(one).split()) for one in lines) if line]
