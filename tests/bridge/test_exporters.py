"""The real ``jupyter nbconvert`` with our exporters: its configuration and preprocessors hold, files lie beside the page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
MASK = '''from nbconvert.preprocessors import Preprocessor
from traitlets import Unicode


class Mask(Preprocessor):
    """Replaces a word in all narrative."""

    word = Unicode("").tag(config=True)

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(self.word, "***")
        return cell, resources
'''


def cell(
    kind: str, source: str, *, tags: tuple[str, ...] = (), outputs: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)}}
    return {**made, "outputs": list(outputs), "execution_count": None} if kind == "code" else made


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    picture = {"output_type": "display_data", "data": {"image/png": PNG, "text/plain": "<Figure>"}, "metadata": {}}
    cells = [
        cell("markdown", "# Report\n\nWords, $x^2$ and ![gone](gone.png)."),
        cell("code", "plot()", outputs=(picture,)),
        cell("code", "password = 'hunter2'", tags=("internal",)),
    ]
    path = tmp_path / "my report.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    (tmp_path / "mask.py").write_text(MASK)
    return path


def nbconvert(notebook: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(ROOT), str(notebook.parent)))
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", "nbconvert", *arguments, notebook.name],
        cwd=notebook.parent, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


def test_confluence_page_with_its_files(notebook: Path) -> None:
    done = nbconvert(notebook, "--to", "nbwiki-confluence")
    page = (notebook.parent / "my report.xhtml").read_text()
    files = {path.name for path in (notebook.parent / "my report_files").iterdir()}
    assert set(re.findall(r'ri:filename="([^"]+)"', page)) == files
    assert {name.rpartition(".")[2] for name in files} == {"png", "ipynb"}
    assert 'ac:name="title">Code<' in page
    assert "no picture gone.png" in done.stderr


def test_notion_blocks_with_their_files(notebook: Path) -> None:
    nbconvert(notebook, "--to", "nbwiki-notion")
    blocks = json.loads((notebook.parent / "my report.json").read_text())
    assert {"paragraph", "image", "toggle"} <= {block["type"] for block in blocks}
    assert any(path.suffix == ".png" for path in (notebook.parent / "my report_files").iterdir())


def test_nbconverts_preprocessors_hold_and_the_attached_notebook_is_what_they_left(notebook: Path) -> None:
    nbconvert(
        notebook,
        *("--to", "nbwiki-confluence"),
        "--TagRemovePreprocessor.enabled=True",
        "--TagRemovePreprocessor.remove_cell_tags=internal",
        "--ConfluenceExporter.preprocessors=mask.Mask",
        "--Mask.word=Words",
    )
    page = (notebook.parent / "my report.xhtml").read_text()
    assert "***" in page
    assert "Words" not in page
    (attached,) = (notebook.parent / "my report_files").glob("*.ipynb")
    for text in (page, attached.read_text()):
        assert "hunter2" not in text


def test_options_of_our_own(notebook: Path) -> None:
    nbconvert(
        notebook,
        *("--to", "nbwiki-confluence", "--output", "other"),
        "--ConfluenceExporter.code=omit",
        "--ConfluenceExporter.attach_source=False",
        "--ConfluenceExporter.math=macro:mathinline",
    )
    page = (notebook.parent / "other.xhtml").read_text()
    assert "plot()" not in page
    assert 'ac:name="mathinline"' in page
    assert [path.suffix for path in (notebook.parent / "other_files").iterdir()] == [".png"]


def test_the_same_notebook_gives_the_same_bytes(notebook: Path) -> None:
    def run() -> dict[str, bytes]:
        nbconvert(notebook, "--to", "nbwiki-confluence")
        found = [notebook.parent / "my report.xhtml", *(notebook.parent / "my report_files").iterdir()]
        return {path.name: path.read_bytes() for path in found}

    assert run() == run()


def test_the_page_is_what_convert_makes(notebook: Path) -> None:
    nbconvert(notebook, "--to", "nbwiki-confluence", "--ConfluenceExporter.anatomy=False")
    from bridge.pipeline import RenderOptions, render
    from bridge.source_tree import SourceTree
    from converters.options import Source, TransformOptions

    options = RenderOptions(transform=TransformOptions(target="confluence", anatomy=False))
    done = render(Source(notebook.name, notebook.read_bytes()), options, SourceTree(notebook.parent))
    assert done.rendered is not None
    assert (notebook.parent / "my report.xhtml").read_text() == done.rendered.body
