"""What stands in the database: rows, records, who edited what; and rows of two runs that raced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

from adapters.base import Observed, Record, Tracked
from adapters.errors import NotFound, Refused
from adapters.notion import records, rows
from adapters.notion.client import PAGE_SIZE, Json
from adapters.notion.looking import changed_by_others
from adapters.notion.target import INSTEAD, Target

ROWS_PER_QUERY = 10_000
"""Results of one query and all its pages. Source: developers.notion.com/reference/query-a-data-source."""


def observe(target: Target) -> Observed:
    """Every report of the target by key. Reads grow with rows/100; pages that people edited are looked into."""
    place = target.found()
    if place is None:
        return Observed(root=target.root(), tracked={})
    tracked: dict[str, Tracked] = {}
    shelf = target.shelf()
    sources = [place.source, *([shelf.source] if shelf else [])]
    for row in (row for source in sources for row in _rows(target, source)):
        record = target.record(row)
        if record is None:
            target.bare.append(row)
        # Of two rows of one key (two first runs at once) the finished one counts, else the older.
        if record and (record.key not in tracked or (record.version and not tracked[record.key].record.version)):
            tracked[record.key] = _tracked(target, row, record)
            target.pages[record.key] = row["id"]
            target.neighbours.seen(record)
            target.folders.seen(record)
            if isinstance(given_up := record.state.get(INSTEAD), str):
                target.instead[record.key] = target.instead[row["id"]] = given_up
    target.client.blocks.known(sum(records.made_of(one.record) for one in tracked.values()))
    # Rows in the trash vanish from queries; asking for them tells a report that people removed from a new one.
    for row in (row for source in sources for row in target.rows(source, {"in_trash": True})):
        record = records.record_of(row)
        if record and record.key not in tracked:
            tracked[record.key] = Tracked(record=record, page=None)
            target.neighbours.seen(record, live=False)
        elif record and row["id"] != target.pages.get(record.key):
            target.shadowed.setdefault(record.key, []).append(record)
    tracked |= {one.key: one.tracked() for one in target.folders.all()}
    return Observed(root=place.root, tracked=tracked)


def _rows(target: Target, source: str) -> Iterator[Json]:
    """All live rows, oldest first, past the limit of one query. The first ones tell who we are."""
    found = _oldest(target, source)
    first = list(islice(found, PAGE_SIZE))
    target.learn(first, source)
    yield from first
    yield from found


def _oldest(target: Target, source: str) -> Iterator[Json]:
    since, seen = "", set[str]()
    while True:
        body: Json = {"sorts": [{"timestamp": "created_time", "direction": "ascending"}]}
        if since:
            body["filter"] = {"timestamp": "created_time", "created_time": {"on_or_after": since}}
        count, last = 0, since
        for row in target.rows(source, body):
            count, last = count + 1, row["created_time"]
            if row["id"] not in seen:
                seen.add(row["id"])
                yield row
        if count < ROWS_PER_QUERY or last == since:
            return
        since = last


def _tracked(target: Target, row: Json, record: Record) -> Tracked:
    bot = target.bot
    page = rows.page_of(row, record, bot)
    editor = row["last_edited_by"]["id"]
    before = str(record.state.get("edited_by", ""))
    edited = bool(before)
    if editor != bot and not edited:
        # What a killed run has left is not what its record says; whose hand was at a block last is true all the same.
        nodes = records.nodes_of(record) if record.version else None
        edited = changed_by_others(target.body(), page.id, nodes)
    who = (before or editor) if edited else ""
    return Tracked(record=record, page=page, edited=edited, edited_by=who)


def tree(target: Target, block: str) -> list[Json]:
    """The blocks of a page or block as Notion answers them, with those below as ``children``."""
    found = []
    for child in target.client.children(block):
        below = tree(target, child["id"]) if child.get("has_children") and child["type"] != "child_page" else []
        found.append({**child, "children": below} if below else child)
    return found


def settle(target: Target, observed: Observed, written: Sequence[Record]) -> None:
    """End first runs that raced: of several rows of one key the oldest stays, ours after it go to the trash."""
    new = {record.key for record in written if record.kind != "folder"} - observed.tracked.keys()
    place = target.found()
    if not new or place is None:
        return
    bot = target.bot
    first: dict[str, Json] = {}
    shelf = target.shelf()
    for row in (row for at in (place, shelf) if at for row in _rows(target, at.source)):
        record = records.record_of(row)
        if record is None or record.key not in new:
            continue
        other = first.setdefault(record.key, row)
        if other is row:
            continue
        older, younger = sorted((other, row), key=lambda each: (each["created_time"], each["id"]))
        first[record.key] = older
        if younger["created_by"]["id"] == bot and younger["last_edited_by"]["id"] == bot:
            # without its record, else a later report at that place would be taken for one that people removed
            forgotten = target.properties(records.FORGOTTEN, hub=record.kind == "hub")
            with suppress(NotFound, Refused):  # the other run was faster
                target.client.update_page(younger["id"], {"in_trash": True, "properties": forgotten})
