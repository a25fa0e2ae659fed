"""Pictures as wikis show them: SVG and rare formats as PNG, bytes of all others untouched, sizes for sharp screens."""

from __future__ import annotations

import functools
import hashlib
import html
import io
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from converters.model import Asset
from converters.options import Kept
from converters.transforms.formats import converted
from converters.transforms.kept import PICTURES, kept_value
from converters.transforms.raster import REMEMBERED, Unreadable, opened

PAGE_WIDTH = 760
"""Width in CSS pixels of a page's text column. Source: Confluence Cloud's default (fixed) page width."""

WEB_TYPES = frozenset({"image/png", "image/jpeg", "image/gif"})
"""Raster formats that every target shows."""

_DENSE_DPI = 150
"""From this resolution on a picture is meant for more than one device pixel to a CSS pixel (96 to the inch, with slack)."""

_READABLE_PX = 320
"""CSS pixels that a dense picture isn't shown below, as long as it is sharp: a 600-dpi figure of 3 cm is for zooming."""

_MAX_SIDE = 4000
"""Pixels that an SVG is drawn to at most, so that no document can ask for gigabytes."""

_LONGEST = 1e7
"""CSS pixels beyond which a side of an SVG is nonsense (infinite, even)."""

_TWICE = re.compile(r"@2x(?:\.\w+)?\Z", re.IGNORECASE)
"""The mark in a file's name for twice the pixels. Source: Apple's and Android's habit, kept by many tools."""

_ROOT = re.compile(r"<svg\b[^>]*>", re.IGNORECASE)
_LENGTH = re.compile(r"\b(width|height)\s*=\s*[\"']\s*([\d.]+)\s*(px|pt|pc|in|mm|cm|em|ex)?\s*[\"']", re.IGNORECASE)
_VIEW_BOX = re.compile(r"viewBox\s*=\s*[\"']\s*[-\d.eE]+[\s,]+[-\d.eE]+[\s,]+([\d.eE+]+)[\s,]+([\d.eE+]+)")
_UNITS = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "em": 16.0,
    "ex": 8.0,
}
_TEXT = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)
_FAMILY = re.compile(
    r"(?P<before>font-family\s*=\s*\")(?P<names>[^\"<>]{1,500})|(?P<before1>font-family\s*=\s*')(?P<names1>[^'<>]{1,500})"
    r"|(?P<before2>font-family\s*:\s*)(?P<names2>(?:'[^'<>]{0,100}'|[\w\-, .]|&\w+;){1,100})"
)
_GENERIC = re.compile(r"\b(?:sans-serif|serif|monospace|cursive|fantasy)\b")
_MONOSPACE = re.compile(r"mono|courier|consolas|menlo|code", re.IGNORECASE)
_SERIF = re.compile(r"times|georgia|garamond|palatino|roman|cambria|(?<!sans[ \-])serif", re.IGNORECASE)
_HREF = re.compile(r"(href\s*=\s*)([\"'])(?!\s*(?:#|data:image/))[^\"']*\2", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def svg_size(svg: str) -> tuple[float, float]:
    """Width and height of an SVG in CSS pixels, (0, 0) where it names none."""
    root = _ROOT.search(svg)
    if root is None:
        return 0.0, 0.0
    try:
        found = {
            name.lower(): float(number) * _UNITS[(unit or "").lower()]
            for name, number, unit in _LENGTH.findall(root[0])
        }
        box = _VIEW_BOX.search(root[0])
        wide, high = (float(box[1]), float(box[2])) if box else (0.0, 0.0)
    except ValueError:
        return 0.0, 0.0
    width, height = found.get("width", 0.0), found.get("height", 0.0)
    if width and not height and wide:
        height = width * high / wide
    elif height and not width and high:
        width = height * wide / high
    wide, high = (width, height) if width and height else (wide, high)
    return (wide, high) if 0 < wide < _LONGEST and 0 < high < _LONGEST else (0.0, 0.0)


@functools.lru_cache(maxsize=64)
def svg_to_png(svg: str, kept: Kept | None = None) -> tuple[bytes, int, int] | None:
    """A PNG at twice the CSS size, and that size; None where the SVG can't be drawn.

    Files that an SVG names are never opened: only ``#fragments`` and pictures inside it stay.
    """
    if "<text" in svg and not svg.isascii():  # maybe in fonts of this machine, which come and go
        return _drawn(svg)
    found: tuple[bytes, int, int] | None = kept_value(
        kept, PICTURES, f"svg {svg}", tuple[bytes, int, int] | None, lambda: _drawn(svg)
    )
    return found


def _drawn(svg: str) -> tuple[bytes, int, int] | None:
    import resvg_py

    width, height = svg_size(svg)
    side = max(width, height)
    zoom = min(2.0, _MAX_SIDE / side) if side else 2.0
    # A box to fit into, not the zoom: a drawing that is larger than it says would take gigabytes, and end the process.
    box = (max(1, round(width * zoom)), max(1, round(height * zoom))) if side else (2 * PAGE_WIDTH, 2 * PAGE_WIDTH)
    svg = _CONTROL.sub("", _HREF.sub(r"\1\2\2", svg))
    svg = _FAMILY.sub(_with_generic, svg) if "<text" in svg else svg
    try:
        # On white paper, as notebooks show it: black text on nothing is gone on a dark page.
        png = bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg, dpi=96, width=box[0], height=box[1], background="#ffffff", **_fonts(svg)
            )
        )
    except (ValueError, RuntimeError):
        return None
    if len(png) < 24:
        return None
    wide, high = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    return png, max(1, round(wide / zoom)), max(1, round(high / zoom))


