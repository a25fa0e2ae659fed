"""Whole syncs against the wiki in memory."""

from __future__ import annotations

import json
import subprocess

import pytest

from adapters.memory import MemoryServer, MemoryWiki
from adapters.settings import TargetSettings, Token
from bridge.config import load
from bridge.publish import publish
from bridge.sync.actions import Flags


def notebook(text: str) -> str:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text, "id": "c1"}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def repo(tmp_path):
    root = tmp_path / "repo"
    (root / "growth").mkdir(parents=True)
    (root / "nbwiki.toml").write_text(
        '[source]\ninclude = ["**/*.ipynb", "**/*.md"]\n[targets.wiki]\nkind = "memory"\n'
    )
    (root / "growth" / "a.ipynb").write_text(notebook("# Alpha\n\nSee [beta](b.ipynb)."))
    (root / "growth" / "b.ipynb").write_text(notebook("# Beta\n\nText."))
    (root / "c.md").write_text("# Gamma\n\nText.\n")
    return root


class Bench:
    def __init__(self, root):
        self.root = root
        self.server = MemoryServer()

    def sync(self, write=True, paths=(), **flags):
        settings = load(self.root / "nbwiki.toml", {}, self.root)
        wiki = MemoryWiki(
            self.server,
            TargetSettings(name="wiki", kind="memory", url="memory:t", token=Token("sandbox"), parent="Reports"),
        )
        done = publish(settings, wiki, "wiki", flags=Flags(**flags), write=write, paths=paths)
        self.requests = wiki.requests
        return {one.source: one for one in done.actions}, done

    def page(self, title):
        return self.server.titled(title)


@pytest.fixture
def bench(repo):
    return Bench(repo)


def verbs(actions):
    return {source: one.verb for source, one in actions.items()}


def test_first_sync_makes_a_tree_with_links(bench):
    actions, done = bench.sync()
    assert done.code == 0, [one.reason for one in done.actions]
    assert set(verbs(actions).values()) == {"create"}
    folder, alpha, beta = bench.page("Growth"), bench.page("Alpha"), bench.page("Beta")
    assert alpha.parent == beta.parent == folder.id
    assert folder.parent == bench.page("Reports").id
    assert f'href="memory:{beta.id}"' in alpha.body


def test_plan_after_apply_is_all_skip_and_writes_nothing(bench):
    bench.sync()
    actions, _ = bench.sync()
    assert set(verbs(actions).values()) == {"skip"}
    assert bench.requests.write == 0


def test_dry_run_writes_nothing(bench):
    actions, _ = bench.sync(write=False)
    assert set(verbs(actions).values()) == {"create"}
    assert bench.requests.write == 0


def test_one_broken_report_stops_no_other_and_no_archive(bench):
    bench.sync()
    (bench.root / "c.md").unlink()
    (bench.root / "growth" / "b.ipynb").write_text('{"cells": [')
    (bench.root / "growth" / "a.ipynb").write_text(notebook("# Alpha\n\nNew text."))
    actions, done = bench.sync(prune=True)
    assert done.code == 1
    assert verbs(actions)["growth/b.ipynb"] == "error"
    assert verbs(actions)["growth/a.ipynb"] == "update"
    assert actions["c.md"].verb == "skip"
    assert "not archived" in actions["c.md"].reason
    assert bench.page("Beta").status == "current"


def test_prune_archives(bench):
    bench.sync()
    (bench.root / "c.md").unlink()
    actions, done = bench.sync(prune=True)
    assert verbs(actions)["c.md"] == "archive"
    assert done.code == 0
    assert bench.page("Gamma") is None


def test_prune_leaves_what_was_published_by_naming_it_and_the_pages_above(bench):
    (bench.root / "notes" / "deep").mkdir(parents=True)
    note = bench.root / "notes" / "deep" / "x.txt.md"
    note.write_text("# Note\n\nText.\n")
    (bench.root / "nbwiki.toml").write_text('[source]\ninclude = ["**/*.ipynb", "/*.md"]\n')
    bench.sync(paths=[note])
    assert bench.page("Note").parent == bench.page("Deep").id
    actions, done = bench.sync(prune=True)
    assert done.code == 0
    assert verbs(actions)["notes/deep/x.txt.md"] == verbs(actions)["notes/deep/"] == verbs(actions)["notes/"] == "skip"
    assert "source.include" in actions["notes/deep/x.txt.md"].reason
    note.unlink()
    actions, _ = bench.sync(prune=True)
    assert (
        verbs(actions)["notes/deep/x.txt.md"] == verbs(actions)["notes/deep/"] == verbs(actions)["notes/"] == "archive"
    )


def git(root, *arguments):
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    subprocess.run(["git", *who, "-C", str(root), *arguments], check=True, capture_output=True)


def test_a_remote_added_later_keeps_every_page(bench):
    git(bench.root, "init", "-q")
    git(bench.root, "add", ".")
    git(bench.root, "commit", "-qm", "one")
    bench.sync()
    pages = {page.id for page in bench.server.pages.values()}
    git(bench.root, "remote", "add", "origin", "git@git.example.com:acme/reports.git")
    actions, done = bench.sync(prune=True)
    assert (done.code, set(verbs(actions).values())) == (0, {"update"})
    assert {page.id for page in bench.server.pages.values()} == pages
    actions, _ = bench.sync(prune=True)
    assert set(verbs(actions).values()) == {"skip"}


