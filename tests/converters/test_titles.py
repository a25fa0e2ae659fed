"""What a document is called."""

from __future__ import annotations

import json

import pytest

from converters.build import text_of
from converters.model import Heading, ImageRef, Paragraph
from converters.options import ReadOptions, Source
from converters.readers import read

INTRO = "This notebook looks at how sensors drift between two calibrations of a station in winter."


def notebook(*cells):
    made = [
        {"cell_type": kind, "metadata": {}, "source": text, **({"outputs": [], "execution_count": None} if kind == "code" else {})}
        for kind, text in cells
    ]  # fmt: skip
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


def titled(path, data):
    document = read(Source(path, data), ReadOptions()).document
    return document.meta.title, [text_of(one.content) for one in document.blocks if isinstance(one, Heading)]


def test_one_heading_of_level_1_is_the_title_wherever_it_stands():
    found = titled("drift.ipynb", notebook(("markdown", INTRO), ("code", "x = 1"), ("markdown", "# Drift\n\n## Data")))
    assert found == ("Drift", ["Data"])


def test_the_first_of_several_is_the_title_at_the_top_and_below_code_or_a_byline():
    sections = ("markdown", "# Sensor drift"), ("markdown", "# Data"), ("markdown", "# Model")
    for above in ((), (("code", "import numpy"),), (("markdown", "*Ada Author, 3 May 2026, Lyon*"),)):
        assert titled("drift.ipynb", notebook(*above, *sections)) == ("Sensor drift", ["Data", "Model"])


@pytest.mark.parametrize(
    "above", [INTRO, "- one\n- two", "> Quoted.", "这本笔记本讨论冬季传感器在两次校准之间的漂移。"]
)
def test_the_first_of_several_below_text_is_a_section(above):
    cells = ("markdown", above), ("markdown", "# Background"), ("markdown", "# Data")
    assert titled("sensor_drift-2026.ipynb", notebook(*cells)) == ("Sensor drift 2026", ["Background", "Data"])
    text = f"{above}\n\n# Background\n\nText.\n\n# Data\n"
    assert titled("sensor_drift-2026.md", text.encode()) == ("Sensor drift 2026", ["Background", "Data"])


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("a/customer-churn/index.qmd", "Customer churn"),
        ("a/lab_notes/README.md", "Lab notes"),
        ("README.md", "README"),
        ("a/02_first-look.Rmd", "02 first look"),
    ],
)
def test_a_document_without_headings_is_called_by_its_file_or_folder(path, title):
    assert titled(path, b"Only text.\n") == (title, [])


def test_pictures_in_the_title_stay_on_the_page():
    text = b"# vetiver <a href='https://example.com/'><img src='logo.png' alt='its logo' height='139'></a>\n\nText.\n"
    document = read(Source("index.md", text), ReadOptions()).document
    first = document.blocks[0]
    assert document.meta.title == "vetiver"
    assert isinstance(first, Paragraph)
    assert [one.path for one in first.content if isinstance(one, ImageRef)] == ["logo.png"]
