"""Small option values of the converters' three steps, and the one door to files beside a source."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

import msgspec

from converters.metadata import Metadata, Provenance
from converters.model import Document
from converters.notes import Note


class Source(msgspec.Struct, frozen=True):
    """A file that a person wrote, as bytes. ``path`` is relative to the source root, with ``/``."""

    path: str
    data: bytes


class Files(Protocol):
    """The door to files beside a source. Implementations keep reads inside the source root and are picklable."""

    def read(self, path: str) -> bytes:
        """Bytes of a file, by path relative to the root, normalised, no leading slash.

        Raises FileNotFoundError (``.hint`` may name a near match), PermissionError for anything outside the root
        (``..``, absolute, symlink that leaves it), and OSError otherwise.
        """

    def exists(self, path: str) -> bool:
        """Whether ``read`` would find a file."""


@runtime_checkable
class Noting(Protocol):
    """A door to files that is told what a document depends on, beside what was read for it alone."""

    def note(self, paths: Sequence[str]) -> None:
        """Files of which something is known that was read for another document; the same value each time."""


class NoFiles:
    """No files at all: each read is a miss. For documents that stand alone, and for tests."""

    def read(self, path: str) -> bytes:
        """Always FileNotFoundError."""
        raise FileNotFoundError(path)

    def exists(self, path: str) -> bool:  # noqa: ARG002
        """Always false."""
        return False


class Renderer(Protocol):
    """Draws pages, for pictures of interactive figures. Implementations are picklable, never use the network, and return
    within a stated time.
    """

    def picture(self, page: str, width: int, height: int) -> bytes | None:
        """A PNG of a whole HTML page in a window of this size in CSS pixels, at 2 pixels to each; None where it can't be.

        Where the page has an element ``nbwiki-figure``, the picture is of that, drawn when the promise
        ``window.nbwikiDrawn`` holds; else it is of the page in full height.
        """


class Kept(Hashable, Protocol):
    """Keeps what is costly to draw from one run to the next, as bytes by key (64 hex digits).

    Implementations are hashable and picklable, safe with several processes at once, and never raise.
    """

    def get(self, key: str) -> bytes | None:
        """What was put there, whole; else None."""

    def put(self, key: str, data: bytes) -> None:
        """Keeps ``data``, if it can."""


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader is told. ``preprocessors`` are nbconvert preprocessor class names with their traits."""

    defaults: Metadata = Metadata()
    """Metadata that hold where the document says nothing (the configuration's ``[defaults]``)."""
    provenance: Provenance = Provenance()
    beside: tuple[tuple[str, Metadata], ...] = ()
    """Sidecars by path, whose values are among ``defaults``: a note tells where the document says otherwise."""
    notes: tuple[Note, ...] = ()
    """What was found wrong with files beside the source."""
    remove_cell_tags: frozenset[str] = frozenset()
    remove_input_tags: frozenset[str] = frozenset()
    remove_output_tags: frozenset[str] = frozenset()
    remove_cell_patterns: tuple[str, ...] = ()
    """Regular expressions: a cell whose source matches one is left out (nbconvert's RegexRemovePreprocessor)."""
    preprocessors: Mapping[str, Mapping[str, object]] = {}


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The configuration's ``[limits]``. Defaults are ours, chosen for a page that people read to its end."""

    max_rows: int = 200
    max_stream_lines: int = 40
    """Longer streams fold; nothing is cut by this."""
    max_image_px: int = 2000
    max_asset_bytes: int = 25_000_000


EMBED_HOSTS = ("youtube.com", "youtube-nocookie.com", "vimeo.com", "loom.com", "observablehq.com", "figma.com")
"""Hosts (with their subdomains) whose pages are made to be framed and show nothing but what was asked for."""


class TransformOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the transforms are told besides the document. ``known`` maps source paths to report keys, for links."""

    target: Literal["confluence", "notion", "model"] = "model"
    code: Literal["fold", "show", "omit"] = "fold"
    limits: Limits = Limits()
    known: Mapping[str, str] = {}
    beside: Mapping[str, Metadata] = {}
    """Visibility and readers that files beside other reports give these, by their paths; by an empty path, what holds where
    nobody says anything."""
    repository_url: str = ""
    """Base for links to files that are no reports, such as ``https://github.com/acme/reports/blob/<commit>``."""
    math: str = "image"
    """Confluence equations: ``image``, or ``macro:<name>``, ``macro:<inline>/<block>`` of an add-on; ``name[parameter]``
    says which parameter takes the LaTeX, ``name[]`` that its plain text body does."""
    anatomy: bool = True
    """Add summary panel, byline, contents and "About this report" (design section 6)."""
    attach_source: bool = True
    embed_hosts: tuple[str, ...] = EMBED_HOSTS
    """Hosts whose pages may be shown in place; others are linked."""
    attach_interactive: bool = True
    """Attach the standalone HTML of interactive figures."""
    public_url: str = ""
    """Where the standalone HTML is hosted too, by its file's name; then pages show it live."""
    renderer: Renderer | None = None
    """What draws interactive figures that carry no picture; None where there is nothing that can."""
    kept: Kept | None = None
    """Where drawn pictures are from run to run; None where each run draws its own."""


class WriteOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a writer is told."""

    flavor: Literal["cloud", "datacenter", "notion"] = "cloud"
    math: str = "image"
    space: str = ""
    people: bool = False
    """Whether names of authors become links to pages about them, where there are such (:mod:`converters.links`)."""


class Read(msgspec.Struct, frozen=True):
    """A document and the notes made on the way to it."""

    document: Document
    notes: Sequence[Note] = ()
