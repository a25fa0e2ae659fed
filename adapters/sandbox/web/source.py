"""The browser view's only way to data: the sandbox's own APIs, called in process with a reader's rights."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from adapters.sandbox.http import Request
from adapters.sandbox.state import State

_BASIC = "Basic " + base64.b64encode(b"author@example.com:sandbox").decode()
_BEARER = "Bearer sandbox"


class Missing(Exception):
    """What was asked for is not there."""


class Api:
    """Reads of one sandbox, by the paths that clients use. ``None`` of a request's traffic is logged."""

    def __init__(self, state: State) -> None:
        self.state = state

    def _call(self, path: str, query: dict[str, Any], headers: dict[str, str], method: str, body: bytes) -> Any:
        from importlib import import_module

        api = "notion" if path.startswith("/notion") else "confluence"
        values = {name: [str(value)] for name, value in query.items()}
        raw = f"{path}?{urlencode(query)}" if query else path
        request = Request(method, path, values, headers, body, raw)
        return import_module(f"adapters.sandbox.{api}").handle(request, self.state)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON answer. Raises Missing for anything but success."""
        if path.startswith("/notion"):
            headers = {"authorization": _BEARER, "notion-version": "2026-03-11"}
        else:
            headers = {"authorization": _BEARER if path.startswith("/dc") else _BASIC}
        response = self._call(path, query, headers, "GET", b"")
        if response.status != 200:
            raise Missing(f"{path} answers {response.status}.")
        return response.data

    def post(self, path: str, body: bytes) -> Any:
        """The JSON answer of a Notion query. Raises Missing for anything but success."""
        headers = {"authorization": _BEARER, "notion-version": "2026-03-11", "content-type": "application/json"}
        response = self._call(path, {}, headers, "POST", body)
        if response.status != 200:
            raise Missing(f"{path} answers {response.status}.")
        return response.data

    def bytes(self, path: str) -> tuple[bytes, str]:
        """A file's bytes and type, following the vendor's redirects."""
        headers = {"authorization": _BEARER if path.startswith("/dc") else _BASIC}
        for _ in range(4):
            parts = urlsplit(path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            response = self._call(parts.path, query, headers, "GET", b"")
            if response.status in {301, 302, 303, 307}:
                target = urlsplit(response.headers.get("Location", ""))
                path = f"{target.path}?{target.query}" if target.query else target.path
                continue
            if response.status == 200:
                encoded: tuple[bytes, str] = response.encoded()
                return encoded
            break
        raise Missing("That file is not there.")

    def all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All rows of a Confluence Cloud v2 list, through its cursors."""
        rows: list[dict[str, Any]] = []
        while True:
            answer = self.get(path, **query)
            rows += answer["results"]
            following = answer.get("_links", {}).get("next")
            if not following:
                return rows
            query["cursor"] = parse_qs(urlsplit(following).query)["cursor"][0]

    def pages(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All rows of a Confluence v1 list, by start and limit."""
        rows: list[dict[str, Any]] = []
        query.setdefault("limit", 100)
        while True:
            answer = self.get(path, start=len(rows), **query)
            rows += answer["results"]
            if len(answer["results"]) < int(answer.get("limit", query["limit"])) or not answer["results"]:
                return rows

    def children(self, block: str) -> list[dict[str, Any]]:
        """All child blocks of a Notion block or page."""
        rows: list[dict[str, Any]] = []
        query: dict[str, Any] = {"page_size": 100}
        while True:
            answer = self.get(f"/notion/v1/blocks/{block}/children", **query)
            rows += answer["results"]
            if not answer.get("has_more"):
                return rows
            query["start_cursor"] = answer["next_cursor"]
