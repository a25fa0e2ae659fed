"""What a header lets R compute: values of its own parameters are filled in, other code is left out of what readers see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from converters.model import Where
from converters.notes import Note, metadata

CODE: Final = "`r "
_CODE: Final = re.compile(r"`r[ \t]++([^`]*+)`")
_PARAMETER: Final = re.compile(r"params(?:\$([\w.]+)|\[\[[ ]*[\"']([\w.]+)[\"'][ ]*\]\])[ \t]*")
_NAMES: Final = re.compile(r"[^,;]+[,;]?|[,;]")
_TEXTS: Final = ("title", "subtitle", "author", "authors", "description", "abstract", "summary", "tldr")
"""What a page shows of a header. Dates have rules of their own; options and parameters stay as they were written."""


def without_code(mapping: Mapping[str, Any], where: Where) -> tuple[Mapping[str, Any], list[Note]]:
    """The header with such texts, and a note on those from which code was left out."""
    found = {key: mapping[key] for key in _TEXTS if CODE in str(mapping.get(key, ""))}
    if not found:
        return mapping, []
    given = mapping.get("params")
    params = {str(key): _scalar(value) for key, value in given.items()} if isinstance(given, Mapping) else {}
    told: list[str] = []
    changed = {key: _filled(value, key, params, told) for key, value in found.items()}
    kept = {key: changed.get(key, value) for key, value in mapping.items() if changed.get(key, value) not in ("", [])}
    text = f"what R would compute is left out of {', '.join(dict.fromkeys(told))}"
    return kept, [metadata("metadata.computed", text, where)] if told else []


def _scalar(value: object) -> str:
    """A parameter's value as text; empty for what has no plain one. Shiny's form keeps it below ``value``."""
    value = value.get("value", "") if isinstance(value, Mapping) else value
    return str(value) if isinstance(value, str | int | float) and CODE not in str(value) else ""


def _filled(value: Any, key: str, params: Mapping[str, str], told: list[str]) -> Any:
    if isinstance(value, list):
        return [made for one in value if (made := _filled(one, key, params, told)) not in ("", {})]
    if isinstance(value, Mapping):
        return {name: made for name, one in value.items() if (made := _filled(one, key, params, told)) != ""}
    if not isinstance(value, str) or CODE not in value:
        return value

    def known(match: re.Match[str]) -> str:
        parameter = _PARAMETER.fullmatch(match[1])
        return (params.get(parameter[1] or parameter[2], "") if parameter else "") or match[0]

    text = _CODE.sub(known, value)
    if CODE not in text:
        return text
    told.append(key)
    if key.startswith("author"):  # a name that is computed in part is none
        text = "".join(name for name in _NAMES.findall(_CODE.sub("\0", text)) if "\0" not in name)
    else:
        text = _CODE.sub("", text)
    return re.sub(r"\s+", " ", text).strip(" ,;:-\u2013\u2014")
