"""Markdown's containers in each other, before Atlassian's parser and schema: nothing lost, nothing that it refuses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from converters import transforms, writers
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read
from tests.judges.atlassian import StorageJudge, need_node_modules

pytestmark = pytest.mark.judge

CASES = {
    "code in a quote in a quote": "> > ```python\n> > code\n> > ```\n",
    "code in a quote in three": "> a\n>\n> > b\n> >\n> > > ```python\n> > > code\n> > > ```\n> c\n",
    "table in a quote in a quote": "> > | a |\n> > |--|\n> > | b |\n",
    "panel in a panel with a table": "::: {.callout-note}\n> [!WARNING]\n> | a |\n> |--|\n> | b |\n:::\n",
    "panel in a panel with code": "::: {.callout-note}\n> [!WARNING]\n> ```\n> b\n> ```\n:::\n",
    "tabs in a panel": "::: {.callout-note}\n::: {.panel-tabset}\n## One\n\na\n\n## Two\n\n| b |\n|--|\n| c |\n:::\n:::\n",
    "panels in a list in a panel": "::: {.callout-note}\n- a\n\n  > [!TIP]\n  > b\n\n  ::: {.callout-tip}\n  c\n  :::\n:::\n",
    "quote in a list in a quote": "> - a\n>\n>   > b\n>   > ```\n>   > c\n>   > ```\n",
    "table in a list in a list": "- a\n  - b\n\n    | c |\n    |--|\n    | d |\n  - e\n- f\n",
    "items of empty code": "- ```\n- ```\n  ```\n- a\n",
    "an item of an empty quote": "- >\n- > [!NOTE]\n",
    "empty code": "```python\n```\n\n> ```\n> ```\n\n::: {.callout-note}\n```\n```\n:::\n",
    "line break in emphasis": "*a<br>b* **c\\\nd** ~~e<br>f~~ `g` [h<br>i](https://example.org)\n",
    "line break in a heading": "## a<br>b\n\n- # c<br>d\n\n> ## e<br>f\n",
    "line break in a table's caption": "| a |\n|--|\n| b<br>*c<br>d* |\n\n: e<br>f\n",
    "line break in a caption": "```{=html}\n```\n\n::: {#fig-a}\na\n\nb<br>*c<br>d*\n:::\n",
    "line break in a title": "::: {.callout-note title='a<br>b'}\nc\n:::\n",
    "line break in a term": "a<br>b\n: c<br>d\n",
    "line break in a picture's caption": "![a<br>b](https://example.org/x.png)\n",
    "details in a quote in an item": "- > <details><summary>a</summary>\n  >\n  > b\n  >\n  > </details>\n",
}


@pytest.fixture(scope="module")
def judge() -> Iterator[StorageJudge]:
    need_node_modules()
    with StorageJudge() as process:
        yield process


@pytest.mark.parametrize("name", CASES)
def test_containers_in_each_other(judge: StorageJudge, name: str) -> None:
    made = transforms.apply(
        read(Source("a.qmd", f"# T\n\n{CASES[name]}".encode()), ReadOptions()),
        TransformOptions(target="confluence"),
        NoFiles(),
    )
    body = writers.write(made.document, "confluence", WriteOptions(flavor="cloud"))[0].body
    assert judge.judge(body).faults == [], body


@pytest.mark.parametrize(
    "text",
    [
        "[^1]:x$$\\\\$$<hr >",
        "- a\n  ```\n  b\n  ```\n  ***\n  c\n",
        "> ```\n> a\n> ```\n> ***\n> b\n",
        "> a\n>\n> ```\n> b\n> ```\n",
    ],
)
def test_code_in_quotations_and_beside_rules_keeps_its_text(judge: StorageJudge, text: str) -> None:
    """On Data Center too: such pages are moved to Cloud, by this parser."""
    made = transforms.apply(
        read(Source("a.Rmd", text.encode()), ReadOptions()), TransformOptions(target="confluence"), NoFiles()
    )
    for flavor in ("cloud", "datacenter"):
        body = writers.write(made.document, "confluence", WriteOptions(flavor=flavor))[0].body
        assert judge.judge(body).lost_text == [], body
