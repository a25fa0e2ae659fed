"""Vega-Lite figures drawn here, where the notebook carries no picture of them and the ``[plots]`` extra is installed.

The renderer (vl-convert) needs no browser, but would fetch what a specification names: those that name anything
outside of themselves are not drawn. Source: tried with a local server; ``allowed_base_urls`` holds data back, but not
pictures and files.
"""

from __future__ import annotations

import functools
import json
from importlib.util import find_spec
from typing import Any

from converters.model import Form

VEGA_LITE = "application/vnd.vegalite."
_SCALE = 2
"""Pixels to a CSS pixel: sharp on high-density screens."""


def vega_lite_picture(forms: dict[str, Form]) -> bytes | None:
    """A PNG of the bundle's Vega-Lite figure at 2 pixels to a CSS pixel; None if there is none that may be drawn."""
    form = next((form for kind, form in forms.items() if kind.startswith(VEGA_LITE)), None)
    if form is None or find_spec("vl_convert") is None:
        return None
    return _drawn(form.text)


@functools.lru_cache(maxsize=64)
def _drawn(text: str) -> bytes | None:
    """The picture of a specification; kept, as drawing one takes longer than converting its whole notebook."""
    try:
        specification = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(specification, dict) or not stands_alone(specification):
        return None
    import vl_convert

    try:
        picture: bytes = vl_convert.vegalite_to_png(json.dumps(specification), scale=_SCALE, allowed_base_urls=[])
    except ValueError:  # what the library raises for any specification that it can't draw
        return None
    return picture


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
