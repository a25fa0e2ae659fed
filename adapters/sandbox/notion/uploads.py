"""``/v1/file_uploads``: create, send, complete, retrieve, list; and hosted files at signed addresses."""

from __future__ import annotations

import hmac
import json
import re
from email.parser import Parser
from email.policy import HTTP
from pathlib import PurePosixPath
from typing import Any

from adapters.sandbox.http import Request, Response
from adapters.sandbox.notion.call import Call, listing, page_of, signature
from adapters.sandbox.notion.errors import validation
from adapters.sandbox.notion.media import upload_status
from adapters.sandbox.notion.shapes import enum, number, record, require, string
from adapters.sandbox.notion.store import WORKSPACE, Node, millis, new_id
from adapters.sandbox.notion.tables import CONTENT_TYPES, UPLOAD_TYPES
from adapters.sandbox.state import State

SINGLE_PART_BYTES = 20 * 1024 * 1024
PART_MIN_BYTES = 5 * 1024 * 1024
FREE_FILE_BYTES = 5 * 1024 * 1024  # recorded in workspace_limits; switch notion_max_file_bytes
NAME_BYTES = 900
LIFE_S = 3600
_MODES = ("single_part", "multi_part", "external_url")
_CREATE = record(
    {},
    {
        "mode": enum(*_MODES),
        "filename": string(),
        "content_type": string(),
        "number_of_parts": number(1, 1000, whole=True),
        "external_url": string(2000),
    },
)


def max_file_bytes(state: State) -> int:
    """The largest file of the workspace."""
    return int(state.switches.get("notion_max_file_bytes", FREE_FILE_BYTES))


def kind_of_file(filename: str, state: State) -> str:
    """audio, document, image or video by extension. Raises the 400 for the others (switch ``upload_types``)."""
    table = UPLOAD_TYPES[str(state.switches.get("upload_types", "2026-01"))]
    extension = PurePosixPath(filename).suffix.removeprefix(".").lower()
    for kind, extensions in table.items():
        if extension and extension in extensions.split():
            return kind
    raise validation("Provided `filename` has an extension that is not supported for the File Upload API.")


def create(call: Call) -> dict[str, Any]:
    """``POST /file_uploads``."""
    body = call.check(_CREATE)
    mode = body.get("mode", "single_part")
    if mode == "external_url":
        raise validation("The `external_url` mode can't reach any host from this workspace.")
    name = body.get("filename")
    parts = body.get("number_of_parts")
    if mode == "multi_part" and (name is None or parts is None):
        missing = "filename" if name is None else "number_of_parts"
        raise validation(
            f"body failed validation: body.{missing} should be defined when mode is `multi_part`, instead was `undefined`."
        )
    if mode == "single_part" and parts not in (None, 1):
        raise validation(f"body failed validation: body.number_of_parts should be not present, instead was `{parts}`.")
    content_type = body.get("content_type")
    kind = None
    if name is not None:
        size = len(name.encode())
        if size > NAME_BYTES:
            raise validation(
                f"body failed validation: body.filename.length should be ≤ `{NAME_BYTES}`, instead was `{size}`."
            )
        kind = kind_of_file(name, call.state)
        content_type = _agreed_type(name, content_type)
    value = {
        "mode": mode,
        "filename": name,
        "content_type": content_type,
        "content_length": None,
        "kind": kind,
        "status": "pending",
        "parts": {"total": parts, "sent": {}} if mode == "multi_part" else None,
        "expires": call.state.now() + LIFE_S,
        "sha256": None,
    }
    return shown_upload(call.store.add(Node(new_id(), "file_upload", "", "file_upload", value)), call)


def _agreed_type(name: str, given: str | None) -> str:
    expected = CONTENT_TYPES.get(PurePosixPath(name).suffix.removeprefix(".").lower())
    if given == "application/octet-stream":
        raise validation("Provided `content_type` is not supported for the File Upload API.")
    bare = given.split(";")[0].strip().lower() if given else None
    if bare and expected and bare != expected:
        raise validation(
            f"Provided `content_type` ({given}) does not match the extension of the provided `filename` ({name})."
        )
    return bare or expected or "application/octet-stream"


