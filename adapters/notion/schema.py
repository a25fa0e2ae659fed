"""The columns of the database: ours by what they are called, or by their description where people renamed them.

Nothing of people's is changed: a column of theirs that has our name and type is used as it is, one of another type stays
and ours stands beside it with a longer name.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.notion.client import Json

SUFFIX = " (nbwiki)"
"""Added to a name that an adopted database uses for a property of another type."""
MEMORY = ("Key", "Digest", "Record")
_DATES = ("Created", "Updated", "Data as of", "Last run")
SCHEMA: dict[str, Json] = {
    "Name": {"title": {}},
    "Summary": {"rich_text": {}},
    "Authors": {"multi_select": {}},
    "People": {"people": {}},
    "Topics": {"multi_select": {}},
    "Team": {"select": {}},
    "Folder": {"select": {}},
    "Kind": {"select": {}},
    "Status": {"select": {}},
    **{name: {"date": {}} for name in _DATES},
    "Source": {"url": {}},
    "Commit": {"rich_text": {}},
    "Reading time": {"number": {}},
    **{name: {"rich_text": {}} for name in MEMORY},
}
"""Our properties. The last three are nbwiki's memory; the others are for people."""
HUB_SCHEMA: dict[str, Json] = {
    "Audience": {"multi_select": {}},
    "Project": {"select": {}},
    "Year": {"select": {}},
    "Fresh until": {"date": {}},
    "Open questions": {"number": {}},
}
"""More of them where there is a hub, for its views."""
LIBRARY_SCHEMA: dict[str, Json] = {name: SCHEMA[name] for name in ("Name", "Kind", *MEMORY)}
"""Properties of the hub's own pages, which are a database of their own."""
_ALL = {**SCHEMA, **HUB_SCHEMA}
_MARK = "nbwiki: "
_HOME = "nbwiki's memory, for "
_ABOUT = {
    "Summary": "what the report says, in a line or two",
    "Authors": "names; those who have an account here are in People, too",
    "People": "authors with an account here, by e-mail address",
    "Reading time": "minutes",
    "Last run": "when its code was run",
    "Open questions": "readers' comments that nobody has answered, at the last audit",
    "Record": "nbwiki's memory of the page; changing it has the page written anew",
}


class Columns:
    """Our properties in one data source: ``names`` and ``ids`` by our names, and the schema of those it ``lacks``."""

    def __init__(self, properties: Mapping[str, Json], home: str = "", schema: Mapping[str, Json] = SCHEMA) -> None:
        self.names: dict[str, str] = {}
        self.lacks: dict[str, Json] = {}
        marked = {_marked(each): name for name, each in properties.items() if _marked(each)}
        for name, shape in schema.items():
            actual = _actual(name, next(iter(shape)), properties, marked)
            self.names[name] = actual
            if actual not in properties:
                self.lacks[actual] = described(name, home)
        self.ids = {name: str(properties[actual]["id"]) for name, actual in self.names.items() if actual in properties}


def _actual(name: str, kind: str, properties: Mapping[str, Json], marked: Mapping[str, str]) -> str:
    """What a property of ours is called there; a name that is free where it isn't there."""
    if kind == "title":
        return next((key for key, each in properties.items() if each["type"] == "title"), name)
    if name in marked and properties[marked[name]]["type"] == kind:
        return marked[name]
    taken = properties.get(name)
    free = taken is None or (taken["type"] == kind and _marked(taken) in {"", name})
    return name if free else name + SUFFIX


def described(name: str, home: str = "") -> Json:
    """A property of ours as it is made. Its description is what it is known by when people rename it; that of the record
    names the target, by which the database is known when people rename or move it.
    """
    shape = _ALL[name]
    if "title" in shape:
        return dict(shape)
    about = f"{_HOME}{home}" if name == "Record" and home else _ABOUT.get(name)
    return {**shape, "description": f"{_MARK}{name}{f' ({about})' if about else ''}"}


def _marked(column: Mapping[str, object]) -> str:
    """Our name of a column that we made; empty for others."""
    text = str(column.get("description") or "")
    return text.removeprefix(_MARK).partition(" (")[0] if text.startswith(_MARK) else ""


def made_for(properties: Mapping[str, Json]) -> str:
    """The target whose database it is, as :func:`described` was given it; empty where that isn't known."""
    for column in properties.values():
        if _marked(column) == "Record":
            return str(column["description"]).rstrip(")").partition(_HOME)[2]
    return ""


def is_ours(properties: Mapping[str, Json]) -> bool:
    """Whether a data source has nbwiki's memory."""
    columns = Columns(properties)
    return not any(columns.names[name] in columns.lacks for name in MEMORY)
