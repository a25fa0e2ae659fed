"""Wiki adapters: one protocol (:mod:`adapters.base`), one class a wiki, found by the ``kind`` of a target."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.base import Wiki
    from adapters.settings import TargetSettings

ADAPTERS = {
    "confluence": "adapters.confluence:open_confluence",
    "notion": "adapters.notion:open_notion",
    "memory": "adapters.memory:open_memory",
}
"""Kind of target → ``module:function``, called with the target's settings. Imported only when a target is opened."""

ENTRY_POINTS = "nbwiki.adapters"
"""Group of entry points by which other packages add kinds; ours come first."""


def open_wiki(settings: TargetSettings) -> Wiki:
    """The adapter of a target. Raises ConfigError for a kind that nobody provides and for settings that no HTTP client
    takes, AuthError for a token that can't be one.
    """
    factory = _factory(settings.kind)
    from adapters.settings import check

    check(settings)
    return factory(settings)


def _factory(kind: str) -> Callable[[TargetSettings], Wiki]:
    if kind in ADAPTERS:
        module, _, function = ADAPTERS[kind].partition(":")
        return cast("Callable[[TargetSettings], Wiki]", getattr(importlib.import_module(module), function))
    from importlib.metadata import entry_points

    found = entry_points(group=ENTRY_POINTS)
    if kind in found.names:
        return cast("Callable[[TargetSettings], Wiki]", found[kind].load())
    from converters.errors import ConfigError

    known = ", ".join(sorted({*ADAPTERS, *found.names} - {"memory"}))
    raise ConfigError(f"there is no adapter of kind {kind!r}", hint=f"known kinds: {known}")
