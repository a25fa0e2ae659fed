"""Who may read a document, as far as it says so itself: asked before anything of it stands on another's page."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from converters.errors import ConfigError, ConversionError
from converters.metadata import Metadata
from converters.notes import Note
from converters.options import ReadOptions, Source

_NAME = r"v(?=(?:\w*i){3})\w{7,11}|p(?=\w*v)\w{4,8}"
_NAMED = re.compile(r"""(?:^|["'\s{,])(?:""" + _NAME + r""")["']?\s*[:=]""", re.IGNORECASE)
"""A name such as ``visibility`` or ``private``, slips included, is in a document that isn't for all: looking for one costs
less than reading it."""


def visibility_in(text: str, path: str) -> Metadata:
    """Visibility and readers that a report names itself, whatever its format; empty where it can't be read."""
    if not _NAMED.search(text):
        return Metadata()
    if path.lower().endswith(".ipynb"):
        from converters.readers.ipynb import visibility_of
        from converters.readers.notebook_json import load_notebook

        try:
            notebook, _ = load_notebook(text.encode(), path)
        except ConversionError:
            return Metadata()
        return visibility_of(notebook, path)
    from converters.readers import read

    try:
        said = read(Source(path, text.encode("utf-8", "replace")), ReadOptions()).document.meta
    except (ConversionError, ConfigError):  # nothing that could be a report of its own
        return Metadata()
    return Metadata(visibility=said.visibility, allow=said.allow)


_LINE = re.compile(
    r"^[ \t]*+[\"']?(" + _NAME + r")[\"']?[ \t]*+[:=]([^\n]*+)$",
    re.MULTILINE | re.IGNORECASE,
)
"""A line of a header that says who may read the report, in YAML or TOML."""


_OPEN = frozenset({"", "public", "false", "no", "off"})


def said_in(header: str) -> dict[str, str]:
    """Of a header that can't be read as a whole, who may read the report: a slip elsewhere in it opens nothing, nor does a
    field of the same name below another one.
    """
    found: dict[str, str] = {}
    for match in _LINE.finditer(header):
        name = match[1].lower()
        if found.get(name, "public").lower() in _OPEN:
            found[name] = re.split(r"(?<![^ \t])#", match[2], maxsplit=1)[0].strip("\"', \t")
    return found


def with_lines(notes: Iterable[Note], header: str, first: int = 2) -> list[Note]:
    """The notes, those on who may read the report with their line; ``first`` is the line of the header's first one."""
    found = list(notes)
    for number, note in enumerate(found):
        if note.code == "metadata.visibility" and note.where is not None and note.where.line is None:
            name = note.text.partition(":")[0].lower()
            match = next((one for one in _LINE.finditer(header) if one[1].lower() == name), None)
            if match:
                line = header.count("\n", 0, match.start()) + (1 if header.startswith("+++") else first)
                found[number] = msgspec.structs.replace(note, where=msgspec.structs.replace(note.where, line=line))
    return found
