"""What authors hide, fold and remove, in every dialect; sections that are method or appendix."""

import time

import pytest

from converters.model import Code, Columns, Figure, Heading, Image, Output, Paragraph, Section, Toggle, Where
from converters.options import NoFiles, ReadOptions, Source, TransformOptions
from converters.readers.cell_options import cell_options
from converters.readers.ipynb import read_notebook
from converters.readers.text import read_rmarkdown
from converters.transforms import apply
from converters.walk import iter_blocks

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def code(source, *outputs, **metadata):
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": list(outputs), "execution_count": 1}


def markdown(source, **metadata):
    return {"cell_type": "markdown", "source": source, "metadata": metadata}


def picture():
    return {"output_type": "display_data", "data": {"image/png": PIXEL, "text/plain": "<Figure>"}, "metadata": {}}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def page(*cells, rule="fold", metadata=None, **options):
    """The blocks of a notebook as a page shows them, without the parts around."""
    notebook = {"metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5, "cells": list(cells)}
    read = read_notebook(notebook, [], Source("a.ipynb", b""), ReadOptions(**options))
    done = apply(read, TransformOptions(target="model", code=rule, anatomy=False), NoFiles())
    return done.document.blocks, done.notes


def inputs(blocks):
    return [block for block in iter_blocks(blocks) if isinstance(block, Code) and block.role == "input"]


TAG = [
    ("hide-input", "fold"), ("hide_input", "fold"), ("Hide-Input", "fold"),
    ("remove-input", "omit"), ("remove_input", "omit"), ("noinput", "omit"), ("show-input", "show"),
    ("remove-output", ""), ("parameters", ""), ("injected-parameters", ""), ("raises-exception", ""),
]  # fmt: skip
COMMENT = [
    ("#| echo: false", "omit"), ("#| echo: true", "show"), ("#| echo: fenced", "show"), ("#| echo: [1, 2]", "show"),
    ("#| code-fold: true", "fold"), ("#| code-fold: false", "show"), ("#| code-fold: show", "show"),
    ("#|echo: false", "omit"), ("# | echo: false", ""), ("//| echo: false", "omit"), ("--| echo: false", "omit"),
    ("%%| echo: false", "omit"), ("#hide_input", "omit"), ("#hide-input", "omit"), ("# hide_input", "omit"),
    ("#| hide_input", "omit"), ("#collapse", "fold"), ("#collapse-hide", "fold"), ("#collapse_show", "show"),
    ("#collapse-input", "fold"), ("#| export", "fold"), ("#|exporti", "fold"), ("#@title Settings", "fold"),
    ("#| tags: [remove-input]", "omit"), ("#| fig-cap: x", ""), ("#| default_exp core", ""),
    ("#| fig-cap: x\n#| echo: false", "omit"), ("#| fig-cap: >\n#|   two\n#|   lines\n#| echo: false", "omit"),
    ("#| fig-cap: a: b\n#| echo: false", "omit"),
]  # fmt: skip
META = [
    ({"hide_input": True}, "fold"), ({"hide_input": False}, ""), ({"jupyter": {"source_hidden": True}}, "fold"),
    ({"cellView": "form"}, "fold"), ({"tags": "hide-input other"}, "fold"), ({"collapsed": True}, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "metadata", "wish"),
    [
        *(("1", {"tags": [tag]}, wish) for tag, wish in TAG),
        *((f"{line}\n1", {}, wish) for line, wish in COMMENT),
        *(("1", metadata, wish) for metadata, wish in META),
    ],
)
def test_wishes_for_the_code_of_one_cell(source, metadata, wish):
    assert cell_options(code(source, **metadata), source, ReadOptions()).code == wish


@pytest.mark.parametrize(
    ("source", "metadata"),
    [
        ("1", {"tags": ["remove-cell"]}),
        ("1", {"tags": ["remove_cell"]}),
        ("1", {"tags": ["nocell"]}),
        ("#hide\n1", {}),
        ("#| hide\n1", {}),
        ("#|hide\n1", {}),
        ("#| include: false\n1", {}),
        ("#| include: FALSE\n1", {}),
    ],
)
def test_removed_cells_leave_nothing_and_no_note(source, metadata):
    assert page(code(source, stream("x"), **metadata)) == ((), [])


def test_a_heading_called_hide_is_a_heading():
    assert [type(block) for block in page(markdown("## T\n"), markdown("# hide\n"))[0]] == [Heading, Heading]


@pytest.mark.parametrize(
    ("source", "metadata", "kinds"),
    [
        ("1", {"tags": ["remove-output"]}, []),
        ("1", {"tags": ["nooutput"]}, []),
        ("#| output: false\n1", {}, []),
        ("#| results: hide\n1", {}, []),
        ("#hide_output\n1", {}, []),
        ("1", {"tags": ["remove-stderr"]}, ["stdout"]),
        ("1", {"tags": ["remove-stdout", "remove_stderr"]}, []),
        ("#| warning: false\n1", {}, ["stdout"]),
        ("#| message: false\n1", {}, ["stdout"]),
        ("#| output: asis\n1", {}, ["stdout", "stderr"]),
        ("1", {"tags": ["remove-input"]}, ["stdout", "stderr"]),
    ],
)
def test_outputs_that_are_left_out(source, metadata, kinds):
    blocks, notes = page(code(source, stream("o"), stream("e", "stderr"), **metadata))
    assert [block.name for block in blocks if isinstance(block, Output)] == kinds
    assert notes == []


@pytest.mark.parametrize(
    ("source", "metadata"),
    [
        ("1", {"tags": ["hide-output"]}),
        ("1", {"jupyter": {"outputs_hidden": True}}),
        ("1", {"collapsed": True}),
        ("1", {"hide_output": True}),
        ("#collapse-output\n1", {}),
    ],
)
def test_outputs_that_fold(source, metadata):
    blocks, _ = page(code(source, stream("o"), **metadata))
    assert [block.folded for block in blocks if isinstance(block, Output)] == [True]


@pytest.mark.parametrize(
    ("rule", "metadata", "source", "shown"),
    [
        ("fold", {}, "1", "fold"),
        ("show", {}, "1", "show"),
        ("omit", {}, "1", "omit"),
        ("show", {"tags": ["hide-input"]}, "1", "fold"),
        ("omit", {"tags": ["hide-input"]}, "1", "fold"),
        ("show", {"hide_input": True, "tags": ["show-input"]}, "1", "show"),  # a tag over an editor's view
        ("fold", {"tags": ["remove-input"]}, "#| echo: true\n1", "show"),  # the source over a tag
        ("omit", {"tags": ["private"]}, "#| echo: true\n1", "omit"),  # the configuration over the source
    ],
)
def test_the_cell_holds_over_the_report_and_the_source_over_tags(rule, metadata, source, shown):
    blocks, _ = page(code(source, **metadata), rule=rule, remove_input_tags=frozenset({"private"}))
    found = [("fold" if block.folded else "show") for block in inputs(blocks)] or ["omit"]
    assert found == [shown]


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("code: show", "show"),
        ("execute: {echo: false}", "omit"),
        ("format: {html: {code-fold: show}}", "show"),
        ("output: {html_document: {code_folding: hide}}", "fold"),
        ("title: T", "fold"),
    ],
)
def test_the_header_rules_all_cells(header, shown):
    raw = {"cell_type": "raw", "metadata": {}, "source": f"---\n{header}\n---"}
    blocks, _ = page(raw, code("1"))
    assert [("fold" if block.folded else "show") for block in inputs(blocks)] == ([shown] if shown != "omit" else [])


