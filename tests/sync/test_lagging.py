"""Confluence Cloud's manifest behind the pages: the next run goes by what stands on the pages, whatever happened to them."""

from __future__ import annotations

import copy

import pytest

from adapters.confluence import records
from adapters.confluence.cloud import CloudWiki
from adapters.sandbox import admin
from bridge.cli import run
from tests.e2e.publish import TOKENS, configure
from tests.hub.test_hub_sync import pages
from tests.sync.forks import killed_at_request
from tests.sync.means import zygote

WRITTEN = range(5, 13, 2)
"""Requests of a run among which are the record, the files and the body of the one page that it writes."""


@pytest.fixture
def life(told):
    made = told("cloud")
    for path, title in (("a.md", "Alpha"), ("b.md", "Beta"), ("c.md", "Gamma")):
        made.put(path, title=title)
    made._sync()
    return made


def late(server) -> int:
    """How many pages have a newer version than the manifest tells."""
    state = admin.dump(server.state)
    found = {
        one["key"].removeprefix(records.MANIFEST): one["value"]
        for one in state["properties"]
        if one["key"].startswith(records.MANIFEST)
    }
    told, clean = records.records_of([found[number] for number in sorted(found, key=int)])
    assert clean, "a run that ended leaves a manifest that can be relied on"
    versions = {one["id"]: str(one["version"]) for one in state["pages"]}
    return sum(versions[one.page] != one.version for one in told.values())


def lag(life) -> None:
    life.change("a.md")
    life._sync()
    assert late(life.server) == 1


@pytest.mark.parametrize("then", ["goes on", "goes back"])
def test_a_run_killed_at_a_page_that_is_newer_than_the_manifest(life, then):
    """Each moment of its write: the record that is announced counts for no more than what is on the page."""
    killed = 0
    for at in WRITTEN:
        lag(life)
        docs = copy.deepcopy(life.docs)
        life.change("a.md")
        life._commit()
        killed += killed_at_request(zygote("cloud", life.root), life.server, at, life.root, "sync", "-q", "-t", "w")
        if then == "goes back":
            life.docs = docs
            life._save("a.md")
        life._sync()
        for path in ("b.md", "c.md"):
            life.change(path)
        life.change("a.md")
        life._sync()  # three at once: the manifest is written
        assert late(life.server) == 0
    assert killed >= len(WRITTEN) // 2


def test_a_run_of_many_pages_that_is_killed_marks_nothing_and_loses_nothing(life):
    for at in (6, 9, 12):
        for path in life.docs:
            life.change(path)
        life._commit()
        assert killed_at_request(zygote("cloud", life.root), life.server, at, life.root, "sync", "-q", "-t", "w")
        life._sync()


def test_a_persons_edit_of_a_page_that_is_newer_than_the_manifest(life):
    lag(life)
    page = life.page("a.md")
    assert life.hands.edit(page, find="cedar", replace="Reader was here")
    life.edited[page] = "Reader was here"
    life.change("a.md")
    done = life._run()
    (one,) = [one for one in done.actions if one.source == "a.md"]
    assert (one.verb, one.reason) == ("conflict", "both changed by Rita Reader")
    assert [line for line in one.diff if line.startswith("+")] == [
        line for line in one.diff if "Reader was here" in line
    ]
    assert len([line for line in one.diff if line.startswith("-")]) == 1, one.diff  # theirs alone, not our last change
    life._sync()
    life._sync(force=True)


def test_two_runs_at_once_over_pages_that_are_newer_than_the_manifest(life):
    for path in ("a.md", "b.md"):
        life.change(path)
    life._sync()
    assert late(life.server) == 2
    for _ in range(3):
        life.change("a.md")
        life.put(f"new{life.number}.md", title=f"New {life.number}")
        life._commit()
        life._two_at_once()
        life.always()
        life._sync()


def test_a_page_closed_or_retitled_is_told_at_once(life):
    """What the root's properties say of it may be read by people who may not read the page."""
    lag(life)
    life.change("b.md", title="Delta")
    life._sync()
    assert late(life.server) == 0
    life.change("b.md", private=True)
    life._sync()
    state = admin.dump(life.server.state)
    shards = [one["value"] for one in state["properties"] if one["key"].startswith(records.MANIFEST)]
    told, clean = records.records_of(shards)
    assert clean
    assert f"closed:{life.page('b.md')}" in told
    assert not [one for one in told.values() if one.title == "Delta"]


def test_moved_trashed_and_gone_pages_that_are_newer_than_the_manifest(life):
    for path in ("a.md", "b.md"):
        life.change(path)
    life._sync()
    assert late(life.server) == 2
    moved, trashed = life.page("a.md"), life.page("b.md")
    assert life.hands.move(moved, life.outside)
    life.moved[moved] = life.outside
    life.hands.trash(trashed)
    life.trashed.add(trashed)
    life.change("a.md")
    life.change("b.md")
    life._sync()
    life._sync(recreate=True)
    (life.root / "a.md").unlink()
    del life.docs["a.md"]
    life.changed = True
    life._sync(prune=True)
    assert {one["id"]: one["status"] for one in life.hands.state()["pages"]}[moved] == "archived"


def test_cards_of_the_hub_are_those_of_the_pages(tmp_path, sandbox, monkeypatch):
    """A run over one file shows what the others' pages say, though the manifest tells what they said before."""
    config = tmp_path / "nbwiki.toml"
    configure(tmp_path, sandbox.url, tmp_path, ("*.md",))
    config.write_text(config.read_text() + "\n[hub]\nenabled = true\n")
    monkeypatch.chdir(tmp_path)
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(f"---\nsummary: First of {name}.\n---\n# Report {name}\n\nText.\n")
    assert run(["sync", "-t", "cloud"]) == 0
    monkeypatch.setattr(records, "LAGGING", 50)
    (tmp_path / "a.md").write_text("---\nsummary: Second of a.\n---\n# Report a\n\nText.\n")
    assert run(["sync", "-t", "cloud"]) == 0
    assert late(sandbox) >= 2  # the report and the hub's home
    (tmp_path / "a.md").unlink()  # what is said of it comes from the wiki alone
    (tmp_path / "b.md").write_text("---\nsummary: Second of b.\n---\n# Report b\n\nText.\n")
    assert run(["sync", "-t", "cloud", "b.md"]) == 0
    shown = [page["body"] for page in pages(sandbox, "cloud").values() if "Second of b." in page["body"]]
    told = [body for body in shown if "of a." in body]
    assert told
    assert not [body for body in told if "First of a." in body]


def test_a_run_with_nothing_to_do_tells_the_manifest_of_many_that_a_killed_one_wrote(life, monkeypatch):
    for path in life.docs:
        life.change(path)
    with monkeypatch.context() as patch:  # killed behind its last page
        patch.setattr(CloudWiki, "finish", lambda *_: None)
        life._run()
    assert late(life.server) == 3
    life._run()
    assert late(life.server) == 0, "else each plan from now on reads all of them"
    life._run()
    assert life.writes == 0
