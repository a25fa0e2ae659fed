"""What a person does wrong or finds broken: one clear line, the right exit code, and all other reports published."""

from __future__ import annotations

import json
import urllib.request

import pytest

from bridge.cli import run

TOKEN = "sandbox"


def notebook(*cells: str) -> str:
    made = [{"cell_type": "markdown", "metadata": {}, "source": text, "id": f"c{i}"} for i, text in enumerate(cells)]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def repo(tmp_path, sandbox, monkeypatch):
    root = tmp_path / "repo"
    root.mkdir()
    (root / "good.ipynb").write_text(notebook("# Good report\n\nText."))
    (root / "fine.md").write_text("# Fine report\n\nText.\n")
    (root / "nbwiki.toml").write_text(
        '[source]\ninclude = ["**/*.ipynb", "**/*.md"]\n[targets.w]\nkind = "confluence"\ndeployment = "cloud"\n'
        f'url = "{sandbox.url}/wiki"\nspace = "DATA"\nparent = "Reports"\nuser_env = "WIKI_USER"\ntoken_env = "WIKI_TOKEN"\n'
    )
    monkeypatch.chdir(root)
    monkeypatch.setenv("WIKI_USER", "author@example.com")
    monkeypatch.setenv("WIKI_TOKEN", TOKEN)
    return root


def titles(sandbox):
    with urllib.request.urlopen(f"{sandbox.url}/sandbox/state") as answer:
        pages = json.load(answer)["pages"]
    return {page["title"] for page in pages if page["api"] == "confluence" and page["status"] == "current"}


def configure(repo, old, new):
    path = repo / "nbwiki.toml"
    path.write_text(path.read_text().replace(old, new))


def test_all_is_well(repo, sandbox, capsys):
    assert run(["sync"]) == 0
    assert {"Good report", "Fine report"} <= titles(sandbox)
    assert run(["sync", "--json"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["counts"]["skip"] == 2
    assert report["requests"]["write"] == 0
    assert set(report) == {"schema", "target", "actions", "counts", "requests", "seconds"}
    assert set(report["actions"][0]) == {"verb", "key", "source", "title", "page_id", "url", "reason", "notes"}


BROKEN = {
    "truncated": ('{"cells": [{"cell_type": "markdown", "sou', "cut off"),
    "not a notebook": ("[1, 2]", "no notebook"),
    "non-UTF-8": ('{"cells": "é"}'.encode("latin-1"), "UTF-8"),
    "empty": ("", "empty"),
    "no cells": (notebook(), "no cells"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_document_is_one_line_and_stops_no_other(repo, sandbox, capsys, name):
    content, message = BROKEN[name]
    (repo / "bad.ipynb").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert run(["sync"]) == 1
    printed = capsys.readouterr()
    line = next(line for line in printed.out.splitlines() if line.startswith("x "))
    assert "bad.ipynb" in line
    assert message in line
    assert {"Good report", "Fine report"} <= titles(sandbox)


def test_missing_image_is_published_with_a_note(repo, sandbox, capsys):
    (repo / "pic.ipynb").write_text(notebook("# Picture\n\n![a plot](nope.png)\n\nText."))
    assert run(["-v", "sync"]) == 0
    assert "nope.png" in capsys.readouterr().out
    assert {"Good report", "Fine report", "Picture"} <= titles(sandbox)


def test_strict_refuses_what_has_notes_and_publishes_the_rest(repo, sandbox, capsys):
    (repo / "pic.ipynb").write_text(notebook("# Picture\n\n![a plot](nope.png)\n\nText."))
    assert run(["sync", "--strict"]) == 1
    assert "--strict" in capsys.readouterr().out
    assert "Picture" not in titles(sandbox)
    assert {"Good report", "Fine report"} <= titles(sandbox)


def test_duplicate_titles_are_both_published(repo, sandbox):
    (repo / "zwei.md").write_text("# Fine report\n\nOther text.\n")
    assert run(["sync"]) == 0
    assert {"Good report", "Fine report", "Fine report (zwei.md)"} <= titles(sandbox)


def test_missing_token(repo, sandbox, capsys, monkeypatch):
    monkeypatch.delenv("WIKI_TOKEN")
    assert run(["sync"]) == 5
    assert "WIKI_TOKEN is not set" in capsys.readouterr().err


def test_wrong_token_is_told_and_never_shown(repo, sandbox, capsys, monkeypatch):
    monkeypatch.setenv("WIKI_TOKEN", "wr0ng-token-value")
    assert run(["-vv", "sync"]) == 5
    printed = capsys.readouterr()
    assert printed.err.strip()
    assert "wr0ng-token-value" not in printed.out + printed.err


def test_no_permission_to_write(repo, sandbox, capsys, monkeypatch):
    monkeypatch.setenv("WIKI_TOKEN", "sandbox-readonly")
    before = titles(sandbox)
    assert run(["sync"]) == 5
    printed = capsys.readouterr()
    assert printed.out + printed.err
    assert titles(sandbox) == before


def test_unknown_space(repo, sandbox, capsys):
    configure(repo, '"DATA"', '"NOPE"')
    assert run(["sync"]) == 3
    assert "NOPE" in capsys.readouterr().err


def test_unknown_key(repo, sandbox, capsys):
    configure(repo, "space =", "spaec =")
    assert run(["sync"]) == 3
    assert "did you mean 'space'?" in capsys.readouterr().err


def test_folder_without_documents(repo, sandbox, capsys):
    (repo / "empty").mkdir()
    assert run(["sync", "empty"]) == 2
    assert "no documents found" in capsys.readouterr().err


def test_wiki_that_cannot_be_reached(repo, sandbox, capsys):
    configure(repo, sandbox.url, "http://127.0.0.1:9")
    configure(repo, "space =", "max_attempts = 1\nspace =")
    assert run(["sync"]) == 6
    assert capsys.readouterr().err.startswith("nbwiki: ")
