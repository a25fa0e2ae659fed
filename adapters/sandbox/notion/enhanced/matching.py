"""What a changed text changes on a page: which blocks stay, which get other text, which are made, which go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from adapters.sandbox.notion.block_shapes import BLOCKS_PER_REQUEST, CONTAINERS, HEADINGS, MEDIA, variants
from adapters.sandbox.notion.block_values import kept_block
from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.enhanced.drafts import Draft
from adapters.sandbox.notion.enhanced.parsing import parse
from adapters.sandbox.notion.enhanced.reading import Rendered
from adapters.sandbox.notion.errors import creation_failed, validation
from adapters.sandbox.notion.rich_text import RICH_TEXT, plain
from adapters.sandbox.notion.routes_blocks import place
from adapters.sandbox.notion.store import Node, dashed

_PAGES = ("page", "database")


def fill(call: Call, page: Node, drafts: list[Draft]) -> None:
    """Put the blocks of a text into an empty page."""
    _Change(call, {}).create(page, drafts)


def update(call: Call, page: Node, old: Rendered, text: str, *, deletes: bool) -> None:
    """Make the page say ``text`` instead of ``old``. Raises the 400 if child pages would go and ``deletes`` is False."""
    before, after = parse(old.text), parse(text)
    _pair(before, old, page, hosted=call.state.switch("notion_markdown_hosted", "recreated") == "kept")
    change = _Change(call, {node.id: node for node in old.owners.values() if node.kind in _PAGES})
    change.level(page, before, after)
    gone = [node for node in change.pages.values() if node.id not in change.seen]
    if gone and not deletes:
        raise validation(f"This operation would delete {len(gone)} child page(s) or database(s)")
    for node in gone:
        call.store.save(replace(node, trashed=True), call.user)
    call.store.touch_page(page.id, call.user)


def _pair(drafts: list[Draft], old: Rendered, parent: Node, *, hosted: bool) -> None:
    """Give drafts of the old text the block that their line was made from, where the line says what that block is."""
    for draft in drafts:
        node = old.owners.get(draft.line)
        if node is None or node.parent != parent.id or not _faithful(draft, node, hosted=hosted):
            continue
        draft.node = node
        _pair(draft.children, old, node, hosted=hosted)


def _faithful(draft: Draft, node: Node, *, hosted: bool) -> bool:
    if draft.kind not in {node.type, node.kind}:
        return False
    if node.type in MEDIA and node.value["media"]["type"] != "external" and not hosted:
        return False
    if node.type == "code":
        return plain(node.value["rich_text"]) == "".join(run["text"]["content"] for run in draft.value["rich_text"])
    if node.type == "equation":
        return bool(draft.value["expression"] == node.value["expression"])
    return bool(draft.value.get("rich_text")) == bool(node.value.get("rich_text"))


class _Change:
    def __init__(self, call: Call, pages: dict[str, Node]) -> None:
        self.call = call
        self.pages = pages
        self.seen: set[str] = set()
        self.made = 0

    def level(self, parent: Node, old: list[Draft], new: list[Draft]) -> None:
        """Bring what stands directly in ``parent`` from ``old`` to ``new``, and what is below."""
        order: list[str] = []
        for was, now in _aligned(old, new):
            if now.kind in _PAGES:
                order.append(self.child(parent, now).id)
            elif was is not None and was.node is not None:
                self.keep(parent, was, was.node, now)
                order.append(was.node.id)
            else:
                order.append(self.make(parent, now).id)
        stays = set(order)
        for node in self.call.store.children(parent.id, ("block",)):
            if node.id not in stays:
                self.call.store.save(replace(node, trashed=True), self.call.user)
        self.call.store.order(parent.id, order)

    def keep(self, parent: Node, was: Draft, node: Node, now: Draft) -> None:
        _check(parent, now)
        changed = {name: item for name, item in now.value.items() if was.value.get(name) != item}
        if changed:
            _check_value(now)
            node = replace(node, value=kept_block(node.type, changed, self.call, node.value))
            node = self.call.store.save(node, self.call.user)
        self.level(node, was.children, now.children)

    def create(self, parent: Node, drafts: list[Draft]) -> None:
        self.call.store.order(parent.id, [self.make(parent, draft).id for draft in drafts])

    def make(self, parent: Node, draft: Draft) -> Node:
        """A new block with all that stands in it."""
        if draft.kind in _PAGES:
            return self.child(parent, draft)
        self.made += 1
        if self.made > BLOCKS_PER_REQUEST:
            raise validation(f"The markdown would create more than {BLOCKS_PER_REQUEST} blocks in one request.")
        _check(parent, draft)
        _check_value(draft)
        node = place(self.call, parent, [{draft.kind: draft.value}])[0]
        self.create(node, draft.children)
        return node

    def child(self, parent: Node, draft: Draft) -> Node:
        """A page or database of this page, which stays, here or where it was. Others can't be taken in."""
        node = self.pages.get(dashed(draft.value["id"]))
        if node is None or node.id in self.seen or node.kind != draft.kind:
            raise validation(f"The {draft.kind} {dashed(draft.value['id'])} is not a child of this page.")
        if draft.children:
            raise validation(f"Block type child_{draft.kind} does not support children.")
        self.seen.add(node.id)
        return (
            node if node.parent == parent.id else self.call.store.save(replace(node, parent=parent.id), self.call.user)
        )


def _aligned(old: list[Draft], new: list[Draft]) -> Iterator[tuple[Draft | None, Draft]]:
    """Each new block with the old one that it goes on from.

    Equal ones go on. Of others, only as many as stood in the same place, each of the type that stood there: what more
    than that the vendor recognises isn't documented.
    """
    matcher = SequenceMatcher(None, [draft.key for draft in old], [draft.key for draft in new], autojunk=False)
    for how, start, end, first, last in matcher.get_opcodes():
        for index, draft in enumerate(new[first:last]):
            was = old[start + index] if how != "insert" and end - start == last - first else None
            yield (was if was is not None and was.slot == draft.slot else None), draft


def _check(parent: Node, draft: Draft) -> None:
    """Pass, or raise the 400 for what can't stand there, or can't hold what it holds."""
    if draft.kind in {"table_row", "column"} and CONTAINERS.get(parent.type) != draft.kind:
        raise validation(f"A {draft.kind} block can't stand in a {parent.type}.")
    if draft.children and draft.kind not in CONTAINERS:
        raise validation(f"Block type {draft.kind} does not support children.")
    if draft.kind in HEADINGS and draft.children and not draft.value["is_toggleable"]:
        raise validation(f"A {draft.kind} block takes children only with `is_toggleable` true.")
    widths = {len(row.value["cells"]) for row in draft.children if row.kind == "table_row"}
    if draft.kind == "table" and widths != {draft.value["table_width"]}:
        raise creation_failed("Number of cells in table row must match the table width of the parent table")


def _check_value(draft: Draft) -> None:
    """Pass, or raise the 400 for texts and addresses that are too long for the API."""
    out: list[str] = []
    if draft.kind == "table_row":
        for cell in draft.value["cells"]:
            RICH_TEXT(cell, "markdown.table_row.cells", out)
    elif draft.kind not in {"table", "column", "column_list"}:
        value: dict[str, Any] = {name: item for name, item in draft.value.items() if name != "children"}
        variants(0)[draft.kind](value, f"markdown.{draft.kind}", out)
    if out:
        raise creation_failed(*out)
