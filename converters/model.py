"""The document model: every reader makes it, every writer consumes it.

One report is a :class:`Document`: metadata, a tuple of blocks, and assets by content hash.
Everything here is an immutable value (msgspec structs: quick to build, picklable, and their JSON
form *is* the native dump, see :mod:`converters.writers.native`). Nothing here knows a wiki.

Rules that keep the model small:

* Inline text is flat: a :class:`Span` is text + a set of marks + one link. No nested emphasis.
  :mod:`converters.build` merges equal neighbours, so that each text has one normal form.
* Binaries never sit in the tree: blocks name an asset by its key (lower-case hex SHA-256 of its
  bytes) and ``Document.assets`` holds the bytes once.
* Links between reports stay symbolic (:class:`PageLink`) until a page is applied.
* A reader keeps every form of an output (:class:`Output.forms`); the transform
  ``choose_forms`` fills :class:`Output.blocks` with the richest one that a target can show.
* A block that a writer can't express becomes a fallback *and* a note (:mod:`converters.notes`).

One long file on purpose: it is the vocabulary that all other files speak, and is read as a whole.

Writers match on the unions at the end of each section with ``case _: assert_never(x)``, so mypy
names each writer that forgot a new member.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from converters.metadata import Metadata

AssetKey: TypeAlias = str
"""Lower-case hex SHA-256 of an asset's bytes."""

Align: TypeAlias = Literal["left", "center", "right"]


class _Value(msgspec.Struct, frozen=True, gc=False, tag=True, tag_field="type", omit_defaults=True):
    """Base of all values: immutable, hashable when its parts are, tagged with its class name in JSON.

    No value can hold itself, so Python's cyclic collector need not know of them (``gc=False``).
    """


