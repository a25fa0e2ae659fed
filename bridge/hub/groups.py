"""Reports gathered by topic, team, author, project and year, and what the hub's pages are made from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import msgspec

from bridge.hub.model import GROUPS, Author, Card, Health, key_of, slug
from bridge.settings import HubSettings
from converters.wiki_labels import labels_of

LEAD = 8
"""Names in one line of neighbouring pages. Ours: what fits on a line."""
MISSING = 3
"""Names that such a line may lack before its page is written for them (or as many as it has, if that is more). Ours: a
new report touches six groups, and a change may write ten times in all."""
Lead: TypeAlias = Mapping[str, Sequence[str]]
"""Names of neighbouring pages by kind of group, the most frequent first."""


class Hub(msgspec.Struct, kw_only=True):
    """All that the pages are made from. ``cards`` by key; ``users`` are wiki accounts by author; ``folders`` pages that
    show a project already; ``modules`` the reports that use shared code, by path; ``leads`` the :func:`lead` that pages
    have on the wiki, by the page's key.
    """

    cards: Mapping[str, Card]
    settings: HubSettings
    today: str
    notion: bool = False
    users: Mapping[Author, str] = {}
    folders: Mapping[str, str] = {}
    modules: Mapping[str, Sequence[str]] = {}
    leads: Mapping[str, Lead] = {}
    owners: Mapping[str, str] = {}
    """Who answers for each report, by key."""
    questions: Mapping[str, int] = {}
    """Readers' open questions by report, as the last audit found them."""
    health: Health = Health(cards={})
    keep: Mapping[str, str] = {}
    """Titles by key of pages that are there and gather nothing now: they say so until ``--prune`` takes them away."""


Groups = Mapping[str, Mapping[str, Sequence[Card]]]


def groups_of(cards: Iterable[Card]) -> dict[str, dict[str, list[Card]]]:
    """Reports by kind of group and the group's name, each list newest first, names in order without case.

    Spellings that differ in case or punctuation only are one group, named as most reports write it.
    """
    found: dict[str, defaultdict[str, list[tuple[str, Card]]]] = {group: defaultdict(list) for group in GROUPS}
    for card in sorted(cards, key=order):
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


def order(card: Card) -> tuple[int, str, str]:
    """Sorts reports newest first; by title within a day."""
    return (
        -int(card.day.replace("-", "") or 0) if card.day.replace("-", "").isdigit() else 0,
        card.title.casefold(),
        card.key,
    )


def labels_for(card: Card, *, project: bool) -> tuple[str, ...]:
    """Labels by which live lists find a report on the pages of its groups; its topics are labels anyway."""
    named = [("team", card.team), *(("audience", name) for name in card.audience)]
    named += [("author", one.name) for one in card.authors]
    named += [("project", card.project)] if project else []
    return tuple(dict.fromkeys(label_of(group, name) for group, name in (*named, ("year", card.year)) if name))


def label_of(group: str, name: str) -> str:
    """The label of one group; empty for a topic of signs only, which no wiki takes."""
    return "".join(labels_of([name if group == "topic" else f"{group}-{slug(name)}"]))


def lead(hub: Hub, group: str, name: str, cards: Sequence[Card]) -> dict[str, tuple[str, ...]]:
    """Which pages to look at besides: people of a topic and topics often together with it; an author's teams and topics.

    What a page has stays while all of it is there and little is missing: otherwise one new report would write the pages
    of all its groups.
    """
    wanted: dict[str, list[str]] = {}
    if group == "author":
        wanted["team"] = _ranked([card.team] for card in cards)
    if group == "topic":
        wanted["author"] = _ranked([one.name for one in card.authors] for card in cards)
    if group in {"author", "topic"}:
        wanted["topic"] = [one for one in _ranked(card.topics for card in cards) if slug(one) != slug(name)]
    had = hub.leads.get(key_of(group, name), {})
    return {kind: _kept(names, tuple(had.get(kind, ()))) for kind, names in wanted.items()}


def _ranked(lists: Iterable[Iterable[str]]) -> list[str]:
    counted: Counter[str] = Counter()
    for names in lists:
        counted.update({name for name in names if name})
    return sorted(counted, key=lambda name: (-counted[name], name.casefold()))


def _kept(ranked: Sequence[str], had: tuple[str, ...]) -> tuple[str, ...]:
    best = tuple(ranked[:LEAD])
    missing = len(best) - len(had)
    return had if had and set(had) <= set(ranked) and missing < max(MISSING, len(had)) else best
