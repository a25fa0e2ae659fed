"""The assets of one page on their way into its blocks."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.errors import Refused
from adapters.notion.requests import Shape
from adapters.notion.uploads import Uploads, with_uploads
from converters.model import Asset, Rendered
from converters.notes import Note


class PageAssets:
    """Uploads what a page shows, each asset once, and collects the notes on those that can't be."""

    def __init__(self, content: Rendered, uploads: Uploads, notes: list[Note]) -> None:
        self._assets: dict[str, Asset] = {asset.key: asset for asset in content.assets}
        self._uploads = uploads
        self._notes = notes
        self._ids: dict[str, str | None] = {}

    def take(self, key: str) -> str | None:
        """An upload's id for one place of an asset; None when it can't be shown."""
        if key in self._ids and (self._ids[key] is None or not self._uploads.single_use):
            return self._ids[key]
        asset = self._assets.get(key)
        again: list[Note] = []
        self._ids[key] = self._uploads.upload(asset, again) if asset is not None else None
        self._notes.extend(note for note in again if note not in self._notes)
        return self._ids[key]

    def place(self, shapes: Sequence[Shape]) -> list[Shape]:
        """The blocks with their files in place. Everything is uploaded before the live page is touched."""
        return with_uploads(shapes, self.take)

    def shown(self) -> dict[str, str]:
        """Digests of the assets by name, without those that could not be uploaded."""
        return {each.filename: key for key, each in self._assets.items() if self._ids.get(key, "") is not None}

    def forgotten(self, error: Refused) -> bool:
        """Whether an upload's id was what Notion refused (expired, or used up); if so all are uploaded anew."""
        said = error.message.lower().replace("_", " ")
        if "file upload" not in said or not any(self._ids.values()):
            return False
        if "already been attached" in said:
            self._uploads.single_use = True
        self._uploads.forget(list(self._ids))
        self._ids.clear()
        return True
