"""Folders as pages of Notion, beside the database that the reports stay in."""

from __future__ import annotations

import subprocess
import threading

import pytest
import requests

from adapters import open_wiki
from adapters.base import Change, Draft, Observed, Record
from adapters.errors import WikiError
from adapters.notion.folders import FolderPage, told_by
from adapters.sandbox import admin
from adapters.settings import TargetSettings, Token
from bridge.sync.folders import view_page
from converters.metadata import Metadata
from converters.model import Rendered
from converters.options import WriteOptions
from tests.sync.forks import Zygote, killed_at_request
from tests.sync.test_moved_out import Moving

TREE = {"x/a": "A", "x/b": "B", "x/deep/er/c": "C", "y/d": "D", "y/README": "Why customers leave", "e": "E"}
TITLES = {"X": "", "Deep": "X", "Er": "Deep", "Why customers leave": ""}
"""Pages of folders, and which one each stands on."""


class Filed(Moving):
    """Reports in folders."""

    def __init__(self, folder, server, setting="pages"):
        super().__init__(folder, server)
        for name in "abc":
            (self.folder / "reports" / f"{name}.md").unlink()
        self.use(setting)
        for name, title in TREE.items():
            self.report(name, title)

    def use(self, setting):
        config = self.folder / "nbwiki.toml"
        lines = [one for one in config.read_text().splitlines() if not one.startswith("folders =")]
        at = lines.index("[targets.notion]") + 1
        config.write_text("\n".join([*lines[:at], f'folders = "{setting}"', *lines[at:], ""]))

    def report(self, name, title, text="Text."):
        path = self.folder / "reports" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {title}\n\n{text}\n")

    def put_private(self, name, title):
        self.report(name, title)
        path = self.folder / "reports" / f"{name}.md"
        path.write_text(f"---\nvisibility: private\n---\n\n{path.read_text()}")

    def gone(self, name):
        (self.folder / "reports" / f"{name}.md").unlink()

    def done(self, **flags):
        done, actions, _ = self.sync(**flags)
        assert done.code == 0, [(one.source, one.verb, one.reason) for one in done.actions]
        return actions

    def quiet(self, **flags):
        """A run that does nothing."""
        before = admin.dump(self.server.state)
        actions = self.done(**flags)
        assert {one.verb for one in actions.values()} == {"skip"}, [
            (one.source, one.verb, one.reason) for one in actions.values()
        ]
        assert admin.dump(self.server.state) == before
        return actions

    def notion_pages(self):
        found = {one["id"]: one for one in admin.dump(self.server.state)["pages"] if one["api"] == "notion"}
        return {page: one for page, one in found.items() if one["status"] == "current"}

    def folder_pages(self):
        """Title → the page's id, and title → the title of the page that it stands on; those of folders only."""
        pages = self.notion_pages()
        ids, above = {}, {}
        for page, one in pages.items():
            if page.startswith("da7a0000"):  # people's own, from the start
                continue
            shown = self.call("GET", f"pages/{page}")
            if not shown["created_by"]["id"].endswith("01") or "data_source_id" in shown["parent"]:
                continue
            assert one["title"] not in ids, "one page a folder"
            parent = shown["parent"]["page_id"]
            ids[one["title"]] = page
            above[one["title"]] = "" if parent == self.hub else pages[parent]["title"]
        return ids, above

    def views(self, page):
        """The linked views on a page, in full."""
        found = []
        for child in self.call("GET", f"blocks/{page}/children")["results"]:
            if child["type"] == "child_database":
                listed = self.call("GET", "views", params={"database_id": child["id"]})["results"]
                found += [self.call("GET", f"views/{one['id']}") for one in listed]
        return found

    def shown(self, page):
        """Titles of the reports that a folder's view shows."""
        (view,) = self.views(page)
        rows = self.call("POST", f"data_sources/{self.source}/query", json={"filter": view["filter"]})["results"]
        names = [next(one for one in row["properties"].values() if one["type"] == "title")["title"] for row in rows]
        return {name[0]["plain_text"] for name in names}


@pytest.fixture
def site(tmp_path, sandbox):
    return Filed(tmp_path, sandbox)


