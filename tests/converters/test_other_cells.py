"""Quarto's ``{{< embed notebook.ipynb#label >}}``: the outputs of that cell stand in the page."""

import json

import pytest

from converters import model as m
from converters.metadata import Metadata
from converters.options import ReadOptions, Source, TransformOptions
from converters.readers import read
from converters.transforms import apply
from converters.walk import iter_blocks, iter_inlines
from tests.converters.test_embeds import Folder

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="


def cell(source, *outputs, **metadata):
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": list(outputs), "execution_count": 1}


def text(words):
    return {"output_type": "execute_result", "data": {"text/plain": words}, "metadata": {}, "execution_count": 1}


NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
    "cells": [
        {"cell_type": "markdown", "source": "# Penguins", "metadata": {}},
        cell(
            ["#| label: fig-bill\n", "#| fig-cap: Bills\n", "plot()"],
            {"output_type": "display_data", "data": {"image/png": PICTURE, "text/plain": "<Figure>"}, "metadata": {}},
        ),
        {**cell("1 + 1", text("two")), "id": "sum"},
        cell("2", text("tagged"), tags=["mine"]),
        cell("3", text("tagged too"), tags=["mine"]),
        cell("#| label: unrun\n4"),
    ],
}


def page(shortcode, path="reports/page.qmd", known=None, **files):
    files = files or {"data__nb_ipynb": json.dumps(NOTEBOOK).encode()}
    folder = Folder(**files)
    source = Source(path, f"---\ntitle: T\n---\n\nBefore.\n\n{shortcode}\n\nSee @fig-bill.\n".encode())
    options = TransformOptions(anatomy=False, attach_source=False, known=known or {})
    found = apply(read(source, ReadOptions()), options, folder)
    return found.document, [note.code for note in found.notes], folder


def words(document):
    return " ".join(
        getattr(inline, "text", "")
        for block in iter_blocks(document.blocks)
        for inline in getattr(block, "content", ())
        if isinstance(inline, m.Span)
    ) + " ".join(block.text for block in iter_blocks(document.blocks) if isinstance(block, m.Code))


def test_a_figure_by_its_label_is_the_pages_own():
    document, notes, _ = page("{{< embed ../data/nb.ipynb#fig-bill >}}")
    (figure,) = [block for block in iter_blocks(document.blocks) if isinstance(block, m.Figure | m.Image)]
    assert figure.asset in document.assets or figure.blocks[0].asset in document.assets
    assert "Bills" in "".join(inline.text for inline in figure.caption) and "plot()" not in words(document)
    assert "Figure 1" in words(document) and notes == []


@pytest.mark.parametrize(
    ("names", "shown"),
    [("sum", ["two"]), ("mine", ["tagged", "tagged too"]), ("sum,mine", ["two", "tagged", "tagged too"])],
)
def test_cells_by_id_and_by_tag(names, shown):
    document, notes, _ = page(f"{{{{< embed /data/nb.ipynb#{names} >}}}}")
    assert all(word in words(document) for word in shown) and "1 + 1" not in words(document)
    assert notes == ["label.missing"]  # @fig-bill, which is not among them


def test_echo_shows_the_code_too():
    document, _, _ = page("{{< embed ../data/nb.ipynb#sum echo=true >}}")
    assert "1 + 1" in words(document) and "two" in words(document)


def test_the_source_is_named_where_it_is_a_report():
    document, notes, _ = page("{{< embed ../data/nb.ipynb#fig-bill >}}", known={"data/nb.ipynb": "k1", "b.md": "k2"})
    assert "Source: " in words(document) and "nb.ipynb" in words(document) and notes == []


@pytest.mark.parametrize(
    ("shortcode", "code"),
    [
        ("{{< embed ../data/nb.ipynb#gone >}}", "embed.label"),
        ("{{< embed ../data/nb.ipynb#unrun >}}", "embed.empty"),
        ("{{< embed ../data/other.ipynb#x >}}", "embed.missing"),
        ("{{< embed ../../data/nb.ipynb#sum >}}", "embed.outside"),
        ("{{< embed ../data/nb.ipynb >}}", "shortcode.embed"),
        ("{{< embed ../data/nb.qmd#fig-bill >}}", "shortcode.embed"),
    ],
)
def test_what_cannot_be_had_is_a_link_and_one_note(shortcode, code):
    document, notes, folder = page(shortcode)
    assert notes.count(code) == 1 and [note for note in notes if note.startswith(("embed", "shortcode"))] == [code]
    assert "data/" in words(document)
    assert not any(path.startswith("..") for path in folder.asked)


def test_a_notebook_that_is_none_is_told():
    document, notes, _ = page("{{< embed ../data/nb.ipynb#x >}}", data__nb_ipynb=b"[1]")
    assert "embed.unreadable" in notes and "nb.ipynb" in words(document)


