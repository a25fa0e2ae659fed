"""Lives that once broke a promise, as short as they can be told."""

from __future__ import annotations

from typing import Any

import pytest

from adapters import open_wiki
from adapters.base import Draft, Record
from tests.sync.forks import killed_at_request
from tests.sync.means import WORDS, zygote
from tests.sync.promises import Promises, by_id

CONFLUENCE = ["cloud", "dc"]


class Told(Promises):
    """A life whose deeds the test tells."""

    def __init__(self, target: str, parent: str = "Reports") -> None:
        super().__init__(target, 0)
        self.parent = self.parent if target == "notion" else parent
        self.begin_readers()
        (self.root / "keep.md").write_text("# Always there\n\nText.\n")
        self._configure()
        self.git("init", "-q")

    def put(self, path: str, title: str = "Alpha", **more: Any) -> None:
        self._commit()
        self.number += 1
        lines = [f"{word} {self.number} stands in line {at}." for at, word in enumerate(WORDS[:3])]
        found = {"ident": self.number, "title": title, "pictures": [], "link": "", "lines": lines, "private": False}
        self.docs[path] = {**found, **more}
        self._save(path)

    def change(self, path: str, **more: Any) -> None:
        self.number += 1
        self.docs[path]["lines"][0] = f"alder became {self.number}."
        self.docs[path].update(more)
        self._save(path)

    def rename_to(self, old: str, new: str) -> None:
        self._commit()
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", old, new)
        self.docs[new] = self.docs.pop(old)
        self.renamed(self.docs[new])
        self.changed = True

    def page(self, path: str) -> str:
        return self.pages[self.docs[path]["ident"]]

    def announce(self, page: str) -> None:
        """What a run leaves that is killed between the record of its write and the write."""
        import json

        db = self.server.state.db
        where = "WHERE key = 'nbwiki' AND holder_id = ?"
        value = json.loads(db.execute(f"SELECT value FROM cf_property {where}", (page,)).fetchone()[0])
        value["version"] = str(int(value["version"]) + 1)
        value["digest"] = "of what was never written"
        db.execute(f"UPDATE cf_property SET value = ?, version = version + 1 {where}", (json.dumps(value), page))
        for (root,) in db.execute("SELECT holder_id FROM cf_property WHERE key = 'nbwiki-manifest-0'").fetchall():
            found = db.execute("SELECT value FROM cf_property WHERE key = 'nbwiki-manifest-0'").fetchone()[0]
            told = json.dumps({**json.loads(found), "dirty": True})
            db.execute(
                "UPDATE cf_property SET value = ? WHERE key = 'nbwiki-manifest-0' AND holder_id = ?", (told, root)
            )


@pytest.fixture
def told():
    made = []

    def of(target, **more):
        made.append(Told(target, **more))
        return made[-1]

    yield of
    for one in made:
        one.end()


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


def test_the_row_that_lost_against_another_first_run_forgets_whose_it_was(told):
    life = told("notion")
    wikis = [open_wiki(life._settings(life.server)) for _ in range(2)]
    draft = Draft(record=Record(key="k", title="K", source="r:k.md"), title="K", parent=None)
    observed = [wiki.observe() for wiki in wikis]
    wikis[0].begin(observed[0])
    observed[1] = wikis[1].observe()
    wikis[1].begin(observed[1])
    made = [wiki.create(draft) for wiki in wikis]
    for wiki, seen, one in zip(wikis, observed, made, strict=True):
        wiki.finish(seen, [one.record], [])
        wiki.close()
    assert [key for key, _ in life.keys(life.hands.state())] == ["k"]


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


def test_a_person_edits_a_page_that_a_killed_run_has_left_half_written(told):
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
    life._sync()  # it finished its own work over the reader's
    life._sync(force=True)
    assert page not in life.edited


def test_a_renamed_report_that_is_made_again_forgets_its_page_in_the_trash(told):
    life = told("notion")
    life.put("x/d.md")
    life._sync()
    life.rename_to("x/d.md", "x/f.md")
    life.hands.trash(life.page("x/f.md"))
    life.trashed.add(life.page("x/f.md"))
    life._sync(recreate=True)  # the next run still had that page's record to put away


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
