"""Which published reports are most like a new one: ``plan`` names them, so that work isn't done a second time."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from adapters.base import Observed, Record, Tracked
from bridge.hub.cards import Heard
from bridge.hub.model import Card, card_of
from bridge.hub.related import Index
from bridge.succession import CLOSED
from bridge.sync.actions import Action, Plan, Similar

NAMED = 3
"""Reports that are named for a new one. Ours: more than a few nobody opens before publishing."""
ALIKE = 0.2
"""Cosine from which a report is worth a look. Ours, tried on the example repository and the corpus: twice what makes
reports related, for here a wrong name costs a person's time.
"""


def with_similar(made: Plan, observed: Observed, heard: Mapping[str, Heard]) -> Plan:
    """The plan with, for each report that is new, those of the wiki that are most like it. Asks the wiki nothing."""
    new = {one.key: one for one in made.actions if one.verb == "create" and one.kind == "report" and one.local}
    there = {key: one for key, one in observed.tracked.items() if _shows(one) and key not in new}
    if not new or not there:
        return made
    cards = {key: _published(one.record, heard.get(key)) for key, one in there.items()}
    cards |= {key: _new(one, heard.get(key)) for key, one in new.items()}
    texts = {key: one.told.text for key, one in heard.items() if key in cards}
    index = Index(cards, texts)

    def told(one: Action) -> Action:
        if one.key not in new:
            return one
        near = [(key, score) for key, score in index.nearest(one.key) if score >= ALIKE and key in there][:NAMED]
        return msgspec.structs.replace(one, similar=tuple(_similar(there[key], score) for key, score in near))

    return msgspec.structs.replace(made, actions=tuple(told(one) for one in made.actions))


def _shows(one: Tracked) -> bool:
    closed = one.record.state.get(CLOSED)  # for a few readers: not named to others
    return one.record.kind == "report" and not closed and one.page is not None and one.page.status == "current"


def _similar(one: Tracked, score: float) -> Similar:
    page = one.page
    title, url = (page.title, page.url) if page else (one.record.title, "")
    return Similar(title=title, url=url, key=one.record.key, owner=one.record.owner, score=round(score, 2))


def _published(record: Record, heard: Heard | None) -> Card:
    card = card_of(record) or Card(key=record.key, title=record.title, topics=record.topics or ())
    return card if card.summary or heard is None else msgspec.structs.replace(card, summary=heard.meta.summary)


def _new(one: Action, heard: Heard | None) -> Card:
    summary = heard.meta.summary if heard else ""
    return Card(key=one.key, title=one.title, summary=summary, topics=one.local.topics if one.local else ())
