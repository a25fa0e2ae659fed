"""The order of pages below one parent: what an adapter that can set it promises, and which moves make it.

People's order is respected by this rule: pages that stand as they were last arranged may be moved; once somebody has put
them in another order, those stay as they are, and only new ones are put beside their neighbours.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from adapters.base import PageId
from converters.notes import Note


@runtime_checkable
class Ordering(Protocol):
    """A wiki whose pages have an order below their parent."""

    def arrange(self, orders: Mapping[PageId, Sequence[tuple[PageId, float]]]) -> Sequence[Note]:
        """By parent: pages below it that have a wished number, sorted. Those that people sorted otherwise stay so. Keeps
        what was arranged (``Observed.orders`` of the next run). One read a parent, one write for each page out of place.
        """


class Step(NamedTuple):
    """A page to be put right ``after`` or ``before`` another one."""

    page: PageId
    where: Literal["before", "after"]
    other: PageId


def steps(current: Sequence[PageId], wished: Sequence[PageId], placed: Mapping[PageId, float]) -> list[Step]:
    """The moves that put the wished pages in order. ``current`` are all pages below the parent as they stand now,
    ``placed`` the numbers that those had which were arranged before and whose wish is the same.
    """
    there = set(current)
    wanted = [page for page in wished if page in there]
    asked = set(wanted)
    ours = [page for page in current if page in asked]
    before = [page for page in ours if page in placed]
    resorted = [placed[page] for page in before] != sorted(placed[page] for page in before)
    rank = {page: at for at, page in enumerate(wanted)}
    stays = set(before) if resorted else {ours[at] for at in _longest([rank[page] for page in ours])}
    found: list[Step] = []
    for at, page in enumerate(wanted):
        if page in stays:
            continue
        if at:
            found.append(Step(page, "after", wanted[at - 1]))
        else:
            following = next((one for one in wanted[1:] if one in stays), None)
            if following is not None:
                found.append(Step(page, "before", following))
        stays.add(page)
    return found


def _longest(ranks: Sequence[int]) -> list[int]:
    """Places of a longest increasing run: pages that need not move."""
    ends: list[int] = []  # by length: the lowest rank that a run ends with, and where that stands
    places: list[int] = []
    before: list[int] = []
    for at, rank in enumerate(ranks):
        length = bisect_left(ends, rank)
        before.append(places[length - 1] if length else -1)
        ends[length : length + 1] = [rank]
        places[length : length + 1] = [at]
    found: list[int] = []
    at = places[-1] if places else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]
