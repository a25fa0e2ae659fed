"""Vega and Vega-Lite figures: drawn here where vl-convert (the ``[plots]`` extra) is installed, which needs no browser.

It would fetch what a specification names: those that name anything outside of themselves are not drawn. Source: tried
with a local server; ``allowed_base_urls`` holds data back, but not pictures and files.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from importlib.util import find_spec
from posixpath import join, normpath
from typing import Any
from urllib.parse import unquote, urlsplit

from converters.model import Form
from converters.transforms.context import Context
from converters.transforms.interactive.figure import (
    Figure,
    arguments,
    assigned,
    compact,
    css_pixels,
    page,
    parsed,
    script_safe,
)

_SCALE = 2
"""Pixels to a CSS pixel: sharp on high-density screens."""
_CDN = tuple(f"https://cdn.jsdelivr.net/npm/{name}" for name in ("vega@5", "vega-lite@5", "vega-embed@6"))
_KINDS = re.compile(r"application/vnd\.(vega(?:-?lite)?)\.v\d+(?:\.\d+)*\+json")
_SPECIFICATION = re.compile(r"}\s*\)\s*\(\s*(?={)")
"""Where Altair's page hands the specification to its function."""
_EMBED = re.compile(r"\bvegaEmbed\s*\(")


def find_vega(forms: Mapping[str, Form], context: Context) -> Figure | None:
    """The bundle's Vega or Vega-Lite figure."""
    for kind, form in forms.items():
        match = _KINDS.fullmatch(kind)
        if match:
            value = parsed(form.text)
            if isinstance(value, dict):
                return vega_figure(value, context, lite=_is_lite(value, match[1] != "vega"))
    page_form = forms.get("text/html")
    if page_form is not None and ("vegaEmbed" in page_form.text or "vega-embed" in page_form.text):
        return _in_html(page_form.text, context)
    return None


_ADDRESS, _PICTURE = '"url"', '"image"'
_MADE_UP = ('"sequence"', '"graticule"')
_LARGE = tuple(re.compile(rf'"{side}":(?:\d{{4}}|\d+(?:\.\d+)?[eE]|Infinity)') for side in ("width", "height"))
"""What stands in the JSON text of a specification that needs a closer look: nearly none does, and most of one is data."""


def vega_figure(value: dict[str, Any], context: Context | None = None, *, lite: bool) -> Figure:
    """The figure of a specification; files beside the notebook are taken in where there is a ``context``."""
    installed = find_spec("vl_convert") is not None
    schema = {"$schema": _schema(lite=lite)}
    text = compact(value | schema)
    if context is not None and _ADDRESS in text:
        value = with_files(value, context)
        text = compact(value | schema)
    alone = (_ADDRESS not in text and _PICTURE not in text) or stands_alone(value)
    suspect = any(name in text for name in _MADE_UP) or any(side.search(text) for side in _LARGE)
    return Figure(
        library="vega-lite" if lite else "vega",
        title=_title(value),
        page=_page(text, _title(value), lite=lite, installed=installed),
        offline=installed and alone,
        width=css_pixels(value.get("width")),
        height=css_pixels(value.get("height")),
        picture=functools.partial(_drawn, text, lite) if alone and (not suspect or is_modest(value)) else None,
        extra="" if installed else "nbwiki[plots]",
        reason="" if alone else "its data or pictures are elsewhere, and are not fetched",
    )


def _is_lite(value: dict[str, Any], default: bool) -> bool:
    schema = str(value.get("$schema", ""))
    return "vega-lite" in schema if "/schema/vega" in schema else default


def _schema(*, lite: bool) -> str:
    """The newest schema: old specifications are drawn as far as the installed library draws them."""
    return f"https://vega.github.io/schema/{'vega-lite/v5' if lite else 'vega/v5'}.json"


def _in_html(text: str, context: Context) -> Figure | None:
    values: list[object] = []
    match = _SPECIFICATION.search(text)
    if match:
        values = arguments(text, match.end(), 2)
    found = values[0] if values else assigned(text, "spec|vlSpec|vegaSpec|yourVlSpec|embedSpec")
    if not isinstance(found, dict):
        call = _EMBED.search(text)
        given = arguments(text, call.end(), 3) if call else []
        found = next((value for value in given if isinstance(value, dict)), None)
    if not isinstance(found, dict):
        return None
    options = values[1] if len(values) > 1 and isinstance(values[1], dict) else {}
    inner = found.get("spec")
    if isinstance(inner, dict) and "mode" in found:  # Vega-Embed 2: the options hold the specification
        found, options = inner, found
    return vega_figure(found, context, lite=_is_lite(found, str(options.get("mode", "vega-lite")) != "vega"))


