r"""Cross-references: labelled things get their numbers, captions the words in front, references become links.

Rules of numbering, per kind and in document order:

* Quarto and R Markdown: what has a label with a known prefix (``fig-``, ``tbl-``, ``lst-``, ``thm-``, ``fig:`` …).
* MyST: figures, tables and listings of directives (:class:`~converters.model.Figure`), theorems and exercises.
* equations with a label or ``\tag``, whoever wrote them.
* anything else with a label as soon as a reference asks for its number.

Parts of a figure are counted (a), (b) … within it. References to headings show their number where the report has its
headings numbered, else their text.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from converters.labels import CALLOUTS
from converters.model import (
    AnchorLink,
    Block,
    Blocks,
    Callout,
    Code,
    CrossRef,
    Document,
    Figure,
    Image,
    Inline,
    InlineMath,
    Inlines,
    Math,
    Output,
    PageLink,
    Span,
    Table,
    Where,
)
from converters.notes import degraded, missing
from converters.transforms.context import Context
from converters.transforms.elsewhere import Elsewhere, elsewhere
from converters.transforms.equation_labels import numbered, reference_in, resolved
from converters.transforms.targets import COUNTED, Target, Targets, letter, parts_of
from converters.walk import Labelled, iter_blocks, iter_inlines, map_blocks, map_both

_FITTING: Mapping[str, type] = {"figure": Image, "table": Table, "listing": Code}


def references(document: Document, context: Context) -> Document:
    """The document without :class:`CrossRef`, its labelled things numbered."""
    if not _concerned(document.blocks, context):
        return document
    numbering = _References(document, context)
    blocks = map_both(document.blocks, numbering.block, numbering.inline, numbering.enter)
    return msgspec.structs.replace(document, blocks=blocks)


def _concerned(blocks: Blocks, context: Context) -> bool:
    """Whether there is anything to number or to refer to."""
    if context.has(blocks, CrossRef, Figure, Labelled):
        return True
    if not context.has(blocks, Math, Callout):
        return False
    return any(
        (isinstance(block, Math) and ("\\label" in block.tex or "\\tag" in block.tex))
        or (isinstance(block, Callout) and block.theorem)
        for block in iter_blocks(blocks)
    )


class _References:
    """One document; ``open`` are the counted blocks that the walk stands in, each with its target."""

    def __init__(self, document: Document, context: Context) -> None:
        self.context = context
        self.where = Where(context.path) if context.path else None
        self.targets = Targets(document.blocks, context.heading_numbers, document.meta.language)
        self.order = iter(self.targets.order)
        self.open: list[Target | None] = []
        self.noted: set[str] = set()
        self.others = self._elsewhere(document.blocks)
        for label, where in self.targets.duplicates:
            text = f"label {label:.100} stands at two places; references lead to the first"
            context.notes.append(degraded("label.duplicate", text, where or self.where))

    def _elsewhere(self, blocks: Blocks) -> dict[str, Elsewhere]:
        """Labels of other reports that this one refers to."""
        if not self.context.has(blocks, CrossRef):
            return {}
        asked = {inline.label for inline in iter_inlines(blocks) if isinstance(inline, CrossRef)}
        return elsewhere((label for label in asked if self.targets.find(label) is None), self.context)

    def enter(self, block: Block) -> None:
        """A block begins: the order of targets is that of this walk."""
        self.where = getattr(block, "where", None) or self.where
        if isinstance(block, COUNTED):
            self.open.append(next(self.order))

    # ------------------------------------------------------------ what is numbered

    def block(self, block: Block) -> Block | Blocks:
        """The block with its number, after its insides."""
        if not isinstance(block, COUNTED):
            return block
        target = self.open.pop()
        if isinstance(block, Math):
            return self._math(block, target)
        if isinstance(block, Figure):
            return _figure(block, target)
        if target is None or not target.number or target.part:
            return block
        if isinstance(block, Callout):
            return _theorem(block, target)
        return msgspec.structs.replace(block, caption=_captioned(block.caption, target))

    def _math(self, block: Math, target: Target | None) -> Math:
        numbers = self.targets.equations
        tex, number = numbered(block.tex, numbers)
        tex = resolved(tex, numbers)
        number = block.number or number or ("" if "\\tag" in tex else numbers.get(block.label, ""))
        label = block.label or (target.anchor if target else "")
        if (tex, number, label) == (block.tex, block.number, block.label):
            return block
        return msgspec.structs.replace(block, tex=tex, number=number, label=label)

    # ------------------------------------------------------------ what refers

    def inline(self, inline: Inline) -> Inline | Inlines:
        """A reference as a link, or its text and a note."""
        if isinstance(inline, InlineMath):
            return self._inline_math(inline)
        if not isinstance(inline, CrossRef):
            return inline
        target = self.targets.find(inline.label)
        if target is None:
            return self._unknown(inline)
        return Span(_shown(inline, target), inline.marks, AnchorLink(target.anchor))

    def _inline_math(self, math: InlineMath) -> Inline | Inlines:
        if "ref" not in math.tex:
            return math
        found = reference_in(math.tex)
        if found is not None:
            text = "(%s)" if found[1] else "%s"
            return self.inline(CrossRef(found[0], text=text, source=math.tex))
        tex = resolved(math.tex, self.targets.equations)
        return math if tex == math.tex else msgspec.structs.replace(math, tex=tex)

    def _unknown(self, reference: CrossRef) -> Span:
        words = reference.text
        if not words or "%s" in words or "{n" in words:
            words = f"?{reference.source or reference.label}?"
        if reference.href is not None:  # a file's name as well as a label's: the links transform has a say
            return Span(reference.text or reference.source or reference.label, reference.marks, reference.href)
        if (other := self.others.get(reference.label)) is not None:
            shown = (
                reference.text if reference.text and "%s" not in reference.text and "{n" not in reference.text else ""
            )
            return Span(shown or other.title or reference.label, reference.marks, PageLink(other.key, reference.label))
        if reference.label not in self.noted:
            self.noted.add(reference.label)
            text = f"nothing on the page has the label {reference.label:.100}; the reference is text"
            self.context.notes.append(missing("label.missing", text, self.where))
        return Span(words, reference.marks)


def _shown(reference: CrossRef, target: Target) -> str:
    """What stands in the link."""
    number = target.number
    title = " ".join(target.title.split())
    if reference.text:
        words = reference.text.replace("{number}", "%s").replace("%s", number or title)
        return words.replace("{name}", title or number) or reference.label
    if reference.style == "number" and number:
        return f"{reference.prefix} {number}".strip()
    if not number or (reference.style == "title" and title):
        return f"{reference.prefix} {title or reference.label}".strip()
    return f"{reference.prefix or target.word} {number}"


def _captioned(caption: Inlines, target: Target) -> Inlines:
    """``Figure 3: caption``, or ``(a) caption`` for a part."""
    mark = f"({target.part})" if target.part else f"{target.word} {target.number}"
    if not caption:
        return (Span(mark),)
    glue = " " if target.part else ": "
    first = caption[0]
    if isinstance(first, Span) and not (first.marks or first.href or first.color or first.background):
        return (Span(f"{mark}{glue}{first.text}"), *caption[1:])
    return (Span(mark + glue), *caption)


def _theorem(block: Callout, target: Target) -> Callout:
    """``Theorem 1 (Pythagoras)``; callouts of Quarto keep their title behind a colon."""
    mark = f"{target.word} {target.number}"
    title: Inlines = (Span(mark),)
    if block.title:
        title = (
            (Span(f"{mark} ("), *block.title, Span(")"))
            if block.theorem not in CALLOUTS
            else (Span(f"{mark}: "), *block.title)
        )
    return msgspec.structs.replace(block, title=title)


def _figure(block: Figure, target: Target | None) -> Block | Blocks:
    """A figure with its number; its only picture, table or listing takes caption and label over."""
    caption = block.caption
    if target is not None and target.number and not target.part:
        caption = _captioned(caption, target)
    blocks = _lettered(block.blocks)
    only = [inner for inner in iter_blocks(blocks) if isinstance(inner, Image | Table | Code | Figure)]
    if len(only) == 1 and blocks[0] is only[0] and isinstance(only[0], _FITTING[block.kind]):
        first = only[0]
        if not isinstance(first, Figure) and not (first.caption or first.label):
            return (msgspec.structs.replace(first, caption=caption, label=block.label), *blocks[1:])
    return msgspec.structs.replace(block, blocks=blocks, caption=caption)


def _lettered(blocks: Blocks) -> Blocks:
    """The parts of a figure with (a), (b) … before their captions, where it has several or they have labels."""
    parts = parts_of(blocks)
    if len(parts) < 2 and not any(part.label for part in parts):
        return blocks
    count = 0

    def one(block: Block) -> Block:
        nonlocal count
        if not isinstance(block, Image | Table | Figure | Code | Output) or not any(block is part for part in parts):
            return block
        mark = Target("", "", part=letter(count))
        count += 1
        return msgspec.structs.replace(block, caption=_captioned(block.caption, mark))

    return map_blocks(blocks, one)
