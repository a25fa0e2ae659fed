"""Which files are reports, what git says of them, and the door that nothing leaves by."""

from __future__ import annotations

import pickle
import subprocess

import pytest

from bridge.config import load
from bridge.discover import UsageError, discover
from bridge.git import name_of, read_repository, web_url
from bridge.source_tree import SourceTree


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "repo"
    for name in (
        "a.ipynb",
        "b/c.ipynb",
        "b/.ipynb_checkpoints/c.ipynb",
        "old/d.ipynb",
        "x/keep.ipynb",
        "x/drop.ipynb",
        ".venv/e.ipynb",
        "notes.md",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
    (folder / ".nbwikiignore").write_text("old/\n")
    (folder / "x" / ".gitignore").write_text("*.ipynb\n!keep.ipynb\n")
    return folder


def paths(found):
    return [one.path for one in found.found]


def test_globs_and_ignore_files(root):
    assert paths(discover(load(None, {}, root))) == ["a.ipynb", "b/c.ipynb", "x/keep.ipynb"]


def test_an_explicit_file_is_taken_whatever_the_globs_say(root):
    found = discover(load(None, {}, root), [root / "notes.md"])
    assert paths(found) == ["notes.md"]
    assert not found.complete


def test_an_explicit_folder_narrows(root):
    assert paths(discover(load(None, {}, root), [root / "b"])) == ["b/c.ipynb"]


def test_nothing_found_and_outside_are_told_in_one_line(root, tmp_path):
    (root / "empty").mkdir()
    with pytest.raises(UsageError, match=r"no documents found in .*empty.*source\.include"):
        discover(load(None, {}, root), [root / "empty"])
    with pytest.raises(UsageError, match="outside the source root"):
        discover(load(None, {}, root), [tmp_path])


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "b/../../secret", "link", "C:\\x", "a\0b"])
def test_nothing_outside_the_root_is_read(root, path):
    (root.parent / "secret").write_text("s")
    (root / "link").symlink_to(root.parent / "secret")
    tree = SourceTree(root)
    assert not tree.exists(path)
    with pytest.raises(PermissionError):
        tree.read(path)


def test_the_door_is_picklable_and_hints_at_case(root):
    tree = pickle.loads(pickle.dumps(SourceTree(root)))
    assert tree.read("a.ipynb") == b"{}"
    with pytest.raises(FileNotFoundError) as caught:
        tree.read("A.ipynb")
    assert "'a.ipynb'" in caught.value.hint


def test_a_link_that_leaves_the_root_is_left_out(root):
    (root.parent / "out.ipynb").write_text("{}")
    (root / "in.ipynb").symlink_to(root.parent / "out.ipynb")
    assert "in.ipynb" not in paths(discover(load(None, {}, root)))


def git(root, *arguments):
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    return subprocess.run(["git", *who, "-C", str(root), *arguments], check=True, capture_output=True, text=True).stdout


def test_git_facts_follow_renames(root):
    git(root, "init", "-q", "-b", "main")
    git(root, "remote", "add", "origin", "https://ann:pw@github.com/acme/reports.git")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one", "--date", "2026-01-02T03:04:05Z")
    git(root, "mv", "a.ipynb", "b/z.ipynb")
    git(root, "commit", "-qm", "two", "--date", "2026-02-02T03:04:05Z")
    (root / "b" / "c.ipynb").write_text("{ }")
    found = {one.path: one for one in discover(load(None, {}, root)).found}
    moved, dirty = found["b/z.ipynb"], found["b/c.ipynb"]
    assert moved.key == "acme/reports:b/z.ipynb"
    alias = f"git-{git(root, 'rev-list', '--max-parents=0', 'HEAD')[:12]}"
    assert moved.former == ("acme/reports:a.ipynb", f"{alias}:b/z.ipynb", f"{alias}:a.ipynb")
    assert (moved.facts.created[:10], moved.facts.updated[:10]) == ("2026-01-02", "2026-02-02")
    assert [one.name for one in moved.facts.authors] == ["Ann"]
    assert moved.provenance.permalink == f"https://github.com/acme/reports/blob/{moved.facts.commit}/b/z.ipynb"
    assert dirty.provenance.dirty
    assert not moved.provenance.dirty


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://ann:pw@github.com/acme/reports.git", "acme/reports"),
        ("git@github.com:acme/reports.git", "acme/reports"),
        ("git@gitserver:acme/reports", "acme/reports"),
        ("ssh://git@gitlab.example.com:2222/group/sub/r.git/", "sub/r"),
        ("/srv/git/reports.git", "reports"),
        ("file:///srv/git/reports.git", "reports"),
        ("..\\reports", "reports"),
        ("acme-reports", "acme-reports"),
        ("acme/reports", "acme/reports"),
        ("https://example.com", ""),
        ("", ""),
    ],
)
def test_a_repository_has_one_name_however_it_is_addressed(address, name):
    assert name_of(address) == name


def test_clones_of_any_name_share_their_keys_without_a_remote(root, tmp_path):
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    git(tmp_path, "clone", "-q", str(root), "other")
    git(tmp_path / "other", "remote", "remove", "origin")
    keys = [one.key for one in discover(load(None, {}, root)).found]
    assert keys == [one.key for one in discover(load(None, {}, tmp_path / "other")).found]
    assert keys[0].startswith("git-")
    (root / "nbwiki.toml").write_text('[source]\nrepository = "acme/reports"\n')
    named = discover(load(None, {}, root)).found[0]
    assert (named.key, named.former) == ("acme/reports:a.ipynb", (keys[0],))


def test_a_file_at_the_place_of_a_deleted_one_does_not_have_its_former_names(root):
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all")
    git(root, "mv", "a.ipynb", "moved.ipynb")
    git(root, "commit", "-qm", "move")
    git(root, "rm", "-q", "moved.ipynb")
    git(root, "commit", "-qm", "delete")
    (root / "moved.ipynb").write_text("{}")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "another")
    facts = read_repository(root).files["moved.ipynb"]
    assert facts.former == ()


def test_without_git_it_works(root):
    found = discover(load(None, {}, root)).found[0]
    assert (found.key, found.provenance.repository, found.former) == ("repo:a.ipynb", "", ())
    assert read_repository(root) is None


@pytest.mark.parametrize(
    ("remote", "web"),
    [
        ("git@github.com:acme/reports.git", "https://github.com/acme/reports"),
        ("ssh://git@gitlab.example.com:2222/group/sub/r.git", "https://gitlab.example.com/group/sub/r"),
        ("https://user:tok@bitbucket.org/acme/r", "https://bitbucket.org/acme/r"),
        ("/srv/git/r.git", ""),
        ("../r.git", ""),
    ],
)
def test_remotes_lose_credentials(remote, web):
    assert web_url(remote) == web
