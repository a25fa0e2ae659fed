"""What stands beside and above a source and speaks of it: sidecars, defaults of folders, environment files.

Sidecars (Kyso's ``kyso.yaml``, ``.yml``, ``.json``; knowledge-repo's ``UUID`` of a ``.kp`` folder) speak of one report,
defaults of a folder (Quarto's ``_metadata.yml`` and ``_quarto.yml``, Kyso's ``type: meta``, ``myst.yml``, ``_config.yml``
of Jupyter Book, ``_site.yml`` and ``_output.yml`` of R Markdown) of all below it, the nearest first. All of them are
inputs like the source itself: they are read in each run, through the same door.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import pathspec

from converters.metadata import Metadata
from converters.model import Where
from converters.notes import Note, metadata, security
from converters.readers.audience import with_lines
from converters.readers.frontmatter import merge, metadata_from_mapping, parse_header

if TYPE_CHECKING:
    from bridge.source_tree import SourceTree

MAX_BYTES = 256 * 1024
"""Sidecars up to this size are read. Ours: people write a few lines into them."""

KYSO = ("kyso.yaml", "kyso.yml", "kyso.json")
_METADATA = ("_metadata.yml", "_metadata.yaml")
_PROJECTS: Mapping[str, tuple[str, ...]] = {
    "_quarto.yml": (".qmd", ".rmd", ".ipynb", ".md", ".py", ".r", ".jl"),
    "_quarto.yaml": (".qmd", ".rmd", ".ipynb", ".md", ".py", ".r", ".jl"),
    "myst.yml": (".md", ".ipynb", ".tex"),
    "_config.yml": (".md", ".ipynb", ".rst"),
    "_site.yml": (".rmd", ".md"),
    "_output.yml": (".rmd",),
    "_output.yaml": (".rmd",),
    "_publish.yml": (".qmd", ".rmd", ".ipynb", ".md"),
    ".knowledge_repo_config.yml": (".ipynb", ".rmd", ".md"),
}
"""Files that speak of a whole project → the kinds of sources that their tool reads."""
_SPEAK_OF_READERS = frozenset({*KYSO, *_METADATA, "_quarto.yml", "_quarto.yaml"})
"""Files that can say who may read reports: one that can't be read opens nothing."""

ENVIRONMENTS: tuple[tuple[str, ...], ...] = (
    ("environment.yml", "environment.yaml", "binder/environment.yml", ".binder/environment.yml"),
    ("conda-lock.yml", "conda-lock.yaml"),
    ("requirements.txt", "requirements.in", "requirements-dev.txt", "binder/requirements.txt", ".binder/requirements.txt"),
    ("pixi.toml",), ("pixi.lock",), ("pyproject.toml",), ("uv.lock",), ("poetry.lock",), ("Pipfile.lock",), ("Pipfile",),
    ("renv.lock",), ("Project.toml",), ("Manifest.toml",), ("runtime.txt",), ("Dockerfile", "Containerfile"),
    ("devcontainer.json", ".devcontainer/devcontainer.json", ".devcontainer.json"),
)  # fmt: skip
"""Files that say what a report needs to run, by kind; of each kind the nearest one counts."""

