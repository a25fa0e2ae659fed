"""Real documents of others: each is published or refused in one line, in every target, and a second run writes nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from adapters.sandbox.server import Server
from tests.e2e.publish import TARGETS, configure, nbwiki, requests_since, writes

pytestmark = pytest.mark.corpus
# one folder of each kind: the whole corpus takes minutes and is run by hand (docs/corpus.md)
FOLDERS = ("broken", "jupytext", "nbformat", "r-novice-gapminder", "ipyleaflet", "altair_notebooks")
INCLUDE = tuple(f"{folder}/**/*.{suffix}" for folder in FOLDERS for suffix in ("ipynb", "Rmd", "qmd", "md"))


def refusable(corpus: Path) -> set[str]:
    """Documents that the manifest says can't be read or have nothing to show."""
    with (corpus / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row["path"] for row in rows if row["problem"] or (row["kind"] == "notebook" and row["cells"] in {"", "0"})}


@pytest.mark.parametrize("target", TARGETS)
def test_every_document_ends_somewhere(corpus: Path, sandbox: Server, tmp_path: Path, target: str) -> None:
    configure(tmp_path, sandbox.url, corpus, INCLUDE)
    first = nbwiki("sync", "-t", target, "--json", cwd=tmp_path)
    assert first.code in {0, 1}, first.err
    verbs = first.verbs()
    assert set(verbs) <= {"create", "error"}
    for action in first.json["actions"]:
        if action["verb"] == "error":
            assert action["reason"]
            assert "\n" not in action["reason"]
    assert {path for path in verbs["error"] if not path.startswith("broken/")} <= refusable(corpus)
    assert "Traceback" not in first.err
    before = len(requests_since(sandbox.url))
    second = nbwiki("sync", "-t", target, "--json", cwd=tmp_path)
    assert set(second.verbs()) <= {"skip", "error"}
    assert writes(requests_since(sandbox.url, before)) == []
