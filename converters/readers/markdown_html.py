"""HTML blocks between Markdown: balanced stretches are read as HTML, tags around Markdown become its containers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from converters.build import strip
from converters.model import Blocks, Inlines, Where
from converters.readers.context import MarkdownContext
from converters.readers.html import read_html
from converters.readers.html_pieces import HtmlPiece, html_pieces
from converters.readers.odd_elements import HELD
from converters.readers.paragraphs import line_of
from converters.readers.writing import shown, typeset

if TYPE_CHECKING:
    from markdown_it.token import Token

    from converters.readers.blocks import BlockReader

_OF_HTML = frozenset(
    {"softbreak", "hardbreak", "html_inline", "image", "math_inline", "math_inline_double", "math_single", "math_block"}
)
"""Inline tokens without an end of their own that the renderer writes as HTML."""
_SUMMARY = re.compile(r"<summary\b[^>]*>(.*?)</summary\s*>", re.DOTALL | re.IGNORECASE)


def html_block(tokens: list[Token], position: int, reader: BlockReader) -> int:
    """Reads an HTML block; the position after it, or after the table that it opens around Markdown."""
    pieces = html_pieces(tokens[position].content)
    if any(piece.kind == "open" and piece.text == "table" for piece in pieces):
        return _table(tokens, position, reader)
    for piece in pieces:
        _piece(piece, reader)
    return position + 1


def _piece(piece: HtmlPiece, reader: BlockReader) -> None:
    """A balanced stretch of HTML, or one tag around Markdown."""
    stack = reader.stack
    if piece.kind == "open":
        reader.open_html(piece.text, piece.attributes)
    elif piece.kind == "close":
        for position in range(len(stack) - 1, 0, -1):
            if not stack[position].kind.startswith("<"):
                break
            if stack[position].kind == "<" + piece.text:
                while len(stack) > position:
                    reader.pop()
                break
    else:
        text, frame = piece.text, stack[-1]
        if frame.kind == "<details" and (match := _SUMMARY.search(text)):
            frame.title = _line(match[1], reader)
            text = text[: match.start()] + text[match.end() :]
        frame.blocks.extend(read_html(text, reader.context, narrative=True))


def html_line(tokens: list[Token], context: MarkdownContext, where: Where | None) -> Blocks:
    """Text of Markdown in which elements stand that make blocks, such as a list in a table's cell."""
    from converters.readers.markdown import rendered_line

    return read_html(rendered_line(with_held(tokens, context, where), context), context, narrative=True)


def with_held(tokens: list[Token], context: MarkdownContext, where: Where | None) -> list[Token]:
    """Inline tokens as HTML can have them: what it has no words for (references, roles, notes) is read and held."""
    result: list[Token] = []
    for token in tokens:
        if token.type in {"text", "text_special"}:
            text = typeset(token.content) if context.flavor == "pandoc" else token.content
            result.append(token.copy(type="text", content=shown(text) if token.type == "text" else token.content))
        elif token.type in _OF_HTML or token.nesting or (token.type == "code_inline" and context.flavor == "jupyter"):
            result.append(token)
        else:
            from converters.readers.inlines import InlineReader

            context.held.append(list(InlineReader(context, where).read([token])))
            held = f'<{HELD} data-n="{len(context.held) - 1}"></{HELD}>'
            result.append(token.copy(type="html_inline", content=held))
    return result


def _line(text: str, reader: BlockReader) -> Inlines:
    """HTML as one line."""
    return strip(
        inline for block in read_html(text, reader.context, narrative=True) for inline in line_of(block, reader.context)
    )


def _table(tokens: list[Token], position: int, reader: BlockReader) -> int:
    """An HTML table with Markdown in its cells: the whole of it by way of HTML."""
    from converters.readers.markdown import rendered

    depth, end = 0, position
    while end < len(tokens):
        if tokens[end].type == "html_block":
            depth += len(re.findall(r"<table\b", tokens[end].content, re.IGNORECASE))
            depth -= len(re.findall(r"</table\b", tokens[end].content, re.IGNORECASE))
            if depth <= 0:
                break
        end += 1
    inside = [
        token.copy(children=with_held(token.children, reader.context, reader.where)) if token.children else token
        for token in tokens[position : end + 1]
    ]
    html = rendered(inside, reader.context)
    reader.stack[-1].blocks.extend(read_html(html, reader.context, narrative=True))
    return end + 1
