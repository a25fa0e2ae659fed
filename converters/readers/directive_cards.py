"""Cards and grids of sphinx-design and mystmd."""

from __future__ import annotations

import re

import msgspec

from converters.model import Block, Blocks, Columns, CrossRef, FileLink, Inlines, Mark, Paragraph, Section, Span
from converters.readers.address import href
from converters.readers.directive_figures import image_of
from converters.readers.directive_parts import Directive, line_of

_HEAD = re.compile(r"^\^{3,}[ \t]*$", re.MULTILINE)
_FOOT = re.compile(r"^\+{3,}[ \t]*$", re.MULTILINE)


def card(own: Directive) -> Blocks:
    """Title, header, content and footer, one below the other; in a grid all of them in one place."""
    header, body, footer = "", own.body, ""
    if parts := _HEAD.split(body, maxsplit=1)[1:]:
        header, body = _HEAD.split(body, maxsplit=1)[0], parts[0]
    if parts := _FOOT.split(body, maxsplit=1)[1:]:
        body, footer = _FOOT.split(body, maxsplit=1)[0], parts[0]
    header, footer = own.option("header") or header, own.option("footer") or footer  # mystmd's are options
    title = _linked(line_of(own.argument, own), own)
    blocks = (
        *_pictures(own, "img-top", "img", "img-background"),
        *own.blocks(header),
        *((Paragraph(title, where=own.where),) if title else ()),
        *own.blocks(body),
        *_pictures(own, "img-bottom"),
        *own.blocks(footer),
    )
    return (Section("plain", blocks, where=own.where),)


def _pictures(own: Directive, *names: str) -> Blocks:
    """The pictures that a card's options name."""
    options = own.options | {"alt": own.option("img-alt")} if isinstance(own.options, dict) else own.options
    found = (
        image_of(msgspec.structs.replace(own, argument=own.option(name), options={**options, "target": ""}))
        for name in names
        if own.option(name)
    )
    return tuple(each for each in found if each is not None)


def _linked(title: Inlines, own: Directive) -> Inlines:
    """The title in bold, leading where the card does; a card without title shows its address."""
    target = own.option("link")
    kind = own.option("link-type")
    if kind == "ref" and target:
        words = "".join(each.text for each in title if isinstance(each, Span))
        return (CrossRef(target, text=words, source=target, marks=frozenset({Mark.STRONG})),)
    link = (
        None
        if not target
        else FileLink(target.lstrip("/"))
        if kind == "doc"
        else href(target, own.reader.context, own.where)
    )
    words_or_target: Inlines = title or ((Span(target),) if target else ())
    return tuple(
        Span(each.text, each.marks | {Mark.STRONG}, link or each.href) if isinstance(each, Span) else each
        for each in words_or_target
    )


def grid(own: Directive) -> Blocks:
    """Cards side by side, as many as the grid has columns on a wide screen, three at most."""
    counts = [int(each) for each in own.argument.split() if each.isdecimal()]
    wide = min(max(counts, default=2), 3)
    blocks = own.blocks()
    if wide < 2:
        return tuple(inner for block in blocks for inner in _inside(block))
    rows = [blocks[start : start + wide] for start in range(0, len(blocks), wide)]
    out: Blocks = ()
    for row in rows:
        if len(row) < 2:
            out = (*out, *(inner for block in row for inner in _inside(block)))
        else:
            out = (*out, Columns(tuple(map(_inside, row)), where=own.where))
    return out


def _inside(block: Block) -> Blocks:
    if isinstance(block, Section) and block.role == "plain" and not block.title:
        return block.blocks
    return (block,)
