"""What a page says of itself: its title block, its ``meta`` elements, the R Markdown source inside → a header."""

from __future__ import annotations

import re
from typing import Any

from converters.metadata import Metadata
from converters.model import Where
from converters.notes import Note
from converters.readers import mime
from converters.readers.frontmatter import merge, metadata_from_mapping, parse_header, split_header
from converters.readers.page_tree import by_class, remove, words

_META = {
    "title": ("citation_title", "og:title"), "author": ("author", "citation_author"),
    "date": ("dcterms.date", "date", "citation_publication_date"), "date-modified": ("dcterms.modified", "last-modified"),
    "description": ("description", "og:description"), "keywords": ("keywords", "citation_keywords"),
}  # fmt: skip
_BLOCKS = (
    "//header[@id='title-block-header']",
    "//*[@id='title-block-header']",
    "//div[@id='header']",
    "//d-title",
    "//*[contains(@class,'d-title')]",
)
_ORDINARY = re.compile(r"^(?:notebook|index|untitled\d*|document|r notebook)$", re.IGNORECASE)
_SOURCE = re.compile(rb"<div\s+id=\"rmd-source-code\"[^>]*>\s*([A-Za-z0-9+/=\s]+?)\s*</div>", re.IGNORECASE)


def page_metadata(root: Any, data: bytes, where: Where, *, export: bool) -> tuple[Metadata, list[Note]]:
    """Canonical metadata of a page. Its title block leaves the tree. ``export``: the page's title is a file's name."""
    header = _title_block(root)
    for field, names in _META.items():
        found = [one.get("content", "").strip() for name in names for one in _metas(root, name)]
        found = [text for text in found if text]
        if found and field not in header:
            header[field] = list(dict.fromkeys(found)) if field == "author" else found[0]
    title = next(root.iter("title"), None)
    text = words(title) if title is not None else ""
    has_heading = next(root.iter("h1"), None) is not None
    if "title" not in header and text and not (export or has_heading or _ORDINARY.match(text)):
        header["title"] = text
    language = root.get("lang") or root.get("xml:lang") or ""
    if language:
        header["lang"] = language
    meta, notes = metadata_from_mapping(header, where)
    source = _SOURCE.search(data)
    if source:
        own, more = _of_source(source[1].decode("ascii"), where)
        return merge(own, meta), [*notes, *more]
    return meta, notes


def _metas(root: Any, name: str) -> list[Any]:
    return [
        one
        for one in root.iter("meta")
        if name in {(one.get("name") or "").lower(), (one.get("property") or "").lower()}
    ]


def _of_source(packed: str, where: Where) -> tuple[Metadata, list[Note]]:
    """The header of the R Markdown that the page carries for download."""
    data = mime.decode_base64(packed)
    text = data.decode("utf-8", "replace").replace("\r\n", "\n") if data else ""
    mapping, notes = parse_header(split_header(text)[0], where)
    computed = {
        key: value
        for key, value in mapping.items()
        if key == "visibility" or not (isinstance(value, str) and "`r " in value)
    }
    meta, more = metadata_from_mapping(computed, where)
    return meta, [*notes, *more]


def _below_title(title: Any) -> dict[str, Any]:
    """Subtitle, authors and date that follow the title without a block around them, as in R's vignettes; they leave."""
    found: dict[str, list[str]] = {}
    taken = []
    for one in title.itersiblings():
        field = next((name for name in ("subtitle", "author", "date") if name in (one.get("class") or "").split()), "")
        if not field:
            break
        taken.append(one)
        if text := words(one):
            found.setdefault(field, []).append(text)
    for one in taken:
        remove(one)
    return {field: texts if field == "author" else texts[0] for field, texts in found.items()}


def _title_block(root: Any) -> dict[str, Any]:
    """The fields of the title block, which is taken out of the page."""
    block = next((found[0] for place in _BLOCKS if (found := root.xpath(place))), None)
    header: dict[str, Any] = {}
    if block is None:
        for one in root.xpath("//h1[contains(concat(' ', @class, ' '), ' title ')]")[:1]:
            header["title"] = words(one)
            header |= _below_title(one)
            remove(one)
        return header
    title = next((one for one in block.iter("h1")), None)
    if title is not None:
        header["title"] = words(title)
    for field, name in (("subtitle", "subtitle"), ("date", "date"), ("abstract", "abstract")):
        found = [words(one) for one in by_class(block, name) if words(one)]
        if found:
            header[field] = re.sub(r"^Abstract\s+", "", found[0])
    authors = [words(one) for one in by_class(block, "author") if words(one)]
    if authors:
        header["author"] = authors
    categories = [words(one) for one in by_class(block, "quarto-category")]
    if categories:
        header["categories"] = categories
    if title is not None:
        remove(block)
    return header
