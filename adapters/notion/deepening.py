"""Lists deeper than a request may be, put on a new page by one request of Markdown instead of an append for each list.

A request of blocks carries two levels below the top one; every list with a fourth level costs one request more. Notion's
Markdown endpoint takes any depth, and up to 100 replacements at once: the page is made with the first three levels of all
lists and a mark behind each item that has more, then each mark is replaced by what stands below its item.

What that endpoint does to other blocks isn't promised (live probes saw some kinds made paragraphs), so that it is used for
new pages only, while they say that they are being written; blocks of other kinds are put there afterwards; the answer has to
hold what was sent, and the page's blocks are read back. Wherever one of this fails the page is looked at whole and mended
block by block, as after a killed run, and the endpoint isn't used again in that run.
Source: developers.notion.com/reference/update-page-markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from adapters.errors import Blocked, LimitExceeded, NotFound, Refused, StaleVersion, WikiUnavailable
from adapters.notion.canon import canonical
from adapters.notion.client import PAGE_SIZE, Json
from adapters.notion.enhanced import lines, writable
from adapters.notion.places import as_text
from adapters.notion.requests import MAX_CHILDREN, MAX_DEPTH, Shape, bare_of, batch, children_of
from adapters.notion.target import Target
from adapters.notion.trees import Node, wants_of

MAX_UPDATES = 100
"""Replacements in one request. Source: Notion's own tools, which name it."""
MAX_NEW = 400_000
"""Characters of all replacements: a request is 500 KB at most. Ours: escapes and other alphabets need room."""
WORTH = 2
"""Requests that have to be saved, else the page is made as blocks, of which it is known what becomes. Ours."""
_MARK = "… more to follow, "
_TEXTS = ("paragraph", "heading_1", "heading_2", "heading_3", "heading_4", "quote", "toggle", "callout", "code")
_LISTS = ("bulleted_list_item", "numbered_list_item", "to_do")
_CALM = frozenset({*_TEXTS, *_LISTS, "equation", "divider", "table", "table_row", "image"})
"""Kinds that Notion's Markdown can say in full, so that the endpoint leaves them as they are."""
_LOOKS = frozenset({"bold", "italic", "strikethrough", "code"})
_ODD = re.compile(r"\A(?:\s|[-+>#]|\d+[.)]|:::|\|)|```|\s\Z")
"""Texts that may be taken for another block when the page is read anew."""
_NUMBER = re.compile(r"(?m)^(\t*)\d+\. ")


class Deep(NamedTuple):
    """``blocks`` a page is made with, ``at`` which of the report's they are, and what its marks are replaced by."""

    blocks: list[Shape]
    at: list[int]
    updates: list[tuple[str, str]]


