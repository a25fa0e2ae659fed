r"""Whether KaTeX would set an equation: its own grammar over its own tables, without JavaScript.

Follows ``Parser.js`` of the katex package (functions of the same names) as far as it decides between an equation and red
source text; sizes, colours and columns are checked by their form. Held against KaTeX itself in tests/judges. One file,
longer than others, since it is one grammar.
"""

from __future__ import annotations

import functools
import re
from typing import Final, Literal, TypeAlias

import msgspec

Mode: TypeAlias = Literal["math", "text"]

_MAX_DEPTH: Final = 60
"""Groups within groups; deeper ones are refused, since this recurses."""

_TOKEN = re.compile(r"%[^\n]*(?:\n|\Z)|\\(?:verb\*?([^A-Za-z*]).*?\1|[A-Za-z@]+|.)|\s+|.", re.DOTALL)
_ENDS: Final = frozenset(["}", "\\endgroup", "\\end", "\\right", "&"])
_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|[0-9a-fA-F]{6}|[A-Za-z]+")
_SIZE = re.compile(r"[-+]? *(?:\d+(?:\.\d*)?|\.\d+) *(?:pt|mm|cm|in|bp|pc|dd|cc|nd|nc|sp|px|ex|em|mu)")
_SIZE_AHEAD = re.compile(r"\s*[-+]?\s*(?:\d+(?:\.\d*)?|\.\d+)\s*(?:pt|mm|cm|in|bp|pc|dd|cc|nd|nc|sp|px|ex|em|mu)")
_DISPLAY_ONLY: Final = frozenset(
    ["align", "align*", "alignat", "alignat*", "gather", "gather*", "equation", "equation*", "CD", "split"]
)
_ROWS_TAGGED: Final = frozenset(
    ["align", "align*", "alignat", "alignat*", "gather", "gather*", "equation", "equation*"]
)
_WITH_COLUMNS: Final = frozenset(["array", "darray", "subarray"])
_WITH_NUMBER: Final = frozenset(["alignat", "alignat*", "alignedat"])
_MOST_COLUMNS: Final = {"split": 2, "gather": 1, "gather*": 1, "gathered": 1, "equation": 1, "equation*": 1}
_DEFINITIONS: Final = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|[gex]?def|let|futurelet|global|long)(?![A-Za-z])"
)


class _Invalid(ValueError):
    """What KaTeX would say."""


class _Function(msgspec.Struct, frozen=True):
    """One line of the table; ``types`` are the first letters of KaTeX's argument types."""

    arguments: int
    optional: int
    flags: str
    types: str


@functools.cache
def _tables() -> tuple[dict[str, _Function], dict[Mode, frozenset[str]], frozenset[str], frozenset[str]]:
    from converters.writers.notion import katex_table as table

    known: dict[str, _Function] = {}
    for line in table.MACROS.split():
        name, count, flags = line.rsplit(",", 2)
        known[name] = _Function(int(count), 0, flags, "-")
    for line in table.FUNCTIONS.split():
        name, count, optional, flags, types = line.rsplit(",", 4)
        known[name] = _Function(int(count), int(optional), flags, types)
    signs: dict[Mode, frozenset[str]] = {
        "math": frozenset(table.MATH.split()),
        "text": frozenset(table.TEXT.split()),
    }
    return known, signs, frozenset(table.ENVIRONMENTS.split()), frozenset(table.DELIMITERS.split())


def katex_fault(tex: str, *, display: bool) -> str:
    """Why KaTeX would show this in red, empty where it sets it. Macro definitions inside it are a fault: expand them."""
    if _DEFINITIONS.search(tex):
        return "macro definitions"
    try:
        _Parser(tex, display=display).parse()
    except _Invalid as e:
        return str(e)
    return ""