def _parts(request: Request) -> dict[str, tuple[str | None, str | None, bytes]]:
    """Fields of a multipart body: name → (filename, content type, bytes)."""
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        raise validation(f"Content-Type header should be `multipart/form-data`, instead was `{kind}`.")
    found = re.search(r'boundary="?([^";]+)"?', kind)
    if found is None:
        raise validation("Content-Type header should name a boundary.")
    fields: dict[str, tuple[str | None, str | None, bytes]] = {}
    # Split by hand: the mail parser of the standard library is slow on megabytes and rewrites line ends.
    for part in (b"\r\n" + request.body).split(b"\r\n--" + found[1].encode())[1:]:
        head, blank, data = part.partition(b"\r\n\r\n")
        headers = Parser(policy=HTTP).parsestr(head.decode("utf-8", "replace").lstrip("\r\n"))
        name = headers.get_param("name", header="content-disposition")
        if blank and isinstance(name, str):
            declared = headers.get_content_type() if "content-type" in headers else None
            fields[name] = (headers.get_filename(), declared, data)
    return fields


def send(call: Call, file_upload_id: str) -> dict[str, Any]:
    """``POST /file_uploads/{id}/send``: multipart, field ``file`` and for multi-part uploads ``part_number``."""
    node = call.get(file_upload_id, "file_upload")
    fields = _parts(call.request)
    if "file" not in fields:
        raise validation("body failed validation: body.file should be defined, instead was `undefined`.")
    status = upload_status(node, call)
    if status != "pending":
        raise validation(f"This file upload has a status of `{status}` and can't be sent: it should be `pending`.")
    filename, content_type, data = fields["file"]
    value = node.value
    if value["filename"] is None:
        name = filename or "untitled"
        agreed = _agreed_type(name, content_type)
        value |= {"filename": name, "kind": kind_of_file(name, call.state), "content_type": agreed}
    elif content_type and content_type != value["content_type"]:
        raise validation(
            f"Content type of the file ({content_type}) does not match the one of the file upload ({value['content_type']})."
        )
    if len(data) > SINGLE_PART_BYTES:
        raise validation(f"File size should be ≤ `{SINGLE_PART_BYTES}` bytes, instead was `{len(data)}`.")
    if not data:
        raise validation("File size should be ≥ `1` bytes, instead was `0`.")
    if value["parts"] is None:
        _finish(call, value, data)
    else:
        _take_part(call, value, fields.get("part_number"), data)
    return shown_upload(call.store.save(node, call.user), call)


def _take_part(call: Call, value: dict[str, Any], field: tuple[Any, Any, bytes] | None, data: bytes) -> None:
    total = value["parts"]["total"]
    text = field[2].decode("ascii", "replace") if field else ""
    if not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= total:
        shown = json.dumps(text) if field else "undefined"
        raise validation(
            f"body failed validation: body.part_number should be a number from 1 to {total}, instead was `{shown}`."
        )
    if int(text) < total and len(data) < PART_MIN_BYTES:
        raise validation(f"Each part but the last should be ≥ `{PART_MIN_BYTES}` bytes, instead was `{len(data)}`.")
    value["parts"]["sent"][text] = call.state.put_blob(data)


def _finish(call: Call, value: dict[str, Any], data: bytes) -> None:
    limit = max_file_bytes(call.state)
    if len(data) > limit:
        raise validation(f"File size should be ≤ `{limit}` bytes for this workspace, instead was `{len(data)}`.")
    value |= {"sha256": call.state.put_blob(data), "content_length": len(data), "status": "uploaded"}


