"""Callouts, tabs and other boxes around blocks: Quarto divs, MyST directives, GFM alerts, HTML elements."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from converters import notes
from converters.build import plain, strip, text_of
from converters.model import (
    Align,
    Anchor,
    Block,
    Blocks,
    Callout,
    CalloutKind,
    Code,
    Figure,
    Heading,
    Image,
    Inlines,
    Paragraph,
    Quote,
    Section,
    Span,
    Tab,
    Table,
    Tabs,
    Toggle,
    Where,
)
from converters.readers.attributes import Attributes, attributes_of
from converters.readers.paragraphs import one_line
from converters.readers.quarto_divs import callout_label, pandoc_div
from converters.readers.settle import settled
from converters.readers.style import align_of

if TYPE_CHECKING:
    from converters.readers.blocks import BlockReader

CALLOUTS: dict[str, CalloutKind] = {
    "note": "note", "tip": "tip", "hint": "tip", "info": "info", "information": "info", "important": "important",
    "warning": "warning", "caution": "caution", "attention": "warning", "danger": "danger", "error": "danger",
    "failure": "danger", "bug": "danger", "success": "success", "check": "success", "done": "success",
    "seealso": "info", "admonition": "note", "summary": "summary", "abstract": "summary", "tldr": "summary",
    "example": "info", "question": "info", "todo": "note", "versionadded": "note", "versionchanged": "note",
    "deprecated": "warning", "objectives": "info", "keypoints": "important", "challenge": "tip", "solution": "tip",
    "questions": "info", "hints": "tip", "spoiler": "note", "checklist": "note", "testimonial": "note",
    "callout": "note", "prereq": "info", "discussion": "info", "instructor": "info", "quote": "note",
    "margin": "note", "aside": "note", "sidebar": "note", "topic": "note", "exercise": "tip",
}  # fmt: skip
"""Names of boxes in Python-Markdown, MyST, Quarto, GFM and The Carpentries' lessons → kinds of callouts."""
_OWN_TITLE = {"seealso": "See also", "question": "Question", "example": "Example", "exercise": "Exercise",
              "challenge": "Challenge", "solution": "Solution", "objectives": "Objectives", "keypoints": "Key points",
              "prereq": "Prerequisites", "discussion": "Discussion", "instructor": "Instructor note"}  # fmt: skip
_ON_DEMAND = frozenset(["solution", "hint", "hints", "spoiler", "instructor"])
"""Boxes of The Carpentries' lessons (``::: solution``) that open on demand."""
_DIRECTIVE = re.compile(r"\{([\w\-:.]+)\}\s*(.*)$", re.DOTALL)


_QUOTED = re.compile(r"\[!([A-Za-z][\w\-]*)\]([+\-]?)[ \t]*")


def callout(name: str, title: Inlines, blocks: Blocks, where: Where | None, *, folded: bool = False) -> Callout:
    """A callout by the author's word for it; a title that only repeats the kind is left to the writer."""
    low = name.lower()
    if text_of(title).strip().lower() == low:
        title = ()
    if not title and low not in {*CALLOUTS.values(), "admonition", "callout"}:
        title = plain(_OWN_TITLE.get(low, name.capitalize()))
    return Callout(CALLOUTS.get(low, "note"), blocks, title, folded=folded, where=where)


def quoted(blocks: Blocks, where: Where | None) -> Callout | Quote:
    """A quotation, or Obsidian's callout: a first paragraph ``[!kind] Title``, with ``-`` behind the kind folded."""
    first = blocks[0] if blocks else None
    start = first.content[0] if isinstance(first, Paragraph) and first.content else None
    match = _QUOTED.match(start.text) if isinstance(start, Span) and start.text.startswith("[!") else None
    if match is None or not isinstance(first, Paragraph) or not isinstance(start, Span):
        return Quote(blocks, where)
    title = strip((msgspec.structs.replace(start, text=start.text[match.end() :]), *first.content[1:]))
    return callout(match[1], title, blocks[1:], where, folded=match[2] == "-")