def _fonts(svg: str) -> Mapping[str, Any]:
    """Which fonts a drawing is set in: DejaVu, which comes with matplotlib, so that each machine makes the same picture.

    The machine's own are asked for letters that DejaVu lacks. Without any a drawing would lose its words.
    """
    if "<text" not in svg:
        return {"skip_system_fonts": True}
    return {
        "font_dirs": [_font_folder()],
        "skip_system_fonts": svg.isascii() or not unknown_letters(svg),
        "font_family": "DejaVu Sans",
        "serif_family": "DejaVu Serif",
        "sans_serif_family": "DejaVu Sans",
        "monospace_family": "DejaVu Sans Mono",
    }


def _with_generic(match: re.Match[str]) -> str:
    """A list of fonts that ends in a kind of font, which is taken where this machine has none of those named."""
    before, names = next(pair for pair in zip(match.groups()[::2], match.groups()[1::2], strict=True) if pair[0])
    if _GENERIC.search(names):
        return match[0]
    kind = "monospace" if _MONOSPACE.search(names) else "serif" if _SERIF.search(names) else "sans-serif"
    return f"{before}{names.rstrip()}, {kind}"


@functools.cache
def _font_folder() -> str:
    """Where matplotlib's fonts are. It isn't imported for that, if they are where its wheels have them: that takes long."""
    spec = find_spec("matplotlib")
    for folder in spec.submodule_search_locations or () if spec else ():
        if Path(folder, "mpl-data/fonts/ttf/DejaVuSans.ttf").is_file():
            return str(Path(folder, "mpl-data/fonts/ttf"))
    from matplotlib import get_data_path

    return f"{get_data_path()}/fonts/ttf"


def unknown_letters(svg: str) -> str:
    """Letters of a drawing's text that the font at hand lacks, each once."""
    text = html.unescape(" ".join(_TEXT.findall(svg)))
    return "".join(sorted({letter for letter in text if letter > "\x7f" and ord(letter) not in _letters()}))


@functools.cache
def _letters() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(f"{_font_folder()}/DejaVuSans.ttf").get_charmap())


def svg_losses(svg: str) -> str:
    """What a picture of this SVG may lack, in words for its author; empty where that is nothing."""
    if "<foreignObject" in svg:
        return "HTML inside an SVG (foreignObject) can't be drawn: export it with plain SVG text"
    letters = unknown_letters(svg) if "<text" in svg and not svg.isascii() else ""
    return f"letters of an SVG need a font of this machine: {letters[:20]}" if letters else ""


