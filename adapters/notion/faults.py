"""What goes wrong on the way to Notion → the adapters' own errors. The only table of its kind.

Source: developers.notion.com/reference/status-codes and /reference/request-limits.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
from notion_client import errors as sdk

from adapters.errors import (
    AuthError,
    Blocked,
    LimitExceeded,
    NotFound,
    PermissionDenied,
    RateLimited,
    Refused,
    StaleVersion,
    WikiError,
    WikiUnavailable,
)
from adapters.notion.pace import STOPPING_REASONS, Paced
from adapters.retry import retry_after_seconds

T = TypeVar("T")
_LIMIT_WORDS = ("should be ≤", "should be not present", "too large", "exceeds")

LOST_ATTEMPTS = 6
"""How often a request that makes something is sent, its answer being lost, and what it made looked for in between. Ours: as
often as other requests. With a fifth of all requests failing, one in 15,000 is given up.
"""


class BlocksUsedUp(PermissionDenied):
    """The workspace takes no further blocks, for ever."""


class Committed(WikiUnavailable):
    """503 for a write that was done nevertheless. ``resource`` is the page or parent, ``children`` the new blocks."""

    resource: str = ""
    children: tuple[str, ...] = ()


def guarded(request: Callable[[], T]) -> T:
    """What the request returns. Raises nothing but WikiError for anything that the network or the SDK raise."""
    try:
        return request()
    except sdk.HTTPResponseError as error:
        raise _of_response(error) from None
    except sdk.RequestTimeoutError:
        raise WikiUnavailable("Notion did not answer in time", hint="try again later") from None
    except sdk.InvalidPathParameterError:
        raise NotFound("this is no id of Notion's", hint="give a page id or its address") from None
    except (httpx.ConnectError, httpx.ProxyError) as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            hint = "set ca_bundle to your organisation's"
            raise WikiUnavailable("Notion's certificate is not trusted", hint=hint, retry="never") from None
        text = f"can't connect to Notion ({type(error).__name__}: {error})"
        raise WikiUnavailable(text, hint="check url, network and proxy", retry="always") from None
    except httpx.UnsupportedProtocol:
        raise WikiUnavailable("the target's url is no http address", hint="correct url", retry="never") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise WikiUnavailable(f"the connection to Notion broke ({type(error).__name__})") from None
    except json.JSONDecodeError:
        text = "something that is not Notion answered"
        raise WikiUnavailable(text, hint="check url and proxy", retry="never") from None


def _of_response(error: sdk.HTTPResponseError) -> WikiError:
    body = _body(error.body)
    status = error.status
    code = str(body.get("code", ""))
    message = str(body.get("message") or f"Notion answered {status}")
    extra = body.get("additional_data")
    extra = extra if isinstance(extra, dict) else {}
    trace = str(body.get("request_id") or error.headers.get("x-notion-request-id", ""))
    if status == 400:
        kind = LimitExceeded if any(word in message for word in _LIMIT_WORDS) else Refused
        return kind(message.replace("\n", " "), status=status, trace=trace)
    if status == 401:
        return AuthError("Notion doesn't know this token", hint="check the token's variable", status=401, trace=trace)
    if status == 403:
        return _forbidden(error, body, extra, trace)
    if status == 404:
        hint = "share the page with the integration (••• → Connections)"
        return NotFound(message, hint=hint, status=404, trace=trace)
    if status == 409:
        if code == "row_limit_exceeded":
            return LimitExceeded(message, status=409, trace=trace)
        return StaleVersion(message, status=409, trace=trace, retry="idempotent")
    if status == 413:
        return LimitExceeded("the request is larger than Notion takes", status=413, trace=trace)
    if status in {429, 529}:
        return _limited(error, extra, trace)
    if status >= 500:
        return _server(error, extra, message, trace)
    return Refused(message, status=status, trace=trace)


def _body(text: str) -> dict[str, Any]:
    """The JSON object of an answer; empty when it is something else, such as a firewall's page."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _forbidden(error: sdk.HTTPResponseError, body: dict[str, Any], extra: dict[str, Any], trace: str) -> WikiError:
    if not body:
        ray = error.headers.get("cf-ray", "")
        text = f"the firewall in front of Notion refused this content (cf-ray {ray or 'unknown'})"
        hint = "text that looks like an attack (SQL, shell, paths) causes it: leave that output out"
        return Blocked(text, hint=hint, status=403, trace=ray)
    if extra.get("block_limit"):
        hint = "the free plan's blocks are used up: upgrade the workspace or use a personal access token"
        return BlocksUsedUp(str(body.get("message", "no blocks are left")), hint=hint, status=403, trace=trace)
    hint = "give the integration the capabilities to read, insert and update content"
    return PermissionDenied(str(body.get("message", "not allowed")), hint=hint, status=403, trace=trace)


def _limited(error: sdk.HTTPResponseError, extra: dict[str, Any], trace: str) -> WikiError:
    after = retry_after_seconds(error.headers.get("retry-after") or str(extra.get("retry_after") or ""))
    if extra.get("rate_limit_reason") == "public_api_request_blocked":
        text = "Notion blocks requests of this integration"
        return RateLimited(text, hint="ask Notion's support", status=429, trace=trace, retry="never")
    kind = RateLimited if error.status == 529 or extra.get("rate_limit_reason") in STOPPING_REASONS else Paced
    return kind("Notion's rate limit is reached", status=error.status, trace=trace, retry_after_s=after)


def _server(error: sdk.HTTPResponseError, extra: dict[str, Any], message: str, trace: str) -> WikiError:
    resource = extra.get("committed_resource_id")
    if resource:
        done = Committed(message, status=error.status, trace=trace)
        done.resource = str(resource)
        done.children = tuple(str(child) for child in extra.get("committed_child_ids") or ())
        return done
    after = retry_after_seconds(error.headers.get("retry-after"))
    return WikiUnavailable(message, status=error.status, trace=trace, retry_after_s=after)
