"""A fuzzer: documents changed by chance, converted for each wiki in a process of its own, judged, findings made small.

``python tests/judges/fuzz.py --minutes 5 --seed 1 [--out FOLDER] [--corpus FOLDER …]``

Seeds are the documents of the golden cases and of the corpus folders. A finding is an exception, a page that a judge
refuses, a note or a refusal of more than one line, bytes that differ in a second conversion, more than 20 s of processor
time or 2 GB.
Findings are one for each cause; each is written with the smallest input that still shows it. The exit code is 1 where
there is any.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
import resource
import select
import struct
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # a script's own folder would hide packages of the same names (atlassian)

from tests.judges import mutate, pages

SUFFIXES = {".ipynb", ".md", ".Rmd", ".qmd", ".html", ".py", ".R"}
FLAVORS = ("cloud", "datacenter", "notion")
MAX_SECONDS, MAX_BYTES = 20.0, 2 << 30
BATCH = 60
"""Pages that the vendors' software gets at once."""

MAX_SMALLER_S = 25.0
"""Time spent on making one finding's input smaller."""


# ---------------------------------------------------------------- worker: one conversion at a time, in its own process


def work(root: str) -> None:
    """Answer pickled (path, data, flavors) with pickled (faults, pages, seconds, peak bytes) until the input ends."""
    import logging
    import warnings

    from bridge.source_tree import SourceTree

    logging.disable(logging.WARNING)
    warnings.simplefilter("error")
    files = SourceTree(Path(root))
    while head := sys.stdin.buffer.read(8):
        path, data, flavors = pickle.loads(sys.stdin.buffer.read(*struct.unpack("Q", head)))
        began = time.process_time()
        faults, made = _examined(path, data, flavors, files)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        answer = pickle.dumps((faults, made, time.process_time() - began, peak))
        sys.stdout.buffer.write(struct.pack("Q", len(answer)) + answer)
        sys.stdout.buffer.flush()


def _examined(path: str, data: bytes, flavors: tuple[str, ...], files: Any) -> tuple[list[tuple[str, str]], list[Any]]:
    """Findings as (cause, words), and the pages, each with its flavor."""
    from converters.options import Source
    from tests.property import convert

    faults: list[tuple[str, str]] = []
    made: list[Any] = []
    for flavor in flavors:
        convert.PLACELESS.clear()
        try:
            made += [(flavor, page) for page in convert.check(Source(path, data), (flavor,), files)]
        except Exception as error:
            faults.append((_cause(flavor, error), "".join(traceback.format_exception(error))[-3000:]))
        faults += [(f"no place: {code}", flavor) for code in convert.PLACELESS]
    return faults, made


def _cause(flavor: str, error: Exception) -> str:
    """What tells one fault from another: kind and place of an exception, or what an assertion says without its details."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if str(ROOT) in frame.filename]
    place = f"{Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].name}"
    if isinstance(error, AssertionError):
        return f"{flavor.replace('datacenter', 'cloud')} {_plain(str(error))}"
    return f"{type(error).__name__} at {place}"


def _plain(words: str) -> str:
    """Words of a fault without quoted values, addresses and numbers."""
    words = words.partition(" | ")[0]  # the markup that was refused
    words = re.sub(r" at position .*", "", words, flags=re.DOTALL)  # KaTeX shows the rest of the equation
    words = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|“[^”]*”", "…", words)
    return re.sub(r"\d+", "N", " ".join(words.split()))[:110]


# ---------------------------------------------------------------- the other side


class Worker:
    """The process that converts; started anew after a document that it did not survive."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._process: subprocess.Popen[bytes] | None = None

    def ask(
        self, path: str, data: bytes, flavors: tuple[str, ...] = FLAVORS
    ) -> tuple[list[tuple[str, str]], list[Any]]:
        """Findings and pages of one document."""
        if self._process is None:
            command = [sys.executable, __file__, "--worker", str(self.root)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
            )
        assert self._process.stdin
        assert self._process.stdout
        question = pickle.dumps((path, data, flavors))
        self._process.stdin.write(struct.pack("Q", len(question)) + question)
        self._process.stdin.flush()
        deadline = time.monotonic() + 2 * MAX_SECONDS * len(
            flavors
        )  # each is converted twice; by the clock on the wall
        while not select.select([self._process.stdout], [], [], 0.2)[0]:
            late, used = time.monotonic() > deadline, _used(self._process.pid)
            if late or used > MAX_BYTES:
                self.close()
                words = f"more than {MAX_SECONDS} s a conversion" if late else f"{used >> 20} MB for {len(data)} bytes"
                return [("hang" if late else "memory", words)], []
        head = self._process.stdout.read(8)
        if len(head) < 8:
            code = self._process.wait()
            self._process = None
            return [("worker died", f"exit code {code}")], []
        faults, made, seconds, peak = pickle.loads(self._process.stdout.read(*struct.unpack("Q", head)))
        if seconds > MAX_SECONDS * len(flavors):
            faults.append(("slow", f"{seconds:.1f} s for {2 * len(flavors)} conversions of {len(data)} bytes"))
        if peak > MAX_BYTES:
            faults.append(("memory", f"{peak >> 20} MB for {len(data)} bytes"))
            self.close()
        return faults, made

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream:
                    stream.close()
        self._process = None


