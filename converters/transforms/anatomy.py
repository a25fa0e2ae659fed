"""The parts of a page around the narrative: summary, byline, contents before it, "About this report" after it."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import join, normpath

import msgspec

from converters.build import text_of
from converters.metadata import Metadata
from converters.model import (
    Block,
    Blocks,
    Callout,
    Code,
    Date,
    Document,
    Footnotes,
    Heading,
    Inline,
    Inlines,
    ListBlock,
    ListItem,
    Lozenge,
    Mark,
    Mention,
    Output,
    PageLink,
    Paragraph,
    Section,
    Span,
    Toc,
    Where,
)
from converters.notes import degraded
from converters.readers.context import MarkdownContext
from converters.readers.markdown import markdown_blocks
from converters.transforms.about import about
from converters.transforms.context import Context
from converters.transforms.links import report_at
from converters.transforms.maths import maths
from converters.walk import iter_inlines

_WORDS_A_MINUTE = 220
"""Source: Brysbaert 2019, reading rate for English prose is 238 words a minute; less for technical text."""

_CONTENTS_FROM = 3
"""Headings from which a page gets contents. Source: design section 6."""

_STATUS: dict[str, Lozenge] = {
    "draft": Lozenge("DRAFT", "yellow"),
    "review": Lozenge("IN REVIEW", "blue"),
    "stale": Lozenge("STALE", "red"),
    "superseded": Lozenge("SUPERSEDED", "purple"),
    "archived": Lozenge("ARCHIVED", "grey"),
}

_SUMMARY_MAX = 250
"""Characters of a summary taken from the text, for lists of reports. Source: the reference of metadata."""

_SUMMARY_MIN = 40
"""Shorter first paragraphs are labels, dates and bylines, and say nothing of a report. Ours."""

_LOOKED_AT = 12
"""Blocks at the top among which a first paragraph is looked for. Ours: what stands below them doesn't introduce."""

_CONTENTS_MARKS = frozenset({"[TOC]", "[[_TOC_]]", "[[TOC]]", "{:toc}", "{{TOC}}"})
"""What authors write where the contents should stand: knowledge-repo and Python-Markdown, GitLab, kramdown."""


def anatomy(document: Document, context: Context) -> Document:
    """The document with the parts that its metadata call for; as it was where ``options.anatomy`` is off."""
    body: Blocks = tuple(block for block in document.blocks if not isinstance(block, Footnotes))
    notes = tuple(block for block in document.blocks if isinstance(block, Footnotes))
    footnotes = (_joined(notes),) if notes else ()
    if not context.options.anatomy:
        return msgspec.structs.replace(document, blocks=(*body, *footnotes))
    meta = document.meta
    body = tuple(_contents_mark(block) for block in body)
    summary, plain = _summary(meta, context)
    if plain and body and isinstance(body[0], Paragraph) and _line(body[0]) == plain:
        body = body[1:]  # authors repeat it as their first paragraph
    meta = msgspec.structs.replace(meta, reading_minutes=_reading_minutes(body))
    document = msgspec.structs.replace(document, meta=meta, blocks=body)
    front = (
        *_banners(meta, context),
        *_subtitle(meta, context),
        *summary,
        *_byline(document, context),
        *_contents(document),
    )
    meta = msgspec.structs.replace(meta, summary=plain or _first_paragraph(body))
    blocks = (*front, *body, *footnotes, *about(document, context), *_related(meta, context))
    return msgspec.structs.replace(document, meta=meta, blocks=blocks)


def _joined(notes: tuple[Footnotes, ...]) -> Footnotes:
    """One list of footnotes: each cell brings its own."""
    items = (item for note in notes for item in note.items)
    return Footnotes(tuple(sorted(items, key=lambda item: item.number)), notes[0].where)


def _banners(meta: Metadata, context: Context) -> Blocks:
    """What a reader must know before anything else: the run failed, another report replaces this one."""
    found: list[Block] = []
    run = meta.provenance
    if run.failure:
        day = f" on {run.executed[:10]}" if run.executed else ""
        text = f"The run{day} ended early, in {run.failure}. What stands below is as far as it came."
        found.append(Callout("danger", (Paragraph((Span(text),)),), (Span("This run failed"),)))
    if meta.superseded_by:
        target = meta.superseded_by
        path = normpath(join(context.folder, target))
        key = context.options.known.get(path) or context.options.known.get(target)
        href = PageLink(key) if key else target if target.startswith(("https://", "http://")) else None
        line = (Span("Read instead: "), Span(target, href=href))
        found.append(Callout("warning", (Paragraph(line),), (Span("A newer report replaces this one"),)))
    return tuple(found)


def _related(meta: Metadata, context: Context) -> Blocks:
    """The reports that the author names as related, by their paths, keys or addresses."""
    items: list[ListItem] = []
    known = context.options.known
    for target in meta.related:
        key = report_at(normpath(join(context.folder, target)), known) or report_at(normpath(target), known)
        key = key or (target if target in known.values() else None)
        href = PageLink(key) if key else target if target.startswith(("https://", "http://")) else None
        if href is None:
            text = f"no report for the related {target:.100}; its name stays"
            context.notes.append(degraded("related.unknown", text, Where(context.path)))
        items.append(ListItem((Paragraph((Span(target, href=href),)),)))
    return (Section("related", (ListBlock("bullet", tuple(items)),), title="Related reports"),) if items else ()


