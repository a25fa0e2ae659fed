"""Who may read a document, as far as it says so itself: asked before anything of it stands on another's page."""

from __future__ import annotations

from converters.errors import ConversionError
from converters.metadata import Metadata
from converters.model import Where

_WORDS = ("visibility", "private")
"""One of these is in a document that isn't for all: looking for them costs less than reading it."""


def visibility_in(text: str, path: str) -> Metadata:
    """Visibility and readers that a text's header or a notebook's own metadata name; empty where it can't be read."""
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
    from converters.readers.frontmatter import metadata_from_mapping, parse_header, split_header

    header, _, _ = split_header(text) if text.startswith(("---", "+++")) else ("", "", 0)
    mapping, _ = parse_header(header, Where(path)) if header.strip() else ({}, [])
    said = metadata_from_mapping(mapping, Where(path))[0] if mapping else Metadata()
    return Metadata(visibility=said.visibility, allow=said.allow)
