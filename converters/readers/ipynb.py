"""Jupyter notebooks → documents: cells in order, their outputs with every form, metadata and provenance.

A few lines longer than other files: what cells share while they are read stays in one class.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple

import msgspec

from converters.metadata import Metadata
from converters.model import (
    Asset,
    AssetKey,
    Block,
    Blocks,
    Code,
    Document,
    Raw,
    Section,
    Span,
    Toggle,
    Where,
)
from converters.notes import Note, dropped, repaired
from converters.options import Read, ReadOptions, Source
from converters.readers import mime
from converters.readers.audience import with_lines
from converters.readers.cell_language import cell_language, notebook_language, own_language
from converters.readers.cell_options import CellOptions, cell_options, report_defaults, without_options
from converters.readers.context import MarkdownContext
from converters.readers.databricks import as_jupyter
from converters.readers.embeds import with_embeds
from converters.readers.fastpages import first_cell
from converters.readers.figures import stem, with_options
from converters.readers.footnotes import FootnoteLabels
from converters.readers.frontmatter import conflicts, merge, metadata_from_mapping, parse_header, split_header
from converters.readers.link_targets import LinkTargets
from converters.readers.markdown import markdown_blocks
from converters.readers.notebook_json import load_notebook
from converters.readers.notebook_meta import notebook_metadata, notebook_params, notebook_provenance
from converters.readers.outputs import OutputReader
from converters.readers.pandoc_inlines import names_bibliography
from converters.readers.quarto_cells import is_for_quarto
from converters.readers.tex_layout import is_layout
from converters.readers.titles import titled

_RAW = {
    "text/html": "html",
    "text/latex": "latex",
    "text/restructuredtext": "rst",
    "text/x-rst": "rst",
    "latex": "latex",
    "html": "html",
    "rst": "rst",
}


def read_ipynb(source: Source, options: ReadOptions) -> Read:
    """The document of a notebook. Raises ConversionError, in one line, for what can't be read."""
    notebook, notes = load_notebook(source.data, source.path)
    return read_notebook(notebook, notes, source, options)


def read_notebook(
    notebook: dict[str, Any],
    notes: list[Note],
    source: Source,
    options: ReadOptions,
    flavor: Literal["jupyter", "pandoc"] = "jupyter",
) -> Read:
    """The document of a notebook in the shape of nbformat 4, wherever it came from; its cells are let go on the way.

    ``flavor`` is that of its Markdown, ``notes`` what was found before.
    """
    if options.preprocessors:
        from converters.readers.preprocess import preprocess

        notebook = preprocess(notebook, options.preprocessors, source.path)
    reader = _Reader(source.path, notebook, options, notes, flavor)
    provenance = notebook_provenance(reader.metadata, notebook["cells"], options.provenance, source.path)
    params = notebook_params(reader.metadata, notebook["cells"])
    blocks = with_embeds(tuple(reader.blocks(notebook["cells"])))
    own = notebook_metadata(reader.metadata, source.path, notes)
    if reader.header:  # in the document's text it is nearer to its author than the notebook's own metadata: it wins
        notes.extend(conflicts(reader.header, own, ("the header", "the notebook's metadata"), Where(source.path)))
        own = merge(reader.header, own)
    meta = merge(own, options.defaults)
    body, meta = titled(blocks, meta, source.path)
    # those that it was run with hold over what a header says of them
    meta = msgspec.structs.replace(meta, provenance=provenance, params={**meta.params, **params})
    document = Document(meta=meta, blocks=body, assets=reader.assets, where=Where(source.path))
    return Read(document, notes)


class CellsRead(NamedTuple):
    """Some cells of a notebook, and what came with them."""

    blocks: Blocks
    assets: dict[AssetKey, Asset]
    notes: list[Note]


def visibility_of(notebook: dict[str, Any], path: str) -> Metadata:
    """What a notebook says of itself, in its first cell or its metadata, as far as it tells who may read it."""
    reader = _Reader(path, notebook, ReadOptions(), [])
    for cell in notebook["cells"]:
        if reader.started or reader.header is not None:
            break
        reader.blocks([{**cell, "outputs": []}] if isinstance(cell, dict) else [])
    own = merge(reader.header or Metadata(), notebook_metadata(reader.metadata, path, []))
    return Metadata(visibility=own.visibility, allow=own.allow)


