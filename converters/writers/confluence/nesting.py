"""What Cloud's editor keeps inside what, so that no page falls back to the legacy editor or loses content.

Data Center's editor nests freely; there nothing here applies. Source: ``@atlaskit/adf-schema`` (content of
``listItem``, ``panel``, ``blockquote``, ``tableCell``, ``expand``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from converters.model import (
    Block,
    Blocks,
    Callout,
    Code,
    Columns,
    DefinitionList,
    Figure,
    Interactive,
    ListBlock,
    Listing,
    Output,
    Properties,
    Quote,
    Rule,
    Section,
    Table,
    Tabs,
    Toggle,
)
from converters.writers.confluence.context import Place, PlaceKind

Shape: TypeAlias = Literal["simple", "expand", "panel", "table", "quote", "rule", "code"]

_OUTSIDE: dict[PlaceKind, frozenset[Shape]] = {
    "item": frozenset({"expand", "panel", "table", "quote", "rule"}),
    "quote": frozenset({"expand", "panel", "table", "rule", "code"}),
    "panel": frozenset({"expand", "table", "quote"}),
}
"""Shapes that leave a container: they follow it, and the container goes on after them."""


def shape(block: Block) -> Shape:
    """How the block looks to the rules of nesting."""
    match block:
        case Toggle() | Tabs() | Section(role="method" | "appendix" | "about"):
            return "expand"
        case Code(folded=True) | Output(folded=True):
            return "expand"
        case Code():
            return "code"  # Atlassian's parser of 2023 loses the text of code in a quotation
        case Callout(folded=folded):
            return "expand" if folded else "panel"
        case Table() | Properties():
            return "table"
        case Quote():
            return "quote"
        case Rule():
            return "rule"
        case _:
            return "simple"


def _leaves(block: Block, kind: PlaceKind) -> bool:
    """Whether the block, or anything in it, can't stay in a container of that kind."""
    if shape(block) in _OUTSIDE.get(kind, ()):
        return True
    return any(_leaves(child, kind) for child in _children(block))


def _children(block: Block) -> Iterator[Block]:
    match block:
        case Output(blocks=blocks) | Section(blocks=blocks) | Listing(items=blocks) | Interactive(fallback=blocks):
            yield from blocks
        case Figure(blocks=blocks) | Quote(blocks=blocks) | Callout(blocks=blocks):
            yield from blocks  # those that can't stand here as what they are leave their content
        case DefinitionList(items=terms):
            for term in terms:
                yield from term.blocks
        case ListBlock(items=items):
            for item in items:
                yield from item.blocks
        case Columns(columns=columns):
            for column in columns:
                yield from column
        case _:
            return


def runs(blocks: Blocks, kind: PlaceKind, place: Place) -> Iterator[tuple[bool, Blocks]]:
    """Neighbours that stay in a container of that kind (True) and those that leave it (False), in order."""
    run: list[Block] = []
    stays = True
    for block in blocks:
        here = not _leaves(block, kind) or place.kind == "item"
        if here != stays and run:
            yield stays, tuple(run)
            run = []
        stays = here
        run.append(block)
    if run:
        yield stays, tuple(run)


def parted(blocks: Blocks) -> tuple[Blocks, Blocks]:
    """The blocks of a list item that stay in it, and those that follow the list.

    A list within it is parted at the same place, so that what stands above it keeps its depth.
    """
    for number, block in enumerate(blocks):
        if not _leaves(block, "item"):
            continue
        if not isinstance(block, ListBlock):
            return blocks[:number], blocks[number:]
        stay, go = _parted_list(block)
        return (*blocks[:number], *stay), (*go, *blocks[number + 1 :])
    return blocks, ()


def _parted_list(block: ListBlock) -> tuple[Blocks, Blocks]:
    """A list up to the first block in it that leaves, and what comes from there on."""
    at = next(n for n, item in enumerate(block.items) if any(_leaves(child, "item") for child in item.blocks))
    item = block.items[at]
    inside, outside = parted(item.blocks)
    first = msgspec.structs.replace(block, items=(*block.items[:at], msgspec.structs.replace(item, blocks=inside)))
    rest = block.items[at + 1 :]
    if not rest:
        return (first,), outside
    return (first,), (*outside, msgspec.structs.replace(block, items=rest, start=block.start + at + 1))
