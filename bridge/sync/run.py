"""A whole sync: observe, render, plan, apply. The one place where the parts meet."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path

import msgspec

from adapters.base import Observed, Wiki
from adapters.directory import Directory
from adapters.ordering import Ordering
from bridge import __version__
from bridge.discover import Discovery, Found, discover
from bridge.hosting import hosted
from bridge.hub.cards import Heard
from bridge.hub.weave import HUB_PATH, Weaver, heard_of
from bridge.pipeline import Conversion, RenderOptions, options_for, render_path
from bridge.settings import Settings
from bridge.similar import with_similar
from bridge.source_tree import SourceTree
from bridge.sync.actions import Action, Flags, Local, Plan
from bridge.sync.adopt import foreign_pages
from bridge.sync.apply import Applier, Result
from bridge.sync.bodies import Bodies
from bridge.sync.folders import (
    filed,
    folder_key,
    folder_locals,
    folder_page,
    folders_above,
    kept_by_people,
    pretty,
    without_empty,
)
from bridge.sync.folders import parents as parents_of
from bridge.sync.headings import below, with_outdated
from bridge.sync.locals import local_of
from bridge.sync.order import with_orders
from bridge.sync.outside import Outside
from bridge.sync.placing import place_moves, placed_as_wished, told_without_tree
from bridge.sync.plan import link_state, match_records, plan
from bridge.sync.posts import settled
from bridge.sync.scope import parent_ids, reachable, reserved, scope_of, still_there_of, tell_of_other_names
from bridge.sync.strays import with_strays
from bridge.sync.titles import assign_titles
from converters.errors import BridgeError, ConfigError
from converters.options import WriteOptions

log = logging.getLogger(__name__)


class Prepared(msgspec.Struct, kw_only=True):
    """A plan and what apply needs beside it."""

    plan: Plan
    observed: Observed
    bodies: Bodies
    aliases: dict[str, str]
    outside: Outside


class Sync:
    """One sync of one target. ``executor`` renders; None is this process."""

    def __init__(  # noqa: PLR0913  (keyword-only, each one a different thing)
        self,
        settings: Settings,
        wiki: Wiki,
        *,
        flags: Flags,
        math: str = "image",
        space: str = "",
        executor: Executor | None = None,
        files: SourceTree | None = None,
    ) -> None:
        self.settings = settings
        self.wiki = wiki
        self.flags = flags
        self.executor = executor
        self.write = WriteOptions(flavor=wiki.caps.flavor, math=math, space=space, people=settings.file.hub.enabled)
        self.files = files or SourceTree(settings.root)
        self.fields: dict[str, tuple[str, ...]] = {}
        """Names of the metadata that each document came with, by path; for ``import``."""
        self.rendered: Callable[[int, int], None] = lambda _done, _total: None
        self.today = dt.datetime.now(dt.UTC).date().isoformat()
        self._heard: dict[str, Heard] = {}

    def prepare(self, paths: Sequence[Path] = ()) -> Prepared:
        """Observe, render and plan; writes nothing."""
        discovery = discover(self.settings, paths)
        observed = self.wiki.observe()
        bodies = Bodies(self.files)
        locals_, aliases = self._locals(discovery, bodies, observed)
        caps = self.wiki.caps
        there = still_there_of(discovery, self.files)
        observed = with_strays(self.wiki, observed, locals_, there)
        was = match_records(locals_, observed.tracked, there)
        locals_ = settled(locals_, was, caps)
        titled = assign_titles(
            locals_, was, reserved=reserved(observed, was), unique=caps.unique_titles, longest=caps.max_title_chars
        )
        foreign = foreign_pages(self.wiki, titled, was, self.flags)

        def planned(wanted: Iterable[Local]) -> Plan:
            scope = scope_of(discovery, hub=self.settings.file.hub.enabled)
            return plan(list(wanted), observed.tracked, foreign, self.flags, scope=scope, still_there=there)

        if self.settings.file.hub.enabled:
            reports, own = self._with_hub(planned(titled), titled, observed, bodies, discovery)
            foreign = foreign.with_those(
                foreign_pages(self.wiki, own, match_records(own, observed.tracked), self.flags)
            )
            titled = (*reports, *own)
            observed = with_strays(self.wiki, observed, own)

        # which pages will be there is known only from a plan, and is part of the digest of pages that link to them
        links = reachable(planned(titled), observed)
        made = planned(
            msgspec.structs.replace(one, digest=link_state(one.digest, one.links, links.__contains__)) for one in titled
        )
        tell_of_other_names(made, observed)
        if caps.tree:
            made = place_moves(made, parent_ids(made, observed))
        if isinstance(self.wiki, Ordering):
            made = with_orders(made, observed.orders, parent_ids(made, observed))
        if caps.folder_pages:
            made = without_empty(made)
        made = with_outdated(kept_by_people(made, self.wiki), self.wiki)
        made = with_similar(made, observed, self._heard)
        outside = Outside(self.settings, discovery, observed, self.write, caps.writer, self.files)
        made = self._compared(made, bodies)
        return Prepared(plan=made, observed=observed, bodies=bodies, aliases=aliases, outside=outside)

    def _with_hub(
        self, first: Plan, titled: Sequence[Local], observed: Observed, bodies: Bodies, discovery: Discovery
    ) -> tuple[tuple[Local, ...], tuple[Local, ...]]:
        """The reports with what the hub adds to them, and its own pages."""
        caps = self.wiki.caps
        weaver = Weaver(
            self.settings.file.hub,
            write=self.write,
            target=caps.writer,
            files=self.files,
            today=self.today,
            changed=discovery.changed,
            keys=discovery.keys,
            base=discovery.base,
            ask=self.wiki.accounts if isinstance(self.wiki, Directory) else lambda _: {},
        )
        there = (one for one in observed.tracked.values() if one.page is not None and one.page.status == "current")
        sources = {one.record.source: one.record.key for one in there if one.record.source}
        sources |= {one.source: one.key for one in titled if one.readers is None}
        woven = weaver.weave(first, observed, self._heard, flags=self.flags, sources=sources if caps.tree else {})
        bodies.parts = woven.parts
        for key, page in woven.bodies.items():
            bodies.add(key, HUB_PATH, page, None)
        was = match_records(woven.pages, observed.tracked)
        taken = reserved(observed, {**match_records(woven.reports, observed.tracked), **was})
        taken |= {one.title.casefold() for one in woven.reports}
        named = assign_titles(woven.pages, was, reserved=taken, unique=caps.unique_titles, longest=caps.max_title_chars)
        return tuple(below(one, woven.parts.get(one.key)) for one in woven.reports), named

    def _compared(self, made: Plan, bodies: Bodies) -> Plan:
        """The plan with what people changed, for the reports that are left alone because of it."""

        def compared(one: Action) -> Action:
            if one.was is None or not one.was.edited or one.local is None or one.kind != "report" or one.local.error:
                return one
            try:
                return msgspec.structs.replace(one, diff=self.wiki.differences(one.was, bodies.rendered(one.key)))
            except BridgeError as error:  # to look at it is a courtesy: the conflict itself is told all the same
                log.debug("%s: the page can't be compared: %s", one.key, error)
                return one

        return msgspec.structs.replace(made, actions=tuple(compared(one) for one in made.actions))

    def apply(
        self,
        prepared: Prepared,
        *,
        jobs: int = 0,
        done: Callable[[Action], None] | None = None,
        asked: Callable[[], bool] = lambda: False,
    ) -> Result:
        """Do what was planned; once ``asked`` to stop, only what is in flight."""
        bodies = hosted(prepared.bodies, self.settings.file.interactive)
        applier = Applier(self.wiki, prepared.observed, bodies, jobs=jobs, clock=_now, version=__version__)
        applier.aliases = prepared.aliases
        applier.outside = prepared.outside.anchors
        applier.done = done or (lambda _: None)
        applier.asked = asked
        return applier.apply(prepared.plan)

    def _locals(self, discovery: Discovery, bodies: Bodies, observed: Observed) -> tuple[list[Local], dict[str, str]]:
        known = discovery.known()
        taken = frozenset(known.values())
        options = {
            one.path: options_for(one, self.settings, known, self.write, self.wiki.caps.writer)
            for one in discovery.found
        }
        locals_: list[Local] = []
        for count, (found, done) in enumerate(self._conversions(discovery.found, options), start=1):
            local = local_of(found, done, taken, self.wiki.caps.writer)
            local = _closed(local, self.wiki)
            if done.rendered is not None:
                bodies.add(local.key, found.path, done.rendered, options[found.path])
                self._heard[local.key] = heard_of(found.path, done)
            locals_.append(local)
            self.fields[found.path] = done.meta.given
            self.rendered(count, len(discovery.found))
        aliases = {was.record.source: key for key, was in observed.tracked.items() if was.record.source}
        aliases |= {one.source: one.key for one in locals_}
        locals_ = [
            msgspec.structs.replace(
                one,
                links=tuple(aliases.get(key, key) for key in one.links),
                headings=tuple((aliases.get(key, key), anchor) for key, anchor in one.headings),
            )
            for one in locals_
        ]
        if not self.wiki.caps.tree:
            folders: list[Local] = []
            if self.wiki.caps.folder_pages:
                folders = filed(locals_, discovery, observed, bodies, self.write, self.wiki.caps.writer)
            return [*told_without_tree(locals_), *folders], aliases
        titles = {was.record.title.casefold(): key for key, was in observed.tracked.items() if was.page is not None}
        return self._in_folders(locals_, discovery, bodies, aliases, titles), aliases

    def _in_folders(
        self,
        locals_: list[Local],
        discovery: Discovery,
        bodies: Bodies,
        aliases: dict[str, str],
        titles: dict[str, str],
    ) -> list[Local]:
        keys = {path: aliases.get(key, key) for path, key in discovery.keys.items()}
        parent_of, all_bare = parents_of(keys, discovery.base)
        needed = {folder for one in locals_ for folder in folders_above(one.path)}
        bare = [folder for folder in all_bare if folder in needed]
        digests = {}
        for folder in bare:
            page = folder_page(pretty(folder.rpartition("/")[2]), self.write, self.wiki.caps.writer)
            digests[folder] = page.digest
            bodies.add(folder_key(discovery.base, folder), f"{folder}/", page, None)
        placed = [msgspec.structs.replace(one, parent=parent_of[one.path]) for one in locals_]
        placed = placed_as_wished(placed, parent_of, keys, discovery.base, titles)
        return [*placed, *folder_locals(bare, parent_of, (discovery.base, *discovery.former_bases), digests)]

    def _conversions(
        self, found: Sequence[Found], options: dict[str, RenderOptions]
    ) -> Iterable[tuple[Found, Conversion]]:
        if self.executor is None:
            for one in found:
                yield one, render_path(one.path, options[one.path], self.files)
            return
        futures = [(one, self.executor.submit(render_path, one.path, options[one.path], self.files)) for one in found]
        for one, future in futures:
            crash = future.exception()
            if crash is None:
                yield one, future.result()
            elif isinstance(crash, ConfigError):
                raise crash
            else:
                yield one, Conversion(path=one.path, error=f"{one.path}: the worker crashed: {crash!r}")


def _closed(local: Local, wiki: Wiki) -> Local:
    """The report; an error where it is for a few only and this wiki can't keep a page from the others."""
    if local.readers is None or wiki.caps.restricts or local.error:
        return local
    text = (
        "visibility is not public, and this wiki can't keep a single page from its readers: not published "
        "(publish it to a target of its own that only they can open)"
    )
    return msgspec.structs.replace(local, error=text)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def clock() -> float:
    """Seconds for durations."""
    return time.monotonic()
