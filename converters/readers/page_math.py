r"""Equations of a page, however it draws them → ``<span class="math inline">`` with the LaTeX that they were made from.

MathJax keeps LaTeX in scripts, KaTeX and MathML in annotations, LaTeXML in ``alttext``, Sphinx in pictures' ``alt``;
pages that are drawn when they open have it in their text, between ``\(…\)``, ``\[…\]``, ``$…$`` and ``$$…$$``.
"""

from __future__ import annotations

import re
from typing import Any

_IN_TEXT = re.compile(
    r"\\\((?P<a>.{1,2000}?)\\\)|\\\[(?P<b>.{1,4000}?)\\\]|(?<![\\$])\$\$(?P<c>[^$]{1,4000}?)\$\$"
    r"|(?P<d>\\begin\{(?P<env>equation|align|gather|multline|eqnarray|alignat|flalign)(?P<star>\*?)\}.{1,4000}?\\end\{(?P=env)(?P=star)\})"
    r"|(?<![\\$\w])\$(?P<e>[^\s$](?:[^$\n]*?[^\s\\$])?)\$(?![\d$])",
    re.DOTALL,
)
"""With bounds, so that marks that never close cost no more than their number. Longer equations stay text."""

_NO_MATH = frozenset({"script", "style", "pre", "code", "textarea", "title", "head", "svg", "kbd", "samp"})
_DRAWN = (
    "MathJax_Preview",
    "MathJax",
    "MathJax_Display",
    "MathJax_SVG",
    "MathJax_CHTML",
    "MathJax_SVG_Display",
    "MJX_Assistive_MathML",
)
_MATHML_MAX = 2000
"""Elements of one MathML formula; beyond that its text is shown."""


def restore_math(root: Any, *, dollars: bool) -> None:
    """All equations of the tree as spans. ``dollars``: the page loads what finds them in its text."""
    scripts = [one for one in root.iter("script") if (one.get("type") or "").lower().startswith("math/")]
    for script in scripts:
        kind = (script.get("type") or "").lower()
        if kind.startswith("math/tex"):
            _replace(script, script.text or "", display="mode=display" in kind.replace(" ", ""))
    if scripts:
        for name in _DRAWN:
            for one in root.xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]"):
                _drop(one)
    for one in root.xpath("//*[contains(concat(' ', @class, ' '), ' katex-display ')]"):
        _replace(one, _annotation(one), display=True)
    for one in root.xpath("//*[contains(concat(' ', @class, ' '), ' katex ')]"):
        _replace(one, _annotation(one), display=False)
    for one in list(root.iter("mjx-container")):
        inner = next(one.iter("math"), None)
        if inner is not None:
            _replace(one, _annotation(inner) or _tex(inner), display=one.get("display") == "true")
    for one in list(root.iter("math")):
        _replace(one, tex_of(one), display=one.get("display") == "block")
    for one in root.xpath("//img[contains(concat(' ', @class, ' '), ' math ')][@alt]"):
        _replace(one, one.get("alt"), display="display" in (one.get("class") or ""))
    if dollars:
        body = next(root.iter("body"), root)
        _in_texts(body)


def _annotation(element: Any) -> str:
    """The LaTeX that a formula says it was made from."""
    for one in element.iter("annotation"):
        if "tex" in (one.get("encoding") or "").lower():
            return "".join(one.itertext()).strip()
    return ""


def tex_of(formula: Any) -> str:
    """LaTeX for a MathML formula: that which it was made from, or made from its elements; empty where that can't be."""
    tex = _annotation(formula) or formula.get("alttext") or _tex(formula)
    return re.sub(r"^\\displaystyle\s*", "", tex).strip()


def _replace(element: Any, tex: str, *, display: bool) -> None:
    """The equation as a span in the element's place; nothing changes where there is no LaTeX."""
    tex = tex.strip()
    parent = element.getparent()
    if not tex or parent is None:
        return
    span = _span(parent, tex, display=display)
    span.tail = element.tail
    parent.replace(element, span)


def _span(parent: Any, tex: str, *, display: bool) -> Any:
    span = parent.makeelement("span", {"class": "math display" if display else "math inline"})
    span.text = f"\\[{tex}\\]" if display else f"\\({tex}\\)"
    return span


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(element)


