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
_NEVER = 1000
"""Levels that no request takes."""
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

    def spend(self, size: int, blocks: int) -> None:
        self.blocks -= blocks
        self.bytes -= size


def children_of(shape: Shape) -> Sequence[Shape]:
    """The blocks below this one."""
    children: Sequence[Shape] = shape[shape["type"]].get("children", ())
    return children


def bare_of(shape: Shape) -> dict[str, Any]:
    """The block without its children."""
    kind = shape["type"]
    return {"type": kind, kind: {name: value for name, value in shape[kind].items() if name != "children"}}


def _extent(shape: Shape) -> tuple[int, int]:
    """Levels below a block, and blocks with it; levels beyond any request where it can't go whole."""
    children = children_of(shape)
    if not children:
        return 0, 1
    levels, blocks = 0, 1
    for child in children:
        below, count = _extent(child)
        if child["type"] == "column_list":
            below = _NEVER  # columns stand at the top of a request only
        levels, blocks = max(levels, below + 1), blocks + count
    return (_NEVER if len(children) > MAX_CHILDREN else levels), blocks


def batch(shapes: Sequence[Shape], start: int = 0) -> Batch:
    """The largest request that begins with ``shapes[start]``. A block too large for any request goes alone.

    A block goes with all that is below it where that fits. Else its children follow in later requests, from the first one
    that doesn't fit on: the block's own id comes back, so that nothing has to be read for it.
    """
    budget = _Budget()
    blocks: list[Shape] = []
    later: list[Later] = []
    index = start
    while index < len(shapes) and len(blocks) < MAX_CHILDREN:
        shape = shapes[index]
        levels, count = _extent(shape)
        size = len(_encode(shape))
        if levels <= MAX_DEPTH and (budget.takes(size, count) or (not blocks and not children_of(shape))):
            budget.spend(size, count)
            blocks.append(shape)
        elif blocks and levels <= MAX_DEPTH and _Budget().takes(size, count):
            break  # whole in the next request
        elif blocks and not budget.takes(len(_encode(bare_of(shape))) + MAX_BYTES // 4, 1 + MAX_CHILDREN):
            break
        else:
            blocks.append(_part(shape, (len(blocks),), budget, later))
        index += 1
    return Batch(blocks, index - start, later)


def _part(shape: Shape, path: tuple[int, ...], budget: _Budget, later: list[Later]) -> Shape:
    """The block with as many of its first children as can go along whole."""
    children, kind = children_of(shape), shape["type"]
    bare = bare_of(shape)
    budget.spend(len(_encode(bare)), 1)
    taken: list[Shape] = []
    for index, child in enumerate(children):
        if kind == "column_list":  # all of its columns go along: there are two at least
            taken.append(_part(child, (*path, index), budget, later))
            continue
        levels, count = _extent(child)
        size = len(_encode(child))
        fits = levels + len(path) <= MAX_DEPTH and child["type"] != "column_list" and index < MAX_CHILDREN
        if not fits or not (budget.takes(size, count) or (kind == "table" and not taken)):
            later.append(Later(path, children[index:]))
            break
        budget.spend(size, count)
        taken.append(child)
    if taken or kind in _NEEDS_CHILDREN:
        bare[kind]["children"] = taken
    return bare
