"""Lives that once broke a promise, as short as they can be told."""

from __future__ import annotations

import pytest

from tests.sync.promises import by_id

CONFLUENCE = ["cloud", "dc"]


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_page_that_a_person_moved_stays_there_in_later_runs(told, target):
    life = told(target)
    life.put("x/a.md")
    life._sync()
    keep = next(one["id"] for one in life.hands.state()["pages"] if one["title"] == "Always there")
    assert life.hands.move(life.page("x/a.md"), keep)
    life.moved[life.page("x/a.md")] = keep
    for _ in range(2):
        life.change("x/a.md")
        life._sync()  # its second run moved the page back


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_page_that_a_person_moved_away_from_the_root_keeps_its_report(told, target):
    life = told(target)
    life.put("x/a.md")
    life._sync()
    page = life.page("x/a.md")
    assert life.hands.move(page, life.outside)
    life.moved[page] = life.outside
    assert life.hands.retitle(page, "Better")
    life.titled[page] = ("Better", "Alpha")
    life.change("x/a.md")
    life._sync()  # Data Center made a second page, or called the first somebody else's
    assert life.page("x/a.md") == page


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_page_in_the_trash_is_not_made_again_unasked(told, target):
    life = told(target)
    life.put("a.md")
    life._sync()
    page = life.page("a.md")
    life.hands.trash(page)
    life.trashed.add(page)
    life.change("a.md")
    life._sync()
    assert life.page("a.md") == page
    life.hands.restore(page)
    life.trashed.discard(page)
    life._sync()  # and goes on where a person brought it back
    assert by_id(life.hands.state())[page]["status"] == "current"


@pytest.mark.parametrize("target", [*CONFLUENCE, "notion"])
def test_a_title_that_a_person_gave_stays_in_later_runs(told, target):
    life = told(target)
    life.put("a.md")
    life._sync()
    assert life.hands.retitle(life.page("a.md"), "Better")
    life.titled[life.page("a.md")] = ("Better", "Alpha")
    for _ in range(2):
        life.change("a.md")
        life._sync()  # the second change took the title back


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_version_that_a_killed_run_announced_and_a_person_took(told, target):
    life = told(target)
    life.put("a.md")
    life.put("b.md", title="Beta")
    life._sync()
    retitled, edited = life.page("a.md"), life.page("b.md")
    life.announce(retitled)
    life.announce(edited)
    assert life.hands.retitle(retitled, "Better")
    life.titled[retitled] = ("Better", "Alpha")
    assert life.hands.edit(edited, find="maple", replace="Reader was here")
    life.edited[edited] = "Reader was here"
    life.change("a.md")
    life.change("b.md")
    life._sync()  # the one was taken for done, the other for ours


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_new_report_with_the_title_that_another_ones_page_still_has(told, target):
    life = told(target)
    life.put("a.md")
    life.put("c.md", title="Gamma")
    life._sync()
    assert life.hands.edit(life.page("a.md"), find="maple", replace="Reader was here")
    life.edited[life.page("a.md")] = "Reader was here"
    life.change("a.md", title="Beta")  # in conflict, so that its page stays "Alpha"
    life.put("b.md", title="Alpha")
    life.change("c.md", title="Delta")
    life.put("d.md", title="Gamma")  # made before the other page gets its new title
    life._sync()


@pytest.mark.parametrize("target", [*CONFLUENCE, "notion"])
def test_a_report_at_the_place_of_one_that_is_gone_here_and_there_is_new(told, target):
    life = told(target)
    life.put("a.md")
    life._sync()
    page = life.page("a.md")
    life.hands.trash(page)
    life.trashed.add(page)
    (life.root / "a.md").unlink()
    life.docs.clear()
    life.changed = True
    life._sync()
    life.put("a.md", title="Beta")
    life._sync()  # in Notion it was held for the one that a person had removed
    assert life.page("a.md") != page


def test_a_database_is_made_though_notion_fails_three_times(told):
    life = told("notion")
    path = {"path": "/notion/v1/databases", "method": "POST", "status": 503}
    life.server.faults.load({"rules": [{**path, "times": 3}]})
    life.put("a.md")
    assert life._run().code == 0


def test_a_renamed_report_that_is_made_again_forgets_its_page_in_the_trash(told):
    life = told("notion")
    life.put("x/d.md")
    life._sync()
    life.rename_to("x/d.md", "x/f.md")
    life.hands.trash(life.page("x/f.md"))
    life.trashed.add(life.page("x/f.md"))
    life._sync(recreate=True)  # the next run still had that page's record to put away


