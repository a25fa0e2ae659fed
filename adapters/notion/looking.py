"""What stands on a page now, told from what we remember of it: after a killed run, and where people were at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from adapters.notion.body import SUBPAGES, Body
from adapters.notion.canon import canonical, is_upload
from adapters.notion.client import Json
from adapters.notion.trees import UNKNOWN, Node, Want, kind_of, sketch_of, stands_as


class Unlike(Exception):
    """The page isn't what the record says: it has to be looked at."""


class Memory(msgspec.Struct, frozen=True):
    """What is remembered of a page. ``sure``: nothing but people's edits can have changed it since; ``edited``: some have.

    ``files``: of blocks that show files at least that can be relied on, for the run that was killed meant the same page.
    """

    nodes: Sequence[Node] | None = None
    sure: bool = False
    edited: bool = False
    files: bool = False


def with_ids(body: Body, parent: str, nodes: Sequence[Node]) -> None:
    """Fill in the ids of one level from the page. Raises Unlike where the blocks aren't those that we remember."""
    if all(node.id for node in nodes):
        return
    found = body.ours(parent)
    if [kind_of(each) for each in found] != [stands_as(node) for node in nodes]:
        raise Unlike
    for node, each in zip(nodes, found, strict=True):
        node.id = each["id"]


def looked(body: Body, page: str, wants: Sequence[Want], memory: Memory) -> list[Node]:
    """Our blocks on the page with all below them. One request for each block that has others below it."""
    known = {canonical(want.shape, page): want.own for want in _all(wants) if not is_upload(want.shape)}
    return _level(body, page, memory, lambda each: known.get(canonical(each, page), UNKNOWN), memory.nodes)


def _level(
    body: Body, parent: str, memory: Memory, told: Callable[[Json], str], nodes: Sequence[Node] | None
) -> list[Node]:
    found = body.ours(parent)
    remembered = {node.id: node for node in nodes or ()}
    if "" in remembered:
        alike = nodes is not None and [stands_as(node) for node in nodes] == [kind_of(each) for each in found]
        remembered = {each["id"]: node for node, each in zip(nodes or (), found, strict=True)} if alike else {}
    made = []
    for each in found:
        node = remembered.get(each["id"])
        below: list[Node] = []
        if each.get("has_children"):
            below = _level(body, each["id"], memory, told, node.below if node else None)
        own = _own(body, each, node, memory, told)
        sketch = node.sketch if node else sketch_of(each)
        made.append(Node(each["id"], node.kind if node and own == node.own else kind_of(each), own, sketch, below))
    return made


def _own(body: Body, each: Json, node: Node | None, memory: Memory, told: Callable[[Json], str]) -> str:
    untouched = node is not None and stands_as(node) == kind_of(each) and each["last_edited_by"]["id"] == body.bot
    if untouched and node is not None and (memory.sure or (memory.files and is_upload(each))):
        return node.own
    return UNKNOWN if is_upload(each) else told(each)


def changed_by_others(body: Body, parent: str, nodes: Sequence[Node] | None) -> bool:
    """Whether somebody else changed or removed a block of ours. Blocks that people added don't count."""
    found = body.ours(parent)
    remembered: dict[str, Node] = {}
    if nodes is not None:
        remembered = {node.id: node for node in nodes}
        if len(found) < len(nodes) or not remembered.keys() - {""} <= {each["id"] for each in found}:
            return True
        if "" in remembered and len(found) == len(nodes):
            remembered = {each["id"]: node for node, each in zip(nodes, found, strict=True)}
    for each in found:
        node = remembered.get(each["id"])
        if each["last_edited_by"]["id"] != body.bot:
            return True
        deeper = each.get("has_children") or (node is not None and node.below)
        if deeper and changed_by_others(body, each["id"], node.below if node else None):
            return True
    return False


def others_below(body: Body, block: str) -> bool:
    """Whether people put something of theirs below a block of ours."""
    for child in body.client.children(block):
        if child["created_by"]["id"] != body.bot or child["type"] in SUBPAGES:
            return True
        if child.get("has_children") and others_below(body, child["id"]):
            return True
    return False


def _all(wants: Sequence[Want]) -> Iterator[Want]:
    for want in wants:
        yield want
        yield from _all(want.below)
