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

_MAIL = re.compile(r"(.*?)\s*<([^<>\s]+@[^<>\s]+)>\s*$")
_BARE_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$")


class HeaderValues:
    """One mapping being read; ``notes`` collects what was not understood."""

    def __init__(self, mapping: Mapping[str, Any], where: Where | None) -> None:
        self.mapping = mapping
        self.where = where
        self.notes: list[Note] = []

    def odd(self, key: str, wanted: str) -> None:
        """A note about a value of the wrong type."""
        value = self.mapping.get(key)
        self.notes.append(notes.metadata("metadata.type", f"{key}: {wanted} expected, not {value!r:.60}", self.where))

    def text(self, key: str) -> str:
        """A value as one text; empty where it is none."""
        value = self.mapping.get(key)
        if value is None or value is False:
            return ""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int | float):
            return str(value)
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, dict) and isinstance(value.get("name") or value.get("text"), str):
            return str(value.get("name") or value.get("text"))
        self.odd(key, "a text")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A value as texts: a list, or one text parted by commas."""
        value = self.mapping.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        if isinstance(value, int | float):
            return (str(value),)
        if not isinstance(value, list | tuple):
            self.odd(key, "a list")
            return ()
        found = []
        for item in value:
            if isinstance(item, str | int | float) and str(item).strip():
                found.append(_word(item))
            elif item is not None:
                self.odd(key, "a list of texts")
        return tuple(dict.fromkeys(found))

    def people(self, keys: Iterable[str]) -> tuple[Person, ...]:
        """People from the first of ``keys`` that names any."""
        for key in keys:
            value = self.mapping.get(key)
            if isinstance(value, str):
                value = [part for part in re.split(r"\s*(?:[,;&]|\band\b)\s*", value) if part.strip()]
            if isinstance(value, dict):
                value = [value]
            if not isinstance(value, list):
                if value is not None:
                    self.odd(key, "names")
                continue
            found = tuple(person for person in (self.person(key, item) for item in value) if person is not None)
            if found:
                return found
        return ()

    def person(self, key: str, item: object) -> Person | None:
        """One person: a name, an address, ``Name <address>``, or an object."""
        if isinstance(item, str) and item.strip():
            match = _MAIL.match(item.strip())
            if match:
                return Person(match[1] or match[2].partition("@")[0], match[2])
            return Person(item.strip(), item.strip() if _BARE_MAIL.match(item.strip()) else "")
        if isinstance(item, dict):
            name = item.get("name") or item.get("id") or item.get("email")
            if isinstance(name, dict):
                name = name.get("literal") or " ".join(str(name[k]) for k in ("given", "family") if k in name)
            if name:
                return Person(
                    str(name),
                    _text(item.get("email")),
                    _text(item.get("orcid")),
                    _text(item.get("affiliation") or item.get("affiliations")),
                    _text(item.get("url") or item.get("website")),
                )
        if item is not None:
            self.odd(key, "a name")
        return None

    def flag(self, *keys: str) -> bool | None:
        """A yes or no, however it is written; None where not given."""
        for key in keys:
            value = self.mapping.get(key)
            if isinstance(value, bool):
                return value
            if value is None:
                continue
            word = str(value).strip().lower()
            if word in {"true", "yes", "on", "1"}:
                return True
            if word in {"false", "no", "off", "0"}:
                return False
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


def _word(item: object) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item).strip()


def _text(value: object) -> str:
    """A text of a person's details: the name where it is an object, parted by commas where it is a list."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    if isinstance(value, dict):
        return str(value.get("name") or "")
    return "" if value is None else str(value)


def jsonable(value: object, depth: int = 0) -> object:
    """The value with JSON types only: dates as text, odd keys as text, what is nested too deep as text."""
    if depth > 20:
        return "…"
    if isinstance(value, dict):
        return {str(k): jsonable(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [jsonable(v, depth + 1) for v in value]
    if isinstance(value, str | int | bool) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
