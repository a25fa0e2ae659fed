"""Pages of both Confluence flavours: the page itself, its attachments, history and source."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote_plus

from adapters.sandbox.confluence.hands import viewed
from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State
from adapters.sandbox.web import editing, labels, remarks, versions
from adapters.sandbox.web.flavours import Flavour, flavour_of
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.macros import contents
from adapters.sandbox.web.shell import day, redirect, size
from adapters.sandbox.web.shell import show as frame
from adapters.sandbox.web.source import Api, Missing
from adapters.sandbox.web.storage import View, render

# what a browser may show in place; anything else is downloaded, so that no stored HTML runs as ours
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "audio/mpeg", "video/mp4"})


def space(request: Request, state: State, match: re.Match[str]) -> Response:  # noqa: ARG001 - the shape of all handlers
    """A space leads to its home page."""
    flavour = flavour_of(Api(state), match["site"])
    return redirect(flavour.address(flavour.home(match["key"])))


def by_title(request: Request, state: State, match: re.Match[str]) -> Response:  # noqa: ARG001
    """A page by the title in its address, as Data Center spells it."""
    flavour = flavour_of(Api(state), match["site"])
    found = flavour.by_title(unquote_plus(match["title"]), match["key"])
    if found is None:
        raise Missing(f"There is no page “{unquote_plus(match['title'])}” in {match['key']}.")
    return redirect(flavour.address(found))


def page(request: Request, state: State, match: re.Match[str]) -> Response:
    """A page, or one of the views behind its title."""
    number = match.groupdict().get("id") or request.arg("pageId")
    flavour = flavour_of(Api(state), match["site"])
    shown = flavour.page(number)
    said = Html("")
    match request.arg("view"):
        case "attachments":
            inner = _attachments(flavour, shown)
        case "history":
            inner = versions.history(flavour, shown, _joint(flavour.address(shown)))
        case "changes":
            inner = versions.changes(flavour, shown, request.arg("version"), _joint(flavour.address(shown)))
        case "source":
            inner = el("pre", el("code", shown["body"]), class_="code", tabindex="0")
        case "edit":
            inner = editing.page_form(flavour, shown)
        case _:
            viewed(state, shown["id"])
            said = remarks.section(flavour.comments(shown["id"]), shown["id"], flavour.address(shown))
            inner = _body(flavour, shown)
            said = join(_labels(flavour, shown), said)
    crumbs = el(
        "nav",
        *(join(el("a", title, href=href), el("span", "/", aria_hidden="true")) for title, href in flavour.trail(shown)),
        class_="crumbs",
        aria_label="Breadcrumb",
    )
    return frame(
        shown["title"],
        join(_heading(flavour, shown, request.arg("view")), el("article", inner), said),
        side=_tree(flavour, shown),
        crumbs=crumbs,
        scope=flavour.site,
    )


def file(request: Request, state: State, match: re.Match[str]) -> Response:  # noqa: ARG001
    """The bytes of an attachment, by its page and name."""
    flavour = flavour_of(Api(state), match["site"])
    for row in flavour.attachments(match["id"]):
        if row["name"] == match["name"]:
            data, kind = flavour.api.bytes(row["download"])
            kind = kind.split(";")[0].strip()
            name = quote(match["name"])
            place = "inline" if kind in _SHOWN else "attachment"
            headers = {"Content-Disposition": f"{place}; filename*=UTF-8''{name}", "X-Content-Type-Options": "nosniff"}
            return Response(200, data, headers, kind if kind in _SHOWN else "application/octet-stream")
    raise Missing(f"This page has no attachment {match['name']}.")


def _heading(flavour: Flavour, shown: dict[str, Any], view: str) -> Html:
    files = len(flavour.attachments(shown["id"]))
    here = _joint(flavour.address(shown))
    views = [
        ("Page", ""),
        (f"Attachments ({files})", "attachments"),
        (f"History (v. {shown['version']})", "history"),
        ("Source", "source"),
        ("Edit", "edit"),
    ]
    links = (
        el(
            "a",
            text,
            href=f"{here}view={name}" if name else flavour.address(shown),
            aria_current="page" if view.replace("changes", "history") == name else None,
        )
        for text, name in views
    )
    state, color = flavour.state(shown["id"])
    lozenge = (
        el("span", state, class_="lozenge", style=f"background:color-mix(in srgb, {color} 35%, #fff);color:#172b4d")
        if state
        else Html("")
    )
    lock = el("span", "Only some can read this", class_="lock") if flavour.closed(shown["id"]) else Html("")
    by = el("p", f"{shown['author']} · {day(shown['when'])} ", lozenge, lock, class_="quiet")
    return el(
        "div",
        el("h1", shown["title"]),
        by,
        el("nav", *links, class_="views", aria_label="Views"),
        class_="page-head",
    )


def _labels(flavour: Flavour, shown: dict[str, Any]) -> Html:
    """The page's labels, which both Confluences show below its text."""
    names = flavour.labels(shown["id"])
    chips = (el("a", name, href=labels.address(flavour.site, shown["space"], name), class_="label") for name in names)
    return el("div", *chips, class_="labels")


