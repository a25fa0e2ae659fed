"""Nothing is lost without a note: odd content in odd places, each with what the reader sees and what the author is told."""

import json

import pytest

from bridge.pipeline import RenderOptions, render
from converters import model as m
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read
from converters.walk import iter_blocks, iter_inlines


def made(text, path="x.md"):
    """Words on the page, addresses that they lead to, and the notes' codes."""
    found = read(Source(path, f"# T\n\n{text}\n".encode()), ReadOptions())
    blocks = found.document.blocks
    inlines = list(iter_inlines(blocks))
    words = " ".join(getattr(each, "text", "") or getattr(each, "tex", "") for each in (*inlines, *iter_blocks(blocks)))
    links = {each.href for each in inlines if isinstance(each, m.Span) and each.href}
    return words, links, [note.code for note in found.notes]


FRAME = '<iframe src="https://www.youtube.com/embed/abc" title="The talk"></iframe>'


@pytest.mark.parametrize(
    "place", ["## See {}", "| a |\n|---|\n| {} |", "<h2>See {}</h2>", "<details><summary>{}</summary>x</details>"]
)
def test_a_frame_in_one_line_is_a_link_with_a_note(place):
    words, links, codes = made(place.format(FRAME))
    assert "The talk" in words and "https://www.youtube.com/embed/abc" in links and codes == ["embed.line"]


@pytest.mark.parametrize("place", ["## See {}", "| a |\n|---|\n| {} |"])
def test_so_is_a_video_of_quarto(place):
    _, links, codes = made(place.format("{{< video https://youtu.be/abc >}}"), "x.qmd")
    assert links == {"https://youtu.be/abc"} and codes == ["embed.line"]


def test_blocks_in_a_heading_keep_their_words_apart():
    words, _, _ = made("<h2>Steps <ul><li>one</li><li>two</li></ul><pre>code()</pre></h2>")
    assert {"Steps", "one", "two", "code()"} <= set(words.split())


LONG = (
    r"\begin{longtable}{ll}\hline HEADA & HEADB \\ \endfirsthead \hline HEADA & HEADB \\ \endhead ENDA & ENDB \\ \endfoot"
    r" c1 & c2 \\ \end{longtable}"
)
ARRAY = r"$$\begin{array}{cc}\multicolumn{2}{c}{SPANNED} \\ a & b\end{array}$$"


@pytest.mark.parametrize("target", ["confluence", "notion"])
@pytest.mark.parametrize("place", ["text", "output"])
@pytest.mark.parametrize("tex", [LONG, ARRAY])
def test_latex_that_no_wiki_can_set_is_its_source_with_one_note(tex, place, target):
    output = {"output_type": "display_data", "data": {"text/latex": tex}, "metadata": {}}
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [output], "execution_count": 1}
    text = {"cell_type": "markdown", "source": tex, "metadata": {}}
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [text if place == "text" else cell]}
    options = RenderOptions(
        transform=TransformOptions(target=target, anatomy=False, attach_source=False),
        write=WriteOptions(flavor="notion" if target == "notion" else "cloud"),
    )
    done = render(Source("x.ipynb", json.dumps(notebook).encode()), options, NoFiles())
    page = done.rendered.body if target == "confluence" else str(done.rendered.blocks)
    assert len(done.notes) == 1
    assert all(
        word in page for word in (["SPANNED"] if tex is ARRAY else ["HEADA", "HEADB", "ENDA", "ENDB", "c1", "c2"])
    )


@pytest.mark.parametrize(
    ("chunk", "words", "code"),
    [
        ("```{r file='a.R'}\n```", "a.R", "chunk.code"),
        ("```{r}\n#| code: !expr readLines('a.R')\n```", "readLines", "chunk.code"),
        ("```{r ref.label='other'}\n```", "other", "chunk.code"),
        ("```{r child=paste0(folder, name)}\n```", "child document", "chunk.child"),
    ],
)
def test_a_chunk_whose_code_stands_elsewhere_says_so(chunk, words, code):
    shown, _, codes = made(chunk, "x.Rmd")
    assert words in shown and codes == [code]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("::: {.hidden}\nWords.\n:::", "dropped", False),
        ('::: {.content-visible when-meta="draft"}\nWords.\n:::', "info", True),
        ('::: {.content-visible when-profile="advanced"}\nWords.\n:::', "info", True),
        ("```{only} latex\nWords.\n```", "dropped", False),
    ],
)
def test_what_is_there_under_a_condition_is_told_once(text, kind, shown):
    found = read(Source("x.md" if "only" in text else "x.qmd", f"# T\n\n{text}\n\n{text}\n".encode()), ReadOptions())
    assert [(note.kind, note.code) for note in found.notes] == [(kind, "div.format")]
    assert (
        any(isinstance(each, m.Span) and each.text == "Words." for each in iter_inlines(found.document.blocks)) is shown
    )


def test_a_picture_that_may_not_be_shown_leaves_its_description():
    words, _, codes = made("```{image} file:///etc/x.png\n:alt: The plan\n```")
    assert "The plan" in words and codes == ["image.address"]
