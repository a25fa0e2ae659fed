"""Pages by words, as the vendor's app finds them. Its API searches titles alone, so no endpoint gives this."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from adapters.sandbox.notion.rich_text import plain, title_of
from adapters.sandbox.state import State

_DEPTH = 4
"""Levels of blocks that are looked into. Ours: toggles in columns in toggles."""
_PIECES = 5
"""Rich texts of more pieces than this are nbwiki's memory, not words for people; so are those that begin as JSON."""


class Match(NamedTuple):
    """One page with all of the words: its ``text`` are properties and blocks, code left out."""

    id: str
    title: str
    text: str
    top: str
    """The id of the page of the workspace on which it stands."""
    database: str
    """The title of the database whose row it is; empty for a page of the workspace."""


class _Row(NamedTuple):
    id: str
    kind: str
    parent: str
    type: str
    raw: str


def matches(state: State, words: Sequence[str], tops: Collection[str]) -> list[Match]:
    """Pages among ``tops`` (ids of shared pages of the workspace) and rows of databases on them that hold all of the
    words, which are folded. One query; only pages whose stored form has the words are read closely.
    """
    with state.lock:
        found = state.db.execute(
            "SELECT id, kind, parent, type, value FROM notion_node WHERE trashed = 0 "
            "AND kind IN ('page', 'block', 'database', 'data_source') ORDER BY rank, rowid"
        )
        rows = {row[0]: _Row(*row) for row in found}
    below: dict[str, list[_Row]] = defaultdict(list)
    for row in rows.values():
        below[row.parent].append(row)
    sources = {row.id: json.loads(row.raw)["properties"] for row in rows.values() if row.kind == "data_source"}
    found_pages = []
    for page, source, top in _pages(rows, below, tops):
        columns = sources[source.id] if source else {}
        own = list(_blocks(page.id, below))
        # rows name their options by ids
        raw = " ".join((page.raw, source.raw if source else "", *(one.raw for one in own))).casefold()
        if not all(word in raw for word in words):
            continue
        value = json.loads(page.raw)
        title = plain(title_of(value))
        text = " ".join((*_of_properties(value, columns), *_of_blocks(own)))
        if all(word in f"{title} {text}".casefold() for word in words):
            database = rows.get(source.parent) if source else None
            place = plain(title_of(json.loads(database.raw))) if database else ""
            found_pages.append(Match(page.id, title, " ".join(text.split()), top, place))
    return found_pages


def _pages(
    rows: Mapping[str, _Row], below: Mapping[str, Sequence[_Row]], tops: Collection[str]
) -> Iterator[tuple[_Row, _Row | None, str]]:
    """The pages to look at, rows of a database with its data source, and what they stand on."""
    for top in tops:
        if top not in rows:
            continue
        for database in (one for one in below.get(top, ()) if one.kind == "database"):
            for source in (one for one in below.get(database.id, ()) if one.kind == "data_source"):
                yield from ((one, source, top) for one in below.get(source.id, ()) if one.kind == "page")
        yield rows[top], None, top


def _blocks(parent: str, below: Mapping[str, Sequence[_Row]], depth: int = 0) -> Iterator[_Row]:
    for one in below.get(parent, ()):
        if one.kind == "block":
            yield one
            if depth + 1 < _DEPTH:
                yield from _blocks(one.id, below, depth + 1)


def _of_properties(value: Mapping[str, Any], columns: Mapping[str, Any]) -> Iterator[str]:
    stored = value.get("properties", {})
    for column in columns.values():
        kind = column["type"]
        own = stored.get(column["id"], {}).get(kind)
        if kind == "rich_text" and own and len(own) < _PIECES:
            words = plain(own)
            yield "" if words.startswith('{"key"') else words
        elif kind == "multi_select" and own:
            names = {option["id"]: option["name"] for option in column[kind]["options"]}
            yield " ".join(names.get(item, "") for item in own)


def _of_blocks(blocks: Sequence[_Row]) -> Iterator[str]:
    """Words of blocks, captions and cells included. What stands in a toggle is read, its own line isn't ("Code")."""
    for one in blocks:
        if one.type == "code":
            continue
        value = json.loads(one.raw)
        if one.type != "toggle":
            yield plain(value.get("rich_text", []))
        yield plain(value.get("caption", []))
        for cell in value.get("cells", []):
            yield plain(cell)
