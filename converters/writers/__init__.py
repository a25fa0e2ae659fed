"""Writers: a document → what a wiki is sent. ``WRITERS`` names each by ``module:function``, loaded on first use."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final, Literal, TypeAlias, cast

from converters.errors import ConfigError
from converters.model import Document, Rendered
from converters.notes import Note, placed
from converters.options import WriteOptions

Target: TypeAlias = Literal["confluence", "notion", "model"]
Writer: TypeAlias = Callable[[Document, WriteOptions], tuple[Rendered, list[Note]]]

WRITERS: Final[dict[Target, str]] = {
    "confluence": "converters.writers.confluence:write_confluence",
    "notion": "converters.writers.notion:write_notion",
    "model": "converters.writers.native:write_native",
}


def write(document: Document, target: Target, options: WriteOptions) -> tuple[Rendered, list[Note]]:
    """The document in the target's own form, and what was lost on the way.

    Raises:
        ConfigError: nothing writes for this target, or a plug-in that would can't be loaded.
    """
    if target not in WRITERS:
        from converters.plugins import targets, writer_for

        plugin = writer_for(target)
        if plugin is not None:
            rendered, notes = plugin(document, options)
            return rendered, [placed(note, document.where) for note in notes]
        known = ", ".join((*WRITERS, *targets()))
        raise ConfigError(f"nothing writes for {target!r}", hint=f"known: {known}")
    module, _, name = WRITERS[target].partition(":")
    writer = cast("Writer", getattr(import_module(module), name))
    rendered, notes = writer(document, options)
    return rendered, [placed(note, document.where) for note in notes]
