"""The hub's pages as documents: home, what's new, and one page for each topic, team, author, project and year.

What depends on a report's content (its text, its figures) stands on home and in the news only. Pages of groups hold lists
that the wiki keeps itself, so that a new report writes none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from bridge.hub.groups import Hub, Lead, groups_of, label_of, lead
from bridge.hub.health import TITLE, health_page
from bridge.hub.home import PLURAL, home, whats_new
from bridge.hub.model import CODE, GROUPS, HEALTH, HOME, NEWS, Author, Card, index_key, key_of, slug
from bridge.hub.parts import LABEL
from bridge.hub.pieces import COLUMNS, MANY, heading, list_of, title_of
from converters.metadata import Metadata
from converters.model import (
    Block,
    Blocks,
    Callout,
    Cell,
    Document,
    Filter,
    Inline,
    LineBreak,
    ListBlock,
    Listing,
    ListItem,
    LiveView,
    Mark,
    Mention,
    PageLink,
    Paragraph,
    Row,
    Span,
    Table,
    Views,
)

ROWS = 100
"""Reports on one screen of a group's list; the wiki turns pages. Ours: as many as one scrolls through."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the hub: its key, what it is (for wikis that keep that as a property), its document; ``lead`` is what
    the next run is to keep of it.
    """

    key: str
    kind: str
    parent: str
    document: Document
    lead: Lead = {}


def pages(hub: Hub) -> list[Page]:
    """Every page of the hub, parents before their children."""
    groups = groups_of(hub.cards.values())
    shown = [group for group in GROUPS if groups[group] and not (group == "project" and hub.folders)]
    made = [_page(HOME, "Home", "", hub.settings.title, home(hub, groups))]
    made.append(_page(NEWS, "News", HOME, "What's new", whats_new(hub)))
    made.append(_page(HEALTH, "Health", HOME, TITLE, health_page(hub.health)))
    for group in shown:
        made.append(_page(index_key(group), "List", HOME, f"All {PLURAL[group].lower()}", _index(group, groups[group])))
        for name, cards in groups[group].items():
            title = f"Reports of {name}" if group == "year" else f"{group.capitalize()}: {name}"
            near = lead(hub, group, name, cards)
            blocks = (*_lead(hub, group, name, cards, near), *_group(hub, group, name, cards))
            page = _page(key_of(group, name), group.capitalize(), index_key(group), title, blocks)
            made.append(msgspec.structs.replace(page, lead=near))
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


def _index(group: str, named: Mapping[str, Sequence[Card]]) -> Blocks:
    """Names without numbers, which each new report would change."""
    items = [ListItem((Paragraph((Span(name, href=PageLink(key_of(group, name))),)),)) for name in named]
    return (ListBlock("bullet", tuple(items)),)


def _group(hub: Hub, group: str, name: str, cards: Sequence[Card]) -> Blocks:
    if hub.notion:
        return (Views(_views(group, name)),)
    if group == "team":
        wanted = slug(name)
        parts: list[Block] = []
        if any(slug(card.team) == wanted for card in cards):
            parts += [heading("From this team"), _live("team", name)]
        if any(wanted in map(slug, card.audience) for card in cards):
            parts += [heading("For this team"), _live("audience", name)]
        return tuple(parts)
    if not label_of(group, name):
        return (list_of(cards),)
    return (_live(group, name),)


def _live(group: str, name: str) -> Listing:
    columns = tuple("Topics" if one == "Authors" and group == "author" else one for one in COLUMNS)
    return Listing("properties", (LABEL, label_of(group, name)), columns=columns, sort_by="Updated", limit=ROWS)


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


def _lead(hub: Hub, group: str, name: str, cards: Sequence[Card], near: Lead) -> Blocks:
    """What else to look at; for an author the account, where the wiki has one."""
    lines: list[Block] = []
    if group == "author":
        found = {one for card in cards for one in card.authors if slug(one.name) == slug(name)}
        person = min(found, key=lambda one: (one not in hub.users, one.email, one.name), default=Author(name))
        user = hub.users.get(person, "")
        if user:
            lines.append(Paragraph((Span("In this wiki: "), Mention(name, person.email, user))))
        if {one.casefold() for one in hub.settings.left} & {name.casefold(), *(one.email for one in found)}:
            lines.append(_has_left(hub, name, cards))
    titles = {
        "author": "People to ask",
        "team": "Team",
        "topic": "Topics" if group == "author" else "Often together with",
    }
    for kind, names in near.items():
        lines += _linked(titles[kind], kind, names)
    return tuple(lines)


def _has_left(hub: Hub, name: str, cards: Sequence[Card]) -> Callout:
    """That an author isn't here any more, and who answers for their reports instead."""
    owners = sorted({hub.owners.get(card.key, "") for card in cards} - {"", name}, key=str.casefold)
    instead = f"Their reports are now looked after by {', '.join(owners[:MANY])}." if owners else "Ask the team, below."
    return Callout("note", (Paragraph((Span(f"{name} is no longer here. {instead}"),)),))


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
            line += title_of(card)
        if len(keys) > MANY:
            line += [LineBreak(), Span(f"and {len(keys) - MANY} more")]
        rows.append(Row((Cell((Span(path, frozenset({Mark.CODE})),)), Cell(tuple(line)))))
    intro = "Modules of the repository that reports import. Before one of them changes, look here whom that concerns."
    return (Paragraph((Span(intro),)), Table((head, *rows), header_rows=1))
