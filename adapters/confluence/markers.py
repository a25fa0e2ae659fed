"""Inline comments across an update: each comment's marker is put around the same words in the new body.

A body that is sent without a marker leaves its comment dangling; one that has it again re-attaches the comment
(reference, section 9). Words are looked for in this order: the same block of text, the same words with the context most
alike, the block that has changed least. What is not found is told, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import msgspec

from adapters.confluence.bodies import parse, serialise
from adapters.confluence.flat import Flat, Span

CONTEXT = 40
"""Characters of context on each side that are compared. Source: Confluence reference, section 9."""
_SURE_CHARS = 12
"""Words at least this long that stand once on the page are the same ones, whatever is around them. Ours."""
_LEAST_CONTEXT = 6
"""Characters of context that must agree for shorter words, or where they stand more than once. Ours."""
_LEAST_RATIO = 0.6
"""How alike a changed block must be to its old text (difflib's own word for a close match)."""
_LEAST_KEPT = 0.5
"""Share of the marked words that must be left in a changed block."""
_MOST_BLOCKS = 4000
"""Blocks that are compared with a changed one; pages have a few hundred."""


class Lost(msgspec.Struct, frozen=True):
    """A comment whose words are gone: its marker's reference, the words, the heading that they stood under."""

    ref: str
    words: str
    heading: str


class Carried(msgspec.Struct, frozen=True):
    """The new body with the comments' markers, how many were placed, and those that could not be."""

    body: str
    placed: int = 0
    lost: tuple[Lost, ...] = ()


def carry(old: str, new: str) -> Carried:
    """The new body with the markers of the old one. Without markers in the old one the new body comes back untouched."""
    if "ac:inline-comment-marker" not in old:
        return Carried(new)
    before, tree = Flat(parse(old)), parse(new)
    after = Flat(tree)
    places: dict[str, Sequence[Span]] = {}
    lost: list[Lost] = []
    for ref, spans in sorted(before.marked.items(), key=lambda item: item[1][0].start):
        whole = Span(spans[0].start, spans[-1].end)
        if ref in after.marked:
            continue  # the author's text can't hold one; a region of people can
        found = _place(before, whole, after)
        if found is None:
            lost.append(Lost(ref, before.words(whole), before.heading(whole.start)))
        else:
            places[ref] = [found]
    if not places:
        return Carried(new, 0, tuple(lost))
    after.mark(places)
    return Carried(serialise(tree), len(places), tuple(lost))


def _place(before: Flat, span: Span, after: Flat) -> Span | None:
    """Where the words of ``span`` stand now; None where they are gone."""
    words = before.words(span)
    if not words:
        return None
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words.split()))
    found = [Span(*match.span()) for match in pattern.finditer(after.text)]
    if not found:
        return _changed(before, span, after)
    heading = before.heading(span.start)
    share = span.start / max(len(before.text), 1)

    def likeness(place: Span) -> tuple[int, bool, float]:
        nearness = -abs(place.start / max(len(after.text), 1) - share)
        return _context(before, span, after, place), after.heading(place.start) == heading, nearness

    best = max(found, key=likeness)
    context, same_heading, _ = likeness(best)
    sure = len(found) == 1 and len(words) >= _SURE_CHARS
    if sure or context >= _LEAST_CONTEXT or (same_heading and before.words(before.block(span.start)) == words):
        return best
    return _changed(before, span, after)


def _context(before: Flat, span: Span, after: Flat, place: Span) -> int:
    """Characters of context that agree on both sides, up to the ends of the blocks."""
    here, there = before.block(span.start), after.block(place.start)
    left = _agreeing(
        before.text[max(here.start, span.start - CONTEXT) : span.start][::-1],
        after.text[max(there.start, place.start - CONTEXT) : place.start][::-1],
    )
    right = _agreeing(before.text[span.end : span.end + CONTEXT], after.text[place.end : place.end + CONTEXT])
    return left + right


def _agreeing(one: str, other: str) -> int:
    one, other = " ".join(one.split()), " ".join(other.split())
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _changed(before: Flat, span: Span, after: Flat) -> Span | None:
    """The words' place in the block that is its old block, changed; None where no block is like it."""
    home = before.block(span.start)
    old = before.text[home.start : home.end]
    heading = before.heading(span.start)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(old)
    best, score = None, _LEAST_RATIO
    for block in after.blocks[:_MOST_BLOCKS]:
        matcher.set_seq1(after.text[block.start : block.end])
        bonus = 0.05 if after.heading(block.start) == heading else 0.0
        if matcher.real_quick_ratio() + bonus < score or matcher.quick_ratio() + bonus < score:
            continue
        ratio = matcher.ratio() + bonus
        if ratio >= score:
            best, score = block, ratio + 1e-9
    if best is None:
        return None
    matcher.set_seq1(after.text[best.start : best.end])
    left, right = span.start - home.start, min(span.end, home.end) - home.start
    kept: list[int] = []
    for match in matcher.get_matching_blocks():
        start, end = max(match.b, left), min(match.b + match.size, right)
        if end - start > 1 or (end > start and right - left <= 2):
            kept += [match.a + start - match.b, match.a + end - match.b]
    length = sum(end - start for start, end in zip(kept[::2], kept[1::2], strict=True))
    if not kept or length < _LEAST_KEPT * (right - left):
        return None
    return _whole_words(after.text, Span(best.start + kept[0], best.start + kept[-1]))


def _whole_words(text: str, span: Span) -> Span:
    """The range widened to whole words, without blanks at its ends."""
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return Span(start, end)
