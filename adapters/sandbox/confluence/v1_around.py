"""v1 around the pages: their comments and versions, and the spaces they stand in."""

from __future__ import annotations

import sqlite3
from typing import Any

from adapters.sandbox.confluence import store, v1_cloud, v1_content
from adapters.sandbox.confluence.call import Call
from adapters.sandbox.confluence.clock import iso
from adapters.sandbox.confluence.errors import Refused
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


def space_type(key: str) -> str:
    """Keys of people's own spaces begin with a tilde."""
    return "personal" if key.startswith("~") else "global"


def _space(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "id": row["id"], "key": row["key"], "name": row["name"], "type": space_type(row["key"]),
        "status": "current",
        "_expandable": {"homepage": f"/rest/api/content/{row['homepage_id']}"},
        "_links": {"webui": f"/display/{row['key']}", "self": f"{call.base}/rest/api/space/{row['key']}"},
    }  # fmt: skip
    if "homepage" in call.many("expand"):
        answer["homepage"] = v1_content.shape(call, store.page(call, str(row["homepage_id"])), set())
        answer["_expandable"] = {}
    return answer


_POSITIONS = {"above": "before", "below": "after", "append": "append"}
_DENIED = "<!doctype html><html><head><title>Not Permitted - Confluence</title></head><body><h1>Not Permitted</h1></body></html>"


def move_page(call: Call) -> Response:
    """``/pages/movepage.action?pageId=&spaceKey=&position=above|below|append&targetId=|targetTitle=``, the tree's own
    action: no REST call, makes no version. What it refuses is ``actionErrors`` in a 200; without a right, a web page.
    """
    if call.request.headers.get("x-atlassian-token") != "no-check":
        return Response(403, "<!doctype html><html><body>XSRF check failed</body></html>")
    number, position = call.request.arg("pageId"), call.request.arg("position", "append")
    target = call.request.arg("targetId")
    try:
        space = store.space(call, "key", call.request.arg("spaceKey"))
        if not target and (title := call.request.arg("targetTitle")):
            found = call.db.execute(
                "SELECT id FROM cf_content WHERE space_id = ? AND title_key = ? AND status = 'current'",
                (space["id"], title.casefold()),
            ).fetchone()
            target = str(found[0]) if found else ""
        if position not in _POSITIONS or not target:
            raise Refused(400, "A valid position and target are required")  # noqa: TRY301 - worded below
        v1_cloud.put_beside(call, store.editable(call, number), _POSITIONS[position], target)
    except Refused as refused:
        if refused.status == 403:
            return Response(200, _DENIED)
        return Response(200, {"actionErrors": [refused.title]})
    return Response(200, {"page": {"id": int(number)}})


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
