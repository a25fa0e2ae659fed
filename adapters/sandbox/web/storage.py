"""Confluence storage format as readers see it: elements here, macros in :mod:`.macros`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html.entities import html5
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

from lxml import etree

from adapters.sandbox.confluence.storage_xml import AC, KEPT, RI
from adapters.sandbox.web import macros
from adapters.sandbox.web.headings import Levels
from adapters.sandbox.web.html import Html, el, join, safe_url
from adapters.sandbox.web.shell import day

# what the server keeps and a browser shows as it is; links and pictures are made anew below
_KEPT = KEPT - {"a", "img", "tfoot"} | {"small", "b", "i"}
# no url(), no expression(): a colour, a word or a length
_STYLE = re.compile(
    r"(?:text-align|width|color|background-color)\s*:\s*(?:#[0-9A-Fa-f]{3,8}|rgba?\([\d.,% ]+\)|[\w.%-]+)\s*(?=;|$)"
)


_HOLDERS = frozenset({"ri:page", "ri:content-entity"})
"""Whose attachment a picture is, where it isn't this page's."""


@dataclass
class View:
    """What rendering a page needs to know: where it is, and how to find pages by title. Collects headings."""

    site: str
    page: str
    space: str
    find_page: Callable[[str, str], str | None]
    children: Callable[[], list[tuple[str, str]]]
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    query: Callable[[str], list[dict[str, Any]]] | None = None
    """Pages that a CQL query finds, as ``id title href body when``. Raises Missing for a query that is refused."""
    find_page_row: Callable[[str, str], dict[str, Any] | None] = lambda _title, _space: None
    """A page by title and space with its ``id`` and ``body``."""
    depth: int = 0
    """How many pages this one is shown within."""
    levels: Levels = field(default_factory=Levels)

    person: Callable[[str], str] = lambda number: number
    """The name of an account."""

    def file(self, name: str) -> str:
        """The address of an attachment of this page."""
        return f"/web/{self.site}/file/{self.page}/{quote(name, safe='')}"


Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml has no public name for it


def local(element: Element) -> str:
    """``ac:link`` for an element of the ac namespace, the bare name for others."""
    name = etree.QName(element)
    prefix = {AC: "ac:", RI: "ri:"}.get(name.namespace or "", "")
    return prefix + name.localname


def ac(element: Element, name: str) -> str:
    """An attribute of the ac namespace, empty if absent."""
    return str(element.get(f"{{{AC}}}{name}", ""))


def ri(element: Element, name: str) -> str:
    """An attribute of the ri namespace, empty if absent."""
    return str(element.get(f"{{{RI}}}{name}", ""))


def render(body: str, view: View) -> Html:
    """A page body as HTML. Raises ValueError when it isn't well-formed."""
    return inside(parsed(body), view)


def parsed(body: str) -> Element:
    """A page body below one root. Raises ValueError when it isn't well-formed."""
    named = re.sub(r"&(?!(?:amp|lt|gt|quot|apos);)(\w+;)", lambda match: html5.get(match[1], match[0]), body)
    try:
        return etree.fromstring(
            f'<page xmlns:ac="{AC}" xmlns:ri="{RI}" xmlns:at="at">{named}</page>',
            etree.XMLParser(resolve_entities=False, huge_tree=True, no_network=True),
        )
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error


def inside(element: Element, view: View) -> Html:
    """The content of an element."""
    parts: list[str] = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            parts.append(node(child, view))
        parts.append(child.tail or "")
    return join(*parts)


def node(element: Element, view: View) -> Html:
    """One element."""
    name = local(element)
    if name in _KEPT:
        return _html(name, element, view)
    match name:
        case "a":
            href = safe_url(element.get("href", ""))
            return el(
                "a", inside(element, view), href=href, class_="card" if element.get("data-card-appearance") else None
            )
        case "ac:structured-macro" | "ac:macro":
            return macros.macro(element, view)
        case "ac:image":
            return _image(element, view)
        case "ac:link":
            return _link(element, view)
        case "ac:task-list":
            return el("ul", *(_task(task, view) for task in element), class_="tasks")
        case "ac:layout":
            return el("div", inside(element, view), class_="layout")
        case "ac:layout-section":
            return el("div", inside(element, view), class_=f"columns {ac(element, 'type')}")
        case "ac:layout-cell":
            return el("div", inside(element, view))
        case "ac:emoticon":
            return join(ac(element, "emoji-fallback") or ac(element, "name"))
        case "ac:inline-comment-marker":
            return el("mark", inside(element, view), class_="comment", title="has a comment")
        case "ac:adf-extension":
            found = element.find(f".//{{{AC}}}adf-content")
            return el("div", inside(found, view), class_="panel note") if found is not None else Html("")
        case "ac:placeholder":
            return Html("")
        case _:
            return inside(element, view)


