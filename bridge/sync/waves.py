"""In which order new pages are made, so that most are made complete: a link needs the page that it leads to.

Pages that link to each other in a circle can't all be; one of each circle is made without its content first. So is one
of a long chain now and then, else the pages of the chain would have to be made one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from adapters.base import Record
from bridge.hub.model import card_of, key_of
from bridge.sync.actions import Action
from bridge.sync.sending import parent_of

CHAIN = 8
"""Pages that wait for each other in a row, at least. Ours: a stub for eight pages is an eighth of a request a page."""
_ROUNDS = 4
"""Pages that each worker finds ready at a time, on average, where all form one chain. Ours."""


def at_once(ready: Sequence[Action], pending: Sequence[Action]) -> Sequence[Action]:
    """Those pages, of which the parents are there, that are not better made later: once the pages are there that name
    their authors, to which they link without waiting for them, and whatever those that nothing stands below lead to.
    """
    waiting = {one.key for one in pending}
    parents = {parent_of(one) for one in pending}
    later = {one.key for one in ready if one.kind != "hub" and any(key in waiting for key in _people(one))}
    if not later:
        return ready
    deep = waiting - {one.key for one in ready} | later
    first = [
        one
        for one in ready
        if one.key not in later and (one.key in parents or not any(link in deep for link in _links(one, waiting)))
    ]
    return first or ready


def waves(creates: Sequence[Action], jobs: int) -> Iterator[tuple[list[Action], bool]]:
    """The pages to be made at once, in order, and whether without their content: those come first, if there are any."""
    by_key = {one.key: one for one in creates}
    links = {one.key: _links(one, by_key) for one in creates}
    levels = _levels(links, max(CHAIN, len(by_key) // (_ROUNDS * jobs)))
    stubs = [by_key[key] for key, level in levels.items() if level is None]
    if stubs:
        yield stubs, True
    for wanted in range(1 + max((level for level in levels.values() if level is not None), default=-1)):
        yield [by_key[key] for key, level in levels.items() if level == wanted], False


def _links(one: Action, among: Collection[str]) -> list[str]:
    return [key for key in (one.local.links if one.local else ()) if key in among and key != one.key]


def _people(one: Action) -> list[str]:
    """Keys of the pages that name the report's authors."""
    card = card_of(Record(key=one.key, hub=one.local.hub)) if one.local else None
    return [key_of("author", author.name) for author in card.authors] if card else []


def _levels(links: Mapping[str, Sequence[str]], longest: int) -> dict[str, int | None]:
    """How many pages in a row each waits for; None for those that are made without their content."""
    levels: dict[str, int | None] = {}
    waiting: dict[str, Iterator[str]] = {}
    for first in links:
        stack = [first] if first not in levels else []
        while stack:
            key = stack[-1]
            if key not in waiting:
                waiting[key] = iter(links[key])
            target = next(waiting[key], None)
            if target is None:
                stack.pop()
                _settle(key, links[key], levels, longest)
            elif target in waiting:
                if target not in levels:  # it waits for this page itself
                    levels[target] = None
            else:
                stack.append(target)
    return {key: levels[key] for key in links}


def _settle(key: str, links: Sequence[str], levels: dict[str, int | None], longest: int) -> None:
    """The level of a page whose links lead to pages that have one."""
    if key in levels:
        return
    below = [level for target in links if (level := levels.get(target)) is not None]
    level = max(below, default=-1) + 1
    levels[key] = level if level < longest else None
