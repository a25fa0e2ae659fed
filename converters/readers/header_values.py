"""Values of a header as texts, lists, people and flags, whatever an author wrote; what makes no sense gives a note."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from converters import notes
from converters.metadata import Person
from converters.model import Where
from converters.notes import Note
from converters.readers.fields import KNOWN, normal

_MAIL = re.compile(r"(.*?)\s*<([^<>\s]+@[^<>\s]+)>\s*$")
_BARE_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$")
_BETWEEN = re.compile(r"\s*(?:[,;&\n]|\band\b)\s*")
_SUFFIX = re.compile(r"(?:ph\.?\s?d|m\.?\s?d|m\.?\s?sc|b\.?\s?sc|m\.?\s?a|dr|jr|sr|i{2,3}|iv|esq)\.?$", re.IGNORECASE)
"""What stands behind a comma in a name and is nobody."""
_PATHS = ("file", "path", "src", "href", "url", "id", "name", "title", "text", "slug")
"""Keys by which an item of a list that is an object tells what it is."""
_NEAR = 0.85
"""How like two names are of which one may be a slip for the other; ours: ``visibilty``, ``privat``, but not ``privacy``."""


class HeaderValues:
    """One mapping being read; ``notes`` collects what was not understood. Keys are compared as the tables write them."""

    def __init__(self, mapping: Mapping[str, Any], where: Where | None) -> None:
        self.mapping: dict[str, Any] = {}
        self.names: dict[str, str] = {}
        for key, value in mapping.items():
            if normal(key) not in self.mapping:
                self.mapping[normal(key)] = value
                self.names[normal(key)] = str(key)
        self.where = where
        self.notes: list[Note] = []
        self.people_by_id: dict[str, Any] = {}
        for key in ("contributors", "affiliations"):
            for item in _items(self.mapping.get(key)):
                if isinstance(item, dict) and isinstance(item.get("id"), str):
                    self.people_by_id[item["id"]] = item

    def get(self, key: str) -> Any:
        """A value by its key, or by ``a.b`` for one inside another."""
        outer, dot, inner = key.partition(".")
        value = self.mapping.get(outer)
        if not dot:
            return value
        return next((v for k, v in value.items() if normal(k) == inner), None) if isinstance(value, dict) else None

    def odd(self, key: str, wanted: str) -> None:
        """A note about a value of the wrong type."""
        name = self.names.get(key, key)
        text = f"{name}: {wanted} expected, not {self.get(key)!r:.60}"
        self.notes.append(notes.metadata("metadata.type", text, self.where))

    def odd_readers(self, key: str, allowed: str) -> None:
        """A note about a value that doesn't say who may read the report: it is private then."""
        text = (
            f"{self.names.get(key, key)}: {self.get(key)!r:.60} is none of {allowed}: taken as private, "
            "read by those whom allow names, or by nobody else"
        )
        self.notes.append(notes.metadata("metadata.visibility", text, self.where))

    def slip(self, key: str) -> str:
        """A name that nobody knows and that is nearly ``key``, with a note that it is taken for it; else ``key``."""
        for name in self.mapping:
            if name[:1] == key[:1] and name not in KNOWN and abs(len(name) - len(key)) <= 2:
                from difflib import SequenceMatcher

                if SequenceMatcher(None, name, key).ratio() >= _NEAR:
                    text = f"{self.names.get(name, name)} is taken for {key}: a slip in who may read the report opens nothing"
                    self.notes.append(notes.metadata("metadata.visibility", text, self.where))
                    return name
        return key

    def text(self, key: str) -> str:
        """A value as one text; empty where it is none."""
        value = self.get(key)
        if value is None or value is False:
            return ""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, bool):
            return "true"
        if isinstance(value, int | float):
            return str(value)
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, dict):
            found = next((value[k] for k in ("name", "text", "content", "title", "value") if value.get(k)), None)
            if isinstance(found, str | int | dict):
                return HeaderValues({"it": found}, None).text("it")
        self.odd(key, "a text")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A value as texts: a list (of texts or of objects that name something), or one text parted by commas."""
        value = self.get(key)
        if value is None or value is False:
            return ()
        if isinstance(value, str):
            return tuple(part.strip() for part in re.split(r"[,\n]", value) if part.strip())
        if isinstance(value, int | float):
            return (_word(value),)
        if not isinstance(value, list | tuple):
            self.odd(key, "a list")
            return ()
        found = []
        for item in map(_named, value):
            if isinstance(item, str | int | float) and str(item).strip():
                found.append(_word(item))
            elif isinstance(item, dt.date):
                found.append(item.isoformat())
            elif item is not None and item != "":
                self.odd(key, "a list of texts")
        return tuple(dict.fromkeys(found))

    def people(self, keys: Iterable[str]) -> tuple[Person, ...]:
        """People from the first of ``keys`` that names any."""
        for key in keys:
            value = self.mapping.get(key)
            if isinstance(value, str):
                value = _names(value)
            if isinstance(value, dict):
                value = [value]
            if not isinstance(value, list):
                if value is not None and value is not False:
                    self.odd(key, "names")
                continue
            found = tuple(person for person in (self.person(key, item) for item in value) if person is not None)
            if found:
                return found
        return ()

    def person(self, key: str, item: object) -> Person | None:
        """One person: a name, an address, ``Name <address>``, an object, or the id of one described elsewhere."""
        if isinstance(item, str) and item.strip():
            text = " ".join(item.split())
            match = _MAIL.match(text)
            if match:
                return Person(match[1] or match[2].partition("@")[0], match[2])
            known = self.people_by_id.get(text)
            if known is not None:
                return self.person(key, {k: v for k, v in known.items() if k != "id" or "name" not in known})
            return Person(text, text if _BARE_MAIL.match(text) else "")
        if isinstance(item, dict):
            name = _name_of(item)
            if name:
                return Person(
                    name,
                    _detail(item.get("email")),
                    _detail(item.get("orcid") or item.get("orcid_id")),
                    self._affiliation(item.get("affiliation") or item.get("affiliations")),
                    _detail(item.get("url") or item.get("website")),
                )
            if len(item) == 1:  # distill and fastpages: ``- Name: https://address``
                (name, url), *_ = item.items()
                return Person(str(name), url=str(url) if str(url).startswith("http") else "")
        if item is not None and item != "":
            self.odd(key, "a name")
        return None

    def _affiliation(self, value: object) -> str:
        """Names of affiliations; those given by reference are looked up."""
        found = []
        for item in _items(value):
            ref = item.get("ref") if isinstance(item, dict) else item
            known = self.people_by_id.get(ref) if isinstance(ref, str) else None
            found.append(_detail(known or item) or (ref if isinstance(ref, str) else ""))
        return ", ".join(filter(None, found))

    def flag(self, *keys: str) -> bool | None:
        """A yes or no, however it is written; None where not given."""
        for key in keys:
            value = self.get(key)
            if value is None:
                continue
            found = as_flag(value)
            if found is not None:
                return found
            if isinstance(value, dict):
                return True
            self.odd(key, "true or false")
        return None

    def mapping_of(self, key: str) -> dict[str, object]:
        """A value as a mapping."""
        value = self.mapping.get(key)
        if isinstance(value, dict):
            return {str(k): jsonable(v) for k, v in value.items()}
        if value is not None and not (key == "params" and isinstance(value, list)):
            self.odd(key, "names and values")
        return {}


def as_flag(value: object) -> bool | None:
    """A yes or no as YAML 1.1, YAML 1.2, R, Python and people write it; None for anything else."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().strip("'\"").lower()
    if word in {"true", "yes", "on", "1", "t", "y"}:
        return True
    return False if word in {"false", "no", "off", "0", "f", "n"} else None


