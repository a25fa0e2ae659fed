"""Neighbours that belong together: targets and what they name, tables and their captions, headings and their tabs."""

from __future__ import annotations

import re

import msgspec

from converters.build import strip
from converters.model import (
    Anchor,
    Block,
    Blocks,
    Callout,
    Code,
    Figure,
    Heading,
    Image,
    Inlines,
    Math,
    Paragraph,
    Span,
    Tab,
    Table,
    Tabs,
)
from converters.readers.attributes import attributes_of

TABSET = "\x00tabset"
"""Stands among a heading's aliases until its sections are tabs (R Markdown's ``## Title {.tabset}``)."""
TABSET_END = "\x00end of tabset"
"""The alias of a heading without words, ``## {-}``: it ends the tabs above it and is gone then."""

_CAPTION = re.compile(r"(?:[Tt]able)?:[ \u00a0]")
_BRACES = re.compile(r"(?:(?<=\S)|\A)\s*+\{([^{}]*+)\}\s*$")
_MAX_NAMES = 50
"""Names of one thing that are gathered; ours: a pile of thousands is no work of an author."""
_BOOKDOWN = re.compile(r"^\(\\?#((?:fig|tab|tbl|lst):[\w:.\-]+)\)\s*")
_EQUATION = re.compile(r"\(\\#(eq:[\w:.\-]+)\)")

_Labelled = Image | Table | Code | Math | Figure | Callout


def settled(blocks: Blocks, flavor: str) -> Blocks:
    """The blocks of one container with such neighbours joined; the same tuple where there are none."""
    if len(blocks) < 2 and (flavor != "pandoc" or not blocks or isinstance(blocks[0], Paragraph)):
        return blocks
    result: list[Block] = []
    changed = False
    for block in blocks:
        last = result[-1] if result else None
        joined: Block | None = None
        if isinstance(last, Paragraph) and _is_target(last):
            joined = _named(last, block)
        elif flavor == "pandoc":
            if isinstance(block, Paragraph) and isinstance(last, Table):
                joined = _with_caption(last, block)
            elif isinstance(block, Table) and isinstance(last, Paragraph):
                joined = _with_caption(block, last)
        if joined is not None:
            result[-1] = joined
        else:
            result.append(block)
        changed = changed or joined is not None
        if flavor == "pandoc" and isinstance(result[-1], Math | Image | Table):
            changed = _bookdown(result) or changed
    if flavor == "pandoc" and any(
        isinstance(block, Heading) and block.aliases and block.aliases[-1] in {TABSET, TABSET_END} for block in result
    ):
        return _tabbed(tuple(result))
    return tuple(result) if changed else blocks


def _is_target(paragraph: Paragraph) -> bool:
    return 0 < len(paragraph.content) <= _MAX_NAMES and all(isinstance(inline, Anchor) for inline in paragraph.content)


def _named(target: Paragraph, block: Block) -> Block | None:
    """The block with the names of the target above it; None where it can't carry them."""
    names = tuple(inline.name for inline in target.content if isinstance(inline, Anchor))
    if isinstance(block, Heading):
        return msgspec.structs.replace(block, aliases=(*names, *block.aliases))
    if isinstance(block, Paragraph):
        return msgspec.structs.replace(block, content=(*target.content, *block.content))
    if isinstance(block, _Labelled) and not block.label and len(names) == 1:
        return msgspec.structs.replace(block, label=names[0])
    return None


def _with_caption(table: Table, paragraph: Paragraph) -> Table | None:
    """The table with a paragraph ``: Caption {#tbl-x}`` above or below it; None where that is no caption."""
    first = paragraph.content[0] if paragraph.content else None
    if table.caption or not isinstance(first, Span) or first.marks or not (match := _CAPTION.match(first.text)):
        return None
    words: Inlines = (msgspec.structs.replace(first, text=first.text[match.end() :]), *paragraph.content[1:])
    label, columns = table.label, table.columns
    last = words[-1]
    if isinstance(last, Span) and (braces := _BRACES.search(last.text)):
        found = attributes_of(braces[1])
        words = (*words[:-1], msgspec.structs.replace(last, text=last.text[: braces.start()]))
        label = found.id or label
        widths = [float(each) for each in re.findall(r"\d+(?:\.\d+)?", found.values.get("tbl-colwidths", ""))]
        if len(widths) == len(columns) and all(widths):
            columns = tuple(
                msgspec.structs.replace(column, width=width) for column, width in zip(columns, widths, strict=True)
            )
    return msgspec.structs.replace(table, caption=strip(words), label=label, columns=columns)


def without_braces(words: Inlines) -> Inlines:
    """A caption without the attributes at its end."""
    last = words[-1] if words else None
    if isinstance(last, Span) and (braces := _BRACES.search(last.text)) and "=" in braces[1]:
        return strip((*words[:-1], msgspec.structs.replace(last, text=last.text[: braces.start()])))
    return words


def _bookdown(result: list[Block]) -> bool:
    r"""Takes bookdown's labels, ``(\#fig:x)`` before a caption and ``(\#eq:x)`` in an equation, out of the last block."""
    block = result[-1]
    if isinstance(block, Math):
        found = _EQUATION.search(block.tex)
        if found is None:
            return False
        tex = (block.tex[: found.start()].rstrip() + block.tex[found.end() :]).strip()
        result[-1] = msgspec.structs.replace(block, tex=tex, label=block.label or found[1])
        return True
    if not isinstance(block, Image | Table) or not block.caption:
        return False
    first = block.caption[0]
    if not isinstance(first, Span) or not (match := _BOOKDOWN.match(first.text)):
        return False
    caption = strip((msgspec.structs.replace(first, text=first.text[match.end() :]), *block.caption[1:]))
    block = msgspec.structs.replace(block, caption=caption, label=block.label or match[1])
    if isinstance(block, Image):
        block = msgspec.structs.replace(block, alt=_BOOKDOWN.sub("", block.alt))
    result[-1] = block
    return True


def _tabbed(blocks: Blocks) -> Blocks:
    """The sections below a heading with ``.tabset`` as tabs, up to the next heading of its own level or without words."""
    result: list[Block] = []
    level = 0
    tabs: list[tuple[Heading, list[Block]]] = []
    for block in blocks:
        if isinstance(block, Heading) and (not level or block.level <= level or not block.content):
            result += _tabs(tabs)
            level, tabs = (block.level if TABSET in block.aliases else 0), []
            aliases = tuple(alias for alias in block.aliases if alias not in {TABSET, TABSET_END})
            if block.content:
                result.append(msgspec.structs.replace(block, aliases=aliases))
        elif level and isinstance(block, Heading) and block.level == level + 1:
            tabs.append((block, []))
        elif tabs:
            tabs[-1][1].append(block)
        else:
            result.append(block)
    return (*result, *_tabs(tabs))


def _tabs(sections: list[tuple[Heading, list[Block]]]) -> list[Block]:
    """Sections as tabs; one that is a set of tabs itself holds them."""
    from converters.build import text_of

    tabs = (Tab(text_of(title.content), _tabbed((title, *blocks))[1:]) for title, blocks in sections)
    return [Tabs(tuple(tabs))] if sections else []
