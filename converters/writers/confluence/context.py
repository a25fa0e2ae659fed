"""What one run of the writer gathers: assets in order of use, links, notes; and where in the page it stands."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from converters.model import Asset, AssetKey, Document, Where
from converters.notes import Note, degraded, missing, placed
from converters.options import WriteOptions
from converters.writers.confluence.anchors import Anchors
from converters.writers.confluence.xml import Xml, cdata, entities, escape, is_clean

PlaceKind: TypeAlias = Literal["page", "column", "expand", "panel", "cell", "item", "quote"]


class Place(msgspec.Struct, frozen=True):
    """What a block stands in. ``folded`` says whether an expand is anywhere around it."""

    kind: PlaceKind = "page"
    folded: bool = False

    def inside(self, kind: PlaceKind) -> Place:
        """The place within a container of that kind."""
        return Place(kind, self.folded or kind == "expand")


PAGE = Place()


class Context:
    """The writer's state for one document."""

    def __init__(self, document: Document, options: WriteOptions) -> None:
        self.document = document
        self.options = options
        self.cloud = options.flavor != "datacenter"
        self.assets: dict[AssetKey, Asset] = {}
        self.links: dict[str, None] = {}
        self.notes: list[Note] = []
        self.where = document.where
        self.anchors = Anchors(document, cloud=self.cloud)
        self._said: set[tuple[str, str]] = set()
        self._tasks = 0

    def asset(self, key: AssetKey, where: Where | None = None) -> Asset | None:
        """An asset, marked as used; None with a note if the document lacks it."""
        asset = self.document.assets.get(key)
        if asset is None:
            self.note(missing("asset.missing", f"asset {key[:12]} is not in the document", where))
            return None
        self.assets.setdefault(key, asset)
        return asset

    def note(self, note: Note) -> None:
        """Keep a note, once a place; one without a place is of the block that is being written."""
        mark = (note.code, f"{note.where}|{note.text}")
        if mark not in self._said:
            self._said.add(mark)
            self.notes.append(placed(note, self.where))

    def simpler(self, code: str, text: str, where: Where | None = None) -> None:
        """Note that something is on the page in a simpler form."""
        self.note(degraded(f"confluence.{code}", text, where))

    def text(self, text: str) -> Xml:
        """Text as markup; characters that XML forbids are left out, with one note a document."""
        if text.isascii() and text.isprintable():  # as `plain` tells it; asked of every span
            return entities(text)
        self._check(text)
        return escape(text)

    def verbatim(self, text: str) -> Xml:
        """Text as a CDATA section, same rule."""
        self._check(text)
        return cdata(text)

    def _check(self, text: str) -> None:
        if not is_clean(text):
            self.simpler("control-characters", "control characters that no page can hold were left out")

    def task_id(self) -> int:
        """The next task's number on the page, from 1."""
        self._tasks += 1
        return self._tasks
