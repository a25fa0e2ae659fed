"""Which files are reports, what their keys are, and the one door through which files are read."""

from __future__ import annotations

import errno
import logging
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec
import pathspec

from bridge.git import FileFacts, Repository, name_of, read_repository
from bridge.settings import Settings
from bridge.sidecars import Beside, Sidecars
from converters.errors import BridgeError
from converters.metadata import Provenance

log = logging.getLogger(__name__)

IGNORE_FILES = (".gitignore", ".nbwikiignore")
INDEX_NAMES = ("readme", "index")
SUFFIXES = (".ipynb", ".rmd", ".qmd", ".md", ".py", ".r", ".jl", ".html")


class UsageError(BridgeError):
    """What was asked for makes no sense as it stands (exit code 2)."""


class SourceTree:
    """The door to files: nothing outside ``root`` passes. Picklable."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def read(self, path: str) -> bytes:
        """Bytes by path relative to the root. Raises FileNotFoundError, PermissionError, OSError."""
        full = self._inside(path)
        try:
            return _regular(full)
        except FileNotFoundError:
            error = FileNotFoundError(path)
            error.hint = self._hint(full)  # type: ignore[attr-defined]
            raise error from None

    def exists(self, path: str) -> bool:
        """Whether ``read`` would find a file."""
        try:
            return self._inside(path).is_file()
        except (OSError, ValueError):
            return False

    def size(self, path: str) -> int:
        """Bytes of a file. Raises as ``read`` does."""
        return self._inside(path).stat().st_size

    def names(self, folder: str) -> frozenset[str]:
        """Names of the files in a folder; none where it can't be listed."""
        try:
            with os.scandir(self._inside(folder)) as entries:
                return frozenset(entry.name for entry in entries if _is_file(entry))
        except OSError:
            return frozenset()

    def _inside(self, path: str) -> Path:
        pure = PurePosixPath(path)
        if pure.is_absolute() or "\\" in path or "\0" in path or (len(path) > 1 and path[1] == ":"):
            raise PermissionError(f"{path!r} is not a path inside the source root")
        try:
            full = (self.root / pure).resolve()
        except RuntimeError as error:  # what pathlib says to links that lead in a circle
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error
        if not full.is_relative_to(self.root):
            raise PermissionError(f"{path!r} leads outside the source root")
        return full

    def _hint(self, full: Path) -> str:
        """A file whose name differs in case only: found on the author's machine, missing on a strict one."""
        try:
            names = [one.name for one in full.parent.iterdir() if one.name.casefold() == full.name.casefold()]
        except OSError:
            return ""
        return f"there is {names[0]!r}, which differs in case" if names else ""


def _regular(path: Path) -> bytes:
    """Bytes of a regular file. A pipe is opened without waiting for its other end; nothing of a device is read."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(file, "rb") as stream:  # noqa: PTH123  (a descriptor has no path)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return stream.read()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One report's source. ``key`` is by path; a front-matter id overrules it once the document is read.

    ``former`` are keys that it had under earlier paths. ``place`` is ``<repository>:<path>``.
    """

    path: str
    key: str
    former: tuple[str, ...] = ()
    facts: FileFacts = FileFacts()
    provenance: Provenance = Provenance()
    link_base: str = ""
    beside: Beside = Beside()

    @property
    def folder(self) -> str:
        """The folder's path relative to the root, empty for the root."""
        return self.path.rpartition("/")[0]


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """All reports asked for. ``complete`` is true when nothing narrowed the search to some paths.

    ``base`` starts the keys of this root (``<repository>:<root inside it>``), ``former_bases`` what started them under
    other names of the repository; ``keys`` are those of all reports of the root by path, so that a run over some of
    them renders and places these as a run over all does.
    """

    root: Path
    base: str
    former_bases: tuple[str, ...] = ()
    keys: Mapping[str, str]
    found: tuple[Found, ...]
    complete: bool

    def known(self) -> dict[str, str]:
        """Keys by source path, for links between reports."""
        return dict(self.keys)


