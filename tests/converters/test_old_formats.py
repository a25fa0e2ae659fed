"""Notebook formats before 4, as their own writers left them."""

from __future__ import annotations

import json

import pytest

from converters.model import Code, Paragraph, Span
from converters.options import ReadOptions, Source
from converters.readers import read


def old(major: int, lines: list[str]) -> Source:
    cells = [
        {"cell_type": "markdown", "source": lines},
        {"cell_type": "code", "input": lines, "language": "python", "outputs": [], "collapsed": False},
    ]
    notebook = {"nbformat": major, "nbformat_minor": 0, "metadata": {"name": "n"}, "worksheets": [{"cells": cells}]}
    return Source("n.ipynb", json.dumps(notebook).encode())


@pytest.mark.parametrize(("major", "lines"), [(2, ["a", "b"]), (3, ["a", "b"]), (3, ["a\n", "b"])])
def test_lines_of_old_notebooks_stay_lines(major: int, lines: list[str]) -> None:
    blocks = read(old(major, lines), ReadOptions()).document.blocks
    text, code = (block for block in blocks if isinstance(block, Paragraph | Code))
    assert isinstance(text, Paragraph)
    assert "".join(part.text if isinstance(part, Span) else " " for part in text.content).split() == ["a", "b"]
    assert isinstance(code, Code)
    assert code.text == "a\nb"
