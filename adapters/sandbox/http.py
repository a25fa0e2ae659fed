"""Requests and responses inside the sandbox, free of the server that carries them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. ``path`` is decoded and without query; header names are lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""
    raw_path: str = ""

    @staticmethod
    def parse(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Request:
        """A request from a request line's target (origin form, or absolute form as proxies send it)."""
        if target.startswith(("http://", "https://")):
            target = "/" + target.split("://", 1)[1].partition("/")[2]
        raw, _, query = target.partition("?")
        values = parse_qs(query.partition("#")[0], keep_blank_values=True)
        return Request(method, unquote(raw), values, headers, body, target)

    def arg(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        values = self.query.get(name)
        return values[0] if values else default

    def json(self) -> Any:
        """The body as JSON. Raises ValueError."""
        return strict_json(self.body)

    @property
    def from_elsewhere(self) -> bool:
        """Whether another site's page makes a browser send this; programs say nothing of where they come from."""
        fetched = self.headers.get("sec-fetch-site")
        if fetched is not None:
            return fetched not in {"same-origin", "none"}
        origin = self.headers.get("origin")
        return origin is not None and urlsplit(origin).netloc != self.headers.get("host", "")

    @property
    def from_own_page(self) -> bool:
        """Whether a page of this server makes a browser send this, as it does with forms."""
        # browsers may leave the origin out under our referrer policy, and tell sec-fetch-site instead
        told = "origin" in self.headers or self.headers.get("sec-fetch-site") == "same-origin"
        return told and not self.from_elsewhere


def strict_json(body: bytes) -> Any:
    """JSON as vendors read it. Raises ValueError, also for NaN, infinities, half surrogates, nesting without end."""
    try:
        data = json.loads(body, parse_constant=_no_constant, parse_float=_finite)
        if b"\\ud" in body.lower():
            json.dumps(data, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return data


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is out of range")
    return number


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


@dataclass(slots=True)
class Response:
    """One HTTP response: ``data`` is sent as JSON unless it is bytes or str; None is an empty body."""

    status: int = 200
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = ""

    def encoded(self) -> tuple[bytes, str]:
        """Body bytes and content type."""
        if self.data is None:
            return b"", self.content_type or "application/json"
        if isinstance(self.data, bytes):
            return self.data, self.content_type or "application/octet-stream"
        if isinstance(self.data, str):
            return self.data.encode(), self.content_type or "text/html; charset=utf-8"
        return json.dumps(self.data, ensure_ascii=False).encode(), self.content_type or "application/json"
