r"""One line of LaTeX in the words of matplotlib's mathtext, set as TeX sets it: display, text and script style kept apart.

mathtext has no styles of its own: a fraction is large if it is called ``\dfrac``, a sum's limits stand beside it if it
stands in braces. What it would set wrong without a word is refused here (:class:`Refused`), what it doesn't know it
refuses itself.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

Style: TypeAlias = Literal["display", "text", "script"]

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|[{}^_&~']|[^\\{}^_&~'\s]|\s+", re.DOTALL)
_MAX_DEPTH: Final = 30
"""Braces deeper than this are refused; nobody reads them, and both the rewriting and mathtext recurse."""

_RENAMED: Final = {
    "leqslant": "\\leq", "geqslant": "\\geq", "implies": "\\Longrightarrow", "impliedby": "\\Longleftarrow",
    "iff": "\\Longleftrightarrow", "land": "\\wedge", "lor": "\\vee", "lnot": "\\neg", "dots": "\\ldots",
    "dotsc": "\\ldots", "dotso": "\\ldots", "dotsb": "\\cdots", "dotsm": "\\cdots", "dotsi": "\\cdots",
    "lvert": "|", "rvert": "|", "vert": "|", "lVert": "\\|", "rVert": "\\|", "Vert": "\\|", "mathds": "\\mathbb",
    "mathbbm": "\\mathbb", "bm": "\\boldsymbol", "pmb": "\\boldsymbol", "lt": "<", "gt": ">", "ne": "\\neq",
    "bar": "\\bar", "argmax": "\\operatorname{arg\\,max}", "argmin": "\\operatorname{arg\\,min}",
    "textnormal": "\\text", "textrm": "\\text", "mbox": "\\text", "hbox": "\\text", "textbf": "\\mathbf",
    "textit": "\\mathit", "emph": "\\mathit", "texttt": "\\mathtt", "textsf": "\\mathsf", "thinspace": "\\,",
    "Pr": "\\operatorname{Pr}", "tfrac": "\\frac", "cfrac": "\\dfrac",
}  # fmt: skip
"""LaTeX that mathtext lacks → what it has and looks the same."""

_NOTHING: Final = frozenset(
    ["label", "notag", "nonumber", "allowbreak", "hfill", "noindent", "relax", "mathstrut", "strut"]
)
"""Commands without a mark on paper."""

_LARGE: Final = frozenset(
    ["sum", "prod", "coprod", "bigcup", "bigcap", "bigoplus", "bigotimes", "bigsqcup", "biguplus", "bigvee", "bigwedge"]
)
_LIMITS: Final = frozenset(["lim", "liminf", "limsup", "max", "min", "sup"])
"""Functions below which mathtext sets limits. Source: ``_overunder_functions`` of its parser."""

_LIMITS_TOO: Final = frozenset(["inf", "det", "gcd", "Pr", "argmax", "argmin"])
"""Functions below which TeX does and mathtext doesn't."""

_SPACED: Final = _LARGE | frozenset(
    [
        "exp",
        "log",
        "ln",
        "lg",
        "sin",
        "cos",
        "tan",
        "cot",
        "sinh",
        "cosh",
        "tanh",
        "arcsin",
        "arccos",
        "arctan",
        "det",
        "dim",
    ]
)
"""What TeX sets a thin space before, behind a bracket or a fraction."""

_FRACTIONS: Final = frozenset(["frac", "dfrac", "tfrac", "cfrac"])
_BINOMIALS: Final = frozenset(["binom", "dbinom", "tbinom"])
_STYLES: Final[dict[str, Style]] = {
    "displaystyle": "display",
    "textstyle": "text",
    "scriptstyle": "script",
    "scriptscriptstyle": "script",
}
_REFUSED: Final = re.compile(
    r"\\(?:begin|end|color|textcolor|colorbox|tag|ce|require|newcommand|def|let|bigl?|bigr|Bigl?|Bigr|biggl?|biggr|Biggl?|Biggr|"
    r"hspace|kern|rule|bigm|Bigm|biggm|Biggm|over|choose|atop|rm|bf|it|tt|cal|phantom|smash|boxed|cancel|hline|\\)(?![A-Za-z])"
    r"|\\(?:left|right|middle)\s*(?:\\[lr]?[vV]ert|\\\||\|)|\\not(?![a-z])"
)
_INTEGRAL: Final = re.compile(r"\\i*(?:int|oint|idotsint)(?![A-Za-z])")
"""What is set elsewhere. Bars that grow: mathtext makes them thick, or as high as a page (seen with matplotlib 3.11)."""

