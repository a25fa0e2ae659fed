"""LaTeX → a PNG of twice the CSS size with its depth below the text line.

matplotlib's mathtext sets most of it and refuses honestly what it doesn't know; matrices, cases, aligned lines and large
delimiters go to ziamath, where every macro is one that it knows (it drops others silently).
"""

from __future__ import annotations

import functools
import io
import re
import warnings
from typing import Any
from xml.etree import ElementTree as ET

from converters.transforms.chemistry import plainer
from converters.transforms.kept import Picture
from converters.transforms.math_rules import quick_row, quick_styles, ruled_table
from converters.transforms.mathml import to_mathml
from converters.transforms.mathtext import Refused, one_line
from converters.transforms.mathtext_boxes import Unread, raster
from converters.transforms.tex_macros import COMMON, Macros

_X_HEIGHT_PX = 8.2
"""Height of a small x in Confluence's body text, 16 px of a sans serif face, in CSS pixels.

Source: 0.51 to 0.55 of the font size in Atlassian Sans, Arial and Segoe UI; measured at the small end, so that capitals
don't stand out.
"""

_FONT_PX = {"mathtext": _X_HEIGHT_PX / 0.450, "ziamath": _X_HEIGHT_PX / 0.478}
"""Font sizes at which the two engines' faces, STIX and STIX Two Math, have that x-height. Source: their OS/2 tables."""

_DISPLAY_SCALE = 1.1
"""How much larger an equation on a line of its own is set."""

_MARGIN = 2
"""Device pixels of paper around the ink, so that no stroke touches the edge on a dark page."""

_NEGATIVE = [255 - value for value in range(256)]
_DENSITY = 2
_MAX_SIDE = 8000
"""Device pixels; an equation that is larger is none that a page could show."""

_MAX_TEX = 4000
"""Longer LaTeX isn't set: no person reads such an equation, and layout time grows with its square."""

_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_TEXT_WITH_MATH = re.compile(r"\\(text|textrm|textnormal|mbox|hbox)\s*\{([^{}]*\$[^$]*\$(?:[^{}]|\{[^{}]*\})*)\}")
_LINE_END = re.compile(r"(?:\\\\(?:\s*\[[^\]\n]*(?:pt|em|ex|mm|cm|in|px)\])?(?:\\(?=\s))?\s*)+")
_LAST_LINE_END = re.compile(r"(?:\\\\\s*)+(\\end\{|\Z)")
_WHOLE = re.compile(r"\s*\\begin\{(equation|displaymath|math)\*?\}(.*)\\end\{\1\*?\}\s*", re.DOTALL)
_ONE_ROW = re.compile(
    r"\s*\\begin\{(align|aligned|gather|gathered|split|multline)\*?\}((?:(?!\\\\|\\begin).)*)\\end\{\1\*?\}\s*",
    re.DOTALL,
)
_LONE = re.compile(r"(?<!\\)((?:\\\\)*)\\\Z")
"""What is left of an escaped blank at the end."""

_NEGATED = {
    "=": "\\neq ", "\\in": "\\notin ", "\\subset": "⊄", "\\subseteq": "⊈", "\\equiv": "≢", "\\sim": "≁", "<": "≮", ">": "≯",
    "\\exists": "∄", "\\mid": "∤", "\\parallel": "∦", "\\approx": "≉", "\\cong": "≇", "\\ni": "∌", "\\leq": "≰", "\\geq": "≱",
}  # fmt: skip
_NOT = re.compile(r"\\not\s*(\\[A-Za-z]+|[=<>])")
_OLD_FONT = re.compile(r"\{\s*\\(bf|rm|it|tt|sf|cal)(?![A-Za-z])\s*([^{}]*)\}")
_PLAIN = (
    (re.compile(r"\\pmod\s*(?:\{([^{}]*)\}|(\w))"), r"\\quad(\\mathrm{mod}\\ \1\2)"),
    (re.compile(r"\\bmod(?![A-Za-z])"), r"\\;\\mathrm{mod}\\;"),
    (_OLD_FONT, r"{\\math\1{\2}}"),
    (re.compile(r"\\(bf|rm|it|tt|sf|cal)(?![A-Za-z])\s*([A-Za-z0-9 ]+)"), r"\\math\1{\2}"),
    (re.compile(r"\\cr(?![A-Za-z])"), r"\\\\ "),
)
_SHOWN = re.compile(
    r"\\(?:begin|end)\{[^}]*\}(?:\{[lcr|]*\})?|\\(?:text)?color\s*\{[^}]*\}|\\(?:tag|label)\*?|\\[A-Za-z]+\*?|[^A-Za-z0-9]"
)
"""Everything in LaTeX that need not be a letter or digit on paper."""