def test_another_name_of_the_repository_is_told(bench, caplog):
    bench.sync()
    (bench.root / "nbwiki.toml").write_text(
        '[source]\ninclude = ["**/*.ipynb", "**/*.md"]\nrepository = "acme/new-name"\n'
    )
    actions, _ = bench.sync(write=False)
    assert set(verbs(actions).values()) >= {"create"}
    assert "3 new report(s) stand in this wiki already, published from the repository 'repo'" in caplog.text


def test_a_run_over_some_paths_archives_nothing_else(bench):
    bench.sync()
    (bench.root / "c.md").unlink()
    actions, _ = bench.sync(prune=True, paths=[bench.root / "growth"])
    assert "archive" not in verbs(actions).values()


def test_a_link_to_a_page_that_failed_is_mended_later(bench):
    good = (bench.root / "growth" / "b.ipynb").read_text()
    (bench.root / "growth" / "b.ipynb").write_text("{")
    bench.sync()
    assert 'href="memory:' not in bench.page("Alpha").body
    (bench.root / "growth" / "b.ipynb").write_text(good)
    bench.sync()
    assert f'href="memory:{bench.page("Beta").id}"' in bench.page("Alpha").body
    actions, _ = bench.sync()
    assert set(verbs(actions).values()) == {"skip"}


def test_edits_of_people_survive(bench):
    bench.sync()
    bench.server.edit(bench.page("Gamma").id, "<p>mine</p>")
    (bench.root / "c.md").write_text("# Gamma\n\nOther.\n")
    actions, done = bench.sync()
    assert (verbs(actions)["c.md"], done.code) == ("conflict", 7)
    assert bench.page("Gamma").body == "<p>mine</p>"
    actions, done = bench.sync(force=True)
    assert (verbs(actions)["c.md"], done.code) == ("update", 0)


def test_equal_titles_are_told_apart_and_stay(bench):
    (bench.root / "same").mkdir()
    for name in ("a", "b"):
        (bench.root / "same" / name).mkdir()
        (bench.root / "same" / name / "w.md").write_text("# Weekly report\n\nText.\n")
    bench.sync()
    assert bench.page("Weekly report") is not None
    assert bench.page("Weekly report (same/b)") is not None
    (bench.root / "0.md").write_text("# Weekly report\n\nFirst by name.\n")
    actions, _ = bench.sync()
    assert verbs(actions)["same/a/w.md"] == "skip"
    assert actions["0.md"].title == "Weekly report (0.md)"


def test_a_foreign_page_of_the_same_title_is_not_touched(bench):
    foreign = bench.server.add("Gamma", bench.server.home, "<p>ours</p>")
    actions, done = bench.sync()
    assert (verbs(actions)["c.md"], done.code) == ("conflict", 7)
    assert foreign.body == "<p>ours</p>"
    actions, done = bench.sync(adopt=True)
    assert (verbs(actions)["c.md"], actions["c.md"].page_id) == ("update", foreign.id)


def test_a_readme_is_its_folders_page(bench):
    (bench.root / "growth" / "README.md").write_text("# All about growth\n\nText.\n")
    bench.sync()
    assert bench.page("Alpha").parent == bench.page("All about growth").id
    assert bench.page("Growth") is None


def test_git_mv_is_the_same_page(bench):
    git = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-C", str(bench.root)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "one"], check=True)
    bench.sync()
    page = bench.page("Gamma").id
    subprocess.run([*git, "mv", "c.md", "growth/d.md"], check=True)
    subprocess.run([*git, "commit", "-qm", "two"], check=True)
    actions, done = bench.sync(prune=True)
    assert done.code == 0, [one.reason for one in done.actions]
    assert bench.page("Gamma").id == page
    assert bench.page("Gamma").parent == bench.page("Growth").id
    actions, _ = bench.sync(prune=True)
    assert set(verbs(actions).values()) == {"skip"}


def test_a_run_over_one_file_renders_and_places_it_as_a_run_over_all(bench):
    (bench.root / "growth" / "README.md").write_text("---\nid: growth-home\n---\n# All about growth\n\nText.\n")
    bench.sync()
    actions, _ = bench.sync(paths=[bench.root / "growth" / "a.ipynb"])
    assert verbs(actions) == {"growth/a.ipynb": "skip"}
    (bench.root / "growth" / "new.md").write_text("# Gamma\n\nSee [alpha](a.ipynb).\n")
    actions, done = bench.sync(paths=[bench.root / "growth" / "new.md"])
    assert done.code == 0
    page = bench.page("Gamma (growth)")
    assert page.parent == bench.page("All about growth").id
    assert f'href="memory:{bench.page("Alpha").id}"' in page.body
    actions, _ = bench.sync()
    assert set(verbs(actions).values()) == {"skip"}


def test_a_parent_in_the_front_matter_is_told_to_have_no_effect(bench):
    (bench.root / "d.md").write_text("---\nparent: Elsewhere\n---\n# Delta\n\nText.\n")
    actions, _ = bench.sync()
    assert [note.code for note in actions["d.md"].notes] == ["metadata.parent"]
    assert bench.page("Delta").parent == bench.page("Reports").id
