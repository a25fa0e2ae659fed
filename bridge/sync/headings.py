"""Links to headings of other reports, on wikis where these have an address only once they are there (Notion).

A page is written with the addresses that are known by then, and its record tells which; when all pages are written, those
are corrected whose links lead elsewhere by now. A run that was killed before that shows by the same comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import TypeAlias

import msgspec

from adapters.base import Page, Record, Wiki
from adapters.pointing import Pointing
from bridge.hub.parts import Parts
from bridge.sync.actions import Action, Local, Plan
from converters.links import fragment
from converters.writers.joined import lowered

Place: TypeAlias = tuple[str, str]
"""The fragment of a heading's address (empty: the page's top), and the version of the page on which it was found."""

REASON = "a heading that it links to is another block now"
MOST = 500
"""Headings of other reports that one page links to by address, the others by their page: 40 kB of its record. Ours."""
ROUNDS = 3
"""How often pages are corrected in one run: to correct a page may move a heading of its own. Ours; the next run goes on."""
_NOWHERE: Place = ("", "")


class Headings:
    """Where links to headings lead. A page counts as known while its blocks are of the content that this run has of it."""

    def __init__(
        self,
        wiki: Wiki,
        actions: Sequence[Action],
        outside: Callable[[str], Mapping[str, str]] = lambda _key: {},
    ) -> None:
        self._outside = outside
        self._wiki = wiki if isinstance(wiki, Pointing) else None
        self._anchors = {one.key: one.local.anchors for one in actions if one.local}
        self._there: dict[str, tuple[Page, Record]] = {
            one.key: (one.page, one.was.record) for one in actions if is_unchanged(one) and one.page and one.was
        }

    def written(self, page: Page, record: Record) -> None:
        """A page has this content now."""
        self._there[record.key] = (page, record)

    def there(self, key: str) -> tuple[Page, Record]:
        """A known page as it is now."""
        return self._there[key]

    def fragment(self, key: str, anchor: str, title: str, places: Mapping[str, Place]) -> str:
        """The fragment for a link; empty where it leads to the page's top. ``places`` are those of the page it stands on."""
        if self._wiki is None:
            return fragment(self._anchors[key] if key in self._anchors else self._outside(key), anchor, title)
        return places.get(_name(key, anchor), _NOWHERE)[0]

    def places(self, local: Local, kept: Mapping[str, Place]) -> dict[str, Place]:
        """Where a page's links lead, for its record; ``kept`` is what that told before. At most one read for each level of
        blocks of a page that it links to.
        """
        if self._wiki is None:
            return {}
        wanted = local.headings[:MOST]
        return {_name(key, anchor): self._place(self._wiki, key, anchor, kept) for key, anchor in wanted}

    def settled(self, local: Local, kept: Mapping[str, Place]) -> bool:
        """Whether the links lead where they should, as far as is known. No requests."""
        return self._wiki is None or all(
            self._holds(self._wiki, key, anchor, kept.get(_name(key, anchor), _NOWHERE))
            for key, anchor in local.headings[:MOST]
        )

    def _holds(self, wiki: Pointing, key: str, anchor: str, place: Place) -> bool:
        if key not in self._there:
            return True
        page, record = self._there[key]
        at = fragment(self._anchors.get(key, {}), anchor, page.title)
        block = wiki.block_at(page, record, at, look=False) if at else ""
        return place[1] == record.version if block is None else place[0] == block

    def _place(self, wiki: Pointing, key: str, anchor: str, kept: Mapping[str, Place]) -> Place:
        place = kept.get(_name(key, anchor), _NOWHERE)
        if key not in self._there:
            return place  # its page isn't written yet, or isn't in this run, or people have changed it
        page, record = self._there[key]
        at = fragment(self._anchors.get(key, {}), anchor, page.title)
        if not at:
            return _NOWHERE
        block = wiki.block_at(page, record, at, look=False)
        if block is None and place[1] == record.version:
            return place
        return block or wiki.block_at(page, record, at, look=True) or "", record.version


def is_unchanged(one: Action) -> bool:
    """Whether the page has the content that this run has of it, at most with links that are to be corrected."""
    return (one.verb == "skip" and one.reason == "unchanged") or one.reason == REASON


def with_outdated(made: Plan, wiki: Wiki) -> Plan:
    """The plan with those reports that link to headings which are other blocks now, or weren't there when they were written."""
    if not isinstance(wiki, Pointing):
        return made
    headings = Headings(wiki, made.actions)
    actions = tuple(
        msgspec.structs.replace(one, verb="update", reason=REASON)
        if is_unchanged(one) and one.local and one.was and not headings.settled(one.local, one.was.record.headings)
        else one
        for one in made.actions
    )
    return msgspec.structs.replace(made, actions=actions)


def below(local: Local, parts: Parts | None) -> Local:
    """The report with its places as they are once the hub has put its part in front of it."""
    above = len(parts.front.blocks) if parts and parts.front else 0
    return msgspec.structs.replace(local, anchors=lowered(local.anchors, above)) if above else local


def same_places(one: Mapping[str, Place], other: Mapping[str, Place]) -> bool:
    """Whether all links lead to the same blocks."""
    return {name: place[0] for name, place in one.items()} == {name: place[0] for name, place in other.items()}


def _name(key: str, anchor: str) -> str:
    """Stands for a link in a record; short, for a row shows a part of a long record only."""
    return blake2b(f"{key}#{anchor}".encode(), digest_size=6).hexdigest()
