"""Lists, tasks, definitions and footnotes → storage format."""

from __future__ import annotations

from converters.model import Blocks, Definition, DefinitionList, Footnotes, ListBlock, ListItem, Paragraph, Where
from converters.writers.confluence import macros
from converters.writers.confluence.context import Context, Place
from converters.writers.confluence.inlines import strong, write_inlines
from converters.writers.confluence.nesting import parted
from converters.writers.confluence.tables import BlocksWriter
from converters.writers.confluence.xml import EMPTY, Xml, el, join

_BOXES = {True: "☑ ", False: "☐ "}


def write_list(block: ListBlock, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """A list. On Cloud a table, panel or expand in an item follows the list, which then goes on."""
    if place.kind not in {"item", "quote"} and _is_tasks(block):
        return _tasks(block, ctx)
    tag = "ol" if block.kind == "ordered" else "ul"
    parts: list[Xml] = []
    items: list[Xml] = []
    start = block.start
    for number, item in enumerate(block.items, block.start):
        inside, outside = _split(item, ctx, place, block.where)
        items.append(_item(item.checked, inside, ctx, place, write_blocks))
        if outside:
            parts += [_list(tag, start, items), write_blocks(outside, ctx, place)]
            items, start = [], number + 1
    if items:
        parts.append(_list(tag, start, items))
    return join(parts)


def _split(item: ListItem, ctx: Context, place: Place, where: Where | None) -> tuple[Blocks, Blocks]:
    """What stays in the item and what follows the list."""
    if not ctx.cloud or place.kind in {"item", "cell"}:
        return item.blocks, ()
    inside, outside = parted(item.blocks)
    if outside:
        ctx.simpler("list-split", "a block that a list item can't hold stands after the item", where)
    return inside, outside


def _list(tag: str, start: int, items: list[Xml]) -> Xml:
    return el(tag, {"start": start if tag == "ol" and start != 1 else None}, *items)


def _item(checked: bool | None, blocks: Blocks, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    box = ctx.text(_BOXES[checked]) if checked is not None else EMPTY
    if blocks and isinstance(blocks[0], Paragraph):
        first = el("p", None, box, write_inlines(blocks[0].content, ctx))
        blocks = blocks[1:]
    else:
        first = el("p", None, box) if box or not blocks or isinstance(blocks[0], ListBlock) else EMPTY
    rest = write_blocks(blocks, ctx, place.inside("item"))
    return el("li", None, first if first or rest else el("p", None, EMPTY), rest)  # the editor has no empty items


def _is_tasks(block: ListBlock) -> bool:
    """Whether each item is a task of one paragraph: anything else can't be a task of the wiki."""
    return all(
        item.checked is not None and len(item.blocks) == 1 and isinstance(item.blocks[0], Paragraph)
        for item in block.items
    ) and bool(block.items)


def _tasks(block: ListBlock, ctx: Context) -> Xml:
    return el("ac:task-list", None, *(_task(item, ctx) for item in block.items))


def _task(item: ListItem, ctx: Context) -> Xml:
    first = item.blocks[0]
    assert isinstance(first, Paragraph)
    return el(
        "ac:task",
        None,
        el("ac:task-id", None, str(ctx.task_id())),
        el("ac:task-status", None, "complete" if item.checked else "incomplete"),
        el("ac:task-body", None, write_inlines(first.content, ctx) or EMPTY),
    )


def write_definitions(block: DefinitionList, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """Bold terms, each with its indented meaning."""
    return join(part for item in block.items for part in _definition(item, ctx, place, write_blocks))


def _definition(item: Definition, ctx: Context, place: Place, write_blocks: BlocksWriter) -> list[Xml]:
    parts = [el("p", None, strong(write_inlines(item.term, ctx)))]
    for block in item.blocks:
        if isinstance(block, Paragraph):
            parts.append(el("p", {"style": "margin-left: 30.0px;"}, write_inlines(block.content, ctx)))
        else:
            parts.append(write_blocks((block,), ctx, place))
    return parts


def write_footnotes(block: Footnotes, ctx: Context, place: Place, write_blocks: BlocksWriter) -> Xml:
    """A rule and the numbered notes; each is the target of its mark and links back to it."""
    if not block.items:
        return EMPTY
    items: list[Xml] = []
    for note in block.items:
        target = macros.anchor(f"fn-{note.label}")
        back = macros.anchor_link(f"fnref-{note.label}", ctx.text("↩"))
        lead = note.blocks[0] if note.blocks else None
        text = write_inlines(lead.content, ctx) if isinstance(lead, Paragraph) else EMPTY
        rest = note.blocks[1:] if isinstance(lead, Paragraph) else note.blocks
        first = el("p", None, target, text, " ", back)
        items.append(el("li", None, first, write_blocks(rest, ctx, place.inside("item"))))
    start = block.items[0].number
    return join((el("hr"), _list("ol", start, items)))
