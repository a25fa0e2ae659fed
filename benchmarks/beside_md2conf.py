"""The same 200 pages published by md2conf and by nbwiki to the same kind of server: requests, bytes sent, seconds.

    python benchmarks/beside_md2conf.py [--pages 200] [--latency 0 60] [--output docs/benchmarks-sync.md]

First publish, no-op, and one edited page; each program against a sandbox of its own, alike, on loopback, with so many
milliseconds added to each request. md2conf is installed below ``--work`` when it is missing. At 60 ms this takes ten minutes,
most of it waiting.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from markdown_pages import pages
from peers import PYTHON, python_peer
from sync_load import ROOT, table, written

BEGIN, END = "<!-- md2conf: begin -->", "<!-- md2conf: end -->"
HEAD = ["Latency", "What", "Program", "Requests", "MB sent", "Seconds"]
EDITED = "area_00/report_003.md"


def programs(folder: Path, peer: Path, url: str) -> dict[str, list[str]]:
    """Commands that publish a folder to a sandbox."""
    host = url.removeprefix("http://")
    theirs = [
        *(str(peer / "md2conf"), "-d", host, "-p", "/wiki/", "--api-url", f"{url}/wiki/", "--api-version", "v2"),
        *("-u", "author@example.com", "-a", "sandbox", "-s", "DATA", "--keep-update", "-l", "error", str(folder)),
    ]
    return {"md2conf": theirs, "nbwiki": [sys.executable, "-m", "bridge", "sync", "-q", "-t", "cloud"]}


def measured(name: str, count: int, latency_ms: int, peer: Path, work: Path) -> Iterator[list[str]]:
    """Rows of one program at one latency."""
    from adapters.sandbox.server import serve
    from tests.e2e.publish import TOKENS, configure

    folder = pages(work / f"{name}-{latency_ms}" / "pages", count)
    (folder / "nbwiki.toml").unlink()
    with serve(port=0) as server:
        configure(folder.parent, server.url, folder, ("**/*.md",))
        server.faults.load({"rules": [{"path": "*", "delay_s": latency_ms / 1000}]} if latency_ms else {})
        command = programs(folder, peer, server.url)[name]
        env = {**os.environ, **TOKENS, "PYTHONPATH": str(ROOT)} if name == "nbwiki" else {**os.environ}
        for what in ("first publish", "no-op", "one edited page"):
            if what == "one edited page":
                edited = folder / EDITED
                edited.write_text(edited.read_text().replace("## Section 0 of 003", "## Section 0 of 003x"))
            server.log.clear()
            number, began = server.log._number, time.monotonic()
            done = subprocess.run(command, cwd=folder.parent, env=env, capture_output=True, text=True, check=False)
            seconds = time.monotonic() - began
            said = "" if done.returncode == 0 else f" (exit code {done.returncode}: {_last(done.stderr)})"
            sent = sum(entry.body_bytes for entry in server.log._entries) / 1e6
            requests = server.log._number - number
            yield [f"{latency_ms} ms", what, f"{name}{said}", str(requests), f"{sent:.1f}", f"{seconds:.1f}"]


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["nothing said"])[-1][:120]


def compared(rows: Sequence[list[str]]) -> str:
    found = {(row[0], row[1], row[2].partition(" ")[0]): row for row in rows}
    lines = []
    for (latency, what, name), row in found.items():
        other = found.get((latency, what, "md2conf"))
        if name == "nbwiki" and other and float(row[5]):
            lines.append(f"{what} at {latency}: {int(other[3]) / int(row[3]):.1f} × fewer requests, {float(other[5]) / float(row[5]):.1f} × quicker")  # fmt: skip
    return "\n".join(f"- {line}" for line in lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--latency", type=int, nargs="+", default=[0, 60])
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "benchmarks")
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    peer = python_peer("md2conf", asked.work.resolve())
    if isinstance(peer, str):
        print(peer)
        return 1
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for latency in asked.latency:
            for name in ("md2conf", "nbwiki"):
                for one in measured(name, asked.pages, latency, peer, Path(folder)):
                    print(" | ".join(one), flush=True)
                    rows.append(one)
                    if asked.output:
                        text = f"## Beside md2conf\n\n{asked.pages} Markdown pages with two pictures each; {PYTHON['md2conf']}.\n\n"
                        written(asked.output, BEGIN, END, f"{text}{table(HEAD, rows)}\n\n{compared(rows)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
