"""Titles, subtitles and summaries of a header: what Markdown means in them, and links that lead to the title."""

import json

import pytest

from converters import model as m
from converters import transforms
from converters.build import text_of
from converters.options import NoFiles, ReadOptions, Source, TransformOptions
from converters.readers import read


def made(text, path="a.qmd", **options):
    found = read(Source(path, text.encode()), ReadOptions())
    return transforms.apply(found, TransformOptions(target="confluence", attach_source=False, **options), NoFiles())


@pytest.mark.parametrize(
    ("path", "written", "shown"),
    [
        ("a.qmd", "A *study* of `x` and $n$", "A study of x and n"),
        ("a.Rmd", "Results -- part_two", "Results – part_two"),
        ("a.qmd", "snake_case 5 * 3", "snake_case 5 * 3"),
        ("a.qmd", "- a list", "- a list"),
        ("a.md", "Plain *files* keep theirs", "Plain *files* keep theirs"),
    ],
)
def test_titles(path, written, shown):
    assert made(f"---\ntitle: '{written}'\n---\n\nText.\n", path).document.title == shown


def test_subtitles_and_summaries():
    text = "---\ntitle: T\nsubtitle: A *sub* title\ntldr: With $x^2$ and **bold**\n---\n\nText.\n"
    page = made(text)
    subtitle, summary = page.document.blocks[:2]
    assert [(s.text, sorted(s.marks)) for s in subtitle.content] == [("A ", ["em"]), ("sub", []), (" title", ["em"])]
    equation = next(each for each in summary.blocks[0].content if isinstance(each, m.InlineMath))
    assert equation.asset in page.document.assets
    assert page.notes == []
    assert page.document.meta.summary == "With x^2 and bold"


@pytest.mark.parametrize("anchor", ["churn-in-2024", "Churn-in-2024", "top"])
def test_links_to_the_title_lead_to_the_top(anchor):
    page = made(f"# Churn in 2024\n\nText.\n\n[up](#{anchor}) [gone](#nowhere)\n", "a.md", anatomy=False)
    first, last = page.document.blocks
    assert first.content == (m.Anchor("top-of-page"), m.Span("Text."))
    assert last.content[0] == m.Span("up", href=m.AnchorLink("top-of-page"))
    assert text_of(last.content) == "up gone"
    assert [note.code for note in page.notes] == ["link.anchor"]


def test_layout_of_printed_pages_in_raw_cells_is_left_out():
    cells = [
        {"cell_type": "raw", "metadata": {"format": "text/latex"}, "source": "\\newpage\n\\vspace{1cm}"},
        {"cell_type": "raw", "metadata": {"format": "text/latex"}, "source": "\\textbf{words}"},
    ]
    page = made(
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}), "a.ipynb", anatomy=False
    )
    assert [block.text for block in page.document.blocks] == ["\\textbf{words}"]
