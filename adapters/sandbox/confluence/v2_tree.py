"""Spaces, trees, folders, labels, users and comments of Confluence Cloud's v2 API (reads, and folders' writes)."""

from __future__ import annotations

import sqlite3
from typing import Any

from adapters.sandbox.confluence import store, v2_shapes
from adapters.sandbox.confluence.call import Call
from adapters.sandbox.confluence.clock import iso
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.confluence.paging import v2_list
from adapters.sandbox.confluence.schema import AUTHOR
from adapters.sandbox.confluence.v1_around import space_type
from adapters.sandbox.http import Response

DESCENDANTS_CAP = 200  # Source: reference section 4
_RESOLUTIONS = ("open", "reopened", "resolved", "dangling")


def _space(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": str(row["id"]), "key": row["key"], "name": row["name"], "type": space_type(row["key"]),
        "status": "current",
        "homepageId": str(row["homepage_id"]), "createdAt": iso(row["created"]), "authorId": AUTHOR,
        "description": None, "icon": None, "_links": {"webui": f"/spaces/{row['key']}"},
    }  # fmt: skip


def list_spaces(call: Call) -> Response:
    """``GET /spaces``: keys ignore case, unknown ones give an empty list."""
    rows = call.db.execute("SELECT * FROM cf_space WHERE flavor = 'cloud' ORDER BY id").fetchall()
    if "keys" in call.request.query:
        keys = {key.upper() for key in call.many("keys")}
        rows = [row for row in rows if row["key"].upper() in keys]
    if "ids" in call.request.query:
        ids = set(call.numbers("ids", 250))
        rows = [row for row in rows if row["id"] in ids]
    wanted = call.choice("type", ("global", "collaboration", "knowledge_base", "personal", "onboarding", ""), "")
    if wanted:
        rows = [row for row in rows if space_type(row["key"]) == wanted]
    if call.choice("status", ("current", "archived"), "current") == "archived":
        rows = []
    return v2_list(call, rows, _space)


def get_space(call: Call, space_id: str) -> Response:
    """``GET /spaces/{id}``."""
    row = store.space(call, "id", store.number(space_id))
    return Response(200, _space(row) | {"_links": {"webui": f"/spaces/{row['key']}", "base": call.base}})


def direct_children(call: Call, page_id: str) -> Response:
    """``GET /pages/{id}/direct-children``: pages and folders in their order."""
    row = store.page(call, page_id)

    def child(item: sqlite3.Row) -> dict[str, Any]:
        return {"id": str(item["id"]), "status": item["status"], "title": item["title"], "type": item["type"],
                "spaceId": str(item["space_id"]), "childPosition": int(item["position"])}  # fmt: skip

    return v2_list(call, store.children(call, row["id"]), child)


def old_children(call: Call, page_id: str) -> Response:
    """``GET /pages/{id}/children``: omits folders silently."""
    row = store.page(call, page_id)

    def child(item: sqlite3.Row) -> dict[str, Any]:
        return {"id": str(item["id"]), "status": item["status"], "title": item["title"],
                "spaceId": str(item["space_id"]), "childPosition": int(item["position"])}  # fmt: skip

    return v2_list(call, store.children(call, row["id"], "page"), child)


def descendants(call: Call, page_id: str) -> Response:
    """``GET /pages/{id}/descendants``: the whole subtree, parents first."""
    row = store.page(call, page_id)
    depth = store.number(call.request.arg("depth", "10000"), "depth")

    def below(item: tuple[sqlite3.Row, int]) -> dict[str, Any]:
        content, level = item
        return {"id": str(content["id"]), "status": content["status"], "title": content["title"],
                "type": content["type"], "parentId": str(content["parent_id"]), "depth": level,
                "childPosition": int(content["position"])}  # fmt: skip

    return v2_list(call, store.descendants(call, row["id"], depth), below, cap=DESCENDANTS_CAP)


def ancestors(call: Call, page_id: str) -> Response:
    """``GET /pages/{id}/ancestors``: root first."""
    rows = store.ancestors(call, store.page(call, page_id))
    return v2_list(call, rows, lambda item: {"id": str(item["id"]), "type": item["type"]})


def convert_ids(call: Call) -> Response:
    """``POST /content/convert-ids-to-types``."""
    ids = call.fields({"contentIds": list}, ("contentIds",))["contentIds"]
    results = {}
    for content_id in map(str, ids):
        row = store.find(call, store.number(content_id), "page", "folder")
        results[content_id] = row["type"] if row else None
    return Response(200, {"results": results})


