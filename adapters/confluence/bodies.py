"""Bodies in storage format as trees: parsed, compared, written back, and the part of them that belongs to people."""

from __future__ import annotations

import html
import re
from html.entities import name2codepoint

from lxml import etree

AC = "{http://atlassian.com/content}"
RI = "{http://atlassian.com/resource/identifier}"
MARKER = f"{AC}inline-comment-marker"
READER_NOTES = "notes from readers"
"""Heading (compared without case) from which on a page belongs to people. Source: design, section 7."""

_OPEN = (
    '<root xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier"'
    ' xmlns:at="http://atlassian.com/template">'
)
_CDATA_OR_ENTITY = re.compile(r"(<!\[CDATA\[.*?\]\]>)|&([A-Za-z][A-Za-z0-9]*);", re.DOTALL)
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_HEADING = re.compile(r"<h[1-6]\b[^>]*>(.*?)</h[1-6]\s*>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"\s+")
_MARKER_TAGS = re.compile(r"</?ac:inline-comment-marker\b[^>]*>")
_EMPTY = re.compile(r"<p/>|<p>(?:\s|<br/>)*</p>")
"""Blank lines, which an editor's cursor leaves behind."""

_SERVERS = re.compile(r"""\s(?:ac:)?(?:local-id|macro-id|schema-version|version-at-save)=(?:"[^"]*"|'[^']*')""")
"""Attributes that servers and the browser's editor add by themselves. Source: Confluence reference, section 15."""


def parse(body: str) -> etree._Element:
    """A body below one root; named entities become characters. Raises ValueError for what is no XML."""
    text = _CDATA_OR_ENTITY.sub(_entity, body)
    parser = etree.XMLParser(resolve_entities=False, strip_cdata=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(f"{_OPEN}{text}</root>".encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None


def serialise(root: etree._Element) -> str:
    """The content of :func:`parse`'s root as storage format."""
    text = etree.tostring(root, encoding="unicode")
    return "" if text.endswith("/>") else text[text.index(">") + 1 : text.rindex("</")]


def split(body: str) -> tuple[str, str]:
    """Our part of a body and the region of people: from a heading "Notes from readers" on, empty where there is none.

    Only a heading that stands by itself counts (in a panel or a table it is content like any other).
    """
    if READER_NOTES not in body.casefold():
        return body, ""
    for found in _HEADING.finditer(body):
        words = html.unescape(_TAG.sub("", found[1]))
        if " ".join(words.split()).casefold() == READER_NOTES and _is_top(body[: found.start()]):
            return body[: found.start()], body[found.start() :]
    return body, ""


def _is_top(before: str) -> bool:
    """Whether everything that opens in this beginning of a body closes in it."""
    try:
        parse(before)
    except ValueError:
        return False
    return True


def same(one: str, other: str) -> bool:
    """Whether two bodies say the same in our part, whatever a server, an editor or a commenter put around it."""
    return _canonical(one) == _canonical(other)


def _canonical(body: str) -> str:
    text = _SERVERS.sub("", _MARKER_TAGS.sub("", split(body)[0]))
    text = _EMPTY.sub("", _CDATA_OR_ENTITY.sub(_entity, text).replace(" />", "/>"))
    return _SPACES.sub(" ", text).strip()


def _entity(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    name = match[2]
    return match[0] if name in _XML_ENTITIES or name not in name2codepoint else chr(name2codepoint[name])


def plain(storage: str) -> str:
    """The words of a comment's body."""
    try:
        root = parse(storage)
    except ValueError:
        return storage
    return " ".join(" ".join(str(text) for text in root.itertext()).split())
