"""What a header asks of its bibliography, and where the list of references stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from converters.model import Anchor, Block, Blocks, Citation, Footnotes, Heading, Paragraph, Section
from converters.readers.fields import normal
from converters.walk import iter_blocks, map_blocks


class Asked(NamedTuple):
    """What a header says of its bibliography. ``always`` are keys that are listed without being cited; ``*`` is all."""

    paths: tuple[str, ...]
    items: object
    always: tuple[str, ...]
    style: str
    heading: str
    hidden: bool


def asked_in(extra: Mapping[str, object]) -> Asked:
    """What the names and values of a header that tools read for themselves ask for."""
    found = {normal(key): value for key, value in extra.items()}
    paths = found.get("bibliography")
    named = paths if isinstance(paths, list) else list(paths.values()) if isinstance(paths, Mapping) else [paths]
    texts = tuple(str(path).strip() for each in named for path in (each if isinstance(each, list) else [each]) if path)
    wish = found.get("nocite")
    always = re.findall(
        r"@([\w:.#$%&\-+?<>~/*]+)", " ".join(map(str, wish)) if isinstance(wish, list) else str(wish or "")
    )
    return Asked(
        texts,
        found.get("references") if isinstance(found.get("references"), list) else None,
        tuple(key.rstrip(".,;") for key in always),
        str(found.get("csl") or ""),
        str(found.get("reference_section_title") or ""),
        found.get("suppress_bibliography") is True,
    )


def is_place(block: Block) -> bool:
    """Whether a block stands for the list of references."""
    if not isinstance(block, Paragraph):
        return False
    found = [inline for inline in block.content if not isinstance(inline, Anchor)]
    return len(found) == 1 and isinstance(found[0], Citation) and not found[0].items


def without_places(blocks: Blocks) -> Blocks:
    """The blocks without those that stood for a list which there isn't."""
    return map_blocks(blocks, lambda block: None if is_place(block) else block)


def placed(blocks: Blocks, references: Blocks, heading: Heading) -> Blocks:
    """The document with its references: at the first place for them, else below a last heading without text or a new one."""
    done = False

    def one(block: Block) -> Block | Blocks:
        nonlocal done
        if done or not is_place(block):
            return block
        done = True
        return references

    if any(map(is_place, iter_blocks(blocks))):
        return map_blocks(blocks, one)
    body = len(blocks)
    while body and (isinstance(blocks[body - 1], Footnotes) or _is_appendix(blocks[body - 1])):
        body -= 1
    last = blocks[body - 1] if body else None
    own = () if isinstance(last, Heading) else (heading,)
    return (*blocks[:body], *own, *references, *blocks[body:])


def _is_appendix(block: Block) -> bool:
    return isinstance(block, Section) and block.role in {"appendix", "about"}
