"""Notebooks in every state: read, mended with a note, or refused in one line."""

import json
import warnings

import nbformat
import pytest
from nbconvert.preprocessors import RegexRemovePreprocessor, TagRemovePreprocessor

from converters.errors import ConfigError, ConversionError
from converters.metadata import Metadata
from converters.model import Code, Footnotes, Heading, ImageRef, NoteRef, Output, Raw, Toggle
from converters.options import NoFiles, ReadOptions, Source, TransformOptions
from converters.readers.ipynb import read_ipynb
from converters.transforms import apply
from converters.walk import iter_blocks, iter_inlines


def code(source="1", outputs=(), **metadata):
    return {
        "cell_type": "code",
        "source": source,
        "outputs": list(outputs),
        "metadata": metadata,
        "execution_count": 1,
    }


def markdown(source, **more):
    return {"cell_type": "markdown", "source": source, "metadata": {}, **more}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def notebook(*cells, **metadata):
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def read(value, path="folder/my_report.ipynb", **options):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_ipynb(Source(path, data), ReadOptions(**options))


REFUSED = {
    "empty": "the file is empty",
    "whitespace": "only white space",
    "truncated": "cut off at line",
    "login-page": "HTML or XML page",
    "lfs-pointer": "git lfs pull",
    "json-list": "a list",
    "json-null": "null",
    "no-cells-key": "no list of cells",
    "cells-null": "no list of cells",
    "zero-cells": "has no cells; nothing to publish",
    "deep-metadata": "has no cells",
    "nbformat-9": "newer than this nbwiki reads",
    "latin1": "byte 0xE9 at offset",
    "utf16": "UTF-16",
    "merge-conflict": "merge conflict (line 15)",
    "work/._analysis": "AppleDouble",
}
REPAIRED = {
    "bom": "source.bom",
    "nan": "source.nan",
    "lone-surrogate": "source.surrogate",
    "nbformat-string": "source.nbformat",
    "nbformat-missing": "source.nbformat",
    "odd-cells": "cell.shape",
    "wrong-mime": "image.mime",
    "png-truncated": "image.cut",
    "unknown-output-type": "output.unknown",
    "attachments": "image.mime",
}


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "message"), REFUSED.items())
def test_broken_notebooks_are_refused_in_one_line(corpus, name, message):
    path = f"{name}.ipynb"
    with pytest.raises(ConversionError) as caught:
        read((corpus / "broken" / path).read_bytes(), path)
    text = str(caught.value)
    assert message in text
    assert text.startswith(path)
    assert "\n" not in text


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "note"), REPAIRED.items())
def test_broken_notebooks_are_mended_with_a_note(corpus, name, note):
    found = read((corpus / "broken" / f"{name}.ipynb").read_bytes())
    assert note in {n.code for n in found.notes}
    json.dumps(found.document.title).encode("utf-8")


def test_metadata_nested_too_deep_are_left_out():
    text = json.dumps(notebook(markdown("# T"))).replace(
        '"metadata": {}, "nbformat"', '"metadata": {"d": %s}, "nbformat"'
    )
    found = read((text % ("[" * 3000 + "]" * 3000)).encode())
    assert found.document.title == "T"
    assert [n.code for n in found.notes] == ["source.deep"]


@pytest.mark.parametrize("major", [3])
def test_old_formats_are_upgraded(major):
    cells = [
        {"cell_type": "heading", "level": 1, "source": ["Old"], "metadata": {}},
        {"cell_type": "code", "input": ["a = 1\n", "a"], "language": "python", "outputs": [], "metadata": {}},
    ]
    old = {
        "worksheets": [{"cells": cells, "metadata": {}}],
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
    }
    document = read(old).document
    assert document.title == "Old"
    assert [block.text for block in document.blocks] == ["a = 1\na"]


def test_title_is_the_first_heading_which_leaves_the_body():
    document = read(notebook(markdown("# *Sales* of `x`\n\nText"), code())).document
    assert document.title == "Sales of x"
    assert not [b for b in document.blocks if isinstance(b, Heading)]


def test_title_of_the_metadata_wins_and_another_heading_stays():
    document = read(notebook(markdown("# Other"), title="Given")).document
    assert document.title == "Given"
    assert isinstance(document.blocks[0], Heading)


def test_title_falls_back_to_the_file_name():
    assert read(notebook(code())).document.title == "My report"


