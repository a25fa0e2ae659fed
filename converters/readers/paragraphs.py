"""Pieces of a paragraph → blocks: a lone picture is a figure, display equations and frames stand between the text."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from converters.build import plain, strip
from converters.model import (
    Block,
    Code,
    Embed,
    Heading,
    Image,
    ImageRef,
    Inline,
    InlineImage,
    InlineMath,
    Inlines,
    Math,
    Paragraph,
    Raw,
    Rule,
    Span,
)
from converters.readers.context import MarkdownContext
from converters.readers.embeds import cells_link, cells_of, embed_reference, is_embed_mark
from converters.readers.inline_tags import Piece
from converters.readers.writing import is_rtl
from converters.walk import iter_inlines

_BLOCK_PIECES = (Math, Embed, Raw, Rule)
_PICTURES = (ImageRef, InlineImage)
_SPACE = re.compile(r"[ \t\n\r\f]+")


def as_text(text: str) -> Inlines:
    """A line of unmarked text, white space as HTML counts it."""
    return plain(_SPACE.sub(" ", text))


def as_inlines(block: Block) -> Inlines:
    """A block where only text may stand: equations and pictures in the line, the text of anything else."""
    match block:
        case Math(tex=tex):
            return (InlineMath(tex),)
        case Image(ref=ref) if ref is not None:
            return (ref,)
        case Image():
            return (InlineImage(block.asset, block.url, block.alt, "", block.width, block.height, block.href),)
        case Code(text=text):
            return plain(text)
        case Raw() if (mark := cells_of(block)) is not None:
            return (cells_link(mark),)
        case Raw() if is_embed_mark(block):
            return (embed_reference(block),)
        case _:
            return tuple(iter_inlines((block,)))


def line_of(block: Block) -> Inlines:
    """A block as one line."""
    return block.content if isinstance(block, Paragraph | Heading) else as_inlines(block)


def one_line(pieces: list[Piece]) -> Inlines:
    """Pieces where only one line may stand."""
    line: list[Inline] = []
    for piece in pieces:
        if isinstance(piece, Inline):
            line.append(piece)
        else:
            line.extend(as_inlines(piece))
    return strip(line)


def lone_picture(pieces: list[Piece], context: MarkdownContext) -> Image | None:
    """The picture of a paragraph that holds nothing else, as a figure."""
    found: ImageRef | InlineImage | None = None
    for piece in pieces:
        if found is None and isinstance(piece, _PICTURES):
            found = piece
        elif not (hasattr(piece, "text") and not piece.text.strip()):
            return None
    if found is None:
        return None
    title = as_text(found.title)
    size: tuple[int | None, int | None] = (found.width, found.height)
    if isinstance(found, ImageRef):
        return Image(
            ref=found, alt=found.alt, caption=title, width=size[0], height=size[1], href=found.href, where=context.where
        )
    return Image(found.asset, found.url, None, found.alt, title, size[0], size[1], href=found.href, where=context.where)


def runs_to_the_left(content: Inlines) -> bool:
    """Whether a paragraph's first words run from right to left."""
    for inline in content:
        if isinstance(inline, Span) and (not inline.text.isascii() or any(map(str.isalpha, inline.text))):
            return is_rtl(inline.text)
    return False


def paragraphs(pieces: list[Piece], context: MarkdownContext, align: Any = None) -> list[Block]:
    """The blocks of one paragraph's pieces: display equations and frames between stretches of text."""
    if (figure := lone_picture(pieces, context)) is not None:
        return [msgspec.structs.replace(figure, align=align) if align else figure]
    out: list[Block] = []
    line: list[Inline] = []
    for piece in (*pieces, None):
        if piece is not None and not isinstance(piece, _BLOCK_PIECES):
            line.append(piece)  # type: ignore[arg-type]
            continue
        content = strip(line)
        if content:
            out.append(Paragraph(content, align, runs_to_the_left(content), context.where))
        line.clear()
        if piece is not None:
            out.append(piece)
    return out
