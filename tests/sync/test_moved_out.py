"""Rows that people moved out of Notion's database, where they lose their record: no second page, and people's word holds."""

from __future__ import annotations

import subprocess

import pytest
import requests

from adapters.notion.neighbours import named, packed, unpacked
from adapters.sandbox import admin
from bridge.config import load
from bridge.report import line
from bridge.status import status_of
from tests.sync.test_load import Bench

READER = "reader@example.com"


class Moving(Bench):
    """A few reports, and a person who moves their pages about."""

    def __init__(self, folder, server):
        (folder / "reports").mkdir()
        super().__init__(folder, server, "notion")
        config = folder / "nbwiki.toml"
        config.write_text(config.read_text().replace("[source]", '[source]\nrepository = "acme/r"', 1))
        self.hub = admin.dump(server.state)["notion_data_hub"]
        for name in "abc":
            self.put(name)

    def put(self, name, text="Text."):
        (self.folder / "reports" / f"{name}.md").write_text(f"# Report {name}\n\n{text}\n\nMore of it.\n")

    def git(self, *words):
        who = ("-c", "user.email=a@example.com", "-c", "user.name=A")
        subprocess.run(["git", *who, *words], cwd=self.folder / "reports", check=True, capture_output=True)

    def kept_in_git(self):
        """The reports as they are, as a repository's first commit."""
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-qm", "x")

    def sync(self, **flags):
        before = self.server.log._number
        done, _ = self.run(**flags)
        sent = self.server.log.entries(since=before)
        return done, {one.source.removesuffix(".md"): one for one in done.actions}, sent

    def published(self):
        """Three reports that were made at once, and a fourth one, whose record names those."""
        self.sync()
        self.put("d")
        return self.sync()[1]

    def status(self):
        wiki = self.wiki()
        try:
            return status_of(load(self.folder / "nbwiki.toml", {}, self.folder), wiki, "notion")
        finally:
            wiki.close()

    def move(self, page, parent=None):
        self.edit(page, parent=parent or self.hub)

    def edit(self, page, **wish):
        data = {"page": page, "user": READER, **wish}
        answer = requests.post(f"{self.server.url}/sandbox/edit", json=data, timeout=10)
        assert answer.ok, answer.text

    def trash(self, page):
        self.call("PATCH", f"pages/{page}", json={"in_trash": True})

    def call(self, method, path, **arguments):
        headers = {"Authorization": "Bearer sandbox", "Notion-Version": "2026-03-11"}
        url = f"{self.server.url}/notion/v1/{path}"
        answer = requests.request(method, url, headers=headers, timeout=10, **arguments)
        assert answer.ok, answer.text
        return answer.json()

    @property
    def source(self):
        return admin.dump(self.server.state)["notion"]["data_sources"][0]["id"]

    def pages(self, title):
        """Live pages of a title."""
        return [
            one["id"]
            for one in admin.dump(self.server.state)["pages"]
            if one["api"] == "notion" and one["title"] == title and one["status"] == "current"
        ]

    def later(self):
        self.server.state.clock_offset_s += 120

    def switch(self, **switches):
        plan = {"switches": switches}
        assert requests.put(f"{self.server.url}/sandbox/faults", json=plan, timeout=10).ok


@pytest.fixture
def site(tmp_path, sandbox):
    return Moving(tmp_path, sandbox)


@pytest.fixture(params=["one that others name", "the one made last"])
def out(request, site):
    """A report whose page was moved out: its name and its page."""
    first = site.published()
    name = "a" if request.param == "one that others name" else "d"
    page = first[name].page_id
    site.later()
    site.move(page)
    return name, page


def outside(done, one, page):
    assert done.code == 7
    assert one.verb == "conflict", one.reason
    assert one.page_id == page
    assert one.url in one.reason
    assert "moved out of its database" in one.reason
    assert "move it back" in line(one)


def test_no_second_page_is_made(site, out):
    name, page = out
    for write in (False, True, True):
        done, actions, sent = site.sync(write=write)
        outside(done, actions[name], page)
        assert site.pages(f"Report {name}") == [page]
        assert {one.verb for key, one in actions.items() if key != name} == {"skip"}
    assert not [one for one in sent if one["method"] in {"PATCH", "DELETE"} or one["path"].endswith("/pages")]
    assert {one["source"]: one["state"] for one in site.status()["reports"]}[f"{name}.md"] == "moved out"


