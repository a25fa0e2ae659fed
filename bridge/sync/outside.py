"""Headings of reports that a run wasn't asked for, but that its pages link to."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from adapters.base import Observed
from bridge.discover import Discovery, UsageError, discover
from bridge.pipeline import Target, options_for, render_path
from bridge.settings import Settings
from bridge.source_tree import SourceTree
from converters.options import WriteOptions


class Outside:
    """Where anchors of such reports are on their pages: from the sources as they are now, each converted once, when asked."""

    def __init__(
        self,
        settings: Settings,
        discovery: Discovery,
        observed: Observed,
        write: WriteOptions,
        target: Target,
        files: SourceTree,
    ) -> None:
        self._settings = settings
        self._known = discovery.known()
        self._write = write
        self._target: Target = target
        self._files = files
        self._paths = {key: path for path, key in reversed(self._known.items())}
        named = {was.record.key: was.record.source for was in observed.tracked.values()}
        self._paths |= {key: self._paths[source] for key, source in named.items() if source in self._paths}
        self._found: dict[str, Mapping[str, str]] = {}
        self._lock = threading.Lock()

    def anchors(self, key: str) -> Mapping[str, str]:
        """``Rendered.anchors`` of a report; empty where its source isn't in this repository, or can't be converted."""
        path = self._paths.get(key)
        if path is None:
            return {}
        with self._lock:
            if key not in self._found:
                self._found[key] = self._read(path)
            return self._found[key]

    def _read(self, path: str) -> Mapping[str, str]:
        try:
            found = discover(self._settings, [self._settings.root / path]).found
        except UsageError:  # gone since
            return {}
        for one in found:
            options = options_for(one, self._settings, self._known, self._write, self._target)
            done = render_path(one.path, options, self._files)
            return done.rendered.anchors if done.rendered else {}
        return {}
