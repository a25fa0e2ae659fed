"""The hub's first page and its news: what depends on a report's content stands on these two only."""

from __future__ import annotations

from bridge.hub.dates import spoken
from bridge.hub.groups import Groups, Hub, order
from bridge.hub.health import TITLE
from bridge.hub.model import CODE, GROUPS, HEALTH, NEWS, Card, index_key, key_of
from bridge.hub.news import KINDS, last_week, news, week_of
from bridge.hub.parts import LABEL
from bridge.hub.pieces import COLUMNS, MANY, SMALL, STRONG, cards_of, heading, list_of, summary_of, title_of
from converters.model import (
    Block,
    Blocks,
    Callout,
    Cell,
    Column,
    Date,
    Filter,
    Inline,
    Inlines,
    ListBlock,
    Listing,
    ListItem,
    LiveView,
    PageLink,
    Paragraph,
    Row,
    Span,
    Table,
    Views,
)

LINKS = 18
"""Topics, teams, authors … that home names; the rest stands on the page of all of them. Ours."""
PLURAL = {"topic": "Topics", "team": "Teams", "author": "Authors", "project": "Projects", "year": "Years"}


def home(hub: Hub, groups: Groups) -> Blocks:
    """The blocks of the first page."""
    cards = sorted(hub.cards.values(), key=order)
    found: list[Block] = [Callout("info", (Paragraph((Span(hub.settings.about),)),))]
    pinned = [card for wanted in hub.settings.pinned for card in cards if _is(card, wanted)]
    if pinned:
        found += [heading("Pinned"), cards_of(pinned, hub)]
    done = [card for card in cards if not card.draft and not card.superseded]
    recent = [card for card in done if card not in pinned]
    news_link = Paragraph(
        (Span("What's new this week", href=PageLink(NEWS)), Span(" · "), Span(TITLE, href=PageLink(HEALTH)))
    )
    if hub.notion:
        found += [news_link, Views(_HOME_VIEWS), *_ways(hub, groups)]
        return tuple(found)
    found += [heading("Recently updated"), cards_of(recent[: hub.settings.recent], hub), news_link]
    found += _ways(hub, groups)
    drafts = [card for card in cards if card.draft]
    if drafts:
        found += [heading("In progress"), list_of(drafts[:MANY])]
    stale = sorted((card for card in done if card.stale(hub.today)), key=lambda card: (card.due, card.key))
    if stale:
        found += [heading("Waiting to be renewed"), list_of(stale[:MANY], due=True)]
    found += [heading("All reports"), Listing("properties", (LABEL,), columns=COLUMNS, sort_by="Updated")]
    return tuple(found)


_DONE = tuple(
    Filter("Status", "does_not_equal", name) for name in ("draft", "review", "superseded", "archived", "being written")
)
_HOME_VIEWS = (
    LiveView("Recently updated", "gallery", all_of=_DONE, sort="Updated", descending=True,
             shown=("Name", "Summary", "Authors", "Updated")),
    LiveView("In progress", "gallery", any_of=(Filter("Status", "equals", "draft"), Filter("Status", "equals", "review")),
             sort="Updated", descending=True, shown=("Name", "Summary", "Authors", "Status")),
    LiveView("Waiting to be renewed", "list", all_of=(*_DONE, Filter("Fresh until", "before", "today")),
             sort="Fresh until", shown=("Name", "Authors", "Fresh until")),
    LiveView("By team", "board", group_by="Team", shown=("Name", "Authors")),
    LiveView("All reports", "table", sort="Updated", descending=True,
             shown=("Name", "Summary", "Authors", "Topics", "Team", "Updated", "Data as of", "Status",
                    "Fresh until", "Open questions")),
)  # fmt: skip


def _is(card: Card, wanted: str) -> bool:
    return wanted in {card.key, card.source, card.path}


def _ways(hub: Hub, groups: Groups) -> list[Block]:
    """The ways into the library in one table: a kind of group a row, its largest groups as links.

    With their numbers where each new report writes this page anyway; where its lists are live, nothing does.
    """
    rows: list[Row] = []
    for group in GROUPS:
        if not groups[group]:
            continue
        found = list(groups[group].items())
        # by the power of two, and then by name, so that one report more seldom changes the order
        by_size = sorted(found, key=lambda item: -len(item[1]).bit_length())
        chosen = {name for name, _ in by_size[:LINKS]}
        named = [item for item in found if item[0] in chosen]
        line: list[Inline] = []
        for name, cards in named:
            key = hub.folders.get(name, "") if group == "project" and hub.folders else key_of(group, name)
            if not key:
                continue  # no page of that folder: its reports were placed elsewhere
            line += [Span(" · ")] if line else []
            line.append(Span(name, href=PageLink(key)))
            line += [] if hub.notion else [Span(f" ({len(cards)})", SMALL)]
        if len(found) > LINKS and not (group == "project" and hub.folders):
            line += [Span(" · "), Span("all of them", STRONG, PageLink(index_key(group)))]
        if line:
            rows.append(Row((Cell((Span(PLURAL[group]),), header=True), Cell(tuple(line)))))
    if hub.modules:
        rows.append(
            Row((Cell((Span("Code"),), header=True), Cell((Span("Shared code and who uses it", href=PageLink(CODE)),))))
        )
    return [
        heading("Find a report"),
        Table(tuple(rows), header_columns=1, columns=(Column(width=0.16), Column(width=0.84))),
    ]


def whats_new(hub: Hub) -> Blocks:
    """The blocks of the page of news: the last week in which anything came or changed."""
    monday = last_week(hub.cards.values())
    found: list[Block] = []
    if not monday:
        return (Paragraph((Span("Nothing has been published yet."),)),)
    items = news(hub.cards.values(), monday, "9999", hub.today)
    found.append(Paragraph((Span("Week of "), Date(week_of(monday)))))
    for kind, title in KINDS.items():
        chosen = [item for item in items if item.kind == kind]
        if not chosen:
            continue
        found.append(heading(title))
        lines: list[ListItem] = []
        for item in chosen[:MANY]:
            words: Inlines = (*title_of(item.card), *summary_of(item.card))
            if item.successor is not None:
                words = (*title_of(item.card), Span(", replaced by "), *title_of(item.successor))
            if kind == "stale":
                words = (*title_of(item.card), Span(f", to be renewed by {spoken(item.card.due)}"))
            lines.append(ListItem((Paragraph(words),)))
        found.append(ListBlock("bullet", tuple(lines)))
        if len(chosen) > MANY:
            found.append(Paragraph((Span(f"And {len(chosen) - MANY} more."),)))
    return (*found, *_asked(hub))


def _asked(hub: Hub) -> Blocks:
    """Reports with questions that nobody has answered, as the last audit found them."""
    there = [key for key in hub.questions if key in hub.cards]
    if not there:
        return ()
    lines = []
    for key in sorted(there, key=lambda key: (-hub.questions[key], hub.cards[key].title.casefold()))[:MANY]:
        number = hub.questions[key]
        text = f" · {number} {'question' if number == 1 else 'questions'}"
        lines.append(ListItem((Paragraph((*title_of(hub.cards[key]), Span(text, SMALL))),)))
    return (heading("Waiting for an answer"), ListBlock("bullet", tuple(lines)))
