"""The life of a published report: its history, and taking it off the wiki, over the sandbox."""

from __future__ import annotations

import json

import pytest
import requests

from bridge.cli import run

ALL = pytest.mark.parametrize("target", ["cloud", "dc", "notion"])


def told(capsys, *arguments, code=0):
    capsys.readouterr()
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def edited(sandbox, page, text):
    wanted = {"page": page, "find": "Nothing", "replace": text}
    assert requests.post(f"{sandbox.url}/sandbox/edit", json=wanted, timeout=10).ok


def state(sandbox):
    return requests.get(f"{sandbox.url}/sandbox/state", timeout=10).json()


@ALL
def test_history_tells_our_versions_from_peoples(wikis, sandbox, capsys, target):
    assert run(["sync", "-t", target]) == 0
    (wikis / "a.md").write_text("# Alpha\n\nIntro.\n\n## Results\n\nSales fell.\n")
    assert run(["sync", "-t", target]) == 0
    found = told(capsys, "history", "a.md", "-t", target)
    assert found["title"] == "Alpha"
    assert found["url"].startswith("http")
    if target == "notion":
        assert found["versions"] == []
    else:
        assert found["versions"][0]["ours"]
        assert "changed: Results" in found["versions"][0]["message"]
        edit = {"page": found["page_id"], "find": "fell", "replace": "rose"}
        assert requests.post(f"{sandbox.url}/sandbox/edit", json=edit, timeout=10).ok
        newest, before = told(capsys, "history", "Alpha", "-t", target)["versions"][:2]
        assert not newest["ours"]
        assert newest["author"]
        assert before["ours"]
    assert run(["history", found["page_id"], "-t", target]) == 0
    assert capsys.readouterr().out.startswith("Alpha  http")


@ALL
def test_remove_archives_the_page_and_forgets_it(wikis, sandbox, capsys, target):
    assert run(["sync", "-t", target]) == 0
    done = told(capsys, "remove", "b.md", "-t", target)
    assert done["title"] == "Beta"
    page = next(one for one in state(sandbox)["pages"] if one["id"] == done["page_id"])
    assert page.get("status") in {"archived", "trashed"} or page.get("in_trash")
    assert run(["remove", "a.md", "-t", target]) == 0
    assert "a.md is still here" in capsys.readouterr().err
    (wikis / "b.md").unlink()
    plan = told(capsys, "plan", "-t", target)
    found = {one["source"]: (one["verb"], one["reason"]) for one in plan["actions"]}
    assert found.get("b.md", ("skip", ""))[0] == "skip"
    assert found["a.md"] == ("create", "new"), "an archived page gives its title back"


@ALL
def test_remove_leaves_what_people_edited(wikis, sandbox, capsys, target):
    assert run(["sync", "-t", target]) == 0
    page = told(capsys, "history", "b.md", "-t", target)["page_id"]
    edited(sandbox, page, "Something")
    assert run(["remove", "b.md", "-t", target]) == 7
    assert "edited on the wiki" in capsys.readouterr().err
    assert run(["remove", "b.md", "-t", target, "--force"]) == 0


def test_a_report_that_is_not_there_is_told_with_its_nearest_name(wikis, capsys):
    assert run(["sync", "-t", "cloud"]) == 0
    assert run(["history", "alhpa", "-t", "cloud"]) == 2
    assert "'Alpha'" in capsys.readouterr().err
    assert run(["remove", "https://example.com/x", "-t", "cloud"]) == 2


def test_a_page_with_pages_below_it_stays(wikis, capsys):
    folder = wikis / "team"
    folder.mkdir()
    (folder / "README.md").write_text("# Team\n\nHello.\n")
    (folder / "c.md").write_text("# Gamma\n\nHello.\n")
    config = (wikis / "nbwiki.toml").read_text().replace('include = ["*.md"]', 'include = ["**/*.md"]')
    (wikis / "nbwiki.toml").write_text(config)
    assert run(["sync", "-t", "cloud"]) == 0
    assert run(["remove", "team/README.md", "-t", "cloud"]) == 7
    assert "'Team': Gamma" in capsys.readouterr().err
