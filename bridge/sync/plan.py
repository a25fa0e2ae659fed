"""The plan: a pure function from what is here and what the wiki has to a tuple of actions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from adapters.base import Page, Tracked
from bridge.sync.actions import Action, Flags, Local, Plan, Verb, action
from bridge.sync.adopt import Foreign

Verdict = tuple[Verb, str]

NOT_CHOSEN: Verdict = ("skip", "kept: its file is there, but source.include does not choose it")


def decide(
    local: Local | None,
    was: Tracked | None,
    taken: Page | None,
    flags: Flags,
    named: Page | None = None,
    owner: str = "",
) -> Verdict:
    """Verb and reason for one report: the decision table (tests/sync/table.py has every combination, docs/sync.md shows it).

    ``taken`` is a foreign page that holds its title, ``named`` one that the document names as its own, ``owner`` the key
    of the record that stands on that page.
    """
    if local is None:
        return _source_gone(was, flags)
    if local.error:
        return "error", local.error
    losses = sum(note.kind != "info" for note in local.notes) if flags.strict else 0
    if losses:
        return "error", f"{losses} notes, and --strict was given"
    if was is None:
        return _nothing_there(local, taken, flags, named, owner)
    if was.page is None or was.page.status != "current":
        return ("create", "recreated") if flags.recreate else ("conflict", _not_there(was.page))
    return _both_there(local, was, taken, flags)


def _not_there(page: Page | None) -> str:
    if page is not None and page.status == "outside":
        return f"page moved out of its database on the wiki, now at {page.url}"
    return f"page {'gone' if page is None else page.status} on the wiki"


def _nothing_there(local: Local, taken: Page | None, flags: Flags, named: Page | None, owner: str) -> Verdict:
    page = named or taken
    if page is None:
        return "create", "new"
    if named is not None and taken is not None and taken.id != named.id:
        return "conflict", "title taken by a page that nbwiki did not make"
    if page.status != "current":
        held = f"the page {page.id} that it names" if named is not None else "title held by a page that"
        return "conflict", f"{held} is {page.status}"
    if not flags.adopt:
        held = f"names the page {page.id}" if named is not None else "title taken by a page"
        return "conflict", f"{held} that nbwiki did not make"
    if owner and owner != local.key:
        return "conflict", f"belongs to another report: page {page.id} is {owner}'s"
    return "update", "adopted"


def _source_gone(was: Tracked | None, flags: Flags) -> Verdict:
    if was is None or was.page is None or was.page.status != "current":
        return "skip", "both gone"
    if was.edited and not flags.force:
        return "skip", "source removed, edited on wiki"
    return ("archive", "source removed") if flags.prune else ("skip", "source removed")


def _both_there(local: Local, was: Tracked, taken: Page | None, flags: Flags) -> Verdict:
    changed = local.digest != was.record.digest
    if taken is not None and was.page is not None and taken.id != was.page.id:
        return "conflict", "title taken by a page that nbwiki did not make"
    if was.edited and flags.force:
        return "update", "edits on wiki overwritten"
    if was.edited:
        changed = changed or not was.record.version  # a killed run has left it half written
        by = f" by {was.edited_by}" if was.edited_by else ""
        return ("conflict", f"both changed{by}") if changed else ("skip", f"edited on wiki{by}")
    if not was.record.version:
        return "update", "unfinished"
    if local.key != was.record.key:
        return "update", "renamed"
    if changed and not was.record.digest and not was.record.published:
        return "update", "adopted"  # `nbwiki import` has taken it over
    return ("update", "source changed") if changed else ("skip", "unchanged")


def link_state(digest: str, links: Iterable[str], reachable: Callable[[str], bool]) -> str:
    """A digest that also tells which links lead nowhere yet, so that they are mended once their page exists."""
    dead = sorted(key for key in links if not reachable(key))
    return f"{digest}!{hashlib.sha256('|'.join(dead).encode()).hexdigest()[:12]}" if dead else digest


def plain_digest(digest: str) -> str:
    """A digest without ``link_state``."""
    return digest.partition("!")[0]


def match_records(
    locals_: Sequence[Local],
    tracked: Mapping[str, Tracked],
    still_there: Callable[[Tracked], bool] = lambda _: False,
) -> dict[str, Tracked]:
    """The record of each report by its present key: same key, else a former key, else (broken ones) same source, else
    the page of the same repository that the document names, else one of its kin: the same name with another suffix, whose file is gone.
    """
    keys = {one.key for one in locals_}
    found = {one.key: tracked[one.key] for one in locals_ if one.key in tracked}
    used = set(found)
    by_source = {was.record.source: key for key, was in tracked.items() if was.record.source and key not in keys}
    by_page = {
        (was.record.page, _repository(was.record.source)): key for key, was in tracked.items() if was.record.page
    }
    for one in sorted(locals_, key=lambda local: local.key):
        if one.key in found:
            continue
        candidates = [
            *one.former,
            by_source.get(one.source, ""),
            _free(by_page.get((one.named, _repository(one.source)), ""), tracked, still_there),
        ]
        old = next((key for key in candidates if key in tracked and key not in used and key not in keys), None)
        if old is not None:
            found[one.key] = tracked[old]
            used.add(old)
    for one in sorted(locals_, key=lambda local: local.key):
        if one.key not in found:
            old = next((key for key in one.kin if key in tracked and key not in used and key not in keys), None)
            if old is not None:
                found[one.key] = tracked[old]
                used.add(old)
    return found


def _free(key: str, tracked: Mapping[str, Tracked], still_there: Callable[[Tracked], bool]) -> str:
    """The key, unless its report is there: a copy names the page of what it was copied from."""
    return "" if key in tracked and still_there(tracked[key]) else key


def _repository(source: str) -> str:
    return source.partition(":")[0]


def plan(
    locals_: Sequence[Local],
    tracked: Mapping[str, Tracked],
    foreign: Foreign,
    flags: Flags,
    *,
    scope: Callable[[Tracked], bool],
    still_there: Callable[[Tracked], bool] = lambda _: False,
) -> Plan:
    """The whole plan. ``foreign`` are pages that aren't ours; ``scope`` tells which records this run answers for,
    ``still_there`` which of them have a source that this run merely didn't choose.

    Locals with the same key: the first by path stands, the others are errors. The order of the input never matters.
    """
    ordered = sorted(locals_, key=lambda one: (one.key, one.path))
    unique, doubles = _split_doubles(ordered)
    was = match_records(unique, tracked, still_there)
    ours = frozenset(one.page.id for one in tracked.values() if one.page)
    actions = [_one(local, was.get(local.key), foreign, ours, flags) for local in unique]
    actions = _relink(_orphans(actions))
    used = {one.record.key for one in was.values()}
    gone = [one for key, one in tracked.items() if key not in used and scope(one)]
    rest = [action(*(NOT_CHOSEN if still_there(one) else decide(None, one, None, flags)), None, one) for one in gone]
    rest = _above_kept(rest, [one for one in actions if _stands(one)])
    drop = tuple(sorted(one.key for one in rest if one.reason == "both gone"))
    rest.sort(key=lambda one: (-_depth_of_record(one, tracked), one.key))
    return Plan(actions=(*_parents_first(actions), *doubles, *rest), drop=drop)


def _one(local: Local, was: Tracked | None, foreign: Foreign, ours: frozenset[str], flags: Flags) -> Action:
    taken, named = foreign.of(local, ours)
    page = named or taken
    owner = foreign.owners.get(page.id, "") if page is not None else ""
    verb, reason = decide(local, was, taken, flags, named, owner)
    return action(verb, reason, local, was, page if reason == "adopted" and was is None else None)


def _split_doubles(ordered: Sequence[Local]) -> tuple[list[Local], list[Action]]:
    unique: dict[str, Local] = {}
    doubles = []
    for local in ordered:
        first = unique.setdefault(local.key, local)
        if first is not local:
            doubles.append(action("error", f"same id as {first.path}: {local.key!r}", local, None))
    return list(unique.values()), doubles


def _orphans(actions: list[Action]) -> list[Action]:
    """Children of a page that can't be made are errors, not strays under the root."""
    lost: set[str] = set()
    result = {one.key: one for one in actions}
    for one in _parents_first(actions):
        parent = one.local.parent if one.local else ""
        homeless = one.page is None and (one.verb in {"conflict", "error"})
        if parent in lost and one.verb == "create":
            result[one.key] = msgspec.structs.replace(one, verb="error", reason="its parent page can't be made")
            lost.add(one.key)
        elif homeless:
            lost.add(one.key)
    return list(result.values())


