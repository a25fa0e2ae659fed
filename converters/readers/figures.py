"""Which of a cell's outputs its captions, labels and alternative texts speak of, and how they stand side by side."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from converters.labels import prefix_of
from converters.model import Block, Columns, Figure, Inlines, Output, Paragraph, Span, Where
from converters.notes import Note, dropped
from converters.readers.cell_options import CellOptions

_MARKED = re.compile(r"[*_`$\[<@~^\\{]")
_PICTURES = ("image/", "application/vnd.", "text/html", "application/geo+json", "text/vnd.mermaid")


def with_options(outputs: list[Output], options: CellOptions, where: Where, notes: list[Note]) -> list[Block]:
    """The outputs with what the author wrote about them; figures side by side where the author wants columns."""
    several = bool(options.captions or options.alts)
    named = _named(outputs) if options.caption or options.alt or options.label else -1
    figures = [i for i, output in enumerate(outputs) if is_figure(output)] if several or options.columns > 1 else []
    caption, captions = options.caption, options.captions
    if captions and len(figures) == 1 and not caption:
        caption, captions, named = captions[0], (), figures[0]
    if (caption or captions) and not outputs:
        unused = f"a caption without a figure: {caption or captions[0]:.60}"
        notes.append(dropped("caption.unused", unused, where))
    elif len(captions) > len(figures):
        left = "; ".join(captions[len(figures) :])
        unused = f"{len(captions)} captions for {len(figures)} figures; left out: {left:.100}"
        notes.append(dropped("caption.unused", unused, where))
    own = dict(zip(figures, captions, strict=False))
    alts = dict(zip(figures, options.alts, strict=False))
    labels = {i: f"{options.label}-{number}" for number, i in enumerate(figures, 1)} if own and options.label else {}
    together = bool(own and caption)
    if together:
        named = -1
    elif not labels and named >= 0:
        labels = {named: options.label}
    result: list[Output] = []
    for i, output in enumerate(outputs):
        words = own.get(i, caption if i == named else "")
        alt = alts.get(i, options.alt if i == named else "")
        if words or alt or i == named or options.tags or options.outputs == "fold":
            output = msgspec.structs.replace(  # noqa: PLW2901
                output,
                folded=options.outputs == "fold",
                caption=_caption(words, where),
                alt=alt,
                label=labels.get(i, ""),
                tags=options.tags,
            )
        result.append(output)
    if together:  # parts of one figure, whose caption stands below them all
        return _one_figure(result, figures, caption, options, where)
    return _side_by_side(result, figures, options.columns, where)


def _one_figure(
    outputs: list[Output], figures: list[int], caption: str, options: CellOptions, where: Where
) -> list[Block]:
    """The outputs with those at ``figures`` as parts of one figure, in the first one's place."""
    parts = _side_by_side([outputs[i] for i in figures], list(range(len(figures))), options.columns, where)
    kind: Literal["figure", "table"] = "table" if prefix_of(options.label) in {"tbl", "tab"} else "figure"
    figure = Figure(tuple(parts), _caption(caption, where), options.label, kind, where)
    after = [outputs[i] for i in range(figures[0], len(outputs)) if i not in figures]
    return [*outputs[: figures[0]], figure, *after]


def _caption(text: str, where: Where) -> Inlines:
    """A caption's Markdown as one line; most captions have none in them and are not parsed."""
    if not text or not _MARKED.search(text):
        return (Span(text),) if text else ()
    from converters.readers.markdown import MarkdownContext, markdown_blocks

    blocks, _ = markdown_blocks(text, MarkdownContext(source=where.source, where=where, flavor="pandoc"))
    only = blocks[0] if len(blocks) == 1 else None
    return only.content if isinstance(only, Paragraph) else (Span(text),)


def is_figure(output: Output) -> bool:
    """Whether an output is more than text: a picture, a chart, a table."""
    return output.kind != "stream" and any(form.mime.startswith(_PICTURES) for form in output.forms)


def stem(options: CellOptions) -> str:
    """A name for a cell's pictures that says what they are and holds still when cells move."""
    words = re.sub(r"[^\w-]+", "-", options.label or options.caption or "").strip("-").lower()
    return words[:40].rstrip("-") or "figure"


def _named(outputs: list[Output]) -> int:
    """The one that a single caption speaks of: the first that is more than text."""
    kinds = [any(form.mime != "text/plain" for form in output.forms) for output in outputs]
    if True in kinds:
        return kinds.index(True)
    return next((i for i, output in enumerate(outputs) if output.kind != "stream"), 0)


def _side_by_side(outputs: list[Output], figures: list[int], columns: int, where: Where) -> list[Block]:
    """Rows of figures; other outputs keep their place before or after them."""
    if columns < 2 or len(figures) < 2:
        return list(outputs)
    result: list[Block] = list(outputs[: figures[0]])
    shown = [outputs[i] for i in figures]
    for start in range(0, len(shown), columns):
        row = shown[start : start + columns]
        result.append(Columns(tuple((one,) for one in row), where=where) if len(row) > 1 else row[0])
    return result + [output for i, output in enumerate(outputs) if i > figures[0] and i not in figures]
