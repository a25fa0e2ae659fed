"""An executor that renders a report again only when something that it was made of has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import Any

import msgspec

from bridge.pipeline import Conversion, RenderOptions
from bridge.source_tree import SourceTree

KEEP_BYTES = 256 * 1024 * 1024
"""Pages that are kept, with their files; beyond it the largest repositories render some again. Ours: a laptop's memory."""

Stamp = tuple[int, int, int] | None
"""Time, size and number of a file; None for one that isn't there."""


class _Looked(msgspec.Struct, frozen=True, eq=False):
    """Files that many reports depend on: compared once a run, not once a report."""

    paths: Sequence[str]
    stamps: dict[str, Stamp]


class _Watched:
    """The door to files, noting what came through it."""

    def __init__(self, files: SourceTree, looked: list[_Looked]) -> None:
        self._files = files
        self._all_looked = looked
        self.stamps: dict[str, Stamp] = {}
        self.looked: _Looked | None = None

    def read(self, path: str) -> bytes:
        """Bytes of a file. Raises as the door does."""
        self._note(path)
        return self._files.read(path)

    def exists(self, path: str) -> bool:
        """Whether ``read`` would find a file."""
        self._note(path)
        return self._files.exists(path)

    def note(self, paths: Sequence[str]) -> None:
        """Files that were looked through for all reports of a run, by the first of them that asked."""
        if not self._all_looked or self._all_looked[0].paths is not paths:
            for path in paths:
                self._note(path)
            self._all_looked[:] = [_Looked(paths, {path: self.stamps[path] for path in paths})]
        self.looked = self._all_looked[0]

    def _note(self, path: str) -> None:
        self.stamps.setdefault(path, stamp(self._files, path))  # before it is read: a change in between shows later


class _Kept(msgspec.Struct, frozen=True):
    """A rendered report, with what it depends on."""

    options: RenderOptions
    stamps: dict[str, Stamp]
    looked: _Looked | None
    done: Conversion
    size: int


class Remembering(Executor):
    """Runs ``render_path`` in this process, and answers from memory where neither options nor files have changed."""

    def __init__(self, keep_bytes: int = KEEP_BYTES) -> None:
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._room = keep_bytes
        self._looked: list[_Looked] = []
        self._run: Mapping[str, str] = {}
        self._same: dict[_Looked, bool] = {}
        self.rendered: list[str] = []
        """Paths that were really rendered, in order."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future that is done. ``args`` are those of ``render_path``: path, options, door to files."""
        future: Future[Any] = Future()
        try:
            future.set_result(self._conversion(fn, *args, **kwargs))
        except Exception as error:  # noqa: BLE001  (an executor hands on whatever the work raised)
            future.set_exception(error)
        return future

    def _conversion(
        self, render: Callable[..., Conversion], path: str, options: RenderOptions, files: SourceTree
    ) -> Conversion:
        place = (path, options.transform.target)
        kept = self._kept.get(place)
        if (
            kept is not None
            and kept.options == options
            and _are_same(kept.stamps, files)
            and (kept.looked is None or self._is_same(kept.looked, options, files))
        ):
            return kept.done
        self._forget(place)
        watched = _Watched(files, self._looked)
        done = render(path, options, watched)
        self.rendered.append(path)
        size = _size(done)
        if size <= self._room:
            self._room -= size
            self._kept[place] = _Kept(options, watched.stamps, watched.looked, done, size)
        return done

    def _is_same(self, looked: _Looked, options: RenderOptions, files: SourceTree) -> bool:
        if self._run is not options.transform.known:
            self._run, self._same = options.transform.known, {}
        if looked not in self._same:
            self._same[looked] = _are_same(looked.stamps, files)
        return self._same[looked]

    def _forget(self, place: tuple[str, str]) -> None:
        kept = self._kept.pop(place, None)
        self._room += kept.size if kept else 0


def _are_same(stamps: Mapping[str, Stamp], files: SourceTree) -> bool:
    return all(stamp(files, path) == was for path, was in stamps.items())


def stamp(files: SourceTree, path: str) -> Stamp:
    """What tells a file from its later self: editors write in place, or put another file there."""
    try:
        full = files.root / path
        found = full.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _size(done: Conversion) -> int:
    page = done.rendered
    if page is None:
        return len(done.error)
    return len(page.body) + 1000 * len(page.blocks) + sum(len(asset.data) for asset in page.assets)
