"""Which files are one report, which of them is shown, and whose key it has."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bridge.config import load
from bridge.discover import discover, listing
from bridge.pairs import groups
from bridge.source_tree import SourceTree

MADE = '<html><head><meta name="generator" content="pandoc"></head><body><p>Knitted</p></body></html>'
SCRIPT = "# %% [markdown]\n# Text\n"
KNITTED = "Text\n\n```r\n1\n```\n\n```\n## [1] 1\n```\n"


def notebook(*, outputs: bool = True, formats: str = "") -> str:
    shown = [{"output_type": "stream", "name": "stdout", "text": "x"}] if outputs else []
    cell = {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": "1", "outputs": shown}
    metadata = {"jupytext": {"formats": formats}} if formats else {}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": [cell]})


def jupytext(formats: str, text: str = "Text\n") -> str:
    return f"---\njupyter:\n  jupytext:\n    formats: {formats}\n  kernelspec:\n    name: python3\n---\n\n{text}"


def script(formats: str) -> str:
    return f"# ---\n# jupyter:\n#   jupytext:\n#     formats: {formats}\n# ---\n\n# %%\nx = 1\n"


def found(root: Path, files: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """What is shown, with all files of that report."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    there = listing(load(None, {}, root))
    documents = [path for path in there if not path.endswith((".toml", ".png"))]
    return {one.shown: one.members for one in groups(documents, there, SourceTree(root))}


@pytest.mark.parametrize(
    ("files", "shown", "members"),
    [
        ({"a.ipynb": notebook(), "a.py": script("ipynb,py:percent")}, "a.ipynb", ("a.ipynb", "a.py")),
        ({"a.ipynb": notebook(outputs=False), "a.py": SCRIPT}, "a.ipynb", ("a.ipynb", "a.py")),
        ({"a.ipynb": notebook(formats="ipynb,md"), "a.md": "Text\n"}, "a.ipynb", ("a.ipynb", "a.md")),
        ({"a.ipynb": notebook(), "a.md": jupytext("ipynb,md:myst")}, "a.ipynb", ("a.ipynb", "a.md")),
        ({"a.ipynb": notebook(), "a.md": "![png](a_files/a_1_0.png)\n"}, "a.ipynb", ("a.ipynb", "a.md")),
        ({"a.ipynb": notebook(outputs=False), "a.html": '<body class="jp-Notebook">'}, "a.html", ("a.ipynb", "a.html")),
        ({"a.Rmd": "Text\n", "a.nb.html": "<html>"}, "a.nb.html", ("a.Rmd", "a.nb.html")),
        ({"a.Rmd": "Text\n", "a.html": MADE, "a.md": KNITTED}, "a.html", ("a.Rmd", "a.md", "a.html")),
        ({"a.Rmd": "Text\n", "a.md": KNITTED}, "a.md", ("a.Rmd", "a.md")),
        ({"a.Rmd": "Text\n", "a.md": "Text\n"}, "a.Rmd", ("a.Rmd", "a.md")),
        (
            {"a.Rmd": jupytext("Rmd,md", "## A heading\n"), "a.md": jupytext("Rmd,md", "## A heading\n")},
            "a.Rmd",
            ("a.Rmd", "a.md"),
        ),
        ({"a.qmd": "Text\n", "a.ipynb": notebook()}, "a.ipynb", ("a.ipynb", "a.qmd")),
        ({"a.qmd": "Text\n", "a.html": MADE}, "a.html", ("a.qmd", "a.html")),
        ({"a.R": "#' # Spin\n#' Text\n1\n", "a.html": MADE}, "a.html", ("a.R", "a.html")),
        ({"a.md": jupytext(".pct.py:percent,md"), "a.pct.py": SCRIPT}, "a.pct.py", ("a.pct.py", "a.md")),
        (
            {"notebooks/a.ipynb": notebook(), "scripts/a.py": script("notebooks//ipynb,scripts//py:percent")},
            "notebooks/a.ipynb",
            ("notebooks/a.ipynb", "scripts/a.py"),
        ),
        (
            {"jupytext.toml": '[formats]\n"notebooks/" = "ipynb"\n"scripts/" = "py:percent"\n',
             "notebooks/deep/a.ipynb": notebook(), "scripts/deep/a.py": SCRIPT},
            "notebooks/deep/a.ipynb",
            ("notebooks/deep/a.ipynb", "scripts/deep/a.py"),
        ),
        (
            {"pyproject.toml": '[tool.jupytext]\nformats = "ipynb,md"\n', "b/a.ipynb": notebook(), "b/a.md": "Text\n"},
            "b/a.ipynb",
            ("b/a.ipynb", "b/a.md"),
        ),
    ],
)  # fmt: skip
def test_one_report(tmp_path: Path, files: dict[str, str], shown: str, members: tuple[str, ...]) -> None:
    assert found(tmp_path, files) == {shown: members}


