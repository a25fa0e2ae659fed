"""The parts of a page around the narrative: summary, byline, contents before it, "About this report" after it."""

from __future__ import annotations

import msgspec

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
    Lozenge,
    Mention,
    Output,
    Paragraph,
    Span,
    Toc,
)
from converters.readers.context import MarkdownContext
from converters.readers.markdown import markdown_blocks
from converters.transforms.about import about
from converters.transforms.context import Context
from converters.walk import iter_inlines

_WORDS_A_MINUTE = 220
"""Source: Brysbaert 2019, reading rate for English prose is 238 words a minute; less for technical text."""

_CONTENTS_FROM = 3
"""Headings from which a page gets contents. Source: design section 6."""

_STATUS: dict[str, Lozenge] = {
    "draft": Lozenge("DRAFT", "yellow"),
    "review": Lozenge("IN REVIEW", "blue"),
    "archived": Lozenge("ARCHIVED", "grey"),
}


def anatomy(document: Document, context: Context) -> Document:
    """The document with the parts that its metadata call for; as it was where ``options.anatomy`` is off."""
    body = tuple(block for block in document.blocks if not isinstance(block, Footnotes))
    notes = tuple(block for block in document.blocks if isinstance(block, Footnotes))
    footnotes = (_joined(notes),) if notes else ()
    if not context.options.anatomy:
        return msgspec.structs.replace(document, blocks=(*body, *footnotes))
    front = (*_summary(document.meta, context), *_byline(document, context), *_contents(document))
    return msgspec.structs.replace(document, blocks=(*front, *body, *footnotes, *about(document, context)))


def _joined(notes: tuple[Footnotes, ...]) -> Footnotes:
    """One list of footnotes: each cell brings its own."""
    items = (item for note in notes for item in note.items)
    return Footnotes(tuple(sorted(items, key=lambda item: item.number)), notes[0].where)


def _summary(meta: Metadata, context: Context) -> Blocks:
    """The summary that the author wrote, in a panel; none is made up."""
    if not meta.summary.strip():
        return ()
    blocks, notes = markdown_blocks(meta.summary, MarkdownContext(source=context.path, assets=context.assets))
    context.notes.extend(notes)
    return (Callout("summary", blocks),)


def _byline(document: Document, context: Context) -> Blocks:
    """Status, authors, last change, data as of, reading time and topics in one line; parts not known are left out.

    In Notion the database shows each of them as a property above the text, except the day of creation.
    """
    meta = document.meta
    if context.options.target == "notion":
        alone = meta.created and not meta.updated
        return (Paragraph((Span("Created "), _date(meta.created))),) if alone else ()
    parts: list[tuple[Inline, ...]] = []
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
    if not parts and not meta.tags:
        return ()
    minutes = _reading_minutes(document.blocks)
    if minutes:
        parts.append((Span(f"{minutes} min read"),))
    if meta.tags:
        parts.append((Span(", ".join(meta.tags)),))
    line: list[Inline] = []
    for part in parts:
        line.extend([Span(" · ")] if line else [])
        line.extend(part)
    return (Paragraph(tuple(line)),)


def _date(text: str) -> Inline:
    """A day as the wiki shows days; anything else as its text."""
    day = text[:10]
    whole = len(day) == 10 and day[4] == day[7] == "-" and day.replace("-", "").isdigit()
    return Date(day) if whole else Span(text)


def _reading_minutes(blocks: Blocks) -> int:
    """Minutes to read the narrative; code and printed text are not read word by word. 0 for a few lines."""
    prose: list[Block] = [block for block in blocks if not isinstance(block, Code | Output)]
    words = sum(inline.text.count(" ") + 1 for inline in iter_inlines(prose) if isinstance(inline, Span))
    return 0 if words < _WORDS_A_MINUTE else max(1, round(words / _WORDS_A_MINUTE))


def _contents(document: Document) -> Blocks:
    wanted = document.meta.toc
    count = sum(isinstance(block, Heading) for block in document.blocks)
    if wanted is False or (wanted is None and count < _CONTENTS_FROM) or not count:
        return ()
    if any(isinstance(block, Toc) for block in document.blocks):
        return ()
    return (Toc(),)
