"""``mirror --every`` beside a repository that lives: edits, renames, deletions, a merge, a force-push.

Twelve commits by default; ``NBWIKI_MIRROR_COMMITS=100`` for more.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox.server import Server, serve
from tests.e2e.mirrors import Repository, running, targets
from tests.e2e.publish import nbwiki
from tests.sync.kills import picture
from tests.sync.published import published

COMMITS = int(os.environ.get("NBWIKI_MIRROR_COMMITS", "12"))
WORDS = ("sales", "churn", "growth", "water", "spectra", "tickets", "margins", "cohorts")


class Life:
    """A repository, and for each report what it was called when it began: its page must stay the same."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.repo = Repository(folder)
        self.chance = random.Random(seed)
        self.first: dict[str, str] = {}
        self.made = 0
        self.repo.write("nbwiki.toml", '[source]\ninclude = ["**/*.md"]\n')
        self.repo.write("plot.png", picture(0))
        for _ in range(5):
            self.create()
        self.repo.commit("begin")

    def create(self) -> None:
        self.made += 1
        path = f"{self.chance.choice(['', 'north/', 'south/', 'south/deep/'])}report-{self.made}.md"
        words = " ".join(self.chance.choices(WORDS, k=30))
        link = self.chance.choice([*self.first, path])
        up = "../" * path.count("/")
        text = f"# Report {self.made}\n\nOn {words}.\n\n![plot]({up}plot.png)\n\nSee [that]({up}{link}).\n\n## Results\n\nSome.\n"
        self.repo.write(path, text)
        self.first[path] = path

    def any(self) -> str:
        return self.chance.choice(sorted(self.first))

    def edit(self) -> None:
        path = self.any()
        text = (self.repo.folder / path).read_text()
        self.repo.write(path, f"{text}\nLine of commit {self.repo.commits}: {self.chance.choice(WORDS)}.\n")

    def rename(self) -> None:
        old = self.any()
        new = f"{self.chance.choice(['', 'north/', 'east/'])}renamed-{self.repo.commits}.md"
        (self.repo.folder / new).parent.mkdir(exist_ok=True)
        self.repo.git("mv", old, new)
        self.first[new] = self.first.pop(old)

    def delete(self) -> None:
        if len(self.first) > 3:
            path = self.any()
            self.repo.git("rm", "-q", "-f", path)
            del self.first[path]

    def merge(self) -> None:
        """A branch renames one report, the main line edits another one; both come together."""
        self.repo.git("checkout", "-qb", f"side-{self.repo.commits}")
        self.rename()
        self.repo.commit("on the side")
        side = self.repo.git("rev-parse", "--abbrev-ref", "HEAD")
        self.repo.git("checkout", "-q", "main")
        self.repo.write("plot.png", picture(self.repo.commits))
        self.repo.commit("on main")
        self.repo.git("merge", "-q", "--no-ff", "-m", "merge", side)

    def force(self) -> None:
        """The last commit is replaced by another one, in which a report has another name than it had."""
        self.repo.git("reset", "-q", "--hard", "HEAD~1")
        self.first = {path: self.first.get(path, path) for path in self.first if (self.repo.folder / path).exists()}
        here = {path.relative_to(self.repo.folder).as_posix() for path in self.repo.folder.rglob("*.md")}
        self.first |= {path: path for path in here - self.first.keys()}
        self.rename()

    def step(self, number: int) -> str:
        """One commit; what it was."""
        special = {4: "merge", COMMITS - 3: "force"}
        kinds = ["edit", "edit", "edit", "rename", "rename", "create", "delete"]
        kind = special.get(number) or (kinds[number % len(kinds)] if number < 4 else self.chance.choice(kinds))
        if kind == "force":
            self.edit()
            self.repo.commit("to be replaced")
        getattr(self, kind)()
        if kind != "merge":
            self.repo.commit(kind)
        return kind


@pytest.mark.parametrize("target", ["cloud", "notion"])
def test_ends_as_a_fresh_sync_of_the_last_commit(sandbox: Server, tmp_path: Path, target: str) -> None:
    life = Life(tmp_path / "reports", seed=5)
    here = targets(tmp_path / "runner", sandbox.url)
    pages: dict[str, str] = {}
    seen: dict[str, int] = {}
    with running(here, str(life.repo.folder), "-t", target, "--every", "1s", "--prune") as process:
        note(process.next(), life, pages)
        for number in range(1, COMMITS + 1):
            kind = life.step(number)
            seen[kind] = seen.get(kind, 0) + 1
            done = process.until(commit=life.repo.head())
            problems = [one for one in done["actions"] if one["verb"] in {"conflict", "error"}]
            assert done["outcome"] == "published", (kind, done["error"], problems)
            note(done, life, pages)
        assert process.end() == 0
    assert {"edit", "rename", "merge", "force"} <= seen.keys()
    found, wanted = published(sandbox, target), fresh(life.repo, tmp_path, target)
    assert [shown(one) for one in found] == [shown(one) for one in wanted]
    for one, other in zip(found, wanted, strict=True):
        if target == "cloud":  # old versions of the page keep their files
            assert set(other.get("files", ())) <= set(one.get("files", ())), one["title"]
        else:  # equal content is not sent again: the source's file has the name that it was sent under
            assert [data for _, data in one.get("files", ())] == [data for _, data in other.get("files", ())], one[
                "title"
            ]


def shown(page: dict[str, Any]) -> dict[str, Any]:
    """What a reader sees of a page, and what its record says of its source."""
    kept = {name: value for name, value in page.items() if name not in {"files", "properties"}}
    record = page.get("properties", {}).get("nbwiki") or page.get("properties", {}).get("Record") or {}
    body = re.sub(r'"[^"]*\.md(\.txt)?"', '"FILE"', page["body"])
    return {**kept, "body": body, "record": {name: record.get(name) for name in ("key", "source", "digest", "title")}}


def note(done: dict[str, Any], life: Life, pages: dict[str, str]) -> None:
    """Each report's page is the one that it had under its first name."""
    for one in done["actions"]:
        if one["source"] in life.first and one["verb"] in {"create", "update", "move", "skip"}:
            page = pages.setdefault(life.first[one["source"]], one["page_id"])
            assert page == one["page_id"], (one, life.first[one["source"]])


def fresh(repo: Repository, tmp_path: Path, target: str) -> list[dict[str, Any]]:
    """What ``sync`` of the last commit puts into an empty wiki."""
    wiki = serve(port=0)
    try:
        folder = tmp_path / "fresh"
        clone = Repository.__new__(Repository)
        clone.folder, clone.commits = tmp_path, 0
        clone.git("clone", "-q", str(repo.folder), str(folder))
        config = targets(tmp_path / "config", wiki.url, '[source]\nroot = "../fresh"\ninclude = ["**/*.md"]')
        run = nbwiki("sync", "-t", target, cwd=config)
        assert run.code == 0, run.err
        return published(wiki, target)
    finally:
        wiki.close()
