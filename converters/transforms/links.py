"""Relative links → reports, the repository, or plain text with a note; links to headings → the anchors that there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import join, normpath, splitext
from urllib.parse import quote

import msgspec

from converters.build import text_of
from converters.links import loose
from converters.model import (
    Anchor,
    AnchorLink,
    AssetLink,
    Block,
    Document,
    FileLink,
    Heading,
    Href,
    Image,
    Inline,
    InlineImage,
    Interactive,
    PageLink,
    Paragraph,
    Span,
    Where,
)
from converters.notes import degraded, security
from converters.transforms.context import Context
from converters.transforms.headings import slug
from converters.walk import iter_blocks, iter_inlines

_SUFFIXES = (".ipynb", ".md", ".qmd", ".Rmd", ".py", ".R", ".jl")
"""What a link without suffix may mean: sites drop it."""

_NUMBERED = re.compile(r"^[\W\d_]+")
"""What pandoc leaves out at a heading's begin. Source: pandoc's manual, auto_identifiers."""
_LINKED = (Span, InlineImage)
_TO_RESOLVE = frozenset({FileLink, AnchorLink})
TOP = "top-of-page"
"""The anchor of what a link to the title leads to."""
_INDEX = ("index", "README", "readme")


def links(document: Document, context: Context) -> Document:
    """The document without :class:`FileLink` and without links to headings that aren't there."""
    if not context.has(document.blocks, *_TO_RESOLVE):
        return document
    resolver = _Links(document, context)
    blocks = context.mapped(document.blocks, _TO_RESOLVE, resolver.block, resolver.inline, resolver.enter)
    if resolver.top and blocks:  # the title is no heading of the body
        first = blocks[0]
        if isinstance(first, Paragraph):
            blocks = (msgspec.structs.replace(first, content=(Anchor(TOP), *first.content)), *blocks[1:])
        else:
            blocks = (Paragraph((Anchor(TOP),)), *blocks)
    return msgspec.structs.replace(document, blocks=blocks)


class _Links:
    """The links of one document."""

    def __init__(self, document: Document, context: Context) -> None:
        self.context = context
        self.known = context.options.known
        self.noted: set[str] = set()
        self.document = document
        self.top = False
        """Whether a link leads to the title."""
        self.anchors: dict[str, str] | None = None
        self.loose: dict[str, str] | None = None
        self.where = Where(context.path) if context.path else None

    def enter(self, block: Block) -> None:
        """Notes from here on name the place of this block."""
        self.where = block.where or self.where

    def inline(self, inline: Inline) -> Inline:
        link = inline.href if isinstance(inline, _LINKED) else None
        if link is None or not isinstance(link, FileLink | AnchorLink):
            return inline
        href = self.href(link)
        return inline if href is link else msgspec.structs.replace(inline, href=href)

    def block(self, block: Block) -> Block:
        if isinstance(block, Image) and isinstance(block.href, FileLink | AnchorLink):
            return msgspec.structs.replace(block, href=self.href(block.href))
        return block

    def href(self, href: FileLink | AnchorLink) -> Href | None:
        """Where the link leads on the wiki, or None: its text stays."""
        return self._anchor(href) if isinstance(href, AnchorLink) else self._file(href)

    def _anchor(self, link: AnchorLink) -> AnchorLink | None:
        anchors = self._known()
        found = (
            anchors.get(link.anchor)
            or anchors.get(slug(link.anchor))
            or anchors.get(slug(link.anchor.replace("-", " ")))
            or self._loosely(link.anchor)
        )
        if found:
            return link if found == link.anchor else AnchorLink(found)
        if loose(link.anchor) in {loose(self.document.title), "top"}:
            self.top = True
            return AnchorLink(TOP)
        self._note("link.anchor", f"no heading for the link #{link.anchor:.100}; its text stays", link.anchor)
        return None

    def _loosely(self, anchor: str) -> str:
        """The heading that a link means as pandoc (no number in front), Sphinx (one dash) or GitHub (emoji's names) say it."""
        if self.loose is None:
            self.loose = {}
            headings = [block for block in iter_blocks(self.document.blocks) if isinstance(block, Heading)]
            for heading in headings:
                self.loose.setdefault(loose(heading.anchor), heading.anchor)
            for heading in headings:
                text = text_of(heading.content)
                self.loose.setdefault(loose(_NUMBERED.sub("", text)), heading.anchor)
                if not text.isascii():
                    import emoji

                    named = emoji.demojize(text, delimiters=(" ", " "), language="alias")
                    self.loose.setdefault(loose(named), heading.anchor)
            self.loose.pop("", None)
        return self.loose.get(loose(anchor), "")

    def _known(self) -> dict[str, str]:
        if self.anchors is None:
            self.anchors = _anchors(self.document)
        return self.anchors

    def _file(self, link: FileLink) -> Href | None:
        context = self.context
        path = link.path.replace("\\", "/")
        # A leading slash means the root of the site or repository, as it does on GitHub.
        full = normpath(path.lstrip("/") if path.startswith("/") else join(context.folder, path))
        if full.startswith("../") or full == "..":
            if "link.outside" + path not in self.noted:
                self.noted.add("link.outside" + path)
                text = f"link outside the source folder: {path:.100}; its text stays"
                context.notes.append(security("link.outside", text, self.where))
            return None
        if full == normpath(context.path or "."):
            return self._anchor(AnchorLink(link.anchor)) if link.anchor else None
        key = report_at(full, self.known)
        if key is not None:
            return PageLink(key, link.anchor)
        if not link.anchor and "." not in path and path in self._known():
            return AnchorLink(self._known()[path])  # MyST: a label's name stands where a file's may
        source = context.source
        if source is not None and full == context.path:
            return AssetLink(source.key)
        base = context.options.repository_url.rstrip("/")
        if base:
            address = f"{base}/{quote('' if full == '.' else full)}".rstrip("/")
            return f"{address}#{quote(link.anchor)}" if link.anchor else address
        self._note("link.file", f"no report for the link {path:.100}; its text stays", path)
        return None

    def _note(self, code: str, text: str, subject: str) -> None:
        """One note for each place that a document links to in vain, however often."""
        if code + subject not in self.noted:
            self.noted.add(code + subject)
            self.context.notes.append(degraded(code, text, self.where))


def report_at(full: str, known: Mapping[str, str]) -> str | None:
    """The key of the report at a path, also without or with another suffix (``x.html`` for ``x.ipynb``)."""
    stem, suffix = splitext(full)
    tries = [full, *(full + end for end in _SUFFIXES)]
    if suffix.lower() in {".html", ".htm"}:
        tries += [stem + end for end in _SUFFIXES]
    tries += [f"{full}/{name}{end}" if full != "." else name + end for name in _INDEX for end in _SUFFIXES]
    return next((known[path] for path in tries if path in known), None)


def _anchors(document: Document) -> dict[str, str]:
    """Every way to write an anchor of the page → the anchor: as it is, as a slug, and as Jupyter writes it."""
    found: dict[str, str] = {}
    for block in iter_blocks(document.blocks):
        if isinstance(block, Heading):
            found.setdefault(block.anchor, block.anchor)
            found.setdefault(block.anchor.lower(), block.anchor)
            found.update(dict.fromkeys(block.aliases, block.anchor))
        label = getattr(block, "label", "")
        if label and not isinstance(block, Interactive):
            found.setdefault(label, label)
    for inline in iter_inlines(document.blocks):
        if isinstance(inline, Anchor):
            found.setdefault(inline.name, inline.name)
            found.setdefault(slug(inline.name), inline.name)
    return found
