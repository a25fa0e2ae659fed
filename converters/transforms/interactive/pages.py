"""HTML with scripts: whole pages, pages inside of frames, and pieces whose scripts draw something."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Mapping
from posixpath import join, normpath
from urllib.parse import unquote, urlsplit

from converters.model import Form
from converters.transforms.context import Context
from converters.transforms.interactive.figure import Figure, css_pixels, page, styled_size

_MARKERS = (
    ("plotly", "plotly"),
    ("vegaembed", "vega-lite"),
    ("vg.parse", "vega"),
    ("bokeh", "bokeh"),
    ("folium", "leaflet"),
    ("leaflet", "leaflet"),
    ("l.map(", "leaflet"),
    ("deck.gl", "deck.gl"),
    ("deckgl", "deck.gl"),
    ("pydeck", "deck.gl"),
    ("kepler.gl", "kepler.gl"),
    ("keplergl", "kepler.gl"),
    ("html-widget", "htmlwidgets"),
    ("htmlwidget", "htmlwidgets"),
    ("shap.", "SHAP"),
    ("mpld3", "mpld3"),
    ("highcharts", "Highcharts"),
    ("echarts", "ECharts"),
    ("vis-network", "vis.js"),
    ("vis.network", "vis.js"),
    ("mapbox", "mapbox"),
    ("three.js", "three.js"),
    ("3dmol", "3Dmol.js"),
    ("d3.", "D3"),
)
"""Words in a script that tell its library, in lower case."""

_LEFT_OUT = ("Visualization omitted, Javascript library not loaded",)
"""Texts that stand in a figure's place until its script runs (SHAP)."""
_SRCDOC = re.compile(r"<iframe\b[^<>]*?\bsrcdoc\s*=\s*([\"'])(.*?)\1", re.DOTALL | re.IGNORECASE)
_DATA_FRAME = re.compile(
    r"<iframe\b[^<>]*?\b(?:src|data-html)\s*=\s*([\"'])(?:data:text/html[^,\"']*?(;base64)?,)?([^\"']*)\1",
    re.DOTALL | re.IGNORECASE,
)
_FRAME = re.compile(r"<iframe\b[^>]*(?:>|\Z)", re.IGNORECASE)
_FRAME_FILE = re.compile(r"\bsrc\s*=\s*[\"']([^\"']+\.html?)(?:[?#][^\"']*)?[\"']", re.IGNORECASE)
_FRAME_SIZE = re.compile(r"\b(width|height)\s*[=:]\s*[\"']?\s*(\d+)(?:px)?[\s\"';>]", re.IGNORECASE)
_HTML_START = ("<!doctype html", "<html")
_TAG_FETCHES = re.compile(
    r"<(?:script|link|img|iframe|source|video|audio|object)\b[^<>]*?\b(?:src|href|data)\s*=\s*[\"']?\s*(?:https?:)?//",
    re.IGNORECASE,
)
SCRIPT = re.compile(r"<script\b(?P<head>[^>]*)(?:>|\Z)(?P<text>.*?)(?:</script\s*>|\Z)", re.DOTALL | re.IGNORECASE)
"""A script with its attributes; one that never ends goes to the text's end, so that each letter is looked at once."""
_SCRIPT_FETCHES = re.compile(
    r"\{[xz]\}/|[\"'](?:https?:)?//[^\"'\s]+\.(?:m?js|css|json|geojson|topojson|csv|tsv|png)\b|\brequirejs?\b\s*[.(]"
    r"|\bimport\s*\(|[\"'](?:https?:)?//[^\"'\s]*\.min[\"']|\$\.getScript"
)
LIBRARY_CHARS = 100_000
"""A script longer than this is a library, whose texts name addresses that it never asks for."""
_EXPORTS = re.compile(r"\bmodule\.exports\b|\bdefine\.amd\b|\btypeof exports\b")
"""How libraries hand themselves over, which a figure's own script has no use for."""
_REQUIRE = "https://cdnjs.cloudflare.com/ajax/libs/require.js/2.3.6/require.min.js"
_JQUERY = "https://cdnjs.cloudflare.com/ajax/libs/jquery/2.0.3/jquery.min.js"
"""What notebooks give to their outputs' scripts. Source: nbconvert's lab template."""


def find_page(forms: Mapping[str, Form], context: Context) -> Figure | None:
    """The bundle's HTML as a page that works alone, where a script or a frame of it shows something."""
    form = forms.get("text/html")
    text = form.text if form else ""
    lower = text.lower()
    if "<script" not in lower and "<iframe" not in lower:
        return None
    found = standalone(text) or _from_file(text, context)
    if not found and _FRAME.search(text) is None and is_drawn(lower):
        if not _brings_library(text):
            return Figure(library=library_of(text), reason="another cell loads the library that draws it")
        found = _around(text)
    if not found:
        return None
    if not _runs(found):  # text and pictures, to be read and not to be downloaded
        return None
    width, height = _frame_size(text)
    return Figure(
        library=library_of(found),
        page=found,
        offline=not fetches(found),
        width=width,
        height=height,
        reason="it loads scripts or pictures from the internet" if fetches(found) else "",
    )


def _runs(text: str) -> bool:
    """Whether a page has a script with something in it."""
    return any(match["text"].strip() or "src" in match["head"].lower() for match in SCRIPT.finditer(text))


def _brings_library(text: str) -> bool:
    """Whether a piece of HTML loads or holds the library that it draws with, or needs none."""
    if library_of(text) == "HTML" or fetches(text):
        return True
    scripts = (match["text"] for match in SCRIPT.finditer(text))
    return any(len(script) >= LIBRARY_CHARS and _EXPORTS.search(script) for script in scripts)


