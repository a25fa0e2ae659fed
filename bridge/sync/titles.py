"""Titles that tell pages of one space apart, without noise and the same in every run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from adapters.base import NAMELESS, Tracked
from bridge.sync.actions import Local


def assign_titles(
    locals_: Sequence[Local], was: Mapping[str, Tracked], *, reserved: Collection[str] = (), unique: bool, longest: int
) -> tuple[Local, ...]:
    """The locals with the titles that their pages will have.

    ``reserved`` are titles that our other pages hold, folded. A page that already holds a variant of its title keeps it;
    then the others choose in order of key, reports before folders: the plain title, the title with its folder, with its
    path, with a number. What the page of another one is called now is not free: it may be in conflict and keep that name,
    and pages are made before others are retitled.
    """
    if not unique:
        return tuple(msgspec.structs.replace(one, title=_cut(one.title, "", longest)) for one in locals_)
    taken: set[str] = set(reserved)
    chosen: dict[str, str] = {}
    ordered = sorted(locals_, key=lambda one: (one.kind != "report", one.key, one.path))
    for one in ordered:
        held = was[one.key].record.title if one.key in was else ""
        if held and held in _first(one, longest) and held.casefold() not in taken:
            chosen[_id(one)] = held
            taken.add(held.casefold())
    standing = {one.page.title.casefold(): key for key, one in was.items() if one.page and one.page.status != "trashed"}
    for one in ordered:
        if _id(one) not in chosen:
            held_now = taken | {title for title, key in standing.items() if key != one.key}
            title = next(title for title in _variants(one, longest) if title.casefold() not in held_now)
            chosen[_id(one)] = title
            taken.add(title.casefold())
    return tuple(_named(one, chosen[_id(one)], _cut(one.title, "", longest)) for one in locals_)


def title_to_give(one: Local, was: Tracked | None) -> str:
    """The title that a page is to have: ours, unless a person retitled the page and the source's title is the same still.
    A page that is made anew is nobody's but ours.
    """
    page = was.page if was is not None else None
    if was is None or page is None or page.status != "current" or page.title.startswith(NAMELESS):
        return one.title
    known = was.record
    same = (known.own_title or known.title) == (one.own_title or one.title)
    return page.title if same and page.title != known.title else one.title


def _named(one: Local, title: str, own: str) -> Local:
    return msgspec.structs.replace(one, title=title, own_title="" if title == own else own)


def _id(one: Local) -> str:
    return f"{one.key}\0{one.path}"


def _first(one: Local, longest: int) -> list[str]:
    variants = _variants(one, longest)
    return [next(variants) for _ in range(4)]


def _variants(one: Local, longest: int) -> Iterator[str]:
    yield _cut(one.title, "", longest)
    folder = one.path.rstrip("/").rpartition("/")[0]
    yield _cut(one.title, f" ({folder or one.path})", longest)
    yield _cut(one.title, f" ({one.path})", longest)
    number = 2
    while True:
        yield _cut(one.title, f" ({number})", longest)
        number += 1


def _cut(title: str, suffix: str, longest: int) -> str:
    suffix = suffix if len(suffix) < longest // 2 else f" (…{suffix[-(longest // 2) :]}"
    room = longest - len(suffix)
    return (title if len(title) <= room else title[: room - 1].rstrip() + "…") + suffix
