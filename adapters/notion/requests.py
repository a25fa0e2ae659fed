"""Block trees of any depth → requests within Notion's limits, and what has to follow once ids are known.

Trees are never copied: only blocks whose children don't go along are written anew, without those.
Source: developers.notion.com/reference/request-limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import msgspec

Shape: TypeAlias = Mapping[str, Any]

MAX_CHILDREN = 100
MAX_BLOCKS = 1000
MAX_BYTES = 460_000
"""Of 500 KB; the rest is for the envelope and for escapes that other JSON encoders choose."""
MAX_BODY_BYTES = 490_000
"""Of 500 KB, for a whole request whose size is known."""
MAX_DEPTH = 2
"""Levels below the top one in one request."""
_NEEDS_CHILDREN = frozenset({"table", "column_list", "column"})
_encode = msgspec.json.Encoder().encode


class Later(NamedTuple):
    """Children to be appended below the block at ``path`` (indices from the request's blocks downwards)."""

    path: tuple[int, ...]
    children: Sequence[Shape]


class Batch(NamedTuple):
    """One request: ``blocks`` to send, how many of the given ones it ``took``, and what follows ``later``."""

    blocks: list[Shape]
    took: int
    later: list[Later]


class _Budget:
    """Room left in one request."""

    def __init__(self) -> None:
        self.blocks = MAX_BLOCKS
        self.bytes = MAX_BYTES

    def takes(self, size: int, blocks: int = 1) -> bool:
        return self.blocks >= blocks and self.bytes >= size

    def spend(self, size: int) -> None:
        self.blocks -= 1
        self.bytes -= size


def children_of(shape: Shape) -> Sequence[Shape]:
    """The blocks below this one."""
    children: Sequence[Shape] = shape[shape["type"]].get("children", ())
    return children


def _bare(shape: Shape) -> dict[str, Any]:
    """The block without its children."""
    kind = shape["type"]
    return {"type": kind, kind: {name: value for name, value in shape[kind].items() if name != "children"}}


def _least(shape: Shape) -> tuple[int, int]:
    """Levels and bytes below a block that must go along with it: a table's first row, a column list's columns."""
    kind = shape["type"]
    if kind == "table":
        return 1, len(_encode(children_of(shape)[0]))
    if kind == "column_list":
        return 1, 100 * len(children_of(shape))
    return 0, 0


def _fits(shape: Shape, depth: int, budget: _Budget) -> bool:
    levels, size = _least(shape)
    if depth + levels > MAX_DEPTH or (depth and shape["type"] == "column_list"):
        return False
    return budget.takes(len(_encode(_bare(shape) if children_of(shape) else shape)) + size, 1 + levels)


def _take(shape: Shape, depth: int, path: tuple[int, ...], budget: _Budget, later: list[Later]) -> Shape:
    """The block as it goes into the request, with as many of its children as there is room for."""
    children = children_of(shape)
    if not children:
        budget.spend(len(_encode(shape)))
        return shape
    bare = _bare(shape)
    budget.spend(len(_encode(bare)))
    taken: list[Shape] = []
    for index, child in enumerate(children):
        whole = shape["type"] == "column_list"  # its columns can't follow later in a list of one
        if not whole and (depth >= MAX_DEPTH or index >= MAX_CHILDREN or not _fits(child, depth + 1, budget)):
            later.append(Later(path, children[index:]))
            break
        taken.append(_take(child, depth + 1, (*path, index), budget, later))
    if taken or shape["type"] in _NEEDS_CHILDREN:
        bare[shape["type"]]["children"] = taken
    return bare


def batch(shapes: Sequence[Shape], start: int = 0) -> Batch:
    """The largest request that begins with ``shapes[start]``. A block too large for any request goes alone."""
    budget = _Budget()
    blocks: list[Shape] = []
    later: list[Later] = []
    index = start
    while index < len(shapes) and len(blocks) < MAX_CHILDREN:
        shape = shapes[index]
        if blocks and not _fits(shape, 0, budget):
            break
        blocks.append(_take(shape, 0, (len(blocks),), budget, later))
        index += 1
    return Batch(blocks, index - start, later)