def test_a_page_a_folder_nested_as_those_are(site):
    actions = site.done()
    assert {one.verb for one in actions.values()} == {"create"}
    ids, above = site.folder_pages()
    assert above == TITLES
    assert site.shown(ids["X"]) == {"A", "B"}
    assert site.shown(ids["Er"]) == {"C"}
    assert site.shown(ids["Why customers leave"]) == {"D", "Why customers leave"}
    assert site.views(ids["Deep"]) == []  # it holds a folder only, which is its block
    below = site.call("GET", f"blocks/{ids['Deep']}/children")["results"]
    assert [one["child_page"]["title"] for one in below] == ["Er"]
    row = site.call("GET", f"pages/{actions['x/a'].page_id}")
    assert row["parent"]["data_source_id"] == site.source
    assert row["properties"]["Folder"]["select"]["name"] == "x"


def test_nothing_is_done_or_asked_for_them_when_nothing_changed(site, tmp_path, sandbox):
    site.done()
    site.later()
    site.quiet()
    before = sandbox.log._number
    site.done()
    pages = sandbox.log._number - before
    site.use("property")
    before = sandbox.log._number
    site.done()
    assert sandbox.log._number - before == pages


def test_other_reports_and_a_new_folder_write_those_only(site):
    site.done()
    ids, _ = site.folder_pages()
    site.later()
    site.report("x/a", "A", "Changed.")
    site.report("x/f", "F")
    site.report("z/g", "G")
    actions = site.done()
    written = {name for name, one in actions.items() if one.verb in {"create", "update"}}
    assert written == {"x/a", "x/f", "z/g", "z/"}
    now, above = site.folder_pages()
    assert above == {**TITLES, "Z": ""}
    assert ids.items() <= now.items()
    assert site.shown(now["X"]) == {"A", "B", "F"}
    site.quiet()


def test_the_setting_changes_no_report(tmp_path, sandbox):
    site = Filed(tmp_path, sandbox, "property")
    first = site.done()
    assert site.folder_pages() == ({}, {})
    reports = {name: one.page_id for name, one in first.items()}
    site.later()
    site.use("pages")
    actions = site.done()
    assert {name for name, one in actions.items() if one.verb != "skip"} == {"x/", "x/deep/", "x/deep/er/", "y/"}
    assert site.folder_pages()[1] == TITLES
    site.later()
    site.quiet()
    site.use("property")
    left = site.quiet()
    assert left["x/"].reason == "source removed"
    assert site.folder_pages()[1] == TITLES
    actions = site.done(prune=True)
    assert {name for name, one in actions.items() if one.verb == "archive"} == {"x/", "x/deep/", "x/deep/er/", "y/"}
    assert site.folder_pages() == ({}, {})
    last = site.quiet(prune=True)
    assert {name: one.page_id for name, one in last.items()} == reports
    site.use("pages")
    site.done()
    assert site.folder_pages()[1] == TITLES
    site.quiet()


def test_names_and_places_that_people_gave_stay(site):
    site.done()
    ids, _ = site.folder_pages()
    site.edit(ids["X"], title="Customers")
    site.edit(ids["Why customers leave"], parent=ids["X"])
    site.later()
    site.quiet()
    site.report("x/README", "All about X")
    site.report("y/README", "Why they leave")
    site.report("x/new/h", "H")
    site.done()
    now, above = site.folder_pages()
    assert now["Customers"] == ids["X"]
    assert now["Why they leave"] == ids["Why customers leave"]
    assert above == {
        "Customers": "",
        "Deep": "Customers",
        "Er": "Deep",
        "Why they leave": "Customers",
        "New": "Customers",
    }
    site.quiet()


def test_one_that_people_put_into_the_trash_stays_there(site):
    site.done()
    ids, _ = site.folder_pages()
    site.trash(ids["X"])
    site.later()
    site.quiet()
    site.report("x/README", "All about X")
    site.report("x/new/h", "H")  # its page has nowhere to stand but at the top
    site.done()
    _, above = site.folder_pages()
    assert above == {"Why customers leave": "", "New": ""}
    site.quiet()


def test_it_goes_with_its_folder_where_that_is_asked_for(site):
    site.done()
    site.later()
    site.gone("x/deep/er/c")
    assert site.quiet()["x/deep/er/"].reason == "source removed"
    actions = site.done(prune=True)
    assert {name for name, one in actions.items() if one.verb == "archive"} == {"x/deep/", "x/deep/er/", "x/deep/er/c"}
    assert site.folder_pages()[1] == {"X": "", "Why customers leave": ""}
    site.quiet(prune=True)


