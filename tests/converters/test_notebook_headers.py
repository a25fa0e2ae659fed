"""Metadata that notebooks and text notebooks carry: cells, the notebook's own block, jupytext, papermill."""

import json

import pytest

from converters.metadata import Person, Provenance
from converters.options import ReadOptions, Source
from converters.readers import read


def notebook(*cells, **metadata):
    shaped = [
        {"cell_type": kind, "source": source, "metadata": {}, **({"outputs": [], "execution_count": None} if kind == "code" else {})}
        for kind, source in cells
    ]  # fmt: skip
    data = json.dumps({"cells": shaped, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})
    return read(Source("a.ipynb", data.encode()), ReadOptions())


def test_nbformats_own_names():
    meta = notebook(("markdown", "text"), title="T", authors=[{"name": "Ann"}, {"name": "Bo"}]).document.meta
    assert (meta.title, meta.authors) == ("T", (Person("Ann"), Person("Bo")))


def test_our_block_holds_over_names_that_tools_share():
    meta = notebook(
        ("markdown", "x"), title="T", nbwiki={"title": "Ours", "tags": ["a"]}, kernelspec={"name": "k"}
    ).document.meta
    assert (meta.title, meta.tags, meta.extra) == ("Ours", ("a",), {})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# T\n\n> Why it is so.\n\n- categories: [a, b]\n- author: Ann & Bo\n- image: a.png\n- toc: true",
         ("T", "Why it is so.", ("a", "b"), (Person("Ann"), Person("Bo")), "a.png", True)),
        ("# T\n> One line.", ("T", "One line.", (), (), "", None)),
        ('# "Quoted"\n> "A summary"\n\n- badges: false\n- categories: [x]',
         ('"Quoted"', '"A summary"', ("x",), (), "", None)),
    ],
)  # fmt: skip
def test_the_first_cell_of_fastpages_and_nbdev(source, expected):
    document = notebook(("markdown", source), ("markdown", "body")).document
    meta = document.meta
    assert (meta.title, meta.summary, meta.tags, meta.authors, meta.thumbnail, meta.toc) == expected
    assert len(document.blocks) == 1


@pytest.mark.parametrize(
    "source",
    [
        "# T\n\nSome text.\n\n> A quote",
        "# T\n\n- note: this is a list\n- other: of things",
        "# T\n\n- categories: [a]\n\nand text",
        "# T\n\n> [!NOTE]\n> An alert",
        "# T",
        "> only a quote",
        "## T\n> quote",
    ],
)
def test_a_first_cell_that_says_more_is_a_cell_like_all_others(source):
    meta = notebook(("markdown", source), ("markdown", "body")).document.meta
    assert (meta.summary, meta.tags) == ("", ())


def test_the_header_holds_over_the_notebook_and_both_are_named():
    found = notebook(("raw", "---\ntitle: H\ntags: [h]\n---"), ("markdown", "x"), title="N", authors=[{"name": "Ann"}])
    assert (found.document.meta.title, found.document.meta.authors) == ("H", (Person("Ann"),))
    (note,) = found.notes
    assert note.code == "metadata.conflict" and "the header" in note.text and "the notebook's metadata" in note.text


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_raw_header_with_ends_of_windows(end):
    meta = notebook(("raw", f"---{end}title: T{end}tags:{end}  - a{end}---{end}"), ("markdown", "x")).document.meta
    assert (meta.title, meta.tags) == ("T", ("a",))


def test_papermills_values_hold_over_those_of_the_cells_and_the_header():
    cells = [("raw", "---\nparams: {n: 1, m: 2}\n---"), ("code", "n = 3")]
    assert notebook(*cells, papermill={"parameters": {"n": 5}}).document.meta.params == {"n": 5, "m": 2}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("n = 1\nname: str = 'x'\nlate = [1, 2.5, None]", {"n": 1, "name": "x", "late": [1, 2.5, None]}),
        ("n = compute()\nm = 2", {"m": 2}),
        ("n <- 5", {}),
        ("import os\nx = os.environ", {}),
        ("x = '\\d'", {"x": "\\d"}),
        ("(" * 500, {}),
    ],
)
def test_a_parameters_cell_tells_its_plain_values_and_is_never_run(source, expected):
    cell = {
        "cell_type": "code",
        "source": source,
        "metadata": {"tags": ["parameters"]},
        "outputs": [],
        "execution_count": 1,
    }
    data = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    assert read(Source("a.ipynb", data.encode()), ReadOptions()).document.meta.params == expected


def test_the_run_is_known_from_papermill():
    run = {"start_time": "2026-01-02T10:00:00", "end_time": "2026-01-02T10:01:00", "duration": 60.0, "exception": None}
    provenance = notebook(("markdown", "x"), papermill=run).document.meta.provenance
    assert (provenance.started, provenance.executed, provenance.duration_s, provenance.failure) == (
        "2026-01-02T10:00:00", "2026-01-02T10:01:00", 60.0, "",
    )  # fmt: skip


def test_jupytexts_header_names_the_kernel():
    text = "---\njupyter:\n  jupytext: {formats: md}\n  kernelspec: {display_name: R 4, language: R, name: ir}\n---\n\n# T\n"
    provenance = read(
        Source("a.md", text.encode()), ReadOptions(provenance=Provenance(path="a.md"))
    ).document.meta.provenance
    assert (provenance.kernel, provenance.language) == ("R 4", "R")


def test_a_commented_header_on_top_of_a_percent_script_is_read():
    text = "# ---\n# title: Script\n# tags: [a]\n# jupyter:\n#   kernelspec:\n#     display_name: Python 3\n#     name: python3\n# ---\n\n# %%\nx = 1\n"
    meta = read(Source("a.py", text.encode()), ReadOptions()).document.meta
    assert (meta.title, meta.tags, meta.provenance.kernel) == ("Script", ("a",), "Python 3")
