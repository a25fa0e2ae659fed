"""Labels in other reports of the same sync: MyST's and Quarto's books refer to figures and sections of other chapters.

Only the text of files is looked at, within bounds, and only for labels that the page itself lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import dirname, splitext
from typing import NamedTuple

from converters.transforms.context import Context

MAX_FILE = 3_000_000
"""Bytes of a file that is looked through: beyond that it is outputs, not text. Ours."""
MAX_TOTAL = 60_000_000
"""Bytes that are looked through for one document: a book of several hundred chapters. Ours."""

_SUFFIXES = frozenset({".md", ".qmd", ".rmd", ".ipynb"})
_HEADING = re.compile(r"\s*(?:\\n|\"|,|\s)*#{1,6}\s+([^\n\"\\{]+)")


class Elsewhere(NamedTuple):
    """Where a label stands: the report's key, and the heading or caption that it names."""

    key: str
    title: str


def elsewhere(labels: Iterable[str], context: Context) -> dict[str, Elsewhere]:
    """Of these labels, those that another report defines."""
    wanted = {label for label in labels if re.fullmatch(r"[\w:.\-]{2,100}", label)}
    found: dict[str, Elsewhere] = {}
    for path, text in _texts(context) if wanted else ():
        for label in sorted(wanted - found.keys()):
            if label in text and (title := _defined(label, text)) is not None:
                found[label] = Elsewhere(context.options.known[path], title)
        if len(found) == len(wanted):
            break
    return found


def _texts(context: Context) -> Iterator[tuple[str, str]]:
    """Other sources, those of the same folder first."""
    paths = [path for path in context.options.known if path != context.path and splitext(path)[1].lower() in _SUFFIXES]
    left = MAX_TOTAL
    for path in sorted(paths, key=lambda each: (dirname(each) != context.folder, each)):
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


def _defined(label: str, text: str) -> str | None:
    """What a label names in a text, empty where that has no words; None where it isn't defined there."""
    name = re.escape(label)
    if match := re.search(rf"(?:^|\")[ \t]*\({name}\)=[ \t]*(?:$|\\n)", text, re.MULTILINE):
        heading = _HEADING.match(text, match.end())
        return heading[1].strip() if heading else ""
    if match := re.search(rf"^[ \t\"]*#{{1,6}}[ \t]+([^\n{{}}]+?)[ \t]*\{{#{name}[ }}]", text, re.MULTILINE):
        return match[1].strip()
    if match := re.search(rf"^:[ \t]+([^\n{{}}]+?)[ \t]*\{{#{name}[ }}]", text, re.MULTILINE):
        return match[1].strip()
    if match := re.search(rf"!\[([^\]\n]*)\]\([^)\n]*\)\{{#{name}[ }}]", text):
        return match[1].strip()
    options = rf"(?:^|\n|\")[ \t]*(?:#\|[ \t]*(?:label|name):|:(?:label|name):)[ \t]*{name}[ \t]*(?:\n|\\n|\"|$)"
    if re.search(options, text) or re.search(rf"\{{#{name}[ }}]", text):
        return ""
    return None
