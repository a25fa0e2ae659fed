"""What must hold after any run, and after a run that nothing disturbed (design, section 7)."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import Any

from adapters.sandbox import admin
from adapters.sandbox.notion.store import HUB
from bridge.publish import Published
from tests.sync.means import deep_lists, other_server
from tests.sync.readers import Readers

State = dict[str, Any]
Page = dict[str, Any]

_ABOUT = {"properties", "status"}
"""What changes on a page of people without anybody's writing it: its parent may go to the trash."""
_MARK = re.compile(r"<[^>]+>")
_RECORD = re.compile(r'<p><ac:structured-macro ac:name="anchor"[^>]*><ac:parameter ac:name="">nbwiki-record-.*?</p>')
_MARKERS = re.compile(r"</?ac:inline-comment-marker[^>]*>")
_EARLIER = re.compile(
    r'<ac:structured-macro ac:name="expand"[^>]*><ac:parameter ac:name="title">Earlier comments</ac:parameter>.*',
    re.DOTALL,
)
_NOTES = re.compile(r"<h\d>Notes from readers.*", re.DOTALL)
_ADDED = re.compile(r'\s(?:ac:)?(?:local-id|macro-id|schema-version)="[^"]*"')
_LINK = re.compile(r"""href="[^"]*?(?:/pages/|pageId=)(\d+)[^"]*\"""")


