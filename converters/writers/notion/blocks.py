"""Blocks of the model → Notion block objects, any depth; the adapter splits what one request can't carry.

Notion has no place for alignment, picture sizes, table widths or heading anchors; the first is noted once a document,
the others are Notion's own layout. A little longer than other files for its one ``match`` over all blocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

import msgspec

from converters.model import (
    Attachment,
    Block,
    Callout,
    Code,
    Columns,
    DefinitionList,
    Embed,
    Excerpt,
    ExcerptOf,
    Figure,
    Footnotes,
    Heading,
    Image,
    Inline,
    InlineImage,
    Inlines,
    Interactive,
    ListBlock,
    Listing,
    Math,
    Output,
    Paragraph,
    Properties,
    Quote,
    Raw,
    ReportImage,
    Rule,
    Section,
    Table,
    Tabs,
    Toc,
    Toggle,
    Views,
)
from converters.notes import dropped
from converters.writers.notion import containers
from converters.writers.notion.code import code_blocks, raw_blocks
from converters.writers.notion.context import Context, Item, Shape
from converters.writers.notion.equations import equation
from converters.writers.notion.flatten import runs_of_blocks
from converters.writers.notion.media import asset_block, attachment_blocks, embed_blocks, image_blocks
from converters.writers.notion.richtext import Style, rich_text, text_items
from converters.writers.notion.shapes import block, one_line, text_and_children, text_blocks
from converters.writers.notion.tables import pictures_in, table_blocks

_BOLD: Style = frozenset({"bold"})
_ITALIC: Style = frozenset({"italic"})


def shapes_of(blocks: Iterable[Block], context: Context, *, top: bool = False) -> list[Shape]:
    """Block objects of the blocks, in order. ``top`` is true for the page itself, where columns may stand."""
    found: list[Shape] = []
    for item in blocks:
        where = getattr(item, "where", None)
        if where is not None:
            context.where = where
        made = _shapes(item, context, top)
        if context.pending and made:
            context.anchored(made[0])
        found.extend(made)
    return found


def _shapes(item: Block, context: Context, top: bool) -> list[Shape]:
    # One line a member of the union, hence its length; what takes more stands in a function of its own.
    match item:
        case Heading():
            return _heading(item, context)
        case Paragraph():
            return _paragraph(item, context)
        case Code():
            return code_blocks(item, context)
        case Output():
            return _output(item, context, top)
        case ListBlock():
            return containers.list_items(item, context, shapes_of)
        case DefinitionList(items=items):
            return [
                text_and_children("paragraph", rich_text(each.term, context, _BOLD), shapes_of(each.blocks, context))
                for each in items
            ]
        case Table():
            return _table(item, context)
        case Quote(blocks=blocks):
            return [containers.with_first_paragraph("quote", blocks, context, shapes_of)]
        case Callout():
            return [containers.callout(item, context, shapes_of)]
        case Toggle(title=title, blocks=blocks):
            words = rich_text(title, context) or text_items("Details")
            return [text_and_children("toggle", words, shapes_of(blocks, context))]
        case Image():
            return image_blocks(item, context)
        case Figure():
            return _figure(item, context, top)
        case Math():
            return _math(item, context)
        case Rule():
            return [block("divider", {})]
        case Toc():
            return [block("table_of_contents", {})]
        case Embed():
            return embed_blocks(item, context)
        case Attachment():
            return attachment_blocks(item, context)
        case Interactive():
            return _interactive(item, context)
        case Columns():
            return containers.columns(item, context, shapes_of, top)
        case Tabs(tabs=tabs):
            return [containers.toggle(tab.title or "Tab", tab.blocks, context, shapes_of) for tab in tabs]
        case Footnotes():
            return containers.footnotes(item, context, shapes_of)
        case Section():
            return containers.section(item, context, shapes_of, top)
        case Properties():
            return _properties(item, context)
        case Listing():
            return _listing(item, context, top)
        case ReportImage():
            return []  # galleries show each report's own picture
        case Excerpt() | ExcerptOf():
            return []  # rows have a property for it
        case Views():
            return _views(item, context, top)
        case Raw():
            return raw_blocks(item, context)
        case _:
            assert_never(item)


def _heading(heading: Heading, context: Context) -> list[Shape]:
    level = min(max(heading.level, 1), 4)
    if heading.level > level:
        context.simpler_once("heading.level", "headings below level 4 are shown at level 4: Notion has no deeper ones")
    items = rich_text(heading.content, context)
    if not items:
        context.pending += [heading.anchor, *heading.aliases]
        return []
    first, *rest = text_blocks(f"heading_{level}", items)
    return [context.anchored(first, heading.anchor, *heading.aliases), *rest]


def _runs_between_pictures(content: Inlines) -> list[list[Inline] | Image]:
    """Text and pictures of a paragraph, apart: Notion's text holds no pictures."""
    parts: list[list[Inline] | Image] = [[]]
    for inline in content:
        if isinstance(inline, InlineImage):
            href = inline.href if isinstance(inline.href, str) else None
            parts.append(Image(asset=inline.asset, url=inline.url, alt=inline.alt or inline.title, href=href))
            parts.append([])
        else:
            last = parts[-1]
            assert isinstance(last, list)
            last.append(inline)
    return parts