class Where(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A place in a source, for notes and for comments that stand at a cell.

    ``cell`` counts from 1 as a reader of the notebook does; ``cell_id`` is nbformat's id (4.5);
    ``output`` counts from 1 within the cell; ``line`` counts from 1 within the cell or the file.
    """

    source: str = ""
    cell: int | None = None
    cell_id: str | None = None
    output: int | None = None
    line: int | None = None

    def __str__(self) -> str:
        parts = [self.source] if self.source else []
        if self.cell is not None:
            parts.append(f"cell {self.cell}")
        if self.output is not None:
            parts.append(f"output {self.output}")
        if self.line is not None:
            parts.append(f"line {self.line}")
        return " ".join(parts)


# ---------------------------------------------------------------- links


class PageLink(_Value, frozen=True):
    """A link to another report of the same source tree, by its key; ``anchor`` is a heading anchor there."""

    key: str
    anchor: str = ""


class AnchorLink(_Value, frozen=True):
    """A link to a heading or an :class:`Anchor` on the same page."""

    anchor: str


class AssetLink(_Value, frozen=True):
    """A link to an asset attached to the same page (a data file, the notebook itself …)."""

    asset: AssetKey


class FileLink(_Value, frozen=True):
    """A relative link as the author wrote it, not resolved yet; the ``links`` transform replaces it.

    ``path`` is decoded (no percent escapes) and relative to the source's folder.
    """

    path: str
    anchor: str = ""


Href: TypeAlias = str | PageLink | AnchorLink | AssetLink | FileLink
"""Where a span leads. A plain string is an absolute URL with scheme http, https or mailto."""


# ---------------------------------------------------------------- inlines


class Mark(StrEnum):
    """A mark on a span. ``KBD`` and ``HIGHLIGHT`` fall back to ``CODE`` and a background colour."""

    STRONG = "strong"
    EM = "em"
    STRIKE = "strike"
    UNDERLINE = "underline"
    CODE = "code"
    SUB = "sub"
    SUP = "sup"
    KBD = "kbd"
    HIGHLIGHT = "highlight"
    SMALL = "small"


class Span(_Value, frozen=True):
    """A run of text. ``color`` and ``background`` are ``#rrggbb`` (lower case) or empty.

    ``text`` holds no line breaks (those are :class:`LineBreak`) except inside a :class:`Code`.
    """

    text: str
    marks: frozenset[Mark] = frozenset()
    href: Href | None = None
    color: str = ""
    background: str = ""


class LineBreak(_Value, frozen=True):
    """A hard line break."""


class InlineMath(_Value, frozen=True):
    """An equation in running text: LaTeX without the dollars. ``asset`` is its picture, where one was made.

    ``depth_px`` is how far the picture reaches below the text line, ``width``/``height`` its size, all in
    CSS pixels (96 to the inch).
    """

    tex: str
    asset: AssetKey | None = None
    width: float = 0.0
    height: float = 0.0
    depth_px: float = 0.0


class InlineImage(_Value, frozen=True):
    """A picture in running text: an asset, or ``url`` for one that stays on the web (never fetched)."""

    asset: AssetKey | None = None
    url: str = ""
    alt: str = ""
    title: str = ""
    width: int | None = None
    height: int | None = None
    href: Href | None = None


class ImageRef(_Value, frozen=True):
    """A picture by the path that the author wrote; the ``images`` transform turns it into an asset.

    ``path`` is decoded and relative to the source's folder, or ``attachment:name``.
    Stands in :class:`Image.ref` and :class:`InlineImage` position until then.
    """

    path: str
    alt: str = ""
    title: str = ""
    width: int | None = None
    height: int | None = None
    href: Href | None = None


class NoteRef(_Value, frozen=True):
    """A footnote mark; ``label`` names a :class:`Footnote` of the same document, ``number`` is shown."""

    label: str
    number: int


class CrossRef(_Value, frozen=True):
    """A reference to something labelled on the page; the ``references`` transform makes a link of it.

    ``style`` says what the link shows: ``full`` "Figure 3", ``number`` "3", ``title`` the caption or heading.
    ``prefix`` is the author's word in place of "Figure". ``text`` is all of the author's own words, in which
    ``%s`` and ``{number}`` stand for the number and ``{name}`` for the title; where it is given, style and prefix
    don't matter. ``source`` is what the author wrote, shown where nothing has that label; ``href`` is where the
    reference may lead then (MyST's ``[](name)`` is a label's name or a file's).
    """

    label: str
    style: Literal["full", "number", "title"] = "full"
    prefix: str = ""
    text: str = ""
    source: str = ""
    marks: frozenset[Mark] = frozenset()
    href: Href | None = None


class Cited(_Value, frozen=True):
    """One work of a citation: its key in the bibliography, words before and behind it (pages)."""

    key: str
    prefix: str = ""
    suffix: str = ""
    year_only: bool = False


class Citation(_Value, frozen=True):
    """A citation; the ``citations`` transform makes text and links of it. Without ``items``, alone in a paragraph, it is
    the place of the list of references.

    ``narrative``: names stand in the sentence and years behind them in brackets. ``source`` is what the author wrote;
    ``sure`` says whether it can be nothing else (``@name`` may be a name behind a sign).
    """

    items: tuple[Cited, ...] = ()
    narrative: bool = False
    source: str = ""
    marks: frozenset[Mark] = frozenset()
    sure: bool = True


class Anchor(_Value, frozen=True):
    """An invisible target for links on the page."""

    name: str


class Lozenge(_Value, frozen=True):
    """A small coloured label, such as DRAFT or STALE."""

    text: str
    color: Literal["grey", "red", "yellow", "green", "blue", "purple"] = "grey"


class Mention(_Value, frozen=True):
    """A person. ``user`` is the wiki's own user id, resolved at apply time; without it the name is text."""

    name: str
    email: str = ""
    user: str = ""


class Date(_Value, frozen=True):
    """A calendar day, ISO 8601 (``2026-11-21``), shown in the reader's own way where the wiki can."""

    iso: str


class RawInline(_Value, frozen=True):
    """Target markup from a trusted origin (a configuration, a plug-in), never from notebook content."""

    format: Literal["confluence", "notion"]
    text: str


Inline: TypeAlias = (
    Span
    | LineBreak
    | InlineMath
    | InlineImage
    | ImageRef
    | NoteRef
    | CrossRef
    | Citation
    | Anchor
    | Lozenge
    | Mention
    | Date
    | RawInline
)
Inlines: TypeAlias = tuple[Inline, ...]


# ---------------------------------------------------------------- blocks


class Heading(_Value, frozen=True):
    """A heading, ``level`` 1 to 6. ``anchor`` is unique in the document after the ``headings`` transform.

    ``aliases`` are other names that links may use for it (targets of MyST above it). ``numbered``: False where
    the author wants no number on it in a document whose headings have numbers.
    """

    level: int
    content: Inlines
    anchor: str = ""
    where: Where | None = None
    aliases: tuple[str, ...] = ()
    numbered: bool = True


class Paragraph(_Value, frozen=True):
    """A paragraph. ``rtl`` marks right-to-left text."""

    content: Inlines
    align: Align | None = None
    rtl: bool = False
    where: Where | None = None


class Code(_Value, frozen=True):
    """Source code or preformatted text, exact, line ends as LF.

    ``language`` is the author's word (``ipython3``, ``{r}`` → ``r``); writers map it to their own list.
    ``role``: ``input`` is a code cell (subject to ``code = fold|show|omit``), ``source`` a listing in the
    narrative, ``output`` text that a cell printed, ``log`` a long or error stream, ``traceback`` an error.
    ``folded`` hides it behind one line; ``title`` is that line. ``visibility`` is the author's wish for this one
    cell (tags, ``#|`` options), which holds over the report's ``code``; empty where there is none.
    ``label`` is a cross-reference label.
    """

    text: str
    language: str = ""
    role: Literal["input", "source", "output", "log", "traceback"] = "source"
    folded: bool = False
    title: str = ""
    caption: Inlines = ()
    where: Where | None = None
    visibility: Literal["", "fold", "show", "omit"] = ""
    label: str = ""


class Form(_Value, frozen=True):
    """One MIME form of an output: an ``asset`` for binaries, else ``text`` (JSON types: their JSON text).

    ``metadata`` is the MIME bundle's own entry (``width``, ``height``, ``needs_background`` …).
    """

    mime: str
    text: str = ""
    asset: AssetKey | None = None
    metadata: Mapping[str, object] = {}


class Output(_Value, frozen=True):
    """One output of a cell, with every form that the kernel sent, and after ``choose_forms`` the ``blocks`` shown.

    ``kind`` follows nbformat's ``output_type``; ``name`` is ``stdout`` or ``stderr`` for streams.
    ``label`` is a cross-reference label, ``caption`` from cell metadata or chunk options.
    """

    kind: Literal["stream", "display_data", "execute_result", "error"]
    forms: tuple[Form, ...] = ()
    blocks: tuple[Block, ...] = ()
    name: str = ""
    caption: Inlines = ()
    alt: str = ""
    label: str = ""
    folded: bool = False
    tags: tuple[str, ...] = ()
    where: Where | None = None


class ListItem(_Value, frozen=True):
    """An item of a list; ``checked`` is None for an ordinary item, a bool for a task."""

    blocks: tuple[Block, ...]
    checked: bool | None = None


class ListBlock(_Value, frozen=True):
    """A bullet, ordered (from ``start``) or task list. An item of any list may carry ``checked``."""

    kind: Literal["bullet", "ordered", "task"]
    items: tuple[ListItem, ...]
    start: int = 1
    where: Where | None = None


class Definition(_Value, frozen=True):
    """A term and what it means."""

    term: Inlines
    blocks: tuple[Block, ...]


class DefinitionList(_Value, frozen=True):
    """Terms and definitions."""

    items: tuple[Definition, ...]
    where: Where | None = None


class Cell(_Value, frozen=True):
    """A table cell: ``content``, or ``blocks`` where it holds more than one line of text (then content is empty).

    A cell stands in its first row and column only; ``colspan``/``rowspan`` say what it covers.
    """

    content: Inlines = ()
    blocks: tuple[Block, ...] = ()
    header: bool = False
    colspan: int = 1
    rowspan: int = 1
    align: Align | None = None
    color: str = ""
    background: str = ""


class Row(_Value, frozen=True):
    """A table row."""

    cells: tuple[Cell, ...]


class Column(_Value, frozen=True):
    """A table column's default alignment and relative width (0: automatic)."""

    align: Align | None = None
    width: float = 0.0


class Table(_Value, frozen=True):
    """A table. The first ``header_rows`` rows and ``header_columns`` columns are headers.

    ``total_rows`` is how many body rows the author's table has when this one shows fewer; ``data`` the whole
    of it as a CSV asset, where it is known. ``gap`` is the number in ``rows`` of the first row after those left out.
    """

    rows: tuple[Row, ...]
    header_rows: int = 0
    header_columns: int = 0
    columns: tuple[Column, ...] = ()
    caption: Inlines = ()
    label: str = ""
    total_rows: int | None = None
    data: AssetKey | None = None
    where: Where | None = None
    gap: int | None = None


class Quote(_Value, frozen=True):
    """A block quotation."""

    blocks: tuple[Block, ...]
    where: Where | None = None


CalloutKind: TypeAlias = Literal[
    "note", "tip", "info", "important", "warning", "caution", "danger", "success", "summary"
]


class Callout(_Value, frozen=True):
    """A panel. ``summary`` is the report's tl;dr. ``folded`` panels open on demand.

    ``label`` is a cross-reference label; ``theorem`` the kind that it is numbered as (``theorem``, ``lemma``,
    ``exercise`` …), empty for panels that carry no number.
    """

    kind: CalloutKind
    blocks: tuple[Block, ...]
    title: Inlines = ()
    icon: str = ""
    folded: bool = False
    where: Where | None = None
    label: str = ""
    theorem: str = ""


class Toggle(_Value, frozen=True):
    """Content behind one line that the reader opens (HTML ``details``, folded code, appendix)."""

    title: Inlines
    blocks: tuple[Block, ...]
    open: bool = False
    where: Where | None = None


class Image(_Value, frozen=True):
    """A figure: ``asset``, or ``url`` for one that stays on the web, or ``ref`` before the images transform.

    ``width`` and ``height`` are what the reader should see, in CSS pixels, None for natural size. The asset's
    own pixel size may be larger (high-density screens). ``label`` is a cross-reference label.
    """

    asset: AssetKey | None = None
    url: str = ""
    ref: ImageRef | None = None
    alt: str = ""
    caption: Inlines = ()
    width: int | None = None
    height: int | None = None
    align: Align | None = None
    href: Href | None = None
    label: str = ""
    where: Where | None = None


class Figure(_Value, frozen=True):
    """Blocks under one caption that references name: a figure of several pictures, tables side by side, a listing.

    What is labelled inside it is a part of it: (a), (b) … ``kind`` is the word in front of its number. It has a number,
    unless ``numbered`` is false: then only where a reference asks for it.
    """

    blocks: tuple[Block, ...]
    caption: Inlines = ()
    label: str = ""
    kind: Literal["figure", "table", "listing"] = "figure"
    where: Where | None = None
    numbered: bool = True


class Math(_Value, frozen=True):
    """A displayed equation: LaTeX without delimiters; environments such as ``align`` stay in ``tex``.

    ``number`` is shown beside it; ``label`` is what references name. Picture fields as in InlineMath.
    """

    tex: str
    label: str = ""
    number: str = ""
    asset: AssetKey | None = None
    width: float = 0.0
    height: float = 0.0
    where: Where | None = None


class Rule(_Value, frozen=True):
    """A horizontal rule."""

    where: Where | None = None


class Toc(_Value, frozen=True):
    """The page's contents, headings ``min_level`` to ``max_level``."""

    min_level: int = 1
    max_level: int = 3
    where: Where | None = None


class Embed(_Value, frozen=True):
    """Something on the web shown in place, by absolute https URL; writers fall back to a link.

    Before the ``embeds`` transform ``url`` may be a path relative to the source's folder, which becomes an attachment.
    """

    url: str
    kind: Literal["iframe", "video", "audio", "bookmark"] = "iframe"
    title: str = ""
    caption: Inlines = ()
    width: int | None = None
    height: int | None = None
    where: Where | None = None


class Attachment(_Value, frozen=True):
    """A file that the page carries, shown as a download line (or a player for audio and video)."""

    asset: AssetKey
    kind: Literal["file", "notebook", "data", "html", "pdf", "audio", "video"] = "file"
    title: str = ""
    caption: Inlines = ()
    where: Where | None = None


class Interactive(_Value, frozen=True):
    """An interactive output: static ``picture``, live ``url`` where it is hosted, standalone ``html`` attached.

    ``library`` is ``plotly``, ``vega-lite``, ``bokeh``, ``leaflet``, ``ipywidgets`` …; ``fallback`` is what is
    shown where there is no picture: never an empty box.
    """

    library: str
    picture: Image | None = None
    html: AssetKey | None = None
    url: str = ""
    title: str = ""
    caption: Inlines = ()
    height: int | None = None
    fallback: tuple[Block, ...] = ()
    where: Where | None = None


class Columns(_Value, frozen=True):
    """Blocks side by side; ``ratios`` sum to 1, or are empty for equal columns."""

    columns: tuple[tuple[Block, ...], ...]
    ratios: tuple[float, ...] = ()
    where: Where | None = None


class Tab(_Value, frozen=True):
    """One tab."""

    title: str
    blocks: tuple[Block, ...]


class Tabs(_Value, frozen=True):
    """A tabset; wikis without tabs show one toggle a tab, the first open."""

    tabs: tuple[Tab, ...]
    where: Where | None = None


class Footnote(_Value, frozen=True):
    """The text of a footnote."""

    label: str
    number: int
    blocks: tuple[Block, ...]


class Footnotes(_Value, frozen=True):
    """All footnotes, at the end of the document."""

    items: tuple[Footnote, ...]
    where: Where | None = None


class Section(_Value, frozen=True):
    """Blocks with a role: ``method`` and ``appendix`` fold, ``result`` never; ``about`` is "About this report".

    ``reader-notes`` is the region below "Notes from readers", which belongs to people.
    """

    role: Literal["result", "method", "appendix", "about", "related", "reader-notes", "plain"]
    blocks: tuple[Block, ...]
    title: str = ""
    where: Where | None = None


class Property(_Value, frozen=True):
    """A name and a value, for a table of page properties."""

    name: str
    value: Inlines


class Properties(_Value, frozen=True):
    """Page properties: a two-column table that Confluence can report on (``details``); ``hidden`` keeps it so."""

    rows: tuple[Property, ...]
    id: str = "nbwiki"
    hidden: bool = False
    where: Where | None = None


class Listing(_Value, frozen=True):
    """A live list of pages, for the hub: by label, children of this page, or recently updated. No reader makes one.

    ``items`` is what is shown where the wiki has no live means. ``sort_by`` is the column that a list of properties is
    sorted by, the latest first.
    """

    kind: Literal["children", "by-label", "recent", "properties"]
    labels: tuple[str, ...] = ()
    limit: int = 20
    columns: tuple[str, ...] = ()
    items: tuple[Block, ...] = ()
    where: Where | None = None
    sort_by: str = ""


class ReportImage(_Value, frozen=True):
    """A picture that stands on a report's own page, shown on a page of the hub. No reader makes one.

    ``page`` is that page's title in the wiki, ``filename`` the attachment's name (:attr:`Asset.filename`), ``width`` in
    CSS pixels. ``post``: its key where it is a blog post, which a title alone doesn't name. Wikis whose pages can't show
    each other's files leave it out: their galleries show it by themselves.
    """

    page: str
    filename: str
    alt: str = ""
    width: int = 0
    where: Where | None = None
    post: str = ""


class Excerpt(_Value, frozen=True):
    """What other pages may show of this one; ``hidden`` on the page itself. No reader makes one."""

    blocks: tuple[Block, ...]
    hidden: bool = True
    where: Where | None = None


class ExcerptOf(_Value, frozen=True):
    """The excerpt of another page, by that page's title in the wiki, as it is when it is read. No reader makes one.

    Left out by wikis without live excerpts.
    """

    page: str
    where: Where | None = None


class Filter(_Value, frozen=True):
    """One condition of a live view, on a property of a report by the name that it has in our database."""

    property: str
    op: Literal["contains", "equals", "does_not_equal", "before", "is_not_empty"]
    value: str = ""


class LiveView(_Value, frozen=True):
    """One view of the reports: ``any_of`` holds if one of its conditions does, ``all_of`` if each does."""

    name: str
    layout: Literal["gallery", "table", "board", "list"] = "gallery"
    all_of: tuple[Filter, ...] = ()
    any_of: tuple[Filter, ...] = ()
    sort: str = ""
    descending: bool = False
    group_by: str = ""
    shown: tuple[str, ...] = ()


class Views(_Value, frozen=True):
    """Live views of the reports, the first one open, for wikis with a database of them. No reader makes one."""

    views: tuple[LiveView, ...]
    where: Where | None = None


class Raw(_Value, frozen=True):
    """Markup as the author wrote it. Only ``trusted`` (from configuration or plug-in code) is passed on.

    From a document it is untrusted: writers show it as code, with a note.
    """

    format: Literal["confluence", "notion", "html", "latex", "rst", "other"]
    text: str
    trusted: bool = False
    where: Where | None = None


Block: TypeAlias = (
    Heading
    | Paragraph
    | Code
    | Output
    | ListBlock
    | DefinitionList
    | Table
    | Quote
    | Callout
    | Toggle
    | Image
    | Figure
    | Math
    | Rule
    | Toc
    | Embed
    | Attachment
    | Interactive
    | Columns
    | Tabs
    | Footnotes
    | Section
    | Properties
    | Listing
    | ReportImage
    | Excerpt
    | ExcerptOf
    | Views
    | Raw
)
Blocks: TypeAlias = tuple[Block, ...]


# ---------------------------------------------------------------- assets, document, result


_UNFIT = re.compile(r'[\x00-\x1f\x7f"\\/<>:*?|&+=#%]')
"""What wikis refuse in a file's name, drop, or read as something else. Source: Confluence, "File names with &, +, ?, |"."""


class Asset(msgspec.Struct, frozen=True):
    """Bytes that a page needs. ``width``/``height`` in pixels for raster images, 0 otherwise."""

    key: AssetKey
    data: bytes
    mime: str
    name: str
    width: int = 0
    height: int = 0

    @staticmethod
    def digest(data: bytes) -> AssetKey:
        """The key of these bytes."""
        return hashlib.sha256(data).hexdigest()

    @property
    def filename(self) -> str:
        """The name under which wikis keep it: ``<stem>-<first 12 hex digits of the key>.<suffix>``.

        The same bytes have the same name on every page and in every run; other bytes never share it, so an
        old page version keeps showing its own picture.
        """
        stem, dot, suffix = self.name.rpartition(".")
        if not dot:
            stem, suffix = self.name, "bin"
        stem, suffix = _UNFIT.sub("_", stem)[:100], _UNFIT.sub("_", suffix)[:20]
        return f"{stem or 'file'}-{self.key[:12]}.{suffix}"


class Document(msgspec.Struct, frozen=True):
    """One report: what readers produce, transforms rewrite and writers consume."""

    meta: Metadata
    blocks: Blocks
    assets: Mapping[AssetKey, Asset] = {}
    where: Where | None = None
    cover: AssetKey | None = None
    """The picture that stands for the report, in a gallery or at its top."""
    cover_url: str = ""
    """The same where it stays on the web."""
    cover_chosen: bool = True
    """Whether the author chose it. A page doesn't begin with a figure that nobody chose: it stands below anyway."""

    @property
    def title(self) -> str:
        """The report's title, never empty after a reader is done."""
        return self.meta.title


class Rendered(msgspec.Struct, frozen=True):
    """What a writer made of a document, ready for an adapter.

    ``body`` is Confluence storage format (UTF-8 text), or ``blocks`` are Notion block objects whose nesting and
    lengths are free of the *per-request* limits (adapters split requests) but keep every *per-object* limit.
    ``assets`` are those that the output refers to, in order of first use. ``links`` are the reports it links to.
    ``digest`` is over everything sent with links still symbolic: the same document gives the same digest in
    every run and on every machine. ``anchors`` is for links from other pages: each anchor's fragment in the page's
    URL, as far as the wiki has any (see :func:`converters.links.fragment`). ``places`` are the anchors that links on the
    page itself lead to, as paths of indices into ``blocks``: such links stay symbolic until the adapter knows the ids.
    In Notion ``anchors`` are such paths too (``3/0``), of all anchors, for a block's address is known only once it is there
    (:mod:`adapters.pointing`); ``headings`` are the places of other reports that the page links to, by key and anchor.
    """

    target: Literal["confluence", "notion", "model"]
    title: str
    meta: Metadata
    digest: str
    body: str = ""
    blocks: tuple[Mapping[str, object], ...] = ()
    assets: tuple[Asset, ...] = ()
    links: tuple[str, ...] = ()
    cover: AssetKey | None = None
    cover_url: str = ""
    anchors: Mapping[str, str] = {}
    places: Mapping[str, tuple[int, ...]] = {}
    headings: tuple[tuple[str, str], ...] = ()
