"""Answers of Confluence → errors by how to behave. Source: Confluence reference, sections 1 and 5."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adapters.errors import (
    AuthError,
    Blocked,
    LimitExceeded,
    NotFound,
    PermissionDenied,
    RateLimited,
    Refused,
    StaleVersion,
    TitleTaken,
    WikiError,
    WikiUnavailable,
)
from adapters.retry import retry_after_seconds

if TYPE_CHECKING:
    import requests

TOKEN_HINT = "check user and token; Cloud wants the e-mail as user and an API token, Data Center a personal token alone"  # noqa: S105
_TITLE_TAKEN = re.compile(r"title already exists|already exists with (the same|this) title|same title", re.IGNORECASE)
_DUPLICATE_FILE = re.compile(r"same file name as an existing attachment", re.IGNORECASE)
_NO_LOGIN = re.compile(r"cannot access Confluence|not permitted to use Confluence", re.IGNORECASE)
_EXCEPTION = re.compile(r"^(?:[a-z]\w*\.)+\w+(?:Exception|Error):\s*")


class FileNameTaken(Refused):
    """The page carries a file of this name already."""


def error_of(response: requests.Response, method: str, path: str) -> WikiError:
    """The error that a response stands for; never holds anything of the request but method and path."""
    status = response.status_code
    html = "html" in response.headers.get("Content-Type", "")
    text = "" if html else _message(response)
    kind, message, hint = _classify(status, text, method, path, html=html)
    trace = response.headers.get("atl-traceid") or response.headers.get("atl-request-id") or ""
    asked = retry_after_seconds(response.headers.get("Retry-After"), response.headers.get("Date"))
    return kind(message, hint=hint, status=status, trace=trace, retry_after_s=asked)


def _classify(status: int, text: str, method: str, path: str, *, html: bool) -> tuple[type[WikiError], str, str]:
    """Class, message and hint of an error."""
    said = text or f"status {status}"
    match status:
        case 401 if "scope" in text.lower():
            return PermissionDenied, f"the token lacks a scope for {method} {path}", "give the token the missing scope"
        case 401:
            hint = "a scoped token needs the address https://api.atlassian.com/ex/confluence/<cloud id>/wiki"
            return AuthError, "Confluence does not accept these credentials", hint if html else TOKEN_HINT
        case 403 if _NO_LOGIN.search(text):
            return AuthError, "Confluence does not accept these credentials", TOKEN_HINT
        case 403 if html:
            return Blocked, f"something in front of the wiki refused {method} {path}", "ask the wiki's administrator"
        case 403:
            return PermissionDenied, f"not allowed: {said}", "ask for the right to add and edit pages in this space"
        case 404 if text == "Not Found" and "api/v2" in path:
            return AuthError, "Confluence does not accept these credentials, or this is not its address", TOKEN_HINT
        case 404:
            return NotFound, said, ""
        case 409:
            return StaleVersion, said, ""
        case 413:
            return LimitExceeded, f"too large for this wiki: {said}", "split the report or make its files smaller"
        case 429:
            return RateLimited, "Confluence asks to slow down", "run again later, or with fewer --jobs"
        case 400 if _TITLE_TAKEN.search(text):
            return TitleTaken, said, "give the report another title"
        case 400 if _DUPLICATE_FILE.search(text):
            return FileNameTaken, said, ""
        case 410 | 405:
            return (
                Refused,
                f"this Confluence no longer offers {method} {path}: {said}",
                "set deployment, or update nbwiki",
            )
        case _ if status >= 500:
            return WikiUnavailable, f"Confluence failed with {status}: {text or 'no reason given'}", "try again later"
        case _:
            return Refused, f"Confluence refused {method} {path}: {said}", ""


def _message(response: requests.Response) -> str:
    """What the wiki says, from any of its error shapes, in one line of at most 300 characters."""
    try:
        data = response.json()
    except ValueError:
        return ""
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    if isinstance(first, dict):
        parts = [str(first[name]) for name in ("title", "detail") if first.get(name)]
        text = ": ".join(parts)
    else:
        text = str(data.get("message") or data.get("reason") or "")
    return " ".join(_EXCEPTION.sub("", text).split())[:300]
