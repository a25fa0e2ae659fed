"""Any document becomes a page that the wikis accept, the same each time, with each loss told at its place."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters.model import Rendered
from converters.options import Source
from tests.judges import pages, words
from tests.property import htmls, markdowns, notebooks, texts
from tests.property.convert import PLACELESS, check, refused_by_vendors

OURS = re.compile("[a-jäßñ]+zz")
"""A word of ``texts.word``, wherever a mark may cut it from its neighbours."""

FIXED = settings.get_profile("fixed")


def markdown(text: str, name: str = "a.md") -> Source:
    return Source(name, text.encode())


def notebook(*cells: Any, **more: Any) -> Source:
    return Source("a.ipynb", notebooks.packed(notebooks.of(*cells, **more)))


def run(strategy: st.SearchStrategy[Source], examples: int, *, extra: Any = None) -> None:
    """All properties for so many documents; the vendors judge 30 of the pages together at the end (the fuzzer: all)."""
    seen: list[tuple[bytes, Rendered]] = []

    @given(strategy)
    @settings(FIXED, max_examples=examples)
    def each(source: Source) -> None:
        made = check(source)
        if extra is not None:
            extra(source, made)
        seen.extend((source.data, page) for page in made)

    each()
    assert len(seen) > examples // 4
    assert refused_by_vendors(seen[:: max(1, len(seen) // 30)]) == []
    assert set() == PLACELESS, "notes without a place"


def all_words_are_there(source: Source, made: list[Rendered]) -> None:
    """Each word of ours is shown as often as it was written."""
    wanted = Counter(OURS.findall(source.data.decode()))
    for page in made:
        shown = Counter(OURS.findall(" ".join(pages.shown_words(page).elements())))
        assert words.lost(wanted, shown) == Counter(), page.target


@pytest.mark.judge
def test_markdown_of_constructs_keeps_every_word() -> None:
    run(markdowns.document.map(markdown), 60, extra=all_words_are_there)


@pytest.mark.judge
@pytest.mark.parametrize("name", ["a.md", "a.qmd", "a.Rmd"])
def test_broken_markdown(name: str) -> None:
    run((markdowns.broken | texts.file_text).map(lambda text: markdown(text, name)), 40)


@pytest.mark.judge
def test_mime_bundles() -> None:
    outputs = st.lists(notebooks.output, min_size=1, max_size=2)
    cell = {"cell_type": "code", "source": "x", "metadata": {}, "execution_count": 1}
    run(outputs.map(lambda given: notebook({**cell, "outputs": given})), 80)


@pytest.mark.judge
def test_notebooks() -> None:
    run(notebooks.notebook.map(lambda given: Source("a.ipynb", notebooks.packed(given))), 60)


@pytest.mark.judge
def test_html_fragments() -> None:
    output = {"output_type": "display_data", "metadata": {}}
    cell = {"cell_type": "code", "source": "x", "metadata": {}, "execution_count": 1}
    fragments = htmls.fragment | htmls.table
    run(
        st.one_of(
            fragments.map(markdown),
            fragments.map(lambda text: notebook({**cell, "outputs": [{**output, "data": {"text/html": text}}]})),
        ),
        80,
    )


@pytest.mark.judge
@pytest.mark.parametrize("name", ["a.md", "a.qmd", "a.Rmd"])
def test_headers(name: str) -> None:
    run(notebooks.header.map(lambda text: markdown(texts.encodable(f"---\n{text}\n---\n\n# Head\n\ntext\n"), name)), 30)


@pytest.mark.judge
def test_equations() -> None:
    shapes = st.sampled_from(
        [
            "text ${}$ text",
            "$$\n{}\n$$",
            "$$ {} $$ {{#eq-a}}",
            "\\begin{{align}}\n{}\n\\end{{align}}",
            "| a |\n|---|\n| ${}$ |",
        ]
    )
    run(st.builds(lambda shape, tex: markdown(texts.encodable(shape.format(tex))), shapes, texts.tex), 60)


def test_bytes_of_any_kind() -> None:
    @given(
        st.binary(max_size=300) | st.text(max_size=60).map(lambda text: text.encode("utf-16")),
        st.sampled_from(["md", "ipynb", "Rmd", "qmd"]),
    )
    @settings(FIXED, max_examples=100)
    def each(data: bytes, suffix: str) -> None:
        check(Source(f"a.{suffix}", data), flavors=("cloud",))

    each()
