"""Works that can be cited: what a bibliography of any format tells of one."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

MAX_FIELD = 2_000
"""Characters of one field that are shown; ours: a title of twenty lines."""
MAX_PEOPLE = 200
"""Authors of one entry that are kept: more stand on papers of physics, and no page names them."""
YEAR = re.compile(r"(?:c(?:a|irca)?\.?\s*)?(-?\d{4}|\d{3})")


class Name(msgspec.Struct, frozen=True):
    """A person, or an organisation (``family`` alone)."""

    family: str
    given: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One work. ``kind`` is CSL's type, or BibTeX's where CSL's needs more to be told; texts are plain, ``$…$`` in
    ``title`` is an equation.
    """

    key: str
    kind: str
    authors: tuple[Name, ...] = ()
    editors: tuple[Name, ...] = ()
    year: str = ""
    title: str = ""
    container: str = ""
    """The journal or book that it stands in."""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    edition: str = ""
    publisher: str = ""
    genre: str = ""
    doi: str = ""
    url: str = ""
    note: str = ""


class Found(msgspec.Struct, frozen=True):
    """Entries by key, and what was wrong with others, by key."""

    entries: Mapping[str, Entry] = {}
    faults: Mapping[str, str] = {}


def doi_in(text: str) -> str:
    """The DOI in a text, empty where there is none."""
    found = re.search(r"10\.\d{4,9}/\S+", text.replace("\\_", "_"))
    return found[0].rstrip(".,;}") if found else ""
