"""``audit``, ``supersede`` and ``reassign`` on all three wikis: what readers see, what is written, what a sync leaves."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import requests

from adapters import open_wiki
from bridge.audit import audit_of
from bridge.cli import run
from bridge.config import environment, load
from bridge.credentials import target
from tests.e2e.publish import requests_since, writes

ALL = pytest.mark.parametrize("name", ["cloud", "dc", "notion"])
CONFLUENCE = pytest.mark.parametrize("name", ["cloud", "dc"])
OLD = "---\nowner: Sarah\nreview_by: 2020-01-01\ntags: [sales]\n---\n# Alpha\n\nIntro.\n\n## Results\n\nSales rose.\n"


@pytest.fixture
def reports(wikis):
    """Of two reports one is old and Sarah's, the other nobody's and without topics."""
    (wikis / "a.md").write_text(OLD)
    (wikis / "b.md").write_text("# Beta\n\nNothing to see.\n")
    return wikis


def told(capsys, *arguments, code=0):
    capsys.readouterr()
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def state(sandbox):
    return requests.get(f"{sandbox.url}/sandbox/state", timeout=10).json()


def body(sandbox, page):
    return next(one for one in state(sandbox)["pages"] if one["id"].replace("-", "") == page.replace("-", ""))["body"]


def writes_of(sandbox, *arguments, code=0):
    """What one command writes."""
    last = max((one["number"] for one in requests_since(sandbox.url)), default=0)
    assert run([*arguments]) == code
    return writes(requests_since(sandbox.url, last))


def badge(sandbox, page, name):
    """What a reader sees beside the title: labels, Cloud's status, Notion's property."""
    auth = {"auth": ("author@example.com", "sandbox")} if name == "cloud" else {"headers": {"Authorization": "Bearer sandbox", "Notion-Version": "2025-09-03"}}  # fmt: skip
    if name == "notion":
        row = requests.get(f"{sandbox.url}/notion/v1/pages/{page}", timeout=5, **auth).json()
        return row["properties"]["Status"]["select"]["name"]
    if name == "dc":
        labels = requests.get(f"{sandbox.url}/dc/rest/api/content/{page}/label", timeout=5, **auth).json()["results"]
        return " ".join(sorted({one["name"] for one in labels} & {"stale", "superseded"}))
    labels = requests.get(f"{sandbox.url}/wiki/api/v2/pages/{page}/labels", timeout=5, **auth).json()["results"]
    shown = requests.get(f"{sandbox.url}/wiki/rest/api/content/{page}/state?status=current", timeout=5, **auth).json()
    status = shown.get("contentState", {}).get("name", "").lower()
    named = " ".join(sorted({one["name"] for one in labels} & {"stale", "superseded"}))
    assert status == named
    return named


FRESH = {"cloud": "", "dc": "", "notion": "published"}


@ALL
def test_audit_names_what_needs_somebody_and_marks_the_stale(reports, sandbox, capsys, name):
    assert run(["sync", "-t", name]) == 0
    found = told(capsys, "audit", "-t", name, "--dry-run")
    assert found["counts"] == {"stale": 1, "ownerless": 1, "untagged": 1}
    by_source = {one["source"]: one for one in found["reports"]}
    alpha = by_source["a.md"]
    assert (alpha["findings"], alpha["owner"], alpha["age_days"]) == (["stale"], "Sarah", 0)
    assert by_source["b.md"]["findings"] == ["ownerless", "untagged"]
    assert badge(sandbox, alpha["page_id"], name) == FRESH[name]
    before = body(sandbox, alpha["page_id"])
    done = told(capsys, "audit", "-t", name)
    assert done["badges"] == {"set": 1, "removed": 0}
    assert badge(sandbox, alpha["page_id"], name) == "stale"
    assert body(sandbox, alpha["page_id"]) == before
    # the second audit and the next sync have nothing to do
    assert writes_of(sandbox, "audit", "-t", name) == []
    assert writes_of(sandbox, "sync", "-t", name) == []
    assert told(capsys, "plan", "-t", name)["counts"].get("conflict", 0) == 0


@ALL
def test_the_badge_goes_when_the_report_is_reviewed(reports, sandbox, capsys, name):
    assert run(["sync", "-t", name]) == 0
    page = {one["source"]: one for one in told(capsys, "audit", "-t", name)["reports"]}["a.md"]["page_id"]
    assert badge(sandbox, page, name) == "stale"
    # another text alone doesn't make it fresh
    (reports / "a.md").write_text(OLD.replace("rose", "rose again"))
    assert run(["sync", "-t", name]) == 0
    assert badge(sandbox, page, name) == "stale"
    assert writes_of(sandbox, "audit", "-t", name) == []
    assert writes_of(sandbox, "sync", "-t", name) == []
    (reports / "a.md").write_text(OLD.replace("2020-01-01", "2999-01-01"))
    assert run(["sync", "-t", name]) == 0
    assert badge(sandbox, page, name) == FRESH[name]
    assert told(capsys, "audit", "-t", name)["counts"] == {"ownerless": 1, "untagged": 1}


@ALL
def test_badges_of_an_audit_are_few_writes(reports, sandbox, name):
    assert run(["sync", "-t", name]) == 0
    made = writes_of(sandbox, "audit", "-t", name)
    # Cloud: label, status, record, and the manifest before and after; Data Center: label, record; Notion: one row
    assert len(made) == {"cloud": 5, "dc": 2, "notion": 1}[name], made


def test_audit_without_cloud_status_keeps_the_label(reports, sandbox, capsys):
    plan = {"switches": {"custom_states": False}}
    assert requests.put(f"{sandbox.url}/sandbox/faults", json=plan, timeout=5).ok
    assert run(["sync", "-t", "cloud"]) == 0
    page = {one["source"]: one for one in told(capsys, "audit", "-t", "cloud")["reports"]}["a.md"]["page_id"]
    labels = requests.get(
        f"{sandbox.url}/wiki/api/v2/pages/{page}/labels", auth=("author@example.com", "sandbox"), timeout=5
    ).json()
    assert "stale" in {one["name"] for one in labels["results"]}
    assert writes_of(sandbox, "sync", "-t", "cloud") == []


def test_views_and_never_read(reports, sandbox, capsys):
    assert run(["sync", "-t", "cloud"]) == 0
    page = {one["source"]: one for one in told(capsys, "audit", "-t", "cloud", "--dry-run")["reports"]}["a.md"]
    for user in ("reader@example.com", "reader@example.com"):
        sent = requests.post(f"{sandbox.url}/sandbox/view", json={"page": page["page_id"], "user": user}, timeout=5)
        assert sent.ok
    settings = load(None, environment(), reports)
    wiki = open_wiki(target(settings, "cloud", environment()))
    later = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=20)
    found = {one["source"]: one for one in audit_of(settings, wiki, "cloud", today=later, write=False)["reports"]}
    assert (found["a.md"]["views"], found["a.md"]["viewers"]) == (2, 1)
    assert "never read" in found["b.md"]["findings"]
    assert "never read" not in found["a.md"]["findings"]
    wiki.close()
    states = {one["source"]: one for one in told(capsys, "status", "-t", "cloud", "--views")["reports"]}
    assert (states["a.md"]["views"], states["b.md"]["views"]) == (2, 0)
    assert run(["status", "-t", "cloud", "--views"]) == 0
    assert "2 views by 1" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["dc", "notion"])
def test_wikis_that_tell_no_views_say_none(reports, capsys, name):
    assert run(["sync", "-t", name]) == 0
    assert {one["views"] for one in told(capsys, "audit", "-t", name)["reports"]} == {None}


@ALL
def test_a_page_whose_source_is_gone_is_orphaned(reports, capsys, name):
    assert run(["sync", "-t", name]) == 0
    (reports / "b.md").unlink()
    found = {one["source"]: one for one in told(capsys, "audit", "-t", name)["reports"]}
    assert "orphaned" in found["b.md"]["findings"]
    assert "orphaned" not in found["a.md"]["findings"]


@ALL
def test_supersede_says_it_on_both_pages_and_lasts(reports, sandbox, capsys, name):
    assert run(["sync", "-t", name]) == 0
    done = told(capsys, "supersede", "a.md", "Beta", "-t", name)
    old, new = done["reports"]
    assert [one["verb"] for one in done["reports"]] == ["tell", "tell"]
    assert "A newer report replaces this one" in body(sandbox, old["page_id"])
    assert "Beta" in body(sandbox, old["page_id"])
    assert "This report replaces" in body(sandbox, new["page_id"])
    assert badge(sandbox, old["page_id"], name) == "superseded"
    assert badge(sandbox, new["page_id"], name) == FRESH[name]
    assert writes_of(sandbox, "sync", "-t", name) == []
    assert writes_of(sandbox, "supersede", "a.md", "Beta", "-t", name) == []
    states = {one["source"]: one["state"] for one in told(capsys, "status", "-t", name)["reports"]}
    assert states == {"a.md": "superseded", "b.md": "in sync"}
    # the source changes: the new text is there, and who replaces it still stands above
    (reports / "a.md").write_text(OLD.replace("Sales rose", "Sales doubled"))
    assert run(["sync", "-t", name]) == 0
    text = body(sandbox, old["page_id"])
    assert "Sales doubled" in text
    assert text.count("A newer report replaces this one") == 1
    assert badge(sandbox, old["page_id"], name) == "superseded"
    assert writes_of(sandbox, "sync", "-t", name) == []
    # an audit has nothing to say against it
    assert told(capsys, "audit", "-t", name)["badges"] == {"set": 0, "removed": 0}
    assert badge(sandbox, old["page_id"], name) == "superseded"


@ALL
def test_another_successor_takes_the_place(reports, sandbox, capsys, name):
    (reports / "c.md").write_text("# Gamma\n\nThe newest.\n")
    assert run(["sync", "-t", name]) == 0
    assert run(["supersede", "a.md", "b.md", "-t", name]) == 0
    old = told(capsys, "supersede", "a.md", "c.md", "-t", name)["reports"][0]
    text = body(sandbox, old["page_id"])
    assert "Gamma" in text
    assert "Beta" not in text
    assert run(["supersede", "c.md", "a.md", "-t", name]) == 7
    assert run(["supersede", "c.md", "c.md", "-t", name]) == 2
    assert run(["supersede", "nothing.md", "c.md", "-t", name]) == 2


@CONFLUENCE
def test_supersede_keeps_what_people_wrote(reports, sandbox, capsys, name):
    assert run(["sync", "-t", name]) == 0
    page = told(capsys, "history", "a.md", "-t", name)["page_id"]
    comment = {"page": page, "text": "Why?", "selection": "Sales rose"}
    assert requests.post(f"{sandbox.url}/sandbox/comment", json=comment, timeout=5).ok
    edit = {"page": page, "append": "<p>A thought of mine.</p>"}
    assert requests.post(f"{sandbox.url}/sandbox/edit", json=edit, timeout=5).ok
    assert run(["supersede", "a.md", "b.md", "-t", name]) == 0
    text = body(sandbox, page)
    assert "A thought of mine." in text
    assert "inline-comment-marker" in text
    assert "A newer report replaces this one" in text
    # the edit is one still: a changed source doesn't run over it
    states = {one["source"]: one["state"] for one in told(capsys, "status", "-t", name)["reports"]}
    assert states["a.md"] == "edited there"
    (reports / "a.md").write_text(OLD.replace("rose", "fell"))
    assert run(["sync", "-t", name]) == 7
    assert "A thought of mine." in body(sandbox, page)


def test_supersede_in_notion_leaves_peoples_blocks_and_edits(reports, sandbox, capsys):
    assert run(["sync", "-t", "notion"]) == 0
    page = told(capsys, "history", "a.md", "-t", "notion")["page_id"]
    assert requests.post(f"{sandbox.url}/sandbox/edit", json={"page": page, "append": "A thought."}, timeout=5).ok
    edit = {"page": page, "find": "Sales rose", "replace": "Sales exploded"}
    assert requests.post(f"{sandbox.url}/sandbox/edit", json=edit, timeout=5).ok
    assert run(["supersede", "a.md", "b.md", "-t", "notion"]) == 0
    text = body(sandbox, page)
    assert all(words in text for words in ("A thought.", "Sales exploded", "A newer report replaces this one"))
    (reports / "a.md").write_text(OLD.replace("rose", "fell"))
    assert run(["sync", "-t", "notion"]) == 7
    assert "Sales exploded" in body(sandbox, page)


@ALL
def test_reassign_gives_all_reports_and_lasts(reports, sandbox, capsys, name):
    (reports / "c.md").write_text("---\nauthors: [Sarah, Tom]\n---\n# Gamma\n\nMore.\n")
    assert run(["sync", "-t", name]) == 0
    done = told(capsys, "reassign", "--from", "sarah", "--to", "Uma", "-t", name)
    assert [(one["source"], one["verb"]) for one in done["reports"]] == [("a.md", "tell"), ("c.md", "tell")]
    page = done["reports"][0]["page_id"]
    assert "Uma (before: Sarah)" in body(sandbox, page)
    owners = {one["source"]: one["owner"] for one in told(capsys, "status", "-t", name)["reports"]}
    assert owners == {"a.md": "Uma", "b.md": "", "c.md": "Uma"}
    assert writes_of(sandbox, "sync", "-t", name) == []
    assert writes_of(sandbox, "reassign", "--from", "Sarah", "--to", "Uma", "-t", name) == []
    # a new text of the same owner keeps the new one; another owner in the source has the last word
    (reports / "a.md").write_text(OLD.replace("rose", "fell"))
    assert run(["sync", "-t", name]) == 0
    assert "Uma (before: Sarah)" in body(sandbox, page)
    assert told(capsys, "audit", "-t", name)["reports"][0]["owner"] == "Uma"
    (reports / "a.md").write_text(OLD.replace("Sarah", "Vera"))
    assert run(["sync", "-t", name]) == 0
    assert "before: Sarah" not in body(sandbox, page)
    owners = {one["source"]: one["owner"] for one in told(capsys, "status", "-t", name)["reports"]}
    assert owners["a.md"] == "Vera"


def test_reassign_says_whom_it_knows(reports, capsys):
    assert run(["sync", "-t", "dc"]) == 0
    assert run(["reassign", "--from", "Nobody", "--to", "Uma", "-t", "dc"]) == 2
    assert "owners here: Sarah" in capsys.readouterr().err


@ALL
def test_a_killed_audit_ends_in_the_next_one(reports, sandbox, capsys, name):
    """The request that keeps the record is cut: nothing is half told, and nothing counts as somebody's edit."""
    assert run(["sync", "-t", name]) == 0
    path = {"cloud": "/wiki/api/v2/pages/*/properties/*", "dc": "/dc/rest/api/content/*/property/*", "notion": "/notion/v1/pages/*"}[name]  # fmt: skip
    method = "PATCH" if name == "notion" else "PUT"
    plan = {"rules": [{"path": path, "method": method, "rate": 1.0, "status": 403}]}
    assert requests.put(f"{sandbox.url}/sandbox/faults", json=plan, timeout=5).ok
    run(["audit", "-t", name])
    assert requests.put(f"{sandbox.url}/sandbox/faults", json={}, timeout=5).ok
    assert told(capsys, "plan", "-t", name)["counts"].get("conflict", 0) == 0
    assert told(capsys, "audit", "-t", name)["badges"]["set"] == 1
    assert writes_of(sandbox, "sync", "-t", name) == []


def test_old_data_make_a_report_stale(reports, capsys):
    (reports / "b.md").write_text(
        "---\ndata_as_of: 2020-01-01\nrefresh_every: quarter\ntags: [x]\n---\n# Beta\n\nText.\n"
    )
    assert run(["sync", "-t", "dc"]) == 0
    found = {one["source"]: one for one in told(capsys, "audit", "-t", "dc")["reports"]}
    assert "stale" in found["b.md"]["findings"]
    assert found["b.md"]["fresh_until"] == "2020-04-02"
