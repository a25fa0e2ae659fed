"""A report as a row of the database: the schema, and the properties that people see."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from adapters.base import Page, Record
from adapters.notion.client import Json
from adapters.notion.disguise import in_pieces
from adapters.notion.records import SUFFIX, plain
from adapters.notion.values import address, day, option, options, short_text
from converters.metadata import Metadata
from converters.notes import Note

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
"""Our properties. The last three are nbwiki's memory; the others are for people."""
MEMORY = ("Key", "Digest", "Record")

UNFINISHED = "unfinished"
"""Version of a page that a run of ours is writing, or was writing when it was killed."""


WRITING: dict[str, Json] = {"Status": {"select": {"name": "being written"}}}
"""Shown of a page that is not complete yet, until it is; its icon says the same where properties aren't seen."""
ICON_WRITING: Json = {"type": "emoji", "emoji": "⏳"}
UPDATING: dict[str, Json] = {"Status": {"select": {"name": "being updated"}}}
"""Shown during an update that takes some time."""


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


def titled(title: str, notes: list[Note]) -> dict[str, Json]:
    """The title property."""
    return {"Name": {"title": short_text(title, "title", notes)}}


def shown(meta: Metadata, title: str, folder: str) -> tuple[dict[str, Json], list[Note]]:
    """Properties for people, by our names, and notes on values that don't fit."""
    notes: list[Note] = []
    return {
        **titled(title, notes),
        "Summary": {"rich_text": short_text(meta.summary, "summary", notes)},
        "Authors": {"multi_select": options([person.name for person in meta.authors], "authors", notes)},
        "Topics": {"multi_select": options(meta.tags, "topics", notes)},
        "Folder": {"select": option(folder or meta.path, "folder", notes)},
        **status(meta.status),
        "Updated": {"date": day(meta.updated, "updated", notes)},
        "Data as of": {"date": day(meta.data_as_of, "data_as_of", notes)},
        "Source": {"url": address(meta.provenance.permalink, "source", notes)},
    }, notes


def status(name: str) -> dict[str, Json]:
    """The status property."""
    return {"Status": {"select": option(name or "published", "status", [])}}


def folder_of(record: Record) -> dict[str, Json]:
    """The folder property of a record's source."""
    return {"Folder": {"select": option(folder_name(record), "folder", [])}}


def folder_name(record: Record) -> str:
    """The folder of a record's source, without the name of its repository."""
    return posixpath.dirname(record.source.partition(":")[2] or record.source)


def disguised(properties: Mapping[str, Json]) -> dict[str, Json]:
    """The properties with their texts cut into pieces that a firewall lets pass (Notion joins them again)."""
    return {
        name: {kind: in_pieces(value) if kind in {"title", "rich_text"} else value for kind, value in each.items()}
        for name, each in properties.items()
    }


def title_of(row: Mapping[str, Any]) -> str:
    """The row's title."""
    return next((plain(each["title"]) for each in row["properties"].values() if each["type"] == "title"), "")


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