def _paragraph(paragraph: Paragraph, context: Context) -> list[Shape]:
    if paragraph.align in {"center", "right"}:
        context.simpler_once("text.align", "Notion doesn't align text")
    if not any(isinstance(inline, InlineImage) for inline in paragraph.content):
        items = rich_text(paragraph.content, context)
        return text_blocks("paragraph", items) if items else []
    found: list[Shape] = []
    text_seen = False
    for part in _runs_between_pictures(paragraph.content):
        if isinstance(part, Image):
            found.extend(image_blocks(part, context))
            continue
        items = rich_text(part, context)
        if any(item["type"] != "text" or item["text"]["content"].strip() for item in items):
            text_seen = True
            found.extend(text_blocks("paragraph", items))
    if text_seen:
        context.simpler_once(
            "image.inline", "pictures in running text stand on lines of their own: Notion has none in text"
        )
    return found


def _caption_line(caption: Inlines, context: Context) -> list[Shape]:
    items = rich_text(caption, context)
    return text_blocks("paragraph", items, color="gray") if items else []


def _output(output: Output, context: Context, top: bool) -> list[Shape]:
    if not output.blocks and output.forms:
        text = next((form.text for form in output.forms if form.mime == "text/plain" and form.text), None)
        if text is None:
            mimes = ", ".join(form.mime for form in output.forms)
            context.note(
                dropped("output.form", f"output left out: none of its forms ({mimes}) can be shown", output.where)
            )
            return []
        return code_blocks(Code(text, role="output", folded=output.folded), context)
    blocks = output.blocks
    caption = output.caption
    only = blocks[0] if len(blocks) == 1 else None
    if caption and isinstance(only, Image) and not only.caption:
        blocks = (Image(asset=only.asset, url=only.url, ref=only.ref, alt=only.alt, caption=caption, href=only.href),)
        caption = ()
    found = shapes_of(blocks, context, top=top and not output.folded) + _caption_line(caption, context)
    if output.folded and found:
        return [text_and_children("toggle", text_items("Output"), found)]
    return found


def _figure(figure: Figure, context: Context, top: bool) -> list[Shape]:
    """What stands under one caption, and the caption: above a table, below anything else."""
    found = shapes_of(figure.blocks, context, top=top)
    line = _caption_line(figure.caption, context)
    return [*line, *found] if figure.kind == "table" else [*found, *line]