def deepened(shapes: Sequence[Shape], above: int = 0) -> Deep | None:
    """How a page is made so; None where its blocks take no more requests. ``above``: blocks of ours to stand above them."""
    told = batch(shapes)
    if len(told.later) <= WORTH or _MARK in str(shapes):
        return None
    blocks: list[Shape] = []
    at: list[int] = []
    updates: list[tuple[str, str]] = []
    for index, shape in enumerate(shapes):
        cut = _cut(shape, 0, len(updates))
        if cut is None or not _calm(cut[0], top=True) or len(updates) + len(cut[1]) > MAX_UPDATES:
            continue
        blocks.append(cut[0])
        at.append(index)
        updates += cut[1]
    first = batch(blocks)
    if first.later or not blocks:
        return None
    blocks, at = blocks[: first.took], at[: first.took]
    sent = str(blocks)
    updates = [(mark, text) for mark, text in updates if mark in sent]
    if not updates or sum(len(text) for _, text in updates) > MAX_NEW:
        return None
    # The page, its lists, a look at its blocks; against the page and its first blocks.
    price = 2 + -(-len(blocks) // PAGE_SIZE) + sum(map(_requests, _left(shapes, at))) + bool(above)
    return Deep(blocks, at, updates) if price + WORTH <= 1 + _requests(shapes) + bool(above) else None


def _left(shapes: Sequence[Shape], at: Sequence[int]) -> Iterator[Sequence[Shape]]:
    """The blocks that are put there afterwards, in stretches."""
    before = -1
    for index in (*at, len(shapes)):
        if index > before + 1:
            yield shapes[before + 1 : index]
        before = index


def _requests(shapes: Sequence[Shape]) -> int:
    """How many appends blocks take."""
    count = start = 0
    while start < len(shapes):
        part = batch(shapes, start)
        count += 1 + sum(_requests(children) for _, children in part.later)
        start += part.took
    return count


def _cut(shape: Shape, depth: int, number: int) -> tuple[Shape, list[tuple[str, str]]] | None:
    """The block with marks where its list goes deeper than a request; None where that can't be said in Markdown."""
    children = children_of(shape)
    if not children or _levels(shape) + depth <= MAX_DEPTH:
        return shape, []
    if not writable(shape):
        return None
    kind = str(shape["type"])
    if depth == MAX_DEPTH:
        below = [lines(child, depth + 1) for child in children]
        if any(each is None for each in below):
            return None
        text = "".join(f"\n{line}" for each in below for line in each or ())
        mark = f"{_MARK}{number + 1}."
        value = bare_of(shape)[kind]
        return {"type": kind, kind: {**value, "rich_text": [*value["rich_text"], _plain(mark)]}}, [(mark, text)]
    if len(children) > MAX_CHILDREN:
        return None
    parts: list[Shape] = []
    updates: list[tuple[str, str]] = []
    for child in children:
        cut = _cut(child, depth + 1, number + len(updates))
        if cut is None:
            return None
        parts.append(cut[0])
        updates += cut[1]
    return {"type": kind, kind: {**shape[kind], "children": parts}}, updates


def _plain(text: str) -> Json:
    return {"type": "text", "text": {"content": text}}


def _levels(shape: Shape) -> int:
    return max((1 + _levels(child) for child in children_of(shape)), default=0)


def _calm(shape: Shape, *, top: bool = False) -> bool:
    """Whether the block and all below it come through a rewriting of the page. What stands at its top is read back after it;
    below that only what its Markdown says without doubt.
    """
    kind = str(shape["type"])
    value: Any = shape[kind]
    if kind not in _CALM or (kind == "code" and value.get("caption")):
        return False
    if kind == "image" and not (top and "external" in value):
        return False
    if _ODD.search("".join(str((item.get("text") or {}).get("content", "")) for item in value.get("rich_text", ()))):
        return False
    if not top and not all(map(_plainly, (value.get("rich_text", ()), *value.get("cells", ())))):
        return False
    return all(map(_calm, children_of(shape)))


def _plainly(items: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a text holds neither equations nor mentions nor colours."""
    return all(
        item.get("type", "text") == "text"
        and {name for name, look in (item.get("annotations") or {}).items() if look not in (None, False, "default")}
        <= _LOOKS
        for item in items
    )


class Deepening:
    """Puts deep lists on new pages. ``trusted`` until Notion does something else than was asked for."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.trusted = True

    def put(self, page: str, shapes: Sequence[Shape], deep: Deep) -> list[Node] | None:
        """The blocks that are on the page now; None where it has to be looked at."""
        try:
            answer = self._target.client.update_markdown(page, deep.updates)
            if _holds(str(answer.get("markdown", "")), deep.updates):
                found = self._target.body().ours(page)
                if self._alike(found, deep, page):
                    wanted = wants_of([shapes[index] for index in deep.at])
                    return [want.node(want.shape, each["id"]) for want, each in zip(wanted, found, strict=True)]
            self.trusted = False
        except LimitExceeded:
            self.trusted = False
        except Refused as error:
            self.trusted = self.trusted and isinstance(error, Blocked)
        except (WikiUnavailable, StaleVersion, NotFound):  # what has been done is found by looking
            pass
        return None

    @staticmethod
    def _alike(found: Sequence[Json], deep: Deep, page: str) -> bool:
        """Whether the page's blocks are those that it was made with: none gone, none made anew as something else."""
        if len(found) != len(deep.blocks):
            return False
        return all(
            canonical(each, page) == canonical(sent, page) and bool(each.get("has_children")) == bool(children_of(sent))
            for each, sent in zip(found, as_text(deep.blocks), strict=True)
        )


def _holds(markdown: str, updates: Sequence[tuple[str, str]]) -> bool:
    """Whether a page's Markdown holds all that was put in, and no mark. Numbers of lists may be counted there."""
    markdown = _NUMBER.sub(r"\g<1>1. ", markdown)
    return _MARK not in markdown and all(text in markdown for _, text in updates)