def _stands(one: Action) -> bool:
    """Whether the page of a report stays where it is, wherever its source went: people put it there, or it is left alone."""
    left = one.verb in {"conflict", "error"} or (one.verb == "skip" and one.was is not None and one.was.edited)
    return one.was is not None and one.page is not None and one.page.status == "current" and (one.was.moved or left)


def _above_kept(actions: Sequence[Action], standing: Sequence[Action]) -> list[Action]:
    """Pages above one that stays are not archived: what stands below would lose its place. ``standing`` are others."""
    by_page = {one.page_id: one for one in actions}
    above: set[str] = set()
    for one in (*actions, *standing):
        parent = _parent_of(one.was) if one.was and one.page and one.verb != "archive" else ""
        while parent in by_page and parent not in above:
            above.add(parent)
            was = by_page[parent].was
            parent = _parent_of(was) if was else ""
    return [
        msgspec.structs.replace(one, verb="skip", reason="kept: pages below it stay")
        if one.verb == "archive" and one.page_id in above
        else one
        for one in actions
    ]


def _parent_of(was: Tracked) -> str:
    """The page above: where it stands, which needn't be where we put it."""
    return (was.page.parent if was.page else "") or was.record.parent


def _relink(actions: list[Action]) -> list[Action]:
    """Reports that link to a page which is made anew are written again: its address changes."""
    anew = {one.key for one in actions if one.reason == "recreated"}
    if not anew:
        return actions
    return [
        msgspec.structs.replace(one, verb="update", reason="link target recreated")
        if one.reason == "unchanged" and one.local and anew.intersection(one.local.links)
        else one
        for one in actions
    ]


def _parents_first(actions: Sequence[Action]) -> list[Action]:
    parents = {one.key: one.local.parent if one.local else "" for one in actions}

    def depth(key: str) -> int:
        steps = 0
        while key and steps <= len(parents):
            key = parents.get(key, "")
            steps += 1
        return steps

    return sorted(actions, key=lambda one: (depth(one.key), one.key))


def _depth_of_record(one: Action, tracked: Mapping[str, Tracked]) -> int:
    by_page = {was.record.page: _parent_of(was) for was in tracked.values()}
    page, steps = one.page_id, 0
    while page in by_page and steps <= len(by_page):
        page = by_page[page]
        steps += 1
    return steps
