"""``plan``, ``sync`` and ``status``: parse, call one function, print."""

from __future__ import annotations

import json
import math
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from bridge.cli import Globals, echo_error, mask
from bridge.config import color_wanted, environment
from bridge.options import MirrorOptions, PlanOptions, SyncOptions, options
from bridge.progress import progress
from bridge.publish import Published, plan_code, publish
from bridge.report import COLORS, SIGILS, closing, lines
from bridge.session import opened, settings_for
from bridge.sync.actions import Flags
from converters.errors import BridgeError

LOOK_EVERY_S = 0.2
"""How soon a run of ``--watch`` that waits heeds a signal or a change."""
PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
TARGET = click.option("-t", "--target", envvar="NBWIKI_TARGET", help="target to publish to; default: the only one")


@click.command()
@PATHS
@TARGET
@options(PlanOptions)
@click.pass_obj
def plan(obj: Globals, paths: Sequence[Path], target: str | None, options: PlanOptions) -> int:
    """Show what sync would change, and why. Writes nothing."""
    settings = settings_for(obj)
    flags = flags_of(options)
    with opened(settings, target) as (name, _, wiki), progress(verbosity=obj.verbosity, plain=options.json) as watcher:
        done = publish(settings, wiki, name, flags=flags, paths=paths, write=False, watcher=watcher)
    show(done, obj, as_json=options.json)
    return plan_code(done, wanted=options.exit_code)


@click.command()
@PATHS
@TARGET
@options(SyncOptions)
@click.pass_obj
def sync(obj: Globals, paths: Sequence[Path], target: str | None, options: SyncOptions) -> int:
    """Publish reports and bring their pages up to date."""
    if options.watch:
        return _watched(obj, paths, target, options)
    return _sync_once(obj, paths, target, options, lambda: False)


def _watched(obj: Globals, paths: Sequence[Path], target: str | None, options: SyncOptions) -> int:
    """Sync whenever files change, until SIGTERM or Ctrl-C. A run that fails is told, and tried again with the next change;
    while the wiki is away also by itself. What is wrong at the very start is raised.
    """
    from bridge.exit_codes import INTERRUPTED, UNREACHABLE, exit_code, message
    from bridge.mirror import backoff
    from bridge.stopping import Stop
    from bridge.watch import news_of

    stop, failures, first = Stop(), 0, True
    news = news_of(settings_for(obj).root)
    with stop.listening():
        while not stop.asked():
            news.clear()
            try:
                code = _sync_once(obj, paths, target, options, stop.asked)
            except BridgeError as error:
                code = exit_code(error)
                if first and code != UNREACHABLE:
                    raise
                echo_error(f"nbwiki: {message(error)}")
            first = False
            failures = failures + 1 if code == UNREACHABLE else 0
            wait = backoff(failures) if failures else None
            if wait is not None:
                echo_error(f"trying again in {wait:.0f} s, or when files change")
            until = time.monotonic() + wait if wait is not None else math.inf
            while not stop.asked() and not news.wait(LOOK_EVERY_S) and time.monotonic() < until:
                pass
    click.echo("stopped", err=True)
    return 0 if stop.signal == signal.SIGTERM else INTERRUPTED


def _sync_once(
    obj: Globals, paths: Sequence[Path], target: str | None, options: SyncOptions, asked: Callable[[], bool]
) -> int:
    settings = settings_for(obj)
    with opened(settings, target) as (name, _, wiki), progress(verbosity=obj.verbosity, plain=options.json) as watcher:
        done = publish(
            settings,
            wiki,
            name,
            flags=flags_of(options),
            paths=paths,
            write=not options.dry_run,
            jobs=options.jobs,
            executor=options.executor,
            execute=options.execute,
            watcher=watcher,
            asked=asked,
        )
    show(done, obj, as_json=options.json)
    return done.code