def users_bulk(call: Call) -> Response:
    """``POST /users-bulk``."""
    ids = call.fields({"accountIds": list}, ("accountIds",))["accountIds"]
    if not all(isinstance(account, str) for account in ids):
        raise Refused(400, "accountIds must be strings")
    rows = [row for row in call.db.execute("SELECT * FROM cf_user") if row["account_id"] in ids]
    users = [
        {"accountId": r["account_id"], "displayName": r["name"], "publicName": r["name"], "email": r["email"],
         "accountType": "atlassian", "accountStatus": "active"}
        for r in rows
    ]  # fmt: skip
    return Response(200, {"results": users, "_links": {}})


def page_labels(call: Call, page_id: str) -> Response:
    """``GET /pages/{id}/labels``."""
    rows = v2_shapes.labels_of(call, store.page(call, page_id)["id"], call.request.arg("prefix"))
    return v2_list(call, rows, v2_shapes.label)


def _folder(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    shape = v2_shapes.page(call, row)
    for gone in ("body", "lastOwnerId"):
        del shape[gone]
    shape["_links"] = {"webui": f"/spaces/{v2_shapes.space_key(call, row['space_id'])}/folder/{row['id']}"}
    return shape


def create_folder(call: Call) -> Response:
    """``POST /folders``: the title is unique among its siblings."""
    data = call.fields({"spaceId": str, "title": str, "parentId": str}, ("spaceId", "title"))
    space = store.space(call, "id", store.number(data["spaceId"], "spaceId"))
    parent = space["homepage_id"]
    if data.get("parentId"):
        parent = store.checked_parent(call, store.number(data["parentId"], "parentId"), space["id"])
    title = data["title"].strip()
    if not title or len(title) > store.MAX_TITLE_CHARS:
        raise Refused(400, "A folder's title must have 1 to 255 characters")
    if any(row["title_key"] == title.casefold() for row in store.children(call, parent, "folder")):
        raise Refused(400, f"A folder with this title already exists: {title}")
    folder_id = store.insert(call, space["id"], parent, title, kind="folder")
    row = store.find(call, folder_id, "folder")
    assert row is not None
    return Response(200, _folder(call, row))


def get_folder(call: Call, folder_id: str) -> Response:
    """``GET /folders/{id}``."""
    answer = _folder(call, _folder_row(call, folder_id))
    if call.flag("include-operations"):
        operations = [{"operation": name, "targetType": "page"} for name in ("create", "read", "update", "delete")]
        answer["operations"] = v2_shapes.included(operations)
    answer["_links"]["base"] = call.base
    return Response(200, answer)


def delete_folder(call: Call, folder_id: str) -> Response:
    """``DELETE /folders/{id}``: to the trash."""
    store.trash(call, _folder_row(call, folder_id))
    return Response(204)


def _folder_row(call: Call, folder_id: str) -> sqlite3.Row:
    row = store.find(call, store.number(folder_id), "folder")
    if row is None or row["status"] == "trashed":
        raise Refused(404, f"Could not find folder with id [{folder_id}]")
    return row


def comments(call: Call, page_id: str, kind: str) -> Response:
    """``GET /pages/{id}/inline-comments`` and ``footer-comments``."""
    row = store.page(call, page_id)
    wanted = call.many("resolution-status")
    for status in wanted:
        if status not in _RESOLUTIONS:
            raise Refused(
                400, f"Provided value {{{status}}} for 'resolution-status' is not one of {list(_RESOLUTIONS)}"
            )
    rows = call.db.execute(
        "SELECT * FROM cf_comment WHERE page_id = ? AND kind = ? ORDER BY id", (row["id"], kind)
    ).fetchall()
    if wanted:
        rows = [item for item in rows if item["resolution"] in wanted]
    body_format = call.request.arg("body-format")
    return v2_list(call, rows, lambda item: _comment(item, body_format))


def _comment(row: sqlite3.Row, body_format: str) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": str(row["id"]), "status": "current", "title": "Re: comment", "pageId": str(row["page_id"]),
        "version": {"number": row["version"], "message": "", "minorEdit": False, "authorId": row["author"],
                    "createdAt": iso(row["created"])},
        "body": v2_shapes.body_of(row["body"], body_format) if body_format else {},
        "_links": {"webui": f"/pages/viewpage.action?pageId={row['page_id']}&focusedCommentId={row['id']}"},
    }  # fmt: skip
    if row["kind"] == "inline":
        shape["resolutionStatus"] = row["resolution"]
        shape["properties"] = {
            "inlineMarkerRef": row["marker_ref"],
            "inlineOriginalSelection": row["selection"],
            "inline-marker-ref": row["marker_ref"],
            "inline-original-selection": row["selection"],
        }
    return shape
