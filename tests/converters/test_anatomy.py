"""The parts around the narrative: banners, summary, byline, contents, "About this report"; numbers of headings."""

import pytest

from converters.build import text_of
from converters.metadata import DataSource, Metadata, Person, Provenance
from converters.model import (
    Attachment,
    Callout,
    Code,
    Document,
    Heading,
    Lozenge,
    PageLink,
    Paragraph,
    Section,
    Span,
    Table,
    Toc,
)
from converters.options import NoFiles, Read, ReadOptions, Source, TransformOptions
from converters.readers.ipynb import read_notebook
from converters.transforms import apply
from converters.transforms.launch import launch_links
from converters.walk import iter_inlines


def text(*words):
    return Paragraph((Span(" ".join(words)),))


def page(*blocks, target="confluence", known=None, **meta):
    document = Document(Metadata(**{"title": "T", **meta}), blocks or (text("x"),))
    options = TransformOptions(target=target, known=known or {}, attach_source=False)
    return apply(Read(document), options, NoFiles()).document


def words(block):
    return "".join(
        getattr(i, "text", "") or getattr(i, "name", "") or getattr(i, "iso", "") for i in iter_inlines((block,))
    )


def facts(document):
    """Names and values of the table in "About this report"."""
    about = document.blocks[-1]
    assert isinstance(about, Section) and about.role == "about"
    return {text_of(row.cells[0].content): words(Paragraph(row.cells[1].content)) for row in about.blocks[0].rows}


@pytest.mark.parametrize(
    ("status", "label", "color"),
    [("draft", "DRAFT", "yellow"), ("review", "IN REVIEW", "blue"), ("stale", "STALE", "red"),
     ("superseded", "SUPERSEDED", "purple"), ("archived", "ARCHIVED", "grey")],
)  # fmt: skip
def test_a_status_is_a_label_in_the_byline(status, label, color):
    assert page(status=status).blocks[0].content[0] == Lozenge(label, color)


def test_topics_alone_make_no_byline_since_they_are_labels():
    assert page(tags=("a",)).blocks == (text("x"),)


def test_published_reports_have_no_label():
    assert page(status="published").blocks == (text("x"),)


def test_a_report_that_was_replaced_says_by_which():
    banner = page(superseded_by="new.ipynb", known={"new.ipynb": "k:new.ipynb"}).blocks[0]
    assert isinstance(banner, Callout) and banner.kind == "warning"
    assert banner.blocks[0].content[1].href == PageLink("k:new.ipynb")


def test_related_reports_stand_at_the_end():
    names = ("b.ipynb", "c", "k:d", "https://x.org/e", "nowhere")
    known = {"b.ipynb": "k:b", "c.md": "k:c", "deep/d.qmd": "k:d"}
    document = Document(Metadata(title="T", related=names), (text("x"),))
    done = apply(Read(document), TransformOptions(target="confluence", known=known, attach_source=False), NoFiles())
    section = done.document.blocks[-1]
    assert isinstance(section, Section) and (section.role, section.title) == ("related", "Related reports")
    spans = [item.blocks[0].content[0] for item in section.blocks[0].items]
    assert [(span.text, span.href) for span in spans] == list(
        zip(names, [PageLink("k:b"), PageLink("k:c"), PageLink("k:d"), "https://x.org/e", None], strict=True)
    )
    assert [note.code for note in done.notes] == ["related.unknown"]


