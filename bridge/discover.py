"""Which files are reports, what their keys are, and the one door through which files are read."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
import pathspec

from bridge.audience import Audience, who_reads
from bridge.git import FileFacts, Repository, name_of, read_repository
from bridge.known import Known
from bridge.listing import files_below
from bridge.pairs import RESULTS, Group, groups, header_of, kin_of, told
from bridge.settings import Settings
from bridge.sidecars import Beside, Sidecars
from bridge.source_tree import SourceTree
from converters.errors import BridgeError
from converters.metadata import Metadata, Provenance
from converters.model import Where
from converters.notes import degraded, info
from converters.readers.detect import SCRIPTS, script_certainty, suffix_of
from converters.readers.frontmatter import merge

log = logging.getLogger(__name__)

INDEX_NAMES = ("readme", "index")
SUFFIXES = (".ipynb", ".rmd", ".qmd", ".md", ".py", ".r", ".jl", ".nb.html", ".html")


class UsageError(BridgeError):
    """What was asked for makes no sense as it stands (exit code 2)."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One report's source. ``key`` is by path; a front-matter id overrules it once the document is read.

    ``former`` are keys that it had under earlier paths, or would have under its other files' (:mod:`bridge.pairs`);
    ``kin`` those under other suffixes, where no file has them. ``place`` is ``<repository>:<path>``.
    """

    path: str
    key: str
    former: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    facts: FileFacts = FileFacts()
    provenance: Provenance = Provenance()
    link_base: str = ""
    beside: Beside = Beside()
    others: Audience
    """Visibility and readers that files beside them give the files of the root, by path: one value for all reports."""

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
    changed: Mapping[str, str] = {}
    """Times of the last commit by path, of every file that git knows."""

    def known(self) -> Known:
        """Keys by source path, for links between reports."""
        return Known(self.keys)


def discover(settings: Settings, paths: Sequence[Path] = (), *, as_named: bool = False) -> Discovery:
    """The reports in ``paths`` (default: the whole root), sorted by path; files that are one report are one.

    ``as_named``: a file that is named stands for itself, whatever it is paired with. Raises UsageError.
    """
    root = settings.root
    asked = [_relative(root, path) for path in paths]
    files = SourceTree(root)
    there = listing(settings)
    explicit = [path for path in asked if path and (root / path).is_file()]
    folders = [path for path in asked if path not in explicit]
    everything = _documents(there, settings, files, [one for one in folders if one])
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
    reports = groups(chosen | set(everything), [*there, *explicit], files)
    alone = _alone(reports, explicit) if as_named else []
    chosen = chosen - {one.shown for one in alone}
    names = frozenset(there)
    found = [(one, _found(one, repository, names, files)) for one in reports]
    sidecars = Sidecars(files, [one.shown for one in reports])

    def whole(group: Group, one: Found) -> Found:
        return _with_beside(one, group, sidecars, files, everything, _newer(group, repository))

    found = [(group, whole(group, one)) for group, one in found]
    wanted = [(group, report) for group, report in found if not chosen.isdisjoint(group.members)]
    wanted += [(one, whole(one, _found(one, repository, names, files))) for one in alone]
    others = Audience(_visibilities(found), files)
    return Discovery(
        root=root,
        base=place(repository.name, repository.prefix),
        former_bases=tuple(place(name, repository.prefix) for name in repository.aliases),
        keys={path: one.key for group, one in found for path in group.members},
        found=tuple(
            msgspec.structs.replace(one, others=others) for _, one in sorted(wanted, key=lambda pair: pair[1].path)
        ),
        complete=not any(asked),
        changed={path: facts.updated for path, facts in repository.files.items()},
    )


def _visibilities(found: Iterable[tuple[Group, Found]]) -> dict[str, Metadata]:
    """What files beside reports say of who may read these, by the paths of all their files."""
    said = ((group, one.beside.metadata) for group, one in found)
    return {path: who_reads(meta) for group, meta in said if meta.visibility or meta.allow for path in group.members}


def bases_of(settings: Settings) -> tuple[str, ...]:
    """How records name the source root: now, and under the repository's former names."""
    given = settings.file.source.repository
    repository = read_repository(settings.root, given) or Repository(name=name_of(given) or settings.root.name)
    return tuple(place(name, repository.prefix) for name in (repository.name, *repository.aliases))


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
    """Paths of all files that the globs and ignore files choose, scripts only where they are notebooks."""
    return _documents(listing(settings), settings, SourceTree(settings.root), [])


