"""Notion in the browser: the workspace's pages, database as gallery and table, pages as readers see them."""

from __future__ import annotations

import json
import re
from typing import Any

from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State
from adapters.sandbox.web.blocks import BlockView, blocks, media_address, rich
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.shell import day
from adapters.sandbox.web.shell import show as frame
from adapters.sandbox.web.source import Api, Missing


def workspace(api: Api) -> list[dict[str, Any]]:
    """The pages at the top of the workspace that are shared with the integration."""
    answer = api.post("/notion/v1/search", b'{"filter": {"property": "object", "value": "page"}, "page_size": 100}')
    return [page for page in answer["results"] if page["parent"].get("type") == "workspace"]


def title_of(thing: dict[str, Any]) -> str:
    """The title of a page or a database as plain text."""
    if thing["object"] != "page":
        return _text(thing.get("title", [])) or "Untitled"
    for value in thing["properties"].values():
        if value["type"] == "title":
            return _text(value["title"]) or "Untitled"
    return "Untitled"


def plain(block: dict[str, Any]) -> str:
    """The text of one block."""
    return _text(block[block["type"]].get("rich_text", []))


def rows_of(api: Api, database: str) -> list[dict[str, Any]]:
    """All rows of a database."""
    source = api.get(f"/notion/v1/databases/{database}")["data_sources"][0]["id"]
    rows: list[dict[str, Any]] = []
    body: dict[str, Any] = {"page_size": 100}
    while True:
        answer = api.post(f"/notion/v1/data_sources/{source}/query", json.dumps(body).encode())
        rows += answer["results"]
        if not answer.get("has_more"):
            return rows
        body["start_cursor"] = answer["next_cursor"]


def show(request: Request, state: State, match: re.Match[str]) -> Response:
    """A page or a database, by its id in the address."""
    api = Api(state)
    number = match["id"].replace("-", "")
    try:
        page = api.get(f"/notion/v1/pages/{number}")
    except Missing:
        return _database(api, api.get(f"/notion/v1/databases/{number}"), request)
    return _page(api, page)


def _page(api: Api, page: dict[str, Any]) -> Response:
    view = BlockView(api)
    head = join(_cover(page), el("div", _icon(page), el("h1", title_of(page)), class_="page-head"))
    body = blocks(api.children(page["id"]), view)
    note = el("p", "This page is in the trash.", class_="panel warning") if page.get("in_trash") else Html("")
    article = el("article", body or el("p", "This page is empty.", class_="quiet"))
    return frame(
        title_of(page),
        join(head, note, _properties(page), article),
        side=_side(api),
        look="notion",
        crumbs=_trail(api, page),
    )


def _database(api: Api, database: dict[str, Any], request: Request) -> Response:
    rows = [row for row in rows_of(api, database["id"]) if not row.get("in_trash")]
    rows.sort(key=lambda row: title_of(row).casefold())
    here = f"/notion/p/{database['id'].replace('-', '')}"
    table = request.arg("view") == "table"
    views = el(
        "nav",
        el("a", "Gallery", href=here, aria_current=None if table else "page"),
        el("a", "Table", href=f"{here}?view=table", aria_current="page" if table else None),
        class_="views",
        aria_label="Views",
    )
    count = el("p", f"{len(rows)} page{'' if len(rows) == 1 else 's'}", class_="quiet")
    main = join(
        el("div", el("h1", title_of(database)), views, class_="page-head"),
        count,
        _table(rows) if table else _gallery(api, rows),
    )
    return frame(title_of(database), main, side=_side(api), look="notion", crumbs=_trail(api, database))


def _gallery(api: Api, rows: list[dict[str, Any]]) -> Html:
    cards = []
    for row in rows:
        values = {name: value for name, value in row["properties"].items() if value["type"] != "title"}
        summary = next(
            (
                _text(value["rich_text"])
                for name, value in values.items()
                if name.casefold() == "summary" and value["type"] == "rich_text"
            ),
            "",
        )
        tags = (
            _option(option)
            for value in values.values()
            if value["type"] == "multi_select"
            for option in value["multi_select"]
        )
        picture = _first_picture(api, row)
        image = (
            el("img", src=picture, alt="", loading="lazy")
            if picture
            else el("span", title_of(row)[:1], class_="tile", aria_hidden="true")
        )
        text = el(
            "span",
            el("b", title_of(row)),
            el("span", summary, class_="quiet"),
            el("span", *list(tags)[:4], class_="options"),
            class_="card-text",
        )
        cards.append(
            el("a", el("span", image, class_="card-picture"), text, href=f"/notion/p/{row['id'].replace('-', '')}")
        )
    return el("div", *cards, class_="gallery")


