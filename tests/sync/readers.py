"""What readers do to the pages while nobody syncs, and what each deed obliges nbwiki to."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from adapters.notion.neighbours import NEAR, unpacked
from adapters.sandbox.notion.store import HUB
from tests.sync.lives import Life
from tests.sync.means import COUNTS, TITLES, WORDS

NOTES = "Notes from readers"


class Readers(Life):
    """The deeds of readers. What they did is remembered by page, for the promises."""

    DEEDS: ClassVar[dict[str, int]] = {
        **Life.DEEDS, "reader_edits": 2, "reader_comments": 2, "reader_leaves_a_note": 1, "reader_inserts_a_block": 3,
        "reader_trashes": 1, "reader_restores": 2, "reader_retitles": 1, "reader_moves": 3, "reader_makes_a_page": 1,
        "reader_labels": 1, "reader_moves_out": 2, "reader_moves_back": 2,
    }  # fmt: skip

    def begin_readers(self) -> None:
        self.edited: dict[str, str] = {}  # page → words of a reader that must stay
        self.trashed: set[str] = set()
        self.comments: list[tuple[str, str, str]] = []  # page, words, comment
        self.moved: dict[str, str] = {}  # page → where a person put it
        self.stood: dict[str, str] = {}  # page → where it stood before
        self.titled: dict[str, tuple[str, str]] = {}  # page → a person's title, the source's title as it was published
        self.regions: dict[str, str] = {}  # page → words below "Notes from readers"
        self.blocks: dict[str, tuple[str, str]] = {}  # a person's block → its page, its words
        self.labels: dict[str, str] = {}
        self.out: dict[str, str] = {}  # page that a person moved out of the database → the path it was made for
        self.back: set[str] = set()  # those that came back, until their report is published again
        self.own: dict[str, dict[str, Any]] = {}  # people's pages as they left them
        self.outside = ""
        if self.target != "notion":
            self.outside = str(self.hands.create(self._home(), "Elsewhere", "Not for reports."))
        for page in self.hands.state()["pages"]:
            self.own[page["id"]] = page

    def _home(self) -> str:
        spaces = self.hands.state()["spaces"]
        return next(one["homepage_id"] for one in spaces if one["api"] == self.hands.api and one["key"] == "DATA")

    def renamed(self, doc: dict[str, Any]) -> None:
        """A report that its author moved: where it goes is not ours to say any more."""
        self.moved.pop(self.pages.get(doc["ident"], ""), None)
        self.stood.pop(self.pages.get(doc["ident"], ""), None)

    # ------------------------------------------------------------ words

    def reader_edits(self) -> bool:
        page, doc = self._report()
        if doc is None:
            return False
        self.number += 1
        words = f"reader {self.number} was here"
        line = self.random.choice(doc["lines"])
        if self.hands.edit(page, find=line, replace=f"{line} {words}") is None:
            return False
        self.edited[page] = words
        self.tell(page, line, words)
        return True

    def reader_comments(self) -> bool:
        page, doc = self._report()
        if doc is None:
            return False
        line = self.random.choice(doc["lines"])
        words = line if self.target == "notion" else " ".join(line.split()[:3])
        comment = self.hands.comment(page, words)
        if comment is None:
            return False
        self.comments.append((page, words, comment))
        self.tell(page, words)
        return True

    def reader_leaves_a_note(self) -> bool:
        page, doc = self._report()
        if doc is None or page in self.regions or self.target == "notion":
            return False
        self.number += 1
        words = f"note {self.number} of a reader"
        if self.hands.edit(page, append=f"<h2>{NOTES}</h2><p>{words}</p>") is None:
            return False
        self.regions[page] = words
        self.tell(page, words)
        return True

    def reader_inserts_a_block(self) -> bool:
        """A block between ours, or a page of their own."""
        page, doc = self._report()
        if doc is None or self.target != "notion":
            return False
        self.number += 1
        words = f"note {self.number} of a reader"
        there = [one["id"] for one in self._blocks_of(page)]
        after = self.random.choice([None, *there])
        if self.random.random() < 0.2:
            self._remember(self.hands.create(page, words, "Mine."))
        else:
            self.blocks[str(self.hands.insert(page, words, after))] = (page, words)
        self.tell(page, words, after)
        return True

    # ------------------------------------------------------------ pages

    def reader_trashes(self) -> bool:
        if not self.pages:
            return False
        page = self.random.choice(sorted(self.pages.values()))
        if page in self.trashed or self.hands.trash(page) is None:
            return False
        self.trashed.add(page)
        # what stood below it stands below its parent now, which is nobody's wish
        for own in [own for own, one in self.own.items() if one["parent_id"] == page]:
            self._remember(own)
        self.moved = {one: parent for one, parent in self.moved.items() if page not in {one, parent}}
        self.tell(page)
        return True

    def reader_restores(self) -> bool:
        there = sorted(self.trashed & {*self.pages.values()})
        page = self.random.choice(there) if there else ""
        if not page or self.hands.restore(page) is None:
            return False
        self.trashed.discard(page)
        self.tell(page)
        return True

    def reader_retitles(self) -> bool:
        page, doc = self._report()
        if doc is None:
            return False
        self.number += 1
        title = f"Better {self.number}"
        shown = next(one["title"] for one in self.hands.state()["pages"] if one["id"] == page)
        if self.hands.retitle(page, title) is None:
            return False
        theirs, then = self.titled.get(page, ("", ""))
        self.titled[page] = (title, then if shown == theirs else shown.partition(" (")[0])
        self.tell(page, title)
        return True

    def reader_moves(self) -> bool:
        """A report or a folder's page, under any other page: ours, a person's, the home page, one outside the root."""
        if self.target == "notion":
            return False
        state = self.hands.state()
        alive = sorted(self.live(state), key=int)
        ours = {page for _, page in self.keys(state)}
        page = self.random.choice([one for one in alive if one in ours and one not in self.own])
        parent = self.random.choice([one for one in alive if one != page])
        stands = next(one["parent_id"] for one in state["pages"] if one["id"] == page)
        if parent == stands or self.hands.move(page, parent) is None:
            return False  # what stands there already shows nobody's wish
        COUNTS["moves"] += 1
        self.moved[page] = parent
        if parent in {self.stood.setdefault(page, stands), self.put(page, state)}:
            del self.moved[page]  # away and back shows nobody's wish, either
        self.tell(page, "below", parent)
        return True

    def put(self, page: str, state: dict[str, Any]) -> str:
        """Where a page's record says that we put it."""
        rows = [row for row in state["properties"] if row["key"] == "nbwiki" and row["api"] == self.hands.api]
        return next((str(row["value"].get("parent", "")) for row in rows if row["holder_id"] == page), "")

    def reader_moves_out(self) -> bool:
        """Out of Notion's database, where it has no record: one of which other rows tell (others: test_moved_out.py)."""
        page, doc = self._report()
        if (
            doc is None
            or self.target != "notion"
            or page in self.out
            or page not in self.named(state := self.hands.state())
        ):
            return False
        key = next((key for key, holder in self.keys(state) if holder == page), "")
        if not key or self.hands.move(page, HUB) is None:
            return False
        self.out[page] = key.partition(":")[2]
        COUNTS["moved out"] += 1
        self.tell(page, doc["title"])
        return True

    def reader_moves_back(self) -> bool:
        page = self.random.choice(sorted(self.out.keys() - self.trashed) or [""])
        source = self.hands.source() if page else None
        if source is None or self.hands.move(page, source) is None:
            return False
        del self.out[page]
        self.titled.pop(page, None)  # which of the titles was a person's went with the record
        self.back.add(page)
        self.tell(page)
        return True

    def away(self) -> dict[str, str]:
        return {path: page for page, path in self.out.items()}

    def named(self, state: dict[str, Any]) -> set[str]:
        """Pages of which the records of other rows tell."""
        rows = [one for one in state["properties"] if one["key"] == "Record" and one["api"] == "notion"]
        texts = ["".join(run["plain_text"] for run in row["value"]["rich_text"]) for row in rows]
        return {page for text in texts if text for _, page in unpacked(json.loads(text).get("state", {}).get(NEAR))}

    def reader_makes_a_page(self) -> bool:
        """A person's page between ours; in Notion a row of our database."""
        notion = self.target == "notion"
        parent = self.hands.source() if notion else self.random.choice(self.live(self.hands.state()))
        self.number += 1
        made = parent and self.hands.create(parent, f"{self.random.choice(TITLES)} {self.number}", "My own words.")
        if not made:
            return False
        self._remember(made)
        self.tell(made, "below", parent)
        return True

    def reader_labels(self) -> bool:
        page, doc = self._report()
        word = self.random.choice(WORDS)
        if doc is None or self.target == "notion" or self.hands.label(page, word) is None:
            return False
        self.labels[page] = word
        self.tell(page, word)
        return True

    # ------------------------------------------------------------ means

    def live(self, state: dict[str, Any]) -> list[str]:
        """Pages that readers find, of this wiki's space."""
        mine = [one for one in state["pages"] if one["api"] == self.hands.api and one["status"] == "current"]
        return [one["id"] for one in mine if one.get("space", "DATA") == "DATA"]

    def _report(self) -> tuple[str, dict[str, Any] | None]:
        """A report's page and its source; None where one of them is gone."""
        page = self.random.choice(sorted(self.pages.values()) or [""])
        doc = next((one for one in self.docs.values() if self.pages.get(one["ident"]) == page), None)
        return page, None if page in self.trashed else doc

    def _blocks_of(self, page: str) -> list[dict[str, Any]]:
        return next((one["blocks"] for one in self.hands.state()["pages"] if one["id"] == page), [])

    def _remember(self, page: str) -> None:
        self.own[page] = next(one for one in self.hands.state()["pages"] if one["id"] == page)
