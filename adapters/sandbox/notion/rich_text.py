"""Rich text: what requests may hold, how it is kept, how it comes back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.errors import creation_failed
from adapters.sandbox.notion.shapes import (
    Check,
    array,
    boolean,
    enum,
    iso_date,
    nullable,
    record,
    string,
    tagged,
    uuid,
)
from adapters.sandbox.notion.store import dashed
from adapters.sandbox.notion.tables import COLORS

TEXT_UNITS = 2000
URL_UNITS = 2000
EXPRESSION_UNITS = 1000
_FLAGS = ("bold", "italic", "strikethrough", "underline", "code")
_ID = record({"id": uuid})
_EMOJI = record({"id": uuid}, {"name": string(), "url": string()})
_DATE = record({"start": iso_date}, {"end": nullable(iso_date), "time_zone": nullable(string())})
_TEMPLATE = tagged({"template_mention_date": enum("today", "now"), "template_mention_user": enum("me")})
MENTIONS: dict[str, Check] = {
    "user": record({"id": uuid}, {"object": enum("user")}),
    "date": _DATE,
    "page": _ID,
    "database": _ID,
    "template_mention": _TEMPLATE,
    "custom_emoji": _EMOJI,
}
ANNOTATIONS = record({}, {**dict.fromkeys(_FLAGS, boolean), "color": enum(*COLORS)})
EXPRESSION = record({"expression": string(EXPRESSION_UNITS)})
ITEMS: dict[str, Check] = {
    "text": record({"content": string(TEXT_UNITS)}, {"link": nullable(record({"url": string(URL_UNITS)}))}),
    "mention": tagged(MENTIONS),
    "equation": EXPRESSION,
}
# plain_text and href are what replies hold; sent back they are accepted and ignored (recorded traffic).
RICH_TEXT = array(tagged(ITEMS, {"annotations": ANNOTATIONS, "plain_text": string(), "href": nullable(string())}))
DATE = _DATE


def web_url(url: str) -> bool:
    """Whether an address is absolute: http(s) with a host, or mailto and tel."""
    if re.search(r"\s", url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme in {"http", "https"}:
        return bool(parts.hostname)
    return parts.scheme in {"mailto", "tel"} and bool(parts.path)


def kept(items: list[dict[str, Any]], call: Call) -> list[dict[str, Any]]:
    """Checked request items in stored form: defaults filled, empty runs gone, equal neighbours merged."""
    result: list[dict[str, Any]] = []
    for item in items:
        run = _run(item, call)
        if run["type"] == "text" and not run["text"]["content"]:
            continue
        last = result[-1] if result else None
        if last and _mergeable(last, run):
            last["text"]["content"] += run["text"]["content"]
        else:
            result.append(run)
    return result


def _mergeable(left: dict[str, Any], right: dict[str, Any]) -> bool:
    return (
        bool(left["type"] == right["type"] == "text")
        and bool(left["annotations"] == right["annotations"])
        and bool(left["text"]["link"] == right["text"]["link"])
    )


def _run(item: dict[str, Any], call: Call) -> dict[str, Any]:
    given = item.get("annotations", {})
    annotations = {flag: given.get(flag, False) for flag in _FLAGS} | {"color": given.get("color", "default")}
    kind = next(name for name in ITEMS if name in item)
    if kind == "text":
        link = item["text"].get("link")
        if link and not web_url(link["url"]):
            raise creation_failed("Invalid URL for link.")
        url = _slashed(link["url"]) if link else None
        value: Any = {"content": item["text"]["content"], "link": {"url": url} if url else None}
    elif kind == "mention":
        value = _mention(item["mention"], call)
    else:
        value = {"expression": item["equation"]["expression"]}
    return {"type": kind, kind: value, "annotations": annotations}


def _slashed(url: str) -> str:
    """A bare host comes back with a slash."""
    parts = urlsplit(url)
    bare = parts.scheme in {"http", "https"} and not parts.path and not parts.query and not parts.fragment
    return url + "/" if bare else url


def _mention(value: dict[str, Any], call: Call) -> dict[str, Any]:
    kind = next(name for name in MENTIONS if name in value)
    inner = value[kind]
    if kind in {"page", "database"}:
        return {"type": kind, kind: {"id": call.get(inner["id"], kind).id}}
    if kind == "user":
        return {"type": "user", "user": {"id": call.get(inner["id"], "user").id}}
    if kind == "date":
        return {"type": "date", "date": date_value(inner, zone=False)}
    return {"type": kind, kind: inner}


def date_value(value: dict[str, Any], *, zone: bool = True) -> dict[str, Any]:
    """A date as it is kept: days as they are, times cut to the minute with their offset."""
    name = value.get("time_zone") if zone else None
    read = moment if zone else _in_utc
    start, end = read(value["start"]), read(value["end"]) if value.get("end") else None
    return {"start": start, "end": end, "time_zone": name}


def _in_utc(text: str) -> str:
    """A day as it is, a time moved to UTC: how mentions come back (recorded traffic)."""
    spelled = moment(text)
    if len(spelled) == len("2026-01-01"):
        return spelled
    return datetime.fromisoformat(spelled).astimezone(UTC).isoformat(timespec="milliseconds")


def moment(text: str) -> str:
    """An ISO 8601 day or time, which was checked, in Notion's spelling."""
    when = datetime.fromisoformat(text)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return when.strftime("%Y-%m-%d")
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return when.replace(second=0, microsecond=0).isoformat(timespec="milliseconds")


def plain(items: list[dict[str, Any]], call: Call | None = None) -> str:
    """The text of stored items. Without a call, mentions of pages and people count as nothing."""
    return "".join(_plain(item, call)[0] for item in items)


def _plain(item: dict[str, Any], call: Call | None) -> tuple[str, str | None]:
    """Text and address of one stored item."""
    kind = item["type"]
    if kind == "text":
        link = item["text"]["link"]
        return item["text"]["content"], link["url"] if link else None
    if kind == "equation":
        return item["equation"]["expression"], None
    mention = item["mention"]
    target = mention[mention["type"]]
    match mention["type"]:
        case "date":
            return target["start"] + (f" → {target['end']}" if target["end"] else ""), None
        case "page" | "database" | "user" if call is not None:
            node = call.store.find(target["id"])
            if mention["type"] == "user":
                return f"@{node.value['name'] if node else 'Anonymous'}", None
            title = plain(title_of(node.value), call) if node else ""
            return title or "Untitled", f"https://www.notion.so/{dashed(target['id']).replace('-', '')}"
        case "template_mention":
            return f"@{next(v for k, v in target.items() if k != 'type')}", None
    return "", None


def title_of(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The stored title of a page or database."""
    if "title" in value:
        return list(value["title"])
    return next((p["title"] for p in value.get("properties", {}).values() if p["type"] == "title"), [])


def answered(items: list[dict[str, Any]], call: Call) -> list[dict[str, Any]]:
    """Stored items as replies show them, with ``plain_text`` and ``href``; page titles are looked up anew."""
    result = []
    for item in items:
        text, href = _plain(item, call)
        shown = {key: value for key, value in item.items() if key != "annotations"}
        mention = item.get("mention")
        if mention and mention["type"] == "user":
            shown["mention"] = {"type": "user", "user": {"object": "user", "id": mention["user"]["id"]}}
        result.append({**shown, "annotations": dict(item["annotations"]), "plain_text": text, "href": href})
    return result


def text_run(content: str) -> dict[str, Any]:
    """A stored item of plain text."""
    return {
        "type": "text",
        "text": {"content": content, "link": None},
        "annotations": {**dict.fromkeys(_FLAGS, False), "color": "default"},
    }
