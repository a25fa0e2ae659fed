"""LaTeX as KaTeX takes it: Notion shows an equation that KaTeX refuses as red source text."""

from __future__ import annotations

import re

_LABEL = re.compile(r"\\label\s*\{[^{}]*\}")
_REF = re.compile(r"\\(?:eq|auto|c|C)?ref\s*\{([^{}]*)\}")
_WHOLE = re.compile(r"^\s*\\begin\{(equation|displaymath|math)\*?\}(.*)\\end\{\1\*?\}\s*$", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(align|gather|multline|eqnarray|flalign|alignat)(\*?)\}")
_HASH = re.compile(r"(?<!\\)#")
_INNER = {"align": "aligned", "gather": "gathered", "multline": "gathered", "eqnarray": "aligned", "flalign": "aligned"}
_UNKNOWN = (
    (re.compile(r"\\(?:nonumber|notag|displaylimits|allowbreak|hfill|noindent|centering)(?![A-Za-z])"), ""),
    (re.compile(r"\\(?:mathds|mathbbm)(?![A-Za-z])"), r"\\mathbb"),
    (re.compile(r"\\(?:textnormal|mbox|hbox)(?=\s*\{)"), r"\\text"),
    (re.compile(r"\\ensuremath(?![A-Za-z])"), ""),
    (re.compile(r"\\(?:intertext|shortintertext)(?=\s*\{)"), r"\\\\ \\text"),
)


def _inner(match: re.Match[str]) -> str:
    if match[2] == "alignat":
        return f"\\{match[1]}{{alignedat}}"
    return f"\\{match[1]}{{{_INNER[match[2]]}}}"


def katex(tex: str, number: str = "") -> str:
    r"""The equation in KaTeX's dialect, with ``\tag{number}`` if it has one.

    Display environments become their inner forms (``align`` → ``aligned``), which KaTeX takes anywhere;
    labels go, since nothing can refer to them; a reference keeps its name as text.
    """
    text = tex.strip()
    if "\\" not in text:
        return f"{text} \\tag{{{number}}}" if number else text
    text = _LABEL.sub("", text)
    whole = _WHOLE.match(text)
    if whole:
        text = whole[2].strip()
    text = _REF.sub(lambda m: f"\\text{{{m[1].replace('_', ' ')}}}", text)
    if "\\tag" not in text:
        text = _ENVIRONMENT.sub(_inner, text)
    if "#" in text and "\\def" not in text and "command" not in text:
        text = _HASH.sub(r"\\#", text)
    for pattern, replacement in _UNKNOWN:
        text = pattern.sub(replacement, text)
    if number and "\\tag" not in text:
        text = f"{text} \\tag{{{number}}}"
    return text.strip()
