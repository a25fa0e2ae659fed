"""Outputs → blocks: of all forms that a kernel sent, the richest one that the target shows."""

from __future__ import annotations

import msgspec

from converters.model import (
    Attachment,
    Block,
    Blocks,
    Callout,
    Code,
    Columns,
    Document,
    Figure,
    Image,
    Inlines,
    Interactive,
    Output,
    Quote,
    Section,
    Table,
    Tabs,
    Toggle,
)
from converters.notes import info
from converters.transforms.bundles import bundle_blocks
from converters.transforms.context import Context
from converters.transforms.drawings import has_picture, names_drawing
from converters.transforms.texts import MAX_CHARS, text_blocks
from converters.walk import map_blocks


def outputs(document: Document, context: Context) -> Document:
    """The document with :attr:`Output.blocks` filled; neighbours of one cell that are plain text become one.

    The forms are let go: nothing reads them after this, and they hold most of a notebook's memory.
    """
    blocks = _sequence(document.blocks, context)
    if context.took_cells:  # which stand wherever they are named, in lists and tables too; a document's own never do
        blocks = map_blocks(blocks, lambda one: _chosen(one, context) if isinstance(one, Output) and one.forms else one)
    return msgspec.structs.replace(document, blocks=blocks)


_LOOKED_INTO = frozenset({Output, Toggle, Section, Callout, Quote, Figure, Tabs, Columns})


def _sequence(blocks: Blocks, context: Context) -> Blocks:
    result: list[Block] = []
    run: list[Output] = []
    for number, block in enumerate(blocks):
        chosen: Block | None = block
        if type(block) not in _LOOKED_INTO:
            pass
        elif isinstance(block, Output):
            if names_drawing(block) and has_picture(blocks, number):
                context.notes.append(
                    info("output.drawing", "the name of what a picture shows isn't shown", block.where)
                )
                continue
            chosen = _chosen(block, context)
            if chosen is None:
                continue
            if isinstance(chosen, Output) and _is_text(chosen):
                if run and not _continues(run, chosen):
                    result.append(_merged(run, context))
                    run = []
                run.append(chosen)
                continue
        elif isinstance(block, Toggle | Section | Callout | Quote | Figure):
            chosen = msgspec.structs.replace(block, blocks=_sequence(block.blocks, context))
        elif isinstance(block, Tabs):
            tabs = (msgspec.structs.replace(tab, blocks=_sequence(tab.blocks, context)) for tab in block.tabs)
            chosen = msgspec.structs.replace(block, tabs=tuple(tabs))
        elif isinstance(block, Columns):
            columns = tuple(_sequence(column, context) for column in block.columns)
            chosen = msgspec.structs.replace(block, columns=columns)
        if run:
            result.append(_merged(run, context))
            run = []
        if chosen is not None:
            result.append(chosen)
    if run:
        result.append(_merged(run, context))
    return tuple(result)


def output_blocks(output: Output, context: Context) -> Blocks:
    """What one output shows, by its kind."""
    if output.kind == "stream":
        return _stream(output, context)
    if output.kind == "error":
        return _error(output, context)
    return bundle_blocks(output, context)


def _chosen(output: Output, context: Context) -> Output | None:
    blocks = output_blocks(output, context)
    if not blocks:
        return None
    return _captioned(msgspec.structs.replace(output, blocks=blocks, forms=()))


def _captioned(output: Output) -> Output:
    """The output with caption and label at the block that they name, each in one place only.

    That is its first figure, table or file, else a lone listing; an output with none of them keeps both.
    """
    if not output.caption and not output.label:
        return output
    blocks = output.blocks
    found = next((i for i, block in enumerate(blocks) if isinstance(block, Image | Table | Interactive)), None)
    if found is None:
        found = next((i for i, block in enumerate(blocks) if isinstance(block, Attachment)), None)
    if found is None and len(blocks) == 1 and isinstance(blocks[0], Code):
        found = 0
    if found is None:
        return output
    block, caption, label = _with_caption(blocks[found], output.caption, output.label)
    return msgspec.structs.replace(
        output, blocks=(*blocks[:found], block, *blocks[found + 1 :]), caption=caption, label=label
    )


def _with_caption(block: Block, caption: Inlines, label: str) -> tuple[Block, Inlines, str]:
    """The block with what it can carry, and the caption and label that are left. A caption of its own stays."""
    if isinstance(block, Interactive) and block.picture is not None:
        picture, caption, label = _with_caption(block.picture, caption, label)
        return msgspec.structs.replace(block, picture=picture), caption, label
    if isinstance(block, Image | Table) and label and not block.label:
        block, label = msgspec.structs.replace(block, label=label), ""
    if isinstance(block, Image | Table | Interactive | Attachment | Code) and caption and not block.caption:
        block, caption = msgspec.structs.replace(block, caption=caption), ()
    return block, caption, label


def _stream(output: Output, context: Context) -> Blocks:
    """Short output in sight; long output and everything on stderr behind one line."""
    text = output.forms[0].text.rstrip("\n")
    lines = text.count("\n") + 1
    errors = output.name == "stderr"
    long = lines > context.options.limits.max_stream_lines
    title = "Messages" if errors else "Output"
    if lines > 1:
        title = f"{title} ({lines:,} lines)"
    role = "log" if errors or long else "output"
    return text_blocks(text, context, output.where, role=role, folded=errors or long, title=title)  # type: ignore[arg-type]


def _error(output: Output, context: Context) -> Blocks:
    form = output.forms[0]
    name, value = str(form.metadata.get("ename") or "Error"), str(form.metadata.get("evalue") or "")
    title = " ".join(f"{name}: {value}".strip(": ").split())
    title = title if len(title) <= 120 else title[:119] + "…"
    return text_blocks(form.text, context, output.where, role="traceback", folded=True, title=title)


def _is_text(output: Output) -> bool:
    only = output.blocks[0] if len(output.blocks) == 1 else None
    return (
        output.kind in {"display_data", "execute_result"}
        and isinstance(only, Code)
        and only.role == "output"
        and not (output.label or output.folded or only.caption or only.folded or only.language)
    )


def _continues(run: list[Output], output: Output) -> bool:
    """Whether an output belongs to the same cell as the run before it."""
    one, two = run[-1].where, output.where
    return one is not None and two is not None and (one.source, one.cell) == (two.source, two.cell)


def _merged(run: list[Output], context: Context) -> Output:
    if len(run) == 1:
        return run[0]
    first = run[0]
    text = "\n".join(block.text for output in run for block in output.blocks if isinstance(block, Code))
    lines = text.count("\n") + 1
    long = lines > context.options.limits.max_stream_lines or len(text) > MAX_CHARS
    blocks = text_blocks(
        text, context, first.where, role="log" if long else "output", folded=long, title=f"Output ({lines:,} lines)"
    )
    return msgspec.structs.replace(first, blocks=blocks)