class Promises(Readers):
    """The checks. ``state`` is everything that the sandbox holds."""

    seen_keys = 0
    compared: tuple[int, dict[str, Page], dict[str, str]] | None = None

    def always(self) -> State:
        """What holds whatever happened to the run."""
        state = self.hands.state()
        live = set(self.live(state))
        # what was forgotten when page and source were gone, and a person took out of the trash, is theirs
        held = {self.pages.get(doc["ident"], "") for doc in self.docs.values()}
        keys = Counter(key for key, page in self.keys(state) if page in live - (self.pruned - held))
        self.seen_keys = max(self.seen_keys, len(keys))
        assert not [key for key, count in keys.items() if count > 1], keys
        pages = by_id(state)
        for page, before in self.own.items():
            now = {name: value for name, value in pages[page].items() if name not in _ABOUT}
            was = {name: value for name, value in before.items() if name not in _ABOUT}
            if self.target != "notion" and was["parent_id"] and pages[was["parent_id"]]["status"] == "trashed":
                was["parent_id"] = before["parent_id"] = now["parent_id"]  # a page in the trash leaves its children
            assert now == was or page in self._roots(state), "pages of other people are not touched"
        for page in self.pages.values():
            assert page in pages, "nothing is purged"
        for page, words in self.regions.items():
            assert words in pages[page]["body"], "notes of readers stay"
        for page, word in self.labels.items():
            assert page in self.trashed or word in pages[page]["labels"], "labels of people stay"
        for doc in self.docs.values():
            self._overwritten_title(doc, pages.get(self.pages.get(doc["ident"], "")))
        for page, words in self.edited.items():
            assert words in text_of(pages[page]), "a reader's words stay"
        for block, (page, words) in self.blocks.items():
            there = {one["id"]: one for one in pages[page]["blocks"]}
            assert block in there, "blocks of people stay"
            assert words in text_of({"blocks": [there[block]]})
        return state

    def promises(
        self, before: State, done: Published, *, force: bool = False, recreate: bool = False, prune: bool = False
    ) -> None:
        """What holds after a run that nothing disturbed."""
        told = [one.reason for one in done.actions if "bug" in one.reason]
        assert not told, told
        if force:
            self._forced(done)
        state = self.always()
        by_path = {one.source: one for one in done.actions if one.kind == "report" and one.local is not None}
        assert by_path.pop("keep.md").verb in {"create", "update", "skip", "move"}
        assert set(by_path) == set(self.docs)
        published = {}
        for path, one in by_path.items():
            if self._settled(path, self.docs[path], one, state, recreate=recreate, named=self.named(before)):
                published[path] = one.page_id
        assert self.seen_keys, "keys are where they are looked for"
        self._comments(state)
        self._kept_in_place(before, state)
        self._as_if_fresh(state, published)
        self._linked(state, published)
        self._filed(state, done)

    def _forced(self, done: Published) -> None:
        """``--force`` overwrites what people edited: the reports that say so, and no others."""
        for one in done.actions:
            if one.reason == "edits on wiki overwritten":
                self.edited.pop(one.page_id, None)

    # ------------------------------------------------------------ one report

    def _settled(
        self, path: str, doc: dict[str, Any], one: Any, state: State, *, recreate: bool, named: set[str]
    ) -> bool:
        """Whether the report is published as its source is; else why not is looked at."""
        before = self.pages.get(doc["ident"])
        pages = by_id(state)
        if one.verb in {"conflict", "error"} or (one.verb == "skip" and one.reason.startswith("edited")):
            reasons = [
                (before or one.page_id) in self.edited and ("edited" in one.reason or "both changed" in one.reason),
                (before or one.page_id) in self.trashed and not recreate and "on the wiki" in one.reason,
                one.page_id in self.out and not recreate and "moved out" in one.reason,
                # an earlier page of it, which the trash still holds, is what is known of it then
                before in self.out and one.page_id in self.trashed and not recreate and "on the wiki" in one.reason,
                self.target == "notion" and doc["private"] and "visibility" in one.reason,
                "title taken" in one.reason and self._title_is_taken(one, before, state),
            ]
            assert any(reasons), (one.verb, one.reason, path, doc)
            return False
        page = pages[one.page_id]
        if before in self.out:
            assert recreate or before not in named, "a page that is elsewhere isn't made again"
            del self.out[before]  # theirs from now on
        elif before and before not in self.trashed:
            assert before == one.page_id, "a page keeps its id"
        assert one.page_id not in self.edited, "overwritten without --force"
        self.pages[doc["ident"]] = one.page_id
        assert page["status"] == "current"
        text = text_of(page)
        for line in (*doc["lines"], *(one.rpartition("- ")[2] for one in deep_lists(doc) if self.target == "notion")):
            assert line in text
        self._title(doc, page)
        self._place(page)
        self._pictures(doc, page, state)
        self._visibility(doc, page, state)
        return True

    def _overwritten_title(self, doc: dict[str, Any], page: Page | None) -> None:
        """A person's title goes where the source has another one than before, and never comes back."""
        theirs, then = self.titled.get(page["id"], ("", "")) if page else ("", "")
        if page and theirs and page["status"] == "current" and page["title"] != theirs:
            assert then != doc["title"], "a person's title stays while the source's is the same"
            del self.titled[page["id"]]

    def _title(self, doc: dict[str, Any], page: Page) -> None:
        theirs, then = self.titled.get(page["id"], ("", ""))
        if page["id"] in self.back:
            self.back.discard(page["id"])
            self.titled.pop(page["id"], None)
            if not page["title"].startswith(doc["title"]):  # whoever gave it that title, it is kept as a person's
                self.titled[page["id"]] = (page["title"], doc["title"])
        elif theirs and then == doc["title"]:
            assert page["title"] == theirs, "a person's title stays while the source's is the same"
        else:
            self.titled.pop(page["id"], None)
            assert page["title"].startswith(doc["title"]), (page["title"], doc["title"])

    def _place(self, page: Page) -> None:
        if page["id"] in self.moved:
            assert page["parent_id"] == self.moved[page["id"]], "a page that a person moved stays there"

    def _pictures(self, doc: dict[str, Any], page: Page, state: State) -> None:
        wanted = {hashlib.sha256(self.pictures[name]).hexdigest() for name in doc["pictures"]}
        rows = [one for one in state["attachments"] if one["page"] == page["id"] and one["status"] == "current"]
        assert wanted <= {one["sha256"] for one in rows}, "all pictures are there"
        if self.target == "notion":
            shown = {one["sha256"] for one in rows if one["block"] and one["media_type"] == "image/png"}
            assert shown == wanted, "and no others"
        else:
            names = Counter(one["name"] for one in rows)
            assert max(names.values(), default=1) == 1, names
            shown = set(re.findall(r'ri:filename="([^"]*)"', page["body"]))
            assert {one["sha256"] for one in rows if one["name"] in shown} >= wanted

    def _visibility(self, doc: dict[str, Any], page: Page, state: State) -> None:
        if self.target != "notion":
            closed = [one for one in state["restrictions"] if one["page"] == page["id"] and one["operation"] == "read"]
            assert bool(closed) == doc["private"], "who may read it is as the source says"

    def _title_is_taken(self, one: Any, own: str | None, state: State) -> bool:
        """By another page: its own one, which isn't known any more, is no reason."""
        title, ours = one.title.casefold(), {one.page_id, own}
        held = [page for page in state["pages"] if page["title"].casefold() == title and page["id"] not in ours]
        return bool(held)

    # ------------------------------------------------------------ all pages

    def _comments(self, state: State) -> None:
        """Comments on words that are still there still stand on them."""
        comments, pages = {row["id"]: row for row in state["comments"]}, by_id(state)
        for page, words, comment in self.comments:
            if pages[page]["status"] != "current" or words not in text_of(pages[page], quoted=False):
                continue
            if self.target == "notion":
                block = comments[comment]["block"]
                assert block in {one["id"] for one in pages[page]["blocks"]}, "a comment's block stays"
            else:
                assert comments[comment]["resolution"] != "dangling", (words, pages[page]["body"])

    def _kept_in_place(self, before: State, after: State) -> None:
        """Notion: blocks whose text did not change keep their ids, and whatever stays keeps its order."""
        if self.target != "notion":
            return
        now = by_id(after)
        for page in before["pages"]:
            if page["id"] in self.own or page["id"] not in now or now[page["id"]]["status"] != "current":
                continue
            was, there = page["blocks"], now[page["id"]]["blocks"]
            ids = {one["id"] for one in there}
            stayed = [one["id"] for one in was if one["id"] in ids]
            old = {one["id"] for one in was}
            assert stayed == [one["id"] for one in there if one["id"] in old], "nothing changed places"
            kept = Counter(words(one) for one in was if one["id"] in ids)
            still = Counter(map(words, was)) & Counter(map(words, there))
            lost = {line: count for line, count in still.items() if line and kept[line] < count}
            assert not lost, ("blocks that did not change keep their ids", lost)

    def _as_if_fresh(self, state: State, published: dict[str, str]) -> None:
        """Bodies are those of a first sync of the same repository, where no person has edited them."""
        fresh, wanted = self._fresh()
        names = {page: path for path, page in wanted.items()}
        here = {page: path for path, page in published.items()}
        for path, page in published.items():
            link = self.docs[path]["link"]
            if link and link in self.docs and link not in published:
                continue  # its target is in conflict, and perhaps not there
            got, want = self._canonical(by_id(state)[page], here), self._canonical(fresh[wanted[path]], names)
            assert got == want, f"{path}: {_difference(got, want)}"

    def _linked(self, state: State, published: dict[str, str]) -> None:
        """Notion: links to headings of other reports lead to the blocks that these are now."""
        pages = by_id(state)
        for path, page in published.items():
            link = self.docs[path]["link"]
            if self.target == "notion" and link in published:
                (heading,) = (one["id"] for one in pages[published[link]]["blocks"] if words(one).endswith(": Results"))
                links = re.findall(r'"href": "[^"]*?([0-9a-f]{32})#([0-9a-f]{32})"', json.dumps(pages[page]["blocks"]))
                assert links == [(published[link].replace("-", ""), heading.replace("-", ""))], (path, link)

    def _filed(self, state: State, done: Published) -> None:
        """Notion, where folders are pages, too: one for each folder, below that of the folder above."""
        if self.folders == "property":
            return
        pages = by_id(state)
        made = {one.source: one.page_id for one in done.actions if one.kind == "folder" and one.local is not None}
        there = {one.source for one in done.actions if one.kind == "report" and one.local and one.page_id in pages}
        there = {
            one for one in there if one in self.docs and self.pages.get(self.docs[one]["ident"]) in self.live(state)
        }
        there -= {one for one in there if self.pages[self.docs[one]["ident"]] in self.out}
        # back in the database, and left alone for people's edits: it has no record yet, which could tell of the folder
        there -= {
            one.source for one in done.actions if one.verb == "conflict" and one.was and not one.was.record.source
        }
        wanted = {f"{'/'.join(path.split('/')[:depth])}/" for path in there for depth in range(1, path.count("/") + 1)}
        assert wanted <= set(made), "each folder with reports has a page"
        for folder, page in made.items():
            above = folder[:-1].rpartition("/")[0]
            stands = made[f"{above}/"] if above else HUB
            alike = [
                one["id"]
                for one in pages.values()
                if one["api"] == "notion"
                and one["status"] == "current"
                and (one["parent_id"], one["title"]) == (stands, pages[page]["title"])
            ]
            assert alike == [page], (folder, alike)

    def _fresh(self) -> tuple[dict[str, Page], dict[str, str]]:
        """Pages of a first sync of the repository as it is, and which is whose."""
        if self.compared is None or self.compared[0] != self.head:
            server = other_server()
            admin.reset(server.state)
            done = self._run(server)
            wanted = {one.source: one.page_id for one in done.actions if one.page_id}
            self.compared = (self.head, by_id(admin.dump(server.state)), wanted)
        return self.compared[1], self.compared[2]

    def _canonical(self, page: Page, names: dict[str, str]) -> str:
        if self.target == "notion":
            return json.dumps([_shape(one, names) for one in page["blocks"] if one["created_by"]["id"].endswith("01")])
        body = page["body"]
        for pattern in (_RECORD, _NOTES, _EARLIER, _MARKERS, _ADDED):
            body = pattern.sub("", body)
        return _LINK.sub(lambda found: f'href="{names.get(found[1], "?")}"', body)

    # ------------------------------------------------------------ means

    def _roots(self, state: State) -> set[str]:
        """Pages of people that nbwiki writes properties of its own to."""
        return {HUB} if self.target == "notion" else {self._home()}


