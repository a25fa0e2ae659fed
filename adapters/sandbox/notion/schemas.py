"""The columns of data sources: their request shapes, how they are kept, added, renamed and dropped."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote

from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.errors import validation
from adapters.sandbox.notion.shapes import Check, array, enum, mapping, nullable, record, string, tagged, uuid, variant
from adapters.sandbox.notion.store import Node, new_id
from adapters.sandbox.notion.tables import SELECT_COLORS

_EMPTY = record({})
_OPTION = record(
    {}, {"id": string(), "name": string(100), "color": enum(*SELECT_COLORS), "description": nullable(string())}
)
_OPTIONS = record({}, {"options": array(_OPTION)})
_RELATION = record(
    {"data_source_id": uuid},
    {
        "type": enum("single_property", "dual_property"),
        "single_property": _EMPTY,
        "dual_property": record({}, {"synced_property_id": string(), "synced_property_name": string()}),
    },
)
_ROLLUP = record(
    {"function": string()},
    dict.fromkeys(
        ("relation_property_name", "relation_property_id", "rollup_property_name", "rollup_property_id"), string()
    ),
)
_PLAIN = [
    "title",
    "rich_text",
    "url",
    "people",
    "files",
    "email",
    "phone_number",
    "date",
    "checkbox",
    "created_by",
    "created_time",
    "last_edited_by",
    "last_edited_time",
    "button",
    "verification",
    "place",
    "location",
    "last_visited_time",
]
CONFIGS: dict[str, Check] = {
    **dict.fromkeys(_PLAIN, _EMPTY),
    "number": record({}, {"format": string()}),
    "select": _OPTIONS,
    "multi_select": _OPTIONS,
    "status": _OPTIONS,
    "formula": record({}, {"expression": string()}),
    "relation": _RELATION,
    "rollup": _ROLLUP,
    "unique_id": record({}, {"prefix": nullable(string())}),
}
_COMMON: dict[str, Check] = {"name": string(), "description": nullable(string())}
COLUMN = tagged(CONFIGS, _COMMON)
COLUMNS = mapping(COLUMN)
_RENAME = record({}, {**_COMMON, "type": enum(*CONFIGS)})


def _change(value: Any, path: str, out: list[str]) -> None:
    """A column to add or retype, ``{"name"}`` to rename, or null to drop."""
    if value is None:
        return
    named = isinstance(value, dict) and value and not any(kind in value for kind in CONFIGS)
    (_RENAME if named else COLUMN)(value, path, out)


CHANGES = mapping(_change)
_STATUS_GROUPS = (("To-do", "gray"), ("In progress", "blue"), ("Complete", "green"))
_STATUS_OPTIONS = (("Not started", "default"), ("In progress", "blue"), ("Done", "green"))


def property_id() -> str:
    """A fresh column id: four characters, percent-encoded."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:;<=>?@[]^_`{|}~\\"
    return quote("".join(secrets.choice(alphabet) for _ in range(4)), safe="")


def option(value: dict[str, Any], used: int = 0) -> dict[str, Any]:
    """A select option in stored form. Raises the 400 for a comma in the name."""
    name = value.get("name")
    if not name:
        raise validation("A new select option needs a name.")
    if "," in name:
        raise validation(f"Invalid select option, commas not allowed: {name}")
    color = value.get("color") or SELECT_COLORS[1 + used % (len(SELECT_COLORS) - 1)]
    return {"id": value.get("id") or new_id(), "name": name, "color": color, "description": value.get("description")}


def _config(kind: str, given: dict[str, Any], old: dict[str, Any] | None, call: Call) -> dict[str, Any]:
    if kind in {"select", "multi_select"}:
        return {"options": _options(given.get("options"), old)}
    if kind == "status":
        return _status(given.get("options"), old)
    if kind == "number":
        return {"format": given.get("format", "number")}
    if kind == "unique_id":
        return {"prefix": given.get("prefix")}
    if kind == "relation":
        target = call.get(given["data_source_id"], "data_source")
        single = given.get("type", "single_property")
        return {
            "database_id": target.parent,
            "data_source_id": target.id,
            "type": single,
            single: given.get(single, {}),
        }
    return dict(given)


