"""``mirror``: bring a git repository here, publish what changed, and again and again. The wiki is the state."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from adapters.errors import RateLimited, RunInProgress
from bridge.credentials import token_variables
from bridge.discover import UsageError
from bridge.exit_codes import CREDENTIALS, DONE, INTERRUPTED, SOME_FAILED, UNREACHABLE, exit_code, message
from bridge.metrics import Meters
from bridge.mirror_settings import Merged, merged
from bridge.publish import Published, Watcher, publish
from bridge.remote import Clone, Head
from bridge.remote_address import Address
from bridge.session import opened
from bridge.settings import Settings
from bridge.status import state_of
from bridge.stopping import Stop, Stopped
from bridge.sync.actions import WRITES, Action, Flags
from bridge.sync.run import clock
from converters.errors import BridgeError, ConfigError

log = logging.getLogger(__name__)

Outcome: TypeAlias = Literal["published", "unchanged", "conflicts", "failed", "unreachable", "stopped"]

FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 15 * 60.0
"""Ours: while the wiki or the git host is away, 30 s, doubled up to a quarter of an hour, each shortened at random by up
to a half; never longer than ``--every`` where that is less than a quarter of an hour."""
LOOK_AGAIN_S = 3600.0
"""Ours. While the ref doesn't move, the wiki is looked at again this often: people may have changed or removed pages."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST_EVERY_S = 366 * 86400
"""Ours: beyond it somebody has mistyped, and timers have limits."""
_EVERY = re.compile(r"(\d{1,6})\s*([smhd])")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is mirrored where. ``every`` is seconds from start to start of two runs, 0 for one run only."""

    address: Address
    ref: str
    target: str
    flags: Flags = Flags()
    jobs: int = 0
    every: float = 0.0


class Round(msgspec.Struct, kw_only=True):
    """One run. ``published`` is None where it didn't come so far; ``wait_s`` is how long until the next one."""

    number: int
    started: str
    outcome: Outcome = "failed"
    code: int = SOME_FAILED
    head: Head | None = None
    previous: str = ""
    published: Published | None = None
    error: str = ""
    seconds: float = 0.0
    asked_wait_s: float = 0.0
    """How long the wiki asked to be left alone."""
    wait_s: float | None = None

    @property
    def actions(self) -> tuple[Action, ...]:
        """What was done."""
        return self.published.actions if self.published else ()


def every_seconds(text: str) -> float:
    """``30s``, ``30m``, ``2h`` or ``1d`` in seconds. Raises UsageError."""
    match = _EVERY.fullmatch(text.strip().lower())
    if not match or not int(match[1]):
        raise UsageError(f"--every {text!r} is no span of time", hint="write 30s, 30m, 2h or 1d")
    seconds = int(match[1]) * _UNITS[match[2]]
    if seconds > LONGEST_EVERY_S:
        raise UsageError(f"--every {text!r} is more than a year", hint="write 30s, 30m, 2h or 1d")
    return float(seconds)


def backoff(failures: int, longest: float = LONGEST_WAIT_S, jitter: Callable[[], float] = random.random) -> float:
    """Seconds until the next attempt after so many failures in a row."""
    first = min(FIRST_WAIT_S, longest)
    return min(longest, first * 2.0 ** min(failures - 1, 16)) * (0.5 + 0.5 * jitter())


@contextlib.contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Hold the folder's lock. It ends with the process, however that ends. Raises RunInProgress, ConfigError."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "lock")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout as error:
        hint = "it ends by itself, or with its process; a second one would only get in its way"
        raise RunInProgress(f"another mirror of {what} is running on this machine", hint=hint) from error
    except (OSError, NotImplementedError) as error:
        raise ConfigError(f"{folder} can't be used: {error}", hint="choose another folder: --cache") from error
    try:
        yield
    finally:
        lock.release()