def _subtitle(meta: Metadata, context: Context) -> Blocks:
    """The subtitle in italics, its own emphasis upright."""
    line = " ".join(meta.subtitle.split())
    if not line:
        return ()
    blocks, _ = markdown_blocks(line, MarkdownContext(source=context.path))
    words = blocks[0].content if len(blocks) == 1 and isinstance(blocks[0], Paragraph) else (Span(line),)
    content = (
        msgspec.structs.replace(each, marks=each.marks ^ {Mark.EM}) if isinstance(each, Span) else each
        for each in words
    )
    return (Paragraph(tuple(content)),)


def _summary(meta: Metadata, context: Context) -> tuple[Blocks, str]:
    """The summary that the author wrote, in a panel, and its plain text; none is made up."""
    if not meta.summary.strip():
        return (), ""
    reading = MarkdownContext(source=context.path, assets=context.assets, cites=context.cite is not None)
    blocks, notes = markdown_blocks(meta.summary, reading)
    context.notes.extend(notes)
    blocks = context.cite(blocks) if context.cite else blocks
    blocks = maths(Document(meta, blocks), context).blocks
    lines = (_line(block) if isinstance(block, Paragraph) else _items(block) for block in blocks)
    return (Callout("summary", blocks),), " ".join(filter(None, lines))


def _items(block: Block) -> str:
    """The text of a block that is more than a paragraph, as one line; dots between the items of a list."""
    parts = [item.blocks for item in block.items] if isinstance(block, ListBlock) else [(block,)]
    lines = (" ".join(i.text.strip() for i in iter_inlines(part) if isinstance(i, Span)) for part in parts)
    return " · ".join(" ".join(line.split()) for line in lines if line.strip())


def _line(block: Paragraph) -> str:
    return " ".join(text_of(block.content).split())


def _first_paragraph(blocks: Blocks) -> str:
    """The first paragraph that says something, for lists of reports."""
    for block in blocks[:_LOOKED_AT]:
        if isinstance(block, Paragraph) and len(text := _line(block)) >= _SUMMARY_MIN:
            return text if len(text) <= _SUMMARY_MAX else text[: _SUMMARY_MAX - 1].rsplit(" ", 1)[0] + "…"
    return ""


def _contents_mark(block: Block) -> Block:
    if type(block) is Paragraph and len(block.content) == 1:
        only = block.content[0]
        if isinstance(only, Span) and only.text.strip() in _CONTENTS_MARKS:
            return Toc(where=block.where)
    return block


def _byline(document: Document, context: Context) -> Blocks:
    """Status, authors, last change, data as of, last run, review by, reading time and topics in one line; parts not known
    are left out.

    In Notion the database shows each of them as a property above the text, except the day of creation and the time to
    read it.
    """
    meta = document.meta
    minutes = meta.reading_minutes
    if context.options.target == "notion":
        known = [(Span("Created "), _date(meta.created))] if meta.created and not meta.updated else []
        line = _dotted([*known, *([(Span(f"{minutes} min read"),)] if minutes > 1 else [])])
        return (Paragraph(line),) if line else ()
    parts: list[Inlines] = []
    if meta.status in _STATUS:
        parts.append((_STATUS[meta.status],))
    if meta.authors:
        names: list[Inline] = []
        for person in meta.authors:
            names.extend([Span(", ")] if names else [])
            names.append(Mention(person.name, person.email, person.user))
        parts.append(tuple(names))
    day = meta.updated or meta.created
    if day:
        parts.append((Span("Updated " if meta.updated else "Created "), _date(day)))
    if meta.data_as_of:
        parts.append((Span("Data as of "), _date(meta.data_as_of)))
    if meta.provenance.executed:
        parts.append((Span("Last run "), _date(meta.provenance.executed)))
    if meta.review_by:
        parts.append((Span("Review by "), _date(meta.review_by)))
    if not parts:
        return ()
    if minutes:
        parts.append((Span(f"{minutes} min read"),))
    if meta.tags:
        parts.append((Span(", ".join(meta.tags)),))
    return (Paragraph(_dotted(parts)),)


def _dotted(parts: Sequence[Inlines]) -> Inlines:
    """Parts of a line with dots between them."""
    line: list[Inline] = []
    for part in parts:
        line.extend([Span(" · ")] if line else [])
        line.extend(part)
    return tuple(line)


def _date(text: str) -> Inline:
    """A day as the wiki shows days; anything else as its text."""
    day = text[:10]
    whole = len(day) == 10 and day[4] == day[7] == "-" and day.replace("-", "").isdigit()
    return Date(day) if whole else Span(text)


def _reading_minutes(blocks: Blocks) -> int:
    """Minutes to read the narrative; code and printed text are not read word by word. 0 for a few lines."""
    prose: list[Block] = [block for block in blocks if type(block) is not Code and type(block) is not Output]
    words = sum(inline.text.count(" ") + 1 for inline in iter_inlines(prose) if isinstance(inline, Span))
    return 0 if words < _WORDS_A_MINUTE else max(1, round(words / _WORDS_A_MINUTE))


def _contents(document: Document) -> Blocks:
    wanted = document.meta.toc
    count = sum(isinstance(block, Heading) for block in document.blocks)
    if wanted is False or (wanted is None and count < _CONTENTS_FROM) or not count:
        return ()
    if any(isinstance(block, Toc) for block in document.blocks):
        return ()
    return (Toc(max_level=wanted_depth) if (wanted_depth := document.meta.toc_depth) else Toc(),)
