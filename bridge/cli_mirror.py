"""``mirror``: parse, call one function, print one line a run."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bridge.cli import Globals, echo_error, mask
from bridge.cli_sync import TARGET, flags_of
from bridge.config import cache_folder, environment, target_name
from bridge.discover import UsageError
from bridge.options import MirrorOptions, options
from bridge.report import lines, summary
from bridge.session import settings_for


@click.command()
@click.argument("repo")
@TARGET
@options(MirrorOptions)
@click.pass_obj
def mirror(obj: Globals, repo: str, target: str | None, options: MirrorOptions) -> int:
    """Publish a git repository (a path or an address): what changed since the last run, once or again and again.

    Where things go is taken from the configuration of the folder that this runs in, or --config; the repository's own
    nbwiki.toml only tells which of its files are reports. SIGTERM and Ctrl-C end it after the action in flight.
    """
    from bridge.mirror import Job, Mirror, alone, every_seconds
    from bridge.remote_address import address_of, folder_name
    from bridge.stopping import Stop

    every = every_seconds(options.every) if options.every else 0.0
    if options.metrics_port and not every:
        raise UsageError("--metrics-port is of use with --every only", hint="add --every 30m, or leave it out")
    address = address_of(repo, Path.cwd())
    settings = settings_for(obj, rooted=False)
    name = target_name(settings, target)
    section = settings.file.targets[name]
    place = f"{section.kind} {section.url} {section.space} {section.parent} {section.database}"
    folder = (options.cache or cache_folder(environment()) / "mirror").resolve() / folder_name(address, place)
    job = Job(address=address, ref=options.ref, target=name, flags=flags_of(options), jobs=options.jobs, every=every)
    stop = Stop()
    with stop.listening(), alone(folder, f"{address.shown} to {name}"):
        mirrors = Mirror(settings, job, folder, stop)
        mirrors.told = _Lines(obj, job, as_json=options.json)
        with _metrics(mirrors, job, options):
            return mirrors.run()


@contextlib.contextmanager
def _metrics(mirrors: Any, job: Any, options: MirrorOptions) -> Iterator[None]:
    if not options.metrics_port:
        yield
        return
    from bridge.metrics import Meters, MetricsServer

    mirrors.meters = Meters(job.target, job.address.shown)
    server = MetricsServer(mirrors.meters, options.metrics_host, options.metrics_port)
    try:
        yield
    finally:
        server.close()


class _Lines:
    """Prints one line a run on stdout. Conflicts and failures go to stderr, when they are new."""

    def __init__(self, obj: Globals, job: Any, *, as_json: bool) -> None:
        self.job = job
        self.as_json = as_json
        self.log_json = obj.log_format == "json"
        self.verbose = obj.verbosity > 0
        self.quiet = obj.verbosity < 0
        self._problems: frozenset[str] = frozenset()

    def __call__(self, done: Any) -> None:
        problems = list(lines(done.actions, verbose=self.verbose, quiet=not self.verbose))
        for text in problems:
            if text not in self._problems and not self.as_json:
                echo_error(text)
        if done.published is not None:
            self._problems = frozenset(problems)
        if self.as_json or self.log_json:
            found = self._json(done)
            if not self.as_json:
                found.pop("actions", None)
            click.echo(mask(json.dumps(found, ensure_ascii=False)))
        elif not self.quiet or done.outcome in {"failed", "unreachable", "conflicts"}:
            click.echo(mask(self._text(done)))

    def _text(self, done: Any) -> str:
        """``2026-11-29T15:40:00Z main@1a2b3c4 → wiki: 2 created, 97 unchanged; 3.2 s, 14 reads, 9 writes``."""
        parts = [_said(done)]
        if done.published is not None:
            requests = done.published.report["requests"]
            retried = f", {requests['retried']} retried" if requests["retried"] else ""
            parts.append(f"{done.seconds:.1f} s, {requests['read']} reads, {requests['write']} writes{retried}")
        if done.wait_s is not None:
            again = "trying again" if done.outcome in {"unreachable", "failed"} else "next run"
            parts.append(f"{again} in {_span(done.wait_s)}")
        what = str(done.head or self.job.ref or self.job.address.shown)
        return f"{done.started} {what} → {self.job.target}: {'; '.join(parts)}"

    def _json(self, done: Any) -> dict[str, Any]:
        """What ``sync --json`` prints, and of the run: what was published, how it ended, when the next one comes."""
        empty = {"read": 0, "write": 0, "retried": 0}
        base: dict[str, Any] = {"schema": 1, "target": self.job.target, "actions": [], "counts": {}, "requests": empty}
        base |= done.published.report if done.published else {}
        soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=done.wait_s or 0)
        return {
            **base,
            "seconds": round(done.seconds, 3),
            "repository": self.job.address.shown,
            "ref": done.head.name if done.head else self.job.ref,
            "commit": done.head.commit if done.head else "",
            "previous": done.previous,
            "run": done.number,
            "started": done.started,
            "outcome": done.outcome,
            "code": done.code,
            "error": done.error,
            "next": soon.strftime("%Y-%m-%dT%H:%M:%SZ") if done.wait_s is not None else "",
        }


def _said(done: Any) -> str:
    if done.outcome == "unchanged":
        return "nothing new"
    if done.outcome == "stopped":
        return f"stopped: {summary(done.actions)}" if done.actions else "stopped"
    if done.published is None:
        return str(done.error)
    said = summary(done.actions)
    return f"{done.error} ({said})" if done.error else said


def _span(seconds: float) -> str:
    """``42 s``, ``28 min``, ``3.5 h``."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
