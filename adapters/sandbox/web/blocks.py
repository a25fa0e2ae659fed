"""Notion blocks as readers see them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from adapters.sandbox.web.equations import equation
from adapters.sandbox.web.headings import Levels
from adapters.sandbox.web.html import Html, el, join, safe_url
from adapters.sandbox.web.shell import day
from adapters.sandbox.web.source import Api, Missing

_LISTS = {"bulleted_list_item": "ul", "numbered_list_item": "ol", "to_do": "ul"}


@dataclass
class BlockView:
    """Where the children of blocks come from; ``here``, ``chosen`` and ``most`` are for databases within a page.

    ``levels`` are the headings so far: those of the page are below its title, and none skips a level.
    """

    api: Api
    depth: int = 0
    here: str = ""
    chosen: str = ""
    most: int = 50
    levels: Levels = field(default_factory=Levels)


def blocks(rows: list[dict[str, Any]], view: BlockView) -> Html:
    """Blocks side by side; neighbouring list items become one list."""
    parts: list[Html] = []
    start = 0
    while start < len(rows):
        tag = _LISTS.get(rows[start]["type"])
        if tag is None:
            parts.append(block(rows[start], view, rows))
            start += 1
            continue
        end = start
        while end < len(rows) and rows[end]["type"] == rows[start]["type"]:
            end += 1
        items = (_item(row, view) for row in rows[start:end])
        parts.append(el(tag, *items, class_="tasks" if rows[start]["type"] == "to_do" else None))
        start = end
    return join(*parts)


def block(row: dict[str, Any], view: BlockView, page: list[dict[str, Any]]) -> Html:
    """One block. ``page`` is its neighbours, for the table of contents."""
    # One long match: a table from kind to markup, easier to check against Notion's list than forty functions.
    kind = row["type"]
    value = row[kind]
    match kind:
        case "paragraph":
            return join(
                el("p", rich(value["rich_text"]) or Html("&nbsp;"), dir="auto", class_=_color(value)),
                _indented(row, view),
            )
        case "heading_1" | "heading_2" | "heading_3" | "heading_4":
            return _heading(row, value, view)
        case "quote":
            return el("blockquote", el("p", rich(value["rich_text"])), _children(row, view), class_=_color(value))
        case "toggle":
            return el(
                "details",
                el("summary", rich(value["rich_text"])),
                el("div", _children(row, view), class_="inside"),
                class_="toggle",
            )
        case "callout":
            icon = (value.get("icon") or {}).get("emoji", "")
            inner = el(
                "div",
                el("p", rich(value["rich_text"])) if value["rich_text"] else Html(""),
                _children(row, view),
                class_="inside",
            )
            return el(
                "div",
                el("span", icon, class_="sign", aria_hidden="true"),
                inner,
                class_=f"callout {_color(value) or ''}",
                role="note",
            )
        case "code":
            caption = el("figcaption", rich(value["caption"])) if value.get("caption") else Html("")
            return el(
                "figure",
                el(
                    "pre",
                    el("code", rich(value["rich_text"])),
                    class_="code",
                    tabindex="0",
                    data_language=value["language"],
                ),
                caption,
                class_="code-figure",
            )
        case "equation":
            return el("div", equation(value["expression"], block=True), class_="equation")
        case "divider":
            return el("hr")
        case "table":
            return _table(row, value, view)
        case "table_of_contents":
            return _contents(page)
        case "column_list":
            return el(
                "div",
                *(el("div", _children(column, view)) for column in view.api.children(row["id"])),
                class_="columns",
            )
        case "image" | "video" | "audio" | "pdf" | "file":
            return _media(kind, value)
        case "embed" | "bookmark" | "link_preview":
            url = safe_url(value["url"])
            return el(
                "p", el("a", value["url"], href=url, class_="bookmark"), el("span", rich(value.get("caption", [])))
            )
        case "child_database":
            return _database(row, value, view)
        case "child_page":
            return el("p", el("a", value["title"], href=f"/notion/p/{row['id'].replace('-', '')}", class_="child"))
        case "link_to_page":
            return _linked(value, view)
        case "synced_block" | "column" | "tab" | "template":
            return _children(row, view)
        case _:
            return el("p", f"[{kind}]", class_="quiet")


def _linked(value: dict[str, Any], view: BlockView) -> Html:
    """A link to a page or database, by its title."""
    from adapters.sandbox.web.databases import title_of

    number = str(value.get("page_id") or value.get("database_id") or "")
    kind = "pages" if value.get("page_id") else "databases"
    try:
        title = title_of(view.api.get(f"/notion/v1/{kind}/{number}"))
    except Missing:
        return el("p", "A page that isn't there.", class_="quiet")
    return el("p", el("a", title, href=f"/notion/p/{number.replace('-', '')}", class_="child"))


def _database(row: dict[str, Any], value: dict[str, Any], view: BlockView) -> Html:
    """A database within a page: shown in place where it is inline, else a link to it."""
    from adapters.sandbox.web.databases import database, title_of

    number = row["id"].replace("-", "")
    link = el("p", el("a", value["title"] or "Untitled", href=f"/notion/p/{number}", class_="child"))
    try:
        thing = view.api.get(f"/notion/v1/databases/{number}")
    except Missing:
        return link
    if not thing.get("is_inline"):
        return link
    title = el(f"h{view.levels.shown(2)}", el("a", title_of(thing), href=f"/notion/p/{number}"), class_="level-3")
    return el(
        "section", title, database(view.api, thing, view.chosen, view.here, view.most), aria_label=title_of(thing)
    )


def rich(runs: list[dict[str, Any]]) -> Html:
    """Rich text with its annotations."""
    return join(*map(_run, runs))


def _run(run: dict[str, Any]) -> Html:
    if run["type"] == "equation":
        return equation(run["equation"]["expression"], block=False)
    marks = run["annotations"]
    date = run["mention"].get("date") if run["type"] == "mention" else None
    lines = [day(date["start"])] if date else run["plain_text"].split("\n")
    html = (
        join(lines[0], *(join(el("br"), line) for line in lines[1:])) if not marks["code"] else join(run["plain_text"])
    )
    for tag, on in (
        ("code", marks["code"]),
        ("strong", marks["bold"]),
        ("em", marks["italic"]),
        ("s", marks["strikethrough"]),
        ("u", marks["underline"]),
    ):
        if on:
            html = el(tag, html)
    if marks["color"] != "default":
        html = el("span", html, class_=f"color-{marks['color']}")
    if run["type"] == "mention":
        html = el("span", html, class_="mention")
    return el("a", html, href=_address(run["href"])) if run.get("href") else html


def _address(url: str) -> str | None:
    """Where a link leads here: Notion's own page addresses lead into this browser view."""
    parts = urlsplit(url)
    if parts.hostname in {"www.notion.so", "notion.so", "app.notion.com"}:
        tail = parts.path.rsplit("/", 1)[-1][-32:]
        return f"/notion/p/{tail}" + (f"#{parts.fragment}" if parts.fragment else "")
    return safe_url(url)


