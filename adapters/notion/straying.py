"""Rows that people moved out of the database, where they lose their properties and so their record; and back into it.

A page below a page has a title and no other property, and what a row is given back when it returns isn't documented.
Source: developers.notion.com/reference/page-property-values. Such pages are known by what other rows tell of them
(:mod:`adapters.notion.neighbours`); one that was made last, of which none tells yet, by its title, our name as its maker
and the path that "About this report" shows on it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.base import Observed, Page, PageId, Record, Tracked
from adapters.errors import NotFound, PermissionDenied, Refused
from adapters.notion import records, rows
from adapters.notion.client import Json
from adapters.notion.looking import changed_by_others
from adapters.notion.neighbours import named
from adapters.notion.records import plain
from adapters.notion.target import INSTEAD, Target
from adapters.straying import Sought

FEW = 2
"""New reports that are searched for by title, each with a request; more of them among what was edited last. Ours."""
_ABOUT, _SOURCE = "About this report", "Source"
_log = logging.getLogger(__name__)


def strayed(target: Target, sought: Sequence[Sought], observed: Observed) -> dict[str, Tracked]:
    """See :meth:`adapters.straying.Straying.strayed`."""
    found: dict[str, Tracked] = {}
    if not observed.tracked or target.found() is None:
        return found
    missing = target.neighbours.missing()
    names = Counter(missing.values())
    taken = {page for name, page in missing.items() if target.neighbours.is_taken(name)}
    claims: dict[PageId, list[Sought]] = {}
    for one in sought:
        if page := next((missing[name] for key in one.keys if (name := named(key, "")[0]) in missing), ""):
            claims.setdefault(page, []).append(one)
    for page, claimants in claims.items():
        row, sure = _page(target, page), names[page] == 1 and page not in taken
        if row is not None and (owner := _rightful(target, row, claimants, sure=sure)) is not None:
            was = _tracked(target, row, owner)
            found |= {owner.keys[0]: was} if was is not None else {}
    unknown = [one for one in sought if one.search and one.title and one.keys[0] not in found]
    found |= _recognised(target, target.bare, unknown, known=found)
    rest = [one for one in unknown if one.keys[0] not in found and one.trashed is None]
    found |= _recognised(target, _searched(target, rest), rest, known=found)
    for one in sought:
        if one.trashed is not None and one.keys[0] in found:
            target.shadowed.setdefault(one.keys[0], []).append(one.trashed)
    return found


def _page(target: Target, page: PageId) -> Json | None:
    """The page that another row tells of; None where it is gone for good."""
    try:
        return target.client.page(page)
    except NotFound:
        return None


def _rightful(target: Target, row: Json, claimants: Sequence[Sought], *, sure: bool) -> Sought | None:
    """Whose page it is. Where its report was renamed, rows tell of it by former names, too, and another report may be at
    the former path by now: then the page's own word on its path counts, and of several with that path its title.
    """
    if sure and len(claimants) == 1:
        return claimants[0]
    title = rows.title_of(row)
    if row.get("in_trash"):  # nobody can read its blocks there
        return next((one for one in claimants if one.trashed is None and one.title == title), None)
    path = _path_on(target, row["id"])
    claimants = [one for one in claimants if not path or path in one.paths]
    # What git says came to that path from elsewhere isn't what stood there before.
    claimants.sort(key=lambda one: len(one.keys) > 1 and path == one.paths[0])
    return next((one for one in claimants if one.title == title), claimants[0] if claimants else None)


def _tracked(target: Target, row: Json, one: Sought) -> Tracked | None:
    inside = _is_inside(target, row)
    if inside and (row.get("in_trash") or _was_given_up(row)):
        return None  # archived by us, without its record: a report at that place is another one
    if one.trashed is not None and one.trashed.state.get(INSTEAD) == row["id"]:
        return None  # given up for the page that is in the trash now
    page = rows.page_of(row, None, target.bot)
    # Another title than the source's is taken for a person's: it stays until the source has a new one.
    record = Record(key=one.keys[0], page=page.id, title=one.title, version=page.version)
    if not inside:
        target.neighbours.lost(page.id)
        target.instead[record.key] = page.id
        status = "trashed" if page.status == "trashed" else "outside"
        return Tracked(record=record, page=_with_status(page, status))
    edited = changed_by_others(target.body(), page.id, None)
    editor = str(row["last_edited_by"]["id"])
    return Tracked(record=record, page=page, edited=edited, edited_by=editor if edited else "")


def _with_status(page: Page, status: str) -> Page:
    return Page(
        id=page.id,
        title=page.title,
        version=page.version,
        url=page.url,
        status="trashed" if status == "trashed" else "outside",
    )


def _is_inside(target: Target, row: Json) -> bool:
    """Whether the page is a row of ours."""
    sources = {place.source for place in (target.found(), target.shelf()) if place is not None}
    return row["parent"].get("data_source_id") in sources


def _was_given_up(row: Json) -> bool:
    """Whether it has a record, or properties for people and none: those go too when a row is moved out."""
    properties = row["properties"].values()
    return records.record_of(row) is not None or any(_is_filled(one) for one in properties if one["type"] == "select")


def _is_filled(value: Json) -> bool:
    return bool(value["select"])


# ------------------------------------------------------------ those of which no row tells


def _recognised(
    target: Target, pages: Iterable[Json], sought: Sequence[Sought], *, known: Mapping[str, Tracked]
) -> dict[str, Tracked]:
    """Those of the pages that are a report's: no other one's, made by us, without a record."""
    taken = {*target.pages.values(), *(one.record.page for one in known.values())}
    found: dict[str, Tracked] = {}
    for page in pages:
        if page["id"] in taken or page["created_by"]["id"] != target.bot or records.record_of(page) is not None:
            continue
        rest = [one for one in sought if one.keys[0] not in found]
        titled = {one.keys[0] for one in rest if rows.title_of(page) == one.title}
        if not titled and not _is_inside(target, page):
            continue  # to read whatever we ever made elsewhere would take a few requests a page
        path = _path_on(target, page["id"]) if rest else None
        one = next((one for one in rest if (one.keys[0] in titled if path is None else path in one.paths)), None)
        if one is not None and (was := _tracked(target, page, one)) is not None:
            found[one.keys[0]] = was
    return found


def _searched(target: Target, sought: Sequence[Sought]) -> list[Json]:
    """Pages of the reports' titles, or those edited last. The index lags, and shows 100: some can be missed."""
    titles = [one.title for one in sought] if len(sought) <= FEW else [""]
    try:
        return [page for title in titles for page in target.client.search_pages(title)]
    except (Refused, PermissionDenied) as error:  # any other one ends the run: a page too many is worse than none
        _log.warning("whether people moved pages out of the database could not be searched for: %s", error.message)
        return []


def _path_on(target: Target, page: PageId) -> str | None:
    """The path that the page names as its source; None where people took that away, empty for a page that is no report's."""
    blocks = target.body().ours(page)
    if not blocks:
        return ""
    toggles = [each for each in blocks if each["type"] == "toggle" and plain(each["toggle"]["rich_text"]) == _ABOUT]
    for toggle in reversed(toggles):
        for row in _table_rows(target, toggle["id"]):
            cells = [plain(cell) for cell in row["table_row"]["cells"]]
            if len(cells) == 2 and cells[0] == _SOURCE:
                return cells[1]
    return None


def _table_rows(target: Target, toggle: str) -> Iterator[Json]:
    for table in target.client.children(toggle):
        if table["type"] == "table":
            yield from target.client.children(table["id"])
