"""Bokeh: documents as JSON inside of scripts → a page with BokehJS inside of it, where its version is installed."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from converters.installed import version_of
from converters.model import Form
from converters.transforms.interactive.figure import Figure, arguments, css_pixels, literal, package_text, page, parsed

_CDN = "https://cdn.bokeh.org/bokeh/release/"
_DOCUMENTS = re.compile(r"\bdocs_json\s*=\s*(?=[{'\"])")
_ITEMS = re.compile(r"\brender_items\s*=\s*(?=\[)")
_ELEMENT = re.compile(r"\bdocs_json\s*=\s*document\.getElementById\(\s*[\"']([^\"']+)[\"']\s*\)")
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)*")
_PARTS = (
    ("bokeh-gl", re.compile(r'"output_backend":"webgl"')),
    (
        "bokeh-widgets",
        re.compile(
            r'"(?:type|name)":"(?:[A-Za-z]*(?:Slider|Input|Select|Picker|Group|Button)|Div|Paragraph|PreText|Toggle|Dropdown|AutocompleteInput|Spinner)"'
        ),
    ),
    ("bokeh-tables", re.compile(r'"(?:type|name)":"(?:DataTable|DataCube)"')),
    ("bokeh-mathjax", re.compile(r'"(?:type|name)":"(?:TeX|MathML|MathText|Ascii)"|\$\$')),
)
"""BokehJS's parts besides its core, and the models that each of them brings. Source: bokeh.resources."""
_SCRIPTS = ("application/javascript", "text/javascript", "text/html")


def find_bokeh(forms: Mapping[str, Form]) -> Figure | None:
    """The bundle's Bokeh document."""
    for kind in _SCRIPTS:
        text = forms[kind].text if kind in forms else ""
        if "docs_json" in text:
            found = _figure(text)
            if found is not None:
                return found
    return None


def _figure(text: str) -> Figure | None:
    documents = _documents(text)
    match = _ITEMS.search(text)
    items = arguments(text, match.end(), 1) if match else []
    if not isinstance(documents, dict) or not documents or not items or not isinstance(items[0], list):
        return None
    first = next(iter(documents.values()))
    needed = str(first.get("version", "")) if isinstance(first, dict) else ""
    if _VERSION.fullmatch(needed) is None:
        return None
    if '"panel.' in text:
        return Figure(
            library="holoviews", reason="its widgets need HoloViz Panel; save them with a picture (.opts, .save)"
        )
    shown = literal(documents)
    scripts = _installed(needed, shown)
    width, height = _size(shown)
    body = _body(shown, items[0])
    links = tuple(f"{_CDN}{name}-{needed}.min.js" for name in ("bokeh", "bokeh-widgets", "bokeh-tables"))
    major, minor = needed.split(".")[:2]
    wanted = f"bokeh>={needed},<{int(major) + 1}" if int(major) >= _STABLE else f"bokeh=={major}.{minor}.*"
    online = Figure(
        library="bokeh",
        page=page("Bokeh figure", (), body, links=links),
        offline=False,
        width=width,
        height=height,
        extra=f'"{wanted}"',
    )
    if not scripts:
        return online
    return msgspec.structs.replace(
        online, page=page("Bokeh figure", scripts, body), offline=True, extra="", spare=online
    )


def _documents(text: str) -> object:
    match = _DOCUMENTS.search(text)
    if match:
        values = arguments(text, match.end(), 1)
        value = values[0] if values else None
        return parsed(value) if isinstance(value, str) else value
    element = _ELEMENT.search(text)
    if element is None:
        return None
    script = re.search(rf'<script[^>]*\bid="{re.escape(element[1])}"[^>]*>(.*?)</script>', text, re.DOTALL)
    return parsed(script[1]) if script else None


def _body(documents: str, items: list[Any]) -> str:
    """Places for the roots, by the names that the items give them, and the call that fills these with the documents."""
    places: dict[str, None] = {}
    for item in items:
        if not isinstance(item, dict):
            continue
        roots = item.get("roots")
        places.update({str(place): None for place in roots.values()} if isinstance(roots, dict) else {})
        if item.get("elementid"):
            places[str(item["elementid"])] = None
    divs = "".join(f'<div id="{_attribute(name)}" class="bk-root"></div>' for name in places)
    return (
        f'<div id="nbwiki-figure" style="display:inline-block">{divs}</div>\n<script>\n'
        f"window.nbwikiDrawn = Promise.resolve(Bokeh.embed.embed_items({documents}, {literal(items)}))"
        ".then(() => new Promise((done) => setTimeout(done, 600)));\n</script>"
    )


def _attribute(text: str) -> str:
    return re.sub(r"[^\w.:-]", "", text)


def _installed(needed: str, documents: str) -> tuple[str, ...]:
    """BokehJS of the installed package; nothing where it doesn't read documents of this version.

    From 3.0 on a release reads most of what earlier ones of its major version wrote (tried: 9 of 10 documents of 3.2 and
    3.4 in 3.9); releases before it read their own minor version's.
    """
    have = version_of("bokeh")
    if not have:
        return ()
    mine, theirs = ([int(part) for part in re.findall(r"\d+", text)[:2]] for text in (have, needed))
    if mine[0] != theirs[0] or mine < theirs or (mine[0] < _STABLE and mine != theirs):
        return ()
    names = ["bokeh", *(name for name, models in _PARTS if models.search(documents))]
    texts = tuple(package_text("bokeh", f"server/static/js/{name}.min.js") for name in names)
    return texts if all(texts) else ()


_STABLE = 3
_SIZES = {name: re.compile(rf'"(?:frame_|plot_)?{name}":(\d+)') for name in ("width", "height")}


@functools.lru_cache(maxsize=8)
def _size(documents: str) -> tuple[int, int]:
    """The first size that the document names, in CSS pixels; 600 × 600, Bokeh's default, where it names none."""
    found = [pattern.search(documents) for pattern in _SIZES.values()]
    width, height = (css_pixels(int(match[1])) if match else 0 for match in found)
    return width or 600, height or 600
