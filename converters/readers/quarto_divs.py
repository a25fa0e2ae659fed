"""Divs of pandoc, Quarto and bookdown → callouts, figures, columns, theorems, tabs, or just what is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from converters import notes
from converters.build import cell_of, plain, spans
from converters.labels import CALLOUTS as CALLOUT_LABELS
from converters.labels import THEOREMS, WORDS, prefix_of
from converters.model import (
    Block,
    Blocks,
    Callout,
    Citation,
    Columns,
    Figure,
    Heading,
    Image,
    ImageRef,
    InlineImage,
    Inlines,
    LineBreak,
    ListBlock,
    Mark,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
    Where,
)
from converters.readers.attributes import Attributes
from converters.readers.settle import settled, without_braces

if TYPE_CHECKING:
    from converters.readers.blocks import BlockReader
    from converters.readers.inlines import InlineReader

CONDITIONAL = frozenset(["content-visible", "content-hidden"])
"""Classes of conditional content. Source: quarto.org/docs/authoring/conditional.html."""
_SHOWN = frozenset(
    ["html", "html:js", "html4", "html5", "markdown", "md", "gfm", "commonmark", "commonmark_x", "confluence"]
)
"""Formats of conditional content that a wiki page is one of."""
_THEOREMS = frozenset(WORDS[prefix].lower() for prefix in THEOREMS) - {"solution", "remark", "algorithm"}
_REMARKS = frozenset(["proof", "remark", "solution"])
_WIDTH = re.compile(r"(\d{1,6}(?:\.\d+)?)\s*%?")


def pandoc_div(attributes: Attributes, blocks: Blocks, reader: BlockReader) -> Blocks | None:
    """The blocks of a div with attributes; None where nothing in them says more than that it is a div."""
    classes, values, where = frozenset(attributes.classes), attributes.values, reader.where
    if classes & CONDITIONAL:
        return blocks if is_shown(attributes, reader) else ()
    if attributes.id == "refs" and not blocks and reader.context.cites:
        return (Paragraph((Citation(),), where=where),)
    if "hidden" in classes or "visually-hidden" in classes:
        if blocks:
            told_once("hidden divs are left out, as their author wants it", reader)
        return ()
    prefix = prefix_of(attributes.id)
    if prefix in THEOREMS or classes & _THEOREMS:
        return (_theorem(attributes, prefix, blocks, reader),)
    if classes & _REMARKS:
        name = _caption(values.get("name", ""), reader)
        return _remark(next(each for each in attributes.classes if each in _REMARKS), name, blocks)
    if "list-table" in classes:
        blocks = list_table(blocks, _number(values.get("header-rows", "1")), 0, reader)
    if prefix in {"fig", "tbl", "tab", "lst"}:
        return _figure(attributes, prefix, blocks, reader)
    if "columns" in classes:
        return side_by_side(blocks, where)
    if "column" in classes:
        width = _WIDTH.match(values.get("width", ""))
        return (Columns((blocks,), (float(width[1]),) if width and float(width[1]) else (), where),)
    if "list-table" in classes:
        return blocks
    if "layout-ncol" in values or "layout-nrow" in values or "layout" in values:
        return laid_out(blocks, attributes, where)
    if classes & {"column-margin", "aside", "margin-note"} and all(isinstance(each, Paragraph) for each in blocks):
        return (Callout("note", blocks, where=where),) if blocks else ()
    return None


def is_shown(attributes: Attributes, reader: BlockReader | InlineReader) -> bool:
    """Whether conditional content, a div or a span, is on the page; with a note where its author may not expect it."""
    if not _visible(attributes):
        told_once("content for other formats than a web page is left out, as its author wants it", reader)
        return False
    if {"when-profile", "unless-profile", "when-meta", "unless-meta"} & attributes.values.keys():
        text = (
            "content under a condition on a profile or on metadata is shown: conditions of that kind are not looked at"
        )
        told_once(text, reader)
    return True


def told_once(text: str, reader: BlockReader | InlineReader) -> None:
    """One note a document about what authors leave out, or show, under a condition."""
    if text not in reader.context.told:
        reader.context.told.add(text)
        make = notes.info if " is shown:" in text else notes.dropped
        reader.context.notes.append(make("div.format", text, reader.where))


def _visible(attributes: Attributes) -> bool:
    """Whether conditional content is for a page like ours; conditions on a profile or on metadata count as met."""
    values = attributes.values
    wanted = True
    if "when-format" in values:
        wanted = values["when-format"].lower() in _SHOWN
    if "unless-format" in values:
        wanted = wanted and values["unless-format"].lower() not in _SHOWN
    return wanted if "content-visible" in attributes.classes else not wanted


def callout_label(attributes: Attributes, made: Callout) -> Callout:
    """A callout of Quarto with its label: one with a known prefix (``tip-…``) is numbered."""
    if not attributes.id:
        return made
    prefix = prefix_of(attributes.id)
    theorem = prefix if prefix in CALLOUT_LABELS else ""
    return msgspec.structs.replace(made, label=attributes.id, theorem=theorem)


def _theorem(attributes: Attributes, prefix: str, blocks: Blocks, reader: BlockReader) -> Callout:
    kind = prefix or next(each for each in attributes.classes if each in _THEOREMS)
    name = attributes.values.get("name", "") or attributes.values.get("title", "")
    title = _caption(name, reader)
    if not title and blocks and isinstance(blocks[0], Heading):
        title, blocks = blocks[0].content, blocks[1:]
    return Callout("note", blocks, title, where=reader.where, label=attributes.id, theorem=kind)


def _remark(kind: str, name: Inlines, blocks: Blocks) -> Blocks:
    """``Proof.`` before the first paragraph."""
    words = (Span(f"{kind.capitalize()} ("), *name, Span("). ")) if name else (Span(f"{kind.capitalize()}. "),)
    lead = spans(
        msgspec.structs.replace(each, marks=each.marks | {Mark.EM}) if isinstance(each, Span) else each
        for each in words
    )
    if blocks and isinstance(blocks[0], Paragraph):
        return (msgspec.structs.replace(blocks[0], content=(*lead, *blocks[0].content)), *blocks[1:])
    return (Paragraph(lead), *blocks)


def _figure(attributes: Attributes, prefix: str, blocks: Blocks, reader: BlockReader) -> Blocks:
    """A figure div: its last paragraph is the caption, unless an attribute is."""
    kind = {"fig": "figure", "lst": "listing"}.get(prefix, "table")
    values = attributes.values
    caption = _caption(values.get(f"{prefix}-cap", ""), reader)
    last = blocks[-1] if blocks else None
    if not caption and len(blocks) > 1 and isinstance(last, Paragraph):
        caption, blocks = without_braces(last.content), blocks[:-1]
    if kind == "table" and len(blocks) == 1 and isinstance(blocks[0], Table) and not blocks[0].label:
        caption = caption or blocks[0].caption
        return (msgspec.structs.replace(blocks[0], caption=caption, label=attributes.id),)
    alt = values.get("fig-alt", "")
    if alt:
        blocks = tuple(
            msgspec.structs.replace(each, alt=alt) if isinstance(each, Image) and not each.alt else each
            for each in blocks
        )
    inner = laid_out(pictures_apart(blocks), attributes, reader.where)
    return (Figure(inner, caption, attributes.id, kind, reader.where),)  # type: ignore[arg-type]


def _caption(text: str, reader: BlockReader) -> Inlines:
    from converters.readers.boxes import line_of

    return line_of(text, reader)


def pictures_apart(blocks: Blocks) -> Blocks:
    """The blocks of a figure, paragraphs of nothing but several pictures as these pictures side by side."""
    found: list[Block] = []
    for block in blocks:
        pictures = _pictures(block) if isinstance(block, Paragraph) else []
        if len(pictures) < 2:
            found.append(block)
        else:
            rows = [pictures[start : start + 3] for start in range(0, len(pictures), 3)]
            found += [Columns(tuple((each,) for each in row), where=pictures[0].where) for row in rows if len(row) > 1]
            found += [row[0] for row in rows if len(row) == 1]
    return tuple(found)


def _pictures(paragraph: Paragraph) -> list[Image]:
    """The pictures of a paragraph that holds nothing else."""
    found: list[Image] = []
    for inline in paragraph.content:
        if isinstance(inline, ImageRef):
            found.append(Image(ref=inline, alt=inline.alt, caption=plain(inline.alt), where=paragraph.where))
        elif isinstance(inline, InlineImage):
            found.append(Image(inline.asset, inline.url, None, inline.alt, plain(inline.alt), where=paragraph.where))
        elif not isinstance(inline, LineBreak) and getattr(inline, "text", "x").strip():
            return []
    return found


def side_by_side(blocks: Blocks, where: Where | None) -> Blocks:
    """``.columns``: each ``.column`` in it a column; anything else in it stands before them."""
    columns = [each for each in blocks if isinstance(each, Columns) and len(each.columns) == 1]
    rest = tuple(each for each in blocks if each not in columns)
    if len(columns) < 2:
        return (*rest, *(inner for each in columns for inner in each.columns[0]))
    widths = [each.ratios[0] if each.ratios else 0.0 for each in columns]
    total = sum(widths)
    ratios = tuple(round(width / total, 4) for width in widths) if total and all(widths) else ()
    return (*rest, Columns(tuple(each.columns[0] for each in columns), ratios, where))


def laid_out(blocks: Blocks, attributes: Attributes, where: Where | None) -> Blocks:
    """Blocks in rows of columns, as ``layout-ncol``, ``layout-nrow`` or ``layout`` say; a heading keeps what follows it."""
    values = attributes.values
    rows = _rows(values.get("layout", ""))
    if any(isinstance(each, Heading) for each in blocks):
        blocks = _by_heading(blocks)
    count = len(blocks)
    if not rows:
        columns = _number(values.get("layout-ncol", ""))
        if not columns and (lines := _number(values.get("layout-nrow", ""))):
            columns = -(-count // lines)
        if columns < 2:
            return tuple(inner for each in blocks for inner in _cell(each))
        rows = [[1.0] * columns]
    result: list[Block] = []
    position = number = 0
    while position < count:
        shares = rows[min(number, len(rows) - 1)]
        part = blocks[position : position + len(shares)]
        position += len(shares)
        number += 1
        if len(part) < 2:
            result.extend(inner for each in part for inner in _cell(each))
            continue
        used = shares[: len(part)]
        ratios = tuple(round(share / sum(used), 4) for share in used) if len(set(used)) > 1 else ()
        result.append(Columns(tuple(map(_cell, part)), ratios, where))
    return tuple(result)


def _by_heading(blocks: Blocks) -> Blocks:
    """Each heading and what follows it as one place of a layout."""
    found: list[Block] = []
    for block in blocks:
        last = found[-1] if found else None
        if isinstance(block, Heading):
            found.append(Section("plain", (block,)))
        elif isinstance(last, Section) and last.role == "plain" and last.blocks and isinstance(last.blocks[0], Heading):
            found[-1] = Section("plain", (*last.blocks, *_cell(block)))
        else:
            found.append(block)
    return tuple(found)


def _cell(block: Block) -> Blocks:
    """What stands in one place of a layout: a plain div's content, or the block."""
    return block.blocks if isinstance(block, Section) and block.role == "plain" and not block.title else (block,)