def test_a_report_that_was_made_again_and_then_renamed_leaves_nothing_to_write(told):
    life = told("notion")
    life.put("a.md")
    life._sync()
    life.hands.trash(life.page("a.md"))
    life.trashed.add(life.page("a.md"))
    life._sync(recreate=True)
    life.rename_to("a.md", "b.md")
    life._sync()  # the next run found the row in the trash to be the old path's


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_title_that_a_person_gave_stays_when_a_rename_tells_reports_apart_anew(told, target):
    life = told(target)
    life.put("a.md")
    life.put("x/d.md")
    life._sync()
    page = life.page("x/d.md")
    assert by_id(life.hands.state())[page]["title"] == "Alpha (x)"
    assert life.hands.retitle(page, "Better")
    life.titled[page] = ("Better", "Alpha")
    life.rename_to("x/d.md", "y/z/e.md")
    life._sync()  # it became "Alpha (y/z)"
    life.change("y/z/e.md")
    life._sync()
    assert by_id(life.hands.state())[page]["title"] == "Better"
    life.change("y/z/e.md", title="Beta")
    life._sync()
    assert by_id(life.hands.state())[page]["title"] == "Beta"


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_page_made_anew_has_the_title_of_its_source(told, target):
    life = told(target)
    life.put("a.md")
    life._sync()
    page = life.page("a.md")
    assert life.hands.retitle(page, "Better")
    life.titled[page] = ("Better", "Alpha")
    life.hands.trash(page)
    life.trashed.add(page)
    life.change("a.md", private=True)
    life._sync(recreate=True)  # written in two steps, it took its title from the page in the trash
    assert by_id(life.hands.state())[life.page("a.md")]["title"] == "Alpha"


@pytest.mark.parametrize("target", [*CONFLUENCE, "notion"])
def test_a_report_renamed_while_in_conflict_keeps_its_page_from_another_at_its_path(told, target):
    life = told(target)
    life.put("a.md")
    life._sync()
    page = life.page("a.md")
    assert life.hands.edit(page, find="maple", replace="Reader was here")
    life.edited[page] = "Reader was here"
    life.change("a.md")
    life.rename_to("a.md", "b.md")
    life._sync()
    life.put("a.md", title="Beta")
    life._sync()  # it was taken for the report in conflict, whose page then was made a second time
    assert life.page("a.md") != page
    life._sync(force=True)
    assert life.page("b.md") == page


@pytest.mark.parametrize("target", CONFLUENCE)
def test_pages_above_one_that_stays_are_not_archived(told, target):
    life = told(target)
    life.put("x/c.md")
    life.put("b.md", title="Beta")
    life._sync()
    above, below = life.page("x/c.md"), life.page("b.md")
    folder = by_id(life.hands.state())[above]["parent_id"]
    assert life.hands.move(below, above)
    life.moved[below] = above
    (life.root / "x/c.md").unlink()
    del life.docs["x/c.md"]
    life.changed = True
    life._sync(prune=True)  # what stood below went up to the parent of what went away
    pages = by_id(life.hands.state())
    assert (pages[above]["status"], pages[folder]["status"]) == ("current", "current")
    (life.root / "b.md").unlink()
    del life.docs["b.md"]
    del life.moved[below]
    life.changed = True
    life._sync(prune=True)
    pages = by_id(life.hands.state())
    assert "current" not in {pages[page]["status"] for page in (above, folder, below)}


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_report_stays_where_it_is_while_a_person_keeps_its_new_folder_below_it(told, target):
    life = told(target)
    life.put("a.md", title="Alpha")
    life.put("x/b.md", title="Beta")
    life._sync()
    folder = by_id(life.hands.state())[life.page("x/b.md")]["parent_id"]
    assert life.hands.move(folder, life.page("a.md"))
    life.moved[folder] = life.page("a.md")
    life.rename_to("a.md", "x/a.md")
    life._sync()  # the wiki refused to move the page below itself, in each run
    life.change("x/a.md")
    life._sync()
    assert life.hands.move(folder, by_id(life.hands.state())[life.page("x/a.md")]["parent_id"])
    life.change("x/a.md")
    life._sync()
    assert by_id(life.hands.state())[life.page("x/a.md")]["parent_id"] == folder
