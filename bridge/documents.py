"""The documents that are here, beside what a wiki's records name."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.base import Tracked
from bridge.discover import Discovery, UsageError, discover
from bridge.hub.model import Coverage
from bridge.settings import Settings
from bridge.source_tree import SourceTree


class Sources:
    """The documents that are here, beside what the wiki's records name; none where audit runs beside no sources."""

    def __init__(self, settings: Settings) -> None:
        self._files = SourceTree(settings.root)
        try:
            self._found: Discovery | None = discover(settings)
        except UsageError:
            self._found = None

    def orphaned(self, source: str) -> bool:
        """Whether a record's source is gone from this repository; reports of other ones are theirs to tell."""
        path = self._path(source)
        return path is not None and not self._files.exists(path)

    def coverage(self, reports: Sequence[Tracked]) -> dict[str, Coverage]:
        """How many of this repository's documents are published, by its name."""
        if self._found is None:
            return {}
        keys = set(self._found.keys.values())
        return {self._found.base.partition(":")[0]: Coverage(len(keys), len(keys) - len(self.unpublished(reports)))}

    def unpublished(self, reports: Sequence[Tracked]) -> list[str]:
        """Paths of documents that no page shows, by path."""
        if self._found is None:
            return []
        published = {self._path(one.record.source) for one in reports}
        shown = {key for path, key in self._found.keys.items() if path in published}
        missing = {key: path for path, key in sorted(self._found.keys.items(), reverse=True) if key not in shown}
        return sorted(missing.values())

    def _path(self, source: str) -> str | None:
        """A record's source relative to the root here, under any name that the repository had; None of another one."""
        bases = (self._found.base, *self._found.former_bases) if self._found else ()
        base = next((one for one in bases if source.startswith(one)), None)
        return None if base is None else source.removeprefix(base)
