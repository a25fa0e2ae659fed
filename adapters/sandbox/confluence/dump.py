"""Confluence's share of ``GET /sandbox/state``."""

from __future__ import annotations

import json
from typing import Any

from adapters.sandbox.confluence.clock import iso
from adapters.sandbox.state import State

_API = {"cloud": "confluence", "dc": "confluence-dc"}


def dump(state: State) -> dict[str, Any]:
    """Spaces, pages (with bodies and versions), properties, labels, attachments, comments, restrictions, users."""
    db = state.db
    flavors = {row["id"]: row["flavor"] for row in db.execute("SELECT id, flavor FROM cf_content")}
    return {
        "spaces": [
            {"api": _API[r["flavor"]], "id": str(r["id"]), "key": r["key"], "name": r["name"],
             "homepage_id": str(r["homepage_id"])}
            for r in db.execute("SELECT * FROM cf_space ORDER BY id")
        ],
        "pages": _pages(state),
        "properties": [
            {"api": _API[flavors.get(r["holder_id"], "cloud")], "holder": r["holder"],
             "holder_id": str(r["holder_id"]), "id": str(r["id"]), "key": r["key"], "value": json.loads(r["value"]), "version": r["version"]}
            for r in db.execute("SELECT * FROM cf_property ORDER BY id")
        ],
        "labels": [
            {"api": _API[r["flavor"]], "page": str(r["content_id"]), "id": str(r["id"]), "prefix": r["prefix"],
             "name": r["name"]}
            for r in db.execute(
                "SELECT * FROM cf_content_label JOIN cf_label ON cf_label.id = label_id ORDER BY content_id, name"
            )
        ],
        "attachments": [
            {"api": _API[flavors.get(r["page_id"], "cloud")], "id": f"att{r['id']}", "page": str(r["page_id"]),
             "name": r["title"], "size": r["size"], "sha256": r["sha256"], "media_type": r["media_type"],
             "version": r["version"], "status": r["status"], "comment": r["comment"]}
            for r in db.execute("SELECT * FROM cf_attachment ORDER BY id")
        ],
        "comments": [
            {"api": _API[r["flavor"]], "id": str(r["id"]), "page": str(r["page_id"]), "kind": r["kind"],
             "body": r["body"], "marker_ref": r["marker_ref"], "selection": r["selection"],
             "resolution": r["resolution"], "author": r["author"]}
            for r in db.execute("SELECT * FROM cf_comment ORDER BY id")
        ],
        "restrictions": [
            {"api": _API[flavors.get(r["content_id"], "cloud")], "page": str(r["content_id"]), "operation": r["operation"], "kind": r["kind"],
             "subject": r["subject"]}
            for r in db.execute("SELECT * FROM cf_restriction")
        ],
        "users": [dict(r) for r in db.execute("SELECT * FROM cf_user")],
    }  # fmt: skip


def _pages(state: State) -> list[dict[str, Any]]:
    db = state.db
    labels: dict[int, list[str]] = {}
    for row in db.execute(
        "SELECT content_id, name FROM cf_content_label JOIN cf_label ON cf_label.id = label_id ORDER BY name"
    ):
        labels.setdefault(row["content_id"], []).append(row["name"])
    properties: dict[int, dict[str, Any]] = {}
    for row in db.execute("SELECT holder_id, key, value FROM cf_property WHERE holder = 'page' ORDER BY id"):
        properties.setdefault(row["holder_id"], {})[row["key"]] = json.loads(row["value"])
    versions: dict[int, list[dict[str, Any]]] = {}
    for row in db.execute("SELECT * FROM cf_version ORDER BY content_id, number"):
        versions.setdefault(row["content_id"], []).append(
            {"number": row["number"], "title": row["title"], "body": row["body"], "message": row["message"],
             "minor_edit": bool(row["minor"]), "author": row["author"], "created": iso(row["created"])}
        )  # fmt: skip
    keys = {row["id"]: row["key"] for row in db.execute("SELECT id, key FROM cf_space")}
    return [
        {"api": _API[r["flavor"]], "id": str(r["id"]), "type": r["type"], "space": keys[r["space_id"]],
         "parent_id": str(r["parent_id"]) if r["parent_id"] else None, "status": r["status"], "title": r["title"],
         "version": r["version"], "body": r["body"], "labels": labels.get(r["id"], []),
         "properties": properties.get(r["id"], {}), "versions": versions.get(r["id"], []),
         "author": r["author"], "modified": iso(r["modified"])}
        for r in db.execute("SELECT * FROM cf_content ORDER BY id")
    ]  # fmt: skip
