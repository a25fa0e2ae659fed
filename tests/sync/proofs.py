"""The long proofs, in portions that can be ended and taken up again: random lives, and runs killed at random moments.

``python -m tests.sync.proofs`` (``make proofs``) leads lives 0 … N-1 of each wiki and kills a sync of 60 reports at as many
moments as are asked for. What is done stands in ``build/proofs.jsonl``, a line a portion, and is not done again; the last
lines printed are the sums. A broken promise is told with the story of its life, and the others go on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.sync.kills import Moments
from tests.sync.means import COUNTS
from tests.sync.promises import lead

DONE = ROOT / "build" / "proofs.jsonl"
KILLED = {"cloud": "cloud", "dc": "datacenter", "notion": "notion"}


def main() -> int:
    asked = arguments()
    for kind, count, work in (("lives", asked.lives, lives), ("moments", asked.moments, moments)):
        for target in asked.targets:
            for first in range(asked.first, asked.first + count, asked.portion):
                numbers = range(first, min(first + asked.portion, asked.first + count))
                if not any(_same(line, kind, target, numbers) for line in done()):
                    portion(kind, target, numbers, work)
    print(*summary(), sep="\n")
    return int(any(line["broken"] for line in done()))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, default=700, help="lives of each wiki")
    parser.add_argument("--moments", type=int, default=200, help="moments at which a sync is killed, for each wiki")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--portion", type=int, default=25)
    parser.add_argument("--targets", nargs="+", choices=list(KILLED), default=list(KILLED))
    return parser.parse_args()


def portion(kind: str, target: str, numbers: range, work: Callable[[str, range], Iterator[str]]) -> None:
    """Do one portion, and write down what came of it."""
    COUNTS.clear()
    began = time.monotonic()
    broken = list(work(target, numbers))
    line = {
        "kind": kind, "target": target, "first": numbers.start, "end": numbers.stop, "counts": dict(COUNTS),
        "broken": broken, "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
    DONE.parent.mkdir(exist_ok=True)
    with DONE.open("a") as file:
        file.write(json.dumps(line) + "\n")
    print(
        f"{kind} {numbers.start} to {numbers.stop - 1} of {target}: {len(broken)} broken, {line['seconds']} s",
        flush=True,
    )


def lives(target: str, numbers: range) -> Iterator[str]:
    for seed in numbers:
        try:
            lead(target, seed)
        except Exception:
            yield traceback.format_exc()


def moments(target: str, numbers: range) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, Moments(Path(folder), KILLED[target]) as made:
        for seed in numbers:
            try:
                made.killed_and_finished(seed)
            except Exception:
                yield traceback.format_exc()
        COUNTS.update(made.counts)


def done() -> list[dict[str, object]]:
    """What stands written down."""
    return [json.loads(line) for line in DONE.read_text().splitlines()] if DONE.exists() else []


def _same(line: dict[str, object], kind: str, target: str, numbers: range) -> bool:
    return (line["kind"], line["target"], line["first"], line["end"]) == (kind, target, numbers.start, numbers.stop)


def summary() -> Iterator[str]:
    """A line a wiki and kind: how much was done, and how often a promise broke."""
    for kind in ("lives", "moments"):
        for target in KILLED:
            lines = [line for line in done() if (line["kind"], line["target"]) == (kind, target)]
            sums: Counter[str] = Counter()
            for line in lines:
                sums.update(line["counts"])  # type: ignore[arg-type]
            broken = sum(len(line["broken"]) for line in lines)  # type: ignore[arg-type]
            seconds = sum(float(line["seconds"]) for line in lines)  # type: ignore[arg-type]
            told = ", ".join(f"{count} {name}" for name, count in sums.items())
            yield f"{kind} of {target}: {told}; {broken} broken; {seconds:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
