"""Walks over every nesting place of the model, so that nobody else has to know them all. A few lines longer than other
files for it.

``NESTING`` is the one table of those places; a test holds it against the model's own annotations.
Recursion is safe: readers nest no deeper than ``converters.readers.context.MAX_DEPTH``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import is_
from typing import Any, Literal, TypeAlias

import msgspec

from converters import model
from converters.model import Block, Blocks, Inline, Inlines

BlockMap: TypeAlias = Callable[[Block], "Block | Blocks | None"]
"""What becomes of a block: itself or another, several in its place, or None to drop it."""
InlineMap: TypeAlias = Callable[[Inline], "Inline | Inlines | None"]

Kind: TypeAlias = Literal["blocks", "inlines", "parts", "part", "columns"]

NESTING: dict[type, tuple[tuple[str, Kind], ...]] = {
    model.Heading: (("content", "inlines"),),
    model.Paragraph: (("content", "inlines"),),
    model.Code: (("caption", "inlines"),),
    model.Output: (("blocks", "blocks"), ("caption", "inlines")),
    model.ListBlock: (("items", "parts"),),
    model.ListItem: (("blocks", "blocks"),),
    model.DefinitionList: (("items", "parts"),),
    model.Definition: (("term", "inlines"), ("blocks", "blocks")),
    model.Table: (("caption", "inlines"), ("rows", "parts")),
    model.Row: (("cells", "parts"),),
    model.Cell: (("content", "inlines"), ("blocks", "blocks")),
    model.Quote: (("blocks", "blocks"),),
    model.Callout: (("title", "inlines"), ("blocks", "blocks")),
    model.Toggle: (("title", "inlines"), ("blocks", "blocks")),
    model.Image: (("caption", "inlines"),),
    model.Figure: (("blocks", "blocks"), ("caption", "inlines")),
    model.Embed: (("caption", "inlines"),),
    model.Attachment: (("caption", "inlines"),),
    model.Interactive: (("picture", "part"), ("caption", "inlines"), ("fallback", "blocks")),
    model.Columns: (("columns", "columns"),),
    model.Tabs: (("tabs", "parts"),),
    model.Tab: (("blocks", "blocks"),),
    model.Footnotes: (("items", "parts"),),
    model.Footnote: (("blocks", "blocks"),),
    model.Section: (("blocks", "blocks"),),
    model.Properties: (("rows", "parts"),),
    model.Property: (("value", "inlines"),),
    model.Listing: (("items", "blocks"),),
    model.Excerpt: (("blocks", "blocks"),),
}


_NUMBERED = frozenset({model.NoteRef, model.Footnote, model.CrossRef})
"""What has a label and is no target of cross-references."""


_PLACES: dict[type, tuple[tuple[tuple[str, Kind], ...], bool, bool]] = {}
"""What :func:`present` asks of a type, made when one is first met: its places, whether it may lead somewhere, and whether
it may have a label."""


def _asked(own: type) -> tuple[tuple[tuple[str, Kind], ...], bool, bool]:
    fields: tuple[str, ...] = getattr(own, "__struct_fields__", ())
    _PLACES[own] = NESTING.get(own, ()), "href" in fields, "label" in fields and own not in _NUMBERED
    return _PLACES[own]


class Labelled:
    """Stands among the types of :func:`present` for anything with a cross-reference label."""


def iter_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, parents before their children, in reading order (an interactive's picture among them)."""
    for block in blocks:
        yield block
        if _WITHOUT_TEXT.get(type(block)):
            yield from _blocks_in(block)


def _blocks_in(node: msgspec.Struct) -> Iterator[Block]:
    for name, kind in _WITHOUT_TEXT.get(type(node), ()):
        value: Any = getattr(node, name)
        if kind == "blocks":
            if value:
                yield from iter_blocks(value)
        elif kind == "parts":
            for part in value:
                if type(part) is model.Row:  # rows are many, and nearly all hold cells of text
                    for cell in part.cells:
                        if cell.blocks:
                            yield from iter_blocks(cell.blocks)
                else:
                    yield from _blocks_in(part)
        elif kind == "columns":
            for column in value:
                yield from iter_blocks(column)
        elif kind == "part" and value is not None:
            yield from iter_blocks((value,))


def iter_inlines(blocks: Iterable[Block]) -> Iterator[Inline]:
    """Every inline below ``blocks``, in reading order."""
    for block in blocks:
        if type(block) is model.Paragraph or type(block) is model.Heading:  # most blocks
            yield from block.content
        else:
            yield from _inlines_in(block)


def _inlines_in(node: msgspec.Struct) -> Iterator[Inline]:
    for name, kind in NESTING.get(type(node), ()):
        value: Any = getattr(node, name)
        if kind == "inlines":
            yield from value
        elif kind == "columns":
            for column in value:
                yield from iter_inlines(column)
        elif kind == "blocks":
            yield from iter_inlines(value)
        elif kind == "part":
            if value is not None:
                yield from _inlines_in(value)
        else:
            for part in value:
                if type(part) is model.Row:  # as above
                    for cell in part.cells:
                        yield from cell.content
                        if cell.blocks:
                            yield from iter_inlines(cell.blocks)
                else:
                    yield from _inlines_in(part)


