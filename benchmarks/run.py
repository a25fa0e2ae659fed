"""All measurements of conversion in one run, as ratios beside other programs; prints a table and writes it.

    python benchmarks/run.py [FOLDER] [--rounds 5] [--only NAME …] [--work FOLDER] [--output docs/benchmarks.md]

FOLDER holds public documents (notebooks); without it documents are made by rule. Peers are installed below ``--work``
(``build/benchmarks``) when they are missing. A row that fails says why and the others go on; the table is written anew
after each row, so an interrupted run leaves what it has. Takes ten to twelve minutes on two quiet cores.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from measuring import ROOT, Row, Settings, compile_modules

PARTS = ("help_time", "notebooks", "pages_to_confluence", "reports_to_notion", "memory")
_HEAD = ["What", "Median", "Spread", "Budget", "Met", "How"]

_PUBLIC = """Notebooks are public ones: of each repository at most 12, evenly spread over its valid notebooks of
version 4 below 5 MB that nbconvert's two exporters and nbwiki all convert; the same list for all of them."""
_TEXT = """# Benchmarks of conversion

Written by `make bench` on {day}: {machine}. Ratios of processor time (memory: of bytes), all programs of a row in the
same run, in turn; median, lowest and highest of {rounds} rounds. {documents}

{table}

Ours is reading, transforms and writing from bytes to a body; for nbconvert's exporters in the rows "warm" the reading of
the notebook is not counted. Notebooks are converted as the core installation does it, without a browser and without what
the extras `[plots]` and `[bokeh]` bring: drawing interactive figures, and pages with their libraries inside, are work
that nbconvert doesn't do. Whole processes include start-up and writing of files. On the way to Confluence each equation
becomes a picture, which nbconvert leaves to the browser: it is drawn once on a machine and kept from then on (`[convert]
picture_cache`). The rows "for the first time" begin without any; those with 800 formulas draw all of them each time; the
rounds of the rows "warm" find them kept in memory. Modules are compiled, as pip does it for nbwiki and for its peers, which
are installed by name and version (`benchmarks/peers.py`).
"""


def machine() -> str:
    """The machine in general words."""
    system = platform.system()
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9 if hasattr(os, "sysconf") else 0
    memory = f", {pages:.0f} GB of memory" if pages else ""
    return f"{os.cpu_count()} cores ({platform.machine()}){memory}, {system}, Python {platform.python_version()}"


def table(found: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [_HEAD, ["---"] * len(_HEAD), *(row.cells for row in found)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def measured(part: str, settings: Settings) -> Iterator[Row]:
    """The rows of one part as they come; one that says why where the part itself can't run."""
    try:
        yield from import_module(part).rows(settings)
    except Exception as error:  # noqa: BLE001  (the other parts are wanted, whatever this one lacks)
        yield Row(part, said=f"fails: {type(error).__name__}: {str(error)[:100]}")


def page(found: list[Row], args: argparse.Namespace) -> str:
    """The page with the rows so far."""
    documents = _PUBLIC if args.folder else "Documents are made by rule (`benchmarks/`)."
    day = datetime.now(UTC).date().isoformat()
    return _TEXT.format(day=day, machine=machine(), rounds=args.rounds, documents=documents, table=table(found))


def main() -> int:
    """Prints and writes the table; 0, or 1 where a budget isn't met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "benchmarks")
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT))  # the checkout, whatever is installed
    settings = Settings(args.folder, args.work.resolve(), args.rounds)
    args.work.mkdir(parents=True, exist_ok=True)
    compile_modules()
    found: list[Row] = []
    start = time.monotonic()
    for part in args.only:
        print(f"[{time.monotonic() - start:4.0f} s] {part} …", file=sys.stderr, flush=True)
        for row in measured(part, settings):
            print(f"[{time.monotonic() - start:4.0f} s]   {' | '.join(row.cells)}", file=sys.stderr, flush=True)
            found.append(row)
            if args.output:
                args.output.write_text(page(found, args), encoding="utf-8")
    print(table(found))
    return 1 if any(row.met == "no" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