def _first_picture(api: Api, row: dict[str, Any]) -> str | None:
    if row.get("cover"):
        return media_address(row["cover"])
    for block in api.children(row["id"]):
        if block["type"] == "image":
            return media_address(block["image"])
    return None


def _table(rows: list[dict[str, Any]]) -> Html:
    names = [name for name in rows[0]["properties"] if rows[0]["properties"][name]["type"] != "title"] if rows else []
    # bookkeeping is of no use to readers: the vendor's own default view would let people hide it
    names = [name for name in names if name not in {"Record", "Digest", "Key"}]
    head = el("tr", el("th", "Name"), *(el("th", name) for name in names))
    lines = (
        el(
            "tr",
            el("td", el("a", title_of(row), href=f"/notion/p/{row['id'].replace('-', '')}")),
            *(el("td", _value(row["properties"][name])) for name in names),
        )
        for row in rows
    )
    return el(
        "div",
        el("table", el("thead", head), el("tbody", *lines)),
        class_="table",
        tabindex="0",
        role="region",
        aria_label="Table",
    )


def _properties(page: dict[str, Any]) -> Html:
    rows = []
    for name, value in page["properties"].items():
        if value["type"] == "title" or name in {"Record", "Digest", "Key"}:
            continue
        if shown := _value(value):
            rows.append(el("div", el("dt", name), el("dd", shown)))
    return el("dl", *rows, class_="page-properties") if rows else Html("")


def _value(value: dict[str, Any]) -> Html:
    kind = value["type"]
    content = value.get(kind)
    if content is None or content == []:
        return Html("")
    match kind:
        case "rich_text":
            return rich(content)
        case "select" | "status":
            return _option(content)
        case "multi_select":
            return join(*map(_option, content))
        case "date":
            return join(day(content["start"]) if "T" in content["start"] else content["start"])
        case "url":
            return el("a", content, href=content if str(content).startswith("http") else None)
        case "checkbox":
            return join("☑" if content else "☐")
        case "people":
            return join(", ".join(person.get("name") or "somebody" for person in content))
        case "last_edited_time" | "created_time":
            return join(day(content))
        case "number" | "email" | "phone_number" | "unique_id" | "formula":
            return join(str(content))
        case _:
            return Html("")


def _option(option: dict[str, Any]) -> Html:
    return el("span", option["name"], class_=f"option {option.get('color', 'default')}")


def _text(runs: list[dict[str, Any]]) -> str:
    return "".join(run.get("plain_text", "") for run in runs)


def _icon(page: dict[str, Any]) -> Html:
    icon = page.get("icon") or {}
    return el("span", icon["emoji"], class_="icon") if icon.get("type") == "emoji" else Html("")


def _cover(page: dict[str, Any]) -> Html:
    address = media_address(page["cover"]) if page.get("cover") else None
    return el("img", src=address, alt="", class_="cover") if address else Html("")


def _side(api: Api) -> Html:
    items = []
    for page in workspace(api):
        inner = []
        for block in api.children(page["id"]):
            if block["type"] == "child_database":
                rows = (
                    el("li", el("a", title_of(row), href=f"/notion/p/{row['id'].replace('-', '')}"))
                    for row in sorted(rows_of(api, block["id"]), key=title_of)
                )
                inner.append(
                    el(
                        "li",
                        el("a", block["child_database"]["title"], href=f"/notion/p/{block['id'].replace('-', '')}"),
                        el("ul", *rows),
                    )
                )
            elif block["type"] == "child_page":
                inner.append(
                    el("li", el("a", block["child_page"]["title"], href=f"/notion/p/{block['id'].replace('-', '')}"))
                )
        items.append(
            el(
                "li",
                el("a", title_of(page), href=f"/notion/p/{page['id'].replace('-', '')}"),
                el("ul", *inner) if inner else Html(""),
            )
        )
    return el("ul", *items)


def _trail(api: Api, thing: dict[str, Any]) -> Html:
    links: list[Html] = []
    parent = thing["parent"]
    for _ in range(20):  # deeper trees than a line can show
        if number := parent.get("database_id"):
            above = api.get(f"/notion/v1/databases/{number}")
        elif number := parent.get("page_id"):
            above = api.get(f"/notion/v1/pages/{number}")
        else:
            break
        links.insert(
            0,
            join(
                el("a", title_of(above), href=f"/notion/p/{number.replace('-', '')}"),
                el("span", "/", aria_hidden="true"),
            ),
        )
        parent = above["parent"]
    return el("nav", *links, class_="crumbs", aria_label="Breadcrumb") if links else Html("")
