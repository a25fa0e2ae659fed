"""Rendered pages between plan and apply."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bridge.hub.parts import Parts
from bridge.pipeline import RenderOptions, render_path
from converters.errors import ConversionError
from converters.model import Rendered
from converters.options import Files

KEEP_BYTES = 64 * 1024 * 1024
"""Rendered pages are kept between plan and apply up to this size together; others are rendered again."""


class Bodies:
    """Rendered pages by key: kept while they are small together, else rendered again (and checked)."""

    def __init__(self, files: Files, keep_bytes: int = KEEP_BYTES) -> None:
        self.files = files
        self.keep_bytes = keep_bytes
        self.options: dict[str, RenderOptions] = {}
        self._paths: dict[str, str] = {}
        self._digests: dict[str, str] = {}
        self._kept: dict[str, Rendered] = {}
        self._bytes = 0
        self.parts: Mapping[str, Parts] = {}
        """What the hub puts around reports, by key."""

    def add(self, key: str, path: str, rendered: Rendered, options: RenderOptions | None) -> None:
        """Remember a page. Without options (a folder's page) it is always kept."""
        size = len(rendered.body) + sum(len(asset.data) for asset in rendered.assets)
        size += len(msgspec.json.encode(rendered.blocks)) if rendered.blocks else 0
        self._paths[key], self._digests[key] = path, rendered.digest
        if options is None or self._bytes + size <= self.keep_bytes:
            self._kept[key] = rendered
            self._bytes += size
        if options is not None:
            self.options[key] = options

    def rendered(self, key: str) -> Rendered:
        """The page that the plan saw. Raises ConversionError when its source changed since."""
        found = self._plain(key)
        return self.parts[key].around(found) if key in self.parts else found

    def _plain(self, key: str) -> Rendered:
        if key in self._kept:
            return self._kept[key]
        path = self._paths[key]
        again = render_path(path, self.options[key], self.files)
        if again.rendered is None:
            raise ConversionError(again.error)
        if again.rendered.digest != self._digests[key]:
            raise ConversionError("the source changed while the run was under way", where=path, hint="run again")
        return again.rendered
