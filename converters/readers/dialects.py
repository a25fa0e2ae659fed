"""Fields that dialects write in shapes of their own: dates, status, code, thumbnail, where it runs, wiki pages."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from converters.metadata import DataSource, Person, Status
from converters.readers.fields import normal
from converters.readers.header_values import HeaderValues, as_flag, jsonable
from converters.readers.wiki_headers import wiki_settings

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d\d:\d\d(?::\d\d)?(?:\.\d+)?)\s*(Z|[+-]\d\d:?\d\d)?)?$"
)
_BY_GIT = re.compile(r"today$|now$|last[-_ ]modified$|`r |`\{r|\{\{|@\w+$|\$Date", re.IGNORECASE)
"""Dates that are told when a document is built: Quarto's words, inline R, templates. Ours come from git then."""
_WORDS = (
    "%d %B %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%d. %B %Y",
    "%d.%m.%Y",
    "%Y%m%d",
    "%B %Y",
    "%Y-%m",
    "%Y",
)
_STATUS: Mapping[str, Status] = {
    "draft": "draft", "wip": "draft", "work in progress": "draft", "in development": "draft", "in progress": "draft",
    "review": "review", "submitted": "review", "in review": "review", "in_review": "review",
    "published": "published", "final": "published", "completed": "published", "certified": "published",
    "stale": "stale", "outdated": "stale", "superseded": "superseded", "deprecated": "superseded",
    "archived": "archived", "unpublished": "archived", "retired": "archived",
}  # fmt: skip
"""Words of knowledge-repo, Hex and people → ours."""


def date(reading: HeaderValues, keys: tuple[str, ...]) -> str:
    """The first date that is one, ISO 8601; empty for dates that only a build tells, so that git's hold."""
    for key in keys:
        value = reading.get(key)
        if isinstance(value, dict):  # distill and MyST: {created: …}, {value: …}
            value = next((value[k] for k in ("value", "date", "created") if k in value), None)
        if value is None or value is False or value == "":
            continue
        text = value.isoformat() if isinstance(value, dt.date) else str(value).strip()
        if _BY_GIT.search(text):
            return ""
        found = iso_date(text)
        if found:
            return found
        reading.odd(key, "a date such as 2026-11-21")
        return text
    return ""


def iso_date(text: str) -> str:
    """A date in ISO 8601 as it was written, with zeros where they were left out; empty where it is none."""
    match = _ISO.match(text)
    if match:
        try:
            day = dt.date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        except ValueError:
            return ""
        if not match[4] or (match[4].strip("0:.") == "" and not match[5]):  # knowledge-repo writes midnight for a day
            return day
        return f"{day}T{match[4]}{match[5] or ''}"
    for layout in _WORDS:
        try:
            found = dt.datetime.strptime(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text), layout)  # noqa: DTZ007  (a day)
        except ValueError:
            continue
        return found.strftime("%Y" if layout == "%Y" else "%Y-%m" if "%d" not in layout else "%Y-%m-%d")
    from email.utils import parsedate_to_datetime  # rarely needed, and brings half of ``email``

    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return ""


def status(reading: HeaderValues) -> Status:
    """The status; a word wins over ``draft: true``."""
    word = reading.text("status").lower()
    if word in _STATUS:
        return _STATUS[word]
    if word:
        reading.odd("status", "draft, review, published, stale, superseded or archived")
    if reading.flag("draft"):
        return "draft"
    published = reading.get("published")
    return "draft" if published is not None and as_flag(published) is False else ""


def visibility(reading: HeaderValues) -> Literal["", "public", "restricted", "private"]:
    """Who may see it; knowledge-repo's ``private: true`` is ``restricted``. A value that is none of the allowed ones is
    private: what an author wanted for some readers must not be open for a slip of the pen.
    """
    for key, allowed in _WHO_READS.items():
        name = key if reading.get(key) is not None else reading.slip(key)
        value = reading.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        word = value.strip().lower() if isinstance(value, str) else ""
        if key == "visibility" and word in {"public", "restricted", "private"}:
            return word  # type: ignore[return-value]
        flag = as_flag(value) if key == "private" else None
        if flag is not None:
            return "restricted" if flag else ""
        reading.odd_readers(name, allowed)
        return "private"
    return ""


