"""Files that are one report: notebooks that jupytext keeps in several formats, and results beside their sources.

Which of them is shown: the one with outputs. In order: a notebook with outputs, an R Notebook (``.nb.html``), a knitted
page, knitted Markdown, a notebook without outputs, then text. Whose key and record it has is another matter, and does not
change when a result is made or removed: the first of notebook, R Markdown, Quarto, script, Markdown, results.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
import yaml

from converters.metadata import Metadata
from converters.model import Where
from converters.notes import Note
from converters.options import Files
from converters.readers.detect import SCRIPTS, script_certainty, script_header, suffix_of
from converters.readers.yaml_values import load_yaml

SOURCES = (".ipynb", ".rmd", ".qmd", *sorted(SCRIPTS), ".md", ".markdown")
RESULTS = (".nb.html", ".html", ".htm")
ORDER = (*SOURCES, *RESULTS)
"""Kinds of files by who owns the key, best first."""

KIN = (".ipynb", ".Rmd", ".rmd", ".qmd", ".py", ".R", ".r", ".jl", ".md", ".nb.html", ".html")
"""Suffixes, as people spell them, under which a report may have been kept before."""

CONFIGS = ("jupytext.toml", ".jupytext.toml", "jupytext.yml", "jupytext.yaml", "jupytext.json", "pyproject.toml")
_KEPT = 4
"""Files kept in memory: those of one report, usually."""
_TEXT = 1_000_000
"""Of texts that are compared no more than this is read."""
_HEAD = 16_384
"""A header is looked for in the first bytes of a text. Ours: headers are shorter."""
_FORMATS = re.compile(r"^(?:[#/%;\-\s']*)formats:[ \t]*['\"]?([^'\"\n]+)", re.MULTILINE)
_NOTEBOOK_FORMATS = re.compile(rb'"jupytext"\s*:\s*\{[^{}]*?"formats"\s*:\s*"([^"]+)"')
_MADE = re.compile(
    rb"name=\"generator\"[^>]*(?:pandoc|quarto)|jp-Notebook|notebook-container|rmd-source-code|main-container|<!-- rnb-"
)
_PREFIXED = re.compile(rb"^(?:(?:```|~~~)[ \t]*\r?\n|    )(?:##|#>) ", re.MULTILINE)
"""What code printed, as knitr writes it: in a fence without a language, or indented."""
_CODE = re.compile(r"^[ \t]*(```+|~~~+).*?^[ \t]*\1[ \t]*$|^---[ \t]*\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]{4,}")
_SAME = 0.8
"""Of the words of a source's narrative so many stand in what was made of it. Ours: all but what R computes."""
_HEADER = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


class Group(msgspec.Struct, frozen=True):
    """One report. ``members`` are its files, the one that owns the key first; ``shown`` is the one that is read."""

    shown: str
    members: tuple[str, ...]

    @property
    def key_path(self) -> str:
        """The path that the report's key is made of."""
        return self.members[0]


def groups(candidates: Collection[str], beside: Collection[str], files: Files) -> list[Group]:
    """The reports that ``candidates`` are, each with its files among ``beside`` (all files that may be read), by path."""
    pairing = _Pairing(beside, files)
    members: dict[str, list[str]] = {}
    for path in sorted(candidates):
        pairing.join(path)
    for path in sorted(pairing.parent):
        members.setdefault(pairing.top(path), []).append(path)
    found = []
    for paths in members.values():
        if not set(paths).isdisjoint(candidates):
            ordered = tuple(sorted(paths, key=_order))
            shown = ordered[0] if len(ordered) == 1 else min(ordered, key=lambda one: (pairing.rank(one), _order(one)))
            found.append(Group(shown, ordered))
    return sorted(found, key=lambda one: one.shown)


def _order(path: str) -> tuple[int, str]:
    suffix = suffix_of(path)
    return (ORDER.index(suffix) if suffix in ORDER else len(ORDER), path)


def stem_of(path: str) -> str:
    """A path without the suffix by which it is read (``.nb.html`` is one)."""
    suffix = suffix_of(path)
    return path[: len(path) - len(suffix)]


