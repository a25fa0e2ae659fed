"""Short cuts read what the parser reads: on generated texts and on every Markdown cell and file of the corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from converters.model import Blocks
from converters.notes import Note
from converters.readers import blocks as module
from converters.readers import markdown
from converters.readers.context import MarkdownContext
from converters.readers.markdown import markdown_blocks
from converters.readers.outline import outline

_PIECES = (
    *(
        "word",
        "two words",
        " ",
        " ",
        "\n",
        "\n",
        "\n\n",
        ". ",
        "# ",
        "## A\n",
        "- ",
        "\n- ",
        "* ",
        "\n1. ",
        "\n2. ",
        "3) ",
    ),
    *(
        "**",
        "*",
        "_",
        "_em_ ",
        "__b__",
        "`",
        "``",
        "a_b",
        "[",
        "](",
        ")",
        "](x.md)",
        "[a](b)",
        "[a](javascript:x)",
        "(",
        "!",
        "http://a.bc",
        "$",
    ),
    *(
        "<b>",
        "&amp;",
        "R&D",
        "\\",
        "  \n",
        "---",
        "===",
        "|",
        ":",
        "~",
        "^",
        "@a",
        "{",
        "}",
        "%s",
        ">",
        "\t",
        "    ",
        "é",
        "中",
    ),
    *(
        "“",
        "**bold**",
        "*em*, ",
        "`code`",
        "[x] ",
        "[^1]",
        "[a]: b\n",
        "[a]: http://b.cd\n",
        ":rocket:",
        "…",
        "\u00a0",
        "0. ",
        "10.",
    ),
)
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=18).map("".join)


def _pieces(text: str, end: str = "") -> tuple[str, ...]:
    """Pieces between ``§``, with ``¶`` for line ends."""
    return tuple(piece.replace("¶", "\n") + end for piece in text.split("§"))


_MARKED = _pieces(
    "[l](m_n.md)§[l *m*](a*b?c=1&d=2)§[`c` d](e.md)§[z](javascript:y)§[1]§[note]§[q [r] s](t)§]§"
    '**b [l](x_y.md) c**§_i `c`_§(*a*)§"*b*"§*c*d§3*n*x§**x**:§*a§b*§``§`` y`z ``§`§\\*§\\_§\\.§\\§&nbsp;§'
    "&amp;§&lt;§&mdash;§&x;§&§:a\\_b:§'§=§/§$x$"
)
_LINES = st.lists(st.sampled_from((*_PIECES, *_MARKED, *_MARKED)), max_size=9).map("".join)
_BLOCKS = _pieces(
    "a§word *x*§§§¶§# H§#§###x§- a§- b¶  c§1. a§2. b§  - n§    code§   x§> q§>§"
    "| a | b |¶|---|---|¶| 1 | 2 |§|x§$$¶a¶$$§$$§$$a\\label{x}$$§\\begin{align}¶a¶\\end{align}§\\begin{a}§"
    "```¶x¶```§```py§~~~§<div>§</div>§<p>b</p>§<b>§<!-- c -->§<details>¶<summary>s</summary>§"
    "</details>§: d§~ d§::: x§:::§!!! note§    n§---§***§===§[a]: b§x[1]: c§[q§r]: s§[^n]§[^n]: foot§"
    "[a]§(t)=§% c§+++§-   b¶¶    c§> [!NOTE]¶> a",
    "\n",
)
_DOCUMENTS = st.lists(st.sampled_from(_BLOCKS), max_size=9).map("".join)


def read(text: str, flavor: Any, *, where: Any = None) -> tuple[Blocks, list[Note]]:
    return markdown_blocks(text, MarkdownContext(source="x.md", flavor=flavor, where=where))


def by_parser(text: str, flavor: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Blocks, list[Note]]:
    with monkeypatch.context() as patch:
        patch.setattr(module, "outline", lambda _: None)
        return read(text, flavor)


_WORDS = st.sampled_from(
    [
        "a",
        "b c",
        "1.5",
        "*em*",
        "_em_",
        "**x** y",
        "`a|b`",
        "[l](x.md)",
        "![p](q.png)",
        "<b>",
        "\\|",
        "",
        " ",
        "{#x}",
        ":-",
        "$a$",
    ]
)
_ROWS = st.lists(st.lists(_WORDS, min_size=1, max_size=4), min_size=1, max_size=4)
_EDGES = st.sampled_from(["| {} |", "|{}|", "| {}", "{} |", " | {} |", "| {} |  "])


@st.composite
def _tables(draw: st.DrawFn) -> str:
    edge = draw(_EDGES) if draw(st.booleans()) else "| {} |"
    rows = [edge.format("|".join(row)) for row in draw(_ROWS)]
    columns = draw(st.lists(st.sampled_from(["---", ":-:", "-:", ":-", " - "]), min_size=1, max_size=4))
    rows.insert(min(1, len(rows)), "|" + "|".join(columns) + "|")
    return (
        draw(st.sampled_from(["", "a\n", "a\n\n"]))
        + "\n".join(rows)
        + draw(st.sampled_from(["", "\n", "\n\nend", "\nend"]))
    )


_MARKERS = st.sampled_from(
    ["- ", "- ", "- ", "* ", "1. ", "1. ", "2. ", "3) ", "-  ", "-", "- [ ] ", "- [x] ", "- [X]  "]
)
_INDENTS = st.sampled_from([0, 0, 0, 2, 2, 3, 4, 4, 5, 6, 8, 12])


@st.composite
def _lists(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.tuples(_INDENTS, _MARKERS, _WORDS), min_size=1, max_size=7))
    text = "\n".join(f"{' ' * indent}{marker}{words}" for indent, marker, words in lines)
    return draw(st.sampled_from(["", "a\n\n", "a\n"])) + text + draw(st.sampled_from(["", "\n\nend", "\nend"]))


@pytest.mark.parametrize("texts", [_tables(), _lists()], ids=["tables", "lists"])
def test_generated_tables_and_lists(texts: st.SearchStrategy[str], monkeypatch: pytest.MonkeyPatch) -> None:
    @settings(max_examples=600, deadline=None)
    @given(texts)
    def same(text: str) -> None:
        assert read(text, "jupyter") == by_parser(text, "jupyter", monkeypatch)

    same()


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|--:|\n| *x* | `1` |\n| y | 2.5 |\n| z |",
        "- a\n    - b\n        - _c_\n    - d\n- [e](f.md)",
        "- [ ] a\n- [x] b",
        "- `a\n  b` c",
        "1. a\n   - b\n2. c\n   1. d\n   2. e",
    ],
)
def test_plain_tables_and_lists_need_no_parser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module.BlockReader, "parsed", None)
        found = read(text, "jupyter")
    assert found == by_parser(text, "jupyter", monkeypatch)


@pytest.mark.parametrize("texts", [_TEXTS, _LINES, _DOCUMENTS], ids=["texts", "lines", "documents"])
@pytest.mark.parametrize("flavor", ["jupyter", "pandoc"])
def test_generated_texts(flavor: Any, texts: st.SearchStrategy[str], monkeypatch: pytest.MonkeyPatch) -> None:
    @settings(max_examples=600, deadline=None)
    @given(texts)
    @example("$`$$`$ and $`a`$")
    @example("`## A\n word` *x*")
    @example("word\\.\\.\\. and word\\-\\-word")
    def same(text: str) -> None:
        assert read(text, flavor) == by_parser(text, flavor, monkeypatch)

    same()


@pytest.mark.parametrize(
    "text",
    [
        "# A\ntext *of* two\nlines with `code`, **bold** and [a link](b.md#c).\n\n- one\n- two *x*\n  goes on\n\n7. a\n8. b",
        "a\n- b\n- c\n\nd\n1. e",
        "Title\n# B ##\n## C",
        "$a$ is 1\n\n---\n\n```r\nx\n\ny\n```\nend $x\n_y_$ 2",
        "a  \nb\n\n“q” – *é*\nand R&D 5 > 3",
        '[`a` *b*](c_d.md?e=1&f=2) and **[g](h_(i).md), `j`**: k [1]\n\n*n*th of 3*n*s, ``l`m`` &mdash; 1\\. "*o*"&nbsp;p',
    ],
)
def test_common_texts_need_no_parser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert outline(text) is not None
    with monkeypatch.context() as patch:
        if "  \n" not in text:
            patch.setattr(markdown, "_parser", None)
        found = read(text, "jupyter")
    assert found == by_parser(text, "jupyter", monkeypatch)


def test_what_was_read_in_vain_leaves_no_note(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "- [a](javascript:x)\n1. b"
    assert len(read(text, "jupyter")[1]) == 1 and read(text, "jupyter") == by_parser(text, "jupyter", monkeypatch)


@pytest.mark.parametrize(
    "text",
    [
        "a\n: b",
        "::: x\na\n:::",
        "[a]: b",
        "[^a]: b",
        "!!! note\n    a",
        "```\na",
        "a\n***\nb",
        "<details>\n\na\n\n</details>",
        "+++",
    ],
)
def test_what_is_in_doubt_is_left_to_it(text: str) -> None:
    assert outline(text) is None


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("- a\n\n  b\n- c\n  - d\n\ne", ["raw", "paragraph"]),
        ("> a\nb\n\n|a|\n|-|\n\nc", ["raw", "raw", "paragraph"]),
        ("<img src='a'>\n\n\\begin{align}\na\n\nb\n\\end{align}\n\nc\n---", ["raw", "raw", "heading"]),
        ("    a\n\n    b\nc", ["raw", "paragraph"]),
        ("a\n\nb\n***\nc\n\nd", ["paragraph", "raw"]),
        ("# a\n- b\n- c\n$$\nd\n\n$$\n\ne", ["heading", "raw"]),
    ],
)
def test_lines_apart_are_read_apart(text: str, kinds: list[str]) -> None:
    parts = outline(text)
    assert parts is not None
    assert [part[0] for part in parts] == kinds


@pytest.mark.corpus
def test_corpus(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    total = quick = 0
    for path in sorted(corpus.rglob("*.ipynb")):
        try:
            cells = json.loads(path.read_bytes())["cells"]
            texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        for text in texts:
            total += 1
            quick += outline(text) is not None
            assert read(text, "jupyter") == by_parser(text, "jupyter", monkeypatch), text
    assert quick > total / 2
