"""Confluence macros as readers see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.sandbox.confluence.storage_xml import RI
from adapters.sandbox.web.html import Html, el, join, safe_url
from adapters.sandbox.web.page_lists import excerpt_of, listed

if TYPE_CHECKING:
    from adapters.sandbox.web.storage import Element, View

_PANELS = {
    "info": ("info", "i"),
    "tip": ("success", "✓"),
    "note": ("warning", "!"),
    "warning": ("error", "✕"),
    "panel": ("plain", ""),
}


def macro(element: Element, view: View) -> Html:
    """One macro; an unknown one is shown as Confluence shows it, as a grey box with its name."""
    from adapters.sandbox.web.storage import ac

    name = ac(element, "name")
    options = _parameters(element)
    if name in _PANELS:
        return _panel(name, options, _body(element, view))
    match name:
        case "code" | "noformat":
            return _code(element, options)
        case "expand":
            summary = el("summary", options.get("title") or "Click here to expand…")
            return el("details", summary, el("div", _body(element, view), class_="inside"), class_="expand")
        case "toc":
            return _toc(options)
        case "status":
            return el("span", options.get("title", ""), class_=f"lozenge {options.get('colour', 'Grey').lower()}")
        case "anchor":
            return el("a", id=options.get("", ""), class_="anchor")
        case "details":
            return Html("") if options.get("hidden") == "true" else el("div", _body(element, view), class_="properties")
        case "excerpt":
            return Html("") if options.get("hidden") == "true" else _body(element, view)
        case "excerpt-include":
            return excerpt_of(element, options, view)
        case "children":
            return _list(view.children())
        case "contentbylabel" | "detailssummary" | "recently-updated":
            return listed(name, options, view)
        case "attachments":
            return el("p", el("a", "Attachments", href="?view=attachments"))
        case "view-file":
            file = _file_name(element)
            return el("p", el("a", file, href=view.file(file), class_="file"))
        case "iframe":
            return _iframe(element, options)
        case _:
            return el("div", el("b", f"{name}"), el("div", _body(element, view)), class_="unknown-macro")


def _parameters(element: Element) -> dict[str, str]:
    from adapters.sandbox.web.storage import ac, local

    return {
        ac(child, "name"): "".join(map(str, child.itertext())) for child in element if local(child) == "ac:parameter"
    }


def _body(element: Element, view: View) -> Html:
    from adapters.sandbox.web.storage import inside, local

    return join(*(inside(child, view) for child in element if local(child) == "ac:rich-text-body"))


def _code(element: Element, options: dict[str, str]) -> Html:
    from adapters.sandbox.web.storage import local

    text = "".join(child.text or "" for child in element if local(child) == "ac:plain-text-body")
    block = el("pre", el("code", text), tabindex="0", data_language=options.get("language") or None, class_="code")
    if options.get("collapse") == "true":
        return el("details", el("summary", options.get("title") or "Code"), block, class_="expand")
    title = el("p", options["title"], class_="code-title") if options.get("title") else Html("")
    return join(title, block)


def _panel(name: str, options: dict[str, str], body: Html) -> Html:
    kind, sign = _PANELS[name]
    title = el("p", el("strong", options["title"])) if options.get("title") else Html("")
    icon = (
        el("span", options.get("panelIconText") or sign, class_="sign", aria_hidden="true")
        if sign or options.get("panelIconText")
        else Html("")
    )
    return el("div", icon, el("div", title, body, class_="inside"), class_=f"panel {kind}", role="note")


def _toc(options: dict[str, str]) -> Html:
    # filled in when the whole page is known; see confluence_pages
    low, high = options.get("minLevel", "1"), options.get("maxLevel", "7")
    return Html(f"<!--toc {int(low) if low.isdigit() else 1} {int(high) if high.isdigit() else 7}-->")


def contents(headings: list[tuple[int, str, str]], low: int, high: int) -> Html:
    """The table of contents for the headings of a page."""
    rows = [(level, text, anchor) for level, text, anchor in headings if low <= level <= high and text]
    if not rows:
        return Html("")
    top = min(level for level, _, _ in rows)
    items = (el("li", el("a", text, href=f"#{anchor}"), class_=f"depth-{level - top}") for level, text, anchor in rows)
    return el("nav", el("ul", *items), class_="toc", aria_label="Contents")


def _list(rows: list[tuple[str, str]]) -> Html:
    if not rows:
        return el("p", "No pages yet.", class_="quiet")
    return el("ul", *(el("li", el("a", title, href=href)) for title, href in rows), class_="pages")


def _file_name(element: Element) -> str:
    found = element.find(f".//{{{RI}}}attachment")
    return str(found.get(f"{{{RI}}}filename", "")) if found is not None else ""


def _iframe(element: Element, options: dict[str, str]) -> Html:
    found = element.find(f".//{{{RI}}}url")
    url = safe_url(str(found.get(f"{{{RI}}}value", ""))) if found is not None else None
    height = options.get("height", "480")
    if not url:
        return Html("")
    return el(
        "iframe",
        src=url,
        height=height if height.isdigit() else "480",
        sandbox="allow-scripts",
        title="Embedded page",
        loading="lazy",
    )