def _html(name: str, element: Element, view: View) -> Html:
    style = ";".join(_STYLE.findall(element.get("style", ""))) or None
    content = inside(element, view)
    if name[0] == "h" and name[1:].isdigit():
        # macros inside (anchors) have parameters, which are no text of the heading
        words = element.xpath(".//text()[not(ancestor::ac:parameter)]", namespaces={"ac": AC})
        text = "".join(map(str, words if isinstance(words, list) else ())).strip()
        anchor = re.sub(r"\s+", "-", text)
        view.headings.append((int(name[1:]), text, anchor))
        # the page title is the only h1 of the document, as in the vendor's own pages
        return el(f"h{view.levels.shown(int(name[1:]))}", content, id=anchor, class_=f"level-{name[1:]}")
    if name == "table":
        return el(
            "div",
            el("table", content),
            class_=_layout(element),
            tabindex="0",
            role="region",
            aria_label=view.levels.table(),
        )
    if name in {"td", "th"}:
        colour = element.get("data-highlight-colour")
        style = f"background-color:{colour}" if colour and re.fullmatch(r"#[0-9a-fA-F]{3,8}", colour) else style
        marked = "coloured" if style and "background" in style else None
        spans = {key: element.get(key) for key in ("colspan", "rowspan") if element.get(key)}
        return el(name, content, style=style, class_=marked, **spans)
    if name == "ol":
        return el(name, content, start=element.get("start"))
    if name == "time":
        iso = element.get("datetime", "")
        return el("time", day(iso), datetime=iso, class_="date")
    return el(name, content, style=style)


def _image(element: Element, view: View) -> Html:
    source, caption = None, Html("")
    for child in element:
        match local(child):
            case "ri:attachment":
                source = _attached(child, view)
            case "ri:url":
                source = safe_url(ri(child, "value"))
            case "ac:caption":
                caption = el("figcaption", inside(child, view))
            case _:
                continue
    width = ac(element, "width")
    original = ac(element, "original-width"), ac(element, "original-height")
    if not width.isdigit() and all(map(str.isdigit, original)):
        width = original[0]
    # the room that it will take is known before it is there: nothing on the page moves as pictures come
    tall = round(int(width) * int(original[1]) / int(original[0])) if _known(width, *original) else None
    elsewhere = any(local(holder) in _HOLDERS for child in element for holder in child)
    # storage carries no baseline: like the editor, pictures within a line are centred on it
    inline = ac(element, "inline") == "true"
    picture = el(
        "img",
        src=source,
        alt=ac(element, "alt"),
        width=width if width.isdigit() else None,
        height=tall,
        title=ac(element, "title") or None,
        class_="inline" if inline else "of-page" if elsewhere else None,
        loading=None if inline else "lazy",
    )
    if inline:
        return picture
    return el("figure", picture, caption, class_=f"{ac(element, 'align') or ac(element, 'layout') or 'center'}")


def _known(*sizes: str) -> bool:
    return all(size.isdigit() and int(size) for size in sizes)


def _attached(element: Element, view: View) -> str | None:
    """The address of an attachment: of this page, or of the one that it names; None where there is no such page."""
    holder = next((child for child in element if local(child) in _HOLDERS), None)
    if holder is not None and local(holder) == "ri:content-entity":
        return replace(view, page=ri(holder, "content-id")).file(ri(element, "filename"))
    page = holder
    if page is None:
        return view.file(ri(element, "filename"))
    found = view.find_page_row(ri(page, "content-title"), ri(page, "space-key") or view.space)
    return replace(view, page=found["id"]).file(ri(element, "filename")) if found else None


def _link(element: Element, view: View) -> Html:
    body, target = Html(""), f"#{quote(unquote(ac(element, 'anchor')))}" if ac(element, "anchor") else ""
    for child in element:
        match local(child):
            case "ac:link-body":
                body = inside(child, view)
            case "ac:plain-text-link-body":
                body = join(child.text or "")
            case "ri:page":
                found = view.find_page(ri(child, "content-title"), ri(child, "space-key") or view.space)
                body = body or join(ri(child, "content-title"))
                target = f"{found}{target}" if found else ""
            case "ri:attachment":
                target = view.file(ri(child, "filename"))
                body = body or join(ri(child, "filename"))
            case "ri:user":
                return _mention(child, view)
            case _:
                continue
    return el("a", body or join(ac(element, "anchor")), href=target or None)


def _mention(user: Element, view: View) -> Html:
    """A person by name, with a link to their page."""
    number = ri(user, "account-id") or ri(user, "userkey")
    return el("a", f"@{view.person(number)}", href=f"/{view.site}/people/{quote(number, safe='')}", class_="mention")


def _task(task: Element, view: View) -> Html:
    body = task.find(f"{{{AC}}}task-body")
    done = (task.findtext(f"{{{AC}}}task-status") or "").strip() == "complete"
    box = el("input", type="checkbox", checked=done, disabled=True)
    return el("li", el("label", box, inside(body, view) if body is not None else Html("")))


def _layout(table: Element) -> str:
    """Wide tables reach beyond the text column where the window lets them, as on Cloud."""
    return "table breakout" if table.get("data-layout") in {"wide", "full-width"} else "table"
