r"""mhchem's ``\ce{…}`` and amsmath's ``\sideset`` in plain LaTeX, for engines that know neither.

What isn't understood whole stays as it was written: no formula is half right.
"""

from __future__ import annotations

import re
from typing import Final

_ARROWS: Final = {
    "<=>>": "\\rightleftharpoons", "<<=>": "\\rightleftharpoons", "<=>": "\\rightleftharpoons", "<-->": "\\rightleftarrows",
    "<->": "\\leftrightarrow", "->": "\\rightarrow", "<-": "\\leftarrow",
}  # fmt: skip
"""Source: mhchem's manual for MathJax and KaTeX, "Reaction arrows"."""
_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_ARROW = re.compile(r"(<=>>|<<=>|<=>|<-->|<->|->|<-)(?:\[([^\[\]]*)\])?(?:\[([^\[\]]*)\])?")
_COEFFICIENT = re.compile(r"(\d+)/(\d+)(?=[ A-Z(\[])|(\d+(?:\.\d+)?)(?=[ A-Z(\[])")
_ELEMENT = re.compile(r"[A-Z][a-z]?")
_SUPER = re.compile(rf"\^(?:{_GROUP}|([0-9]*[+\-]|[0-9]+|[A-Za-z*]+))")
_SUB = re.compile(rf"_(?:{_GROUP}|([0-9]+|[A-Za-z]))")
_DIGITS = re.compile(r"\d+")
_CHARGE = re.compile(r"[+\-](?=[\s\]),;]|$)")
_STATE = re.compile(r"\((?:aq|s|l|g|sln|cr|am|vit|ads)\)")
_MATH = re.compile(r"\$([^$]*)\$")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_WORDS = re.compile(_GROUP)
_BONDS: Final = {"-": "{-}", "=": "{=}", "#": "{\\equiv}"}
_CALL = re.compile(rf"\\cee?(?![A-Za-z])\s*{_GROUP}")
_SIDESET = re.compile(
    rf"\\sideset\s*{_GROUP}\s*{_GROUP}\s*(\\[A-Za-z]+)(?:\s*\\limits)?((?:\s*[_^]\s*(?:{_GROUP}|\\[A-Za-z]+|[^\\{{}}\s])){{0,2}})"
)
_LIMIT = re.compile(rf"([_^])\s*(?:{_GROUP}|(\\[A-Za-z]+|[^\\{{}}\s]))")
_MAX = 1_000
"""Characters of one formula; ours."""


def plainer(tex: str) -> str:
    """The LaTeX with these commands in words that all engines know."""
    if "\\ce" in tex:
        tex = _CALL.sub(lambda match: formula(match[1]) or match[0], tex)
    if "\\sideset" in tex:
        tex = _SIDESET.sub(_sideset, tex)
    return tex


def _sideset(match: re.Match[str]) -> str:
    """An operator with signs at its corners, its limits above and below."""
    before, after, operator = match[1].strip(), match[2].strip(), match[3]
    core = f"{{}}{before}{operator}\\nolimits{{}}{after}" if before else f"{{{operator}}}{after}"
    for sign, group, single in _LIMIT.findall(match[4]):
        core = f"\\{'underset' if sign == '_' else 'overset'}{{{group or single}}}{{{core}}}"
    return core


def formula(text: str) -> str | None:
    """A chemical formula or reaction in LaTeX; None where something in it isn't known."""
    if len(text) > _MAX:
        return None
    out: list[str] = []
    position, atom = 0, False
    text = text.strip()
    while position < len(text):
        made = _piece(text, position, atom=atom, start=not out or (out[-1].endswith((" ", "}")) and not atom))
        if made is None:
            return None
        piece, position, atom = made
        out.append(piece)
    return "".join(out).strip()


def _piece(text: str, at: int, *, atom: bool, start: bool) -> tuple[str, int, bool] | None:
    """LaTeX of what begins at a place, where the rest begins, and whether it is an atom that numbers count; one arm a sign.

    ``atom`` says that of what stands in front, ``start`` whether a formula begins here.
    """
    sign = text[at]
    alone = (at == 0 or text[at - 1] == " ") and text[at + 1 : at + 2] in {"", " "}
    if sign.isspace():
        return " ", at + 1, False
    if match := _ARROW.match(text, at):
        return _arrow(match), match.end(), False
    if alone and sign in "+-=":
        return f" {sign} ", at + 1, False
    if alone and sign in "^v":
        return ("\\uparrow" if sign == "^" else "\\downarrow"), at + 1, False
    if not atom and start and (match := _COEFFICIENT.match(text, at)):
        number = f"\\frac{{{match[1]}}}{{{match[2]}}}" if match[1] else match[3]
        return f"{number}\\,", match.end(), False
    if match := _STATE.match(text, at):
        return f"\\,\\mathrm{{{match[0]}}}", match.end(), False
    if match := _ELEMENT.match(text, at):
        return f"\\mathrm{{{match[0]}}}", match.end(), True
    if match := _SUPER.match(text, at):
        inner = (match[1] if match[1] is not None else match[2]).replace("+", "{+}").replace("-", "{-}")
        inner = f"\\mathrm{{{inner}}}" if inner.isalpha() else inner
        return f"{'' if atom else '{}'}^{{{inner}}}", match.end(), True
    if match := _SUB.match(text, at):
        inner = match[1] if match[1] is not None else match[2]
        upright = inner if len(inner) == 1 or inner.isdecimal() else f"\\mathrm{{{inner}}}"
        return f"{'' if atom else '{}'}_{{{upright}}}", match.end(), True
    if atom and (match := _DIGITS.match(text, at)):
        return f"_{{{match[0]}}}", match.end(), True
    if atom and (match := _CHARGE.match(text, at)):
        return f"^{{{{{match[0]}}}}}", match.end(), True
    if sign in ")]":
        return sign, at + 1, True
    return _rest(text, at)


def _rest(text: str, at: int) -> tuple[str, int, bool] | None:
    """Signs that mean the same wherever they stand; None for what isn't known."""
    sign = text[at]
    if sign in _BONDS:
        return _BONDS[sign], at + 1, False
    if sign in "*.":
        return "\\cdot ", at + 1, False
    if sign in "([,;:'":
        return sign, at + 1, False
    if match := _MATH.match(text, at):
        return f"{{{match[1]}}}", match.end(), True
    if match := _WORDS.match(text, at):
        return (f"\\text{{{match[1]}}}", match.end(), True) if re.fullmatch(r"[\w .,\-]*", match[1]) else None
    if match := _COMMAND.match(text, at):
        return f"{match[0]} ", match.end(), True
    if sign.isalpha() and sign.isascii():
        return sign, at + 1, True
    return ("\\cdots ", at + 3, False) if text.startswith("...", at) else None


def _arrow(match: re.Match[str]) -> str:
    """An arrow with what stands above and below it."""
    arrow = _ARROWS[match[1]]
    above, below = (_label(words) for words in (match[2], match[3]))
    if not (above or below):
        return f" {arrow} "
    if match[1] == "->":
        return f" \\xrightarrow{f'[{below}]' if below else ''}{{{above}}} "
    made = f"\\overset{{{above}}}{{{arrow}}}" if above else arrow
    return f" \\underset{{{below}}}{{{made}}} " if below else f" {made} "


def _label(words: str | None) -> str:
    """What stands at an arrow: a formula where it reads as one, else text."""
    words = (words or "").strip()
    if not words:
        return ""
    if re.fullmatch(r"[a-z][a-z .,\-]*", words):
        return f"\\text{{{words}}}"
    return formula(words) or f"\\text{{{words}}}"
