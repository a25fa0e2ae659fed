"""Shared code through real git: its page names who uses it, and a change of it marks those that were not renewed since."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox.server import Server
from tests.e2e.publish import configure, state
from tests.hub.test_hub_sync import notion, pages, report, synced

STALE = "which this report uses, has changed since its last change."


def commit(root: Path, day: str) -> None:
    """Everything, as of a day."""
    date = f"{day}T10:00:00+00:00"
    env = {**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, "GIT_CONFIG_GLOBAL": "/dev/null"}
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    subprocess.run(["git", "add", "-A"], cwd=root, env=env, check=True, capture_output=True)
    subprocess.run(["git", *who, "commit", "-qm", f"work of {day}"], cwd=root, env=env, check=True, capture_output=True)


def notebook(path: Path, title: str, code: str) -> None:
    """A notebook of a title and one cell of code."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": f"# {title}\n\nWhat it tells."},
        {"cell_type": "code", "id": "b", "metadata": {}, "source": code, "outputs": [], "execution_count": 1},
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8"
    )


@pytest.fixture
def repository(tmp_path: Path, sandbox: Server) -> Path:
    """A module, two notebooks that import it in their own ways, one that doesn't, a report in Markdown."""
    root = tmp_path / "repository"
    (root / "src").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=root, check=True, capture_output=True)
    (root / "src/plots.py").write_text("def bars():\n    return 1\n", encoding="utf-8")
    notebook(root / "sales/churn.ipynb", "Why customers leave", "import plots\nplots.bars()")
    notebook(root / "river/oxygen.ipynb", "Oxygen in the river", "import numpy as np\nfrom plots import bars")
    notebook(root / "lab/laser.ipynb", "Laser drift", "import numpy, json")
    report(root, "lab/notes.md", "title: Notes of the lab", "Nothing to import plots from.")
    configure(root, sandbox.url, root, ("**/*.ipynb", "**/*.md"))
    config = root / "nbwiki.toml"
    config.write_text(config.read_text(encoding="utf-8") + "\n[hub]\nenabled = true\n", encoding="utf-8")
    (root / ".gitignore").write_text("nbwiki.toml\n", encoding="utf-8")
    commit(root, "2026-10-01")
    return root


@pytest.mark.parametrize("target", ["cloud", "datacenter"])
def test_a_module_names_its_users_and_marks_those_that_are_older(
    repository: Path, sandbox: Server, target: str
) -> None:
    assert synced(repository, target)["counts"]["error"] == 0
    there = pages(sandbox, target)
    assert not [title for title, page in there.items() if STALE in page["body"]], "committed together"
    code = there["Shared code"]
    assert "src/plots.py" in code["body"]
    assert "Laser drift" not in code["body"]
    assert "Notes of the lab" not in code["body"]
    site = "wiki" if target == "cloud" else "dc"
    for title in ("Why customers leave", "Oxygen in the river"):
        assert f"/{there[title]['id']}" in code["body"] or f"pageId={there[title]['id']}" in code["body"], (
            "a link that works"
        )
        assert title in code["body"]
    with urllib.request.urlopen(f"{sandbox.url}/{site}/pages/viewpage.action?pageId={code['id']}") as answer:
        assert "Why customers leave" in answer.read().decode()

    (repository / "src/plots.py").write_text("def bars():\n    return 2\n", encoding="utf-8")
    commit(repository, "2026-11-01")
    done = synced(repository, target)
    assert {one["source"] for one in done["actions"] if one["verb"] == "update" and one["source"]} == {
        "sales/churn.ipynb",
        "river/oxygen.ipynb",
    }
    there = pages(sandbox, target)
    marked = {title for title, page in there.items() if STALE in page["body"]}
    assert marked == {"Why customers leave", "Oxygen in the river"}
    assert "plots.py" in there["Why customers leave"]["body"]
    assert "POSSIBLY STALE" in there["Why customers leave"]["body"]

    notebook(repository / "sales/churn.ipynb", "Why customers leave", "import plots\nplots.bars() + 1")
    commit(repository, "2026-11-02")
    synced(repository, target)
    there = pages(sandbox, target)
    assert {title for title, page in there.items() if STALE in page["body"]} == {"Oxygen in the river"}
    assert synced(repository, target)["requests"]["write"] == 0


def test_notion_marks_the_users_of_a_changed_module(repository: Path, sandbox: Server) -> None:
    synced(repository, "notion")
    there = notion(sandbox)
    held = {one["id"]: json.dumps(one["blocks"]) for one in state(sandbox.url)["pages"] if "blocks" in one}
    code = held[there["Shared code"]["id"]]
    assert there["Why customers leave"]["id"].replace("-", "") in code.replace("-", "")
    assert there["Laser drift"]["id"].replace("-", "") not in code.replace("-", "")
    assert not [one for one in held.values() if STALE in one]
    (repository / "src/plots.py").write_text("def bars():\n    return 2\n", encoding="utf-8")
    commit(repository, "2026-11-01")
    synced(repository, "notion")
    marked = {one["id"] for one in state(sandbox.url)["pages"] if STALE in json.dumps(one.get("blocks", []))}
    assert marked == {there[title]["id"] for title in ("Why customers leave", "Oxygen in the river")}
    assert synced(repository, "notion")["requests"]["write"] == 0


def test_r_and_julia_name_their_files_too_and_files_of_files_count(repository: Path, sandbox: Server) -> None:
    (repository / "lib").mkdir()
    (repository / "lib/theme.R").write_text("source('lib/colours.R')\n", encoding="utf-8")
    (repository / "lib/colours.R").write_text("blue <- 1\n", encoding="utf-8")
    (repository / "lib/fit.jl").write_text("fit(x) = x\n", encoding="utf-8")
    chunk = "```{%s}\n%s\n```\n\nWhat it tells."
    report(
        repository,
        "r/prices.Rmd",
        "title: What we ask",
        chunk % ("r setup, include=FALSE", 'source(here::here("lib/theme.R"))'),
    )
    report(repository, "jl/curve.qmd", "title: The curve", chunk % ("julia", 'include("../lib/fit.jl")'))
    config = repository / "nbwiki.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace('"**/*.md"', '"**/*.md", "**/*.Rmd", "**/*.qmd"'), encoding="utf-8"
    )
    commit(repository, "2026-10-02")
    assert synced(repository, "cloud")["counts"]["error"] == 0
    code = pages(sandbox, "cloud")["Shared code"]["body"]
    for name in ("lib/theme.R", "lib/colours.R", "lib/fit.jl"):
        assert name in code
    assert "The curve" in code
    (repository / "lib/colours.R").write_text("blue <- 2\n", encoding="utf-8")
    commit(repository, "2026-11-01")
    synced(repository, "cloud")
    marked = {title for title, page in pages(sandbox, "cloud").items() if STALE in page["body"]}
    assert marked == {"What we ask"}
    assert synced(repository, "cloud")["requests"]["write"] == 0
