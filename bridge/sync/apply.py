"""The executor of a plan. It decides nothing: what can't be done as planned is reported, never replaced."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import msgspec

from adapters.base import Change, Draft, Page, Root
from adapters.ordering import Ordering
from bridge.sync import order
from bridge.sync.actions import Action, Plan
from bridge.sync.headings import REASON, ROUNDS, Headings, is_unchanged, same_places
from bridge.sync.sending import parent_of
from bridge.sync.titles import title_to_give
from bridge.sync.waves import at_once, waves
from bridge.sync.working import FATAL, Working
from converters.errors import BridgeError
from converters.model import Rendered
from converters.notes import Note

log = logging.getLogger(__name__)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a plan: the actions as they ended, in the plan's order; ``fatal`` stopped the rest."""

    actions: tuple[Action, ...]
    fatal: BridgeError | None = None
    interrupted: bool = False
    root: Root | None = None
    """Where the pages are, once it was made ready to be written to."""


class Applier(Working):
    """One run over one plan. ``clock`` gives ISO 8601 times; ``done`` hears of each finished action."""

    _creates: frozenset[str] = frozenset()

    def apply(self, plan: Plan) -> Result:
        """Do the plan's actions: parents, stubs, bodies, moves, archives last and only when nothing failed."""
        writes = [one for one in plan.actions if one.verb in {"create", "update", "move"}]
        archives = [one for one in plan.actions if one.verb == "archive"]
        self._pages = {key: was.page for key, was in self.observed.tracked.items() if was.page is not None}
        self._headings = Headings(self.wiki, plan.actions, self.outside)
        self._pages |= {one.key: page for one in plan.actions if (page := one.page) and one.verb != "create"}
        if not plan.changes and not plan.drop:
            self._list_found()
            return Result(actions=plan.actions)
        failed_before = any(one.verb == "error" for one in plan.actions)
        try:
            self._guard(lambda: self._begin(plan))
            self._create([one for one in writes if one.verb == "create"])
            apart = {order.REASON, REASON}
            self._each([one for one in writes if one.key not in self._ended and one.reason not in apart], self._write)
            self._each([one for one in plan.actions if one.only_renamed], self._rename)
            self._correct(plan)
            self._sort(plan)
            self._archive(archives, failed_before)
        except KeyboardInterrupt:
            self.stop.set()
        self._finish(plan)
        actions = tuple(
            self._ended.get(one.key, one) if one in writes or one in archives or is_unchanged(one) else one
            for one in plan.actions
        )
        stopped = self.stopping()
        return Result(actions=self._open_ones(actions), fatal=self.fatal, interrupted=stopped, root=self.root)

    def _list_found(self) -> None:
        """Tell bulk records of what a killed run has made, else a page that people move away is lost to us."""
        if self.observed.unlisted:
            try:
                self.wiki.finish(self.observed, [], [])
            except BridgeError as error:  # what stands where we put it is found all the same
                log.warning("the list of our pages could not be kept: %s", error.message)

    def _open_ones(self, actions: Sequence[Action]) -> tuple[Action, ...]:
        return tuple(
            msgspec.structs.replace(one, verb="error", reason=self._why_not_done())
            if one.verb in {"create", "update", "move"} and one.key not in self._ended
            else one
            for one in actions
        )

    def _why_not_done(self) -> str:
        return f"not done: {self.fatal.message}" if self.fatal else "not done: interrupted"

    # ---------------------------------------------------------------- steps

    def _begin(self, plan: Plan) -> None:
        self.root = self.wiki.begin(self.observed, arrivals=plan.arrivals)

    def _create(self, creates: Sequence[Action]) -> None:
        """Stubs level by level, so that parents are there before their children."""
        keys = self._creates = frozenset(one.key for one in creates)
        pending = list(creates)
        while pending and not self.stopping():
            waiting = {one.key for one in pending}
            ready: Sequence[Action] = [one for one in pending if parent_of(one) not in waiting]
            if self.wiki.caps.writer == "confluence":  # whose pages link to their authors'
                ready = at_once(ready, pending)
            if self.wiki.caps.folder_pages:  # reports tell of these
                ready = [one for one in ready if one.kind == "folder"] or ready
            for wave, empty in waves(ready or pending, self.jobs):
                self._each(wave, self._stub if empty else self._make)
            pending = [one for one in pending if one not in (ready or pending)]
            lost = {key for key in keys if key in self._ended and self._ended[key].verb in {"error", "conflict"}}
            for one in [one for one in pending if parent_of(one) in lost]:
                self._end(one, "error", "its parent page can't be made")
                pending.remove(one)

    def _make(self, one: Action) -> None:
        """The page with its content, where all that its links lead to is there."""
        rendered = self.bodies.rendered(one.key)
        waits = any(self._to_come(key) for key in rendered.links)
        closed = one.local is not None and one.local.readers is not None  # closed first, then written
        filed = one.kind == "folder" and self.wiki.caps.folder_pages  # its view is over reports that are there
        if waits or closed or filed or (rendered.assets and not self.wiki.caps.create_with_assets):
            self._stub(one)
            return
        content, notes = self._resolved(one, rendered)
        made = self.wiki.create(self._draft(one, content))
        self._pages[one.key] = made.page
        if made.record.version:
            self._kept(made, (*one.notes, *notes, *made.notes), one)
        else:
            self._stubs[one.key] = made

    def _stub(self, one: Action) -> None:
        """The page without its content."""
        made = self.wiki.create(self._draft(one, None))
        self._pages[one.key] = made.page
        self._stubs[one.key] = made

    def _draft(self, one: Action, content: Rendered | None) -> Draft:
        readers = one.local.readers if one.local else None
        return Draft(
            record=self._record(one), title=one.title, parent=self._parent_id(one), content=content, readers=readers
        )

    def _to_come(self, key: str) -> bool:
        """Whether a page will be made later in this run."""
        key = self.aliases.get(key, key)
        return key in self._creates and key not in self._pages and key not in self._ended

    def _write(self, one: Action) -> None:
        content, notes = self._resolved(one, self.bodies.rendered(one.key))
        if one.verb == "move":
            moved = self.wiki.move(self._pages[one.key], self._parent_id(one), self._record(one))
            self._kept(moved, one.notes, one)
        else:
            self._send(one, self._pages[one.key], content, notes)

    def _send(self, one: Action, page: Page, content: Rendered, notes: Sequence[Note]) -> None:
        """The page with this content, as far as it isn't so yet."""
        change = Change(
            record=self._record(one),
            title=title_to_give(one.local, one.was) if one.local else one.title,
            content=content,
            base=page.version,
            parent=self._new_parent(one),
            message=f"nbwiki: {one.reason}",
            readers=one.local.readers if one.local else None,
        )
        written = self.wiki.write(page, change)
        self._kept(written, (*one.notes, *notes, *written.notes), one)

    def _correct(self, plan: Plan) -> None:
        """Pages whose links to headings lead elsewhere than these are, once all pages are written."""
        for _ in range(ROUNDS):
            wrong = [one for one in plan.actions if self._led_astray(one)]
            if self.stopping() or not wrong:
                break
            self._each(wrong, self._lead)
        for one in plan.actions:
            if one.reason == REASON and one.key not in self._ended and not self.stopping():
                self._end(one, "skip", "unchanged")

    def _led_astray(self, one: Action) -> bool:
        """Whether links to headings are to be corrected on a page that is as planned otherwise."""
        now = self._ended.get(one.key, one)
        as_planned = now.verb in {"create", "update"} and one.verb in {"create", "update"}
        if one.local is None or not (as_planned or (is_unchanged(one) and now.verb in {"skip", "update"})):
            return False
        return not self._headings.settled(one.local, self._places_kept(one))

    def _lead(self, one: Action) -> None:
        """Correct a page's links to headings; only its record where they are right and told of another version."""
        before = self._places_kept(one)
        page, record = self._headings.there(one.key)
        content, notes = self._resolved(one, self.bodies.rendered(one.key))
        if same_places(before, self._places[one.key]):
            kept = self.wiki.keep(page, msgspec.structs.replace(record, headings=self._places[one.key]))
            with self._lock:
                self._written.append(kept.record)
            return
        self._send(
            msgspec.structs.replace(one, verb="update", reason=REASON) if is_unchanged(one) else one,
            page,
            content,
            notes,
        )

    def _rename(self, one: Action) -> None:
        """The record of a page that is left alone, under the name that its source has now."""
        if one.was is None or one.page is None or one.local is None:
            raise AssertionError("only what is published can have been renamed")
        kept = self.wiki.keep(one.page, msgspec.structs.replace(one.was.record, key=one.key, source=one.local.source))
        with self._lock:
            self._written.append(kept.record)
            self._removed.append(one.was.record.key)

    def _sort(self, plan: Plan) -> None:
        """Pages below one parent in their wished order, once all of them are there."""
        if not plan.sortings or self.stopping() or not isinstance(self.wiki, Ordering):
            return
        root = (self.root or self.observed.root).id
        wished = order.resolved(plan.sortings, self._pages, root)
        moves = [one for one in plan.actions if one.reason == order.REASON]
        try:
            notes = self.wiki.arrange(wished)
        except FATAL as error:
            self.fatal = self.fatal or error
            self.stop.set()
            return
        except BridgeError as error:
            for one in moves:
                self._end(one, "error", str(error))
            return
        for note in notes:
            log.warning("%s", note.text)
        for one in moves:
            self._end(one, "move", one.reason)

    def _archive(self, archives: Sequence[Action], failed_before: bool) -> None:
        failed = failed_before or any(one.verb in {"error", "conflict"} for one in self._ended.values())
        if failed or self.stopping():
            for one in archives:
                self._ended[one.key] = msgspec.structs.replace(
                    one, verb="skip", reason="not archived: the run had errors"
                )
            return
        for one in archives:
            self._each([one], self._remove)

    def _remove(self, one: Action) -> None:
        if one.was is not None and one.page is not None:
            self.wiki.archive(one.page, one.was.record)
            self._removed.append(one.key)
            self._end(one, "archive", one.reason)

    def _finish(self, plan: Plan) -> None:
        done = {record.key for record in self._written}
        begun = [stub.record for key, stub in self._stubs.items() if key not in done]  # stopped or refused half-way
        if self.fatal is None and (self._written or begun or self._removed or plan.drop):
            written = [*self._written, *begun]
            self._guard(lambda: self.wiki.finish(self.observed, written, [*self._removed, *plan.drop]))