def _rows(layout: str) -> list[list[float]]:
    """``[[1,2],[1]]`` or ``[70,30]`` as rows of shares; what is negative is space between."""
    inner = layout.strip()
    if not inner.startswith("["):
        return []
    groups = re.findall(r"\[([^\[\]]*)\]", inner)
    found = [[float(each) for each in re.findall(r"(?<![\d-])\d+(?:\.\d+)?", group)] for group in groups]
    return [row for row in ([share for share in row if share > 0] for row in found) if row]


def _number(text: str) -> int:
    return min(int(text), 12) if text.strip().isdecimal() else 0


def list_table(blocks: Blocks, header_rows: int, header_columns: int, reader: BlockReader) -> Blocks:
    """A table written as a list of lists: each outer item a row, each inner item a cell; other blocks follow it."""
    listed = next((each for each in blocks if isinstance(each, ListBlock)), None)
    rows: list[Row] = []
    for item in listed.items if listed else ():
        inner = item.blocks[0] if len(item.blocks) == 1 else None
        if not isinstance(inner, ListBlock):
            rows = []
            break
        rows.append(
            Row(
                tuple(
                    cell_of(cell.blocks, header=len(rows) < header_rows or column < header_columns)
                    for column, cell in enumerate(inner.items)
                )
            )
        )
    if not rows:
        text = "a list table whose items are no lists is shown as a list"
        reader.context.notes.append(notes.degraded("table.list", text, reader.where))
        return blocks
    rest = tuple(each for each in blocks if each is not listed)
    table = Table(tuple(rows), min(header_rows, len(rows)), header_columns, where=reader.where)
    return settled((table, *rest), reader.context.flavor)