def by_id(state: State) -> dict[str, Page]:
    return {page["id"]: page for page in state["pages"]}


def words(block: Page) -> str:
    """A leaf's text with its kind; empty for blocks that have none."""
    value = block.get(block["type"], {})
    text = "".join(run["plain_text"] for run in value.get("rich_text", ())) if isinstance(value, dict) else ""
    return f"{block['type']}: {text}" if text and not block.get("children") else ""


def text_of(page: Page, *, quoted: bool = True) -> str:
    """What can be read on a page. ``quoted`` off: without the words of comments whose own words are gone."""
    if "blocks" in page:
        return "\n".join([words(one) + text_of({"blocks": one.get("children", [])}) for one in page["blocks"]])
    return _MARK.sub("", page["body"] if quoted else _EARLIER.sub("", page["body"]))


_VOLATILE = {"id", "created_time", "last_edited_time", "created_by", "last_edited_by", "parent", "request_id", "url", "expiry_time", "href"}  # fmt: skip


def _shape(value: Any, names: dict[str, str]) -> Any:
    """A block without what differs from wiki to wiki; links to pages by the report's name."""
    if isinstance(value, list):
        return [_shape(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _shape(one, names) for name, one in value.items() if name not in _VOLATILE}


STEPS = 12


def lead(target: str, seed: int) -> None:
    """One life. Raises AssertionError with its story where a promise is broken."""
    life = Promises(target, seed)
    try:
        life.lead(STEPS)
    except Exception as error:
        error.add_note("\n".join([f"life {seed} of {target}:", *life.steps]))
        raise
    finally:
        life.end()


def _difference(got: str, want: str) -> str:
    at = next(
        (at for at, (one, other) in enumerate(zip(got, want, strict=False)) if one != other), min(len(got), len(want))
    )
    return f"…{got[max(0, at - 300) : at + 600]}… instead of …{want[max(0, at - 300) : at + 600]}…"
