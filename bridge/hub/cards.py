"""Cards of all reports: of this run's from what it converted, of the others from their records."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import join, normpath

import msgspec

from adapters.base import Observed, Tracked
from bridge.hub.dates import day_of, due
from bridge.hub.model import SUMMARY_MAX, Author, Card, card_of, shortened
from bridge.hub.modules import Modules
from bridge.hub.reading import Told
from bridge.hub.related import chosen, with_related
from bridge.sync.actions import Local, Plan
from bridge.sync.titles import title_to_give
from converters.metadata import Metadata
from converters.options import Files


class Heard(msgspec.Struct, frozen=True):
    """What the conversion of one report gave besides its page."""

    path: str
    meta: Metadata
    told: Told
    thumbnail: str = ""


class Cards:
    """Makes the cards of one run. ``keys`` are keys of reports by path, ``today`` is its day."""

    def __init__(self, files: Files, keys: Mapping[str, str], today: str) -> None:
        self._keys, self._today = keys, today
        self._modules = Modules(files.read, files.exists)

    def of_run(
        self, published: Mapping[str, Local], records: Mapping[str, Tracked], heard: Mapping[str, Heard]
    ) -> dict[str, Card]:
        """Cards of this run's reports; a report for a few only has none, and stands nowhere on the hub."""
        found = {}
        for key, local in published.items():
            was = records.get(key)
            old = card_of(was.record) if was else None
            if local.readers is not None:
                continue
            if key not in heard:
                if old is not None:  # it can't be converted just now; its page is there
                    found[key] = msgspec.structs.replace(old, key=key, title=local.title or old.title)
                continue
            title = title_to_give(local, was)  # a person's own title for the page stays
            found[key] = self._card(local, title, heard[key], old, was.record.superseded_by if was else "")
        return found

    def _card(self, local: Local, title: str, heard: Heard, old: Card | None, told_by_command: str) -> Card:
        meta = heard.meta
        folder = heard.path.rpartition("/")[0]
        same = old is not None and old.base == local.digest
        return Card(
            key=local.key,
            title=title,
            source=local.source,
            path=heard.path,
            summary=shortened(meta.summary, SUMMARY_MAX),
            authors=tuple(Author(one.name, one.email.casefold()) for one in meta.authors),
            topics=meta.tags,
            team=meta.team,
            audience=meta.audience,
            status=meta.status,
            created=_day(meta.created),
            updated=_day(meta.updated),
            data_as_of=_day(meta.data_as_of),
            due=due(meta.review_by, meta.data_as_of, meta.refresh_every),
            thumbnail=heard.thumbnail,
            supersedes=tuple(dict.fromkeys(filter(None, (self._report(one, folder) for one in meta.supersedes)))),
            superseded_by=meta.superseded_by or told_by_command,
            post=local.post,
            modules=self._modules.of(heard.told.uses, heard.path),
            related=old.related if old else (),
            accounts=old.accounts if old else {},
            base=local.digest,
            first=old.first if old and old.first else self._today,
            changed=old.changed if old and same and old.changed else self._today,
        )

    def of_others(self, plan: Plan, observed: Observed, ours: set[str], known: set[str]) -> dict[str, Card]:
        """Cards of reports that this run didn't look at: of other repositories, or left out by the paths that it was given."""
        gone = {one.key for one in plan.actions if one.verb == "archive"} | set(plan.drop)
        taken = {one.was.record.key for one in plan.actions if one.was is not None and one.local is not None}
        found = {}
        for key, was in observed.tracked.items():
            there = was.page is not None and was.page.status == "current"
            if key in ours or key in known or key in gone or key in taken or not there or was.record.kind != "report":
                continue
            card = card_of(was.record)
            if card is not None:
                found[key] = card
        return found

    def fresh(self, cards: Mapping[str, Card], records: Mapping[str, Tracked], heard: Mapping[str, Heard]) -> set[str]:
        """Keys of this run's reports that are new or whose own page changed."""
        known = (key for key in cards if key in heard)
        return {key for key in known if key not in records or not _same(records[key], cards[key])}

    def related(
        self, cards: dict[str, Card], records: Mapping[str, Tracked], heard: Mapping[str, Heard], fresh: set[str]
    ) -> dict[str, Card]:
        """The cards with related reports, by the words of those that this run converted."""
        texts = {key: heard[key].told.text for key in cards if key in heard}
        new = {key for key in texts if key not in records}
        return with_related(cards, chosen(cards, texts, fresh=fresh, new=new - _all_new(texts, new)))

    def _report(self, name: str, folder: str) -> str:
        """The key of a report that another one names: by its path from there or from the root, or its key."""
        for path in (normpath(join(folder, name)), normpath(name)):
            if path in self._keys:
                return self._keys[path]
        return name if name in self._keys.values() else ""

    def successors(self, cards: Mapping[str, Card]) -> dict[str, str]:
        """By report, the one that replaces it, as either of them says."""
        found = {old: card.key for card in sorted(cards.values(), key=lambda card: card.key) for old in card.supersedes}
        for card in cards.values():
            named = card.superseded_by
            other = named if named in cards else self._report(named, card.folder) if named else ""
            if other:
                found[card.key] = other
        return {old: new for old, new in found.items() if old in cards and new in cards and old != new}


def _same(was: Tracked, card: Card) -> bool:
    old = card_of(was.record)
    return old is not None and old.base == card.base


def _all_new(texts: Mapping[str, str], new: set[str]) -> set[str]:
    """All of them where nearly everything is new: a first run greets nobody."""
    return new if len(new) * 2 > len(texts) else set()


def _day(text: str) -> str:
    return text[:10] if day_of(text) else ""