def to_png(data: bytes) -> bytes | None:
    """A WebP, BMP or TIFF (its first page) as PNG without loss; None where it can't be read."""
    made = converted(data)
    if made is None or made[1] == "image/png":
        return made[0] if made else None
    try:
        with opened(made[0]) as picture:
            out = io.BytesIO()
            picture.save(out, "PNG")
            return out.getvalue()
    except Unreadable:
        return None


@functools.lru_cache(maxsize=REMEMBERED)
def shrink(data: bytes, limit: int, kept: Kept | None = None) -> bytes | None:
    """The picture with its longer side brought to ``limit`` pixels (LANCZOS); None where it can't be or is animated."""
    subject = f"small {limit} {hashlib.sha256(data).hexdigest()}"
    made: bytes | None = kept_value(kept, PICTURES, subject, bytes | None, lambda: _smaller(data, limit))
    return made


def _smaller(data: bytes, limit: int) -> bytes | None:
    from PIL import Image as Pillow

    try:
        with opened(data) as picture:
            if getattr(picture, "is_animated", False) or picture.format not in {"PNG", "JPEG"}:
                return None
            kind = picture.format
            share = limit / max(picture.size)
            small = picture.convert("RGBA") if picture.mode == "P" else picture.copy()
            small.thumbnail((limit, limit), Pillow.Resampling.LANCZOS)
            more: dict[str, Any] = {"quality": 90} if kind == "JPEG" else {}
            if "icc_profile" in picture.info:
                more["icc_profile"] = picture.info["icc_profile"]
            if "dpi" in picture.info:  # as large on paper as it was
                more["dpi"] = tuple(float(value) * share for value in picture.info["dpi"])
            out = io.BytesIO()
            small.save(out, kind, **more)
            return out.getvalue()
    except (Unreadable, MemoryError):
        return None


def css_size(asset: Asset, metadata: Mapping[str, object] | None = None) -> tuple[int | None, int | None]:
    """What a reader should see, in CSS pixels: as the kernel asked, else natural, as on paper for dense pictures.

    Never wider than the page. (None, None) where the size isn't known.
    """
    width, height = asset.width, asset.height
    asked = _positive(metadata.get("width")) if metadata else None
    asked_height = _positive(metadata.get("height")) if metadata else None
    if not width or not height:
        return asked, asked_height
    wide: float = width
    if asked:
        wide = asked
    elif asked_height:
        wide = width * asked_height / height
    elif (dpi := _dpi(asset)) >= _DENSE_DPI:
        wide = max(width * 96 / dpi, min(width / 2, _READABLE_PX))  # its size on paper
    elif _TWICE.search(asset.name):
        wide = width / 2
    wide = min(wide, PAGE_WIDTH)
    high = asked_height if asked and asked_height and wide == asked else wide * height / width
    return max(1, round(wide)), max(1, round(high))


def _positive(value: object) -> int | None:
    if isinstance(value, str):
        value = float(value.removesuffix("px")) if value.removesuffix("px").replace(".", "", 1).isdigit() else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(value) if 0 < value < 100_000 else None


def _dpi(asset: Asset) -> float:
    """A picture's resolution by its own header, 0 where it names none."""
    data = asset.data
    if asset.mime == "image/png":
        at = data.find(b"pHYs", 8, 4096)
        # Four bytes for each axis in pixels a metre, then the unit: 1. Source: PNG specification, pHYs.
        if at > 0 and data[at + 12 : at + 13] == b"\x01":
            return int.from_bytes(data[at + 4 : at + 8], "big") * 0.0254
        return 0.0
    if asset.mime == "image/jpeg" and data[6:11] == b"JFIF\0" and data[13:14] in {b"\x01", b"\x02"}:
        density = int.from_bytes(data[14:16], "big")
        return density * (2.54 if data[13] == 2 else 1.0)
    return 0.0
