"""Pages that are larger than a wiki takes: the longest tables and listings shown in part, nothing cut silently.

The rule, the same on all wikis:

1. Listings (printed text, logs, tracebacks, code) and tables are shortened to head and tail, the longest first, all to
   the same size and no more than it takes; the page says "n of N" and the whole is attached (text, source, CSV).
2. If that isn't enough, outputs of other kinds (long HTML) are shown to the same size, with their text attached.
3. A page whose narrative alone is too large shows its first parts, the text of all is attached; what stands at its end
   about the report stays. Only one part that is larger than a page alone is refused.

Each shortened piece makes a note. The same document is always shortened in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from converters.build import text_of
from converters.model import (
    Asset,
    AssetKey,
    Attachment,
    Block,
    Blocks,
    Code,
    Document,
    Footnotes,
    Heading,
    Output,
    Paragraph,
    Raw,
    Row,
    Section,
    Table,
    Toggle,
)
from converters.notes import Note, degraded
from converters.sheets import shortened
from converters.walk import iter_blocks, map_blocks
from converters.writers.fit_text import bytes_of, cell_bytes, middle_left_out, plain_text, shorter

T = TypeVar("T")

_FLOOR = 600
"""Bytes that a shortened piece keeps at least, about ten lines; a table that many and four rows."""

_INLINE = 20
"""Bytes of markup around a piece of running text, roughly."""

_SPARE = 0.9
_ROUNDS = 8
_SUFFIXES = {
    "python": "py", "ipython": "py", "ipython3": "py", "r": "R", "julia": "jl", "sql": "sql", "bash": "sh",
    "sh": "sh", "shell": "sh", "javascript": "js", "json": "json", "html": "html", "css": "css", "yaml": "yaml",
    "xml": "xml", "scala": "scala", "java": "java", "c": "c", "cpp": "cpp", "rust": "rs", "go": "go", "latex": "tex",
}  # fmt: skip


class Scale(msgspec.Struct, frozen=True):
    """What a target counts beyond the text itself: bytes a block, a table row and a table cell."""

    block: int
    row: int
    cell: int


class TooLarge(Exception):
    """One part of the narrative alone doesn't fit; ``size`` is what the page takes at least."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


def fitted(
    document: Document,
    write: Callable[[Document], T],
    size: Callable[[T], int],
    limit: int,
    scale: Scale,
    *,
    hard: bool = True,
) -> tuple[T, list[Note]]:
    """What ``write`` makes of the document, shortened where that takes more than ``limit``; and the notes on it.

    Where the limit isn't ``hard``, a page that stays above it is written as short as it can be.

    Raises:
        TooLarge: shortening doesn't help: one paragraph, list or quotation is larger than a page.
    """
    if _rough(document.blocks) <= limit:
        made = write(document)
        if size(made) <= limit:
            return made, []
        del made  # of a page that is far too large there is no room for two
    budget = limit * _SPARE
    files: dict[int, tuple[Block, Asset]] = {}
    for _ in range(_ROUNDS):
        shortening = _Shortening(document, budget, scale, files, hard=hard)
        made = write(shortening.done())
        taken = size(made)
        if taken <= limit or (shortening.least and not hard and not shortening.parted):
            return made, shortening.notes
        del made
        if shortening.least and not shortening.parted:
            break
        budget *= min(_SPARE, limit / taken * 0.95)
    raise TooLarge(taken)


def _rough(blocks: Blocks) -> int:
    """Characters of the listings, quickly: a page that can't fit anyway need not be written first."""
    total = 0
    for block in blocks:
        if type(block) is Code:
            total += len(block.text)
        elif type(block) is Output or type(block) is Toggle or type(block) is Section:
            total += _rough(block.blocks)
    return total


