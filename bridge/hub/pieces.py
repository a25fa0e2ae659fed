"""What several pages of the hub are put together from: a report's title, summary and byline, lists of reports."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.hub.dates import spoken
from bridge.hub.groups import Hub
from bridge.hub.model import Card, key_of
from bridge.hub.parts import lozenge
from converters.model import (
    Block,
    Cell,
    Column,
    Date,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    ListBlock,
    ListItem,
    Mark,
    PageLink,
    Paragraph,
    ReportImage,
    Row,
    Span,
    Table,
)

MANY = 25
"""Reports in one list; a page of a hundred is not read, and home is written at each change. Ours."""
THUMBNAIL_PX = 168
STRONG, SMALL = frozenset({Mark.STRONG}), frozenset({Mark.SMALL})
COLUMNS = ("Summary", "Authors", "Updated", "Status")


def heading(text: str) -> Heading:
    """A heading of the page's parts."""
    return Heading(2, (Span(text),))


def title_of(card: Card) -> Inlines:
    """A report's title as a link."""
    return (Span(card.title, href=PageLink(card.key)),)


def summary_of(card: Card) -> Inlines:
    """A report's summary on a line of its own."""
    return (LineBreak(), Span(card.summary)) if card.summary else ()


def byline_of(card: Card, day: str) -> Inlines:
    """Authors, a day, and the status where it is worth a word."""
    line: list[Inline] = []
    for number, person in enumerate(card.authors):
        line += [Span(", ", SMALL)] if number else []
        line.append(Span(person.name, SMALL, PageLink(key_of("author", person.name))))
    if len(day) == len("2026-01-01"):
        line += [Span(" · ", SMALL), Date(day)] if line else [Date(day)]
    if card.draft:
        line += [Span(" "), lozenge(card.status)]
    elif card.superseded:
        line += [Span(" "), lozenge("superseded")]
    return tuple(line)


def cards_of(cards: Sequence[Card], hub: Hub) -> Block:
    """Reports with their first figure beside what they say; in Notion, whose galleries show figures, as a list."""
    if hub.notion:
        return list_of(cards)
    if not any(card.thumbnail for card in cards):
        return list_of(cards)
    rows = []
    for card in cards:
        title = Paragraph((Span(card.title, STRONG, PageLink(card.key)),))
        words = (Paragraph((Span(card.summary),)),) if card.summary else ()
        byline = byline_of(card, card.day)
        text = (title, *words, *((Paragraph(byline),) if byline else ()))
        if card.thumbnail:
            picture = ReportImage(card.title, card.thumbnail, "", THUMBNAIL_PX, post=card.key if card.post else "")
            rows.append(Row((Cell(blocks=(picture,)), Cell(blocks=text))))
        else:  # an empty box says nothing
            rows.append(Row((Cell(blocks=text, colspan=2),)))
    return Table(tuple(rows), columns=(Column(width=0.26), Column(width=0.74)))


def list_of(cards: Sequence[Card], *, due: bool = False) -> Block:
    """Reports one below the other: title, summary, who and when."""
    items = []
    for card in cards:
        byline = byline_of(card, card.day)
        if due:
            byline = (*byline, Span(f" · to be renewed by {spoken(card.due)}", SMALL))
        line: Inlines = (Span(card.title, STRONG, PageLink(card.key)), *summary_of(card), LineBreak(), *byline)
        items.append(ListItem((Paragraph(line),)))
    return ListBlock("bullet", tuple(items))
