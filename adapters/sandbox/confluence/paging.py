"""Lists: opaque cursors in v2, ``start`` and ``limit`` in v1."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from adapters.sandbox.confluence.call import Call
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.http import Response

_DIGITS = 9


def v2_list(
    call: Call, items: Sequence[Any], row: Callable[[Any], dict[str, Any]], *, default: int = 25, cap: int = 250
) -> Response:
    """One page of ``items``; ``_links.next`` (with ``/wiki``) and a Link header where more follow."""
    limit = limit_of(call, default, cap)
    start = _offset(call)
    chosen = items[start : start + limit]
    links: dict[str, str] = {"base": call.base}
    headers: dict[str, str] = {}
    if start + limit < len(items):
        links["next"] = following(call, start + limit, limit)
        headers["Link"] = f'<{links["next"]}>; rel="next"'
    return Response(200, {"results": [row(item) for item in chosen], "_links": links}, headers)


def limit_of(call: Call, default: int, cap: int) -> int:
    """The limit asked for, silently lowered to the cap. Raises Refused below 1."""
    text = call.request.arg("limit", str(default))
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS or int(text) < 1:
        raise Refused(400, f"Provided value {{{text}}} for 'limit' is not the correct type. Expected a number from 1")
    return min(int(text), cap)


def cursor_of(offset: int) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(json.dumps({"o": offset, "t": "cursor"}).encode()).decode()


def following(call: Call, offset: int, limit: int, *, drop: tuple[str, ...] = ()) -> str:
    """Site-relative address of the next page, all other parameters kept."""
    query = {k: v for k, v in call.request.query.items() if k not in {"cursor", "limit", "start", *drop}}
    query |= {"limit": [str(limit)], "cursor": [cursor_of(offset)]}
    path = call.request.path
    return f"{path}?{urlencode(query, doseq=True)}"


def _offset(call: Call) -> int:
    cursor = call.request.arg("cursor")
    if not cursor:
        return 0
    try:
        offset = json.loads(base64.urlsafe_b64decode(cursor))["o"]
    except (ValueError, KeyError, TypeError):
        offset = None
    if not isinstance(offset, int) or offset < 0:
        raise Refused(400, f"Invalid cursor: {cursor}")
    return offset


def cursor_offset(call: Call) -> int:
    """The offset of the cursor of a v1 search."""
    return _offset(call)


def v1_list(
    call: Call, items: Sequence[Any], row: Callable[[Any], dict[str, Any]], *, default: int = 25, cap: int = 200
) -> Response:
    """One page of ``items`` by start and limit; ``_links.next`` is relative to the context."""
    limit = limit_of(call, default, cap)
    text = call.request.arg("start", "0")
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise Refused(400, "start must be a number from 0")
    start = int(text)
    chosen = [row(item) for item in items[start : start + limit]]
    path = call.request.path.removeprefix(call.context)
    links = {"base": call.base, "context": call.context, "self": f"{call.base}{path}"}
    if start + limit < len(items):
        query = {k: v for k, v in call.request.query.items() if k not in {"start", "limit"}}
        links["next"] = (
            f"{path}?{urlencode(query | {'limit': [str(limit)], 'start': [str(start + limit)]}, doseq=True)}"
        )
    return Response(200, {"results": chosen, "start": start, "limit": limit, "size": len(chosen), "_links": links})
