"""What a person does wrong or finds broken: one clear line, the right exit code, and all other reports published."""

from __future__ import annotations

import json

import pytest

from bridge.cli import run
from tests.e2e.publish import state

TOKEN = "sandbox"


def notebook(*cells: str) -> str:
    made = [{"cell_type": "markdown", "metadata": {}, "source": text, "id": f"c{i}"} for i, text in enumerate(cells)]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


API = {"cloud": "confluence", "datacenter": "confluence-dc", "notion": "notion"}


@pytest.fixture(params=API)
def target(request):
    return request.param


@pytest.fixture
def repo(tmp_path, sandbox, monkeypatch, target):
    root = tmp_path / "repo"
    root.mkdir()
    (root / "good.ipynb").write_text(notebook("# Good report\n\nText."))
    (root / "fine.md").write_text("# Fine report\n\nText.\n")
    wiki = {
        "cloud": f'kind = "confluence"\ndeployment = "cloud"\nurl = "{sandbox.url}/wiki"\nspace = "DATA"\n'
        'parent = "Reports"\nuser_env = "WIKI_USER"\n',
        "datacenter": f'kind = "confluence"\ndeployment = "datacenter"\nurl = "{sandbox.url}/dc"\nspace = "DATA"\n'
        'parent = "Reports"\n',
        "notion": f'kind = "notion"\nurl = "{sandbox.url}/notion"\nparent = "{state(sandbox.url)["notion_data_hub"]}"\n',
    }[target]
    (root / "nbwiki.toml").write_text(
        f'[source]\ninclude = ["**/*.ipynb", "**/*.md"]\n[targets.w]\n{wiki}token_env = "WIKI_TOKEN"\n'
    )
    monkeypatch.chdir(root)
    monkeypatch.setenv("WIKI_USER", "author@example.com")
    monkeypatch.setenv("WIKI_TOKEN", TOKEN)
    return root


@pytest.fixture
def titles(target):
    """Titles of the target's live pages."""

    def now(sandbox):
        pages = state(sandbox.url)["pages"]
        return {page["title"] for page in pages if page["api"] == API[target] and page["status"] == "current"}

    return now


def configure(repo, old, new):
    path = repo / "nbwiki.toml"
    path.write_text(path.read_text().replace(old, new))


def test_all_is_well(repo, sandbox, capsys, titles):
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
def test_a_broken_document_is_one_line_and_stops_no_other(repo, sandbox, capsys, name, titles):
    content, message = BROKEN[name]
    (repo / "bad.ipynb").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert run(["sync"]) == 1
    printed = capsys.readouterr()
    line = next(line for line in printed.out.splitlines() if line.startswith("x "))
    assert "bad.ipynb" in line
    assert message in line
    assert {"Good report", "Fine report"} <= titles(sandbox)


def test_missing_image_is_published_with_a_note(repo, sandbox, capsys, titles):
    (repo / "pic.ipynb").write_text(notebook("# Picture\n\n![a plot](nope.png)\n\nText."))
    assert run(["-v", "sync"]) == 0
    assert "nope.png" in capsys.readouterr().out
    assert {"Good report", "Fine report", "Picture"} <= titles(sandbox)


def test_strict_refuses_what_has_notes_and_publishes_the_rest(repo, sandbox, capsys, titles):
    (repo / "pic.ipynb").write_text(notebook("# Picture\n\n![a plot](nope.png)\n\nText."))
    assert run(["sync", "--strict"]) == 1
    assert "--strict" in capsys.readouterr().out
    assert "Picture" not in titles(sandbox)
    assert {"Good report", "Fine report"} <= titles(sandbox)


def test_duplicate_titles_are_both_published(repo, sandbox, target):
    (repo / "zwei.md").write_text("# Fine report\n\nOther text.\n")
    assert run(["sync"]) == 0
    pages = [page["title"] for page in state(sandbox.url)["pages"] if page["api"] == API[target]]
    assert pages.count("Fine report") == (2 if target == "notion" else 1)
    assert ("Fine report (zwei.md)" in pages) == (target != "notion")


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


def test_no_permission_to_write(repo, sandbox, capsys, monkeypatch, titles):
    monkeypatch.setenv("WIKI_TOKEN", "sandbox-readonly")
    before = titles(sandbox)
    assert run(["sync"]) == 5
    printed = capsys.readouterr()
    assert printed.out + printed.err
    assert titles(sandbox) == before


def test_unknown_space_or_parent(repo, sandbox, capsys, target):
    hub, nope = state(sandbox.url)["notion_data_hub"], "0123456789ab4def8123456789abcdef"
    configure(repo, *((hub, nope) if target == "notion" else ('"DATA"', '"NOPE"')))
    assert run(["sync"]) == 3
    printed = capsys.readouterr()
    assert ("share" if target == "notion" else "NOPE") in printed.err
    assert len(printed.err.splitlines()) == 1


@pytest.mark.parametrize("target", ["cloud", "datacenter"], indirect=True)
def test_parent_by_an_id_that_is_not_there(repo, sandbox, capsys):
    configure(repo, '"Reports"', '"99999999"')
    assert run(["sync"]) == 3
    assert "99999999" in capsys.readouterr().err


def test_unknown_key(repo, sandbox, capsys):
    configure(repo, "token_env =", "tokn_env =")
    assert run(["sync"]) == 3
    assert "did you mean 'token_env'?" in capsys.readouterr().err


def test_folder_without_documents(repo, sandbox, capsys):
    (repo / "empty").mkdir()
    assert run(["sync", "empty"]) == 2
    assert "no documents found" in capsys.readouterr().err


def test_wiki_that_cannot_be_reached(repo, sandbox, capsys):
    configure(repo, sandbox.url, "http://127.0.0.1:9")
    configure(repo, "token_env =", "max_attempts = 1\ntoken_env =")
    assert run(["sync"]) == 6
    assert capsys.readouterr().err.startswith("nbwiki: ")


@pytest.mark.parametrize("command", [["preview", "--no-open"], ["demo", "--no-open"], ["sandbox", "serve"]])
def test_ports_that_are_none(repo, command, capsys):
    assert run([*command, "--port", "99999"]) == 2
    assert "65535" in capsys.readouterr().err


def test_cache_in_nobodys_home(repo, capsys):
    path = repo / "nbwiki.toml"
    path.write_text(path.read_text() + '\n[convert]\npicture_cache = "~nobodyhere/x"\n')
    (repo / "a.md").write_text("# A\n")
    assert run(["convert", "a.md", "--to", "model", "-o", "out"]) == 3
    assert "picture_cache" in capsys.readouterr().err
