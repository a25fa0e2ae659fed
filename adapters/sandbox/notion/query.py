"""``POST /data_sources/{id}/query``: filters, sorts, pagination, and the cut at 10,000 results."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.sandbox.notion.call import Call, listing, page_of
from adapters.sandbox.notion.errors import validation
from adapters.sandbox.notion.page_values import shown_page
from adapters.sandbox.notion.properties import shown_value
from adapters.sandbox.notion.schemas import column_of
from adapters.sandbox.notion.shapes import (
    Check,
    array,
    boolean,
    enum,
    fault,
    number,
    record,
    string,
    tagged,
    uuid,
)
from adapters.sandbox.notion.store import Node

DEPTH = 10_000  # Source: "Request limits": results per query
_EMPTY_OPS: dict[str, Check] = dict.fromkeys(("is_empty", "is_not_empty"), enum(True))
_TEXT_OPS: dict[str, Check] = {
    **dict.fromkeys(("equals", "does_not_equal", "contains", "does_not_contain", "starts_with", "ends_with"), string()),
    **_EMPTY_OPS,
}
_NUMBER_OPS: dict[str, Check] = {
    **dict.fromkeys(
        (
            "equals",
            "does_not_equal",
            "greater_than",
            "less_than",
            "greater_than_or_equal_to",
            "less_than_or_equal_to",
        ),
        number(),
    ),
    **_EMPTY_OPS,
}
_WINDOWS = {"past_week": -7, "past_month": -30, "past_year": -365, "next_week": 7, "next_month": 30, "next_year": 365}
_DATE_OPS: dict[str, Check] = {
    **dict.fromkeys(("equals", "before", "after", "on_or_before", "on_or_after"), string()),
    **dict.fromkeys((*_WINDOWS, "this_week"), record({})),
    **_EMPTY_OPS,
}


def _choice(value: Any, path: str, out: list[str]) -> None:
    (array(string()) if isinstance(value, list) else string())(value, path, out)


_CHOICE_OPS: dict[str, Check] = {"equals": _choice, "does_not_equal": _choice, **_EMPTY_OPS}
_MEMBER_OPS: dict[str, Check] = {"contains": string(), "does_not_contain": string(), **_EMPTY_OPS}
_IDS_OPS: dict[str, Check] = {"contains": uuid, "does_not_contain": uuid, **_EMPTY_OPS}
_TEXTS = ("title", "rich_text", "url", "email", "phone_number")
_TIMES = ("created_time", "last_edited_time")
_OPS: dict[str, dict[str, Check]] = {
    **dict.fromkeys(_TEXTS, _TEXT_OPS),
    **dict.fromkeys(("number", "unique_id"), _NUMBER_OPS),
    "checkbox": dict.fromkeys(("equals", "does_not_equal"), boolean),
    **dict.fromkeys(("select", "status"), _CHOICE_OPS),
    "multi_select": _MEMBER_OPS,
    **dict.fromkeys(("people", "relation", "created_by", "last_edited_by"), _IDS_OPS),
    **dict.fromkeys(("date", *_TIMES), _DATE_OPS),
    "files": _EMPTY_OPS,
}
_BY_PROPERTY = {kind: tagged(ops) for kind, ops in _OPS.items()}


def _filter(depth: int) -> Check:
    """The shape of a filter; ``and`` and ``or`` nest two levels deep."""

    def check(value: Any, path: str, out: list[str]) -> None:
        if not isinstance(value, dict):
            fault(out, path, "an object", value)
        elif depth and ("and" in value or "or" in value):
            name = "and" if "and" in value else "or"
            record({name: array(_filter(depth - 1))})(value, path, out)
        elif "timestamp" in value:
            stamp = value["timestamp"]
            inner = {stamp: _BY_PROPERTY[stamp]} if stamp in _TIMES else {}
            record({"timestamp": enum(*_TIMES), **inner})(value, path, out)
        else:
            tagged(_BY_PROPERTY, {"property": string()})(value, path, out)
            if "property" not in value:
                fault(out, f"{path}.property", "a string", None)

    return check


FILTER = _filter(2)
"""The shape of a filter, of queries and of views."""


def _sort(value: Any, path: str, out: list[str]) -> None:
    way: dict[str, Check] = {"direction": enum("ascending", "descending")}
    if isinstance(value, dict) and "timestamp" in value:
        record({"timestamp": enum(*_TIMES), **way})(value, path, out)
    else:
        record({"property": string(), **way})(value, path, out)


SORT: Check = _sort
"""The shape of one sort."""


def query(call: Call, data_source_id: str) -> dict[str, Any]:
    """Rows of a data source that pass the filter. Without sorts they come in order of creation."""
    wanted = call.query(lists=("filter_properties",)).get("filter_properties")
    shape: dict[str, Check] = {
        "filter": FILTER,
        "sorts": array(_sort),
        "start_cursor": uuid,
        "page_size": number(1, 100, whole=True),
        "in_trash": boolean,
        "result_type": enum("page", "data_source"),
    }
    body = call.check(record({}, shape if call.newest else {**shape, "archived": boolean}))
    source = call.get(data_source_id, "data_source")
    if call.store.in_trash(source.id):
        raise call.missing("data_source", source.id)
    trashed = bool(body.get("in_trash", body.get("archived", False)))
    rows = call.settled(call.store.children(source.id, ("page",), trashed=trashed))
    if "filter" in body:
        passes = matcher(body["filter"], source, call)
        rows = [row for row in rows if passes(row)]
    for sort in reversed(body.get("sorts", [])):
        rows = _sorted(rows, sort, source, call)
    cut = len(rows) > DEPTH
    rows = rows[:DEPTH]
    ids = [row.id for row in rows]
    results, cursor = page_of(rows, body.get("start_cursor"), body.get("page_size"), ids)
    reply = listing("page_or_data_source", [shown_page(row, call, wanted) for row in results], cursor)
    if cut and cursor is None:
        reply["request_status"] = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
    return reply


def _sorted(rows: list[Node], sort: dict[str, Any], source: Node, call: Call) -> list[Node]:
    if "timestamp" in sort:
        stamp = sort["timestamp"]
        column: dict[str, Any] = {"id": stamp, "type": stamp}
    else:
        column = _column(sort["property"], source)

    def key(row: Node) -> tuple[int, Any]:
        value = _comparable(shown_value(row, column, call), column["type"])
        if isinstance(value, list):
            value = ",".join(value)
        return (1, 0) if value in (None, "") else (0, value)

    filled = [row for row in rows if key(row)[0] == 0]
    empty = [row for row in rows if key(row)[0] == 1]
    return sorted(filled, key=key, reverse=sort["direction"] == "descending") + empty


def _column(name: str, source: Node) -> dict[str, Any]:
    column = column_of(source, name)
    if column is None:
        raise validation(f"Could not find sort property with name or id: {name}")
    return column


def _comparable(value: Any, kind: str) -> Any:
    """A value for comparing: text, number, truth, list of names or ids, or None."""
    match kind:
        case "title" | "rich_text":
            return "".join(item["plain_text"] for item in value)
        case "select" | "status":
            return value["name"] if value else None
        case "multi_select" | "files":
            return [item["name"] for item in value]
        case "people" | "relation":
            return [item["id"] for item in value]
        case "created_by" | "last_edited_by":
            return [value["id"]]
        case "date":
            return value["start"] if value else None
        case "unique_id":
            return value["number"]
    return value


def matcher(rule: dict[str, Any], source: Node, call: Call) -> Callable[[Node], bool]:
    """Tells which rows pass a filter. Refuses one that names no property, or one of another type."""
    for name, fold in (("and", all), ("or", any)):
        if name in rule:
            parts = [matcher(part, source, call) for part in rule[name]]
            return lambda row: fold(part(row) for part in parts)
    if "timestamp" in rule:
        column: dict[str, Any] = {"id": rule["timestamp"], "type": rule["timestamp"]}
    else:
        found = column_of(source, rule["property"])
        if found is None:
            raise validation(f"Could not find property with name or id: {rule['property']}")
        column = found
    kind = column["type"]
    given = next(name for name in _OPS if name in rule)
    if given != kind:
        raise validation(f"database property {kind} does not match filter {given}")
    operator = next(name for name in rule[kind] if name != "type")
    operand = rule[kind][operator]
    now = datetime.fromtimestamp(call.state.now(), UTC)

    def passes(row: Node) -> bool:
        value = _comparable(shown_value(row, column, call), kind)
        if operator in {"is_empty", "is_not_empty"}:
            return bool((value in (None, "", [])) == (operator == "is_empty"))
        if kind in {"date", *_TIMES}:
            return value is not None and _date(value, operator, operand, now)
        return _compare(value, operator, operand)

    return passes


def _compare(value: Any, operator: str, operand: Any) -> bool:
    match operator:
        case "equals":
            return bool(value in operand if isinstance(operand, list) else value == operand)
        case "does_not_equal" | "does_not_contain":
            return not _compare(value, {"does_not_equal": "equals"}.get(operator, "contains"), operand)
        case "contains":
            if isinstance(value, list):
                return operand in value or operand.lower().replace("-", "") in [v.replace("-", "") for v in value]
            return operand.casefold() in (value or "").casefold()
        case "starts_with":
            return bool((value or "").casefold().startswith(operand.casefold()))
        case "ends_with":
            return bool((value or "").casefold().endswith(operand.casefold()))
    if value is None:
        return False
    table: dict[str, bool] = {
        "greater_than": value > operand,
        "less_than": value < operand,
        "greater_than_or_equal_to": value >= operand,
        "less_than_or_equal_to": value <= operand,
    }
    return table[operator]


def _date(value: str, operator: str, operand: Any, now: datetime) -> bool:
    mine = _moment(value, now)
    if operator == "this_week":
        start = now - timedelta(days=now.weekday())
        return start.date() <= mine.date() < (start + timedelta(days=7)).date()
    if operator in _WINDOWS:
        edge = now + timedelta(days=_WINDOWS[operator])
        return min(now, edge).date() <= mine.date() <= max(now, edge).date()
    other = _moment(operand, now)
    days = len(operand) == len("2026-01-01") or operand.replace("_", "").isalpha()
    left: Any
    right: Any
    left, right = (mine.date(), other.date()) if days else (mine, other)
    table: dict[str, bool] = {
        "equals": left == right,
        "before": left < right,
        "after": left > right,
        "on_or_before": left <= right,
        "on_or_after": left >= right,
    }
    return table[operator]


_RELATIVE = {
    "today": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "one_week_ago": -7,
    "one_week_from_now": 7,
    "one_month_ago": -30,
    "one_month_from_now": 30,
}


def _moment(text: str, now: datetime) -> datetime:
    if text in _RELATIVE:
        return now + timedelta(days=_RELATIVE[text])
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise validation(
            f'body failed validation: body.filter.date should be a valid ISO 8601 date string, instead was `"{text}"`.'
        ) from error
    return when if when.tzinfo else when.replace(tzinfo=UTC)
