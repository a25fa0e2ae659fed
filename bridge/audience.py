"""Who may read what lies in the source root, as files beside and above it say: reports, and whatever pages take in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bridge.sidecars import Sidecars
from bridge.source_tree import SourceTree
from converters.metadata import Metadata


class Audience(Mapping[str, Metadata]):
    """Visibility and readers by path from the root. ``said`` is what is known of reports, with their paired files.

    Files that are no reports (left out by ``source.exclude``, parts, ignored ones) are looked up when a page takes them
    in: each for itself, as if it were the only report of its folder. Picklable; iterates over ``said`` alone.
    """

    def __init__(self, said: Mapping[str, Metadata], files: SourceTree) -> None:
        self.said = dict(said)
        self.files = files
        self.found: dict[str, Metadata] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "found": {}}

    def __getitem__(self, path: str) -> Metadata:
        if path in self.said:
            return self.said[path]
        if not path:
            raise KeyError(path)
        if path not in self.found:
            self.found[path] = who_reads(Sidecars(self.files, [path]).beside(path).metadata)
        return self.found[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.said)

    def __len__(self) -> int:
        return len(self.said)

    def by_default(self, default: Metadata) -> Audience:
        """The same, and by an empty path what holds where nobody says anything."""
        return Audience({**self.said, "": default}, self.files)


def who_reads(meta: Metadata) -> Metadata:
    """Of metadata, what tells who may read a report."""
    return Metadata(visibility=meta.visibility, allow=meta.allow)