_OF_ONE = frozenset({"title", "id", "aliases", "thumbnail", "summary", "subtitle", "main", "files", "reports", "kind"})
"""Fields that can't hold for several reports."""
_MYST = frozenset(
    {"authors", "author", "contributors", "affiliations", "license", "github", "keywords", "tags", "venue", "binder"}
    | {"requirements", "bibliography", "math", "resources", "reviewers", "editors", "open_access", "numbering"}
    | {"source_url", "jupyter"}
)
"""Of a MyST project, what holds for each page as well. Source: mystmd.org/guide/frontmatter, "page & project"."""
_BOOK = frozenset({"author", "repository", "launch_buttons", "bibtex_bibfiles"})
"""Of Jupyter Book's (and Jekyll's) configuration, what holds for each page."""


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. ``sidecars`` are single ones by path, for telling what they and the header say differently."""

    metadata: Metadata = Metadata()
    sidecars: tuple[tuple[str, Metadata], ...] = ()
    environment: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


class Sidecars:
    """Sidecars of one source tree, each file read once. ``sources`` are the paths of all reports."""

    def __init__(self, files: SourceTree, sources: Collection[str]) -> None:
        self.files = files
        self.count: dict[str, int] = {}
        for path in sources:
            folder = posixpath.dirname(path)
            self.count[folder] = self.count.get(folder, 0) + 1
        self._names: dict[str, frozenset[str]] = {}
        self._read: dict[str, tuple[Mapping[str, Any], tuple[Note, ...]]] = {}
        self._environment: dict[str, tuple[str, ...]] = {}

    def beside(self, path: str) -> Beside:
        """What holds for one source, by its path relative to the root."""
        found: list[Metadata] = []
        sidecars: list[tuple[str, Metadata]] = []
        notes: list[Note] = []
        for name, mapping in self._single(path, notes):
            meta, told = metadata_from_mapping(mapping, Where(name))
            notes += with_lines(told, self._text(name, []) if told else "", first=1)
            found.append(meta)
            sidecars.append((name, meta))
        if len(sidecars) > 1:
            names = " and ".join(name for name, _ in sidecars)
            notes.append(metadata("metadata.sidecars", f"{names} both speak of this report: the first holds"))
        for name, mapping in self._defaults(path, notes):
            meta, told = metadata_from_mapping(mapping, Where(name), report=False)
            told = [note for note in told if note.code == "metadata.visibility"]
            notes += with_lines(told, self._text(name, []) if told else "", first=1)
            found.append(meta)
        merged = Metadata()
        for meta in found:
            merged = merge(merged, meta)
        environment = self.environment(posixpath.dirname(path))
        if not (found or environment or notes):
            return _NOTHING
        return Beside(
            metadata=merged, sidecars=tuple(sidecars), environment=environment, notes=tuple(dict.fromkeys(notes))
        )

    def environment(self, folder: str) -> tuple[str, ...]:
        """Environment files that hold for a folder, the nearest of each kind, by path relative to the root."""
        if folder not in self._environment:
            found = []
            for kind in ENVIRONMENTS:
                places = (posixpath.join(above, name) for above in _upwards(folder) for name in kind)
                nearest = next(filter(self._is_there, places), None)
                found += [nearest] if nearest else []
            self._environment[folder] = tuple(found)
        return self._environment[folder]

    def _is_there(self, path: str) -> bool:
        folder, name = posixpath.split(path)
        return name in self._listed(folder)

    def _listed(self, folder: str) -> frozenset[str]:
        if folder not in self._names:
            self._names[folder] = self.files.names(folder)
        return self._names[folder]

    def _single(self, path: str, notes: list[Note]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Sidecars of one report, best first."""
        folder = posixpath.dirname(path)
        for name in KYSO:
            mapping = self._mapping(posixpath.join(folder, name), notes)
            if not mapping or mapping.get("type") == "meta":
                continue
            main = mapping.get("main")
            if isinstance(main, str) and main:
                if posixpath.normpath(posixpath.join(folder, main)) == path:
                    yield posixpath.join(folder, name), mapping
            elif self.count.get(folder) == 1:
                yield posixpath.join(folder, name), mapping
        if folder.endswith(".kp"):
            text = self._text(posixpath.join(folder, "UUID"), notes).strip()
            if text and len(text) <= 100 and text.isprintable():
                yield posixpath.join(folder, "UUID"), {"id": text}

    def _defaults(self, path: str, notes: list[Note]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Defaults of the folders above a report, the nearest first."""
        suffix = posixpath.splitext(path)[1].lower()
        for folder in _upwards(posixpath.dirname(path)):
            inside = posixpath.relpath(path, folder or ".")
            for name in (*_METADATA, *KYSO, *_PROJECTS):
                full = posixpath.join(folder, name)
                if not self._is_there(full) or suffix not in _PROJECTS.get(name, (suffix,)):
                    continue
                mapping = _of_all(name, self._mapping(full, notes), inside, self.count.get(folder, 0))
                if name == "myst.yml" and "bibliography" not in mapping:  # mystmd takes all that lie beside it
                    found = sorted(each for each in self._listed(folder) if each.endswith(".bib"))
                    mapping = {**mapping, "bibliography": found} if found else mapping
                if mapping:
                    yield full, _from_root(mapping, folder)

    def _mapping(self, path: str, notes: list[Note]) -> Mapping[str, Any]:
        """A sidecar's names and values; what can't be read is empty, with a note."""
        if not self._is_there(path):
            return {}
        if path not in self._read:
            told: list[Note] = []
            text = self._text(path, told)
            mapping: Mapping[str, Any] = {}
            if text.strip():
                mapping, more = parse_header(text, Where(path), first=1)
                told += more
            elif told and posixpath.basename(path) in _SPEAK_OF_READERS:
                mapping = {"visibility": "private"}
                told = [
                    msgspec.structs.replace(note, text=f"{note.text}; what it speaks of is private") for note in told
                ]
            if path.endswith("_publish.yml") and not mapping:
                told.clear()  # a list at its top: read by _published
                mapping = {"": text}
            self._read[path] = mapping, tuple(told)
        mapping, found = self._read[path]
        notes += found
        return mapping

    def _text(self, path: str, notes: list[Note]) -> str:
        """A small file's text through the safe door; empty where it can't be read, with a note."""
        if not self._is_there(path):
            return ""
        try:
            size = self.files.size(path)
            if size > MAX_BYTES:
                text = f"left unread: {size:,} bytes, more than {MAX_BYTES:,}"
                notes.append(metadata("metadata.sidecar", text, Where(path)))
                return ""
            return self.files.read(path).decode("utf-8-sig")
        except PermissionError:
            notes.append(security("metadata.outside", "leads outside the source root and was not read", Where(path)))
        except UnicodeDecodeError:
            notes.append(metadata("metadata.sidecar", "is not UTF-8 and was left unread", Where(path)))
        except OSError as error:
            notes.append(metadata("metadata.sidecar", f"can't be read: {error.strerror or error}", Where(path)))
        return ""


_NOTHING = Beside()


def _upwards(folder: str) -> Iterator[str]:
    """A folder and those above it up to the root, which is empty."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _of_all(name: str, mapping: Mapping[str, Any], inside: str, sources: int) -> Mapping[str, Any]:
    """Of a folder's or project's file, what holds for the report at ``inside`` below it."""
    if name in KYSO:
        return _kyso(mapping, inside, sources)
    if name == "_publish.yml":
        return _published(mapping.get(""), inside)
    if name == ".knowledge_repo_config.yml":
        aliases = mapping.get("aliases")
        stem = posixpath.splitext(inside)[0]
        pairs = aliases.items() if isinstance(aliases, dict) else ()
        names = [str(old) for old, new in pairs if str(new) in {inside, stem}]
        return {"aliases": names} if names else {}
    if name == "myst.yml":
        project = mapping.get("project")
        return {k: v for k, v in project.items() if k in _MYST} if isinstance(project, dict) else {}
    if name == "_config.yml":
        return {k: v for k, v in mapping.items() if k in _BOOK}
    if name.startswith("_output."):
        return {"output": dict(mapping)} if mapping else {}
    return _without_single(mapping)


def _from_root(mapping: Mapping[str, Any], folder: str) -> Mapping[str, Any]:
    """The mapping with bibliographies and their style named from the source root, not from the file's folder."""
    if mapping.keys().isdisjoint({"bibliography", "bibtex_bibfiles", "csl"}):
        return mapping
    found = dict(mapping)
    named = found.pop("bibtex_bibfiles", None) or found.pop("bibliography", None) or []
    paths = [str(path) for path in (named if isinstance(named, list) else [named])]
    here = [path if path.startswith(("/", "http")) else "/" + posixpath.join(folder, path) for path in paths]
    found |= {"bibliography": here} if here else {}
    style = found.get("csl")
    if isinstance(style, str) and style and not style.startswith(("/", "http")):
        found["csl"] = "/" + posixpath.join(folder, style)
    return found


def _kyso(mapping: Mapping[str, Any], inside: str, sources: int) -> Mapping[str, Any]:
    """Kyso's file as defaults: for the reports that a ``type: meta`` names, or for all that share its folder."""
    if mapping.get("type") == "meta":
        globs = mapping.get("reports")
        lines = [str(one) for one in globs] if isinstance(globs, list) else []
        matches = pathspec.GitIgnoreSpec.from_lines(lines).match_file(inside)
        return _without_single({k: v for k, v in mapping.items() if k != "type"}) if matches else {}
    if "main" in mapping or "/" in inside or sources < 2:
        return {}
    return _without_single({k: v for k, v in mapping.items() if k != "type"})


def _without_single(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping without what can be said of one report only."""
    from converters.readers.fields import LISTS, TEXTS, normal

    single = {name for field in _OF_ONE for name in (*TEXTS.get(field, ()), *LISTS.get(field, ()))}
    single |= {"preview", "image", "thumbnail", "banner", "cover", "date"}
    if isinstance(mapping.get("toc"), list):
        single.add("toc")
    return {key: value for key, value in mapping.items() if normal(key) not in single}


def _published(text: object, inside: str) -> Mapping[str, Any]:
    """The page that Quarto published a source to, from the list in its ``_publish.yml``."""
    import yaml

    from converters.readers.yaml_values import load_yaml

    try:
        found = load_yaml(text) if isinstance(text, str) else None
    except yaml.YAMLError:
        return {}
    for item in found if isinstance(found, list) else ():
        pages = item.get("confluence") if isinstance(item, dict) and item.get("source") == inside else None
        for page in pages if isinstance(pages, list) else ():
            if isinstance(page, dict) and page.get("id"):
                return {"wiki": {"confluence": {k: str(page[k]) for k in ("id", "url") if page.get(k)}}}
    return {}
