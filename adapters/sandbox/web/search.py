"""Search as a reader of the wiki uses it: Confluence's by CQL, Notion's over titles and text, as its app does.

Notion's API searches titles alone; its app, which readers use, looks into pages as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State
from adapters.sandbox.web.flavours import flavour_of
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.labels import address, by_query
from adapters.sandbox.web.notion_pages import option_chips, plain, rows_of, title_of, workspace
from adapters.sandbox.web.shell import day
from adapters.sandbox.web.shell import show as frame
from adapters.sandbox.web.source import Api, Missing
from adapters.sandbox.web.texts import marked, readable, snippet

Row = dict[str, Any]
SCOPES = {"wiki": "Confluence Cloud", "dc": "Confluence Data Center", "notion": "Notion"}
_LIMIT = 25  # a reader looks at the first page of results


def show(request: Request, state: State, match: re.Match[str]) -> Response:  # noqa: ARG001 - the shape of all handlers
    """Results for ``q`` in one wiki (``in``) or in all; titles first."""
    query, scope = request.arg("q").strip(), request.arg("in")
    words = tuple(dict.fromkeys(re.findall(r"\w+", query.casefold())))
    api = Api(state)
    sites = [scope] if scope in SCOPES else list(SCOPES)
    found = [row for site in sites for row in _found(api, site, words)] if words else []
    found.sort(key=lambda row: -sum(word in row["title"].casefold() for word in words))
    items = (
        el(
            "li",
            el("a", marked(row["title"], words), href=row["href"]),
            el("small", row["place"]),
            el("p", snippet(row["text"], words)),
            row["chips"],
        )
        for row in found[:_LIMIT]
    )
    count = f"{len(found)} result{'' if len(found) == 1 else 's'}" if query else "Type what you are looking for."
    main = join(
        el("h1", f"Results for “{query}”" if query else "Search"),
        _scopes(query, scope),
        el("p", count, class_="quiet", role="status"),
        el("ol", *items, class_="results") if found else _nothing(query),
    )
    look = {"wiki": "confluence", "dc": "confluence", "notion": "notion"}.get(scope, "home")
    return frame(f"Search {query}".strip(), main, look=look, scope=scope, query=query)


def _scopes(query: str, scope: str) -> Html:
    links = (
        el(
            "a",
            name,
            href="/web/search?" + urlencode({"q": query, **({"in": site} if site else {})}),
            aria_current="page" if site == (scope if scope in SCOPES else "") else None,
        )
        for site, name in (("", "All"), *SCOPES.items())
    )
    return el("nav", *links, class_="views", aria_label="Where to search")


def _nothing(query: str) -> Html:
    return el("p", "Nothing has all of these words. Try fewer, or another form of them.") if query else Html("")


def _found(api: Api, site: str, words: tuple[str, ...]) -> Iterator[Row]:
    if site == "notion":
        yield from _in_notion(api, words)
        return
    flavour = flavour_of(api, site)
    text = " ".join(words)
    try:
        rows = by_query(flavour, f'type in (page, blogpost) and siteSearch ~ "{text}"')
    except Missing:
        return
    for row in rows:
        chips = (el("a", name, href=address(site, row["space"], name), class_="label") for name in row["labels"])
        yield {
            "title": row["title"],
            "href": flavour.address(row),
            "place": f"{SCOPES[site]} · {row['space']} · {row['author']} · {day(row['when'])}",
            "text": readable(row["body"]),
            "chips": el("div", *chips),
        }


def _in_notion(api: Api, words: tuple[str, ...]) -> Iterator[Row]:
    for page in workspace(api):
        for block in api.children(str(page["id"])):
            rows = rows_of(api, block["id"]) if block["type"] == "child_database" else []
            for row in rows:
                yield from _if_holds(api, row, f"{title_of(page)} / {block['child_database']['title']}", words)
        yield from _if_holds(api, page, "", words)


def _if_holds(api: Api, row: Row, place: str, words: tuple[str, ...]) -> Iterator[Row]:
    title = title_of(row)
    values = " ".join(_words(value) for value in row["properties"].values())
    text = f"{values} {' '.join(_texts(api, row['id']))}"
    if not all(word in f"{title} {text}".casefold() for word in words):
        return
    yield {
        "title": title,
        "href": f"/notion/p/{row['id'].replace('-', '')}",
        "place": " · ".join(filter(None, ("Notion", place, day(row["last_edited_time"])))),
        "text": " ".join(text.split()),
        "chips": option_chips(row),
    }


def _words(value: Row) -> str:
    kind = value["type"]
    if kind == "rich_text" and not any(run["plain_text"].startswith('{"key"') for run in value[kind]):
        return "".join(run["plain_text"] for run in value[kind]) if len(value[kind]) < 5 else ""
    if kind == "multi_select":
        return " ".join(one["name"] for one in value[kind])
    return ""


def _texts(api: Api, block: str, depth: int = 0) -> Iterator[str]:
    """Words of a page's blocks, captions included, code left out."""
    for child in api.children(block):
        if child["type"] == "code":
            continue
        if child["type"] != "toggle":  # "Code", "Output": what is behind it is what it says
            yield plain(child)
        caption = child[child["type"]].get("caption") if isinstance(child[child["type"]], dict) else None
        if caption:
            yield "".join(run.get("plain_text", "") for run in caption)
        if child.get("has_children") and depth < 3 and child["type"] not in {"child_page", "child_database"}:
            yield from _texts(api, child["id"], depth + 1)
