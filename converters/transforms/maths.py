"""Equations for their targets: macros expanded; for Confluence a picture each, Notion sets LaTeX itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from converters.model import (
    Anchor,
    Block,
    Blocks,
    Code,
    Document,
    Inline,
    InlineMath,
    Inlines,
    Mark,
    Math,
    Paragraph,
    Span,
    Where,
)
from converters.notes import degraded
from converters.transforms.chemistry import plainer
from converters.transforms.context import Context
from converters.transforms.kept import Picture, kept_picture
from converters.transforms.math_words import apart
from converters.transforms.tex_macros import MAX_MACROS, Macros, defines
from converters.walk import TEXT, iter_blocks, iter_inlines

_EQUATIONS = frozenset({InlineMath, Math})
_WITH_DEFINITIONS = _EQUATIONS | {Paragraph}
"""What holds equations, and where nothing but definitions may stand."""


def maths(document: Document, context: Context) -> Document:
    """The document with its macros expanded, and where pictures are wanted one an equation.

    What can't be set is its LaTeX as code, with a note. Definitions of macros show nothing, so they go.
    """
    if context.options.target == "model" or not context.has(document.blocks, InlineMath, Math):
        return document
    pictures = context.options.target == "confluence" and context.options.math == "image"
    given = _of_header(document.meta.extra)
    texts = list(_all(document.blocks))
    macros = Macros(given) if given or any(map(defines, texts)) else None
    if not pictures and macros is None and not any("\\ce" in tex or "\\sideset" in tex for tex in texts):
        return document
    maker = _Maker(context, macros, pictures=pictures)
    held = _EQUATIONS if macros is None else _WITH_DEFINITIONS
    blocks = context.mapped(document.blocks, held, maker.block, maker.inline, maker.enter, TEXT)
    return msgspec.structs.replace(document, blocks=blocks)


def _of_header(extra: Mapping[str, object]) -> dict[str, str]:
    r"""Macros that a MyST header or project gives for all its equations: ``math: {'\RR': '\mathbb{R}'}``."""
    found = extra.get("math")
    macros: dict[str, str] = {}
    for name, value in found.items() if isinstance(found, Mapping) else ():
        body = value.get("macro") if isinstance(value, Mapping) else value
        if isinstance(body, str) and re.fullmatch(r"\\?[A-Za-z]+", str(name)) and len(macros) < MAX_MACROS:
            macros[str(name).removeprefix("\\")] = body
    return macros


def _all(blocks: Blocks) -> Iterator[str]:
    """The LaTeX of all equations."""
    yield from (block.tex for block in iter_blocks(blocks) if isinstance(block, Math))
    yield from (inline.tex for inline in iter_inlines(blocks) if isinstance(inline, InlineMath))


def _as_line(value: Math, pieces: Inlines) -> Paragraph:
    """A displayed equation as a line in the middle of the page, with its label and number."""
    label: Inlines = (Anchor(value.label),) if value.label else ()
    number: Inlines = (Span(f"   ({value.number})"),) if value.number else ()
    return Paragraph((*label, *pieces, *number), "center", where=value.where)


class _Maker:
    """One walk over a document, in reading order."""

    def __init__(self, context: Context, macros: Macros | None, *, pictures: bool) -> None:
        self.context = context
        self.macros = macros
        self.pictures = pictures
        self.place = Where(context.path) if context.path else None

    def enter(self, block: Block) -> None:
        """Notes from here on name the place of this block."""
        self.place = block.where or self.place

    def expanded(self, tex: str) -> str:
        """The LaTeX without definitions and macros."""
        tex = tex if self.macros is None else self.macros.expand(self.macros.take(tex)).strip()
        return tex if self.pictures else plainer(tex)

    def inline(self, value: Inline) -> Inline | Inlines | None:
        """An equation in running text."""
        if not isinstance(value, InlineMath):
            return value
        tex = self.expanded(value.tex)
        if not tex and value.tex.strip():
            return None
        if not self.pictures:
            return value if tex == value.tex else InlineMath(tex)
        picture = kept_picture(tex, display=False, kept=self.context.options.kept)
        if picture is None:
            if pieces := self.pieces(tex):
                return pieces
            self.unrendered(value.tex, self.place)
            return Span(" ".join(value.tex.split()), frozenset({Mark.CODE}))
        return msgspec.structs.replace(
            value,
            tex=tex,
            asset=self.asset(picture),
            width=picture.width,
            height=picture.height,
            depth_px=picture.depth,
        )

    def block(self, value: Block) -> Block | None:
        """A displayed equation; a paragraph of nothing but definitions goes with them."""
        if isinstance(value, Paragraph):
            return value if value.content or self.macros is None else None
        if not isinstance(value, Math):
            return value
        tex = self.expanded(value.tex)
        if not tex and value.tex.strip():
            return None
        if not self.pictures:
            return value if tex == value.tex else msgspec.structs.replace(value, tex=tex)
        picture = kept_picture(tex, display=True, kept=self.context.options.kept)
        if picture is None:
            if pieces := self.pieces(tex):
                return _as_line(value, pieces)
            self.unrendered(value.tex, value.where or self.place)
            return Code(value.tex, "latex", where=value.where)
        asset = self.asset(picture)
        return msgspec.structs.replace(value, tex=tex, asset=asset, width=picture.width, height=picture.height)

    def pieces(self, tex: str) -> Inlines:
        """An equation with words of scripts that no equation's font has, as pictures and text; () where it can't be."""
        found: list[Inline] = []
        for piece, is_text in apart(tex):
            picture = None if is_text else kept_picture(piece, display=False, kept=self.context.options.kept)
            if picture is not None:
                found.append(InlineMath(piece, self.asset(picture), picture.width, picture.height, picture.depth))
            elif is_text:
                found.append(Span(piece))
            else:
                return ()
        return tuple(found)

    def asset(self, picture: Picture) -> str:
        """The picture's key; the same equation gives the same bytes, and so one attachment."""
        return self.context.add(picture.png, "image/png", "equation").key

    def unrendered(self, tex: str, where: Where | None) -> None:
        """Note that an equation stands there as its LaTeX."""
        shown = " ".join(tex.split())
        shown = shown if len(shown) <= 80 else shown[:79] + "…"
        self.context.notes.append(degraded("math.unrendered", f"an equation is shown as its LaTeX: {shown}", where))
