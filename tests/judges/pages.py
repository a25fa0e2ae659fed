"""All judges over one rendered page, without a wiki: what property tests, goldens and the fuzzer ask.

A page is what a writer made. Links between reports are resolved first, as an adapter does; Notion blocks are cut into
requests by the adapter's own code, so that what is judged is what would be sent.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
from lxml import etree

from adapters.notion.requests import batch
from adapters.notion.uploads import with_uploads
from adapters.sandbox.confluence import storage_xml
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.notion import block_shapes
from adapters.sandbox.notion.errors import ApiError
from converters import links
from converters.model import Rendered
from tests.judges import corpus, notion, words
from tests.judges.atlassian import StorageJudge
from tests.security.test_pages import ELEMENTS, MACROS

UPLOAD = "6f0b7a52-3c1d-4e8f-9a2b-5d4c3b2a1f00"
"""Stands for the id of any uploaded file."""

ADDRESS = "https://wiki.example.org/x"
"""Stands for the address of any other report."""

SCHEMES = frozenset({"http", "https", "mailto"})
SHORT = {"{" + storage_xml.AC + "}": "{ac}", "{" + storage_xml.RI + "}": "{ri}"}
MAX_JUDGED = 60_000
"""Characters that Atlassian's parser is given of one page; its time grows with the square."""


class Judges:
    """Atlassian's and Notion's software and the sandbox's own rules; Atlassian's process starts when first needed.

    ``vendors=False`` leaves out what needs Node.js. A process that died on a body is started anew for the next.
    """

    def __init__(self, *, vendors: bool = True) -> None:
        self.vendors = vendors
        self._storage: StorageJudge | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._storage is not None:
            self._storage.__exit__()
        self._storage = None

    def faults(self, rendered: Rendered) -> list[str]:
        """What any of them refuses in a page; empty when it is right."""
        page = resolved(rendered)
        if page.target == "notion":
            return list(notion_faults(page, vendors=self.vendors))
        found = list(dict.fromkeys(storage_faults(page)))
        return found + self._atlassian(page.body) if self.vendors and not found else found

    def vendors_faults(
        self, made: Sequence[Rendered], *, cloud: bool = True, katex: bool = True
    ) -> dict[int, list[str]]:
        """What the vendors' software refuses, by the page's number; Atlassian is asked in few, large portions."""
        found: dict[int, list[str]] = {}
        pages = [resolved(page) for page in made]
        for portion in _portions(pages):
            if self._atlassian("<hr/>".join(body for _, body in portion), cloud=cloud):
                found |= {n: faults for n, body in portion if (faults := self._blamed(body, cloud=cloud))}
        formulas: dict[tuple[str, bool], int] = {}
        for number, page in enumerate(pages):
            if page.target == "notion":
                faults = list(notion_faults(page, vendors=True))
                found |= {number: faults} if faults else {}
                formulas |= {} if not katex else dict.fromkeys(notion.equations(list(page.blocks)), number)
        for tex, error in notion.refused_equations(formulas) if formulas else ():
            number = next(number for (each, _), number in formulas.items() if each == tex)
            found.setdefault(number, []).append(f"KaTeX: {error[:160]}")
        return found

    def _blamed(self, body: str, *, cloud: bool) -> list[str]:
        """The faults of a body, those of its parser with the first top-level element that it fails on."""
        faults = self._atlassian(body, cloud=cloud)
        for part in corpus.parts(body, 1) if faults else ():
            if some := self._atlassian(part, cloud=cloud):
                return [f"{fault[:200]} | {part[:300]}" for fault in some]
        return faults

    def _atlassian(self, body: str, *, cloud: bool = True) -> list[str]:
        """Atlassian's word on one body; a page too large for its parser is not asked. Data Center has no ADF."""
        if len(body) > MAX_JUDGED:
            return []
        self._storage = self._storage or StorageJudge()
        verdict = self._storage.judge(body)
        return verdict.faults if cloud else verdict.faults[: len(verdict.wellformed) + len(verdict.lost_text)]


def resolved(page: Rendered) -> Rendered:
    """A page whose links to other reports lead somewhere."""
    return links.resolve(page, lambda key, _anchor: ADDRESS if key else None)[0]


def _portions(pages: Sequence[Rendered], size: int = 15_000) -> Iterator[list[tuple[int, str]]]:
    """Bodies with their numbers, together about ``size`` characters."""
    portion: list[tuple[int, str]] = []
    for number, page in enumerate(pages):
        if page.target == "confluence":
            portion.append((number, page.body))
        if sum(len(body) for _, body in portion) > size:
            yield portion
            portion = []
    if portion:
        yield portion


# ---------------------------------------------------------------- Confluence


def storage_faults(page: Rendered) -> Iterator[str]:
    """Well-formed with the two namespaces, only what our writer makes, nothing that the server would drop."""
    try:
        root = storage_xml.parse(page.body)
    except Refused as error:
        yield f"the server refuses it: {error}"
        return
    names = {asset.filename for asset in page.assets}
    for element in root.iterdescendants():
        if not isinstance(element.tag, str):
            yield f"neither element nor text: {etree.tostring(element, encoding='unicode')[:60]}"
            continue
        yield from _element_faults(element, names)
    kept = storage_xml.normalise(page.body)
    if _texts(kept) != _texts(page.body):
        yield "the server drops some of its text"


