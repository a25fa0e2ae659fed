"""``plan --exit-code``, ``status`` and ``doctor`` over the sandbox."""

from __future__ import annotations

import json

import pytest

from bridge.cli import run


@pytest.fixture
def repo(tmp_path, sandbox, monkeypatch):
    (tmp_path / "old.md").write_text("---\nreview_by: 2020-01-01\nowner: Ann\n---\n# Old report\n\nText.\n")
    (tmp_path / "new.md").write_text("# New report\n\nText.\n")
    (tmp_path / "nbwiki.toml").write_text(
        '[source]\ninclude = ["*.md"]\n[targets.w]\nkind = "confluence"\ndeployment = "cloud"\n'
        f'url = "{sandbox.url}/wiki"\nspace = "DATA"\nparent = "Reports"\nuser_env = "WIKI_USER"\ntoken_env = "WIKI_TOKEN"\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIKI_USER", "author@example.com")
    monkeypatch.setenv("WIKI_TOKEN", "sandbox")
    return tmp_path


def states(capsys):
    capsys.readouterr()
    assert run(["status", "--json"]) == 0
    return {one["source"]: one for one in json.loads(capsys.readouterr().out)["reports"]}


def test_status_and_exit_codes_through_a_reports_life(repo, capsys):
    assert run(["plan", "--exit-code"]) == 10
    assert {one["state"] for one in states(capsys).values()} == {"new"}
    assert run(["sync"]) == 0
    assert run(["plan", "--exit-code"]) == 0
    found = states(capsys)
    assert (found["old.md"]["state"], found["new.md"]["state"]) == ("stale", "in sync")
    assert (found["old.md"]["owner"], found["old.md"]["age_days"]) == ("Ann", 0)
    assert found["new.md"]["url"].startswith("http")
    (repo / "new.md").write_text("# New report\n\nChanged.\n")
    assert states(capsys)["new.md"]["state"] == "changed here"
    assert run(["status"]) == 0
    assert "changed here" in capsys.readouterr().out


def test_doctor_is_content(repo, capsys):
    assert run(["doctor", "--json"]) == 0
    assert not [one for one in json.loads(capsys.readouterr().out)["findings"] if one["level"] == "fail"]


def test_doctor_finds_the_wrong_token(repo, capsys, monkeypatch):
    monkeypatch.setenv("WIKI_TOKEN", "wr0ng-token-value")
    assert run(["doctor"]) == 5
    printed = capsys.readouterr().out
    assert "FAIL" in printed
    assert "wr0ng" not in printed


def test_doctor_finds_the_missing_space(repo, capsys):
    path = repo / "nbwiki.toml"
    path.write_text(path.read_text().replace('"DATA"', '"NOPE"'))
    assert run(["doctor"]) == 3
    assert "NOPE" in capsys.readouterr().out


def test_demo_once(capsys):
    assert run(["demo", "--once", "--port", "0"]) == 0
    printed = capsys.readouterr().out
    assert "confluence: " in printed
    assert "notion: " in printed
    assert "done; without --once" in printed
