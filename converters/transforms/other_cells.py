"""Cells of other notebooks: what Quarto's ``{{< embed notebook.ipynb#label >}}`` names stands in the page, and what MyST's
``{embed} #label`` names and the page lacks.

The notebook is read through the one door to files, so that nothing outside the source root is seen; what can't be taken
over is a link to it, with a note, and what not all readers of the page may see is left out. Cells that themselves name cells are taken over without those: there are no loops.
"""

from __future__ import annotations

from posixpath import join, normpath
from typing import Any

import msgspec

from converters.errors import ConversionError
from converters.metadata import Metadata
from converters.model import Block, Blocks, Code, Document, FileLink, Mark, Paragraph, Raw, Span, Where
from converters.notes import degraded, missing, repaired, security
from converters.readers.embeds import (
    MAX_EMBEDDED,
    CellMark,
    cells_link,
    cells_of,
    embed_reference,
    is_embed_mark,
    is_surplus,
)
from converters.transforms.context import Context
from converters.transforms.elsewhere import elsewhere
from converters.walk import iter_blocks, map_blocks

MAX_PLACES = 200
"""Places of one document that show cells of others; ours. A report of many figures has dozens."""

MAX_BYTES = 100_000_000
"""Bytes of notebooks that one document takes cells from: two of the largest that we convert."""


def other_cells(document: Document, context: Context) -> Document:
    """The document with the outputs (``echo=true``: and the code) of the cells that it names."""
    if not context.has(document.blocks, Raw) or not any(map(_names_others, iter_blocks(document.blocks))):
        return document
    context.took_cells = True
    blocks: Blocks = map_blocks(document.blocks, _Taking(context).block)
    return msgspec.structs.replace(document, blocks=blocks)


def _names_others(block: Block) -> bool:
    return cells_of(block) is not None or is_embed_mark(block)


