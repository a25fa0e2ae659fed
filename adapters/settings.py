"""What an adapter needs to know of a target. Tokens come in here and go into a header, nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from adapters.errors import AuthError
from converters.errors import ConfigError

_BEARER = re.compile(r"[!-~]*")


class Token:
    """A secret that doesn't show: ``str`` and ``repr`` are ``***``; ``reveal()`` is called where a header is made."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a token is never pickled")

    def reveal(self) -> str:
        """The secret itself."""
        return self._value


class TargetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One ``[targets.NAME]`` of the configuration, resolved."""

    name: str
    kind: str
    url: str
    token: Token
    user: str = ""
    deployment: Literal["auto", "cloud", "datacenter"] = "auto"
    space: str = ""
    parent: str = ""
    database: str = ""
    ca_bundle: str = ""
    proxy: str = ""
    timeout_s: float = 60.0
    """Per request; Notion's own maximum is about 60 s (reference, section 1)."""
    max_attempts: int = 6
    sleep: Callable[[float], None] | None = None
    """How to wait between attempts; tests pass a fake. None: ``time.sleep``."""
    clock: Callable[[], float] | None = None
    """Seconds that only grow; tests pass one that their ``sleep`` moves. None: ``time.monotonic``."""
    earlier_comments: bool = True
    """Confluence: list inline comments whose words are gone at the end of the page."""
    unused_files: Literal["keep", "trash"] = "keep"
    """Confluence: files of ours that a page no longer shows. Kept, old versions of the page keep their pictures."""
    gateway: str = ""
    """Confluence Cloud: where API tokens with scopes are taken. Empty: the vendor's, for sites over https."""
    hub: bool = False
    """Whether the target has a hub: Notion keeps its pages in a database of their own, and reports get more properties."""
    folders: Literal["property", "pages"] = "property"
    """Notion: folders as a property of the reports only, or as pages with views of their reports, too."""
    block_limit: int = 0
    """Notion: blocks that the workspace takes for ever, deleted ones included; a run stops before that. 0: no limit."""
    requests_per_minute: int = 0
    """Requests that the wiki allows, where that is known. 0: as fast as it goes, learning from its 429s (Notion)."""


def check(settings: TargetSettings) -> None:
    """Nothing. Raises ConfigError or AuthError for what the HTTP libraries would fail on with errors of their own."""
    if settings.ca_bundle and not Path(settings.ca_bundle).is_file():
        raise ConfigError(f"there is no file {settings.ca_bundle!r}", where="ca_bundle")
    if settings.proxy and not _is_proxy(settings.proxy):
        raise ConfigError("proxy is no address of an HTTP proxy", where="proxy", hint="write it as http://host:port")
    # With a user it is sent as Base64, where any character may stand.
    if not settings.user and not _BEARER.fullmatch(settings.token.reveal().strip()):
        hint = "copy it once more, without blanks or quotation marks"
        raise AuthError(f"the token of target {settings.name!r} holds characters that no token has", hint=hint)


def _is_proxy(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
