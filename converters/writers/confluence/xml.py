"""Elements of Confluence storage format, escaped by construction: text can't become markup.

:class:`Xml` is markup; a plain ``str`` given to :func:`el` is text and gets escaped. No white space is ever added,
because blanks inside parameters count (an ``ac:parameter`` of ``" py "`` is an invalid language on Data Center).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Final
from xml.parsers import expat

_SPECIAL: Final = re.compile(r'[&<>"\r]')
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": ""}

_ROOT: Final = '<root xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier">'


class Xml(str):
    """Well-formed markup. Made only by this module's functions, so a plain string never passes for it."""

    __slots__ = ()


EMPTY: Final = Xml("")


@functools.cache
def _illegal() -> re.Pattern[str]:
    """Characters that XML 1.0 forbids, and the noncharacters; made when first needed, as that takes milliseconds.

    Source: https://www.w3.org/TR/xml/#charsets.
    """
    planes = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 17))
    return re.compile(f"[^\t\n\r\u0020-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{planes}]")


def is_clean(text: str) -> bool:
    """Whether XML can carry all of the text.

    All that Python counts as printable is, which is told much quicker than by a pattern; of what isn't, lines' ends,
    tabs and unbreakable blanks are common.
    """
    if text.replace("\n", "").replace("\t", "").replace("\u00a0", "").isprintable():
        return True
    return _illegal().search(text) is None


def clean(text: str) -> str:
    """The text without characters that XML can't carry."""
    return text if is_clean(text) else _illegal().sub("", text)


def escape(text: str) -> Xml:
    """Text as markup."""
    if text.isascii() and text.isprintable():  # as `plain` tells it
        return Xml(_SPECIAL.sub(_entity, text) if _SPECIAL.search(text) else text)
    return entities(clean(text))


def entities(text: str) -> Xml:
    """Text without characters that XML forbids as markup."""
    return Xml(_SPECIAL.sub(_entity, text) if _SPECIAL.search(text) else text)


def plain(text: str) -> bool:
    """Whether the text is ASCII in one line: most is, and this is told much quicker than by a pattern."""
    return text.isascii() and text.isprintable()


def _entity(hit: re.Match[str]) -> str:
    return _ENTITIES[hit[0]]


def cdata(text: str) -> Xml:
    """A CDATA section; ``]]>`` in the text is split over two sections, for they can't nest."""
    return Xml("<![CDATA[" + clean(text).replace("]]>", "]]]]><![CDATA[>") + "]]>")


def join(parts: Iterable[Xml]) -> Xml:
    """The parts, one after the other."""
    return Xml("".join(parts))


def el(name: str, attributes: Mapping[str, str | int | None] | None = None, *children: str) -> Xml:
    """An element. Children that are not :class:`Xml` are text; attributes that are None or empty are left out."""
    head = name
    if attributes:
        for key, value in attributes.items():
            if value is not None and value != "":
                head += f' {key}="{escape(value if type(value) is str else str(value))}"'
    if not children:
        return Xml(f"<{head} />")
    if len(children) == 1:
        only = children[0]
        return Xml(f"<{head}>{only if type(only) is Xml else escape(only)}</{name}>")
    inner = "".join([child if type(child) is Xml else escape(child) for child in children])
    return Xml(f"<{head}>{inner}</{name}>")


def tags(name: str, attributes: Mapping[str, str | int | None] | None = None) -> tuple[Xml, Xml]:
    """Start and end of an element, for those that are written very often."""
    start, end = el(name, attributes, Xml("|")).split("|")
    return Xml(start), Xml(end)


def within(frame: tuple[Xml, Xml], inner: Xml) -> Xml:
    """Markup between two tags."""
    return Xml(frame[0] + inner + frame[1])


def trusted(markup: str) -> Xml | None:
    """Markup of a trusted origin as it is, or None where it isn't well-formed."""
    parser = expat.ParserCreate("utf-8", " ")
    try:
        parser.Parse(f"{_ROOT}{markup}</root>".encode(errors="surrogatepass"), True)
    except expat.ExpatError:
        return None
    return Xml(markup)