def _in_texts(body: Any) -> None:
    """Equations in the text of a page, outside of code."""
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element.tag in _NO_MATH:
            continue
        if "math" in (element.get("class") or "").split():
            continue
        if element.text and _may_hold(element.text):
            _split(element, element.text, None)
        for child in list(element):
            if child.tail and _may_hold(child.tail):
                _split(element, child.tail, child)


def _may_hold(text: str) -> bool:
    return "$" in text or "\\(" in text or "\\[" in text or "\\begin{" in text


def _split(parent: Any, text: str, after: Any) -> None:
    """Text of ``parent`` (behind its child ``after``, or at its start) with its equations as spans."""
    end = 0
    spot = parent.index(after) + 1 if after is not None else 0
    last = after
    for match in _IN_TEXT.finditer(text):
        tex = next(filter(None, (match["a"], match["b"], match["c"], match["d"], match["e"])), "")
        if not tex.strip():
            continue
        display = match["a"] is None and match["e"] is None
        _put_text(parent, last, text[end : match.start()])
        span = _span(parent, tex.strip(), display=display)
        parent.insert(spot, span)
        spot += 1
        last, end = span, match.end()
    if end:
        _put_text(parent, last, text[end:])


def _put_text(parent: Any, after: Any, text: str) -> None:
    if after is None:
        parent.text = text
    else:
        after.tail = text


_PATTERNS = {
    "mfrac": ("\\frac{{{0}}}{{{1}}}", 2), "msup": ("{{{0}}}^{{{1}}}", 2), "msub": ("{{{0}}}_{{{1}}}", 2),
    "msubsup": ("{{{0}}}_{{{1}}}^{{{2}}}", 3), "mroot": ("\\sqrt[{1}]{{{0}}}", 2),
    "mover": ("\\overset{{{1}}}{{{0}}}", 2), "munder": ("\\underset{{{1}}}{{{0}}}", 2),
    "munderover": ("\\underset{{{1}}}{{\\overset{{{2}}}{{{0}}}}}", 3),
}  # fmt: skip
_LIMITS = frozenset("∑∏∫∮⋃⋂∐") | {"lim", "max", "min", "sup", "inf"}


def _tex(element: Any) -> str:
    """LaTeX for presentation MathML that names none: the usual elements; others give what they hold."""
    if sum(1 for _ in zip(element.iter(), range(_MATHML_MAX + 1), strict=False)) > _MATHML_MAX:
        return ""
    return _node(element, 0).strip()


def _node(element: Any, depth: int) -> str:
    tag = element.tag if isinstance(element.tag, str) else ""
    text = (element.text or "").strip()
    if depth > 60 or tag in {"annotation", "annotation-xml", ""}:
        return ""
    if tag in {"mi", "mn", "mo", "ms"}:
        return f"\\mathrm{{{text}}}" if tag == "mi" and len(text) > 1 and text.isalpha() else f"{_escaped(text)} "
    if tag == "mtext":
        return f"\\text{{{_escaped(element.text or '')}}}"
    if tag == "mspace":
        return "\\ "
    parts = [_node(child, depth + 1) for child in element]
    if tag == "mtable":
        return "\\begin{matrix}" + " \\\\ ".join(parts) + "\\end{matrix}"
    if tag in {"mtr", "mlabeledtr"}:
        return " & ".join(parts)
    if tag == "mfenced":
        marks = (element.get("separators", ",").split() or [""])[0]
        inside = f"{_escaped(marks)} ".join(parts)
        return f"\\left{_bracket(element.get('open', '('))}{inside}\\right{_bracket(element.get('close', ')'))}"
    if tag == "msqrt":
        return f"\\sqrt{{{''.join(parts)}}}"
    if tag in _PATTERNS and len(parts) == _PATTERNS[tag][1]:
        base = "".join(element[0].itertext()).strip()
        if base in _LIMITS and tag in {"munder", "mover", "munderover"}:
            shapes = {"munder": "{0}_{{{1}}}", "mover": "{0}^{{{1}}}", "munderover": "{0}_{{{1}}}^{{{2}}}"}
            return shapes[tag].format(*parts)
        return _PATTERNS[tag][0].format(*(part.strip() for part in parts))
    return "".join(parts) or _escaped(text)


def _bracket(mark: str) -> str:
    r"""A bracket as LaTeX's ``\\left`` takes it; none is a dot."""
    return "\\" + mark if mark in {"{", "}"} else mark or "."


def _escaped(text: str) -> str:
    return re.sub(r"([#$%&_{}])", r"\\\1", text)