@click.command()
@TARGET
@click.option("--views", is_flag=True, help="views and viewers, where the wiki tells them (two requests a page)")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.pass_obj
def status(obj: Globals, target: str | None, *, views: bool, as_json: bool) -> int:
    """Show each report: in sync, changed here, edited there, conflict, gone, stale; with owner, age and link."""
    from bridge.status import status_of, status_text

    settings = settings_for(obj)
    with opened(settings, target) as (name, _, wiki):
        found = status_of(settings, wiki, name, views=views)
    click.echo(mask(json.dumps(found, ensure_ascii=False) if as_json else status_text(found)))
    return 0


@click.command()
@TARGET
@click.option("--since", default="", metavar="D", help="only comments since this day (2026-11-01), or 7d, 2w, 12h ago")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.pass_obj
def feedback(obj: Globals, target: str | None, since: str, *, as_json: bool) -> int:
    """Show readers' comments, by report and the place that they are about."""
    from bridge.discover import bases_of
    from bridge.feedback import feedback_of, feedback_text, since_of
    from bridge.source_tree import SourceTree

    moment = since_of(since)
    settings = settings_for(obj)
    with opened(settings, target) as (name, _, wiki):
        found = feedback_of(wiki, name, moment, SourceTree(settings.root), bases_of(settings))
    click.echo(mask(json.dumps(found, ensure_ascii=False) if as_json else feedback_text(found)))
    return 0


@click.command()
@click.argument("report")
@TARGET
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.pass_obj
def history(obj: Globals, report: str, target: str | None, *, as_json: bool) -> int:
    """Show the versions of a report's page: when, who, which commit, what changed."""
    from bridge.reports import history_of, history_text

    with opened(settings_for(obj), target) as (name, _, wiki):
        found = history_of(wiki, name, report)
    click.echo(mask(json.dumps(found, ensure_ascii=False) if as_json else history_text(found)))
    return 0


@click.command()
@click.argument("report")
@TARGET
@click.option("--force", is_flag=True, help="also if people have edited the page")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.pass_obj
def remove(obj: Globals, report: str, target: str | None, *, force: bool, as_json: bool) -> int:
    """Take a report off the wiki: its page goes to the archive or the trash, never further."""
    from bridge.reports import remove as taken_off

    settings = settings_for(obj)
    with opened(settings, target) as (name, _, wiki):
        done = taken_off(wiki, name, report, force=force)
    there = (settings.root / str(done["source"])).is_file()
    if as_json:
        click.echo(mask(json.dumps(done, ensure_ascii=False)))
    else:
        place = "the archive" if done["verb"] == "archive" else "the trash"
        click.echo(mask(f"- {done['source']} → {done['title']!r}: in {place}"))
    if there:
        click.echo(f"{done['source']} is still here: the next sync publishes it again unless it is excluded", err=True)
    return 0


def flags_of(options: PlanOptions | SyncOptions | MirrorOptions) -> Flags:
    """What the options allow."""
    return Flags(
        prune=options.prune,
        force=options.force,
        adopt=options.adopt,
        recreate=options.recreate,
        strict=options.strict,
    )


def show(done: Published, obj: Globals, *, as_json: bool, echo: Callable[[str], None] = click.echo) -> None:
    """Print how a run ended."""
    if as_json:
        echo(mask(json.dumps(done.report, ensure_ascii=False)))
        return
    verbose = obj.verbosity > 0
    for text in lines(done.actions, verbose=verbose, quiet=obj.verbosity < 0):
        echo(_colored(mask(text)))
    if obj.verbosity >= 0:
        url = done.root.url if done.root else ""
        echo(closing(done.actions, planned=done.planned, verbose=verbose, seconds=done.seconds, url=url))


def _colored(text: str) -> str:
    """A line with its sigil in colour, where colours are wanted (click drops them off a terminal)."""
    color = next((COLORS.get(verb) for verb, sigil in SIGILS.items() if text.startswith(f"{sigil} ")), None)
    return click.style(text[0], fg=color) + text[1:] if color and color_wanted(environment()) else text
