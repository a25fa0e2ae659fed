"""Headers in every dialect → canonical metadata. Unknown keys are kept, wrong values give notes, nothing is fatal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
import yaml

from converters import notes
from converters.metadata import DataSource, Metadata
from converters.model import Where
from converters.notes import Note
from converters.readers.header_values import HeaderValues, jsonable
from converters.readers.wiki_headers import conflr_settings
from converters.readers.yaml_values import load_yaml

_HEADER = re.compile(r"---[ \t]*\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)

_TEXTS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "pagetitle", "short_title"), "subtitle": ("subtitle",),
    "summary": ("summary", "tldr", "description", "abstract", "excerpt"), "team": ("team", "channel"),
    "hub": ("hub", "organization"), "created": ("created", "created_at", "date"),
    "updated": ("updated", "updated_at", "date-modified", "lastmod", "last_modified"),
    "data_as_of": ("data_as_of", "data-as-of"), "refresh_every": ("refresh_every", "refresh-every"),
    "review_by": ("review_by", "review-by"), "thumbnail": ("thumbnail", "preview", "image", "featured", "banner"),
    "path": ("path",), "parent": ("parent",), "id": ("id",), "main": ("main",), "kind": ("kind", "type"),
    "language": ("language", "lang"), "license": ("license",), "doi": ("doi",), "citation": ("citation",),
}  # fmt: skip
_LISTS: Mapping[str, tuple[str, ...]] = {
    "tags": ("tags", "categories", "keywords"), "audience": ("audience",),
    "allow": ("allow", "allowed_groups"), "aliases": ("aliases",), "files": ("files",), "reports": ("reports",),
    "notify": ("notify",), "related": ("related",), "supersedes": ("supersedes",), "uses": ("uses",),
}  # fmt: skip
"""Canonical field → its names in Kyso, knowledge-repo, Quarto, MyST, R Markdown and ours, best first."""
_KNOWN = frozenset(name for names in (*_TEXTS.values(), *_LISTS.values()) for name in names) | frozenset(
    [
        "author",
        "authors",
        "owner",
        "maintainer",
        "reviewers",
        "editors",
        "draft",
        "status",
        "private",
        "visibility",
        "code",
        "code-fold",
        "code_folding",
        "toc",
        "numbering",
        "number-sections",
        "number_sections",
        "params",
        "run",
        "wiki",
        "data_sources",
    ]
)


class _Loader(yaml.SafeLoader):
    """YAML without dates (kept as text); numbers, booleans and null as YAML has them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def split_header(text: str) -> tuple[str, str, int]:
    """The YAML header between ``---`` lines at the very top, the text below it, and how many lines it took."""
    match = _HEADER.match(text)
    if match is None:
        return "", text, 0
    return match[1], text[match.end() :], text.count("\n", 0, match.end())


