"""A page's body: appending trees of any depth, and least change of what is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.errors import NotFound, Refused, StaleVersion, WikiUnavailable
from adapters.notion.client import Json, NotionClient
from adapters.notion.edits import UNKNOWN, Entry, digest_of, leaf_texts, script, text_of, update_body
from adapters.notion.faults import Committed
from adapters.notion.requests import Later, Shape, batch

_LOST_ATTEMPTS = 4
"""How often an append whose answer was lost is looked for and sent again. Ours."""

Prepare = Callable[[Sequence[Shape]], list[Shape]]
"""Puts upload ids into blocks that are about to be sent."""


class Body:
    """Writes blocks of pages. ``bot`` is our user id: only blocks that it made are ever changed or deleted."""

    def __init__(self, client: NotionClient, bot: str) -> None:
        self._client = client
        self._bot = bot

    # ---------------------------------------------------------------- appending

    def append(
        self, parent: str, shapes: Sequence[Shape], known: set[str], after: str | None = None, *, start: bool = False
    ) -> list[str]:
        """Ids of the blocks, in order, now below the parent with all that is below them.

        They go to the end, or behind ``after``, or to the start; ``known`` are the ids that the parent had before.
        """
        ids: list[str] = []
        while len(ids) < len(shapes):
            part = batch(shapes, len(ids))
            made = self._append_once(parent, part.blocks, known, after, start=start)
            known.update(made)
            ids.extend(made)
            if after or start:
                after, start = ids[-1], False
            self.complete(made, part.later)
        return ids

    def complete(self, made: Sequence[str], later: Sequence[Later]) -> None:
        """Append what one request could not carry below the blocks that it made."""
        listings: dict[str, list[str]] = {}
        for path, children in later:
            block = made[path[0]]
            for index in path[1:]:
                if block not in listings:
                    listings[block] = [child["id"] for child in self._client.children(block)]
                block = listings[block][index]
            had = [child["id"] for child in self._client.children(block)] if block in listings else []
            self.append(block, children, set(had))

    def _append_once(
        self, parent: str, blocks: list[Shape], known: set[str], after: str | None, *, start: bool
    ) -> list[str]:
        """Ids of the blocks of one request; a lost answer is settled by looking, never by sending blindly."""
        found: list[str] = []
        for attempt in range(_LOST_ATTEMPTS):
            rest = [dict(block) for block in blocks[len(found) :]]
            place = found[-1] if found and (after or start) else after
            try:
                answer = self._client.append(parent, rest, place, start=start and not found)
            except Committed as done:
                found += done.children or self._arrived(parent, rest, known | set(found))
            except (WikiUnavailable, StaleVersion):
                if attempt == _LOST_ATTEMPTS - 1:
                    raise
                self._client.back_off(attempt + 1)
                found += self._arrived(parent, rest, known | set(found))
            else:
                found += [block["id"] for block in answer]
            if len(found) >= len(blocks):
                return found
        raise WikiUnavailable("Notion keeps losing blocks that it was sent", hint="try again later")

    def _arrived(self, parent: str, blocks: Sequence[Shape], known: set[str]) -> list[str]:
        """Ids of the blocks of a lost request that are there: new ones of ours, alike in kind and text."""
        fresh = [
            child
            for child in self._client.children(parent)
            if child["id"] not in known and child["created_by"]["id"] == self._bot
        ]
        ids = []
        for child, block in zip(fresh, blocks, strict=False):
            if text_of(child) != text_of(block):
                break
            ids.append(child["id"])
        return ids

    # ---------------------------------------------------------------- looking

    def touched(self, block: Mapping[str, Any], *, deep: bool) -> bool:
        """Whether somebody else edited the block, or with ``deep`` anything below it."""
        if block["last_edited_by"]["id"] != self._bot:
            return True
        if not deep or not block.get("has_children"):
            return False
        return any(
            child["created_by"]["id"] != self._bot or self.touched(child, deep=True)
            for child in self._client.children(block["id"])
        )

    def changed_by_others(self, page: str, state: Sequence[Entry]) -> bool:
        """Whether somebody else changed or removed a block of ours. Blocks that people added don't count."""
        children = list(self._client.children(page))
        ours = _with_ids(state, [child["id"] for child in children if child["created_by"]["id"] == self._bot])
        present = {child["id"]: child for child in children}
        for entry in ours:
            child = present.get(entry.id)
            if child is None or self.touched(child, deep=True):
                return True
        return False

    # ---------------------------------------------------------------- changing

    def fill(self, page: str, shapes: Sequence[Shape], prepare: Prepare) -> list[Entry]:
        """The blocks of a page that had none."""
        ids = self.append(page, prepare(shapes), set())
        return [Entry(block, digest_of(shape)) for block, shape in zip(ids, shapes, strict=True)]

    def write(
        self, page: str, shapes: Sequence[Shape], state: Sequence[Entry], prepare: Prepare, *, check: bool
    ) -> list[Entry]:
        """The page's blocks as they are afterwards. ``check`` looks below blocks too: people edited the page.

        New blocks are there before old ones go, so that a reader never meets an empty page.
        """
        children = list(self._client.children(page))
        old = self._entries(children, shapes, state, check=check)
        digests = [digest_of(shape) for shape in shapes]
        steps, deleted = script(old, digests)
        coming = [shape for shape, step in zip(shapes, steps, strict=True) if step.verb != "keep"]
        ready = iter(prepare(coming))
        known = {child["id"] for child in children}
        ids: list[str] = []
        run: list[Shape] = []
        place: str | None = None
        for step in steps:
            if step.verb == "insert":
                place = old[step.old].id if step.old >= 0 else ids[-1] if ids and not run else place
                run.append(next(ready))
                continue
            ids += self._insert(page, run, place, known)
            run, place = [], None
            if step.verb == "update":
                self._client.update_block(old[step.old].id, update_body(next(ready)))
            ids.append(old[step.old].id)
        ids += self._insert(page, run, place, known)
        for index in deleted:
            self._delete(old[index].id)
        return [Entry(block, digest) for block, digest in zip(ids, digests, strict=True)]

    def head(self, page: str, shapes: Sequence[Shape], state: Sequence[Entry], old: int) -> list[Entry]:
        """Our blocks afterwards: these above all others, instead of the first ``old`` ones. Nothing else is touched."""
        children = list(self._client.children(page))
        mine = [child["id"] for child in children if child["created_by"]["id"] == self._bot]
        ours = _with_ids(state, mine)
        ids = self.append(page, shapes, {child["id"] for child in children}, start=bool(children)) if shapes else []
        for entry in ours[:old]:
            self._delete(entry.id)
        new = [Entry(block, digest_of(shape)) for block, shape in zip(ids, shapes, strict=True)]
        return [*new, *ours[old:]]

    def alone(self, page: str, entries: Sequence[Entry]) -> bool:
        """Whether our blocks are all there; blocks that another run of ours put beside them are deleted then.

        The other run may do the same at the same time, so that the one that deletes last looks once more.
        """
        ours = {entry.id for entry in entries}
        deleted = True
        while deleted:
            children = list(self._client.children(page))
            if not ours <= {child["id"] for child in children}:
                return False
            deleted = False
            for child in children:
                other = child["id"] not in ours and child["type"] not in {"child_page", "child_database"}
                if other and child["created_by"]["id"] == self._bot:
                    self._delete(child["id"])
                    deleted = True
        return True

    def _insert(self, page: str, run: list[Shape], place: str | None, known: set[str]) -> list[str]:
        if not run:
            return []
        return self.append(page, run, known, place, start=bool(known) and place is None)

    def _entries(
        self, children: Sequence[Json], shapes: Sequence[Shape], state: Sequence[Entry], *, check: bool
    ) -> list[Entry]:
        """Our blocks on the page, in its order. Those that a killed run left are recognised by their text."""
        mine = [child for child in children if child["created_by"]["id"] == self._bot]
        known = {entry.id: entry.digest for entry in _with_ids(state, [child["id"] for child in mine])}
        texts: dict[str, str] | None = None
        found = []
        for child in mine:
            if child["type"] in {"child_page", "child_database"}:
                continue
            digest = known.get(child["id"])
            if digest is None:
                texts = leaf_texts(shapes) if texts is None else texts
                digest = UNKNOWN if child.get("has_children") else texts.get(text_of(child), UNKNOWN)
            if self.touched(child, deep=check):
                digest = UNKNOWN
            found.append(Entry(child["id"], digest))
        return found

    def _delete(self, block: str) -> None:
        try:
            self._client.delete_block(block)
        except NotFound:
            return  # gone already
        except Refused as error:
            if "archived" not in error.message and "trash" not in error.message:
                raise


def _with_ids(state: Sequence[Entry], ours: Sequence[str]) -> list[Entry]:
    """The state with ids. A page made in one request has none yet: its blocks are ours in order, if the number fits."""
    if state and not state[0].id:
        if len(state) != len(ours):
            return []
        return [Entry(block, entry.digest) for block, entry in zip(ours, state, strict=True)]
    return list(state)
