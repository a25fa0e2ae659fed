r"""The lines of :mod:`.mathtext` set by matplotlib's own boxes and fonts, read by a parser that goes over them once.

matplotlib reads a formula with pyparsing, which tries each alternative of its grammar at each place: nine tenths of the
time of a formula. What :func:`one_line` writes is regular enough to say at each token what it is, so that only the steps
that the grammar ends up with are taken, in its order, by matplotlib's own actions. Same boxes, same pixels (a test holds
both ways against each other). Anything else is :class:`Unread`, and the grammar's.
"""
# ruff: noqa: SLF001  (actions and tables of the parser have no public names)

from __future__ import annotations

import functools
import re
from typing import Any, Final

from converters.transforms.mathtext import Refused
from converters.transforms.mathtext_fonts import fonts

VERSIONS: Final = ("3.11.",)
"""Versions of matplotlib whose actions are known to be called as here; others are left to their own grammar."""

_TOKEN: Final = re.compile(r"\\([A-Za-z]+)|(\\[^A-Za-z])|([^\\])", re.DOTALL)
_BLANKS: Final = re.compile(" *")
_PRIMES: Final = re.compile(" *('+)")
_SCRIPT: Final = re.compile(" *([_^])")
_CHARACTER: Final = re.compile(r"[a-zA-Z0-9+\-*/<>=:,.;!?&@()\[\]|\x80-\U0001ffff]")
_SIGNS: Final = frozenset(["\\%", "\\$", "\\{", "\\}", "\\[", "\\]", "\\_", "\\|"])
"""Source of both: ``symbol`` in the grammar of matplotlib's ``_mathtext``; without the blank and the prime."""

_GENERAL: Final = re.compile(r" *\{(\(?)\}\{(\)?)\}\{(\d)\}\{([0-3])\}")
_ONE_GROUP: Final = {"overline": "body", "underline": "body"}
_TWO_GROUPS: Final = {
    "frac": ("num", "den"),
    "dfrac": ("num", "den"),
    "overset": ("annotation", "body"),
    "underset": ("annotation", "body"),
}


_BY_THEIR_START: Final = (
    "math", "left", "right", "middle", "frac", "dfrac", "binom", "genfrac", "operatorname", "overline", "underline",
    "overset", "underset", "sqrt", "text", "boldsymbol", "substack", "phantom", "llap", "rlap", "hspace", "quad",
    "qquad", "enspace", "thinspace",
)  # fmt: skip
"""What the grammar takes for a command even where more letters follow."""


class Unread(Exception):
    """A line that this parser doesn't read."""


class _Nodes(list[Any]):
    """Boxes as the actions get them from pyparsing."""

    def as_list(self) -> list[Any]:
        """The boxes."""
        return list(self)


@functools.cache
def _known() -> bool:
    from matplotlib import __version__

    return __version__.startswith(VERSIONS)


