"""Code cells folded, shown or left out: the report's rule, and over it the author's wish for one cell."""

from __future__ import annotations

import msgspec

from converters.model import Block, Code, Document
from converters.transforms.context import Context
from converters.walk import map_blocks

FOLDED_TITLE = "Code"


def visibility(document: Document, context: Context) -> Document:
    """The document with each code cell folded behind one quiet line, plain, or gone.

    What an author leaves out on purpose is no loss, so it makes no note.
    """
    rule = document.meta.code or context.options.code

    def one(block: Block) -> Block | None:
        if not isinstance(block, Code) or block.role != "input":
            return block
        wish = block.visibility or rule
        if wish == "omit":
            return None
        if wish == "show":
            return block
        return msgspec.structs.replace(block, folded=True, title=block.title or FOLDED_TITLE)

    return msgspec.structs.replace(document, blocks=map_blocks(document.blocks, one))
