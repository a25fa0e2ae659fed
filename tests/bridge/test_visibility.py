"""``visibility`` and ``allow``: who may read a page, over the sandbox. Nothing is seen before it is closed."""

from __future__ import annotations

import json

import pytest
import requests

from adapters.confluence.records import records_of
from bridge.cli import run

SECRET = "Salaries of the board"
READER = {"auth": ("reader@example.com", "sandbox")}


def report(visibility: str, allow: str = "") -> str:
    return f"---\ntitle: {SECRET}\nvisibility: {visibility}\nallow: [{allow}]\n---\n\nAda earns 12 coins.\n"


def synced(capsys, target, *flags, code=0):
    capsys.readouterr()
    assert run(["sync", "-t", target, "--json", *flags]) == code
    return {action["source"]: action for action in json.loads(capsys.readouterr().out)["actions"]}


def seen(sandbox, target, page):
    api = f"{sandbox.url}/{'wiki' if target == 'cloud' else 'dc'}/rest/api/content"
    if target == "cloud":
        api = f"{sandbox.url}/wiki/api/v2/pages"
    return requests.get(f"{api}/{page}", timeout=10, **READER).ok


def writes(sandbox):
    return [entry for entry in sandbox.log.entries() if entry["method"] in {"POST", "PUT"} and entry["status"] < 300]


@pytest.mark.parametrize("word", ["private", "privat"])
@pytest.mark.parametrize("target", ["cloud", "dc"])
def test_a_private_report_is_closed_before_anything_of_it_is_there(wikis, sandbox, capsys, target, word):
    (wikis / "a.md").write_text(report(word))
    page = synced(capsys, target)["a.md"]["page_id"]
    assert not seen(sandbox, target, page)
    sent = writes(sandbox)
    closed = next(i for i, entry in enumerate(sent) if entry["path"].endswith("/restriction"))
    assert not any(SECRET in str(entry["body"]) or "coins" in str(entry["body"]) for entry in sent[:closed])
    assert any("coins" in str(entry["body"]) for entry in sent[closed:])
    title = next(one["title"] for one in state(sandbox)["pages"] if one["id"] == page)
    assert title == SECRET
    count = len(writes(sandbox))
    assert synced(capsys, target)["a.md"]["reason"] == "unchanged"
    assert len(writes(sandbox)) == count
    shards = [row["value"] for row in state(sandbox)["properties"] if row["key"].startswith("nbwiki-manifest-")]
    if target == "cloud":  # the root's properties are for everybody's eyes
        listed, clean = records_of(shards)
        assert clean
        assert SECRET not in str(listed)
        assert "a.md" not in str(listed)
        assert "b.md" in str(listed)


@pytest.mark.parametrize(("target", "reader"), [("cloud", "Rita Reader"), ("dc", "reader")])
def test_those_who_are_named_may_read_it_and_later_everybody(wikis, sandbox, capsys, target, reader):
    (wikis / "a.md").write_text(report("restricted", "group:board"))
    page = synced(capsys, target)["a.md"]["page_id"]
    assert not seen(sandbox, target, page)
    (wikis / "a.md").write_text(report("restricted", reader))
    assert synced(capsys, target)["a.md"]["verb"] == "update"
    assert seen(sandbox, target, page)
    (wikis / "a.md").write_text(report("public"))
    synced(capsys, target)
    assert not state(sandbox)["restrictions"]


@pytest.mark.parametrize("target", ["cloud", "dc"])
def test_restrictions_that_people_set_stay(wikis, sandbox, capsys, target):
    page = synced(capsys, target)["a.md"]["page_id"]
    api = f"{sandbox.url}/{'wiki' if target == 'cloud' else 'dc'}/rest/api/content/{page}/restriction"
    field = {"cloud": "accountId", "dc": "username"}[target]
    own = {"cloud": "5b10a2844c20165700ede21g", "dc": "author"}[target]
    wanted = [{"operation": "read", "restrictions": {"user": [{"type": "known", field: own}], "group": []}}]
    auth = ("author@example.com", "sandbox")
    assert requests.put(api, json=wanted, auth=auth, timeout=10).ok
    (wikis / "a.md").write_text("# Alpha\n\nChanged.\n")
    assert synced(capsys, target)["a.md"]["verb"] == "update"
    assert not seen(sandbox, target, page)


@pytest.mark.parametrize("target", ["cloud", "dc"])
def test_an_unknown_name_publishes_nothing(wikis, sandbox, capsys, target):
    (wikis / "a.md").write_text(report("restricted", "Nobody Known"))
    done = synced(capsys, target, code=1)
    assert done["a.md"]["verb"] == "error"
    assert "'Nobody Known'" in done["a.md"]["reason"]
    assert done["b.md"]["verb"] == "create"
    assert "coins" not in json.dumps(state(sandbox))
    assert SECRET not in json.dumps(state(sandbox))


@pytest.mark.parametrize("word", ["private", "privat", "restricted-ish"])
def test_a_wiki_that_cannot_close_a_page_gets_no_report(wikis, sandbox, capsys, word):
    (wikis / "a.md").write_text(report(word))
    done = synced(capsys, "notion", code=1)
    assert "can't keep a single page from its readers" in done["a.md"]["reason"]
    assert done["b.md"]["verb"] == "create"
    assert "coins" not in json.dumps(state(sandbox))


def state(sandbox):
    return requests.get(f"{sandbox.url}/sandbox/state", timeout=10).json()
