"""What all measurements share: a row of the table, ratios with their spread, processor time of commands."""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
NBWIKI = [sys.executable, "-m", "bridge"]
CORE = [sys.executable, ROOT / "benchmarks" / "core.py"]
"""The same without what the extras bring."""


class Row(NamedTuple):
    """A line of the table. ``median`` to ``high`` are what the budget speaks of; ``budget`` 0 is no budget."""

    what: str
    unit: str = ""
    median: float = 0.0
    low: float = 0.0
    high: float = 0.0
    budget: float = 0.0
    at_most: bool = False
    said: str = ""

    @property
    def met(self) -> str:
        """Whether the budget is met by the median; empty without one."""
        if not self.budget or not self.median:
            return ""
        return "yes" if (self.median <= self.budget if self.at_most else self.median >= self.budget) else "no"

    @property
    def cells(self) -> list[str]:
        """The row as it is printed."""
        if not self.median:
            return [self.what, "–", "", "", "", self.said]
        sign = "≤" if self.at_most else "≥"
        budget = f"{sign} {self.budget:g} {self.unit}" if self.budget else ""
        spread = f"{self.low:.2f} to {self.high:.2f}"
        return [self.what, f"{self.median:.2f} {self.unit}", spread, budget, self.met, self.said]


class Settings(NamedTuple):
    """How to measure: documents (None: made here), where peers stand, and how often."""

    corpus: Path | None
    work: Path
    rounds: int


def compile_modules() -> None:
    """Compiles the checkout's modules, as pip does when it installs nbwiki or one of the peers."""
    for name in ("bridge", "adapters", "converters"):
        compileall.compile_dir(ROOT / name, quiet=1)


def spread(what: str, values: Sequence[float], **more: object) -> Row:
    """A row of values of several rounds."""
    return Row(what, median=statistics.median(values), low=min(values), high=max(values), **more)  # type: ignore[arg-type]


def seconds(command: Sequence[object], folder: Path = ROOT, keep: Path | None = None) -> float:
    """Processor time, user and system, of a command and its children. Raises CalledProcessError with what it said.

    ``keep`` is where nbwiki has its equations from run to run; without it each run draws them.
    """
    environment = {**os.environ, "NBWIKI_CONVERT_PICTURE_CACHE": str(keep or "off")}  # noqa: TID251  (for a child)
    before = os.times()
    subprocess.run([str(part) for part in command], cwd=folder, check=True, capture_output=True, env=environment)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def interleaved(rounds: int, works: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Seconds of each work in each round, all works in turn: what slows the machine down slows all of them."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(work())
    return found


def ratios(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """``one`` over ``other``, round by round."""
    return [a / b for a, b in zip(one, other, strict=True)]


def guarded(what: str, work: Callable[[], list[Row]]) -> Iterator[Row]:
    """The rows of one measurement; where it fails, a row that says why, so that the others go on."""
    try:
        yield from work()
    except subprocess.CalledProcessError as error:
        program = next((str(part) for part in error.cmd if not str(part).startswith("-")), "")
        yield Row(what, said=f"{Path(program).name} fails: {reason(error)}")
    except Exception as error:  # noqa: BLE001  (whatever a peer does, the other rows are wanted)
        yield Row(what, said=f"fails: {type(error).__name__}: {str(error)[:100]}")


def reason(error: subprocess.CalledProcessError) -> str:
    """The last line of what a failed command said."""
    text = (error.stderr or error.stdout or b"").decode("utf-8", "replace").strip()
    return text.splitlines()[-1][:120] if text else f"exit code {error.returncode}"
