"""A line of text in the making: spans of one style, and what HTML's tags do to it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from converters import notes
from converters.model import Align, Anchor, Block, Href, Inline, Inlines, LineBreak, Mark, Rule, Span, Where
from converters.readers.address import href, picture
from converters.readers.context import MarkdownContext
from converters.readers.embeds import embed_mark
from converters.readers.html_tags import HTML_TAGS, attributes
from converters.readers.media import MEDIA_TAGS, field_text, medium
from converters.readers.odd_elements import tell_fields, tell_once
from converters.readers.style import MARK_TAGS, colors_in, declarations, is_light, marks_in, picture_align, pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

Piece: TypeAlias = Inline | Block
Style: TypeAlias = tuple[frozenset[Mark], "Href | None", str, str]

PLAIN: Style = (frozenset(), None, "", "")
FIGURE_ATTRIBUTES = ("id", "align", "style", "fig-align", "fig-alt", "fig-cap")
_TAG = re.compile(r"<(/?)([A-Za-z][\w\-]*)([^>]*)>", re.DOTALL)
_SILENT = frozenset({"script", "style", "template", "rp"})
_VOID = frozenset({"wbr", "track", "link", "meta", "col", "param", "base", "area", "frame"})
_SPACED = frozenset({"option", "button", "label", "textarea", "optgroup", "legend"})
_BOXES = frozenset(
    [
        *("ul", "ol", "li", "dl", "dt", "dd", "p", "div", "center", "table", "tr", "td", "th", "pre", "blockquote"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "details", "math", "svg", "map", "canvas", "progress", "meter"),
    ]
)


def makes_blocks(tokens: Sequence[Token]) -> bool:
    """Whether elements stand in a text that make blocks, or that only HTML's own reader knows: it is to be read as HTML."""
    tags = (_TAG.match(token.content) for token in tokens if token.type == "html_inline")
    return any(
        tag is not None
        and not tag[1]
        and ((name := tag[2].lower()) in _BOXES or (name == "iframe" and "srcdoc" in tag[3].lower()))
        for tag in tags
    )


class TagReader:
    """One line of text; ``out`` holds what came of it, in reading order."""

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
        self.pairs: set[str] | None = None
        """Elements of which both tags stand in the text, once that was asked for."""
        self.hollows: set[str] | None = None
        """Of these, those that end right where they begin."""
        self.media: tuple[str, dict[str, str]] | None = None
        self.figure: dict[str, str] = {}
        self.caption: Inlines = ()
        """The description of the picture that was met last, where it has markup and may become a caption."""
        """Attributes of the last picture, for one that stands alone."""
        self.aligned: Align | None = None
        self.held = False
        """Whether a line of a script without blanks ended and a blank is due only before other scripts."""

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
        """The text as it is shown."""
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
                if tag == "a":
                    self.linked()
                self.style = self.stack[position][1]
                del self.stack[position:]
                return

    def linked(self) -> None:
        """A link ends here."""

    def marked(self, mark: Mark) -> Style:
        """The current style with ``mark``."""
        return (self.style[0] | {mark}, *self.style[1:])

    def picture(self, a: dict[str, str]) -> None:
        """A picture from attributes as HTML names them; MyST's ``![](#label)`` is anything with that label."""
        if (address := a.get("src", "").strip()).startswith("#") and len(address) > 1:
            self.put(embed_mark(address[1:], self.where))
            return
        self.figure = {key: a[key] for key in FIGURE_ATTRIBUTES if key in a}
        self.aligned = picture_align(a)
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
            elif "=" in rest and not closing and (not self.paired(name) or self.hollow(name)):
                text = f"<{name}> is no element of HTML: only what stands in it is shown"
                tell_once(text, "degraded", "html.element", self.context)
        elif closing:
            self.without_source(name)
            self.close(name)
        else:
            self.start(name, attributes(rest) if rest.strip(" /") else {})

    def paired(self, name: str) -> bool:
        """Whether both tags of an unknown element stand here: then it is one, and no placeholder such as ``<name>``."""
        if self.pairs is None:
            tags = [_TAG.match(token.content) for token in self.tokens if token.type == "html_inline"]
            found = {(bool(tag[1]), tag[2].lower()) for tag in tags if tag}
            self.pairs = {each for closing, each in found if closing and (False, each) in found}
        return name in self.pairs

    def hollow(self, name: str) -> bool:
        """Whether an element ends right where it begins."""
        if self.hollows is None:
            tags = [_TAG.match(token.content) if token.type == "html_inline" else None for token in self.tokens]
            self.hollows = {
                one[2].lower()
                for one, two in pairwise(tags)
                if one and two and one[2].lower() == two[2].lower() and not one[1] and two[1]
            }
        return name in self.hollows

    def start(self, name: str, a: dict[str, str]) -> None:
        """A start tag of a known element."""
        if name in _SILENT:
            self.silent = name
            if name == "script":
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
            tell_fields(name, a, self.context)
            self.text.append(field_text(a))
        elif name not in _VOID:
            if a.get("id") or (name == "a" and a.get("name")):
                self.put(Anchor(a.get("id") or a["name"]))
            if name in {"select", "textarea"}:
                tell_fields(name, a, self.context)
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

    def without_source(self, name: str) -> None:
        """A player ends: a note where neither it nor anything in it named what it plays."""
        if self.media is not None and self.media[0] == name:
            self.media = None
            self.context.notes.append(notes.dropped("embed.address", f"<{name}> without an address", self.where))

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
            background = own[1] or background
            color = color if is_light(own[0]) and not background else own[0] or color
            marks = marks_in(css, marks) if css else marks
        return marks, link, color, background
