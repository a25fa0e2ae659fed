"""Equations for Confluence: a picture each, with the LaTeX kept as its text; Notion sets LaTeX itself."""

from __future__ import annotations

import msgspec

from converters.model import Block, Code, Document, Inline, InlineMath, Mark, Math, Span, Where
from converters.notes import degraded
from converters.transforms.context import Context
from converters.transforms.equations import Picture, equation_picture
from converters.walk import map_both


def maths(document: Document, context: Context) -> Document:
    """The document with a picture for each equation, or the LaTeX as code and a note where it can't be set."""
    if context.options.target != "confluence" or context.options.math != "image":
        return document
    if not context.has(document.blocks, InlineMath, Math):
        return document
    place = Where(context.path) if context.path else None

    def enter(value: Block) -> None:
        nonlocal place
        place = value.where or place

    def inline(value: Inline) -> Inline:
        if not isinstance(value, InlineMath):
            return value
        picture = equation_picture(value.tex, display=False)
        if picture is None:
            _unrendered(value.tex, place, context)
            return Span(" ".join(value.tex.split()), frozenset({Mark.CODE}))
        return msgspec.structs.replace(
            value,
            asset=_asset(picture, context),
            width=picture.width,
            height=picture.height,
            depth_px=picture.depth,
        )

    def block(value: Block) -> Block:
        if not isinstance(value, Math):
            return value
        picture = equation_picture(value.tex, display=True)
        if picture is None:
            _unrendered(value.tex, value.where or place, context)
            return Code(value.tex, "latex", where=value.where)
        return msgspec.structs.replace(
            value, asset=_asset(picture, context), width=picture.width, height=picture.height
        )

    blocks = map_both(document.blocks, block, inline, enter)
    return msgspec.structs.replace(document, blocks=blocks)


def _asset(picture: Picture, context: Context) -> str:
    return context.add(picture.png, "image/png", "equation").key


def _unrendered(tex: str, where: Where | None, context: Context) -> None:
    shown = " ".join(tex.split())
    shown = shown if len(shown) <= 80 else shown[:79] + "…"
    context.notes.append(degraded("math.unrendered", f"an equation is shown as its LaTeX: {shown}", where))