def test_what_people_wrote_on_it_stays(site):
    site.done()
    ids, _ = site.folder_pages()
    site.edit(ids["Er"], append="Read C first.")
    site.later()
    site.quiet()
    site.gone("x/deep/er/c")
    actions = site.done(prune=True)
    assert actions["x/deep/er/c"].verb == "archive"
    assert (actions["x/deep/er/"].verb, actions["x/deep/er/"].reason) == ("skip", "kept: people wrote on it")
    assert actions["x/deep/"].verb == "skip"
    assert site.folder_pages()[1] == TITLES
    assert "Read C first." in str(site.call("GET", f"blocks/{ids['Er']}/children"))


def test_it_stays_while_reports_of_it_stay(site):
    actions = site.done()
    site.edit(actions["y/d"].page_id, find="Text.", replace="Mine.")
    site.gone("y/d")
    site.gone("y/README")
    _, actions, _ = site.sync(prune=True)
    assert (actions["y/d"].verb, actions["y/"].verb) == ("skip", "skip")
    assert site.folder_pages()[1] == TITLES


def test_a_folder_that_was_renamed_leaves_its_page_until_asked(site):
    first = site.done()
    site.kept_in_git()
    site.git("mv", "y", "why")
    site.git("commit", "-qm", "y")
    site.later()
    actions = site.done()
    assert actions["why/d"].page_id == first["y/d"].page_id
    assert actions["y/"].reason == "source removed"
    done = site.done(prune=True)
    assert done["y/"].verb == "archive"
    ids, above = site.folder_pages()
    assert above == TITLES
    assert site.shown(ids["Why customers leave"]) == {"D", "Why customers leave"}
    site.quiet(prune=True)


@pytest.mark.parametrize("at", range(2, 44, 6))
def test_killed_at_any_request_the_next_run_finishes(tmp_path, sandbox, at):
    site = Filed(tmp_path, sandbox)
    loaded = Zygote(tmp_path, "-t", "notion")
    try:
        killed_at_request(loaded, sandbox, at, tmp_path, "sync", "-q", "-t", "notion")
    finally:
        loaded.close()
    site.later()
    site.done()
    ids, above = site.folder_pages()
    assert above == TITLES
    assert site.shown(ids["X"]) == {"A", "B"}
    assert len(site.views(ids["Er"])) == 1
    site.quiet()