_SILENT = re.compile(
    r"\\label\s*\{[^{}]*\}|\\phantom\s*\{[^{}]*\}|\\(?:hspace|vspace)\*?\s*\{[^{}]*\}|\\\\\s*\[[^\]]*\]"
)


_COMMON = Macros(COMMON)


@functools.lru_cache(maxsize=2048)
def equation_picture(tex: str, *, display: bool) -> Picture | None:
    """The picture of an equation; None where it can't be set faithfully. Same LaTeX, same bytes."""
    tex = _COMMON.expand(_cleaned(tex))
    if not tex or len(tex) > _MAX_TEX:
        return None
    return _mathtext(tex, display=display) or _ziamath(tex, display=display)


def _cleaned(tex: str) -> str:
    """LaTeX with what pictures can't carry or authors write by habit brought into plain form.

    Markdown's doubled backslashes stand for one line end; an environment around one line is that line.
    """
    tex = _COMMENT.sub("", tex)
    tex = plainer(_TEXT_WITH_MATH.sub(_parted, tex))
    if "\\not" in tex:
        tex = _NOT.sub(lambda m: _NEGATED.get(m[1], m[0]), tex)
    for rule, replacement in _PLAIN:
        tex = rule.sub(replacement, tex)
    tex = _LINE_END.sub(r"\\\\ ", tex)
    tex = _LAST_LINE_END.sub(r"\1", tex)
    for pattern in (_WHOLE, _ONE_ROW):
        match = pattern.fullmatch(tex)
        if match:
            tex = match[2]
    return _LONE.sub(r"\1", tex.strip())


def _parted(match: re.Match[str]) -> str:
    r"""``\text{where $x$ is}`` as text, equation, text."""
    parts = match[2].split("$")
    if len(parts) % 2 == 0:
        return match[0]
    return "".join(part if i % 2 else f"\\{match[1]}{{{part}}}" if part else "" for i, part in enumerate(parts))


@functools.cache
def _parser() -> Any:
    from matplotlib.mathtext import MathTextParser

    return MathTextParser("agg")


@functools.cache
def _letters() -> frozenset[int]:
    """Characters that mathtext's font has; for others it draws a box, without an error."""
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(f"{get_data_path()}/fonts/ttf/STIXGeneral.ttf").get_charmap())


def _mathtext(tex: str, *, display: bool) -> Picture | None:
    from PIL import Image as Pillow

    if not tex.isascii() and not _letters().issuperset(ord(c) for c in tex if c > "\x7f"):
        return None
    points = _FONT_PX["mathtext"] * 72 / 96 * (_DISPLAY_SCALE if display else 1.0)
    try:
        parsed = _parsed(one_line(tex, display=display), points)
    except (ValueError, RuntimeError, KeyError, RecursionError):  # what mathtext raises for what it doesn't know
        return None
    ink = Pillow.fromarray(parsed.image)
    if not ink.width or not ink.height:
        return None
    # mathtext leaves a pixel of paper below what it calls the depth
    return _framed(ink.convert("L").point(_NEGATIVE), ink.height - parsed.depth - 1, display=display)


def _parsed(line: str, points: float) -> Any:
    """A line as mathtext draws it: white on black, with the depth below the text line. Raises what mathtext does."""
    try:
        return raster(line, points, 96 * _DENSITY)
    except Unread:
        from matplotlib.font_manager import FontProperties

        style = FontProperties(size=points, math_fontfamily="stix")
        return _parser().parse(f"${line}$", dpi=96 * _DENSITY, prop=style)


