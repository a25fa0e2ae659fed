"""v1 content with ``expand``: all of Data Center's CRUD; on Cloud only the search and the child lists."""

from __future__ import annotations

import sqlite3
from html import escape
from typing import Any
from urllib.parse import quote_plus

from adapters.sandbox.confluence import access, attachments, cql, properties, store, v1_cloud, v2_shapes
from adapters.sandbox.confluence.call import Call, checked
from adapters.sandbox.confluence.clock import iso
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.confluence.paging import cursor_offset, following, limit_of, v1_list
from adapters.sandbox.http import Response

_BODY_CAP = 50  # the server lowers the limit when bodies are expanded (reference section 4: 25 to 200)
_KNOWN = {"id": str, "type": str, "title": str, "space": dict, "ancestors": list, "version": dict, "body": dict,
          "metadata": dict, "status": str}  # fmt: skip


def shape(call: Call, row: sqlite3.Row, expand: set[str], old: sqlite3.Row | None = None) -> dict[str, Any]:
    """One content; only what ``expand`` names is filled in. ``old`` is the kept version to show instead of the last."""
    kept = old or row
    key = v2_shapes.space_key(call, row["space_id"])
    webui = f"/spaces/{key}/pages/{row['id']}/{quote_plus(row['title'])}"
    if row["type"] == "blogpost":
        webui = v2_shapes.page(call, row)["_links"]["webui"]
    if call.flavor == "dc":
        webui = f"/pages/viewpage.action?pageId={row['id']}"
    answer: dict[str, Any] = {
        "id": str(row["id"]), "type": row["type"], "status": "historical" if old else row["status"],
        "title": kept["title"], "extensions": {"position": int(row["position"])},
        "_links": {"webui": webui, "tinyui": f"/x/{row['id']:x}", "self": f"{call.base}/rest/api/content/{row['id']}"},
    }  # fmt: skip
    if call.flavor == "dc":
        answer["position"] = int(row["position"])
    if "version" in expand:
        answer["version"] = _version(call, old or v2_shapes.version_row(call, row["id"], row["version"]))
    if "space" in expand:
        space = store.space(call, "id", row["space_id"])
        answer["space"] = {"id": space["id"], "key": key, "name": space["name"], "type": "global"}
    if "ancestors" in expand:
        answer["ancestors"] = [shape(call, item, set()) for item in store.ancestors(call, row)]
    bodies = {name.removeprefix("body.") for name in expand if name.startswith("body.")} & {"storage", "view"}
    if bodies:
        answer["body"] = {name: v2_shapes.body_of(kept["body"], name)[name] for name in sorted(bodies)}
    if any(name.startswith("metadata") for name in expand):
        answer["metadata"] = _metadata(call, row, expand)
    if "children.attachment" in expand:
        rows = attachments.of_page(call, row["id"])
        found = [attachments.v1_shape(call, item) for item in rows[:25]]
        answer["children"] = {"attachment": {"results": found, "start": 0, "limit": 25, "size": len(found)}}
    return answer


