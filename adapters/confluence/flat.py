"""The running text of a body with the way back into its tree: for finding words again, and for wrapping them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec
from lxml import etree

from adapters.confluence.bodies import AC, MARKER, RI, parse, split

_SKIPPED = frozenset(
    {f"{AC}{name}" for name in ("parameter", "plain-text-body", "plain-text-link-body", "adf-extension")}
)
"""Elements whose text no reader can mark: parameters, code, links' plain text."""

_MARKS = "strong em u s del sub sup code span a small big cite ins time"
_INLINE = frozenset(_MARKS.split(" ")) | {
    MARKER,
    f"{AC}link",
    f"{AC}link-body",
    f"{AC}image",
    f"{AC}emoticon",
    f"{AC}placeholder",
}
_HEADING = re.compile(r"h[1-6]$")


class Span(msgspec.Struct, frozen=True):
    """A range of the flat text: ``start`` up to, not including, ``end``."""

    start: int
    end: int


class _Segment(msgspec.Struct, frozen=True):
    """A run of the text and where it stands: an element's own text, or what follows the element."""

    start: int
    element: etree._Element
    tail: bool
    text: str


class Flat:
    """A tree's text as readers see it, blocks parted by line ends, code and parameters left out."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.marked: dict[str, list[Span]] = {}
        self.blocks: list[Span] = []
        self.headings: list[tuple[int, str]] = []
        self._segments: list[_Segment] = []
        self._parts: list[str] = []
        self._length = 0
        self._block = 0
        self._walk()
        self._boundary()
        self.text = "".join(self._parts)
        self._starts = [segment.start for segment in self._segments]
        self._block_starts = [span.start for span in self.blocks]

    def _walk(self) -> None:
        opened: list[tuple[str, int]] = []
        headings: list[tuple[int, int]] = []
        skipped: etree._Element | None = None
        for event, element in etree.iterwalk(self.root, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start" and skipped is None:
                if not tag or tag in _SKIPPED or tag.startswith(RI):
                    skipped = element
                    continue
                self._enter(element, tag, opened, headings)
            elif event == "end" and (skipped is None or element is skipped):
                if skipped is None:
                    self._leave(tag, opened, headings)
                skipped = None
                if element is not self.root:
                    self._add(element, element.tail, tail=True)

    def _enter(
        self, element: etree._Element, tag: str, opened: list[tuple[str, int]], headings: list[tuple[int, int]]
    ) -> None:
        if tag == MARKER:
            opened.append((str(element.get(f"{AC}ref") or ""), self._length))
        elif tag not in _INLINE:
            self._boundary()
            if _HEADING.match(tag):
                headings.append((self._length, len(self._parts)))
        self._add(element, element.text, tail=False)

    def _leave(self, tag: str, opened: list[tuple[str, int]], headings: list[tuple[int, int]]) -> None:
        if tag == MARKER:
            ref, start = opened.pop()
            if ref and self._length > start:
                self.marked.setdefault(ref, []).append(Span(start, self._length))
        elif tag not in _INLINE:
            if _HEADING.match(tag) and headings:
                start, part = headings.pop()
                self.headings.append((start, " ".join("".join(self._parts[part:]).split())))
            self._boundary()

    def _boundary(self) -> None:
        """The end of a block: what stood in it since the last one is a block of text."""
        if self._length > self._block:
            self.blocks.append(Span(self._block, self._length))
            self._parts.append("\n")
            self._length += 1
        self._block = self._length

    def _add(self, element: etree._Element, text: str | None, *, tail: bool) -> None:
        if text:
            self._segments.append(_Segment(self._length, element, tail, text))
            self._parts.append(text)
            self._length += len(text)

    # ------------------------------------------------------------ questions

    def heading(self, position: int) -> str:
        """The heading above a position, empty above the first one."""
        found = ""
        for start, words in self.headings:
            if start > position:
                break
            found = words
        return found

    def block(self, position: int) -> Span:
        """The block of text around a position."""
        number = bisect_right(self._block_starts, position) - 1
        return self.blocks[number] if number >= 0 else Span(0, 0)

    def words(self, span: Span) -> str:
        """The text of a range, blanks and line ends as one blank."""
        return " ".join(self.text[span.start : span.end].split())

    # ------------------------------------------------------------ wrapping

    def mark(self, places: Mapping[str, Sequence[Span]]) -> None:
        """Wrap these ranges in comment markers by their reference; the tree changes, this object is spent."""
        pieces: dict[int, list[tuple[int, int, str]]] = {}
        for ref, spans in places.items():
            for span in spans:
                for number in self._touched(span):
                    segment = self._segments[number]
                    start = max(span.start - segment.start, 0)
                    end = min(span.end - segment.start, len(segment.text))
                    if segment.text[start:end].strip():
                        pieces.setdefault(number, []).append((start, end, ref))
        for number, wanted in pieces.items():
            _wrap(self._segments[number], wanted)

    def _touched(self, span: Span) -> Iterator[int]:
        number = max(bisect_right(self._starts, span.start) - 1, 0)
        while number < len(self._segments) and self._segments[number].start < span.end:
            if self._segments[number].start + len(self._segments[number].text) > span.start:
                yield number
            number += 1


def lines(body: str) -> list[str]:
    """Our part of a body as readers see it, a line a block; code stays out. The markup itself if it is no XML."""
    try:
        flat = Flat(parse(split(body)[0]))
    except ValueError:
        return body.splitlines()
    return [words for span in flat.blocks if (words := flat.words(span))]


def _wrap(segment: _Segment, wanted: Sequence[tuple[int, int, str]]) -> None:
    """One run of text cut at the ends of its ranges; each piece inside the markers of all ranges that hold it."""
    cuts = sorted({0, len(segment.text), *(cut for start, end, _ in wanted for cut in (start, end))})
    element = segment.element
    parent = element.getparent() if segment.tail else element
    if parent is None:
        return
    index = parent.index(element) + 1 if segment.tail else 0
    before = ""
    nodes: list[etree._Element] = []
    for start, end in pairwise(cuts):
        text = segment.text[start:end]
        refs = [ref for left, right, ref in wanted if left <= start and end <= right]
        if not refs:
            if nodes:
                nodes[-1].tail = (nodes[-1].tail or "") + text
            else:
                before += text
            continue
        outer = inner = etree.Element(MARKER, {f"{AC}ref": refs[0]})
        for ref in refs[1:]:
            inner = etree.SubElement(inner, MARKER, {f"{AC}ref": ref})
        inner.text = text
        nodes.append(outer)
    if segment.tail:
        element.tail = before
    else:
        element.text = before
    for offset, node in enumerate(nodes):
        parent.insert(index + offset, node)
