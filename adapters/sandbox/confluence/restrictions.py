"""Restrictions of pages: read, replaced, added, taken back. What they do stands in :mod:`access`."""

from __future__ import annotations

import hashlib
from typing import Any

from adapters.sandbox.confluence import store, v1_cloud
from adapters.sandbox.confluence.call import Call, checked
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.http import Response


def restrictions(call: Call, content_id: str) -> Response:
    """``GET /content/{id}/restriction``: empty lists mean none."""
    return shown(call, store.page(call, content_id)["id"])


def shown(call: Call, page_id: int) -> Response:
    """A page's restrictions, as those see them who have just locked themselves out, too."""
    rows = call.db.execute("SELECT * FROM cf_restriction WHERE content_id = ?", (page_id,)).fetchall()
    path = f"{call.base}/rest/api/content/{page_id}/restriction"
    results = []
    for operation in ("read", "update"):
        mine = [row for row in rows if row["operation"] == operation]
        users = [v1_cloud.user_shape(call, row["subject"]) for row in mine if row["kind"] == "user"]
        groups = [{"type": "group", "name": row["subject"]} for row in mine if row["kind"] == "group"]
        results.append({
            "operation": operation,
            "restrictions": {"user": _list(users), "group": _list(groups)},
            "_expandable": {"content": f"/rest/api/content/{page_id}"},
            "_links": {"self": f"{path}/byOperation/{operation}"},
        })  # fmt: skip
    listed = sorted((row["operation"], row["kind"], row["subject"]) for row in rows)
    links = {"self": path, "base": call.base, "context": call.context}
    return Response(200, _list(results) | {
        "restrictionsHash": hashlib.sha256(repr(listed).encode()).hexdigest()[:32], "_links": links,
    })  # fmt: skip


def _list(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"results": rows, "start": 0, "limit": 100, "size": len(rows)}


def set_restrictions(call: Call, content_id: str) -> Response:
    """``PUT`` replaces, ``POST`` adds."""
    page = store.editable(call, content_id)
    data = call.json()
    if isinstance(data, dict):
        data = data.get("results")
    if not isinstance(data, list):
        raise Refused(400, "Expected an array of restrictions")
    if call.request.method == "PUT":
        call.db.execute("DELETE FROM cf_restriction WHERE content_id = ?", (page["id"],))
    for item in data:
        entry = checked(item, {"operation": str, "restrictions": dict}, ("operation", "restrictions"))
        _check_operation(entry["operation"])
        wanted = checked(entry["restrictions"], {"user": (list, dict), "group": (list, dict)}, (), " in restrictions")
        for kind, field in (("user", "accountId" if call.flavor == "cloud" else "username"), ("group", "name")):
            for subject in _subjects(wanted.get(kind)):
                _restrict(call, page["id"], entry["operation"], kind, str(subject.get(field, "")))
    return shown(call, page["id"])


def _check_operation(operation: str) -> None:
    if operation not in {"read", "update"}:
        raise Refused(400, f"Unknown operation {operation}")


def _subjects(given: Any) -> list[dict[str, Any]]:
    subjects = given.get("results", []) if isinstance(given, dict) else given or []
    if not isinstance(subjects, list) or not all(isinstance(subject, dict) for subject in subjects):
        raise Refused(400, "Users and groups of a restriction are lists of objects")
    return subjects


def restrict_user(call: Call, content_id: str, operation: str) -> Response:
    """``PUT|DELETE …/byOperation/{operation}/user?accountId=``."""
    page = store.editable(call, content_id)
    _check_operation(operation)
    subject = call.request.arg("accountId") or call.request.arg("userName")
    if call.request.method == "PUT":
        _restrict(call, page["id"], operation, "user", subject)
    else:
        call.db.execute(
            "DELETE FROM cf_restriction WHERE content_id = ? AND operation = ? AND kind = 'user' AND subject = ?",
            (page["id"], operation, subject),
        )
    return Response(200)


def _restrict(call: Call, page_id: int, operation: str, kind: str, subject: str) -> None:
    if not subject:
        raise Refused(400, f"A {kind} of a restriction needs a name or an id")
    if kind == "user":
        found = call.db.execute(
            "SELECT account_id FROM cf_user WHERE account_id = ? OR username = ?", (subject, subject)
        ).fetchone()
        if found is None:
            raise Refused(404, f"No user found: {subject}")
        subject = found[0]
    call.db.execute("INSERT OR IGNORE INTO cf_restriction VALUES (?,?,?,?)", (page_id, operation, kind, subject))
