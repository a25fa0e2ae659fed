"""What a file is, by its content; scripts that are notebooks, and those that nobody wants to see published."""

from __future__ import annotations

import json

import pytest

from converters.errors import ConversionError
from converters.options import ReadOptions, Source
from converters.readers import read
from converters.readers.detect import kind_of, script_certainty, suffix_of

NOTEBOOK = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}, indent=1)
R_NOTEBOOK = '<!DOCTYPE html><html><!-- rnb-text-begin --><div id="rmd-source-code">YQ==</div></html>'
HTML = "<!-- made by hand -->\n<!DOCTYPE html>\n<html><body><p>x</p></body></html>"
JUPYTEXT = "---\njupyter:\n  jupytext:\n    text_representation:\n      format_name: {}\n  kernelspec:\n    name: python3\n---\n\nText\n"


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("a.ipynb", NOTEBOOK, ".ipynb"),
        ("a.json", NOTEBOOK, ".ipynb"),
        ("a.txt", NOTEBOOK, ".ipynb"),
        ("a.md", NOTEBOOK, ".ipynb"),
        ("a.html", NOTEBOOK, ".ipynb"),
        ("notebook", NOTEBOOK, ".ipynb"),
        ("a.json", '{"cells": 1}', ".json"),
        ("a.md", "# Title\n\n```python\nx\n```\n", ".md"),
        ("a.md", "Text\n\n```{r, echo=FALSE}\n1\n```\n", ".rmd"),
        ("a.md", "Text\n\n```{python}\n1\n```\n", ".rmd"),
        ("a.md", "Text\n\n```{code-cell} python\n1\n```\n\n```{r}\n```\n", ".md"),
        ("a.md", "Text\n\n```{note}\nMind\n```\n", ".md"),
        ("a.md", "Write `{r}` in a chunk's header.\n", ".md"),
        ("a.md", JUPYTEXT.format("markdown"), ".jupytext.md"),
        ("a.md", JUPYTEXT.format("myst"), ".md"),
        ("a.md", JUPYTEXT.format("pandoc"), ".rmd"),
        ("a.md", "::: {.cell execution_count=1}\n``` {.python .cell-code}\nx\n```\n:::\n", ".cells.md"),
        ("a.md", "::: {#a .cell .code}\n:::\n", ".cells.md"),
        ("a.md", "::: {.cellar}\n:::\n", ".md"),
        ("a.txt", "---\ntitle: x\n---\n\n```{r}\n1\n```\n", ".rmd"),
        ("a.txt", "Just words\n", ".txt"),
        ("a.Rmd", "# x\n", ".rmd"),
        ("a.QMD", "# x\n", ".qmd"),
        ("a.html", HTML, ".html"),
        ("a.HTM", HTML, ".html"),
        ("a.md", HTML, ".html"),
        ("a.nb.html", R_NOTEBOOK, ".nb.html"),
        ("a.html", R_NOTEBOOK, ".nb.html"),
        ("a.nb.html", HTML, ".html"),
        ("a.py", "import os\n", ".py"),
    ],
)
def test_kinds(path: str, text: str, kind: str) -> None:
    assert kind_of(Source(path, text.encode())) == kind
    assert kind_of(Source(path, b"\xef\xbb\xbf" + text.encode())) == kind, "with a byte order mark"


def test_suffixes() -> None:
    found = [suffix_of(path) for path in ("a/b.c/d", "x.R", "x.NB.HTML", "x.tar.gz", ".hidden")]
    assert found == ["", ".r", ".nb.html", ".gz", ".hidden"]


@pytest.mark.parametrize(
    ("suffix", "text", "certainty"),
    [
        (".py", "# ---\n# jupyter:\n#   jupytext:\n#     formats: py:percent\n# ---\n\nx = 1\n", "sure"),
        (".py", "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# ---\n# title: Report\n# ---\nx = 1\n", "sure"),
        (".py", "# %% [markdown]\n# Text\n# %%\nx = 1\n", "sure"),
        (".py", "#%% [md]\n# Text\n", "sure"),
        (".py", "# %%\nx = 1\n", "maybe"),
        (".py", "#%%\nx = 1\n", "maybe"),
        (".py", "# In[1]:\n\nx = 1\n", "maybe"),
        (".py", "# + tags=['a']\nx = 1\n# -\n", "maybe"),
        (
            ".py",
            '"""\nGallery\n=======\n"""\nx = 1\n\n####################\n# Text\n\ny = 2\n\n####################\n# More\n',
            "maybe",
        ),
        (".js", "// %% [markdown]\n// Text\n", "sure"),
        (".jl", "# %% [markdown]\n# Text\n", "sure"),
        (".r", "#' ---\n#' title: Spin\n#' ---\n#' Text\nplot(1)\n", "sure"),
        (".r", "#' # A heading\n#' Text\n#+ plot\nplot(1)\n", "sure"),
        (".py", "import os\n\nprint('# %% [markdown] is a marker')\n", ""),
        (".py", "# ---\n# Section\n# ---\nx = 1\n", ""),
        (".py", "x = 1  # %% of it\n# 50 %% of it\n", ""),
        (".py", '"""A module."""\n\nimport os\n', ""),
        (".r", "#' Add numbers\n#'\n#' @param x a number\n#' @export\nadd <- function(x) x\n", ""),
        (".r", "x <- 1  # + 2\n", ""),
        (".py", "", ""),
    ],
)
def test_scripts(suffix: str, text: str, certainty: str) -> None:
    assert script_certainty(text.encode(), suffix) == certainty


@pytest.mark.parametrize(
    ("path", "data", "line"),
    [
        ("a.docx", b"PK\x03\x04....word/document.xml", "a.docx: is a Word document, which can't be read; save it as Markdown"),
        ("a.xlsx", b"PK\x03\x04....xl/workbook.xml", "is an Excel workbook"),
        ("a.zip", b"PK\x03\x04....", "is a ZIP archive, which can't be read; unpack it"),
        ("a.pdf", b"%PDF-1.7\n", "is a PDF, which can't be read; publish what it was made from"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "is a picture"),
        ("a.txt", b"words", "files of kind .txt can't be read; known: "),
        ("LICENSE", b"words", "files of kind without suffix can't be read"),
        ("tool.py", b"def run():\n    return 1\n", 'is a plain script, no notebook; mark its cells with "# %%"'),
        ("tool.js", b"let x = 1\n", 'mark its cells with "// %%"'),
        ("app.py", b"import marimo\napp = marimo.App()\n", "is a marimo notebook, which only marimo reads"),
        ("a.html", b"<html><form><input type='password'></form></html>", "is a login page, not a document"),
        ("a.html", b"<html><body><div id='root'></div><script src='x.js'></script></body></html>", "a page without text"),
        ("a.html", b"   ", "the file is empty"),
        ("a.nb.html", b'<!-- rnb-text-begin --><div id="rmd-source-code">!</div>', "source is missing or damaged"),
    ],
)  # fmt: skip
def test_what_cant_be_read_is_one_clear_line(path: str, data: bytes, line: str) -> None:
    with pytest.raises(ConversionError) as error:
        read(Source(path, data), ReadOptions())
    assert line in str(error.value)
    assert "\n" not in str(error.value)
