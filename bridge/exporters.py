"""nbconvert's exporters: ``jupyter nbconvert --to nbwiki-confluence report.ipynb`` and ``--to nbwiki-notion``.

They take part in all that nbconvert can be told: its preprocessors run first, its writers write the page
(``report.xhtml`` or ``report.json``) and what it needs (``report_files/``). Notes go to nbconvert's log.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import msgspec
import nbformat
from nbconvert.exporters.base import Exporter
from nbconvert.utils.exceptions import ConversionException
from traitlets import Bool, Enum, Unicode

from bridge.pipeline import Conversion, RenderOptions, Target, render
from bridge.source_tree import SourceTree
from converters.options import Files, Source, TransformOptions, WriteOptions


class _Door:
    """Files beside the notebook; the notebook itself is what nbconvert's preprocessors left of it.

    A cell that they removed must not come back in the attached notebook.
    """

    def __init__(self, path: str, data: bytes, beside: SourceTree) -> None:
        self.path = path
        self.data = data
        self.beside = beside

    def read(self, path: str) -> bytes:
        return self.data if path == self.path else self.beside.read(path)

    def exists(self, path: str) -> bool:
        return path == self.path or self.beside.exists(path)


class WikiExporter(Exporter):
    """A notebook as a wiki's page. Subclasses say which wiki's."""

    target: ClassVar[Target]

    code = Enum(["fold", "show", "omit"], "fold", help="how code is shown where the notebook says nothing").tag(
        config=True
    )
    anatomy = Bool(True, help='add summary, byline, contents and "About this report"').tag(config=True)
    attach_source = Bool(True, help="attach the notebook, as the preprocessors left it").tag(config=True)

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """The page's text; its files are added to ``resources["outputs"]``.

        Raises:
            ConversionException: nbconvert's own, in one line: this notebook can't be converted.
        """
        processed, resources = super().from_notebook_node(nb, resources, **kw)
        folder = Path(resources["metadata"].get("path") or ".")
        name = f"{resources['metadata'].get('name') or 'notebook'}.ipynb"
        data = _bytes_of(processed, folder / name)
        options = RenderOptions(
            transform=TransformOptions(
                target=self.target,
                code=self.code,  # type: ignore[arg-type]  # the trait checked it
                anatomy=self.anatomy,
                attach_source=self.attach_source,
                math=self.write_options.math,
            ),
            write=self.write_options,
        )
        files: Files = _Door(name, data, SourceTree(folder))
        done = render(Source(name, data), options, files)
        for note in done.notes:
            self.log.warning("%s", note)
        return self._page(done, resources), resources

    @property
    def write_options(self) -> WriteOptions:
        """What the writer is told."""
        raise NotImplementedError

    def _page(self, done: Conversion, resources: Any) -> str:
        rendered = done.rendered
        if rendered is None:
            raise ConversionException(done.error)
        unique = resources.get("unique_key") or resources["metadata"].get("name") or "notebook"
        folder = resources.get("output_files_dir") or f"{unique}_files"
        outputs = resources["outputs"] if isinstance(resources.get("outputs"), dict) else {}
        resources["outputs"] = outputs | {f"{folder}/{asset.filename}": asset.data for asset in rendered.assets}
        return rendered.body or msgspec.json.format(msgspec.json.encode(rendered.blocks), indent=2).decode()


def _bytes_of(notebook: Any, original: Path) -> bytes:
    """The notebook as a file. Ids that nbformat made up on reading are left out: they differ from run to run."""
    try:
        had_ids = b'"id"' in original.read_bytes()
    except OSError:
        had_ids = True
    if not had_ids:
        for cell in notebook.get("cells", ()):
            cell.pop("id", None)
        notebook["nbformat_minor"] = min(4, notebook.get("nbformat_minor", 4))
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    return text.encode("utf-8", "replace")


class ConfluenceExporter(WikiExporter):
    """Confluence storage format."""

    target = "confluence"
    output_mimetype = "application/xhtml+xml"
    export_from_notebook = "Confluence page (nbwiki)"

    flavor = Enum(["cloud", "datacenter"], "cloud", help="which Confluence the page is for").tag(config=True)
    math = Unicode("image", help="equations: image, or macro:<name> of an add-on").tag(config=True)

    def _file_extension_default(self) -> str:
        return ".xhtml"

    @property
    def write_options(self) -> WriteOptions:
        """What the writer is told."""
        return WriteOptions(flavor=self.flavor, math=self.math)  # type: ignore[arg-type]  # the trait checked it


class NotionExporter(WikiExporter):
    """Notion blocks, as JSON."""

    target = "notion"
    output_mimetype = "application/json"
    export_from_notebook = "Notion blocks (nbwiki)"

    def _file_extension_default(self) -> str:
        return ".json"

    @property
    def write_options(self) -> WriteOptions:
        """What the writer is told."""
        return WriteOptions(flavor="notion")
