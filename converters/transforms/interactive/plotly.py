"""Plotly: figures as JSON or inside of HTML, of Python, R and others → a page with plotly.js inside of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from converters.model import Form
from converters.transforms.interactive.figure import (
    Figure,
    arguments,
    assigned,
    css_pixels,
    literal,
    package_text,
    page,
    parsed,
    styled_size,
)
from converters.transforms.pictures import PAGE_WIDTH

_HEIGHT = 450
"""CSS pixels. Source: plotly.js, ``layout.height``'s default."""
_CDN = "https://cdn.plot.ly/plotly-2.35.2.min.js"
"""Where the package isn't installed. This release draws figures of all earlier ones; later ones dropped trace types."""

_CALL = re.compile(r"\bPlotly\.(?:newPlot|plot|react)\s*\(")
_FRAMES = re.compile(r"\bPlotly\.addFrames\s*\(")
_MAPS = re.compile(r"geo|map|choropleth|density(?:mapbox|map)$")
_HTML = ("text/html", "text/vnd.plotly.v1+html")


def find_plotly(forms: Mapping[str, Form]) -> Figure | None:
    """The bundle's Plotly figure."""
    for kind, form in forms.items():
        if kind.startswith("application/vnd.plotly.") and kind.endswith("+json"):
            found = plotly_figure(parsed(form.text))
            if found is not None:
                return found
    for kind in _HTML:
        if kind in forms and "Plotly." in forms[kind].text:
            return _in_html(forms[kind].text)
    return None


def plotly_figure(value: object, size: tuple[int, int] = (0, 0)) -> Figure | None:
    """The figure of a ``{"data": […], "layout": {…}}``; None where it isn't one. ``size`` holds where it names none."""
    if not isinstance(value, dict) or not isinstance(value.get("data"), list):
        return None
    layout = value.get("layout")
    layout = layout if isinstance(layout, dict) else {}
    script = package_text("plotly", "package_data/plotly.min.js")
    online = _needs_map(value["data"])
    return Figure(
        library="plotly",
        title=_title(layout),
        page=_page(value["data"], layout, value, "" if online else script),
        offline=bool(script) and not online,
        width=css_pixels(layout.get("width")) or size[0] or PAGE_WIDTH,
        height=css_pixels(layout.get("height")) or size[1] or _HEIGHT,
        extra="" if script else "nbwiki[plots]",
        reason="its map comes from the internet" if online else "",
    )


def _page(data: list[Any], layout: dict[str, Any], figure: dict[str, Any], script: str) -> str:
    """The same figure gives the same page: identifiers that its library made up are left behind."""
    found = figure.get("config")
    config = {k: v for k, v in found.items() if k not in _ACCOUNT} if isinstance(found, dict) else {}
    frames = figure.get("frames")
    shown = {**layout, "height": layout.get("height") or _HEIGHT}
    body = (
        '<div id="nbwiki-figure"></div>\n<script>\n'
        f'window.nbwikiDrawn = Plotly.newPlot("nbwiki-figure", {literal(data)}, {literal(shown)}, '
        f"{literal({**config, 'responsive': True})})"
    )
    if isinstance(frames, list) and frames:
        body += f'.then(() => Plotly.addFrames("nbwiki-figure", {literal(frames)}))'
    links = () if script else (_CDN,)
    return page(_title(layout) or "Plotly figure", (script,) if script else (), f"{body};\n</script>", links=links)


def _title(layout: dict[str, Any]) -> str:
    """The figure's title as text: Plotly takes some HTML in it."""
    title = layout.get("title")
    text = title.get("text") if isinstance(title, dict) else title
    return " ".join(re.sub(r"<[a-zA-Z/][^>]*>", " ", text).split())[:200] if isinstance(text, str) else ""


_ACCOUNT = ("plotlyServerURL", "linkText", "showLink", "showSendToCloud", "plotlyserverurl")


def _needs_map(data: list[Any]) -> bool:
    """Whether a trace is drawn on a map, whose tiles or outlines plotly.js fetches."""
    return any(isinstance(trace, dict) and _MAPS.search(str(trace.get("type", ""))) is not None for trace in data)


def _in_html(text: str) -> Figure | None:
    calls = list(_CALL.finditer(text))
    if len(calls) != 1:  # a page of its own, or only the library
        return None
    values = arguments(text, calls[0].end())
    if len(values) == 1 or not values:  # variables (.NET Interactive): their own assignments hold the JSON
        data, layout = assigned(text, "data"), assigned(text, "layout")
        values = ["", data, layout]
    if len(values) == 2 and isinstance(values[1], dict):
        figure: dict[str, Any] = values[1]
    else:
        names = ("data", "layout", "config")
        figure = {name: value for name, value in zip(names, values[1:], strict=False) if value is not None}
    frames = _FRAMES.search(text)
    if frames:
        found = arguments(text, frames.end(), 2)
        figure = {**figure, "frames": found[1] if len(found) == 2 else []}
    return plotly_figure(figure, styled_size(text))
