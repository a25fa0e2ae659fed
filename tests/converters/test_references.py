"""Cross-references: numbers, words before captions, and where the links lead."""

import time

import pytest

from converters.build import plain, text_of
from converters.metadata import Metadata
from converters.model import (
    AnchorLink,
    Callout,
    Cell,
    Code,
    Columns,
    CrossRef,
    Document,
    Figure,
    Heading,
    Image,
    InlineMath,
    Math,
    PageLink,
    Paragraph,
    Row,
    Span,
    Table,
)
from converters.options import NoFiles, TransformOptions, WriteOptions
from converters.transforms import Context
from converters.transforms.elsewhere import _labels
from converters.transforms.references import references
from converters.walk import iter_blocks, iter_inlines
from converters.writers.confluence import write_confluence
from converters.writers.notion import write_notion


def made(*blocks):
    context = Context(options=TransformOptions(), files=NoFiles())
    return references(Document(Metadata(title="T"), blocks), context).blocks, [str(note.code) for note in context.notes]


def ref(label, **more):
    return Paragraph((CrossRef(label, **more),))


def shown(*blocks):
    """Captions, numbers and links in reading order."""
    found = []
    for block in iter_blocks(made(*blocks)[0]):
        if getattr(block, "caption", ()):
            found.append(text_of(block.caption))
        if isinstance(block, Math):
            found.append(f"({block.number})")
        if isinstance(block, Paragraph):
            found += [
                f"[{each.text}]<{each.href.anchor}>" if isinstance(each.href, AnchorLink) else each.text
                for each in block.content
            ]
    return found


def picture(label="", caption="c"):
    return Image(url="https://x.org/a.png", label=label, caption=plain(caption))


def test_kinds_are_counted_apart_in_document_order():
    assert shown(
        ref("fig-b"),
        picture("fig-a"),
        Table((), label="tbl-a", caption=plain("t")),
        picture("fig-b"),
        picture(caption="without label"),
        Code("x", label="lst-a", caption=plain("l")),
        Math("x", label="eq-a"),
        Math("y"),
    ) == ["[Figure 2]<fig-b>", "Figure 1: c", "Table 1: t", "Figure 2: c", "without label", "Listing 1: l", "(1)", "()"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "Figure 1"),
        ({"style": "number"}, "1"),
        ({"style": "number", "prefix": "Fig."}, "Fig. 1"),
        ({"prefix": "Abb."}, "Abb. 1"),
        ({"style": "title"}, "c"),
        ({"text": "see %s"}, "see 1"),
        ({"text": "{name} ({number})"}, "c (1)"),
        ({"text": "own words"}, "own words"),
    ],
)
def test_what_a_reference_shows(more, words):
    assert shown(picture("fig-a"), ref("fig-a", **more))[1] == f"[{words}]<fig-a>"


def test_headings_are_named_by_their_text_and_aliases():
    heading = Heading(2, plain("The  method"), "the-method", aliases=("how",))
    assert shown(heading, ref("how"), ref("The-Method", style="number"), ref("how", text="there")) == [
        "[The method]<the-method>",
        "[The method]<the-method>",
        "[there]<the-method>",
    ]


def test_a_label_without_prefix_is_numbered_when_asked_for():
    assert shown(picture("plot"), picture("other"), ref("plot")) == ["Figure 1: c", "c", "[Figure 1]<plot>"]
    assert shown(picture("plot"), ref("plot", text="words")) == ["c", "[words]<plot>"]


def test_parts_of_a_figure_are_lettered():
    figure = Figure((picture("fig-x"), picture("fig-y", "")), plain("both"), "fig-b")
    assert shown(picture("fig-a"), figure, ref("fig-y"), ref("fig-b"), picture("fig-c")) == [
        "Figure 1: c",
        "Figure 2: both",
        "(a) c",
        "(b)",
        "[Figure 2 (b)]<fig-y>",
        "[Figure 2]<fig-b>",
        "Figure 3: c",
    ]


def test_a_figure_of_one_picture_is_that_picture():
    (image, legend), _ = made(Figure((picture(caption=""), Paragraph(plain("legend"))), plain("c"), "fig-a"))
    assert (text_of(image.caption), image.label) == ("Figure 1: c", "fig-a")
    assert isinstance(legend, Paragraph)
    (table,), _ = made(Figure((Table(()),), plain("c"), kind="table"))
    assert text_of(table.caption) == "Table 1: c"


