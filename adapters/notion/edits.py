"""Which blocks stay, change in place, come and go: the smallest edit script that Notion's API can do, for one level.

Blocks can't be moved and keep their type. The script keeps as many unchanged blocks as any can (whole subtrees count by
their blocks), among those takes the fewest requests, and among those lets alike blocks become each other, so that a
comment stays with what it is about. Costs: an update or a deletion is one request, so are all insertions at one place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from adapters.notion.requests import Shape, bare_of
from adapters.notion.trees import MEDIA, SKETCH_BYTES, Node, Want, same_file, size_of

MAX_CELLS = 40_000
"""Pairs that are compared in full; beyond, equal blocks are matched first. Ours: a tenth of a second."""
_EXACT_BELOW = 24
"""Pairs below two blocks up to which their costs are computed and not estimated. Ours."""

_TEXT: dict[str, object] = {"rich_text": [], "color": "default"}
_CAPTION: dict[str, object] = {"caption": []}
_DEFAULTS: dict[str, dict[str, object]] = {
    "paragraph": _TEXT,
    "heading_1": _TEXT,
    "heading_2": _TEXT,
    "heading_3": _TEXT,
    "heading_4": _TEXT,
    "bulleted_list_item": _TEXT,
    "numbered_list_item": _TEXT,
    "quote": _TEXT,
    "toggle": _TEXT,
    "callout": _TEXT,
    "to_do": {**_TEXT, "checked": False},
    "code": {"rich_text": [], "caption": []},
    "equation": {},
    "embed": _CAPTION,
    "bookmark": _CAPTION,
    "table": {"has_column_header": False, "has_row_header": False},
    "table_row": {},
    **dict.fromkeys(MEDIA, _CAPTION),
}
"""Types that can change in place, with the value of what a new version leaves out (an update keeps omitted fields).

