"""Values of a sync: what is here, what is to be done, and what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from adapters.base import Page, Record, Tracked
from converters.notes import Note

Verb: TypeAlias = Literal["create", "update", "move", "skip", "archive", "conflict", "error"]
VERBS: tuple[Verb, ...] = ("create", "update", "move", "skip", "archive", "conflict", "error")
WRITES: frozenset[Verb] = frozenset({"create", "update", "move", "archive"})
"""Verbs that change the wiki."""


class Flags(msgspec.Struct, frozen=True, kw_only=True):
    """What the person allowed beyond the careful default."""

    prune: bool = False
    force: bool = False
    adopt: bool = False
    recreate: bool = False
    strict: bool = False


class Local(msgspec.Struct, frozen=True, kw_only=True):
    """A report or folder as the sources have it now. ``parent`` is the key of its parent page, empty for the root.

    ``digest`` is over the rendered page and over which of its links lead nowhere yet. ``record`` is what will be
    kept, still without page and version.
    """

    key: str
    kind: Literal["report", "folder", "hub"] = "report"
    path: str = ""
    source: str = ""
    title: str = ""
    own_title: str = ""
    """The title in the source, where ``title`` is another one that tells pages apart."""
    digest: str = ""
    parent: str = ""
    wish: str = ""
    """The parent that the document itself asks for, as it is written there."""
    former: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    """Keys that it would have under other suffixes, where no file has them: a report that changed its format."""
    links: tuple[str, ...] = ()
    anchors: Mapping[str, str] = {}
    headings: tuple[tuple[str, str], ...] = ()
    """Key and anchor of the places on other pages that it links to, where the wiki gives those no names."""
    owner: str = ""
    review_by: str = ""
    topics: tuple[str, ...] = ()
    readers: tuple[str, ...] | None = None
    """Who alone may read it (``visibility``, ``allow``); None: everybody who reads the wiki."""
    order: float | None = None
    """Its place among the pages below its parent, where the document wishes for one."""
    named: str = ""
    """The id of the page that the document names as its own: another tool wrote it there."""
    post: bool = False
    """A blog post instead of a page in the tree (:mod:`bridge.sync.posts`)."""
    notes: Sequence[Note] = ()
    hub: Mapping[str, object] = {}
    """What the record keeps for the hub."""
    error: str = ""


class Similar(msgspec.Struct, frozen=True, kw_only=True):
    """A published report that is like a new one. ``score`` is the cosine of their words, 0 to 1."""

    title: str
    url: str
    key: str
    owner: str = ""
    score: float = 0.0


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a plan. ``was`` is the record and page that the plan saw (the precondition of the write)."""

    verb: Verb
    key: str
    reason: str
    source: str = ""
    title: str = ""
    kind: Literal["report", "folder", "hub"] = "report"
    page_id: str = ""
    url: str = ""
    notes: Sequence[Note] = ()
    diff: Sequence[str] = ()
    """What people changed on the page since our last write, where that stands in the way."""
    similar: Sequence[Similar] = ()
    """For a new report: those that are published already and most like it, the most alike first."""
    local: Local | None = None
    was: Tracked | None = None
    adopted: Page | None = None

    @property
    def page(self) -> Page | None:
        """The page that the plan saw."""
        return self.adopted or (self.was.page if self.was else None)

    @property
    def only_renamed(self) -> bool:
        """Whether the page stays as it is, and its record is to name another source: a report at its former path is
        another one, then.
        """
        if self.local is None or self.was is None or self.page is None or self.page.status != "current":
            return False
        left = self.verb in {"conflict", "error", "skip"}
        was = self.was.record
        return left and self.key != was.key and bool(self.local.source) and self.local.source != was.source


class Sorting(msgspec.Struct, frozen=True, kw_only=True):
    """Pages below one parent (by its key, empty for the root) that are to be sorted: keys with their wished numbers."""

    parent: str
    pages: tuple[tuple[str, float], ...]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All actions, parents before children, archives last. ``drop`` are keys whose record goes (both sides gone)."""

    actions: tuple[Action, ...]
    drop: tuple[str, ...] = ()
    sortings: tuple[Sorting, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether applying would write anything."""
        return bool(self.sortings) or any(action.verb in WRITES or action.only_renamed for action in self.actions)

    @property
    def arrivals(self) -> bool:
        """Whether pages come, go, move or get other names, beyond new bodies for those that are known."""
        return bool(self.drop or self.sortings) or any(
            one.only_renamed
            or (one.verb in WRITES and (one.verb != "update" or one.was is None or one.adopted is not None))
            for one in self.actions
        )


def action(verb: Verb, reason: str, local: Local | None, was: Tracked | None, adopted: Page | None = None) -> Action:
    """An action on a report, with what is known of its page."""
    page = adopted or (was.page if was else None)
    record = was.record if was else Record(key="")
    return Action(
        verb=verb,
        reason=reason,
        key=local.key if local else record.key,
        source=local.path if local else record.source.partition(":")[2] or record.source,
        title=local.title if local else record.title,
        kind=local.kind if local else record.kind,
        page_id=page.id if page else record.page,
        url=page.url if page else "",
        notes=local.notes if local else (),
        local=local,
        was=was,
        adopted=adopted,
    )
