"""The report's thumbnail: the one that its author names, else its key figure, else its first good figure."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from converters.model import Asset, AssetKey, Block, Document, Image, InlineImage, Interactive, Output
from converters.notes import missing
from converters.transforms.context import Context
from converters.transforms.images import picture_at
from converters.walk import iter_blocks, iter_inlines

MIN_WIDTH, MIN_HEIGHT = 200, 120
"""Pixels from which a picture can be a thumbnail. Ours: smaller ones are icons and badges."""
MIN_ASPECT, MAX_ASPECT = 0.4, 3.5
"""Width by height between which it can. Ours: beyond are strips, colour bars and long tables."""
_NO_FIGURE = re.compile(r"(?:^|[-_. ])(?:logo|icon|badge|banner|avatar|header|colorbar)(?:[-_. ]|$)", re.IGNORECASE)


def thumbnail(document: Document, context: Context) -> Document:
    """The document with ``cover``, or ``cover_url`` for a picture that stays on the web."""
    wanted = document.meta.thumbnail
    if wanted == "none":
        return document
    if wanted.startswith(("http://", "https://")):
        return msgspec.structs.replace(document, cover_url=wanted)
    there = context.has(document.blocks, Image, InlineImage)
    key: AssetKey | None = None
    if wanted.isdecimal():
        key = _numbered(document, context, int(wanted)) if there else None
        if key is None:
            context.notes.append(missing("thumbnail.missing", f"no picture number {wanted} for the thumbnail"))
    elif wanted:
        key = _named(document, wanted) if there else None
        if key is None:
            found = picture_at(wanted, context)
            key = found.key if found else None
    if key is None and there:
        tagged = [block for block in iter_blocks(document.blocks) if type(block) is Output and block.tags]
        key = _tagged(tagged, "thumbnail") or _tagged(tagged, "key-figure")
        if key is None and (first := _first_good(document, context)) is not None:
            return msgspec.structs.replace(document, cover=first, cover_chosen=False)
    return document if key is None else msgspec.structs.replace(document, cover=key)


def _pictures(blocks: tuple[Block, ...]) -> Iterator[AssetKey]:
    """Assets of all pictures in reading order."""
    for block in iter_blocks(blocks):
        if isinstance(block, Image) and block.asset:
            yield block.asset
        for inline in iter_inlines((block,)) if type(block).__name__ in {"Paragraph", "Heading"} else ():
            if isinstance(inline, InlineImage) and inline.asset:
                yield inline.asset


def _numbered(document: Document, context: Context, number: int) -> AssetKey | None:
    """The picture of a number, counted from 0; the first one where there are fewer, as knowledge-repo has it."""
    first = None
    for position, key in enumerate(_pictures(document.blocks)):
        first = first or key
        if position == number:
            return key
    if first is not None:
        context.notes.append(
            missing("thumbnail.missing", f"no picture number {number}: the first one is the thumbnail")
        )
    return first


def _named(document: Document, wanted: str) -> AssetKey | None:
    """The picture of a label."""
    for block in iter_blocks(document.blocks):
        if isinstance(block, Image) and block.asset and block.label and block.label == wanted.lstrip("#"):
            return block.asset
        if isinstance(block, Output) and block.label == wanted.lstrip("#") != "":
            return next(_pictures((block,)), None)
    return None


def _tagged(outputs: list[Output], tag: str) -> AssetKey | None:
    """The first picture of a cell with a tag."""
    for block in outputs:
        if any(one.lower().replace("_", "-") == tag for one in block.tags):
            found = next(_pictures((block,)), None)
            if found is not None:
                return found
    return None


def _first_good(document: Document, context: Context) -> AssetKey | None:
    """The first figure that looks like one."""
    for block in iter_blocks(document.blocks):
        picture = block.picture if type(block) is Interactive else block
        if type(picture) is Image and picture.asset:
            asset = context.assets.get(picture.asset)
            if asset is not None and _is_good(asset):
                return asset.key
    return None


def _is_good(asset: Asset) -> bool:
    if asset.width < MIN_WIDTH or asset.height < MIN_HEIGHT or _NO_FIGURE.search(asset.name):
        return False
    return MIN_ASPECT <= asset.width / asset.height <= MAX_ASPECT
