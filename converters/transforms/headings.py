"""Headings get anchors: GitHub's slugs, unique on the page. Levels stay as the author wrote them.

A body that starts again at level 1 keeps it: wikis show several headings of level 1 well, and shifting would change
what authors see in their own tools.
"""

from __future__ import annotations

import re

import msgspec

from converters.build import text_of
from converters.model import Block, Document, Heading
from converters.transforms.context import Context
from converters.walk import map_blocks

_DROPPED = re.compile(r"[^\w\- ]", re.UNICODE)


def slug(text: str) -> str:
    """GitHub's anchor of a heading: lower case, blanks as ``-``, punctuation dropped.

    Source: github.com/Flet/github-slugger.
    """
    return _DROPPED.sub("", " ".join(text.split()).lower()).replace(" ", "-")


def headings(document: Document, context: Context) -> Document:  # noqa: ARG001
    """The document with a unique anchor on each heading; anchors that authors gave stay, the first of equals."""
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

    return msgspec.structs.replace(document, blocks=map_blocks(document.blocks, one))
