"""Notion in the browser: the workspace's pages, and pages as readers see them; databases are in :mod:`.databases`."""

from __future__ import annotations

import re
from typing import Any

from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State
from adapters.sandbox.web import editing, remarks
from adapters.sandbox.web.blocks import BlockView, blocks, media_address
from adapters.sandbox.web.databases import MEMORY, PAGE, database, href, option_chips, plain_text, rows_of, title_of
from adapters.sandbox.web.databases import value_of as _value
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.shell import show as frame
from adapters.sandbox.web.source import Api, Missing

_SIDE_DEPTH = 4
"""Levels of pages in the side bar; deeper ones are found on their pages. Ours."""


def workspace(api: Api) -> list[dict[str, Any]]:
    """The pages at the top of the workspace that are shared with the integration, oldest edits first."""
    body = (
        b'{"filter": {"property": "object", "value": "page"}, "page_size": 100, '
        b'"sort": {"timestamp": "last_edited_time", "direction": "ascending"}}'
    )
    answer = api.post("/notion/v1/search", body)
    return [page for page in answer["results"] if page["parent"].get("type") == "workspace"]


def plain(block: dict[str, Any]) -> str:
    """The text of one block."""
    return plain_text(block[block["type"]].get("rich_text", []))


def show(request: Request, state: State, match: re.Match[str]) -> Response:
    """A page or a database, by its id in the address."""
    api = Api(state)
    number = match["id"].replace("-", "")
    try:
        page = api.get(f"/notion/v1/pages/{number}")
    except Missing:
        return _database(api, api.get(f"/notion/v1/databases/{number}"), request)
    return _page(api, page, request)


def _page(api: Api, page: dict[str, Any], request: Request) -> Response:
    number = request.arg("n")
    view = BlockView(api, here=href(page), chosen=request.arg("v"), most=int(number) if number.isdecimal() else PAGE)
    head = join(_cover(page), el("div", _icon(page), el("h1", title_of(page)), class_="page-head"))
    edits = request.arg("view") == "edit"
    body = (
        editing.block_list(api, page, href(page), request.arg("block"))
        if edits
        else blocks(api.children(page["id"]), view)
    )
    note = el("p", "This page is in the trash.", class_="panel warning") if page.get("in_trash") else Html("")
    article = el("article", body or el("p", "This page is empty.", class_="quiet"))
    said = remarks.section(_comments(api, page["id"]), page["id"], href(page))
    return frame(
        title_of(page),
        join(head, _views(href(page), edits=edits), note, _properties(page), article, said),
        side=_side(api, page["id"]),
        look="notion",
        crumbs=_trail(api, page),
        scope="notion",
    )


def _views(here: str, *, edits: bool) -> Html:
    links = (
        el("a", name, href=address, aria_current="page" if current else None)
        for name, address, current in (("Page", here, not edits), ("Edit", f"{here}?view=edit", edits))
    )
    return el("nav", *links, class_="views", aria_label="Views")


def _comments(api: Api, page: str) -> list[dict[str, Any]]:
    """Comments on the page and on its blocks, with the words of those blocks."""
    rows = []
    children = api.children(page)
    for block, words in ((page, ""), *((child["id"], plain(child)) for child in children)):
        for one in api.get("/notion/v1/comments", block_id=block, page_size=100)["results"]:
            author = (one.get("display_name") or {}).get("resolved_name") or _name(api, one["created_by"]["id"])
            rows.append({
                "id": one["id"], "author": author, "when": one["created_time"], "text": plain_text(one["rich_text"]),
                "words": words, "status": "",
            })  # fmt: skip
    return rows


def _name(api: Api, user: str) -> str:
    try:
        return str(api.get(f"/notion/v1/users/{user}").get("name") or "Somebody")
    except Missing:
        return "Somebody"


def _database(api: Api, thing: dict[str, Any], request: Request) -> Response:
    number = request.arg("n")
    most = int(number) if number.isdecimal() else PAGE
    view = request.arg("v") or request.arg("view")
    main = join(el("div", el("h1", title_of(thing)), class_="page-head"), database(api, thing, view, href(thing), most))
    return frame(
        title_of(thing),
        main,
        side=_side(api, thing["id"]),
        look="notion wide",
        crumbs=_trail(api, thing),
        scope="notion",
    )


def _properties(page: dict[str, Any]) -> Html:
    rows = []
    for name, value in page["properties"].items():
        if value["type"] == "title" or name in MEMORY:
            continue
        if shown := _value(value):
            rows.append(el("div", el("dt", name), el("dd", shown)))
    return el("dl", *rows, class_="page-properties") if rows else Html("")


def _icon(page: dict[str, Any]) -> Html:
    icon = page.get("icon") or {}
    return el("span", icon["emoji"], class_="icon", aria_hidden="true") if icon.get("type") == "emoji" else Html("")


def _cover(page: dict[str, Any]) -> Html:
    address = media_address(page["cover"]) if page.get("cover") else None
    return el("img", src=address, alt="", class_="cover") if address else Html("")


def _side(api: Api, current: str) -> Html:
    """The workspace's pages with those below them, as the app's side bar; rows of databases aren't in it."""
    items = [
        el("li", _side_link(page["id"], title_of(page), current), _side_below(api, page["id"], current))
        for page in workspace(api)
    ]
    return el("ul", *items)


def _side_below(api: Api, page: str, current: str, depth: int = 1) -> Html:
    """Pages below a page, and databases that stand on a page of the workspace (deeper ones are views of those)."""
    kinds = {"child_page", "child_database"} if depth == 1 else {"child_page"}
    items = []
    for block in api.children(page):
        if block["type"] in kinds:
            deeper = block["type"] == "child_page" and depth < _SIDE_DEPTH
            below = _side_below(api, block["id"], current, depth + 1) if deeper else Html("")
            items.append(el("li", _side_link(block["id"], block[block["type"]]["title"], current), below))
    return el("ul", *items) if items else Html("")


def _side_link(number: str, title: str, current: str) -> Html:
    here = number.replace("-", "") == current.replace("-", "")
    return el(
        "a", title or "Untitled", href=f"/notion/p/{number.replace('-', '')}", aria_current="page" if here else None
    )


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
        link = el("a", title_of(above), href=f"/notion/p/{number.replace('-', '')}")
        links.insert(0, join(link, el("span", "/", aria_hidden="true")))
        parent = above["parent"]
    return el("nav", *links, class_="crumbs", aria_label="Breadcrumb") if links else Html("")


__all__ = ["option_chips", "plain", "rows_of", "show", "title_of", "workspace"]