def read_cells(notebook: dict[str, Any], wanted: Container[int], path: str) -> CellsRead:
    """Some code cells of a notebook, by their numbers from 1."""
    notes: list[Note] = []
    reader = _Reader(path, notebook, ReadOptions(), notes)
    empty = {"cell_type": "raw", "source": ""}  # numbers in notes stay those of the notebook
    cells = [dict(cell) if number in wanted else empty for number, cell in enumerate(notebook["cells"], 1)]
    return CellsRead(with_embeds(tuple(reader.blocks(cells))), reader.assets, notes)


def code_cells(notebook: dict[str, Any]) -> Iterator[tuple[int, frozenset[str]]]:
    """The numbers of a notebook's code cells, with all names that each goes by: its id, its label, its tags."""
    for number, cell in enumerate(notebook["cells"], 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source")
            text = "".join(map(str, source)) if isinstance(source, list) else str(source or "")
            options = cell_options(cell, text, ReadOptions())
            yield number, frozenset({str(cell.get("id") or ""), options.label, *options.tags} - {""})


class _Reader:
    """One notebook on its way: what cells share while they are read in order."""

    def __init__(
        self,
        path: str,
        notebook: dict[str, Any],
        options: ReadOptions,
        notes: list[Note],
        flavor: Literal["jupyter", "pandoc"] = "jupyter",
    ) -> None:
        self.path = path
        self.flavor = flavor
        self.options = options
        self.notes = notes
        found = notebook.get("metadata")
        self.metadata: dict[str, Any] = found if isinstance(found, dict) else {}
        self.assets: dict[AssetKey, Asset] = {}
        self.outputs = OutputReader(self.assets, notes)
        self.outputs.keep_widgets(self.metadata)
        self.language = notebook_language(self.metadata)
        self.header: Metadata | None = None
        self.defaults = report_defaults(options.defaults.execute)
        self.started = False
        self.numbers: dict[str, int] = {}
        self.told: set[str] = set()
        self.labels = FootnoteLabels()
        self.targets = LinkTargets()
        self.cites = names_bibliography(self.metadata, options.defaults.extra)

    def blocks(self, cells: list[Any]) -> list[Block]:
        cells[:] = map(as_jupyter, cells)
        self.targets.read(cells)
        self.labels.read(cells, self.options)
        if is_for_quarto(cells):
            self.flavor = "pandoc"
        result: list[Block] = []
        for number, cell in enumerate(cells, 1):
            where = Where(self.path, number)
            if not isinstance(cell, dict):
                self.notes.append(dropped("cell.shape", "a cell that is no object was left out", where))
                continue
            cell_id = cell.get("id")
            if isinstance(cell_id, str) and cell_id:
                where = Where(self.path, number, cell_id)
            result.extend(self._cell(cell, where))
            cells[number - 1] = None  # what was read is let go: a cell's pictures stand in it as text of 4/3 their size
        return result

    def _cell(self, cell: dict[str, Any], where: Where) -> list[Block]:
        source = self._source(cell, where)
        options = cell_options(cell, source, self.options, self.defaults)
        if options.remove:
            return []
        kind = cell.get("cell_type")
        if kind == "code":
            blocks = self._code(cell, source, options, where)
        elif kind == "markdown":
            blocks = self._markdown(cell, source, where)
        elif kind == "raw":
            blocks = self._raw(cell, source, where)
        elif source.strip():
            self.notes.append(repaired("cell.kind", f"unknown kind of cell {kind!r:.60} is shown as text", where))
            blocks = [Code(source, where=where)]
        else:
            blocks = []
        if options.role and blocks:
            blocks = [Section(options.role, tuple(blocks), where=where)]
        if options.fold and blocks:
            return [Toggle((Span(options.title or "Details"),), tuple(blocks), where=where)]
        self.started = self.started or bool(blocks)
        return blocks

    def _source(self, cell: dict[str, Any], where: Where) -> str:
        source = cell.get("source")
        if isinstance(source, str):
            return source
        if isinstance(source, list):
            try:
                return "".join(source)
            except TypeError:
                return "".join(line for line in source if isinstance(line, str))
        what = "no source" if source is None else "a source that is no text"
        self.notes.append(repaired("cell.shape", f"a cell with {what} was read as empty", where))
        return ""

    def _code(self, cell: dict[str, Any], source: str, options: CellOptions, where: Where) -> list[Block]:
        blocks: list[Block] = []
        if source.strip():
            text = without_options(source.replace("\r\n", "\n").replace("\r", "\n"))
            language = cell_language(text, own_language(cell.get("metadata")) or self.language)
            blocks.append(Code(text, language, role="input", title=options.title, visibility=options.code, where=where))
        if options.outputs == "omit":
            return blocks
        outputs = [
            output
            for output in self.outputs.read(cell.get("outputs"), where, stem(options))
            if output.kind != "stream" or output.name not in options.without
        ]
        blocks.extend(with_options(outputs, options, where, self.notes))
        return blocks

    def _markdown(self, cell: dict[str, Any], source: str, where: Where) -> list[Block]:
        if not source.strip():
            return []
        if not self.started and self.header is None:
            source = self._top(source, where)
        context = MarkdownContext(
            source=self.path,
            where=where,
            flavor=self.flavor,
            attachments=self._attachments(cell, where),
            assets=self.assets,
            labels=self.labels.of(where.cell or 0),
            numbers=self.numbers,
            told=self.told,
            references=self.targets.of(where.cell or 0),
            options=self.options,
            cites=self.cites,
        )
        blocks, notes = markdown_blocks(source, context)
        self.notes.extend(notes)
        return list(blocks)

    def _raw(self, cell: dict[str, Any], source: str, where: Where) -> list[Block]:
        if not source.strip():
            return []
        metadata = cell.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        kind = str(metadata.get("format") or metadata.get("raw_mimetype") or "").lower()
        if not self.started and self.header is None and source.startswith(("---", "+++")):
            source = self._front_matter(source, where)
            if not source.strip():
                return []
        if kind == "text/markdown":
            return self._markdown(cell, source, where)
        if kind in _RAW:
            if _RAW[kind] == "latex" and is_layout(source):
                return []
            return [Raw(_RAW[kind], source, where=where)]  # type: ignore[arg-type]
        return [Code(source, where=where)]

    def _top(self, source: str, where: Where) -> str:
        """The first Markdown cell without what it says of the whole report."""
        if source.startswith(("---", "+++")):
            return self._front_matter(source, where)
        mapping = first_cell(source) if source.startswith("# ") else {}
        if not mapping:
            return source
        self._take(mapping, where)
        return source.lstrip().partition("\n")[0]

    def _take(self, mapping: Mapping[str, Any], where: Where, header: str = "") -> None:
        """Metadata of the report's own text."""
        self.header, notes = metadata_from_mapping(mapping, where)
        self.notes.extend(with_lines(notes, header))
        self.defaults |= report_defaults(self.header.execute)
        self.cites = self.cites or names_bibliography(self.header.extra)

    def _front_matter(self, source: str, where: Where) -> str:
        """The text below a YAML header, whose values become the metadata; the whole text where there is none."""
        header, rest, _ = split_header(source.replace("\r\n", "\n"))
        if not header.strip():
            return source
        mapping, notes = parse_header(header, where)
        self.notes.extend(notes)
        if not mapping:
            return source
        self._take(mapping, where, header)
        return rest

    def _attachments(self, cell: dict[str, Any], where: Where) -> dict[str, AssetKey | None] | None:
        """A cell's own pictures by name; None for one that can't be read."""
        found = cell.get("attachments")
        if not isinstance(found, dict) or not found:
            return None
        result: dict[str, AssetKey | None] = {}
        for name, bundle in found.items():
            result[name] = None
            for kind, text in bundle.items() if isinstance(bundle, dict) else ():
                data = mime.decode_base64(text) if isinstance(text, str) else None
                if not data:
                    continue
                real = mime.sniff(data) or mime.normal(kind)
                asset = mime.asset(data, real, PurePosixPath(name).stem)
                self.assets.setdefault(asset.key, asset)
                result[name] = asset.key
                if real != mime.normal(kind):
                    found_text = f"attachment {name} is {real}, not {kind:.80}"
                    self.notes.append(repaired("image.mime", found_text, where))
        return result