@pytest.mark.parametrize(
    "files",
    [
        {"a.ipynb": notebook(), "a.md": "# Another text\n"},
        {"a.ipynb": notebook(), "b.py": script("ipynb,py:percent")},
        {"a.ipynb": notebook(), "sub/a.py": SCRIPT},
        {"a.ipynb": notebook(), "a.Rmd": "The same in R\n"},
        {"a.Rmd": "How sales went\n\n```{r}\n1\n```\n", "a.md": "# Something else\n\n## Altogether other words\n"},
        {"a.md": "Text\n", "a.html": "<html><body>written by hand</body></html>"},
        {"a.py": SCRIPT, "a.R": "# %% [markdown]\n# Text\n"},
        {"jupytext.toml": "this is no TOML", "a.ipynb": notebook(), "a.md": "Text\n"},
    ],
)
def test_reports_of_their_own(tmp_path: Path, files: dict[str, str]) -> None:
    one_each = {name: (name,) for name in files if not name.endswith(".toml")}
    assert found(tmp_path, files) == one_each


def test_an_ignored_result_is_not_used(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.html\n")
    assert found(tmp_path, {"a.Rmd": "Text\n", "a.html": MADE}) == {"a.Rmd": ("a.Rmd",)}


def test_links_to_each_file_of_a_report_lead_to_it(tmp_path: Path) -> None:
    found(tmp_path, {"a.Rmd": "Text\n", "a.html": MADE, "b.ipynb": notebook()})
    discovery = discover(load(None, {}, tmp_path))
    assert discovery.keys["a.Rmd"] == discovery.keys["a.html"] != discovery.keys["b.ipynb"]
    (report, _) = discovery.found
    assert (report.path, report.key.partition(":")[2]) == ("a.html", "a.Rmd")
    assert report.former == (report.key.replace("a.Rmd", "a.html"),)
    assert [note.text for note in report.beside.notes] == ["a.Rmd left out: the same report as a.html, which is shown"]


def test_the_sources_header_fills_the_gaps(tmp_path: Path) -> None:
    header = "---\ntitle: Source\nid: stable\ntags: [a]\ndate: '`r Sys.Date()`'\n---\n"
    found(tmp_path, {"a.Rmd": header, "a.html": MADE})
    (report,) = discover(load(None, {}, tmp_path)).found
    assert (report.beside.metadata.id, report.beside.metadata.tags, report.beside.metadata.created) == (
        "stable",
        ("a",),
        "",
    )


def test_scripts_are_reports_only_where_they_are_notebooks(tmp_path: Path) -> None:
    files = {
        "sure.py": SCRIPT,
        "lib/maybe.py": "# %%\nx = 1\n",
        "lib/module.py": "import os\n",
        "R/roxygen.R": "#' Add\n#' @export\nadd <- 1\n",
        "R/spin.R": "#' # Title\n#' Text\nplot(1)\n",
    }
    found(tmp_path, files)
    settings = load(None, {}, tmp_path)
    assert [one.path for one in discover(settings).found] == ["R/spin.R", "sure.py"]
    assert [one.path for one in discover(settings, [tmp_path / "lib"]).found] == ["lib/maybe.py"]
    (tmp_path / "nbwiki.toml").write_text('[source]\ninclude = ["**/*.py"]\n')
    settings = load(tmp_path / "nbwiki.toml", {}, tmp_path)
    assert [one.path for one in discover(settings).found] == ["lib/maybe.py", "sure.py"]


def test_convert_takes_the_file_that_is_named(tmp_path: Path) -> None:
    found(tmp_path, {"a.ipynb": notebook(), "a.py": SCRIPT})
    settings = load(None, {}, tmp_path)
    named = discover(settings, [tmp_path / "a.py"], as_named=True)
    assert [one.path for one in named.found] == ["a.py"]
    both = discover(settings, [tmp_path / "a.py", tmp_path / "a.ipynb"], as_named=True)
    assert [one.path for one in both.found] == ["a.ipynb", "a.py"]
    assert [one.path for one in discover(settings, [tmp_path], as_named=True).found] == ["a.ipynb"]
    assert [one.path for one in discover(settings, [tmp_path / "a.py"]).found] == ["a.ipynb"]


def test_a_result_older_than_its_source_is_told(tmp_path: Path) -> None:
    import subprocess

    def commit(day: int) -> None:
        date = f"2024-01-{day:02}T12:00:00+00:00"
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        environment = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, "PATH": os.environ["PATH"]}
        for command in (("add", "-A"), ("commit", "-qm", "work")):
            subprocess.run(["git", *identity, *command], cwd=tmp_path, check=True, env=environment)

    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    found(tmp_path, {"a.Rmd": "Text\n", "a.html": MADE})
    commit(1)
    (same,) = discover(load(None, {}, tmp_path)).found
    assert [note.code for note in same.beside.notes] == ["source.pair"]
    (tmp_path / "a.Rmd").write_text("Other text\n")
    commit(2)
    (older,) = discover(load(None, {}, tmp_path)).found
    assert [note.code for note in older.beside.notes] == ["source.pair", "source.stale"]
    (tmp_path / "a.html").write_text(MADE + "\n")
    commit(3)
    (fresh,) = discover(load(None, {}, tmp_path)).found
    assert [note.code for note in fresh.beside.notes] == ["source.pair"]