def test_the_header_speaks_of_outputs_and_a_cell_overrules_it():
    raw = {"cell_type": "raw", "metadata": {}, "source": "---\nexecute: {output: false, warning: false}\n---"}
    blocks, _ = page(raw, code("1", stream("a")), code("#| output: true\n2", stream("b"), stream("w", "stderr")))
    assert [block.name for block in blocks if isinstance(block, Output)] == ["stdout"]


def test_hide_input_of_a_whole_notebook_folds():
    assert inputs(page(code("1"), rule="show", metadata={"hide_input": True})[0])[0].folded


def test_options_and_titles_are_not_part_of_the_code_that_readers_see():
    (block,) = inputs(page(code("#| echo: true\n#| fig-cap: >\n#|   long\n\nx = 1\n#| y"))[0])
    assert block.text == "x = 1\n#| y"
    (block,) = inputs(page(code("#| code-summary: Load it\nx"))[0])
    assert (block.folded, block.title) == (True, "Load it")
    assert inputs(page(code("#@title Settings { run: 'auto' }\nx"))[0])[0].title == "Settings"


@pytest.mark.parametrize("cell", [code("1", stream("x"), tags=["hide-cell"]), code("1", stream("x"), slideshow={"slide_type": "skip"})])  # fmt: skip
def test_a_folded_cell_is_one_line_with_its_code_plain_inside(cell):
    (toggle,) = page(cell)[0]
    assert isinstance(toggle, Toggle) and not toggle.open
    assert [type(block) for block in toggle.blocks] == [Code, Output]
    assert not toggle.blocks[0].folded


def test_a_folded_cell_without_code_and_outputs_is_gone():
    assert page(code("1", tags=["hide-cell"]), rule="omit")[0] == ()


