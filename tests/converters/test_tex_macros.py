r"""Macros that a document defines in its equations."""

from __future__ import annotations

import pytest

from converters.metadata import Metadata
from converters.model import Code, Document, InlineMath, Math, Paragraph, Span
from converters.options import NoFiles, Read, TransformOptions
from converters.transforms import apply
from converters.transforms.tex_macros import MAX_LENGTH, Macros


@pytest.mark.parametrize(
    ("definition", "used", "meant"),
    [
        (r"\newcommand{\R}{\mathbb{R}}", r"x \in \R^n", r"x \in \mathbb{R}^n"),
        (r"\newcommand\E[1]{\mathbb{E}\left[#1\right]}", r"\E{X^2} + \E X", r"\mathbb{E}\left[X^2\right] + \mathbb{E}\left[X\right]"),
        (r"\newcommand{\p}[2][\theta]{p_{#1}(#2)}", r"\p{x} \p[\phi]{y}", r"p_{\theta}(x) p_{\phi}(y)"),
        (r"\def\half{\frac{1}{2}}", r"\half x", r"\frac{1}{2} x"),
        (r"\def\f#1#2{#1_{#2}}", r"\f ab", r"a_{b}"),
        (r"\DeclareMathOperator*{\argmin}{arg\,min}", r"\argmin_x", r"\operatorname*{arg\,min}_x"),
        (r"\DeclareMathOperator{\Var}{Var}", r"\Var(X)", r"\operatorname{Var}(X)"),
        (r"\let\eps=\epsilon", r"\eps b", r"\epsilon b"),
        (r"\newcommand{\a}{\alpha}", r"\a b \ab", r"\alpha b \ab"),
        (r"\newcommand{\a}{\alpha}\newcommand{\b}{\a+\a}", r"\b", r"\alpha+\alpha"),
        (r"\newcommand{\a}{\alpha}\providecommand{\a}{\beta}\renewcommand{\a}{\gamma}", r"\a", r"\gamma"),
        (r"\newcommand{\x}{\mathbf x}", r"\x y", r"\mathbf x y"),
        (r"\newcommand{\al}{\alpha}", r"\al{}x{\al}", r"\alpha{}x{\alpha}"),
        (r"\require{cancel}", r"\cancel{x}", r"\cancel{x}"),
    ],
)  # fmt: skip
def test_definitions_hold_for_what_follows(definition: str, used: str, meant: str) -> None:
    macros = Macros()
    assert macros.take(definition).strip() == ""
    assert macros.expand(used) == meant


@pytest.mark.parametrize(
    "definition",
    [
        r"\def\a{\a\a}",
        r"\def\a{\b}\def\b{\a}",
        r"\def\a{\b\b}\def\b{\c\c}\def\c{\d\d}\def\d{\e\e}\def\e{" + "x" * MAX_LENGTH + "}",
        r"\newcommand{\a}[1]{#1#1\a{#1#1}}",
    ],
)
def test_bombs_stay_as_they_are(definition: str) -> None:
    macros = Macros()
    macros.take(definition)
    assert macros.expand(r"1 + \a{x}") == r"1 + \a{x}"


def test_what_is_no_definition_stays() -> None:
    assert Macros().take(r"a \newcommand{b} \def c \let") == r"a \newcommand{b} \def c \let"


def run(target: str) -> Document:
    blocks = (
        Math(r"\newcommand{\vx}{\mathbf{x}} \def\half{\frac12}"),
        Paragraph((InlineMath(r"\DeclareMathOperator{\Var}{Var}"),)),
        Paragraph((Span("so "), InlineMath(r"\half\vx"))),
        Math(r"\Var \vx"),
    )
    options = TransformOptions(target=target, anatomy=False)
    return apply(Read(Document(Metadata(title="T"), blocks)), options, NoFiles()).document


@pytest.mark.parametrize("target", ["confluence", "notion"])
def test_macros_of_one_cell_apply_in_later_ones(target: str) -> None:
    paragraph, math = run(target).blocks
    assert paragraph.content[1].tex == r"\frac12\mathbf{x}"
    assert math.tex == r"\operatorname{Var} \mathbf{x}"
    assert bool(math.asset) == (target == "confluence")


def test_the_model_keeps_what_the_author_wrote() -> None:
    assert len(run("model").blocks) == 4


def test_a_macro_that_calls_itself_is_shown_as_code() -> None:
    options = TransformOptions(target="confluence", anatomy=False)
    read = apply(Read(Document(Metadata(title="T"), (Math(r"\def\a{\a\a} \a"),))), options, NoFiles())
    assert isinstance(read.document.blocks[0], Code)
    assert [note.code for note in read.notes] == ["math.unrendered"]
