"""Symbolic links between reports → addresses, once the pages are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import quote, unquote

import msgspec

from converters.model import Rendered, Where
from converters.notes import Note, degraded, missing, placed

Resolver: TypeAlias = Callable[[str, str], "str | None"]
"""From a report's key and an anchor (either may be empty) to an absolute address, or None. A key that begins with
:data:`PERSON` is an author's name; of one that begins with :data:`ID` the page's id is wanted."""

SCHEME: Final = "nbwiki:"

PERSON: Final = "?"
"""Stands before the name in the key of a link to an author's page, as no key can begin with it. Whether there is such a page
is no part of the digest, and none is no loss: such links come and go as the page is written anyway."""

ID: Final = "="
"""Stands before the key where a page's id is asked for instead of its address."""

PAGE_TITLE: Final = "nbwiki-title"
"""Stands in ``Rendered.anchors`` for the page's title without blanks, which Data Center's anchors begin with."""

_BODY: Final = re.compile(
    r"<!\[CDATA\[.*?\]\]>"
    r'|<a href="nbwiki:(?P<key>[^"#]*)(?:#(?P<anchor>[^"]*))?">(?P<text>.*?)</a>'
    r'|(?P<before><ac:image(?: [^<>]*)?><ri:attachment ri:filename="[^"]*"><ri:content-entity ri:content-id=")'
    r'nbwiki:(?P<holder>[^"]*)(?P<after>" /></ri:attachment></ac:image>)',
    re.DOTALL,
)
"""Our own exact spelling. CDATA is matched first and kept: code may show just such a link."""


_PERSON: Final = re.compile(r'<!\[CDATA\[.*?\]\]>|<a href="nbwiki:\?[^"]*">(?P<name>.*?)</a>', re.DOTALL)


def person_url(name: str) -> str:
    """The symbolic address of an author's page."""
    return f"{SCHEME}{PERSON}{quote(name, safe='')}"


def id_url(key: str) -> str:
    """What stands for a page's id."""
    return f"{SCHEME}{ID}{quote(key, safe='')}"


def without_people(body: str) -> str:
    """A body of Confluence with names in place of links to authors' pages, as digests are made of it."""
    if f'href="{SCHEME}{PERSON}' not in body:
        return body
    return _PERSON.sub(lambda hit: hit[0] if hit["name"] is None else hit["name"], body)


_WITHIN: Final = re.compile(r"['’.]")
_APART: Final = re.compile(r"[\W_]+")


def loose(anchor: str) -> str:
    """An anchor's letters and digits: GitHub, Jupyter, pandoc and Sphinx write the rest each in their own way."""
    return _APART.sub("-", _WITHIN.sub("", anchor.lower())).strip("-")


def fragment(anchors: Mapping[str, str], anchor: str, title: str) -> str:
    """The fragment of a page's URL for an anchor as a link names it, or empty: then a link leads to the page's top.

    ``anchors`` is ``Rendered.anchors`` of that page, ``title`` the one that it has in the wiki.
    """
    found = anchors.get(anchor) or anchors.get(anchor.lower(), "")
    if not found and (wanted := loose(anchor)):
        found = next((there for name, there in anchors.items() if loose(name) == wanted), "")
    return (
        found.replace(PAGE_TITLE, quote("".join(title.split()), safe=""), 1) if found.startswith(PAGE_TITLE) else found
    )


def resolve(rendered: Rendered, resolver: Resolver, *, adapted: bool = False) -> tuple[Rendered, list[Note]]:
    """The same page with addresses in place of symbolic links; where there is none, the text stays, with a note.

    ``digest`` stays as it is: it is over the symbolic form. ``adapted``: an adapter takes the page and makes the links to
    places on it (``Rendered.places``), when it knows what these are called; without one they are text.
    """
    notes: dict[Note, None] = {}
    if rendered.target == "confluence":
        made = msgspec.structs.replace(rendered, body=_resolve_body(rendered.body, resolver, notes))
    elif rendered.target == "notion":
        places = rendered.places if adapted else {}

        def or_here(key: str, anchor: str) -> str | None:
            """Links to places on the page stay symbolic."""
            return f"{SCHEME}#{quote(anchor, safe='')}" if not key and anchor in places else resolver(key, anchor)

        blocks = tuple(_resolve_tree(block, or_here, notes) for block in rendered.blocks)
        made = msgspec.structs.replace(rendered, blocks=blocks)
    else:
        made = rendered
    path = rendered.meta.provenance.path
    return made, [placed(note, Where(path) if path else None) for note in notes]


def _ask(key: str, anchor: str, resolver: Resolver, notes: dict[Note, None]) -> str | None:
    address = resolver(key, anchor)
    if key.startswith((PERSON, ID)):
        return address
    name = f"{key}#{anchor}" if anchor else key
    if address is None and not key:
        notes.setdefault(
            degraded("link.heading", f"link to {name} on the page is text: Notion gives places on a page no address")
        )
    elif address is None:
        notes.setdefault(missing("link.unresolved", f"link to {name} leads nowhere, its text was kept"))
    elif anchor and "#" not in address:
        notes.setdefault(degraded("link.top", f"link to {name} leads to the top of that page"))
    return address


def _resolve_body(body: str, resolver: Resolver, notes: dict[Note, None]) -> str:
    from converters.writers.confluence.xml import el

    def replace(hit: re.Match[str]) -> str:
        if hit["holder"] is not None:  # a picture of a page that isn't there shows nothing
            found = _ask(unquote(hit["holder"]), "", resolver, notes)
            return f"{hit['before']}{found}{hit['after']}" if found else ""
        key = hit["key"]
        if key is None:
            return hit[0]
        address = _ask(unquote(key), unquote(hit["anchor"] or ""), resolver, notes)
        if address is None:
            return hit["text"]
        return el("a", {"href": address}, "")[: -len("</a>")] + hit["text"] + "</a>"

    return _BODY.sub(replace, body) if SCHEME in body else body


def _resolve_tree(node: Any, resolver: Resolver, notes: dict[Note, None]) -> Any:
    """A copy of a Notion object with its rich texts' links replaced; what holds none stays the same object."""
    if isinstance(node, Mapping):
        if isinstance(node.get("link"), Mapping) and str(node["link"].get("url", "")).startswith(SCHEME):
            key, _, anchor = str(node["link"]["url"]).removeprefix(SCHEME).partition("#")
            address = _ask(unquote(key), unquote(anchor), resolver, notes)
            return {**node, "link": None if address is None else {**node["link"], "url": address}}
        changed = {name: _resolve_tree(value, resolver, notes) for name, value in node.items()}
        return changed if any(changed[name] is not value for name, value in node.items()) else node
    if isinstance(node, list | tuple):
        items = [_resolve_tree(value, resolver, notes) for value in node]
        return type(node)(items) if any(new is not old for new, old in zip(items, node, strict=True)) else node
    return node