def _joint(address: str) -> str:
    """An address that a query can follow."""
    return address + ("&" if "?" in address else "?")


def _body(flavour: Flavour, shown: dict[str, Any]) -> Html:
    def find_page(title: str, key: str) -> str | None:
        found = flavour.by_title(title, key)
        return flavour.address(found) if found else None

    def children() -> list[tuple[str, str]]:
        return [(row["title"], flavour.address(row)) for row in flavour.children(shown["id"])]

    def find_row(title: str, key: str) -> dict[str, Any] | None:
        found = flavour.by_title(title, key)
        return flavour.page(found["id"]) if found else None

    view = View(
        flavour.site, shown["id"], shown["space"], find_page, children, query=flavour.by_query, find_page_row=find_row
    )
    view.person = flavour.name
    try:
        html = render(shown["body"], view)
    except ValueError as error:
        return el("div", el("p", f"This body can't be shown: {error}"), class_="panel error")
    if not html:
        return el("p", "This page is empty.", class_="quiet")

    def toc(match: re.Match[str]) -> str:
        return contents(view.headings, int(match[1]), int(match[2]))

    return Html(re.sub(r"<!--toc (\d) (\d)-->", toc, html))


def _attachments(flavour: Flavour, shown: dict[str, Any]) -> Html:
    rows = flavour.attachments(shown["id"])
    if not rows:
        return el("p", "No attachments.", class_="quiet")
    unseen = el("span", "Picture", class_="unseen")
    head = el("tr", *(el("th", name, scope="col") for name in (unseen, "Name", "Type", "Size", "Version")))
    lines = (
        el(
            "tr",
            el("td", _small(flavour, shown, row)),
            el(
                "td", el("a", row["name"], href=f"/web/{flavour.site}/file/{shown['id']}/{quote(row['name'], safe='')}")
            ),
            el("td", row["type"]),
            el("td", size(row["size"])),
            el("td", str(row["version"])),
        )
        for row in rows
    )
    return el("div", el("table", el("thead", head), el("tbody", *lines)), class_="table", tabindex="0")


def _small(flavour: Flavour, shown: dict[str, Any], row: dict[str, Any]) -> Html:
    """A picture in small, for the list of files."""
    if row["type"] not in _SHOWN or not row["type"].startswith("image/"):
        return Html("")
    source = f"/web/{flavour.site}/file/{shown['id']}/{quote(row['name'], safe='')}"
    return el("span", el("img", src=source, alt="", loading="lazy"), class_="thumb")


def _tree(flavour: Flavour, shown: dict[str, Any]) -> Html:
    """The space's pages; branches are open down to the page that is shown, and what is below it."""
    rows = flavour.tree(shown["space"])
    children: dict[str | None, list[dict[str, Any]]] = {}
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        children.setdefault(row["parent"] if row["parent"] in by_id else None, []).append(row)
    unfolded = {shown["id"]}
    above = by_id.get(shown["id"])
    while above is not None and above["parent"] not in unfolded:
        unfolded.add(above["parent"])
        above = by_id.get(above["parent"])

    def branch(parent: str | None, depth: int) -> Html:
        if parent not in children or depth > 20:  # the tree can't loop; the bound is for the eyes
            return Html("")
        return el("ul", *(entry(row, depth) for row in children[parent]))

    def entry(row: dict[str, Any], depth: int) -> Html:
        current = "page" if row["id"] == shown["id"] else None
        link = el("a", row["title"], href=flavour.address(row), aria_current=current)
        if row["id"] not in children:
            return el("li", link, class_="leaf")
        below = branch(row["id"], depth + 1)
        fold = el(
            "details",
            el("summary", "", aria_label=f"Pages below {row['title']}"),
            below,
            open=row["id"] in unfolded or depth == 0,
        )
        return el("li", link, fold, class_="node")

    return branch(None, 0)
