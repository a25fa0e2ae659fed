"""The Confluence writer: a document → storage format, for Cloud and for Data Center."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

import msgspec

from converters.errors import ConversionError
from converters.links import without_people
from converters.model import Block, Blocks, Columns, Document, Figure, Mark, Paragraph, Rendered, Span, Where
from converters.notes import Note
from converters.options import WriteOptions
from converters.writers.confluence.blocks import write_blocks
from converters.writers.confluence.context import PAGE, Context
from converters.writers.confluence.xml import Xml, clean, el, join
from converters.writers.fit import Scale, TooLarge, fitted

MAX_BODY_BYTES: Final = 5_242_880
"""The largest request, in bytes of JSON, on Cloud and, as it is delivered, on Data Center.

Source: Cloud's answer "Requests for this resource can be at most 5242880 bytes"; ``atlassian.rest.request.maxsize``.
"""

_BESIDE: Final = 16_384
"""Bytes of a request beside the body: title, ids, version and its message."""

_ADDRESS: Final = 300
"""Bytes by which a link to another report grows when its address is known."""

_SCALE: Final = Scale(block=150, row=15, cell=45)

MAX_TITLE: Final = 255
"""The longest page title, in characters. Source: Confluence Cloud REST API, create page."""

_LAYOUTS: Final = {2: "two_equal", 3: "three_equal"}


def write_confluence(document: Document, options: WriteOptions) -> tuple[Rendered, list[Note]]:
    """A page's body in storage format with links still symbolic, its assets in order of use, and what was lost.

    What is too large for one request is shortened by the rule of :mod:`converters.writers.fit`.

    Raises:
        ConversionError: the document has no title, or its narrative alone is larger than Confluence takes.
    """
    try:
        (rendered, found), notes = fitted(document, lambda it: _written(it, options), _size, MAX_BODY_BYTES, _SCALE)
    except TooLarge as error:
        raise ConversionError(
            f"page is {error.size / 1_048_576:.1f} MB without its long outputs, Confluence takes 5 MB",
            where=document.where,
            hint="split the document into several",
        ) from None
    return rendered, [*notes, *found]


def _size(made: tuple[Rendered, list[Note]]) -> int:
    """Bytes of the request that sends the page, at most."""
    body = made[0].body
    if 5 * len(body) + _BESIDE < MAX_BODY_BYTES:  # no need to count
        return 0
    escaped = sum(map(body.count, ('"', "\\", "\n", "\t")))
    return len(body.encode()) + escaped + _BESIDE + _ADDRESS * body.count('href="nbwiki:')


def _written(document: Document, options: WriteOptions) -> tuple[Rendered, list[Note]]:
    title = confluence_title(document.title, document.where)
    ctx = Context(document, options)
    blocks = document.blocks
    if title.endswith("…") and not document.title.endswith("…"):
        ctx.simpler("title", f"the title was cut at {MAX_TITLE} characters; all of it stands at the page's top")
        blocks = (Paragraph((Span(" ".join(document.title.split()), frozenset({Mark.STRONG})),)), *blocks)
    body = str(_page(blocks, ctx))
    rendered = Rendered(
        target="confluence",
        title=title,
        meta=document.meta,
        digest=_digest(title, body, document, ctx),
        body=body,
        assets=tuple(ctx.assets.values()),
        links=tuple(ctx.links),
        cover=document.cover if document.cover in ctx.assets else None,
        cover_url=document.cover_url,
        anchors=ctx.anchors.addresses,
    )
    return rendered, ctx.notes


def confluence_title(title: str, where: Where | None = None) -> str:
    """The title as Confluence takes it: one line without control characters, at most 255 characters.

    Raises:
        ConversionError: nothing is left.
    """
    line = " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in clean(title)).split())
    if not line:
        hint = "give it one: title = … in its front matter"
        raise ConversionError("the report has no title", where=where, hint=hint)
    return line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1].rstrip() + "…"


def _spread(blocks: Blocks) -> Iterator[Block]:
    """The page's blocks, figures whose parts stand side by side taken apart: columns can be laid out on its top level."""
    for block in blocks:
        if isinstance(block, Figure) and any(isinstance(inner, Columns) for inner in block.blocks):
            caption = Figure((), block.caption, "", block.kind, block.where)
            yield Figure((), (), block.label, block.kind, block.where)
            yield from (caption, *block.blocks) if block.kind == "table" else (*block.blocks, caption)
        else:
            yield block


def _page(blocks: Blocks, ctx: Context) -> Xml:
    """The body; with columns on its top level a layout, all of whose content must stand in sections."""
    blocks = tuple(_spread(blocks))
    if not any(isinstance(block, Columns) and len(block.columns) in _LAYOUTS for block in blocks):
        return write_blocks(blocks, ctx, PAGE)
    parts: list[Xml] = []
    run: list[Xml] = []
    for block in blocks:
        if isinstance(block, Columns) and len(block.columns) in _LAYOUTS:
            if run:
                parts.append(_section("single", join(run)))
                run = []
            cells = [write_blocks(column, ctx, PAGE.inside("column")) for column in block.columns]
            parts.append(_section(_layout(block), *cells))
        else:
            run.append(write_blocks((block,), ctx, PAGE))
    if run:
        parts.append(_section("single", join(run)))
    return el("ac:layout", None, *parts)


def _section(kind: str, *cells: Xml) -> Xml:
    return el("ac:layout-section", {"ac:type": kind}, *(el("ac:layout-cell", None, cell or el("p")) for cell in cells))


def _layout(block: Columns) -> str:
    """The layout nearest to the columns' ratios."""
    if len(block.columns) == 2 and len(block.ratios) == 2:
        if block.ratios[0] < 0.42:
            return "two_left_sidebar"
        if block.ratios[0] > 0.58:
            return "two_right_sidebar"
    if len(block.columns) == 3 and len(block.ratios) == 3 and block.ratios[1] > 0.42:
        return "three_with_sidebars"
    return _LAYOUTS[len(block.columns)]


def _digest(title: str, body: str, document: Document, ctx: Context) -> str:
    """SHA-256 over all that is sent: title, body, assets in order, and the metadata that labels are made from."""
    meta = document.meta
    labels = (meta.tags, meta.audience, meta.team, meta.kind, meta.status, meta.visibility, meta.allow, meta.thumbnail)
    sent = msgspec.json.encode(
        (title, without_people(body), list(ctx.assets), labels, meta.wiki), order="deterministic"
    )
    return hashlib.sha256(sent).hexdigest()