def test_two_first_runs_at_once_make_one_page_a_folder(site):
    runs = [threading.Thread(target=site.run) for _ in range(2)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    site.later()
    site.sync()
    ids, above = site.folder_pages()
    assert above == TITLES
    assert site.shown(ids["X"]) == {"A", "B"}
    site.quiet()


@pytest.mark.parametrize(
    "rule", [{"reset": "after"}, {"status": 504, "after_work": True}, {"status": 429, "retry_after": 1}]
)
@pytest.mark.parametrize("path", ["/notion/v1/pages", "/notion/v1/views"])
def test_a_lost_answer_makes_no_second_page(site, rule, path):
    plan = {"seed": 1, "rules": [{"path": path, "method": "POST", "rate": 0.5, "times": 4, **rule}]}
    site.server.faults.load(plan)
    site.sync()
    site.server.faults.load({})
    site.later()
    site.sync()
    ids, above = site.folder_pages()
    assert above == TITLES
    assert [len(site.views(ids[title])) for title in ("X", "Er", "Deep")] == [1, 1, 0]
    site.quiet()


def test_what_people_write_into_a_record_is_no_folder():
    one = FolderPage("folder:r:x/", "p", "X", "d", "v", "q")
    assert one.tracked().record.source == "r:x/"
    for text in (None, 7, "x", [1], [["k"]], [{"key": 1}]):
        assert told_by(Record(key="k", state={"folders": text})) == []


@pytest.mark.parametrize("at", range(4, 26, 3))
def test_killed_while_they_go_the_next_run_finishes(tmp_path, sandbox, at):
    site = Filed(tmp_path, sandbox)
    site.done()
    site.later()
    site.use("property")
    loaded = Zygote(tmp_path, "-t", "notion")
    try:
        killed_at_request(loaded, sandbox, at, tmp_path, "sync", "-q", "-t", "notion", "--prune")
    finally:
        loaded.close()
    site.later()
    site.done(prune=True)
    assert site.folder_pages() == ({}, {})
    site.quiet(prune=True)


def test_beside_a_hub(tmp_path, sandbox):
    site = Filed(tmp_path, sandbox)
    config = tmp_path / "nbwiki.toml"
    config.write_text(config.read_text() + "\n[hub]\nenabled = true\n")
    site.sync()
    site.later()
    site.quiet()
    assert site.folder_pages()[1] == TITLES


def test_the_side_bar_shows_them_nested(site):
    site.done()
    ids, _ = site.folder_pages()
    page = requests.get(f"{site.server.url}/notion/p/{site.hub.replace('-', '')}", timeout=10).text
    side = page.partition("<main")[0]
    assert (
        side.index(ids["X"].replace("-", ""))
        < side.index(ids["Deep"].replace("-", ""))
        < side.index(ids["Er"].replace("-", ""))
    )


def test_some_files_alone_change_nothing_of_other_folders(site):
    site.done()
    site.later()
    site.report("y/d", "D", "Changed.")
    _, actions, _ = site.sync(paths=("y/d.md",))
    assert {name: one.verb for name, one in actions.items()} == {"y/d": "update", "y/": "skip"}
    site.report("n/new", "New")
    _, actions, _ = site.sync(paths=("n/new.md",))
    assert {name: one.verb for name, one in actions.items()} == {"n/new": "create", "n/": "create"}
    assert site.folder_pages()[1] == {**TITLES, "N": ""}
    site.quiet()


def test_a_database_of_ones_own_wants_a_page_for_them(site):
    wiki = open_wiki(
        TargetSettings(
            name="n",
            kind="notion",
            url=f"{site.server.url}/notion",
            token=Token("sandbox"),
            folders="pages",
            database=site.hub,
        )
    )
    assert [one.level for one in wiki.doctor() if one.subject == "parent"] == ["fail"]
    wiki.close()


def test_a_folder_of_which_nothing_is_published_has_none(site):
    actions = site.done()
    site.later()
    site.put_private("p/q", "Not for all")
    for _ in range(2):
        _, now, sent = site.sync()
        assert now["p/q"].verb == "error"
        assert "p/" not in now
    assert not [one for one in sent if one["method"] == "PATCH" or one["path"].endswith(("/pages", "/views"))]
    site.gone("p/q")
    site.trash(actions["x/deep/er/c"].page_id)
    for _ in range(2):
        _, now, sent = site.sync()
        assert now["x/deep/er/c"].verb == "conflict"
    assert not [one for one in sent if one["method"] == "PATCH" or one["path"].endswith(("/pages", "/views"))]
    site.sync(recreate=True)
    assert site.folder_pages()[1] == TITLES
    site.quiet()


def test_of_two_pages_made_at_once_the_first_stays_though_the_run_fails_later(site):
    site.done()
    one, two = site.wiki(), site.wiki()
    record = Record(key="folder:acme/r:new/", kind="folder", source="acme/r:new/", title="New")
    content = Rendered(target="notion", title="New", meta=Metadata(title="New"), digest="d")
    written = []
    for wiki in (one, two):
        wiki.begin(wiki.observe())
    site.switch(notion_lag_s=3600)  # neither sees what the other one makes
    for wiki in (one, two):
        made = wiki.create(Draft(record=record, title="New", parent=None))
        change = Change(record=made.record, title="New", content=content, base=made.page.version)
        written.append(wiki.write(made.page, change).record)
    site.switch()
    assert len({one.page for one in written}) == 2
    site.server.faults.load({"seed": 1, "rules": [{"path": "*/query", "status": 400}]})
    report = Record(key="acme/r:new/a.md", page=written[0].page, version="v")
    with pytest.raises(WikiError):
        two.finish(Observed(root=two.open(), tracked={}), [written[1], report], [])
    site.server.faults.load({})
    one.finish(Observed(root=one.open(), tracked={}), [written[0]], [])
    for wiki in (one, two):
        wiki.close()
    assert site.folder_pages()[0]["New"] == written[0].page


def test_of_two_views_put_at_once_on_a_page_the_first_stays(site):
    site.done()
    one, two = site.wiki(), site.wiki()
    record = Record(key="folder:acme/r:new/", kind="folder", source="acme/r:new/", title="New")
    content = view_page("New", "x", WriteOptions(flavor="notion"), "notion")
    for wiki in (one, two):
        wiki.begin(wiki.observe())
    made = [wiki.create(Draft(record=record, title="New", parent=None)) for wiki in (one, two)]
    site.switch(notion_lag_s=3600)
    written = [
        wiki.write(page.page, Change(record=page.record, title="New", content=content, base=page.page.version)).record
        for wiki, page in zip((one, two), made, strict=True)
    ]
    site.switch()
    assert len(site.views(made[0].page.id)) == 2
    for wiki, kept in zip((two, one), reversed(written), strict=True):
        wiki.finish(Observed(root=wiki.open(), tracked={}), [kept], [])
        wiki.close()
    assert len(site.views(made[0].page.id)) == 1


def test_two_folders_of_one_title_have_a_page_each(site):
    site.report("sales-eu/a", "Sales a")
    site.report("sales_eu/b", "Sales b")
    actions = site.done()
    made = [actions[f"{name}/"].page_id for name in ("sales-eu", "sales_eu")]
    assert made[0] != made[1]
    assert [site.shown(page) for page in made] == [{"Sales a"}, {"Sales b"}]
    site.quiet()


def test_two_libraries_below_one_page_have_pages_of_their_own(site, tmp_path, sandbox):
    site.done()
    first = {name: site.folder_pages()[0][name] for name in ("X", "Deep", "Er")}
    other = tmp_path / "other"
    other.mkdir()
    second = Filed(other, sandbox)
    config = second.folder / "nbwiki.toml"
    config.write_text(config.read_text().replace("[targets.notion]", '[targets.notion]\nspace = "Others"', 1))
    actions = second.done()
    assert not set(first.values()) & {one.page_id for one in actions.values()}
    second.quiet()
    site.quiet()


def test_a_readme_that_is_for_a_few_gives_its_folder_no_title(site):
    site.put_private("y/README", "Why we let people go")
    site.sync()
    assert "Y" in site.folder_pages()[1]
    assert "let people go" not in str(admin.dump(site.server.state))


def test_a_report_that_people_moved_out_is_no_folder_s_page(site):
    site.report("new", "Market")
    page = site.done()["new"].page_id
    site.later()
    site.move(page)
    site.report("market/a", "Another")
    _, actions, _ = site.sync()
    assert actions["new"].page_id == page
    assert actions["market/"].page_id not in {page, ""}
    assert site.views(page) == []


def test_a_report_that_came_back_edited_brings_no_page_of_its_folder_yet(site):
    """Its row has no record until it is written, so that nothing could tell of the page: each run made it again."""
    site.report("z/q", "Quarter")
    actions = site.done()
    page = actions["z/q"].page_id
    site.later()
    site.move(page)
    site.edit(page, find="Text.", replace="Text, and mine.")
    site.move(page, site.source)
    site.report("z/q", "Quarter", "Other text.")
    for _ in range(2):
        _, now, sent = site.sync()
        assert now["z/q"].verb == "conflict"
    assert [one["path"] for one in sent if one["method"] == "PATCH" or one["path"].endswith(("/pages", "/views"))] == []
    now = site.done(force=True)
    assert now["z/"].page_id == actions["z/"].page_id
    site.quiet()


@pytest.mark.parametrize("faster", [0, 1])
def test_of_nested_pages_made_at_once_those_below_go_with_theirs(site, faster):
    site.done()
    both = site.wiki(), site.wiki()
    content = Rendered(target="notion", title="New", meta=Metadata(title="New"), digest="d")
    for wiki in both:
        wiki.begin(wiki.observe())
    site.switch(notion_lag_s=3600)
    written = []
    for wiki in both:
        above = None
        for key, title in (("new/", "New"), ("new/in/", "Inside")):
            record = Record(key=f"folder:acme/r:{key}", kind="folder", source=f"acme/r:{key}", title=title)
            made = wiki.create(Draft(record=record, title=title, parent=above))
            change = Change(record=made.record, title=title, content=content, base=made.page.version)
            written.append(wiki.write(made.page, change).record)
            above = made.page.id
    site.switch()
    assert len({one.page for one in written}) == 4
    for number in (faster, 1 - faster):
        both[number].finish(Observed(root=both[number].open(), tracked={}), written[2 * number : 2 * number + 2], [])
        both[number].close()
    ids, above = site.folder_pages()
    assert above["Inside"] == "New"
    assert [ids["New"], ids["Inside"]] == [one.page for one in written[:2]]


def test_the_views_show_the_reports_of_a_folder_within_a_repository(site):
    subprocess.run(["git", "init", "-q"], cwd=site.folder, check=True)
    actions = site.done()
    assert site.shown(actions["x/"].page_id) == {"A", "B"}
    assert site.shown(actions["x/deep/er/"].page_id) == {"C"}
    site.quiet()
