"""A page's HTML → a tree of what its author wrote: equations as LaTeX, no navigation, no toolbars, no scripts."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from converters.errors import ConversionError
from converters.model import Where
from converters.notes import Note, degraded, dropped
from converters.readers.html_rows import Area
from converters.readers.page_math import restore_math
from converters.readers.paged_tables import unpaged

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_DRAWING = re.compile(r"<svg\b(?:(?!<svg\b).)*?</svg\s*>", re.DOTALL | re.IGNORECASE)
_DRAWN = re.compile(r"<svg\b[^>]*?\s(?:viewBox|width)\s*=", re.IGNORECASE)
_ICON = re.compile(r"<use\b|\bclass\s*=\s*[\"'][^\"']*\b(?:icon|bi|fa|octicon)\b", re.IGNORECASE)

_ANY_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<![^<>]*>")
_MATH_PAGE = re.compile(r"mathjax|katex|jp-RenderedMarkdown|text_cell_render", re.IGNORECASE)
"""Pages that look for equations in their text when they open."""

_MAINS = (
    "//main[@id='quarto-document-content']",
    "//*[@id='notebook-container']",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' main-container ')]",
    "//d-article",
    "//*[@role='main']",
    "//main",
    "//*[@itemprop='articleBody']",
    "//article[not(following::article) and not(preceding::article)]",
    "//*[@id='content']",
    "//body",
)
"""Where a page's own text stands, best first. Source: templates of Quarto, nbconvert, rmarkdown, distill, Sphinx, HTML."""

_NOISE_TAGS = frozenset(
    {"nav", "noscript", "template", "button", "form", "select", "textarea", "dialog", "object", "applet"}
)
_AUTHORS = frozenset({"form", "select", "textarea", "object", "applet"})
"""Of these, what an author may have put there."""
_SHOWN_OBJECT = re.compile(r"https://|(?![a-z]+:)[^?#]+\.(?:pdf|png|jpe?g|gif|svg|webp)(?:[?#]|$)", re.IGNORECASE)
"""Objects that a wiki shows: pages, documents, pictures."""
_NOISE_ROLES = frozenset({"navigation", "banner", "search", "contentinfo", "doc-toc"})
_NOISE_IDS = frozenset(
    {
        "TOC",
        "toc",
        "quarto-header",
        "quarto-sidebar",
        "quarto-margin-sidebar",
        "quarto-back-to-top",
        "quarto-draft-alert",
    }
    | {"quarto-embedded-source-code-modal", "rmd-source-code", "rmd-download-source"}
)
_NOISE_CLASSES = frozenset((
    "anchor-link", "anchorjs-link", "headerlink", "toc", "tocify", "sidebar", "code-copy-button", "copybtn",
    "code-folding-btn", "btn-group", "modal", "navbar", "nav-footer", "page-navigation", "prev-next-area",
    "prev-next-footer", "breadcrumb", "skip-link", "jp-Collapser", "jp-InputPrompt", "jp-OutputPrompt", "prompt",
    "footnote-back", "quarto-title-meta-heading", "quarto-alternate-formats", "toc-actions", "code-tools-button",
    "highlight-copy", "jp-Toolbar", "quarto-navigation", "sphinxsidebar", "related", "edit-page-link",
    "quarto-notebook-link", "d-byline", "visually-hidden",
))  # fmt: skip
"""Elements that serve the page and say nothing of the report. Source: as above."""


def page_tree(html: str, path: str, notes: list[Note]) -> Any:
    """The page as an lxml tree, equations as ``span.math``, drawings as pictures, paged tables as tables.

    What is wrong with it goes to ``notes``.

    Raises:
        ConversionError: there is nothing on it.
    """
    from lxml import etree

    text = unpaged(_CONTROL.sub("", html))
    if "<svg" in text:
        text = _DRAWING.sub(_as_picture, text)
    parser = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        root = None
    if root is None:
        raise ConversionError("the page is empty", where=path)
    if any("depth" in entry.message.lower() for entry in parser.error_log if entry.level_name == "FATAL"):
        # the parser stops at 2,048 levels and forgets the rest: keep the words
        notes.append(
            degraded("html.depth", "a page nested deeper than the parser goes shown as plain text", Where(path))
        )
        plain = escape(_ANY_TAG.sub(" ", _without(text, "script", "style", "head")), quote=False)
        root = etree.fromstring(f"<html><body><p>{plain}</p></body></html>".encode("utf-8", "replace"), parser)
    if "span=" in text:
        area = Area(len(text))
        area.take(root.iter("td", "th"))
        notes.extend(area.told(Where(path)))
    restore_math(root, dollars=_MATH_PAGE.search(text) is not None)
    return root


