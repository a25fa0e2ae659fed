"""``digest``: what is new on a wiki's hub, from its records, for people, feed readers and channels. Writes nothing there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from adapters.base import Observed, Wiki
from bridge.feedback import feedback_of
from bridge.hub.model import HOME, Card, card_of, slug
from bridge.hub.news import KINDS, Item, news


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One report in the news. ``day`` is ISO 8601; ``instead`` is the title and the address of what replaces it."""

    id: str
    kind: str
    title: str
    url: str
    day: str
    summary: str = ""
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    team: str = ""
    instead: tuple[str, str] | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A reader's open comment that nobody has answered."""

    report: str
    url: str
    text: str
    author: str = ""
    created: str = ""


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """What happened ``since`` a day up to ``until``, both included. ``home`` is where the reports are."""

    target: str
    title: str
    home: str
    since: str
    until: str
    items: tuple[Entry, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.items and not self.questions

    def of(self, kind: str) -> list[Entry]:
        """Entries of one kind."""
        return [one for one in self.items if one.kind == kind]


def digest_of(  # noqa: PLR0913  (keyword-only, each one a different thing)
    wiki: Wiki,
    name: str,
    since: str,
    *,
    topic: str = "",
    team: str = "",
    questions: bool = True,
    today: dt.date | None = None,
) -> Digest:
    """The news of one target since a day, of one topic or team where one is named.

    Open questions cost a request for each report. Reports published without a hub aren't among the news; those for a few
    readers never are.
    """
    day = (today or dt.datetime.now(dt.UTC).date()).isoformat()
    observed = wiki.observe()
    cards, urls = _published(observed)
    cards = {key: card for key, card in cards.items() if _wanted(card, topic, team)}
    found = news(cards.values(), since[:10], _after(day), day)
    home = next((was.page for key, was in observed.tracked.items() if key == HOME and was.page), None)
    return Digest(
        target=name,
        title=f"{home.title if home else observed.root.title}: what's new",
        home=home.url if home else observed.root.url,
        since=since[:10],
        until=day,
        items=tuple(_entry(one, urls) for one in found),
        questions=tuple(_questions(wiki, name, cards)) if questions else (),
    )


def _published(observed: Observed) -> tuple[dict[str, Card], dict[str, str]]:
    """Cards and addresses of the reports that stand on the hub, by key."""
    cards: dict[str, Card] = {}
    urls: dict[str, str] = {}
    for key, was in observed.tracked.items():
        card = card_of(was.record) if was.record.kind == "report" else None
        if card is not None and was.page is not None and was.page.status == "current":
            instead = was.record.superseded_by or card.superseded_by  # a command tells the record, and no card
            cards[key] = msgspec.structs.replace(card, title=was.page.title, superseded_by=instead)
            urls[key] = was.page.url
    return cards, urls


def _entry(one: Item, urls: Mapping[str, str]) -> Entry:
    card = one.card
    return Entry(
        id=f"nbwiki:{one.kind}:{card.key}:{one.day}",
        kind=one.kind,
        title=card.title,
        url=urls[card.key],
        day=one.day,
        summary=card.summary,
        authors=tuple(author.name for author in card.authors),
        topics=card.topics,
        team=card.team,
        instead=(one.successor.title, urls[one.successor.key]) if one.successor else None,
    )


def _wanted(card: Card, topic: str, team: str) -> bool:
    topics = {slug(name) for name in card.topics}
    teams = {slug(name) for name in (card.team, *card.audience) if name}
    return (not topic or slug(topic) in topics) and (not team or slug(team) in teams)


def _after(day: str) -> str:
    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()


def _questions(wiki: Wiki, name: str, cards: dict[str, Card]) -> Sequence[Question]:
    return [
        Question(
            report=cards[one["key"]].title,
            url=comment["url"] or one["url"],
            text=comment["text"],
            author=comment["author"],
            created=comment["created"],
        )
        for one in feedback_of(wiki, name)["reports"]
        if one["key"] in cards
        for comment in one["comments"]
        if comment["status"] in {"open", "reopened", "dangling"} and not comment["replies"]
    ]


def headings(digest: Digest) -> list[tuple[str, list[Entry]]]:
    """Kinds that have news, with their headings."""
    return [(title, found) for kind, title in KINDS.items() if (found := digest.of(kind))]
