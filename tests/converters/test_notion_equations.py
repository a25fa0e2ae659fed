"""Equations for Notion: what KaTeX lacks is spelt otherwise, what it would refuse is code with a note."""

from __future__ import annotations

import pytest

from converters.metadata import Metadata
from converters.model import Document, InlineMath, Math, Paragraph
from converters.options import WriteOptions
from converters.writers.notion import write_notion
from converters.writers.notion.equations import equation, katex
from converters.writers.notion.katex_check import katex_fault


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\begin{eqnarray} a &=& b \end{eqnarray}", r"\begin{darray}{rcl} a &=& b \end{darray}"),
        (r"\begin{multline} a \\ b \end{multline}", r"\begin{gathered} a \\ b \end{gathered}"),
        (r"\begin{alignat}{2} a & b \end{alignat}", r"\begin{alignedat}{2} a & b \end{alignedat}"),
        (r"a \label{x} \nonumber", "a"),
        (r"\overset{\eqref{eq_1}}{=}", r"\overset{\text{(eq 1)}}{=}"),
        (r"\mathbbm{1} \mathds 1", r"\mathbb{1} \mathbb 1"),
        (r"\mbox{a $x$}", r"\text{a $x$}"),
        (r"\cancelto{0}{x} \nicefrac{1}{2}", r"\overset{0}{\cancel{x}} {1}/{2}"),
        ("# 1", r"\# 1"),
        ("a\u2028+\u200b b", "a\n+ b"),
    ],
)
def test_what_katex_lacks_is_spelt_otherwise(tex: str, expected: str) -> None:
    assert katex(tex) == expected
    assert katex_fault(expected, display=True) == ""


@pytest.mark.parametrize(
    ("tex", "display"),
    [
        (r"\frac{a}{", True), (r"\left( a", True), (r"a \right)", True), (r"\nosuch x", True), ("a & b", True), ("x^a^b", True),
        ("x_", True), (r"\begin{foo} a \end{foo}", True), (r"\begin{matrix} a \end{pmatrix}", True), (r"\text{a_b}", True),
        (r"\begin{align} a \end{align}", False), (r"a \tag{1}", False), (r"\limits_x", True), (r"\middle| a", True),
        (r"\begin{array}{q} a \end{array}", True), (r"\hspace{wide}", True), (r"\color{#12}{x}", True), ("}", True), ("{", True),
        (r"a \over b \over c", True), (r"\sqrt", True), (r"\begin{split} a & b & c \end{split}", True), (r"\begin{split} a \end{split}", False), (r"\left\foo x \right.", True),
        (r"x^\sqrt{2}", True), (r"a \tag{1} \tag{2}", True), ("$x$", True), (r"\hline", True), (r"\newcommand{\a}{b} \a", True),
    ],
)  # fmt: skip
def test_what_katex_refuses_is_known_beforehand(tex: str, display: bool) -> None:
    assert katex_fault(tex, display=display)


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{where $x$ is \textbf{bold}}", r"x'^2 + f''", r"\sum\limits_{i}^{n}", r"{n \choose k}", r"\left. a \middle| b \right]",
        r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}", r"\begin{cases} a & b \cr c \end{cases}", r"\operatorname*{arg\,max}_x",
        r"\hspace{1em} \rule{1em}{2pt} \kern 3pt x", r"\color{#ff0000} x \textcolor{red}{y}", r"\sqrt[3]{x}", r"日本 \text{語}", "x %y",
        r"\big( \Bigg\} \bigl\lVert", r"\mathop{\rm softmax}\limits_x", r"\begin{aligned} a \\[2pt] b \end{aligned}", r"\frac12 \bf x",
        r"\xrightarrow[a]{b}", r"\verb|x_y|", "a \\\n b", r"\boxed{x} \pmod n", r"\overset{!}{=}", "_a^b", r"\\",
    ],
)  # fmt: skip
def test_what_katex_takes_is_taken(tex: str) -> None:
    assert katex_fault(tex, display=True) == ""


def written(*blocks):
    rendered, notes = write_notion(Document(Metadata(title="T"), blocks), WriteOptions(flavor="notion"))
    return list(rendered.blocks), [note.code for note in notes]


def test_an_equation_that_would_be_red_is_code_with_a_note() -> None:
    blocks, notes = written(Math(r"\nosuch{x}", number="3"), Paragraph((InlineMath(r"\nosuch{y}"),)))
    assert [block["type"] for block in blocks] == ["code", "paragraph", "paragraph"]
    assert blocks[0]["code"]["rich_text"][0]["text"]["content"] == r"\nosuch{x}"
    assert blocks[1]["paragraph"]["rich_text"][0]["text"]["content"] == "(3)"
    assert blocks[2]["paragraph"]["rich_text"][0]["annotations"]["code"] is True
    assert notes == ["math.invalid_katex", "math.invalid_katex"]


def test_numbers_are_tags() -> None:
    blocks, notes = written(Math("a = b", number="3"), Math(r"\begin{align} a \tag{1} \\ b \end{align}"))
    assert [block["equation"]["expression"] for block in blocks] == [
        r"a = b \tag{3}",
        r"\begin{align*} a \tag{1} \\ b \end{align*}",
    ]
    assert notes == []


def test_long_equations_are_split_at_their_rows() -> None:
    row = "x_{1} &= " + "+".join(["y"] * 100)
    blocks, notes = written(Math(r"\begin{align}" + r" \\ ".join([row] * 8) + r"\end{align}", number="9"))
    parts = [block["equation"]["expression"] for block in blocks]
    assert len(parts) == 2 and all(len(part) <= 1000 for part in parts)
    assert sum(part.count("&=") for part in parts) == 8
    assert [r"\tag{9}" in part for part in parts] == [False, True]
    assert notes == ["math.split"]


def test_definitions_show_nothing() -> None:
    assert equation("  ").parts == ()


def test_blanks_of_no_width_leave_an_equation() -> None:
    assert equation("s\u200b < t\ufeff").parts == ("s < t",)


def test_a_caption_that_notion_cannot_hold_is_told() -> None:
    from converters.model import Asset, Image, Mark, Span

    asset = Asset("0" * 64, b"x", "image/png", "a.png", 9, 9)
    words = tuple(Span(f"w{at} ", frozenset({Mark.STRONG} if at % 2 else ())) for at in range(240))
    document = Document(Metadata(title="T"), (Image(asset.key, caption=words),), {asset.key: asset})
    _, notes = write_notion(document, WriteOptions(flavor="notion"))
    assert [note.code for note in notes] == ["text.cut"]