class _Parser:
    """One equation."""

    def __init__(self, tex: str, *, display: bool) -> None:
        self.functions, self.signs, self.environments, self.delimiters = _tables()
        found = [match[0] for match in _TOKEN.finditer(tex)]
        spelt = {"\\cr": "\\\\", "\\newline": "\\\\", "\\\n": "\\ ", "\\\t": "\\ ", "\\\r": "\\ "}
        self.tokens = [" " if p.isspace() else spelt.get(p, p) for p in found if not p.startswith("%")]
        self.at = 0
        self.mode: Mode = "math"
        self.display = display
        self.depth = 0
        self.tags = 0
        self.left = 0
        self.tagged_rows = 0

    # ------------------------------------------------------------ tokens

    def next(self) -> str:
        """The piece ahead, empty at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def spaces(self) -> None:
        """Past blanks."""
        while self.next() == " ":
            self.at += 1

    def expect(self, piece: str) -> None:
        """Past this piece."""
        self.spaces()
        if self.next() != piece:
            raise _Invalid(f"expected {piece}, got {self.next() or 'the end'}")
        self.at += 1

    # ------------------------------------------------------------ expressions

    def parse(self) -> None:
        """The whole equation."""
        self.expression("")
        if self.at < len(self.tokens):
            raise _Invalid(f"unexpected {self.next()}")
        if self.tags > 1 or (self.tags and not self.display):
            raise _Invalid("\\tag")

    def expression(self, stop: str) -> None:
        """Atoms up to ``stop`` or what ends any expression."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise _Invalid("nested too deeply")
        infix = 0
        while True:
            if self.mode == "math":
                self.spaces()
            piece = self.next()
            if not piece or piece in _ENDS or piece == stop:
                break
            function = self.functions.get(piece)
            if function and "i" in function.flags:
                infix += 1
                if infix > 1 or self.tokens[self.at + 1 : self.at + 2] in (["^"], ["_"], ["'"]):
                    raise _Invalid(f"{piece} in the wrong place")
            if not self.atom():
                break
        self.depth -= 1

    def atom(self) -> bool:
        """A nucleus with its scripts; False where nothing is ahead that could be one."""
        base = self.next()
        found = self.group("")
        if self.mode == "text":
            return found
        above = below = scripts = False
        while True:
            self.spaces()
            piece = self.next()
            if piece in {"\\limits", "\\nolimits"}:
                function = self.functions.get(base)
                if not function or "l" not in function.flags:
                    raise _Invalid("limit controls must follow an operator")
                self.at += 1
            elif piece in {"^", "_"}:
                if above if piece == "^" else below:
                    raise _Invalid("double script")
                above, below = above or piece == "^", below or piece == "_"
                self.at += 1
                self.script()
            elif piece == "'":
                if above:
                    raise _Invalid("double superscript")
                above = True
                while self.next() == "'":
                    self.at += 1
                if self.next() == "^":
                    self.at += 1
                    self.script()
            else:
                break
            scripts = True
        return found or scripts

    def script(self) -> None:
        """What stands behind ``^`` or ``_``."""
        self.spaces()
        if not self.group("a script"):
            raise _Invalid("a script is missing")

    def group(self, name: str) -> bool:
        """A group in braces, a function with its arguments or a sign. ``name`` says what it is an argument of."""
        piece = self.next()
        if piece in {"{", "\\begingroup"}:
            self.at += 1
            closing = "}" if piece == "{" else "\\endgroup"
            before = self.mode
            self.expression(closing)
            self.mode = before
            self.expect(closing)
            return True
        if self.mode == "text" and piece in {"$", "\\("}:
            self.at += 1
            self.mode, closing = "math", "$" if piece == "$" else "\\)"
            self.expression(closing)
            self.expect(closing)
            self.mode = "text"
            return True
        function = self.functions.get(piece)
        if function is not None and not (
            piece in self.signs[self.mode] and "t" not in function.flags and self.mode == "text"
        ):
            self.at += 1
            self.function(piece, function, name)
            return True
        return self.symbol(piece)

    def symbol(self, piece: str) -> bool:
        """A sign of this mode."""
        if not piece or piece in _ENDS or piece in {"^", "_", "\\limits", "\\nolimits"}:
            return False
        if piece in self.signs[self.mode] or piece in {"~", "\\ "} or piece[0] > "\x7f" or piece.startswith("\\verb"):
            self.at += 1
            return True
        if piece == " ":
            self.at += 1
            return True
        if piece[0] == "\\" and len(piece) > 1:
            raise _Invalid(
                f"{piece} is unknown"
                if piece not in self.signs["math"] | self.signs["text"]
                else f"{piece} in {self.mode}"
            )
        return False

    # ------------------------------------------------------------ functions

    def function(self, name: str, function: _Function, parent: str) -> None:
        """A function's arguments and what is special about it."""
        if parent and "a" not in function.flags:
            raise _Invalid(f"{name} as {parent}")
        if ("t" if self.mode == "text" else "m") not in function.flags:
            raise _Invalid(f"{name} in {self.mode}")
        if name in {"\\hline", "\\hdashline"}:
            raise _Invalid(f"{name} outside of an array")
        if name == "\\begin":
            self.environment()
        elif name == "\\left":
            self.delimiter()
            self.left += 1
            self.expression("")
            self.left -= 1
            self.expect("\\right")
            self.delimiter()
        elif name == "\\middle":
            if not self.left:
                raise _Invalid("\\middle without \\left")
            self.delimiter()
        elif name == "\\tag":
            if self.next() == "*":
                self.at += 1
            self.tags += not self.tagged_rows
            self.argument("text")
        elif re.fullmatch(r"\\[bB]igg?[lrm]?", name):
            self.delimiter()
        elif name == "\\\\":
            self.optional_size()
        else:
            if self.next() == "*" and name in {"\\operatorname", "\\hspace"}:
                self.at += 1
            self.arguments(name, function)

    def arguments(self, name: str, function: _Function) -> None:
        """All arguments of a function."""
        for i in range(function.optional + function.arguments):
            kind = function.types[i : i + 1] if function.types != "-" else ""
            if i < function.optional:
                self.optional(kind)
            elif kind == "p" or name == "\\sqrt":
                self.spaces()
                if not self.group(f"argument of {name}"):
                    raise _Invalid(f"an argument of {name} is missing")
            elif kind in {"c", "s", "u", "r"} or (name == "\\hspace"):
                self.raw(kind or "s", name)
            else:
                self.argument("text" if kind in {"t", "h"} else "math" if kind == "m" else self.mode)

    def argument(self, mode: Mode) -> None:
        """One argument: a group, or one piece that stands alone."""
        self.spaces()
        piece = self.next()
        if not piece or piece in {"}", "&", "\\right"} or piece == "\\end":
            raise _Invalid("an argument is missing")
        before, self.mode = self.mode, mode
        if piece == "{":
            self.at += 1
            self.expression("}")
            self.mode = before
            self.expect("}")
            return
        function = self.functions.get(piece)
        if function is not None and (function.arguments or piece in {"\\left", "\\begin"}):
            raise _Invalid(f"{piece} without its own argument")
        if piece in {"^", "_"} or not self.group(""):
            raise _Invalid(f"{piece} as an argument")
        self.mode = before

    def optional(self, kind: str) -> None:
        """An argument in brackets, if there is one."""
        at = self.at
        self.spaces()
        if self.next() != "[":
            self.at = at
            return
        self.at += 1
        if kind in {"s", "c", "r", "u"}:
            while self.next() not in {"]", ""}:
                self.at += 1
        else:
            self.expression("]")
        self.expect("]")

    def raw(self, kind: str, name: str) -> None:
        """An argument that is a size, a colour or an address."""
        self.spaces()
        words = ""
        if self.next() == "{":
            depth = 0
            while self.at < len(self.tokens):
                depth += (self.next() == "{") - (self.next() == "}")
                words += self.next()
                self.at += 1
                if depth == 0:
                    break
            if depth:
                raise _Invalid("braces")
            words = words[1:-1].strip()
        elif kind == "s" and (match := _SIZE_AHEAD.match("".join(self.tokens[self.at : self.at + 12]))):
            words, end = match[0].strip(), self.at
            while sum(map(len, self.tokens[self.at : end])) < len(match[0]):
                end += 1
            self.at = end
        elif self.next():
            words = self.next()
            self.at += 1
        if (kind == "c" and not _COLOR.fullmatch(words)) or (kind == "s" and words and not _SIZE.fullmatch(words)):
            raise _Invalid(f"{words!r} for {name}")

    def delimiter(self) -> None:
        """A bracket behind a command that makes it grow."""
        self.spaces()
        piece = self.next()
        if piece == "{":  # in braces it is one too
            self.at += 1
            self.delimiter()
            self.expect("}")
            return
        if piece not in self.delimiters:
            raise _Invalid(f"{piece or 'nothing'} as a delimiter")
        self.at += 1

    def optional_size(self) -> None:
        """``[2pt]`` behind a line's end."""
        at = self.at
        self.spaces()
        if self.next() != "[":
            self.at = at
            return
        words = ""
        while self.next() not in {"", "]"}:
            words += self.next()
            self.at += 1
        self.expect("]")
        if not _SIZE.fullmatch(words[1:].strip()):
            raise _Invalid(f"size {words[1:]!r}")

    # ------------------------------------------------------------ environments

    def name(self) -> str:
        """An environment's name in braces."""
        self.expect("{")
        words = ""
        while self.next() not in {"}", ""}:
            words += self.next()
            self.at += 1
        self.expect("}")
        return words

    def environment(self) -> None:
        r"""From behind ``\begin`` to behind its ``\end``."""
        name = self.name()
        if name not in self.environments:
            raise _Invalid(f"environment {name}")
        if name in _DISPLAY_ONLY and not self.display:
            raise _Invalid(f"{name} in a line of text")
        if name in _WITH_COLUMNS:
            self.optional("r")
            columns = self.name() if self.ahead("{") else "" if self.next() == "" else self.take()
            if not re.fullmatch(r"[lcr|:\s]*", columns):
                raise _Invalid(f"columns {columns}")
        elif name in _WITH_NUMBER:
            if not self.ahead("{") or not self.name().strip().isdigit():
                raise _Invalid(f"{name} without a number")
        elif name.endswith("matrix*"):
            self.optional("r")
        tagged = name in _ROWS_TAGGED
        self.tagged_rows += tagged
        self.rows(name)
        self.tagged_rows -= tagged
        if self.next() != "\\end":
            raise _Invalid(f"{name} has no end")
        self.at += 1
        end = self.name()
        if end != name:
            raise _Invalid(f"{name} ends as {end}")

    def ahead(self, piece: str) -> bool:
        """Whether this is the next piece but blanks."""
        self.spaces()
        return self.next() == piece

    def take(self) -> str:
        """The next piece."""
        self.at += 1
        return self.tokens[self.at - 1]

    def rows(self, name: str) -> None:
        r"""Cells up to ``\end``."""
        before = self.mode
        columns = 1
        while True:
            self.lines()
            self.expression("\\\\")
            self.mode = before
            piece = self.next()
            if piece == "&":
                columns += 1
                if columns > _MOST_COLUMNS.get(name, 10_000):
                    raise _Invalid("too many &")
                self.at += 1
            elif piece == "\\\\" and name not in {"equation", "equation*"}:
                self.at += 1
                self.optional_size()
                columns = 1
            elif piece == "\\end":
                return
            else:
                raise _Invalid(f"{piece or 'the end'} in {name}")

    def lines(self) -> None:
        """Rules between rows."""
        self.spaces()
        while self.next() in {"\\hline", "\\hdashline"}:
            self.at += 1
            self.spaces()
