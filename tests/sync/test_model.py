"""Random lives of a repository and its wiki; after each sync the promises of a sync hold (design, section 7).

A sequence mixes what authors do (write, edit, rename, delete), what readers do (edit, comment, move, trash), faults on
a fifth of all requests, and runs that are cut off at some request. ``NBWIKI_SEQUENCES`` sets how many are tried.
"""

from __future__ import annotations

import collections
import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
import requests
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from adapters import open_wiki
from adapters.sandbox.server import serve
from adapters.settings import TargetSettings, Token
from bridge.config import load
from bridge.publish import publish
from bridge.sync.actions import Flags
from converters.errors import BridgeError

SEQUENCES = int(os.environ.get("NBWIKI_SEQUENCES", "5"))
PATHS = ("a.md", "b.md", "x/c.md", "x/d.md", "y/z/e.md")
PHASES = (Phase.generate, Phase.shrink) if os.environ.get("NBWIKI_SHRINK") else (Phase.generate,)
TITLES = ("Alpha", "Beta", "Gamma")
WORDS = ("maple", "cedar", "birch", "aspen", "rowan", "hazel", "alder", "larch")
MARK = re.compile(r"<[^>]+>")


def no_sleep(_: float) -> None:
    """Waits are the adapters' business; here nobody has time."""