def test_it_is_no_second_page_when_others_change(site, out):
    name, page = out
    for text in ("One.", "Two.", "Three."):  # their records are kept anew, by which it is known
        for other in "abcd":
            if other != name:
                site.put(other, text)
        site.later()
        done, actions, _ = site.sync()
        outside(done, actions[name], page)
    site.put("new")
    done, actions, _ = site.sync()
    outside(done, actions[name], page)
    assert actions["new"].verb == "create"


def test_another_one_is_published_where_that_is_wished(site, out):
    name, page = out
    done, actions, _ = site.sync(recreate=True)
    assert done.code == 0
    assert (actions[name].verb, actions[name].reason) == ("create", "recreated")
    assert sorted(site.pages(f"Report {name}")) == sorted([page, actions[name].page_id])
    done, actions, _ = site.sync()
    assert {one.verb for one in actions.values()} == {"skip"}


def test_it_is_followed_again_once_it_is_back(site, out):
    name, page = out
    site.sync()
    blocks = [one["id"] for one in site.call("GET", f"blocks/{page}/children")["results"]]
    site.move(page, site.source)
    done, actions, _ = site.sync()
    assert done.code == 0
    assert (actions[name].verb, actions[name].reason, actions[name].page_id) == ("update", "adopted", page)
    assert [one["id"] for one in site.call("GET", f"blocks/{page}/children")["results"]] == blocks
    assert site.call("GET", f"pages/{page}")["properties"]["Status"]["select"]["name"] == "published"
    done, actions, _ = site.sync()
    assert {one.verb for one in actions.values()} == {"skip"}
    assert site.pages(f"Report {name}") == [page]


@pytest.mark.parametrize("back", [False, True], ids=["still out", "back"])
def test_one_that_was_made_again_is_known_although_its_predecessor_is_in_the_trash(site, back):
    page = site.published()["a"].page_id
    site.trash(page)
    _, actions, _ = site.sync(recreate=True)
    again = actions["a"].page_id
    assert again != page
    site.put("e")
    site.sync()  # its record names the page made before it
    site.later()
    site.move(again)
    if not back:
        outside(site.sync()[0], site.sync()[1]["a"], again)
        return
    site.sync()
    site.move(again, site.source)
    done, actions, _ = site.sync()
    assert done.code == 0
    assert (actions["a"].verb, actions["a"].reason, actions["a"].page_id) == ("update", "adopted", again)
    _, actions, sent = site.sync()
    assert {one.verb for one in actions.values()} == {"skip"}
    assert not [one for one in sent if one["method"] == "PATCH"]
    assert site.pages("Report a") == [again]


def test_one_that_was_given_up_is_not_taken_for_the_one_in_the_trash(site, out):
    name, page = out
    again = site.sync(recreate=True)[1][name].page_id
    site.put("e")
    site.sync()
    site.put(name, "Changed since.")
    site.sync()
    site.trash(again)
    for place in (None, site.source):  # the first one is elsewhere, and then back
        if place:
            site.move(page, place)
        done, actions, _ = site.sync()
        assert done.code == 7
        assert actions[name].verb == "conflict"
        assert actions[name].reason == "page gone on the wiki"


def test_nor_after_its_report_was_renamed(site, out):
    name, page = out
    site.kept_in_git()
    site.later()
    again = site.sync(recreate=True)[1][name].page_id
    site.git("mv", f"{name}.md", "z.md")
    site.git("commit", "-qm", "y")
    site.later()
    assert site.sync()[1]["z"].page_id == again
    site.trash(again)
    for place in (None, site.source):
        if place:
            site.move(page, place)
        done, actions, _ = site.sync()
        assert done.code == 7
        assert (actions["z"].verb, actions["z"].reason) == ("conflict", "page gone on the wiki")


def test_one_in_the_trash_costs_no_request_more(site):
    site.trash(site.published()["a"].page_id)
    _, _, before = site.sync()
    _, actions, sent = site.sync()
    assert actions["a"].verb == "conflict"
    assert not [one for one in sent if "/search" in one["path"]]
    assert len(sent) == len(before)


def test_what_people_wrote_meanwhile_is_kept(site, out):
    name, page = out
    site.edit(page, find="Text.", replace="Text, and mine.")
    site.edit(page, append="A note of mine.")
    site.move(page, site.source)
    for _ in range(2):
        done, actions, _ = site.sync()
        assert done.code == 7
        assert (actions[name].verb, actions[name].page_id) == ("conflict", page)
        assert actions[name].reason.startswith("both changed")
        assert any("Text, and mine." in one for one in actions[name].diff)
    done, actions, _ = site.sync(force=True)
    assert done.code == 0
    words = str(site.call("GET", f"blocks/{page}/children"))
    assert "and mine" not in words
    assert "A note of mine." in words
    assert site.pages(f"Report {name}") == [page]


