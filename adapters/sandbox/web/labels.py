"""Pages of one label, and a person's page, as Confluence shows them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote_plus

from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State
from adapters.sandbox.web.flavours import Flavour, flavour_of
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.shell import day
from adapters.sandbox.web.shell import show as frame
from adapters.sandbox.web.source import Api, Missing
from adapters.sandbox.web.texts import readable, snippet

Row = dict[str, Any]
MOST = 50  # a reader looks at the first page of a list


def address(site: str, space: str, label: str) -> str:
    """Where the pages of a label are listed."""
    return f"/{site}/label/{quote(space, safe='~')}/{quote(label, safe='')}"


def show(request: Request, state: State, match: re.Match[str]) -> Response:  # noqa: ARG001 - the shape of all handlers
    """Pages of a label in a space, and the labels that they have besides."""
    flavour = flavour_of(Api(state), match["site"])
    space, label = match["key"], unquote_plus(match["label"]).casefold()
    rows = by_query(flavour, f"label = {_quoted(label)} and space = {_quoted(space)} order by title")
    related = Counter(name for row in rows for name in row["labels"] if name != label)
    chips = [
        el("a", name, href=address(flavour.site, space, name), class_="label") for name, _ in related.most_common(12)
    ]
    main = join(
        el("div", el("p", "Label", class_="quiet"), el("h1", label), class_="page-head"),
        el("p", counted(len(rows)), class_="quiet"),
        listed(rows, flavour, space),
        el("section", el("h2", "Related labels"), *chips) if chips else Html(""),
    )
    home = flavour.home(space)
    crumbs = el("nav", el("a", home["title"], href=flavour.address(home)), el("span", "/", aria_hidden="true"),
                class_="crumbs", aria_label="Breadcrumb")  # fmt: skip
    return frame(f"Label {label}", main, look="confluence", crumbs=crumbs, scope=flavour.site)


def person(request: Request, state: State, match: re.Match[str]) -> Response:  # noqa: ARG001
    """Who somebody is, and the pages that they wrote last."""
    flavour = flavour_of(Api(state), match["site"])
    found = flavour.person(match["id"])
    rows = by_query(flavour, f"contributor = {_quoted(found['id'])} and type = page order by lastmodified desc")
    main = join(
        el(
            "div",
            el("span", found["name"][:1], class_="face large", aria_hidden="true"),
            el("div", el("h1", found["name"]), el("p", found["email"], class_="quiet") if found["email"] else Html("")),
            class_="page-head person",
        ),
        el("h2", "Worked on"),
        listed(rows, flavour, ""),
    )
    return frame(found["name"], main, look="confluence", scope=flavour.site)


def listed(rows: Iterable[Row], flavour: Flavour, space: str, words: tuple[str, ...] = ()) -> Html:
    """Pages as a list: title, where it stands, what it says first, its labels."""
    items = [
        el(
            "li",
            el("a", row["title"], href=flavour.address(row)),
            el("small", f"{row['space']} · {row['author']} · {day(row['when'])}"),
            el("p", snippet(readable(row["body"]), words)),
            *(
                el("a", name, href=address(flavour.site, space or row["space"], name), class_="label")
                for name in row["labels"]
            ),
        )
        for row in rows
    ]
    return el("ol", *items, class_="results") if items else el("p", "No pages.", class_="quiet")


def by_query(flavour: Flavour, cql: str, most: int = MOST) -> list[Row]:
    """Pages that a query finds, with bodies and labels. Raises Missing for a query that is refused."""
    answer = flavour.api.get(f"/{flavour.site}/rest/api/content/search", cql=cql, limit=most)
    rows = []
    for found in answer["results"]:
        try:
            row = flavour.page(str(found["id"]))
        except Missing:
            continue  # a folder, an attachment: what is no page has no body
        rows.append({**row, "labels": flavour.labels(row["id"])})
    return rows


def counted(number: int) -> str:
    """``3 pages``."""
    return f"{number} page{'' if number == 1 else 's'}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
