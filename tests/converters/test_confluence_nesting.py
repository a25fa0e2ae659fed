"""Containers in containers on Confluence Cloud: found by property tests and by fuzzing, judged by Atlassian's parser."""

from __future__ import annotations

import re

import pytest

from bridge.pipeline import RenderOptions, render
from converters.options import NoFiles, Source, TransformOptions
from tests.judges.atlassian import StorageJudge, need_node_modules

OPTIONS = RenderOptions(transform=TransformOptions(target="confluence", anatomy=False, attach_source=False))
CASES = {
    "# T\n\n> > ```python\n> > code\n> > ```\n": "<ac:structured-macro",
    "# T\n\n::: {.callout-note}\n> [!WARNING]\n> | a |\n> |--|\n> | b |\n:::\n": "<table>",
    "# T\n\n::: {.callout-note}\n> [!WARNING]\n> text\n:::\n": '<ac:structured-macro ac:name="info">',
    "# T\n\n- ```\n": "<ul><li><p></p></li></ul>",
    "# T\n\n- ```\n  x\n  ```\n": "<ul><li><ac:structured-macro",
    "# T\n\ntext\n\n```\n\x01\n```\n": "<p>text</p>",
}


def body(text: str) -> str:
    page = render(Source("a.md", text.encode()), OPTIONS, NoFiles())
    assert page.rendered, page.error
    return page.rendered.body


@pytest.mark.parametrize("text", CASES)
def test_what_a_container_cannot_hold_stands_beside_it(text: str) -> None:
    assert body(text).startswith(CASES[text])


def test_a_list_keeps_its_depth_up_to_what_it_cannot_hold() -> None:
    text = "1. a\n   - b\n     1. c\n\n        | t |\n        |---|\n        | u |\n\n     2. d\n   - e\n2. f\n"
    made = re.sub(r"<table>.*?</table>", "TABLE", body(text))
    assert made.startswith(
        "<ol><li><p>a</p><ul><li><p>b</p><ol><li><p>c</p></li></ol></li></ul></li></ol>TABLE"
        '<ol start="2"><li><p>d</p></li></ol><ul><li><p>e</p></li></ul><ol start="2"><li><p>f</p></li></ol>'
    )


def test_code_of_control_characters_alone_is_none() -> None:
    assert "CDATA" not in body("# T\n\ntext\n\n```\n\x01\n```\n")


@pytest.mark.judge
def test_the_editor_takes_them_all() -> None:
    need_node_modules()
    with StorageJudge() as judge:
        assert {text: faults for text in CASES if (faults := judge.judge(body(text)).faults)} == {}


def test_a_title_of_nothing_is_refused_with_the_name_of_the_file() -> None:
    refused = render(Source("odd.md", b'---\ntitle: "\\ud800"\n---\n\ntext\n'), OPTIONS, NoFiles())
    assert refused.error.startswith("odd.md: the report has no title; give it one")


def test_a_cell_whose_source_is_no_text_is_read() -> None:
    notebook = b'{"cells": [{"cell_type": "code", "source": true}, {"cell_type": "code", "source": 5}], "nbformat": 4}'
    page = render(Source("a.ipynb", notebook), OPTIONS, NoFiles())
    assert page.rendered is not None, page.error
