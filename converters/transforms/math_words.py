"""Equations with words in Chinese, Japanese or Korean, which no equation's font has: the words become text of the page."""

from __future__ import annotations

import re

from converters.readers.writing import has_cjk

_WORDS = re.compile(r"\\(?:text(?:rm|bf|it|normal)?|mbox|hbox|mathrm)\s*\{([^{}$\\]*)\}")
_BARE = re.compile(r"[^\x00-\u2e7f]+")
_DEEPER = re.compile(r"\\begin|\\left|\\\\|&")
_HANGING = ("_", "^")


def apart(tex: str) -> list[tuple[str, bool]]:
    """The equation cut at such words where they stand in no braces: pieces, and whether each is text.

    Empty where there are none, or where one stands deeper: then nothing but the whole makes sense.
    """
    if not has_cjk(tex) or _DEEPER.search(tex):
        return []
    pieces: list[tuple[str, bool]] = []
    start = at = depth = 0
    while at < len(tex):
        match = None if depth else _WORDS.match(tex, at) or _BARE.match(tex, at)
        words = "" if match is None else match[1] if match.re is _WORDS else match[0]
        if match is None or not has_cjk(words):
            depth += (tex[at] == "{") - (tex[at] == "}")
            at += 2 if tex[at] == "\\" else 1
            continue
        if tex[start:at].rstrip().endswith(_HANGING):
            return []
        pieces += [(tex[start:at].strip(), False), (words.strip(), True)]
        start = at = match.end()
    pieces.append((tex[start:].strip(), False))
    if any(has_cjk(piece) or piece.startswith(_HANGING) for piece, is_text in pieces if not is_text):
        return []
    return [(f" {piece} " if is_text else piece, is_text) for piece, is_text in pieces if piece]
