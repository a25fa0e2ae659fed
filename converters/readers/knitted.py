"""Pages that a tool made of a document (``.html``): R Markdown, Quarto, nbconvert, Jupyter Book, any other page."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from converters.errors import ConversionError
from converters.model import Document, Where
from converters.notes import Note
from converters.options import Read, ReadOptions, Source
from converters.readers.context import MarkdownContext
from converters.readers.frontmatter import merge
from converters.readers.ipynb import read_notebook
from converters.readers.page_cells import is_export, notebook_of
from converters.readers.page_meta import page_metadata
from converters.readers.page_tree import clean, main_of, page_tree
from converters.readers.text import decode
from converters.readers.titles import titled
from converters.readers.widget_pages import widget_head

_KNITTED = re.compile(
    r"<meta[^>]+name=\"generator\"[^>]+(?:pandoc|quarto)|main-container|quarto-document-content|class=\"[^\"]*cell-code|"
    r"class=\"cell_input|<d-article",
    re.IGNORECASE,
)
"""What pages look like whose code was run. Source: templates of rmarkdown, Quarto, Jupyter Book, distill."""

_LOGIN_WORDS = 200
"""A page with a field for a password and no more words than this is a login page. Ours."""


def read_page(source: Source, options: ReadOptions) -> Read:
    """The document of a page: its main part without navigation and scripts.

    Raises:
        ConversionError: nothing on it can be published; one line says why.
    """
    html = _decoded(source)
    where = Where(source.path)
    found: list[Note] = []
    root = page_tree(html, source.path, found)
    _refuse(root, source.path)
    export = is_export(root)
    meta, more = page_metadata(root, source.data, where, export=export)
    found += more
    if export:
        return _export(root, meta, found, source, options)
    main = main_of(root)
    clean(main, found, where)
    context = MarkdownContext(source=source.path, where=where, flavor="jupyter")
    from converters.readers.page_blocks import PageReader

    head = widget_head(html) if "html-widget" in html else ""
    reader = PageReader(context, main, root, head=head, knitted=_KNITTED.search(html) is not None)
    blocks = reader.flow(main, 0)
    if not blocks:
        hint = "its text may be drawn by scripts; publish what it was made from"
        raise ConversionError("a page without text that could be published", where=source.path, hint=hint)
    blocks, meta = titled(blocks, meta, source.path)
    meta = merge(meta, options.defaults)
    provenance = msgspec.structs.replace(options.provenance, path=options.provenance.path or source.path)
    meta = msgspec.structs.replace(meta, provenance=provenance)
    return Read(Document(meta, blocks, context.assets, where), [*found, *context.notes])


def _export(root: Any, meta: Any, found: list[Note], source: Source, options: ReadOptions) -> Read:
    """The document of a notebook's HTML export: its cells, read as those of a notebook are."""
    defaults = merge(meta, options.defaults)
    return read_notebook(notebook_of(root), found, source, msgspec.structs.replace(options, defaults=defaults))


def _decoded(source: Source) -> str:
    """The page's text, in the encoding that it names where it isn't UTF-8."""
    named = re.search(rb"<meta[^>]+charset=[\"']?([\w-]+)", source.data[:4096], re.IGNORECASE)
    name = named[1].decode("ascii") if named else ""
    if name.lower() not in {"", "utf-8", "utf8"}:
        try:
            return source.data.decode(name).replace("\r\n", "\n").replace("\r", "\n")
        except (LookupError, UnicodeDecodeError):
            pass  # it says what it isn't: read as the rest is
    return decode(source)


def _refuse(root: Any, path: str) -> None:
    """Raises ConversionError for pages that came in a document's stead."""
    password = root.xpath("//input[translate(@type, 'PASWORD', 'pasword')='password']")
    texts = root.xpath("//body//text()[not(ancestor::script) and not(ancestor::style)]")
    if password and len(" ".join(texts).split()) <= _LOGIN_WORDS:
        raise ConversionError("is a login page, not a document", where=path, hint="download it again, signed in")
