"""Headings get anchors: GitHub's slugs, unique on the page. Levels stay as the author wrote them.

A body that starts again at level 1 keeps it: wikis show several headings of level 1 well, and shifting would change
what authors see in their own tools.
"""

from __future__ import annotations

import re

import msgspec

from converters.build import text_of
from converters.model import Block, Blocks, Document, Heading, Span
from converters.transforms.context import Context
from converters.walk import iter_blocks, map_blocks

_HAS_NUMBER = re.compile(r"\s*\d+(?:\.\d+)*[.)]?\s")
_DROPPED = re.compile(r"[^\w\- ]", re.UNICODE)


def slug(text: str) -> str:
    """GitHub's anchor of a heading: lower case, blanks as ``-``, punctuation dropped.

    Source: github.com/Flet/github-slugger.
    """
    return _DROPPED.sub("", " ".join(text.split()).lower()).replace(" ", "-")


_HEADINGS = frozenset({Heading})


def headings(document: Document, context: Context) -> Document:
    """The document with a unique anchor on each heading; anchors that authors gave stay, the first of equals.

    Headings get numbers where the metadata ask for it; anchors know nothing of them.
    """
    used: dict[str, int] = {}

    def one(block: Block) -> Block:
        if not isinstance(block, Heading):
            return block
        wanted = block.anchor or slug(text_of(block.content)) or "section"
        anchor = wanted
        while anchor in used:
            used[wanted] = used.get(wanted, 0) + 1
            anchor = f"{wanted}-{used[wanted]}"
        used.setdefault(anchor, 0)
        return block if anchor == block.anchor else msgspec.structs.replace(block, anchor=anchor)

    blocks = context.mapped(document.blocks, _HEADINGS, one)
    return msgspec.structs.replace(
        document, blocks=_numbered(blocks, context.heading_numbers) if document.meta.numbering else blocks
    )


def _numbered(blocks: Blocks, numbers: dict[str, str]) -> Blocks:
    """The headings with numbers as Quarto and R Markdown give them: 1, 1.1, 1.2, 2. Numbers that authors wrote stay.

    ``numbers`` is filled with them, by anchor.
    """
    found = [block for block in iter_blocks(blocks) if isinstance(block, Heading) and block.numbered]
    if not found or any(_HAS_NUMBER.match(text_of(block.content)) for block in found):
        return blocks
    top = min(block.level for block in found)
    counts = [0] * 6

    def one(block: Block) -> Block:
        if not isinstance(block, Heading) or not block.numbered:
            return block
        depth = block.level - top
        counts[depth] += 1
        counts[depth + 1 :] = [0] * (5 - depth)
        number = numbers[block.anchor] = ".".join(str(count) for count in counts[: depth + 1])
        return msgspec.structs.replace(block, content=(Span(f"{number} "), *block.content))

    return map_blocks(blocks, one)