def test_a_run_that_failed_stands_at_the_top():
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no data\nmore", "traceback": ["x"]}
    marker = {
        "cell_type": "markdown",
        "metadata": {"tags": ["papermill-error-cell-tag"]},
        "source": "<span>An Exception</span>",
    }
    cells = [
        marker,
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "n = 1\nwhere = 'EU'  # default", "outputs": [],
         "execution_count": 1},
        {"cell_type": "code", "metadata": {}, "source": "boom()", "outputs": [error], "execution_count": 2},
        {"cell_type": "code", "metadata": {}, "source": "more()", "outputs": [], "execution_count": None},
    ]  # fmt: skip
    run = {"parameters": {"n": 5}, "start_time": "2026-01-02T10:00:00", "end_time": "2026-01-02T10:02:03", "duration": 123.4,
           "exception": True}  # fmt: skip
    notebook = {"cells": cells, "metadata": {"papermill": run}, "nbformat": 4, "nbformat_minor": 5}
    read = read_notebook(notebook, [], Source("a.ipynb", b""), ReadOptions())
    document = apply(read, TransformOptions(target="confluence", attach_source=False), NoFiles()).document
    banner = document.blocks[0]
    assert isinstance(banner, Callout) and banner.kind == "danger"
    assert words(banner) == (
        "This run failedThe run on 2026-01-02 ended early, in cell 3: ValueError: no data. What stands below is as far as it came."
    )
    assert "An Exception" not in str(document.blocks)
    assert document.meta.params == {"n": 5, "where": "EU"}
    assert facts(document)["Executed"] == "2026-01-02 10:02 · took 2 min 3 s"
    assert facts(document)["Reproducible"].startswith("the run failed (cell 3: ValueError: no data) · ")


def test_an_error_that_its_author_expects_is_no_failure():
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
    cell = {
        "cell_type": "code",
        "metadata": {"tags": ["raises-exception"]},
        "source": "1/0",
        "outputs": [error],
        "execution_count": 1,
    }
    notebook = {"cells": [cell], "metadata": {"papermill": {"exception": None}}, "nbformat": 4, "nbformat_minor": 5}
    assert read_notebook(notebook, [], Source("a.ipynb", b""), ReadOptions()).document.meta.provenance.failure == ""


