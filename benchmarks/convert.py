"""Speed of conversion beside nbconvert's, on the same notebooks, in one process on one core, everything warm.

    python benchmarks/convert.py FOLDER [--count 40] [--max-bytes 5000000] [--rounds 3]

Ours is reading, transforms and writing from bytes to a body; nbconvert's is its exporter on a notebook already read.
Prints seconds a notebook and ratios, with the spread over the rounds. Budgets: 30 times its HTML exporter, 2.5 times
its Markdown exporter.
"""

from __future__ import annotations

import argparse
import gc
import logging
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from converters.errors import ConversionError
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read
from converters.transforms import apply
from converters.writers import Target, write

_MADE = frozenset({"made", "broken"})
"""Folders of notebooks that nobody wrote for readers."""


def convert(source: Source, target: Target) -> None:
    """One notebook as a body for ``target``."""
    options = TransformOptions(target=target)
    document = apply(read(source, ReadOptions()), options, NoFiles()).document
    write(document, target, WriteOptions(flavor="notion" if target == "notion" else "cloud"))


def seconds(work: Callable[[Any], object], items: list[Any]) -> float:
    """Time on the processor that ``work`` takes over all items: what else the machine does hardly counts."""
    gc.collect()
    start = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - start


def sample(folder: Path, count: int, max_bytes: int) -> list[Path]:
    """Valid notebooks of version 4 that nbconvert converts, evenly spread over those below ``folder``."""
    import nbformat
    from nbconvert import HTMLExporter
    from nbconvert.filters.markdown_mistune import InvalidNotebook

    every = [
        path
        for path in sorted(folder.rglob("*.ipynb"))
        if 0 < path.stat().st_size <= max_bytes and not _MADE & {*path.relative_to(folder).parts}
    ]
    found = []
    for path in every[:: max(1, len(every) // (count * 2))]:
        try:
            node = nbformat.reads(path.read_text("utf-8"), as_version=nbformat.NO_CONVERT)
            nbformat.validate(node)
            convert(Source(path.name, path.read_bytes()), "model")
            HTMLExporter().from_notebook_node(node)
        except (KeyError, AttributeError, ValueError, nbformat.ValidationError, InvalidNotebook, ConversionError):
            continue
        found.append(path)
    return found[:: max(1, len(found) // count)][:count]


def main() -> int:
    """Prints the table; 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--max-bytes", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    import nbformat
    from nbconvert import HTMLExporter, MarkdownExporter

    paths = sample(args.folder, args.count, args.max_bytes)
    sources = [Source(path.name, path.read_bytes()) for path in paths]
    nodes = [nbformat.reads(source.data.decode(), as_version=4) for source in sources]
    size = sum(len(source.data) for source in sources)
    works: dict[str, tuple[Callable[[Any], object], list[Any]]] = {
        "ours, Confluence": (lambda source: convert(source, "confluence"), sources),
        "ours, Notion": (lambda source: convert(source, "notion"), sources),
        "nbconvert, HTML": (HTMLExporter().from_notebook_node, nodes),
        "nbconvert, Markdown": (MarkdownExporter().from_notebook_node, nodes),
    }
    for work, items in works.values():
        seconds(work, items)
    rounds = [{name: seconds(*work) for name, work in works.items()} for _ in range(args.rounds)]
    times = {name: [found[name] for found in rounds] for name in works}
    print(f"{len(sources)} notebooks, {size / 1e6:.1f} MB, {args.rounds} rounds")
    for name, found in times.items():
        a_notebook = [1000 * value / len(sources) for value in found]
        print(
            f"{name:22} {statistics.median(a_notebook):9.2f} ms each  ({min(a_notebook):.2f} to {max(a_notebook):.2f})"
        )
    for ours in ("ours, Confluence", "ours, Notion"):
        for theirs, budget in (("nbconvert, HTML", 30.0), ("nbconvert, Markdown", 2.5)):
            ratios = [b / a for a, b in zip(times[ours], times[theirs], strict=True)]
            print(
                f"{ours:18} faster than {theirs:20} {statistics.median(ratios):6.1f} x  "
                f"({min(ratios):.1f} to {max(ratios):.1f}; budget {budget:g})"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
