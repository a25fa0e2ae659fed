"""Bibliographies in CSL's JSON and YAML, as Zotero and pandoc write them, and as headers hold them → entries."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from converters.transforms.works import MAX_FIELD, MAX_PEOPLE, YEAR, Entry, Found, Name, doi_in

_TAGS = re.compile(r"</?(?:i|b|sup|sub|span|sc|em|strong)\b[^<>]*>", re.IGNORECASE)


def items_of(text: str, suffix: str) -> object:
    """What a file of CSL holds (JSON, or YAML for any other suffix). Raises ValueError, in one line, for one that is broken."""
    if suffix == "json":
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            message = f"is no valid JSON: {str(error)[:100]}"
            raise ValueError(message) from None
    import yaml

    from converters.readers.yaml_values import load_yaml

    try:
        found = load_yaml(text)
    except (yaml.YAMLError, RecursionError) as error:
        message = f"is no valid YAML: {str(error).splitlines()[0][:100]}"
        raise ValueError(message) from None
    return found.get("references") if isinstance(found, dict) else found


def csl_entries(items: object, wanted: Collection[str] | None) -> Found:
    """Entries of CSL's items (a list of objects, or one object of them by key)."""
    if isinstance(items, Mapping):
        items = items.get("items") or [
            {"id": key, **value} for key, value in items.items() if isinstance(value, Mapping)
        ]
    entries: dict[str, Entry] = {}
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, Mapping):
            continue
        key = str(item.get("citation-key") or item.get("id") or "")
        for name in dict.fromkeys((key, str(item.get("id") or ""))):
            if name and name not in entries and (wanted is None or name in wanted):
                entries[name] = _csl_entry(name, item)
    return Found(entries)


def _csl_entry(key: str, item: Mapping[str, Any]) -> Entry:
    def text(*names: str) -> str:
        found = next((item[name] for name in names if isinstance(item.get(name), str | int | float)), "")
        return " ".join(_TAGS.sub("", str(found)[:MAX_FIELD]).split())

    return Entry(
        key=key,
        kind=text("type"),
        authors=_csl_people(item.get("author")),
        editors=_csl_people(item.get("editor")),
        year=_csl_year(item.get("issued")),
        title=text("title"),
        container=text("container-title"),
        volume=text("volume"),
        issue=text("issue", "number"),
        pages=text("page").replace("-", "–"),
        edition=text("edition"),
        publisher=text("publisher"),
        genre=text("genre"),
        doi=doi_in(text("DOI")),
        url=text("URL"),
    )


def _csl_people(found: object) -> tuple[Name, ...]:
    people = []
    for each in found[:MAX_PEOPLE] if isinstance(found, list) else ():
        if isinstance(each, Mapping):
            words = [str(each.get(part) or "") for part in ("non-dropping-particle", "family", "literal", "name")]
            people.append(Name(" ".join(filter(None, words))[:200], str(each.get("given") or "")[:200]))
    return tuple(person for person in people if person.family or person.given)


def _csl_year(issued: object) -> str:
    if isinstance(issued, list):
        issued = issued[0] if issued else ""
    if not isinstance(issued, Mapping):
        found = YEAR.search(str(issued or ""))
        return found[1] if found else ""
    parts = issued.get("date-parts")
    while isinstance(parts, list) and parts:
        parts = parts[0]
    text = str(parts or issued.get("year") or issued.get("raw") or issued.get("literal") or "")
    found = YEAR.search(text)
    return found[1] if found else text[:40]
