"""Notebooks written for Quarto: their text is pandoc's Markdown, their outputs take part in numbering."""

import json

import pytest

from converters.build import text_of
from converters.model import Figure, Image, Table
from converters.options import NoFiles, ReadOptions, Source, TransformOptions
from converters.readers import read
from converters.readers.quarto_cells import is_for_quarto
from converters.transforms import apply
from converters.walk import iter_blocks, iter_inlines

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def text(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source, *kinds):
    data = {"png": {"image/png": PNG}, "html": {"text/html": "<table><tr><td>1</td></tr></table>"}}
    outputs = [{"output_type": "display_data", "metadata": {}, "data": data[kind]} for kind in kinds]
    return {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": source, "outputs": outputs}


def page(*cells):
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": list(cells)}
    found = read(Source("x.ipynb", json.dumps(notebook).encode()), ReadOptions())
    done = apply(found, TransformOptions(anatomy=False), NoFiles())
    return done.document.blocks, [note.code for note in done.notes]


def test_outputs_are_numbered_with_the_pictures_of_the_text():
    blocks, notes = page(
        text("See @fig-b and @tbl-a, @fig-p-2.\n\n![A *a*](https://x.org/a.png){#fig-a}"),
        code('#| label: fig-b\n#| fig-cap: "*B* of @fig-a"\nplot()', "png"),
        code('#| label: tbl-a\n#| tbl-cap: "T"\ntable()', "html"),
        code("#| label: fig-p\n#| fig-cap: Both\n#| fig-subcap: [One, Two]\n#| layout-ncol: 2\nplot()", "png", "png"),
    )
    assert [each.text for each in iter_inlines(blocks[:1]) if each.href] == ["Figure 2", "Table 1", "Figure 3 (b)"]
    captions = [text_of(each.caption) for each in iter_blocks(blocks) if isinstance(each, Image | Table | Figure)]
    assert captions == [
        "Figure 1: A a",
        "Figure 2: B of Figure 1",
        "Table 1: T",
        "Figure 3: Both",
        "(a) One",
        "(b) Two",
    ]
    assert notes == []


@pytest.mark.parametrize(
    ("cell", "quarto"),
    [
        (text("see @fig-a"), True),
        (text("## A {#sec-a}"), True),
        (text("::: {.callout-note}\nx\n:::"), True),
        (text("{{< include a.qmd >}}"), True),
        (code("#| fig-cap: x\nplot()"), True),
        (text("mail a@fig-tree.org, `@fig-a`, {x}, ::: note"), False),
        (code("# {#sec-a}"), False),
        ({"cell_type": "markdown", "source": 3}, False),
    ],
)
def test_only_quartos_own_syntax_tells(cell, quarto):
    assert is_for_quarto([cell]) is quarto
