"""Readers, transforms and writers of other packages, by entry points (``docs/plugins.md`` has the recipe).

============================  =============================  ====================================================
group                         name                           object
============================  =============================  ====================================================
``nbwiki.readers``            a suffix, such as ``.wikitext``  ``(Source, ReadOptions) -> Read``
``nbwiki.transforms``         any                            ``(Document, Context) -> Document``, see `transform`
``nbwiki.writers``            the target's name              ``(Document, WriteOptions) -> (Rendered, notes)``
============================  =============================  ====================================================

Installed packages are looked through once a process, and only what is needed is imported. What nbwiki reads and writes
itself stays as it is: a plug-in for ``.md`` or ``notion`` is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from converters.errors import BridgeError, ConfigError, ConversionError
from converters.installed import Installed, installed
from converters.notes import one_line

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from converters.model import Document, Rendered
    from converters.notes import Note
    from converters.options import Read, ReadOptions, Source, WriteOptions
    from converters.transforms.context import Context

READERS = "nbwiki.readers"
TRANSFORMS = "nbwiki.transforms"
WRITERS = "nbwiki.writers"

DEFAULT_PLACE = ("before", "anatomy")
"""Where a transform stands that names no place: all content is final, summary and contents are still to come."""

F = TypeVar("F", bound=Callable[..., Any])


class Plugin(NamedTuple):
    """An entry point and who provides it."""

    group: str
    name: str
    distribution: str
    entry: EntryPoint

    def load(self) -> Any:
        """The object. Raises ConfigError, in one line that names the distribution."""
        try:
            return self.entry.load()
        except Exception as error:  # whatever a stranger's module raises when it is imported
            text = one_line(str(error))
            raise ConfigError(
                f"plug-in {self.name} ({self.group}) of {self.distribution} can't be loaded: {type(error).__name__}: {text}",
                hint=f"repair it, or uninstall {self.distribution.partition(' ')[0]}",
            ) from error


@cache
def plugins() -> Mapping[str, tuple[Plugin, ...]]:
    """All plug-ins by group, sorted by name; of two with one name the first by distribution stands.

    Reads ``entry_points.txt`` of each installed distribution and parses only those that name one of our groups.
    """
    if not _may_be_there():
        return {}
    from importlib.metadata import distributions

    found: dict[tuple[str, str], Plugin] = {}
    for distribution in distributions():
        text = distribution.read_text("entry_points.txt")
        if not text or "[nbwiki." not in text:
            continue
        called = f"{distribution.metadata['Name']} {distribution.version}"
        for entry in distribution.entry_points:
            if entry.group not in (READERS, TRANSFORMS, WRITERS):
                continue
            plugin = Plugin(entry.group, entry.name, called, entry)
            known = found.get((entry.group, entry.name))
            if known is None or called < known.distribution:
                found[entry.group, entry.name] = plugin
    groups: dict[str, list[Plugin]] = {}
    for key in sorted(found):
        groups.setdefault(key[0], []).append(found[key])
    return {group: tuple(entries) for group, entries in groups.items()}


def _may_be_there() -> bool:
    """Whether an installed distribution may name one of our groups, without taking all of them apart."""
    there = installed()
    return there is None or any(map(_names_ours, there.values()))


def _names_ours(one: Installed) -> bool:
    try:
        return b"[nbwiki." in Path(one.folder, "entry_points.txt").read_bytes()
    except OSError:
        return False


def reader_for(path: str) -> Callable[[Source, ReadOptions], Read] | None:
    """The plug-in that reads files of this name, by the longest suffix; None where there is none."""
    name = path.rpartition("/")[2].lower()
    fitting = [one for one in plugins().get(READERS, ()) if name.endswith("." + one.name.lower().lstrip("."))]
    if not fitting:
        return None
    plugin = max(fitting, key=lambda one: len(one.name))
    return cast("Callable[[Source, ReadOptions], Read]", _guarded(plugin, plugin.load()))


def writer_for(target: str) -> Callable[[Document, WriteOptions], tuple[Rendered, list[Note]]] | None:
    """The plug-in that writes for this target; None where there is none."""
    plugin = next((one for one in plugins().get(WRITERS, ()) if one.name == target), None)
    return None if plugin is None else _guarded(plugin, plugin.load())


def targets() -> tuple[str, ...]:
    """Names of the targets that plug-ins write for."""
    return tuple(one.name for one in plugins().get(WRITERS, ()))


def transform(*, before: str = "", after: str = "") -> Callable[[F], F]:
    """A decorator that gives a transform its place: before or after one of ours, by name (``images``, ``tables`` …)."""
    if bool(before) == bool(after):
        raise ValueError("give before or after")

    def decorate(function: F) -> F:
        function.nbwiki_place = ("before", before) if before else ("after", after)  # type: ignore[attr-defined]
        return function

    return decorate


def with_plugins(
    ours: Sequence[Callable[[Document, Context], Document]],
) -> Sequence[Callable[[Document, Context], Document]]:
    """Our transforms with those of plug-ins at their places; ``ours`` itself where there are none.

    Several at one place stand in the order of their names. Raises ConfigError for one that can't be loaded, and for a
    place that there isn't.
    """
    extra = plugins().get(TRANSFORMS, ())
    if not extra:
        return ours
    names = [one.__name__ for one in ours]
    before: dict[str, list[Callable[[Document, Context], Document]]] = {}
    after: dict[str, list[Callable[[Document, Context], Document]]] = {}
    for plugin in extra:
        function = plugin.load()
        side, name = getattr(function, "nbwiki_place", DEFAULT_PLACE)
        if name not in names:
            message = f"plug-in {plugin.name} ({TRANSFORMS}) of {plugin.distribution} wants to stand {side} {name!r}"
            raise ConfigError(message, hint=f"there are: {', '.join(names)}")
        (before if side == "before" else after).setdefault(name, []).append(_guarded(plugin, function))
    return [one for own in ours for one in (*before.get(own.__name__, ()), own, *after.get(own.__name__, ()))]


def _guarded(plugin: Plugin, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function; what it raises is this document's error, and names the plug-in."""

    def guarded(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except BridgeError:
            raise
        except Exception as error:  # one broken plug-in must not pass for a bug of ours
            text = one_line(str(error))
            message = f"plug-in {plugin.name} of {plugin.distribution} failed on it: {type(error).__name__}: {text}"
            raise ConversionError(message) from error

    guarded.filename = getattr(function, "filename", "")  # type: ignore[attr-defined]
    return guarded
