"""Inline tokens of markdown-it → flat inlines. What can only stand alone (display maths, frames) comes as blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from converters import notes
from converters.model import (
    Anchor,
    AnchorLink,
    Block,
    Embed,
    FileLink,
    Href,
    Inline,
    InlineMath,
    LineBreak,
    Mark,
    Math,
    NoteRef,
    Span,
    Where,
)
from converters.readers.address import href, picture
from converters.readers.context import MarkdownContext
from converters.readers.html_tags import HTML_TAGS, attributes
from converters.readers.style import MARK_TAGS, colors_of, pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

Piece: TypeAlias = Inline | Block
Style: TypeAlias = tuple[frozenset[Mark], "Href | None", str, str]

PLAIN: Style = (frozenset(), None, "", "")
_TAG = re.compile(r"<(/?)([A-Za-z][\w\-]*)([^>]*)>", re.DOTALL)
_ROLE_TARGET = re.compile(r"(.*?)\s*<([^<>]+)>\s*$", re.DOTALL)
_MARKDOWN_MARKS = {"em": Mark.EM, "strong": Mark.STRONG, "s": Mark.STRIKE}
_SILENT = frozenset({"script", "style", "template", "noscript"})


class InlineReader:
    """One run of inline tokens; ``out`` holds what came of it, in reading order."""

    def __init__(self, context: MarkdownContext, where: Where | None) -> None:
        self.context = context
        self.where = where
        self.out: list[Piece] = []
        self.text: list[str] = []
        self.style = PLAIN
        self.stack: list[tuple[str, Style]] = []
        self.silent = ""

    def read(self, tokens: Sequence[Token]) -> list[Piece]:
        """Pieces of ``tokens``; marks left open end here."""
        for token in tokens:
            kind = token.type
            if self.silent and kind != "html_inline":
                continue
            if kind in {"text", "text_special"}:
                if token.content:
                    self.text.append(token.content)
            elif kind == "softbreak":
                self.text.append(" ")
            elif token.nesting < 0:
                self.close(token.tag)
            else:
                self.other(token, kind)
        self.flush()
        return self.out

    def flush(self) -> None:
        """Text gathered so far becomes a span of the current style."""
        if self.text:
            self.out.append(Span("".join(self.text).replace("\n", " "), *self.style))
            self.text.clear()

    def put(self, piece: Piece) -> None:
        """``piece`` after the text so far."""
        self.flush()
        self.out.append(piece)

    def open(self, tag: str, style: Style) -> None:
        """Text from here on has ``style``, until ``tag`` closes."""
        self.flush()
        self.stack.append((tag, self.style))
        self.style = style

    def close(self, tag: str) -> None:
        """The style before the nearest open ``tag``; badly nested tags inside it end as well."""
        for position in range(len(self.stack) - 1, -1, -1):
            if self.stack[position][0] == tag:
                self.flush()
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
            self.role(str(token.meta["name"]), token.content)
        elif kind == "span_open":
            self.open("span", self.classed(token))
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
            self.text.append(source)
        elif closing:
            self.close(name)
        else:
            self.start(name, attributes(rest) if rest.strip(" /") else {})

    def start(self, name: str, a: dict[str, str]) -> None:
        """A start tag of a known element."""
        if name in _SILENT:
            self.silent = name
            self.context.notes.append(notes.security("html.script", f"<{name}> dropped", self.where))
        elif name == "br":
            self.put(LineBreak())
        elif name == "img":
            self.picture(a)
        elif name in {"iframe", "video", "audio", "embed"} and a.get("src"):
            self.frame(name, a)
        elif name == "input":
            if a.get("type") == "checkbox":
                self.text.append("☑" if "checked" in a else "☐")
        elif name not in {"wbr", "hr", "source", "track", "link", "meta", "col"}:
            if a.get("id") or (name == "a" and a.get("name")):
                self.put(Anchor(a.get("id") or a["name"]))
            self.open(name, self.styled(name, a))

    def styled(self, name: str, a: dict[str, str]) -> Style:
        """The current style as an element changes it."""
        marks, link, color, background = self.style
        if name in MARK_TAGS:
            marks = marks | {MARK_TAGS[name]}
        if name == "a" and "href" in a:
            link = href(a["href"], self.context, self.where)
        if a:
            own = colors_of(a)
            color, background = own[0] or color, own[1] or background
        return marks, link, color, background

    def frame(self, name: str, a: dict[str, str]) -> None:
        """Something on the web shown in place, by https address only."""
        target = href(a["src"], self.context, self.where)
        if isinstance(target, str) and target.startswith("https://"):
            kind: Literal["video", "audio", "iframe"] = (
                "video" if name == "video" else "audio" if name == "audio" else "iframe"
            )
            size = pixels(a, "width"), pixels(a, "height")
            self.put(Embed(target, kind, a.get("title", ""), (), *size, where=self.where))
        else:
            self.context.notes.append(notes.dropped("embed.address", f"<{name}> without https address", self.where))

    def role(self, name: str, content: str) -> None:
        """A MyST role."""
        match = _ROLE_TARGET.match(content)
        text, target = (match[1] or match[2], match[2]) if match else (content, content)
        simple = {"sub": Mark.SUB, "subscript": Mark.SUB, "sup": Mark.SUP, "superscript": Mark.SUP, "kbd": Mark.KBD}
        base = name.rpartition(":")[2]
        if base == "math":
            self.put(InlineMath(content.strip()))
        elif base in simple:
            self.put(Span(content, *self.marked(simple[base])))
        elif base in {"ref", "numref", "eq"}:
            self.put(Span(text, self.style[0], AnchorLink(target)))
        elif base in {"doc", "download", "nb-download"}:
            self.put(Span(text, self.style[0], FileLink(target.lstrip("/"))))
        elif base in {"abbr", "term", "strong", "emphasis"}:
            mark = {"strong": Mark.STRONG, "emphasis": Mark.EM}.get(base)
            self.put(Span(content, *(self.marked(mark) if mark else self.style)))
        else:
            self.put(Span(content, *self.marked(Mark.CODE)))
            if base not in {"code", "literal", "file", "samp", "command"}:
                self.context.notes.append(notes.degraded("role.unknown", f"role {name!r} shown as code", self.where))
