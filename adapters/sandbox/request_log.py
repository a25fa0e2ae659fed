"""The request log behind ``GET /sandbox/requests``: what clients sent, with secrets masked."""

from __future__ import annotations

import base64
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from adapters.sandbox.http import Request, strict_json

MAX_ENTRIES = 50_000
MAX_BODY_BYTES = 6 * 1024 * 1024  # beyond Confluence's 5 MB body, so that refused ones can still be read
MAX_TOTAL_BYTES = 128 * 1024 * 1024  # bodies of older entries are dropped beyond this
_SAMPLE_BYTES = 4096
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(slots=True)
class Entry:
    """One request and how it ended. ``status`` is 0 where the connection was cut on purpose."""

    number: int
    time: float
    request: Request
    status: int
    duration_ms: float
    api: str
    body: bytes | None
    body_bytes: int

    def as_json(self) -> dict[str, Any]:
        """The entry as the log shows it."""
        request = self.request
        return {
            "number": self.number,
            "time": self.time,
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "headers": {k: "***" if k in _SECRET_HEADERS else v for k, v in request.headers.items()},
            "body": _readable(self.body, request.headers.get("content-type", "")),
            "body_bytes": self.body_bytes,
            "status": self.status,
            "duration_ms": round(self.duration_ms, 3),
            "api": self.api,
        }


class RequestLog:
    """The last requests in order of arrival of their answers; numbers go on after a clearing."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)
        self._lock = threading.Lock()
        self._number = 0
        self._held = 0
        self._dropped = 0  # entries at the left end whose bodies were let go

    def add(self, request: Request, status: int, began: float, duration_ms: float, api: str) -> None:
        """One more entry. ``began`` is in seconds since the epoch."""
        body: bytes | None = request.body
        if len(request.body) > MAX_BODY_BYTES:
            body = request.body[:_SAMPLE_BYTES]
        bare = Request(request.method, request.path, request.query, request.headers, b"", request.raw_path)
        with self._lock:
            self._number += 1
            self._entries.append(Entry(self._number, began, bare, status, duration_ms, api, body, len(request.body)))
            self._held += len(body or b"")
            while self._held > MAX_TOTAL_BYTES and self._dropped < len(self._entries) - 1:
                old = self._entries[self._dropped]
                self._held -= len(old.body or b"")
                old.body = None
                self._dropped += 1

    def entries(self, since: int = 0, api: str = "", method: str = "") -> list[dict[str, Any]]:
        """Entries with a number above ``since``, oldest first."""
        with self._lock:
            chosen = [
                entry
                for entry in self._entries
                if entry.number > since and api in {"", entry.api} and method in {"", entry.request.method}
            ]
        return [entry.as_json() for entry in chosen]

    def clear(self) -> None:
        """Empties the log."""
        with self._lock:
            self._entries.clear()
            self._held = self._dropped = 0


def _readable(body: bytes | None, content_type: str) -> Any:
    if not body:
        return None
    if "json" in content_type or body[:1] in b"{[":
        try:
            return strict_json(body)
        except ValueError:
            pass  # shown as text below: what the client sent was not JSON
    try:
        return body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body[:_SAMPLE_BYTES]).decode(), "bytes": len(body)}