class _Shortening:
    """One way to shorten a document, to ``budget`` bytes in all as far as can be told before it is written."""

    def __init__(
        self, document: Document, budget: float, scale: Scale, files: dict[int, tuple[Block, Asset]], *, hard: bool
    ) -> None:
        self.document = document
        self.scale = scale
        self.files = files
        """Attached files by the identity of what they hold the whole of: each is made once."""
        self.notes: list[Note] = []
        self.assets: dict[AssetKey, Asset] = dict(document.assets)
        self.budget = budget
        self.floor = _FLOOR + 4 * scale.row
        self.cap = 0
        self.least = False
        """Whether it is as short as it can be."""
        self.hard = hard
        self.parted = False
        """Whether some of the narrative is left out."""
        self.attached = {
            id(inner)
            for block in iter_blocks(document.blocks)
            if isinstance(block, Output) and any(isinstance(inner, Attachment) for inner in block.blocks)
            for inner in block.blocks
        }
        """Blocks beside a file that holds the whole of them: they are parts already."""

    def done(self) -> Document:
        """The document as short as it takes."""
        total = self._weight(self.document.blocks)
        pieces = [weight for block in iter_blocks(self.document.blocks) if (weight := self._piece(block))]
        fixed = total - sum(pieces)
        self.cap = self._cap(pieces, self.budget - fixed)
        self.least = self.cap <= self.floor
        blocks = map_blocks(self.document.blocks, self._one)
        if self.least and self._weight(blocks) > self.budget:
            blocks = map_blocks(blocks, self._output)
            if self.hard and self._weight(blocks) > self.budget:
                blocks = self._first_parts(blocks)
        return msgspec.structs.replace(self.document, blocks=blocks, assets=self.assets)

    def _first_parts(self, blocks: Blocks) -> Blocks:
        """The narrative as far as it fits, and what says where the rest is; all of it where not even one part does."""
        end = len(blocks)
        while end and isinstance(blocks[end - 1], Footnotes | Section):
            end -= 1
        left = self.budget - self._weight(blocks[end:])
        count = 0
        while count < end and (left := left - self._weight(blocks[count : count + 1])) > 0:
            count += 1
        if not 0 < count < end:
            return blocks
        self.parted = True
        first = self.document.blocks[0]
        whole = "\n\n".join(filter(None, map(plain_text, self.document.blocks)))
        asset = self._file(first, lambda: whole.encode("utf-8", "replace"), "text/plain", "document.txt")
        words = f"the first {count:,} of {end:,} parts of this document"
        self._note(f"{words} are on the page, the text of all in the attached file", blocks[count])
        rest = Attachment(asset.key, title=f"{words[0].upper()}{words[1:]} are shown; the text of all")
        return (*blocks[:count], rest, *blocks[end:])

    def _cap(self, pieces: list[int], room: float) -> int:
        """The largest size that all pieces can have at most, so that together they take the room."""
        rest, count = room, len(pieces)
        for weight in sorted(pieces):
            if weight * count > rest:
                return max(self.floor, int(rest / count))
            rest -= weight
            count -= 1
        return max(pieces) + 1 if pieces else self.floor

    def _weight(self, blocks: Iterable[Block]) -> int:
        """About what the blocks take on the page."""
        total = 0
        for block in iter_blocks(blocks):
            total += self.scale.block + self._piece(block)
            if isinstance(block, Paragraph | Heading):
                total += sum(bytes_of(text_of((inline,))) + _INLINE for inline in block.content)
        return total

    def _piece(self, block: Block) -> int:
        """The weight of what can be shortened in a block, 0 where nothing can."""
        if isinstance(block, Code) or (isinstance(block, Raw) and not block.trusted):
            return bytes_of(block.text)
        if isinstance(block, Table):
            return sum(map(self._row, block.rows))
        return 0

    def _row(self, row: Row) -> int:
        return self.scale.row + sum(self.scale.cell + cell_bytes(cell) for cell in row.cells)

    def _one(self, block: Block) -> Block | Blocks:
        """The block, shortened if it is larger than the cap."""
        if self._piece(block) <= self.cap:
            return block
        if isinstance(block, Raw):
            block = Code(block.text, block.format, where=block.where)
        if isinstance(block, Code):
            return self._listing(block)
        return self._table(block) if isinstance(block, Table) else block

    def _listing(self, code: Code) -> Blocks:
        text, shown, total, what = middle_left_out(code.text, self.cap)
        short = msgspec.structs.replace(code, text=text)
        words = f"{shown:,} of {total:,} {what}"
        self._note(f"{words} are on the page, all in the attached file", code)
        if id(code) in self.attached:
            return (short,)
        suffix = _SUFFIXES.get(code.language.lower(), "txt") if code.role in {"input", "source"} else "txt"
        stem = {"input": "code", "source": "code", "traceback": "traceback", "log": "log"}.get(code.role, "output")
        asset = self._file(code, lambda: code.text.encode("utf-8", "replace"), "text/plain", f"{stem}.{suffix}")
        title = f"{words} are shown; the whole {'listing' if stem == 'code' else stem}"
        return (short, Attachment(asset.key, title=title, where=code.where))

    def _table(self, table: Table) -> Table:
        body = table.rows[table.header_rows :]
        each = sum(map(self._row, body)) / max(1, len(body))
        rows = max(2, int(self.cap / max(1.0, each)))
        if rows < len(body):
            short, csv, notes = shortened(table, rows)
            self.notes.extend(notes)
            if csv:
                asset = self._file(table, lambda: csv, "text/csv", "table.csv")
                short = msgspec.structs.replace(short, data=asset.key)
            table = short
        return self._narrow(table) if sum(cell_bytes(c) for row in table.rows for c in row.cells) > self.cap else table

    def _narrow(self, table: Table) -> Table:
        """A table of few but huge cells: each with the begin of its text; the CSV holds all."""
        if table.data is None:
            asset = self._file(table, lambda: shortened(table, len(table.rows) + 2)[1], "text/csv", "table.csv")
            total = table.total_rows or len(table.rows) - table.header_rows
            table = msgspec.structs.replace(table, data=asset.key, total_rows=total)
        room = max(20, self.cap // max(1, sum(len(row.cells) for row in table.rows)))
        self._note("long texts in the cells of a table are shown in part; the attached CSV holds them", table)
        rows = tuple(Row(tuple(shorter(cell, room) for cell in row.cells)) for row in table.rows)
        return msgspec.structs.replace(table, rows=rows)

    def _output(self, block: Block) -> Block:
        """An output of many blocks: the first ones, and the text of all attached."""
        if not isinstance(block, Output) or self._weight(block.blocks) <= 2 * self.cap:
            return block
        kept: list[Block] = []
        left = self.cap
        for inner in block.blocks:
            left -= self._weight((inner,))
            if left < 0 and kept:
                break
            kept.append(inner)
        if len(kept) == len(block.blocks):
            return block
        whole = "\n\n".join(map(plain_text, block.blocks))
        asset = self._file(block, lambda: whole.encode("utf-8", "replace"), "text/plain", "output.txt")
        words = f"{len(kept):,} of {len(block.blocks):,} parts of this output"
        self._note(f"{words} are on the page, the text of all in the attached file", block)
        kept.append(Attachment(asset.key, title=f"{words} are shown; the text of all", where=block.where))
        return msgspec.structs.replace(block, blocks=tuple(kept))

    def _file(self, block: Block, data: Callable[[], bytes], kind: str, name: str) -> Asset:
        """The file with the whole of a block, which ``data`` makes."""
        if id(block) not in self.files:  # the block is kept beside the file, so that its identity stays its own
            made = data()
            self.files[id(block)] = (block, Asset(Asset.digest(made), made, kind, name))
        asset = self.files[id(block)][1]
        return self.assets.setdefault(asset.key, asset)

    def _note(self, text: str, block: Block) -> None:
        self.notes.append(degraded("page.large", f"the page is too large for the wiki: {text}", block.where))
