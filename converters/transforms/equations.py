"""LaTeX → a PNG of twice the CSS size with its depth below the text line.

matplotlib's mathtext sets most of it and refuses honestly what it doesn't know; matrices, cases and aligned lines go
to ziamath, where every macro is one that it knows (it drops others silently).
"""

from __future__ import annotations

import functools
import io
import re
import warnings
from typing import Any
from xml.etree import ElementTree as ET

import msgspec

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

_DENSITY = 2
_MAX_TEX = 4000
"""Longer LaTeX isn't set: no person reads such an equation, and layout time grows with its square."""

_SIMPLE: tuple[tuple[str, str], ...] = (
    (r"\\[dt]frac\b", r"\\frac"),
    (r"\\[dt]binom\b", r"\\binom"),
    (r"\\textbf\s*\{", r"\\mathbf{"),
    (r"\\(?:textit|emph)\s*\{", r"\\mathit{"),
    (r"\\texttt\s*\{", r"\\mathtt{"),
    (r"\\(?:boldsymbol|bm|pmb)\b\s*(?=\{)", r"\\mathbf"),
    (r"\\(?:boldsymbol|bm|pmb)\b\s*(\\[A-Za-z]+|\w)", r"\\mathbf{\1}"),
    (r"\\mathop\s*\{\s*\\(?:mathrm|rm)\s*\{?\s*([\w ]+?)\s*\}?\s*\}", r"\\operatorname{\1}"),
    (r"\\operatorname\*", r"\\operatorname"),
    (r"\\DeclareMathOperator\b", r"\\operatorname"),
    (r"\\(?:label|tag\*?|notag|nonumber)(?:\s*\{[^{}]*\})?", ""),
    (r"\\(?:displaystyle|textstyle|limits|nolimits|allowbreak|hfill|noindent)\b", ""),
    (r"\\(?:big|Big|bigg|Bigg)[lrm]?\b", ""),
    (r"\\middle\b", ""),
    (r"\\(?:le)qslant\b", r"\\leq"),
    (r"\\(?:ge)qslant\b", r"\\geq"),
    (r"\\implies\b", r"\\Rightarrow"),
    (r"\\impliedby\b", r"\\Leftarrow"),
    (r"\\iff\b", r"\\Leftrightarrow"),
    (r"\\land\b", r"\\wedge"),
    (r"\\lor\b", r"\\vee"),
    (r"\\lnot\b", r"\\neg"),
    (r"\\(?:d|l)?dots[cbomi]?\b", r"\\ldots"),
    (r"\\(?:lvert|rvert)\b", "|"),
    (r"\\(?:lVert|rVert)\b", r"\\Vert "),
    (r"\\argmax\b", r"\\operatorname{arg\\,max}"),
    (r"\\argmin\b", r"\\operatorname{arg\\,min}"),
    (r"\\R\b", r"\\mathbb{R}"),
    (r"\\(?:mathds|mathbbm)\b", r"\\mathbb"),
    (r"\\mathbf\s+(\w)", r"\\mathbf{\1}"),
    (r"\\begin\{(?:equation|displaymath|math|aligned|align|gather|gathered|split|multline|eqnarray)\*?\}", ""),
    (r"\\end\{(?:equation|displaymath|math|aligned|align|gather|gathered|split|multline|eqnarray)\*?\}", ""),
)
"""Common LaTeX that mathtext lacks → what it has and looks alike. Environments only where they hold one line."""

_RULES = tuple((re.compile(pattern), replacement) for pattern, replacement in _SIMPLE)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_TEXT = re.compile(r"\\(?:text|textrm|textnormal|mbox|hbox)\s*\{([^{}$]*)\}")
_TEXT_WITH_MATH = re.compile(r"\\(text|textrm|textnormal|mbox|hbox)\s*\{([^{}]*\$[^$]*\$(?:[^{}]|\{[^{}]*\})*)\}")
_LINE_END = re.compile(r"(?:\\\\(?:\s*\[[^\]\n]*(?:pt|em|ex|mm|cm|in|px)\])?(?:\\(?=\s))?\s*)+")
_LAST_LINE_END = re.compile(r"(?:\\\\\s*)+(\\end\{|\Z)")
_NUMBERED = re.compile(r"\\(begin|end)\{(align|gather|multline|alignat|flalign|eqnarray|equation)\}")
_SHOWN = re.compile(r"\\(?:begin|end)\{[^}]*\}(?:\{[lcr|]*\})?|\\[A-Za-z]+\*?|[^A-Za-z0-9]")
"""Everything in LaTeX that need not be a letter or digit on paper."""

_MACRO = re.compile(r"\\(?:\\|([A-Za-z]+)\*?)")
_MULTILINE = re.compile(r"\\\\|\\begin\{(?:[bBpvV]?matrix|smallmatrix|cases|array|alignedat|alignat)", re.DOTALL)
_ZIAMATH_WRONG = re.compile(r"\\mathop\s*\{|\\operatorname\*|\\ce\b|\\mathbb\s*\{?\s*\d|\\bm\b|(?<!\\)\$")
"""What ziamath sets wrong without a word. Source: measured against MathJax on 684 formulas."""

_ONE = re.compile(r"\\mathbb\s*(?:\{\s*1\s*\}|1)")
_ZIAMATH_DROPPED = re.compile(r"\\(?:label|tag\*?|notag|nonumber)(?:\s*\{[^{}]*\})?")


class Picture(msgspec.Struct, frozen=True):
    """A set equation; sizes in CSS pixels. ``depth`` is how far it reaches below the text line."""

    png: bytes
    width: float
    height: float
    depth: float


