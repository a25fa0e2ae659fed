"""Labels in other reports of the same sync: MyST's and Quarto's books refer to figures and sections of other chapters.

Only the text of files is looked at, within bounds, and only for labels that the page itself lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname, splitext
from typing import NamedTuple

from converters.metadata import Metadata
from converters.options import Noting
from converters.readers.audience import visibility_in
from converters.readers.frontmatter import merge
from converters.transforms.context import Context

MAX_FILE = 3_000_000
"""Bytes of a file that is looked through: beyond that it is outputs, not text. Ours."""
MAX_TOTAL = 200_000_000
"""Bytes that are looked through in one sync, once for all its reports. Ours."""

MAX_LABELS = 200_000
"""Labels that are remembered of one sync; ours."""

_SUFFIXES = frozenset({".md", ".qmd", ".rmd", ".ipynb"})
_NAME = r"[\w:.\-]{2,100}"
_TARGET = re.compile(rf"(?:^|\")[ \t]*\(({_NAME})\)=[ \t]*(?:$|\\n)", re.MULTILINE)
_BELOW = re.compile(r"(?:\\n|[\",\s]){0,200}+#{1,6}[ \t]++([^\n\"\\{]{1,300})")
_WITH_WORDS = (
    re.compile(rf"^[ \t\"]*#{{1,6}}[ \t]++([^\n{{}}]{{1,300}})\{{#({_NAME})[ }}]", re.MULTILINE),
    re.compile(rf"^:[ \t]++([^\n{{}}]{{1,300}})\{{#({_NAME})[ }}]", re.MULTILINE),
    re.compile(rf"!\[([^\[\]\n]{{0,300}})\]\([^()\n]{{0,500}}\)\{{#({_NAME})[ }}]"),
)
"""Headings of Quarto, captions of its tables, its pictures: words, then the label."""
_BARE = (
    re.compile(rf"(?:^|\n|\")[ \t]*(?:#\|[ \t]*(?:label|name):|:(?:label|name):)[ \t]*({_NAME})[ \t]*(?=\n|\\n|\"|$)"),
    re.compile(rf"\{{#({_NAME})[ }}]"),
)


class Elsewhere(NamedTuple):
    """Where a label stands: the report's key, the heading or caption that it names, and the file's path."""

    key: str
    title: str
    path: str


class _Index(NamedTuple):
    """The labels of one sync; ``known`` is the very mapping of its reports, by which it is told from the next one's."""

    known: Mapping[str, str]
    labels: Mapping[str, tuple[str, ...]]
    """Paths by label, in their order."""
    titles: Mapping[tuple[str, str], str]
    paths: tuple[str, ...]
    """The files that were looked through."""
    said: Mapping[str, Metadata]
    """Who may read them, by path, as they say themselves."""


_kept: list[_Index] = []
"""The last index: a sync asks for each of its reports in turn."""


def elsewhere(labels: Iterable[str], context: Context) -> dict[str, Elsewhere]:
    """Of these labels, those that another report defines; of several the one in the same folder, or the first by path."""
    wanted = [label for label in labels if re.fullmatch(_NAME, label)]
    if not wanted or len(context.options.known) < 2:
        return {}
    index = next((each for each in _kept if each.known is context.options.known), None)
    if index is None:
        index = _indexed(context)
        _kept[:] = [index]
    if isinstance(context.files, Noting):
        context.files.note(index.paths)
    found: dict[str, Elsewhere] = {}
    for label in wanted:
        paths = [path for path in index.labels.get(label, ()) if path != context.path]
        if paths:
            path = min(paths, key=lambda each: dirname(each) != context.folder)
            title = index.titles.get((path, label), "")
            found[label] = Elsewhere(
                context.options.known[path], "" if _is_closed(path, index, context) else title, path
            )
    return found


def _is_closed(path: str, index: _Index, context: Context) -> bool:
    """Whether some who may read the page may not read a report: then its headings and captions are not for them."""
    beside = context.options.beside
    said = merge(index.said[path], beside.get(path, Metadata()))
    theirs = merge(said, beside.get("", Metadata())).readers
    return theirs is not None and (context.readers is None or not context.readers <= theirs)


def _indexed(context: Context) -> _Index:
    labels: dict[str, tuple[str, ...]] = {}
    titles: dict[tuple[str, str], str] = {}
    said: dict[str, Metadata] = {}
    for path, text in _texts(context):
        own = _labels(text)
        said[path] = visibility_in(text, path) if any(own.values()) else Metadata()
        for label, title in own.items():
            labels[label] = (*labels.get(label, ()), path)
            if title:
                titles[path, label] = title
        if len(labels) > MAX_LABELS:
            break
    return _Index(context.options.known, labels, titles, tuple(said), said)


def _texts(context: Context) -> Iterator[tuple[str, str]]:
    """The sources of the sync that may have labels, by path."""
    left = MAX_TOTAL
    for path in sorted(path for path in context.options.known if splitext(path)[1].lower() in _SUFFIXES):
        try:
            data = context.files.read(path)
        except OSError:
            continue
        if len(data) > MAX_FILE:
            continue
        left -= len(data)
        if left < 0:
            return
        yield path, data.decode("utf-8", "replace")


def _labels(text: str) -> dict[str, str]:
    """The labels that a text defines, with the words of the headings and captions that they name."""
    found: dict[str, str] = {}
    for match in _TARGET.finditer(text):
        heading = _BELOW.match(text, match.end())
        found.setdefault(match[1], heading[1].strip() if heading else "")
    for pattern in _WITH_WORDS:
        for match in pattern.finditer(text):
            found.setdefault(match[2], match[1].strip())
    for pattern in _BARE:
        for match in pattern.finditer(text):
            found.setdefault(match[1], "")
    return found
