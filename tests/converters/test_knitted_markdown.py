"""Markdown that programs made of notebooks: knitr's, nbconvert's, Quarto's, pandoc's."""

from __future__ import annotations

import json

import pytest

from converters.build import text_of
from converters.model import (
    Callout,
    Code,
    Footnotes,
    Heading,
    Output,
    Paragraph,
    Table,
    Tabs,
)
from converters.readers.paged_tables import unpaged
from tests.converters.test_knitted import PAGED, every, opened, paragraphs

GITHUB = f"""Cars
================

``` r
summary(cars)
```

    ##      speed
    ##  Min.   : 4.0

``` r
plot(cars)
```

![](cars_files/figure-gfm/p-1.png)<!-- -->

{PAGED}

A listing:

    not output

``` bash
ls
```
"""


def test_markdown_of_knitr() -> None:
    document = opened(GITHUB, "cars.md").document
    assert [(one.text, one.role) for one in every(document, Code)] == [
        ("summary(cars)", "input"),
        ("plot(cars)", "input"),
        ("not output", "source"),
        ("ls", "source"),
    ]
    assert [one.forms[0].text for one in every(document, Output)] == ["     speed\n Min.   : 4.0"]
    (table,) = every(document, Table)
    assert [[text_of(cell.content) for cell in row.cells] for row in table.rows] == [
        ["", "dist<x>"],
        ["first", "2"],
        ["second", "10"],
    ]


def test_markdown_of_nbconvert() -> None:
    text = "# T\n\n```python\nx\n```\n\n    1\n\n```python\nplot()\n```\n\n![png](t_files/t_1_0.png)\n"
    document = opened(text, "t.md").document
    assert [one.role for one in every(document, Code)] == ["input", "input"]
    assert [one.forms[0].text for one in every(document, Output)] == ["1"]


@pytest.mark.parametrize(
    "text", ["# T\n\n```python\nx\n```\n\n    1\n", "# T\n\n## A heading\n\n```r\nx\n```\n\n```\nplain\n```\n"]
)
def test_other_markdown_stays_as_it_is(text: str) -> None:
    document = opened(text, "t.md").document
    assert {one.role for one in every(document, Code)} == {"source"}
    assert not every(document, Output)


@pytest.mark.parametrize(
    "text",
    [
        "<html><head>mathjax</head><body><p>" + "\\begin{align} \\( $a " * 10_000 + "</p></body></html>",
        "<html><body>" + '<div class="jp-Cell jp-CodeCell">' * 1500 + "</body></html>",
        "<div data-pagedtable><script data-pagedtable-source>" * 5000,
        "<html><head>htmlwidgets" + "<script>" * 20_000 + '</head><body><div class="html-widget"></div>x</body></html>',
        "<!-- rnb-output-begin -->" * 20_000 + '<div id="rmd-source-code">YQ==</div>',
    ],
)
def test_marks_that_never_close_cost_little(text: str) -> None:
    import time

    from converters.errors import ConversionError

    start = time.process_time()
    try:
        opened(text, "x.html")
    except ConversionError as error:
        assert "\n" not in str(error)
    assert time.process_time() - start < 10, "seconds of this machine; quadratic ones took 20 to 100"


def test_markdown_that_quarto_kept() -> None:
    text = (
        "---\ntitle: Keep\n---\n\nWords.\n\n::: {#fig-x .cell execution_count=1}\n``` {.python .cell-code}\nx = 1\n```\n\n"
        "::: {.cell-output .cell-output-stdout}\n```\n:::\n```\n:::\n\n"
        "::: {.cell-output .cell-output-stderr}\n```\ncareful\n```\n:::\n\n"
        "::: {.cell-output-display}\n![A line](keep_files/x.png){width=672}\n:::\n:::\n\n"
        "More.\n\n::: {.callout-note}\nMind.\n:::\n"
    )
    document = opened(text, "keep.md").document
    assert document.title == "Keep"
    assert [(one.text, one.language, one.role) for one in every(document, Code)] == [("x = 1", "python", "input")]
    assert [one.forms[0].text.strip() for one in every(document, Output)][:2] == [":::", "careful"]
    figure = every(document, Output)[2]
    assert (figure.forms[0].mime, figure.label) == ("text/markdown", "fig-x")
    assert paragraphs(document)[:2] == ["Words.", "More."]
    assert len(every(document, Callout)) == 1


def test_a_notebook_as_markdown_of_pandoc() -> None:
    text = (
        "---\njupyter:\n  jupytext:\n    text_representation: {extension: .md, format_name: pandoc}\n---\n\n"
        "::: {#a .cell .markdown}\n# Title\n\nWords.\n:::\n\n"
        '::: {#b .cell .code execution_count="1" tags="[\\"hide-input\\"]"}\n``` python\nx = 1\n```\n\n'
        "::: {.output .stream .stdout}\n    printed\n      more\n:::\n:::\n"
    )
    document = opened(text, "a.pandoc.md").document
    assert (document.title, paragraphs(document)) == ("Title", ["Words."])
    assert [(one.text, one.role, one.visibility) for one in every(document, Code)] == [("x = 1", "input", "fold")]
    assert [one.forms[0].text for one in every(document, Output)] == ["printed\n  more\n"]


def test_markdown_that_knitr_made_of_r_markdown_is_still_pandocs() -> None:
    text = (
        "---\ntitle: T\noutput:\n  html_document:\n    toc: true\n---\n\n## Tabs {.tabset}\n\n### A\n\n"
        "```r\n1\n```\n\n```\n## [1] 1\n```\n\n## {-}\n\nEnd^[Note.]\n"
    )
    document = opened(text, "x.md").document
    heading, tabs, _end, notes = document.blocks
    assert isinstance(heading, Heading)
    assert isinstance(tabs, Tabs)
    code, output = tabs.tabs[0].blocks
    assert isinstance(code, Code)
    assert isinstance(output, Output)
    assert (code.role, output.forms[0].text) == ("input", "[1] 1")
    assert isinstance(notes, Footnotes)


@pytest.mark.parametrize("header", ["title: T", "output: data.csv", "output: pdf", "output: {file: a}", "output: 3"])
def test_markdown_of_other_tools_is_not(header: str) -> None:
    document = opened(f"---\n{header}\n---\n\nText^[Note.]\n", "x.md").document
    assert [type(block) for block in document.blocks] == [Paragraph]


def test_a_paged_table_of_gaps_takes_no_memory() -> None:
    columns = [{"label": ["a"], "name": [at], "type": ["int"], "align": ["right"]} for at in range(20_000)]
    gaps = json.dumps({"columns": columns, "data": [{}] * 200_000})
    script = (
        f'<div data-pagedtable="false"><script data-pagedtable-source type="application/json">{gaps}</script></div>'
    )
    assert unpaged(script) == script
