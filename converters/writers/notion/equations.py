"""LaTeX as KaTeX takes it: Notion shows an equation that KaTeX refuses as red source text."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import msgspec

from converters.writers.notion.katex_check import katex_fault
from converters.writers.notion.limits import MAX_EQUATION, clean, units

_LABEL = re.compile(r"\\label\s*\{[^{}]*\}")
_REF = re.compile(r"\\(eq|auto|c|C)?ref\s*\{([^{}]*)\}")
_TAG = re.compile(r"\\tag(\*?)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_WHOLE = re.compile(r"\s*\\begin\{(equation|displaymath|math)\*?\}(.*)\\end\{\1\*?\}\s*", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(align|gather|multline|eqnarray|flalign|alignat|xalignat|split)\*?\}")
_HASH = re.compile(r"(?<!\\)#")
_INNER = {
    "align": "aligned", "gather": "gathered", "multline": "gathered", "flalign": "aligned", "alignat": "alignedat",
    "xalignat": "alignedat", "eqnarray": "darray", "split": "aligned",
}  # fmt: skip
"""Display environments → their inner forms, which KaTeX takes anywhere and doesn't number by itself."""

_ROWS = re.compile(r"\\\\(?:\s*\[[^\]\n]*\])?|\\(?:begin|end)\s*\{[^{}]*\}|\\.|[{}]", re.DOTALL)
_OUTER = re.compile(
    r"(\\begin\{(?:aligned|gathered|align\*|gather\*|darray|alignedat)\}(?:\{[^{}]*\})?)(.*)(\\end\{[a-z*]+\})",
    re.DOTALL,
)