class Mirror:
    """One job, run once or until somebody asks for the end. ``told`` hears of each run."""

    def __init__(self, settings: Settings, job: Job, folder: Path, stop: Stop) -> None:
        self.settings = settings
        self.job = job
        self.stop = stop
        self.clone = Clone(job.address, folder, stop, token_variables(settings))
        self.told: Callable[[Round], None] = lambda _: None
        self.meters: Meters | None = None
        self.jitter: Callable[[], float] = random.random
        self._failures = 0
        self._told_of: set[str] = set()
        self._settled: tuple[str, float] = ("", 0.0)
        self._last: Head | None = None

    def run(self) -> int:
        """The exit code. Of ``--every``: 0 once somebody asked for the end, or what was wrong at the very start."""
        number = 0
        while True:
            number += 1
            began = clock()
            done = self._round(number)
            if self.job.every and done.outcome != "stopped" and not self._hopeless(done):
                done.wait_s = self._wait(done, clock() - began)
            self._report(done)
            if not self.job.every:
                return done.code
            if done.outcome == "stopped":
                return DONE
            if done.wait_s is None:
                return done.code
            if self.stop.wait(done.wait_s):
                return DONE

    def _round(self, number: int) -> Round:
        done = Round(number=number, started=_now(), previous=self._last.commit if self._last else "")
        began = clock()
        if self.meters:
            self.meters.begins()
        try:
            self._publish(done)
        except Stopped:
            done.outcome, done.code = "stopped", INTERRUPTED
        except BridgeError as error:
            done.code, done.error = exit_code(error), message(error)
            away = done.code == UNREACHABLE or isinstance(error, RateLimited)
            done.outcome = "unreachable" if away else "failed"
            done.asked_wait_s = error.retry_after_s if isinstance(error, RateLimited) else 0.0
        except Exception as error:
            # the loop goes on: whatever is wrong with this commit, the next one may be right
            log.exception("the run failed; this is a bug")
            done.error = f"a bug: {error!r}"
        done.seconds = clock() - began
        return done

    def _publish(self, done: Round) -> None:
        head = self.clone.wanted(self.job.ref)
        if self._last and self._last.branch != head.branch:
            log.warning("the default branch is now %r (was %r)", head.branch, self._last.branch)
        done.head = self._last = head
        commit, looked_at = self._settled
        if head.commit == commit and clock() - looked_at < LOOK_AGAIN_S:
            done.outcome, done.code = "unchanged", DONE
            return
        done.head = self._last = head = self.clone.bring(head)
        found = merged(self.settings, self.clone.tree, self.job.address.web)
        self._tell(found)
        self.clone.complete(found.settings.root)
        with opened(found.settings, self.job.target, self.stop.sleep) as (name, _, wiki):
            done.published = publish(
                found.settings,
                wiki,
                name,
                flags=self.job.flags,
                jobs=self.job.jobs,
                watcher=Watcher(rendered=lambda _done, _total: self.stop.check()),
                asked=self.stop.asked,
            )
        done.code = done.published.code
        done.outcome = self._outcome(done)
        if done.outcome in {"published", "conflicts"}:
            self.clone.published(head.commit)
        if done.code == DONE:
            self._settled = (head.commit, clock())

    def _outcome(self, done: Round) -> Outcome:
        if done.code == DONE:
            return "published"
        if self.stop.asked():
            done.code = INTERRUPTED
            return "stopped"
        if done.code == UNREACHABLE:
            done.error = next((one.reason for one in done.actions if one.verb == "error"), "the wiki is away")
            return "unreachable"
        return "failed" if any(one.verb == "error" for one in done.actions) or done.code == CREDENTIALS else "conflicts"

    def _tell(self, found: Merged) -> None:
        """What of the repository is left out, each thing once."""
        lines = [
            f"{path} is a submodule: it is not fetched, and reports in it are not published"
            for path in self.clone.submodules()
        ]
        ignored = [one for one in found.ignored if not one.startswith("targets.")]
        if ignored:
            lines.append(f"the repository's nbwiki.toml sets {', '.join(ignored)}: only the runner's own may")
        for text in lines:
            if text not in self._told_of:
                self._told_of.add(text)
                log.warning("%s", text)

    # ---------------------------------------------------------------- schedule

    def _hopeless(self, done: Round) -> bool:
        """Whether there is no use in coming back: the very first run shows that somebody has to mend something."""
        return (
            done.number == 1
            and done.outcome == "failed"
            and done.published is None
            and not done.error.startswith("a bug")
        )

    def _wait(self, done: Round, took: float) -> float:
        """Seconds until the next run."""
        regular = max(0.0, self.job.every - took)
        if done.outcome != "unreachable" and not (done.outcome == "failed" and done.published is None):
            self._failures = 0
            return regular
        self._failures += 1
        longest = min(self.job.every, LONGEST_WAIT_S) if done.outcome == "unreachable" else self.job.every
        return max(min(done.asked_wait_s, LONGEST_EVERY_S), backoff(self._failures, longest, self.jitter))

    def _report(self, done: Round) -> None:
        if self.meters:
            report = done.published.report if done.published else None
            states = states_of(done.actions) if done.published else None
            self.meters.ran(done.outcome, done.seconds, report, states)
            if done.wait_s is not None:
                self.meters.next_run(done.wait_s)
        self.told(done)


def states_of(actions: tuple[Action, ...]) -> dict[str, int]:
    """Reports by state after a run, as ``status`` names them."""
    today = dt.datetime.now(dt.UTC).date()
    states = Counter(
        "in sync" if one.verb in WRITES else state_of(one, today)
        for one in actions
        if one.kind == "report" and one.verb != "archive"
    )
    return dict(states)


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
