"""One source rendered for one target: the only joint of reader, transforms and writer. Pure and picklable."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from bridge.audience import who_reads
from bridge.config import cache_folder, environment
from bridge.discover import Found
from bridge.hosting import public_url
from bridge.hub.reading import Told, told, uses_in
from bridge.hub.topics import Topics, tidied
from bridge.settings import Settings
from converters.errors import ConfigError, ConversionError
from converters.metadata import Metadata
from converters.model import Rendered, Where
from converters.notes import Note
from converters.options import Files, Kept, Noting, Read, ReadOptions, Renderer, Source, TransformOptions, WriteOptions

log = logging.getLogger(__name__)

Target: TypeAlias = Literal["confluence", "notion", "model"]


class RunFailed(OSError):
    """A notebook that was to be executed first, and failed; raised by the door to files when it is read."""


class RenderOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of the three steps."""

    read: ReadOptions = ReadOptions()
    transform: TransformOptions = TransformOptions()
    write: WriteOptions = WriteOptions()
    hub: bool = False
    """Tell what the hub wants to know of the document."""
    topics: Topics = Topics()


class Conversion(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one source: ``rendered``, or ``error`` in one line."""

    path: str
    rendered: Rendered | None = None
    notes: Sequence[Note] = ()
    meta: Metadata = Metadata()
    told: Told = Told()
    error: str = ""


class _Given:
    """The door to files beside a source that is in memory already: a notebook of 50 MB isn't held twice."""

    def __init__(self, source: Source, files: Files) -> None:
        self._source = source
        self._files = files

    def read(self, path: str) -> bytes:
        """Bytes of a file; the source's own where it is asked for."""
        return self._source.data if path == self._source.path else self._files.read(path)

    def exists(self, path: str) -> bool:
        """Whether ``read`` would find a file."""
        return path == self._source.path or self._files.exists(path)

    def note(self, paths: Sequence[str]) -> None:
        """See :class:`converters.options.Noting`."""
        if isinstance(self._files, Noting):
            self._files.note(paths)


def render(source: Source, options: RenderOptions, files: Files) -> Conversion:
    """A source rendered for ``options.transform.target``; a document that can't be converted is a value too.

    Raises ConfigError for what would stop each document: a preprocessor or plug-in that can't be loaded.
    """
    from converters.includes import with_includes
    from converters.readers import read
    from converters.transforms import apply
    from converters.writers import write

    path = source.path
    try:
        whole, found = with_includes(source, files, options.read.defaults, options.transform.beside)
        held = [tidied(_told(read(whole, options.read), options.read, found), options.topics)]
        uses = uses_in(held[0].document, whole) if options.hub else ()
        document = apply(held.pop(), options.transform, _Given(source, files))  # given away, so that it can be let go
        del whole
        del source  # 50 MB, maybe: where it is attached the document has it
        rendered, notes = write(document.document, options.transform.target, options.write)
    except ConfigError:
        raise  # holds for all documents alike: a plug-in or a preprocessor that isn't there
    except ConversionError as error:
        return Conversion(path=path, error=str(error))
    except RecursionError:
        return Conversion(path=path, error=f"{path}: nested too deeply to be converted")
    except Exception as bug:
        # The one broad except below the command line: a bug that one document brings to light must not stop the others.
        log.debug("%s", path, exc_info=True)
        place = f"{type(bug).__name__}: {bug}".splitlines()[0]
        return Conversion(path=path, error=f"{path}: nbwiki failed on it, a bug ({place}); please report it")
    all_notes = tuple(dict.fromkeys((*document.notes, *notes)))
    said = told(document.document, uses) if options.hub else Told()
    return Conversion(path=path, rendered=rendered, notes=all_notes, meta=rendered.meta, told=said)


def _told(found: Read, options: ReadOptions, included: Sequence[Note]) -> Read:
    """What was read, with notes on files that it takes in, on files beside it and on what they say otherwise."""
    if not (options.notes or options.beside or included):
        return found
    from converters.readers.frontmatter import conflicts

    notes = [*found.notes, *included, *options.notes]
    said: set[str] = set()
    for path, meta in options.beside:
        notes += conflicts(found.document.meta, meta, ("the document's own header", path), Where(path), said)
        said |= {name for name in meta.__struct_fields__ if getattr(meta, name) != getattr(Metadata(), name)}
    return msgspec.structs.replace(found, notes=notes)


def render_path(path: str, options: RenderOptions, files: Files) -> Conversion:
    """``render`` for a source that is read here, so that a worker process reads its own input."""
    try:
        held = [Source(path, files.read(path))]
    except RunFailed as error:
        return Conversion(path=path, error=f"{path}: {error}")
    except OSError as error:
        return Conversion(path=path, error=f"{path}: can't be read: {error.strerror or error}")
    return render(held.pop(), options, files)  # given away, so that ``render`` can let it go


def options_for(
    found: Found,
    settings: Settings,
    known: Mapping[str, str],
    write: WriteOptions,
    target: Target,
) -> RenderOptions:
    """The options under which one source is rendered for a target (``confluence``, ``notion``, ``model``)."""
    convert, interactive = settings.file.convert, settings.file.interactive
    read = ReadOptions(
        defaults=_defaults(found, settings.defaults),
        provenance=found.provenance,
        beside=found.beside.sidecars,
        notes=found.beside.notes,
        remove_cell_tags=frozenset(convert.remove_cell_tags),
        remove_input_tags=frozenset(convert.remove_input_tags),
        remove_output_tags=frozenset(convert.remove_output_tags),
        remove_cell_patterns=convert.remove_cell_patterns,
        preprocessors=convert.preprocessors,
    )
    transform = TransformOptions(
        target=target,
        code=settings.defaults.code or "fold",
        limits=settings.file.limits,
        known=known,
        beside=_visibilities(found, settings.defaults),
        repository_url=found.link_base,
        math=write.math,
        attach_source=convert.attach_source,
        embed_hosts=convert.embed_hosts,
        attach_interactive=interactive.attach,
        public_url=public_url(interactive),
        renderer=_renderer(interactive.browser) if interactive.draw else None,
        kept=_kept(convert.picture_cache, settings.path),
    )
    hub = settings.file.hub
    topics = Topics(hub.topics, hub.aliases) if hub.enabled else Topics()
    return RenderOptions(read=read, transform=transform, write=write, hub=hub.enabled, topics=topics)


def _visibilities(found: Found, configured: Metadata) -> Mapping[str, Metadata]:
    """Who may read other reports, as files beside these and the configuration say."""
    default = who_reads(configured)
    return found.others.by_default(default) if default.given else found.others


@functools.cache
def _renderer(browser: str) -> Renderer | None:
    """The browser that draws figures, looked for once."""
    from bridge.browser import find_renderer

    return find_renderer(browser)


@functools.cache
def _kept(folder: str, configuration: Path | None) -> Kept | None:
    """Where drawn equations and pictures are kept: a folder beside the configuration that names it, or the user's own."""
    if folder == "off":
        return None
    from bridge.kept import KeptFolder

    if folder:
        base = configuration.parent if configuration else Path.cwd()
        try:
            return KeptFolder(str(base / Path(folder).expanduser()))
        except RuntimeError as error:  # the home of nobody
            raise ConfigError(f"convert.picture_cache {folder!r} is no folder: {error}") from error
    return KeptFolder(str(cache_folder(environment()) / "pictures"))


def _defaults(found: Found, configured: Metadata) -> Metadata:
    """What sidecars say, then folders, then the configuration, then git of authors and dates."""
    from converters.readers.frontmatter import merge

    facts = found.facts
    configured = merge(found.beside.metadata, configured)
    return msgspec.structs.replace(
        configured,
        authors=configured.authors or facts.authors[:5],
        created=configured.created or facts.created[:10],
        updated=configured.updated or facts.updated[:10],
    )
