r"""Macros that a document defines in its equations, applied to all later ones, as MathJax does in a notebook.

``\newcommand``, ``\renewcommand``, ``\providecommand``, ``\def``, ``\DeclareMathOperator`` and ``\let`` are read and taken
out; an equation that held nothing else is gone, since it shows nothing. Expansion is bounded: see :data:`MAX_LENGTH`.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

MAX_LENGTH: Final = 8000
"""Characters that an equation may grow to; twice what is set at all. A macro that calls itself ends here, or at
:data:`MAX_EXPANSIONS`, and the equation stays as its author wrote it."""

MAX_EXPANSIONS: Final = 500
MAX_MACROS: Final = 500

_DEFINES: Final = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|[gex]?def|DeclareMathOperator|let|require|usepackage)(?![A-Za-z])"
)
_NAME = re.compile(r"\*?\s*(?:\{\s*\\([A-Za-z]+|.)\s*\}|\\([A-Za-z]+|.))\s*", re.DOTALL)
_COUNT = re.compile(r"\[\s*([0-9])\s*\]\s*")
_PARAMETERS = re.compile(r"((?:#[1-9])*)\s*(?=\{)")
_TARGET = re.compile(r"\s*=?\s*(\\(?:[A-Za-z]+|.)|.)", re.DOTALL)
_CALL = re.compile(r"\\([A-Za-z]+|[^A-Za-z\s])")
_PARAMETER = re.compile(r"#([1-9])")

COMMON: Final[dict[str, str]] = {
    "R": "\\mathbb{R}", "N": "\\mathbb{N}", "Z": "\\mathbb{Z}", "reals": "\\mathbb{R}", "Reals": "\\mathbb{R}",
    "natnums": "\\mathbb{N}", "cnums": "\\mathbb{C}", "bra": "\\langle #1|", "ket": "|#1\\rangle",
    "braket": "\\langle #1\\rangle", "Bra": "\\left\\langle #1\\right|", "Ket": "\\left|#1\\right\\rangle",
}  # fmt: skip
"""Macros without a definition that readers of equations (MathJax, KaTeX) know; for those that set pictures."""


def defines(tex: str) -> bool:
    """Whether the LaTeX defines macros, or asks for a package of them."""
    return "\\" in tex and _DEFINES.search(tex) is not None


class _Macro(msgspec.Struct, frozen=True):
    """What stands for a macro; ``optional`` is the first argument's default, None where it has none."""

    body: str
    arguments: int = 0
    optional: str | None = None


def _highest(body: str) -> int:
    """How many arguments a body has places for."""
    return max(map(int, _PARAMETER.findall(body)), default=0)


class Macros:
    """The macros of one document, in reading order."""

    def __init__(self, known: dict[str, str] | None = None) -> None:
        self.known = {name: _Macro(body, _highest(body)) for name, body in (known or {}).items()}

    def take(self, tex: str) -> str:
        """The LaTeX without the definitions in it, which hold from now on; what can't be read as one stays."""
        if not _DEFINES.search(tex):
            return tex
        kept: list[str] = []
        at = 0
        while match := _DEFINES.search(tex, at):
            kept.append(tex[at : match.start()])
            end = self._define(match[0][1:], tex, match.end())
            if end is None:
                kept.append(match[0])
            at = end or match.end()
        kept.append(tex[at:])
        return "".join(kept)

    def _define(self, command: str, tex: str, at: int) -> int | None:
        """Reads one definition; where it ends, or None."""
        if command in {"require", "usepackage"}:
            argument = _argument(tex, at)
            return argument[1] if argument else None
        name = _NAME.match(tex, at)
        if name is None or len(self.known) >= MAX_MACROS:
            return None
        word, at = name[1] or name[2], name.end()
        if command == "let":
            target = _TARGET.match(tex, at)
            if target is None:
                return None
            self.known[word] = self.known.get(target[1][1:], _Macro(target[1]))
            return target.end()
        count, optional = 0, None
        if command.endswith("def"):
            parameters = _PARAMETERS.match(tex, at)
            if parameters is None:
                return None
            count, at = len(parameters[1]) // 2, parameters.end()
        elif command.endswith("command") and (number := _COUNT.match(tex, at)):
            count, at = int(number[1]), number.end()
            if tex.startswith("[", at) and (end := tex.find("]", at)) > 0:
                optional, at = tex[at + 1 : end], end + 1
        body = _argument(tex, at)
        if body is None:
            return None
        text = body[0]
        if command == "DeclareMathOperator":
            star = "*" if tex[name.start() : name.start() + 1] == "*" else ""
            text = f"\\operatorname{star}{{{text}}}"
        if command != "providecommand" or word not in self.known:
            self.known[word] = _Macro(text, count, optional)
        return body[1]

    def expand(self, tex: str) -> str:
        """The LaTeX with all macros replaced; as it is where it would grow beyond the limits."""
        if not self.known or "\\" not in tex:
            return tex
        text, at = tex, 0
        for _ in range(MAX_EXPANSIONS):
            call = next((m for m in _CALL.finditer(text, at) if m[1] in self.known), None)
            if call is None:
                return text
            replaced = self._replaced(text, call)
            if replaced is None:
                return tex
            # macros within what was put in are replaced in turn
            text, at = text[: call.start()] + replaced[0] + text[replaced[1] :], call.start()
            if len(text) > MAX_LENGTH:
                return tex
        return tex

    def _replaced(self, text: str, call: re.Match[str]) -> tuple[str, int] | None:
        """What stands for a call, and where the call's arguments end; None where one is missing."""
        macro = self.known[call[1]]
        at = call.end()
        arguments: list[str] = []
        if macro.optional is not None:
            end = text.find("]", at) if text.startswith("[", at) else -1
            arguments.append(text[at + 1 : end] if end > 0 else macro.optional)
            at = end + 1 if end > 0 else at
        while len(arguments) < macro.arguments:
            found = _argument(text, at)
            if found is None:
                return None
            arguments.append(found[0])
            at = found[1]
        body = _PARAMETER.sub(lambda m: arguments[int(m[1]) - 1] if int(m[1]) <= len(arguments) else "", macro.body)
        # a word at the body's end must not run into a letter behind the call
        glue = " " if re.search(r"\\[A-Za-z]+\Z", body) and text[at : at + 1].isalpha() else ""
        return body + glue, at


def _argument(tex: str, at: int) -> tuple[str, int] | None:
    """The next argument without its braces, and where it ends; None where there is none."""
    while at < len(tex) and tex[at].isspace():
        at += 1
    if at >= len(tex) or tex[at] == "}":
        return None
    if tex[at] == "\\":
        match = _CALL.match(tex, at)
        return (match[0], match.end()) if match else None
    if tex[at] != "{":
        return tex[at], at + 1
    depth, i = 0, at
    while i < len(tex):
        if tex[i] == "\\":
            i += 2
            continue
        depth += (tex[i] == "{") - (tex[i] == "}")
        i += 1
        if depth == 0:
            return tex[at + 1 : i - 1], i
    return None