def _without(text: str, *names: str) -> str:
    """The text without these elements; one that never closes goes to its end."""
    for name in names:
        first, *others = re.split(rf"<{name}\b", text, flags=re.IGNORECASE)
        text = first + "".join(re.split(rf"</{name}\s*>", one, maxsplit=1, flags=re.IGNORECASE)[-1] for one in others)
    return text


def main_of(root: Any) -> Any:
    """The element that holds the page's own text."""
    for place in _MAINS:
        found = root.xpath(place)
        if found:
            return found[0]
    return root


def clean(element: Any, notes: list[Note], where: Where) -> None:
    """Takes out what is there for the page only; text around it stays. A note where that may be an author's own."""
    told: dict[str, None] = {}
    for one in list(element.iterdescendants()):
        if isinstance(one.tag, str) and is_noise(one):
            if one.tag in _AUTHORS and "search" not in f"{one.get('role')} {one.get('class')} {one.get('id')}".lower():
                told[one.tag] = None
            remove(one)
    if told:
        names = ", ".join(f"<{name}>" for name in told)
        notes.append(dropped("html.left_out", f"{names} of the page left out: nothing that works in a wiki", where))
    for one in element.xpath(".//h1|.//h2|.//h3|.//h4|.//h5|.//h6"):
        above = one.getparent()
        if not one.get("id") and above is not None and above.get("id") and "level" in (above.get("class") or ""):
            one.set("id", above.get("id"))  # pandoc names sections, not headings
            del above.attrib["id"]
    if element.tag == "body":
        for one in element.xpath("./header[.//nav or not(.//h1)] | ./footer | ./aside | ./div/footer"):
            remove(one)


def is_noise(one: Any) -> bool:
    """Whether an element serves the page and says nothing of the report."""
    if one.tag in _NOISE_TAGS:
        return one.tag != "object" or not _SHOWN_OBJECT.match(one.get("data") or "")
    a = one.attrib
    if not a:
        return False
    if a.get("role") in _NOISE_ROLES or a.get("id") in _NOISE_IDS or "hidden" in a:
        return True
    if not _NOISE_CLASSES.isdisjoint((a.get("class") or "").split()):
        return True
    return a.get("aria-hidden") == "true" and one.tag != "img" and next(one.iter("img", "pre"), None) is None


def by_class(element: Any, name: str) -> list[Any]:
    """Elements below (not the element itself) that have a class."""
    found: list[Any] = element.xpath(f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")
    return found


def classes(element: Any) -> set[str]:
    """The classes of an element."""
    return set((element.get("class") or "").split())


def remove(element: Any) -> None:
    """Takes an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail or ""
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(element)


def words(element: Any) -> str:
    """All text of an element on one line."""
    return " ".join(" ".join(element.itertext()).split())


def inner_html(element: Any) -> str:
    """An element's content as HTML."""
    from lxml import etree

    parts = [escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts)


def _as_picture(match: re.Match[str]) -> str:
    """A drawing as a picture of its own (the parser would lose its capitals); an icon goes."""
    import base64

    svg = match[0]
    if _ICON.search(svg[: svg.index(">") + 1]) or "<use" in svg:
        return ""
    if not _DRAWN.match(svg):
        return svg
    if "xmlns=" not in svg[: svg.index(">")]:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    title = re.search(r"<title[^>]*>([^<\"]*)</title>", svg)
    packed = base64.b64encode(svg.encode("utf-8", "replace")).decode()
    return f'<img alt="{title[1].strip() if title else ""}" src="data:image/svg+xml;base64,{packed}">'
