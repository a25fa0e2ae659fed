"""Attachments: upload, new data, lists, deletion and download, in v1 (both flavors) and v2 (Cloud)."""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from typing import Any
from urllib.parse import quote

from adapters.sandbox.confluence import store
from adapters.sandbox.confluence.call import Call, checked
from adapters.sandbox.confluence.clock import iso
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.confluence.multipart import Part, parts_of
from adapters.sandbox.confluence.paging import v1_list, v2_list
from adapters.sandbox.http import Response

MAX_NAME_CHARS = 255
MAX_BYTES = 100 * 1024 * 1024  # Source: reference section 8, Data Center's default; Cloud's is not published


def v2_shape(row: sqlite3.Row) -> dict[str, Any]:
    """An attachment as v2 writes it."""
    return {
        "id": f"att{row['id']}", "status": row["status"], "title": row["title"], "createdAt": iso(row["created"]),
        "pageId": str(row["page_id"]), "mediaType": row["media_type"], "mediaTypeDescription": None,
        "comment": row["comment"], "fileId": row["file_id"], "fileSize": row["size"],
        "webuiLink": f"/pages/viewpageattachments.action?pageId={row['page_id']}",
        "downloadLink": download_path(row),
        "version": {"number": row["version"], "message": row["comment"], "minorEdit": bool(row["minor"]),
                    "authorId": row["author"], "createdAt": iso(row["modified"])},
        "_links": {"webui": f"/pages/viewpageattachments.action?pageId={row['page_id']}",
                   "download": download_path(row)},
    }  # fmt: skip