_WHO_READS = {"visibility": "public, restricted or private", "private": "true or false"}


def places(reading: HeaderValues) -> Iterator[dict[str, Any]]:
    """Mappings that may speak of the page's look: the header itself, ``execute``, ``knitr``, each output format."""
    yield reading.mapping
    knitr = reading.get("knitr")
    chunks = knitr.get("opts_chunk") if isinstance(knitr, dict) else None
    for value in (reading.get("execute"), chunks):
        if isinstance(value, dict):
            yield {normal(k): v for k, v in value.items()}
    for value in (reading.get("format"), reading.get("output")):
        for inner in value.values() if isinstance(value, dict) else ():
            if isinstance(inner, dict):
                yield {normal(k): v for k, v in inner.items()}


def code(reading: HeaderValues) -> Literal["", "fold", "show", "omit"]:
    """How code is shown: ours, Quarto's ``code-fold`` and ``echo``, ``code_folding`` of R Markdown and conflr, Kyso's
    ``show_code``, ``hide_input``. Ours holds over all; code that isn't echoed isn't there to fold.
    """
    own = reading.get("code")
    if isinstance(own, str | bool):
        found = _CODE.get(str(own).strip().lower())
        if found:
            return found
        reading.odd("code", "fold, show or omit")
    looks = list(places(reading))
    echo = next((as_flag(p[key]) for p in looks for key in ("echo", "show_code") if key in p), "")
    if echo is False:
        return "omit"
    words = (
        str(place[key]).strip().lower() for place in looks for key in ("code_fold", "code_folding") if key in place
    )
    folded = next((_CODE[word] for word in words if word in _CODE), None)
    if folded:
        return folded
    if any(place.get("hide_input") is True for place in looks):
        return "fold"
    if echo != "":
        return "show"
    return "fold" if any(as_flag(place.get("code_tools", "")) for place in looks) else ""


_CODE: Mapping[str, Literal["fold", "show", "omit"]] = {
    "fold": "fold", "folded": "fold", "true": "fold", "hide": "fold", "yes": "fold",
    "show": "show", "false": "show", "none": "show", "no": "show", "omit": "omit",
}  # fmt: skip


def flag_anywhere(reading: HeaderValues, *keys: str) -> bool | None:
    """A yes or no that stands in the header or in any output format."""
    own = reading.flag(*(key for key in keys if not isinstance(reading.get(key), list)))
    if own is not None:
        return own
    for place in places(reading):
        for key in keys:
            if key in place and not isinstance(place[key], list | dict):
                found = as_flag(place[key])
                if found is not None:
                    return found
    return None


def toc_depth(reading: HeaderValues) -> int | None:
    """How deep the contents go."""
    found = next((place["toc_depth"] for place in places(reading) if "toc_depth" in place), None)
    return int(found) if isinstance(found, int | str) and str(found) in "123456" and found != "" else None


def order(reading: HeaderValues) -> float | None:
    """The page's place among its siblings: Quarto's ``order``, Hugo's ``weight``, ``nav_order``, ``sidebar_position``."""
    for key in ("order", "weight", "nav_order", "sidebar_position"):
        value = reading.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", value.strip()):
            return float(value)
    return None


def thumbnail(reading: HeaderValues) -> str:
    """A path or address, the number of a picture, or ``none`` where an author said so."""
    for key in ("thumbnail", "preview", "image", "featured", "cover", "banner"):
        if key not in reading.mapping:
            continue
        value = reading.mapping[key]
        if isinstance(value, dict):
            value = next((value[k] for k in ("src", "url", "path", "file", "filename", "image") if value.get(k)), "")
        if value is None or value is False:
            return "none" if key in {"thumbnail", "preview", "image"} else ""
        if isinstance(value, bool) or value == "":
            continue
        if isinstance(value, int) and value < 0:
            reading.odd(key, "a picture's number, counted from 0")
            continue
        if isinstance(value, str | int):
            text = str(value).strip()
            return "none" if text.lower() in {"null", "none", "false", "~"} else text
        reading.odd(key, "a path, an address or a number")
    return ""


