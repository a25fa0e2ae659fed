"""What can go wrong with a wiki, by how to behave.

::

    BridgeError
    └── WikiError
        ├── AuthError            5   wrong or absent credentials: fatal, nothing else will work
        ├── PermissionDenied     5   right credentials, but not allowed to do this
        ├── NotFound                 the page, space, parent or database is not there (or not shared with us)
        ├── StaleVersion             somebody else wrote first: read again and plan again
        ├── TitleTaken               the space has a page of this title (Confluence)
        │   └── MadeTwice            another run made the report's page; the one that this run made is in the trash
        ├── Refused                  the wiki refused this content (400, 413 …): other reports go on
        │   ├── LimitExceeded        over a documented limit
        │   └── Blocked              a web application firewall in front of the wiki refused it
        ├── RateLimited              retried inside; escapes only when the attempts are used up
        ├── RunInProgress            another run holds this target
        └── WikiUnavailable      6   connection refused, DNS, timeouts, 5xx after all attempts

Foreign exceptions (requests, httpx, atlassian, notion_client) never pass the adapters' border.
"""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from converters.errors import BridgeError

Retry: TypeAlias = Literal["never", "always", "idempotent"]


class WikiError(BridgeError):
    """Base of all errors of an adapter. ``status`` is the HTTP status, ``trace`` the vendor's request id.

    ``retry`` says whether the same request may be sent again: ``always`` (the wiki did not take it), ``idempotent``
    (it may have been done), ``never``. ``retry_after_s`` is what the wiki asked for last, 0 when it did not.
    """

    default_retry: ClassVar[Retry] = "never"

    def __init__(  # noqa: PLR0913  (one keyword each, all but the message optional)
        self,
        message: str,
        *,
        where: str | None = None,
        hint: str = "",
        status: int | None = None,
        trace: str = "",
        retry: Retry | None = None,
        retry_after_s: float = 0.0,
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.status = status
        self.trace = trace
        self.retry: Retry = retry or self.default_retry
        self.retry_after_s = retry_after_s


class AuthError(WikiError):
    """Wrong or absent credentials."""


class PermissionDenied(WikiError):
    """Right credentials, but not allowed to do this."""


class NotFound(WikiError):
    """Not there, or not visible to us."""


class StaleVersion(WikiError):
    """The page changed since it was read."""


class TitleTaken(WikiError):
    """The space holds a page of this title already."""


class MadeTwice(TitleTaken):
    """It is the same report's, by another run. The page that this run had made for it is in the trash again."""


class Refused(WikiError):
    """The wiki refused the content of one request."""


class LimitExceeded(Refused):
    """Over a documented limit of the wiki."""


class Blocked(Refused):
    """A firewall in front of the wiki refused the request."""


class RateLimited(WikiError):
    """Still rate limited after all attempts. ``retry_after_s`` is what the wiki asked for last."""

    default_retry = "always"


class RunInProgress(WikiError):
    """Another run holds this target."""


class WikiUnavailable(WikiError):
    """The wiki can't be reached or answers with server errors after all attempts."""

    default_retry = "idempotent"
