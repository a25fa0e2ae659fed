"""Search as a reader of the wiki uses it: Confluence's by CQL, Notion's over titles and text, as its app does.

Notion's API searches titles alone; its app, which readers use, looks into pages as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from adapters.sandbox.http import Request, Response
from adapters.sandbox.notion.finding import matches
from adapters.sandbox.state import State
from adapters.sandbox.web.flavours import flavour_of
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.labels import address, by_query
from adapters.sandbox.web.notion_pages import option_chips, title_of, workspace
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
        for row in (_complete(api, one) for one in found[:_LIMIT])
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
    tops = {str(page["id"]): title_of(page) for page in workspace(api)}
    for one in matches(api.state, words, list(tops)):
        yield {
            "title": one.title,
            "href": f"/notion/p/{one.id.replace('-', '')}",
            "text": one.text,
            "notion": one.id,
            "in": " / ".join((tops[one.top], one.database)) if one.database else "",
        }


def _complete(api: Api, row: Row) -> Row:
    """A page of Notion with what only its own object tells: asked for of those that are shown."""
    if "notion" not in row:
        return row
    page = api.get(f"/notion/v1/pages/{row['notion']}")
    place = " · ".join(filter(None, ("Notion", row["in"], day(page["last_edited_time"]))))
    return {**row, "place": place, "chips": option_chips(page)}
