"""Writing systems and signs: lines of scripts without blanks, right-to-left text, emoji by their names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CJK = (
    *(("\u2e80", "\u312f"), ("\u3190", "\u9fff"), ("\uf900", "\ufaff"), ("\ufe30", "\ufe4f"), ("\uff01", "\uff60")),
    *(("\uffe0", "\uffe6"), ("\U00020000", "\U0003ffff")),
)
"""Chinese and Japanese: scripts that put no blank where a line ends. Korean does. A pattern takes milliseconds to make.

Source: Unicode's blocks; CSS Text 4, "Segment Break Transformation Rules".
"""
_SHORTCODE = re.compile(r"(?<![A-Za-z0-9_/\\])(?<![A-Za-z0-9_]:):([a-z0-9_+\-]{1,50}):(?![A-Za-z0-9_])")
"""A name between colons that stand at no word: ``10:30:20`` and ``a::b`` are none."""
_DASHES = re.compile(r"(?<!-)-{2,3}(?!-)")
_BLANKS = re.compile(r" {2,}")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")


def is_cjk(character: str) -> bool:
    """Whether a character belongs to a script whose lines are joined without a blank."""
    return character >= "\u2e80" and any(first <= character <= last for first, last in _CJK)


def has_cjk(text: str) -> bool:
    """Whether any such character stands in a text."""
    return not text.isascii() and any(map(is_cjk, {*text}))


def joined(text: str) -> str:
    """Lines as one; the last line's end stays where the next word decides whether a blank is due."""
    if not has_cjk(text):
        return text.replace("\n", " ")
    first, *others = text.split("\n")
    made = [first]
    before = first[-1:]
    for number, line in enumerate(others, 1):
        wide = is_cjk(before)
        if wide and not line and number == len(others):
            made.append("\n")
        elif not (wide and is_cjk(line[:1])):
            made.append(" ")
        made.append(line)
        before = line[-1:]
    return "".join(made)


def is_rtl(text: str) -> bool:
    """Whether a text's first letter is of a script that runs from right to left (Unicode's rule P2)."""
    if text.isascii() or not _RTL.search(text):
        return False
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind in {"R", "AL"} for kind in kinds if kind in {"L", "R", "AL"}), False)


@lru_cache(maxsize=512)
def _emoji(name: str) -> str:
    """The emoji that GitHub calls ``name``, or ``:name:`` where it has none."""
    import emoji

    return emoji.emojize(f":{name}:", language="alias")


def typeset(text: str) -> str:
    r"""Text with pandoc's signs: ``--`` and ``---`` are dashes, ``...`` an ellipsis, a blank behind ``\`` keeps its line.

    Source: pandoc's extension ``smart``, on in R Markdown and Quarto. Quotation marks stay straight.
    """
    if "--" in text:
        text = _DASHES.sub(lambda match: "\u2014" if len(match[0]) == 3 else "\u2013", text)
    return text.replace("...", "\u2026").replace("\\ ", "\u00a0")


def shown(text: str) -> str:
    """A line of Markdown's text as it is shown: runs of blanks as one, emoji in place of their names."""
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    if ":" in text:
        text = _SHORTCODE.sub(lambda match: _emoji(match[1]), text)
    return text
