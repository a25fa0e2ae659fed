"""Notebooks → bodies, warm, one core, beside nbconvert's exporters; 50 notebooks as a whole process; and nbconflux.

Ours is reading, transforms and writing from bytes to a body; nbconvert's is its exporter on a notebook already read.
Extras are hidden, and there is no renderer (:mod:`core`).
"""

from __future__ import annotations

import functools
import gc
import logging
import shutil
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from big import notebook
from core import SETTINGS, hide_extras
from measuring import CORE, Row, Settings, guarded, interleaved, ratios, seconds, spread
from peers import python_peer

from converters.errors import ConversionError
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read
from converters.transforms import apply
from converters.writers import Target, write

WHOLE = 50
PER_FOLDER = 12
"""Notebooks of one repository at most: no repository outweighs the others."""
MAX_BYTES = 5_000_000
_MADE = frozenset({"made", "broken"})
"""Folders of notebooks that nobody wrote for readers."""


def convert(source: Source, target: Target) -> None:
    """One notebook as a body for ``target``."""
    options = TransformOptions(target=target)
    document = apply(read(source, ReadOptions()), options, NoFiles()).document
    write(document, target, WriteOptions(flavor="notion" if target == "notion" else "cloud"))


def _time(work: Callable[[Any], object], items: list[Any]) -> float:
    gc.collect()
    start = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - start


def sample(folder: Path) -> list[Path]:
    """Of each folder below ``folder`` at most ``PER_FOLDER`` notebooks that all converters take, evenly spread."""
    by_folder: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*.ipynb")):
        parts = path.relative_to(folder).parts
        if 0 < path.stat().st_size <= MAX_BYTES and not _MADE & {*parts} and _taken(path):
            by_folder[parts[0]].append(path)
    return [path for _, found in sorted(by_folder.items()) for path in evenly(found, PER_FOLDER)]


def evenly(paths: list[Path], count: int) -> list[Path]:
    """At most ``count`` of them, evenly spread."""
    return [paths[i * len(paths) // count] for i in range(count)] if len(paths) > count else paths


@functools.cache
def _exporters() -> tuple[Any, Any]:
    """Nbconvert's exporters to HTML and Markdown; making one takes as long as exporting a notebook."""
    from nbconvert import HTMLExporter, MarkdownExporter

    return HTMLExporter(), MarkdownExporter()


def _taken(path: Path) -> bool:
    """Whether a notebook is a valid one of version 4 that nbconvert's exporters and nbwiki can convert."""
    import nbformat
    from nbconvert.filters.markdown_mistune import InvalidNotebook

    refusals = (KeyError, AttributeError, ValueError, TypeError, nbformat.ValidationError, ConversionError)
    try:
        node = nbformat.reads(path.read_text("utf-8"), as_version=nbformat.NO_CONVERT)
        nbformat.validate(node)
        if node.nbformat != 4:
            return False
        for exporter in _exporters():
            exporter.from_notebook_node(node)
        convert(Source(path.name, path.read_bytes()), "model")
    except (*refusals, InvalidNotebook):
        return False
    return True


def documents(settings: Settings) -> list[Path]:
    """Notebooks of the corpus, or made ones where there is no corpus."""
    if settings.corpus is not None:
        return sample(settings.corpus)
    folder = settings.work / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number in range(WHOLE):
        path = folder / f"made_{number:02d}.ipynb"
        if not path.exists():
            path.write_bytes(notebook("mixed", 0.1 + number / 100))
        found.append(path)
    return found


def rows(settings: Settings) -> Iterator[Row]:
    """Rows for each target beside each exporter, warm and as whole processes."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    hide_extras()
    paths = documents(settings)
    print(f"         {len(paths)} notebooks", file=sys.stderr, flush=True)
    yield from guarded("notebooks → bodies, warm, beside nbconvert's exporters", lambda: _warm(settings, paths))
    few = evenly(paths, WHOLE)
    yield from guarded(f"{len(few)} notebooks, whole process, beside nbconvert", lambda: _whole(settings, few))
    yield from guarded("notebooks → Confluence, beside nbconflux", lambda: [_nbconflux(settings)])


def _warm(settings: Settings, paths: list[Path]) -> list[Row]:
    import nbformat

    sources = [Source(path.name, path.read_bytes()) for path in paths]
    html, markdown = _exporters()
    sizes = sorted(len(source.data) for source in sources)
    nodes = [nbformat.reads(source.data.decode(), as_version=4) for source in sources]
    works: dict[str, tuple[Callable[[Any], object], list[Any]]] = {
        "Confluence": (lambda source: convert(source, "confluence"), sources),
        "Notion": (lambda source: convert(source, "notion"), sources),
        "HTML": (html.from_notebook_node, nodes),
        "Markdown": (markdown.from_notebook_node, nodes),
    }
    for work, items in works.values():
        _time(work, items)
    times = interleaved(settings.rounds, {name: lambda w=work: _time(*w) for name, work in works.items()})
    size = f"{sum(sizes) / 1e6:.0f} MB (half of them over {sizes[len(sizes) // 2] / 1e3:.0f} kB)"
    found = []
    for ours in ("Confluence", "Notion"):
        for theirs, budget in (("HTML", 30.0), ("Markdown", 2.5)):
            each = [1000 * min(times[name]) / len(sources) for name in (ours, theirs)]
            said = f"{len(sources)} notebooks, {size}; {each[0]:.1f} ms, {each[1]:.1f} ms each"
            what = f"notebooks → {ours}, warm, faster than nbconvert's {theirs}"
            found.append(spread(what, ratios(times[theirs], times[ours]), unit="×", budget=budget, said=said))
    return found


def _whole(settings: Settings, paths: list[Path]) -> list[Row]:
    folder = settings.work / "fifty"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "nbwiki.toml").write_text(SETTINGS)
    copies = [shutil.copy(path, folder / f"{number:02d}.ipynb") for number, path in enumerate(paths)]
    out = settings.work / "out_fifty"
    theirs = [sys.executable, "-m", "nbconvert", "--log-level", "ERROR", "--output-dir", out]
    kept = settings.work / "kept"

    def ours(target: str, *, first: bool = False) -> float:
        if first:
            shutil.rmtree(kept, ignore_errors=True)
        return seconds([*CORE, "convert", *copies, "--to", target, "-o", out], folder, keep=kept)

    works = {
        "Confluence, for the first time": lambda: ours("confluence", first=True),
        "Confluence": lambda: ours("confluence"),
        "Notion": lambda: ours("notion"),
        "HTML": lambda: seconds([*theirs, "--to", "html", *copies]),
        "Markdown": lambda: seconds([*theirs, "--to", "markdown", *copies]),
    }
    times = interleaved(settings.rounds, works)
    told = {
        "Confluence, for the first time": "; draws each equation",
        "Confluence": "; equations kept from an earlier run",
        "Notion": "",
    }
    found = []
    for target, more in told.items():
        for name, budget in (("HTML", 10.0), ("Markdown", 2.0)):
            said = f"{min(times[target]):.2f} s, {min(times[name]):.2f} s of processor time{more}"
            what = f"{len(copies)} notebooks → {target}, whole process, faster than nbconvert's {name}"
            found.append(spread(what, ratios(times[name], times[target]), unit="×", budget=budget, said=said))
    return found


def _nbconflux(settings: Settings) -> Row:
    peer = python_peer("nbconflux", settings.work)
    said = peer if isinstance(peer, str) else "installs, but converts only while it publishes; not measured"
    return Row("notebooks → Confluence, beside nbconflux", said=said)
