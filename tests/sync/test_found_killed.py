"""Lives that broke a promise because a run was killed, as short as they can be told."""

from __future__ import annotations

import copy

import pytest

from adapters import open_wiki
from tests.sync.forks import killed_at_request
from tests.sync.means import zygote

CONFLUENCE = ["cloud", "dc"]


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_private_page_that_a_killed_run_left_nameless_gets_its_title(told, target):
    life = told(target)
    life.put("a.md", private=True)
    life._sync()
    name = "Restricted page 0123456789"
    page = (name, name.casefold(), life.page("a.md"))
    life.server.state.db.execute("UPDATE cf_content SET title = ?, title_key = ? WHERE id = ?", page)
    life.change("a.md")
    life._sync()


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_new_title_comes_though_the_run_that_brought_it_was_killed(told, target):
    life = told(target)
    life.put("a.md")
    life._sync()
    for at in range(5, 11):  # around the record and the body
        life.change("a.md", title=("Beta", "Gamma")[at % 2])
        life._commit()
        killed_at_request(zygote(target, life.root), life.server, at, life.root, "sync", "-q", "-t", "w")
        life._sync()  # what the record announced was taken for a person's title


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_page_is_open_to_all_again_though_the_run_that_opened_it_was_killed(told, target):
    life = told(target)
    life.put("a.md", private=True)
    life._sync()
    for at in range(4, 16):
        life.change("a.md", private=not at % 2)
        life._disturbed("killed", at)
        life._sync()  # killed behind its body, the page stayed closed for good


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_page_of_a_run_that_was_killed_before_its_end_may_be_moved_away(told, target):
    life = told(target)
    life._sync()
    for at in range(4, 16):
        life.put("a.md", title=f"Alpha {at}")
        life._disturbed("killed", at)
        wiki = open_wiki(life._settings(life.server))
        found = wiki.observe()
        wiki.close()
        if found.unlisted and all(one.record.version for one in found.tracked.values()):
            break
        life._sync()
        (life.root / "a.md").unlink()
        del life.docs["a.md"]
        life.changed = True
        life._sync(prune=True)
    assert found.unlisted, "killed behind its last page"
    life._sync()  # had nothing to do, and left the list of pages as the killed run had
    page = life.page("a.md")
    assert life.hands.move(page, life.outside)
    life.moved[page] = life.outside
    life._sync()
    assert life.page("a.md") == page


@pytest.mark.parametrize("at", [9, 10, 11])
@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_page_is_open_to_all_though_its_source_went_back_after_a_killed_run(told, target, at):
    life = told(target)
    life.put("a.md")
    life._sync()
    docs = copy.deepcopy(life.docs)
    life.docs["a.md"]["private"] = True
    life._save("a.md")
    life._disturbed("killed", at)
    life.docs = docs
    life._save("a.md")
    life._sync()  # Cloud's manifest told the page as it was before: nobody opened it


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_page_is_open_to_all_though_a_run_was_killed_that_closed_it(told, target):
    life = told(target)
    life.put("a.md")
    life._sync()
    for at in range(2, 12):
        life.change("a.md", private=True)
        life._disturbed("killed", at)
        life.change("a.md", private=False)
        life._sync()  # closed, and the run killed before its record said so, the page stayed closed for good


@pytest.mark.parametrize("renamed", [False, True])
def test_a_person_edits_a_page_that_a_killed_run_has_left_half_written(told, renamed):
    life = told("notion")
    for name in ("one.png", "two.png"):
        life._draw(name)
    life.put("a.md", pictures=["one.png"])
    life._sync()
    for at in range(5, 20):
        life.change("a.md", pictures=["one.png", "two.png"] if at % 2 else ["one.png"])
        life._disturbed("killed", at)
        wiki = open_wiki(life._settings(life.server))
        (left,) = (one.record for one in wiki.observe().tracked.values() if one.record.key.endswith(":a.md"))
        wiki.close()
        if not left.version:
            break
    assert not left.version, "killed in the middle of writing"
    page, line = life.page("a.md"), life.docs["a.md"]["lines"][1]
    assert life.hands.edit(page, find=line, replace=f"{line} A reader was here.")
    life.edited[page] = "A reader was here."
    if renamed:  # its new path is kept, by which the row was ours again
        life.rename_to("a.md", "x/a.md")
        life._save("x/a.md")
    life._sync()  # it finished its own work over the reader's
    life._sync(force=True)
    assert page not in life.edited