def discover(settings: Settings, paths: Sequence[Path] = ()) -> Discovery:
    """The reports in ``paths`` (default: the whole root), sorted by path. Raises UsageError."""
    root = settings.root
    asked = [_relative(root, path) for path in paths]
    everything = documents(settings)
    explicit = [path for path in asked if path and (root / path).is_file()]
    folders = [path for path in asked if path not in explicit]
    chosen = {path for path in everything if not asked or _under(path, folders)} | set(explicit)
    if not chosen:
        looked_in = ", ".join(str(path) for path in paths) or str(root)
        patterns = ", ".join(settings.file.source.include)
        raise UsageError(f"no documents found in {looked_in}", hint=f"looked for {patterns} (source.include)")
    given = settings.file.source.repository
    repository = read_repository(root, given)
    if repository and repository.shallow:
        log.warning("shallow git clone: dates and authors of older files are unknown; clone with the whole history")
    repository = repository or Repository(name=name_of(given) or root.name)
    found = tuple(_found(path, repository) for path in sorted(chosen | set(everything)))
    sidecars = Sidecars(SourceTree(root), [one.path for one in found])
    return Discovery(
        root=root,
        base=place(repository.name, repository.prefix),
        former_bases=tuple(place(name, repository.prefix) for name in repository.aliases),
        keys={one.path: one.key for one in found},
        found=tuple(_with_beside(one, sidecars) for one in found if one.path in chosen),
        complete=not any(asked),
    )


def place(repository: str, path: str) -> str:
    """How a record names its source."""
    return f"{repository}:{path}"


def _relative(root: Path, path: Path) -> str:
    full = Path(os.path.abspath(path))  # noqa: PTH100  (links inside the root keep their own path)
    inside = full if full.is_relative_to(root) else full.resolve()
    if not inside.is_relative_to(root):
        raise UsageError(f"{path} is outside the source root {root}", hint="set source.root, or name paths inside it")
    if not inside.exists():
        raise UsageError(f"no such file or folder: {path}")
    return "" if inside == root else inside.relative_to(root).as_posix()


def _under(path: str, folders: Sequence[str]) -> bool:
    return any(not folder or path.startswith(f"{folder}/") for folder in folders)


def documents(settings: Settings) -> list[str]:
    """Paths of all files that the globs and ignore files choose."""
    source = settings.file.source
    include = pathspec.GitIgnoreSpec.from_lines(source.include)
    exclude = pathspec.GitIgnoreSpec.from_lines(source.exclude)
    return [
        path
        for path in _files(settings.root, settings.root, [])
        if include.match_file(path) and not exclude.match_file(path)
    ]


_Ignores = list[tuple[str, pathspec.GitIgnoreSpec]]


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
        elif _is_file(entry) and not _ignored(path, ignores):
            if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root):
                log.warning("%s is a link that leaves the source root: left out", path)
                continue
            yield path


def _is_text(name: str) -> bool:
    """Whether a name can be sent and printed; undecodable bytes of a name stand in it as lone surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _is_file(entry: os.DirEntry[str]) -> bool:
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


def _found(path: str, repository: Repository) -> Found:
    facts = repository.files.get(path, FileFacts())
    commit = facts.commit
    base = repository.permalink("", commit).rstrip("/") if repository.web else ""
    names, paths = (repository.name, *repository.aliases), (path, *facts.former)
    _, *former = (place(name, repository.prefix + one) for name in names for one in paths)
    return Found(
        path=path,
        key=place(repository.name, repository.prefix + path),
        former=tuple(former),
        facts=facts,
        link_base=base,
        provenance=Provenance(
            path=repository.prefix + path,
            repository=repository.web,
            branch=repository.branch,
            commit=commit,
            dirty=path in repository.dirty,
            permalink=repository.permalink(path, commit) if commit else "",
        ),
    )


def _with_beside(found: Found, sidecars: Sidecars) -> Found:
    """The report with what files beside and above it say."""
    beside = sidecars.beside(found.path)
    provenance = msgspec.structs.replace(found.provenance, environment=beside.environment)
    return msgspec.structs.replace(found, beside=beside, provenance=provenance)


def index_of(folder: str, paths: Mapping[str, str]) -> str | None:
    """The path of the report that is a folder's own page (its README or index), by lower-cased path → path."""
    stems = [f"{folder}/{name}" if folder else name for name in INDEX_NAMES]
    return next((paths[stem + suffix] for stem in stems for suffix in SUFFIXES if stem + suffix in paths), None)
