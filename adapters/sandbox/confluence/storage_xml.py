"""Storage format: parsed as strictly as the vendor does, and rewritten as its server rewrites it.

Blank before ``/>``, ``ac:schema-version`` and ``ac:macro-id`` on macros, ``b`` → ``strong`` and ``i`` → ``em``, named
entities to characters, unknown elements unwrapped, ``script`` and ``style`` gone, ``class``, ``id`` and unknown
attributes gone (reference sections 12 and 15).
"""

from __future__ import annotations

import hashlib
import re
import uuid
from html.entities import name2codepoint

from lxml import etree

from adapters.sandbox.confluence.errors import Refused

AC, RI, AT = "http://atlassian.com/content", "http://atlassian.com/resource/identifier", "http://atlassian.com/template"
_NAMESPACES = f'xmlns:ac="{AC}" xmlns:ri="{RI}" xmlns:at="{AT}"'
_CDATA_OR_ENTITY = re.compile(r"(<!\[CDATA\[.*?\]\]>)|&([A-Za-z][A-Za-z0-9]*);", re.DOTALL)
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
KEPT = frozenset(
    [
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "br",
        "hr",
        "strong",
        "em",
        "u",
        "s",
        "del",
        "sub",
        "sup",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "table",
        "colgroup",
        "col",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "a",
        "span",
        "div",
        "img",
        "time",
        "small",
        "big",
        "cite",
        "ins",
        "dl",
        "dt",
        "dd",
        "caption",
    ]
)
_RENAMED = {"b": "strong", "i": "em", "strike": "s", "tt": "code"}
_GONE = frozenset({"script", "style", "iframe", "object", "embed", "form", "input", "button", "svg", "link", "meta"})
_ATTRIBUTES = frozenset(
    [
        "href",
        "title",
        "style",
        "colspan",
        "rowspan",
        "datetime",
        "alt",
        "src",
        "width",
        "height",
        "start",
        "local-id",
        "align",
        "lang",
        "dir",
    ]
)


def normalise(value: str) -> str:
    """The body as the server keeps it. Raises Refused (400, with the parser's words) for malformed XML."""
    root = parse(value)
    for element in list(root.iter(etree.Element)):
        if element is not root:
            _clean(element)
    digest = hashlib.sha256(value.encode()).hexdigest()
    for number, macro in enumerate(root.iter(f"{{{AC}}}structured-macro")):
        if macro.get(f"{{{AC}}}schema-version") is None:
            macro.set(f"{{{AC}}}schema-version", "1")
        if macro.get(f"{{{AC}}}macro-id") is None:
            macro.set(f"{{{AC}}}macro-id", str(uuid.uuid5(uuid.NAMESPACE_OID, f"{digest}/{number}")))
    return serialise(root)


def with_local_ids(body: str) -> str:
    """The body as a save in the browser editor leaves it: blocks and macros carry local ids (reference section 15)."""
    root = parse(body)
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        if name.namespace == AC and name.localname == "structured-macro":
            element.set(f"{{{AC}}}local-id", str(uuid.uuid4()))
        elif not name.namespace and name.localname in {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}:
            element.set("local-id", str(uuid.uuid4()))
    return serialise(root)


def parse(value: str) -> etree._Element:
    """The body below one root. Raises Refused."""
    text = _CDATA_OR_ENTITY.sub(_entity, value)
    parser = etree.XMLParser(resolve_entities=False, strip_cdata=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(f"<root {_NAMESPACES}>{text}</root>".encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(400, f"Error parsing xhtml: {error}") from None


def serialise(root: etree._Element) -> str:
    """The content of the root as storage format."""
    text = etree.tostring(root, encoding="unicode")
    if text.endswith("/>"):
        return ""
    text = text[text.index(">") + 1 : text.rindex("</")]
    # outside CDATA a bare ">" is always escaped by the serialiser, so "/>" only ends tags
    parts = _CDATA.split(text)
    return "".join(part if part.startswith("<![CDATA[") else re.sub(r"(?<! )/>", " />", part) for part in parts)


def _entity(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    name = match[2]
    if name in _XML_ENTITIES or name not in name2codepoint:
        return match[0]
    return chr(name2codepoint[name])


def _clean(element: etree._Element) -> None:
    name = etree.QName(element)
    if name.namespace:
        return
    tag = _RENAMED.get(name.localname, name.localname)
    if tag in _GONE:
        _drop(element, keep_children=False)
        return
    if tag not in KEPT:
        _drop(element, keep_children=True)
        return
    element.tag = tag
    for attribute in list(element.attrib):
        bare = str(attribute)
        if not (bare.startswith(("{", "data-")) or bare in _ATTRIBUTES):
            del element.attrib[attribute]
    for attribute in ("href", "src"):
        if (element.get(attribute) or "").strip().lower().startswith(("javascript:", "vbscript:", "data:")):
            del element.attrib[attribute]


def _drop(element: etree._Element, *, keep_children: bool) -> None:
    parent = element.getparent()
    if parent is None:
        return
    index = parent.index(element)
    children = list(element) if keep_children else []
    _add_text(parent, index, (element.text or "") if keep_children else "")
    tail = element.tail or ""
    parent.remove(element)
    for offset, child in enumerate(children):
        parent.insert(index + offset, child)
    _add_text(parent, index + len(children), tail)


def _add_text(parent: etree._Element, index: int, text: str) -> None:
    if not text:
        return
    if index == 0:
        parent.text = (parent.text or "") + text
    else:
        before = parent[index - 1]
        before.tail = (before.tail or "") + text


def view(storage: str) -> str:
    """A plain HTML rendering (``body-format=view``): what macros hold, without their looks."""
    root = parse(storage)
    for element in list(root.iter(etree.Element)):
        if element is root:
            continue
        name = etree.QName(element)
        if not name.namespace:
            continue
        if name.localname == "parameter" or name.namespace == RI:
            _drop(element, keep_children=False)
        else:
            element.tag = "pre" if name.localname == "plain-text-body" else "div"
            element.attrib.clear()
            element.set("class", name.localname)
    return serialise(root)