Source: UpdateBlockParameters of @notionhq/client; developers.notion.com/reference/update-a-block.
"""
_FIXED = frozenset({"children", "table_width", "type"})
_REQUEST = 1 << 32
_DELETED = _REQUEST + (1 << 14)
"""Of equal scripts the one that changes more in place: it makes no new block."""
_KEPT = 1 << 64
_FAR = 1 << 100


class Step(NamedTuple):
    """What happens with one wanted block. ``old`` is the index of the block that stays or changes, or behind which the
    new block goes (-1: at the start).
    """

    verb: Literal["keep", "change", "insert"]
    old: int = -1


def update_body(shape: Shape, *, file: bool = True) -> dict[str, Any]:
    """The request body that makes a block of the same kind equal to this one; without its ``file`` where that stays."""
    kind = shape["type"]
    value = {name: part for name, part in bare_of(shape)[kind].items() if name not in _FIXED}
    if not file:
        value.pop("file_upload", None)
    return {kind: {**_DEFAULTS[kind], **value}}


def changeable(kind: str) -> bool:
    """Whether blocks of this kind take another content."""
    return kind.partition("/")[0] in _DEFAULTS


def script(old: Sequence[Node], new: Sequence[Want]) -> tuple[list[Step], list[int]]:
    """A step for each wanted block, and the indices of blocks to be deleted."""
    pairs = list(_pairs(old, new))
    steps: list[Step] = []
    deleted: list[int] = []
    last = (-1, -1)
    for i, j in [*pairs, (len(old), len(new))]:
        gone = range(last[0] + 1, i)
        deleted.extend(gone)
        # Behind the last block that they replace, so that what people put before or behind it stays put.
        place = gone[-1] if gone else last[0]
        steps += [Step("insert", place)] * (j - last[1] - 1)
        if i < len(old):
            steps.append(Step("keep" if old[i].whole == new[j].whole else "change", i))
        last = (i, j)
    return steps, deleted


def _pairs(old: Sequence[Node], new: Sequence[Want]) -> Iterator[tuple[int, int]]:
    """Which old block becomes which new one, in order."""
    start, end = _trimmed(old, new)
    yield from ((i, i) for i in range(start))
    n, m = len(old) - end, len(new) - end
    for i1, i2, j1, j2 in _segments(old[start:n], new[start:m]):
        if i1 == i2 or j1 == j2:
            continue
        part = old[start + i1 : start + i2], new[start + j1 : start + j2]
        found = _best(*part) if (i2 - i1) * (j2 - j1) <= MAX_CELLS else _in_order(*part)
        yield from ((start + i1 + i, start + j1 + j) for i, j in found)
    yield from ((n + k, m + k) for k in range(end))


def _trimmed(old: Sequence[Node], new: Sequence[Want]) -> tuple[int, int]:
    """How many blocks are the same at the start and at the end."""
    most = min(len(old), len(new))
    start = next((k for k in range(most) if old[k].whole != new[k].whole), most)
    most -= start
    end = next((k for k in range(most) if old[-1 - k].whole != new[-1 - k].whole), most)
    return start, end


def _segments(old: Sequence[Node], new: Sequence[Want]) -> Iterator[tuple[int, int, int, int]]:
    """The whole as one piece where it is small; else cut at the longest common subsequence of unchanged blocks."""
    if len(old) * len(new) <= MAX_CELLS:
        yield 0, len(old), 0, len(new)
        return
    i0 = j0 = 0
    for i, j in [*_common([each.whole for each in old], [each.whole for each in new]), (len(old), len(new))]:
        yield i0, i, j0, j
        if i < len(old):
            yield i, i + 1, j, j + 1
        i0, j0 = i + 1, j + 1


def _common(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """A longest common subsequence, by Hunt and Szymanski: quick where few are alike, as digests are."""
    places: dict[str, list[int]] = {}
    for i in range(len(old) - 1, -1, -1):
        places.setdefault(old[i], []).append(i)
    ends: list[int] = []
    chains: list[tuple[int, int, Any]] = []
    for j, digest in enumerate(new):
        for i in places.get(digest, ()):  # from the last to the first, so that one j counts once
            k = bisect_left(ends, i)
            link = (i, j, chains[k - 1] if k else None)
            if k == len(ends):
                ends.append(i)
                chains.append(link)
            else:
                ends[k], chains[k] = i, link
    found: list[tuple[int, int]] = []
    last: Any = chains[-1] if chains else None
    while last is not None:
        found.append(last[:2])
        last = last[2]
    return found[::-1]


def _in_order(old: Sequence[Node], new: Sequence[Want]) -> list[tuple[int, int]]:
    """Pairs of one kind, each with the next one that is left: for pieces too large to compare in full."""
    found, i = [], 0
    for j, want in enumerate(new):
        match = next((k for k in range(i, len(old)) if _pair(old[k], want) is not None), None)
        if match is not None:
            found.append((match, j))
            i = match + 1
    return found


class Table(NamedTuple):
    """The costs of making the first blocks the first wanted ones, and how each was reached.

    Index 0: no insertion is under way; 1: one is, and a further block comes along for nothing.
    """

    costs: tuple[list[int], list[int]]
    ways: list[tuple[bytearray, bytearray]]


def _best(old: Sequence[Node], new: Sequence[Want]) -> list[tuple[int, int]]:
    """The pairs of the cheapest script."""
    table = _table(old, new)
    i, j = len(old), len(new)
    state = int(table.costs[1][j] < table.costs[0][j])
    found = []
    while i or j:
        way = table.ways[i][state][j]
        if way < 2:
            i, j = i - 1, j - 1
            found.append((i, j))
            state = way
        elif way < 4:
            j, state = j - 1, way - 2
        else:
            i -= 1
    return found[::-1]


def _table(old: Sequence[Node], new: Sequence[Want]) -> Table:
    """Ways: 0, 1 a pair after state 0, 1; 2, 3 an insertion after state 0, 1; 4 a deletion."""
    m = len(new)
    quiet, open_ = [0, *[_FAR] * m], [_FAR, *[_REQUEST] * m]
    ways = [(bytearray([4] * (m + 1)), bytearray([2, 2, *[3] * (m - 1)] if m else [2]))]
    for node in old:
        quiet0, open0 = quiet, open_
        quiet, open_ = [quiet0[0] + _DELETED], [_FAR]
        way0, way1 = bytearray([4] * (m + 1)), bytearray([4] * (m + 1))
        for j, want in enumerate(new, start=1):
            best, way = quiet0[j] + _DELETED, 4
            cost = _pair(node, want)
            if cost is not None:
                before = quiet0[j - 1], open0[j - 1]
                after = int(before[1] < before[0])
                if before[after] + cost <= best:
                    best, way = before[after] + cost, after
            quiet.append(best)
            way0[j] = way
            best, way = open0[j] + _DELETED, 4
            if open_[j - 1] < best:
                best, way = open_[j - 1], 3
            if quiet[j - 1] + _REQUEST < best:
                best, way = quiet[j - 1] + _REQUEST, 2
            open_.append(best)
            way1[j] = way
        ways.append((way0, way1))
    return Table((quiet, open_), ways)


def _pair(node: Node, want: Want) -> int | None:
    """What it costs to make one block the other: none where it can't be done."""
    if node.whole == want.whole:
        return -_KEPT * size_of(want)
    if node.kind != want.kind:
        return None
    changes = node.own != want.own
    if changes and not changeable(want.kind):
        return None
    alike = sum(one == other for one, other in zip(node.sketch, want.sketch, strict=True))
    return _below(node.below, want.below) + changes * _REQUEST + SKETCH_BYTES - alike


def _below(old: Sequence[Node], new: Sequence[Want]) -> int:
    """The costs below a pair: exact where that is little work, else by what both have in common."""
    if not old and not new:
        return 0
    if len(old) * len(new) <= _EXACT_BELOW:
        table = _table(old, new)
        return min(table.costs[0][-1], table.costs[1][-1])
    was, will = Counter(each.whole for each in old), Counter(each.whole for each in new)
    sizes = {each.whole: size_of(each) for each in new}
    both = was & will
    kept = sum(count * sizes[whole] for whole, count in both.items())
    gone, come = (was - both).total(), (will - both).total()
    return (gone + (come > gone)) * _REQUEST - kept * _KEPT


__all__ = ["MAX_CELLS", "Step", "changeable", "same_file", "script", "update_body"]
