"""The first page: every space of both Confluence flavours, and the Notion workspace."""

from __future__ import annotations

import re

from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State
from adapters.sandbox.web.databases import href, title_of
from adapters.sandbox.web.flavours import flavour_of
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.labels import by_query
from adapters.sandbox.web.notion_pages import workspace
from adapters.sandbox.web.shell import day
from adapters.sandbox.web.shell import show as frame
from adapters.sandbox.web.source import Api

RECENT = 8  # two columns of four


def show(request: Request, state: State, match: re.Match[str]) -> Response:  # noqa: ARG001 - the shape of all handlers
    """All spaces and workspaces."""
    api = Api(state)
    cloud = [
        (f"/wiki/spaces/{space['key']}", space["name"], space["key"])
        for space in api.all("/wiki/api/v2/spaces", limit=250)
    ]
    dc = [(f"/dc/display/{space['key']}", space["name"], space["key"]) for space in api.pages("/dc/rest/api/space")]
    notion = [(f"/notion/p/{page['id']}", title_of(page), "Notion") for page in workspace(api)]
    main = join(
        el("h1", "A wiki to try things in"),
        el(
            "p",
            "This server speaks the APIs of Confluence Cloud, Confluence Data Center and Notion. What was published to it is here to read.",
            class_="lead",
        ),
        _recent(api),
        _cards("Confluence Cloud", "cloud", cloud),
        _cards("Confluence Data Center", "dc", dc),
        _cards("Notion", "notion-card", notion),
        _machines(),
    )
    return frame("Home", main, look="home")


def _recent(api: Api) -> Html:
    """What was changed last in each wiki."""
    rows: list[tuple[str, str, str, str]] = []
    for site, name in (("wiki", "Confluence Cloud"), ("dc", "Confluence Data Center")):
        flavour = flavour_of(api, site)
        rows += [
            (row["when"], flavour.address(row), row["title"], name)
            for row in by_query(flavour, "type = page order by lastmodified desc", RECENT)
        ]
    body = b'{"sort": {"timestamp": "last_edited_time", "direction": "descending"}, "page_size": 8}'
    pages = api.post("/notion/v1/search", body)["results"]
    rows += [(one["last_edited_time"], href(one), title_of(one), "Notion") for one in pages if one["object"] == "page"]
    # what came with the sandbox is as old as the sandbox: a fresh one has nothing to tell
    seeds = {"Data science", "Laboratory", "Data hub", "Private notes"}
    shown = [row for row in sorted(rows, reverse=True) if row[2] not in seeds][:RECENT]
    items = (
        el("li", el("a", title, href=to), el("small", f"{place} · {day(when)}")) for when, to, title, place in shown
    )
    return el("section", el("h2", "Recently updated"), el("ul", *items, class_="recent")) if shown else Html("")


def _cards(name: str, kind: str, rows: list[tuple[str, str, str]]) -> Html:
    cards = (
        el(
            "a",
            el("span", mark[:1], class_="tile", aria_hidden="true"),
            el("span", title, el("small", mark)),
            href=href,
        )
        for href, title, mark in rows
    )
    return el("section", el("h2", name), el("div", *cards, class_="cards"), class_=kind)


def _machines() -> Html:
    rows = (
        ("/sandbox/state", "Everything as JSON"),
        ("/sandbox/requests", "Request log"),
        ("/sandbox/faults", "Fault plan"),
    )
    return el(
        "p",
        "For programs: ",
        *(join(el("a", text, href=href), " · ") for href, text in rows[:-1]),
        el("a", rows[-1][1], href=rows[-1][0]),
        class_="quiet",
    )
