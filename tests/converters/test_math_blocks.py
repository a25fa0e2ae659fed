"""Equations between lines of dollars, as Jupyter and Quarto take them."""

from __future__ import annotations

import json

import pytest

from converters.model import Block, Code, Math, Paragraph
from converters.options import ReadOptions, Source
from converters.readers import read


def cell(text: str) -> list[Block]:
    """Blocks of a notebook with this one cell."""
    cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# T\n\n" + text}]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    return list(read(Source("n.ipynb", json.dumps(notebook).encode()), ReadOptions()).document.blocks)


@pytest.mark.parametrize(
    ("text", "equations"),
    [
        ("i.e.\n$$\n\\begin{align}\n- x\\\\\n\\end{align}\n$$\nnext\n\n$$ m $$\n\nend", ["\\begin{align}\n- x\\\\\n\\end{align}", "m"]),
        ("a\n\n$$\np\n$$ {#eq-p}\n\nb $l$ c\n\n$$\nq\n$$ {#eq-q}\n\nend", ["p", "q"]),
        ("$$ a = 1 $$ {#eq-a}\n\nb", ["a = 1"]),
        ("$$\na\n\nb\n$$\n\nend", ["a\n\nb"]),
    ],
)  # fmt: skip
def test_equations_end_where_their_dollars_do(text: str, equations: list[str]) -> None:
    blocks = cell(text)
    assert [block.tex for block in blocks if isinstance(block, Math)] == equations
    assert isinstance(blocks[-1], Paragraph)


def test_the_label_is_kept() -> None:
    (block,) = (block for block in cell("$$\np\n$$ {#eq-p}\n\nx") if isinstance(block, Math))
    assert block.label == "eq-p"


def test_an_equation_behind_a_fence_is_code_and_not_lost() -> None:
    (block,) = (block for block in cell("```\\begin{align}\na\n\\end{align}\n```") if isinstance(block, Code))
    assert (block.text, block.language) == ("\\begin{align}\na\n\\end{align}", "latex")


def test_latex_s_own_brackets_hold_equations_where_they_can_be_no_prose() -> None:
    (block,) = cell(r"Text \(a_1 + b\) and \(just words\), \[snake_case\]\(x\) too.")
    assert isinstance(block, Paragraph)
    assert [getattr(inline, "tex", "") or getattr(inline, "text", "") for inline in block.content] == [
        "Text ", "a_1 + b", " and (just words), [snake_case](x) too.",
    ]  # fmt: skip
    (shown,) = cell("\\[\n\\mathbf{A} = B\n\\]")
    assert isinstance(shown, Math)
    assert shown.tex.strip() == "\\mathbf{A} = B"
