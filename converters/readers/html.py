"""HTML of a document → blocks, by an allow-list: what is not known gives its text, what could run gives a note."""

from __future__ import annotations

import re
from typing import Any

from converters import notes
from converters.build import strip
from converters.model import (
    Block,
    Blocks,
    Code,
    Heading,
    Image,
    Inline,
    InlineMath,
    Inlines,
    Math,
    Paragraph,
    Quote,
    Rule,
    Span,
)
from converters.notes import Note
from converters.readers.boxes import aligned
from converters.readers.context import MAX_DEPTH, MarkdownContext
from converters.readers.html_elements import box, definitions, figure, list_block, listing, stray_text, toggle
from converters.readers.html_rows import STREAMED, Area, LongTable, parse_pieces
from converters.readers.html_tables import read_table
from converters.readers.html_tags import HTML_TAGS
from converters.readers.html_text import sound, without_controls
from converters.readers.inline_tags import PLAIN, Style, TagReader
from converters.readers.media import MEDIA_TAGS
from converters.readers.odd_elements import ODD, odd_element, tell_unknown, whole_page
from converters.readers.paragraphs import as_text, line_of, paragraphs
from converters.readers.quick_frames import FRAME, quick_frame
from converters.readers.style import align_of, colors_in, declarations, is_light, marks_in
from converters.readers.writing import is_rtl

