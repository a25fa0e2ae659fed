"""What ``plan``, ``sync``, ``sync --watch`` and ``demo`` do, free of the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path

import msgspec

from adapters.base import Root, Wiki
from bridge.exit_codes import INTERRUPTED, exit_code, of_plan, of_sync
from bridge.report import as_json
from bridge.settings import Settings
from bridge.source_tree import SourceTree
from bridge.sync.actions import Action, Flags
from bridge.sync.apply import Result
from bridge.sync.run import Sync, clock


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended. ``planned``: nothing was to be written. ``root`` is where the pages are."""

    actions: tuple[Action, ...]
    report: dict[str, object]
    code: int
    planned: bool = False
    seconds: float = 0.0
    root: Root | None = None


class Watcher(msgspec.Struct, kw_only=True):
    """Who hears of progress: counts of rendered reports, and each finished action."""

    rendered: Callable[[int, int], None] = lambda _done, _total: None
    planned: Callable[[Sequence[Action]], None] = lambda _actions: None
    done: Callable[[Action], None] = lambda _action: None


def publish(  # noqa: PLR0913  (keyword-only, each one a different thing)
    settings: Settings,
    wiki: Wiki,
    name: str,
    *,
    flags: Flags,
    paths: Sequence[Path] = (),
    write: bool = True,
    jobs: int = 0,
    executor: str | Executor = "local",
    execute: bool = False,
    watcher: Watcher | None = None,
    asked: Callable[[], bool] = lambda: False,
) -> Published:
    """Plan, and apply unless ``write`` is false. Once ``asked`` to stop, only actions in flight end.

    Raises errors that stop everything (credentials, unknown space).
    """
    from bridge.execute import executed_tree
    from bridge.executors import open_executor

    started = clock()
    watcher = watcher or Watcher()
    with open_executor(executor) as pool, executed_tree(settings, paths, wanted=execute) as files:
        sync = sync_of(settings, wiki, name, flags=flags, executor=pool, files=files)
        sync.rendered = watcher.rendered
        prepared = sync.prepare(paths)
        watcher.planned(prepared.plan.actions)
        actions, code, root = prepared.plan.actions, of_sync(prepared.plan.actions), prepared.observed.root
        if write:
            result = sync.apply(prepared, jobs=jobs, done=watcher.done, asked=asked)
            actions, code, root = result.actions, _code(result), result.root or root
    seconds = clock() - started
    report = as_json(name, actions, wiki.requests, seconds)
    return Published(actions=actions, report=report, code=code, planned=not write, seconds=seconds, root=root)


def sync_of(
    settings: Settings,
    wiki: Wiki,
    name: str,
    *,
    flags: Flags,
    executor: Executor | None = None,
    files: SourceTree | None = None,
) -> Sync:
    """A sync of one configured target, told what its section says of writing."""
    section = settings.file.targets.get(name)
    math, space = (section.math, section.space) if section else ("image", "")
    return Sync(settings, wiki, flags=flags, math=math, space=space, executor=executor, files=files)


def _code(result: Result) -> int:
    if result.fatal is not None:
        return exit_code(result.fatal)
    return INTERRUPTED if result.interrupted else of_sync(result.actions)


def plan_code(published: Published, *, wanted: bool) -> int:
    """The exit code of ``plan``, by ``--exit-code``."""
    return of_plan(published.actions) if wanted else published.code
