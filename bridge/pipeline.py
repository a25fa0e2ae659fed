"""One source rendered for one target: the only joint of reader, transforms and writer. Pure and picklable."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from bridge.discover import Found
from bridge.settings import Settings
from converters.errors import ConversionError
from converters.metadata import Metadata
from converters.model import Rendered
from converters.notes import Note
from converters.options import Files, ReadOptions, Renderer, Source, TransformOptions, WriteOptions

log = logging.getLogger(__name__)

Target: TypeAlias = Literal["confluence", "notion", "model"]


class RunFailed(OSError):
    """A notebook that was to be executed first, and failed; raised by the door to files when it is read."""


class RenderOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of the three steps."""

    read: ReadOptions = ReadOptions()
    transform: TransformOptions = TransformOptions()
    write: WriteOptions = WriteOptions()


class Conversion(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one source: ``rendered``, or ``error`` in one line."""

    path: str
    rendered: Rendered | None = None
    notes: Sequence[Note] = ()
    meta: Metadata = Metadata()
    error: str = ""


def render(source: Source, options: RenderOptions, files: Files) -> Conversion:
    """A source rendered for ``options.transform.target``; a document that can't be converted is a value too."""
    from converters.readers import read
    from converters.transforms import apply
    from converters.writers import write

    try:
        document = apply(read(source, options.read), options.transform, files)
        rendered, notes = write(document.document, options.transform.target, options.write)
    except ConversionError as error:
        return Conversion(path=source.path, error=str(error))
    except RecursionError:
        return Conversion(path=source.path, error=f"{source.path}: nested too deeply to be converted")
    except Exception as bug:
        # The one broad except below the command line: a bug that one document brings to light must not stop the others.
        log.debug("%s", source.path, exc_info=True)
        place = f"{type(bug).__name__}: {bug}".splitlines()[0]
        return Conversion(
            path=source.path, error=f"{source.path}: nbwiki failed on it, a bug ({place}); please report it"
        )
    all_notes = tuple(dict.fromkeys((*document.notes, *notes)))
    return Conversion(path=source.path, rendered=rendered, notes=all_notes, meta=rendered.meta)


def render_path(path: str, options: RenderOptions, files: Files) -> Conversion:
    """``render`` for a source that is read here, so that a worker process reads its own input."""
    try:
        data = files.read(path)
    except RunFailed as error:
        return Conversion(path=path, error=f"{path}: {error}")
    except OSError as error:
        return Conversion(path=path, error=f"{path}: can't be read: {error.strerror or error}")
    return render(Source(path, data), options, files)


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
        repository_url=found.link_base,
        math=write.math,
        attach_source=convert.attach_source,
        embed_hosts=convert.embed_hosts,
        attach_interactive=interactive.attach,
        renderer=_renderer(interactive.browser) if interactive.draw else None,
    )
    return RenderOptions(read=read, transform=transform, write=write)


@functools.cache
def _renderer(browser: str) -> Renderer | None:
    """The browser that draws figures, looked for once."""
    from bridge.browser import find_renderer

    return find_renderer(browser)


def _defaults(found: Found, configured: Metadata) -> Metadata:
    """Configured defaults, and git's word on authors and dates where the configuration says nothing."""
    facts = found.facts
    return msgspec.structs.replace(
        configured,
        authors=configured.authors or facts.authors[:5],
        created=configured.created or facts.created[:10],
        updated=configured.updated or facts.updated[:10],
    )
