"""The hub's pages as documents: home, what's new, and one page for each topic, team, author, project and year.

What depends on a report's content alone (its text, its figures) stands on home and in the news only, so that a changed
cell writes those two pages and no other. Where a wiki has lists that keep themselves, those are used.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from bridge.hub.dates import spoken
from bridge.hub.model import CODE, GROUPS, HOME, NEWS, Author, Card, index_key, key_of, slug
from bridge.hub.news import KINDS, last_week, news, week_of
from bridge.hub.parts import LABEL, lozenge
from bridge.settings import HubSettings
from converters.metadata import Metadata
from converters.model import (
    Block,
    Blocks,
    Callout,
    Cell,
    Column,
    Date,
    Document,
    ExcerptOf,
    Filter,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    ListBlock,
    Listing,
    ListItem,
    LiveView,
    Mark,
    Mention,
    PageLink,
    Paragraph,
    ReportImage,
    Row,
    Span,
    Table,
    Views,
)

MANY = 25
"""Reports in one list; a page of a hundred is not read, and home is written at each change. Ours."""
LINKS = 18
"""Topics, teams, authors … that home names; the rest stands on the page of all of them. Ours."""
THUMBNAIL_PX = 168
_STRONG, _SMALL = frozenset({Mark.STRONG}), frozenset({Mark.SMALL})
_PLURAL = {"topic": "Topics", "team": "Teams", "author": "Authors", "project": "Projects", "year": "Years"}
_COLUMNS = ("Summary", "Authors", "Updated", "Status")


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the hub: its key, what it is (for wikis that keep that as a property), its document."""

    key: str
    kind: str
    parent: str
    document: Document


class Hub(msgspec.Struct, kw_only=True):
    """All that the pages are made from. ``cards`` by key; ``users`` are wiki accounts by author; ``labels`` what the wiki
    calls a topic; ``folders`` pages that show a project already; ``modules`` the reports that use shared code, by path.
    """

    cards: Mapping[str, Card]
    settings: HubSettings
    today: str
    notion: bool = False
    users: Mapping[Author, str] = {}
    labels: Mapping[str, str] = {}
    folders: Mapping[str, str] = {}
    modules: Mapping[str, Sequence[str]] = {}
    keep: Mapping[str, str] = {}
    """Titles by key of pages that are there and gather nothing now: they say so until ``--prune`` takes them away."""


Groups = Mapping[str, Mapping[str, Sequence[Card]]]


def groups_of(cards: Iterable[Card]) -> dict[str, dict[str, list[Card]]]:
    """Reports by kind of group and the group's name, each list newest first, names in order without case.

    Spellings that differ in case or punctuation only are one group, named as most reports write it.
    """
    found: dict[str, defaultdict[str, list[tuple[str, Card]]]] = {group: defaultdict(list) for group in GROUPS}
    for card in sorted(cards, key=_order):
        for group, names in _names(card).items():
            for name in dict.fromkeys(names):
                if name and not any(one is card for _, one in found[group][slug(name)]):
                    found[group][slug(name)].append((name, card))
    return {
        group: {
            _usual(name for name, _ in members): [card for _, card in members]
            for _, members in sorted(by_slug.items(), key=lambda item: item[0], reverse=group == "year")
        }
        for group, by_slug in found.items()
    }


def _names(card: Card) -> dict[str, tuple[str, ...]]:
    return {
        "topic": card.topics,
        "team": (card.team, *card.audience),
        "author": tuple(one.name for one in card.authors),
        "project": (card.project,),
        "year": (card.year,),
    }


def _usual(names: Iterable[str]) -> str:
    counted = Counter(names)
    return min(counted, key=lambda name: (-counted[name], name))


def _order(card: Card) -> tuple[int, str, str]:
    return (
        -int(card.day.replace("-", "") or 0) if card.day.replace("-", "").isdigit() else 0,
        card.title.casefold(),
        card.key,
    )


