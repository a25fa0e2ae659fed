"""Percent scripts and jupytext's other formats: cells as a notebook has them, metadata from the header on top."""

from __future__ import annotations

from typing import Any

import pytest

from converters.model import Code, Document, Heading, Output, Paragraph, Toggle
from converters.options import NoFiles, Read, ReadOptions, Source, TransformOptions
from converters.readers import read
from converters.transforms import apply
from converters.walk import iter_blocks


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("a.md", "jupytext: 5"),
        ("a.md", "jupyter:\n  jupytext: 5\n  kernelspec: 3"),
        ("a.md", "jupyter:\n  jupytext:\n    text_representation: 4\n  kernelspec: [a]"),
        ("a.py", "jupyter:\n  jupytext: 5"),
        ("a.py", "jupyter:\n  jupytext: {cell_metadata_filter: 5}"),
    ],
)
def test_settings_of_jupytext_in_an_odd_shape_are_ignored_with_a_note(path: str, header: str) -> None:
    lines = ["---", "title: Churn", *header.split("\n"), "---"]
    text = "\n".join(lines) + "\n\n```python\nx = 1\n```\n"
    if path == "a.py":
        text = "".join(f"# {line}\n" for line in lines) + "\n# %%\nx = 1\n"
    found = read(Source(path, text.encode()), ReadOptions())
    assert found.document.title == "Churn"
    assert [block.text for block in found.document.blocks if isinstance(block, Code)] == ["x = 1"]
    assert "metadata.jupytext" in {note.code for note in found.notes}


PERCENT = '''# ---
# title: Churn
# authors: [Ann, Bob]
# tags: [sales]
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown] tags=["intro"]
# ## Why
#
# Because $x^2$.

# %% Load the data tags=["hide-input"] key="v"
# %matplotlib inline
import os

# %% [markdown]
"""
In *triple* quotes.
"""

# %% tags=["remove-cell"]
secret = 1

# %% tags=["remove-input"]
unseen = 1

# %% [raw]
# raw text
'''


def opened(text: str, path: str = "a.py", **options: Any) -> Read:
    return read(Source(path, text.encode()), ReadOptions(**options))


def codes(document: Document) -> list[Code]:
    return [block for block in iter_blocks(document.blocks) if isinstance(block, Code)]


def words(document: Document) -> str:
    from converters.build import text_of

    return " ".join(
        text_of(block.content) for block in iter_blocks(document.blocks) if isinstance(block, Paragraph | Heading)
    )


def test_a_percent_script_is_a_notebook() -> None:
    done = opened(PERCENT)
    document = done.document
    assert (document.title, [one.name for one in document.meta.authors]) == ("Churn", ["Ann", "Bob"])
    assert document.meta.tags == ("sales",)
    assert document.meta.provenance.kernel == "Python 3"
    assert "Why" in words(document)
    assert "In triple quotes." in words(document)
    first, unseen, raw = codes(document)
    assert (first.text, first.language, first.role) == ("%matplotlib inline\nimport os", "python", "input")
    assert (first.title, first.visibility) == ("Load the data", "fold")
    assert unseen.visibility == "omit"
    assert raw.text == "raw text"
    assert first.where is not None
    assert (first.where.source, first.where.cell) == ("a.py", 3)
    assert [note.code for note in done.notes] == ["code.not-executed"]


def test_the_same_script_reads_the_same() -> None:
    assert opened(PERCENT).document == opened(PERCENT).document


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("a.jl", "# ---\n# jupyter:\n#   kernelspec: {display_name: Julia, language: julia, name: julia}\n# ---\n\n# # Title\n#\n# Words here.\n\nx = 1\n", "julia"),
        ("a.R", "# %% [markdown]\n# # Title\n# Words here.\n\n# %%\nx <- 1\n", "r"),
        ("a.r", "#' ---\n#' title: Title\n#' ---\n#' Words here.\n#+ chunk, echo=TRUE\nx <- 1\n", "r"),
        ("a.js", "// %% [markdown]\n// # Title\n// Words here.\n\n// %%\nx = 1\n", "javascript"),
        ("a.sh", "# %% [markdown]\n# # Title\n# Words here.\n\n# %%\nx=1\n", "bash"),
        ("a.scala", "// %% [markdown]\n// # Title\n// Words here.\n\n// %%\nval x = 1\n", "scala"),
        ("a.cpp", "// %% [markdown]\n// # Title\n// Words here.\n\n// %%\nint x = 1;\n", "c++"),
        ("a.py", '"""\n# Title\n"""\n\n################################\n# Words here.\n\nx = 1\n\n################################\n# More.\n', "python"),
        ("a.py", "# + [markdown]\n# # Title\n# Words here.\n# -\n\n# +\nx = 1\n# -\n", "python"),
        ("a.py", "# %% [markdown]\n# # Title\n# Words here.\n\n# %%\n%time x = 1\n", "python"),
        ("a.md", "---\njupyter:\n  jupytext: {text_representation: {extension: .md, format_name: markdown}}\n  kernelspec: {name: python3, display_name: P, language: python}\n---\n\n# Title\n\nWords here.\n\n```python\nx = 1\n```\n", "python"),
    ],
)  # fmt: skip
def test_other_formats(path: str, text: str, language: str) -> None:
    document = opened(text, path).document
    assert document.title == "Title"
    assert "Words here." in words(document)
    (code,) = codes(document)
    assert (code.role, code.language) == ("input", language)
    assert "x" in code.text
    assert "1" in code.text


