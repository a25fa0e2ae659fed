"""All reports in one table on the page of health: what a keeper sorts by. Only ``audit`` writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from bridge.hub.model import HOME, Card, Health
from bridge.hub.parts import lozenge
from bridge.hub.pieces import title_of
from converters.model import Align, Blocks, Cell, Column, Date, Inlines, PageLink, Paragraph, Row, Span, Table

SHOWN = 500
"""Reports in the table. Ours: a page of some 400 kB, which browsers still sort at once; 10,000 would be 8 MB, more than
a page takes."""


class _Column(msgspec.Struct, frozen=True):
    """A column: its head, what it shows of a report, where its text stands."""

    head: str
    cell: Callable[[Card], Inlines]
    width: float
    """Of all columns together."""
    align: Align | None = None


def at_a_glance(health: Health) -> Blocks:
    """The table, and a word about what it counts; most read first. A column that would be empty isn't there.

    Where the wiki's own table has such columns, it is named instead.
    """
    if health.columns:
        text = (
            Span("Status, until when a report holds and its open questions are columns of "),
            Span("All reports", href=PageLink(HOME)),
            Span(". This wiki doesn't tell how often a page is read, so there are none of views and readers."),
        )
        return (Paragraph(text),)
    keys = _ranked(health)
    columns = [one for one in _columns(health) if any(one.cell(health.cards[key]) for key in keys)]
    head = Row(tuple(Cell((Span(one.head),), header=True) for one in columns))
    rows = [Row(tuple(Cell(one.cell(health.cards[key])) for one in columns)) for key in keys[:SHOWN]]
    table = Table((head, *rows), header_rows=1, columns=tuple(Column(one.align, one.width) for one in columns))
    more = len(keys) - SHOWN
    left = f"And {more:,} more, which are read less: nbwiki audit --json has all of them." if more > 0 else ""
    return (*_line(" ".join(_words(health))), *((table,) if keys else ()), *_line(left))


def _ranked(health: Health) -> list[str]:
    reading, asked = health.reading or {}, health.questions or {}

    def place(key: str) -> tuple[int, int, int, str, str]:
        read = reading.get(key)
        views, viewers = (read.views, read.viewers) if read else (0, 0)
        return -views, -viewers, -asked.get(key, 0), health.cards[key].title.casefold(), key

    return sorted(health.cards, key=place)


def _words(health: Health) -> Iterator[str]:
    """What the reader of the table must know of its numbers."""
    yield "A click on a column's head sorts by it."
    if health.reading:
        yield "Views and readers are counted down to 1, 2, 5, 10, 20 and so on: 200 stands for 200 to 499."
    else:
        yield "This wiki doesn't tell how often a page is read, so there are no columns of views and readers."
    if health.questions is None:
        yield "Open questions were not looked at."


def _columns(health: Health) -> Sequence[_Column]:
    """What stands right behind the title is what a phone shows."""
    reading, asked = health.reading or {}, health.questions or {}
    stale, replaced = set(health.stale), set(health.superseded)

    def views(card: Card) -> Inlines:
        read = reading.get(card.key)
        return (Span(str(read.views)),) if read else ()

    def readers(card: Card) -> Inlines:
        read = reading.get(card.key)
        return (Span(str(read.viewers)),) if read else ()

    def questions(card: Card) -> Inlines:
        number = asked.get(card.key, 0)
        return (Span(str(number)),) if number else ()

    def status(card: Card) -> Inlines:
        name = "superseded" if card.key in replaced else "stale" if card.key in stale else card.status
        return (lozenge(name),) if name in {"stale", "superseded", "draft", "review", "archived"} else ()

    def authors(card: Card) -> Inlines:
        return (Span(", ".join(one.name for one in card.authors)),) if card.authors else ()

    return (
        _Column("Report", title_of, 0.23),
        _Column("Views", views, 0.07, "right"),
        _Column("Readers", readers, 0.085, "right"),
        _Column("Questions", questions, 0.1, "right"),
        _Column("Status", status, 0.115),
        _Column("Updated", lambda card: _day(card.day), 0.12),
        _Column("Fresh until", lambda card: _day(card.due), 0.12),
        _Column("Authors", authors, 0.16),
    )


def _day(day: str) -> Inlines:
    return (Date(day),) if len(day) == len("2026-01-01") else ()


def _line(text: str) -> Blocks:
    return (Paragraph((Span(text),)),) if text else ()
