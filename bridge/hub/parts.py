"""What the hub adds to a report's own page: banners in front of it, related reports and page properties behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from bridge.hub.dates import spoken
from bridge.hub.model import Card
from converters.metadata import Metadata
from converters.model import (
    Block,
    Callout,
    Date,
    Document,
    Excerpt,
    Inline,
    Inlines,
    ListBlock,
    ListItem,
    Lozenge,
    Mention,
    PageLink,
    Paragraph,
    Properties,
    Property,
    Rendered,
    Section,
    Span,
)
from converters.writers.joined import joined, joined_digest

Write = Callable[[Document], Rendered]

LABEL = "nbwiki-report"
"""The label of every report, by which Confluence's macros find them all."""


class Parts(msgspec.Struct, frozen=True):
    """What stands before and behind a report's body, and its metadata as the wiki's properties are to show them."""

    front: Rendered | None = None
    back: Rendered | None = None
    meta: Metadata | None = None

    def around(self, main: Rendered) -> Rendered:
        """The report's page with its parts."""
        return joined(self.front, main, self.back, self.meta)

    def digest(self, main: str) -> str:
        """The digest of :meth:`around`."""
        return joined_digest(main, (self.front, self.back), self.meta)


class Around(msgspec.Struct, frozen=True):
    """What all reports of a run share: their cards, the reports that replace others (by those), today's day."""

    cards: Mapping[str, Card]
    successors: Mapping[str, str]
    today: str


def parts_of(card: Card, meta: Metadata, around: Around, touched: Sequence[str], write: Write) -> Parts:
    """The parts of one report. ``touched`` is shared code that changed after it. Where its author names related reports,
    none are computed.
    """
    cards, today = around.cards, around.today
    successor = around.successors.get(card.key, "")
    status = "superseded" if successor else "stale" if card.stale(today) and not card.draft else meta.status
    front: list[Block] = []
    if successor and not card.superseded_by:
        line: Inlines = (Span("Read instead: "), _link(cards[successor]))
        front.append(Callout("warning", (Paragraph(line),), (Span("A newer report replaces this one"),)))
    if status == "stale":
        # Why and since when, without the word: that is `audit`'s badge beside the title.
        text = f"This report was to be renewed by {spoken(card.due)}: what it says may no longer hold."
        front.append(Callout("warning", (Paragraph((Span(text),)),)))
    elif touched and not successor:
        names = ", ".join(path.rpartition("/")[2] for path in touched)
        changed = f" {names}, which this report uses, has changed since its last change."
        front.append(Paragraph((Lozenge("POSSIBLY STALE", "yellow"), Span(changed))))
    before = [one for one in (cards.get(key) for key in card.supersedes) if one]
    if before:
        front.append(Paragraph((Span("Replaces "), *_links(before), Span("."))))
    back: list[Block] = []
    if related := [cards[key] for key in card.related if key in cards and not meta.related]:
        back.append(Section("related", (_listed(related),), title="Related reports"))
    if card.summary:
        back.append(Excerpt((Paragraph((Span(card.summary),)),)))
    back.append(_properties(card, status))
    shown = msgspec.structs.replace(meta, status=status) if status != meta.status else meta
    return Parts(_written(front, write), _written(back, write), shown)


def _written(blocks: Sequence[Block], write: Write) -> Rendered | None:
    if not blocks:
        return None
    made = write(Document(meta=Metadata(title="part"), blocks=tuple(blocks)))
    return made if made.body or made.blocks else None


def _link(card: Card) -> Span:
    return Span(card.title, href=PageLink(card.key))


def _links(cards: Sequence[Card]) -> Inlines:
    found: list[Inline] = []
    for card in cards:
        found += [Span(", "), _link(card)] if found else [_link(card)]
    return tuple(found)


def _listed(cards: Sequence[Card]) -> ListBlock:
    """Titles only: a summary that changes would write the pages of all its neighbours."""
    return ListBlock("bullet", tuple(ListItem((Paragraph((_link(card),)),)) for card in cards))


def _properties(card: Card, status: str) -> Block:
    """Page properties, which Confluence's report over pages shows; in Notion the row has them."""
    rows = [
        ("Summary", (Span(card.summary),) if card.summary else ()),
        ("Authors", _authors(card)),
        ("Team", (Span(card.team),) if card.team else ()),
        ("Topics", (Span(", ".join(card.topics)),) if card.topics else ()),
        ("Updated", (Date(card.day),) if len(card.day) == len("2026-01-01") else ()),
        ("Data as of", (Date(card.data_as_of[:10]),) if card.data_as_of else ()),
        ("Status", (lozenge(status),) if status in _COLORS else ()),
    ]
    return Properties(tuple(Property(name, value) for name, value in rows if value), hidden=True)


def _authors(card: Card) -> Inlines:
    """Names, with the wiki's accounts where they were found."""
    found: list[Inline] = []
    for one in card.authors:
        found += [Span(", ")] if found else []
        user = card.accounts.get(one.email or one.name.casefold(), "")
        found.append(Mention(one.name, one.email, user) if user else Span(one.name))
    return tuple(found)


_COLORS: Mapping[str, Lozenge] = {
    "draft": Lozenge("DRAFT", "yellow"), "review": Lozenge("IN REVIEW", "blue"), "stale": Lozenge("STALE", "red"),
    "superseded": Lozenge("SUPERSEDED", "purple"), "archived": Lozenge("ARCHIVED", "grey"),
}  # fmt: skip


def lozenge(status: str) -> Lozenge:
    """A status that is worth a word as a label in its colour: one of a report that isn't simply published."""
    return _COLORS[status]