def present(blocks: Blocks) -> set[type]:
    """The types of all blocks, parts, inlines and links below ``blocks``: what need not be looked for again.

    Longer than other functions: it is asked of each block of each document, and calls would double its time.
    """
    found: set[type] = {type(None)}
    spans, cells = model.Span, model.Row
    stack: list[Iterable[Any]] = [blocks]
    while stack:
        for node in stack.pop():
            own = type(node)
            if own is spans:  # most of what stands in a document
                found.add(spans)
                if node.href is not None:
                    found.add(type(node.href))
                continue
            found.add(own)
            if own is cells:
                found.add(model.Cell)
                for cell in node.cells:
                    content = cell.content
                    if len(content) == 1 and type(content[0]) is spans and content[0].href is None:
                        found.add(spans)
                    elif content:
                        stack.append(content)
                    if cell.blocks:
                        stack.append(cell.blocks)
                continue
            places, leads, labelled = _PLACES.get(own) or _asked(own)
            for name, kind in places:
                value: Any = getattr(node, name)
                if not value:
                    continue
                if kind == "columns":
                    stack.extend(value)
                elif kind == "part":
                    stack.append((value,))
                else:
                    stack.append(value)
            if leads:
                found.add(type(node.href))
            if labelled and node.label:
                found.add(Labelled)
    return found


def map_blocks(blocks: Blocks, f: BlockMap) -> Blocks:
    """``blocks`` with ``f`` applied to each block at every depth, children before their parents.

    What ``f`` leaves alone stays the very same object. An interactive's picture may only become another
    :class:`~converters.model.Image` or None.
    """
    return _Mapping(f, None, None).blocks(blocks)


def map_inlines(blocks: Blocks, f: InlineMap) -> Blocks:
    """``blocks`` with ``f`` applied to each inline at every depth; equal neighbours are *not* merged again."""
    return _Mapping(None, f, None).blocks(blocks)


def map_both(
    blocks: Blocks,
    on_block: BlockMap,
    on_inline: InlineMap | None,
    enter: Callable[[Block], None] | None = None,
    passed: frozenset[type] = frozenset(),
) -> Blocks:
    """Both maps in one walk; a block's inlines come before it. ``enter`` hears of each block before its insides.

    Inlines of the types in ``passed`` stay as they are: ``on_inline`` isn't asked.
    """
    return _Mapping(on_block, on_inline, enter, passed).blocks(blocks)


TEXT: frozenset[type] = frozenset({model.Span, model.LineBreak})
"""Inlines that are nothing but text: most of what stands in a document."""


_WITHOUT_TEXT: dict[type, tuple[tuple[str, Kind], ...]] = {
    node: tuple(place for place in places if place[1] != "inlines") for node, places in NESTING.items()
}


class _Mapping:
    """One walk that rebuilds what its functions change."""

    def __init__(
        self,
        on_block: BlockMap | None,
        on_inline: InlineMap | None,
        enter: Callable[[Block], None] | None,
        passed: frozenset[type] = frozenset(),
    ) -> None:
        self.on_block = on_block
        self.on_inline = on_inline
        self.enter = enter
        self.passed = passed
        self.places = _WITHOUT_TEXT if on_inline is None else NESTING

    def blocks(self, blocks: Blocks) -> Blocks:
        """The blocks mapped; the same tuple if nothing changed."""
        result: list[Block] = []
        changed = False
        for block in blocks:
            if self.enter is not None:
                self.enter(block)
            inner = self.node(block) if self.places.get(type(block)) else block
            value = inner if self.on_block is None else self.on_block(inner)
            changed = changed or value is not block
            if isinstance(value, tuple):
                result.extend(value)
            elif value is not None:
                result.append(value)
        return tuple(result) if changed else blocks

    def inlines(self, inlines: Inlines) -> Inlines:
        """The inlines mapped; the same tuple if nothing changed."""
        f = self.on_inline
        passed = self.passed
        if f is None or (passed and passed.issuperset(map(type, inlines))):
            return inlines
        result: list[Inline] = []
        changed = False
        for inline in inlines:
            value = f(inline)
            changed = changed or value is not inline
            if isinstance(value, tuple):
                result.extend(value)
            elif value is not None:
                result.append(value)
        return tuple(result) if changed else inlines

    def row(self, row: model.Row) -> model.Row:
        """Nearly all rows: cells of text."""
        if self.on_inline is None:
            return row
        changes = {}
        for number, cell in enumerate(row.cells):
            if cell.content and (new := self.inlines(cell.content)) is not cell.content:
                changes[number] = msgspec.structs.replace(cell, content=new)
        if not changes:
            return row
        return model.Row(tuple(changes.get(number, cell) for number, cell in enumerate(row.cells)))

    def node(self, node: Any) -> Any:
        """A block or part with its insides mapped; the same object if nothing in it changed."""
        if type(node) is model.Row and not any(cell.blocks for cell in node.cells):
            return self.row(node)
        changes: dict[str, object] = {}
        for name, kind in self.places.get(type(node), ()):
            old: Any = getattr(node, name)
            if not old:
                continue
            new: Any
            if kind == "inlines":
                new = self.inlines(old)
            elif kind == "blocks":
                new = self.blocks(old)
            elif kind == "part":
                mapped = self.blocks((old,))
                new = mapped[0] if mapped else None
            else:
                parts = tuple(map(self.blocks if kind == "columns" else self.node, old))
                new = old if all(map(is_, old, parts)) else parts
            if new is not old:
                changes[name] = new
        return msgspec.structs.replace(node, **changes) if changes else node
