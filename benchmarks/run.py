"""All measurements of conversion in one run, as ratios beside other programs; prints a table and writes it.

    python benchmarks/run.py [FOLDER] [--rounds 5] [--only NAME …] [--work FOLDER] [--output docs/benchmarks.md]

FOLDER holds public documents (notebooks); without it documents are made by rule. Peers are installed below ``--work``
when they are missing. Takes about ten minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import gettempdir

from measuring import ROOT, Row, Settings

PARTS = ("help_time", "notebooks", "pages_to_confluence", "reports_to_notion", "memory")
_HEAD = ["What", "Median", "Spread", "Budget", "Met", "How"]

_TEXT = """# Benchmarks of conversion

Written by `make bench` on {day}: {machine}. Ratios of processor time (memory: of bytes), all programs of a row in the
same run, in turn; median, lowest and highest of {rounds} rounds. {documents}

{table}

Ours is reading, transforms and writing from bytes to a body; for nbconvert's exporters in the rows "warm" the reading of
the notebook is not counted. Whole processes include start-up and writing of files. Peers are installed by name and
version (`benchmarks/peers.py`).
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


def main() -> int:
    """Prints and writes the table; 0, or 1 where a budget isn't met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--work", type=Path, default=Path(gettempdir()) / "nbwiki-benchmarks")
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT))  # the checkout, whatever is installed
    settings = Settings(args.folder, args.work.resolve(), args.rounds)
    found: list[Row] = []
    for part in args.only:
        print(f"{part} …", file=sys.stderr, flush=True)
        rows = import_module(part).rows(settings)
        print(*("  " + " | ".join(row.cells) for row in rows), sep="\n", file=sys.stderr, flush=True)
        found += rows
    text = table(found)
    print(text)
    if args.output:
        documents = "Notebooks are public ones." if args.folder else "Documents are made by rule (`benchmarks/`)."
        day = datetime.now(UTC).date().isoformat()
        args.output.write_text(
            _TEXT.format(day=day, machine=machine(), rounds=args.rounds, documents=documents, table=text),
            encoding="utf-8",
        )
    return 1 if any(row.met == "no" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