class Life(RuleBasedStateMachine):
    """One repository, one target, some readers."""

    target: dict[str, Any]

    @initialize()
    def begin(self) -> None:
        self.server = serve(port=0)
        self.root = Path(tempfile.mkdtemp())
        (self.root / "nbwiki.toml").write_text('[source]\ninclude = ["**/*.md"]\nrepository = "acme/reports"\n')
        (self.root / "keep.md").write_text("# Always there\n\nText.\n")  # a run over nothing at all is refused
        self.git("init", "-q")
        self.git("config", "user.email", "ada@example.com")
        self.git("config", "user.name", "Ada")
        self.docs: dict[str, dict[str, Any]] = {}  # path → ident, title, lines
        self.pages: dict[int, str] = {}  # ident → page
        self.edited: dict[str, str] = {}  # page → words of a reader that must stay
        self.trashed: set[str] = set()
        self.comments: list[tuple[str, str, str]] = []  # page, words, comment
        self.number = self.seen_keys = 0
        self.foreign = {page["id"]: body_of(page) for page in self.state()["pages"] if page["title"] != "Data hub"}
        self.sync()

    def teardown(self) -> None:
        if hasattr(self, "server"):
            self.server.close()
            shutil.rmtree(self.root, ignore_errors=True)

    # ------------------------------------------------------------ authors

    @rule(path=st.sampled_from(PATHS), title=st.sampled_from(TITLES), words=st.permutations(WORDS))
    def write(self, path: str, title: str, words: list[str]) -> None:
        if path in self.docs:
            return
        self.number += 1
        lines = [f"{word} {self.number} stands in line {at}." for at, word in enumerate(words[:4])]
        self.docs[path] = {"ident": self.number, "title": title, "lines": lines}
        self.save(path)

    @precondition(lambda self: self.docs)
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        doc = self.docs[path := data.draw(st.sampled_from(sorted(self.docs)))]
        at = data.draw(st.integers(0, len(doc["lines"]) - 1))
        self.number += 1
        doc["lines"][at] = f"{data.draw(st.sampled_from(WORDS))} became {self.number}."
        if data.draw(st.booleans()):
            doc["title"] = data.draw(st.sampled_from(TITLES))
        self.save(path)

    @precondition(lambda self: self.docs and len(self.docs) < len(PATHS))
    @rule(data=st.data())
    def rename(self, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from(sorted(self.docs)))
        new = data.draw(st.sampled_from(sorted(set(PATHS) - self.docs.keys())))
        self.commit()  # what is renamed is known to git before
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", old, new)
        self.docs[new] = self.docs.pop(old)
        self.commit()

    @precondition(lambda self: self.docs)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.docs)))
        (self.root / path).unlink()
        del self.docs[path]

    # ------------------------------------------------------------ readers

    @precondition(lambda self: self.pages)
    @rule(data=st.data())
    def reader_edits(self, data: st.DataObject) -> None:
        page = data.draw(st.sampled_from(sorted(self.pages.values())))
        line = next((doc["lines"][0] for doc in self.docs.values() if self.pages.get(doc["ident"]) == page), None)
        if page in self.trashed or line is None:
            return
        self.number += 1
        words = f"reader {self.number} was here"
        if self.ask("edit", page=page, find=line, replace=f"{line} {words}"):
            self.edited[page] = words

    @precondition(lambda self: self.pages)
    @rule(data=st.data(), at=st.integers(0, 3))
    def reader_comments(self, data: st.DataObject, at: int) -> None:
        page = data.draw(st.sampled_from(sorted(self.pages.values())))
        line = next((doc["lines"][at] for doc in self.docs.values() if self.pages.get(doc["ident"]) == page), None)
        if page not in self.trashed and line is not None:
            words = line if self.target["kind"] == "notion" else " ".join(line.split()[:3])
            answer = self.ask("comment", page=page, text="Why?", selection=words)
            if answer:
                self.comments.append((page, words, answer["id"]))

    @precondition(lambda self: self.pages)
    @rule(data=st.data())
    def reader_trashes(self, data: st.DataObject) -> None:
        page = data.draw(st.sampled_from(sorted(self.pages.values())))
        if page not in self.trashed and self.put_in_trash(page):
            self.trashed.add(page)

    # ------------------------------------------------------------ runs

    @rule(seed=st.integers(0, 99))
    def sync_with_faults(self, seed: int) -> None:
        requests.put(f"{self.server.url}/sandbox/faults", json={"seed": seed, "rate": 0.2}, timeout=10)
        with contextlib.suppress(BridgeError):
            self.run()
        requests.put(f"{self.server.url}/sandbox/faults", json={}, timeout=10)
        self.no_doubles()

    @rule(after=st.integers(1, 30), reset=st.sampled_from(["before", "after"]))
    def sync_cut_off(self, after: int, reset: str) -> None:
        """The connection is gone at some request, and with it the run."""
        from adapters.sandbox.faults import Strike  # the server is to be imported first

        whole = self.server.faults

        class Cut:
            """Faults that begin at a request and never end."""

            count = 0

            def strike(self, request: object) -> Strike:
                self.count += 1
                return Strike() if self.count < after else Strike(reset="before" if self.count > after else reset)

            def __getattr__(self, name: str) -> Any:
                return getattr(whole, name)

        self.server.faults = Cut()
        try:
            with contextlib.suppress(BridgeError):
                self.run()
        finally:
            self.server.faults = whole
        self.no_doubles()

    @rule(prune=st.booleans(), force=st.booleans(), recreate=st.booleans())
    def sync(self, *, prune: bool = False, force: bool = False, recreate: bool = False) -> None:
        done = self.run(prune=prune, force=force, recreate=recreate)
        told = [one.reason for one in done.actions if "bug" in one.reason]
        assert not told, told
        self.no_doubles()
        state = {page["id"]: page for page in self.state()["pages"]}
        by_path = {one.source: one for one in done.actions if one.kind == "report" and one.local is not None}
        assert by_path.pop("keep.md").verb in {"create", "skip"}
        assert set(by_path) == set(self.docs)
        for path, one in by_path.items():
            self.check(self.docs[path], one, state, force=force)
        for page, body in self.foreign.items():
            assert body_of(state[page]) == body, "pages of others are not touched"
        for page in [*self.pages.values()]:
            assert page in state, "nothing is purged"
        self.attached(state)
        again = self.run(prune=prune, force=force, recreate=recreate)
        assert self.seen_keys, "keys are where they are looked for"
        assert self.writes == 0, [(one.verb, one.reason, one.source) for one in again.actions]

    def check(self, doc: dict[str, Any], one: Any, state: dict[str, Any], *, force: bool) -> None:
        """One report's page after a run without faults."""
        before = self.pages.get(doc["ident"])
        if one.verb in {"conflict", "error"} or (one.verb == "skip" and one.reason.startswith("edited")):
            if before in self.edited and not force and before not in self.trashed:
                assert self.edited[before] in text_of(state[before]), "a reader's words stay"
            if not (before in self.edited or before in self.trashed):
                held = "title" in one.reason
                assert held, (one.verb, one.reason, doc)
            return
        page = state[one.page_id]
        if before and before not in self.trashed:
            assert before == one.page_id, "a page keeps its id"
        if force:
            self.edited.pop(one.page_id, None)
        assert one.page_id not in self.edited, "overwritten without --force"
        self.pages[doc["ident"]] = one.page_id
        assert alive(page)
        assert page["title"].startswith(doc["title"])
        for line in doc["lines"]:
            assert line in text_of(page)

    def attached(self, state: dict[str, Any]) -> None:
        """Comments on words that are still there still stand on them."""
        comments = {row["id"]: row for row in self.state()["comments"]}
        for page, words, comment in self.comments:
            there = page in state and alive(state[page])
            if there and self.target["kind"] == "confluence" and words in text_of(state[page]):
                assert comments[comment]["resolution"] != "dangling", (words, state[page]["body"])

    # ------------------------------------------------------------ means

    def run(self, **flags: bool) -> Any:
        self.commit()
        wiki = open_wiki(TargetSettings(name="w", token=Token("sandbox"), sleep=no_sleep, clock=iter(range(10**9)).__next__,
                                        **{k: v.format(self.server.url, self.hub()) for k, v in self.target.items()}))  # fmt: skip
        try:
            return publish(load(self.root / "nbwiki.toml", {}, self.root), wiki, "w", flags=Flags(**flags))
        finally:
            self.writes = wiki.requests.write
            wiki.close()

    def no_doubles(self) -> None:
        keys = collections.Counter(self.keys())
        self.seen_keys = max(self.seen_keys, len(keys))
        assert not [key for key, count in keys.items() if count > 1], keys

    def keys(self) -> list[str]:
        state = self.state()
        if self.target["kind"] == "notion":
            live = {page["id"] for page in state["pages"] if alive(page)}
            found = [row["value"]["rich_text"] for row in state["properties"]
                     if row["key"] == "Key" and row["holder_id"] in live]  # fmt: skip
            return ["".join(text["plain_text"] for text in texts) for texts in found if texts]
        live = {page["id"] for page in state["pages"] if alive(page)}
        found = [row for row in state["properties"] if row["key"] == "nbwiki" and row["holder_id"] in live]
        return [row["value"]["key"] for row in found]

    def hub(self) -> str:
        return next((page["id"] for page in self.state()["pages"] if page["title"] == "Data hub"), "")

    def state(self) -> Any:
        return requests.get(f"{self.server.url}/sandbox/state", timeout=30).json()

    def ask(self, what: str, **data: str) -> Any:
        answer = requests.post(f"{self.server.url}/sandbox/{what}", json=data, timeout=10)
        return answer.json() if answer.ok else None

    def put_in_trash(self, page: str) -> bool:
        base, auth = self.server.url, ("author@example.com", "sandbox")
        if self.target["kind"] == "notion":
            headers = {"Authorization": "Bearer sandbox", "Notion-Version": "2026-03-11"}
            path = f"{base}/notion/v1/pages/{page}"
            return requests.patch(path, json={"in_trash": True}, headers=headers, timeout=10).ok
        path = "wiki/api/v2/pages" if "/wiki" in self.target["url"] else "dc/rest/api/content"
        return requests.delete(f"{base}/{path}/{page}", auth=auth, timeout=10).ok

    def save(self, path: str) -> None:
        doc = self.docs[path]
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        text = "\n\n".join([f"# {doc['title']}", *doc["lines"]])
        (self.root / path).write_text(text + "\n")

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "work")

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.root, check=True, capture_output=True)


def alive(page: dict[str, Any]) -> bool:
    return page.get("status", "current") == "current" and not page.get("in_trash")


def body_of(page: dict[str, Any]) -> str:
    return str(page.get("body") or json.dumps(page.get("blocks", "")))


def text_of(page: dict[str, Any]) -> str:
    return MARK.sub("", body_of(page))


@pytest.mark.parametrize("target", ["cloud", "dc", "notion"])
def test_promises_hold_after_any_sequence(target: str) -> None:
    targets = {
        "cloud": {"kind": "confluence", "url": "{0}/wiki", "user": "author@example.com", "space": "DATA"},
        "dc": {"kind": "confluence", "url": "{0}/dc", "space": "DATA"},
        "notion": {"kind": "notion", "url": "{0}/notion", "parent": "{1}"},
    }
    kind = type(f"Life_{target}", (Life,), {"target": targets[target]})
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=12,
            deadline=None,
            derandomize="NBWIKI_SEQUENCES" not in os.environ,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            database=None,
            phases=PHASES,
        ),
    )
