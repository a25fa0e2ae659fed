"""One request to the Notion API on its way through the sandbox: who asks, in which version, with which body."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from adapters.sandbox.http import Request
from adapters.sandbox.notion import errors
from adapters.sandbox.notion.shapes import Check, array, nullable, number, record, require, string
from adapters.sandbox.notion.store import BOT, WORKSPACE, Node, Store, dashed, millis
from adapters.sandbox.notion.tables import NEWEST
from adapters.sandbox.state import State

INTEGRATION = "sandbox"
SIGNED_S = 3600  # signed file addresses live for an hour (recorded traffic)
_KINDS = {"page": "page", "block": "block", "database": "database", "data_source": "data source"}


@dataclass(slots=True)
class Call:
    """A request that passed the gate. ``body`` is the decoded JSON object ({} for calls without one)."""

    request: Request
    state: State
    version: str
    token: str
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """Access to the nodes."""
        return Store(self.state)

    @property
    def user(self) -> str:
        """The id of the bot, whom every API write is credited to."""
        return BOT

    @property
    def newest(self) -> bool:
        """Whether the caller speaks 2026-03-11."""
        return self.version == NEWEST

    @property
    def origin(self) -> str:
        """Scheme and host as the client sees the sandbox."""
        host = self.request.headers.get("host")
        return f"http://{host}" if host else self.state.address

    def check(self, check: Check) -> dict[str, Any]:
        """The body, if it has the shape. Raises the 400."""
        require(self.body, check)
        return self.body

    def query(self, *names: str, lists: tuple[str, ...] = ()) -> dict[str, Any]:
        """Query parameters by name; unknown ones are refused, ``page_size`` is a number, ``lists`` may repeat."""
        checks: dict[str, Check] = {name: nullable(string()) for name in names}
        checks.update({name: array(string()) for name in lists})
        if "page_size" in names:
            checks["page_size"] = number(1, 100, whole=True)
        values: dict[str, Any] = {}
        for key, given in self.request.query.items():
            name = key.removesuffix("[]")
            values[name] = list(given) if name in lists else given[0]
        size = values.get("page_size")
        if isinstance(size, str) and size.isascii() and size.isdigit() and len(size) < 10:
            values["page_size"] = int(size)
        require(values, record({}, checks), "query")
        return values

    def missing(self, kind: str, node_id: str) -> errors.ApiError:
        """The 404 for a thing that is absent or not shared."""
        return errors.not_found(kind, node_id, INTEGRATION, BOT)

    def settled(self, nodes: list[Node]) -> list[Node]:
        """The nodes that lists show already. Switch ``notion_lag_s`` hides what was made in the last seconds."""
        lag = float(self.state.switches.get("notion_lag_s", 0))
        return [node for node in nodes if node.created <= self.state.now() - lag] if lag else nodes

    def get(self, node_id: str, *kinds: str) -> Node:
        """The node, if it is one of these kinds and shared with the integration. Raises the 404."""
        wanted = dashed(node_id)
        node = self.store.find(wanted)
        if node is None or node.kind not in kinds or not self.shared(node):
            raise self.missing(_KINDS.get(kinds[0], kinds[0]), wanted)
        return node

    def shared(self, node: Node) -> bool:
        """Whether the page at the top of the tree was shared with the integration."""
        top = node
        for above in self.store.upward(node.id):
            top = above
        return top.kind not in {"page", "database"} or bool(top.value.get("shared"))

    def file_url(self, sha256: str, name: str) -> dict[str, str]:
        """A signed address of a hosted file, another one at each read, and when it ends."""
        expires = int(self.state.now()) + SIGNED_S
        nonce = secrets.token_hex(8)
        sign = signature(sha256, expires, nonce)
        path = f"/notion/files/{WORKSPACE}/{sha256}/{quote(name)}"
        query = f"X-Amz-Expires={SIGNED_S}&expires={expires}&nonce={nonce}&X-Amz-Signature={sign}"
        return {"url": f"{self.origin}{path}?{query}", "expiry_time": millis(expires).replace("+00:00", "Z")}


def signature(sha256: str, expires: int, nonce: str) -> str:
    """The signature that a file address carries. The key is no secret: the sandbox guards nothing."""
    return hmac.new(WORKSPACE.encode(), f"{sha256}:{expires}:{nonce}".encode(), hashlib.sha256).hexdigest()


def page_of(items: list[Any], cursor: str | None, size: int | None, ids: list[str]) -> tuple[list[Any], str | None]:
    """One page of ``items`` and the cursor of the next. A cursor is the id of the first item of its page."""
    start = 0
    if cursor:
        if cursor not in ids:
            raise errors.validation(f"The start_cursor provided is invalid: {cursor}")
        start = ids.index(cursor)
    end = start + (size or 100)
    return items[start:end], ids[end] if end < len(items) else None


def listing(kind: str, results: list[Any], next_cursor: str | None) -> dict[str, Any]:
    """The envelope of a list."""
    return {
        "object": "list",
        "results": results,
        "next_cursor": next_cursor,
        "has_more": next_cursor is not None,
        "type": kind,
        kind: {},
    }