def raster(line: str, points: float, dpi: float) -> Any:
    """A line from ``one_line``, without dollars, in a font of so many points: matplotlib's ``RasterParse``.

    Raises :class:`Unread` where the grammar must be asked, Refused for a command that it doesn't know either.
    """
    if not _known():
        raise Unread("another matplotlib")
    from matplotlib import rcParams
    from matplotlib._mathtext import ship
    from pyparsing import ParseBaseException

    try:
        box = _Parser(line, points, dpi).whole()
        return ship(box).to_raster(antialiased=rcParams["text.antialiased"])
    except Refused:
        raise
    except (ParseBaseException, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        raise Unread(line[:60]) from error


@functools.cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    """Commands that are one symbol, and accents."""
    from matplotlib._mathtext import Parser
    from matplotlib._mathtext_data import tex2uni

    accents = {*Parser._accent_map, *Parser._wide_accents}
    return frozenset(tex2uni) - accents, frozenset(name for name in accents if name.isalpha())


class _Parser:
    """One line. ``self.act`` has the actions of matplotlib's parser and its state, without its grammar."""

    def __init__(self, line: str, points: float, dpi: float) -> None:
        from matplotlib._mathtext import Parser, ParserState

        self.line = line
        self.at = 0
        self.act: Any = object.__new__(Parser)
        self.act._state_stack = [ParserState(fonts(), "default", "rm", points, dpi)]
        self.act._em_width_cache = {}
        self.act._needs_space_after_subsuper = False
        self.symbols, self.accents = _names()

    def whole(self) -> Any:
        """The box of the line, between two empty stretches of text as matplotlib has them."""
        before = self.act.non_math([""])[0]
        nodes = self.run("")
        if not nodes:
            raise Unread("empty")
        formula = self.act.math(nodes)[0]
        after = self.act.non_math([""])[0]
        return self.act.main(_Nodes([before, formula, after]))[0]

    def blanks(self) -> None:
        """Past blanks."""
        self.at = _BLANKS.match(self.line, self.at).end()  # type: ignore[union-attr]  # it matches everywhere

    def run(self, end: str) -> _Nodes:
        r"""Tokens up to ``end``, which is passed: ``}``, ``]``, ``\right`` or the end of the line."""
        nodes = _Nodes()
        while True:
            self.blanks()
            if self.at >= len(self.line):
                if end:
                    raise Unread(f"no {end}")
                return nodes
            if end and self.line.startswith(end, self.at) and not (len(end) > 1 and self.name() != end[1:]):
                self.at += len(end)
                return nodes
            nodes.append(self.token())

    def name(self) -> str:
        """The command that starts here, without backslash; empty where none does."""
        token = _TOKEN.match(self.line, self.at)
        return (token[1] or "") if token else ""

    def token(self) -> Any:
        """A space, or something with what stands above and below it."""
        token = _TOKEN.match(self.line, self.at)
        if token is None:
            raise Unread("a backslash")
        width = self.act._space_widths.get(token[0])
        if width is not None:
            self.at = token.end()
            return self.act._make_space(width)
        start = self.at
        toks: dict[str, Any] = {} if token[0] in "_^" else {"nucleus": self.placeable(token)}
        scripts: list[Any] = []
        while sign := _SCRIPT.match(self.line, self.at):
            self.at = sign.end()
            inner = _TOKEN.match(self.line, self.at)
            if inner is None:
                raise Unread("a script is missing")
            scripts += (sign[1], self.placeable(inner))
        if scripts:
            toks["subsuper"] = scripts
        if primes := _PRIMES.match(self.line, self.at):
            self.at = primes.end()
            toks["apostrophes"] = primes[1]
        if len(toks) == 1 and "nucleus" in toks:
            return toks["nucleus"]
        result = self.act.subsuper(self.line, start, toks)
        return result[0]

    def placeable(self, token: re.Match[str]) -> Any:
        """What can be a nucleus or a script; ``token`` is its start."""
        start = self.at
        self.at = token.end()
        if token[1]:
            return self.command(token[1], start)
        text = token[0]
        if text == "{":
            return self.grouped({})
        if text not in _SIGNS and not _CHARACTER.fullmatch(text):
            raise Unread(text)
        return self.symbol(text, start)

    def symbol(self, text: str, start: int) -> Any:
        """A character or symbol, with its spaces."""
        return self.act.symbol(self.line, start, {"sym": text})[0]

    def command(self, name: str, start: int) -> Any:
        """A command with its arguments; ``start`` is where its backslash stands."""
        act = self.act
        if name in self.accents:
            self.blanks()
            inner = _TOKEN.match(self.line, self.at)
            if inner is None:
                raise Unread("an accent over nothing")
            return act.accent({"accent": name, "sym": self.placeable(inner)})
        if name in self.symbols:
            return self.symbol("\\" + name, start)
        if name in act._function_names:
            return act.function(self.line, start, {"name": name})
        if name == "operatorname":
            from pyparsing import ParseResults

            return act.operatorname(self.line, start, {"name": ParseResults(list(self.argument()))})
        if name.startswith("math") and name[4:] in act._fontnames:
            self.open()
            return self.grouped({"font": name[4:]})
        if name in _TWO_GROUPS:
            one, other = _TWO_GROUPS[name]
            toks = {one: self.group(), other: self.group()}
            return _first(act._genset(self.line, start, toks) if name.endswith("set") else getattr(act, name)(toks))
        if name in _ONE_GROUP:
            return _first(getattr(act, name)({_ONE_GROUP[name]: self.group()}))
        if name == "genfrac":
            return self.general()
        if name == "sqrt":
            return self.root()
        if name == "boldsymbol":
            return act.boldsymbol({"value": self.argument() or _none()})
        if name == "left":
            return self.fenced()
        if name.startswith(_BY_THEIR_START) or name in act._fontnames:
            raise Unread(name)
        raise Refused(f"\\{name}")

    def open(self) -> None:
        """Past an open brace."""
        self.blanks()
        if not self.line.startswith("{", self.at):
            raise Unread("no {")
        self.at += 1

    def argument(self) -> _Nodes:
        """The insides of braces that are no group of their own."""
        self.open()
        return self.run("}")

    def group(self) -> Any:
        """An argument as a box; an empty one is an error or not, by command: left to matplotlib."""
        return self.act.required_group({"group": self.argument() or _none()})

    def grouped(self, toks: dict[str, str]) -> Any:
        """A group whose brace was passed; a font holds up to its end."""
        self.act.start_group(toks)
        nodes = self.run("}")
        self.act.end_group()
        return self.act.group({"group": nodes})[0]

    def general(self) -> Any:
        """A fraction with its brackets, the thickness of its line and its style, as ``one_line`` writes binomials."""
        match = _GENERAL.match(self.line, self.at)
        if match is None:
            raise Unread("genfrac")
        self.at = match.end()
        toks: dict[str, Any] = {"rulesize": float(match[3]), "style": self.act._MathStyle(int(match[4]))}
        toks |= {name: text for name, text in (("ldelim", match[1]), ("rdelim", match[2])) if text}
        toks["num"] = self.group()
        toks["den"] = self.group()
        return _first(self.act.genfrac(toks))

    def root(self) -> Any:
        """A square root, or one with its degree."""
        self.blanks()
        toks: dict[str, Any] = {}
        if self.line.startswith("[", self.at):
            self.at += 1
            toks["root"] = self.run("]") or _none()
        toks["value"] = self.group()
        return _first(self.act.sqrt(toks))

    def fenced(self) -> Any:
        r"""What stands between ``\left`` and ``\right``."""
        left = self.delimiter()
        inside = self.run("\\right") or _none()
        return self.act.auto_delim({"left": left, "mid": inside, "right": self.delimiter()})

    def delimiter(self) -> str:
        """A bracket."""
        self.blanks()
        token = _TOKEN.match(self.line, self.at)
        if token is None or token[0] not in self.act._delims:
            raise Unread("no delimiter")
        self.at = token.end()
        return token[0]


def _first(result: Any) -> Any:
    """Actions give a box, or a list of one."""
    return result[0] if isinstance(result, list) else result


def _none() -> Any:
    raise Unread("empty braces")