def pages(hub: Hub) -> list[Page]:
    """Every page of the hub, parents before their children."""
    groups = groups_of(hub.cards.values())
    shown = [group for group in GROUPS if groups[group] and not (group == "project" and hub.folders)]
    made = [_page(HOME, "Home", "", hub.settings.title, _home(hub, groups))]
    made.append(_page(NEWS, "News", HOME, "What's new", _news(hub)))
    for group in shown:
        made.append(
            _page(index_key(group), "List", HOME, f"All {_PLURAL[group].lower()}", _index(group, groups[group]))
        )
        for name, cards in groups[group].items():
            title = f"Reports of {name}" if group == "year" else f"{group.capitalize()}: {name}"
            made.append(
                _page(key_of(group, name), group.capitalize(), index_key(group), title, _group(hub, group, name, cards))
            )
    if hub.modules:
        made.append(_page(CODE, "List", HOME, "Shared code", _code(hub)))
    there = {page.key for page in made}
    parents = {page.key for page in made}
    for key, title in sorted(hub.keep.items()):
        if key not in there:
            group = key.split(":")[1]
            above = index_key(group) if index_key(group) in parents else HOME
            text = (Paragraph((Span("No report belongs here at present."),)),)
            made.append(_page(key, group.capitalize(), above if above != key else HOME, title, text))
    return made


def _page(key: str, kind: str, parent: str, title: str, blocks: Blocks) -> Page:
    meta = Metadata(title=title, kind=kind)
    return Page(key=key, kind=kind, parent=parent, document=Document(meta=meta, blocks=blocks))


# ---------------------------------------------------------------- home


def _home(hub: Hub, groups: Groups) -> Blocks:
    cards = sorted(hub.cards.values(), key=_order)
    found: list[Block] = [Callout("info", (Paragraph((Span(hub.settings.about),)),))]
    pinned = [card for wanted in hub.settings.pinned for card in cards if _is(card, wanted)]
    if pinned:
        found += [_heading("Pinned"), _cards(pinned, hub)]
    done = [card for card in cards if not card.draft and not card.superseded]
    recent = [card for card in done if card not in pinned]
    news_link = Paragraph((Span("What's new this week", href=PageLink(NEWS)),))
    if hub.notion:
        found += [news_link, Views(_HOME_VIEWS), *_ways(hub, groups)]
        return tuple(found)
    found += [_heading("Recently updated"), _cards(recent[: hub.settings.recent], hub), news_link]
    found += _ways(hub, groups)
    drafts = [card for card in cards if card.draft]
    if drafts:
        found += [_heading("In progress"), _list(drafts[:MANY])]
    stale = sorted((card for card in done if card.stale(hub.today)), key=lambda card: (card.due, card.key))
    if stale:
        found += [_heading("Waiting to be renewed"), _list(stale[:MANY], due=True)]
    found += [_heading("All reports"), Listing("properties", (LABEL,), columns=_COLUMNS, sort_by="Updated")]
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
             shown=("Name", "Summary", "Authors", "Topics", "Team", "Updated", "Data as of", "Status")),
)  # fmt: skip


def _is(card: Card, wanted: str) -> bool:
    return wanted in {card.key, card.source, card.path}


def _ways(hub: Hub, groups: Groups) -> list[Block]:
    """The ways into the library in one table: a kind of group a row, its largest groups as links with their numbers."""
    rows: list[Row] = []
    for group in GROUPS:
        if not groups[group]:
            continue
        found = list(groups[group].items())
        named = sorted(found, key=lambda item: -len(item[1]))[:LINKS] if len(found) > LINKS else found
        line: list[Inline] = []
        for name, cards in named:
            key = hub.folders.get(name, "") if group == "project" and hub.folders else key_of(group, name)
            if not key:
                continue  # no page of that folder: its reports were placed elsewhere
            line += [Span(" · ")] if line else []
            line += [Span(name, href=PageLink(key)), Span(f" ({len(cards)})", _SMALL)]
        if len(found) > LINKS and not (group == "project" and hub.folders):
            line += [Span(" · "), Span(f"all {len(found)}", _STRONG, PageLink(index_key(group)))]
        if line:
            rows.append(Row((Cell((Span(_PLURAL[group]),), header=True), Cell(tuple(line)))))
    if hub.modules:
        rows.append(
            Row((Cell((Span("Code"),), header=True), Cell((Span("Shared code and who uses it", href=PageLink(CODE)),))))
        )
    return [
        _heading("Find a report"),
        Table(tuple(rows), header_columns=1, columns=(Column(width=0.16), Column(width=0.84))),
    ]


# ---------------------------------------------------------------- news


