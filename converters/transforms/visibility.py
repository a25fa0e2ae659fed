"""Code cells folded, shown or left out: the report's rule, and over it the author's wish for one cell. Sections that are
method or appendix fold, results never do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from converters.build import text_of
from converters.model import Block, Blocks, Code, Document, Heading, Output, Section, Toggle
from converters.transforms.context import Context
from converters.walk import iter_blocks, map_blocks

FOLDED_TITLE = "Code"
HIDDEN_CELL = "Details"
"""What stands on the line behind which a whole cell is."""
_Role = Literal["", "method", "appendix", "result"]
_TITLES = {"method": "Method", "appendix": "Appendix"}
_SAYS_SO = {"method": ("method", "methods", "methodology"), "appendix": ("appendix", "appendices")}
_KEY_TAGS = frozenset({"key-figure", "key_figure", "result"})


def visibility(document: Document, context: Context) -> Document:
    """The document with each code cell folded behind one quiet line, plain, or gone, and method and appendix folded.

    What an author leaves out on purpose is no loss, so it makes no note.
    """
    rule = document.meta.code or context.options.code

    def one(block: Block) -> Block | None:
        if type(block) is Toggle:
            return _opened(block)
        if type(block) is not Code or block.role != "input":
            return block
        wish = block.visibility or rule
        if wish == "omit":
            return None
        if wish == "show":
            return block
        return msgspec.structs.replace(block, folded=True, title=block.title or FOLDED_TITLE)

    blocks = map_blocks(document.blocks, one)
    if any(type(block) is Section for block in blocks):
        blocks = tuple(_sections(blocks))
    return document if blocks is document.blocks else msgspec.structs.replace(document, blocks=blocks)


def _opened(block: Toggle) -> Toggle | None:
    """A cell behind one line: its code needs no second one, and where nothing is left in it there is none."""
    if not block.blocks and text_of(block.title) == HIDDEN_CELL:
        return None
    inner = tuple(
        msgspec.structs.replace(one, folded=False, title="")
        if isinstance(one, Code) and one.role == "input" and one.folded and one.title == FOLDED_TITLE
        else one
        for one in block.blocks
    )
    return msgspec.structs.replace(block, blocks=inner) if inner != block.blocks else block


def _sections(blocks: Blocks) -> Iterator[Block]:
    """Blocks with tagged cells joined to sections."""
    sections = _Sections()
    for block in blocks:
        yield from sections.take(block)
    yield from sections.close()


class _Sections:
    """The section that is open while blocks pass: one that begins with a heading goes on to the next heading of its
    level, others as far as their cells. The heading stays in sight, so that contents and links lead to it.
    """

    def __init__(self) -> None:
        self.role: _Role = ""
        self.level = 0
        self.head = ""
        self.inside: list[Block] = []

    def take(self, block: Block) -> Iterator[Block]:
        """What can go out now that ``block`` comes."""
        own: _Role = ""
        parts: Blocks = (block,)
        if isinstance(block, Section) and not block.title and block.role in {"method", "appendix", "result"}:
            own, parts = block.role, block.blocks
        heading = parts[0] if parts and isinstance(parts[0], Heading) else None
        if self.role and ((heading and heading.level <= (self.level or 6)) or (not self.level and own != self.role)):
            yield from self.close()
        if own in {"method", "appendix"} and own != self.role:
            yield from self.close()
            self.role = own
            if heading is not None:
                yield heading
                self.level, self.head, parts = heading.level, text_of(heading.content), parts[1:]
        for part in parts:
            if self.role and own != "result" and not _is_key(part):
                self.inside.append(part)
            else:  # a result among the method stays in sight, and the method goes on behind it
                yield from self.fold()
                yield part

    def fold(self) -> Iterator[Block]:
        """What is inside so far, folded."""
        if self.inside and self.role:
            says_so = self.head.strip().lower().rstrip(":") in _SAYS_SO[self.role]
            title = HIDDEN_CELL if says_so else _TITLES[self.role]
            where = getattr(self.inside[0], "where", None)
            yield Section(self.role, tuple(self.inside), title=title, where=where)
        self.inside = []

    def close(self) -> Iterator[Block]:
        """The end of the section."""
        yield from self.fold()
        self.role, self.level, self.head = "", 0, ""


def _is_key(block: Block) -> bool:
    """Whether it is, or holds, an output that its author calls a key figure."""
    return any(isinstance(one, Output) and not _KEY_TAGS.isdisjoint(one.tags) for one in iter_blocks((block,)))
