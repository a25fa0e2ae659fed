"""Bodies in storage format as trees: parsed, compared, written back, and the part of them that belongs to people."""

from __future__ import annotations

import html
import re
from html.entities import name2codepoint

from lxml import etree

from adapters.base import Record, Rendered

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


FRAME = ("nbwiki-begin", "nbwiki-end")
"""Anchors around our part of a page of the hub: what stands before and behind it belongs to people."""


def framed(body: str) -> str:
    """A page of the hub as it is sent, between its two anchors. A report can hold such anchors as well: only records tell
    which pages are the hub's.
    """
    marks = (
        f'<p><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">{name}</ac:parameter>'
        "</ac:structured-macro></p>"
        for name in FRAME
    )
    return f"{next(marks)}{body}{next(marks)}"


def sent(record: Record, content: Rendered) -> str:
    """The body as it is sent: a page of the hub between its anchors, for the wiki gives blocks no owners."""
    return framed(content.body) if record.kind == "hub" else content.body


def around(body: str) -> tuple[str, str, str]:
    """What people wrote before our part of a page of the hub, our part, and what they wrote behind it.

    An anchor that is gone bounds nothing; what somebody wrote into an anchor's own line is theirs.
    """
    if not any(name in body for name in FRAME):
        ours, after = split(body)
        return "", ours, after
    try:
        roots = [parse(body) for _ in range(3)]
    except ValueError:
        return "", body, ""
    parts = [_out_of_layouts(root) for root in roots]
    begin, end = (_index(parts[0], name) for name in FRAME)
    stop = len(parts[0]) if end is None or (begin is not None and end < begin) else end
    start = -1 if begin is None else begin
    lead = [*parts[0][: max(start, 0)], *_left(parts[0], start)]
    rest = [*_left(parts[2], stop), *parts[2][stop + 1 :]]
    first = html.escape(roots[0].text or "", quote=False)
    return first + _together(lead), _together(parts[1][start + 1 : stop]), _together(rest)


def _out_of_layouts(root: etree._Element) -> list[etree._Element]:
    """The blocks of a body. Once people add columns, the editor puts all of a page into one layout: where our anchors are
    in there, its cells' blocks stand one after another, so that none of them is lost or taken twice.
    """
    found: list[etree._Element] = []
    for block in root:
        if block.tag == f"{AC}layout" and _anchors(block, FRAME):
            found += [inner for cell in block.iter(f"{AC}layout-cell") for inner in cell]
        else:
            found.append(block)
    return found


def _anchors(element: etree._Element, names: tuple[str, ...]) -> list[etree._Element]:
    return [
        macro
        for macro in element.iter(f"{AC}structured-macro")
        if macro.get(f"{AC}name") == "anchor" and "".join(map(str, macro.itertext())).strip() in names
    ]


def _index(blocks: list[etree._Element], name: str) -> int | None:
    return next((number for number, block in enumerate(blocks) if _anchors(block, (name,))), None)


def _left(blocks: list[etree._Element], number: int) -> list[etree._Element]:
    """The block without the anchor, if there is anything else in it."""
    if not 0 <= number < len(blocks):
        return []
    block = blocks[number]
    for macro in _anchors(block, FRAME):
        tail, above, previous = macro.tail or "", macro.getparent(), macro.getprevious()
        if above is None:
            return []
        if previous is not None:
            previous.tail = (previous.tail or "") + tail
        else:
            above.text = (above.text or "") + tail
        above.remove(macro)
    return [block] if len(block) or "".join(map(str, block.itertext())).strip() else []


def _together(blocks: list[etree._Element]) -> str:
    root = parse("")
    root.extend(blocks)
    return serialise(root)


def same(one: str, other: str, *, hub: bool = False) -> bool:
    """Whether two bodies say the same in our part, whatever a server, an editor or a commenter put around it."""
    return _canonical(one, hub=hub) == _canonical(other, hub=hub)


def _canonical(body: str, *, hub: bool) -> str:
    ours = around(body)[1] if hub else split(body)[0]
    text = _SERVERS.sub("", _MARKER_TAGS.sub("", ours))
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
