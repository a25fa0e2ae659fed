"""Small constructors of block objects."""

from __future__ import annotations

from typing import Any

from converters.writers.notion.context import Context, Item, Shape
from converters.writers.notion.limits import MAX_BLOCK_BYTES, MAX_ITEMS, json_bytes


def block(kind: str, value: dict[str, Any], children: list[Shape] | None = None) -> Shape:
    """A block object; ``children`` go into its value, and only when there are any."""
    if children:
        value["children"] = children
    return {"type": kind, kind: value}


def parts_of(items: list[Item]) -> list[list[Item]]:
    """Rich text in arrays that fit one block each: at most 100 items and 300 kB."""
    if len(items) <= MAX_ITEMS // 2:  # 50 × 2,000 characters × 3 bytes
        return [items]
    parts: list[list[Item]] = [[]]
    size = 0
    for item in items:
        more = json_bytes(item["text"]["content"]) if item["type"] == "text" else len(str(item))
        if len(parts[-1]) == MAX_ITEMS or (size + more > MAX_BLOCK_BYTES and parts[-1]):
            parts.append([])
            size = 0
        parts[-1].append(item)
        size += more
    return parts


def text_blocks(kind: str, items: list[Item], **more: object) -> list[Shape]:
    """A block of the kind with the text; what one can't hold follows in paragraphs."""
    first, *rest = parts_of(items)
    return [block(kind, {"rich_text": first, **more}), *(block("paragraph", {"rich_text": part}) for part in rest)]


def text_and_children(kind: str, items: list[Item], children: list[Shape], **more: object) -> Shape:
    """A block of the kind with the text and children; what its text can't hold becomes its first children."""
    first, *rest = parts_of(items)
    overflow = [block("paragraph", {"rich_text": part}) for part in rest]
    return block(kind, {"rich_text": first, **more}, overflow + children)


def one_line(items: list[Item], context: Context) -> list[Item]:
    """The first array that fits a caption or a value, with a note where that isn't all."""
    first, *rest = parts_of(items)
    if rest:
        context.simpler(
            "text.cut", f"a caption or value is too long for Notion: {len(rest)} further parts are left out"
        )
    return first
