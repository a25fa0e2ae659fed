"""The transforms, in their order. Each is ``(Document, Context) -> Document``; what they find goes to ``Context.notes``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from converters.model import Asset, Cell, Document, Footnotes, Where
from converters.notes import dropped, placed
from converters.options import Files, Read, TransformOptions
from converters.plugins import with_plugins
from converters.transforms.anatomy import anatomy
from converters.transforms.citations import citations
from converters.transforms.context import Context
from converters.transforms.embeds import embeds
from converters.transforms.headings import headings
from converters.transforms.images import images
from converters.transforms.links import links
from converters.transforms.maths import maths
from converters.transforms.other_cells import other_cells
from converters.transforms.outputs import outputs
from converters.transforms.references import references
from converters.transforms.tables import shown_rows, tables
from converters.transforms.thumbnail import thumbnail
from converters.transforms.visibility import visibility
from converters.walk import iter_blocks

__all__ = ["TRANSFORMS", "Context", "apply"]

Transform: TypeAlias = Callable[[Document, Context], Document]

TRANSFORMS: tuple[Transform, ...] = (
    other_cells,  # cells of other notebooks; first, so that they are treated like the document's own
    visibility,  # code = fold | show | omit, and the author's wish for one cell
    outputs,  # the richest form that the target shows
    citations,  # names and years, the list of references; before headings, as that list has one
    headings,  # anchors; after outputs, which may bring headings
    references,  # numbers of figures, tables, equations; references to them into links
    images,  # files into assets, sizes
    links,  # files into pages; after headings, whose anchors links name
    embeds,  # frames of unknown hosts into links
    maths,  # a picture per equation, for Confluence
    tables,  # long ones: head, tail and all of it as CSV
    thumbnail,  # the picture that stands for the report
    anatomy,  # summary, byline, contents, about this report
)


_TYPES = {
    "ipynb": "application/x-ipynb+json",
    "html": "text/html",
    "htm": "text/html",
    "md": "text/markdown",
    "rmd": "text/markdown",
    "qmd": "text/markdown",
    "py": "text/x-python",
    "r": "text/x-r",
    "jl": "text/x-julia",
    "sh": "text/x-sh",
    "js": "text/javascript",
}
"""Types of sources by suffix, for their attachment; any other is plain text."""
_PROSE = (".md", ".markdown")


def apply(read: Read, options: TransformOptions, files: Files) -> Read:
    """The document as its target shows it, with the reader's notes and those made here."""
    document = read.document
    path = document.where.source if document.where else document.meta.provenance.path
    context = Context(
        options=options,
        files=files,
        path=path,
        title=document.title,
        assets=dict(document.assets),
        notes=list(read.notes),
        footnote_numbers={
            item.label: item.number for block in document.blocks if isinstance(block, Footnotes) for item in block.items
        },
    )
    context.readers = document.meta.readers
    context.source = _source(document, context)
    context.max_rows = shown_rows(document, options.limits.max_rows)
    for transform in with_plugins(TRANSFORMS):
        document = transform(document, context)
    notes = [placed(note, document.where) for note in context.notes]
    return Read(msgspec.structs.replace(document, assets=context.assets), notes)


def _source(document: Document, context: Context) -> Asset | None:
    """The source itself, to be attached; None where it isn't wanted or not at hand (text from elsewhere).

    Nor for Markdown without cells: its page shows all of it, and has nothing to run.
    """
    if not (context.options.attach_source and context.options.anatomy and context.path):
        return None
    if context.path.lower().endswith(_PROSE) and not any(
        isinstance(each, Cell) for each in iter_blocks(document.blocks)
    ):
        return None
    try:
        data = context.files.read(context.path)
    except OSError:
        return None
    limit = context.options.limits.max_asset_bytes
    if len(data) > limit:
        text = f"the source of {len(data) / 1e6:.1f} MB isn't attached: limits.max_asset_bytes is {limit / 1e6:.1f} MB"
        context.notes.append(dropped("source.large", text, Where(context.path)))
        return None
    name = context.path.rpartition("/")[2]
    return Asset(Asset.digest(data), data, _TYPES.get(name.rpartition(".")[2].lower(), "text/plain"), name)