def test_a_header_in_the_first_raw_cell_is_metadata():
    raw = {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: Header\ntags: [a, b]\n---\n"}
    document = read(notebook(raw, markdown("# H"), title="N"), defaults=Metadata(team="T")).document
    assert (document.meta.title, document.meta.tags, document.meta.team) == ("Header", ("a", "b"), "T")


def test_raw_cells_are_never_trusted():
    cells = [
        {"cell_type": "raw", "metadata": {"format": "text/html"}, "source": "<b>x</b>"},
        {"cell_type": "raw", "metadata": {"raw_mimetype": "text/restructuredtext"}, "source": "x\n="},
        {"cell_type": "raw", "metadata": {}, "source": "plain"},
    ]
    one, two, three = read(notebook(*cells)).document.blocks
    assert isinstance(one, Raw) and one.format == "html" and not one.trusted
    assert isinstance(two, Raw) and two.format == "rst"
    assert isinstance(three, Code)


def test_code_is_exact_and_knows_its_language_and_place():
    source = "%%bash\n\techo 'x'  \n\n"
    cell = {**code(source), "id": "abc"}
    block = read(notebook(markdown("# T"), cell)).document.blocks[0]
    assert isinstance(block, Code)
    assert (block.text, block.language, block.role) == (source, "bash", "input")
    assert (block.where.cell, block.where.cell_id) == (2, "abc")


def test_kernel_run_and_parameters_are_provenance():
    papermill = {"parameters": {"n": 3}, "end_time": "2026-01-02T03:04:05", "duration": 61.5}
    meta = read(
        notebook(
            code(),
            kernelspec={"display_name": "R 4", "name": "ir"},
            language_info={"name": "R", "version": "4.3"},
            papermill=papermill,
        )
    ).document.meta
    run = meta.provenance
    assert (run.kernel, run.language, run.executed, run.duration_s) == ("R 4", "R 4.3", "2026-01-02T03:04:05", 61.5)
    assert meta.params == {"n": 3}


@pytest.mark.parametrize(
    ("source", "metadata", "visibility"),
    [
        ("1", {"tags": ["hide-input"]}, "fold"),
        ("1", {"tags": ["remove_input"]}, "omit"),
        ("1", {"tags": ["noinput"]}, "omit"),
        ("1", {"hide_input": True}, "fold"),
        ("1", {"jupyter": {"source_hidden": True}}, "fold"),
        ("#| echo: false\n1", {}, "omit"),
        ("#| echo: true\n1", {}, "show"),
        ("#| code-fold: true\n1", {}, "fold"),
        ("#hide_input\n1", {}, "omit"),
        ("# a comment\n1", {}, ""),
        ("1", {"tags": ["parameters"]}, ""),
    ],
)
def test_wishes_for_one_cell(source, metadata, visibility):
    block = read(notebook(code(source, **metadata))).document.blocks[0]
    assert block.visibility == visibility


@pytest.mark.parametrize(
    ("source", "metadata"), [("1", {"tags": ["remove-cell"]}), ("#hide\n1", {}), ("#| include: false\n1", {})]
)
def test_removed_cells_leave_nothing(source, metadata):
    assert read(notebook(code(source, [stream("x")], **metadata))).document.blocks == ()


def test_outputs_can_be_removed_or_folded():
    outputs = [stream("a"), stream("b", "stderr")]
    kinds = [
        read(notebook(code("1", outputs, tags=[tag]))).document.blocks[1:]
        for tag in ("remove-output", "remove-stderr", "hide-output")
    ]
    assert [len(blocks) for blocks in kinds] == [0, 1, 2]
    assert all(block.folded for block in kinds[2])


def test_a_hidden_cell_is_behind_one_line():
    (block,) = read(notebook(code("1", tags=["hide-cell"]))).document.blocks
    assert isinstance(block, Toggle)


CELLS = [
    code("a", [stream("x")], tags=["secret"]),
    code("b", [stream("y")], tags=["quiet"]),
    code("c", [stream("z")], tags=["mute", "Secret"]),
    code("   ", []),
    code("#private\nd", []),
    markdown("text"),
]


def shape(cells):
    return [
        (cell["source"] if not cell["metadata"].get("transient") else None, len(cell.get("outputs", [])))
        for cell in cells
        if cell["cell_type"] == "code" and cell["source"].strip()
    ]


def test_removal_has_the_semantics_of_nbconvert():
    nb = nbformat.from_dict(notebook(*CELLS))
    tag = TagRemovePreprocessor(
        enabled=True, remove_cell_tags={"secret"}, remove_input_tags={"quiet"}, remove_all_outputs_tags={"mute"}
    )
    nb, _ = tag.preprocess(nb, {})
    nb, _ = RegexRemovePreprocessor(enabled=True, patterns=["#private", r"\s*\Z"]).preprocess(nb, {})
    found = read(
        notebook(*CELLS),
        remove_cell_tags=frozenset({"secret"}),
        remove_input_tags=frozenset({"quiet"}),
        remove_output_tags=frozenset({"mute"}),
        remove_cell_patterns=("#private", r"\s*\Z"),
    ).document.blocks
    ours: dict[int, list] = {}
    for block in found:
        if block.where and isinstance(block, Code | Output):
            entry = ours.setdefault(block.where.cell, [None, 0])
            if isinstance(block, Output):
                entry[1] += 1
            elif block.visibility != "omit":
                entry[0] = block.text
    assert [tuple(entry) for entry in ours.values()] == shape(nb.cells)


def test_nbconvert_preprocessors_run_where_configured():
    found = read(
        notebook(markdown("# T"), code("1", [stream("x")])), preprocessors={"ClearOutputPreprocessor": {}}
    ).document
    assert not [b for b in found.blocks if isinstance(b, Output)]


@pytest.mark.parametrize("configured", [{"NoSuch": {}}, {"TagRemovePreprocessor": {"no_such": 1}}])
def test_a_wrong_preprocessor_is_a_configuration_error(configured):
    with pytest.raises(ConfigError):
        read(notebook(code()), preprocessors=configured)


@pytest.mark.corpus
def test_every_notebook_of_the_corpus_is_read_or_refused_in_one_line(corpus):
    refused = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path in sorted(corpus.rglob("*.ipynb")):
            if path.stat().st_size > 2_000_000:
                continue
            try:
                document = read(path.read_bytes(), path.name).document
            except ConversionError as e:
                assert "\n" not in str(e)
                refused += 1
                continue
            assert document.title.strip() and "\n" not in document.title
            for block in iter_blocks(document.blocks):
                assert not isinstance(block, ImageRef)
    assert refused <= 22


def test_footnotes_of_all_cells_have_labels_and_numbers_of_their_own():
    nb = notebook(
        markdown("One[^1] and two[^b] and far[^far].\n\n[^1]: First\n\n[^b]: Second"),
        markdown("Again[^1].\n\n[^1]: Third\n\n[^far]: From afar"),
    )
    document = apply(read(nb), TransformOptions(target="model"), NoFiles()).document
    refs = [i for i in iter_inlines(document.blocks) if isinstance(i, NoteRef)]
    (notes,) = [b for b in document.blocks if isinstance(b, Footnotes)]
    assert [(r.label, r.number) for r in refs] == [("1", 1), ("b", 2), ("far", 3), ("1-2", 4)]
    assert [(n.label, n.number) for n in notes.items] == [("1", 1), ("b", 2), ("far", 3), ("1-2", 4)]


def test_a_key_that_stands_twice_is_told():
    """A merge by hand: JSON parsers keep the last value and say nothing."""
    text = json.dumps(notebook(code("kept = 1"), markdown('The word "source": in a text')))
    doubled = text.replace('"source": "kept', '"source": "lost = 1", "source": "kept')
    assert read(text.encode()).notes == []
    found = read(doubled.encode())
    assert [(note.code, note.kind) for note in found.notes] == [("source.keys", "repaired")]
    assert "'source'" in found.notes[0].text
    assert found.document.blocks[0].text == "kept = 1"


def test_a_key_of_another_object_is_not_taken_for_a_second_one():
    data = {"application/json": {"source": 1, "outputs": []}}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    assert read(notebook(code("1", [output]))).notes == []


def test_an_old_notebook_reads_the_same_each_time() -> None:
    import json

    from converters.options import ReadOptions, Source
    from converters.readers import read
    from converters.writers.native import native_json

    cells = [
        {"cell_type": "markdown", "source": ["Text"], "metadata": {}},
        {"cell_type": "code", "input": ["1"], "outputs": [], "language": "python", "metadata": {}},
    ]
    book = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "Old"},
        "worksheets": [{"cells": cells, "metadata": {}}],
    }
    source = Source("old.ipynb", json.dumps(book).encode())
    first, second = (native_json(read(source, ReadOptions()).document) for _ in range(2))
    assert first == second
