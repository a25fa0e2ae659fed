"""Blocks of Markdown that hold no blocks: headings, listings, rules, equations; and a paragraph's place and caption."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from converters.build import plain, strip
from converters.model import Anchor, Block, Code, Heading, Image, Inlines, Math, Paragraph, Rule, Section, Span, Where
from converters.readers.attributes import attributes_of
from converters.readers.chunks import fenced
from converters.readers.pandoc_blocks import grid_table
from converters.readers.pandoc_tables import dash_table
from converters.readers.settle import TABSET, TABSET_END
from converters.readers.style import picture_align
from converters.readers.tex_tables import tex_table
from converters.readers.writing import is_rtl, shown, typeset

if TYPE_CHECKING:
    from markdown_it.token import Token

    from converters.readers.blocks import BlockReader

_LABEL = re.compile(r"\\label\{([^{}]*)\}")
_HEADING_NAME = re.compile(
    r"\s*\{:?\s*#\\?([\w.\-]+)(?:\s+(?:\.[\w\-]+|[\w\-]+=(?:\"[^\"{}]*\"|'[^'{}]*'|[^\s\"'{}]+)))*\s*\}$"
)
"""A heading's name as Hugo, kramdown, MkDocs and Docusaurus write it; Jupyter and GitHub would show it."""
_HEADING_ATTRS = re.compile(r"\s*\{([^{}]*)\}\s*$")


def captioned(
    block: Block, where: Where | None, flavor: str, attributes: Mapping[str, str], words: Inlines = ()
) -> Block:
    """A block at its place. A lone picture gets what its braces say, and in pandoc's dialect its description as caption.

    ``words`` is the caption in its braces with its markup, or else the description with its own, where it has any.
    """
    if isinstance(block, Image):
        if flavor == "pandoc" and block.alt and not block.caption:
            block = msgspec.structs.replace(block, caption=words or plain(block.alt))
        if attributes:
            caption = attributes.get("fig-cap", "")
            block = msgspec.structs.replace(
                block,
                alt=attributes.get("fig-alt") or block.alt,
                caption=(words or plain(caption)) if caption else block.caption,
                label=attributes.get("id", "") or block.label,
                align=picture_align(attributes) or block.align,
            )
    if where is not None and getattr(block, "where", None) is None:
        block = msgspec.structs.replace(block, where=where)
    return block


def heading(level: int, content: Inlines, where: Where | None, flavor: str) -> tuple[Heading | Section, ...]:
    """A heading, ``{#id .class}`` at its end taken as its anchor; () for one without text.

    One of class ``method``, ``appendix`` or ``result`` begins a section of that role.
    """
    anchor = ""
    aliases: tuple[str, ...] = ()
    role, numbered = None, True
    last = content[-1] if content else None
    text = getattr(last, "text", "")
    if flavor != "pandoc" and text.endswith("}") and (match := _HEADING_NAME.search(text)):
        content = strip((*content[:-1], msgspec.structs.replace(last, text=text[: match.start()])))  # type: ignore[type-var,arg-type]
        return (Heading(level, content, match[1], where),) if content else ()
    if flavor == "pandoc" and text.endswith("}") and (match := _HEADING_ATTRS.search(text)):
        identifier = re.search(r"#([\w:.\-]+)", match[1])
        anchor = identifier[1] if identifier else ""
        role = re.search(r"\.(method|appendix|result)\b", match[1])
        kept = msgspec.structs.replace(last, text=text[: match.start()])  # type: ignore[type-var]
        content = strip((*content[:-1], kept))  # type: ignore[arg-type]
        classes = attributes_of(match[1]).classes
        numbered = "unnumbered" not in classes and "-" not in match[1].split()
        aliases = (TABSET,) if "tabset" in classes else () if content else (TABSET_END,)
    found = (Heading(level, content, anchor, where, aliases, numbered),) if content or aliases else ()
    return (Section(role[1], found, where=where),) if role and found else found  # type: ignore[arg-type]


def leaf(token: Token, kind: str, reader: BlockReader) -> None:
    """A block without blocks inside goes into the innermost open container."""
    out, where = reader.stack[-1].blocks, reader.where
    if kind == "fence":
        out.extend(fenced(token, reader))
    elif kind == "code_block":
        out.append(Code(token.content.removesuffix("\n"), where=where))
    elif kind == "hr":
        out.append(Rule(where))
    elif kind in {"math_block", "math_block_label", "amsmath"}:
        label = token.info or next(iter(_LABEL.findall(token.content)), "")
        if (table := tex_table(token.content, where)) is not None:
            out.append(table)
        elif token.content.strip():
            out.append(Math(token.content.strip(), label, where=where))
    elif kind == "myst_target":
        out.append(Paragraph((Anchor(token.content),), where=where))
    elif kind == "grid_table":
        out.extend(grid_table(token.content, token.map[0] if token.map else 0, reader))
    elif kind == "dash_table":
        out.extend(dash_table(token.content, token.map[0] if token.map else 0, reader))
    elif token.content:
        out.append(Code(token.content, where=where))


def only_words(text: str, where: Where | None, flavor: str) -> tuple[Paragraph, ...]:
    """A paragraph of nothing but words: most of them are, and need no further looking into."""
    text = shown(typeset(text) if flavor == "pandoc" else text).strip()
    return (Paragraph((Span(text),), rtl=is_rtl(text), where=where),) if text else ()