def _ziamath(tex: str, *, display: bool) -> Picture | None:
    """Set by ziamath, drawn by resvg; None where something isn't known to be set faithfully."""
    import resvg_py
    from PIL import Image as Pillow

    size = _FONT_PX["ziamath"] * (_DISPLAY_SCALE if display else 1.0)
    try:
        tree = to_mathml(tex, display=display)
        _known_letters(tree)
        root = _math()(tree, size=size).svgxml()
        if sum(1 for _ in root.iter("use")) < len(_SHOWN.sub("", _SILENT.sub("", tex))):
            return None  # it has lost something
        svg = ET.tostring(root, encoding="unicode")
        _, top, width, height = map(float, root.get("viewBox", "0 0 0 0").split())
        if (
            not max(width, height) * _DENSITY <= _MAX_SIDE
        ):  # before resvg asks for that much memory, and ends the process
            return None
        png = bytes(
            resvg_py.svg_to_bytes(svg_string=svg, dpi=96, zoom=_DENSITY, background="#ffffff", skip_system_fonts=True)
        )
        drawn = Pillow.open(io.BytesIO(png)).convert("RGB" if "color" in tex else "L")
    except _refusals():
        return None
    return _framed(drawn, -top * _DENSITY, display=display)


def _known_letters(tree: ET.Element) -> None:
    """Raises Refused for characters that the font lacks; ziamath would draw a box."""
    font = _font()
    for text in tree.itertext():
        for letter in text:
            if letter > "\x7f" and not letter.isspace() and letter not in _INVISIBLE and not font.glyphindex(letter):
                raise Refused(f"no glyph for {letter}")


_INVISIBLE = frozenset("\u2061\u2062\u2063\u2064\u200b")


def _framed(drawn: Any, baseline: float, *, display: bool) -> Picture | None:
    """The picture cut to its ink; ``baseline`` is the text line's row, counted in device pixels from the top.

    Wikis put the middle of a picture half an x-height above the text line (``vertical-align: middle``), so an equation
    in running text gets paper above or below until that is where its own line runs. Black on white, not on nothing: a
    page in dark mode must not swallow it.
    """
    from PIL import Image as Pillow

    box = drawn.convert("L").point(_NEGATIVE).getbbox()
    if box is None:
        return None
    if max(box[2] - box[0], box[3] - box[1]) > _MAX_SIDE:
        return None
    left, top, right, bottom = box[0] - _MARGIN, box[1] - _MARGIN, box[2] + _MARGIN, box[3] + _MARGIN
    if not display:
        middle = baseline - _X_HEIGHT_PX * _DENSITY / 2
        half = max(middle - top, bottom - middle)
        top, bottom = round(middle - half), round(middle + half)
    # Whole CSS pixels: a browser that scales by a fraction blurs the strokes.
    right += (left - right) % _DENSITY
    bottom += (top - bottom) % _DENSITY
    page = Pillow.new(drawn.mode, (right - left, bottom - top), "white")
    page.paste(drawn, (-left, -top))
    out = io.BytesIO()
    page.save(out, "PNG")
    return Picture(
        out.getvalue(), page.width / _DENSITY, page.height / _DENSITY, max(0.0, (bottom - baseline) / _DENSITY)
    )


@functools.cache
def _math() -> Any:
    """Ziamath's class for MathML; its import opens its font in a way that Python deprecates, which is not our news."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from ziamath.zmath import Math

    quick_row()
    quick_styles()
    ruled_table()
    return Math


@functools.cache
def _font() -> Any:
    _math()
    from ziamath import zmath

    return zmath.loadedfonts["default"]


@functools.cache
def _refusals() -> tuple[type[Exception], ...]:
    """What ziamath and latex2mathml raise for LaTeX that they can't read: their own errors share no base class."""
    from latex2mathml import exceptions

    own = [kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    builtin = (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        RuntimeError,
        StopIteration,
        SyntaxError,
        TypeError,
    )
    return (*own, *builtin, ValueError)
