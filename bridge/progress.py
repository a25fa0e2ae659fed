"""Progress on stderr: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bridge.publish import Watcher
from bridge.report import line
from bridge.sync.actions import Action


@contextmanager
def progress(*, verbosity: int, plain: bool) -> Iterator[Watcher]:
    """A watcher that shows how far a run is; ``plain`` also off a terminal, a line an action with -v."""
    if verbosity < 0:
        yield Watcher()
    elif plain or not sys.stderr.isatty():
        yield _plain(verbosity)
    else:
        with _bar() as watcher:
            yield watcher


def _plain(verbosity: int) -> Watcher:
    def done(one: Action) -> None:
        if verbosity > 0:
            sys.stderr.write(line(one) + "\n")

    return Watcher(done=done)


@contextmanager
def _bar() -> Iterator[Watcher]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        reading = bar.add_task("reading", total=None)
        writing = bar.add_task("publishing", total=None, visible=False)

        def planned(actions: Sequence[Action]) -> None:
            total = sum(one.verb in {"create", "update", "move", "archive"} for one in actions)
            bar.update(writing, total=total, visible=total > 0)

        yield Watcher(
            rendered=lambda done, total: bar.update(reading, completed=done, total=total),
            planned=planned,
            done=lambda _: bar.advance(writing),
        )
