"""A database in Notion's browser view: its views as tabs, each with its own layout, filter, order and properties."""

from __future__ import annotations

import json
from typing import Any

from adapters.sandbox.web.blocks import media_address, rich
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.shell import day
from adapters.sandbox.web.source import Api, Missing

Row = dict[str, Any]
PAGE = 50
"""Rows that a view shows before "Load more". Source: Notion's own views ("load limit" of 50)."""
MEMORY = frozenset({"Record", "Digest", "Key"})
"""nbwiki's memory: of no use to readers, and hidden in the views that it makes. A person's own view may show it."""
_DEFAULTS: tuple[Row, ...] = ({"id": "gallery", "name": "Gallery", "type": "gallery"}, {"id": "table", "name": "Table", "type": "table"})  # fmt: skip


def plain_text(runs: list[Row]) -> str:
    """Rich text as plain text."""
    return "".join(run.get("plain_text", "") for run in runs)


def title_of(thing: Row) -> str:
    """The title of a page or a database as plain text."""
    if thing["object"] != "page":
        return plain_text(thing.get("title", [])) or "Untitled"
    for value in thing["properties"].values():
        if value["type"] == "title":
            return plain_text(value["title"]) or "Untitled"
    return "Untitled"


def href(thing: Row) -> str:
    """Where a page or database is shown."""
    return f"/notion/p/{thing['id'].replace('-', '')}"


def database(api: Api, thing: Row, chosen: str, here: str, most: int = PAGE) -> Html:
    """The database with one of its views open. ``here`` is the address that the tabs lead to."""
    views = _views(api, thing["id"])
    view = next((one for one in views if one["id"].replace("-", "") == chosen.replace("-", "")), None)
    view = view or next((one for one in views if one["type"] == "gallery"), views[0])
    rows, further, note = _rows(api, thing, view, most)
    joint = "&" if "?" in here else "?"
    tabs = el(
        "nav",
        *(
            el("a", one["name"] or one["type"].title(), href=f"{here}{joint}v={one['id'].replace('-', '')}",
               aria_current="page" if one is view else None)
            for one in views
        ),
        class_="views",
        aria_label=f"Views of {title_of(thing)}",
    )  # fmt: skip
    more = Html("")
    if further:
        target = f"{here}{joint}v={view['id'].replace('-', '')}&n={most + 4 * PAGE}"
        more = el("p", el("a", "Load more", href=target, class_="button"))
    number = f"{len(rows)}{' and more' if further else ''}"
    count = el("p", f"{number} page{'' if number == '1' else 's'}", class_="quiet")
    return el("div", tabs, note, count, _laid_out(api, rows, view), more, class_="database")


def _views(api: Api, number: str) -> list[Row]:
    try:
        found: list[Row] = api.get("/notion/v1/views", database_id=number)["results"]
    except Missing:
        found = []
    # Notion opens the view that a reader had open last; at first a gallery is opened here, which says most
    return sorted(found, key=lambda view: view["name"] in {"", "Default view"}) or list(_DEFAULTS)


def _rows(api: Api, thing: Row, view: Row, most: int) -> tuple[list[Row], bool, Html]:
    """Rows of a view, whether there are more, and a line for readers where its filter is one that the server refuses."""
    source = view.get("data_source_id") or _source(api, thing["id"])
    if not source:
        return [], False, Html("")
    query = {name: view[name] for name in ("filter", "sorts") if view.get(name)}
    if "sorts" not in query:
        properties = api.get(f"/notion/v1/data_sources/{source}")["properties"]
        title = next(name for name, one in properties.items() if one["type"] == "title")
        query["sorts"] = [{"property": title, "direction": "ascending"}]
    note = Html("")
    try:
        rows, more = _queried(api, source, query, most)
    except Missing:
        rows, more = _queried(api, source, {}, most)
        note = el("p", "This view's filter can't be applied; all pages are shown.", class_="panel warning")
    return [row for row in rows if not row.get("in_trash")], more, note


def _source(api: Api, number: str) -> str:
    """The database's own rows; empty for a linked one, whose views name theirs."""
    own = api.get(f"/notion/v1/databases/{number}")["data_sources"]
    return str(own[0]["id"]) if own else ""


def _queried(api: Api, source: str, query: Row, most: int) -> tuple[list[Row], bool]:
    rows: list[Row] = []
    body: Row = {**query, "page_size": min(100, most)}
    while True:
        answer = api.post(f"/notion/v1/data_sources/{source}/query", json.dumps(body).encode())
        rows += answer["results"]
        if not answer.get("has_more") or len(rows) >= most:
            return rows[:most], bool(answer.get("has_more")) or len(rows) > most
        body["start_cursor"] = answer["next_cursor"]


def rows_of(api: Api, number: str) -> list[Row]:
    """All rows of a database; none of a linked one. Raises Missing."""
    source = _source(api, number)
    return _queried(api, source, {}, 1_000_000)[0] if source else []


def _laid_out(api: Api, rows: list[Row], view: Row) -> Html:
    if not rows:
        return el("p", "No pages.", class_="quiet")
    shown = _shown(rows[0], view)
    groups = _grouped(rows, view)
    match view["type"]:
        case "table":
            return join(*(join(_group_head(name), _table(part, shown)) for name, part in groups))
        case "list":
            return join(*(join(_group_head(name), _list(part, shown)) for name, part in groups))
        case "board":
            columns = (
                el("section", el("h3", name or "None", el("small", f" {len(part)}")), _gallery(api, part, shown))
                for name, part in groups
            )
            return el("div", *columns, class_="board", tabindex="0", role="group", aria_label="Board")
        case _:
            return join(*(join(_group_head(name), _gallery(api, part, shown)) for name, part in groups))