def _options(given: list[dict[str, Any]] | None, old: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The new list of options: known ones keep id and colour, those left out are dropped."""
    known: list[dict[str, Any]] = (old or {}).get("options", [])
    if given is None:
        return known
    result: list[dict[str, Any]] = []
    for item in given:
        same = next((o for o in known if o["id"] == item.get("id") or o["name"] == item.get("name")), None)
        if same is not None and item.get("color", same["color"]) != same["color"]:
            raise validation(f"Cannot update color of select with name: {same['name']}.")
        made = {**same, **item} if same is not None else option(item, len(result))
        if any(o["name"] == made["name"] for o in result):
            raise validation(f"Select options must have unique names: {made['name']}.")
        result.append(made)
    return result


def _status(given: list[dict[str, Any]] | None, old: dict[str, Any] | None) -> dict[str, Any]:
    default = [{"name": name, "color": color} for name, color in _STATUS_OPTIONS]
    options = _options(given if given is not None or old else default, old)
    ids = [o["id"] for o in options]
    shares = [ids[:1], ids[1:-1], ids[-1:] if len(ids) > 1 else []]
    groups = [
        {"id": new_id(), "name": name, "color": color, "option_ids": share}
        for (name, color), share in zip(_STATUS_GROUPS, shares, strict=True)
    ]
    return {"options": options, "groups": groups}


def new_column(name: str, value: dict[str, Any], call: Call, old: dict[str, Any] | None = None) -> dict[str, Any]:
    """A checked column in stored form; ``old`` lends its id, and its options if the type stays."""
    kind = variant(value, CONFIGS)
    pid = "title" if kind == "title" else old["id"] if old and old["type"] != "title" else property_id()
    before = old[kind] if old and old["type"] == kind else None
    return {
        "id": pid,
        "name": value.get("name", name),
        "description": value.get("description"),
        "type": kind,
        kind: _config(kind, value[kind], before, call),
    }


def new_schema(properties: dict[str, Any], call: Call) -> dict[str, Any]:
    """The columns of a new data source. Exactly one is the title."""
    columns = {name: new_column(name, value, call) for name, value in properties.items()}
    titles = [name for name, column in columns.items() if column["type"] == "title"]
    if not titles and not columns:
        return {"Name": new_column("Name", {"title": {}}, call)}
    if len(titles) != 1:
        raise validation(
            f"Title is not provided or given more than once: a data source has exactly one title property, instead was `{len(titles)}`."
        )
    return columns


def changed_schema(columns: dict[str, Any], changes: dict[str, Any], call: Call) -> dict[str, Any]:
    """The columns after additions, retypings, renamings and drops, keyed by name."""
    result = list(columns.values())
    for key, change in changes.items():
        old = next((c for c in result if key in (c["name"], c["id"])), None)
        if change is None:
            if old is None:
                raise validation(f"{key} is not a property that exists.")
            if old["type"] == "title":
                raise validation("Cannot delete the title property.")
            result.remove(old)
        elif any(kind in change for kind in CONFIGS):
            _retype(result, old, new_column(old["name"] if old else key, change, call, old))
        elif old is None:
            raise validation(f"{key} is not a property that exists.")
        else:
            result[result.index(old)] = {**old, **{k: v for k, v in change.items() if k != "type"}}
    names = [column["name"] for column in result]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise validation(f"Property with name {double} already exists.")
    return {column["name"]: column for column in result}


def _retype(result: list[dict[str, Any]], old: dict[str, Any] | None, new: dict[str, Any]) -> None:
    if (old is not None and old["type"] == "title") != (new["type"] == "title"):
        raise validation("A data source has exactly one title property.")
    if old is None:
        result.append(new)
    else:
        result[result.index(old)] = new


def column_of(source: Node, key: str) -> dict[str, Any] | None:
    """The column by name or id."""
    columns: dict[str, dict[str, Any]] = source.value["properties"]
    if key in columns:
        return columns[key]
    return next((column for column in columns.values() if column["id"] in (key, quote(key, safe=""))), None)
