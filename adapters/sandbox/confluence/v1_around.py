"""v1 around the pages: their comments and versions, and the spaces they stand in."""

from __future__ import annotations

import sqlite3
from typing import Any

from adapters.sandbox.confluence import store, v1_cloud, v1_content
from adapters.sandbox.confluence.call import Call
from adapters.sandbox.confluence.clock import iso
from adapters.sandbox.confluence.paging import v1_list
from adapters.sandbox.http import Response


def comments(call: Call, content_id: str) -> Response:
    """``GET /content/{id}/child/comment?location=inline|footer``."""
    page = store.page(call, content_id)
    rows = call.db.execute("SELECT * FROM cf_comment WHERE page_id = ? ORDER BY id", (page["id"],)).fetchall()
    if wanted := call.many("location"):
        rows = [row for row in rows if row["kind"] in wanted]

    def one(row: sqlite3.Row) -> dict[str, Any]:
        extensions: dict[str, Any] = {"location": row["kind"], "resolution": {"status": row["resolution"] or "open"}}
        if row["kind"] == "inline":
            extensions["inlineProperties"] = {"markerRef": row["marker_ref"], "originalSelection": row["selection"]}
        return {"id": str(row["id"]), "type": "comment", "status": "current", "title": "Re: comment",
                "extensions": extensions, "body": {"storage": {"value": row["body"], "representation": "storage"}},
                "version": {"number": row["version"], "when": iso(row["created"]),
                            "by": v1_cloud.user_shape(call, row["author"])},
                "_links": {"webui": f"/pages/viewpage.action?pageId={page['id']}&focusedCommentId={row['id']}"
                                    f"#comment-{row['id']}"}}  # fmt: skip

    return v1_list(call, rows, one)


def spaces(call: Call) -> Response:
    """``GET /space?spaceKey=``."""
    rows = call.db.execute("SELECT * FROM cf_space WHERE flavor = ? ORDER BY id", (call.flavor,)).fetchall()
    if keys := {key.upper() for key in call.many("spaceKey")}:
        rows = [row for row in rows if row["key"].upper() in keys]
    return v1_list(call, rows, lambda row: _space(call, row))


def get_space(call: Call, key: str) -> Response:
    """``GET /space/{key}?expand=homepage``."""
    return Response(200, _space(call, store.space(call, "key", key)))


def _space(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "id": row["id"], "key": row["key"], "name": row["name"], "type": "global", "status": "current",
        "_expandable": {"homepage": f"/rest/api/content/{row['homepage_id']}"},
        "_links": {"webui": f"/display/{row['key']}", "self": f"{call.base}/rest/api/space/{row['key']}"},
    }  # fmt: skip
    if "homepage" in call.many("expand"):
        answer["homepage"] = v1_content.shape(call, store.page(call, str(row["homepage_id"])), set())
        answer["_expandable"] = {}
    return answer


def history(call: Call, content_id: str) -> Response:
    """``GET /content/{id}/version``, newest first (Data Center: ``/rest/experimental`` too)."""
    page = store.page(call, content_id)
    rows = call.db.execute(
        "SELECT * FROM cf_version WHERE content_id = ? ORDER BY number DESC", (page["id"],)
    ).fetchall()

    def one(row: sqlite3.Row) -> dict[str, Any]:
        return {"number": row["number"], "message": row["message"], "minorEdit": bool(row["minor"]),
                "when": iso(row["created"]), "by": v1_cloud.user_shape(call, row["author"])}  # fmt: skip

    return v1_list(call, rows, one)
