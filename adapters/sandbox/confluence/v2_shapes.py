"""How Confluence Cloud's v2 API writes pages, properties, labels and versions."""

from __future__ import annotations

import json
import sqlite3
from typing import Any
from urllib.parse import quote_plus

from adapters.sandbox.confluence.call import Call
from adapters.sandbox.confluence.clock import iso
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.confluence.paging import cursor_of
from adapters.sandbox.confluence.storage_xml import view

INCLUDED_CAP = 50  # Source: reference section 3, "One page"


def space_key(call: Call, space_id: int) -> str:
    """The key of a space."""
    return str(call.db.execute("SELECT key FROM cf_space WHERE id = ?", (space_id,)).fetchone()[0])


def version(row: sqlite3.Row) -> dict[str, Any]:
    """A version object out of a row of ``cf_version``."""
    return {
        "number": row["number"],
        "message": row["message"],
        "minorEdit": bool(row["minor"]),
        "authorId": row["author"],
        "createdAt": iso(row["created"]),
    }


def version_row(call: Call, content_id: int, number: int) -> sqlite3.Row:
    """One kept version. Raises Refused (404)."""
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM cf_version WHERE content_id = ? AND number = ?", (content_id, number)
    ).fetchone()
    if row is None:
        raise Refused(404, f"Cannot find version [{number}] of content with id [{content_id}]")
    return row


def body_of(storage: str, formats: str) -> dict[str, Any]:
    """The ``body`` object for a ``body-format``. Raises Refused for formats that the sandbox can't make."""
    if formats == "storage":
        return {"storage": {"representation": "storage", "value": storage}}
    if formats == "view":
        return {"view": {"representation": "view", "value": view(storage)}}
    raise Refused(400, f"Provided value {{{formats}}} for 'body-format' is not supported; valid here: storage, view")


def page(call: Call, row: sqlite3.Row, body_format: str = "", number: int = 0) -> dict[str, Any]:
    """A page; its body only when a format is given. ``number`` picks an older version's title and body."""
    kept = version_row(call, row["id"], number or row["version"])
    parent = call.db.execute("SELECT type FROM cf_content WHERE id = ?", (row["parent_id"],)).fetchone()
    key = space_key(call, row["space_id"])
    placed = row["status"] != "trashed"
    shape = {
        "id": str(row["id"]),
        "status": row["status"],
        "title": kept["title"],
        "spaceId": str(row["space_id"]),
        "parentId": str(row["parent_id"]) if row["parent_id"] else None,
        "parentType": parent["type"] if parent else None,
        "position": int(row["position"]) if placed else None,
        "authorId": row["author"],
        "ownerId": row["owner"],
        "lastOwnerId": None,
        "createdAt": iso(row["created"]),
        "version": version(kept),
        "body": body_of(kept["body"] if number else row["body"], body_format) if body_format else {},
        "_links": page_links(key, row["id"], kept["title"]),
    }
    if row["type"] == "blogpost":
        for name in ("parentId", "parentType", "position", "ownerId", "lastOwnerId"):
            del shape[name]
        day = iso(row["created"])[:10].replace("-", "/")
        shape["_links"]["webui"] = f"/spaces/{key}/blog/{day}/{row['id']}/{quote_plus(kept['title'])}"
    return shape


def page_links(key: str, content_id: int, title: str) -> dict[str, str]:
    """Addresses relative to ``_links.base``."""
    return {
        "webui": f"/spaces/{key}/pages/{content_id}/{quote_plus(title)}",
        "editui": f"/pages/resumedraft.action?draftId={content_id}",
        "tinyui": f"/x/{content_id:x}",
    }


def label(row: sqlite3.Row) -> dict[str, str]:
    """A label."""
    return {"id": str(row["id"]), "name": row["name"], "prefix": row["prefix"]}


def labels_of(call: Call, content_id: int, prefix: str = "") -> list[sqlite3.Row]:
    """A content's labels by name."""
    return call.db.execute(
        "SELECT cf_label.* FROM cf_label JOIN cf_content_label ON cf_label.id = label_id "
        "WHERE content_id = ? AND (? = '' OR prefix = ?) ORDER BY name",
        (content_id, prefix, prefix),
    ).fetchall()


def property_of(row: sqlite3.Row) -> dict[str, Any]:
    """A content property."""
    return {
        "id": str(row["id"]),
        "key": row["key"],
        "value": json.loads(row["value"]),
        "version": {
            "number": row["version"],
            "message": row["message"],
            "minorEdit": bool(row["minor"]),
            "authorId": row["author"],
            "createdAt": iso(row["created"]),
        },
    }


def properties_of(call: Call, holder: str, holder_id: int, key: str = "") -> list[sqlite3.Row]:
    """A holder's properties in order of making."""
    return call.db.execute(
        "SELECT * FROM cf_property WHERE holder = ? AND holder_id = ? AND (? = '' OR key = ?) ORDER BY id",
        (holder, holder_id, key, key),
    ).fetchall()


def included(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """An included list: at most 50 rows and, where more exist, that and a cursor."""
    meta: dict[str, Any] = {"hasMore": False}
    if len(rows) > INCLUDED_CAP:
        meta = {"hasMore": True, "cursor": cursor_of(INCLUDED_CAP)}
    return {"results": rows[:INCLUDED_CAP], "meta": meta, "_links": {}}
