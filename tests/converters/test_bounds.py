"""The limits on searches change nothing but the time: the same tokens with them and without, up to the limits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from converters import transforms, writers
from converters.model import Paragraph, Span, Table
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read
from converters.readers.bounds import MAX_ATTRIBUTES, MAX_INLINE, bounded
from converters.readers.dispatch import ask_by_character
from converters.readers.grammar import grammar
from converters.readers.html_pieces import html_pieces
from converters.readers.html_rows import MAX_AREA
from converters.readers.markdown import _ALL as ALL

PARTS = ["[", "]", "(b)", "(", ")", "!", "^", "[^a]", "{.c}", "{", "}", "`", "*", "$", "@a", ";", " ", "\n", "x"]
PARTS += ["<b>", "</b>", "http://a.b", "\\", "[x]", "[x](b)", "[x]{.c}", "^[n]", "~", "{{< br >}}", "<http://a>", ":"]


def parsers(flavor: str) -> tuple[MarkdownIt, MarkdownIt]:
    """The grammar as it is, and with its limits and the quick choice of rules."""
    plain, ours = grammar(flavor, ALL), grammar(flavor, ALL)
    bounded(ours)
    ask_by_character(ours)
    return plain, ours


def tokens(parser: MarkdownIt, text: str) -> list[Any]:
    references = {"X": {"href": "c", "title": ""}}
    found = parser.parse(text, {"references": references})
    return [(token.type, [(one.type, one.content, one.attrs) for one in token.children or ()]) for token in found]


@pytest.mark.parametrize("flavor", ["jupyter", "pandoc"])
def test_the_same_tokens(flavor: str) -> None:
    plain, ours = parsers(flavor)

    @given(st.lists(st.sampled_from(PARTS), max_size=24).map("".join))
    @example("[a [b](c) [d] e](f)")
    @example("![[[x](b)](b)](b)")
    @example("^[a [b] c]^[d")
    @example("http://a.b " + "x" * 3000 + " http://a.b http: <http://a>")
    @settings(max_examples=600, deadline=None, derandomize=True, database=None)
    def each(text: str) -> None:
        assert tokens(plain, text) == tokens(ours, text)

    each()


def converted(source: Source) -> tuple[Any, list[Any]]:
    made = transforms.apply(read(source, ReadOptions()), TransformOptions(target="confluence"), NoFiles())
    _, notes = writers.write(made.document, "confluence", WriteOptions())
    return made.document, [*made.notes, *notes]


def test_a_paragraph_beyond_the_limit_is_plain_text_and_told() -> None:
    text = "<b>a</b> " * (MAX_INLINE // 9 + 10)
    document, notes = converted(Source("a.md", f"# T\n\n{text}\n\n*b*\n".encode()))
    (note,) = [note for note in notes if note.code == "markdown.long"]
    assert str(note).startswith("a.md: a paragraph of 100,0")
    long, short = [block for block in document.blocks if isinstance(block, Paragraph)][-2:]
    assert [inline.text for inline in long.content] == [text.strip()]
    assert short.content[0].marks


def test_attributes_beyond_the_limit_are_text() -> None:
    for count, shown in ((3, False), (MAX_ATTRIBUTES, True)):
        document, _ = converted(Source("a.qmd", f"# T\n\n[x]{{{'.b ' * count}}} y\n".encode()))
        text = "".join(inline.text for inline in document.blocks[0].content if isinstance(inline, Span))
        assert (".b" in text) is shown


def test_spans_beyond_the_area_are_cut_and_told() -> None:
    row = "<tr><td rowspan=1000 colspan=1000>a</td></tr>"
    document, notes = converted(Source("a.md", f"# T\n\n<table>{row * 3}</table>\n".encode()))
    assert "table.area" in [note.code for note in notes]
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert max(cell.colspan * cell.rowspan for row in table.rows for cell in row.cells) <= MAX_AREA
    whole, notes = converted(Source("a.md", b"# T\n\n<table><tr><td colspan=3>a</td></tr></table>\n"))
    assert "table.area" not in [note.code for note in notes]
    assert whole.blocks[0].rows[0].cells[0].colspan == 3


def test_tags_that_never_end_are_text_after_some() -> None:
    few, many = (html_pieces("<b>" + "<a " * count + '" </b>') for count in (11, 1001))
    assert [piece.kind for piece in few] == ["html"]
    assert [(piece.kind, piece.text[:3]) for piece in many] == [("open", "b"), ("html", "<a ")]
    kinds = [(piece.kind, piece.text) for piece in html_pieces("</i><div><p>a</p></b>")]
    assert kinds == [("close", "i"), ("open", "div"), ("html", "<p>a</p>"), ("close", "b")]