def _news(hub: Hub) -> Blocks:
    monday = last_week(hub.cards.values())
    found: list[Block] = []
    if not monday:
        return (Paragraph((Span("Nothing has been published yet."),)),)
    items = news(hub.cards.values(), monday, "9999", hub.today)
    found.append(Paragraph((Span("Week of "), Date(week_of(monday)), Span("."))))
    for kind, title in KINDS.items():
        chosen = [item for item in items if item.kind == kind]
        if not chosen:
            continue
        found.append(_heading(title))
        lines: list[ListItem] = []
        for item in chosen[:MANY]:
            words: Inlines = (*_title(item.card), *_summary(item.card))
            if item.successor is not None:
                words = (*_title(item.card), Span(", replaced by "), *_title(item.successor))
            if kind == "stale":
                words = (*_title(item.card), Span(f", to be renewed by {spoken(item.card.due)}"))
            lines.append(ListItem((Paragraph(words),)))
        found.append(ListBlock("bullet", tuple(lines)))
        if len(chosen) > MANY:
            found.append(Paragraph((Span(f"And {len(chosen) - MANY} more."),)))
    return tuple(found)


# ---------------------------------------------------------------- groups


def _index(group: str, named: Mapping[str, Sequence[Card]]) -> Blocks:
    items = [
        ListItem((Paragraph((Span(name, href=PageLink(key_of(group, name))), Span(f" ({len(cards)})", _SMALL))),))
        for name, cards in named.items()
    ]
    return (ListBlock("bullet", tuple(items)),)


def _group(hub: Hub, group: str, name: str, cards: Sequence[Card]) -> Blocks:
    head = _lead(hub, group, name, cards)
    if hub.notion:
        return (*head, Views(_views(group, name)))
    if group == "topic" and name in hub.labels:
        live = Listing("properties", (hub.labels[name],), columns=_COLUMNS, sort_by="Updated")
        return (*head, live)
    if group == "team":
        wanted = slug(name)
        own = [card for card in cards if slug(card.team) == wanted]
        others = [card for card in cards if card not in own]
        parts: list[Block] = []
        if own:
            parts += [_heading("From this team"), _archive(own)]
        if others:
            parts += [_heading("For this team"), _archive(others)]
        return (*head, *parts)
    return (*head, _archive(cards))


def _by_age(cards: Sequence[Card]) -> list[Card]:
    """Newest first by the day of their making, which a changed cell doesn't change."""
    return sorted(cards, key=lambda card: (card.created or card.first, card.key), reverse=True)


def _archive(cards: Sequence[Card]) -> Block:
    """Reports as rows: title, excerpt (which the wiki takes from the report itself), authors; the day of making."""
    rows = []
    for number, card in enumerate(_by_age(cards)):
        title = Paragraph((Span(card.title, _STRONG, PageLink(card.key)),))
        live = card.summary and number < MANY and not card.post
        excerpt: Blocks = (ExcerptOf(card.title),) if live else ()
        if card.post and card.summary:
            excerpt = (Paragraph((Span(card.summary),)),)
        day = (card.created or card.first)[:10]
        when = Cell((Date(day),)) if day else Cell()
        byline = _byline(card, "")
        rows.append(Row((Cell(blocks=(title, *excerpt, *((Paragraph(byline),) if byline else ()))), when)))
    return Table(tuple(rows), columns=(Column(width=0.8), Column(width=0.2)))


def _views(group: str, name: str) -> tuple[LiveView, ...]:
    wanted: dict[str, tuple[Filter, ...]] = {
        "topic": (Filter("Topics", "contains", name),),
        "team": (Filter("Team", "equals", name), Filter("Audience", "contains", name)),
        "author": (Filter("Authors", "contains", name),),
        "project": (Filter("Project", "equals", name),),
        "year": (Filter("Year", "equals", name),),
    }
    shown = ("Name", "Summary", "Authors", "Updated")
    return (LiveView("Reports", "gallery", any_of=wanted[group], sort="Updated", descending=True, shown=shown),)


def _lead(hub: Hub, group: str, name: str, cards: Sequence[Card]) -> Blocks:
    """What else to look at: people to ask and neighbouring topics; for an author the account, where the wiki has one."""
    lines: list[Block] = []
    if group == "author":
        person = next((one for card in cards for one in card.authors if one.name == name), Author(name))
        user = hub.users.get(person, "")
        if user:
            lines.append(Paragraph((Span("In this wiki: "), Mention(name, person.email, user))))
        teams = dict.fromkeys(card.team for card in cards if card.team)
        lines += _linked("Team", "team", [*teams])
        lines += _linked("Topics", "topic", _common((card.topics for card in cards), ()))
    if group == "topic":
        lines += _linked("People to ask", "author", _common(([one.name for one in card.authors] for card in cards), ()))
        lines += _linked("Often together with", "topic", _common((card.topics for card in cards), (slug(name),)))
    return tuple(lines)