def test_a_notebook_does_not_embed_itself():
    own = {
        **NOTEBOOK,
        "cells": [*NOTEBOOK["cells"], {"cell_type": "markdown", "source": "{{< embed n.ipynb#sum >}}", "metadata": {}}],
    }
    data = json.dumps(own).encode()
    found = apply(read(Source("n.ipynb", data), ReadOptions()), TransformOptions(anatomy=False), Folder(n_ipynb=data))
    assert [note.code for note in found.notes] == ["embed.loop"]


def test_a_notebook_is_read_once_and_so_are_many_places_bounded():
    document, notes, folder = page("{{< embed ../data/nb.ipynb#sum >}}\n\n" * 202)
    assert folder.asked.count("data/nb.ipynb") == 1
    assert words(document).count("two") == 200 and notes.count("shortcode.embed") == 2


@pytest.mark.parametrize(
    "place",
    [
        "- {}",
        "- one\n\n  {}\n\n- two",
        "x[^1]\n\n[^1]: {}",
        "Term\n:   {}",
        "> {}",
        "**{}**",
        "::: callout-note\n{}\n:::",
    ],
)
def test_wherever_blocks_may_stand_outputs_do(place):
    document, codes, _ = page(place.format("{{< embed ../data/nb.ipynb#sum >}}"))
    assert "two" in words(document) and not [code for code in codes if code.startswith("embed")]
    assert not any(isinstance(block, m.Output) and block.forms for block in iter_blocks(document.blocks))


LINES = ["## Of {}", "| a |\n|---|\n| {} |", "| a |\n|---|\n| <b>b</b> {} |", "Term {}\n:   What it means"]


@pytest.mark.parametrize("place", LINES)
def test_where_one_line_may_stand_it_is_a_link_and_one_note_says_what_to_do(place):
    document, codes, _ = page(place.format("{{< embed ../data/nb.ipynb#sum >}}"))
    assert "../data/nb.ipynb (sum)" in [one.text for one in iter_inlines(document.blocks) if isinstance(one, m.Span)]
    assert codes.count("shortcode.embed") == 1


@pytest.mark.parametrize("place", LINES)
def test_so_is_what_the_page_shows_twice(place):
    text = "(par)=\nThe paragraph.\n\n" + place.format("![](#par)")
    found = read(Source("x.md", f"# T\n\n{text}\n".encode()), ReadOptions())
    assert [one.label for one in iter_inlines(found.document.blocks) if isinstance(one, m.CrossRef)] == ["par"]
    (note,) = found.notes
    assert note.code == "embed.line" and "paragraph of its own" in note.text


def closed_notebook(how, **said):
    """The notebook with what it says of its readers, in its metadata or in its first cell."""
    if how == "metadata":
        return {**NOTEBOOK, "metadata": {**NOTEBOOK["metadata"], **said}}
    text = f"---\n{json.dumps(said)}\n---\n"
    kind = "raw" if how == "raw cell" else "markdown"
    return {**NOTEBOOK, "cells": [{"cell_type": kind, "source": text, "metadata": {}}, *NOTEBOOK["cells"]]}


def shown_to(ours, notebook, beside=None):
    """Whether a page with this header shows the notebook's cell, its notes, its words."""
    text = f"---\n{json.dumps({'title': 'T', **ours})}\n---\n\n{{{{< embed nb.ipynb#sum echo=true >}}}}\n"
    options = TransformOptions(
        anatomy=False, attach_source=False, beside=beside or {}, known={"nb.ipynb": "k", "x": "y"}
    )
    files = Folder(nb_ipynb=json.dumps(notebook).encode())
    found = apply(read(Source("page.qmd", text.encode()), ReadOptions()), options, files)
    return "two" in words(found.document), [(note.kind, note.code) for note in found.notes], words(found.document)


ALLOWED = {"visibility": "restricted", "allow": ["ann", "team"]}


@pytest.mark.parametrize("how", ["metadata", "raw cell", "Markdown cell"])
@pytest.mark.parametrize("said", [{"visibility": "private"}, ALLOWED, {"private": True, "allowed_groups": ["team"]}])
def test_cells_that_not_all_readers_may_see_are_left_out(how, said):
    shown, notes, text = shown_to({}, closed_notebook(how, **said))
    assert not shown and "1 + 1" not in text and "[nb.ipynb: only some people may read this]" in text
    assert notes == [("security", "embed.closed")]


@pytest.mark.parametrize(
    ("ours", "shown"),
    [
        ({"visibility": "restricted", "allow": ["ann"]}, True),
        ({"visibility": "private"}, True),
        (ALLOWED, True),
        ({"visibility": "restricted", "allow": ["ann", "bob"]}, False),
        ({"visibility": "public", "allow": ["ann"]}, False),
    ],
)
def test_a_page_for_some_of_the_same_readers_shows_them(ours, shown):
    assert shown_to(ours, closed_notebook("metadata", **ALLOWED))[0] is shown


