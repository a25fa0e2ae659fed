"""Pieces of a paragraph → blocks: a lone picture is a figure, display equations and frames stand between the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from converters.build import plain, strip
from converters.model import (
    Block,
    Code,
    Embed,
    FileLink,
    Heading,
    Image,
    ImageRef,
    Inline,
    InlineImage,
    InlineMath,
    Inlines,
    Mark,
    Math,
    Paragraph,
    Raw,
    Rule,
    Span,
    Where,
)
from converters.notes import degraded
from converters.readers.context import MarkdownContext
from converters.readers.embeds import cells_link, cells_of, embed_reference, is_embed_mark
from converters.readers.inline_tags import Piece
from converters.readers.writing import is_rtl
from converters.walk import NESTING

_BLOCK_PIECES = (Math, Embed, Raw, Rule)
_PICTURES = (ImageRef, InlineImage)
_SPACE = re.compile(r"[ \t\n\r\f]+")


def as_text(text: str) -> Inlines:
    """A line of unmarked text, white space as HTML counts it."""
    return plain(_SPACE.sub(" ", text))


def as_inlines(block: Block, context: MarkdownContext) -> Inlines:
    """A block where only text may stand: equations and pictures in the line, frames and embedded cells as links with a
    note, the text of anything else.
    """
    where = block.where or context.where
    match block:
        case Math(tex=tex):
            return (InlineMath(tex),)
        case Image(ref=ref) if ref is not None:
            return (ref,)
        case Image():
            return (InlineImage(block.asset, block.url, block.alt, "", block.width, block.height, block.href),)
        case Code(text=text):
            return plain(text)
        case Embed():
            address = block.url if block.url.startswith("https://") else FileLink(block.url)
            _told("embed.line", f"{block.kind} {block.url:.100}", "link", context, where)
            return (Span(block.title or block.url, href=address),)
        case Raw() if (mark := cells_of(block)) is not None:
            _told("shortcode.embed", f"embed {mark.path:.100}", "link", context, where)
            return (cells_link(mark),)
        case Raw() if is_embed_mark(block):
            shown = embed_reference(block)
            _told("embed.line", f"what has the label {shown.label:.100}", "reference", context, where)
            return (shown,)
        case Raw(text=text):
            return (Span(text, frozenset({Mark.CODE})),)
        case _:
            return tuple(_inside(block, context))


def _told(code: str, what: str, becomes: str, context: MarkdownContext, where: Where | None) -> None:
    text = f"{what} is a {becomes} in a heading, title or table cell: give it a paragraph of its own to show it"
    context.notes.append(degraded(code, text, where))


def _inside(node: Any, context: MarkdownContext) -> Iterator[Inline]:
    """The text of all that stands in a block or part of one, a blank between any two."""
    for name, kind in NESTING.get(type(node), ()):
        value = getattr(node, name)
        if kind == "inlines":
            yield from (*value, Span(" ")) if value else ()
            continue
        parts = (value,) if kind == "part" and value else value or ()
        for part in (each for column in parts for each in column) if kind == "columns" else parts:
            yield from line_of(part, context) if kind != "parts" else _inside(part, context)
            yield Span(" ")


def line_of(block: Block, context: MarkdownContext) -> Inlines:
    """A block as one line."""
    return block.content if isinstance(block, Paragraph | Heading) else as_inlines(block, context)


def one_line(pieces: list[Piece], context: MarkdownContext) -> Inlines:
    """Pieces where only one line may stand."""
    line: list[Inline] = []
    for piece in pieces:
        if isinstance(piece, Inline):
            line.append(piece)
        else:
            line.extend(as_inlines(piece, context))
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
