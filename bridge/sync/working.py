"""Actions done one by one or several at once: what became of each, what stops the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Protocol

import msgspec

from adapters.base import Observed, Record, Wiki, Written
from adapters.errors import AuthError, MadeTwice, NotFound, RunInProgress, StaleVersion, TitleTaken, WikiUnavailable
from bridge.sync.actions import Action, Verb
from bridge.sync.sending import Sending
from converters.errors import BridgeError
from converters.model import Rendered
from converters.notes import Note

FATAL = (AuthError, WikiUnavailable, RunInProgress)
"""Errors after which no other action can work."""


class Bodies(Protocol):
    """Where apply gets the rendered pages from."""

    def rendered(self, key: str) -> Rendered:
        """The page that the plan saw. Raises ConversionError when the source changed since."""


class Working(Sending):
    """Does actions, each guarded: an error ends it alone, or the run where no other could work (``FATAL``)."""

    def __init__(
        self, wiki: Wiki, observed: Observed, bodies: Bodies, *, jobs: int, clock: Callable[[], str], version: str
    ) -> None:
        super().__init__(wiki, observed, clock, version)
        self.bodies = bodies
        self.jobs = max(1, min(jobs or wiki.caps.max_parallel_writes, wiki.caps.max_parallel_writes))
        self.done: Callable[[Action], None] = lambda _: None
        self.stop = threading.Event()
        self.asked: Callable[[], bool] = lambda: False  # whether somebody wants the run to end
        self.fatal: BridgeError | None = None
        self._ended: dict[str, Action] = {}
        self._written: list[Record] = []
        self._removed: list[str] = []
        self._lock = threading.Lock()

    def stopping(self) -> bool:
        """Whether no other action is to be started."""
        return self.stop.is_set() or self.asked()

    def _guard(self, call: Callable[[], object]) -> None:
        try:
            call()
        except BridgeError as error:
            self.fatal = error
            self.stop.set()

    def _each(self, actions: Iterable[Action], work: Callable[[Action], None]) -> None:
        """Run actions, at most ``jobs`` at once; Ctrl-C and fatal errors let those in flight end and start no other."""
        queue = iter(list(actions))
        with ThreadPoolExecutor(self.jobs) as pool:
            running: set[Future[None]] = set()
            try:
                while not self.stopping() or running:
                    while len(running) < self.jobs and not self.stopping() and (one := next(queue, None)):
                        running.add(pool.submit(self._guarded, one, work))
                    if not running:
                        return
                    finished, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        future.result()
            except KeyboardInterrupt:
                self.stop.set()
                wait(running)

    def _guarded(self, one: Action, work: Callable[[Action], None]) -> None:
        try:
            work(one)
        except FATAL as error:
            self.fatal = self.fatal or error
            self.stop.set()
            self._end(one, "error", str(error))
        except StaleVersion:
            self._end(one, "conflict", "changed on the wiki since the plan was made; run again")
        except TitleTaken as error:
            if isinstance(error, MadeTwice):
                self._stubs.pop(one.key, None)
            self._end(one, "conflict", "a page of this title was made since the plan (by another run?); run again")
        except NotFound:
            self._end(one, "conflict", "page gone on the wiki since the plan was made; run again")
        except BridgeError as error:
            self._end(one, "error", str(error))

    def _end(
        self, one: Action, verb: Verb, reason: str, written: Written | None = None, notes: Sequence[Note] = ()
    ) -> None:
        changes: dict[str, object] = {"verb": verb, "reason": reason}
        if written is not None:
            changes |= {"page_id": written.page.id, "url": written.page.url, "notes": tuple(dict.fromkeys(notes))}
        ended = msgspec.structs.replace(one, **changes)
        with self._lock:
            again = one.key in self._ended  # corrected once more
            self._ended[one.key] = ended
        if not again:
            self.done(ended)

    def _kept(self, written: Written, notes: Sequence[Note], one: Action) -> None:
        with self._lock:
            self._written.append(written.record)
            self._headings.written(written.page, written.record)
            if one.was is not None and one.was.record.key != one.key:
                self._removed.append(one.was.record.key)
        self._end(one, one.verb, one.reason, written, notes)
