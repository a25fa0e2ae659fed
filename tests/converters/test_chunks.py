"""Text sources as whole files: decoding, titles, chunks, and what is said about them."""

import pytest

from converters.errors import ConversionError
from converters.model import Code, Paragraph
from converters.options import ReadOptions, Source
from converters.readers import read
from converters.readers.chunk_options import is_false, option_lines
from converters.readers.markdown import MarkdownContext, markdown_blocks


def made(path, data):
    result = read(Source(path, data if isinstance(data, bytes) else data.encode()), ReadOptions())
    return result.document, list(result.notes)


def test_first_heading_is_the_title_and_leaves_the_body():
    document, notes = made("a/b.md", "# The *title*\n\ntext")
    assert document.title == "The title"
    assert [type(block) for block in document.blocks] == [Paragraph]
    assert notes == []


def test_header_wins_and_file_name_is_last():
    assert made("b.md", "---\ntitle: T\n---\n# H\n")[0].title == "T"
    assert len(made("b.md", "---\ntitle: T\n---\n# H\n")[0].blocks) == 1
    assert made("a/my report.md", "text")[0].title == "My report"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"\x89PNG\x00\x01", "binary data, not text (NUL byte at offset 4)"),
        (b"a\x00b", "binary data, not text (NUL byte at offset 1)"),
        ("# Prüf".encode("cp1252"), "not UTF-8 (byte 0xfc at offset 4)"),
    ],
)
def test_unreadable_files_are_refused_in_one_line(data, message):
    with pytest.raises(ConversionError) as caught:
        made("x.md", data)
    assert caught.value.message == message
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_marks_and_line_ends_are_read():
    assert made("x.md", "\ufeff---\r\ntitle: T\r\n---\r\na\rb")[0].title == "T"
    assert made("x.md", "# Ü".encode("utf-16"))[0].title == "Ü"


def test_unknown_suffix_is_refused():
    with pytest.raises(ConversionError, match="can't be read"):
        made("x.docx", b"x")


def test_chunks_are_input_and_hidden_ones_counted():
    document, notes = made(
        "x.Rmd", "```{r a, echo=FALSE}\n1\n```\n\n```{r}\n#| code-fold: true\n#| lst-cap: Cap\n2\n```\n"
    )
    (code,) = document.blocks
    assert isinstance(code, Code)
    assert (code.text, code.language, code.role, code.folded) == ("2", "r", "input", True)
    assert [note.text for note in notes] == [
        "not executed: no outputs stored (1 of 2 chunks hidden by their own options)"
    ]


def test_unclosed_chunk_names_its_line():
    _, notes = made("x.Rmd", "---\ntitle: T\n---\n\ntext\n\n```{r}\n1\n")
    assert [(note.code, note.where.line) for note in notes] == [("code.unclosed", 7), ("code.not-executed", None)]


def test_missing_include_is_named():
    _, notes = made("x.qmd", "a\n\n{{< include _b.qmd >}}\n")
    assert [(note.code, note.where.line) for note in notes] == [("shortcode.include", 3)]


def test_myst_code_cell():
    document, _ = made("x.md", "```{code-cell} ipython3\n:tags: [hide-input]\n\nx = 1\n```\n")
    assert document.blocks[0].text == "x = 1"
    assert document.blocks[0].folded


def test_a_caption_without_its_figure_is_told():
    for text in ('```{r, fig.cap="Sizes"}\nplot(x)\n```\n', "```{python}\n#| fig-cap: Sizes\nplot(x)\n```\n"):
        _, notes = markdown_blocks(text, MarkdownContext(flavor="pandoc"))
        assert [note.code for note in notes] == ["chunk.figure"]


def test_the_name_of_a_div_is_kept_for_links():
    blocks, _ = markdown_blocks(
        "::: {#fig-one}\n![a](a.png)\n:::\n\n::: {#two .note}\nx\n:::\n", MarkdownContext(flavor="pandoc")
    )
    assert blocks[0].label == "fig-one"
    assert blocks[1].label == "two"


@pytest.mark.parametrize("odd", ["fig-cap: !expr paste0('a', b)", "fig-cap: Bills: a study", "fig-cap: [open"])
def test_one_option_that_is_no_yaml_leaves_the_others(odd):
    options, code = option_lines(f"#| echo: false\n#| {odd}\n#| label: fig-x\nsecret()")
    assert options["label"] == "fig-x" and is_false(options["echo"]) and code == "secret()"
