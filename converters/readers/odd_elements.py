"""HTML that no wiki has and that isn't just text: formulas, areas of pictures, bars, drawing places, forms, whole pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from converters import notes
from converters.model import Block, InlineMath, Math, Span
from converters.readers.address import href
from converters.readers.page_math import tex_of

if TYPE_CHECKING:
    from converters.readers.context import MarkdownContext
    from converters.readers.html import HtmlReader
    from converters.readers.inline_tags import TagReader

ODD = frozenset({"math", "area", "progress", "meter", "canvas"})
"""Elements that :func:`odd_element` knows; any whose name has a hyphen is one more."""


HELD = "nbwiki-held"
"""Stands in HTML for pieces of Markdown that HTML has no words for, see ``MarkdownContext.held``."""
_AROUND = frozenset({"semantics", "annotation", "annotation-xml", "none"})
"""Elements of MathML whose names don't begin as all others do."""
_BEYOND = ("mmultiscripts", "menclose", "mstack", "mlongdiv", "maction", "mphantom")
"""Elements of MathML of which only the content is taken over."""


def odd_element(child: Any, tag: str, line: TagReader, reader: HtmlReader) -> bool:
    """Whether such an element is done with; if not, what is in it is still to be read."""
    if tag == "math":
        return _formula(child, line, reader)
    if tag == HELD:
        return _held(child, line, reader)
    if tag == "area":
        _area(child, line, reader)
    elif tag in {"progress", "meter"}:
        return _bar(child, line)
    elif not "".join(child.itertext()).strip() and not len(child):
        tell_once(f"<{tag}> is left out: a script draws what it shows", "dropped", "html.element", reader.context)
    return False


def _held(child: Any, line: TagReader, reader: HtmlReader) -> bool:
    """Pieces of Markdown's that were read before."""
    number = child.get("data-n") or ""
    if not number.isdecimal() or int(number) >= len(reader.context.held):
        return False
    for piece in reader.context.held[int(number)]:
        line.put(piece)  # type: ignore[arg-type]
    return True


def tell_once(text: str, kind: str, code: str, context: MarkdownContext) -> None:
    """One note a document."""
    if text not in context.told:
        context.told.add(text)
        context.notes.append(notes.Note(kind, code, text, context.where))  # type: ignore[arg-type]


def _formula(child: Any, line: TagReader, reader: HtmlReader) -> bool:
    """MathML as LaTeX: that which it names, or made from its elements."""
    names = {one.tag for one in child.iter() if isinstance(one.tag, str)}
    if any(
        name[:1] != "m" and name not in _AROUND for name in names
    ):  # it never ended: the text behind it is no formula
        return False
    tex = tex_of(child)
    if not tex or (next(child.iter("annotation"), None) is None and next(child.iter(*_BEYOND), None) is not None):
        text = "a formula in MathML has marks that LaTeX isn't made of: only its letters and signs are shown"
        reader.context.notes.append(notes.degraded("html.math", text, reader.where))
    if not tex:
        return False
    line.put(Math(tex, where=reader.where) if child.get("display") == "block" else InlineMath(tex))
    return True


def _area(child: Any, line: TagReader, reader: HtmlReader) -> None:
    """An area of a picture that leads somewhere: a link of its own, as wikis' pictures lead to one place."""
    address = child.get("href") or ""
    target = href(address, reader.context, reader.where) if address else None
    if target is not None:
        tell_once("areas of a picture are links below it", "degraded", "html.area", reader.context)
        line.put(Span(child.get("alt") or child.get("title") or address, href=target))
        line.text.append(" ")


def _bar(child: Any, line: TagReader) -> bool:
    """A bar without words as its share."""
    if "".join(child.itertext()).strip() or (child.tail or "").strip()[:1].isdecimal():  # which says it
        return False
    try:
        share = float(child.get("value") or "") / float(child.get("max") or "1")
    except (ValueError, ZeroDivisionError):
        return False
    line.text.append(f"{share:.0%}" if 0 <= share <= 1 else str(child.get("value")))
    return True


def whole_page(child: Any, tag: str, out: list[Block], reader: HtmlReader) -> bool:
    """Whether a frame held its page itself (``srcdoc``), and that is on the page; not one within another."""
    text = child.get("srcdoc") or ""
    context = reader.context
    if tag != "iframe" or child.get("src") or not text.strip() or context.in_frame:
        return False
    from converters.readers.html import read_html

    context.in_frame = True
    try:
        found = read_html(text, context, narrative=reader.narrative)
    finally:
        context.in_frame = False
    out.extend(found)
    return bool(found)


def tell_unknown(child: Any, tag: str, reader: HtmlReader) -> None:
    """A note for an element of a site's own (React, MDX) whose attributes say what it shows."""
    empty = not len(child) and not (child.text or "").strip()
    if child.attrib and tag not in ODD and "-" not in tag and (empty or reader.narrative):
        what = "is left out" if empty else "is no element of HTML: only what stands in it is shown"
        tell_once(f"<{tag}> {what}", "dropped" if empty else "degraded", "html.element", reader.context)


def tell_fields(name: str, a: Mapping[str, str], context: MarkdownContext) -> None:
    """A note for fields that people were to fill in; boxes to tick are marks of lists as well."""
    kinds = {"checkbox", "radio", "hidden", "submit", "button", "reset", "image"}
    if name in {"select", "textarea"} or (name == "input" and a.get("type", "text").lower() not in kinds):
        text = "fields of a form are shown as what stands in them: nobody can fill them in on the page"
        tell_once(text, "degraded", "html.form", context)