def _title(specification: Mapping[str, Any]) -> str:
    title = specification.get("title")
    text = title.get("text") if isinstance(title, dict) else title
    lines = text if isinstance(text, list) else [text]
    return " ".join(line for line in lines if isinstance(line, str))[:200]


def with_files(specification: dict[str, Any], context: Context) -> dict[str, Any]:
    """The specification with data of files beside the notebook in it (Altair's ``data_transformers.enable("json")``)."""

    def filled(value: Any) -> Any:
        if isinstance(value, list):
            return [filled(one) for one in value]
        if not isinstance(value, dict):
            return value
        address = value.get("url")
        if isinstance(address, str) and not set(value) - {"url", "format", "name"}:
            values = _read(address, context)
            if values is not None:
                suffix = address.rpartition(".")[2].lower()
                form = value.get("format")
                form = {**({"type": suffix} if suffix != "json" else {}), **(form if isinstance(form, dict) else {})}
                kept = {key: one for key, one in value.items() if key == "name"}
                return {"values": values, **kept, **({"format": form} if form else {})}
        return {key: filled(one) for key, one in value.items()}

    try:
        found: dict[str, Any] = filled(specification)
    except RecursionError:
        return specification
    return found


def _read(address: str, context: Context) -> object:
    """The data of a file by its path from the notebook; None for anything else."""
    parts = urlsplit(address)
    suffix = parts.path.rpartition(".")[2].lower()
    if parts.scheme or parts.netloc or suffix not in {"json", "csv", "tsv", "geojson"}:
        return None
    path = normpath(join(context.folder, unquote(parts.path)))
    if path.startswith(("../", "/")):
        return None
    try:
        text = context.files.read(path).decode("utf-8", "replace")
    except OSError:
        return None
    return parsed(text) if suffix.endswith("json") else text


def _page(text: str, title: str, *, lite: bool, installed: bool) -> str:
    mode = "vega-lite" if lite else "vega"
    body = (
        '<div id="nbwiki-figure" style="display:inline-block"></div>\n<script>\n'
        f'window.nbwikiDrawn = vegaEmbed("#nbwiki-figure", {script_safe(text)}, {{"mode": "{mode}"}})'
        '.catch((error) => { document.getElementById("nbwiki-figure").textContent = error; });\n</script>'
    )
    scripts = (_bundle(),) if installed else ()
    return page(title or "Vega figure", scripts, body, links=() if installed else _CDN)


@functools.lru_cache(maxsize=1)
def _bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one module; 0.9 MB, 1.5 seconds to make."""
    import vl_convert

    make: Any = vl_convert.javascript_bundle  # its type says that a snippet must be given
    bundle: str = make()
    return f"{{{bundle}}}"  # a block of its own: the module's short names are no names of the page


@functools.lru_cache(maxsize=64)
def _drawn(text: str, lite: bool) -> bytes | None:
    """The picture of a specification; kept, as drawing one takes longer than converting its whole notebook."""
    if find_spec("vl_convert") is None:
        return None
    import vl_convert

    draw = vl_convert.vegalite_to_png if lite else vl_convert.vega_to_png
    try:
        picture: bytes = draw(text, scale=_SCALE, allowed_base_urls=[])
    except ValueError:  # what the library raises for any specification that it can't draw
        return None
    return picture


_MAX_ROWS = 1_000_000
_MAX_SIDE = 4000
"""What a specification may ask for: rows that it makes up, and CSS pixels. It is drawn in this process, without a limit
of time; what a person looks at is far below."""


def is_modest(specification: dict[str, Any]) -> bool:
    """Whether no generator makes up more rows, and no view is larger, than a person's figure would."""
    waiting: list[Any] = [specification]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            sides = [value.get(name) for name in ("width", "height")]
            if any(isinstance(side, int | float) and side > _MAX_SIDE for side in sides):
                return False
            for name in ("sequence", "graticule"):
                if name in value and not _is_short(value[name]):
                    return False
            waiting += value.values()
    return True


def _is_short(generator: object) -> bool:
    """Whether a sequence has few members; steps may come as expressions, which nobody can tell."""
    if not isinstance(generator, dict):
        return generator is True
    start, stop, step = (generator.get(name, default) for name, default in (("start", 0), ("stop", 0), ("step", 1)))
    if not all(isinstance(number, int | float) for number in (start, stop, step)):
        return isinstance(step, list)
    return bool(step) and abs((stop - start) / step) <= _MAX_ROWS


def stands_alone(specification: dict[str, Any]) -> bool:
    """Whether drawing it needs nothing but itself: no addresses, and no picture marks, whose data may be addresses."""
    waiting: list[Any] = [specification]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            mark = value.get("mark")
            kind = mark.get("type") if isinstance(mark, dict) else mark
            if "url" in value or kind == "image" or value.get("type") == "image":
                return False
            waiting += value.values()
    return True
