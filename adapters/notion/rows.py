"""A report as a row of the database: the schema, a row's properties, and the record in them."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from adapters.base import Page, Record
from adapters.notion.client import Json
from adapters.notion.edits import Entry
from converters.metadata import Metadata
from converters.notes import Note, metadata

SCHEMA: dict[str, Json] = {
    "Name": {"title": {}},
    "Summary": {"rich_text": {}},
    "Authors": {"multi_select": {}},
    "Topics": {"multi_select": {}},
    "Folder": {"select": {}},
    "Status": {"select": {}},
    "Updated": {"date": {}},
    "Data as of": {"date": {}},
    "Source": {"url": {}},
    "Key": {"rich_text": {}},
    "Digest": {"rich_text": {}},
    "Record": {"rich_text": {}},
}
"""Our properties. ``Key``, ``Digest`` and ``Record`` are nbwiki's memory; the others are for people."""

SUFFIX = " (nbwiki)"
"""Added to a name that an adopted database uses for a property of another type."""

UNFINISHED = "unfinished"
"""Version of a page that a run of ours is writing, or was writing when it was killed."""

MAX_TEXT = 2000
MAX_OPTIONS = 100
MAX_RECORD = 190_000
"""Characters of a record: 100 items of 2,000, less some room."""


def names_in(properties: Mapping[str, Json]) -> tuple[dict[str, str], dict[str, Json]]:
    """The names under which a data source has our properties, and the schema of those that it lacks."""
    names: dict[str, str] = {}
    lacking: dict[str, Json] = {}
    for name, shape in SCHEMA.items():
        kind = next(iter(shape))
        if kind == "title":
            names[name] = next((key for key, each in properties.items() if each["type"] == "title"), name)
            continue
        taken = properties.get(name)
        actual = name if taken is None or taken["type"] == kind else name + SUFFIX
        names[name] = actual
        if actual not in properties:
            lacking[actual] = shape
    return names, lacking


def _text(value: str) -> list[Json]:
    found: list[Json] = []
    start = 0
    while start < len(value) and len(found) < MAX_OPTIONS:
        end = min(len(value), start + MAX_TEXT)
        while end > start and end - start + sum(char > "\uffff" for char in value[start:end]) > MAX_TEXT:
            end -= 1
        found.append({"type": "text", "text": {"content": value[start:end]}})
        start = end
    return found


def _options(names: Sequence[str]) -> list[Json]:
    """Options of a select: no commas (Notion refuses them), no repeats, at most 100."""
    clean = {" ".join(name.replace(",", " ").split())[:100]: None for name in names}
    return [{"name": name} for name in clean if name][:MAX_OPTIONS]


def _day(value: str, field: str, notes: list[Note]) -> Json | None:
    if not value:
        return None
    try:
        return {"start": date.fromisoformat(value[:10]).isoformat()}
    except ValueError:
        notes.append(metadata(f"{field}.date", f"{field} {value[:40]!r} is no ISO date; left empty in the database"))
        return None


def shown(meta: Metadata, title: str, folder: str) -> tuple[dict[str, Json], list[Note]]:
    """Properties for people, by our names, and notes on values that don't fit."""
    notes: list[Note] = []
    link = meta.provenance.permalink
    options = _options([folder or meta.path])
    status = _options([meta.status or "published"])
    return {
        "Name": {"title": _text(title[:MAX_TEXT])},
        "Summary": {"rich_text": _text(meta.summary[:MAX_TEXT])},
        "Authors": {"multi_select": _options([person.name for person in meta.authors])},
        "Topics": {"multi_select": _options(meta.tags)},
        "Folder": {"select": options[0] if options else None},
        "Status": {"select": status[0] if status else None},
        "Updated": {"date": _day(meta.updated, "updated", notes)},
        "Data as of": {"date": _day(meta.data_as_of, "data_as_of", notes)},
        "Source": {"url": link if link.startswith(("http://", "https://")) else None},
    }, notes


def folder_of(record: Record) -> dict[str, Json]:
    """The folder property of a record's source."""
    options = _options([posixpath.dirname(record.source)])
    return {"Folder": {"select": options[0] if options else None}}


def kept(record: Record) -> dict[str, Json]:
    """Properties that hold the record. Block ids that would not fit are left out; the next write reads them anew."""
    text = msgspec.json.encode(record).decode()
    if len(text) > MAX_RECORD:
        state = {name: value for name, value in record.state.items() if name != "blocks"}
        text = msgspec.json.encode(msgspec.structs.replace(record, state=state)).decode()
    return {
        "Key": {"rich_text": _text(record.key)},
        "Digest": {"rich_text": _text(record.digest)},
        "Record": {"rich_text": _text(text)},
    }


FORGOTTEN: dict[str, Json] = {name: {"rich_text": []} for name in ("Key", "Digest", "Record")}
"""Properties of a row that is no longer ours."""


def _plain(items: Sequence[Mapping[str, Any]]) -> str:
    return "".join(str(item.get("plain_text", "")) for item in items)


def record_of(row: Mapping[str, Any]) -> Record | None:
    """The record in a row; None for a row that people made. A damaged one keeps its key, and is written again."""
    properties = row["properties"]
    texts = {
        name: _plain(properties[actual]["rich_text"])
        for name in ("Key", "Record")
        for actual in (name + SUFFIX, name)
        if actual in properties and properties[actual]["type"] == "rich_text"
    }
    if not texts.get("Record") and not texts.get("Key"):
        return None
    try:
        record = msgspec.json.decode(texts.get("Record", ""), type=Record)
    except msgspec.MsgspecError:
        return Record(key=texts["Key"], page=row["id"]) if texts.get("Key") else None
    return msgspec.structs.replace(record, page=row["id"])


def title_of(row: Mapping[str, Any]) -> str:
    """The row's title."""
    return next((_plain(each["title"]) for each in row["properties"].values() if each["type"] == "title"), "")


def page_of(row: Mapping[str, Any], record: Record | None, bot: str) -> Page:
    """The row as a page. Its version is our own mark while nobody else edited it, else who edited it and when."""
    editor = row["last_edited_by"]["id"]
    ours = record is not None and editor == bot
    return Page(
        id=row["id"],
        title=title_of(row),
        version=(record.version or UNFINISHED) if ours and record else f"{row['last_edited_time']}/{editor}",
        url=row.get("url") or "",
        parent=None,
        status="trashed" if row.get("in_trash") else "current",
    )


def entries_of(record: Record | None) -> list[Entry]:
    """The blocks that the record tells of."""
    blocks = record.state.get("blocks", ()) if record else ()
    if not isinstance(blocks, list):
        return []
    return [Entry(str(each[0]), str(each[1])) for each in blocks if isinstance(each, list | tuple) and len(each) == 2]