def params(reading: HeaderValues) -> dict[str, object]:
    """Parameters with their values; those of R Markdown's dialogs by their ``value``."""
    found = reading.mapping_of("params") or reading.mapping_of("parameters")
    return {k: v["value"] if isinstance(v, dict) and "value" in v else v for k, v in found.items()}


def citation(reading: HeaderValues) -> str:
    """How to cite it, in one text."""
    value = reading.get("citation")
    if isinstance(value, dict):
        keys = ("container-title", "publisher", "volume", "issue", "issued", "page", "doi", "url")
        return ", ".join(str(value[k]) for k in keys if isinstance(value.get(k), str | int))
    return value.strip() if isinstance(value, str) and as_flag(value) is None else ""


def data_sources(reading: HeaderValues) -> tuple[DataSource, ...]:
    """Where numbers came from: ours; MyST's part on data availability where there is nothing else."""
    value = reading.get("data_sources")
    items = value if isinstance(value, list) else [value] if value else []
    if (
        isinstance(value, dict)
        and not {"name", "url"} & set(value)
        and all(isinstance(v, dict) for v in value.values())
    ):
        items = [{"name": name, **inner} for name, inner in value.items()]
    found = tuple(filter(None, map(_data_source, items)))
    part = reading.get("parts.data_availability")
    return found or ((DataSource(" ".join(part.split())),) if isinstance(part, str) and part.strip() else ())


def _data_source(item: object) -> DataSource | None:
    if isinstance(item, dict):
        values = {normal(k): str(v) for k, v in item.items() if v is not None and not isinstance(v, dict | list)}
        values["as_of"] = values.get("as_of") or values.get("date", "")
        values["url"] = values.get("url") or values.get("link", "")
        kept = {k: values[k] for k in ("owner", "as_of", "url", "query") if values.get(k)}
        return DataSource(values.get("name") or values.get("title") or values["url"] or "data", **kept)
    return DataSource(str(item)) if item else None


def owner(reading: HeaderValues) -> Person | None:
    """Who answers for it: named as such, else the corresponding author."""
    found = reading.people(("owner", "maintainer"))
    if found:
        return found[0]
    for key in ("authors", "author"):
        value = reading.get(key)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and _corresponds(item):
                return reading.person(key, item)
    return None


def _corresponds(item: Mapping[str, Any]) -> bool:
    attributes = item.get("attributes")
    inner = attributes.get("corresponding") if isinstance(attributes, dict) else None
    return any(value is not None and as_flag(value) is not False for value in (item.get("corresponding"), inner))


def wiki(reading: HeaderValues) -> dict[str, dict[str, str]]:
    """Settings for one wiki, by its kind; knowing no better, only named groups are taken."""
    found = reading.mapping_of("wiki")
    result = {k: {str(a): str(b) for a, b in v.items()} for k, v in found.items() if isinstance(v, dict)}
    for kind, settings in wiki_settings(reading.mapping).items():
        result[kind] = {**settings, **result.get(kind, {})}
    return result


def execute(reading: HeaderValues) -> dict[str, object]:
    """Quarto's ``execute`` and knitr's chunk defaults as one mapping."""
    result: dict[str, object] = {}
    knitr = reading.get("knitr")
    for value in (knitr.get("opts_chunk") if isinstance(knitr, dict) else None, reading.get("execute")):
        if isinstance(value, dict):
            result |= {normal(k): jsonable(v) for k, v in value.items()}
    shown = reading.get("show_output")  # Kyso's
    if shown is not None and as_flag(shown) is False:
        result.setdefault("output", False)
    return result
