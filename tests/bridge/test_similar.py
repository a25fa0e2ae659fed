"""``plan`` names published reports that are like a new one, on all three wikis."""

from __future__ import annotations

import json

import pytest

from bridge.cli import run

ALL = pytest.mark.parametrize("target", ["cloud", "dc", "notion"])
NEW = "---\ntitle: Do large teams write more?\ntags: [team size]\n---\n\nPosts and comments of teams, by the number of members.\n"
OTHER = "---\ntitle: Canteen menu prices\n---\n\nSoup became dearer in winter, salad in summer.\n"


@pytest.fixture
def reports(wikis):
    """Two published reports of which one is about teams."""
    (wikis / "a.md").write_text(
        "---\ntitle: Teams that grow talk more\nowner: Sarah\nsummary: Members of large teams write more posts and comments.\n"
        "tags: [team size]\n---\n\nPosts and comments grow faster than the number of members.\n"
    )
    (wikis / "b.md").write_text("---\ntitle: River oxygen\n---\n\nOxygen fell at the mill after midnight.\n")
    return wikis


def plan(capsys, target):
    capsys.readouterr()
    assert run(["plan", "-t", target, "--json"]) == 0
    return {one["source"]: one for one in json.loads(capsys.readouterr().out)["actions"]}


@ALL
def test_a_new_report_hears_of_those_like_it(reports, capsys, target):
    assert run(["sync", "-t", target]) == 0
    (reports / "new.md").write_text(NEW)
    (reports / "other.md").write_text(OTHER)
    found = plan(capsys, target)
    (like,) = found["new.md"]["similar"]
    assert (like["title"], like["owner"]) == ("Teams that grow talk more", "Sarah")
    assert like["url"].startswith("http")
    assert 0.2 <= like["score"] <= 1
    assert "similar" not in found["other.md"]
    assert "similar" not in found["a.md"]
    assert run(["plan", "-t", target]) == 0
    assert "like 'Teams that grow talk more' by Sarah: http" in capsys.readouterr().out
    # published, it is none of those that are new
    assert run(["sync", "-t", target]) == 0
    assert "similar" not in plan(capsys, target)["new.md"]


def test_a_first_sync_names_nothing(reports, capsys):
    assert not any("similar" in one for one in plan(capsys, "dc").values())


def test_the_hubs_own_words_count_where_it_is_kept(reports, capsys):
    """Reports of another repository in the same wiki are known by what the hub keeps of them."""
    file = reports / "nbwiki.toml"
    file.write_text(file.read_text() + "\n[hub]\nenabled = true\n")
    assert run(["sync", "-t", "dc"]) == 0
    (reports / "a.md").unlink()
    (reports / "new.md").write_text(NEW)
    # of so few reports a common word may name another one, but not first
    assert plan(capsys, "dc")["new.md"]["similar"][0]["title"] == "Teams that grow talk more"


def test_check_names_them_when_a_wiki_may_be_asked(reports, capsys):
    assert run(["sync", "-t", "dc"]) == 0
    (reports / "new.md").write_text(NEW)
    capsys.readouterr()
    assert run(["check"]) == 0
    assert "like 'Teams" not in capsys.readouterr().out
    assert run(["check", "-t", "dc"]) == 0
    assert "new.md: like 'Teams that grow talk more' by Sarah: http" in capsys.readouterr().out
    assert run(["check", "-t", "dc", "--json"]) == 0
    found = {one["source"]: one["findings"] for one in json.loads(capsys.readouterr().out)["reports"]}
    assert [one["code"] for one in found["new.md"] if one["kind"] == "similar"] == ["similar.published"]


def test_a_report_for_a_few_readers_is_not_named(reports, capsys):
    path = reports / "a.md"
    path.write_text(path.read_text().replace("owner: Sarah", "owner: Sarah\nvisibility: private"))
    assert run(["sync", "-t", "dc"]) == 0
    (reports / "new.md").write_text(NEW)
    found = plan(capsys, "dc")
    assert (found["a.md"]["verb"], "similar" in found["new.md"]) == ("skip", False)
