"""What the libraries' modules find in a MIME bundle, and the pieces that their standalone pages are made of."""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import msgspec

from converters.model import Blocks

NAMES = {
    "plotly": "Plotly",
    "vega": "Vega",
    "vega-lite": "Vega-Lite",
    "bokeh": "Bokeh",
    "holoviews": "HoloViews",
    "leaflet": "Leaflet",
    "ipywidgets": "Jupyter widget",
    "htmlwidgets": "R widget",
    "animation": "Animation",
}
"""Libraries as people write them."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One interactive figure. ``page`` is a whole HTML page; where not ``offline`` it works with the internet only.

    ``width`` and ``height`` are in CSS pixels, 0 where they aren't told. ``picture`` draws a PNG at 2 pixels to a CSS
    pixel, without a browser. ``extra`` is what to install for what is missing here. ``blocks`` show it natively instead.
    """

    library: str
    title: str = ""
    page: str = ""
    offline: bool = True
    width: int = 0
    height: int = 0
    picture: Callable[[], bytes | None] | None = None
    extra: str = ""
    reason: str = ""
    """Why there is no offline page or picture, for the author: ``its map comes from the internet``."""
    blocks: Blocks = ()
    hidden: bool = False
    """Whether its author hid it, so that the notebook shows nothing there either."""
    spare: Figure | None = None
    """What holds where the page turns out to draw nothing."""


def page(title: str, scripts: Sequence[str], body: str, *, links: Sequence[str] = ()) -> str:
    """A whole page with these scripts inside of it and ``links`` to others, which need the internet.

    ``body`` holds an element with the id ``nbwiki-figure`` and may set ``window.nbwikiDrawn`` to a promise.
    """
    heads = [f'<script src="{html.escape(link)}"></script>' for link in links]
    heads += [f"<script>{_inside(script)}</script>" for script in scripts]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n{_STYLE}\n"
        + "\n".join(heads)
        + f"\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


@functools.lru_cache(maxsize=8)
def _inside(script: str) -> str:
    """A library's script as it may stand in a page; kept, as libraries are megabytes and serve many figures."""
    return _SCRIPT_END.sub(r"<\\/", script)


_SCRIPT_END = re.compile(r"</(?=script)", re.IGNORECASE)
_STYLE = (
    "<style>body{margin:0;padding:8px;background:#fff;font-family:sans-serif}"
    ".nbwiki-still body{padding:0}.nbwiki-still .modebar,.nbwiki-still .vega-embed>details,"
    ".nbwiki-still .vega-actions{display:none!important}.nbwiki-still .vega-embed{padding:0!important}</style>"
)
"""``nbwiki-still``: the class that a page has while its picture is taken; buttons are of no use there."""


def literal(value: object) -> str:
    """A value as a JavaScript literal that can't end the script it stands in, equal for equal values."""
    return script_safe(compact(value))


def compact(value: object) -> str:
    """A value as JSON without blanks, equal for equal values.

    Quickly where that gives the same text: the fast encoder writes very large and small numbers its own way and null for
    those that JSON doesn't have, and refuses lone surrogates.
    """
    try:
        data = msgspec.json.encode(value)
        if not _otherwise(data, value):
            return data.decode()
    except (TypeError, UnicodeError, ValueError, RecursionError):
        pass
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _otherwise(data: bytes, value: object) -> bool:
    """Whether ``data`` may hold a number of ``value`` that both encoders write differently.

    Such a number may be a part of some text, which costs time only. Where a null was a number, what is read back isn't equal.
    """
    if b"0.0000" in data or _POWER.search(data):
        return True
    return b"null" in data and msgspec.json.decode(data) != value


_POWER = re.compile(rb"e(?<=[0-9]e)[-0-9]")
"""A power of ten, as in ``1e16``; looked for by its letter, of which a search finds the next one quickly."""


def script_safe(text: str) -> str:
    """A JSON text as a literal of JavaScript that can't end the script it stands in."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def parsed(text: str) -> object:
    """A JSON text's value (``NaN`` and ``Infinity`` too, as Python writes them); None for what is none."""
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):  # it takes less than Python's own parser
        pass
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


_DECODER = json.JSONDecoder(strict=False)
_BLANK = re.compile(r"[\s,]*")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")
_CALL_ELEMENT = re.compile(r"document\.getElementById\(\s*[\"']([^\"']*)[\"']\s*\)")


def arguments(text: str, at: int, limit: int = 4) -> list[object]:
    """The values of a call's arguments from position ``at`` on (behind its parenthesis), as far as they are JSON,
    single-quoted strings or elements by their id.
    """
    found: list[object] = []
    while len(found) < limit:
        at = _BLANK.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
        quoted = _QUOTED.match(text, at) or _CALL_ELEMENT.match(text, at)
        if quoted:
            found.append(quoted[1])
            at = quoted.end()
            continue
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append(value)
    return found


def assigned(text: str, names: str) -> object:
    """The JSON value that a script assigns to the first variable of a regular expression's ``names``; None for none.

    The first hundred assignments are tried: figures have one or two, and each that fails costs time.
    """
    for match in islice(re.finditer(rf"\b(?:{names})\s*=\s*(?=[\[{{'\"])", text), 100):
        values = arguments(text, match.end(), 1)
        if values:
            return values[0]
    return None


@functools.lru_cache(maxsize=8)
def package_text(package: str, path: str) -> str:
    """A text file that an installed package carries, such as its JavaScript; empty where there is none.

    The package isn't imported: that takes seconds, and its code isn't needed.
    """
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return ""
    for folder in spec.submodule_search_locations or () if spec else ():
        try:
            return (Path(folder) / path).read_text(encoding="utf-8")
        except OSError:
            continue
    return ""


def css_pixels(value: object) -> int:
    """A size in CSS pixels between 1 and 4,000 (``600``, ``"600px"``), 0 for anything else, percentages among it."""
    if isinstance(value, str):
        text = value.strip().removesuffix("px")
        value = float(text) if text.replace(".", "", 1).isdigit() else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return round(value) if 1 <= value <= 4000 else 0


_STYLED = re.compile(r"\b(width|height)\s*:\s*([\d.]+)px", re.IGNORECASE)


def styled_size(text: str) -> tuple[int, int]:
    """Width and height in CSS pixels of the first styles of an HTML text that name them, 0 where none does."""
    found: dict[str, int] = {}
    for name, number in _STYLED.findall(text[:4000]):
        found.setdefault(name.lower(), css_pixels(number))
    return found.get("width", 0), found.get("height", 0)