_ANY_TAG = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|</?[A-Za-z][^>]*(?:>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PLAIN_BOXES = frozenset(
    [
        *("html", "body", "div", "section", "article", "main", "header", "footer", "nav", "aside", "center", "form"),
        *("fieldset", "address", "hgroup", "picture", "figure", "noscript", "dialog", "p", "tbody", "thead", "tfoot"),
        *("tr", "td", "th", "frameset", "map", "menu", "search", "optgroup"),
    ]
)
_ALIGNED = frozenset({"div", "center", "section", "article", "main", "header", "footer", "aside", "figure"})
_OWN_LOOK = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th", "pre"})
_BLOCK_TAGS = (
    _PLAIN_BOXES
    | frozenset(_HEADINGS)
    | frozenset(["ul", "ol", "dl", "pre", "blockquote", "table", "hr", "details", "li", "dd", "dt"])
)
_DROPPED = {"script": "security", "style": "silent", "template": "silent", "head": "silent", "title": "silent"}


def html_blocks(html: str, context: MarkdownContext) -> tuple[Blocks, list[Note]]:
    """Blocks of an HTML text, and the notes made on the way; never raises on bad markup."""
    before = len(context.notes)
    blocks = read_html(html, context)
    found = context.notes[before:]
    del context.notes[before:]
    return blocks, found


def read_html(html: str, context: MarkdownContext, *, narrative: bool = False) -> Blocks:
    """Blocks of an HTML text; notes go to ``context.notes``. ``narrative`` is HTML that a person wrote for readers."""
    from lxml import etree

    text = without_controls(html)
    if FRAME in text and not narrative and (frame := quick_frame(text, context)) is not None:
        return frame
    text = sound(text)
    if not text.strip():
        return ()
    parser: Any
    long: dict[Any, LongTable] = {}
    area = Area(len(text))
    try:
        if len(text) > STREAMED and context.max_rows:
            parser = etree.HTMLPullParser(("end",), tag="tr", huge_tree=True, remove_comments=True, remove_pis=True)
            root, long = parse_pieces(text, parser, context.max_rows, area)
        else:
            parser = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
            root = etree.fromstring(f"<div>{text}</div>".encode(), parser)
            if root is not None and "span=" in text:
                area.take(root.iter("td", "th"))
    except etree.LxmlError as error:
        context.notes.append(notes.degraded("html.unreadable", f"HTML shown as text: {error}", context.where))
        return (Code(text, "html", where=context.where),)
    if root is None:
        return ()
    context.notes.extend(area.told(context.where))
    if any("depth" in entry.message.lower() for entry in parser.error_log if entry.level_name == "FATAL"):
        # the parser stops at 2,048 levels and forgets the rest: keep the words
        note = notes.degraded(
            "html.depth", "HTML nested deeper than the parser goes shown as plain text", context.where
        )
        context.notes.append(note)
        return (Paragraph(strip(as_text(_ANY_TAG.sub(" ", text))), where=context.where),)
    reader = HtmlReader(context, root, long)
    reader.narrative = narrative
    return reader.flow(root, 0)


class HtmlReader:
    """One HTML tree. ``sheet`` is its style sheets' text, ``long`` its tables of which rows were let go."""

    def __init__(self, context: MarkdownContext, root: Any, long: dict[Any, LongTable] | None = None) -> None:
        self.context = context
        self.long = long or {}
        self.where = context.where
        self.sheet = "\n".join(style.text or "" for style in root.iter("style"))
        self.too_deep = False
        self.narrative = False
        self.style = PLAIN

    def flow(self, element: Any, depth: int) -> Blocks:
        """Blocks of an element's content; text beside blocks becomes paragraphs."""
        out: list[Block] = []
        line = self.open_line()
        self.content(element, line, out, depth)
        self.end_line(line, out)
        return tuple(out)

    def open_line(self) -> TagReader:
        """A line of text in the style of what stands around it."""
        line = TagReader(self.context, self.where)
        line.style = self.style
        return line

    def line(self, text: str | None) -> Blocks:
        """What :meth:`flow` makes of an element that holds nothing but text."""
        words = _SPACE.sub(" ", text).strip() if text else ""
        return (Paragraph((Span(words, *self.style),), rtl=is_rtl(words), where=self.where),) if words else ()

    def end_line(self, line: TagReader, out: list[Block], element: Any = None) -> None:
        """The text so far becomes a paragraph of its own."""
        line.flush()
        pieces, line.out = line.out, []
        align = None if element is None else align_of(element.attrib)
        found = paragraphs(pieces, self.context, align)
        if line.aligned and not align and len(found) == 1 and isinstance(found[0], Image):
            found = [aligned(found[0], line.aligned)]
        out.extend(found)

    def content(self, element: Any, line: TagReader, out: list[Block], depth: int) -> None:
        """Text and children of an element, into the open line or as blocks."""
        self.text(element.text, line)
        for child in element:
            if isinstance(child.tag, str):
                self.child(child, line, out, depth)
            self.text(child.tail, line)

    def text(self, text: str | None, line: TagReader) -> None:
        """Text, white space as HTML counts it."""
        if text:
            line.text.append(_SPACE.sub(" ", text))

    def child(self, child: Any, line: TagReader, out: list[Block], depth: int) -> None:
        """One element below the current one."""
        tag = child.tag.lower()
        if tag in _DROPPED:
            if _DROPPED[tag] == "security":
                self.context.notes.append(notes.security("html.script", f"<{tag}> dropped", self.where))
        elif depth > MAX_DEPTH:
            self.deep(child, line)
        elif tag in _BLOCK_TAGS:
            self.end_line(line, out)
            out.extend(self.block(child, tag, depth + 1))
        elif "math" in (child.get("class") or "").split() and not len(child):
            self.math(child, line)
        elif tag == "svg":
            self.context.notes.append(notes.dropped("html.svg", "inline <svg> not shown", self.where))
        elif tag in MEDIA_TAGS:
            self.medium(child, tag, line, out, depth)
        elif (tag in ODD or "-" in tag) and odd_element(child, tag, line, self):
            return
        elif tag in HTML_TAGS:
            if tag == "rp":
                return
            line.start(tag, {key.lower(): value for key, value in child.attrib.items()} if child.attrib else {})
            self.content(child, line, out, depth + 1)
            line.close(tag)
        else:
            tell_unknown(child, tag, self)
            self.content(child, line, out, depth + 1)

    def deep(self, child: Any, line: TagReader) -> None:
        """The text of what is nested too deep."""
        self.text(" ".join(child.itertext()), line)
        if not self.too_deep:
            self.too_deep = True
            self.context.notes.append(
                notes.degraded("html.depth", f"HTML nested deeper than {MAX_DEPTH} shown as text", self.where)
            )

    def math(self, child: Any, line: TagReader) -> None:
        """An equation as Markdown renderers write it: ``<span class="math">``."""
        tex = (child.text or "").strip()
        for left, right in (("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$")):
            if tex.startswith(left) and tex.endswith(right) and len(tex) >= len(left) + len(right):
                tex = tex[len(left) : -len(right)].strip()
        if not tex:
            return
        line.put(InlineMath(tex) if "inline" in (child.get("class") or "") else Math(tex, where=self.where))

    def medium(self, child: Any, tag: str, line: TagReader, out: list[Block], depth: int) -> None:
        """A player, frame or object; what stands in it is for browsers that can't show it."""
        a = {key.lower(): value for key, value in child.attrib.items()}
        if not (a.get("src") or a.get("data")):
            sources = (each.get("src") for each in child.iter("source", "embed"))
            a["src"] = next((source for source in sources if source), "")
        if a.get("srcdoc") and tag == "iframe":
            self.end_line(line, out)
            if whole_page(child, tag, out, self):
                return
        before = len(line.out)
        line.player(tag, a)
        if len(line.out) == before or tag == "embed":
            self.content(child, line, out, depth + 1)
            line.without_source(tag)

    def block(self, element: Any, tag: str, depth: int) -> Blocks:
        """Blocks of a block element in its own style, alignment and box."""
        if not element.attrib and tag != "center":
            return self.element(element, tag, depth)
        outer = self.style
        if ("style" in element.attrib or "color" in element.attrib) and tag not in _OWN_LOOK:
            self.style = self.inherited(element)
        blocks = self.element(element, tag, depth)
        self.style = outer
        if tag in _ALIGNED:
            align = "center" if tag == "center" else align_of(element.attrib)
            blocks = box(element, blocks, self) if tag in {"div", "aside"} else blocks
            return tuple(aligned(block, align) for block in blocks) if align else blocks
        return blocks

    def inherited(self, element: Any) -> Style:
        """The style of text in a block. A background is the block's own, and colours chosen for it don't fit the page."""
        css = declarations(element.get("style") or "")
        text, background = colors_in(css, element.get("color") or "")
        marks, link, color, back = self.style
        return marks_in(css, marks), link, color if background or is_light(text) else text or color, back

    def element(self, element: Any, tag: str, depth: int) -> Blocks:
        """Blocks of a block element. One match over the elements: each is a line or two."""
        match tag:
            case "p" | "figure":
                return figure(element, self, depth) if tag == "figure" else self.paragraph(element, depth)
            case "ul" | "ol" | "menu":
                return list_block(element, tag, self, depth)
            case "pre":
                return (listing(element, self),)
            case "blockquote":
                return (Quote(self.flow(element, depth), where=self.where),)
            case "table":
                return (*self.line(stray_text(element)), *read_table(element, self, depth))
            case "hr":
                return (Rule(where=self.where),)
            case "details":
                return (toggle(element, self, depth),)
            case "dl":
                return definitions(element, self, depth)
            case _ if tag in _HEADINGS:
                content = self.inlines(element, depth)
                anchor = element.get("id") or ""
                return (Heading(_HEADINGS[tag], content, anchor, self.where),) if content else ()
            case _:
                return self.flow(element, depth)

    def paragraph(self, element: Any, depth: int) -> Blocks:
        """A paragraph with its alignment."""
        out: list[Block] = []
        line = self.open_line()
        self.content(element, line, out, depth)
        self.end_line(line, out, element)
        return tuple(out)

    def inlines(self, element: Any, depth: int) -> Inlines:
        """Everything in an element as one line of text."""
        result: list[Inline] = []
        for block in self.flow(element, depth):
            result.extend(() if isinstance(block, Math | Image) or not result else (Span(" "),))
            result.extend(line_of(block, self.context))
        return strip(result)
