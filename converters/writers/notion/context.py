"""What a writer keeps while it walks one document: notes, assets in order of use, links to other reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from converters.model import Asset, AssetKey, Where
from converters.notes import Note, degraded, placed

Item: TypeAlias = dict[str, Any]
"""One rich text item."""
Shape: TypeAlias = dict[str, Any]
"""One block object."""

ASSET_ID = "nbwiki-asset:"
"""Stands for an upload id until the adapter has one."""


class Context:
    """State of one document's writing."""

    def __init__(self, assets: Mapping[AssetKey, Asset], where: Where | None = None) -> None:
        self.known = assets
        self.used: dict[AssetKey, Asset] = {}
        self.attached: set[AssetKey] = set()
        self.linked: dict[AssetKey, str] = {}
        self.reports: dict[str, None] = {}
        self.notes: list[Note] = []
        self.where = where
        self.headings: dict[tuple[str, str], None] = {}
        """Anchors of other reports that links lead to, with the reports' keys."""
        self.here: dict[str, None] = {}
        """Anchors that links on the page lead to."""
        self.pending: list[str] = []
        """Anchors of text that is being written: they are the next block's."""
        self._anchors: list[tuple[str, Shape]] = []
        self._said: set[str] = set()

    def anchored(self, shape: Shape, *names: str) -> Shape:
        """The block, under these names and those of its text."""
        self._anchors += [(name, shape) for name in (*names, *self.pending) if name]
        self.pending.clear()
        return shape

    def paths(self, shapes: Sequence[Shape]) -> dict[str, tuple[int, ...]]:
        """Where all anchors stand: paths of indices from the page's blocks downwards. Of equal ones the first counts."""
        wanted: dict[int, list[str]] = {}
        for name, shape in self._anchors:
            wanted.setdefault(id(shape), []).append(name)
        found: dict[str, tuple[int, ...]] = {}
        stack: list[tuple[tuple[int, ...], Shape]] = []
        if wanted:
            stack += [((index,), shape) for index, shape in enumerate(shapes)][::-1]
        while stack:
            path, shape = stack.pop()
            for name in wanted.get(id(shape), ()):
                found.setdefault(name, path)
            below = shape[shape["type"]].get("children", ())
            stack += [((*path, index), child) for index, child in enumerate(below)][::-1]
        return found

    def note(self, note: Note) -> None:
        """Keep a note; one without a place is of the block that is being written."""
        self.notes.append(placed(note, self.where))

    def simpler(self, code: str, text: str) -> None:
        """Keep a note that something at this place is shown in a simpler form."""
        self.notes.append(degraded(code, text, self.where))

    def simpler_once(self, code: str, text: str) -> None:
        """The same, once a document: for styles that would repeat on each line."""
        if code not in self._said:
            self._said.add(code)
            self.notes.append(degraded(code, text, self.where))

    def asset(self, key: AssetKey) -> Asset | None:
        """The asset, counted as used; None (with a note by the caller) when the document doesn't hold it."""
        asset = self.known.get(key)
        if asset is not None:
            self.used.setdefault(key, asset)
        return asset

    def upload(self, key: AssetKey) -> Item:
        """The placeholder that the adapter replaces by an upload id."""
        return {"type": "file_upload", "file_upload": {"id": ASSET_ID + key}}
