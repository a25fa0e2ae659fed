"""Blocks put on a page: trees of any depth, lost answers settled by looking, content that a firewall refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adapters.errors import Blocked, NotFound, Refused, StaleVersion, WikiUnavailable
from adapters.notion.canon import canonical
from adapters.notion.client import Json, NotionClient
from adapters.notion.disguise import Disguise, told
from adapters.notion.faults import LOST_ATTEMPTS, Committed
from adapters.notion.requests import Later, Shape, bare_of, batch, children_of
from converters.notes import Note

LAG_ATTEMPT = 4
"""As long as before the attempt after this one is waited before a list is believed that shows nothing: 4 to 8 s. Ours."""
SUBPAGES = frozenset({"child_page", "child_database"})
"""Blocks that stand for pages and databases: never part of a page's text, never touched."""

Prepare = Callable[[Sequence[Shape]], list[Shape]]
"""Puts upload ids into blocks that are about to be sent."""


class Body:
    """Sends blocks. ``bot`` is our user id: only blocks that it made are ever changed or deleted."""

    def __init__(self, client: NotionClient, bot: str, notes: list[Note] | None = None) -> None:
        self.client = client
        self.bot = bot
        self.notes: list[Note] = [] if notes is None else notes
        self.first: dict[str, int] = {}
        """How many blocks of ours a parent begins with whose ids were never told."""
        self.met: set[str] = set()
        """Parents below which another run of ours seems to write at the same time."""

    def ours(self, parent: str) -> list[Json]:
        """The blocks of ours below a page or block, in its order."""
        found = self.client.children(parent)
        return [each for each in found if each["created_by"]["id"] == self.bot and each["type"] not in SUBPAGES]

    def append(
        self, parent: str, shapes: Sequence[Shape], known: set[str], after: str | None = None, *, start: bool = False
    ) -> list[str]:
        """Ids of the blocks, in order, now below the parent with all that is below them.

        They go to the end, or behind ``after``, or to the start; ``known`` are the ids of ours that the parent had.
        """
        ids: list[str] = []
        while len(ids) < len(shapes):
            part = batch(shapes, len(ids))
            made = self._sent(parent, part.blocks, known, after, start=start)
            known.update(made)
            ids.extend(made)
            if after or start:
                after, start = ids[-1], False
            self.complete(made, part.later)
        return ids

    def complete(self, made: Sequence[str], later: Sequence[Later]) -> None:
        """Append what one request could not carry below the blocks that it made."""
        columns: dict[str, list[str]] = {}
        for path, children in later:
            block = made[path[0]]
            if len(path) > 1:  # a column: only the list's id came back
                if block not in columns:
                    columns[block] = [child["id"] for child in self.client.children(block)]
                block = columns[block][path[1]]
            self.append(block, children, set())

    def _sent(self, parent: str, blocks: list[Shape], known: set[str], after: str | None, *, start: bool) -> list[str]:
        """Ids of the blocks of one request, in halves where a firewall refuses it, down to the block that it is."""
        try:
            return self._append_once(parent, blocks, known, after, start=start)
        except Blocked as error:
            if len(blocks) == 1:
                return self._disguised(parent, blocks[0], known, after, error, start=start)
        half = len(blocks) // 2
        ids = self._sent(parent, blocks[:half], known, after, start=start)
        known.update(ids)
        behind = ids[-1] if after or start else None
        return ids + self._sent(parent, blocks[half:], known, behind, start=False)

    def _disguised(
        self, parent: str, block: Shape, known: set[str], after: str | None, error: Blocked, *, start: bool
    ) -> list[str]:
        """One block that the firewall refuses, in the first form that passes."""
        if children_of(block) and block["type"] not in {"table", "column_list"}:
            ids = self._sent(parent, [bare_of(block)], known, after, start=start)
            self.append(ids[0], children_of(block), set())
            return ids
        for form in Disguise:
            try:
                ids = self._append_once(parent, [form.of(block)], known, after, start=start)
            except Blocked:
                continue
            self.notes += told(form, block, error)
            return ids
        raise error

    def change(self, block: str, body: Json) -> None:
        """Update a block in place, in a form that the firewall lets pass."""
        try:
            self.client.update_block(block, body)
        except Blocked as error:
            kind = next(iter(body))
            shape = {"type": kind, **body}
            for form in Disguise:
                try:
                    self.client.update_block(block, {kind: form.of(shape)[kind]})
                except Blocked:
                    continue
                self.notes += told(form, shape, error)
                return
            raise

    def _append_once(
        self, parent: str, blocks: Sequence[Shape], known: set[str], after: str | None, *, start: bool
    ) -> list[str]:
        """Ids of the blocks of one request; a lost answer is settled by looking, never by sending blindly."""
        found: list[str] = []
        for attempt in range(LOST_ATTEMPTS):
            rest = [dict(block) for block in blocks[len(found) :]]
            place = found[-1] if found and (after or start) else after
            try:
                answer = self.client.append(parent, rest, place, start=start and not found)
            except Committed as done:
                found += done.children or self._arrived(parent, rest, known | set(found))
            except (WikiUnavailable, StaleVersion):
                if attempt == LOST_ATTEMPTS - 1:
                    raise
                self.client.back_off(attempt + 1)
                arrived = self._arrived(parent, rest, known | set(found))
                if not arrived:  # lists may lag behind what was done
                    self.client.back_off(LAG_ATTEMPT)
                    arrived = self._arrived(parent, rest, known | set(found))
                found += arrived
            else:
                found += [block["id"] for block in answer[: len(rest)]]
                self._look_out(parent, answer[len(rest) :], known)
            if len(found) >= len(blocks):
                return found
        raise WikiUnavailable("Notion keeps losing blocks that it was sent", hint="try again later")

    def _look_out(self, parent: str, behind: Sequence[Json], known: set[str]) -> None:
        """Blocks of ours that nobody knows of were put there since the record was read."""
        for block in behind:
            if block["id"] not in known and block["created_by"]["id"] == self.bot and block["type"] not in SUBPAGES:
                self.met.add(parent)

    def _arrived(self, parent: str, blocks: Sequence[Shape], known: set[str]) -> list[str]:
        """Ids of the blocks of a lost request that are there: new ones of ours, with the same content."""
        ids = []
        fresh = [child for child in self.ours(parent)[self.first.get(parent, 0) :] if child["id"] not in known]
        for child, block in zip(fresh, blocks, strict=False):
            if canonical(child) != canonical(block):
                break
            ids.append(child["id"])
        return ids

    def delete(self, block: str) -> bool:
        """Put a block into the trash with all below it; False for one that is there already."""
        try:
            self.client.delete_block(block)
        except NotFound:
            return False
        except Refused as error:
            if not is_gone(error):
                raise
            return False
        return True

    def alone(self, page: str, ours: set[str]) -> bool:
        """Whether our blocks below a page or block are all there; those that another run of ours put beside them are
        deleted then, but for those in which people put something.

        The other run may do the same at the same time, so that the one that deletes last looks once more.
        """
        deleted = True
        while deleted:
            children = list(self.client.children(page))
            if not ours <= {child["id"] for child in children}:
                return False
            deleted = False
            for child in children:
                other = child["id"] not in ours and child["type"] not in SUBPAGES
                if other and child["created_by"]["id"] == self.bot and not self._holds_others(child):
                    self.delete(child["id"])
                    deleted = True
        return True

    def _holds_others(self, block: Json) -> bool:
        from adapters.notion.looking import others_below

        return bool(block.get("has_children")) and others_below(self, block["id"])


def is_gone(error: Refused) -> bool:
    """Whether a refusal says that a block is in the trash."""
    return "archived" in error.message or "trash" in error.message
