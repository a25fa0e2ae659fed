"""What a document is called: by its header, by its first heading of level 1, or by its file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TypeAlias

import msgspec

from converters.build import text_of
from converters.metadata import Metadata
from converters.model import (
    Anchor,
    AnchorLink,
    Block,
    Blocks,
    Callout,
    CrossRef,
    Heading,
    ImageRef,
    Inline,
    InlineImage,
    ListBlock,
    Paragraph,
    Quote,
    Span,
)
from converters.walk import map_inlines

Titled: TypeAlias = tuple[Blocks, Metadata]
BYLINE_WORDS = 10
"""So many words above a title may be its author, date and place. Ours, from the notebooks of the corpus."""
_PICTURES = (ImageRef, InlineImage)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")
"""A word, or a sign of scripts that set none apart."""
_BETWEEN = re.compile(r"[_\s]+|(?<=\w)-(?=\w)")


def titled(blocks: Sequence[Block], meta: Metadata, path: str) -> Titled:
    """Blocks and metadata with a title: the header's, else the first heading of level 1, else the file's name.

    That heading is a section's, not the document's, where others of level 1 follow and text stands before it. It leaves
    the body if it says the title and no other heading stands before it; its pictures stay.
    """
    title = _one_line(meta.title)
    first = next((at for at, block in enumerate(blocks) if isinstance(block, Heading)), None)
    top = next((at for at, block in enumerate(blocks) if isinstance(block, Heading) and block.level == 1), None)
    if top is not None and isinstance(heading := blocks[top], Heading):
        text = _words(heading)
        if not title and not _is_section(blocks, top):
            title = text
        if text and text == title and top == first:
            pictures = tuple(one for one in heading.content if isinstance(one, _PICTURES))
            kept = (Paragraph(pictures),) if pictures else ()
            blocks = (*blocks[:top], *kept, *blocks[top + 1 :])
            blocks = _with_names(blocks, heading.aliases, title) if heading.aliases else blocks
    return tuple(blocks), msgspec.structs.replace(meta, title=title or _of_file(path))


def _of_file(path: str) -> str:
    """The file's name as words; a folder's own page is called by its folder."""
    where = PurePosixPath(path)
    name = where.parent.name if where.stem.lower() in {"index", "readme"} and where.parent.name else where.stem
    words = _BETWEEN.sub(" ", name).strip()
    return words[:1].upper() + words[1:] or "Untitled"


def _is_section(blocks: Sequence[Block], at: int) -> bool:
    """Whether a heading of level 1 is one of several, and text stands before it that is more than a byline."""
    if not any(isinstance(block, Heading) and block.level == 1 for block in blocks[at + 1 :]):
        return False
    return sum(map(_says, blocks[:at])) > BYLINE_WORDS


def _says(block: Block) -> int:
    """How many words of text a block has; badges and pictures are none, lists and boxes always more than a byline."""
    if isinstance(block, Paragraph):
        return sum(len(_WORD.findall(one.text)) for one in block.content if isinstance(one, Span))
    return BYLINE_WORDS + 1 if isinstance(block, ListBlock | Quote | Callout) else 0


def _words(heading: Heading) -> str:
    """A heading in one line; alternative texts of pictures only where it says nothing else."""
    without = _one_line(text_of(one for one in heading.content if not isinstance(one, _PICTURES)))
    return without or _one_line(text_of(heading.content))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _with_names(blocks: Blocks, names: tuple[str, ...], title: str) -> Blocks:
    """The body below a title that has names of its own: links to them lead to its top and show the title."""
    asked = False

    def named(inline: Inline) -> Inline:
        nonlocal asked
        link = inline.href if isinstance(inline, Span) else None
        if isinstance(inline, CrossRef) and inline.label in names:
            asked = True
            return inline if inline.text else msgspec.structs.replace(inline, text=title)
        asked = asked or (isinstance(link, AnchorLink) and link.anchor in names)
        return inline

    found = map_inlines(blocks, named)
    if not asked:
        return blocks
    anchors = tuple(Anchor(name) for name in names)
    first = found[0]
    if isinstance(first, Paragraph):
        return (msgspec.structs.replace(first, content=(*anchors, *first.content)), *found[1:])
    return (Paragraph(anchors), *found)
