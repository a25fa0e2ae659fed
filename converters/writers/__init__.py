"""Writers: a document → what a wiki is sent. ``WRITERS`` names each by ``module:function``, loaded on first use."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final, Literal, TypeAlias, cast

from converters.model import Document, Rendered
from converters.notes import Note
from converters.options import WriteOptions

Target: TypeAlias = Literal["confluence", "notion", "model"]
Writer: TypeAlias = Callable[[Document, WriteOptions], tuple[Rendered, list[Note]]]

WRITERS: Final[dict[Target, str]] = {
    "confluence": "converters.writers.confluence:write_confluence",
    "notion": "converters.writers.notion:write_notion",
    "model": "converters.writers.native:write_native",
}


def write(document: Document, target: Target, options: WriteOptions) -> tuple[Rendered, list[Note]]:
    """The document in the target's own form, and what was lost on the way."""
    module, _, name = WRITERS[target].partition(":")
    writer = cast("Writer", getattr(import_module(module), name))
    return writer(document, options)