def test_theorems_carry_their_number_in_the_title():
    blocks, _ = made(
        Callout("note", (), plain("Line"), label="thm-a", theorem="thm"),
        Callout("note", (), theorem="exercise"),
        Callout("tip", (), plain("T"), label="tip-a", theorem="tip"),
        ref("thm-a"),
    )
    assert [text_of(block.title) for block in blocks[:3]] == ["Theorem 1 (Line)", "Exercise 1", "Tip 1: T"]
    assert text_of(blocks[3].content) == "Theorem 1"


def test_equations_of_several_rows_and_references_to_them():
    align = Math("\\begin{align}a \\label{eq:a}\\\\ b \\label{eq:b}\\end{align}")
    blocks, notes = made(
        Paragraph((InlineMath("\\eqref{eq:b}"), CrossRef("eq:t", text="(%s)"))), align, Math("z \\tag{*} \\label{eq:t}")
    )
    assert [each.text for each in iter_inlines(blocks)] == ["(2)", "(*)"]
    assert "\\tag{1}" in blocks[1].tex and "\\label" not in blocks[1].tex
    assert blocks[1].label == "eq:a"
    assert (blocks[2].tex, blocks[2].number) == ("z", "*")
    assert notes == []


def test_unknown_and_double_labels_are_told_once():
    blocks, notes = made(
        ref("fig-z", source="@fig-z"), ref("fig-z", text="words"), picture("fig-a"), picture("fig-a", "d"), ref("fig-a")
    )
    assert [each.text for each in iter_inlines(blocks) if isinstance(each, Span)] == [
        "?@fig-z?", "words", "Figure 1: c", "Figure 2: d", "Figure 1",
    ]  # fmt: skip
    assert notes == ["label.duplicate", "label.missing"]


def test_nothing_to_do_changes_nothing():
    document = Document(Metadata(title="T"), (Paragraph(plain("a")), Math("x"), Callout("tip", ())))
    context = Context(options=TransformOptions(), files=NoFiles())
    assert references(document, context) is document


PARTS = Figure((Columns(((picture("fig-x"),), (picture("fig-y", "d"),))),), plain("both"), "fig-b")


def body(*blocks):
    document = Document(Metadata(title="T"), made(*blocks)[0])
    return write_confluence(document, WriteOptions())[0].body


def test_confluence_has_an_anchor_where_a_link_leads_and_nowhere_else():
    things = (
        picture("fig-a"),
        Table((Row((Cell(plain("1")),)),), label="tbl-a", caption=plain("t")),
        Code("x", label="lst-a", caption=plain("l")),
        Callout("note", (Paragraph(plain("t")),), plain("Line"), label="thm-a", theorem="thm"),
        Math("x", label="eq-a"),
        Figure((picture(caption=""), picture(caption="")), plain("f"), "fig-f"),
    )
    labels = ["fig-a", "tbl-a", "lst-a", "thm-a", "eq-a", "fig-f"]
    linked = body(*things, *map(ref, labels))
    for label in labels:
        assert linked.count(f'<ac:parameter ac:name="">{label}</ac:parameter>') == 1, label
        assert linked.count(f'<ac:link ac:anchor="{label}">') == 1, label
    assert "anchor" not in body(*things)


def test_confluence_lays_out_the_parts_of_a_figure_side_by_side():
    page = body(PARTS, ref("fig-b"), ref("fig-x"))
    first, parts, last = page.split("<ac:layout-section ")[1:]
    assert first.startswith('ac:type="single"') and "fig-b" in first
    assert parts.startswith('ac:type="two_equal"') and "(a) c" in parts and "(b) d" in parts
    assert last.index("Figure 1: both") < last.index("Figure 1 (a)")


def test_notion_shows_parts_in_columns_and_links_stay_symbolic():
    document = Document(Metadata(title="T"), made(PARTS, ref("fig-x"))[0])
    columns, caption, text = write_notion(document, WriteOptions(flavor="notion"))[0].blocks
    assert columns["type"] == "column_list"
    assert caption["paragraph"]["rich_text"][0]["text"]["content"] == "Figure 1: both"
    assert text["paragraph"]["rich_text"][0]["text"] == {
        "content": "Figure 1 (a)",
        "link": {"url": "nbwiki:#fig-x"},
    }


