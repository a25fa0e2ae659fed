"""Notebooks → bodies, warm, one core, beside nbconvert's exporters; 50 notebooks as a whole process; and nbconflux.

Ours is reading, transforms and writing from bytes to a body; nbconvert's is its exporter on a notebook already read.
"""

from __future__ import annotations

import gc
import logging
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from big import notebook
from measuring import NBWIKI, Row, Settings, interleaved, ratios, reason, seconds, spread
from peers import python_peer

from converters.errors import ConversionError
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read
from converters.transforms import apply
from converters.writers import Target, write

WHOLE = 50
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


def sample(folder: Path, count: int) -> list[Path]:
    """Valid notebooks of version 4, evenly spread over those below ``folder``."""
    import nbformat

    every = [
        path
        for path in sorted(folder.rglob("*.ipynb"))
        if 0 < path.stat().st_size <= MAX_BYTES and not _MADE & {*path.relative_to(folder).parts}
    ]
    found = []
    for path in every:
        try:
            node = nbformat.reads(path.read_text("utf-8"), as_version=nbformat.NO_CONVERT)
            nbformat.validate(node)
            convert(Source(path.name, path.read_bytes()), "model")
        except (KeyError, AttributeError, ValueError, nbformat.ValidationError, ConversionError):
            continue
        found.append(path)
    return [found[i * len(found) // count] for i in range(count)] if len(found) > count else found


def documents(settings: Settings) -> list[Path]:
    """Notebooks of the corpus that nbconvert's exporters take, too, or made ones where there is no corpus."""
    if settings.corpus is not None:
        return [path for path in sample(settings.corpus, WHOLE) if _exported(path)]
    folder = settings.work / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number in range(WHOLE):
        path = folder / f"made_{number:02d}.ipynb"
        if not path.exists():
            path.write_bytes(notebook("mixed", 0.1 + number / 100))
        found.append(path)
    return found


def _exported(path: Path) -> bool:
    """Whether nbconvert can export the notebook."""
    import nbformat
    from nbconvert import MarkdownExporter
    from nbconvert.filters.markdown_mistune import InvalidNotebook

    try:
        MarkdownExporter().from_notebook_node(nbformat.reads(path.read_text("utf-8"), as_version=4))
    except (KeyError, AttributeError, ValueError, InvalidNotebook):
        return False
    return True


def rows(settings: Settings) -> list[Row]:
    """Rows for each target beside each exporter, warm and as whole processes."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    paths = documents(settings)
    return [*_warm(settings, paths), *_whole(settings, paths), _nbconflux(settings)]


def _warm(settings: Settings, paths: list[Path]) -> list[Row]:
    import nbformat
    from nbconvert import HTMLExporter, MarkdownExporter

    sources = [Source(path.name, path.read_bytes()) for path in paths]
    nodes = [nbformat.reads(source.data.decode(), as_version=4) for source in sources]
    works: dict[str, tuple[Callable[[Any], object], list[Any]]] = {
        "Confluence": (lambda source: convert(source, "confluence"), sources),
        "Notion": (lambda source: convert(source, "notion"), sources),
        "HTML": (HTMLExporter().from_notebook_node, nodes),
        "Markdown": (MarkdownExporter().from_notebook_node, nodes),
    }
    for work, items in works.values():
        _time(work, items)
    times = interleaved(settings.rounds, {name: lambda w=work: _time(*w) for name, work in works.items()})
    size = sum(len(source.data) for source in sources) / 1e6
    found = []
    for ours in ("Confluence", "Notion"):
        for theirs, budget in (("HTML", 30.0), ("Markdown", 2.5)):
            each = [1000 * min(times[name]) / len(sources) for name in (ours, theirs)]
            said = f"{len(sources)} notebooks, {size:.0f} MB; {each[0]:.1f} ms, {each[1]:.1f} ms each"
            what = f"notebooks → {ours}, warm, faster than nbconvert's {theirs}"
            found.append(spread(what, ratios(times[theirs], times[ours]), unit="×", budget=budget, said=said))
    return found


def _whole(settings: Settings, paths: list[Path]) -> list[Row]:
    folder = settings.work / "fifty"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copies = [shutil.copy(path, folder / f"{number:02d}.ipynb") for number, path in enumerate(paths)]
    out = settings.work / "out_fifty"
    theirs = [sys.executable, "-m", "nbconvert", "--log-level", "ERROR", "--output-dir", out]
    works = {
        "ours": lambda: seconds([*NBWIKI, "convert", *copies, "--to", "confluence", "-o", out], folder),
        "HTML": lambda: seconds([*theirs, "--to", "html", *copies]),
        "Markdown": lambda: seconds([*theirs, "--to", "markdown", *copies]),
    }
    try:
        times = interleaved(settings.rounds, works)
    except subprocess.CalledProcessError as error:
        return [Row(f"{WHOLE} notebooks, whole process, beside nbconvert", said=reason(error))]
    found = []
    for name, budget in (("HTML", 10.0), ("Markdown", 2.0)):
        said = f"{min(times['ours']):.2f} s, {min(times[name]):.2f} s of processor time"
        what = f"{len(copies)} notebooks → Confluence, whole process, faster than nbconvert's {name}"
        found.append(spread(what, ratios(times[name], times["ours"]), unit="×", budget=budget, said=said))
    return found


def _nbconflux(settings: Settings) -> Row:
    peer = python_peer("nbconflux", settings.work)
    said = peer if isinstance(peer, str) else "installs, but converts only while it publishes; not measured"
    return Row("notebooks → Confluence, beside nbconflux", said=said)
