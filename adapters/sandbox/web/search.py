"""Search over titles and text of everything in the sandbox, as a reader would use it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.notion_pages import plain, rows_of, title_of, workspace
from adapters.sandbox.web.shell import show as frame
from adapters.sandbox.web.source import Api

_TAGS = re.compile(r"<ac:parameter[^>]*>.*?</ac:parameter>|<!\[CDATA\[|\]\]>|<[^>]+>", re.DOTALL)
_LIMIT = 50  # a reader looks at the first page of results


def show(request: Request, state: State, match: re.Match[str]) -> Response:  # noqa: ARG001 - the shape of all handlers
    """Results for ``q``: titles first, then text."""
    query = request.arg("q").strip()
    words = query.casefold().split()
    found = []
    for href, place, title, text in _documents(Api(state)) if words else ():
        if all(word in title.casefold() for word in words):
            found.append((0, href, place, title, text))
        elif all(word in f"{title} {text}".casefold() for word in words):
            found.append((1, href, place, title, text))
    found.sort(key=lambda row: (row[0], row[3].casefold()))
    items = (
        el("li", el("a", title, href=href), el("small", place), el("p", _excerpt(text, words)))
        for _, href, place, title, text in found[:_LIMIT]
    )
    count = f"{len(found)} result{'' if len(found) == 1 else 's'}" if query else "Type what you are looking for."
    main = join(
        el("h1", f"“{query}”" if query else "Search"),
        el("p", count, class_="quiet"),
        el("ol", *items, class_="results"),
    )
    return frame(f"Search {query}", main, look="home")


def _documents(api: Api) -> Iterator[tuple[str, str, str, str]]:
    spaces = {space["id"]: space["key"] for space in api.all("/wiki/api/v2/spaces", limit=250)}
    for page in api.all("/wiki/api/v2/pages", limit=250, **{"body-format": "storage"}):
        key = spaces.get(page["spaceId"], "")
        yield f"/wiki/spaces/{key}/pages/{page['id']}", f"Confluence Cloud · {key}", page["title"], _text(page)
    for page in api.pages("/dc/rest/api/content", type="page", expand="body.storage,space"):
        place = f"Confluence Data Center · {page['space']['key']}"
        yield f"/dc/pages/viewpage.action?pageId={page['id']}", place, page["title"], _text(page)
    for page in workspace(api):
        yield from _notion(api, page)


def _notion(api: Api, page: dict[str, object]) -> Iterator[tuple[str, str, str, str]]:
    for block in api.children(str(page["id"])):
        if block["type"] == "child_database":
            for row in rows_of(api, block["id"]):
                text = " ".join(plain(child) for child in api.children(row["id"]))
                yield f"/notion/p/{row['id']}", "Notion", title_of(row), text
    yield f"/notion/p/{page['id']}", "Notion", title_of(page), ""


def _text(page: dict[str, dict[str, dict[str, str]]]) -> str:
    return " ".join(_TAGS.sub(" ", page["body"]["storage"]["value"]).split())


def _excerpt(text: str, words: list[str]) -> Html:
    place = min((spot for word in words if (spot := text.casefold().find(word)) >= 0), default=0)
    start = max(0, place - 80)
    return join("… " if start else "", text[start : start + 220], " …" if len(text) > start + 220 else "")