BOOK = {
    "b.md": b"# B\n\n(sec-b)=\n## Section of B\n\n:::{figure} y.png\n:label: fig-b\nCap\n:::\n",
    "c.qmd": b"# Heading {#sec-c}\n\n![The cap](y.png){#fig-c}\n\n: Words {#tbl-c}\n",
    "d.ipynb": b'{"cells": [{"source": ["(sec-d)=\\n", "## In a notebook\\n"]}]}',
    "big.md": b"(sec-big)=\n# Big\n" + b"x" * 3_000_001,
}


class Book:
    def read(self, path):
        return BOOK[path]

    def exists(self, path):
        return path in BOOK


@pytest.mark.parametrize(
    ("reference", "words", "key"),
    [
        (CrossRef("sec-b"), "Section of B", "b.md"),
        (CrossRef("sec-b", text="own words"), "own words", "b.md"),
        (CrossRef("fig-b", text="Fig. %s"), "fig-b", "b.md"),
        (CrossRef("sec-c"), "Heading", "c.qmd"),
        (CrossRef("fig-c"), "The cap", "c.qmd"),
        (CrossRef("tbl-c"), "Words", "c.qmd"),
        (CrossRef("sec-d"), "In a notebook", "d.ipynb"),
    ],
)
def test_labels_of_other_reports(reference, words, key):
    options = TransformOptions(known={name: name for name in BOOK})
    context = Context(options=options, files=Book(), path="a.md")
    found = references(Document(Metadata(title="T"), (Paragraph((reference,)),)), context)
    assert found.blocks[0].content == (Span(words, href=PageLink(key, reference.label)),)
    assert context.notes == []


def test_files_are_looked_through_once_a_sync():
    class Counting(Book):
        count = 0

        def read(self, path):
            Counting.count += 1
            return super().read(path)

    known = {name: name for name in BOOK}
    for path in ("a.md", "b.md", "x/c.md"):
        context = Context(options=TransformOptions(known=known), files=Counting(), path=path)
        references(Document(Metadata(title="T"), (ref("nowhere"), ref("sec-b"))), context)
        assert [note.code for note in context.notes] == ["label.missing"] * (2 if path == "b.md" else 1)
    assert Counting.count == len(BOOK)


@pytest.mark.parametrize(
    "text", ["![a](" * 100_000, "![" * 300_000, "{#ab" * 100_000, "(ab)=\n" * 50_000, '"' * 500_000]
)
def test_odd_files_take_a_time_in_proportion(text):
    began = time.process_time()
    _labels(text)
    assert time.process_time() - began < 5


def test_files_that_are_too_large_are_not_looked_through():
    context = Context(options=TransformOptions(known={"big.md": "big.md"}), files=Book(), path="a.md")
    references(Document(Metadata(title="T"), (ref("sec-big"),)), context)
    assert [note.code for note in context.notes] == ["label.missing"]


@pytest.mark.parametrize(
    ("language", "shown"),
    [("de-AT", "Abbildung 1"), ("zh", "图 1"), ("no", "Figur 1"), ("xx", "Figure 1"), ("", "Figure 1")],
)
def test_words_in_the_language_of_the_document(language, shown):
    context = Context(options=TransformOptions(), files=NoFiles())
    blocks = (ref("fig-a"), Figure((), (), "fig-a"))
    found = references(Document(Metadata(title="T", language=language), blocks), context)
    assert text_of(found.blocks[0].content) == shown
    assert text_of(found.blocks[1].caption) == shown


def test_numbered_headings_are_named_by_their_number():
    context = Context(options=TransformOptions(), files=NoFiles(), heading_numbers={"two": "1.1"})
    blocks = (ref("two"), ref("two", text="Part {number}, {name}"), Heading(2, plain("1.1 Second"), "two"))
    found = references(Document(Metadata(title="T"), blocks), context)
    assert [text_of(block.content) for block in found.blocks[:2]] == ["Section 1.1", "Part 1.1, Second"]


@pytest.mark.parametrize("text", ["(aa)=\n" + " " * 200_000, "# " + " " * 200_000, "(aa)=\n# " + "\n" * 200_000])
def test_blanks_behind_a_label_take_a_time_in_proportion(text):
    began = time.process_time()
    _labels(text)
    assert time.process_time() - began < 2
