"""What HTML attributes and CSS declarations say, as far as the model can keep it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from converters.model import Align, Mark

MARK_TAGS: Mapping[str, Mark] = {
    "b": Mark.STRONG, "strong": Mark.STRONG, "i": Mark.EM, "em": Mark.EM, "cite": Mark.EM, "var": Mark.EM,
    "dfn": Mark.EM, "s": Mark.STRIKE, "strike": Mark.STRIKE, "del": Mark.STRIKE, "u": Mark.UNDERLINE,
    "ins": Mark.UNDERLINE, "code": Mark.CODE, "tt": Mark.CODE, "samp": Mark.CODE, "sub": Mark.SUB,
    "sup": Mark.SUP, "kbd": Mark.KBD, "mark": Mark.HIGHLIGHT, "small": Mark.SMALL,
}  # fmt: skip

_NAMED = {
    "black": "#000000", "white": "#ffffff", "red": "#ff0000", "green": "#008000", "blue": "#0000ff",
    "yellow": "#ffff00", "orange": "#ffa500", "purple": "#800080", "gray": "#808080", "grey": "#808080",
    "silver": "#c0c0c0", "maroon": "#800000", "navy": "#000080", "teal": "#008080", "olive": "#808000",
    "lime": "#00ff00", "aqua": "#00ffff", "cyan": "#00ffff", "magenta": "#ff00ff", "fuchsia": "#ff00ff",
    "brown": "#a52a2a", "pink": "#ffc0cb", "lightgreen": "#90ee90", "lightblue": "#add8e6",
    "lightgray": "#d3d3d3", "lightgrey": "#d3d3d3", "darkorange": "#ff8c00", "crimson": "#dc143c",
    "steelblue": "#4682b4", "darkgreen": "#006400", "darkblue": "#00008b", "darkred": "#8b0000",
}  # fmt: skip
_RGB = re.compile(r"rgba?\(\s*(\d+)\s*[, ]\s*(\d+)\s*[, ]\s*(\d+)")
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(px|in|cm|mm|pt)?\s*$")
_PER_PX = {"px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72}


def color(value: str) -> str:
    """A CSS colour as ``#rrggbb``; empty where it is none that we know."""
    if not value:
        return ""
    value = value.replace("!important", "").strip().lower()
    if re.fullmatch(r"#[0-9a-f]{6}(?:[0-9a-f]{2})?", value):
        return value[:7]
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(c * 2 for c in value[1:])
    if match := _RGB.match(value):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in match.groups())
    return _NAMED.get(value, "")


def declarations(style: str) -> dict[str, str]:
    """CSS declarations by property name, both in lower case."""
    return {m[1].lower(): m[2].strip().lower() for m in _DECLARATION.finditer(style)}


def colors_of(attributes: Mapping[str, str]) -> tuple[str, str]:
    """Text colour and background of an element; empty where not given."""
    css = declarations(attributes.get("style", ""))
    return colors_in(css, attributes.get("color", ""), attributes.get("bgcolor", ""))


def colors_in(css: Mapping[str, str], text: str = "", back: str = "") -> tuple[str, str]:
    """Text colour and background of CSS declarations, else of the two attribute values."""
    background = css.get("background-color") or css.get("background", "") or back
    return color(css.get("color", "") or text), color(background)


def align_of(attributes: Mapping[str, str], css: Mapping[str, str] | None = None) -> Align | None:
    """Alignment of an element, by style, else by the ``align`` attribute."""
    rules = declarations(attributes.get("style", "")) if css is None else css
    match rules.get("text-align", "") or attributes.get("align", "").lower():
        case "left" | "start":
            return "left"
        case "center" | "middle":
            return "center"
        case "right" | "end":
            return "right"
        case _:
            return None


def pixels(attributes: Mapping[str, str], name: str) -> int | None:
    """A size in CSS pixels, by style or attribute; None for automatic, percent and nonsense."""
    value = attributes.get(name, "")
    if not value and "style" in attributes:
        value = declarations(attributes["style"]).get(name, "")
    match = _SIZE.match(value)
    if not match:
        return None
    size = round(float(match[1]) * _PER_PX[match[2] or "px"])
    return size if 0 < size <= 20_000 else None