def line_of(text: str, reader: BlockReader, line: int = 0) -> Inlines:
    """A text as one line of Markdown."""
    if not text or text.isalnum():
        return plain(text)
    told = len(reader.context.notes)
    blocks = reader.inner(text, line)
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return blocks[0].content
    from converters.readers.inlines import InlineReader
    from converters.readers.markdown import parse_line

    del reader.context.notes[told:]  # what would begin a list or a heading is read again, as a line
    children = parse_line(text, reader.context)
    if children is None:
        return plain(text)
    return one_line(InlineReader(reader.context, reader.where).read(children), reader.context)


def box(info: str, blocks: Blocks, reader: BlockReader) -> Blocks:
    """The blocks of a fenced div, its name kept for links; ``info`` is what stands after its colons."""
    directive = _DIRECTIVE.match(info)
    blocks = settled(blocks, reader.context.flavor)
    if directive and not info.startswith(("{.", "{#", "{=")):
        return directive_box(directive[1], directive[2].strip(), blocks, reader)
    bare = not info.startswith("{")
    attributes = _bare(info) if bare else attributes_of(info)
    found = None if bare and info in CALLOUTS else pandoc_div(attributes, blocks, reader)
    if found is None:
        found = _classed(attributes, blocks, reader, bare=bare)
        if attributes.id and reader.stack and _is_layout(reader) and len(found) > 1:
            found = (Section("plain", found, where=reader.where),)
    if any(getattr(block, "label", None) == attributes.id for block in found):
        return found
    return labelled(attributes.id, found, reader) if attributes.id else found


_BRACES = re.compile(r"(?:^|[ \t])\{(?:[.#:=]|[\w\-]{1,100}=)[^{}]{0,500}\}[ \t]*$")
"""Attributes behind a name, which are no part of a title."""


def _bare(info: str) -> Attributes:
    """A name without braces, and a title behind it as Docusaurus and VuePress write it: ``tip Title``, ``tip[Title]``."""
    name, _, title = info.partition(" ")
    if not title and name.endswith("]"):
        name, _, title = name.removesuffix("]").partition("[")
    elif "[" in name and info.endswith("]"):
        name, _, title = info.removesuffix("]").partition("[")
    title = _BRACES.sub("", title).strip(" \t:")
    return Attributes(classes=(name,) if name else (), values={"title": title} if title else {})


def _is_layout(reader: BlockReader) -> bool:
    """Whether the div around this one sets what stands in it in columns."""
    outer = next((frame for frame in reversed(reader.stack) if frame.kind == "div"), None)
    return outer is not None and outer.token is not None and "layout" in outer.token.info


def labelled(label: str, blocks: Blocks, reader: BlockReader) -> Blocks:
    """The blocks with a name that links lead to."""
    first = blocks[0] if blocks else None
    if isinstance(first, Image | Table | Callout | Code | Figure) and not first.label:
        return (msgspec.structs.replace(first, label=label), *blocks[1:])
    if isinstance(first, Paragraph):
        return (msgspec.structs.replace(first, content=(Anchor(label), *first.content)), *blocks[1:])
    if isinstance(first, Heading):
        return (msgspec.structs.replace(first, aliases=(label, *first.aliases)), *blocks[1:])
    return (Paragraph((Anchor(label),), where=reader.where), *blocks)


def _alert(classes: Iterable[str]) -> str:
    """The callout of a box of Bootstrap's, which R Markdown's and Jupyter's pages are made with."""
    kinds = {"alert-warning": "warning", "alert-danger": "danger", "alert-success": "success"}
    return next((kinds[each] for each in classes if each in kinds), "info")