def test_files_beside_the_notebook_and_the_configuration_count():
    some, none = Metadata(visibility="restricted", allow=("ann",)), Metadata(visibility="private")
    assert shown_to({}, NOTEBOOK)[0]
    assert not shown_to({}, NOTEBOOK, {"nb.ipynb": some})[0]
    assert not shown_to({"visibility": "public"}, NOTEBOOK, {"": none})[0]
    opened = closed_notebook("metadata", visibility="public")
    assert shown_to({}, opened, {"nb.ipynb": some, "": none})[0]  # its own word is the nearest


@pytest.mark.parametrize("header", ["title: O", "visibility: private", "private: true"])
@pytest.mark.parametrize("kind", ["qmd", "ipynb"])
def test_headings_of_a_report_for_some_are_not_told_on_pages_for_all(header, kind):
    heading = "# Lay-offs in May {#sec-plan}"
    notebook = {
        **NOTEBOOK,
        "cells": [{"cell_type": "markdown", "source": ["---\n", f"{header}\n", "---\n", heading], "metadata": {}}],
    }
    other = f"---\n{header}\n---\n\n{heading}\n" if kind == "qmd" else json.dumps(notebook, indent=1)
    files = Folder(**{f"other_{kind}": other.encode()})
    options = TransformOptions(anatomy=False, attach_source=False, known={f"other.{kind}": "k", "page.qmd": "p"})
    found = apply(read(Source("page.qmd", b"See @sec-plan."), ReadOptions()), options, files)
    assert any(isinstance(each.href, m.PageLink) for each in iter_inlines(found.document.blocks))
    assert ("Lay-offs" in words(found.document)) is (header == "title: O")


FIGURE = "# O\n\n```{figure} a.png\n:label: drawn\nThe caption\n```\n"


@pytest.mark.parametrize("text", ["```{embed} #fig-bill\n```", "![](#fig-bill)"])
def test_myst_shows_a_labelled_cell_of_another_report(text):
    known = {"data/nb.ipynb": "k", "x.md": "x"}
    document, notes, _ = page(text, "x.md", known)
    (figure,) = [block for block in iter_blocks(document.blocks) if isinstance(block, m.Figure | m.Image)]
    assert "Bills" in "".join(inline.text for inline in figure.caption) and "Source: " in words(document)
    assert notes == []


def test_a_label_does_not_tell_the_path_of_a_notebook_for_some():
    notebook = json.dumps(closed_notebook("metadata", visibility="private")).encode()
    document, notes, _ = page(
        "```{embed} #fig-bill\n```", "x.md", {"layoffs/nb.ipynb": "k", "x.md": "x"}, layoffs__nb_ipynb=notebook
    )
    assert "[fig-bill: only some people may read this]" in words(document) and "embed.closed" in notes
    assert "offs" not in words(document)


def test_what_is_no_cell_there_is_a_reference_with_a_note():
    known = {"o.md": "k", "x.md": "x"}
    document, notes, _ = page("```{embed} #drawn\n```", "x.md", known, o_md=FIGURE.encode())
    assert any(isinstance(each.href, m.PageLink) for each in iter_inlines(document.blocks))
    assert [note for note in notes if note != "label.missing"] == ["embed.elsewhere"]


def test_what_nothing_has_is_told_once():
    _, notes, _ = page("```{embed} #gone\n```", "x.md", {"data/nb.ipynb": "k", "x.md": "x"})
    assert notes.count("label.missing") == 1 and not [note for note in notes if note.startswith("embed")]


def test_what_is_shown_too_often_is_told():
    text = "(par)=\nThe paragraph.\n\n" + "![](#par)\n\n" * 102
    document, notes, _ = page(text, "x.md")
    assert words(document).count("The paragraph.") == 101 and notes.count("embed.many") == 2


def test_of_several_cells_each_that_cannot_be_had_is_a_link():
    document, notes, _ = page("{{< embed ../data/nb.ipynb#sum,gone,unrun >}}")
    assert [note for note in notes if note.startswith("embed")] == ["embed.label", "embed.empty"]
    assert all(word in words(document) for word in ("two", "nb.ipynb (gone)", "nb.ipynb (unrun)"))


def test_cells_of_a_notebook_on_the_web_are_a_link_there():
    document, _, _ = page("{{< embed https://e.org/nb.ipynb#sum >}}")
    assert "https://e.org/nb.ipynb" in [getattr(each, "href", None) for each in iter_inlines(document.blocks)]


def test_in_a_caption_they_are_a_link_with_a_note():
    document, notes, _ = page("![A plot {{< embed ../data/nb.ipynb#sum >}}](https://e.org/a.png)")
    assert "shortcode.embed" in notes
    assert "../data/nb.ipynb (sum)" in [getattr(each, "text", "") for each in iter_inlines(document.blocks)]
