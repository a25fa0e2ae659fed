"""LaTeX as MathML, which browsers show without any script."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from adapters.sandbox.web.html import Html, el

# environments that KaTeX knows and the library doesn't, under the name of one that it sets alike
_ALIKE = {
    "aligned": "align*",
    "split": "align*",
    "eqnarray": "align*",
    "eqnarray*": "align*",
    "gathered": "matrix",
    "gather*": "matrix",
    "gather": "matrix",
    "dcases": "cases",
    "darray": "array",
    "alignedat": "align*",
}
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(" + "|".join(map(re.escape, _ALIKE)) + r")\}")
_COLUMNS = re.compile(r"(\\begin\{align\*\})\{\d+\}")
_TAG = re.compile(r"\\tag(\*?)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
# the library passes text on as it is, so that a document could smuggle elements in: only these reach the page
_ELEMENTS = frozenset(
    f"{_MATHML}{name}"
    for name in [
        "math",
        "mrow",
        "mi",
        "mo",
        "mn",
        "mtext",
        "mspace",
        "mfrac",
        "msup",
        "msub",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mtable",
        "mtr",
        "mtd",
        "msqrt",
        "mroot",
        "mstyle",
        "mpadded",
        "mphantom",
        "mfenced",
        "menclose",
        "mmultiscripts",
        "mprescripts",
        "none",
        "mlabeledtr",
    ]
)
_REFUSED = re.compile(r"on|href|src|style|action|id|class|xlink")


@lru_cache(maxsize=2048)
def equation(tex: str, *, block: bool) -> Html:
    """An equation; what can't be set is shown as its source in red, as Notion does."""
    from latex2mathml.converter import convert

    try:
        known = _ENVIRONMENT.sub(lambda match: f"\\{match[1]}{{{_ALIKE[match[2]]}}}", tex)
        known = _COLUMNS.sub(r"\1", known)
        # KaTeX puts numbers at the right edge; here they stand behind their row
        known = _TAG.sub(lambda match: f"\\qquad\\text{{{match[2] if match[1] else f'({match[2]})'}}}", known)
        tree = etree.fromstring(convert(known, display="block" if block else "inline"))
    except Exception:  # noqa: BLE001 - the library raises whatever its parser stumbles over; the source is shown instead
        return _source(tex)
    for node in tree.iter():
        if node.tag not in _ELEMENTS or any(_REFUSED.match(str(name).lower()) for name in node.attrib):
            return _source(tex)
        if str(node.text or "").startswith("\\"):
            return _source(tex)
    markup = etree.tostring(tree, encoding="unicode")
    return Html(f'<span class="equation-block" tabindex="0">{markup}</span>' if block else markup)


def _source(tex: str) -> Html:
    return el("code", tex, class_="bad-equation", title="This equation can't be set")
