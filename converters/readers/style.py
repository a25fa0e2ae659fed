"""What HTML attributes and CSS declarations say, as far as the model can keep it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

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
_RGB = re.compile(r"rgba?\(\s{0,9}(\d{1,9})\s{0,9}[, ]\s{0,9}(\d{1,9})\s{0,9}[, ]\s{0,9}(\d{1,9})")
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
_SIZE = re.compile(r"\s*+(\d{1,9}(?:\.\d{1,20})?)\s*+(px|in|cm|mm|pt|em|rem|%|vw)?\s*+$")
_TEXT_WIDTH_PX = 760
"""Width of a page's text. Source: Confluence Cloud's default page layout; Notion's is 708, and sizes nothing."""
_PER_PX = {
    "px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72, "em": 16.0, "rem": 16.0,
    "%": _TEXT_WIDTH_PX / 100, "vw": _TEXT_WIDTH_PX / 100,
}  # fmt: skip


_KEPT_CHARS = 200
"""Longer values aren't kept: those that come again, from cell to cell of a table, are short."""


def color(value: str) -> str:
    """A CSS colour as ``#rrggbb``; empty where it is none that we know."""
    if not value:
        return ""
    return _kept_color(value) if len(value) <= _KEPT_CHARS else _color(value)


def _color(value: str) -> str:
    value = value.replace("!important", "").strip().lower()
    if re.fullmatch(r"#[0-9a-f]{6}(?:[0-9a-f]{2})?", value):
        return value[:7]
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(c * 2 for c in value[1:])
    if match := _RGB.match(value):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in match.groups())
    return _NAMED.get(value, "")


_kept_color = lru_cache(maxsize=1024)(_color)


def is_light(shade: str) -> bool:
    """Whether text of this colour can't be read on a page's white."""
    return bool(shade) and all(int(shade[at : at + 2], 16) > 0xC8 for at in (1, 3, 5))


def declarations(style: str) -> dict[str, str]:
    """CSS declarations by property name, both in lower case. Not to be changed: equal styles share one."""
    if not style:
        return {}
    return _kept_declarations(style) if len(style) <= _KEPT_CHARS else _declarations(style)


def _declarations(style: str) -> dict[str, str]:
    return {m[1].lower(): m[2].strip().lower() for m in _DECLARATION.finditer(style)}


_kept_declarations = lru_cache(maxsize=1024)(_declarations)


def colors_in(css: Mapping[str, str], text: str = "", back: str = "") -> tuple[str, str]:
    """Text colour and background of CSS declarations, else of the two attribute values."""
    background = css.get("background-color") or css.get("background", "") or back
    return color(css.get("color", "") or text), color(background)


_MARKING = frozenset({"font-weight", "font-style", "text-decoration", "text-decoration-line", "vertical-align"})


def marks_in(css: Mapping[str, str], marks: frozenset[Mark]) -> frozenset[Mark]:
    """The marks with those that CSS declarations add or take away."""
    if css.keys().isdisjoint(_MARKING):
        return marks
    weight, slant = css.get("font-weight", ""), css.get("font-style", "")
    if weight in {"bold", "bolder", "600", "700", "800", "900"}:
        marks = marks | {Mark.STRONG}
    elif weight in {"normal", "400", "lighter", "300"}:
        marks = marks - {Mark.STRONG}
    if slant in {"italic", "oblique"}:
        marks = marks | {Mark.EM}
    elif slant == "normal":
        marks = marks - {Mark.EM}
    line = css.get("text-decoration", "") + css.get("text-decoration-line", "")
    if "underline" in line:
        marks = marks | {Mark.UNDERLINE}
    if "line-through" in line:
        marks = marks | {Mark.STRIKE}
    raised = {"super": Mark.SUP, "sub": Mark.SUB}.get(css.get("vertical-align", ""))
    return marks | {raised} if raised else marks


def picture_align(attributes: Mapping[str, str]) -> Align | None:
    """Where a picture stands: by its ``align``, by ``float``, or by margins that centre it."""
    if not ("align" in attributes or "style" in attributes or "fig-align" in attributes):
        return None
    if "fig-align" in attributes:
        return align_of({"align": attributes["fig-align"]})
    css = declarations(attributes.get("style", ""))
    if css.get("margin-left") == "auto" and css.get("margin-right") == "auto":
        return "center"
    if css.get("margin", "").endswith("auto"):
        return "center"
    return align_of(attributes, {"text-align": css.get("float", "")})


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
    """A size in CSS pixels, by style or attribute; None for automatic and nonsense, and for heights in percent."""
    value = attributes.get(name, "")
    if "style" in attributes:
        value = declarations(attributes["style"]).get(name, "") or value
    match = _SIZE.match(value)
    if not match or (match[2] == "%" and name != "width"):
        return None
    size = round(float(match[1]) * _PER_PX[match[2] or "px"])
    return size if 0 < size <= 20_000 else None
