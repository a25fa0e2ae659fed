"""Pages of Confluence Cloud's v2 API."""

from __future__ import annotations

import sqlite3
from typing import Any

from adapters.sandbox.confluence import access, store, v2_shapes
from adapters.sandbox.confluence.call import Call, checked
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.confluence.paging import v2_list
from adapters.sandbox.http import Response

_LISTED = ("current", "archived", "deleted", "trashed")
_BODY = {"representation": str, "value": str}


def list_pages(call: Call) -> Response:
    """``GET /pages``: by ids, space, title and status; unknown ids are left out."""
    statuses = _statuses(call)
    where, values = [f"status IN ({_marks(statuses)})"], list[Any](statuses)
    for name, column, cap in (("id", "id", 250), ("space-id", "space_id", 100)):
        if name in call.request.query:
            ids = call.numbers(name, cap)
            where.append(f"{column} IN ({_marks(ids)})")
            values += ids
    if title := call.request.arg("title"):
        where.append("title_key = ?")
        values.append(title.strip().casefold())
    return _pages(call, where, values)


def space_pages(call: Call, space_id: str) -> Response:
    """``GET /spaces/{id}/pages``: ``depth=root`` gives those without a parent."""
    row = store.space(call, "id", store.number(space_id))
    statuses = _statuses(call)
    where, values = [f"status IN ({_marks(statuses)})", "space_id = ?"], [*statuses, row["id"]]
    if call.choice("depth", ("all", "root"), "all") == "root":
        where.append("parent_id IS NULL")
    if title := call.request.arg("title"):
        where.append("title_key = ?")
        values.append(title.strip().casefold())
    return _pages(call, where, values)


def label_pages(call: Call, label_id: str) -> Response:
    """``GET /labels/{id}/pages``."""
    where = ["status = 'current'", "id IN (SELECT content_id FROM cf_content_label WHERE label_id = ?)"]
    return _pages(call, where, [store.number(label_id)])


def _statuses(call: Call) -> list[str]:
    statuses = call.many("status") or ["current", "archived"]
    for status in statuses:
        if status not in _LISTED:
            raise Refused(400, f"Provided value {{{status}}} for 'status' is not one of {list(_LISTED)}")
    return statuses


def _pages(call: Call, where: list[str], values: list[Any]) -> Response:
    body_format = call.request.arg("body-format")
    order = {"": "id", "id": "id", "-id": "id DESC", "title": "title_key", "-title": "title_key DESC",
             "modified-date": "modified", "-modified-date": "modified DESC", "created-date": "created",
             "-created-date": "created DESC"}.get(call.request.arg("sort"))  # fmt: skip
    if order is None:
        raise Refused(400, f"Provided value {{{call.request.arg('sort')}}} for 'sort' is not valid")
    ids = call.db.execute(
        "SELECT id, parent_id FROM cf_content WHERE flavor = 'cloud' AND type = ? "  # noqa: S608 - constants and marks
        f"AND {' AND '.join(where)} ORDER BY {order}",
        [call.kinds[0], *values],
    ).fetchall()

    def row(item: sqlite3.Row) -> dict[str, Any]:
        found = store.find(call, item["id"])
        assert found is not None
        return v2_shapes.page(call, found, body_format)

    return v2_list(call, access.readable(call, ids), row)


def get_page(call: Call, page_id: str) -> Response:
    """``GET /pages/{id}`` with its body and included lists."""
    row = store.page(call, page_id)
    if row["status"] == "draft" and not call.flag("get-draft"):
        raise Refused(404, f"Cannot find a page with id [{page_id}]")
    number = store.number(call.request.arg("version"), "version") if call.request.arg("version") else 0
    answer = v2_shapes.page(call, row, call.request.arg("body-format"), number)
    if call.flag("include-labels"):
        answer["labels"] = v2_shapes.included([v2_shapes.label(r) for r in v2_shapes.labels_of(call, row["id"])])
    if call.flag("include-properties"):
        found = v2_shapes.properties_of(call, "page", row["id"])
        answer["properties"] = v2_shapes.included([v2_shapes.property_of(r) for r in found])
    if call.flag("include-versions"):
        answer["versions"] = v2_shapes.included([v2_shapes.version(r) for r in _versions(call, row["id"])])
    if call.flag("include-operations"):
        operations = [{"operation": name, "targetType": "page"} for name in ("read", "update", "delete")]
        answer["operations"] = v2_shapes.included(operations)
    if call.request.arg("include-version", "true") == "false":
        del answer["version"]
    answer["_links"]["base"] = call.base
    return Response(200, answer)


def create_page(call: Call) -> Response:
    """``POST /pages`` and ``/blogposts``: 200 with the page. A blog post has no parent."""
    kind = call.kinds[0]
    known: dict[str, type | tuple[type, ...]] = {"spaceId": str, "status": str, "title": str, "body": dict}
    known |= {"parentId": str, "subtype": str} if kind == "page" else {}
    data = call.fields(known, ("spaceId",))
    space = store.space(call, "id", store.number(data["spaceId"], "spaceId"))
    status = _status(data.get("status") or "current")
    if status == "current" and not data.get("title"):
        raise Refused(400, "'title' is required for a published page")
    title = data.get("title") or ""
    title = store.checked_title(call, space, title, kind=kind) if status == "current" else title.strip()
    body = _body(data.get("body"))
    if kind == "blogpost":
        parent = None
    elif call.flag("root-level"):
        if data.get("parentId"):
            raise Refused(400, "parentId must not be given with root-level")
        parent = None
    elif data.get("parentId"):
        parent = store.checked_parent(call, store.number(data["parentId"], "parentId"), space["id"])
    else:
        parent = space["homepage_id"]
    page_id = store.insert(call, space["id"], parent, title, body=body, status=status, kind=kind)
    if call.flag("private"):  # "Only the user who creates this page will have permission to view and edit one."
        for operation in ("read", "update"):
            call.db.execute("INSERT INTO cf_restriction VALUES (?,?,'user',?)", (page_id, operation, call.user))
    return _answer(call, page_id)


