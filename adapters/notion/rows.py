"""A report as a row of the database: the schema, and the properties that people see."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from adapters.base import Page, Record
from adapters.notion import looks
from adapters.notion.client import Json
from adapters.notion.disguise import in_pieces
from adapters.notion.ids import is_id
from adapters.notion.records import plain
from adapters.notion.values import MAX_OPTIONS, address, day, option, options, short_text
from converters.model import Rendered
from converters.notes import Note

UNFINISHED = "unfinished"
"""Version of a page that a run of ours is writing, or was writing when it was killed."""

BEING_WRITTEN = "being written"
WRITING: dict[str, Json] = {"Status": {"select": {"name": BEING_WRITTEN}}}
"""Shown of a page that is not complete yet, until it is; its icon says the same where properties aren't seen."""
ICON_WRITING: Json = {"type": "emoji", "emoji": "⏳"}
UPDATING: dict[str, Json] = {"Status": {"select": {"name": "being updated"}}}
"""Shown during an update that takes some time."""


def titled(title: str, notes: list[Note]) -> dict[str, Json]:
    """The title property."""
    return {"Name": {"title": short_text(title, "title", notes)}}


def shown(
    content: Rendered, title: str, folder: str, accounts: Mapping[str, str] | None
) -> tuple[dict[str, Json], list[Note]]:
    """Properties for people, by our names, and notes on values that don't fit. ``accounts`` are user ids by e-mail.

    Without ``accounts`` the row keeps those that it shows.
    """
    notes: list[Note] = looks.told(content.meta)
    meta, run = content.meta, content.meta.provenance
    found = accounts or {}
    users = [person.user or found.get(person.email.casefold(), "") for person in meta.authors]
    people = {"People": {"people": [{"id": user} for user in dict.fromkeys(users) if is_id(user)][:MAX_OPTIONS]}}
    return {
        **titled(title, notes),
        "Summary": {"rich_text": short_text(meta.summary, "summary", notes)},
        "Authors": {"multi_select": options([person.name for person in meta.authors], "authors", notes)},
        **({} if accounts is None else people),
        "Topics": {"multi_select": options(meta.tags, "topics", notes)},
        "Team": {"select": option(meta.team, "team", notes)},
        "Folder": {"select": option(folder or meta.path, "folder", notes)},
        "Kind": {"select": option(meta.kind, "kind", notes)},
        **status(meta.status),
        "Created": {"date": day(meta.created, "created", notes)},
        "Updated": {"date": day(meta.updated, "updated", notes)},
        "Data as of": {"date": day(meta.data_as_of, "data_as_of", notes)},
        "Last run": {"date": day(run.executed, "last run", notes)},
        "Source": {"url": address(run.permalink, "source", notes)},
        "Commit": {
            "rich_text": short_text(run.commit[:12] + (" (changed since)" if run.dirty else ""), "commit", notes)
        },
        "Reading time": {"number": meta.reading_minutes or None},
    }, notes


def of_hub(record: Record) -> dict[str, Json]:
    """Properties that the hub's views ask for, by what the record keeps; none of the hub's own pages."""
    hub = record.hub
    if record.kind == "hub" or not hub:
        return {}
    audience = hub.get("audience", ())
    names = [str(name) for name in audience] if isinstance(audience, list | tuple) else []
    folder, slash, _ = str(hub.get("path", "")).partition("/")
    project = folder if slash else ""
    year = str(hub.get("created") or hub.get("first") or "")[:4]
    return {
        "Audience": {"multi_select": options(names, "audience", [])},
        "Project": {"select": option(project, "project", [])},
        "Year": {"select": option(year, "year", [])},
        "Fresh until": {"date": day(str(hub.get("due", "")), "due", [])},
    }


def status(name: str) -> dict[str, Json]:
    """The status property."""
    return {"Status": {"select": option(name or "published", "status", [])}}


def questions(record: Record) -> dict[str, Json]:
    """The number of open questions; empty instead of 0, so that a column of them stands out."""
    return {"Open questions": {"number": record.questions or None}}


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
