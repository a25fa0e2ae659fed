"""Confluence's macros that list pages by a query: content by label, recently updated, the report over page properties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adapters.sandbox.confluence.storage_xml import AC
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.shell import day
from adapters.sandbox.web.source import Missing

if TYPE_CHECKING:
    from adapters.sandbox.web.storage import Element, View

Row = dict[str, Any]

ROWS = 30
"""Rows of a page properties report without ``pageSize``. Source: Atlassian, "Page Properties Report macro"."""
MOST_NESTED = 3
_DATED = {"modified": "when", "creation": "when", "title": "title"}


def listed(name: str, options: dict[str, str], view: View) -> Html:
    """What one of the three macros shows; a query that the server refuses is an error in its place, as in Confluence."""
    if view.query is None:
        return el("p", "No pages yet.", class_="quiet")
    if name == "recently-updated":
        cql = f'type = page and space = "{view.space}"'
        rows = sorted(view.query(cql), key=lambda row: str(row["when"]), reverse=True)
        return _links(rows[: _number(options.get("max", ""), 15)], dated=True)
    try:
        rows = view.query(options.get("cql", ""))
    except Missing as error:
        return el("div", el("div", f"Error rendering macro '{name}': {error}", class_="inside"), class_="panel error")
    if name == "detailssummary":
        return _summary(rows, options, view)
    if order := _DATED.get(options.get("sort", "")):
        rows = sorted(rows, key=lambda row: str(row[order]).casefold(), reverse=options.get("reverse") == "true")
    return _links(rows[: _number(options.get("max", ""), 15)], dated=False)


def _number(text: str, default: int) -> int:
    return int(text) if text.isdigit() and int(text) else default


def _links(rows: list[Row], *, dated: bool) -> Html:
    if not rows:
        return el("p", "No pages yet.", class_="quiet")
    items = (
        el("li", el("a", row["title"], href=row["href"]), el("small", f" {day(row['when'])}") if dated else Html(""))
        for row in rows
    )
    return el("ul", *items, class_="pages")


def _summary(rows: list[Row], options: dict[str, str], view: View) -> Html:
    """The table: a page a row, a property a column, in the order of ``headings``."""
    found = [(row, _details(row, options.get("id", ""), view)) for row in rows]
    found = [(row, values) for row, values in found if values]
    if not found:
        return el("p", "No pages with these properties yet.", class_="quiet")
    wanted = [name.strip() for name in options.get("headings", "").split(",") if name.strip()]
    heads = wanted or list(dict.fromkeys(name for _, values in found for name in values))
    order = options.get("sortBy", "")
    found.sort(key=lambda item: item[1][order][1] if order in item[1] else "" if order else item[0]["title"].casefold())
    if options.get("reverseSort") == "true":
        found.reverse()
    most = _number(options.get("pageSize", ""), ROWS)
    # Roles are spelled out: on a phone rows are laid out as cards, which takes a table's own meaning away.
    names = (options.get("firstcolumn") or "Title", *heads)
    head = el("tr", *(el("th", name, role="columnheader", scope="col") for name in names), role="row")
    lines = (
        el("tr", el("td", el("a", row["title"], href=row["href"]), role="cell"),
           *(_cell(name, values) for name in heads), role="row")
        for row, values in found[:most]
    )  # fmt: skip
    more = el("p", f"{most} of {len(found)} pages", class_="quiet") if len(found) > most else Html("")
    table = el("table", el("thead", head, role="rowgroup"), el("tbody", *lines, role="rowgroup"), role="table")
    return join(
        el(
            "div", table, class_="table pages-table", tabindex="0", role="region", aria_label=view.levels.table("Pages")
        ),
        more,
    )


def _cell(name: str, values: dict[str, tuple[Html, str]]) -> Html:
    value = values[name][0] if name in values else Html("")
    return el("td", value, class_=f"of-{name.lower()}", data_name=name, role="cell")


def _details(row: Row, wanted: str, view: View) -> dict[str, tuple[Html, str]]:
    """The properties in a page's ``details`` macros of that id: how each is shown, and what it is sorted by."""
    from adapters.sandbox.web.storage import ac, inside, local, parsed

    there = replace(view, page=row["id"], headings=[])
    found: dict[str, tuple[Html, str]] = {}
    for macro in _macros(parsed(row["body"])):
        given = next((str(c.text or "") for c in macro if local(c) == "ac:parameter" and ac(c, "name") == "id"), "")
        if given != wanted:
            continue
        for line in macro.iter("tr"):
            cells = [cell for cell in line if local(cell) in {"th", "td"}]
            if len(cells) == 2:
                name = " ".join("".join(map(str, cells[0].itertext())).split())
                times = [str(one.get("datetime", "")) for one in cells[1].iter("time")]
                words = " ".join("".join(map(str, cells[1].itertext())).split())
                found.setdefault(name, (inside(cells[1], there), times[0] if times else words.casefold()))
    return found


def _macros(root: Element, name: str = "details") -> Iterator[Element]:
    return (one for one in root.iter(f"{{{AC}}}structured-macro") if one.get(f"{{{AC}}}name") == name)


def excerpt_of(element: Element, options: dict[str, str], view: View) -> Html:
    """The excerpt of the page that is named; without one an error in its place, as in Confluence."""
    from adapters.sandbox.web.storage import inside, local, parsed, ri

    named = next((one for one in element.iter() if isinstance(one.tag, str) and local(one) == "ri:page"), None)
    title = ri(named, "content-title") if named is not None else options.get("", "")
    found = view.find_page_row(title, (ri(named, "space-key") if named is not None else "") or view.space)
    if found is None:
        return el("div", el("div", f"The page '{title}' does not exist.", class_="inside"), class_="panel error")
    if view.depth > MOST_NESTED:
        return el("div", el("div", "Excerpts include each other.", class_="inside"), class_="panel error")
    there = replace(view, page=found["id"], headings=[], depth=view.depth + 1)
    for macro in _macros(parsed(found["body"]), "excerpt"):
        body = join(*(inside(child, there) for child in macro if local(child) == "ac:rich-text-body"))
        return (
            body
            if options.get("nopanel") == "true"
            else el("div", el("div", body, class_="inside"), class_="panel plain")
        )
    return el("div", el("div", f"No excerpt on '{title}'.", class_="inside"), class_="panel error")
