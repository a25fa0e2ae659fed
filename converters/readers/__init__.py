"""The readers, and which one reads what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import cast

import msgspec

from converters.model import Where
from converters.notes import placed
from converters.options import Read, ReadOptions, Source
from converters.readers.detect import SCRIPTS, kind_of, suffix_of, unreadable

__all__ = ["READERS", "Reader", "read", "reader_of", "suffix_of"]

Reader = Callable[[Source, ReadOptions], Read]

READERS: Mapping[str, str] = {
    ".ipynb": "converters.readers.ipynb:read_ipynb",
    ".md": "converters.readers.text:read_markdown",
    ".markdown": "converters.readers.text:read_markdown",
    ".jupytext.md": "converters.readers.scripts:read_jupytext_markdown",
    ".cells.md": "converters.readers.cell_divs:read_cell_divs",
    ".rmd": "converters.readers.text:read_rmarkdown",
    ".qmd": "converters.readers.text:read_rmarkdown",
    ".nb.html": "converters.readers.rnotebook:read_rnotebook",
    ".html": "converters.readers.knitted:read_page",
    **dict.fromkeys(sorted(SCRIPTS), "converters.readers.scripts:read_script"),
}
"""Suffix in lower case → ``module:function``, loaded when first needed. :func:`kind_of` picks the suffix."""


def reader_of(source: Source) -> Reader:
    """The function that reads this source: by content where that is plain, else by suffix, else a plug-in's.

    Raises:
        ConversionError: nothing reads files of this kind.
        ConfigError: a plug-in would, and can't be loaded.
    """
    kind = kind_of(source)
    if kind not in READERS:
        from converters.plugins import reader_for

        plugin = reader_for(source.path)
        if plugin is not None:
            return plugin
        raise unreadable(
            source, " ".join(sorted(set(READERS) - SCRIPTS - {".jupytext.md", ".cells.md"})) + " and scripts with cells"
        )
    module, _, name = READERS[kind].partition(":")
    return cast("Reader", getattr(import_module(module), name))


def read(source: Source, options: ReadOptions) -> Read:
    """The document of a source, and the notes made on the way, each with a place.

    Raises:
        ConversionError: it can't be read; one line says why and what to do.
    """
    made = reader_of(source)(source, options)
    if made.document.where is not None and all(note.where is not None for note in made.notes):
        return made
    place = made.document.where or Where(source.path)
    document = msgspec.structs.replace(made.document, where=place)
    return msgspec.structs.replace(made, document=document, notes=[placed(note, place) for note in made.notes])