def library_of(text: str) -> str:
    """The library that draws a page, by words of its scripts; ``HTML`` where none is known."""
    lower = text.lower()
    return next((name for word, name in _MARKERS if word in lower), "HTML")


_TARGETS = re.compile(
    r"\belement\s*\.\s*(?:append|prepend|html|text|innerHTML|innerText|textContent|insertAdjacent|replaceChildren|get\()"
    r"|\(\s*element(?:\.get\(0\)|\[0\])?\s*[,)]"
    r"|\bdocument\s*\.\s*(?:write(?:ln)?\s*\(|body\s*\.\s*(?:append|prepend|insert))"
    r"|\bgetElementById\s*\(\s*[\"'](?P<id>[\w\-]{1,200})[\"']"
    r"|\(\s*[\"']#(?![0-9a-fA-F]{3,8}[\"'])(?P<selected>[\w\-]{1,200})[\"']"
)
"""Where scripts of a notebook draw: their output (Jupyter calls it ``element``), the page, an element that they name."""
_ITS_OWN = re.compile(r"notebook|ipython|header|menubar|maintoolbar|site|toc|jp-|kernel|save_|login")
"""Elements of the notebook's own window: a script that changes these shows nothing."""


def draws(script: str) -> bool:
    """Whether a script puts something into its output or an element that it names, and is no library itself."""
    if len(script) >= LIBRARY_CHARS or _EXPORTS.search(script):
        return False
    found = (match["id"] or match["selected"] for match in _TARGETS.finditer(script))
    return any(name is None or not _ITS_OWN.match(name) for name in found)


def lone_scripts(text: str) -> str:
    """The scripts of HTML that has nothing else to see; empty where it has."""
    rest = SCRIPT.sub("", re.sub(r"<style\b.*?(?:</style\s*>|\Z)", "", text, flags=re.DOTALL | re.IGNORECASE))
    if re.sub(r"<!--.*?(?:-->|\Z)|</?(?:html|head|body|div|span|p)\b[^<>]*>|<(?:link|meta)\b[^<>]*>|\s", "", rest):
        return ""
    return "\n".join(match["text"] for match in SCRIPT.finditer(text))


def is_drawn(lower: str) -> bool:
    """Whether HTML (in lower case) with a script has an empty place to draw into, and no content of its own.

    Without a place it only loads a library. With tables or text of its own, those are what a reader wants.
    """
    if "<script" not in lower or "<table" in lower:
        return False
    rest = SCRIPT.sub("", re.sub(r"<style\b.*?(?:</style\s*>|\Z)", "", lower, flags=re.DOTALL))
    if not any(tag in rest for tag in ("<div", "<canvas", "<svg", "<html", "<span")):
        return False
    if any(text.lower() in rest for text in _LEFT_OUT):
        return True
    return (
        len(re.sub(r"<!--.*?(?:-->|\Z)|<[^>]*(?:>|\Z)|&nbsp;|\s", "", rest, flags=re.DOTALL)) < _OWN_TEXT
        and "<svg" not in rest
    )


_OWN_TEXT = 200
"""Characters outside of scripts and tags; more is content, a few are a title or "Loading …"."""


def fetches(text: str) -> bool:
    """Whether a page names anything outside of itself that it would load."""
    if _TAG_FETCHES.search(text):
        return True
    scripts = (match["text"] for match in SCRIPT.finditer(text) if "json" not in match["head"].lower())
    return any(len(script) < LIBRARY_CHARS and _SCRIPT_FETCHES.search(script) for script in scripts)


def standalone(text: str) -> str:
    """The whole HTML page inside an output, or nothing: a page's fragment doesn't work alone."""
    if text.lstrip()[:15].lower().startswith(_HTML_START):
        return text
    if "<iframe" not in text and "<IFRAME" not in text:
        return ""
    srcdoc = _SRCDOC.search(text)
    if srcdoc:
        return html.unescape(srcdoc[2])
    frame = _DATA_FRAME.search(text)
    if frame is None:
        return ""
    found = frame[3]
    if frame[2] or "data-html" in frame[0][:2000].lower():
        try:
            found = base64.b64decode(found, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            found = unquote(found)
    else:
        found = unquote(html.unescape(found))
    return found if "<" in found[:100] else ""


def _from_file(text: str, context: Context) -> str:
    """The page of a frame that shows a file beside the notebook (``IFrame("map.html")``, Plotly's iframe renderer)."""
    frame = _FRAME.search(text)
    named = _FRAME_FILE.search(frame[0]) if frame else None
    if named is None or urlsplit(named[1]).scheme or named[1].startswith(("/", "\\")):
        return ""
    path = normpath(join(context.folder, unquote(html.unescape(named[1]))))
    if path.startswith("../"):
        return ""
    try:
        data = context.files.read(path)
    except OSError:
        return ""
    if len(data) > context.options.limits.max_asset_bytes:
        return ""
    found = data.decode("utf-8", "replace")
    return found if "<" in found[:1000] else ""


def _around(text: str) -> str:
    """A page around a piece of HTML, with what a notebook would have given to its scripts."""
    links = [address for word, address in (("$", _JQUERY), ("require", _REQUIRE)) if word in text]
    return page("Interactive figure", (), f'<div id="nbwiki-figure">{text}</div>', links=links)


def _frame_size(text: str) -> tuple[int, int]:
    frame = _FRAME.search(text)
    if frame is None:
        return styled_size(text)
    head = re.sub(r"\b(?:srcdoc|src|data-html)\s*=\s*([\"']).*?\1", "", frame[0], flags=re.DOTALL)
    found: dict[str, int] = {}
    for name, number in _FRAME_SIZE.findall(head):
        found.setdefault(name.lower(), css_pixels(int(number)))
    return found.get("width", 0), found.get("height", 0)
