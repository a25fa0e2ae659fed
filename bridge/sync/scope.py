"""Which pages a run answers for, and which will be there after it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from adapters.base import Observed, Tracked
from bridge.discover import Discovery
from bridge.hub.model import PREFIX
from bridge.source_tree import SourceTree
from bridge.sync.actions import Plan

log = logging.getLogger(__name__)


def scope_of(discovery: Discovery, *, hub: bool) -> Callable[[Tracked], bool]:
    """Records that this run answers for: of this repository, and only when the whole root was looked at."""
    bases = (discovery.base, *discovery.former_bases)

    def ours(was: Tracked) -> bool:
        return was.record.source.startswith(bases) or (hub and was.record.key.startswith(PREFIX))

    return lambda was: discovery.complete and ours(was)


def still_there_of(discovery: Discovery, files: SourceTree) -> Callable[[Tracked], bool]:
    """Whether a record's source is there though this run didn't choose it (published by naming it, then)."""
    bases = (discovery.base, *discovery.former_bases)

    def there(was: Tracked) -> bool:
        source = was.record.source
        base = next((one for one in bases if source.startswith(one)), None)
        return base is not None and files.exists(source.removeprefix(base))

    return there


def reachable(made: Plan, observed: Observed) -> set[str]:
    """Keys of pages that are there, or will be."""
    there = {key for key, was in observed.tracked.items() if was.page is not None}
    return there | {one.key for one in made.actions if one.local and (one.page is not None or one.verb == "create")}


def tell_of_other_names(made: Plan, observed: Observed) -> None:
    """Warns of new reports whose path and title another repository's pages have: this one's former name, probably."""
    others = {_path(one.record.source): one.record for one in observed.tracked.values()}
    fresh = [one.local for one in made.actions if one.verb == "create" and one.reason == "new" and one.local]
    names = [
        other.source.partition(":")[0]
        for one in fresh
        if (other := others.get(_path(one.source))) and one.kind == "report" and one.title.startswith(other.title)
    ]
    for name in dict.fromkeys(names):
        log.warning(
            "%d new report(s) stand in this wiki already, published from the repository %r; if that is what this one "
            "was called before, set source.repository = %r and they keep their pages",
            names.count(name),
            name,
            name,
        )


def _path(source: str) -> str:
    return source.partition(":")[2]


def parent_ids(made: Plan, observed: Observed) -> Callable[[str], str | None]:
    """Page id of a parent by key; None where it is still to be made."""
    ids = {key: was.page.id for key, was in observed.tracked.items() if was.page is not None}
    ids |= {one.key: one.page.id for one in made.actions if one.page is not None and one.verb != "create"}
    return lambda key: ids.get(key) if key else observed.root.id


def reserved(observed: Observed, was: dict[str, Tracked]) -> set[str]:
    """Titles of our other pages: of reports that this run leaves out, or whose source is gone."""
    matched = {one.record.key for one in was.values()}
    return {
        title.casefold()
        for key, one in observed.tracked.items()
        if key not in matched and one.page is not None
        for title in (one.record.title, one.page.title)
    }
