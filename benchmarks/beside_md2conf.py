"""The same 200 pages published by md2conf and by nbwiki to the same kind of server: requests, bytes sent, seconds.

    python benchmarks/beside_md2conf.py [--pages 200] [--latency 0 60] [--output docs/benchmarks-sync.md]

First publish, no-op, and one edited page, on loopback, with so many milliseconds added to each request. nbwiki publishes to
the sandbox; that refuses what md2conf sends to rename an attachment, so md2conf has a server that takes everything
(``lenient_wiki.py``), and does less work for each request. md2conf is installed below ``--work`` when it is missing. At 60 ms this takes ten minutes,
most of it waiting.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from lenient_wiki import LenientWiki
from markdown_pages import pages
from peers import PYTHON, python_peer
from sync_load import ROOT, table, written

BEGIN, END = "<!-- md2conf: begin -->", "<!-- md2conf: end -->"
HEAD = ["Latency", "What", "Program", "Requests", "MB sent", "Seconds"]
EDITED = "area_00/report_003.md"


class Counted(NamedTuple):
    """A server, and what it counted since it was cleared."""

    url: str
    clear: Callable[[], None]
    requests: Callable[[], int]
    sent: Callable[[], int]


@contextmanager
def server_of(name: str, latency_ms: int) -> Iterator[Counted]:
    """Where a program publishes to."""
    from adapters.sandbox.server import serve

    if name == "md2conf":
        with LenientWiki(latency_ms / 1000) as wiki:
            yield Counted(wiki.url, wiki.clear, lambda: wiki.requests, lambda: wiki.sent)
        return
    with serve(port=0) as server:
        server.faults.load({"rules": [{"path": "*", "delay_s": latency_ms / 1000}]} if latency_ms else {})
        entries = server.log.entries
        yield Counted(
            server.url, server.log.clear, lambda: len(entries()), lambda: sum(one["body_bytes"] for one in entries())
        )


def command_of(name: str, folder: Path, peer: Path, url: str) -> list[str]:
    """What publishes a folder."""
    if name == "nbwiki":
        return [sys.executable, "-m", "bridge", "sync", "-q", "-t", "cloud"]
    host = url.removeprefix("http://")
    return [
        *(str(peer / "md2conf"), "-d", host, "-p", "/", "--api-url", f"{url}/", "-u", "author@example.com"),
        *("-a", "sandbox", "-s", "DATA", "--keep-update", "-l", "error", str(folder)),
    ]


def measured(name: str, count: int, latency_ms: int, peer: Path, work: Path) -> Iterator[list[str]]:
    """Rows of one program at one latency."""
    from tests.e2e.publish import configure, surroundings

    folder = pages(work / f"{name}-{latency_ms}" / "pages", count)
    (folder / "nbwiki.toml").unlink()
    with server_of(name, latency_ms) as server:
        if name == "nbwiki":
            configure(folder.parent, server.url, folder, ("**/*.md",))
        command = command_of(name, folder, peer, server.url)
        for what in ("first publish", "no-op", "one edited page"):
            if what == "one edited page":
                edited = folder / EDITED
                edited.write_text(edited.read_text().replace("## Section 0 of 003", "## Section 0 of 003x"))
            server.clear()
            began = time.monotonic()
            done = subprocess.run(
                command, cwd=folder.parent, env=surroundings(), capture_output=True, text=True, check=False
            )
            seconds = time.monotonic() - began
            said = "" if done.returncode == 0 else f" (exit code {done.returncode}: {_last(done.stderr)})"
            counted = [str(server.requests()), f"{server.sent() / 1e6:.1f}", f"{seconds:.1f}"]
            yield [f"{latency_ms} ms", what, f"{name}{said}", *counted]


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
