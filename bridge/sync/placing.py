"""Pages that their documents place themselves (``parent``, ``path``) instead of standing below their folder's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from posixpath import dirname, join, normpath

import msgspec

from bridge.discover import index_of
from bridge.sync.actions import Action, Local, Plan
from bridge.sync.folders import folder_key
from converters.metadata import Metadata
from converters.notes import metadata


def wish_of(meta: Metadata) -> str:
    """What a document says of its parent: a report's path, key, id or title, or a folder; empty where it says nothing.

    ``path`` (knowledge-repo) names the page itself: its folder counts.
    """
    return meta.parent or (f"{dirname(meta.path)}/" if dirname(meta.path) else "")


def placed_as_wished(
    locals_: Sequence[Local],
    parent_of: Mapping[str, str],
    keys: Mapping[str, str],
    base: str,
    titles: Mapping[str, str],
) -> list[Local]:
    """The locals with the parents that their documents wish for, where there are such, else with a note.

    ``parent_of`` are the parents by path (folders end in ``/``), ``keys`` those of all reports by path, ``titles`` keys of
    pages that are there by folded title. What would hang below itself stays below its folder's page.
    """
    if not any(one.wish for one in locals_):
        return list(locals_)
    above = {keys[path]: parent for path, parent in parent_of.items() if path in keys}
    above |= {folder_key(base, path.rstrip("/")): parent for path, parent in parent_of.items() if path.endswith("/")}
    own = _unique(locals_)
    result = {id(one): one for one in locals_}
    for one in sorted((one for one in locals_ if one.wish), key=lambda one: one.key):
        found = _find(one, keys, base, parent_of, {**titles, **own})
        if found is None:
            if one.wish.endswith("/"):
                continue  # a path of knowledge-repo's own tree says where it was, and that needn't be here
            text = (
                f"parent {one.wish!r:.60} is no report, folder or title here: the page stands below its folder's page"
            )
        elif is_below(found, one.key, above):
            text = f"parent {one.wish!r:.60} stands below this page itself: the page stands below its folder's page"
        else:
            above[one.key] = found
            result[id(one)] = msgspec.structs.replace(one, parent=found)
            continue
        result[id(one)] = msgspec.structs.replace(one, notes=(*one.notes, metadata("metadata.parent", text)))
    return list(result.values())


def told_without_tree(locals_: Sequence[Local]) -> list[Local]:
    """The locals for a wiki whose pages have no parents, with a note where a document names one."""
    return [
        msgspec.structs.replace(one, notes=(*one.notes, metadata("metadata.parent", _NO_TREE)))
        if one.wish and not one.wish.endswith("/")
        else one
        for one in locals_
    ]


_NO_TREE = "parent has no effect: pages of this wiki's database have none"


def _unique(locals_: Sequence[Local]) -> dict[str, str]:
    """Keys by folded title, of titles that only one report has."""
    count: dict[str, list[str]] = {}
    for one in locals_:
        count.setdefault(one.title.casefold(), []).append(one.key)
    return {title: found[0] for title, found in count.items() if len(found) == 1}


def _find(
    one: Local, keys: Mapping[str, str], base: str, parent_of: Mapping[str, str], titles: Mapping[str, str]
) -> str | None:
    """The key of the page that a wish names."""
    wish = one.wish
    for path in (normpath(join(dirname(one.path), wish)), normpath(wish)):
        if path in keys and path != one.path:
            return keys[path]
        index = index_of(path.casefold(), {name.casefold(): name for name in keys})
        if index is not None and index != one.path:
            return keys[index]
        if f"{path}/" in parent_of:
            return folder_key(base, path)
    if wish in keys.values() or f"{base}{wish}" in keys.values():
        return wish if wish in keys.values() else f"{base}{wish}"
    found = titles.get(wish.casefold())
    return None if found == one.key else found


def is_below(page: str, other: str, parents: Mapping[str, str]) -> bool:
    """Whether a page is another one or stands below it. ``parents`` are those of the pages that are known, by page."""
    seen: set[str] = set()
    while page and page not in seen:
        if page == other:
            return True
        seen.add(page)
        page = parents.get(page, "")
    return False


def place_moves(plan_: Plan, parent_ids: Callable[[str], str | None]) -> Plan:
    """Skips of pages whose folder changed become moves, except where a person has moved the page, or the folder's page
    below it.
    """
    pages = [one.was.page for one in plan_.actions if one.was is not None and one.was.page is not None]
    above = {page.id: page.parent or "" for page in pages}

    def moved(one: Action) -> Action:
        if one.reason != "unchanged" or one.was is None or one.local is None or one.was.moved:
            return one
        wanted = parent_ids(one.local.parent)
        if wanted is None or not one.was.record.parent or wanted == one.was.record.parent:
            return one
        if is_below(wanted, one.page_id, above):
            return one
        return msgspec.structs.replace(one, verb="move", reason="folder changed")

    return msgspec.structs.replace(plan_, actions=tuple(moved(one) for one in plan_.actions))
