"""Content properties: v2 (by id) and Data Center's v1 (by key). Both see the same ones."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from adapters.sandbox.confluence import store, v2_shapes
from adapters.sandbox.confluence.call import Call, checked
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.confluence.paging import v1_list, v2_list
from adapters.sandbox.http import Response

MAX_VALUE_BYTES = 32 * 1024  # Source: reference section 7
MAX_KEY_CHARS = 255
_VERSION = {"number": int, "message": str, "minorEdit": bool}


def _holder(call: Call, kind: str, text: str) -> int:
    if kind == "page":
        return int(store.page(call, text)["id"])
    if kind == "space":
        return int(store.space(call, "id", store.number(text))["id"])
    if kind == "folder":
        row = store.find(call, store.number(text), "folder")
        if row is None:
            raise Refused(404, f"Could not find folder with id [{text}]")
        return int(row["id"])
    found = call.db.execute("SELECT id FROM cf_attachment WHERE id = ?", (store.number(text.removeprefix("att")),))
    row = found.fetchone()
    if row is None:
        raise Refused(404, f"Could not find attachment with id [{text}]")
    return int(row["id"])


def _check_editable(call: Call, kind: str, text: str) -> None:
    if kind == "page":
        store.editable(call, text)


def list_properties(call: Call, kind: str, holder_id: str) -> Response:
    """``GET /pages/{id}/properties`` (and attachments, folders, spaces)."""
    rows = v2_shapes.properties_of(call, kind, _holder(call, kind, holder_id), call.request.arg("key"))
    return v2_list(call, rows, v2_shapes.property_of)


def get_property(call: Call, kind: str, holder_id: str, property_id: str) -> Response:
    """``GET …/properties/{id}``."""
    return Response(200, v2_shapes.property_of(_row(call, kind, _holder(call, kind, holder_id), property_id)))


def create_property(call: Call, kind: str, holder_id: str) -> Response:
    """``POST …/properties``: 409 where the key exists; 201 for spaces, else 200."""
    holder = _holder(call, kind, holder_id)
    _check_editable(call, kind, holder_id)
    data = call.fields({"key": str, "value": object}, ("key", "value"))
    row = insert(call, kind, holder, data["key"], data["value"])
    return Response(201 if kind == "space" else 200, v2_shapes.property_of(row))


def update_property(call: Call, kind: str, holder_id: str, property_id: str) -> Response:
    """``PUT …/properties/{id}``: 409 unless the version is the current + 1."""
    holder = _holder(call, kind, holder_id)
    row = _row(call, kind, holder, property_id)
    _check_editable(call, kind, holder_id)
    data = call.fields({"key": str, "value": object, "version": dict}, ("key", "value", "version"))
    if data["key"] != row["key"]:
        raise Refused(400, "The key of a property cannot be changed")
    _update(call, row, data["value"], data["version"])
    return Response(200, v2_shapes.property_of(_row(call, kind, holder, property_id)))


def delete_property(call: Call, kind: str, holder_id: str, property_id: str) -> Response:
    """``DELETE …/properties/{id}``."""
    row = _row(call, kind, _holder(call, kind, holder_id), property_id)
    _check_editable(call, kind, holder_id)
    call.db.execute("DELETE FROM cf_property WHERE id = ?", (row["id"],))
    return Response(204)


def dc_list(call: Call, content_id: str) -> Response:
    """``GET /content/{id}/property``."""
    row = store.page(call, content_id)
    return v1_list(call, v2_shapes.properties_of(call, "page", row["id"]), lambda item: dc_shape(call, item))


def dc_get(call: Call, content_id: str, key: str) -> Response:
    """``GET /content/{id}/property/{key}``."""
    return Response(200, dc_shape(call, _by_key(call, content_id, key)))


def dc_create(call: Call, content_id: str, key: str = "") -> Response:
    """``POST /content/{id}/property`` (or with the key in the path)."""
    row = store.editable(call, content_id)
    known = {"key": str, "value": object, "version": dict}
    data = call.fields(known, ("value",) if key else ("key", "value"))
    made = insert(call, "page", row["id"], key or data["key"], data["value"])
    return Response(200, dc_shape(call, made))


def dc_update(call: Call, content_id: str, key: str) -> Response:
    """``PUT /content/{id}/property/{key}``; version number 1 makes it where it is not there."""
    known = {"id": str, "key": str, "value": object, "version": dict}
    data = call.fields(known, ("value", "version"))
    page = store.editable(call, content_id)
    if not v2_shapes.properties_of(call, "page", page["id"], key) and data["version"].get("number") == 1:
        return Response(200, dc_shape(call, insert(call, "page", page["id"], key, data["value"])))
    _update(call, _by_key(call, content_id, key), data["value"], data["version"])
    return Response(200, dc_shape(call, _by_key(call, content_id, key)))


def dc_delete(call: Call, content_id: str, key: str) -> Response:
    """``DELETE /content/{id}/property/{key}``."""
    store.editable(call, content_id)
    call.db.execute("DELETE FROM cf_property WHERE id = ?", (_by_key(call, content_id, key)["id"],))
    return Response(204)


def dc_shape(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    """A property as v1 writes it."""
    shape = v2_shapes.property_of(row)
    version = shape["version"]
    shape["version"] = {
        "number": version["number"], "message": version["message"], "minorEdit": version["minorEdit"],
        "when": version["createdAt"],
    }  # fmt: skip
    self_url = f"{call.base}/rest/api/content/{row['holder_id']}/property/{row['key']}"
    return shape | {"_links": {"self": self_url}, "_expandable": {"content": f"/rest/api/content/{row['holder_id']}"}}


def _by_key(call: Call, content_id: str, key: str) -> sqlite3.Row:
    rows = v2_shapes.properties_of(call, "page", store.page(call, content_id)["id"], key)
    if not rows:
        raise Refused(404, f"Could not find content property with key [{key}] and content id [{content_id}]")
    return rows[0]


def _row(call: Call, kind: str, holder: int, property_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM cf_property WHERE id = ? AND holder = ? AND holder_id = ?",
        (store.number(property_id), kind, holder),
    ).fetchone()
    if row is None:
        raise Refused(404, f"Cannot find property with id [{property_id}]")
    return row


def insert(call: Call, kind: str, holder: int, key: str, value: Any) -> sqlite3.Row:
    """A new property. Raises Refused (409) where the key exists."""
    if not key or len(key) > MAX_KEY_CHARS:
        raise Refused(400, f"A property key must have 1 to {MAX_KEY_CHARS} characters")
    _check_race(call, kind, holder)
    if v2_shapes.properties_of(call, kind, holder, key):
        raise Refused(409, f"Property with key [{key}] already exists")
    property_id = call.state.next_id("cf_content")
    call.db.execute(
        "INSERT INTO cf_property VALUES (?,?,?,?,?,1,'',0,?,?)",
        (property_id, kind, holder, key, _checked_value(value), call.user, call.state.now()),
    )
    return _row(call, kind, holder, str(property_id))


def _update(call: Call, row: sqlite3.Row, value: Any, version: Any) -> None:
    data = checked(version, _VERSION, ("number",), " in version")
    _check_race(call, row["holder"], row["holder_id"])
    if data["number"] != row["version"] + 1:
        raise Refused(
            409,
            "Version must be incremented when updating a property. "
            f"Current Version: [{row['version']}]. Provided version: [{data['number']}]",
        )
    call.db.execute(
        "UPDATE cf_property SET value = ?, version = ?, message = ?, minor = ?, author = ?, created = ? WHERE id = ?",
        (_checked_value(value), data["number"], data.get("message") or "", int(bool(data.get("minorEdit"))), call.user,
         call.state.now(), row["id"]),
    )  # fmt: skip


def _checked_value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) > MAX_VALUE_BYTES:
        raise Refused(400, f"Property value cannot be larger than {MAX_VALUE_BYTES} bytes")
    return text


def _check_race(call: Call, kind: str, holder: int) -> None:
    """With the switch ``property_race_s``: 409 right after a page was made, while the server writes its own."""
    race_s = float(call.state.switch("property_race_s", 0))
    if race_s and kind == "page":
        created = call.db.execute("SELECT created FROM cf_content WHERE id = ?", (holder,)).fetchone()[0]
        if call.state.now() - created < race_s:
            raise Refused(409, "The content was changed by another transaction; try again")
