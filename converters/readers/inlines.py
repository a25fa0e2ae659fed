"""Inline tokens of markdown-it → flat inlines. What can only stand alone (display maths, frames) comes as blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from converters import notes
from converters.model import (
    Align,
    Anchor,
    AnchorLink,
    Block,
    FileLink,
    Href,
    Inline,
    InlineMath,
    LineBreak,
    Mark,
    Math,
    NoteRef,
    Rule,
    Span,
    Where,
)
from converters.readers.address import href, picture
from converters.readers.context import MarkdownContext
from converters.readers.html_tags import HTML_TAGS, attributes
from converters.readers.media import MEDIA_TAGS, field_text, medium
from converters.readers.pandoc_inlines import named_link, read_reference
from converters.readers.roles import read_role
from converters.readers.shortcodes import read_shortcode
from converters.readers.style import MARK_TAGS, colors_in, declarations, marks_in, picture_align, pixels
from converters.readers.writing import is_cjk, joined, with_emoji

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

Piece: TypeAlias = Inline | Block
Style: TypeAlias = tuple[frozenset[Mark], "Href | None", str, str]

PLAIN: Style = (frozenset(), None, "", "")
_TAG = re.compile(r"<(/?)([A-Za-z][\w\-]*)([^>]*)>", re.DOTALL)
_MARKDOWN_MARKS = {"em": Mark.EM, "strong": Mark.STRONG, "s": Mark.STRIKE}
_BLANKS = re.compile(r" {2,}")
_SILENT = frozenset({"script", "style", "template", "noscript", "rp"})
_VOID = frozenset({"wbr", "track", "link", "meta", "col", "param", "base", "area", "frame"})
_BOXES = frozenset(
    [
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "p",
        "div",
        "table",
        "tr",
        "td",
        "th",
        "pre",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "details",
    ]
)
_SPACED = frozenset({"option", "button", "label", "textarea", "optgroup", "legend"})


class InlineReader:
    """One run of inline tokens; ``out`` holds what came of it, in reading order."""

    def __init__(self, context: MarkdownContext, where: Where | None) -> None:
        self.context = context
        self.where = where
        self.out: list[Piece] = []
        self.text: list[str] = []
        self.style = PLAIN
        self.stack: list[tuple[str, Style, str]] = []
        self.silent = ""
        self.link = -1
        """Where in ``out`` a link began that may show what it leads to; -1 outside of one."""
        self.tokens: Sequence[Token] = ()
        self.media: tuple[str, dict[str, str]] | None = None
        self.align: Align | None = None
        self.boxes = False
        """Whether elements stood in the text that make blocks: then it is to be read as HTML."""
        self.held = False
        """Whether a line of a script without blanks ended and a blank is due only before other scripts."""

    def read(self, tokens: Sequence[Token]) -> list[Piece]:
        """Pieces of ``tokens``; marks left open end here."""
        self.tokens = tokens
        for token in tokens:
            kind = token.type
            if self.silent and kind != "html_inline":
                continue
            if kind in {"text", "text_special"}:
                if token.content:
                    self.text.append(token.content)
            elif kind == "softbreak":
                self.text.append("\n")
            elif token.nesting < 0:
                self.close(token.tag)
            else:
                self.other(token, kind)
        self.flush()
        return self.out

    def flush(self) -> None:
        """Text gathered so far becomes a span of the current style."""
        if self.text:
            text = "".join(self.text)
            self.text.clear()
            if self.tokens:
                text = self.written(text)
            if text:
                self.out.append(Span(text, *self.style))

    def written(self, text: str) -> str:
        """Markdown's text as it is shown: lines joined, emoji for their names."""
        if self.held:
            self.held = False
            text = text if is_cjk(text[:1]) else " " + text
        if "\n" in text:
            last = self.out[-1] if self.out else None
            before = last.text[-1:] if isinstance(last, Span) else ""
            text = joined(before + text)[len(before) :]
            if text.endswith("\n"):
                text, self.held = text[:-1], True
        if "  " in text:
            text = _BLANKS.sub(" ", text)
        if ":" in text:
            text = with_emoji(text)
        return text

    def put(self, piece: Piece) -> None:
        """``piece`` after the text so far."""
        self.flush()
        if self.held:
            self.held = False
            self.out.append(Span(" "))
        self.out.append(piece)

    def open(self, tag: str, style: Style, end: str = "") -> None:
        """Text from here on has ``style``, until ``tag`` closes, with ``end`` as its last words."""
        self.flush()
        self.stack.append((tag, self.style, end))
        self.style = style

    def close(self, tag: str) -> None:
        """The style before the nearest open ``tag``; badly nested tags inside it end as well."""
        for position in range(len(self.stack) - 1, -1, -1):
            if self.stack[position][0] == tag:
                if self.stack[position][2]:
                    self.text.append(self.stack[position][2])
                self.flush()
                if tag == "a" and self.link >= 0:
                    named_link(self)
                self.style = self.stack[position][1]
                del self.stack[position:]
                return

    def marked(self, mark: Mark) -> Style:
        """The current style with ``mark``."""
        return (self.style[0] | {mark}, *self.style[1:])

    def other(self, token: Token, kind: str) -> None:
        """A token that is neither plain text nor the end of something."""
        if kind == "code_inline":
            self.put(Span(token.content, *self.marked(Mark.CODE)))
            self.evaluated(token.content)
        elif kind == "link_open":
            target = href(str(token.attrs.get("href", "")), self.context, self.where)
            self.open("a", (self.style[0], target, *self.style[2:]))
            self.link = len(self.out) if isinstance(target, AnchorLink | FileLink) else -1
        elif token.tag in _MARKDOWN_MARKS:
            self.open(token.tag, self.marked(_MARKDOWN_MARKS[token.tag]))
        elif kind == "hardbreak":
            self.put(LineBreak())
        elif kind == "html_inline":
            self.tag(token.content)
        elif kind in {"math_inline", "math_inline_double"} and not token.content.strip():
            self.text.append(f"{token.markup}{token.content}{token.markup}")
        elif kind == "math_inline":
            self.put(InlineMath(token.content.strip()))
        elif kind == "math_inline_double":
            self.put(Math(token.content.strip(), where=self.where))
        elif kind == "image":
            self.image(token)
        elif kind == "footnote_ref":
            self.footnote(str(token.meta["label"]))
        elif kind == "myst_role":
            read_role(str(token.meta["name"]), token.content, self)
        elif kind == "span_open":
            self.open("span", self.classed(token))
        elif kind in {"crossref", "crossref_group", "bookdown_ref"}:
            read_reference(token, self)
        elif kind == "shortcode":
            read_shortcode(token.content, self)
        else:
            self.text.append(token.content)

    def evaluated(self, text: str) -> None:
        """A note for inline code that R Markdown or Quarto would replace by a value."""
        if self.context.flavor == "pandoc" and (text.startswith("r ") or re.match(r"\{\w+\} ", text)):
            self.context.notes.append(
                notes.degraded("chunk.inline", f"inline code not evaluated: {text[:60]}", self.where)
            )

    def classed(self, token: Token) -> Style:
        """The style of a bracketed span ``[…]{.class}``."""
        names = str(token.attrs.get("class", "")).split()
        style = self.style
        for name, mark in (("mark", Mark.HIGHLIGHT), ("underline", Mark.UNDERLINE), ("ul", Mark.UNDERLINE)):
            if name in names:
                style = (style[0] | {mark}, *style[1:])
        return style

    def footnote(self, label: str) -> None:
        """A mark that refers to a footnote of this document, or the text as written and a note."""
        unique = self.context.labels.get(label)
        if unique is None:
            self.text.append(f"[^{label}]")
            self.context.notes.append(notes.missing("footnote.missing", f"footnote {label!r} is not there", self.where))
        else:
            self.put(NoteRef(unique, self.context.note_number(unique)))

    def image(self, token: Token) -> None:
        """A picture in the text, or its alternative text where it can't be shown."""
        a = {key: str(value) for key, value in token.attrs.items()}
        alt = "".join(child.content for child in token.children or ()) or token.content
        self.picture(a | {"alt": alt})

    def picture(self, a: dict[str, str]) -> None:
        """A picture from attributes as HTML names them."""
        self.align = picture_align(a)
        found = picture(
            a.get("src", ""),
            self.context,
            self.where,
            alt=a.get("alt", ""),
            title=a.get("title", ""),
            width=pixels(a, "width"),
            height=pixels(a, "height"),
            link=self.style[1],
        )
        if found is not None:
            self.put(found)
        elif text := a.get("alt", "") or a.get("title", ""):
            self.text.append(text)

    def tag(self, source: str) -> None:
        """An HTML tag in running text."""
        match = _TAG.match(source)
        if match is None:
            return  # a comment, a processing instruction or a declaration: nothing to read
        closing, name, rest = match[1], match[2].lower(), match[3]
        if self.silent:
            if closing and name == self.silent:
                self.silent = ""
        elif name not in HTML_TAGS:
            if "=" not in rest and not self.paired(name):
                self.text.append(source)
        elif closing:
            self.close(name)
        else:
            self.start(name, attributes(rest) if rest.strip(" /") else {})

    def paired(self, name: str) -> bool:
        """Whether both tags of an unknown element stand here: then it is one, and no placeholder such as ``<name>``."""
        tags = [token.content.lower() for token in self.tokens if token.type == "html_inline"]
        return any(tag.startswith(f"</{name}") for tag in tags) and any(tag.startswith(f"<{name}") for tag in tags)

    def start(self, name: str, a: dict[str, str]) -> None:
        """A start tag of a known element."""
        if name in _SILENT:
            self.silent = name
            if name in {"script", "noscript"}:
                self.context.notes.append(notes.security("html.script", f"<{name}> dropped", self.where))
        elif name == "br":
            self.put(LineBreak())
        elif name == "hr":
            self.put(Rule(self.where))
        elif name == "img":
            self.picture(a)
        elif name in MEDIA_TAGS:
            self.player(name, a)
        elif name == "source":
            if self.media is not None and a.get("src"):
                self.player(self.media[0], self.media[1] | {"src": a["src"]})
        elif name == "input":
            self.text.append(field_text(a))
        elif name not in _VOID:
            if a.get("id") or (name == "a" and a.get("name")):
                self.put(Anchor(a.get("id") or a["name"]))
            self.boxes = self.boxes or name in _BOXES
            self.open(name, self.styled(name, a), self.around(name, a))

    def around(self, name: str, a: dict[str, str]) -> str:
        """What an element's end shows; what its start shows goes into the text."""
        if name == "q":
            self.text.append("“")
            return "”"
        if name == "rt":
            self.text.append("(")
            return ")"
        if name in {"abbr", "acronym"} and a.get("title", "").strip():
            return f" ({a['title'].strip()})"  # wikis have no tool tips
        return " " if name in _SPACED else ""

    def player(self, name: str, a: dict[str, str]) -> None:
        """A frame, a player or an object; what stands in it for browsers that know none is left out."""
        found = medium(name, a, self.context, self.where)
        if found is None:
            self.media = (name, a)  # its sources may follow
        else:
            self.put(found)
            self.media = None
            if name not in {"embed", "iframe"} and self.tokens:
                self.silent = name

    def styled(self, name: str, a: dict[str, str]) -> Style:
        """The current style as an element changes it."""
        marks, link, color, background = self.style
        if name in MARK_TAGS:
            marks = marks | {MARK_TAGS[name]}
        if name == "a" and "href" in a:
            link = href(a["href"], self.context, self.where)
        if a:
            css = declarations(a["style"]) if "style" in a else {}
            own = colors_in(css, a.get("color", ""), a.get("bgcolor", ""))
            color, background = own[0] or color, own[1] or background
            marks = marks_in(css, marks) if css else marks
        return marks, link, color, background
