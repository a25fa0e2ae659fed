"""Files below a folder, ignore files heeded as git does."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pathspec

log = logging.getLogger(__name__)

IGNORE_FILES = (".gitignore", ".nbwikiignore", ".kysoignore")

_Ignores = list[tuple[str, pathspec.GitIgnoreSpec]]


def files_below(root: Path) -> Iterator[str]:
    """Paths of all files that no ignore file names, relative to the root, sorted folder by folder."""
    return _files(root, root, [])


def _files(root: Path, folder: Path, above: _Ignores) -> Iterator[str]:
    """Files below a folder, ignore files heeded as git does: each holds for its own folder and below."""
    here = folder.relative_to(root).as_posix()
    prefix = "" if here == "." else f"{here}/"
    ignores = [*above, *((prefix, spec) for spec in _ignore_specs(folder))]
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        log.warning("%s can't be read and is left out: %s", prefix or ".", error.strerror)
        return
    for entry in ordered:
        path = prefix + entry.name
        if entry.name.startswith(".") or entry.name in {"node_modules", "__pycache__"}:
            continue
        if not _is_text(entry.name):
            log.warning("%s is left out: its name is no UTF-8", os.fsencode(path).decode("utf-8", "replace"))
            continue
        if entry.is_dir(follow_symlinks=False):
            if not _ignored(f"{path}/", ignores) and not (Path(entry.path) / "pyvenv.cfg").exists():
                yield from _files(root, Path(entry.path), ignores)
        elif is_file(entry) and not _ignored(path, ignores):
            if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root):
                log.warning("%s is a link that leaves the source root: left out", path)
                continue
            yield path


def _is_text(name: str) -> bool:
    """Whether a name can be sent and printed; undecodable bytes of a name stand in it as lone surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a regular file; links that lead in a circle are none."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _ignore_specs(folder: Path) -> Iterator[pathspec.GitIgnoreSpec]:
    for name in IGNORE_FILES:
        file = folder / name
        if file.is_file():
            yield pathspec.GitIgnoreSpec.from_lines(file.read_text(encoding="utf-8", errors="replace").splitlines())


def _ignored(path: str, ignores: _Ignores) -> bool:
    """The last ignore file with an opinion decides, the nearest one having the last word."""
    verdict = False
    for prefix, spec in ignores:
        result = spec.check_file(path[len(prefix) :])
        if result.include is not None:
            verdict = result.include
    return verdict
