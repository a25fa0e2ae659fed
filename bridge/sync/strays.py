"""Reports whose pages people took to where the wiki keeps no record of them (:mod:`adapters.straying`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from adapters.base import Observed, Tracked, Wiki
from adapters.straying import Sought, Straying
from bridge.sync.actions import Local
from bridge.sync.plan import match_records


def with_strays(
    wiki: Wiki,
    observed: Observed,
    locals_: Sequence[Local],
    still_there: Callable[[Tracked], bool] = lambda _: False,
) -> Observed:
    """What was observed, and pages of those reports that would be taken for new, or for one that people removed though it
    was made again since. No request where none would.
    """
    if not isinstance(wiki, Straying):
        return observed
    was = match_records(locals_, observed.tracked, still_there)
    fresh = {one.key: one for one in locals_ if one.key not in was and not one.error}
    gone = {one.key: one for one in locals_ if not one.error and one.key in was and was[one.key].page is None}
    if not fresh and not gone:
        return observed
    found = wiki.strayed(
        [*map(_sought, fresh.values()), *(_again(one, was[one.key]) for one in gone.values())], observed
    )
    if not found:
        return observed
    before = {was[key].record.key for key in found if key in gone}
    kept = {key: one for key, one in observed.tracked.items() if key not in before}
    return msgspec.structs.replace(observed, tracked={**kept, **found})


def _again(one: Local, trashed: Tracked) -> Sought:
    return msgspec.structs.replace(_sought(one), trashed=trashed.record)


def _sought(one: Local) -> Sought:
    keys = (one.key, *one.former)
    paths = [one.path, *(key.partition(":")[2] or key for key in keys)]
    return Sought(keys=keys, paths=tuple(dict.fromkeys(paths)), title=one.title, search=one.kind == "report")