def media_address(value: dict[str, Any]) -> str | None:
    """The address of a file object, relative for the sandbox's own files."""
    kind = value.get("type", "")
    url = (value.get(kind) or {}).get("url", "")
    parts = urlsplit(url)
    if "/notion/" in parts.path and parts.hostname in {"127.0.0.1", "localhost", "::1"}:
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return safe_url(url)


def _media(kind: str, value: dict[str, Any]) -> Html:
    address = media_address(value)
    caption = el("figcaption", rich(value["caption"])) if value.get("caption") else Html("")
    name = value.get("name") or (address or "").split("?")[0].rsplit("/", 1)[-1]
    match kind:
        case "image":
            alt = "".join(run["plain_text"] for run in value.get("caption", []))
            shown = el("img", src=address, alt=alt, loading="lazy")
        case "video":
            shown = el("video", src=address, controls=True)
        case "audio":
            shown = el("audio", src=address, controls=True)
        case _:
            shown = el("a", name, href=address, class_="file", download=name)
    return el("figure", shown, caption, class_=f"media-{kind}")


def _heading(row: dict[str, Any], value: dict[str, Any], view: BlockView) -> Html:
    level = int(row["type"][-1])
    heading = el(
        f"h{view.levels.shown(level)}", rich(value["rich_text"]), id=row["id"].replace("-", ""), class_=f"level-{level}"
    )
    if value.get("is_toggleable"):
        return el("details", el("summary", heading), el("div", _children(row, view), class_="inside"), class_="toggle")
    return heading


def _item(row: dict[str, Any], view: BlockView) -> Html:
    value = row[row["type"]]
    text = rich(value["rich_text"])
    if row["type"] == "to_do":
        text = el(
            "label", el("input", type="checkbox", checked=bool(value.get("checked")), disabled=True), el("span", text)
        )
    return el("li", text, _children(row, view), dir="auto")


def _table(row: dict[str, Any], value: dict[str, Any], view: BlockView) -> Html:
    lines = []
    for number, line in enumerate(view.api.children(row["id"])):
        cells = []
        for place, cell in enumerate(line["table_row"]["cells"]):
            head = (number == 0 and value["has_column_header"]) or (place == 0 and value["has_row_header"])
            cells.append(el("th" if head else "td", rich(cell)))
        lines.append(el("tr", *cells))
    return el(
        "div",
        el("table", el("tbody", *lines)),
        class_="table",
        tabindex="0",
        role="region",
        aria_label=view.levels.table(),
    )


def _contents(page: list[dict[str, Any]]) -> Html:
    items = []
    for row in page:
        if row["type"].startswith("heading_"):
            text = "".join(run["plain_text"] for run in row[row["type"]]["rich_text"])
            items.append(
                el(
                    "li",
                    el("a", text, href=f"#{row['id'].replace('-', '')}"),
                    class_=f"depth-{int(row['type'][-1]) - 1}",
                )
            )
    return el("nav", el("ul", *items), class_="toc", aria_label="Contents") if items else Html("")


def _indented(row: dict[str, Any], view: BlockView) -> Html:
    inner = _children(row, view)
    return el("div", inner, class_="indented") if inner else Html("")


def _children(row: dict[str, Any], view: BlockView) -> Html:
    # Notion's app itself stops nesting far earlier; the bound keeps a broken tree from looping
    if not row.get("has_children") or view.depth > 40:
        return Html("")
    return blocks(view.api.children(row["id"]), replace(view, depth=view.depth + 1))


def _color(value: dict[str, Any]) -> str | None:
    color = value.get("color", "default")
    return f"color-{color}" if color != "default" else None