def _used(process: int) -> int:
    """Bytes of memory that a process holds now (Linux; elsewhere only the peak is watched)."""
    file = Path(f"/proc/{process}/statm")
    return int(file.read_text().split()[1]) * resource.getpagesize() if file.exists() else 0


@dataclass
class Finding:
    """One cause, the first document that showed it, and how many did."""

    cause: str
    words: str
    path: str
    data: bytes
    count: int = 1


@dataclass
class Run:
    """What a run has done so far."""

    worker: Worker
    judges: pages.Judges
    findings: dict[str, Finding] = field(default_factory=dict)
    documents: int = 0
    conversions: int = 0
    refused: int = 0
    judged: int = 0
    waiting: list[tuple[str, bytes, str, Any]] = field(default_factory=list)

    def document(self, path: str, data: bytes) -> None:
        """Convert one document for all wikis; its pages wait for the vendors."""
        self.documents += 1
        self.conversions += 2 * len(FLAVORS)
        faults, made = self.worker.ask(path, data)
        self.refused += not made and not faults
        for cause, said in faults:
            self.found(cause, said, path, data)
        flavor, page = made[self.documents % len(made)] if made else ("", None)  # one in three goes to the vendors
        if page is not None:
            self.waiting.append((path, data, flavor, page))
        if len(self.waiting) >= BATCH:
            self.judge()

    def judge(self) -> None:
        """The vendors' word on the pages that wait."""
        self.judged += len(self.waiting)
        for cloud in (True, False):
            group = [one for one in self.waiting if (one[2] != "datacenter") == cloud]
            for number, faults in self.judges.vendors_faults([one[3] for one in group], cloud=cloud).items():
                path, data, flavor, _ = group[number]
                for fault in faults[:3]:
                    self.found(f"{flavor} vendor: {_plain(fault)}", fault, path, data)
        self.waiting = []

    def found(self, cause: str, said: str, path: str, data: bytes) -> None:
        """Count a finding; the smallest document of each is kept."""
        known = self.findings.setdefault(cause, Finding(cause, said, path, data, 0))
        known.count += 1
        if len(data) < len(known.data):
            known.words, known.path, known.data = said, path, data

    def shows(self, cause: str, path: str, data: bytes) -> bool:
        """Whether a document has this finding."""
        flavor = next((name for name in FLAVORS if cause.startswith(name)), "")
        faults, made = self.worker.ask(path, data, (flavor,) if flavor else FLAVORS)
        if any(each == cause for each, _ in faults):
            return True
        if "vendor:" not in cause:
            return False
        verdicts = self.judges.vendors_faults([page for _, page in made], cloud=flavor != "datacenter")
        return any(f"{flavor} vendor: {_plain(fault)}" == cause for faults in verdicts.values() for fault in faults)


# ---------------------------------------------------------------- smaller inputs


def smaller(path: str, data: bytes, shows: Callable[[bytes], bool], seconds: float = MAX_SMALLER_S) -> bytes:
    """The smallest document found in that time that still shows a finding: cells, then outputs, then lines, then signs."""
    end = time.monotonic() + seconds
    if path.endswith(".ipynb"):
        try:
            tree = json.loads(data)
        except (ValueError, RecursionError):
            tree = None
        if isinstance(tree, dict):
            _smaller_tree(tree, lambda: shows(json.dumps(tree).encode()), end)
            made = json.dumps(tree).encode()
            return made if shows(made) else data
    lines = _bisected(data.split(b"\n"), lambda kept: shows(b"\n".join(kept)), end)
    signs = [bytes([sign]) for sign in b"\n".join(lines)]
    return b"".join(_bisected(signs, lambda kept: shows(b"".join(kept)), end)) if len(signs) < 3000 else b"".join(signs)