def complete(call: Call, file_upload_id: str) -> dict[str, Any]:
    """``POST /file_uploads/{id}/complete``: all parts are there."""
    require(call.body, record({}))
    node = call.get(file_upload_id, "file_upload")
    parts = node.value["parts"]
    if parts is None:
        raise validation("This file upload has mode `single_part`; only `multi_part` uploads are completed.")
    status = upload_status(node, call)
    if status != "pending":
        raise validation(f"This file upload has a status of `{status}` and can't be completed: it should be `pending`.")
    lacking = [n for n in range(1, parts["total"] + 1) if str(n) not in parts["sent"]]
    if lacking:
        raise validation(
            f"Expected {parts['total']} parts, but {len(parts['sent'])} were sent; part {lacking[0]} is missing."
        )
    blobs = [call.state.get_blob(parts["sent"][str(n)]) for n in range(1, parts["total"] + 1)]
    _finish(call, node.value, b"".join(blobs))
    return shown_upload(call.store.save(node, call.user), call)


def retrieve(call: Call, file_upload_id: str) -> dict[str, Any]:
    """``GET /file_uploads/{id}``."""
    return shown_upload(call.get(file_upload_id, "file_upload"), call)


def list_uploads(call: Call) -> dict[str, Any]:
    """``GET /file_uploads?status=``: newest first."""
    query = call.query("status", "start_cursor", "page_size")
    status = query.get("status")
    if status is not None:
        require(query["status"], enum("pending", "uploaded", "expired", "failed"), "query.status")
    nodes = [n for n in reversed(call.store.of_kind("file_upload")) if status in (None, upload_status(n, call))]
    results, cursor = page_of(nodes, query.get("start_cursor"), query.get("page_size"), [n.id for n in nodes])
    return listing("file_upload", [shown_upload(node, call) for node in results], cursor)


def shown_upload(node: Node, call: Call) -> dict[str, Any]:
    """A file upload object."""
    value = node.value
    status = upload_status(node, call)
    shown: dict[str, Any] = {
        "object": "file_upload",
        "id": node.id,
        "created_time": millis(node.created).replace("+00:00", "Z"),
        "created_by": {"id": node.created_by, "type": "bot"},
        "last_edited_time": millis(node.edited).replace("+00:00", "Z"),
        "expiry_time": None if value.get("attached") else millis(value["expires"]).replace("+00:00", "Z"),
        "status": status,
        "filename": value["filename"],
        "content_type": value["content_type"],
        "content_length": value["content_length"],
        "in_trash": False,
    }
    if not call.newest:
        shown["archived"] = False
    base = f"{call.origin}/notion/v1/file_uploads/{node.id}"
    if status == "pending":
        shown["upload_url"] = f"{base}/send"
        if value["parts"] is not None:
            shown["complete_url"] = f"{base}/complete"
    if value["parts"] is not None:
        shown["number_of_parts"] = {"total": value["parts"]["total"], "sent": len(value["parts"]["sent"])}
    return shown


def download(request: Request, state: State) -> Response:
    """``GET /notion/files/…``: the bytes, while the signature holds; 403 as the file host answers it otherwise."""
    refused = Response(403, "<Error><Code>AccessDenied</Code></Error>", content_type="application/xml")
    pieces = request.path.split("/")
    if len(pieces) < 6 or pieces[3] != WORKSPACE or request.method != "GET":
        return refused
    sha256, name = pieces[4], pieces[5]
    expires = request.arg("expires")
    if not (expires.isascii() and expires.isdigit()) or len(expires) > 12 or int(expires) < state.now():
        return refused
    good = signature(sha256, int(expires), request.arg("nonce"))
    if not hmac.compare_digest(good.encode(), request.arg("X-Amz-Signature").encode()):
        return refused
    try:
        data = state.get_blob(sha256)
    except KeyError:
        return refused
    kind = CONTENT_TYPES.get(PurePosixPath(name).suffix.removeprefix(".").lower(), "application/octet-stream")
    # Uploaded markup never runs as a page of this host.
    headers = {"Content-Disposition": "attachment"} if kind in {"text/html", "image/svg+xml"} else {}
    return Response(200, data, {**headers, "X-Content-Type-Options": "nosniff"}, kind)
