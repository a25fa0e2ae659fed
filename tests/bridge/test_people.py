"""What people do to published pages, over the sandbox: comments and edits, on all three wikis."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import nbformat
import pytest
import requests

from adapters.base import Comment, Page, Record, Tracked
from bridge.cells import cell_of
from bridge.cli import run
from bridge.discover import UsageError
from bridge.feedback import feedback_of, since_of
from bridge.source_tree import SourceTree


def said(capsys, *arguments):
    capsys.readouterr()
    assert run(["feedback", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def comment(sandbox, page, text, selection=""):
    wanted = {"page": page, "text": text, **({"selection": selection} if selection else {})}
    answer = requests.post(f"{sandbox.url}/sandbox/comment", json=wanted, timeout=10)
    assert answer.ok, answer.text


@pytest.mark.parametrize("target", ["cloud", "dc", "notion"])
def test_comments_are_told_with_the_words_and_the_heading_that_they_stand_at(wikis, sandbox, capsys, target):
    assert run(["sync", "-t", target, "--json"]) == 0
    actions = json.loads(capsys.readouterr().out)["actions"]
    page = next(action["page_id"] for action in actions if action["title"] == "Alpha")
    assert said(capsys, "-t", target)["counts"] == {"open": 0, "resolved": 0}
    comment(sandbox, page, "Whole page: thanks!")
    comment(sandbox, page, "Compared to what?", "Sales rose by 12 % in spring.")
    found = said(capsys, "-t", target)
    assert found["counts"]["open"] == 2
    (report,) = found["reports"]
    assert (report["title"], report["source"]) == ("Alpha", "a.md")
    by_kind = {one["kind"]: one for one in report["comments"]}
    assert by_kind["page"]["text"] == "Whole page: thanks!"
    inline = by_kind["inline"]
    assert inline["text"] == "Compared to what?"
    assert inline["words"] == "Sales rose by 12 % in spring."
    assert inline["near"] == "Results"
    assert inline["author"]
    assert inline["url"].startswith("http")
    assert said(capsys, "-t", target, "--since", "2030-01-01")["reports"] == []
    assert said(capsys, "-t", target, "--since", "1d")["counts"]["open"] == 2
    assert run(["feedback", "-t", target]) == 0
    text = capsys.readouterr().out
    assert "on “Sales rose by 12 % in spring.” under “Results”" in text
    assert text.endswith("2 open, 0 resolved\n")


def in_cells(source, files, bases):
    page = Page(id="1", title="Churn", version="1", url="u")
    seen = Tracked(record=Record(key=source, page="1", title="Churn", source=source), page=page)
    made = Comment(
        id="1", kind="inline", text="Which ones?", words="third customer in March", created="2026-11-29T10:00:00Z"
    )
    wiki = SimpleNamespace(observe=lambda: SimpleNamespace(tracked={source: seen}), comments=lambda _: [made])
    return feedback_of(wiki, "t", "", files, bases)["reports"][0]["comments"]


def test_comments_on_a_notebook_tell_the_cell(wikis, sandbox, capsys):
    cells = [
        nbformat.v4.new_markdown_cell("# Churn\n\nWe lost **every** third customer in March."),
        nbformat.v4.new_code_cell(
            "2 + 2", outputs=[nbformat.v4.new_output("stream", text="four hundred were asked\n")]
        ),
        nbformat.v4.new_markdown_cell("## Next\n\nAsk them."),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), wikis / "churn.ipynb")
    text = (wikis / "nbwiki.toml").read_text().replace('include = ["*.md"]', 'include = ["*.ipynb"]')
    (wikis / "nbwiki.toml").write_text(text)
    assert run(["sync", "-t", "cloud", "--json"]) == 0
    page = json.loads(capsys.readouterr().out)["actions"][0]["page_id"]
    comment(sandbox, page, "Which ones?", "third customer in March")
    (report,) = said(capsys, "-t", "cloud")["reports"]
    assert [(one["cell"], one["near"]) for one in report["comments"]] == [(1, "")]
    assert run(["feedback", "-t", "cloud"]) == 0
    assert "on “third customer in March” in cell 1" in capsys.readouterr().out
    # the report's root is a folder of a repository now, and another repository has a notebook at the same path
    files = SourceTree(wikis)
    for bases, cell in ((("acme:analysis/",), 1), (("other:",), 0), ((), 0)):
        assert [one["cell"] for one in in_cells("acme:analysis/churn.ipynb", files, bases)] == [cell], bases


@pytest.mark.parametrize(
    ("words", "cell"),
    [("every third customer", 1), ("FOUR hundred, were", 2), ("nowhere at all", 0), ("twice here", 0), ("four", 0)],
)
def test_the_cell_of_some_words(words, cell):
    cells = [
        {"cell_type": "markdown", "source": ["We lost **every** third ", "customer.\n", "Twice here."]},
        {
            "cell_type": "code",
            "source": "x",
            "outputs": [{"data": {"text/html": "<b>four</b> hundred <i>were</i> twice here"}}],
        },
    ]
    assert cell_of(json.dumps({"cells": cells}).encode(), words) == cell
    assert cell_of(b"no notebook", words) == cell_of(b"[]", words) == 0


def test_a_day_that_is_none_is_told(wikis, capsys):
    assert run(["feedback", "-t", "cloud", "--since", "yesterday"]) == 2
    assert "7d" in capsys.readouterr().err


def test_since():
    now = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    assert since_of("", now) == ""
    assert since_of("12h", now) == "2026-11-21T00:00:00Z"
    assert since_of("2w", now) == "2026-11-07T12:00:00Z"
    assert since_of("2026-11-01", now) == "2026-11-01T00:00:00Z"
    assert since_of("2026-11-01T10:00:00+02:00", now) == "2026-11-01T08:00:00Z"
    with pytest.raises(UsageError):
        since_of("7 moons", now)


@pytest.mark.parametrize("target", ["cloud", "dc", "notion"])
def test_a_conflict_shows_what_people_changed(wikis, sandbox, capsys, target):
    assert run(["sync", "-t", target, "--json"]) == 0
    actions = json.loads(capsys.readouterr().out)["actions"]
    page = next(action["page_id"] for action in actions if action["title"] == "Alpha")
    edit = {"page": page, "find": "rose by 12 %", "replace": "rose by 14 %"}
    assert requests.post(f"{sandbox.url}/sandbox/edit", json=edit, timeout=10).ok
    assert run(["plan", "-t", target, "-v"]) == 0
    told = capsys.readouterr().out
    assert "edited on wiki" in told
    assert "- Sales rose by 12 % in spring.\n    + Sales rose by 14 % in spring.\n" in told
    (wikis / "a.md").write_text("# Alpha\n\nAnother intro.\n\n## Results\n\nSales rose by 12 % in spring.\n")
    assert run(["sync", "-t", target]) == 7
    told = capsys.readouterr().out
    assert "both changed" in told
    assert "+ Sales rose by 14 % in spring." in told
    assert run(["plan", "-t", target, "--json"]) == 7
    found = json.loads(capsys.readouterr().out)["actions"]
    diff = next(action["diff"] for action in found if action["verb"] == "conflict")
    assert "+ Sales rose by 14 % in spring." in diff
    assert [line for line in diff if "Another" in line] == ([] if target != "notion" else ["- Another intro."])
    assert run(["sync", "-t", target, "--force"]) == 0
    assert "edits on wiki overwritten" in capsys.readouterr().out
    assert run(["plan", "-t", target, "--exit-code"]) == 0