def _element_faults(element: etree._Element, names: set[str]) -> Iterator[str]:
    tag = _short(element.tag)
    if tag not in ELEMENTS:
        yield f"<{tag}> is none of ours"
        return
    for name, value in element.attrib.items():
        key = _short(str(name))
        if key not in ELEMENTS[tag]:
            yield f"<{tag} {key}> is none of ours"
        if key in {"href", "{ri}value"} and (_scheme(str(value)) not in SCHEMES or re.search(r"[\s<>\"]", str(value))):
            yield f"<{tag}> leads to {str(value)[:60]!r}"
        if key == "{ri}filename" and value not in names:
            yield f"the file {str(value)!r} is not among the page's"
    macro = element.get(f"{{{storage_xml.AC}}}name")
    if tag == "{ac}structured-macro" and macro not in MACROS:
        yield f"macro {macro!r} is none of ours"


def _scheme(address: str) -> str:
    """What an address begins with; nothing for one that can't be read at all (``http://[x``)."""
    try:
        return urlsplit(address).scheme
    except ValueError:
        return ""


def _short(tag: str) -> str:
    for long, short in SHORT.items():
        if tag.startswith(long):
            return short + tag[len(long) :]
    return tag


def _texts(body: str) -> list[str]:
    return "".join(str(text) for text in storage_xml.parse(body).itertext()).split()


# ---------------------------------------------------------------- Notion


def notion_requests(page: Rendered) -> Iterator[list[dict[str, Any]]]:
    """The lists of blocks that the adapter would send for a page, one a request."""
    known = {asset.key for asset in page.assets}
    waiting: list[Sequence[Mapping[str, Any]]] = [
        with_uploads(page.blocks, lambda key: UPLOAD if key in known else None)
    ]
    while waiting:
        shapes, start = waiting.pop(), 0
        while start < len(shapes):
            made = batch(shapes, start)
            yield [json.loads(msgspec.json.encode(block)) for block in made.blocks]
            start += made.took
            waiting.extend(later.children for later in made.later)


def notion_faults(page: Rendered, *, vendors: bool) -> Iterator[str]:
    """What the sandbox's shapes, the documented limits and (``vendors``) the vendor's types refuse."""
    for blocks in notion_requests(page):
        if not blocks:
            continue
        parent = "table" if "table_row" in blocks[0] else "column_list" if "column" in blocks[0] else "page"
        out: list[str] = []
        block_shapes.CHILDREN(blocks, "children", out)
        yield from out[:5]
        if not out:
            try:
                block_shapes.check_tree(blocks, parent)
                block_shapes.check_size(blocks, msgspec.json.encode(blocks))
            except ApiError as error:
                yield str(error)
        yield from _addresses(blocks)
        if vendors:
            for block in blocks:
                shape = _shape(block)
                if not _accepts(shape):
                    yield from notion.faults("AppendBlockChildrenBodyParameters", {"children": [block]})
        yield from notion._limits({"children": blocks})


def _addresses(value: object) -> Iterator[str]:
    """Addresses that lead elsewhere than to the web, and assets that the page doesn't have."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "url" and isinstance(inner, str) and _scheme(inner) not in SCHEMES:
                yield f"a link leads to {inner[:60]!r}"
            if name == "id" and isinstance(inner, str) and inner != UPLOAD:
                yield f"an id that no upload has: {inner[:60]!r}"
            yield from _addresses(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _addresses(inner)


def _shape(value: Any, name: str = "") -> Any:
    """A block with its texts, addresses and numbers alike, equal neighbours once: blocks of one shape are judged once."""
    if isinstance(value, dict):
        return {key: _shape(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        shapes = [_shape(inner, name) for inner in value]
        return [shape for number, shape in enumerate(shapes) if not number or shape != shapes[number - 1]]
    if name in {"content", "expression"}:
        return "x"
    return ADDRESS if name == "url" else value


def _accepts(shape: Any) -> bool:
    return _judged(json.dumps(shape, sort_keys=True))


@cache
def _judged(shape: str) -> bool:
    return not notion.faults("AppendBlockChildrenBodyParameters", {"children": [json.loads(shape)]})


# ---------------------------------------------------------------- words


def shown_words(page: Rendered) -> Counter[str]:
    """The words that a page shows."""
    if page.target == "confluence":
        return words.of_storage(page.body) + words.words(page.title)
    return words.words(f"{page.title}\n" + "\n".join(_lines(page.blocks)))


def _lines(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for block in blocks:
        value = block[block["type"]]
        for name in ("rich_text", "caption"):
            yield _line(value.get(name) or ())
        for cell in value.get("cells") or ():
            yield _line(cell)
        yield str(value.get("name") or "")
        yield from _lines(value.get("children") or ())


def _line(items: Sequence[Mapping[str, Any]]) -> str:
    return "".join(str(item["text"]["content"]) if "text" in item else " " for item in items)
