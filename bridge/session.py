"""What each command starts from: settings, logging with secrets masked, an open wiki."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from adapters.base import Wiki
from adapters.settings import TargetSettings
from bridge.cli import Globals
from bridge.config import environment, load, target_name
from bridge.credentials import target, tokens
from bridge.log import set_up
from bridge.options import variables
from bridge.settings import File, Settings
from bridge.variables import unknown_variables

log = logging.getLogger(__name__)

LATER = {"secrets"}
"""Sections that are read and checked already, and whose features come later."""


def settings_for(globals_: Globals, start: Path | None = None, *, rooted: bool = True) -> Settings:
    """The settings of this run, with logging set up to hide their secrets. Raises ConfigError.

    ``rooted`` is false where the sources are not in the folder of the configuration (a mirror).
    """
    settings = load(globals_.config, environment(), start or Path.cwd(), rooted=rooted)
    set_up(
        verbosity=globals_.verbosity,
        as_json=globals_.log_format == "json",
        secrets=tokens(settings, environment()),
    )
    for text in unknown_variables(environment(), settings, variables()):
        log.warning("%s", text)
    for key in sorted(settings.given):
        if key.split(".")[0] in LATER and not _is_default(settings, key):
            log.warning("%s has no effect in this version", key)
    return settings


def _is_default(settings: Settings, key: str) -> bool:
    section, _, name = key.partition(".")
    return bool(getattr(getattr(settings.file, section), name) == getattr(getattr(File(), section), name))


@contextmanager
def opened(
    settings: Settings, name: str | None, sleep: Callable[[float], None] | None = None
) -> Iterator[tuple[str, TargetSettings, Wiki]]:
    """The chosen target's name, settings and wiki; closed afterwards. Raises ConfigError, AuthError.

    ``sleep`` is how to wait between attempts, where that can be cut short.
    """
    from adapters import open_wiki

    chosen = target_name(settings, name)
    resolved = msgspec.structs.replace(target(settings, chosen, environment()), sleep=sleep)
    wiki = open_wiki(resolved)
    try:
        yield chosen, resolved, wiki
    finally:
        wiki.close()
