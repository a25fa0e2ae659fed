"""Blocks that hold blocks: lists, toggles, callouts, columns, sections, footnotes.

Each takes ``write``, the function that writes the blocks inside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from converters.model import (
    Block,
    Blocks,
    Callout,
    Columns,
    Footnotes,
    Inline,
    InlineImage,
    ListBlock,
    ListItem,
    Paragraph,
    Section,
    Span,
)
from converters.writers.notion.colors import CALLOUTS, ICONS
from converters.writers.notion.context import Context, Shape
from converters.writers.notion.richtext import Style, rich_text, text_items
from converters.writers.notion.scripted import superscript
from converters.writers.notion.shapes import block, text_and_children, text_blocks

BlocksWriter = Callable[..., list[Shape]]
"""``shapes_of``: blocks and a context, ``top`` for what stands on the page itself."""

_BOLD: Style = frozenset({"bold"})
_LIST_KINDS = {"bullet": "bulleted_list_item", "ordered": "numbered_list_item", "task": "to_do"}
_SECTION_TITLES = {"about": "About this report", "method": "Method", "appendix": "Appendix"}


def toggle(title: str, blocks: Blocks, context: Context, write: BlocksWriter) -> Shape:
    """The blocks behind a line."""
    return text_and_children("toggle", text_items(title), write(blocks, context))


def with_first_paragraph(
    kind: str, blocks: Sequence[Block], context: Context, write: BlocksWriter, **more: object
) -> Shape:
    """A block whose text is the first paragraph, and whose children are the rest."""
    first = blocks[0] if blocks else None
    if isinstance(first, Paragraph) and not any(isinstance(inline, InlineImage) for inline in first.content):
        words = rich_text(first.content, context)
        names, context.pending = context.pending, []
        made = text_and_children(kind, words, write(blocks[1:], context), **more)
        return context.anchored(made, *names)
    return text_and_children(kind, [], write(blocks, context), **more)


def _item(kind: str, item: ListItem, context: Context, write: BlocksWriter) -> Shape:
    if item.checked is not None:
        return with_first_paragraph("to_do", item.blocks, context, write, checked=item.checked)
    kind = "bullet" if kind == "task" else kind
    return with_first_paragraph(_LIST_KINDS[kind], item.blocks, context, write)


def list_items(items: ListBlock, context: Context, write: BlocksWriter) -> list[Shape]:
    """The items, each with what is in it as children; the first paragraph is the item's text."""
    if items.kind == "ordered" and items.start != 1:
        context.simpler(
            "list.start", f"a list that begins at {items.start} is counted from 1: Notion has no start number"
        )
    return [_item(items.kind, item, context, write) for item in items.items]


def callout(panel: Callout, context: Context, write: BlocksWriter) -> Shape:
    """A callout with the colour and icon of its kind, or a toggle where it is folded."""
    icon, color, _ = CALLOUTS[panel.kind]
    title = rich_text(panel.title, context, _BOLD)
    if panel.icon in ICONS and panel.icon:
        icon = panel.icon
    if panel.folded:
        words = text_items(f"{icon} ") + (title or text_items(CALLOUTS[panel.kind][2], _BOLD))
        return text_and_children("toggle", words, write(panel.blocks, context), color=color)
    more: dict[str, object] = {"icon": {"type": "emoji", "emoji": icon}, "color": color}
    if title:
        return text_and_children("callout", title, write(panel.blocks, context), **more)
    return with_first_paragraph("callout", panel.blocks, context, write, **more)


def columns(side: Columns, context: Context, write: BlocksWriter, top: bool) -> list[Shape]:
    """Columns side by side on the page itself, one below the other elsewhere; empty ones are left out."""
    filled = [(i, shapes) for i, blocks in enumerate(side.columns) if (shapes := write(blocks, context))]
    if len(filled) < 2 or not top:
        if len(filled) > 1:
            context.simpler("columns.nested", "columns inside another block are shown one below the other")
        return [shape for _, shapes in filled for shape in shapes]
    ratios = side.ratios if len(side.ratios) == len(side.columns) else ()
    total = sum(ratios[i] for i, _ in filled) if ratios else 0.0
    parts = [
        block("column", {"width_ratio": round(ratios[i] / total, 4)} if total > 0 and ratios[i] > 0 else {}, shapes)
        for i, shapes in filled
    ]
    return [block("column_list", {}, parts)]


def footnotes(notes: Footnotes, context: Context, write: BlocksWriter) -> list[Shape]:
    """The notes below a divider, each with its number."""
    found = [block("divider", {})] if notes.items else []
    for note in notes.items:
        mark: Inline = Span(f"{superscript(note.number)} ")
        first = note.blocks[0] if note.blocks else None
        if isinstance(first, Paragraph):
            blocks: Blocks = (Paragraph((mark, *first.content)), *note.blocks[1:])
        else:
            blocks = (Paragraph((mark,)), *note.blocks)
        found.append(with_first_paragraph("paragraph", blocks, context, write))
    return found


def section(part: Section, context: Context, write: BlocksWriter, top: bool) -> list[Shape]:
    """Method, appendix and "About this report" behind a line, others under their heading."""
    title = part.title or _SECTION_TITLES.get(part.role, "")
    if part.role in _SECTION_TITLES:
        return [toggle(title, part.blocks, context, write)] if part.blocks else []
    head = text_blocks("heading_2", text_items(title)) if title else []
    return head + write(part.blocks, context, top=top)