def test_out_and_in_the_trash_is_no_wish_for_a_new_one(site):
    first = site.published()
    page = first["a"].page_id
    site.move(page)
    site.trash(page)
    for _ in range(2):
        done, actions, _ = site.sync()
        assert (done.code, actions["a"].verb, actions["a"].reason) == (7, "conflict", "page trashed on the wiki")
    assert site.pages("Report a") == []
    done, actions, _ = site.sync(recreate=True)
    assert actions["a"].verb == "create"
    assert len(site.pages("Report a")) == 1


def test_it_is_known_under_its_source_s_new_name(site, out):
    name, page = out
    reports = site.folder / "reports"
    who = ("-c", "user.email=a@example.com", "-c", "user.name=A")
    for words in (
        ("init", "-q"),
        ("add", "-A"),
        ("commit", "-qm", "x"),
        ("mv", f"{name}.md", "z.md"),
        ("commit", "-qm", "y"),
    ):
        subprocess.run(["git", *who, *words], cwd=reports, check=True)
    for _ in range(2):
        done, actions, _ = site.sync()
        outside(done, actions["z"], page)
    site.move(page, site.source)
    done, actions, _ = site.sync()
    assert (done.code, actions["z"].verb, actions["z"].page_id) == (0, "update", page)
    assert site.pages(f"Report {name}") == [page]


def test_another_report_at_its_former_path_does_not_take_it(site):
    first = site.published()
    page = first["a"].page_id
    site.kept_in_git()
    site.git("mv", "a.md", "z.md")
    site.git("commit", "-qm", "y")
    site.later()
    _, actions, _ = site.sync()  # the record of d names it by its former path still
    assert actions["z"].page_id == page
    site.move(page)
    site.put("a", "Another one.")
    for _ in range(2):
        done, actions, _ = site.sync()
        outside(done, actions["z"], page)
        assert actions["a"].verb in {"create", "skip"}
        assert actions["a"].page_id != page
    site.move(page, site.source)
    done, actions, _ = site.sync()
    assert (done.code, actions["z"].verb, actions["z"].page_id) == (0, "update", page)


def test_renamed_and_retitled_it_is_known_though_another_report_has_its_former_path(site):
    """Rows told of it by a key that another row has by now, and it was published a second time."""
    first = site.published()
    for name in "efghij":
        site.put(name)
        site.sync()
    page = first["a"].page_id
    site.kept_in_git()
    for old, new in ("az", "ba"):
        site.git("mv", f"{old}.md", f"{new}.md")
        site.git("commit", "-qm", "y")
        site.later()
        _, actions, _ = site.sync()
    assert (actions["z"].page_id, actions["a"].page_id) == (page, first["b"].page_id)
    site.edit(page, title="Mine now")
    site.move(page)
    for _ in range(3):
        done, actions, _ = site.sync()
        outside(done, actions["z"], page)
        assert actions["a"].page_id == first["b"].page_id


def test_edited_by_people_and_renamed_it_is_known_though_a_new_report_has_its_former_path(site):
    page = site.published()["c"].page_id
    site.kept_in_git()
    site.later()
    site.edit(page, find="Text.", replace="Text, and mine.")
    site.move(page)
    site.git("mv", "c.md", "z.md")
    site.git("commit", "-qm", "y")
    site.move(page, site.source)
    assert site.sync()[1]["z"].page_id == page  # a conflict, and so without a record
    (site.folder / "reports" / "c.md").write_text("# New\n\nQuite another one.\n")
    site.git("add", "-A")
    site.git("commit", "-qm", "z")
    _, actions, _ = site.sync()
    assert (actions["z"].verb, actions["z"].page_id) == ("conflict", page)
    assert actions["c"].verb == "create"
    assert site.pages("Report c") == [page]


def test_what_was_renamed_is_known_though_another_one_was_renamed_to_its_path(site):
    page = site.published()["c"].page_id
    (site.folder / "reports" / "n.md").write_text("# Report c\n\nQuite another one.\n")
    site.kept_in_git()
    site.move(page)
    for old, new in ("cz", "nc"):
        site.git("mv", f"{old}.md", f"{new}.md")
        site.git("commit", "-qm", new)
    done, actions, _ = site.sync()
    outside(done, actions["z"], page)
    assert actions["c"].verb == "create"


