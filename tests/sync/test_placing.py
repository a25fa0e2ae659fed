"""Pages that their documents place themselves."""

import subprocess

import pytest

from bridge.sync.actions import Local
from bridge.sync.folders import parents
from bridge.sync.placing import placed_as_wished, told_without_tree, wish_of
from converters.metadata import Metadata
from tests.e2e.publish import configure, nbwiki, state

BASE = "repo:"
PATHS = ("a.md", "b.md", "f/c.md", "g/README.md", "g/d.md")
KEYS = {path: BASE + path for path in PATHS}


def place(wishes, titles=None):
    """Parents by path, and codes of notes, once the documents have their wishes."""
    parent_of, _ = parents(KEYS, BASE)
    locals_ = [
        Local(key=KEYS[path], path=path, title=f"Title {path}", parent=parent_of[path], wish=wishes.get(path, ""))
        for path in PATHS
    ]
    done = placed_as_wished(locals_, parent_of, KEYS, BASE, titles or {})
    return {one.path: one.parent for one in done}, [note.code for one in done for note in one.notes]


@pytest.mark.parametrize(
    ("wish", "parent"),
    [
        ("b.md", "repo:b.md"),
        ("f/c.md", "repo:f/c.md"),
        ("f", "folder:repo:f/"),
        ("f/", "folder:repo:f/"),
        ("g", "repo:g/README.md"),
        ("repo:g/d.md", "repo:g/d.md"),
        ("title F/C.md", "repo:f/c.md"),
        ("An older page", "repo:old"),
    ],
)
def test_a_wish_names_a_report_a_folder_or_a_title(wish, parent):
    found, notes = place({"a.md": wish}, {"an older page": "repo:old"})
    assert (found["a.md"], notes) == (parent, [])


def test_paths_are_relative_to_the_document():
    assert place({"f/c.md": "../g/d.md"})[0]["f/c.md"] == "repo:g/d.md"
    assert place({"g/d.md": "README.md"})[0]["g/d.md"] == "repo:g/README.md"


@pytest.mark.parametrize("wish", ["nothing", "a.md", "../../outside.md"])
def test_what_is_not_there_is_told(wish):
    assert place({"a.md": wish}) == (place({})[0], ["metadata.parent"])


def test_no_page_hangs_below_itself():
    found, notes = place({"a.md": "b.md", "b.md": "f/c.md", "f/c.md": "a.md"})
    assert (found["a.md"], found["b.md"], found["f/c.md"]) == ("repo:b.md", "repo:f/c.md", "folder:repo:f/")
    assert notes == ["metadata.parent"]
    assert place({"g/README.md": "g/d.md"})[1] == ["metadata.parent"]


def test_a_path_of_another_tree_is_no_finding():
    assert place({"a.md": "projects/churn/"}) == (place({})[0], [])


@pytest.mark.parametrize(
    ("meta", "wish"),
    [
        (Metadata(), ""),
        (Metadata(parent="X"), "X"),
        (Metadata(path="projects/churn"), "projects/"),
        (Metadata(path="churn"), ""),
        (Metadata(parent="X", path="projects/churn"), "X"),
    ],
)
def test_what_a_document_wishes(meta, wish):
    assert wish_of(meta) == wish


def test_a_wiki_without_a_tree_says_so():
    (one, other) = told_without_tree([Local(key="k", wish="x"), Local(key="l")])
    assert ([note.code for note in one.notes], other.notes) == (["metadata.parent"], ())


def test_the_page_stands_where_its_document_says(tmp_path, sandbox):
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "one.md").write_text("---\ntitle: One\nparent: Two\n---\n\nx\n", encoding="utf-8")
    (tmp_path / "two.md").write_text("---\ntitle: Two\n---\n\nx\n", encoding="utf-8")
    configure(tmp_path, sandbox.url, tmp_path, ("**/*.md",))
    assert nbwiki("sync", "-t", "cloud", cwd=tmp_path).code == 0
    pages = {page["title"]: page for page in state(sandbox.url)["pages"] if page["api"] == "confluence"}
    assert pages["One"]["parent_id"] == pages["Two"]["id"]
    again = nbwiki("sync", "-t", "cloud", "--json", cwd=tmp_path)
    assert (again.code, again.json["requests"]["write"]) == (0, 0)


def test_a_report_with_an_alias_keeps_the_page_of_its_earlier_path(tmp_path, sandbox):
    (tmp_path / "old.md").write_text("---\ntitle: One\n---\n\nx\n", encoding="utf-8")
    (tmp_path / "other.md").write_text("---\ntitle: Other\n---\n\nx\n", encoding="utf-8")
    configure(tmp_path, sandbox.url, tmp_path, ("**/*.md",))
    assert nbwiki("sync", "-t", "cloud", cwd=tmp_path).code == 0
    (tmp_path / "old.md").unlink()
    (tmp_path / "new").mkdir()
    text = "---\ntitle: Renamed\naliases: [/old.html, other.md]\n---\n\nx\n"
    (tmp_path / "new" / "name.md").write_text(text, encoding="utf-8")
    before = {page["title"]: page["id"] for page in state(sandbox.url)["pages"] if page["api"] == "confluence"}
    only = nbwiki("sync", "new", "-t", "cloud", "--json", cwd=tmp_path)
    assert only.code == 0, only.err
    after = {page["title"]: page["id"] for page in state(sandbox.url)["pages"] if page["api"] == "confluence"}
    assert after["Renamed"] == before["One"] and after["Other"] == before["Other"] and "One" not in after


def test_the_folder_of_a_report_is_that_in_its_repository_when_it_is_made_and_when_it_is_written(sandbox, tmp_path):
    root = tmp_path / "analyses"  # not the repository's top
    (root / "x").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    configure(root, sandbox.url, root, ("**/*.md",))
    for words in ("First.", "Second."):
        (root / "x" / "a.md").write_text(f"# A\n\n{words}\n")
        done = nbwiki("sync", "-q", "-t", "notion", cwd=root)
        assert done.code == 0, done.err
        rows = [row for row in state(sandbox.url)["notion"]["pages"] if "Folder" in row["properties"]]
        assert [row["properties"]["Folder"]["select"]["name"] for row in rows] == ["analyses/x"], words