def _group_head(name: str | None) -> Html:
    return el("h3", name or "None", class_="group") if name is not None else Html("")


def _grouped(rows: list[Row], view: Row) -> list[tuple[str | None, list[Row]]]:
    """Rows by the value that the view groups by; one nameless group without."""
    by = (view.get("configuration") or {}).get("group_by") or {}
    number = by.get("property_id") or by.get("property") if isinstance(by, dict) else None
    if not number:
        return [(None, rows)]
    groups: dict[str, list[Row]] = {}
    for row in rows:
        value = next((one for name, one in row["properties"].items() if number in {name, one["id"]}), None)
        for name in _names(value) if value else [""]:
            groups.setdefault(name, []).append(row)
    return [(name, groups[name]) for name in sorted(groups, key=lambda name: (not name, name.casefold()))]


def _names(value: Row) -> list[str]:
    content = value.get(value["type"])
    if isinstance(content, list):
        return [str(one.get("name", "")) for one in content if isinstance(one, dict)] or [""]
    return [str(content.get("name", ""))] if isinstance(content, dict) else [str(content or "")]


def _shown(row: Row, view: Row) -> list[str]:
    """Names of the properties that the view shows besides the title, in its order."""
    names = {value["id"]: name for name, value in row["properties"].items() if value["type"] != "title"}
    listed = (view.get("configuration") or {}).get("properties") or []
    if not listed:
        return [name for name in names.values() if name not in MEMORY]
    return [names[one["property_id"]] for one in listed if one.get("visible") and one["property_id"] in names]


def _gallery(api: Api, rows: list[Row], shown: list[str]) -> Html:
    return el("div", *(_card(api, row, shown) for row in rows), class_="gallery")


def _card(api: Api, row: Row, shown: list[str]) -> Html:
    picture = _first_picture(api, row)
    letter = el("span", title_of(row)[:1], class_="tile", aria_hidden="true")
    image = el("img", src=picture, alt="", loading="lazy") if picture else letter
    values = [
        el("span", value, class_="quiet" if row["properties"][name]["type"] in {"rich_text", "date"} else "options")
        for name in shown
        if (value := value_of(row["properties"][name], links=False))
    ]
    text = el("span", el("b", title_of(row)), *values, class_="card-text")
    return el("a", el("span", image, class_="card-picture"), text, href=href(row))


def _first_picture(api: Api, row: Row) -> str | None:
    if row.get("cover"):
        return media_address(row["cover"])
    for block in api.children(row["id"]):
        if block["type"] == "image":
            return media_address(block["image"])
    return None


def _table(rows: list[Row], names: list[str]) -> Html:
    head = el("tr", el("th", "Name", scope="col"), *(el("th", name, scope="col") for name in names))
    lines = (
        el(
            "tr",
            el("td", el("a", title_of(row), href=href(row))),
            *(el("td", value_of(row["properties"][name]), class_=_of(name, row["properties"][name])) for name in names),
        )
        for row in rows
    )
    table = el("table", el("thead", head), el("tbody", *lines))
    return el("div", table, class_="table pages-table", tabindex="0", role="group", aria_label="Pages as a table")


def _of(name: str, value: Row) -> str:
    """A column's class: what it is called, and whether its values are dates."""
    return f"of-{name.lower().replace(' ', '-')}" + (" of-date" if value["type"] == "date" else "")


def _list(rows: list[Row], names: list[str]) -> Html:
    items = (
        el("li", el("a", title_of(row), href=href(row)), *(value_of(row["properties"][name]) for name in names[:3]))
        for row in rows
    )
    return el("ul", *items, class_="rows")


def option_chips(row: Row) -> Html:
    """The options of a row's multi-selects, for lists."""
    values = (value["multi_select"] for value in row["properties"].values() if value["type"] == "multi_select")
    return el("span", *(option(one) for options in values for one in options), class_="options")


def value_of(value: Row, *, links: bool = True) -> Html:
    """A property's value as readers see it. ``links`` off: the whole card is one already."""
    kind = value["type"]
    content = value.get(kind)
    if content is None or content == []:
        return Html("")
    match kind:
        case "rich_text":
            return rich(content) if links else join(plain_text(content))
        case "select" | "status":
            return option(content)
        case "multi_select":
            return join(*map(option, content))
        case "date":
            return join(day(content["start"]))
        case "url":
            short = str(content).partition("://")[2] or str(content)
            target = content if links and str(content).startswith("http") else None
            return el("a", short, href=target) if target else join(short)
        case "checkbox":
            return join("☑" if content else "☐")
        case "people":
            return join(", ".join(person.get("name") or "somebody" for person in content))
        case "last_edited_time" | "created_time":
            return join(day(content))
        case "number" | "email" | "phone_number":
            return join(str(content))
        case _:
            return Html("")


def option(one: Row) -> Html:
    """A select's option as a coloured chip."""
    return el("span", one["name"], class_=f"option {one.get('color', 'default')}")
