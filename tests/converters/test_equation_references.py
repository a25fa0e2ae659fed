r"""References to equations in text, as MathJax reads them in a notebook: ``\eqref{eq:x}`` without dollars, too."""

from __future__ import annotations

import json
import re

import pytest

from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read
from converters.transforms import apply
from converters.writers.confluence import write_confluence

CELL = r"""# T

As \eqref{eq:a} says, and $\eqref{eq:b}$, and \ref{eq:b} again.

\begin{equation}\label{eq:a}
x = 1
\end{equation}

\begin{align}
y &= 2 \\
z &= 3 \label{eq:b}
\end{align}
"""


@pytest.mark.parametrize("name", ["n.ipynb", "n.md", "n.qmd"])
def test_references_are_links_with_the_number(name: str) -> None:
    cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": CELL}]
    notebook = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})
    source = Source(name, (notebook if name.endswith("ipynb") else CELL).encode())
    options = TransformOptions(target="confluence", anatomy=False)
    made = apply(read(source, ReadOptions()), options, NoFiles())
    body = write_confluence(made.document, WriteOptions())[0].body
    links = re.findall(r'<ac:link ac:anchor="([^"]+)"><ac:link-body>([^<]*)</ac:link-body>', body)
    assert links == [("eq:a", "(1)"), ("eq:b", "(2)"), ("eq:b", "2")]
    anchors = re.findall(r'<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">([^<]*)', body)
    assert [name for name in anchors if name.startswith("eq:")] == ["eq:a", "eq:b"]
    assert "\u2003(1)</p>" in body
    assert [note for note in made.notes if note.code.startswith("math")] == []
