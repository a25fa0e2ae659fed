# ruff: noqa: ARG005  (routes share one signature)
"""A tiny Confluence in memory that takes whatever publishers send: for peers whose requests the sandbox refuses.

It speaks the part of v2 and v1 that md2conf uses, keeps what is sent, counts requests and bytes, and refuses nothing but
stale versions and titles that are taken. The sandbox is as strict as the vendor; this is not.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from collections.abc import Callable
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Json = Any
_NOW = "2026-01-01T00:00:00.000Z"
_SPACE = {"id": "1", "key": "DATA", "name": "S", "type": "global", "status": "current", "homepageId": "1000"}


class LenientWiki:
    """The server, with its counters: ``requests`` and ``sent`` bytes of bodies since :meth:`clear`."""

    def __init__(self, latency_s: float = 0.0) -> None:
        self.latency_s = latency_s
        self.requests = self.sent = 0
        self.lock = threading.Lock()
        self.ids = itertools.count(2000)
        self.pages: dict[str, Json] = {}
        self.files: dict[str, Json] = {}
        self.properties: dict[str, Json] = {}
        self.labels: dict[str, set[str]] = {}
        wiki = self

        class Handler(_Handler):
            owner = wiki

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.page("1000", "Home", None, "")
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def clear(self) -> None:
        """Count from nothing."""
        self.requests = self.sent = 0

    def id(self) -> str:
        return str(next(self.ids))

    def page(self, number: str, title: str, parent: str | None, body: str) -> Json:
        version = {"number": 1, "minorEdit": False, "message": "", "createdAt": _NOW, "authorId": "a"}
        self.pages[number] = {
            "id": number, "status": "current", "title": title, "spaceId": "1", "parentId": parent,
            "parentType": "page" if parent else None, "position": len(self.pages), "authorId": "a", "ownerId": "a",
            "lastOwnerId": None, "createdAt": _NOW, "version": version,
            "body": {"storage": {"representation": "storage", "value": body}},
            "_links": {"webui": "/x", "base": self.url},
        }  # fmt: skip
        return self.pages[number]

    def answer(self, method: str, path: str, query: dict[str, str], data: Json, form: Json) -> tuple[int, Json]:
        """Status and body."""
        for pattern, work in _ROUTES:
            if found := re.fullmatch(pattern, f"{method} {path}"):
                return work(self, found.groups(), query, form if form is not None else data)
        return 404, {"message": f"no route {method} {path}"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    owner: LenientWiki

    def log_message(self, *_: object) -> None:
        """Silence."""

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        time.sleep(self.owner.latency_s)
        kind = self.headers.get("Content-Type") or ""
        form = None
        if kind.startswith("multipart"):
            message: Any = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw).get_payload()
            form = {
                part.get_param("name", header="content-disposition"): (
                    part.get_filename(),
                    part.get_payload(decode=True),
                )
                for part in message
            }
        with self.owner.lock:
            self.owner.requests += 1
            self.owner.sent += len(raw)
            data = json.loads(raw) if raw and "json" in kind else None
            status, body = self.owner.answer(self.command, parts.path.rstrip("/"), query, data, form)
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815


Route = Callable[[LenientWiki, tuple[str, ...], dict[str, str], Json], tuple[int, Json]]


def _listed(wiki: LenientWiki, rows: list[Json]) -> tuple[int, Json]:
    return 200, {"results": rows, "_links": {"base": wiki.url}}


def _create(wiki: LenientWiki, _: tuple[str, ...], __: dict[str, str], data: Json) -> tuple[int, Json]:
    if any(page["title"] == data["title"] for page in wiki.pages.values()):
        return 400, {"message": "title already exists"}
    return 200, wiki.page(wiki.id(), data["title"], data.get("parentId"), data["body"]["storage"]["value"])


def _update(wiki: LenientWiki, found: tuple[str, ...], _: dict[str, str], data: Json) -> tuple[int, Json]:
    page = wiki.pages[found[0]]
    if data["version"]["number"] != page["version"]["number"] + 1:
        return 409, {"message": "CONFLICT"}
    page["title"] = data["title"]
    page["body"]["storage"]["value"] = data["body"]["storage"]["value"]
    page["version"] = {**page["version"], "number": data["version"]["number"]}
    return 200, page


def _upload(wiki: LenientWiki, found: tuple[str, ...], _: dict[str, str], form: Json) -> tuple[int, Json]:
    number = f"att{wiki.id()}"
    name, content = form["file"]
    wiki.files[number] = {
        "id": number, "status": "current", "title": name, "createdAt": _NOW, "pageId": found[0],
        "mediaType": "image/png", "mediaTypeDescription": None, "comment": "", "fileId": number,
        "fileSize": len(content), "webuiLink": "", "downloadLink": "", "version": {"number": 1, "minorEdit": False},
    }  # fmt: skip
    return 200, {"results": [wiki.files[number]]}


def _rename(wiki: LenientWiki, found: tuple[str, ...], _: dict[str, str], data: Json) -> tuple[int, Json]:
    row = wiki.files[f"att{found[1].removeprefix('att')}"]
    row["title"] = data["title"]
    return 200, row


def _keep(wiki: LenientWiki, found: tuple[str, ...], _: dict[str, str], data: Json) -> tuple[int, Json]:
    number = wiki.id()
    version = {"number": 1, "minorEdit": False}
    wiki.properties[number] = {"o": found, "id": number, "key": data["key"], "value": data["value"], "version": version}
    return 200, wiki.properties[number]


def _change(wiki: LenientWiki, found: tuple[str, ...], _: dict[str, str], data: Json) -> tuple[int, Json]:
    row = wiki.properties[found[2]]
    row |= {"value": data["value"], "version": {"number": data["version"]["number"], "minorEdit": False}}
    return 200, row


def _label(wiki: LenientWiki, found: tuple[str, ...], _: dict[str, str], data: Json) -> tuple[int, Json]:
    wiki.labels.setdefault(found[0], set()).update(one["name"] for one in data)
    return 200, {"results": []}


_ROUTES: tuple[tuple[str, Route], ...] = (
    (r"GET /api/v2/spaces", lambda w, f, q, d: _listed(w, [_SPACE])),
    (r"GET /api/v2/spaces/1", lambda w, f, q, d: (200, _SPACE)),
    (r"GET /api/v2/pages", lambda w, f, q, d: _listed(w, [p for p in w.pages.values() if q.get("title") in {None, p["title"]}])),
    (r"POST /api/v2/pages", _create),
    (r"GET /api/v2/pages/(\d+)", lambda w, f, q, d: (200, w.pages[f[0]])),
    (r"PUT /api/v2/pages/(\d+)", _update),
    (r"GET /api/v2/pages/(\d+)/attachments", lambda w, f, q, d: _listed(w, [a for a in w.files.values() if a["pageId"] == f[0] and q.get("filename") in {None, a["title"]}])),
    (r"GET /api/v2/(pages|attachments)/(\w+)/properties", lambda w, f, q, d: _listed(w, [p for p in w.properties.values() if p["o"] == f and q.get("key") in {None, p["key"]}])),
    (r"POST /api/v2/(pages|attachments)/(\w+)/properties", _keep),
    (r"PUT /api/v2/(pages|attachments)/(\w+)/properties/(\d+)", _change),
    (r"GET /api/v2/pages/(\d+)/labels", lambda w, f, q, d: _listed(w, [{"id": n, "name": n, "prefix": "global"} for n in sorted(w.labels.get(f[0], ()))])),
    (r"POST /rest/api/content/(\d+)/label", _label),
    (r"POST /rest/api/content/(\d+)/child/attachment", _upload),
    (r"PUT /rest/api/content/(\d+)/child/attachment/(\w+)", _rename),
    (r"PUT /rest/api/content/\d+/move/\w+/\d+", lambda w, f, q, d: (200, {"pageId": "1"})),
)  # fmt: skip