def v1_shape(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    """An attachment as v1 writes it."""
    ident = f"att{row['id']}" if call.flavor == "cloud" else str(row["id"])
    return {
        "id": ident, "type": "attachment", "status": row["status"], "title": row["title"],
        "version": {"number": row["version"], "message": "", "minorEdit": bool(row["minor"]),
                    "when": iso(row["modified"])},
        "metadata": {"mediaType": row["media_type"]} | ({"comment": row["comment"]} if call.flavor == "dc" else {}),
        "extensions": {"mediaType": row["media_type"], "fileSize": row["size"], "comment": row["comment"],
                       "fileId": row["file_id"], "collectionName": f"contentId-{row['page_id']}"},
        "_links": {"download": download_path(row), "self": f"{call.base}/rest/api/content/{ident}",
                   "webui": f"/pages/viewpageattachments.action?pageId={row['page_id']}"},
    }  # fmt: skip


def download_path(row: sqlite3.Row) -> str:
    """Relative to the wiki's context."""
    return f"/download/attachments/{row['page_id']}/{quote(row['title'], safe='')}?version={row['version']}&api=v2"


def of_page(call: Call, page_id: int) -> list[sqlite3.Row]:
    """A page's current attachments by id."""
    return call.db.execute(
        "SELECT * FROM cf_attachment WHERE page_id = ? AND status = 'current' ORDER BY id", (page_id,)
    ).fetchall()


def _filtered(call: Call, page_id: int) -> list[sqlite3.Row]:
    wanted = call.many("status") or ["current"]
    if wrong := [status for status in wanted if status not in {"current", "archived", "trashed"}]:
        raise Refused(400, f"Provided value {{{wrong[0]}}} for 'status' is not one of [current, archived, trashed]")
    every = call.db.execute("SELECT * FROM cf_attachment WHERE page_id = ? ORDER BY id", (page_id,)).fetchall()
    rows = [row for row in every if row["status"] in wanted]
    if name := call.request.arg("filename"):
        rows = [row for row in rows if row["title"] == name]
    if media_type := call.request.arg("mediaType"):
        rows = [row for row in rows if row["media_type"] == media_type]
    return rows


def v2_page_attachments(call: Call, page_id: str) -> Response:
    """``GET /pages/{id}/attachments``."""
    return v2_list(call, _filtered(call, store.page(call, page_id)["id"]), v2_shape, default=50)


def v2_attachment(call: Call, attachment_id: str) -> Response:
    """``GET /attachments/{id}``."""
    return Response(200, v2_shape(_row(call, attachment_id)) | {})


def v2_delete(call: Call, attachment_id: str) -> Response:
    """``DELETE /attachments/{id}``: to the trash, then ``purge``."""
    row = _row(call, attachment_id)
    if call.flag("purge"):
        if row["status"] != "trashed":
            raise Refused(400, "The attachment must be trashed before it can be purged")
        call.db.execute("DELETE FROM cf_attachment WHERE id = ?", (row["id"],))
    elif row["status"] == "trashed":
        raise Refused(404, f"Cannot find an attachment with id [{attachment_id}]")
    else:
        call.db.execute("UPDATE cf_attachment SET status = 'trashed' WHERE id = ?", (row["id"],))
    return Response(204)


def v1_page_attachments(call: Call, page_id: str) -> Response:
    """``GET /content/{id}/child/attachment``."""
    rows = _filtered(call, store.page(call, page_id)["id"])
    return v1_list(call, rows, lambda row: v1_shape(call, row), default=50)


def upload(call: Call, page_id: str) -> Response:
    """``POST /content/{id}/child/attachment``: 400 for a name that is there; ``PUT`` on Cloud takes either."""
    page = _writable(call, page_id)
    parts = parts_of(call.request)
    files = [part for part in parts if part.name == "file" and part.filename is not None]
    if not files:
        raise Refused(400, "At least one file must be attached in a part named 'file'")
    made = []
    for part in files:
        name = _checked_name(part.filename or "")
        old = next((row for row in of_page(call, page["id"]) if row["title"] == name), None)
        if old is None:
            made.append(_insert(call, page["id"], name, part, parts))
        elif call.request.method == "PUT":
            made.append(_new_data(call, old, part, parts))
        else:
            message = f"Cannot add a new attachment with same file name as an existing attachment: {name}"
            raise Refused(400, message)
    _touch(call, page)
    results = [v1_shape(call, row) for row in made]
    return Response(200, {"results": results, "size": len(results), "_links": {"base": call.base}})


def new_data(call: Call, page_id: str, attachment_id: str) -> Response:
    """``POST /content/{id}/child/attachment/{attId}/data``: the next version."""
    page = _writable(call, page_id)
    row = _row(call, attachment_id)
    if row["page_id"] != page["id"]:
        raise Refused(404, f"Attachment {attachment_id} is not on content {page_id}")
    parts = parts_of(call.request)
    files = [part for part in parts if part.name == "file" and part.filename is not None]
    if len(files) != 1:
        raise Refused(400, "Exactly one file must be attached in a part named 'file'")
    row = _new_data(call, row, files[0], parts)
    _touch(call, page)
    return Response(200, v1_shape(call, row))


def rename(call: Call, page_id: str, attachment_id: str) -> Response:
    """``PUT /content/{id}/child/attachment/{attId}``: another title, and another version."""
    page = store.editable(call, page_id)
    known = {"id": str, "type": str, "title": str, "version": dict, "status": str, "metadata": dict, "container": dict}
    data = call.fields(known, ("id", "type", "version"))
    row = _row(call, attachment_id)
    number = checked(data["version"], {"number": int, "minorEdit": bool, "message": str}, ("number",))["number"]
    if number != row["version"]:
        raise Refused(409, f"Version {number} is not the attachment's current version {row['version']}")
    title = _checked_name(data.get("title") or row["title"])
    if any(other["title"] == title and other["id"] != row["id"] for other in of_page(call, page["id"])):
        raise Refused(400, f"Cannot add a new attachment with same file name as an existing attachment: {title}")
    call.db.execute(
        "UPDATE cf_attachment SET title = ?, version = version + 1, modified = ? WHERE id = ?",
        (title, call.state.now(), row["id"]),
    )
    return Response(200, v1_shape(call, _row(call, attachment_id)))


def _writable(call: Call, page_id: str) -> sqlite3.Row:
    allowed = {"no-check", "nocheck"} if call.flavor == "cloud" else {"no-check"}
    if call.request.headers.get("x-atlassian-token", "").lower() not in allowed:
        raise Refused(403, "XSRF check failed")
    page = store.editable(call, page_id)
    if page["status"] == "trashed":
        raise Refused(404, f"No content found with id: ContentId{{id={page_id}}}")
    return page


def _checked_name(name: str) -> str:
    if not name or "/" in name or len(name) > MAX_NAME_CHARS:
        raise Refused(400, f"The attachment's file name is not valid: {name}")
    return name


def _row(call: Call, attachment_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM cf_attachment WHERE id = ?", (store.number(attachment_id.removeprefix("att")),)
    ).fetchone()
    if row is None or store.find(call, row["page_id"]) is None:
        raise Refused(404, f"Cannot find an attachment with id [{attachment_id}]")
    store.page(call, str(row["page_id"]))
    return row


def _field(parts: list[Part], name: str) -> str:
    return next((part.text() for part in parts if part.name == name and part.filename is None), "")


def _stored(call: Call, part: Part) -> tuple[str, int, str]:
    limit = int(call.state.switch("max_attachment_bytes", MAX_BYTES))
    if len(part.data) > limit:
        raise Refused(413, f"The attachment is larger than the limit of {limit} bytes")
    return call.state.put_blob(part.data), len(part.data), part.content_type or "application/octet-stream"


def _insert(call: Call, page_id: int, name: str, part: Part, parts: list[Part]) -> sqlite3.Row:
    sha256, size, media_type = _stored(call, part)
    attachment_id = call.state.next_id("cf_content")
    now = call.state.now()
    file_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{attachment_id}"))
    comment, minor = _field(parts, "comment"), int(_field(parts, "minorEdit") == "true")
    call.db.execute(
        "INSERT INTO cf_attachment VALUES (?,?,?,'current',1,?,?,?,?,?,?,'',?,?,?)",
        (attachment_id, page_id, name, media_type, comment, sha256, size, file_id, minor, call.user, now, now),
    )
    _keep(call, attachment_id)
    return _row(call, str(attachment_id))


def _new_data(call: Call, row: sqlite3.Row, part: Part, parts: list[Part]) -> sqlite3.Row:
    sha256, size, media_type = _stored(call, part)
    call.db.execute(
        "UPDATE cf_attachment SET version = version + 1, sha256 = ?, size = ?, media_type = ?, comment = ?, minor = ?, "
        "modified = ?, status = 'current' WHERE id = ?",
        (sha256, size, media_type, _field(parts, "comment"), int(_field(parts, "minorEdit") == "true"),
         call.state.now(), row["id"]),
    )  # fmt: skip
    _keep(call, row["id"])
    return _row(call, str(row["id"]))


def _keep(call: Call, attachment_id: int) -> None:
    call.db.execute(
        "INSERT INTO cf_attachment_version SELECT id, version, sha256, size, media_type, comment, minor, author, "
        "modified FROM cf_attachment WHERE id = ?",
        (attachment_id,),
    )


def _touch(call: Call, page: sqlite3.Row) -> None:
    """With the switch ``attachments_raise_page_version``: as on some tenants (reference section 8)."""
    if call.state.switch("attachments_raise_page_version", default=False):
        store.new_version(call, page, title=page["title"], body=page["body"], minor=True)


def download(call: Call, page_id: str, name: str) -> Response:
    """The file: Data Center answers it, Cloud leads (302) to another path that takes a token and no credentials."""
    rows = call.db.execute(
        "SELECT * FROM cf_attachment WHERE page_id = ? AND title = ?", (store.number(page_id), name)
    ).fetchall()
    rows = [row for row in rows if row["status"] == "current"]
    store.page(call, page_id)
    if not rows:
        raise Refused(404, f"Cannot find an attachment {name} on content {page_id}")
    number = call.request.arg("version") or str(rows[0]["version"])
    return _sent(call, rows[0]["id"], store.number(number))


def download_by_id(call: Call, page_id: str, attachment_id: str) -> Response:
    """``GET /content/{id}/child/attachment/{attId}/download``."""
    row = _row(call, attachment_id)
    if row["page_id"] != store.number(page_id):
        raise Refused(404, f"Attachment {attachment_id} is not on content {page_id}")
    number = call.request.arg("version") or str(row["version"])
    return _sent(call, row["id"], store.number(number))


def _sent(call: Call, attachment_id: int, number: int) -> Response:
    kept = call.db.execute(
        "SELECT * FROM cf_attachment_version WHERE attachment_id = ? AND number = ?", (attachment_id, number)
    ).fetchone()
    if kept is None:
        raise Refused(404, f"Cannot find version [{number}] of attachment [{attachment_id}]")
    if call.flavor == "dc":
        return Response(200, call.state.get_blob(kept["sha256"]), content_type=kept["media_type"])
    host = call.request.headers.get("host", "localhost")
    where = f"http://{host}/_media/file/{attachment_id}/{number}/binary?token={media_token(kept['sha256'])}"
    return Response(302, None, {"Location": where})


def media_token(sha256: str) -> str:
    """The token of a media address: who has the address may read, as with the vendor's signed addresses."""
    return hashlib.sha256(f"media/{sha256}".encode()).hexdigest()[:32]


def media(call: Call, attachment_id: str, number: str) -> Response:
    """``GET /_media/file/{id}/{version}/binary?token=``. An Authorization header is refused, as the media host does."""
    if "authorization" in call.request.headers and call.state.switch("media_refuses_authorization", default=False):
        raise Refused(400, "Authorization header is not accepted here")
    kept = call.db.execute(
        "SELECT * FROM cf_attachment_version WHERE attachment_id = ? AND number = ?",
        (store.number(attachment_id), store.number(number)),
    ).fetchone()
    if kept is None or call.request.arg("token") != media_token(kept["sha256"]):
        raise Refused(403, "Forbidden")
    return Response(200, call.state.get_blob(kept["sha256"]), content_type=kept["media_type"])
