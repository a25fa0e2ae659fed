"""Who may read a document, as far as it says so itself: asked before anything of it stands on another's page."""

from __future__ import annotations

from converters.errors import ConfigError, ConversionError
from converters.metadata import Metadata
from converters.options import ReadOptions, Source

_WORDS = ("visibility", "private")
"""One of these is in a document that isn't for all: looking for them costs less than reading it."""


def visibility_in(text: str, path: str) -> Metadata:
    """Visibility and readers that a report names itself, whatever its format; empty where it can't be read."""
    if not any(word in text.lower() for word in _WORDS):
        return Metadata()
    if path.lower().endswith(".ipynb"):
        from converters.readers.ipynb import visibility_of
        from converters.readers.notebook_json import load_notebook

        try:
            notebook, _ = load_notebook(text.encode(), path)
        except ConversionError:
            return Metadata()
        return visibility_of(notebook, path)
    from converters.readers import read

    try:
        said = read(Source(path, text.encode("utf-8", "replace")), ReadOptions()).document.meta
    except (ConversionError, ConfigError):  # nothing that could be a report of its own
        return Metadata()
    return Metadata(visibility=said.visibility, allow=said.allow)
