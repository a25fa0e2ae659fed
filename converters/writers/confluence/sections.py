"""Containers and listings → storage format: panels, expands, tabs, columns, sections, properties, live lists."""

from __future__ import annotations

from converters.build import text_of
from converters.model import (
    Blocks,
    Callout,
    CalloutKind,
    Columns,
    Listing,
    Output,
    Properties,
    Quote,
    Section,
    Tab,
)
from converters.writers.confluence import macros
from converters.writers.confluence.context import Context, Place
from converters.writers.confluence.inlines import strong, write_inlines
from converters.writers.confluence.nesting import runs
from converters.writers.confluence.tables import BlocksWriter, caption_text
from converters.writers.confluence.xml import EMPTY, Xml, el, join

_PANELS: dict[CalloutKind, str] = {
    "note": "info", "info": "info", "summary": "info", "important": "note", "warning": "note", "caution": "note",
    "danger": "warning", "tip": "tip", "success": "tip",
}  # fmt: skip
"""Macro names: ``info`` blue, ``tip`` green, ``note`` yellow, ``warning`` red on both flavours."""

_FOLDED_TITLES = {"method": "Method", "appendix": "Appendix", "about": "About this report"}


def bold_line(title: Xml) -> Xml:
    """A title in a line of its own."""
    return el("p", None, strong(title)) if title else EMPTY


