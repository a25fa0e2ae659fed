"""LaTeX as MathML, which browsers show without any script."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from adapters.sandbox.web.html import Html, el

_MATHML = "{http://www.w3.org/1998/Math/MathML}"


@lru_cache(maxsize=2048)
def equation(tex: str, *, block: bool) -> Html:
    """An equation; what can't be set is shown as its source in red, as Notion does."""
    from latex2mathml.converter import convert

    try:
        tree = etree.fromstring(convert(tex, display="block" if block else "inline"))
    except Exception:  # noqa: BLE001 - the library raises whatever its parser stumbles over; the source is shown instead
        return _source(tex)
    for node in tree.iter():
        # the library passes text on as it is: whatever is no plain MathML never reaches the page
        if not str(node.tag).startswith(_MATHML) or any(
            name.startswith("on") or "href" in name for name in node.attrib
        ):
            return _source(tex)
        if str(node.text or "").startswith("\\"):
            return _source(tex)
    markup = etree.tostring(tree, encoding="unicode")
    return Html(f'<span class="equation-block" tabindex="0">{markup}</span>' if block else markup)


def _source(tex: str) -> Html:
    return el("code", tex, class_="bad-equation", title="This equation can't be set")
