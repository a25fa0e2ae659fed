"""Headers in every dialect → canonical metadata. Unknown keys are kept, wrong values give notes, nothing is fatal."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
import yaml

from converters import notes
from converters.metadata import Metadata
from converters.model import Where
from converters.notes import Note
from converters.readers import dialects, places
from converters.readers.audience import said_in
from converters.readers.fields import DATES, KNOWN, LISTS, QUIET, TEXTS, normal
from converters.readers.header_values import HeaderValues, jsonable
from converters.readers.yaml_values import load_yaml

_HEADER = re.compile(r"---[ \t]*\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)(?:^|\n)\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_LINE = re.compile(r"([\w.-]+):[ \t]+([^\s\"'\[{|>&#].*)")
"""A line of a header that gives a plain text to a name at the left margin."""
_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)
_SHOWN_KEYS, _SHOWN_CHARACTERS = 8, 60


class _Loader(yaml.SafeLoader):
    """YAML whose texts stay as they were written: no dates, no yes and no, no number that would print otherwise."""


_TRUE_FALSE = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.(?:0|[0-9]{0,14}[1-9])")
_PLAIN = {"bool": (_TRUE_FALSE, "tTfF"), "int": (_INTEGER, "-0123456789"), "float": (_FLOAT, "-0123456789")}
_OWN_RULES = {"timestamp", *_PLAIN}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in _OWN_RULES]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _name, (_pattern, _first) in _PLAIN.items():
    _whole = re.compile(rf"(?:{_pattern.pattern})\Z")
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", _whole, list(_first))


def _tagged(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> Any:
    """A value below a tag of other tools. ``!r`` and ``!expr`` of R Markdown hold code: it reads as code in a line."""
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    text = str(node.value)
    return f"`r {text}`" if tag in {"r", "expr"} and text else text


_Loader.add_multi_constructor("!", _tagged)


def split_header(text: str) -> tuple[str, str, int]:
    """The header at the very top, the text below it, and how many lines it took.

    A header stands between ``---`` lines (YAML) or ``+++`` lines (TOML; these lines stay with it, as its mark).
    """
    text = text.removeprefix("\ufeff")
    match = _HEADER.match(text)
    if match is None:
        match = _TOML.match(text)
        if match is None:
            return "", text, 0
        return match[0], text[match.end() :], text.count("\n", 0, match.end())
    return match[1], text[match.end() :], text.count("\n", 0, match.end())


def parse_header(header: str, where: Where, first: int = 2) -> tuple[Mapping[str, Any], list[Note]]:
    """The header as a mapping; an unreadable one is empty, with a note that names the line. ``first`` is its first line.

    A text with an unquoted colon, and tabs at the start of lines, are mended where nothing else is wrong.
    """
    header = header.replace("\r\n", "\n").replace("\r", "\n")
    if header.startswith("+++"):
        return _toml(header, where)
    try:
        return _mapping(load_yaml(header, _Loader), where, [], header)
    except yaml.YAMLError as error:
        mended, found = _mend(header, where, first)
        if found:
            try:
                return _mapping(load_yaml(mended, _Loader), where, found, header)
            except yaml.YAMLError:
                pass
        mark = getattr(error, "problem_mark", None)
        line = (mark.line if mark else 0) + first
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        place = msgspec.structs.replace(where, line=line)
        text = f"header is no valid YAML and was ignored: {problem}"
        return said_in(header), [notes.metadata("metadata.yaml", text, place)]


def _mapping(found: object, where: Where, told: list[Note], header: str) -> tuple[Mapping[str, Any], list[Note]]:
    if found is None:
        return {}, told
    if not isinstance(found, dict):
        text = f"header is a {type(found).__name__}, not names and values; it was ignored"
        return said_in(header), [notes.metadata("metadata.mapping", text, msgspec.structs.replace(where, line=1))]
    return {str(key): value for key, value in found.items()}, told


def _toml(header: str, where: Where) -> tuple[Mapping[str, Any], list[Note]]:
    import tomllib

    try:
        return tomllib.loads(header.strip().strip("+")), []
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        text = f"header is no valid TOML and was ignored: {str(error).splitlines()[0]}"
        return said_in(header), [notes.metadata("metadata.toml", text, msgspec.structs.replace(where, line=1))]


def _mend(header: str, where: Where, first: int) -> tuple[str, list[Note]]:
    """The header with quotes around plain texts that YAML would misread, and blanks for leading tabs."""
    found: list[Note] = []
    if _LEADING_TABS.search(header):
        header = _LEADING_TABS.sub(lambda tabs: "  " * len(tabs[0]), header)
        found.append(notes.repaired("metadata.tabs", "tabs at the start of lines were read as blanks", where))
    lines = header.split("\n")
    for number, line in enumerate(lines):
        match = _LINE.fullmatch(line.rstrip())
        if match and (": " in match[2] or match[2].endswith(":") or match[2][0] in "@`%*?-,]}"):
            quoted = match[2].replace("'", "''")
            lines[number] = f"{match[1]}: '{quoted}'"
            place = msgspec.structs.replace(where, line=number + first)
            text = f"{match[1]}: read as one text; put quotes around it"
            found.append(notes.repaired("metadata.quotes", text, place))
    return "\n".join(lines), found


def metadata_from_mapping(
    mapping: Mapping[str, Any], where: Where | None, *, report: bool = True
) -> tuple[Metadata, list[Note]]:
    """Canonical metadata of a header in any dialect, and notes on what was not understood.

    What stands below ``nbwiki`` wins over names that other tools read as well. ``report`` tells of unknown names.
    """
    if not mapping:
        return Metadata(), []
    own = mapping.get("nbwiki")
    if isinstance(own, dict):
        first, told = metadata_from_mapping(own, where, report=report)
        rest, more = metadata_from_mapping({k: v for k, v in mapping.items() if k != "nbwiki"}, where, report=report)
        return merge(first, rest), [*told, *more]
    reading = HeaderValues(mapping, where)
    known = Metadata(
        **_plain_fields(reading),
        authors=reading.people(("authors", "author", "contributors")),
        owner=dialects.owner(reading),
        reviewers=reading.people(("reviewers", "editors")),
        status=dialects.status(reading),
        visibility=dialects.visibility(reading),
        thumbnail=dialects.thumbnail(reading),
        code=dialects.code(reading),
        toc=dialects.flag_anywhere(reading, "toc"),
        toc_depth=dialects.toc_depth(reading),
        order=dialects.order(reading),
        numbering=dialects.flag_anywhere(reading, "numbering", "number_sections"),
        citation=dialects.citation(reading),
        params=dialects.params(reading),
        run=places.run(reading),
        source=places.source(reading),
        execute=dialects.execute(reading),
        wiki=dialects.wiki(reading),
        data_sources=dialects.data_sources(reading),
        extra={key: jsonable(value) for key, value in mapping.items() if normal(key) not in KNOWN},
    )
    if report:
        _tell_unknown(mapping, reading)
    return known, reading.notes


def _plain_fields(reading: HeaderValues) -> dict[str, Any]:
    """The fields that are a text, a date or a list of texts, whatever the dialect calls them."""
    fields: dict[str, Any] = {
        field: next(filter(None, (reading.text(key) for key in keys if reading.get(key) is not None)), "")
        for field, keys in TEXTS.items()
    }
    fields |= {field: dialects.date(reading, keys) for field, keys in DATES.items()}
    for field, names in LISTS.items():
        found = (text for key in names for text in reading.texts(key))
        fields[field] = tuple(dict.fromkeys(found))
    if isinstance(reading.get("toc"), list):  # Kyso: the report's other files
        fields["files"] = tuple(dict.fromkeys((*fields["files"], *reading.texts("toc"))))
    return fields


def _tell_unknown(mapping: Mapping[str, Any], reading: HeaderValues) -> None:
    """One note on all names that nobody knows, with the nearest known name of each."""
    unknown = [str(key) for key in mapping if normal(key) not in QUIET and not str(key).startswith(("x-", "_"))]
    if not unknown:
        return
    import difflib

    told = []
    for key in (name[:_SHOWN_CHARACTERS] for name in unknown[:_SHOWN_KEYS]):
        near = difflib.get_close_matches(normal(key), sorted(KNOWN), n=1, cutoff=0.8)
        told.append(f"{key} (did you mean {near[0]}?)" if near else key)
    more = f" and {len(unknown) - _SHOWN_KEYS} more" if len(unknown) > _SHOWN_KEYS else ""
    text = f"unknown names in the header are kept and not shown: {', '.join(told)}{more}"
    reading.notes.append(notes.metadata("metadata.unknown", text, reading.where))


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


_COMPARED = (
    "title",
    "summary",
    "authors",
    "tags",
    "created",
    "updated",
    "status",
    "visibility",
    "id",
    "code",
    "thumbnail",
)


def conflicts(
    first: Metadata, later: Metadata, names: tuple[str, str], where: Where | None, but: Collection[str] = ()
) -> list[Note]:
    """One note on what two headers of one report say differently; ``names`` are theirs, the first one's values hold.

    Fields in ``but`` are not compared.
    """
    differing = [
        field
        for field in _COMPARED
        if field not in but
        and getattr(first, field) not in (_EMPTY[field], getattr(later, field))
        and getattr(later, field) != _EMPTY[field]
    ]
    if not differing:
        return []
    text = f"{names[0]} and {names[1]} differ in {', '.join(differing)}: {names[0]} holds"
    return [notes.metadata("metadata.conflict", text, where)]
