"""The corpus on which Notion's publishers were measured, 200 reports: refused ones, requests, one edited paragraph.

    python benchmarks/notion_reports.py [--reports 200] [--output docs/benchmarks-sync.md]

Conversion time beside martian and the Python peers is in docs/benchmarks.md (``make bench``).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from markdown_pages import reports
from sync_load import ROOT, table, written

BEGIN, END = "<!-- notion: begin -->", "<!-- notion: end -->"
NOTE = """
Each report has six lists of four levels, one more than a request of blocks takes. They are put there by one request of Markdown
(`adapters/notion/deepening.py`): page, lists, a look at the blocks, the table of contents, the row. Reports that link to each
other in a circle: 12 of the 200 are made empty first and filled as blocks. As blocks alone it was 9.1 a report. The edit is made an hour later; within
the minute of the last write it takes one write to the row more.
"""
HEAD = ["What", "Requests", "a report", "Writes", "Refused", "Seconds", "Budget"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from adapters.sandbox.server import serve
    from tests.e2e.publish import configure, surroundings, writes

    rows = []
    with tempfile.TemporaryDirectory() as name, serve(port=0) as server:
        folder = reports(Path(name) / "reports", asked.reports)
        (folder / "nbwiki.toml").unlink()
        configure(folder.parent, server.url, folder, ("**/*.md",))
        for what, budget in (
            ("first publish", "at most 7 a report, none refused"),
            ("no-op", "at most 5"),
            ("one edited paragraph", "1 write to its blocks"),
        ):
            if what == "one edited paragraph":
                edited(next(iter(sorted(folder.glob("*.md")))))
                server.state.clock_offset_s += 3600  # who edits within a minute of the last sync pays one write more
            server.log.clear()
            began = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-m", "bridge", "sync", "-q", "-t", "notion"],
                cwd=folder.parent, env=surroundings(), capture_output=True, text=True, check=False,
            )  # fmt: skip
            entries: list[dict[str, Any]] = server.log.entries()
            refused = sum(entry["status"] == 400 and "/file_uploads" not in entry["path"] for entry in entries)
            failed = "" if done.returncode == 0 else f" (exit code {done.returncode})"
            written_to = Counter(
                line.split()[0] + " " + line.split("/v1/")[1].split("/")[0] for line in writes(entries)
            )
            told = ", ".join(f"{count} {place}" for place, count in sorted(written_to.items())) or "0"
            rows.append([
                f"{what}{failed}", str(len(entries)), f"{len(entries) / asked.reports:.2f}", told, str(refused),
                f"{time.monotonic() - began:.1f}", budget,
            ])  # fmt: skip
            print(" | ".join(rows[-1]), flush=True)
    if asked.output:
        written(asked.output, BEGIN, END, f"## The peers' corpus in Notion\n\n{table(HEAD, rows)}\n{NOTE.rstrip()}")
    return 0


def edited(path: Path) -> None:
    """One word of one paragraph is another."""
    lines = path.read_text(encoding="utf-8").split("\n")
    at = next(at for at, line in enumerate(lines) if len(line.split()) > 80)
    path.write_text("\n".join([*lines[:at], lines[at].replace(" ", " edited ", 1), *lines[at + 1 :]]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
