"""Interactive outputs at their first level: the bundle's own picture, its standalone page as a file, else a card.

Never an empty box: where there is neither, a panel names what it is and where to find it.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from urllib.parse import unquote

from converters.model import Blocks, Callout, Code, Form, Image, Interactive, Output, Paragraph, Span
from converters.notes import degraded
from converters.transforms.charts import vega_lite_picture
from converters.transforms.context import Context

_JSON_LIBRARIES = (
    ("application/vnd.plotly.", "plotly"),
    ("application/vnd.vegalite.", "vega-lite"),
    ("application/vnd.vega.", "vega"),
    ("application/vnd.bokehjs_exec", "bokeh"),
    ("application/vnd.holoviews_exec", "holoviews"),
    ("application/vnd.jupyter.widget-view", "ipywidgets"),
    ("application/vnd.jupyter.es6-rich-output", "widget"),
    ("application/geo+json", "geojson"),
)
_MARKERS = (
    ("plotly", "plotly"),
    ("vegaembed", "vega-lite"),
    ("bokeh", "bokeh"),
    ("leaflet", "leaflet"),
    ("l.map(", "leaflet"),
    ("d3.", "d3"),
    ("mapbox", "mapbox"),
    ("three.js", "three.js"),
)
"""Words in a script that tell its library, in lower case."""

_SRCDOC = re.compile(r"<iframe\b[^>]*?\bsrcdoc\s*=\s*([\"'])(.*?)\1", re.DOTALL | re.IGNORECASE)
_DATA_FRAME = re.compile(
    r"<iframe\b[^>]*?\b(?:src|data-html)\s*=\s*[\"'](?:data:text/html[^,\"']*?(;base64)?,)?([^\"']*)[\"']",
    re.DOTALL | re.IGNORECASE,
)
_HTML_START = ("<!doctype html", "<html")
_REPR = re.compile(r"^\s*(?:<.*>|[\w.]+\(.*\))\s*$", re.DOTALL)


def interactive_blocks(output: Output, forms: dict[str, Form], context: Context) -> Blocks:
    """One :class:`Interactive`, if the bundle is interactive; else nothing, and the next step of the ladder holds."""
    page = forms.get("text/html")
    text = page.text if page else ""
    library = _library(forms, text)
    if not library:
        return ()
    from converters.transforms.bundles import picture_of

    found = picture_of(output, forms, context)
    picture = found if isinstance(found, Image) else _drawn(output, forms, context)
    document = _standalone(text)
    attached = context.add(document.encode("utf-8", "replace"), "text/html", library).key if document else None
    if picture is None:
        what = "as an attached file only" if attached else "only in the notebook"
        context.notes.append(
            degraded("output.interactive", f"interactive {library} output without a picture: {what}", output.where)
        )
    fallback = () if picture else _card(library, forms, output, attached=attached is not None)
    return (
        Interactive(
            library,
            picture=picture,
            html=attached,
            fallback=fallback,
            where=output.where,
        ),
    )


def _drawn(output: Output, forms: dict[str, Form], context: Context) -> Image | None:
    """A picture that is drawn here, where an optional renderer can."""
    data = vega_lite_picture(forms)
    if data is None:
        return None
    asset = context.add(data, "image/png", "figure")
    return Image(asset.key, alt=output.alt, width=asset.width // 2, height=asset.height // 2, where=output.where)


def _library(forms: dict[str, Form], text: str) -> str:
    for kind in forms:
        for prefix, name in _JSON_LIBRARIES:
            if kind.startswith(prefix):
                return name
    if not text:
        return ""
    lower = text.lower()
    framed = "<iframe" in lower and ("srcdoc" in lower or "data:text/html" in lower or "data-html" in lower)
    if not framed and ("<script" not in lower or "<table" in lower or not _draws(lower)):
        return ""
    return next((name for word, name in _MARKERS if word in lower), "HTML")


def _draws(lower: str) -> bool:
    """Whether HTML with a script has a place to draw into; without one it only loads a library."""
    return any(tag in lower for tag in ("<div", "<canvas", "<svg", "<iframe", "<html"))


def _standalone(text: str) -> str:
    """The whole HTML page inside an output, or nothing: a page's fragment doesn't work alone."""
    if text.lstrip()[:15].lower().startswith(_HTML_START):
        return text
    srcdoc = _SRCDOC.search(text)
    if srcdoc:
        return html.unescape(srcdoc[2])
    frame = _DATA_FRAME.search(text)
    if frame is None:
        return ""
    page = frame[2]
    if frame[1] or "data-html" in frame[0][:2000].lower():
        try:
            page = base64.b64decode(page, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            page = unquote(page)
    else:
        page = unquote(page)
    return page if "<" in page[:100] else ""


def _card(library: str, forms: dict[str, Form], output: Output, *, attached: bool) -> Blocks:
    """A panel in the figure's place, with the plain text where that says more than a class name."""
    what = "Interactive widget" if library in {"ipywidgets", "widget"} else "Interactive figure"
    name = "" if library in {"HTML", "widget"} else f" ({library})"
    where_to = "download the attached page" if attached else "open the notebook"
    line = Paragraph((Span(f"{what}{name}: {where_to} to use it."),))
    plain = forms.get("text/plain")
    if plain is None or _REPR.match(plain.text) or not plain.text.strip():
        return (Callout("info", (line,), where=output.where),)
    return (Callout("info", (line, Code(plain.text[:2000], role="output")), where=output.where),)
