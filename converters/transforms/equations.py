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

import msgspec

_FONT_PX = 16
"""Confluence's body text in CSS pixels. Source: Confluence Cloud's editor styles."""

_DENSITY = 2
_MAX_TEX = 4000
"""Longer LaTeX isn't set: no person reads such an equation, and layout time grows with its square."""

_SIMPLE: tuple[tuple[str, str], ...] = (
    (r"\\[dt]frac\b", r"\\frac"),
    (r"\\[dt]binom\b", r"\\binom"),
    (r"\\(?:text|textrm|textnormal|mbox|hbox)\s*\{", r"\\mathrm{"),
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
_MACRO = re.compile(r"\\(?:\\|([A-Za-z]+)\*?)")
_MULTILINE = re.compile(r"\\\\|\\begin\{(?:[bBpvV]?matrix|smallmatrix|cases|array|alignedat|alignat)", re.DOTALL)
_ZIAMATH_WRONG = re.compile(r"\\mathop\s*\{|\\operatorname\*|\\ce\b|\\mathbb\s*\{?\s*\d|\\bm\b")
"""What ziamath sets wrong without a word. Source: measured against MathJax on 684 formulas."""

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
    tex = _COMMENT.sub("", tex).strip()
    if not tex or len(tex) > _MAX_TEX:
        return None
    if _MULTILINE.search(tex) is None:
        picture = _mathtext(_normal(tex), display=display)
        if picture is not None:
            return picture
    return _ziamath(tex, display=display)


def _normal(tex: str) -> str:
    """One line of LaTeX in mathtext's words."""
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

    points = _FONT_PX * 72 / 96
    style = FontProperties(size=points * (1.1 if display else 1.0), math_fontfamily="stix")
    try:
        parsed = _parser().parse(f"${tex}$", dpi=96 * _DENSITY, prop=style)
    except (ValueError, RuntimeError, KeyError, RecursionError):  # what mathtext raises for what it doesn't know
        return None
    ink = Pillow.fromarray(parsed.image).convert("L")
    if not ink.width or not ink.height:
        return None
    # Black on white, not on nothing: a page in dark mode must not swallow it.
    page = Pillow.eval(ink, lambda value: 255 - value)
    out = io.BytesIO()
    page.save(out, "PNG", optimize=False)
    return Picture(out.getvalue(), ink.width / _DENSITY, ink.height / _DENSITY, parsed.depth / _DENSITY)


def _ziamath(tex: str, *, display: bool) -> Picture | None:
    """Set by ziamath, drawn by resvg; None where a macro isn't one that it is known to set."""
    tex = _ZIAMATH_DROPPED.sub("", tex)
    if _ZIAMATH_WRONG.search(tex) or not _known_macros(tex):
        return None
    import resvg_py

    try:
        drawing = _latex()(tex, size=_FONT_PX * (1.1 if display else 1.0), inline=not display)
        svg = drawing.svg()
        png = bytes(resvg_py.svg_to_bytes(svg_string=svg, dpi=96, zoom=_DENSITY, background="#ffffff"))
        depth = max(0.0, -float(drawing.getyofst()))
    except _refusals():
        return None
    if len(png) < 24:
        return None
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    return Picture(png, width / _DENSITY, height / _DENSITY, depth)


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