def _smaller_tree(tree: Any, still: Callable[[], bool], end: float) -> None:
    """Lists and texts of a JSON tree made shorter in place, keys left out, from the top down."""
    if isinstance(tree, list):

        def fits(kept: list[Any]) -> bool:
            tree[:] = kept
            return still()

        tree[:] = _bisected(list(tree), fits, end)
    if not isinstance(tree, dict | list):
        return
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
        value = tree[key]
        if isinstance(tree, dict) and time.monotonic() < end and key not in {"cells", "nbformat"}:
            del tree[key]
            if still():
                continue
            tree[key] = value
        if isinstance(value, str) and len(value) > 1:

            def shorter(kept: list[str], key: Any = key) -> bool:
                tree[key] = "".join(kept)
                return still()

            parts = value.splitlines(keepends=True) if "\n" in value and len(value) > 200 else list(value)
            tree[key] = "".join(_bisected(parts, shorter, end))
        _smaller_tree(value, still, end)


def _bisected(parts: list[Any], shows: Callable[[list[Any]], bool], end: float) -> list[Any]:
    """The parts that are needed: pieces of ever smaller size are left out where the rest still shows it."""
    size = len(parts)
    while size:
        at = 0
        while at < len(parts) and time.monotonic() < end:
            fewer = parts[:at] + parts[at + size :]
            if shows(fewer):
                parts = fewer
            else:
                at += size
        size //= 2
    return parts


# ---------------------------------------------------------------- run


def seeds(folders: list[Path]) -> list[tuple[str, bytes]]:
    """Documents to begin with: (path relative to its folder, bytes), in one order."""
    found = []
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix in SUFFIXES and file.is_file() and file.stat().st_size < 3_000_000:
                found.append(
                    (
                        str(file.relative_to(folders[-1] if file.is_relative_to(folders[-1]) else folder)),
                        file.read_bytes(),
                    )
                )
    return found


def fuzz(minutes: float, seed: int, folders: list[Path], say: Callable[[str], object]) -> Run:
    """Documents until the time is over, then the findings made small."""
    given = seeds(folders)
    run = Run(Worker(folders[-1]), pages.Judges())
    end = time.monotonic() + 60 * minutes
    number = 0
    with run.judges:
        while time.monotonic() < end:
            rng = Random(f"{seed}/{number}")
            number += 1
            if not given or rng.random() < 0.25:
                suffix, data = mutate.generated(rng)
                path = f"generated.{suffix}"
            else:
                path, whole = rng.choice(given)
                data = mutate.mutated(rng, path, whole, rng.choice(given)[1])
            before = len(run.findings)
            run.document(path, data)
            if len(run.findings) > before:
                say(f"{number}: {list(run.findings)[-1]}")
        run.judge()
        for finding in run.findings.values():
            finding.data = smaller(finding.path, finding.data, lambda data, f=finding: run.shows(f.cause, f.path, data))  # type: ignore[misc]
    run.worker.close()
    return run


def write(run: Run, out: Path) -> None:
    """Each finding's input and words into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    for number, finding in enumerate(sorted(run.findings.values(), key=lambda one: -one.count), 1):
        stem = f"{number:02}-" + re.sub(r"\W+", "-", finding.cause)[:60]
        (out / f"{stem}{Path(finding.path).suffix}").write_bytes(finding.data)
        (out / f"{stem}.txt").write_text(
            f"{finding.cause}\n{finding.count} times; first in {finding.path}\n\n{finding.words}\n", "utf-8"
        )


def table(run: Run, seconds: float) -> Iterator[str]:
    """The lines that people read."""
    yield f"{run.documents} documents, {run.conversions} conversions, {run.refused} refused in one line, {run.judged} pages judged by the vendors' software, {seconds:.0f} s, {len(run.findings)} findings"
    for cause, count in Counter({one.cause: one.count for one in run.findings.values()}).most_common():
        yield f"  {count:5}  {cause}"


def main() -> int:
    """0 where nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "fuzz")
    parser.add_argument("--corpus", type=Path, nargs="*", default=[ROOT.parent / "shared" / "corpus"])
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        work(given.worker)
        return 0
    began = time.monotonic()
    folders = [folder for folder in (ROOT / "tests" / "golden", *given.corpus) if folder.is_dir()]
    run = fuzz(given.minutes, given.seed, folders, lambda line: sys.stderr.write(f"{line}\n"))
    write(run, given.out)
    sys.stdout.write("\n".join(table(run, time.monotonic() - began)) + "\n")
    return int(bool(run.findings))


if __name__ == "__main__":
    sys.exit(main())
