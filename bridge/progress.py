"""Progress on stderr: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bridge.cli import mask
from bridge.publish import Watcher
from bridge.report import line
from bridge.sync.actions import WRITES, Action

EVERY_S = 10.0
"""Off a terminal a line each this many seconds tells that a long run is alive."""


@contextmanager
def progress(*, verbosity: int, plain: bool) -> Iterator[Watcher]:
    """A watcher that shows how far a run is; ``plain``: as off a terminal."""
    if verbosity < 0:
        yield Watcher()
    elif plain or not sys.stderr.isatty():
        yield _plain(verbosity)
    else:
        with _bar() as watcher:
            yield watcher


def _plain(verbosity: int) -> Watcher:
    clock = [time.monotonic()]
    counts = {"done": 0, "total": 0}

    def tell(text: str, *, always: bool = False) -> None:
        now = time.monotonic()
        if always or now - clock[0] >= EVERY_S:
            clock[0] = now
            sys.stderr.write(mask(f"{text}\n"))

    def planned(actions: Sequence[Action]) -> None:
        counts["total"] = sum(one.verb in WRITES for one in actions)

    def done(one: Action) -> None:
        counts["done"] += 1
        state = f"published {counts['done']} of {counts['total']}"
        tell(f"{state}: {line(one)}" if verbosity > 0 else state, always=verbosity > 0)

    return Watcher(rendered=lambda done, total: tell(f"read {done} of {total}"), planned=planned, done=done)


@contextmanager
def _bar() -> Iterator[Watcher]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        reading = bar.add_task("reading", total=None)
        writing = bar.add_task("publishing", total=None, visible=False)

        def planned(actions: Sequence[Action]) -> None:
            total = sum(one.verb in WRITES for one in actions)
            bar.update(writing, total=total, visible=total > 0)

        yield Watcher(
            rendered=lambda done, total: bar.update(reading, completed=done, total=total),
            planned=planned,
            done=lambda _: bar.advance(writing),
        )
