"""The readers, and which one reads what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import cast

from converters.errors import ConversionError
from converters.options import Read, ReadOptions, Source

Reader = Callable[[Source, ReadOptions], Read]

READERS: Mapping[str, str] = {
    ".ipynb": "converters.readers.ipynb:read_ipynb",
    ".md": "converters.readers.text:read_markdown",
    ".markdown": "converters.readers.text:read_markdown",
    ".rmd": "converters.readers.text:read_rmarkdown",
    ".qmd": "converters.readers.text:read_rmarkdown",
}
"""Suffix in lower case → ``module:function``, loaded when first needed."""


def suffix_of(path: str) -> str:
    """The suffix by which a source is read, in lower case with its dot; empty if it has none."""
    name = path.rpartition("/")[2]
    return "." + name.rpartition(".")[2].lower() if "." in name else ""


def reader_of(source: Source) -> Reader:
    """The function that reads this source: by content where that is plain, else by suffix.

    Raises:
        ConversionError: nothing reads files of this kind.
    """
    suffix = suffix_of(source.path)
    if suffix in READERS and suffix != ".ipynb" and _is_notebook(source.data):
        suffix = ".ipynb"
    try:
        module, _, name = READERS[suffix].partition(":")
    except KeyError:
        known = " ".join(sorted(READERS))
        raise ConversionError(
            f"files of kind {suffix or 'without suffix'} can't be read", where=source.path, hint=f"known: {known}"
        ) from None
    return cast("Reader", getattr(import_module(module), name))


def _is_notebook(data: bytes) -> bool:
    """Whether text of another name is a notebook's JSON."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") and b'"cells"' in data and b'"nbformat"' in data


def read(source: Source, options: ReadOptions) -> Read:
    """The document of a source, and the notes made on the way.

    Raises:
        ConversionError: it can't be read; one line says why and what to do.
    """
    return reader_of(source)(source, options)