class _Taking:
    """One document; notebooks are read once each."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.notebooks: dict[str, dict[str, Any]] = {}
        self.closed: dict[str, bool] = {}
        self.size = 0
        self.places = 0

    def block(self, block: Block) -> Block | Blocks:
        """A mark's cells; a link where they can't be had."""
        mark = cells_of(block)
        if mark is None:
            return self.labelled(block) if isinstance(block, Raw) and is_embed_mark(block) else block
        return self.cells(mark, block.where) or _link(mark, block.where)

    def labelled(self, block: Raw) -> Blocks:
        """What has a label in another report (MyST): a notebook's cells; else a reference to it, with a note.

        A label that nothing has is the reference's own matter.
        """
        reference, where = embed_reference(block), block.where
        line = (Paragraph((reference,), where=where),)
        if is_surplus(block):
            text = f"{reference.label:.100} is a reference: more than {MAX_EMBEDDED} places show something again"
            self.context.notes.append(degraded("embed.many", text, where))
            return line
        found = elsewhere((reference.label,), self.context).get(reference.label)
        if found is None:
            return line
        mark = CellMark(f"/{found.path}", (reference.label,), echo=False)
        if found.path.lower().endswith(".ipynb") and self.has_cell(mark, where):
            return self.cells(mark, where, reference.label) or line
        text = f"what has the label {reference.label:.100} in {found.path:.100} is a reference: only outputs of notebooks' cells are shown on other pages"
        self.context.notes.append(degraded("embed.elsewhere", text, where))
        return line

    def has_cell(self, mark: CellMark, where: Where | None) -> bool:
        """Whether a code cell of the notebook goes by that name."""
        from converters.readers.ipynb import code_cells

        notebook, _ = self.notebook(mark, where)
        return notebook is not None and any(mark.names[0] in names for _, names in code_cells(notebook))

    def cells(self, mark: CellMark, where: Where | None, called: str = "") -> Blocks:
        """The blocks of the cells; () with a note where they can't be had. ``called``: what the author wrote, where that
        isn't their path.
        """
        notebook, full = self.notebook(mark, where)
        if notebook is None:
            return ()
        if self.is_closed(notebook, full):
            return self.withheld(mark, called or mark.path, where)
        from converters.readers.ipynb import code_cells, read_cells

        named = list(code_cells(notebook))
        blocks: list[Block] = []
        taken = False
        for name in mark.names:
            numbers = [number for number, names in named if name in names]
            if not numbers:
                self.told("label", f"no cell {name:.100} in {mark.path:.100}", where)
                blocks.append(_link(CellMark(mark.path, (name,), mark.echo), where))
                continue
            found = read_cells(notebook, numbers, full)
            self.context.assets = found.assets | self.context.assets
            self.context.notes.extend(found.notes)
            shown = _shown(found.blocks, echo=mark.echo)
            if not shown:
                self.told("empty", f"cell {name:.100} of {mark.path:.100} has no outputs: it was not run", where)
            taken = taken or bool(shown)
            blocks.extend(shown or (_link(CellMark(mark.path, (name,), mark.echo), where),))
        if taken and full in self.context.options.known:
            name = full.rpartition("/")[2]
            blocks.append(Paragraph((Span("Source: "), Span(name, href=FileLink(mark.path))), where=where))
        return tuple(blocks)

    def is_closed(self, notebook: dict[str, Any], full: str) -> bool:
        """Whether some who may read the page may not read the notebook."""
        from converters.readers.frontmatter import merge
        from converters.readers.ipynb import visibility_of

        beside, ours = self.context.options.beside, self.context.readers
        if full not in self.closed:
            meta = merge(visibility_of(notebook, full), beside.get(full, Metadata()))
            theirs = merge(meta, beside.get("", Metadata())).readers
            self.closed[full] = theirs is not None and (ours is None or not ours <= theirs)
        return self.closed[full]

    def withheld(self, mark: CellMark, called: str, where: Where | None) -> Blocks:
        """A line that says so, in place of cells that not all readers of the page may see; nor may they see their path."""
        text = (
            f"cells of {mark.path:.100} are left out: not all readers of this page may read that report; "
            "restrict the page to the same readers (visibility, allow), or take the cells from an open notebook"
        )
        self.context.notes.append(security("embed.closed", text, where))
        words = f"[{called}: only some people may read this]"
        return (Paragraph((Span(words, frozenset({Mark.EM})),), where=where),)

    def notebook(self, mark: CellMark, where: Where | None) -> tuple[dict[str, Any] | None, str]:
        """The notebook that a mark names, and its path from the root; None with a note."""
        path, context = mark.path, self.context
        full = normpath(path.lstrip("/") if path.startswith("/") else join(context.folder, path))
        self.places += 1
        if not mark.names or not full.lower().endswith(".ipynb"):
            text = f"embed {path:.100} is a link: only cells of notebooks are taken over, by their names"
            context.notes.append(degraded("shortcode.embed", text, where))
        elif full == context.path:
            context.notes.append(repaired("embed.loop", f"{path:.100} embeds itself and is a link there", where))
        elif self.places > MAX_PLACES:
            text = f"embed {path:.100} is a link: more than {MAX_PLACES} places name cells of notebooks"
            context.notes.append(degraded("shortcode.embed", text, where))
        else:
            return self.loaded(path, full, where), full
        return None, full

    def loaded(self, path: str, full: str, where: Where | None) -> dict[str, Any] | None:
        """A notebook by its path from the root; None with a note."""
        from converters.readers.notebook_json import load_notebook

        if full in self.notebooks:
            return self.notebooks[full]
        try:
            if full.startswith("../") or full == "..":
                raise PermissionError(full)  # noqa: TRY301  (told as the door would tell it)
            data = self.context.files.read(full)
            self.size += len(data)
            if self.size > MAX_BYTES:
                text = f"embed {path:.100} is a link: more than {MAX_BYTES // 1_000_000} MB of notebooks in all"
                self.context.notes.append(degraded("shortcode.embed", text, where))
                return None
            self.notebooks[full], _ = load_notebook(data, full)
        except PermissionError:
            text = f"notebook outside the source folder: {path:.100}"
            self.context.notes.append(security("embed.outside", text, where))
        except OSError:
            self.told("missing", f"no notebook {path:.100} to take cells from", where)
        except ConversionError as error:
            self.told("unreadable", f"no cells are taken from {path:.100}: {error}"[:300], where)
        return self.notebooks.get(full)

    def told(self, code: str, text: str, where: Where | None) -> None:
        """A note on what isn't there."""
        self.context.notes.append(missing(f"embed.{code}", text, where))


def _shown(blocks: Blocks, *, echo: bool) -> Blocks:
    """A cell's outputs; with ``echo`` its code too, open, as its author asks for it at that place."""

    def one(block: Block) -> Block | None:
        if mark := cells_of(block):
            return _link(mark, block.where)  # no notebook leads to a third one, nor back
        if isinstance(block, Raw) and is_embed_mark(block):
            return Paragraph((embed_reference(block),), where=block.where)
        if isinstance(block, Code) and block.role == "input":
            return msgspec.structs.replace(block, visibility="show") if echo else None
        return block

    return map_blocks(blocks, one)


def _link(mark: CellMark, where: Where | None) -> Paragraph:
    return Paragraph((cells_link(mark),), where=where)
