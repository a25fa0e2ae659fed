"""What happened lately: new, updated, stale and superseded reports, by the dates that records keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from bridge.hub.dates import day_of
from bridge.hub.model import Card

KINDS: Mapping[str, str] = {
    "new": "New",
    "updated": "Updated",
    "superseded": "Superseded",
    "stale": "Stale",
}
"""Kinds of news, in order, with their headings."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of news; ``day`` is when it happened, ``successor`` the report to read instead."""

    kind: str
    card: Card
    day: str
    successor: Card | None = None


def week_of(day: str) -> str:
    """The Monday of a day's week, ISO 8601; empty where it is no day."""
    found = day_of(day)
    return (found - dt.timedelta(days=found.weekday())).isoformat() if found else ""


def last_week(cards: Iterable[Card]) -> str:
    """The Monday of the last week in which a report came or changed; empty where none did.

    By that, and not by today's date, the page of news stays as it is in a week without any.
    """
    return week_of(max((max(card.first, card.changed) for card in cards), default=""))


def news(cards: Iterable[Card], since: str, until: str, today: str) -> tuple[Item, ...]:
    """What happened from ``since`` up to and without ``until``; newest first within a kind. Stale is what is so today."""
    every = list(cards)
    by_key = {card.key: card for card in every}
    successors = {old: card for card in every for old in card.supersedes}
    successors |= {one.key: by_key[one.superseded_by] for one in every if one.superseded_by in by_key}  # by a command
    found: list[Item] = []
    for card in every:
        successor = successors.get(card.key)
        if successor is not None and since <= successor.first[:10] < until:
            found.append(Item(kind="superseded", card=card, day=successor.first, successor=successor))
        elif since <= card.first[:10] < until:
            found.append(Item(kind="new", card=card, day=card.first))
        elif since <= card.changed[:10] < until:
            found.append(Item(kind="updated", card=card, day=card.changed))
        if card.stale(today) and successor is None and not card.draft:
            found.append(Item(kind="stale", card=card, day=card.due))
    order = list(KINDS)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), _newest(one.day), one.card.title.casefold())))


def _newest(day: str) -> int:
    found = day_of(day)
    return -found.toordinal() if found else 0
