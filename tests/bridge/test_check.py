"""``nbwiki check``: offline, by the real command and by what it finds."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from bridge.check import CHECKS, Checked, Finding, check, exit_code_of
from bridge.config import load
from bridge.portability import MOST, foreign_paths
from bridge.source_tree import SourceTree
from converters.options import ReadOptions, Source
from tests.e2e.publish import nbwiki
from tests.security.command import canary

GOOD = "---\ntitle: Good\nsummary: All is well.\nauthors: [Ann]\ntags: [sales]\n---\n\nWords, and [more](other.md).\n"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "nbwiki.toml").write_text('[source]\ninclude = ["**/*.md", "**/*.ipynb", "**/*.Rmd"]\n')
    (tmp_path / "good.md").write_text(GOOD)
    (tmp_path / "other.md").write_text(GOOD.replace("Good", "Other").replace("other.md", "good.md"))
    return tmp_path


def found(repo: Path, name: str = "", today: str = "2026-11-29") -> list[tuple[str, str, str]]:
    results = check(load(None, {}, repo), [repo / name] if name else [], dt.date.fromisoformat(today))
    return [(one.level, one.kind, one.code) for result in results for one in result.findings]


def notebook(*cells: str) -> str:
    made = [
        {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": source} for source in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {"title": "N"}, "cells": made})


def test_nothing_wrong(repo: Path) -> None:
    run = nbwiki("check", cwd=repo)
    assert (run.code, run.err) == (0, "")
    assert run.out == "2 documents: 0 errors, 0 warnings\n"
    assert nbwiki("check", "--strict", "good.md", cwd=repo).code == 0


def test_what_is_wrong_is_told_with_its_place(repo: Path) -> None:
    (repo / "bad.md").write_text("# Bad\n\n![x](gone.png)\n\n[there](nowhere.md)\n")
    (repo / "broken.ipynb").write_text("{")
    run = nbwiki("check", "--json", cwd=repo)
    assert run.code == 4
    done = run.json
    assert (done["schema"], done["code"]) == (1, 4)
    by_source = {one["source"]: one for one in done["reports"]}
    assert by_source["good.md"]["findings"] == []
    codes = {(one["level"], one["code"], one["where"]) for one in by_source["bad.md"]["findings"]}
    assert ("error", "image.missing", "bad.md line 3") in codes
    assert any(code.startswith("link.") and where == "bad.md line 5" for _, code, where in codes)
    assert by_source["broken.ipynb"]["findings"][0]["code"] == "document.unreadable"
    text = nbwiki("check", cwd=repo).out.splitlines()
    assert any(line.startswith("x bad.md line 3: ") for line in text)
    assert text[-1].startswith("4 documents: ")
    assert nbwiki("check", "good.md", cwd=repo).code == 0, "only what was asked for"
    assert nbwiki("check", "nowhere", cwd=repo).code == 2


def test_code_that_was_not_run_is_a_warning(repo: Path) -> None:
    (repo / "r.Rmd").write_text("---\ntitle: R\n---\n\n```{r, fig.cap='A'}\nplot(1)\n```\n")
    levels = {(level, code) for level, _, code in found(repo, "r.Rmd")}
    assert ("warning", "code.not-executed") in levels
    assert "error" not in {level for level, _ in levels}


def test_dates(repo: Path) -> None:
    (repo / "old.md").write_text(GOOD.replace("tags", "review_by: 2026-01-31\nupdated: someday\ntags"))
    assert ("warning", "freshness", "review.due") in found(repo, "old.md")
    assert ("warning", "freshness", "review.due") not in found(repo, "old.md", today="2026-01-31")
    assert nbwiki("check", "old.md", cwd=repo).code == 0, "warnings don't fail"
    assert nbwiki("check", "--strict", "old.md", cwd=repo).code == 4


def test_metadata(repo: Path) -> None:
    (repo / "bare.md").write_text("# Bare\n\nWords.\n")
    assert found(repo, "bare.md") == [("note", "metadata", "metadata.lacking")]
    assert "no summary, no authors, no topics" in nbwiki("check", "-v", "bare.md", cwd=repo).out
    for name in ("one.md", "two.md"):
        (repo / name).write_text(GOOD.replace("title: Good", "title: Same\nid: same-id"))
    assert ("error", "metadata", "id.double") in found(repo)


def test_paths_of_one_machine(repo: Path) -> None:
    (repo / "data").mkdir()
    (repo / "data" / "here.csv").write_text("a\n1\n")
    cells = (
        "import pandas as pd\nx = pd.read_csv('/home/ann/sales.csv')",
        'y = pd.read_csv("data/here.csv")\nz = pd.read_parquet("data/gone.parquet")',
        "pd.read_csv(r'C:\\Users\\Ann\\sales.csv'); open('/mnt/share/a.txt')",
        "z.to_csv('made.csv'); pd.read_csv('made.csv'); open('log.txt', 'w'); print('/home is where the heart is')",
        "pd.read_csv('https://example.com/x.csv'); pd.read_csv(f'data/{name}.csv'); requests.get('/api/v1/data.json')",
    )
    (repo / "n.ipynb").write_text(notebook(*cells))
    results = check(load(None, {}, repo), [repo / "n.ipynb"])
    told = {(one.code, one.where, one.text.split("'")[1]) for one in results[0].findings if one.kind == "portability"}
    assert told == {
        ("path.home", "n.ipynb cell 1", "/home/ann/sales.csv"),
        ("path.missing", "n.ipynb cell 2", "data/gone.parquet"),
        ("path.home", "n.ipynb cell 3", "C:\\\\Users\\\\Ann\\\\sales.csv"),
        ("path.absolute", "n.ipynb cell 3", "/mnt/share/a.txt"),
    }
    assert exit_code_of(results) == 4


def test_paths_in_r(repo: Path) -> None:
    (repo / "r.Rmd").write_text(
        '---\ntitle: R\n---\n\n```{r}\nx <- read.csv("gone.csv")\ny <- readRDS("~/y.rds")\n```\n'
    )
    assert {code for _, kind, code in found(repo, "r.Rmd") if kind == "portability"} == {"path.missing", "path.home"}


def test_much_odd_code_takes_no_time(repo: Path) -> None:
    text = "```python\n" + "x = '" * 40_000 + "\n" + "open(" * 40_000 + "\n" + "'\\" * 40_000 + "\n```\n"
    many = "".join(f"open('/home/ann/{number}.csv')\n" for number in range(100))
    source = Source("a.ipynb", notebook(text, many).encode())
    assert len(foreign_paths(source, ReadOptions(), SourceTree(repo))) == MOST


def test_nothing_is_asked_of_the_network(repo: Path) -> None:
    with canary() as (address, asked):
        (repo / "net.md").write_text(
            f"# Net\n\n![x]({address}/a.png)\n\n[y]({address}/b)\n\n<iframe src='{address}/c'></iframe>\n"
        )
        run = nbwiki("check", "-v", "net.md", cwd=repo)
    assert run.code == 0, run.out
    assert asked == []


def test_secrets_have_their_place() -> None:
    """A check for secrets is one function more; what it finds weighs more than anything else."""
    secret = Finding(level="error", kind="secret", code="secret.token", text="looks like a token")
    broken = Finding(level="error", kind="document", code="document.unreadable", text="is no notebook")
    assert exit_code_of([Checked(source="a", title="", findings=(broken, secret))]) == 8
    assert all(callable(one) for one in CHECKS)


def test_the_examples_are_clean() -> None:
    from tests.e2e.publish import ROOT

    run = nbwiki("check", cwd=ROOT / "examples" / "acme")
    assert run.code == 0, run.out
