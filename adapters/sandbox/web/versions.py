"""A page's history: its versions, and what one of them changed."""

from __future__ import annotations

import difflib
from typing import Any

from adapters.sandbox.web.flavours import Flavour
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.shell import day
from adapters.sandbox.web.source import Missing
from adapters.sandbox.web.texts import blocks_of

Row = dict[str, Any]


def history(flavour: Flavour, shown: Row, here: str) -> Html:
    """All versions, newest first, each with a link to what it changed."""
    rows = flavour.versions(shown["id"])
    oldest = min((int(row["number"]) for row in rows), default=1)
    items = (
        el(
            "li",
            el("b", f"Version {row['number']}"),
            el("span", f" {day(row['when'])} · {row['author']}", class_="quiet"),
            el("span", "current", class_="lozenge green") if int(row["number"]) == int(shown["version"]) else Html(""),
            el("p", row["message"]) if row["message"] else Html(""),
            el("a", f"What version {row['number']} changed", href=f"{here}view=changes&version={row['number']}")
            if int(row["number"]) > oldest
            else Html(""),
        )
        for row in rows
    )
    return join(el("h2", "History"), el("ol", *items, class_="history"))


def changes(flavour: Flavour, shown: Row, number: str, here: str) -> Html:
    """What a version changed against the one before, line by line. Raises Missing."""
    if not number.isdigit() or int(number) < 2:
        raise Missing(f"There is no version {number} with one before it.")
    before, after = (blocks_of(flavour.body_of(shown["id"], one)) for one in (int(number) - 1, int(number)))
    lines: list[Html] = []
    for line in difflib.unified_diff(before, after, lineterm="", n=1):
        if line.startswith(("---", "+++")):
            continue
        if line.startswith("@@"):
            lines.append(el("li", "…", class_="quiet", aria_hidden="true"))
            continue
        tag = {"+": "ins", "-": "del"}.get(line[0], "span")
        lines.append(el("li", el(tag, line[1:])))
    back = el("p", el("a", "All versions", href=f"{here}view=history"))
    same = el("p", "No words changed: a title, a place, a picture or a property.", class_="quiet")
    return join(el("h2", f"What version {number} changed"), el("ul", *lines, class_="changes") if lines else same, back)
