"""What an adapter needs to know of a target. Tokens come in here and go into a header, nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec


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
    requests_per_minute: int = 0
    """Requests that the wiki allows, where that is known. 0: as fast as it goes, learning from its 429s (Notion)."""
