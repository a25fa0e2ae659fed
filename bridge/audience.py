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
        self.with_default: Audience | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "found": {}, "with_default": None}

    def __getitem__(self, path: str) -> Metadata:
        if not path:
            return self.said[path]
        if path not in self.found:
            try:
                real = self.files.real(path)
            except (OSError, ValueError):  # nothing is taken from there
                real = path
            here = self._said(path)
            self.found[path] = here if real == path else _both(here, self._said(real))
        return self.found[path]

    def _said(self, path: str) -> Metadata:
        said = self.said.get(path)
        return who_reads(Sidecars(self.files, [path]).beside(path).metadata) if said is None else said

    def __iter__(self) -> Iterator[str]:
        return iter(self.said)

    def __len__(self) -> int:
        return len(self.said)

    def by_default(self, default: Metadata) -> Audience:
        """The same, and by an empty path what holds where nobody says anything: one value for all reports of a run."""
        if self.with_default is None or self.with_default.said[""] != default:
            self.with_default = Audience({**self.said, "": default}, self.files)
        return self.with_default


def _both(one: Metadata, two: Metadata) -> Metadata:
    """Who may read a file that goes by two paths: those whom both let."""
    if one.readers is None or two.readers is None:
        return one if two.readers is None else two
    return Metadata(visibility="restricted", allow=tuple(sorted(one.readers & two.readers)))


def who_reads(meta: Metadata) -> Metadata:
    """Of metadata, what tells who may read a report."""
    return Metadata(visibility=meta.visibility, allow=meta.allow)
