"""Standalone pages of interactive figures put where readers' browsers can open them: ``[interactive] publish_to``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bridge.settings import InteractiveSettings
from converters.errors import BridgeError, ConfigError
from converters.model import Asset, Rendered

if TYPE_CHECKING:
    from bridge.sync.working import Bodies

_INSTALL = "pip install nbwiki[interactive], and what fsspec needs for that kind of address, such as s3fs"


class Hosted:
    """Rendered pages whose figures are hosted before the page is written, so that no page shows an empty frame.

    A file is named by its content: what is there already isn't sent again, and older versions of a page keep theirs.
    """

    def __init__(self, bodies: Bodies, place: str) -> None:
        self._bodies = bodies
        self._place = place.rstrip("/")
        self._sent: set[str] = set()

    def rendered(self, key: str) -> Rendered:
        """The page, its figures in place. Raises ConfigError where the place can't be opened, BridgeError for a file."""
        found = self._bodies.rendered(key)
        for asset in found.assets:
            if asset.mime == "text/html" and asset.key not in self._sent and _shown(asset, found):
                self._put(asset.filename, asset.data)
                self._sent.add(asset.key)
        return found

    def _put(self, name: str, data: bytes) -> None:
        files = _open(self._place)
        path = f"{files.root}/{name}"
        try:
            if files.system.exists(path):
                return
            files.system.makedirs(files.root, exist_ok=True)
            with files.system.open(path, "wb") as file:
                file.write(data)
        except Exception as error:  # each kind of store has errors of its own
            raise BridgeError(
                f"{name} can't be written to {self._place}: {error}", hint="check [interactive]"
            ) from error


class _Store:
    """An opened place: fsspec's file system and the folder in it."""

    def __init__(self, system: Any, root: str) -> None:
        self.system = system
        self.root = root.rstrip("/")


def _shown(asset: Asset, page: Rendered) -> bool:
    """Whether the page shows it live: sources, and figures of reports that are for few, are attached and nothing else."""
    return f"/{asset.filename}" in (page.body or json.dumps(page.blocks))


def _open(place: str) -> _Store:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise ConfigError("[interactive] publish_to needs fsspec", hint=_INSTALL) from error
    try:
        system, root = url_to_fs(place)
    except (ImportError, ValueError) as error:
        raise ConfigError(f"[interactive] publish_to can't be opened: {error}", hint=_INSTALL) from error
    return _Store(system, root)


def hosted(bodies: Bodies, settings: InteractiveSettings) -> Bodies:
    """The same pages, with hosting where it is configured."""
    return Hosted(bodies, settings.publish_to) if public_url(settings) else bodies


def public_url(settings: InteractiveSettings) -> str:
    """The address under which figures are hosted, empty where they aren't. Raises ConfigError for half a setting."""
    if bool(settings.publish_to) != bool(settings.public_url):
        missing = "public_url" if settings.publish_to else "publish_to"
        raise ConfigError(f"[interactive] {missing} is missing", hint="publish_to and public_url belong together")
    if settings.public_url and not settings.public_url.startswith("https://"):
        raise ConfigError("[interactive] public_url must start with https://", hint="wikis frame nothing else")
    if settings.publish_to and not settings.attach:
        raise ConfigError("[interactive] publish_to needs attach = true", hint="the attached page is the offline copy")
    return settings.public_url
