"""Topics over all reports: listed with their numbers, renamed and merged by an alias in the configuration."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from adapters.base import Wiki
from bridge.discover import UsageError
from bridge.hub.model import card_of, slug
from bridge.hub.topics import Topics
from bridge.keys import suggestion
from bridge.publish import Published, publish
from bridge.settings import Settings
from bridge.sync.actions import Flags
from converters.errors import ConfigError

log = logging.getLogger(__name__)


def topics_of(settings: Settings, wiki: Wiki, name: str) -> dict[str, Any]:
    """Topics of the published reports with their numbers, most used first; which are not allowed, and the aliases."""
    hub = settings.file.hub
    counted: Counter[str] = Counter()
    for was in wiki.observe().tracked.values():
        card = card_of(was.record) if was.record.kind == "report" and was.page is not None else None
        if card is not None and was.page is not None and was.page.status == "current":
            counted.update(card.topics)
    rules = Topics(hub.topics, hub.aliases)
    rows = [
        {"topic": topic, "reports": number, "shown_as": (rules.shown([topic])[0] or ("",))[0]}
        for topic, number in sorted(counted.items(), key=lambda item: (-item[1], item[0].casefold()))
    ]
    return {"schema": 1, "target": name, "topics": rows, "allowed": list(hub.topics), "aliases": dict(hub.aliases)}


def topics_text(found: dict[str, Any]) -> str:
    """The same for people."""
    rows = []
    for one in found["topics"]:
        note = "" if one["shown_as"] == one["topic"] else f"  → {one['shown_as'] or 'not allowed'} with the next sync"
        rows.append(f"{one['reports']:>5}  {one['topic']}{note}")
    rows += [f"       {other} is shown as {name}" for other, name in sorted(found["aliases"].items())]
    return "\n".join(rows) or "no topics: publish reports with the hub on ([hub] enabled = true)"


def rename(settings: Settings, wiki: Wiki, name: str, old: str, new: str, *, write: bool = True) -> Published:
    """Publishes with the topic ``old`` as ``new``; only what has it is written. Raises UsageError, ConfigError."""
    hub = settings.file.hub
    if not hub.enabled:
        raise ConfigError("the hub is off", hint="set enabled = true in [hub]")
    before = Topics(hub.topics, hub.aliases)
    shown = (before.shown([new])[0] or (new,))[0]
    if not slug(old).strip("-") or not slug(new).strip("-") or old == new:
        raise UsageError("OLD and NEW are two topics")
    if hub.topics and slug(shown) not in {slug(one) for one in hub.topics}:
        raise UsageError(f"{new!r} is not among the allowed topics", hint="add it to topics in [hub] first")
    if slug(shown) == slug(old) and slug(new) != slug(old):
        raise UsageError(f"{new!r} is shown as {shown!r} itself", hint="take that alias away first")
    aliases = {other: (new if slug(to) == slug(old) else to) for other, to in hub.aliases.items()}
    aliases = {other: to for other, to in aliases.items() if slug(other) != slug(old)} | {old: new}
    changed = msgspec.structs.replace(
        settings,
        file=msgspec.structs.replace(settings.file, hub=msgspec.structs.replace(hub, aliases=aliases)),
    )
    tell_of_unknown(topics_of(settings, wiki, name), old)
    if write:
        if settings.path is None:
            raise ConfigError("there is no nbwiki.toml to keep the alias in", hint="`nbwiki init` writes one")
        keep_aliases(settings.path, aliases)
    return publish(changed, wiki, name, flags=Flags(), write=write)


def tell_of_unknown(found: dict[str, Any], old: str) -> None:
    """Warns where no published report has a topic that is to be renamed, and names the nearest one that some have."""
    known = [one["topic"] for one in found["topics"]]
    if slug(old) not in {slug(one) for one in (*known, *found["aliases"])}:
        log.warning(
            "no published report has the topic %r%s", old, f"; {near}" if (near := suggestion(old, known)) else ""
        )


def keep_aliases(path: Path, aliases: dict[str, str]) -> None:
    """The configuration with these aliases; everything else, comments too, stays as it is, and so does the whole file where
    it can't be written to its end. Raises ConfigError.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError
    from tomlkit.items import InlineTable, Table

    try:
        document = tomlkit.parse(path.read_bytes().decode())  # line ends stay as they are
    except (TOMLKitError, OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"can't be changed: {error}", where=str(path)) from error
    hub = document.setdefault("hub", tomlkit.table())
    table = hub.get("aliases")
    if not isinstance(table, Table | InlineTable):
        table = tomlkit.inline_table()
        hub["aliases"] = table
        table = hub["aliases"]
    for other in [other for other in table if other not in aliases]:
        del table[other]
    for other, name in aliases.items():
        if table.get(other) != name:
            table[other] = name
    text = tomlkit.dumps(document)
    if not re.search(r"^\[hub", text, re.MULTILINE):
        raise ConfigError("has no [hub] table to keep the alias in", where=str(path))
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise ConfigError(f"can't be written: {error.strerror}", where=str(path)) from error


def replace_file(path: Path, data: bytes) -> None:
    """A file with other bytes and the same rights, or as it was: never half of them. Raises OSError."""
    place = path.resolve()  # a link stays one
    mode = place.stat().st_mode & 0o7777
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(mode)
        new.replace(place)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
