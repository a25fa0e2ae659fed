"""Where links to a place of the page lead, and which places need an anchor macro for that.

Headings have anchors of their own, made of their text, so that a page needs no macro in each heading:

* Cloud: the text with blanks as ``-``; equal headings get ``.1``, ``.2``. Source: ``@atlaskit/renderer``,
  ``getHeadingId`` and ``getUniqueHeadingId``; only the rule for blanks was measured on a live site by others.
* Data Center: the page's title without blanks, ``-``, the heading without blanks. A link on the same page names an
  anchor macro, since the title may change.

A macro stays where the own anchor isn't sure: equal headings, and headings with more than text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from converters.build import text_of
from converters.links import PAGE_TITLE
from converters.model import (
    Anchor,
    AnchorLink,
    Block,
    Callout,
    Columns,
    Document,
    Figure,
    Heading,
    Image,
    InlineImage,
    Output,
    Section,
    Span,
    Tabs,
    Toggle,
)
from converters.walk import iter_blocks, iter_inlines, present

_UNRESERVED = "!'()*~"
"""What encodeURIComponent leaves as it is, beside letters, digits and ``-_.``."""


_HOLD_HEADINGS = frozenset({Heading, Columns, Tabs, Output, Callout, Toggle, Section, Figure})


class Anchors:
    """Places of one page. ``addresses`` is for links from other pages: anchor → fragment of the page's URL."""

    def __init__(self, document: Document, *, cloud: bool) -> None:
        self.addresses: dict[str, str] = {}
        self._targets: dict[str, str] = {}
        self._macros: set[str] = set()
        kinds = present(document.blocks)  # one quick walk spares most documents the others
        self._linked = frozenset(_linked(document.blocks)) if AnchorLink in kinds else frozenset()
        self._prefix = "" if cloud else f"{PAGE_TITLE}-"
        self._glue = "-" if cloud else ""
        if Heading in kinds:
            self._headings(document)
        for inline in iter_inlines(document.blocks) if Anchor in kinds else ():
            if isinstance(inline, Anchor):
                self.addresses.setdefault(inline.name, self._prefix + quote(inline.name, safe=_UNRESERVED))

    def macro_for(self, anchor: str) -> bool:
        """Whether a heading needs an anchor macro."""
        return anchor in self._macros

    def linked(self, anchor: str) -> bool:
        """Whether anything on the page links to the anchor."""
        return anchor in self._linked

    def target(self, anchor: str) -> str:
        """What a link on the same page names in its ``ac:anchor``."""
        return self._targets.get(anchor, anchor)

    def _headings(self, document: Document) -> None:
        standing = list(_standing(document.blocks))
        for block in iter_blocks(document.blocks):
            if isinstance(block, Heading) and block.anchor:
                self.addresses[block.anchor] = self._prefix + quote(block.anchor, safe=_UNRESERVED)
                self._macros.add(block.anchor)
        own = [self._own(block) for block in standing]
        seen: dict[str, int] = {}
        for block, name in zip(standing, own, strict=True):
            number = seen.get(name, 0)
            seen[name] = number + 1
            if not isinstance(block, Heading) or not block.anchor or not name:
                continue
            address = self._prefix + name + (f".{number}" if number else "")
            self.addresses[block.anchor] = address
            self.addresses.update(dict.fromkeys(block.aliases, address))
            self._macros.discard(block.anchor)
            if block.anchor not in self._linked:
                continue
            if self._prefix or own.count(name) > 1:
                self._macros.add(block.anchor)
            else:
                self._targets[block.anchor] = name

    def _own(self, block: Heading | Section) -> str:
        """The anchor that the wiki gives a heading, percent-encoded; empty where that isn't known for sure."""
        if isinstance(block, Section):
            text = block.title
        elif all(isinstance(inline, Span) for inline in block.content):
            text = text_of(block.content)
        else:
            return ""
        return quote(self._glue.join(text.split()), safe=_UNRESERVED)


def _standing(blocks: Iterable[Block]) -> Iterator[Heading | Section]:
    """What is written as a heading: in lists, quotations and tables headings become lines of text."""
    for block in blocks:
        if type(block) not in _HOLD_HEADINGS:
            continue
        if isinstance(block, Heading) or (
            isinstance(block, Section) and block.title and block.role not in {"method", "appendix", "about"}
        ):
            yield block
        if isinstance(block, Columns):
            for column in block.columns:
                yield from _standing(column)
        elif isinstance(block, Tabs):
            for tab in block.tabs:
                yield from _standing(tab.blocks)
        elif isinstance(block, Output | Callout | Toggle | Section | Figure):
            yield from _standing(block.blocks)


def _linked(blocks: tuple[Block, ...]) -> Iterator[str]:
    for inline in iter_inlines(blocks):
        if isinstance(inline, Span | InlineImage) and isinstance(inline.href, AnchorLink):
            yield inline.href.anchor
    for block in iter_blocks(blocks):
        if isinstance(block, Image) and isinstance(block.href, AnchorLink):
            yield block.href.anchor
