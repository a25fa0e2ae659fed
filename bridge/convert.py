"""``convert``: documents into folders, offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import msgspec

from bridge.discover import Discovery, UsageError, discover
from bridge.pipeline import Conversion, Target, options_for, render_path
from bridge.report import note_json
from bridge.settings import Settings
from bridge.source_tree import SourceTree
from converters.model import Rendered
from converters.options import WriteOptions

NAMES = {"confluence": "page.xhtml", "notion": "blocks.json", "model": "model.json"}
"""Files by target; a plug-in's writer names its own (its attribute ``filename``)."""


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """How one source ended: the folder that was written, or the error."""

    path: str
    folder: Path
    error: str = ""
    notes: int = 0


def root_for(paths: Sequence[Path], settings: Settings) -> Settings:
    """Settings whose root holds all paths: the configured one, else (without a file) the folder that they share."""
    full = [path.resolve() for path in paths]
    if settings.path is not None or all(path.is_relative_to(settings.root) for path in full):
        return settings
    root = full[0] if full[0].is_dir() else full[0].parent
    while not all(path.is_relative_to(root) for path in full):
        root = root.parent
    return msgspec.structs.replace(settings, root=root)


def _known(to: str) -> None:
    """Raises UsageError for a target that nobody writes for, ConfigError where a plug-in that does is broken."""
    from converters.plugins import targets, writer_for

    if writer_for(to) is None:
        raise UsageError(f"nothing writes for {to!r}", hint=f"known: {', '.join((*NAMES, *targets()))}")


def convert(settings: Settings, paths: Sequence[Path], to: str, output: Path, flavor: str) -> list[Converted]:
    """Write ``output/<path without suffix>/`` for each source. Raises UsageError where there are none."""
    if to not in NAMES:
        _known(to)
    settings = root_for(paths, settings)
    found = discover(settings, paths, as_named=True)
    files = SourceTree(settings.root)
    write = WriteOptions(flavor="notion" if to == "notion" else flavor)  # type: ignore[arg-type]  # click checked it
    results = []
    folders = _folders(found)
    for one in found.found:
        options = options_for(one, settings, found.known(), write, cast("Target", to))
        done = render_path(one.path, options, files)
        folder = output / folders[one.path]
        if done.rendered is not None:
            _write(folder, to, done, done.rendered)
        results.append(Converted(path=one.path, folder=folder, error=done.error, notes=len(done.notes)))
    return results


def _folders(found: Discovery) -> dict[str, str]:
    """A folder a source: its path without suffix; with it where two would meet."""
    stems: dict[str, list[str]] = {}
    for one in found.found:
        stem = one.path.rpartition(".")[0] or one.path
        stems.setdefault(stem.casefold(), []).append(one.path)
    return {
        path: (path.rpartition(".")[0] or path) if len(paths) == 1 else path
        for paths in stems.values()
        for path in paths
    }


def _name(to: str, rendered: Rendered) -> str:
    if to in NAMES:
        return NAMES[to]
    from converters.plugins import writer_for

    # only its last part: a plug-in may name a file, not a place
    return Path(getattr(writer_for(to), "filename", "")).name or ("page.txt" if rendered.body else "blocks.json")


def _write(folder: Path, to: str, done: Conversion, rendered: Rendered) -> None:
    assets = folder / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    body = rendered.body.encode() or msgspec.json.format(msgspec.json.encode(rendered.blocks), indent=2)
    (folder / _name(to, rendered)).write_bytes(body)
    for asset in rendered.assets:
        (assets / asset.filename).write_bytes(asset.data)
    report = {
        "schema": 1,
        "source": done.path,
        "title": rendered.title,
        "digest": rendered.digest,
        "metadata": done.meta,
        "assets": [asset.filename for asset in rendered.assets],
        "links": rendered.links,
        "notes": [note_json(note) for note in done.notes],
    }
    text = msgspec.json.format(msgspec.json.encode(report), indent=2)
    (folder / "report.json").write_bytes(text + b"\n")
