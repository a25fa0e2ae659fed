"""MyST's ``{embed} #label`` and ``![](#label)``: what has the label stands once more where they are.

Quarto's ``{{< embed notebook.ipynb#label >}}`` names cells of another notebook, which a transform looks up: it has the
files. So it does with labels that the page itself lacks.

While a text is read they are marks, which nothing that an author writes can be: they begin with a NUL character.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from converters.model import Anchor, Block, Blocks, CrossRef, Figure, FileLink, Heading, Paragraph, Raw, Span, Where
from converters.walk import iter_blocks, map_blocks

_MARK = "\0embed:"
_CELLS = "\0cells:"
MAX_EMBEDDED = 100
"""Pieces that one document shows twice; ours."""


def embed_mark(label: str, where: Where | None) -> Raw:
    """The mark for what has this label."""
    return Raw("other", _MARK + label, where=where)


def is_embed_mark(block: Block) -> bool:
    """Whether a block is such a mark."""
    return isinstance(block, Raw) and block.text.startswith(_MARK)


def embed_reference(block: Raw) -> CrossRef:
    """What stands for such a mark where what it names can't: a reference to that."""
    label = block.text.removeprefix(_MARK).removesuffix("\0")
    return CrossRef(label, source=f"#{label}")


def is_surplus(block: Raw) -> bool:
    """Whether a mark is one of more than ``MAX_EMBEDDED``: what it names is on the page."""
    return block.text.endswith("\0")


class CellMark(NamedTuple):
    """Cells of another notebook: its path as written, their names, and whether their code is shown too."""

    path: str
    names: tuple[str, ...]
    echo: bool


def cell_mark(address: str, where: Where | None, *, echo: bool) -> Raw:
    """The mark for what Quarto's ``embed`` names."""
    return Raw("other", f"{_CELLS}{int(echo)}{address}", where=where)


def cells_of(block: Block) -> CellMark | None:
    """What such a mark says; None for other blocks."""
    if not isinstance(block, Raw) or not block.text.startswith(_CELLS):
        return None
    text = block.text.removeprefix(_CELLS)
    path, _, names = text[1:].partition("#")
    return CellMark(path, tuple(name.strip() for name in names.split(",") if name.strip()), text[0] == "1")


def cells_link(mark: CellMark) -> Span:
    """What stands for cells that can't be had, or not there: the name of their notebook, as a link."""
    words = mark.path + (f" ({', '.join(mark.names)})" if mark.names else "")
    return Span(words, href=mark.path if mark.path.startswith("https://") else FileLink(mark.path))


def with_embeds(blocks: Blocks) -> Blocks:
    """The blocks with each mark replaced by what it names, without its label; as it is where nothing here has it."""
    if not any(map(is_embed_mark, iter_blocks(blocks))):
        return blocks
    known = _labelled(blocks)
    count = 0

    def one(block: Block) -> Block | Blocks:
        nonlocal count
        if not isinstance(block, Raw) or not is_embed_mark(block):
            return block
        label = block.text.removeprefix(_MARK)
        found = known.get(label.lower(), ())
        count += 1
        if found and count > MAX_EMBEDDED:
            return msgspec.structs.replace(block, text=f"{block.text}\0")
        return found or block

    return map_blocks(blocks, one)


def _labelled(blocks: Blocks) -> dict[str, Blocks]:
    """What can be shown again, by its label in lower case: without labels and numbers of its own, and without marks."""
    found: dict[str, Blocks] = {}
    for block in iter_blocks(blocks):
        if label := getattr(block, "label", ""):
            found.setdefault(label.lower(), _again(block))
        elif isinstance(block, Paragraph):
            for inline in block.content:
                if isinstance(inline, Anchor):
                    found.setdefault(inline.name.lower(), _again(block))
    return found


def _again(block: Block) -> Blocks:
    def bare(inner: Block) -> Block | None:
        if is_embed_mark(inner):
            return None
        if isinstance(inner, Figure):
            return msgspec.structs.replace(inner, label="", numbered=False)
        if isinstance(inner, Heading):
            return msgspec.structs.replace(inner, anchor="", aliases=())
        if isinstance(inner, Paragraph) and any(isinstance(each, Anchor) for each in inner.content):
            return msgspec.structs.replace(inner, content=tuple(x for x in inner.content if not isinstance(x, Anchor)))
        return msgspec.structs.replace(inner, label="") if getattr(inner, "label", "") else inner

    return map_blocks((block,), bare)