def test_a_chunk_of_spin_that_is_not_shown() -> None:
    document = opened("#' ---\n#' title: T\n#' ---\n#+ plot, echo=FALSE\nplot(1)\n", "a.R").document
    assert [one.visibility for one in codes(document)] == ["omit"]


def test_configured_tags_hold() -> None:
    text = '# %% [markdown]\n# Text\n# %% tags=["internal"]\nx = 1\n'
    assert not codes(opened(text, remove_cell_tags=frozenset({"internal"})).document)


def test_preprocessors_hold() -> None:
    traits = {"TagRemovePreprocessor": {"remove_cell_tags": {"internal"}}}
    text = '# %% [markdown]\n# Text\n# %% tags=["internal"]\nx = 1\n'
    assert not codes(opened(text, preprocessors=traits).document)


def test_the_script_is_attached_as_what_it_is() -> None:
    class Files(NoFiles):
        def read(self, path: str) -> bytes:
            return PERCENT.encode() if path == "a.py" else super().read(path)

    document = apply(opened(PERCENT), TransformOptions(target="confluence"), Files()).document
    (asset,) = [asset for asset in document.assets.values() if asset.name == "a.py"]
    assert asset.mime == "text/x-python"


def test_a_program_inside_another_format_is_not_run() -> None:
    """Jupytext would start marimo and pandoc; a script that names such a format in its header is refused instead."""
    from converters.errors import ConversionError

    text = "# ---\n# jupyter:\n#   jupytext:\n#     text_representation: {extension: .py, format_name: marimo}\n# ---\nx = 1\n"
    with pytest.raises(ConversionError, match=r"marimo, which needs another program|can't be read as a notebook"):
        opened(text)


def test_blocks_are_those_of_notebooks() -> None:
    kinds = {type(block) for block in opened(PERCENT).document.blocks}
    assert kinds <= {Heading, Paragraph, Code, Output, Toggle}


@pytest.mark.parametrize("name", ["pandoc", "quarto", "marimo", "myst", "rmarkdown", "percent"])
@pytest.mark.parametrize("extension", [".py", ".md", ".qmd"])
@pytest.mark.parametrize("path", ["a.py", "a.md"])
def test_no_document_starts_a_program(name: str, extension: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    import jupytext  # noqa: F401  (asks for pandoc's version when it is imported, whatever there is to read)

    from converters.errors import ConversionError

    started: list[object] = []

    def refuse(command: object, *_: object, **__: object) -> None:
        started.append(command)
        raise FileNotFoundError(command)

    monkeypatch.setattr(subprocess, "Popen", refuse)
    mark = "# " if path.endswith(".py") else ""
    header = [
        "---", "jupyter:", "  jupytext:", "    text_representation:", f"      extension: {extension}",
        f"      format_name: {name}", "---",
    ]  # fmt: skip
    text = (
        "".join(f"{mark}{line}\n" for line in header) + "\n# %%\nimport marimo\napp = marimo.App()\n\n::: {.x}\n:::\n"
    )
    try:
        opened(text, path)
    except ConversionError as error:
        assert "\n" not in str(error)
    assert not started


def test_a_notebook_of_databricks() -> None:
    text = (
        "# Databricks notebook source\n# MAGIC %md\n# MAGIC # Sales\n# MAGIC\n# MAGIC Text\n\n# COMMAND ----------\n\n"
        "# DBTITLE 1,Load it\ndf = 1  # MAGIC\n\n# COMMAND ----------\n\n# MAGIC %sql\n# MAGIC SELECT 1\n# MAGIC\n# MAGIC FROM t\n\n"
        "# COMMAND ----------\n\n# MAGIC %sh ls\n\n# COMMAND ----------\n\n# MAGIC %run ./x\n"
    )
    document = read(Source("x.py", text.encode()), ReadOptions()).document
    assert document.meta.title == "Sales"
    assert [(b.language, b.text, b.title) for b in document.blocks if isinstance(b, Code)] == [
        ("python", "df = 1  # MAGIC", "Load it"),
        ("sql", "SELECT 1\n\nFROM t", ""),
        ("bash", "ls", ""),
        ("python", "%run ./x", ""),
    ]
    scala = "// Databricks notebook source\nval x = 1\n\n// COMMAND ----------\n\n// MAGIC %md Text\n"
    blocks = read(Source("x.scala", scala.encode()), ReadOptions()).document.blocks
    assert [type(block) for block in blocks] == [Code, Paragraph]
