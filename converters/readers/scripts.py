"""Notebooks as text: percent scripts and jupytext's other formats → the reader of notebooks."""

from __future__ import annotations

import re
import warnings
from typing import Any

from converters.errors import ConversionError
from converters.model import Where
from converters.notes import Note, missing, repaired
from converters.options import Read, ReadOptions, Source
from converters.readers.databricks import databricks_cells, is_databricks
from converters.readers.detect import COMMENTS, script_certainty, script_header, suffix_of
from converters.readers.gallery import gallery_cells
from converters.readers.ipynb import read_notebook
from converters.readers.text import decode

_FORMATS = frozenset({"percent", "hydrogen", "light", "nomarker", "bare", "sphinx", "spin", "markdown"})
"""Formats that jupytext reads by itself; for pandoc, quarto and marimo it would run another program."""


def read_script(source: Source, options: ReadOptions) -> Read:
    """The document of a script whose cells are marked. Raises ConversionError for a script that is no notebook."""
    suffix = suffix_of(source.path)
    text = decode(source)
    if not script_certainty(source.data, suffix):
        if suffix == ".py" and "marimo.App(" in text:
            hint = "export it: marimo export ipynb"
            raise ConversionError("is a marimo notebook, which only marimo reads", where=source.path, hint=hint)
        hint = f'mark its cells with "{COMMENTS[suffix]} %%" (or give it a jupytext header), or leave it out'
        raise ConversionError("is a plain script, no notebook", where=source.path, hint=hint)
    if is_databricks(text):
        language = {".py": "python", ".r": "r", ".scala": "scala"}.get(suffix, suffix[1:])
        metadata = {"language_info": {"name": language}}
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": databricks_cells(text)}
        return _opened(notebook, source, options)
    if suffix == ".py" and not script_header(text, suffix) and (cells := gallery_cells(text)):
        notebook = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"language_info": {"name": "python"}},
            "cells": cells,
        }
        return _opened(notebook, source, options)
    return _read(text, "." + source.path.rpartition(".")[2], source, options)


def read_jupytext_markdown(source: Source, options: ReadOptions) -> Read:
    """The document of a Markdown file that jupytext keeps a notebook in: its fenced code is cells."""
    return _read(decode(source), ".md", source, options)


class _OddSettings(ConversionError):
    """Jupytext stumbled over a value that isn't of the shape that it takes for granted: it checks none of its settings."""


def _read(text: str, extension: str, source: Source, options: ReadOptions) -> Read:
    try:
        return _opened(_notebook(text, extension, source.path), source, options)
    except _OddSettings:
        rest = _without_settings(text)
        if rest == text:
            raise
        notebook = _notebook(rest, extension, source.path)
    note = repaired(
        "metadata.jupytext", "what the header says to jupytext can't be read and was ignored", Where(source.path)
    )
    return _opened(notebook, source, options, note)


_HEADER = re.compile(
    r"\A(?P<mark>[^\w\s]{0,3} ?)---[ \t]*\n(?P<lines>(?:(?P=mark).*\n){1,500}?)(?P=mark)---[ \t]*(?:\n|\Z)"
)
_SETTINGS = re.compile(r"(?:jupyter|jupytext|kernelspec)[ \t]*:")


def _without_settings(text: str) -> str:
    """The text without what its header says of jupytext and kernels; itself where there is no such thing."""
    header = _HEADER.match(text)
    if header is None:
        return text
    kept: list[str] = []
    leaving = False
    for line in header["lines"].splitlines(keepends=True):
        words = line.removeprefix(header["mark"])
        if words[:1].strip():  # a key: what is indented belongs to the one above
            leaving = _SETTINGS.match(words) is not None
        if not leaving:
            kept.append(line)
    if not kept:
        return text[header.end() :]
    return text[: header.start("lines")] + "".join(kept) + text[header.end("lines") :]


def _opened(notebook: dict[str, Any], source: Source, options: ReadOptions, *found: Note) -> Read:
    code = any(cell["cell_type"] == "code" and cell["source"].strip() for cell in notebook["cells"])
    notes = [*found]
    notes += [missing("code.not-executed", "not executed: no outputs stored", Where(source.path))] if code else []
    return read_notebook(notebook, notes, source, options)


def _notebook(text: str, extension: str, path: str) -> dict[str, Any]:
    """The cells as nbformat 4 has them. Cell ids, which jupytext makes up, are left out: the same file reads the same.

    Raises:
        ConversionError: jupytext can't read it.
    """
    import jupytext
    from jupytext.languages import _SCRIPT_EXTENSIONS

    extension = extension if extension in _SCRIPT_EXTENSIONS or extension == ".md" else extension.lower()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # jupytext's advice is about its own files
            name = "markdown" if extension == ".md" else jupytext.guess_format(text, extension)[0]
            node = jupytext.reads(text, fmt={"extension": extension, "format_name": name}) if name in _FORMATS else None
    except Exception as error:  # noqa: BLE001  (jupytext documents no errors: whatever it raises is its word on this text)
        reason = str(error).split("\n", 1)[0] or type(error).__name__
        refusal = _OddSettings if isinstance(error, AttributeError | TypeError) else ConversionError
        raise refusal(f"can't be read as a notebook: {reason:.200}", where=path) from None
    if node is None:
        raise ConversionError(f"is in jupytext's format {name}, which needs another program", where=path)
    metadata = {key: value for key, value in dict(node.metadata).items() if key != "jupytext"}
    if "kernelspec" not in metadata and "language_info" not in metadata and extension != ".md":
        metadata["language_info"] = {"name": _SCRIPT_EXTENSIONS[extension]["language"].lower()}
    cells = [_cell(cell) for cell in node.cells]
    if name == "sphinx" and cells and cells[0]["source"] == "%matplotlib inline" and "%matplotlib" not in text:
        cells.pop(0)  # jupytext's own, as Sphinx-Gallery has it
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


def _cell(cell: Any) -> dict[str, Any]:
    kept = {"cell_type": cell.cell_type, "source": cell.source, "metadata": _own_names(dict(cell.metadata))}
    return {**kept, "outputs": []} if cell.cell_type == "code" else kept


def _own_names(metadata: dict[str, Any]) -> dict[str, Any]:
    """An R chunk's options under the names that a notebook's cells have for them."""
    name = metadata.pop("name", None)
    if isinstance(name, str):
        metadata.setdefault("label", name)
    for key, ours in (("fig.cap", "caption"), ("fig.alt", "alt")):
        value = metadata.get(key)
        if isinstance(value, str) and not value.startswith("#R_CODE#"):  # jupytext's sign for what R would compute
            metadata.setdefault(ours, value.strip("\"'"))
    return metadata


def chunk_metadata(header: str) -> dict[str, Any]:
    """A cell's metadata from the header of an R Markdown chunk (``r plot, echo=FALSE``), its language among them."""
    from jupytext.cell_metadata import rmd_options_to_metadata

    try:
        language, metadata = rmd_options_to_metadata(header, False)
    except Exception:  # noqa: BLE001  (jupytext documents no errors; a header that it can't read says nothing)
        return {}
    return {**_own_names(dict(metadata)), "language": str(language).lower()}
