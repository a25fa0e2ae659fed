"""What a wiki tells of itself and of its readers: findings of ``doctor``, versions, comments, views."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from adapters.errors import AuthError, PermissionDenied, RateLimited, WikiUnavailable
from converters.errors import BridgeError

Cause: TypeAlias = Literal["configuration", "credentials", "unreachable"]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version in a page's history. ``ours``: nbwiki wrote it. ``when`` is an ISO 8601 time."""

    number: str
    when: str
    author: str = ""
    message: str = ""
    ours: bool = False


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """A reader's comment. ``kind`` is ``inline`` (on words of the page) or ``page`` (below it).

    ``words`` are what an inline comment is about; ``near`` the heading or the cell that it stands at, where that is
    known. ``ref`` is the wiki's own name for the place; ``created`` an ISO 8601 time. ``status`` ``dangling``: its words
    are gone. ``replies`` counts the answers to it.
    """

    id: str
    kind: Literal["inline", "page"]
    text: str
    author: str = ""
    created: str = ""
    status: Literal["open", "reopened", "resolved", "dangling"] = "open"
    words: str = ""
    near: str = ""
    ref: str = ""
    url: str = ""
    replies: int = 0


class Readership(msgspec.Struct, frozen=True):
    """How often a page was opened, and by how many people."""

    views: int
    viewers: int


class Finding(msgspec.Struct, frozen=True):
    """One line of ``doctor``: ``ok``, ``warn`` or ``fail``, what was looked at, and what to do next.

    ``cause`` says what is to be mended, and so which exit code a failure calls for.
    """

    level: Literal["ok", "warn", "fail"]
    subject: str
    text: str
    hint: str = ""
    cause: Cause = "configuration"


def failed(subject: str, error: BridgeError) -> Finding:
    """The finding that an error amounts to."""
    return Finding("fail", subject, error.message, error.hint, _cause(error))


def _cause(error: BridgeError) -> Cause:
    if isinstance(error, AuthError | PermissionDenied):
        return "credentials"
    return "unreachable" if isinstance(error, WikiUnavailable | RateLimited) else "configuration"
