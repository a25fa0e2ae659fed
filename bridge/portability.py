"""Paths in code that other people don't have: on one person's machine, or not in the repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from bridge.source_tree import SourceTree
from converters.model import Code, Document
from converters.options import ReadOptions, Source
from converters.readers import read
from converters.walk import iter_blocks

MOST = 20
"""Ours: findings of one document. More say nothing new."""
LONGEST_CODE = 200_000
"""Ours, in characters: code that a person wrote is shorter; what is longer holds data."""

_STRING = re.compile(r"""(?<![\w\\])[rRbBuUfF]{0,2}(?P<quote>['"])(?P<text>[^'"\n\\]*(?:\\.[^'"\n\\]*)*)(?P=quote)""")
_HOME = re.compile(
    r"(?:file://)?(?:/home/[^/\s]+/|/Users/[^/\s]+/|/root/|~/|[A-Za-z]:[\\/]+(?:Users|Documents)[\\/])\S"
)
_ABSOLUTE = re.compile(
    r"(?:file://)?(?:/(?:mnt|data|tmp|var|opt|srv|media|scratch|Volumes|content|kaggle)/|[A-Za-z]:[\\/]|\\\\\w)\S"
)
_READS = re.compile(
    r"(?:\bread_(?:csv|excel|parquet|json|table|feather|pickle|fwf|hdf|stata|spss|sas|rds|tsv|delim|lines|file|xlsx?|image)"
    r"|\bread\.(?:csv|table|delim|csv2)|\bopen|\bloadtxt|\bgenfromtxt|\bimread|\bfread|\breadRDS|\bsource|\bread_text|\bload)"
    r"\(\s*$"
)
"""What stands before a string that names a file to read: pandas, polars, NumPy, R's readr, data.table and base."""
_WRITES = re.compile(r"""^\s*,\s*(?:mode\s*=\s*)?['"][wax]""")
_FILE = re.compile(r"[\w .()@+-]+(?:/[\w .()@+-]+)*\.\w{1,8}")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A path in code: ``home`` on one person's machine, ``absolute`` on machines set up alike, ``missing`` not there."""

    kind: Literal["home", "absolute", "missing"]
    path: str
    where: str = ""


def foreign_paths(source: Source, options: ReadOptions, files: SourceTree) -> list[Place]:
    """Paths in the document's code, each once. Raises ConversionError as ``read`` does."""
    found = _in_document(read(source, options).document, source.path, files)
    return list({(one.kind, one.path): one for one in found}.values())[:MOST]


def _in_document(document: Document, path: str, files: SourceTree) -> Iterator[Place]:
    folder = path.rpartition("/")[0]
    code = [one for one in iter_blocks(document.blocks) if isinstance(one, Code) and one.role == "input"]
    written = {
        match["text"] for one in code for match in _STRING.finditer(one.text[:LONGEST_CODE]) if _made(one.text, match)
    }
    for one in code:
        for match in _STRING.finditer(one.text[:LONGEST_CODE]):
            text = match["text"]
            where = str(one.where) if one.where else path
            if _HOME.match(text):
                yield Place(kind="home", path=text, where=where)
            elif _ABSOLUTE.match(text):
                yield Place(kind="absolute", path=text, where=where)
            elif text not in written and _read(one.text, match) and not _there(text, folder, files):
                yield Place(kind="missing", path=text, where=where)


def _read(code: str, match: re.Match[str]) -> bool:
    """Whether the string names a file that is read here."""
    before = code[max(0, match.start() - 40) : match.start()]
    return bool(
        _FILE.fullmatch(match["text"]) and _READS.search(before) and not _WRITES.match(code[match.end() :][:20])
    )


def _made(code: str, match: re.Match[str]) -> bool:
    """Whether the document writes the file itself."""
    before = code[max(0, match.start() - 40) : match.start()]
    return bool(
        re.search(r"(?:\bto_\w+|\bwrite\w*|\bsave\w*|\bdump)\(\s*$", before) or _WRITES.match(code[match.end() :][:20])
    )


def _there(path: str, folder: str, files: SourceTree) -> bool:
    """Beside the document (where Jupyter and knitr run it) or at the root (where projects do)."""
    return any(files.exists(posixpath.normpath(posixpath.join(base, path))) for base in {folder, ""})
