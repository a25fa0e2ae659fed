"""Inline tokens of markdown-it → flat inlines. What can only stand alone (display maths, frames) comes as blocks."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from converters import notes
from converters.model import (
    Anchor,
    InlineMath,
    LineBreak,
    Mark,
    Math,
    NoteRef,
    Span,
)
from converters.readers.address import href
from converters.readers.attributes import Attributes
from converters.readers.footnotes import inline_note
from converters.readers.inline_tags import Piece, Style, TagReader
from converters.readers.pandoc_inlines import named_link, read_raw, read_reference
from converters.readers.paragraphs import one_line
from converters.readers.quarto_divs import CONDITIONAL, is_shown
from converters.readers.roles import read_role
from converters.readers.shortcodes import read_shortcode, with_values
from converters.readers.writing import is_cjk, joined, shown, typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

__all__ = ["InlineReader", "Piece"]

_RAW = re.compile(r"\{=[a-z][\w\-]*\}")
_UNDEFINED = re.compile(
    r"(?<![\w\]\[!])\[(?=[^\[\]]*[A-Za-z]{2})[^\[\]]{1,200}\]\[(?=[^\[\]]*\w)[^\[\]]{1,100}\](?![\[(\w])"
)
"""``[words][name]`` that stayed text: with words in it, and no index of an array."""
_CLASS_MARKS = {
    "mark": Mark.HIGHLIGHT,
    "underline": Mark.UNDERLINE,
    "ul": Mark.UNDERLINE,
    "kbd": Mark.KBD,
    "small": Mark.SMALL,
}
"""Classes of bracketed spans that look like something on a wiki."""
_MARKDOWN_MARKS = {"em": Mark.EM, "strong": Mark.STRONG, "s": Mark.STRIKE, "sub": Mark.SUB, "sup": Mark.SUP}


def _raw_mark(tokens: Sequence[Token], number: int) -> str:
    """What says right behind code that it is markup of some format (pandoc's ``{=html}``); empty where nothing does."""
    after = tokens[number + 1] if number + 1 < len(tokens) else None
    match = _RAW.match(after.content) if after is not None and after.type == "text" else None
    return match[0] if match else ""


class InlineReader(TagReader):
    """One run of inline tokens."""

    bare: set[int] | None = None
    """Which of them begin links without words, once that was asked for."""

    def read(self, tokens: Sequence[Token]) -> list[Piece]:
        """Pieces of ``tokens``; marks left open end here."""
        self.tokens, self.bare = tokens, None
        raw, hidden = "", 0
        for number, token in enumerate(tokens):
            kind = token.type
            if kind == "span_open" and (hidden or self.is_hidden(token)):
                hidden += 1
                continue
            if hidden:
                hidden -= kind == "span_close"
                continue
            if self.silent and kind != "html_inline":
                continue
            if kind in {"text", "text_special"}:
                if token.content:
                    self.text.append(token.content.removeprefix(raw) if raw else token.content)
                raw = ""
            elif kind == "code_inline" and self.context.flavor == "pandoc" and (raw := _raw_mark(tokens, number)):
                read_raw(token.content, raw[2:-1], self)
            elif kind == "softbreak":
                self.text.append("\n")
            elif token.nesting < 0:
                self.close(token.tag)
            else:
                self.other(token, kind)
        self.flush()
        return self.out

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
        if "][" in text:
            self.undefined(text)
        return shown(typeset(text) if self.context.flavor == "pandoc" else text)

    def undefined(self, text: str) -> None:
        """A note for what is written as a link to an address given elsewhere, which isn't given: it stays as it is."""
        for match in _UNDEFINED.finditer(text):
            said = f"no address is given for {match[0]:.100}: it stays as it is written"
            self.context.notes.append(notes.missing("link.undefined", said, self.where))

    def linked(self) -> None:
        """A link without words of its own shows what it leads to."""
        if self.link >= 0:
            named_link(self)

    def other(self, token: Token, kind: str) -> None:
        """A token that is neither plain text nor the end of something."""
        if kind == "code_inline":
            code = token.content
            if "{{<" in code and self.context.flavor == "pandoc":
                code = with_values(code, self.context.header)
            self.put(Span(code, *self.marked(Mark.CODE)))
            self.evaluated(token.content)
        elif kind == "link_open":
            target = href(str(token.attrs.get("href", "")), self.context, self.where)
            self.open("a", (self.style[0], target, *self.style[2:]))
            self.link = len(self.out) if target is not None else -1
            if target is None and self.is_bare(token):
                self.text.append(str(token.attrs.get("href", "")))
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
        elif kind == "inline_note":
            self.put(inline_note(token.content, self.context))
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

    def is_bare(self, token: Token) -> bool:
        """Whether a link has no words: it shows its address where it may not lead there."""
        if self.bare is None:
            self.bare = {id(one) for one, two in pairwise(self.tokens) if two.type == "link_close"}
        return id(token) in self.bare

    def evaluated(self, text: str) -> None:
        """A note for inline code that R Markdown or Quarto would replace by a value."""
        if self.context.flavor == "pandoc" and (text.startswith("r ") or re.match(r"\{\w+\} ", text)):
            self.context.notes.append(
                notes.degraded("chunk.inline", f"inline code not evaluated: {text[:60]}", self.where)
            )

    def is_hidden(self, token: Token) -> bool:
        """Whether a bracketed span is for other formats than ours (Quarto's ``.content-visible``, ``.content-hidden``)."""
        classes = tuple(str(token.attrs.get("class", "")).split())
        if CONDITIONAL.isdisjoint(classes):
            return False
        values = {key: str(value) for key, value in token.attrs.items()}
        return not is_shown(Attributes(classes=classes, values=values), self)

    def classed(self, token: Token) -> Style:
        """The style of a bracketed span ``[…]{.class}``."""
        if identifier := token.attrs.get("id"):
            self.put(Anchor(str(identifier)))
        names = str(token.attrs.get("class", "")).split()
        marks, link, color, background = self.styled("span", {"style": str(token.attrs.get("style", ""))})
        marks |= {mark for name, mark in _CLASS_MARKS.items() if name in names}
        return marks, link, color, background

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
        alt = (
            "".join(" " if child.type.endswith("break") else child.content for child in token.children or ())
            or token.content
        )
        if self.context.flavor == "pandoc" and any(child.type != "text" for child in token.children or ()):
            pieces = InlineReader(self.context, self.where).read(token.children or ())
            self.caption = one_line(pieces, self.context)
        self.picture(a | {"alt": alt})