def _version(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    kept = v2_shapes.version(row)
    return {"number": kept["number"], "message": kept["message"], "minorEdit": kept["minorEdit"],
            "when": kept["createdAt"], "by": v1_cloud.user_shape(call, kept["authorId"])}  # fmt: skip


def _metadata(call: Call, row: sqlite3.Row, expand: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "metadata.labels" in expand:
        labels = [{**v2_shapes.label(item), "label": item["name"]} for item in v2_shapes.labels_of(call, row["id"])]
        found["labels"] = {"results": labels, "start": 0, "limit": 200, "size": len(labels)}
    names = {name.removeprefix("metadata.properties.") for name in expand if name.startswith("metadata.properties.")}
    if names or "metadata.properties" in expand:
        rows = v2_shapes.properties_of(call, "page", row["id"])
        found["properties"] = {item["key"]: properties.dc_shape(call, item) for item in rows if item["key"] in names}
    return found


def _expand(call: Call) -> set[str]:
    return set(call.many("expand"))


def search_content(call: Call) -> Response:
    """``GET /content/search?cql=``: cursors on Cloud, start and limit on Data Center."""
    rows = cql.select(call, call.request.arg("cql"))
    return _listed(call, rows, lambda row: shape(call, row, _expand(call)))


def search(call: Call) -> Response:
    """``GET /search?cql=``: rows with a highlighted title around the content."""
    rows = cql.select(call, call.request.arg("cql"))

    def result(row: sqlite3.Row) -> dict[str, Any]:
        content = shape(call, row, _expand(call))
        return {"content": content, "title": escape(row["title"]), "excerpt": "", "url": content["_links"]["webui"],
                "breadcrumbs": [], "entityType": "content", "iconCssClass": f"aui-icon content-type-{row['type']}",
                "lastModified": iso(row["modified"])}  # fmt: skip

    answer = _listed(call, rows, result)
    answer.data |= {"totalSize": len(rows), "cqlQuery": call.request.arg("cql"), "searchDuration": 1}
    return answer


def _listed(call: Call, rows: list[sqlite3.Row], make: Any) -> Response:
    cap = _BODY_CAP if any(name.startswith("body.") for name in _expand(call)) else 200
    if call.flavor == "dc":
        return v1_list(call, rows, make, cap=cap)
    limit, start = limit_of(call, 25, cap), cursor_offset(call)
    chosen = [make(row) for row in rows[start : start + limit]]
    links = {"base": call.base, "context": call.context}
    if start + limit < len(rows):
        links["next"] = following(call, start + limit, limit, drop=("excerpt",)).removeprefix(call.context)
    data = {"results": chosen, "start": start, "limit": limit, "size": len(chosen), "_links": links}
    return Response(200, data)


def children(call: Call, content_id: str, kind: str) -> Response:
    """``GET /content/{id}/child/page`` and, on Cloud, ``child/folder``; works inside folders."""
    row = store.find(call, store.number(content_id), "page", "folder")
    if row is None:
        raise Refused(404, f"No content found with id: ContentId{{id={content_id}}}")
    return v1_list(call, store.children(call, row["id"], kind), lambda item: shape(call, item, _expand(call)))


def descendants(call: Call, content_id: str) -> Response:
    """``GET /content/{id}/descendant/page``."""
    rows = [row for row, _ in store.descendants(call, store.page(call, content_id)["id"]) if row["type"] == "page"]
    cap = _BODY_CAP if any(name.startswith("body.") for name in _expand(call)) else 200
    return v1_list(call, rows, lambda item: shape(call, item, _expand(call)), cap=cap)


def list_content(call: Call) -> Response:
    """``GET /content?spaceKey=&title=&type=page|blogpost&status=any``."""
    kind = call.choice("type", ("page", "blogpost"), "page")
    rows = call.db.execute(
        "SELECT * FROM cf_content WHERE flavor = ? AND type = ? ORDER BY id", (call.flavor, kind)
    ).fetchall()
    status = call.choice("status", ("current", "any", "trashed", "draft"), "current")
    if status != "any":
        rows = [row for row in rows if row["status"] == status]
    if key := call.request.arg("spaceKey"):
        space_id = store.space(call, "key", key)["id"]
        rows = [row for row in rows if row["space_id"] == space_id]
    if title := call.request.arg("title"):
        rows = [row for row in rows if row["title_key"] == title.strip().casefold()]
    rows = access.readable(call, rows)
    return v1_list(call, rows, lambda item: shape(call, item, _expand(call)))


def get_content(call: Call, content_id: str) -> Response:
    """``GET /content/{id}?expand=``: trashed ones only with ``status=trashed`` or ``any``; an older version only with
    ``status=historical&version=N``.
    """
    row = store.page(call, content_id)
    status = call.choice("status", ("current", "any", "trashed", "draft", "historical"), "current")
    if (status == "historical") != bool(call.request.arg("version")):
        raise Refused(400, "An older version is read with status=historical and version together")
    if status == "historical":
        old = v2_shapes.version_row(call, row["id"], store.number(call.request.arg("version"), "version"))
        return Response(200, shape(call, row, _expand(call) | {"version", "space"}, old))
    if status not in {"any", row["status"]}:
        raise Refused(404, f"No content found with id: ContentId{{id={content_id}}}")
    return Response(200, shape(call, row, _expand(call) | {"version", "space"}))


def create_content(call: Call) -> Response:
    """``POST /content``: 200 with the page; its properties and labels may come along in ``metadata``."""
    data = call.fields(_KNOWN, ("type", "title", "space"))
    if data.get("id") is not None:
        raise Refused(400, "New content must not have an id")
    _check_status(data)
    if (kind := data["type"]) not in {"page", "blogpost"}:
        raise Refused(400, f"Content type {kind!r} is not supported")
    if kind == "blogpost" and data.get("ancestors"):
        raise Refused(400, "A blog post has no ancestors")
    key = checked(data["space"], {"key": str, "id": (str, int), "name": str, "type": str}, ("key",), " in space")["key"]
    space = store.space(call, "key", key)
    title = store.checked_title(call, space, data["title"], kind=kind)
    parent = _ancestor(call, data.get("ancestors"), space["id"]) or space["homepage_id"]
    body = _body(data.get("body"))
    page_id = store.insert(call, space["id"], parent if kind == "page" else None, title, body=body, kind=kind)
    metadata = checked(data.get("metadata") or {}, {"properties": dict, "labels": list}, (), " in metadata")
    for key, value in (metadata.get("properties") or {}).items():
        properties.insert(
            call, "page", page_id, key, checked(value, {"value": object, "key": str}, ("value",))["value"]
        )
    if metadata.get("labels"):
        v1_cloud.put_labels(call, page_id, metadata["labels"])
    row = store.page(call, str(page_id))
    return Response(200, shape(call, row, {"version", "space", "ancestors", "body.storage"}))


def _check_status(data: dict[str, Any]) -> None:
    if data.get("status") not in {None, "current"}:
        raise Refused(400, "Only current content can be written here")


def update_content(call: Call, content_id: str) -> Response:
    """``PUT /content/{id}``: 409 for a stale version; without ``ancestors`` the parent stays."""
    data = call.fields(_KNOWN, ("type", "title", "version"))
    if data.get("metadata"):
        raise Refused(400, "Properties and labels of a page that exists are changed at their own addresses")
    _check_status(data)
    row = store.editable(call, content_id)
    if row["status"] == "trashed":
        raise Refused(404, f"No content found with id: ContentId{{id={content_id}}}")
    if data.get("id") not in {None, content_id}:
        raise Refused(400, "The id of the body differs from the id of the path")
    if data["type"] != row["type"]:
        raise Refused(400, f"Content of type {row['type']} cannot become a {data['type']}")
    if row["type"] == "blogpost" and data.get("ancestors"):
        raise Refused(400, "A blog post has no ancestors")
    known = {"number": int, "minorEdit": bool, "message": str}
    version = checked(data["version"], known, ("number",), " in version")
    store.check_version(row, version["number"])
    space = store.space(call, "id", row["space_id"])
    title = store.checked_title(call, space, data["title"], row["id"], row["type"])
    body = _body(data["body"]) if data.get("body") else row["body"]
    parent = _ancestor(call, data.get("ancestors"), space["id"], row["id"])
    if parent and parent != row["parent_id"]:
        call.db.execute(
            "UPDATE cf_content SET parent_id = ?, position = ? WHERE id = ?",
            (parent, store.next_position(call, parent), row["id"]),
        )
    minor = bool(version.get("minorEdit"))
    store.new_version(call, row, title=title, body=body, message=version.get("message") or "", minor=minor)
    fresh = store.page(call, content_id)
    return Response(200, shape(call, fresh, {"version", "space", "ancestors", "body.storage"}))


def delete_content(call: Call, content_id: str) -> Response:
    """``DELETE /content/{id}``: to the trash; ``?status=trashed`` purges what is there. Attachments likewise."""
    row = store.find(call, store.number(content_id))
    if row is None:
        return attachments.v2_delete(call, content_id)
    row = store.editable(call, content_id)
    if call.request.arg("status") == "trashed":
        if row["status"] != "trashed":
            raise Refused(400, "Only trashed content can be purged")
        store.purge(call, row)
    elif row["status"] == "trashed":
        raise Refused(404, f"No content found with id: ContentId{{id={content_id}}}")
    else:
        store.trash(call, row)
    return Response(204)


def _ancestor(call: Call, value: Any, space_id: int, child_id: int = 0) -> int | None:
    if not value:
        return None
    if not isinstance(value[-1], dict) or "id" not in value[-1]:
        raise Refused(400, "ancestors must be a list of objects with an id")
    return store.checked_parent(call, store.number(str(value[-1]["id"])), space_id, child_id)


def _body(body: Any) -> str:
    if body is None:
        return ""
    storage = checked(body, {"storage": dict}, ("storage",), " in body")["storage"]
    data = checked(storage, {"value": str, "representation": str}, ("value",), " in body.storage")
    return store.checked_body(data["value"], data.get("representation", "storage"))
