"""Walks over every nesting place of the model, so that nobody else has to know them all.

``NESTING`` is the one table of those places; a test holds it against the model's own annotations.
Recursion is safe: readers nest no deeper than ``converters.readers.context.MAX_DEPTH``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
}


def iter_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, parents before their children, in reading order (an interactive's picture among them)."""
    for block in blocks:
        yield block
        yield from _blocks_in(block)


def _blocks_in(node: msgspec.Struct) -> Iterator[Block]:
    for name, kind in NESTING.get(type(node), ()):
        value: Any = getattr(node, name)
        if kind == "blocks":
            if value:
                yield from iter_blocks(value)
        elif kind == "parts":
            for part in value:
                yield from _blocks_in(part)
        elif kind == "columns":
            for column in value:
                yield from iter_blocks(column)
        elif kind == "part" and value is not None:
            yield from iter_blocks((value,))


def iter_inlines(blocks: Iterable[Block]) -> Iterator[Inline]:
    """Every inline below ``blocks``, in reading order."""
    for block in blocks:
        yield from _inlines_in(block)


def _inlines_in(node: msgspec.Struct) -> Iterator[Inline]:
    for name, kind in NESTING.get(type(node), ()):
        value: Any = getattr(node, name)
        if kind == "inlines":
            yield from value
        elif kind == "columns":
            for column in value:
                yield from iter_inlines(column)
        elif kind == "part":
            if value is not None:
                yield from _inlines_in(value)
        else:
            for part in value:
                yield from _inlines_in(part)


def map_blocks(blocks: Blocks, f: BlockMap) -> Blocks:
    """``blocks`` with ``f`` applied to each block at every depth, children before their parents.

    What ``f`` leaves alone stays the very same object. An interactive's picture may only become another
    :class:`~converters.model.Image` or None.
    """
    return _map(blocks, f, None)


def map_inlines(blocks: Blocks, f: InlineMap) -> Blocks:
    """``blocks`` with ``f`` applied to each inline at every depth; equal neighbours are *not* merged again."""
    return _map(blocks, None, f)


def map_texts(blocks: Blocks, f: Callable[[Inlines], Inlines]) -> Blocks:
    """``blocks`` with ``f`` applied to each whole run of inlines (a paragraph's, a cell's …) at every depth."""
    return tuple(_rebuild(block, None, f) for block in blocks)


def _map(blocks: Blocks, on_block: BlockMap | None, on_inline: InlineMap | None) -> Blocks:
    texts = None if on_inline is None else _each(on_inline)
    return _map_blocks(blocks, on_block, texts)


def _each(f: InlineMap) -> Callable[[Inlines], Inlines]:
    """``f`` for one inline as a function of a run of them, which returns the same tuple if nothing changed."""

    def run(inlines: Inlines) -> Inlines:
        result: list[Inline] = []
        changed = False
        for inline in inlines:
            value = f(inline)
            if value is inline:
                result.append(inline)
                continue
            changed = True
            if isinstance(value, tuple):
                result.extend(value)
            elif value is not None:
                result.append(value)
        return tuple(result) if changed else inlines

    return run


def _map_blocks(blocks: Blocks, on_block: BlockMap | None, on_text: Callable[[Inlines], Inlines] | None) -> Blocks:
    result: list[Block] = []
    changed = False
    for block in blocks:
        inner = _rebuild(block, on_block, on_text)
        value = inner if on_block is None else on_block(inner)
        changed = changed or value is not block
        if isinstance(value, tuple):
            result.extend(value)
        elif value is not None:
            result.append(value)
    return tuple(result) if changed else blocks


def _rebuild(node: Any, on_block: BlockMap | None, on_text: Callable[[Inlines], Inlines] | None) -> Any:
    """``node`` with its insides mapped; the same object if nothing in it changed."""
    changes: dict[str, object] = {}
    for name, kind in NESTING.get(type(node), ()):
        old: Any = getattr(node, name)
        if not old:
            continue
        new: Any = old
        if kind == "inlines":
            new = old if on_text is None else on_text(old)
        elif kind == "blocks":
            new = _map_blocks(old, on_block, on_text)
        elif kind == "part":
            mapped = _map_blocks((old,), on_block, on_text)
            new = mapped[0] if mapped else None
        else:
            parts = tuple(
                _map_blocks(part, on_block, on_text) if kind == "columns" else _rebuild(part, on_block, on_text)
                for part in old
            )
            new = old if all(a is b for a, b in zip(old, parts, strict=True)) else parts
        if new is not old:
            changes[name] = new
    return msgspec.structs.replace(node, **changes) if changes else node
