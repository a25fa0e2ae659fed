"""Property values of pages: request shapes, the check against the columns, stored form, replies."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.errors import validation
from adapters.sandbox.notion.media import FILES, file_name, kept_file, shown_file
from adapters.sandbox.notion.rich_text import DATE, RICH_TEXT, URL_UNITS, answered, date_value, kept
from adapters.sandbox.notion.schemas import column_of, option
from adapters.sandbox.notion.shapes import (
    ABSENT,
    Check,
    array,
    boolean,
    enum,
    fault,
    mapping,
    nullable,
    number,
    populated,
    record,
    string,
    tagged,
    uuid,
    variant,
)
from adapters.sandbox.notion.store import Node, minute
from adapters.sandbox.notion.tables import SELECT_COLORS
from adapters.sandbox.notion.users import shown_user

REFERENCES = 25  # title, rich_text, relation and people show at most this many on a page object
SHORT_UNITS = 200  # e-mail addresses and phone numbers
_CHOICE = record(
    {}, {"id": string(), "name": string(), "color": enum(*SELECT_COLORS), "description": nullable(string())}
)
_PLACE = record(
    {"lat": number(), "lon": number()},
    dict.fromkeys(("name", "address", "aws_place_id", "google_place_id"), nullable(string())),
)


def _file_shape(value: Any, path: str, out: list[str]) -> None:
    """A file; one of another place needs a name."""
    tagged(FILES, {"name": string()})(value, path, out)
    if isinstance(value, dict) and "external" in value and "name" not in value:
        fault(out, f"{path}.name", "defined", ABSENT)


VALUES: dict[str, Check] = {
    "title": RICH_TEXT,
    "rich_text": RICH_TEXT,
    "number": nullable(number()),
    "url": nullable(populated(URL_UNITS)),
    "select": nullable(_CHOICE),
    "multi_select": array(_CHOICE),
    "people": array(record({"id": uuid}, {"object": enum("user", "group")})),
    "email": nullable(string(SHORT_UNITS)),
    "phone_number": nullable(string(SHORT_UNITS)),
    "date": nullable(DATE),
    "checkbox": boolean,
    "relation": array(record({"id": uuid})),
    "files": array(_file_shape),
    "status": nullable(_CHOICE),
    "place": nullable(_PLACE),
    "verification": record({"state": enum("verified", "unverified")}, {"date": DATE}),
}
PROPERTIES = mapping(tagged(VALUES))
_EMPTY: dict[str, Any] = {
    **{kind: [] for kind in ("title", "rich_text", "multi_select", "people", "relation", "files")},
    "checkbox": False,
    "verification": {"state": "unverified", "date": None, "verified_by": None},
    "button": {},
}


def kept_properties(given: dict[str, Any], source: Node | None, call: Call) -> dict[str, Any]:
    """Checked values by column id, in stored form. ``source`` None is a page outside data sources: title only."""
    result: dict[str, Any] = {}
    for key, value in given.items():
        kind = variant(value, VALUES)
        column = {"id": "title", "type": "title"} if source is None and key == "title" else None
        if source is not None:
            column = column_of(source, key)
        if column is None:
            raise validation(f"{key} is not a property that exists.")
        if column["type"] != kind:
            raise validation(f"{key} is expected to be {column['type']}.")
        result[column["id"]] = {"type": kind, kind: _kept(kind, value[kind], column, source, call)}
    return result


def _kept(kind: str, value: Any, column: dict[str, Any], source: Node | None, call: Call) -> Any:
    match kind:
        case "title" | "rich_text":
            return kept(value, call)
        case "select" | "status" if value is not None and source is not None:
            return _chosen(kind, value, column, source, call)
        case "multi_select" if source is not None:
            return [_chosen(kind, item, column, source, call) for item in value]
        case "date" if value is not None:
            return date_value(value)
        case "people":
            return [call.get(item["id"], "user").id for item in value]
        case "relation":
            return [call.get(item["id"], "page").id for item in value]
        case "files":
            return [_file(item, call) for item in value]
    return value


def _file(item: dict[str, Any], call: Call) -> dict[str, Any]:
    media = kept_file({k: item[k] for k in FILES if k in item}, "file", call)
    return {"name": file_name(item.get("name"), media), "media": media}


def _chosen(kind: str, value: dict[str, Any], column: dict[str, Any], source: Node, call: Call) -> str:
    """The id of an option; an unknown name makes a new option, as it does at the vendor (not for a status)."""
    options: list[dict[str, Any]] = column[kind]["options"]
    for known in options:
        if known["id"] == value.get("id") or ("id" not in value and known["name"] == value.get("name")):
            return str(known["id"])
    if kind == "status":
        raise validation(
            f'Invalid status option. Status option "{value.get("name") or value.get("id")}" does not exist".'
        )
    made = option({k: v for k, v in value.items() if k != "id"}, len(options))
    options.append(made)
    call.store.save(source, call.user)
    return str(made["id"])


def shown_properties(page: Node, source: Node | None, call: Call, wanted: list[str] | None = None) -> dict[str, Any]:
    """All properties of a page object by name, cut at 25 references; ``wanted`` limits them to some ids or names."""
    columns = (
        list(source.value["properties"].values()) if source else [{"id": "title", "name": "title", "type": "title"}]
    )
    if wanted is not None:
        picked = [column_of(source, key) if source else columns[0] for key in wanted]
        columns = [column for column in columns if column in picked]
    result = {}
    for column in columns:
        value = shown_value(page, column, call)
        if column["type"] in {"title", "rich_text", "people", "relation"}:
            more = len(value) > REFERENCES
            value = value[:REFERENCES]
            if column["type"] == "relation":
                result[column["name"]] = {"id": column["id"], "type": "relation", "relation": value, "has_more": more}
                continue
        result[column["name"]] = {"id": column["id"], "type": column["type"], column["type"]: value}
    return result


def shown_value(page: Node, column: dict[str, Any], call: Call) -> Any:
    """The whole value of one column of a page, as replies show it."""
    kind = column["type"]
    stored = page.value["properties"].get(column["id"], {})
    value: Any = stored.get(kind, _EMPTY.get(kind)) if stored.get("type", kind) == kind else _EMPTY.get(kind)
    match kind:
        case "title" | "rich_text":
            return answered(value, call)
        case "select" | "status":
            return _option(column, value)
        case "multi_select":
            return [shown for shown in (_option(column, item) for item in value) if shown]
        case "people":
            return [shown_user(call.get(item, "user"), call) for item in value]  # whole ones, unlike last_edited_by
        case "relation":
            return [{"id": item} for item in value]
        case "files":
            return [{"name": item["name"], **(shown_file(item["media"], call) or {})} for item in value]
        case "created_time" | "last_edited_time":
            return minute(page.created if kind == "created_time" else page.edited)
        case "created_by" | "last_edited_by":
            return {"object": "user", "id": page.created_by if kind == "created_by" else page.edited_by}
        case "unique_id":
            return {"prefix": column["unique_id"]["prefix"], "number": page.rank + 1}
        case "formula":
            return {"type": "string", "string": None}
        case "rollup":
            return {"type": "array", "array": [], "function": column["rollup"]["function"]}
    return value


def _option(column: dict[str, Any], value: str | None) -> dict[str, Any] | None:
    for known in column[column["type"]]["options"]:
        if known["id"] == value:
            return {name: known[name] for name in ("id", "name", "color")}
    return None