@pytest.mark.parametrize(
    ("counts", "order"),
    [
        ([1, 2, 3], "top to bottom"),
        ([4, 7], "top to bottom"),
        ([2, 1], "out of order"),
        ([1, 1], "out of order"),
        ([1, None], "in part"),
        ([None, None], "not at all"),
        ([], ""),
    ],
)
def test_the_order_in_which_cells_were_run(counts, order):
    cells = [{"cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": n} for n in counts]
    blank = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [], "execution_count": None}
    skipped = {
        "cell_type": "code",
        "metadata": {"tags": ["skip-execution"]},
        "source": "1",
        "outputs": [],
        "execution_count": None,
    }
    notebook = {"cells": [*cells, blank, skipped], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    assert read_notebook(notebook, [], Source("a.ipynb", b""), ReadOptions()).document.meta.provenance.order == order


@pytest.mark.parametrize(
    ("run", "line"),
    [
        (Provenance(order="top to bottom", commit="0" * 40, environment=("environment.yml",)),
         "executed from top to bottom · source committed · environment file given"),
        (Provenance(order="out of order", commit="0" * 40, dirty=True),
         "cells were executed out of order · source has uncommitted changes · no environment file"),
        (Provenance(order="not at all", path="a.qmd"), "not executed · source not under version control · no environment file"),
    ],
)  # fmt: skip
def test_the_line_on_reproducibility(run, line):
    assert facts(page(provenance=run))["Reproducible"] == line


def test_a_text_without_code_says_nothing_of_reproducibility():
    assert "Reproducible" not in facts(page(provenance=Provenance(path="a.md")))


def test_all_that_is_known_stands_in_the_section():
    web = "https://github.com/acme/reports"
    run = Provenance(
        path="r/a.ipynb", repository=web, branch="main", commit="0123456789abcdef", permalink=f"{web}/blob/0123/r/a.ipynb",
        kernel="Python 3", language="python 3.11", executed="2026-01-02T10:00:00Z", duration_s=59.6, order="top to bottom",
        environment=("r/environment.yml", "Dockerfile"),
    )  # fmt: skip
    document = page(
        provenance=run,
        owner=Person("Ann"),
        reviewers=(Person("Bo"), Person("Cy")),
        team="Growth",
        license="MIT",
        doi="https://doi.org/10.1/x",
        citation="Lee 2026",
        environment=("lock.txt",),
        review_by="2026-06-01",
        run={"binder": "true", "jupyterhub": "https://hub.acme.com"},
        params={"n": 5, "long": "y" * 400, "list": [1, "a"]},
        data_sources=(
            DataSource("CRM", "Bo", "2026-01-01", "https://crm.acme.com"),
            DataSource("Log", query="select 1"),
        ),
    )
    assert facts(document) == {
        "Reproducible": "executed from top to bottom · source committed · environment file given",
        "Source": "r/a.ipynb",
        "Repository": web,
        "Branch": "main",
        "Commit": "0123456789",
        "Earlier versions": "all changes to the source",
        "Kernel": "Python 3 · python 3.11",
        "Executed": "2026-01-02 10:00 · took 1 min 0 s",
        "Environment": "lock.txt, r/environment.yml, Dockerfile",
        "Owner": "Ann",
        "Reviewers": "Bo, Cy",
        "Team": "Growth",
        "Review by": "2026-06-01",
        "License": "MIT",
        "DOI": "10.1/x",
        "Cite as": "Lee 2026",
    }
    about = document.blocks[-1]
    _, parameters, data, links = about.blocks
    assert [words(row.cells[1].blocks[0] if row.cells[1].blocks else Paragraph(row.cells[1].content)) for row in parameters.rows] == [
        "Value", "5", "y" * 299 + "…", '[1,"a"]',
    ]  # fmt: skip
    assert [[text_of(cell.content) for cell in row.cells] for row in data.rows] == [
        ["Data", "Owner", "As of", "Query"], ["CRM", "Bo", "2026-01-01", ""], ["Log", "", "", "select 1"],
    ]  # fmt: skip
    assert text_of(links.content) == "Open in Binder · JupyterHub"
    addresses = {span.href for span in iter_inlines((about,)) if isinstance(span, Span) and span.href}
    assert f"{web}/blob/0123/r/a.ipynb" in addresses and f"{web}/commits/main/r/a.ipynb" in addresses
    assert "https://crm.acme.com" in addresses and "https://doi.org/10.1/x" in addresses


GITHUB = Provenance(path="r/a b.ipynb", repository="https://github.com/acme/reports", branch="main", commit="c0ffee")
HUB = "https://hub.acme.com/hub/user-redirect/git-pull?repo="
GITLAB = Provenance(path="r/a.ipynb", repository="https://gitlab.com/acme/sub/reports", branch="main", commit="c0ffee")


@pytest.mark.parametrize(
    ("run", "provenance", "expected"),
    [
        ({}, GITHUB, []),  # never a guess: whether a service may read the repository can't be told
        ({"binder": "true"}, GITHUB,
         [("Binder", "https://mybinder.org/v2/gh/acme/reports/c0ffee?labpath=r%2Fa%20b.ipynb")]),
        ({"binder": "true"}, GITLAB,
         [("Binder", "https://mybinder.org/v2/gl/acme%2Fsub%2Freports/c0ffee?labpath=r%2Fa.ipynb")]),
        ({"binder": "true"}, Provenance(path="a.ipynb"), []),
        ({"binder": "https://mybinder.org/v2/gh/x/y/z"}, Provenance(), [("Binder", "https://mybinder.org/v2/gh/x/y/z")]),
        ({"colab": "true"}, GITHUB,
         [("Colab", "https://colab.research.google.com/github/acme/reports/blob/c0ffee/r/a%20b.ipynb")]),
        ({"colab": "true"}, GITLAB, []),
        ({"jupyterhub": "https://hub.acme.com/"}, GITLAB,
         [("JupyterHub", HUB + "https%3A%2F%2Fgitlab.com%2Facme%2Fsub%2Freports&branch=main&urlpath=lab%2Ftree%2Freports%2Fr%2Fa.ipynb")]),
        ({"jupyterhub": "https://hub.acme.com/user-redirect/lab"}, GITLAB,
         [("JupyterHub", "https://hub.acme.com/user-redirect/lab")]),
        ({"studio": "https://x.org/{repo}/{commit}/{path}"}, GITHUB, [("Studio", "https://x.org/acme/reports/c0ffee/r/a%20b.ipynb")]),
        ({"studio": "https://x.org/{commit}"}, Provenance(path="a"), []),
        ({"studio": "javascript:alert(1)"}, GITHUB, []),
    ],
)  # fmt: skip
def test_links_to_where_it_runs(run, provenance, expected):
    assert launch_links(Metadata(run=run, provenance=provenance)) == expected


def test_a_summary_may_hold_markdown_and_lists_get_its_text():
    document = page(text("Other"), summary="It **works**.\n\n- yes\n- no")
    assert [type(block) for block in document.blocks] == [Callout, Paragraph]
    assert document.meta.summary == "It works. yes · no"


def test_a_summary_that_is_the_first_paragraph_stands_once():
    document = page(text("It works."), text("More."), summary="It **works**.")
    assert [words(block) for block in document.blocks] == ["It works.", "More."]


def test_without_a_summary_lists_get_the_first_paragraph_and_the_page_no_panel():
    long = "This report tells why customers leave, and what we could do about it. " * 5
    document = page(Heading(2, (Span("Why"),)), text("Acme, 2026"), text(long))
    assert not any(isinstance(block, Callout) for block in document.blocks)
    assert document.meta.summary.startswith("This report tells") and len(document.meta.summary) <= 250
    assert document.meta.summary.endswith("…")


def test_a_subtitle_stands_first():
    assert page(subtitle="and more").blocks[0] == Paragraph((Span("and more", frozenset({"em"})),))


def test_contents_stand_where_the_author_wants_them_and_as_deep():
    heads = [Heading(2, (Span(word),)) for word in "abc"]
    assert [type(b) for b in page(text("intro"), text("[TOC]"), *heads).blocks][:2] == [Paragraph, Toc]
    assert page(*heads, toc_depth=2).blocks[0] == Toc(max_level=2)
    assert not any(isinstance(block, Toc) for block in page(*heads, toc=False).blocks)
    assert isinstance(page(heads[0], toc=True).blocks[0], Toc)


def test_notion_gets_the_time_to_read_alone():
    blocks = page(text("word " * 900), target="notion", authors=(Person("Ann"),), updated="2026-01-02").blocks
    assert words(blocks[0]) == "4 min read"


def test_headings_are_numbered_where_asked_and_anchors_are_not():
    heads = [Heading(level, (Span(word),)) for level, word in [(2, "A"), (3, "B"), (3, "C"), (2, "D"), (3, "E")]]
    found = [block for block in page(*heads, numbering=True, toc=False).blocks if isinstance(block, Heading)]
    assert [text_of(block.content) for block in found] == ["1 A", "1.1 B", "1.2 C", "2 D", "2.1 E"]
    assert [block.anchor for block in found] == ["a", "b", "c", "d", "e"]
    own = page(Heading(2, (Span("1. A"),)), Heading(2, (Span("2. B"),)), numbering=True, toc=False)
    assert [text_of(block.content) for block in own.blocks] == ["1. A", "2. B"]


def test_no_part_is_added_where_anatomy_is_off():
    document = Document(Metadata(title="T", summary="S", status="draft"), (text("x"), Code("1", role="source")))
    assert apply(Read(document), TransformOptions(anatomy=False), NoFiles()).document.blocks == document.blocks


def test_the_notebook_is_attached_last():
    class One:
        def read(self, path):
            return b"{}"

        def exists(self, path):
            return True

    document = Document(Metadata(title="T", provenance=Provenance(path="a.ipynb", kernel="K")), (text("x"),))
    from converters.model import Where

    document = Document(document.meta, document.blocks, where=Where("a.ipynb"))
    about = apply(Read(document), TransformOptions(target="confluence"), One()).document.blocks[-1]
    assert [type(block) for block in about.blocks] == [Table, Attachment]