def _table(table: Table, context: Context) -> list[Shape]:
    found = _caption_line(table.caption, context)
    found += table_blocks(table, context, lambda blocks: runs_of_blocks(blocks, context))
    if table.total_rows is not None:
        shown = max(0, len(table.rows) - table.header_rows)
        words = f"{min(shown, table.total_rows):,} of {table.total_rows:,} rows"
        found.append(block("paragraph", {"rich_text": text_items(words), "color": "gray"}))
    if table.data:
        data = asset_block(table.data, [], context, kind="file")
        found += [data] if data else []
    for picture in pictures_in(table):
        found.extend(image_blocks(picture, context))
    return found


def _math(math: Math, context: Context) -> list[Shape]:
    """Native equations; the LaTeX as code, with a note, where Notion would show red source text instead."""
    made = equation(math.tex, math.number)
    if made.fault:
        code = "math.long" if made.fault.endswith("1,000") else "math.invalid_katex"
        context.simpler(code, f"equation shown as LaTeX, Notion can't set it: {made.fault}")
        number = [block("paragraph", {"rich_text": text_items(f"({math.number})")})] if math.number else []
        return code_blocks(Code(math.tex, language="latex"), context) + number
    if len(made.parts) > 1:
        context.simpler("math.split", f"equation shown in {len(made.parts)} parts: Notion takes 1,000 characters")
    return [block("equation", {"expression": part}) for part in made.parts]


_RENAME = "If it arrives as .html.txt, remove the .txt first: Notion takes no HTML files"
"""Source: developers.notion.com/docs/uploading-small-files, supported types."""


def _interactive(figure: Interactive, context: Context) -> list[Shape]:
    """Picture (or what stands for it), live view where it is hosted, and the standalone file."""
    found = image_blocks(figure.picture, context) if figure.picture else shapes_of(figure.fallback, context)
    if figure.url:
        found += embed_blocks(Embed(figure.url, title=figure.title), context)
    if figure.html:
        how = text_items(f"{figure.title}. {_RENAME}" if figure.title else _RENAME)
        attached = asset_block(figure.html, how, context, f"Interactive {figure.library} figure.html", "file")
        found += [attached] if attached else []
    if figure.caption and not (figure.picture and figure.picture.caption):
        found += _caption_line(figure.caption, context)
    if not found:
        words = f"Interactive {figure.library} output: no picture or file of it was saved"
        context.note(dropped("interactive.empty", words, figure.where))
        return [block("paragraph", {"rich_text": text_items(words, _ITALIC)})]
    return found


def _properties(properties: Properties, context: Context) -> list[Shape]:
    """A table of names and values; none for hidden ones, which are properties of the database's row."""
    if properties.hidden or not properties.rows:
        return []
    rows: list[Shape] = [
        {
            "type": "table_row",
            "table_row": {"cells": [text_items(row.name), one_line(rich_text(row.value, context), context)]},
        }
        for row in properties.rows
    ]
    return [block("table", {"table_width": 2, "has_column_header": False, "has_row_header": True}, rows)]


def _listing(listing: Listing, context: Context, top: bool) -> list[Shape]:
    if not listing.items:
        context.note(
            dropped("listing.empty", "a live list of pages is left out: Notion has views for that", listing.where)
        )
    return shapes_of(listing.items, context, top=top)


def _views(views: Views, context: Context, top: bool) -> list[Shape]:
    """A mark that the adapter replaces by a linked database: views are made by calls of their own, on a page that is
    there. Only pages of the hub have one, on their top level.
    """
    if not top:
        context.note(dropped("views.nested", "live views can stand on a page's top level only", views.where))
        return []
    return [{"type": "nbwiki_views", "nbwiki_views": {"views": msgspec.to_builtins(views.views)}}]


def left_over_files(context: Context) -> list[Shape]:
    """File blocks for files that text links to and that stand nowhere on the page: Notion can't link to an upload."""
    found: list[Item] = []
    for key in context.linked:
        if key not in context.attached:
            shape = asset_block(key, [], context)
            found += [shape] if shape else []
    if found:
        context.simpler(
            "link.asset", "files that the text links to stand at the end: Notion's text can't link to uploads"
        )
    return found