def test_in_the_trash_where_two_reports_may_have_had_it_it_ends_no_run(site):
    page = site.published()["c"].page_id
    site.kept_in_git()
    site.move(page)
    site.git("mv", "c.md", "z.md")
    site.git("commit", "-qm", "y")
    (site.folder / "reports" / "c.md").write_text("# New\n\nQuite another one.\n")
    site.git("add", "-A")
    site.git("commit", "-qm", "z")
    site.trash(page)
    _, actions, _ = site.sync()
    assert (actions["z"].verb, actions["z"].reason) == ("conflict", "page trashed on the wiki")
    assert actions["c"].verb == "create"
    assert site.sync()[1]["c"].verb == "skip"


def test_whatever_its_title_has_become_where_others_name_it(site):
    first = site.published()
    page = first["a"].page_id
    site.move(page)
    site.edit(page, title="Mine now")
    (site.folder / "reports" / "a.md").write_text("# Quite another title\n\nText.\n")
    done, actions, _ = site.sync()
    outside(done, actions["a"], page)


def test_back_with_a_title_of_its_own_it_keeps_that(site, out):
    name, page = out
    site.move(page, site.source)
    site.edit(page, title="Mine now")
    for _ in range(2):
        done, _, _ = site.sync()
        assert (done.code, site.pages("Mine now"), site.pages(f"Report {name}")) == (0, [page], [])
    site.put(name, "Changed.")
    site.sync()
    assert site.pages("Mine now") == [page]


def test_it_is_known_though_the_row_that_told_of_it_is_forgotten(site):
    first = site.published()
    page = first["a"].page_id
    site.move(page)
    site.edit(page, title="Mine now")
    site.trash(first["d"].page_id)
    (site.folder / "reports" / "d.md").unlink()
    for _ in range(3):
        done, actions, sent = site.sync()
        outside(done, actions["a"], page)
    assert not [one for one in sent if one["method"] == "PATCH"]


def test_below_another_row_and_in_another_database(site):
    first = site.published()
    body = {"parent": {"page_id": site.hub}, "initial_data_source": {"properties": {"Name": {"title": {}}}}}
    other = site.call("POST", "databases", json=body)["data_sources"][0]["id"]
    site.move(first["a"].page_id, first["b"].page_id)
    site.move(first["d"].page_id, other)
    site.put("e")
    done, actions, _ = site.sync()
    assert actions["e"].verb == "create"
    # d was made last, and no record names it: a search finds it
    for name in "ad":
        outside(done, actions[name], first[name].page_id)


def test_a_search_that_lags_misses_what_no_record_names_and_nothing_else(site):
    first = site.published()
    site.switch(search_lag_s=3600)
    site.move(first["a"].page_id)
    done, actions, _ = site.sync()
    outside(done, actions["a"], first["a"].page_id)


def test_a_report_of_the_same_title_is_another_one(site):
    _, first, _ = site.sync()
    site.move(first["c"].page_id)
    (site.folder / "reports" / "c.md").unlink()
    (site.folder / "reports" / "other").mkdir()
    (site.folder / "reports" / "other" / "c.md").write_text("# Report c\n\nText.\n\nMore of it.\n")
    done, actions, _ = site.sync()
    assert (done.code, actions["other/c"].verb) == (0, "create")


def test_one_that_was_archived_and_taken_out_of_the_trash_is_theirs(site):
    _, first, _ = site.sync()
    page = first["a"].page_id
    (site.folder / "reports" / "a.md").unlink()
    done, actions, _ = site.sync(prune=True)
    assert actions["a"].verb == "archive"
    site.call("PATCH", f"pages/{page}", json={"in_trash": False})
    site.put("a")
    done, actions, _ = site.sync()
    assert (done.code, actions["a"].verb) == (0, "create")
    assert actions["a"].page_id != page


def test_it_costs_runs_nothing_unless_a_report_is_new(site):
    def asked(sent):
        return [
            one
            for one in sent
            if one["path"].endswith("/search") or (one["method"] == "GET" and "/pages/" in one["path"])
        ]

    site.sync()
    site.later()
    _, _, quiet = site.sync()
    assert asked(quiet) == []
    site.put("a", "Changed.")
    _, _, changed = site.sync()
    assert not [one for one in asked(changed) if one["path"].endswith("/search")]
    site.put("e")
    _, _, one = site.sync()
    assert len(asked(one)) == 1
    for number in range(9):
        site.put(f"n{number}")
    _, _, many = site.sync()
    assert len(asked(many)) == 1


def test_what_people_write_into_a_record_is_no_page():
    page = "0b07a9c1-5a2d-4c6e-8f10-2d6a1f3b9c01"
    rows = [named("k", page), named("l", page)]
    assert unpacked(packed(rows)) == rows
    for text in (None, 7, "?", "äö", packed(rows)[:-3], ""):
        assert unpacked(text) == [] or unpacked(text) == rows[:1]
