"""A sync of many reports against the sandbox, which runs in a process of its own: requests, seconds, processor, memory.

    python benchmarks/sync_load.py [--reports 1000] [--targets cloud datacenter notion] [--output docs/benchmarks-sync.md]

For each wiki: the first publish, the no-op plan, one changed cell, all with the client in a fresh process; the same no-op
with a fifth of the reports, to tell whether memory grows; and a first sync against the wiki's rate limit, beside the time
that the limit forces. Sections between the marks of the output are written anew, others stay.
"""

from __future__ import annotations

import argparse
import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

TARGETS = ("cloud", "datacenter", "notion")
REPORT = "# Report {0}\n\nThe {0}th of many.\n\n| a | b |\n|---|---|\n| {0} | 2 |\n\nThe end.\n"
LIMITS: dict[str, dict[str, Any]] = {
    "cloud": {"confluence_rate": {"capacity": 40, "per_s": 10}},
    "datacenter": {"confluence_rate": {"capacity": 40, "per_s": 10}},
    "notion": {"notion_rate_limit": True},
}
"""Notion's own: 180 requests in 60 s. Confluence tells none: a bucket small enough for this machine not to be the limit."""
LIMITED = {"cloud": 1000, "datacenter": 1000, "notion": 1000}
"""Reports of the limited first sync."""


class Ran(NamedTuple):
    """One run of the command: its requests, how many of them were further attempts, wall and processor seconds, peak
    bytes of the process.
    """

    requests: int
    retried: int
    seconds: float
    processor: float
    peak: float


@contextmanager
def sandbox(switches: dict[str, Any] | None = None) -> Iterator[str]:
    """The address of a sandbox in a process of its own."""
    command = [sys.executable, "-m", "bridge", "sandbox", "serve", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[2].rstrip("/")
        if switches:
            request = urllib.request.Request(
                f"{url}/sandbox/faults", method="PUT", data=json.dumps({"switches": switches}).encode()
            )
            request.add_header("Content-Type", "application/json")
            urllib.request.urlopen(request).close()
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


@functools.cache
def compiled() -> Path:
    """A folder of our modules, compiled; those of others are so when they are first loaded."""
    from tests.e2e.publish import surroundings

    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    sources = [str(ROOT / name) for name in ("bridge", "adapters", "converters")]
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", *sources],
        env={**surroundings(), "PYTHONPYCACHEPREFIX": str(folder)},
        check=True,
    )
    return folder


def repository(folder: Path, count: int, url: str) -> Path:
    from tests.e2e.publish import configure

    (folder / "reports").mkdir(parents=True)
    for number in range(count):
        (folder / "reports" / f"r{number:04d}.md").write_text(REPORT.format(number))
    configure(folder, url, folder / "reports", ("**/*.md",))
    return folder


def run(folder: Path, *arguments: str) -> Ran:
    """A run of the command in a fresh process, whose modules are compiled, as an installed program's are."""
    from tests.e2e.publish import surroundings

    environment = {**surroundings(), "PYTHONPYCACHEPREFIX": str(compiled()), "PYTHONDONTWRITEBYTECODE": ""}
    before = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "bridge", *arguments, "--json"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = json.loads(process.stdout.read())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    counted = said["requests"]
    return Ran(
        counted["read"] + counted["write"],
        counted["retried"],
        time.monotonic() - before,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss * 1024.0,
    )


def load(target: str, count: int, work: Path) -> Iterator[list[str]]:
    """Rows of one wiki without a limit."""
    few = max(1, count // 5)
    peaks = {}
    for number in (few, count):
        with sandbox() as url:
            folder = repository(work / f"{target}-{number}", number, url)
            first = run(folder, "sync", "-t", target)
            again = run(folder, "plan", "-t", target)
            peaks[number] = again.peak
            (folder / "reports" / "r0001.md").write_text(REPORT.format(1).replace("| 1 |", "| 8 |"))
            changed = run(folder, "sync", "-t", target)
        per = f"{first.requests / number:.2f} a report"
        yield row(target, f"first publish of {number}", first, per)
        yield row(target, f"no-op plan of {number}", again, "budget: 6" if number == 200 else "budget: 15 for 1,000")
        yield row(target, "one changed cell", changed, f"{changed.requests - again.requests} beyond the plan")
    yield [
        target,
        "memory of the plan",
        "",
        "",
        "",
        f"{peaks[count] / peaks[few]:.2f} ×",
        f"{count} beside {few} reports",
    ]


def limited(target: str, work: Path) -> Iterator[list[str]]:
    """The first sync against the wiki's rate limit."""
    count, switches = LIMITED[target], LIMITS[target]
    with sandbox(switches) as url:
        folder = repository(work / f"{target}-limited", count, url)
        run(folder, "plan", "-t", target)  # all modules are compiled after it
        began = time.time()
        done = run(folder, "sync", "-t", target)
        writing = written_in(url)
    taken = done.requests - done.retried
    if target == "notion":
        forced = (taken - 1) // 180 * 60.0 - began % 60  # the sandbox's windows begin with the minute
    else:
        rate = switches["confluence_rate"]
        forced = (taken - rate["capacity"]) / rate["per_s"]
    said = (
        f"{done.seconds / forced:.2f} × of the {forced:.0f} s that the limit forces on {taken} requests; budget 1.1; "
    )
    said += f"{writing / forced:.2f} × from its first write on"
    yield row(target, f"first sync of {count}, limited", done, said)


def written_in(url: str) -> float:
    """Seconds between a run's first write and its last request: what is before is the machine's, not the limit's."""
    with urllib.request.urlopen(f"{url}/sandbox/requests") as answer:
        entries = json.load(answer)
    writes = [one["time"] for one in entries if one["method"] != "GET" and not one["path"].endswith("/query")]
    return float(entries[-1]["time"] - writes[0])


def row(target: str, what: str, ran: Ran, said: str) -> list[str]:
    return [
        target, what, str(ran.requests), f"{ran.seconds:.1f}", f"{ran.processor:.1f}", f"{ran.peak / 1e6:.0f} MB", said,
    ]  # fmt: skip


HEAD = ["Wiki", "What", "Requests", "Seconds", "Processor s", "Peak", "Said"]
PARTS = {"load": "Load", "limited": "Against a rate limit"}


def _marks(part: str) -> tuple[str, str]:
    return f"<!-- {part}: begin -->", f"<!-- {part}: end -->"


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *rows])


def written(path: Path, begin: str, end: str, text: str) -> None:
    """The file with the section between two marks replaced, or added at its end."""
    old = (
        path.read_text(encoding="utf-8")
        if path.exists()
        else "# Benchmarks of a sync\n\nWritten by `make bench-sync`.\n"
    )
    if begin in old:
        before, _, rest = old.partition(begin)
        old, tail = before, rest.partition(end)[2]
    else:
        old, tail = f"{old.rstrip()}\n\n", "\n"
    path.write_text(f"{old}{begin}\n{text}\n{end}{tail}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=list(TARGETS))
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="limited takes minutes")
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for part in asked.parts:
            rows: list[list[str]] = []
            for target in asked.targets:
                work = Path(folder) / part
                for one in load(target, asked.reports, work) if part == "load" else limited(target, work):
                    print(" | ".join(one), flush=True)
                    rows.append(one)
                    if asked.output:
                        written(asked.output, *_marks(part), f"## {PARTS[part]}\n\n{table(HEAD, rows)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
