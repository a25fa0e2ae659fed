"""A report that is kept in several files is one page, whichever of them come and go. Through the real command."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox.server import Server
from tests.e2e.publish import configure, nbwiki, state

SCRIPT = """# ---
# title: Churn
# tags: [sales]
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown]
# Words of the narrative.

# %%
1 + 1
"""
INCLUDE = ("**/*.ipynb", "**/*.py", "**/*.Rmd", "**/*.qmd", "**/*.md")


def notebook(*, outputs: bool = True, text: str = "Words of the narrative.") -> str:
    shown = [{"output_type": "stream", "name": "stdout", "text": "two\n"}] if outputs else []
    cells: list[dict[str, Any]] = [
        {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: Churn\n---"},
        {"cell_type": "markdown", "metadata": {}, "source": text},
        {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": "1 + 1", "outputs": shown},
    ]
    metadata = {"jupytext": {"formats": "ipynb,py:percent"}, "kernelspec": {"name": "python3", "display_name": "P"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells})


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def source(sandbox: Server, tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q")
    configure(tmp_path, sandbox.url, folder, INCLUDE)
    return folder


def synced(source: Path, target: str) -> list[dict[str, Any]]:
    git(source, "add", "-A")
    git(source, "commit", "-qm", "work", "--allow-empty")
    run = nbwiki("sync", "-t", target, "--prune", "--json", cwd=source.parent)
    assert run.code == 0, run.err + run.out
    found: list[dict[str, Any]] = run.json["actions"]
    return found


@pytest.mark.parametrize("target", ["cloud", "notion"])
def test_the_page_stays_while_pairs_come_and_go(source: Path, target: str) -> None:
    (source / "churn.py").write_text(SCRIPT)
    (first,) = synced(source, target)
    assert first["verb"] == "create"

    (source / "churn.ipynb").write_text(notebook())
    (paired,) = synced(source, target)
    assert (paired["verb"], paired["page_id"], paired["source"]) == ("update", first["page_id"], "churn.ipynb")
    assert [note["text"] for note in paired["notes"] if note["code"] == "source.pair"] == [
        "churn.py left out: the same report as churn.ipynb, which is shown"
    ]
    assert [one["verb"] for one in synced(source, target)] == ["skip"]

    (source / "churn.ipynb").unlink()
    (alone,) = synced(source, target)
    assert (alone["verb"], alone["page_id"], alone["source"]) == ("update", first["page_id"], "churn.py")

    (source / "churn.py").unlink()
    (source / "churn.qmd").write_text("---\ntitle: Churn\n---\n\nNow in Quarto.\n")
    (moved,) = synced(source, target)
    assert (moved["verb"], moved["page_id"]) == ("update", first["page_id"])


def test_a_knitted_result_is_shown_under_its_sources_key_and_id(source: Path, sandbox: Server) -> None:
    (source / "cars.Rmd").write_text("---\ntitle: Cars\nid: cars-report\ntags: [r]\n---\n\nText.\n\n```{r}\n1\n```\n")
    (first,) = synced(source, "cloud")
    assert first["key"] == "cars-report"
    page = '<html><head><meta name="generator" content="pandoc"></head><body><h1 class="title">Cars</h1><p>Knitted.</p></body></html>'
    (source / "cars.html").write_text(page)
    (knitted,) = synced(source, "cloud")
    assert (knitted["key"], knitted["page_id"], knitted["source"]) == ("cars-report", first["page_id"], "cars.html")
    body = next(one["body"] for one in state(sandbox.url)["pages"] if str(one["id"]) == first["page_id"])
    assert "Knitted." in body
    (source / "cars.html").unlink()
    (again,) = synced(source, "cloud")
    assert (again["verb"], again["page_id"], again["source"]) == ("update", first["page_id"], "cars.Rmd")


def test_plan_names_the_file_that_is_left_out_and_strict_does_not_mind(source: Path) -> None:
    (source / "churn.py").write_text(SCRIPT)
    (source / "churn.ipynb").write_text(notebook())
    plan = nbwiki("plan", "-t", "cloud", cwd=source.parent)
    assert "churn.py left out: the same report as churn.ipynb" in plan.out
    strict = nbwiki("plan", "-t", "cloud", "--strict", "--json", cwd=source.parent)
    assert [one["verb"] for one in strict.json["actions"]] == ["create"]


def test_naming_the_script_syncs_the_report(source: Path) -> None:
    (source / "churn.py").write_text(SCRIPT)
    (source / "churn.ipynb").write_text(notebook())
    (all_of_it,) = synced(source, "cloud")
    run = nbwiki("sync", str(source / "churn.py"), "-t", "cloud", "--json", cwd=source.parent)
    (one,) = run.json["actions"]
    assert (one["verb"], one["page_id"]) == ("skip", all_of_it["page_id"])
