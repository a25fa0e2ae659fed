"""Chunks without code of their own: where they take it from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from converters import notes
from converters.model import Blocks, Mark, Paragraph, Span

if TYPE_CHECKING:
    from converters.readers.blocks import BlockReader

_KEYS = ("child", "file", "code", "ref-label", "ref.label")
"""knitr's options that bring text or code. Source: yihui.org/knitr/options."""


def taken_from(options: dict[str, object], reader: BlockReader, *, hidden: bool) -> Blocks:
    """A line for code or text that a chunk takes from elsewhere, which isn't read, and a note; nothing for hidden code."""
    key = next((key for key in _KEYS if key in options and options[key] not in ("", "NULL", False)), "")
    if not key or (hidden and key != "child"):
        return ()
    what = "child document" if key == "child" else "code of"
    source = options[key]
    name = (
        ", ".join(map(str, source))
        if isinstance(source, list)
        else str(source or "what R computes").removeprefix("!expr ")
    )
    code = "chunk.child" if key == "child" else "chunk.code"
    reader.context.notes.append(notes.missing(code, f"{what} {name:.80} is not read", reader.where))
    return (Paragraph((Span(f"[{what} {name:.200}: not taken in]", frozenset({Mark.EM})),), where=reader.where),)