def _items(value: object) -> list[Any]:
    """A value as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _named(item: object) -> object:
    """What an object in a list names; of one entry, as ``- notebooks/a.ipynb: Title``, its key."""
    if not isinstance(item, dict):
        return item
    found = next((item[k] for k in _PATHS if isinstance(item.get(k), str | int)), None)
    return next(iter(item)) if found is None and len(item) == 1 else found


def _names(text: str) -> list[str]:
    """Names in one text. A degree behind a comma belongs to the name before it."""
    found: list[str] = []
    text = " ".join(text.replace("\n", ";").split())  # no long blanks, over which patterns would go again and again
    for part in filter(None, map(str.strip, _BETWEEN.split(text))):
        if found and _SUFFIX.match(part):
            found[-1] += f", {part}"
        else:
            found.append(part)
    return found


def _name_of(item: dict[Any, Any]) -> str:
    """The name of a person who is an object: plain, as parts, or by what else identifies."""
    name = item.get("name") or item.get("literal")
    parts = name if isinstance(name, dict) else item
    if isinstance(name, dict) or not name:
        keys = ("given", "first_name", "given_names"), ("non_dropping_particle",), ("family", "last_name", "surname")
        words = [next((str(parts[k]) for k in one if parts.get(k)), "") for one in keys]
        name = _detail(parts.get("literal")) or " ".join(filter(None, words))
    return str(name or item.get("id") or item.get("email") or "").strip()


def _word(item: object) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item).strip()


def _detail(value: object) -> str:
    """A text of a person's details: the name where it is an object, parted by commas where it is a list."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_detail, value)))
    if isinstance(value, dict):
        return str(value.get("name") or value.get("institution") or "")
    return "" if value is None else str(value).strip()


def jsonable(value: object, depth: int = 0) -> object:
    """The value with JSON types only: dates as text, odd keys as text, what is nested too deep as text."""
    if depth > 20:
        return "…"
    if isinstance(value, dict):
        return {str(k): jsonable(v, depth + 1) for k, v in value.items()}
    if isinstance(value, set):  # YAML's !!set, whose order differs between runs
        value = sorted(value, key=str)
    if isinstance(value, list | tuple):
        return [jsonable(v, depth + 1) for v in value]
    if isinstance(value, str | int | bool) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