_DROPPED = (
    r"nonumber|notag|displaylimits|allowbreak|hfill|noindent|centering|xspace|ensuremath|vcenter|strut|null|goodbreak"
)
_NO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff]")
"""Blanks of no width, which copied text is full of."""
_LINES = re.compile("[\u2028\u2029\x85]")
"""Unicode's own line ends, which KaTeX takes for signs that it doesn't know."""
_UNKNOWN = (
    (re.compile(rf"\\(?:{_DROPPED})(?![A-Za-z])"), ""),
    (re.compile(r"\\(?:vspace\*?|require|leftroot|uproot)\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\(?:mathds|mathbbm)(?![A-Za-z])"), r"\\mathbb"),
    (re.compile(r"\\(?:mbox|hbox|textsc)(?=\s*\{)"), r"\\text"),
    (re.compile(r"\\(?:intertext|shortintertext)(?=\s*\{)"), r"\\\\ \\text"),
    (re.compile(r"\\hdots(?![A-Za-z])"), r"\\ldots"),
    (re.compile(r"\\idotsint(?![A-Za-z])"), r"\\int\\cdots\\int"),
    (re.compile(r"\\cancelto\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"\\overset{\1}{\\cancel{\2}}"),
    (re.compile(r"\\(?:nicefrac|sfrac)\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"{\1}/{\2}"),
    (re.compile(r"\\root\s*([^\\{}]+?)\s*\\of\s*\{"), r"\\sqrt[\1]{"),
    (re.compile(r"\\buildrel\s*(\{[^{}]*\}|\\?\w+)\s*\\over\s*(\{[^{}]*\}|\\?\w+|[^\w\s])"), r"\\overset{\1}{\2}"),
    (re.compile(r"\\(?:Tr)(?![A-Za-z])"), r"\\operatorname{Tr}"),
)
"""What MathJax or LaTeX know and KaTeX doesn't → what looks the same."""


class Equation(msgspec.Struct, frozen=True):
    """What Notion is sent: one expression, or several where one would be too long; ``fault`` where KaTeX would refuse."""

    parts: tuple[str, ...]
    fault: str = ""


@functools.lru_cache(maxsize=2048)
def equation(tex: str, number: str = "", *, display: bool = True) -> Equation:
    """An equation for Notion. Without parts: nothing to show. ``fault`` says why it must be shown as code."""
    expression = clean(katex(tex, number, display=display))
    if not expression:
        return Equation(())
    fault = katex_fault(expression, display=display)
    if fault:
        return Equation((expression,), fault)
    if units(expression) <= MAX_EQUATION:
        return Equation((expression,))
    parts = tuple(_split(expression)) if display else ()
    if parts and all(units(part) <= MAX_EQUATION and not katex_fault(part, display=True) for part in parts):
        return Equation(parts)
    return Equation((expression,), f"{len(expression)} characters, Notion takes 1,000")


def _inner(match: re.Match[str]) -> str:
    columns = "{rcl}" if match[2] == "eqnarray" and match[1] == "begin" else ""
    return f"\\{match[1]}{{{_INNER[match[2]]}}}{columns}"


def _starred(match: re.Match[str]) -> str:
    """An environment whose rows carry tags; without numbers of KaTeX's own."""
    if match[2] == "split":
        return _inner(match)
    name = {"multline": "gather", "flalign": "align", "eqnarray": "align", "xalignat": "alignat"}.get(
        match[2], match[2]
    )
    return f"\\{match[1]}{{{name}*}}"


def katex(tex: str, number: str = "", *, display: bool = True) -> str:
    r"""The equation in KaTeX's dialect, with ``\tag{number}`` if it has one.

    Display environments become their inner forms (``align`` → ``aligned``), or where rows have tags those without
    numbers of their own (``align*``); labels go, since nothing can refer to them; a reference keeps its name as text.
    """
    text = tex.strip() if tex.isascii() else _NO_WIDTH.sub("", _LINES.sub("\n", tex)).strip()
    if "\\" not in text:
        text = _HASH.sub(r"\\#", text) if "#" in text else text
        return f"{text} \\tag{{{number}}}" if number else text
    text = _LABEL.sub("", text)
    whole = _WHOLE.fullmatch(text)
    if whole:
        text = whole[2].strip()
    text = _REF.sub(lambda m: _reference(m[2], parentheses=m[1] == "eq"), text)
    if not display:
        text = _TAG.sub(lambda m: f"\\quad\\text{{{m[2] if m[1] else f'({m[2]})'}}}", text)
    text = _ENVIRONMENT.sub(_starred if "\\tag" in text else _inner, text)
    if "#" in text and "\\def" not in text and "command" not in text:
        text = _HASH.sub(r"\\#", text)
    for pattern, replacement in _UNKNOWN:
        text = pattern.sub(replacement, text)
    if number and "\\tag" not in text:
        text = f"{text} \\tag{{{number}}}"
    return text.strip()


def _reference(label: str, *, parentheses: bool) -> str:
    words = re.sub(r"[\\{}$&#%^~]", "", label).replace("_", " ")
    return f"\\text{{({words})}}" if parentheses else f"\\text{{{words}}}"


def _split(expression: str) -> Iterator[str]:
    """An environment of many rows as several of fewer rows; nothing where it can't be taken apart."""
    tag = _TAG.search(expression)
    outer = _OUTER.fullmatch(
        (expression[: tag.start()] if tag and tag.end() == len(expression) else expression).strip()
    )
    if outer is None:
        return
    behind = tag[0] if tag and tag.end() == len(expression) else ""
    room = MAX_EQUATION - len(outer[1]) - len(outer[3]) - len(behind) - 4
    rows: list[str] = [""]
    depth = at = 0
    for match in _ROWS.finditer(outer[2]):
        if match[0][:2] == "\\\\" and depth == 0:
            rows[-1] += outer[2][at : match.start()]
            rows.append("")
            at = match.end()
        depth += match[0].startswith(("{", "\\begin")) - match[0].startswith(("}", "\\end"))
    rows[-1] += outer[2][at:]
    groups: list[str] = []
    for row in rows:
        if groups and units(groups[-1]) + units(row) + 2 <= room:
            groups[-1] += "\\\\" + row
        else:
            groups.append(row)
    for i, group in enumerate(groups):
        yield f"{outer[1]}{group}{outer[3]}" + (f" {behind}" if behind and i == len(groups) - 1 else "")