def parse_header(header: str, where: Where) -> tuple[Mapping[str, Any], list[Note]]:
    """The header as a mapping; an unreadable one is empty, with a note that names the line."""
    try:
        found = load_yaml(header, _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = (mark.line if mark else 0) + 2
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        place = msgspec.structs.replace(where, line=line)
        return {}, [notes.metadata("metadata.yaml", f"header is no valid YAML and was ignored: {problem}", place)]
    if found is None:
        return {}, []
    if not isinstance(found, dict):
        text = f"header is a {type(found).__name__}, not names and values; it was ignored"
        return {}, [notes.metadata("metadata.mapping", text, msgspec.structs.replace(where, line=1))]
    return {str(key): value for key, value in found.items()}, []


def metadata_from_mapping(mapping: Mapping[str, Any], where: Where | None) -> tuple[Metadata, list[Note]]:
    """Canonical metadata of a header in any dialect, and notes on what was not understood."""
    reading = HeaderValues(mapping, where)
    fields: dict[str, Any] = {}
    for field, keys in _TEXTS.items():
        fields[field] = next(filter(None, (reading.text(key) for key in keys if key in mapping)), "")
    for field, keys in _LISTS.items():
        found = (text for key in keys if key in mapping for text in reading.texts(key))
        fields[field] = tuple(dict.fromkeys(found))
    owners = reading.people(("owner", "maintainer"))
    sources = mapping.get("data_sources")
    sources = sources if isinstance(sources, list) else [sources] if sources else []
    known = Metadata(
        **fields,
        authors=reading.people(("authors", "author")),
        owner=owners[0] if owners else None,
        reviewers=reading.people(("reviewers", "editors")),
        status=_status(reading),
        visibility=_visibility(reading),
        code=_code(reading),
        toc=None if isinstance(mapping.get("toc"), list) else reading.flag("toc"),
        numbering=reading.flag("numbering", "number-sections", "number_sections"),
        params=reading.mapping_of("params"),
        run={key: str(value) for key, value in reading.mapping_of("run").items()},
        wiki=_wiki(reading),
        data_sources=tuple(filter(None, map(_data_source, sources))),
        extra={key: jsonable(value) for key, value in mapping.items() if key not in _KNOWN},
    )
    return known, reading.notes


def _data_source(item: object) -> DataSource | None:
    if isinstance(item, dict):
        values = {k: str(item[k]) for k in ("owner", "as_of", "url", "query") if item.get(k) is not None}
        return DataSource(str(item.get("name") or item.get("url") or "data"), **values)
    return DataSource(str(item)) if item else None


def _wiki(reading: HeaderValues) -> dict[str, dict[str, str]]:
    """Settings for one wiki, by its kind; knowing no better, only named groups are taken."""
    found = reading.mapping_of("wiki")
    result = {k: {str(a): str(b) for a, b in v.items()} for k, v in found.items() if isinstance(v, dict)}
    settings = conflr_settings(reading.mapping)
    if settings:
        result["confluence"] = {**settings, **result.get("confluence", {})}
    return result


def _status(reading: HeaderValues) -> Literal["", "draft", "review", "published", "archived"]:
    """The status; a word wins over ``draft: true``."""
    word = reading.text("status").lower()
    names = {"draft": "draft", "review": "review", "submitted": "review", "in review": "review",
             "published": "published", "final": "published", "archived": "archived", "unpublished": "archived"}  # fmt: skip
    if word in names:
        return names[word]  # type: ignore[return-value]
    if word:
        reading.odd("status", "draft, review, published or archived")
    return "draft" if reading.flag("draft") else ""


def _visibility(reading: HeaderValues) -> Literal["", "public", "restricted", "private"]:
    """Who may see it; knowledge-repo's ``private: true`` is ``restricted``."""
    word = reading.text("visibility").lower()
    if word in {"public", "restricted", "private"}:
        return word  # type: ignore[return-value]
    if word:
        reading.odd("visibility", "public, restricted or private")
    return "restricted" if reading.flag("private") else ""


def _code(reading: HeaderValues) -> Literal["", "fold", "show", "omit"]:
    """How code is shown: ours, Quarto's ``code-fold`` and ``execute.echo``, conflr's ``code_folding``."""
    formats = reading.mapping.get("format")
    places: list[Mapping[str, Any]] = [reading.mapping]
    for value in (formats, reading.mapping.get("output"), {"execute": reading.mapping.get("execute")}):
        if isinstance(value, dict):
            places.extend(inner for inner in value.values() if isinstance(inner, dict))
    for place in places:
        word = str(place.get("code", place.get("code-fold", place.get("code_folding", "")))).lower()
        if word in {"fold", "true", "hide", "folded"}:
            return "fold"
        if word in {"show", "false", "none"}:
            return "show"
        if word == "omit" or str(place.get("echo", "")).lower() == "false":
            return "omit"
    return ""


_EMPTY = {name: getattr(Metadata(), name) for name in Metadata.__struct_fields__}
"""What each field holds where nothing is known."""


def merge(first: Metadata, later: Metadata) -> Metadata:
    """``first`` with its gaps filled by ``later``; of mappings, each key counts by itself."""
    changes: dict[str, Any] = {}
    for name, empty in _EMPTY.items():
        two = getattr(later, name)
        if two == empty:
            continue
        one = getattr(first, name)
        if isinstance(one, Mapping) and isinstance(two, Mapping):
            changes[name] = {**two, **one}
        elif one == empty:
            changes[name] = two
    return msgspec.structs.replace(first, **changes) if changes else first