def _common(lists: Iterable[Iterable[str]], without: Sequence[str], most: int = 8) -> list[str]:
    counted: Counter[str] = Counter()
    for names in lists:
        counted.update(list(dict.fromkeys(names)))
    ranked = sorted(counted, key=lambda name: (-counted[name], name.casefold()))
    return [name for name in ranked if slug(name) not in without][:most]


def _linked(title: str, group: str, names: Sequence[str]) -> Blocks:
    if not names:
        return ()
    line: list[Inline] = [Span(f"{title}: ")]
    for number, name in enumerate(names):
        line += [Span(" · ")] if number else []
        line.append(Span(name, href=PageLink(key_of(group, name))))
    return (Paragraph(tuple(line)),)


def _code(hub: Hub) -> Blocks:
    head = Row((Cell((Span("Module"),), header=True), Cell((Span("Used by"),), header=True)))
    rows = []
    for path, keys in sorted(hub.modules.items()):
        line: list[Inline] = []
        for card in sorted((hub.cards[key] for key in keys), key=lambda card: card.title.casefold())[:MANY]:
            line += [LineBreak()] if line else []
            line += _title(card)
        if len(keys) > MANY:
            line += [LineBreak(), Span(f"and {len(keys) - MANY} more")]
        rows.append(Row((Cell((Span(path, frozenset({Mark.CODE})),)), Cell(tuple(line)))))
    intro = "Modules of the repository that reports import. Before one of them changes, look here whom that concerns."
    return (Paragraph((Span(intro),)), Table((head, *rows), header_rows=1))


# ---------------------------------------------------------------- pieces


def _heading(text: str) -> Heading:
    return Heading(2, (Span(text),))


def _title(card: Card) -> Inlines:
    return (Span(card.title, href=PageLink(card.key)),)


def _summary(card: Card) -> Inlines:
    return (LineBreak(), Span(card.summary)) if card.summary else ()


def _byline(card: Card, day: str) -> Inlines:
    """Authors, a day, and the status where it is worth a word."""
    line: list[Inline] = []
    for number, person in enumerate(card.authors):
        line += [Span(", ", _SMALL)] if number else []
        line.append(Span(person.name, _SMALL, PageLink(key_of("author", person.name))))
    if len(day) == len("2026-01-01"):
        line += [Span(" · ", _SMALL), Date(day)] if line else [Date(day)]
    if card.draft:
        line += [Span(" "), lozenge(card.status)]
    elif card.superseded:
        line += [Span(" "), lozenge("superseded")]
    return tuple(line)


def _cards(cards: Sequence[Card], hub: Hub) -> Block:
    """Reports with their first figure beside what they say; in Notion, whose galleries show figures, as a list."""
    if hub.notion:
        return _list(cards)
    if not any(card.thumbnail for card in cards):
        return _list(cards)
    rows = []
    for card in cards:
        title = Paragraph((Span(card.title, _STRONG, PageLink(card.key)),))
        words = (Paragraph((Span(card.summary),)),) if card.summary else ()
        byline = _byline(card, card.day)
        text = (title, *words, *((Paragraph(byline),) if byline else ()))
        if card.thumbnail:
            picture = ReportImage(card.title, card.thumbnail, "", THUMBNAIL_PX)
            rows.append(Row((Cell(blocks=(picture,)), Cell(blocks=text))))
        else:  # an empty box says nothing
            rows.append(Row((Cell(blocks=text, colspan=2),)))
    return Table(tuple(rows), columns=(Column(width=0.26), Column(width=0.74)))


def _list(cards: Sequence[Card], *, due: bool = False) -> Block:
    """Reports one below the other: title, summary, who and when."""
    items = []
    for card in cards:
        byline = _byline(card, card.day)
        if due:
            byline = (*byline, Span(f" · to be renewed by {spoken(card.due)}", _SMALL))
        line: Inlines = (Span(card.title, _STRONG, PageLink(card.key)), *_summary(card), LineBreak(), *byline)
        items.append(ListItem((Paragraph(line),)))
    return ListBlock("bullet", tuple(items))
