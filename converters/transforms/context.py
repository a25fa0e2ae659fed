"""What all transforms of one document share: options, the door to files, new assets and findings."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from pathlib import PurePosixPath

import msgspec

from converters.model import Asset, AssetKey, Block, Blocks, Cell
from converters.notes import Note
from converters.options import Files, TransformOptions
from converters.readers import mime
from converters.walk import BlockMap, InlineMap, map_both, present


class Context(msgspec.Struct, kw_only=True):
    """One document on its way through the transforms. ``assets`` and ``notes`` grow; ``path`` is the source's."""

    options: TransformOptions
    files: Files
    path: str = ""
    title: str = ""
    assets: dict[AssetKey, Asset] = msgspec.field(default_factory=dict)
    notes: list[Note] = msgspec.field(default_factory=list)
    footnote_numbers: dict[str, int] = msgspec.field(default_factory=dict)
    """Numbers of the document's footnotes by label, so that those of outputs go on from there."""
    heading_numbers: dict[str, str] = msgspec.field(default_factory=dict)
    """Numbers of headings by anchor, where the report has its headings numbered."""
    cite: Callable[[Blocks], Blocks] | None = None
    """Tells citations in text that is not of the body: the summary. None where nothing can be cited."""
    source: Asset | None = None
    """The notebook itself, to be attached."""
    told: set[str] = msgspec.field(default_factory=set)
    """What was said or attached already, of things that stand once on a page."""

    cells: dict[object, dict[object, Cell]] = msgspec.field(default_factory=dict)
    """Table cells of HTML outputs that were read before, see :class:`converters.readers.context.MarkdownContext`."""

    readers: frozenset[str] | None = None
    """Who alone may read the report; None: all. Nothing of a report for some goes where everybody could read it."""

    took_cells: bool = False
    """Whether cells of other notebooks stand in the document: outputs, then, may be anywhere in it."""

    max_rows: int = 200
    """Body rows that a table shows at most: the configured limit, or fewer in a document of many cells."""

    scanned: tuple[Blocks, set[type]] | None = None
    known: dict[int, tuple[Block, set[type]]] = msgspec.field(default_factory=dict)
    """What stands in each block of the last scan, by the block's identity: most of them are the same in the next one."""

    def has(self, blocks: Blocks, *types: type) -> bool:
        """Whether anything of these types stands below ``blocks``; one scan serves all who ask about the same ones."""
        if self.scanned is None or self.scanned[0] is not blocks:
            self.scanned = (blocks, self._scan(blocks))
        return not self.scanned[1].isdisjoint(types)

    def mapped(
        self,
        blocks: Blocks,
        kinds: frozenset[type],
        on_block: BlockMap,
        on_inline: InlineMap | None = None,
        enter: Callable[[Block], None] | None = None,
        passed: frozenset[type] = frozenset(),
    ) -> Blocks:
        """``blocks`` with the functions applied as :func:`converters.walk.map_both` does it, but only below those blocks
        of the top that hold something of ``kinds``; of the others ``enter`` hears, not of what is in them.
        """
        self.has(blocks)
        result: list[Block] = []
        for block in blocks:
            if not self.known[id(block)][1].isdisjoint(kinds):
                result.extend(map_both((block,), on_block, on_inline, enter, passed))
                continue
            if enter is not None:
                enter(block)
            result.append(block)
        return blocks if len(result) == len(blocks) and all(map(is_, result, blocks)) else tuple(result)

    def _scan(self, blocks: Blocks) -> set[type]:
        known, self.known = self.known, {}
        found: set[type] = set()
        for block in blocks:
            seen = known.get(id(block))
            if seen is None or seen[0] is not block:
                seen = (block, present((block,)))
            self.known[id(block)] = seen
            found |= seen[1]
        return found

    @property
    def folder(self) -> str:
        """The source's folder relative to the root, empty for the root."""
        parent = PurePosixPath(self.path).parent.as_posix()
        return "" if parent == "." else parent

    def add(self, data: bytes, kind: str, stem: str) -> Asset:
        """An asset of these bytes, registered; the first name that the bytes got stays."""
        key = Asset.digest(data)
        known = self.assets.get(key)
        if known is None:
            known = self.assets[key] = mime.asset(data, kind, stem, key)
        return known