def fold(title: str, blocks: Blocks, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """Content behind one line; on Cloud, which nests no expands, a bold line and the content inside another."""
    if ctx.cloud and (place.folded or place.kind in {"item", "quote", "panel"}):
        ctx.simpler("nested-expand", f"“{title or 'Details'}” stays open: expands can't be nested here")
        return join((bold_line(ctx.text(title)), write_blocks(blocks, ctx, place)))
    return macros.expand(title or "Details", write_blocks(blocks, ctx, place.inside("expand")))


def output(block: Output, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """A cell's output: the blocks that were chosen for it."""
    caption = caption_text(block.caption, ctx)
    anchor = macros.anchor(block.label) if ctx.anchors.linked(block.label) else EMPTY
    below = el("p", None, anchor, caption) if caption or anchor else EMPTY
    if block.folded:
        title = "Output" if block.kind != "error" else "Error"
        return join((fold(title, block.blocks, ctx, place, write_blocks), below))
    return join((write_blocks(block.blocks, ctx, place), below))


def quote(block: Quote, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """A quotation; what the editor can't keep in one follows it, and the quotation goes on."""
    if not ctx.cloud:
        return el("blockquote", None, write_blocks(block.blocks, ctx, place.inside("quote")))
    if place.kind in {"item", "quote", "panel"}:
        return write_blocks(block.blocks, ctx, place)
    parts: list[Xml] = []
    for stays, run in runs(block.blocks, "quote", place):
        if not stays:
            ctx.simpler("quote-split", "a block that a quotation can't hold stands after it", block.where)
        inner = write_blocks(run, ctx, place.inside("quote") if stays else place)
        parts.append(el("blockquote", None, inner) if stays and inner else inner)
    return join(parts)


def callout(block: Callout, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """A panel. Its title is a bold first line on Cloud, whose panels have none, and the macro's title elsewhere."""
    title = write_inlines(block.title, ctx)
    if block.icon:
        title = join((ctx.text(f"{block.icon} "), title))
    if block.folded:
        return fold(text_of(block.title) or block.kind.capitalize(), block.blocks, ctx, place, write_blocks)
    name = _PANELS[block.kind]
    if not ctx.cloud:
        body = macros.rich(write_blocks(block.blocks, ctx, place.inside("panel")))
        return macros.macro(name, {"title": " ".join(filter(None, (block.icon, text_of(block.title))))}, body)
    if place.kind in {"item", "quote", "panel", "cell"}:
        ctx.simpler("nested-panel", "a panel inside another container is plain content", block.where)
        return join((bold_line(title), write_blocks(block.blocks, ctx, place)))
    parts: list[Xml] = []
    lead = bold_line(title)
    for stays, run in runs(block.blocks, "panel", place):
        if not stays:
            ctx.simpler("panel-split", "a block that a panel can't hold stands after it", block.where)
            if lead:
                parts.append(macros.macro(name, None, macros.rich(lead)))
            parts.append(write_blocks(run, ctx, place))
        else:
            parts.append(
                macros.macro(name, None, macros.rich(join((lead, write_blocks(run, ctx, place.inside("panel"))))))
            )
        lead = EMPTY
    return join(parts) if parts else macros.macro(name, None, macros.rich(lead))


def tabs(items: tuple[Tab, ...], ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """The first tab open under its title, each other one behind its own."""
    parts: list[Xml] = []
    for number, tab in enumerate(items):
        if number:
            parts.append(fold(tab.title, tab.blocks, ctx, place, write_blocks))
        else:
            parts += [bold_line(ctx.text(tab.title)), write_blocks(tab.blocks, ctx, place)]
    if len(items) > 1:
        ctx.simpler("tabs", "tabs are shown one after the other, the first open")
    return join(parts)


def columns(block: Columns, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """Columns one below the other; the writer of the page lays out those on its top level side by side."""
    ctx.simpler("columns", "columns are shown one below the other", block.where)
    return join(write_blocks(column, ctx, place) for column in block.columns)


def section(block: Section, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """A section: method, appendix and "About this report" fold, the others stand under their title."""
    folded = _FOLDED_TITLES.get(block.role)
    if folded:
        return fold(block.title or folded, block.blocks, ctx, place, write_blocks)
    title = block.title or ("Notes from readers" if block.role == "reader-notes" else "")
    if not title:
        return write_blocks(block.blocks, ctx, place)
    text = ctx.text(title)
    head = bold_line(text) if place.kind in {"item", "quote"} else el("h2", None, text)
    return join((head, write_blocks(block.blocks, ctx, place)))


def properties(block: Properties, ctx: Context, place: Place) -> Xml:
    """Page properties, in the macro that Confluence reports on; elsewhere than on the page itself a plain table."""
    rows = [
        el(
            "tr",
            None,
            el("th", None, el("p", None, row.name)),
            el("td", None, el("p", None, write_inlines(row.value, ctx))),
        )
        for row in block.rows
    ]
    if not rows:
        return EMPTY
    table = el("table", None, el("tbody", None, *rows))
    if place.kind not in {"page", "column", "expand"}:
        return table
    hidden = "true" if block.hidden else None
    return macros.macro("details", {"id": block.id, "hidden": hidden}, macros.rich(table))


_ROWS = 30
"""Rows of that report on one screen, unless asked for more. Source: Atlassian, "Page Properties Report macro"."""


def listing(block: Listing, ctx: Context) -> Xml:
    """A live list of pages."""
    if block.kind == "children":
        return macros.macro("children", {"all": "true", "sort": "title"})
    space = f"space = {_quoted(ctx.options.space)}" if ctx.options.space else "space = currentSpace()"
    terms = [f"label = {_quoted(label)}" for label in block.labels]
    cql = " and ".join([*terms, space, *(["type = page"] if block.kind == "recent" else [])])
    if block.kind == "properties":
        shown: dict[str, macros.Value] = {"firstcolumn": "Report", "headings": ",".join(block.columns)}
        order = {"sortBy": block.sort_by, "reverseSort": "true"} if block.sort_by else {}
        size: dict[str, macros.Value] = {"pageSize": block.limit} if block.limit > _ROWS else {}
        return macros.macro("detailssummary", {"cql": cql, "id": "nbwiki", **shown, **size, **order})
    order = {"sort": "modified", "reverse": "true"} if block.kind == "recent" else {"sort": "title"}
    return macros.macro("contentbylabel", {"cql": cql, "max": block.limit, **order, "showLabels": "true"})


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