class _Pairing:
    """Files joined to reports: a forest of paths, each pointing to one that it belongs to."""

    def __init__(self, beside: Collection[str], files: Files) -> None:
        self.files = files
        self.there = set(beside)
        self.parent: dict[str, str] = {}
        self.by_stem: dict[str, list[str]] = {}
        self.data: dict[str, bytes] = {}
        self.configs: dict[str, str] = {}
        for path in beside:
            if suffix_of(path) in ORDER:
                self.by_stem.setdefault(stem_of(path), []).append(path)

    def top(self, path: str) -> str:
        """The path that stands for the report of ``path``."""
        while self.parent.setdefault(path, path) != path:
            path = self.parent[path]
        return path

    def join(self, path: str) -> None:
        """Everything that belongs to a file, with it."""
        self.top(path)
        for other in self.by_stem.get(stem_of(path), ()):
            if other != path and (self.pair(path, other) or self.pair(other, path)):
                self.parent[self.top(other)] = self.top(path)
        if suffix_of(path) not in RESULTS:
            for other in self.partners(path):
                if other != path and other in self.there:
                    self.parent[self.top(other)] = self.top(path)

    def read(self, path: str) -> bytes:
        """A file's bytes, the last few kept; empty where it can't be read (its own reading will say so)."""
        if path not in self.data:
            if len(self.data) >= _KEPT:
                self.data.pop(next(iter(self.data)))
            try:
                self.data[path] = self.files.read(path)
            except OSError:
                self.data[path] = b""
        return self.data[path]

    def pair(self, one: str, two: str) -> bool:
        """Whether two files of one name are one report; ``one`` is the source where they differ in that."""
        first, second = suffix_of(one), suffix_of(two)
        if second == ".nb.html":
            return first in SOURCES
        if second in RESULTS:
            return first in {*SOURCES, ".nb.html"} and _MADE.search(self.read(two)) is not None
        if second in {".md", ".markdown"}:
            if first in {".rmd", ".qmd"}:
                return self.made_of_notebook(two) or self.same_words(one, two)
            return first in {".ipynb", *SCRIPTS} and self.made_of_notebook(two)
        if first == ".ipynb":
            if second == ".qmd":
                return True
            if second == ".rmd":
                return b"jupyter:" in self.read(two)[:_HEAD] or b"jupytext:" in self.read(two)[:_HEAD]
            return second in SCRIPTS and bool(script_certainty(self.read(two), second))
        return False

    def made_of_notebook(self, path: str) -> bool:
        """Whether Markdown is a notebook's text or what came of one."""
        data = self.read(path)
        head = data[:_HEAD]
        stem = stem_of(path.rpartition("/")[2])
        pictures = f"{stem}_files/".encode()
        return (
            pictures in data
            or pictures.replace(b" ", b"%20") in data
            or b"jupytext:" in head
            or b"kernelspec:" in head
            or (b"```" in data and _PREFIXED.search(data) is not None)
        )

    def same_words(self, source: str, result: str) -> bool:
        """Whether Markdown says what an R Markdown or Quarto source says: it was knitted without outputs, then."""
        narrative = _CODE.sub("", self.read(source)[:_TEXT].decode("utf-8", "replace").replace("\r\n", "\n"))
        words = set(_WORD.findall(narrative))
        found = set(_WORD.findall(self.read(result)[:_TEXT].decode("utf-8", "replace")))
        return len(words & found) >= _SAME * len(words)

    def rank(self, path: str) -> int:
        """How well a file shows the report: results before sources."""
        suffix = suffix_of(path)
        if suffix == ".ipynb":
            return 0 if b'"output_type"' in self.read(path) else 4
        if suffix == ".nb.html":
            return 1
        if suffix in RESULTS:
            return 2
        if suffix in {".md", ".markdown"}:
            data = self.read(path)
            figures = f"{stem_of(path.rpartition('/')[2])}_files/".encode()
            return 3 if figures in data or (b"```" in data and _PREFIXED.search(data)) else 6
        return 5

    def partners(self, path: str) -> Iterable[str]:
        """Paths of the same notebook in other formats, by what jupytext was told: in the file, or in a configuration."""
        formats = self.formats(path)
        if not formats:
            return ()
        if "/" in formats:
            return _far_partners(path, formats)
        endings = [one if one.startswith(".") else f".{one}" for one in _endings(formats)]
        own = next((one for one in sorted(endings, key=len, reverse=True) if path.endswith(one)), None)
        return [path[: -len(own)] + one for one in endings] if own else ()

    def formats(self, path: str) -> str:
        """Jupytext's formats of a file; empty where it isn't paired."""
        suffix = suffix_of(path)
        if suffix == ".ipynb":
            alone = len(self.by_stem.get(stem_of(path), ())) < 2
            found = None if alone else _NOTEBOOK_FORMATS.search(self.read(path))
            return found[1].decode("utf-8", "replace") if found else self.configured(path)
        head = self.read(path)[:_HEAD]
        text = _FORMATS.search(head.decode("utf-8", "replace")) if b"jupytext" in head and b"formats:" in head else None
        return text[1].strip() if text else self.configured(path)

    def configured(self, path: str) -> str:
        """The formats of the nearest configuration of jupytext above a file."""
        folder = path.rpartition("/")[0]
        if folder not in self.configs:
            self.configs[folder] = self.config_of(folder) or (self.configured(folder) if folder else "")
        return self.configs[folder]

    def config_of(self, folder: str) -> str:
        """The formats of a configuration in this folder."""
        for name in CONFIGS:
            path = f"{folder}/{name}" if folder else name
            if not self.files.exists(path):
                continue
            try:
                text = self.files.read(path).decode("utf-8")
                found: Any = tomllib.loads(text) if name.endswith(".toml") else load_yaml(text)
            except (OSError, ValueError, yaml.YAMLError):
                continue  # jupytext itself would complain; a pair that isn't known is two reports
            section = found if isinstance(found, dict) else {}
            for key in ("tool", "jupytext") if name == "pyproject.toml" else ():
                inner = section.get(key)
                section = inner if isinstance(inner, dict) else {}
            formats = section.get("formats")
            if isinstance(formats, dict):
                return ",".join(f"{str(place).rstrip('/')}///{kind}" for place, kind in formats.items())
            if isinstance(formats, str):
                return formats
        return ""


