"""Options of code chunks: knitr's in the header, Quarto's ``#|`` lines, and what holds for a whole document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec
import yaml

from converters.readers.yaml_values import load_yaml

Visibility = Literal["", "fold", "show", "omit"]

_KNITR = re.compile(
    r"(?P<name>[\w.\-]+)\s*=\s*(?:\"(?P<double>(?:\\.|[^\"\\])*)\"|'(?P<single>(?:\\.|[^'\\])*)'"
    r"|(?P<list>c\((?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[^()\"'])*\))|(?P<bare>[^,]+))"
)
_STRING = re.compile(r"\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'")
_OPTION_LINE = re.compile(r"[ \t]*(?:#|//|--|%%|%|/\*|\*|!)\|[ ]?(.*)$")
_PAIR = re.compile(r"([A-Za-z][\w.\-]*):[ \t]+(\S.*)$")
_COMPUTED = re.compile(r"[\w.:]+\(|NULL$|NA$|!expr ")
"""A value that only R or Python knows."""
_SET = re.compile(r"opts_chunk\s*\$\s*set\s*\((.*?)\)\s*(?:$|\n)", re.DOTALL)


def is_true(value: object) -> bool:
    """An option's value as YAML, R and Python write true."""
    return str(value).strip().strip("'\"").lower() in {"true", "t", "yes", "1"}


def is_false(value: object) -> bool:
    """An option's value as YAML, R and Python write false."""
    return str(value).strip().strip("'\"").lower() in {"false", "f", "no", "0"}


def knitr_options(header: str) -> dict[str, object]:
    """Options of a chunk's header: ``name, echo=FALSE, fig.cap="…"``; dots in names become hyphens, as in Quarto."""
    options: dict[str, object] = {}
    first = re.match(r"\s*([\w.:\-]+(?: [\w.:\-]+)*)\s*(?:,|$)", header)
    if first:
        options["label"] = first[1]
    for match in _KNITR.finditer(header):
        options[match["name"].replace(".", "-")] = _value(match)
    return options


def _value(match: re.Match[str]) -> object:
    if match["double"] is not None or match["single"] is not None:
        text = match["double"] if match["double"] is not None else match["single"]
        return re.sub(r"\\(.)", r"\1", text)
    if match["list"]:
        return [re.sub(r"\\(.)", r"\1", a or b) for a, b in _STRING.findall(match["list"])]
    return match["bare"].strip()


def option_lines(text: str) -> tuple[dict[str, object], str]:
    """Options of the ``#|`` lines on top, and the code below them."""
    lines = text.split("\n")
    count = 0
    while count < len(lines) and _OPTION_LINE.match(lines[count]):
        count += 1
    if not count:
        return {}, text
    header = [match[1] for line in lines[:count] if (match := _OPTION_LINE.match(line))]
    code = "\n".join(lines[count:]).lstrip("\n")
    if header and header[0].rstrip().endswith("*/"):
        header = [line.rstrip().removesuffix("*/") for line in header]
    try:
        found = load_yaml("\n".join(header))
    except yaml.YAMLError:
        found = None
    if isinstance(found, dict):
        return {str(key): value for key, value in found.items()}, code
    pairs = [match.groups() for line in header if (match := _PAIR.match(line))]
    if pairs:  # one value that isn't YAML (R's ``!expr``, a colon in a caption) must not undo the others
        return {key: value.strip().strip("\"'") for key, value in pairs}, code
    return knitr_options(", ".join(header)), code


def document_defaults(header: Mapping[str, object]) -> dict[str, object]:
    """What a document's header says of all its chunks: ``execute``, ``knitr.opts_chunk``, and the format's options."""
    found: dict[str, object] = {}
    for place in (header, _format(header)):
        for key in ("echo", "code-fold", "code-summary", "include"):
            if key in place:
                found[key] = place[key]
        for name in ("execute", "knitr"):
            inner = place.get(name)
            inner = inner.get("opts_chunk", inner) if isinstance(inner, Mapping) else None
            if isinstance(inner, Mapping):
                found |= {str(key).replace(".", "-"): value for key, value in inner.items()}
    return found


def _format(header: Mapping[str, object]) -> Mapping[str, object]:
    formats = header.get("format")
    if not isinstance(formats, Mapping):
        return {}
    own = formats.get("html") or next(iter(formats.values()), None)
    return own if isinstance(own, Mapping) else {}


def defaults_set_in(code: str) -> dict[str, object]:
    """Options that ``knitr::opts_chunk$set(…)`` sets for the chunks below."""
    match = _SET.search(code)
    return knitr_options(re.sub(r"#[^\n]*", "", match[1]).replace("\n", " ")) if match else {}


class Look(msgspec.Struct, frozen=True):
    """What a chunk's options say of how it is shown."""

    hidden: bool = False
    visibility: Visibility = ""
    title: str = ""
    label: str = ""
    captions: tuple[str, ...] = ()
    subcaptions: tuple[str, ...] = ()
    kind: str = "figure"
    listing: str = ""
    listing_label: str = ""


def look_of(options: Mapping[str, object]) -> Look:
    """The look of a chunk with these options, the document's among them."""
    hidden = is_false(options.get("include", True)) or is_false(options.get("echo", True))
    fold = options.get("code-fold")
    visibility: Visibility = ""
    if fold is not None:
        visibility = "fold" if is_true(fold) else "show"
    kind = "figure"
    captions = _texts(options.get("fig-cap"))
    if not captions and (captions := _texts(options.get("tbl-cap") or options.get("tab-cap"))):
        kind = "table"
    subcaptions = _texts(options.get("fig-subcap") or options.get("tbl-subcap"))
    title = options.get("code-summary") or options.get("filename") or ""
    return Look(
        hidden,
        visibility,
        str(title),
        str(options.get("label") or ""),
        captions,
        subcaptions,
        kind,
        str(options.get("lst-cap") or ""),
        str(options.get("lst-label") or ""),
    )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(each) for each in value if each)
    text = str(value or "")
    return (text,) if text and not isinstance(value, bool) and not _COMPUTED.match(text) else ()
