"""What a request must bring: a known token, a version, the capability, room in the rate limit, a JSON body."""

from __future__ import annotations

import json
import math
from typing import Any

from adapters.sandbox.http import Request
from adapters.sandbox.notion.errors import ApiError, invalid, restricted, validation
from adapters.sandbox.notion.shapes import enum
from adapters.sandbox.notion.tables import VERSIONS
from adapters.sandbox.state import State

TOKENS = ("sandbox", "sandbox-readonly")
WINDOW_S = 60
WINDOW_REQUESTS = 180  # Source: "Request limits": a connection of a Free or Plus workspace
_READ = {"read_content", "read_comments", "user_info"}
_BODILESS = ("GET", "DELETE")


def token_of(request: Request) -> str:
    """The token. Raises the 401."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or token not in TOKENS:
        raise ApiError(401, "unauthorized", "API token is invalid.")
    return token


def version_of(request: Request) -> str:
    """The API version. Raises the 400 if it is missing or none that the sandbox speaks."""
    version = request.headers.get("notion-version")
    if not version:
        names = " or ".join(f'"{name}"' for name in reversed(VERSIONS))
        raise ApiError(
            400,
            "missing_version",
            f"Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`. Use {names}.",
        )
    out: list[str] = []
    enum(*VERSIONS)(version, "header.notion-version", out)
    if out:
        raise invalid("header", out)
    return version


def check_capability(token: str, capability: str, state: State) -> None:
    """Pass, or raise the 403. Switch ``notion_denied`` lists capabilities that the integration lacks."""
    denied = set(state.switches.get("notion_denied", ()))
    if capability in denied or (token == "sandbox-readonly" and capability not in _READ):  # noqa: S105 - published
        raise restricted("Insufficient permissions for this endpoint.")


def check_rate(token: str, state: State) -> None:
    """Pass and count, or raise the 429. Switch ``notion_rate_limit``: true, or {"requests", "window_s", "reason"}."""
    switch = state.switches.get("notion_rate_limit")
    if not switch:
        return
    given: dict[str, Any] = switch if isinstance(switch, dict) else {}
    requests, window = int(given.get("requests", WINDOW_REQUESTS)), float(given.get("window_s", WINDOW_S))
    slot = math.floor(state.now() / window)
    used = state.next_id(f"notion-rate-{token}-{slot}")
    if used <= requests:
        return
    wait = str(max(1, math.ceil((slot + 1) * window - state.now())))
    raise ApiError(
        429,
        "rate_limited",
        "You have been rate limited. Please try again in a few minutes.",
        {
            "rate_limit_reason": given.get("reason", "public_api_request_rate_limit"),
            "retry_after": wait,
        },
        {"Retry-After": wait},
    )


def body_of(request: Request) -> dict[str, Any]:
    """The body as an object; {} where there is none. Raises the 400."""
    if request.method in _BODILESS or not request.body:
        return {}
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        return {}
    if "json" not in request.headers.get("content-type", "application/json").lower():
        raise validation("Content-Type header should be `application/json`.")
    try:
        body = request.json()
    except ValueError as error:
        raise ApiError(400, "invalid_json", "Error parsing JSON body.") from error
    if not isinstance(body, dict):
        raise invalid("body", [f"body should be an object, instead was `{json.dumps(body)[:100]}`."])
    return body