def update_page(call: Call, page_id: str) -> Response:
    """``PUT /pages/{id}`` and ``/blogposts/{id}``: everything resent, version + 1."""
    known: dict[str, type | tuple[type, ...]] = {"id": str, "status": str, "title": str, "body": dict, "version": dict,
                                                 "spaceId": str}  # fmt: skip
    known |= {"parentId": str, "ownerId": str} if call.kinds[0] == "page" else {}
    data = call.fields(known, ("id", "status", "title", "body", "version"))
    row = store.editable(call, page_id)
    if data["id"] != page_id:
        raise Refused(400, "The id of the body differs from the id of the path")
    status = _status(data["status"])
    version = checked(data["version"], {"number": int, "message": str, "minorEdit": bool}, ("number",), " in version")
    space = store.space(call, "id", row["space_id"])
    if data.get("spaceId") not in {None, str(row["space_id"])}:
        raise Refused(400, "A page cannot be moved to another space this way")
    store.check_version(row, version["number"])
    if row["status"] == "archived":
        raise Refused(400, "Cannot update archived content")
    title = store.checked_title(call, space, data["title"], row["id"], row["type"])
    body = _body(data["body"])
    if row["status"] == "trashed":  # restoring changes the status alone
        call.db.execute(
            "UPDATE cf_content SET status = 'current', parent_id = ? WHERE id = ?",
            (space["homepage_id"] if row["type"] == "page" else None, row["id"]),
        )
        return _answer(call, row["id"])
    if data.get("parentId"):
        parent = store.checked_parent(call, store.number(data["parentId"], "parentId"), space["id"], row["id"])
        if parent != row["parent_id"]:
            call.db.execute(
                "UPDATE cf_content SET parent_id = ?, position = ? WHERE id = ?",
                (parent, store.next_position(call, parent), row["id"]),
            )
    minor = bool(version.get("minorEdit"))
    store.new_version(call, row, title=title, body=body, message=version.get("message") or "", minor=minor)
    # a body update clears the content state (reference section 3)
    call.db.execute("DELETE FROM cf_state WHERE content_id = ?", (row["id"],))
    if row["status"] == "draft" and status == "current":
        call.db.execute("UPDATE cf_content SET status = 'current' WHERE id = ?", (row["id"],))
    return _answer(call, row["id"])


def update_title(call: Call, page_id: str) -> Response:
    """``PUT /pages/{id}/title``: a new version with the same body."""
    data = call.fields({"status": str, "title": str}, ("status", "title"))
    row = store.editable(call, page_id)
    _status(data["status"])
    title = store.checked_title(call, store.space(call, "id", row["space_id"]), data["title"], row["id"])
    store.new_version(call, row, title=title, body=row["body"])
    return _answer(call, row["id"])


def delete_page(call: Call, page_id: str) -> Response:
    """``DELETE /pages/{id}``: to the trash, or gone with ``purge`` once it is there."""
    row = store.editable(call, page_id)
    if call.flag("purge"):
        if row["status"] != "trashed":
            raise Refused(400, f"Page with id [{page_id}] must be trashed before it can be purged")
        store.purge(call, row)
    elif call.flag("draft"):
        if row["status"] != "draft":
            raise Refused(404, f"Cannot find a draft with id [{page_id}]")
        store.purge(call, row)
    elif row["status"] == "trashed":
        raise Refused(404, f"Cannot find a page with id [{page_id}]")
    else:
        store.trash(call, row)
    return Response(204)


def page_versions(call: Call, page_id: str) -> Response:
    """``GET /pages/{id}/versions``, newest first."""
    row = store.page(call, page_id)
    return v2_list(call, _versions(call, row["id"]), v2_shapes.version, cap=50)


def page_version(call: Call, page_id: str, number: str) -> Response:
    """``GET /pages/{id}/versions/{number}``."""
    row = store.page(call, page_id)
    return Response(200, v2_shapes.version(v2_shapes.version_row(call, row["id"], store.number(number))))


def _versions(call: Call, page_id: int) -> list[sqlite3.Row]:
    return call.db.execute("SELECT * FROM cf_version WHERE content_id = ? ORDER BY number DESC", (page_id,)).fetchall()


def _answer(call: Call, page_id: int) -> Response:
    row = store.find(call, page_id)
    assert row is not None
    answer = v2_shapes.page(call, row, "storage")
    answer["_links"]["base"] = call.base
    return Response(200, answer)


def _status(status: str) -> str:
    if status not in {"current", "draft"}:
        raise Refused(400, f"Provided value {{{status}}} for 'status' is not one of [current, draft]")
    return status


def _body(body: Any) -> str:
    if body is None:
        return ""
    if isinstance(body, dict) and set(body) == {"storage"}:  # the nested form of the document
        body = body["storage"]
    data = checked(body, _BODY, ("representation", "value"), " in body")
    return store.checked_body(data["value"], data["representation"])


def _marks(values: list[Any] | list[str] | list[int]) -> str:
    return ",".join("?" * len(values))
