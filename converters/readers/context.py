"""What the text readers are told about the place that they read, and where they put what they find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from converters.model import Asset, AssetKey, Cell, Where
from converters.notes import Note
from converters.options import ReadOptions

MAX_DEPTH = 40
"""Blocks nest no deeper than this; what is deeper moves up to this level, with a note.

Source: the writers recurse, and Python's stack holds 1,000 frames; nobody reads a list of 40 levels.
"""


class MarkdownContext(msgspec.Struct, kw_only=True):
    r"""One Markdown or HTML text and where it stands.

    ``source`` is the path of the file relative to the source root; ``where`` the cell, if it is one.
    ``attachments`` are a cell's own pictures by name. ``flavor``: ``jupyter`` is GFM with Jupyter's maths,
    ``pandoc`` adds what R Markdown and Quarto write (attributes, divs, ``\(x\)``). ``line`` is the line of
    the file at which the text starts, counted from 0. ``assets`` is filled: pictures found inside the text
    (``data:`` addresses), by key; the caller puts them into the document.
    """

    source: str = ""
    where: Where | None = None
    attachments: Mapping[str, AssetKey | None] | None = None
    flavor: Literal["jupyter", "pandoc"] = "jupyter"
    line: int = 0
    assets: dict[AssetKey, Asset] = msgspec.field(default_factory=dict)
    notes: list[Note] = msgspec.field(default_factory=list)
    references: dict[str, object] = msgspec.field(default_factory=dict)
    """Link reference definitions, shared by the parts of one document."""

    chunks: list[bool] = msgspec.field(default_factory=list)
    """Code chunks met so far, each True if its own options hide it; shared by the parts of one document."""

    header: Mapping[str, object] = {}
    """The document's header as it was written, for what the text takes out of it."""

    cites: bool = False
    """Whether a bibliography is named, so that ``@key`` is a citation."""

    chunk_defaults: dict[str, object] = msgspec.field(default_factory=dict)
    """Options that hold for all code chunks: the header's ``execute``, and ``knitr::opts_chunk$set`` once it is met."""

    told: set[str] = msgspec.field(default_factory=set)
    """What a note was made of that is wanted once a document; shared by its parts."""

    labels: dict[str, str] = msgspec.field(default_factory=dict)
    """Footnotes of this text, as the author calls them → their label, which is unique in the document."""

    inline_notes: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """Footnotes written where they are referred to: label and text, until the text's end."""

    numbers: dict[str, int] = msgspec.field(default_factory=dict)
    """Footnotes by label → their number, counted as they are met; shared by the parts of one document."""

    options: ReadOptions = ReadOptions()
    """What the reader was told: tags that the configuration names."""

    max_rows: int = 0
    """Body rows that a table shows at most, the rest is kept as CSV; 0 for all."""

    cells: dict[object, dict[object, Cell]] = msgspec.field(default_factory=dict)
    """Table cells of HTML as they were read before, by how they are written and what stands around them."""

    held: list[list[object]] = msgspec.field(default_factory=list)
    """Pieces of text that HTML has no words for, while what stands around them is read as HTML."""

    in_frame: bool = False
    """Whether what is read is a page within a page: frames in that one aren't opened."""

    def note_number(self, label: str) -> int:
        """The number of a footnote, the next one where it is new."""
        return self.numbers.setdefault(label, len(self.numbers) + 1)

    def at(self, line: int | None = None) -> Where | None:
        """The place of a line of this text (counted from 0), for blocks and notes."""
        if line is None:
            return self.where
        base = self.where or Where(self.source)
        return Where(base.source, base.cell, base.cell_id, base.output, self.line + line + 1)
