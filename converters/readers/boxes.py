"""Callouts, tabs and other boxes around blocks: Quarto divs, MyST directives, GFM alerts, HTML elements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from converters import notes
from converters.build import plain, text_of
from converters.model import (
    Align,
    Anchor,
    Block,
    Blocks,
    Callout,
    CalloutKind,
    Heading,
    Image,
    Inlines,
    Paragraph,
    Quote,
    Section,
    Tab,
    Table,
    Tabs,
    Toggle,
    Where,
)
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
    "callout": "note", "prereq": "info", "discussion": "info", "instructor": "info", "quote": "note",
    "margin": "note", "sidebar": "note", "topic": "note", "exercise": "tip",
}  # fmt: skip
"""Names of boxes in Python-Markdown, MyST, Quarto, GFM and The Carpentries' lessons → kinds of callouts."""
_OWN_TITLE = {"seealso": "See also", "question": "Question", "example": "Example", "exercise": "Exercise",
              "challenge": "Challenge", "solution": "Solution", "objectives": "Objectives", "keypoints": "Key points",
              "prereq": "Prerequisites", "discussion": "Discussion", "instructor": "Instructor note"}  # fmt: skip
_ID = re.compile(r"#([\w:.\-]+)")
_CLASS = re.compile(r"\.([\w\-]+)")
_VALUE = re.compile(r"([\w\-]+)=(?:\"([^\"]*)\"|'([^']*)'|([^\s}]+))")
_DIRECTIVE = re.compile(r"\{([\w\-:.]+)\}\s*(.*)$", re.DOTALL)


def callout(name: str, title: Inlines, blocks: Blocks, where: Where | None, *, folded: bool = False) -> Callout:
    """A callout by the author's word for it; a title that only repeats the kind is left to the writer."""
    low = name.lower()
    if text_of(title).strip().lower() == low:
        title = ()
    if not title and low not in {*CALLOUTS.values(), "admonition", "callout"}:
        title = plain(_OWN_TITLE.get(low, name.capitalize()))
    return Callout(CALLOUTS.get(low, "note"), blocks, title, folded=folded, where=where)


def box(info: str, blocks: Blocks, reader: BlockReader) -> Blocks:
    """The blocks of a fenced div, its name kept for links; ``info`` is what stands after its colons."""
    named = _ID.search(info) if info.startswith("{") else None
    found = _box(info, blocks, reader)
    if named is None:
        return found
    first = found[0] if found else None
    if isinstance(first, Image | Table) and not first.label:
        return (msgspec.structs.replace(first, label=named[1]), *found[1:])
    if isinstance(first, Paragraph | Heading):
        return (msgspec.structs.replace(first, content=(Anchor(named[1]), *first.content)), *found[1:])
    return (Paragraph((Anchor(named[1]),), where=reader.where), *found)


def _box(info: str, blocks: Blocks, reader: BlockReader) -> Blocks:
    directive = _DIRECTIVE.match(info)
    if directive and not info.startswith("{."):
        return directive_box(directive[1], directive[2].strip(), blocks, reader)
    classes = _CLASS.findall(info) if info.startswith("{") else info.split()[:1]
    values = {m[1]: m[2] or m[3] or m[4] or "" for m in _VALUE.finditer(info)}
    for name in classes:
        base = name.removeprefix("callout-")
        if name.startswith("callout-") or (base in CALLOUTS and base not in {"summary", "margin", "quote", "example"}):
            title = plain(values["title"]) if "title" in values else ()
            if not title and blocks and isinstance(blocks[0], Heading):
                title, blocks = blocks[0].content, blocks[1:]
            return (callout(base, title, blocks, reader.where, folded=values.get("collapse") == "true"),)
        if name in {"panel-tabset", "tabset"}:
            return tabset(blocks, reader.where)
        if name in {"method", "appendix"} and blocks:
            return (Section(name, blocks, title=name.capitalize(), where=reader.where),)  # type: ignore[arg-type]
    return blocks


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
    if name not in {"div", "grid", "grid-item", "card", "grid-item-card", "container", "figure", "image", "table"}:
        reader.context.notes.append(notes.degraded("directive.unknown", f"directive {name!r}: only its content", where))
    head: Blocks = (Paragraph(plain(argument), where=where),) if argument and "grid" not in name else ()
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
        kinds = {"alert-warning": "warning", "alert-danger": "danger", "alert-success": "success"}
        kind = next((kinds[each] for each in classes if each in kinds), "info")
        return (callout(kind, (), blocks, where),)
    align = "center" if name == "center" else align_of(attributes)
    return tuple(aligned(block, align) for block in blocks) if align else blocks


def aligned(block: Block, align: Align) -> Block:
    """The block with this alignment where it can have one and has none."""
    if isinstance(block, Paragraph | Image) and block.align is None:
        return msgspec.structs.replace(block, align=align)
    return block