def listing(settings: Settings) -> list[str]:
    """Paths of all files that may be read: not ignored, not excluded."""
    exclude = pathspec.GitIgnoreSpec.from_lines(settings.file.source.exclude)
    return [path for path in files_below(settings.root) if not exclude.match_file(path)]


def _documents(there: Iterable[str], settings: Settings, files: SourceTree, folders: Sequence[str]) -> list[str]:
    """Those of ``there`` that the globs choose. A script is one only if it was written as a notebook.

    Where its folder was named, or its kind in the configuration, marks that editors use in programs as well are enough.
    """
    include = pathspec.GitIgnoreSpec.from_lines(settings.file.source.include)
    configured = "source.include" in settings.given

    def wanted(path: str) -> bool:
        if not include.match_file(path):
            return False
        suffix = suffix_of(path)
        if suffix not in SCRIPTS:
            return True
        try:
            certainty = script_certainty(files.read(path), suffix)
        except OSError:
            return False
        return certainty == "sure" or (
            certainty == "maybe" and (configured or (bool(folders) and _under(path, folders)))
        )

    return [path for path in there if wanted(path)]


def _alone(reports: Sequence[Group], named: Sequence[str]) -> list[Group]:
    """Files that were named and are not what their report shows, each as a report of its own."""
    shown = {one.shown for one in reports}
    return [Group(path, (path,)) for path in dict.fromkeys(named) if path not in shown]


def _found(group: Group, repository: Repository, there: frozenset[str], files: SourceTree) -> Found:
    owner = repository.files.get(group.key_path, FileFacts())
    shown = repository.files.get(group.shown, FileFacts())
    commit = shown.commit
    base = repository.permalink("", commit).rstrip("/") if repository.web else ""
    names = (repository.name, *repository.aliases)
    paths = [one for path in group.members for one in (path, *repository.files.get(path, FileFacts()).former)]
    key, *former = (place(name, repository.prefix + one) for name in names for one in dict.fromkeys(paths))
    return Found(
        path=group.shown,
        key=key,
        former=tuple(former),
        kin=tuple(place(name, repository.prefix + one) for name in names for one in kin_of(group, there)),
        others=Audience({}, files),
        facts=owner if owner.commit else shown,
        link_base=base,
        provenance=Provenance(
            path=repository.prefix + group.shown,
            repository=repository.web,
            branch=repository.branch,
            commit=commit,
            dirty=group.shown in repository.dirty,
            permalink=repository.permalink(group.shown, commit) if commit else "",
        ),
    )


def _newer(group: Group, repository: Repository) -> str:
    """The source that was committed after the result that is shown; empty where none was, or git doesn't know."""
    shown = repository.files.get(group.shown, FileFacts()).updated
    for path in group.members if shown and group.shown.lower().endswith(RESULTS) else ():
        updated = repository.files.get(path, FileFacts()).updated
        if updated and dt.datetime.fromisoformat(updated) > dt.datetime.fromisoformat(shown):
            return path
    return ""


def _with_beside(
    found: Found, group: Group, sidecars: Sidecars, files: SourceTree, candidates: Collection[str], stale: str
) -> Found:
    """The report with what files beside and above it say, its other files among them."""
    beside = sidecars.beside(found.path)
    if len(group.members) > 1:
        line = told(group, candidates)
        notes = (*beside.notes, *((info("source.pair", line, Where(found.path)),) if line else ()))
        if stale:
            text = f"older than {stale.rpartition('/')[2]}, by their commits: make it again to show what that says now"
            notes = (*notes, degraded("source.stale", text, Where(found.path)))
        header, more = header_of(group, files)
        meta = merge(header, beside.metadata)
        beside = msgspec.structs.replace(beside, metadata=meta, notes=(*notes, *more))
    provenance = msgspec.structs.replace(found.provenance, environment=beside.environment)
    return msgspec.structs.replace(found, beside=beside, provenance=provenance)


def index_of(folder: str, paths: Mapping[str, str]) -> str | None:
    """The path of the report that is a folder's own page (its README or index), by lower-cased path → path."""
    stems = [f"{folder}/{name}" if folder else name for name in INDEX_NAMES]
    return next((paths[stem + suffix] for stem in stems for suffix in SUFFIXES if stem + suffix in paths), None)
