"""Blocks → storage format: one ``match`` over the model, so that mypy names what it forgot."""

from __future__ import annotations

from typing import assert_never

from converters.build import text_of
from converters.model import (
    Align,
    Attachment,
    Block,
    Blocks,
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
from converters.notes import security
from converters.writers.confluence import lists, macros, media, sections
from converters.writers.confluence.context import Context, Place
from converters.writers.confluence.inlines import link, strong, write_inlines
from converters.writers.confluence.languages import language
from converters.writers.confluence.tables import caption_text, text_paragraph, write_table
from converters.writers.confluence.xml import EMPTY, Xml, cdata, el, join, trusted

_RTL = ("\u2067", "\u2069")
"""Unicode's right-to-left isolate: storage format has no attribute for a paragraph's direction."""


NOTHING = cdata("")
"""Code without a character that a page can hold."""


def write_blocks(blocks: Blocks, ctx: Context, place: Place, align: Align | None = None) -> Xml:
    """Blocks one after the other; ``align`` is what paragraphs without their own take (table cells)."""
    return join([_block(block, ctx, place, align) for block in blocks])


def _block(block: Block, ctx: Context, place: Place, align: Align | None) -> Xml:  # one case a member of the union
    if block.where is not None:
        ctx.where = block.where
    match block:
        case Heading():
            return _heading(block, ctx, place)
        case Paragraph():
            return _paragraph(block, ctx, align)
        case Code():
            return write_code(block, ctx, place)
        case Output():
            return sections.output(block, ctx, place, write_blocks)
        case ListBlock():
            return lists.write_list(block, ctx, place, write_blocks)
        case DefinitionList():
            return lists.write_definitions(block, ctx, place, write_blocks)
        case Table():
            return _table(block, ctx, place)
        case Quote():
            return sections.quote(block, ctx, place, write_blocks)
        case Callout():
            return join((_anchor_line(block.label, ctx), sections.callout(block, ctx, place, write_blocks)))
        case Toggle(title=title, blocks=inner):
            return sections.fold(text_of(title), inner, ctx, place, write_blocks)
        case Image():
            return _image(block, ctx)
        case Figure():
            return _figure(block, ctx, place)
        case Math():
            return media.display_math(block, ctx)
        case Rule():
            return el("hr") if place.kind not in {"item", "quote"} else el("p", None, _DASHES)
        case Toc(min_level=low, max_level=high):
            return macros.macro("toc", {"minLevel": low, "maxLevel": high})
        case Embed():
            return join((media.embed(block, ctx), _caption(block.caption, ctx)))
        case Attachment():
            return join((media.attached(block, ctx), _caption(block.caption, ctx)))
        case Interactive():
            return _interactive(block, ctx, place)
        case Columns():
            return sections.columns(block, ctx, place, write_blocks)
        case Tabs(tabs=tabs):
            return sections.tabs(tabs, ctx, place, write_blocks)
        case Footnotes():
            return lists.write_footnotes(block, ctx, place, write_blocks)
        case Section():
            return sections.section(block, ctx, place, write_blocks)
        case Properties():
            return sections.properties(block, ctx, place)
        case Listing():
            return sections.listing(block, ctx)
        case ReportImage():
            return media.of_other_page(block)
        case Excerpt(blocks=inner, hidden=hidden):
            shown: dict[str, macros.Value] = {"hidden": "true" if hidden else None}
            return macros.macro("excerpt", shown, macros.rich(write_blocks(inner, ctx, place.inside("expand"))))
        case ExcerptOf(page=page):
            return macros.excerpt_of(page)
        case Views():
            ctx.simpler("views", "views of a database are left out: this wiki has none", block.where)
            return EMPTY
        case Raw():
            return _raw(block, ctx)
        case _:
            assert_never(block)


_DASHES = "———"
"""A rule in an item or quotation, on Data Center too: Atlassian's parser drops code that stands beside one there, so that
a page would lose text when its site moves to Cloud."""


def _heading(block: Heading, ctx: Context, place: Place) -> Xml:
    """A heading, with an anchor macro where its own anchor isn't enough; a bold line where it can't be a heading."""
    anchor = macros.anchor(block.anchor) if ctx.anchors.macro_for(block.anchor) else EMPTY
    text = write_inlines(block.content, ctx)
    if place.kind in {"item", "quote"}:
        ctx.simpler("heading", "a heading in a list or quotation is a bold line", block.where)
        return el("p", None, anchor, strong(text))
    return el(f"h{min(max(block.level, 1), 6)}", None, anchor, text)


def _paragraph(block: Paragraph, ctx: Context, align: Align | None) -> Xml:
    text = write_inlines(block.content, ctx)
    if not text:
        return EMPTY
    if block.rtl:
        return text_paragraph(Xml(_RTL[0] + text + _RTL[1]), block.align or "right")
    return text_paragraph(text, block.align or align)


def write_code(block: Code, ctx: Context, place: Place) -> Xml:
    """A code block. Folded: an expand around it on Cloud, whose editor ignores the macro's own ``collapse``."""
    text = ctx.verbatim(block.text)
    if text == NOTHING:
        return _captioned(block, ctx)  # the editor has no empty code blocks
    word = language(block.language, ctx.options.flavor)
    title = block.title or ("Code" if block.folded else "")
    caption = _captioned(block, ctx)
    if not ctx.cloud:
        made = macros.code(text, word, title=title, collapse=block.folded)
        if place.kind == "quote":  # bare, Atlassian's parser would drop its text when the site moves to Cloud
            made = el("div", None, made)
        return join((made, caption))
    body = macros.code(text, word)
    if block.folded and not place.folded and place.kind not in {"item", "panel", "quote"}:
        return join((macros.expand(title, body), caption))
    if title and not block.folded:
        body = join((el("p", None, el("strong", None, ctx.text(title))), body))
    return join((body, caption))


def _captioned(block: Code, ctx: Context) -> Xml:
    """A listing's caption, with the anchor that links on the page lead to."""
    anchor = macros.anchor(block.label) if ctx.anchors.linked(block.label) else EMPTY
    text = caption_text(block.caption, ctx)
    return el("p", None, anchor, text) if anchor or text else EMPTY


def _caption(caption: tuple[object, ...], ctx: Context) -> Xml:
    text = caption_text(caption, ctx)  # type: ignore[arg-type]
    return el("p", None, text) if text else EMPTY


def _table(block: Table, ctx: Context, place: Place) -> Xml:
    """A table; within a cell of another its rows become lines, because Cloud's editor nests no tables."""
    if place.kind != "cell" or not ctx.cloud:
        return write_table(block, ctx, place, write_blocks)
    ctx.simpler("nested-table", "a table in a table cell is shown as lines", block.where)
    return join(el("p", None, Xml(" | ".join(_flat(cell, ctx) for cell in row.cells))) for row in block.rows)


def _flat(cell: object, ctx: Context) -> Xml:
    from converters.model import Cell
    from converters.walk import iter_inlines

    assert isinstance(cell, Cell)
    return write_inlines(cell.content or tuple(iter_inlines(cell.blocks)), ctx)


def _image(block: Image, ctx: Context) -> Xml:
    """A figure with its caption: the wiki's own on Cloud, a paragraph on Data Center."""
    caption = write_inlines(block.caption, ctx)
    alt = block.alt or text_of(block.caption)
    figure = media.picture(block, alt, ctx, caption if ctx.cloud else EMPTY)
    if block.href is not None:
        figure = el("p", None, link(block.href, figure, ctx))
    elif not ctx.cloud and figure.startswith("<ac:image"):
        figure = el("p", {"style": "text-align: center;" if block.align in {None, "center"} else None}, figure)
    below = el("p", {"style": "text-align: center;"}, el("em", None, caption)) if caption and not ctx.cloud else EMPTY
    return join((_anchor_line(block.label, ctx), figure, below))


def _figure(block: Figure, ctx: Context, place: Place) -> Xml:
    """What stands under one caption, and the caption: above a table, below anything else."""
    inner = write_blocks(block.blocks, ctx, place)
    words = caption_text(block.caption, ctx)
    line = el("p", {"style": "text-align: center;" if block.kind == "figure" else None}, words) if words else EMPTY
    parts = (line, inner) if block.kind == "table" else (inner, line)
    return join((_anchor_line(block.label, ctx), *parts))


def _anchor_line(label: str, ctx: Context) -> Xml:
    """An anchor in a line of its own, where anything on the page links to it."""
    return el("p", None, macros.anchor(label)) if ctx.anchors.linked(label) else EMPTY


def _interactive(block: Interactive, ctx: Context, place: Place) -> Xml:
    """The live view where it is hosted, else picture and file; the fallback where there is neither picture nor view."""
    parts: list[Xml] = []
    live = bool(block.url) and ctx.cloud and block.url.startswith("https://")
    if live:
        parts.append(media.frame(block.url, block.height))
    elif block.picture is not None:
        parts.append(_image(block.picture, ctx))
    else:
        parts.append(write_blocks(block.fallback, ctx, place))
    asset = ctx.asset(block.html, block.where) if block.html else None
    if block.url and not live:
        parts.append(el("p", None, link(block.url, ctx.text(block.title or "Open the interactive version"), ctx)))
    if asset:
        parts.append(media.download(asset, block.title or "Interactive version (opens in a browser)", ctx))
    words = block.caption or (block.picture.caption if live and block.picture else ())
    caption = _caption(words, ctx)
    if not any(parts):
        ctx.simpler("interactive", f"{block.library} output has neither picture nor file", block.where)
        parts.append(el("p", None, el("em", None, ctx.text(f"Interactive {block.library} output"))))
    return join((*parts, caption))


def _raw(block: Raw, ctx: Context) -> Xml:
    """Trusted storage format as it is, anything else as code, with a note."""
    if block.trusted and block.format == "confluence":
        markup = trusted(block.text)
        if markup is not None:
            return markup
        ctx.simpler("raw-malformed", "storage format that isn't well-formed is shown as code", block.where)
    else:
        ctx.note(security("raw.as-code", f"raw {block.format} is shown as code", block.where))
    word = {"html": "xml", "confluence": "xml", "latex": "tex"}.get(block.format, "")
    return macros.code(ctx.verbatim(block.text), language(word, ctx.options.flavor))