def _classed(attributes: Attributes, blocks: Blocks, reader: BlockReader, *, bare: bool) -> Blocks:
    """Callouts and tabs by their class; what no class says anything about is just its blocks."""
    values = attributes.values
    if "alert" in attributes.classes:
        return (callout(_alert(attributes.classes), (), blocks, reader.where),)
    for name in attributes.classes:
        base = name.removeprefix("callout-")
        if name.startswith("callout-") or (base in CALLOUTS and base not in {"summary", "margin", "quote", "example"}):
            title = line_of(values["title"], reader) if "title" in values else ()
            if not title and blocks and isinstance(blocks[0], Heading):
                title, blocks = blocks[0].content, blocks[1:]
            folded = values.get("collapse") == "true" or (bare and base in _ON_DEMAND)
            made = callout(base, title, blocks, reader.where, folded=folded)
            return (callout_label(attributes, made),)
        if name in {"panel-tabset", "tabset"}:
            return tabset(blocks, reader.where)
        if name in {"method", "appendix"} and blocks:
            return (Section(name, blocks, title=name.capitalize(), where=reader.where),)  # type: ignore[arg-type]
    if _is_layout(reader) and len(blocks) > 1:
        return (Section("plain", blocks, where=reader.where),)
    return blocks


CONTAINERS = frozenset(
    [
        "dropdown",
        "details",
        "tab-set",
        "tab-item",
        "tabs",
        "tab",
        "epigraph",
        "pull-quote",
        "blockquote",
        "grid",
        "grid-item",
        "card",
        "grid-item-card",
        "div",
        "container",
        "margin",
        "table",
        "aside",
        "compound",
        "hlist",
        "rst-class",
        "line-block",
        "figure",
        "image",
    ]
)
"""Directives that are boxes around their content."""
_PLAIN = frozenset(
    [
        "div",
        "grid",
        "grid-item",
        "card",
        "grid-item-card",
        "container",
        "figure",
        "image",
        "table",
        "compound",
        "hlist",
        "rst-class",
        "line-block",
    ]
)


def directive_box(name: str, argument: str, blocks: Blocks, reader: BlockReader) -> Blocks:
    """The blocks of a MyST directive around blocks already read."""
    where = reader.where
    if name in CALLOUTS:
        return (callout(name, plain(argument), blocks, where),)
    if name in {"dropdown", "details"}:
        return (Toggle(plain(argument) or plain("Details"), blocks, where=where),)
    if name in {"tab-item", "tab"}:
        return (Tabs((Tab(argument, blocks),), where),)
    if name in {"tab-set", "tabs"}:
        tabs = tuple(tab for block in blocks if isinstance(block, Tabs) for tab in block.tabs)
        rest = tuple(block for block in blocks if not isinstance(block, Tabs))
        return (Tabs(tabs, where), *rest) if tabs else rest
    if name in {"epigraph", "pull-quote", "blockquote"}:
        return (Quote(blocks, where),)
    if name not in _PLAIN:
        reader.context.notes.append(notes.degraded("directive.unknown", f"directive {name!r}: only its content", where))
    head: Blocks = (Paragraph(plain(argument), where=where),) if argument and name in {"card", "grid-item-card"} else ()
    return (*head, *blocks)


def tabset(blocks: Blocks, where: Where | None) -> Blocks:
    """A Quarto tabset: each heading of the first one's level starts a tab."""
    level = next((block.level for block in blocks if isinstance(block, Heading)), 0)
    before: list[Block] = []
    tabs: list[Tab] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == level:
            tabs.append(Tab(text_of(block.content), ()))
        elif tabs:
            tabs[-1] = Tab(tabs[-1].title, (*tabs[-1].blocks, block))
        else:
            before.append(block)
    return (*before, Tabs(tuple(tabs), where)) if tabs else tuple(before)


def html_box(name: str, attributes: dict[str, str], title: Inlines, blocks: Blocks, where: Where | None) -> Blocks:
    """The blocks of an HTML element around Markdown."""
    if name == "details":
        return (Toggle(title or plain("Details"), blocks, "open" in attributes, where),)
    if name == "blockquote":
        return (Quote(blocks, where),)
    classes = attributes.get("class", "").split()
    if name == "div" and "alert" in classes:
        return (callout(_alert(classes), (), blocks, where),)
    align = "center" if name == "center" else align_of(attributes)
    return tuple(aligned(block, align) for block in blocks) if align else blocks


def aligned(block: Block, align: Align) -> Block:
    """The block with this alignment where it can have one and has none."""
    if isinstance(block, Paragraph | Image) and block.align is None:
        return msgspec.structs.replace(block, align=align)
    return block
