"""Which files of the repository reports use: what their code names (:mod:`bridge.hub.uses`), looked for where it would be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from posixpath import join, normpath

from bridge.hub.uses import CODE_MAX, Use, uses_of

MODULES_MAX = 200
"""Files of one report. Ours: more are a package, of which nobody reads a list."""


class Modules:
    """Files of the repository that reports use, those that these use in turn included. Each is read once a run.

    ``read`` gives bytes by path and raises OSError; ``exists`` tells whether it would.
    """

    def __init__(self, read: Callable[[str], bytes], exists: Callable[[str], bool]) -> None:
        self._read, self._ask = read, exists
        self._there: dict[str, bool] = {}
        self._uses: dict[str, tuple[Use, ...]] = {}

    def of(self, uses: Iterable[Use], path: str) -> tuple[str, ...]:
        """Paths of the files that a report takes in, its own first, each once; at most :data:`MODULES_MAX`."""
        folder = path.rpartition("/")[0]
        found: dict[str, None] = {}
        waiting = [(use, folder) for use in uses]
        for use, beside in waiting:  # grows as it goes
            hit = next((one for one in candidates(use, folder, beside) if self._exists(one)), "")
            if not hit or hit in found or hit == path:
                continue
            if len(found) == MODULES_MAX:
                break
            found[hit] = None
            waiting += [(more, hit.rpartition("/")[0]) for more in self._of_file(hit)]
        return tuple(found)

    def _of_file(self, path: str) -> tuple[Use, ...]:
        if path not in self._uses:
            self._uses[path] = tuple(dict.fromkeys(uses_of(self._text(path), language_of(path) or "-")))
        return self._uses[path]

    def _text(self, path: str) -> str:
        try:
            return self._read(path)[: 4 * CODE_MAX].decode(errors="replace")
        except OSError:
            return ""

    def _exists(self, path: str) -> bool:
        if path not in self._there:
            self._there[path] = self._ask(path)
        return self._there[path]


def candidates(use: Use, folder: str, beside: str) -> Iterator[str]:
    """Paths at which a file may be, the likeliest first. ``folder`` is the report's, which code runs in; ``beside`` that of
    the file which names it.
    """
    kind, name = use
    if kind == "python":
        bare = name.lstrip(".")
        parts = bare.replace(".", "/")
        level = len(name) - len(bare)
        for place in [_above(beside, level - 1)] if level else [*_places(folder), *_places(beside)]:
            if parts:
                start = join(place, parts)
                yield from (f"{start}.py", f"{start}/__init__.py")
    elif kind == "julia":
        for place in dict.fromkeys((*_places(folder), *_places(beside))):
            yield from (join(place, f"{name}.jl"), join(place, name, "src", f"{name}.jl"))
    elif kind == "box":
        local = name.startswith(("./", "../"))
        for place in [beside] if local else [*_places(folder), *_places(beside)]:
            start = _within(place, name)
            yield from (f"{start}.R", f"{start}.r", f"{start}/__init__.R", f"{start}/__init__.r") if start else ()
    else:
        for place in dict.fromkeys((beside, *_ancestors(folder), *_ancestors(beside))):
            if path := _within(place, name):
                yield path


def language_of(path: str) -> str | None:
    """The language of a file of code by its name; None for others."""
    return {"py": "python", "r": "r", "jl": "julia"}.get(path.rpartition(".")[2].lower())


def _within(place: str, name: str) -> str:
    """A path from a folder, normalised; empty where it leads out of the root."""
    path = normpath(join(place, name))
    return "" if path.startswith(("..", "/")) or path == "." else path


def _above(folder: str, steps: int) -> str:
    for _ in range(steps):
        folder = folder.rpartition("/")[0]
    return folder


def _ancestors(folder: str) -> list[str]:
    found = [folder]
    while folder:
        folder = folder.rpartition("/")[0]
        found.append(folder)
    return found


def _places(folder: str) -> list[str]:
    """Folders that modules are looked for in, as the usual ``sys.path.append("..")`` has them, and ``src`` in each."""
    return [place for one in _ancestors(folder) for place in (one, join(one, "src"))]