@pytest.mark.parametrize("kind", ["notes", "-", "slide", "fragment"])
def test_other_slides_say_nothing_of_reports(kind):
    assert [type(b) for b in page(markdown("text", slideshow={"slide_type": kind}))[0]] == [Paragraph]


def test_captions_one_for_each_figure():
    source = "#| label: fig-two\n#| fig-cap: Both\n#| fig-subcap:\n#|   - One\n#|   - Two\n#| fig-alt: [A, B]\nplot()"
    blocks, _ = page(code(source, picture(), picture()))
    images = [block for block in iter_blocks(blocks) if isinstance(block, Image)]
    assert [(i.caption[0].text, i.alt, i.label) for i in images] == [
        ("(a) One", "A", "fig-two-1"),
        ("(b) Two", "B", "fig-two-2"),
    ]
    (figure,) = [block for block in iter_blocks(blocks) if isinstance(block, Figure)]
    assert (figure.caption[0].text, figure.label) == ("Figure 1: Both", "fig-two")


def test_captions_without_figures_are_told():
    _, notes = page(code("#| fig-cap: [One, Two, Three]\nplot()", picture(), picture()))
    assert [(note.code, note.text) for note in notes] == [
        ("caption.unused", "3 captions for 2 figures; left out: Three")
    ]


def test_figures_stand_side_by_side():
    blocks, _ = page(code("#| layout-ncol: 2\nplot()", stream("x"), picture(), picture(), picture()))
    assert [type(block) for block in blocks] == [Code, Output, Columns, Output]
    assert [len(column) for column in blocks[2].columns] == [1, 1]


METHOD = {"tags": ["method"]}


def test_tagged_cells_fold_together_under_their_heading():
    blocks, _ = page(
        markdown("## Result\n\nthe answer"),
        markdown("## Cleaning", **METHOD),
        markdown("we dropped rows"),
        code("drop()", stream("3 rows")),
        markdown("### A detail"),
        markdown("## More"),
        markdown("text"),
    )
    kinds = [type(block) for block in blocks]
    assert kinds == [Heading, Paragraph, Heading, Section, Heading, Paragraph]
    assert (blocks[3].role, blocks[3].title) == ("method", "Method")
    assert [type(block) for block in blocks[3].blocks] == [Paragraph, Code, Output, Heading]


def test_tagged_cells_without_a_heading_fold_as_far_as_they_go():
    blocks, _ = page(markdown("a", **METHOD), markdown("b", **METHOD), markdown("c"), markdown("d", tags=["appendix"]))
    assert [(type(b), getattr(b, "title", "")) for b in blocks] == [
        (Section, "Method"), (Paragraph, ""), (Section, "Appendix"),
    ]  # fmt: skip
    assert len(blocks[0].blocks) == 2


def test_results_never_fold():
    blocks, _ = page(
        markdown("## Methods", **METHOD),
        markdown("how"),
        code("plot()", picture(), tags=["key-figure"]),
        markdown("on"),
        markdown("found", tags=["result"]),
        markdown("and on"),
    )
    assert [type(block) for block in blocks] == [Heading, Section, Output, Section, Paragraph, Section]
    assert blocks[1].title == "Details"  # the heading says what it is


def test_a_class_on_a_heading_or_div_folds_it():
    text = "## A\n\nx\n\n## Data {.appendix}\n\ny\n\n## B\n\n::: {.method}\nz\n:::\n\nw\n"
    read = read_rmarkdown(Source("a.qmd", text.encode()), ReadOptions())
    blocks = apply(read, TransformOptions(anatomy=False), NoFiles()).document.blocks
    kinds = [(type(block).__name__, getattr(block, "role", "")) for block in blocks]
    assert kinds == [
        ("Heading", ""), ("Paragraph", ""), ("Heading", ""), ("Section", "appendix"), ("Heading", ""),
        ("Section", "method"), ("Paragraph", ""),
    ]  # fmt: skip


def test_no_line_of_code_is_in_sight_by_default():
    cells = [code(f"x = {i}", stream("y"), execution_count=i) for i in range(5)]
    assert all(block.folded for block in inputs(page(*cells)[0]))


def test_places_stay_with_what_folds():
    (section,) = page(markdown("a", **METHOD))[0]
    assert section.where == Where("a.ipynb", 1)


@pytest.mark.parametrize(
    "line", ["#" + " " * 200_000 + "x", "#@title" + " " * 200_000 + "x", "#| a: b" + " " * 200_000 + "#"]
)
def test_no_comment_takes_long(line):
    start = time.process_time()
    cell_options(code(line), line, ReadOptions())
    assert time.process_time() - start < 2
