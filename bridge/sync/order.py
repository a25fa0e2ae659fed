"""The order of pages below one parent, as their documents wish (``order``, ``weight``, ``nav_order`` …)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from adapters.base import Page, PageId
from bridge.sync.actions import Action, Plan, Sorting

REASON = "order changed"


def with_orders(
    made: Plan, orders: Mapping[PageId, Mapping[PageId, float]], parent_ids: Callable[[str], str | None]
) -> Plan:
    """The plan with what is to be sorted: below each parent where two or more pages wish for a place, and where the
    wishes or the pages are others than those that were arranged last. ``orders`` are those, by parent and page.
    """
    groups: dict[str, list[Action]] = {}
    for one in made.actions:
        if _takes_part(one):
            groups.setdefault(one.local.parent if one.local else "", []).append(one)
    sortings: list[Sorting] = []
    changed: set[str] = set()
    for parent, group in sorted(groups.items()):
        group.sort(key=lambda one: (_number(one), one.key))
        known = orders.get(parent_ids(parent) or "", {})
        other = [one for one in group if one.verb == "create" or known.get(one.page_id) != _number(one)]
        if len(group) < 2 or not other:
            continue
        sortings.append(Sorting(parent=parent, pages=tuple((one.key, _number(one)) for one in group)))
        changed |= {one.key for one in other if one.reason == "unchanged"}
    actions = tuple(
        msgspec.structs.replace(one, verb="move", reason=REASON) if one.key in changed else one for one in made.actions
    )
    return msgspec.structs.replace(made, actions=actions, sortings=tuple(sortings))


def _takes_part(one: Action) -> bool:
    if one.local is None or one.local.order is None or one.local.post or one.verb in {"conflict", "error", "archive"}:
        return False
    return one.verb == "create" or (one.page is not None and not (one.was is not None and one.was.moved))


def _number(one: Action) -> float:
    return one.local.order if one.local is not None and one.local.order is not None else 0.0


def resolved(
    sortings: tuple[Sorting, ...], pages: Mapping[str, Page], root: PageId
) -> dict[PageId, list[tuple[PageId, float]]]:
    """Sortings by page id, for the adapter; pages that could not be made are left out."""
    found: dict[PageId, list[tuple[PageId, float]]] = {}
    for one in sortings:
        parent = pages[one.parent].id if one.parent in pages else "" if one.parent else root
        if parent:
            found[parent] = [(pages[key].id, number) for key, number in one.pages if key in pages]
    return found