_SIGNS: Final = frozenset(" ,:;!/>{}|%$#_&'")
"""Commands of one sign that mathtext knows."""

_PLAIN_TEXT = re.compile(r"[^\\{}$&#%_^~]*\Z")


class Refused(ValueError):
    """LaTeX that mathtext would set wrong."""


def one_line(tex: str, *, display: bool) -> str:
    """The line for mathtext, without dollars. Raises :class:`Refused`."""
    if _REFUSED.search(tex) or (display and _INTEGRAL.search(tex)):  # it has integrals in one size only
        raise Refused(tex[:60])
    return _Rewriter(tex).whole("display" if display else "text")


class _Rewriter:
    """One pass over the tokens of one line."""

    def __init__(self, tex: str) -> None:
        self.tokens = [" " if piece.isspace() else piece for piece in _TOKEN.findall(tex)]
        self.at = 0
        self.depth = 0

    def whole(self, style: Style) -> str:
        """All of it; braces that don't match are refused."""
        text = self.run(style)
        if self.at < len(self.tokens):
            raise Refused("unbalanced braces")
        return " ".join(text.split())

    def run(self, style: Style) -> str:
        """Up to the end or an unmatched ``}``, which is left."""
        out: list[str] = []
        while self.at < len(self.tokens) and self.tokens[self.at] != "}":
            piece = self.tokens[self.at]
            if piece.startswith("\\") and piece[1:] in _STYLES:
                self.at += 1
                style = _STYLES[piece[1:]]
            else:
                if piece[1:] in _SPACED and "".join(out[-2:]).rstrip()[-1:] in {"}", ")", "]"}:
                    out.append("\\,")
                out.append(self.item(style))
        return "".join(out)

    def item(self, style: Style) -> str:
        """The next piece with its arguments."""
        piece = self.tokens[self.at]
        self.at += 1
        if piece == "{":
            return self.group(style)
        if piece in "^_":
            return piece + self.argument("script")
        if piece == "&":
            return " "
        if piece == "~":
            return "\\ "
        if piece == "$":
            return "\\$"
        if not piece.startswith("\\"):
            return piece
        return self.command(piece[1:], style)

    def group(self, style: Style) -> str:
        """The insides of an open brace and the brace that closes it."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise Refused("too deep")
        text = self.run(style)
        if self.at >= len(self.tokens):
            raise Refused("unbalanced braces")
        self.at += 1
        self.depth -= 1
        return "{" + text + "}"

    def skip(self) -> None:
        """Past blanks."""
        while self.at < len(self.tokens) and self.tokens[self.at] == " ":
            self.at += 1

    def argument(self, style: Style) -> str:
        r"""The next argument in braces: ``x`` → ``{x}``."""
        self.skip()
        if self.at >= len(self.tokens) or self.tokens[self.at] in {"}", "^", "_", "&"}:
            raise Refused("an argument is missing")
        if self.tokens[self.at] == "{":
            self.at += 1
            return self.group(style)
        return "{" + self.item(style) + "}"

    def raw(self) -> str:
        """The next argument as it is, without its braces."""
        self.skip()
        start = self.at
        self.argument("text")
        text = "".join(self.tokens[start : self.at])
        return text[1:-1] if text.startswith("{") else text

    def command(self, name: str, style: Style) -> str:
        """A command with its arguments; ``name`` without backslash."""
        inner: Style = "text" if style == "display" else "script"
        if name in _FRACTIONS:
            large = name in {"dfrac", "cfrac"} or (name == "frac" and style == "display")
            inner = "text" if large and name != "cfrac" else "display" if name == "cfrac" else "script"
            return ("\\dfrac" if large else "\\frac") + self.argument(inner) + self.argument(inner)
        if name in _BINOMIALS:
            large = name == "dbinom" or (name == "binom" and style == "display")
            inner = "text" if large else "script"
            size = "0" if large else "1"
            return f"\\genfrac{{(}}{{)}}{{0}}{{{size}}}" + self.argument(inner) + self.argument(inner)
        if name in _LARGE:
            return self.large(f"\\{name}", style)
        if name in _LIMITS or name in _LIMITS_TOO:
            return self.limits(name, style)
        if name in {"operatorname", "operatorname*", "mathop"}:
            return self.operator(name, style)
        if name.isspace():
            return "\\ "
        if not name.rstrip("*").isalpha() and name not in _SIGNS:  # it would draw a box, with a line in the log
            raise Refused(f"\\{name}")
        if name in {"label", "ref", "eqref"}:
            self.raw()
            return ""
        if name in _NOTHING:
            return ""
        if name in {"text", "textnormal", "textrm", "mbox", "hbox"}:
            return self.text()
        if name in {"limits", "nolimits", "middle"}:
            return "\\middle" if name == "middle" else ""
        return _RENAMED.get(name, f"\\{name}") + (" " if name.isalpha() else "")

    def placed(self, style: Style) -> bool:
        r"""Whether limits stand above and below here, by ``\limits`` and ``\nolimits`` too."""
        self.skip()
        if self.at < len(self.tokens) and self.tokens[self.at] in {"\\limits", "\\nolimits"}:
            self.at += 1
            return self.tokens[self.at - 1] == "\\limits"
        return style == "display"

    def large(self, symbol: str, style: Style) -> str:
        """A sum and its kin: limits above and below in display style, else beside it."""
        return (symbol + " " if self.placed(style) else "{" + symbol + "}") + self.scripts() + "\\,"

    def limits(self, name: str, style: Style) -> str:
        """A function that takes limits below it."""
        below = self.placed(style)
        if name in _LIMITS_TOO:
            spelt = {"argmax": "arg\\ max", "argmin": "arg\\ min"}.get(name, name)
            return self.below(spelt) if below else f"\\operatorname{{{spelt}}}" + self.scripts() + "\\,"
        return f"\\{name} " if below else "{" + f"\\{name}" + "}" + self.scripts() + "\\,"

    def operator(self, name: str, style: Style) -> str:
        r"""``\operatorname*{x}_y``: y below x in display style. Spaces as written, ``\,`` as one."""
        word = re.sub(r"\\(?:mathrm|rm|text|operatorname)\s*|[{}]", "", self.raw())
        word = re.sub(r"\\[,;: ]|~|\s+", "\\\\ ", word.strip())
        if not re.fullmatch(r"(?:[\w-]|\\ )+", word):
            raise Refused("an operator's name")
        below = self.placed(style) if name != "operatorname" else False
        return self.below(word) if below else f"\\operatorname{{{word}}}"

    def below(self, word: str) -> str:
        """A word with its subscript below it."""
        self.skip()
        name = f"\\mathrm{{{word}}}"
        if self.at < len(self.tokens) and self.tokens[self.at] == "_":
            self.at += 1
            return f"\\underset{self.argument('script')}{{{name}}}\\,"
        return name + "\\,"

    def scripts(self) -> str:
        """Sub- and superscripts that follow."""
        out = ""
        self.skip()
        while self.at < len(self.tokens) and self.tokens[self.at] in {"^", "_"}:
            out += self.item("script")
            self.skip()
        return out

    def text(self) -> str:
        r"""``\text{…}`` in upright letters, blanks kept."""
        words = self.raw()
        if not _PLAIN_TEXT.match(words):
            raise Refused("text with commands")
        return "\\mathrm{" + re.sub(r"\s+", "\\\\ ", words) + "}" if words else ""