@functools.lru_cache(maxsize=2048)
def equation_picture(tex: str, *, display: bool) -> Picture | None:
    """The picture of an equation; None where it can't be set faithfully. Same LaTeX, same bytes."""
    tex = _cleaned(tex)
    if not tex or len(tex) > _MAX_TEX:
        return None
    if _MULTILINE.search(tex) is None:
        picture = _mathtext(_normal(tex), display=display)
        if picture is not None:
            return picture
    return _ziamath(tex, display=display)


def _cleaned(tex: str) -> str:
    """LaTeX with what pictures can't carry or authors write by habit brought into plain form.

    Markdown's doubled backslashes stand for one line end; an equation's number would start at 1 in each picture.
    """
    tex = _COMMENT.sub("", tex)
    tex = _TEXT_WITH_MATH.sub(_parted, tex)
    tex = _LINE_END.sub(r"\\\\ ", tex)
    tex = _LAST_LINE_END.sub(r"\1", tex)
    return _NUMBERED.sub(r"\\\1{\2*}", tex).strip()


def _parted(match: re.Match[str]) -> str:
    r"""``\text{where $x$ is}`` as text, equation, text."""
    parts = match[2].split("$")
    if len(parts) % 2 == 0:
        return match[0]
    return "".join(part if i % 2 else f"\\{match[1]}{{{part}}}" if part else "" for i, part in enumerate(parts))


def _roman(match: re.Match[str]) -> str:
    """Text in upright letters; mathtext drops blanks that aren't escaped."""
    return "\\mathrm{" + match[1].replace(" ", "\\ ") + "}"


def _normal(tex: str) -> str:
    """One line of LaTeX in mathtext's words."""
    tex = _TEXT.sub(_roman, tex)
    for pattern, replacement in _RULES:
        tex = pattern.sub(replacement, tex)
    tex = re.sub(r"(?<!\\)&", " ", tex)
    return " ".join(tex.split()).replace("$", r"\$")


@functools.cache
def _parser() -> Any:
    from matplotlib.mathtext import MathTextParser

    return MathTextParser("agg")


def _mathtext(tex: str, *, display: bool) -> Picture | None:
    from matplotlib.font_manager import FontProperties
    from PIL import Image as Pillow

    points = _FONT_PX["mathtext"] * 72 / 96 * (_DISPLAY_SCALE if display else 1.0)
    style = FontProperties(size=points, math_fontfamily="stix")
    try:
        parsed = _parser().parse(f"${tex}$", dpi=96 * _DENSITY, prop=style)
    except (ValueError, RuntimeError, KeyError, RecursionError):  # what mathtext raises for what it doesn't know
        return None
    ink = Pillow.fromarray(parsed.image).convert("L")
    if not ink.width or not ink.height:
        return None
    # mathtext leaves a pixel of paper below what it calls the depth
    return _framed(Pillow.eval(ink, lambda value: 255 - value), ink.height - parsed.depth - 1, display=display)


def _ziamath(tex: str, *, display: bool) -> Picture | None:
    """Set by ziamath, drawn by resvg; None where a macro isn't one that it is known to set."""
    tex = _ONE.sub(r"\\mathbf{1}", _ZIAMATH_DROPPED.sub("", tex))
    if _ZIAMATH_WRONG.search(tex) or not _known_macros(tex):
        return None
    import resvg_py
    from PIL import Image as Pillow

    size = _FONT_PX["ziamath"] * (_DISPLAY_SCALE if display else 1.0)
    try:
        root = _latex()(tex, size=size, inline=not display).svgxml()
        if sum(1 for _ in root.iter("use")) < len(_SHOWN.sub("", tex)):
            return None  # it has lost something
        svg = ET.tostring(root, encoding="unicode")
        top = float(root.get("viewBox", "0 0 0 0").split()[1])
        png = bytes(resvg_py.svg_to_bytes(svg_string=svg, dpi=96, zoom=_DENSITY, background="#ffffff"))
        drawn = Pillow.open(io.BytesIO(png)).convert("RGB" if "color" in tex else "L")
    except _refusals():
        return None
    return _framed(drawn, -top * _DENSITY, display=display)


def _framed(drawn: Any, baseline: float, *, display: bool) -> Picture | None:
    """The picture cut to its ink; ``baseline`` is the text line's row, counted in device pixels from the top.

    Wikis put the middle of a picture half an x-height above the text line (``vertical-align: middle``), so an equation
    in running text gets paper above or below until that is where its own line runs. Black on white, not on nothing: a
    page in dark mode must not swallow it.
    """
    from PIL import Image as Pillow

    box = Pillow.eval(drawn.convert("L"), lambda value: 255 - value).getbbox()
    if box is None:
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
def _latex() -> Any:
    """Ziamath's class for LaTeX; its import opens its font in a way that Python deprecates, which is not our news."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from ziamath.zmath import Latex

        return Latex


@functools.cache
def _refusals() -> tuple[type[Exception], ...]:
    """What ziamath and latex2mathml raise for LaTeX that they can't read: their own errors share no base class."""
    from latex2mathml import exceptions

    own = [kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    builtin = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, SyntaxError, TypeError)
    return (*own, *builtin, ValueError)


@functools.cache
def _commands() -> frozenset[str]:
    from latex2mathml import commands

    found: set[str] = set()
    for value in vars(commands).values():
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, tuple | list | set | frozenset | dict):
            found.update(item for item in value if isinstance(item, str))
    return frozenset(name[1:] for name in found if name.startswith("\\"))


def _known_macros(tex: str) -> bool:
    from latex2mathml.symbols_parser import convert_symbol

    names = set(_MACRO.findall(tex)) - {"", "begin", "end", "left", "right", "middle"}
    return all(name in _commands() or convert_symbol("\\" + name) is not None for name in names)
