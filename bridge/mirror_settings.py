"""The configuration of a mirror: the runner's own says where things go, the repository's only what of it is published.

A repository may come from strangers. What names an address, a credential, a program or code is therefore never taken from
its ``nbwiki.toml``, nor is its identity: else one repository could send the runner's tokens elsewhere, or take over the
pages of another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from bridge.config import FILE_NAME, defaults_of, load
from bridge.settings import Settings
from converters.errors import ConfigError

LARGEST_FILE = 1_000_000
"""Ours, in bytes: no configuration is that long."""
FROM_REPOSITORY: Mapping[str, tuple[str, ...]] = {
    "source": ("root", "include", "exclude"),
    "limits": ("max_rows", "max_stream_lines"),
    "convert": ("remove_cell_tags", "remove_input_tags", "remove_output_tags", "attach_source"),
}
"""Keys that count in a repository's own file, besides ``[defaults]``, whose fields documents may set as well."""


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one run, and the keys of the repository's file that have no effect in a mirror."""

    settings: Settings
    ignored: tuple[str, ...] = ()


def merged(runner: Settings, tree: Path, identity: str = "") -> Merged:
    """The runner's settings for the work tree ``tree``: flags > environment > runner's file > repository's > defaults.

    ``identity`` names the repository where the runner doesn't and its clone's origin wouldn't. Raises ConfigError.
    """
    own = _repositorys(tree)
    sections: dict[str, Any] = {}
    for section, keys in FROM_REPOSITORY.items():
        theirs = getattr(own.file, section) if own else None
        ours = getattr(runner.file, section)
        taken = {
            key: getattr(theirs, key)
            for key in keys
            if own and f"{section}.{key}" in own.given and f"{section}.{key}" not in runner.given
        }
        sections[section] = msgspec.structs.replace(ours, **taken)
    if not runner.file.source.repository and identity:
        sections["source"] = msgspec.structs.replace(sections["source"], repository=identity)
    defaults = {**(own.file.defaults if own else {}), **runner.file.defaults}
    file = msgspec.structs.replace(runner.file, **sections, defaults=defaults)
    given = runner.given | {key for key in (own.given if own else ()) if _counts(key)}
    settings = Settings(
        root=_root(tree, file.source.root), path=runner.path, file=file, defaults=defaults_of(defaults), given=given
    )
    ignored = sorted({_told(key) for key in (own.given if own else ()) if not _counts(key)})
    return Merged(settings=settings, ignored=tuple(ignored))


def _repositorys(tree: Path) -> Settings | None:
    """The repository's own file, checked as any other; None where it has none."""
    path = tree / FILE_NAME
    if not path.is_file():
        return None
    if not path.resolve().is_relative_to(tree.resolve()):
        raise ConfigError("the repository's nbwiki.toml is a link that leads out of it")
    if path.stat().st_size > LARGEST_FILE:
        raise ConfigError(f"the repository's nbwiki.toml is larger than {LARGEST_FILE} bytes")
    return load(path, {}, tree, rooted=False)


def _root(tree: Path, root: str) -> Path:
    base = tree.resolve()
    full = (base / root).resolve()
    if not full.is_relative_to(base):
        raise ConfigError(f"source.root {root!r} leads out of the repository")
    if not full.is_dir():
        raise ConfigError(f"source.root {root!r} is no folder of the repository")
    return full


def _counts(key: str) -> bool:
    section, _, name = key.partition(".")
    return section == "defaults" or name in FROM_REPOSITORY.get(section, ())


def _told(key: str) -> str:
    """``targets.wiki`` for each key of that target."""
    return ".".join(key.split(".")[:2])
