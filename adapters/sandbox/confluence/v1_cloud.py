"""What remains of v1 on Cloud, shared with Data Center where both have it: users, labels, restrictions, archive, move."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import UTC, datetime
from typing import Any

from adapters.sandbox.confluence import store, v2_shapes
from adapters.sandbox.confluence.call import Call, checked
from adapters.sandbox.confluence.clock import iso
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.confluence.paging import v1_list
from adapters.sandbox.http import Response

# Source: reference section 3, "Labels"
_FORBIDDEN = frozenset(" \t\n:;,.?&[]()#^*@!'<`>")
MAX_LABEL_CHARS = 255
ARCHIVE_CAP = 300
MAX_STATE_CHARS = 20
_HEX_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_PREFIXES = ("global", "my", "team")


def gone(_: Call, **__: str) -> Response:
    """Removed v1 routes: 410."""
    raise Refused(410, "This deprecated endpoint has been removed.")


def current_user(call: Call) -> Response:
    """``GET /user/current``."""
    return Response(200, user_shape(call, call.user))


def user(call: Call) -> Response:
    """``GET /user``: by ``accountId`` on Cloud, by ``username`` or ``key`` on Data Center. 404 for nobody."""
    names = {"accountId": "account_id"} if call.flavor == "cloud" else {"username": "username", "key": "userkey"}
    given = [name for name in names if call.request.arg(name)]
    if not given:
        raise Refused(400, f"{' or '.join(names)} is required")
    row = call.db.execute(
        f"SELECT account_id FROM cf_user WHERE {names[given[0]]} = ?",  # noqa: S608 - from a table
        (call.request.arg(given[0]),),
    ).fetchone()
    if row is None:
        raise Refused(404, f"No user found with {given[0]}: {call.request.arg(given[0])}")
    return Response(200, user_shape(call, row["account_id"]))


def user_shape(call: Call, account_id: str) -> dict[str, Any]:
    """A user as v1 writes one: by account id on Cloud, by name and key on Data Center."""
    row = call.db.execute("SELECT * FROM cf_user WHERE account_id = ?", (account_id,)).fetchone()
    links = {"self": f"{call.base}/rest/api/user?accountId={account_id}", "base": call.base, "context": call.context}
    if call.flavor == "dc":
        return {"type": "known", "username": row["username"], "userKey": row["userkey"], "displayName": row["name"],
                "profilePicture": {"path": "/images/icons/profilepics/default.svg", "width": 48, "height": 48,
                                   "isDefault": True}, "_links": links}  # fmt: skip
    # The switch stands for people whose privacy settings hide their address; they see their own.
    hidden = call.state.switch("hide_emails", default=False) and account_id != call.user
    return {"type": "known", "accountId": account_id, "accountType": "atlassian", "email": "" if hidden else row["email"],
            "publicName": row["name"], "displayName": row["name"], "isExternalCollaborator": False,
            "_links": links}  # fmt: skip


def search_user(call: Call) -> Response:
    """``GET /search/user?cql=user.fullname~"Ada"``: by full name only, for nobody can be searched for by e-mail."""
    cql = call.request.arg("cql")
    field, _, value = cql.partition("~")
    words = value.strip().strip('"').replace('\\"', '"').replace("\\\\", "\\").casefold()
    if field.strip() != "user.fullname" or not words:
        raise Refused(400, f"Could not parse cql : {cql}")
    rows = [row for row in call.db.execute("SELECT * FROM cf_user") if words in row["name"].casefold()]
    now = iso(call.state.now())

    def result(row: sqlite3.Row) -> dict[str, Any]:
        return {"user": user_shape(call, row["account_id"]), "title": row["name"], "excerpt": "",
                "url": f"/people/{row['account_id']}", "breadcrumbs": [], "entityType": "user",
                "iconCssClass": "aui-icon content-type-profile", "lastModified": now}  # fmt: skip

    answer = v1_list(call, rows, result)
    answer.data |= {"totalSize": len(rows), "cqlQuery": cql, "searchDuration": 1}
    return answer


def list_labels(call: Call, content_id: str) -> Response:
    """``GET /content/{id}/label``."""
    rows = v2_shapes.labels_of(call, store.page(call, content_id)["id"])
    return v1_list(call, rows, _label)


def _label(row: sqlite3.Row) -> dict[str, str]:
    return {**v2_shapes.label(row), "label": row["name"]}


def add_labels(call: Call, content_id: str) -> Response:
    """``POST /content/{id}/label``: an array; those that are there are fine."""
    put_labels(call, store.editable(call, content_id)["id"], call.json())
    return list_labels(call, content_id)


def put_labels(call: Call, page_id: int, data: Any) -> None:
    """Labels as a body lists them. Raises Refused for anything but an array of them."""
    if not isinstance(data, list) or not data or not all(isinstance(item, dict) for item in data):
        raise Refused(400, "Could not parse Labels")
    for item in data:
        name = item.get("name")
        if not isinstance(name, str) or not name or set(item) - {"prefix", "name", "id", "label"}:
            raise Refused(400, "Could not parse Labels")
        prefix = item.get("prefix", "global")
        if prefix not in _PREFIXES:
            raise Refused(400, f"Label prefix is not valid: {prefix}")
        add_label(call, page_id, prefix, name)


def add_label(call: Call, page_id: int, prefix: str, name: str) -> None:
    """One label, in lower case. Raises Refused for forbidden characters."""
    name = name.lower()
    if len(name) > MAX_LABEL_CHARS or any(char in _FORBIDDEN for char in name):
        raise Refused(400, f"The label '{name}' contains invalid characters or is too long")
    found = call.db.execute(
        "SELECT id FROM cf_label WHERE flavor = ? AND prefix = ? AND name = ?", (call.flavor, prefix, name)
    ).fetchone()
    label_id = found["id"] if found else call.state.next_id("cf_content")
    if not found:
        call.db.execute("INSERT INTO cf_label VALUES (?,?,?,?)", (label_id, call.flavor, prefix, name))
    call.db.execute("INSERT OR IGNORE INTO cf_content_label VALUES (?,?)", (page_id, label_id))


def remove_label(call: Call, content_id: str, name: str = "") -> Response:
    """``DELETE /content/{id}/label?name=x``."""
    page = store.editable(call, content_id)
    name = (name or call.request.arg("name")).lower()
    if not name:
        raise Refused(400, "The name of a label is required")
    call.db.execute(
        "DELETE FROM cf_content_label WHERE content_id = ? AND label_id IN (SELECT id FROM cf_label WHERE name = ?)",
        (page["id"], name),
    )
    return Response(204)


def archive(call: Call) -> Response:
    """``POST /content/archive``: 202 and a long task; more than one page only on Premium, none on the free plan."""
    pages = call.fields({"pages": list}, ("pages",))["pages"]
    if not pages or len(pages) > ARCHIVE_CAP:
        raise Refused(400, f"1 to {ARCHIVE_CAP} pages can be archived at once")
    if call.state.switch("free_plan", default=False):
        raise Refused(403, "Archiving is not available on the free plan")
    if len(pages) > 1 and not call.state.switch("premium", default=False):
        raise Refused(400, "Bulk archiving is only available on the Premium plan")
    ids = []
    for item in pages:
        content_id = checked(item, {"id": int}, ("id",))["id"]
        row = store.editable(call, str(content_id))
        if row["type"] != "page":
            raise Refused(400, f"Only pages can be archived, and {content_id} is a {row['type']}")
        ids.append(row["id"])
    task_id = call.state.next_id("cf_content")
    polls = int(call.state.switch("longtask_polls", 2))
    call.db.execute(
        "INSERT INTO cf_task VALUES (?,'archive',?,?,0,'[]',?)", (task_id, polls, json.dumps(ids), call.state.now())
    )
    return Response(202, {"id": str(task_id), "links": {"status": f"/rest/api/longtask/{task_id}"}})


def longtask(call: Call, task_id: str) -> Response:
    """``GET /longtask/{id}``: finishes after the polls of the switch ``longtask_polls`` (2)."""
    row = call.db.execute("SELECT * FROM cf_task WHERE id = ?", (store.number(task_id),)).fetchone()
    if row is None:
        raise Refused(404, f"Could not find long task with id [{task_id}]")
    left = row["polls_left"] - 1
    if left <= 0 and not row["successful"]:
        for content_id in json.loads(row["ids"]):
            call.db.execute(
                "UPDATE cf_content SET status = 'archived' WHERE id = ? AND status = 'current'", (content_id,)
            )
    done = left <= 0
    call.db.execute("UPDATE cf_task SET polls_left = ?, successful = ? WHERE id = ?", (left, int(done), row["id"]))
    return Response(200, {
        "ari": f"ari:cloud:confluence::longtask/{task_id}", "id": task_id,
        "name": {"key": "com.atlassian.confluence.archive", "args": []},
        "elapsedTime": int((call.state.now() - row["created"]) * 1000),
        "percentageComplete": 100 if done else 50, "successful": done, "finished": done, "messages": [],
        "_links": {"self": f"{call.base}/rest/api/longtask/{task_id}", "base": call.base, "context": call.context},
    })  # fmt: skip


def move(call: Call, content_id: str, position: str, target_id: str) -> Response:
    """``PUT /content/{id}/move/{before|after|append}/{targetId}``."""
    row = store.editable(call, content_id)
    put_beside(call, row, position, target_id)
    return Response(200, {"pageId": content_id})


def put_beside(call: Call, row: sqlite3.Row, position: str, target_id: str) -> None:
    """The page moved ``before`` or ``after`` another one, or to the end below it (``append``)."""
    if row["type"] != "page":
        raise Refused(400, "Only pages have a place in the tree")
    target = store.find(call, store.number(target_id), "page", "folder")
    if target is None or target["status"] != "current":
        raise Refused(404, f"No content found with id: ContentId{{id={target_id}}}")
    parent = target["id"] if position == "append" else target["parent_id"]
    if parent is not None:
        store.checked_parent(call, parent, target["space_id"], row["id"])
    _change_space(call, row, target["space_id"])
    siblings = [item["id"] for item in store.children(call, parent) if item["id"] != row["id"]] if parent else []
    at = len(siblings)
    if position != "append" and target["id"] in siblings:
        at = siblings.index(target["id"]) + (position == "after")
    siblings.insert(at, row["id"])
    call.db.execute("UPDATE cf_content SET parent_id = ? WHERE id = ?", (parent, row["id"]))
    for place, sibling in enumerate(siblings):
        call.db.execute("UPDATE cf_content SET position = ? WHERE id = ?", (place, sibling))


def _change_space(call: Call, row: sqlite3.Row, space_id: int) -> None:
    """The page and all below it into another space. Raises Refused where a title is taken there."""
    if row["space_id"] == space_id:
        return
    for item in (row, *(below for below, _ in store.descendants(call, row["id"]))):
        if item["type"] == "page" and store.title_taken(call, space_id, item["title"]):
            raise Refused(400, f"A page with this title already exists: {item['title']}")
        call.db.execute("UPDATE cf_content SET space_id = ? WHERE id = ?", (space_id, item["id"]))


def content_state(call: Call, content_id: str) -> Response:
    """``GET|PUT|DELETE /content/{id}/state``; the latter two make a version with the same body, and want ``status``."""
    page = store.page(call, content_id)
    method = call.request.method
    if method != "GET":
        page = store.editable(call, content_id)
        status = call.request.arg("status")
        if status not in {"current", "draft"}:
            raise Refused(400, f"status must be current or draft, not {status!r}")
    if method == "PUT":
        data = call.fields({"name": str, "color": str, "id": int, "spaceKey": str}, ("name",))
        if len(data["name"]) > MAX_STATE_CHARS:
            raise Refused(400, f"The name of a content state has at most {MAX_STATE_CHARS} characters")
        color = data.get("color") or "#2684FF"
        if not _HEX_COLOR.fullmatch(color):
            raise Refused(400, f"The color must be in 6 digit hex form: {color}")
        if not call.state.switch("custom_states", default=True):
            raise Refused(400, "Custom content states are disabled in this space")
        call.db.execute("INSERT OR REPLACE INTO cf_state VALUES (?,?,?)", (page["id"], data["name"], color))
    elif method == "DELETE":
        call.db.execute("DELETE FROM cf_state WHERE content_id = ?", (page["id"],))
    if method != "GET":
        store.new_version(call, page, title=page["title"], body=page["body"])
    row = call.db.execute("SELECT * FROM cf_state WHERE content_id = ?", (page["id"],)).fetchone()
    if row is None:
        return Response(200, {})
    shape = {"id": page["id"], "name": row["name"], "color": row["color"]}
    return Response(200, {"contentState": shape, "lastUpdated": iso(page["modified"])})


def unwatch(call: Call, content_id: str) -> Response:
    """``DELETE|POST|GET /user/watch/content/{id}``."""
    page = store.page(call, content_id)
    key = (page["id"], call.user)
    if call.request.method == "DELETE":
        call.db.execute("DELETE FROM cf_watch WHERE content_id = ? AND account_id = ?", key)
        return Response(204)
    if call.request.method == "POST":
        call.db.execute("INSERT OR IGNORE INTO cf_watch VALUES (?,?)", key)
        return Response(204)
    found = call.db.execute("SELECT 1 FROM cf_watch WHERE content_id = ? AND account_id = ?", key).fetchone()
    return Response(200, {"watching": found is not None})


def analytics(call: Call, content_id: str, *, kind: str) -> Response:
    """``GET /analytics/content/{id}/views`` and ``/viewers``, all of them or since ``fromDate``.

    Counted are pages opened in the browser view (nobody signs in there: one reader) and ``POST /sandbox/view``. The
    switches ``views`` and ``viewers`` map ids to counts of their own.
    """
    page = store.page(call, content_id)
    since = call.request.arg("fromDate")
    try:
        start = datetime.fromisoformat(since).replace(tzinfo=UTC).timestamp() if since else 0.0
    except ValueError:
        raise Refused(400, f"fromDate is no date: {since}") from None
    counts = call.state.switch(kind, {})
    if content_id in counts:
        return Response(200, {"id": page["id"], "count": int(counts[content_id])})
    what = "count(*)" if kind == "views" else "count(DISTINCT account_id)"
    query = f"SELECT {what} FROM cf_view WHERE content_id = ? AND at >= ?"  # noqa: S608 - one of two
    return Response(200, {"id": page["id"], "count": call.db.execute(query, (page["id"], start)).fetchone()[0]})
