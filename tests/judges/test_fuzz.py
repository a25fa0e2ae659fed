"""The fuzzer finds what it is given to find, makes it small, and survives it."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from tests.judges import fuzz, mutate, pages

BROKEN = """
import pathlib, sys, time
sys.path[0] = {root!r}
from tests.judges import fuzz
from tests.property import convert

def check(source, flavors, files):
    if b"HANG" in source.data:
        time.sleep(60)
    if b"DIE" in source.data:
        import os
        os._exit(3)
    if b"b1" in source.data and b"b2" in source.data:
        raise ValueError("no " + str(len(source.data)))
    return []

convert.check = check
fuzz.work(sys.argv[2])
"""


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> fuzz.Worker:
    """A worker whose converter fails on certain words."""
    script = tmp_path / "worker.py"
    script.write_text(BROKEN.format(root=str(fuzz.ROOT)), "utf-8")
    monkeypatch.setattr(fuzz, "__file__", str(script))
    monkeypatch.setattr(fuzz, "MAX_SECONDS", 1.2)
    return fuzz.Worker(tmp_path)


def test_findings_are_told_apart_counted_and_made_small(worker: fuzz.Worker, tmp_path: Path) -> None:
    run = fuzz.Run(worker, pages.Judges(vendors=False))
    lines = [f"line {n}" for n in range(20)]
    for words in (["b1", "b2"], ["b1"], ["b2", "b1"], ["DIE"], ["HANG"], []):
        run.document("a.md", "\n".join([*lines[:7], *words, *lines[7:]]).encode())
    causes = {cause: finding.count for cause, finding in run.findings.items()}
    value_error = next(cause for cause in causes if cause.startswith("ValueError"))
    assert causes == {value_error: 6, "worker died": 1, "hang": 1}  # one for each wiki of two documents
    finding = run.findings[value_error]
    small = fuzz.smaller("a.md", finding.data, lambda data: run.shows(value_error, "a.md", data), 20)
    assert sorted(small.split()) in ([b"b1", b"b2"], [b"b1b2"], [b"b2b1"])
    assert run.refused == 2
    worker.close()
    fuzz.write(run, tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 6
    assert next(fuzz.table(run, 1.0)).startswith("6 documents, 36 conversions, 2 refused")


def test_notebooks_lose_cells_and_keys_that_a_finding_does_not_need() -> None:
    cells = [{"cell_type": "markdown", "source": f"text {n}", "metadata": {"a": n}} for n in range(6)]
    data = json.dumps({"cells": cells, "metadata": {"x": [1, 2]}, "nbformat": 4}).encode()

    def shows(data: bytes) -> bool:
        return any("4" in cell.get("source", "") for cell in json.loads(data)["cells"])

    assert json.loads(fuzz.smaller("a.ipynb", data, shows)) == {"cells": [{"source": "4"}], "nbformat": 4}


def test_a_seed_names_a_document() -> None:
    notebook = json.dumps({"cells": [{"cell_type": "markdown", "source": "a\nb"}], "nbformat": 4}).encode()
    for path, data in (("a.md", b"# a\n\ntext\n"), ("a.ipynb", notebook)):
        first = [mutate.mutated(Random(f"1/{n}"), path, data, b"other\nlines") for n in range(60)]
        assert first == [mutate.mutated(Random(f"1/{n}"), path, data, b"other\nlines") for n in range(60)]
        assert len(set(first)) > 45
        assert sum(one != data for one in first) > 50
    made = [mutate.generated(Random(f"1/{n}")) for n in range(80)]
    assert made == [mutate.generated(Random(f"1/{n}")) for n in range(80)]
    assert {suffix for suffix, _ in made} == {"md", "qmd", "Rmd", "ipynb", "html", "py"}


def test_causes_leave_out_what_differs_from_document_to_document() -> None:
    assert fuzz._plain("text lost: 'abc' at 12") == fuzz._plain("text lost: 'x' at 7")
    assert fuzz._plain("KaTeX: Expected '}' at position 3: ab") == fuzz._plain("KaTeX: Expected 'a' at position 9: x")
    assert fuzz._plain("text lost") != fuzz._plain("text found")