def _endings(formats: str) -> list[str]:
    """``ipynb,.pct.py:percent`` → ``ipynb``, ``.pct.py``."""
    return [one.strip().partition(":")[0] for one in formats.split(",") if one.strip()]


def _far_partners(path: str, formats: str) -> list[str]:
    """Partners in other folders, by jupytext's own rules for prefixes."""
    from jupytext.formats import long_form_multiple_formats
    from jupytext.paired_paths import InconsistentPath, find_base_path_and_format, full_path

    known = long_form_multiple_formats(formats)
    try:
        base, _ = find_base_path_and_format(path, known)
        return [full_path(base, one).replace("\\", "/") for one in known]
    except (InconsistentPath, ValueError):
        return []


def header_of(group: Group, files: Files) -> tuple[Metadata, list[Note]]:
    """What the headers of a report's texts say, for the gaps of the file that is shown: its id among them. The notes are
    on who may read it.
    """
    from converters.readers.audience import with_lines
    from converters.readers.frontmatter import merge, metadata_from_mapping, parse_header

    result, notes = Metadata(), list[Note]()
    for path in group.members:
        suffix = suffix_of(path)
        if path == group.shown or suffix in {".ipynb", *RESULTS}:
            continue
        try:
            text = files.read(path)[:_HEAD].decode("utf-8", "replace").replace("\r\n", "\n")
        except OSError:
            continue
        found = _HEADER.match(text)
        header = script_header(text, suffix) if suffix in SCRIPTS else found[1] if found else ""
        mapping: Mapping[str, object] = parse_header(header, Where(path))[0] if header.strip() else {}
        kept = {k: v for k, v in mapping.items() if k == "visibility" or not (isinstance(v, str) and "`r " in v)}
        meta, more = metadata_from_mapping(kept, Where(path))
        notes += with_lines((note for note in more if note.code == "metadata.visibility"), header)
        result = merge(result, meta)
    return result, notes


def told(group: Group, candidates: Collection[str]) -> str:
    """A line that names the files that were left out; empty where nobody expects them on the wiki."""
    others = [path for path in group.members if path != group.shown]
    if group.shown in candidates and set(others).isdisjoint(candidates):
        return ""
    names = ", ".join(path.rpartition("/")[2] if _beside(path, group.shown) else path for path in others)
    return f"{names} left out: the same report as {group.shown.rpartition('/')[2]}, which is shown" if others else ""


def _beside(one: str, two: str) -> bool:
    return one.rpartition("/")[0] == two.rpartition("/")[0]


def kin_of(group: Group, there: frozenset[str]) -> Sequence[str]:
    """Paths that this report may have had in other formats, and that no file has now."""
    stem = stem_of(group.key_path)
    return [stem + suffix for suffix in KIN if stem + suffix not in there and stem + suffix not in group.members]
