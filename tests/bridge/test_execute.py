"""``--execute``: a fresh kernel, a temporary copy; sources stay as they are."""

from __future__ import annotations

import json
import sys

import pytest

from bridge.config import load
from bridge.execute import executed_tree
from bridge.executors import open_executor
from bridge.pipeline import RenderOptions, render_path
from converters.errors import ConfigError


def notebook(code: str) -> str:
    cell = {"cell_type": "code", "metadata": {}, "source": code, "id": "a", "outputs": [], "execution_count": None}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
def test_runs_in_a_copy_with_parameters(tmp_path):
    (tmp_path / "nbwiki.toml").write_text("[execute]\nenabled = true\nparameters = { n = 42 }\n")
    source = notebook("open('made.txt', 'w').write('x'); print('hello', n)")
    (tmp_path / "a.ipynb").write_text(source)
    with executed_tree(load(None, {}, tmp_path), (), wanted=False) as files:
        executed = files.read("a.ipynb").decode()
    assert "hello 42" in executed
    assert (tmp_path / "a.ipynb").read_text() == source
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ipynb", "nbwiki.toml"]


def test_without_the_extra_it_names_the_remedy(tmp_path, monkeypatch):
    (tmp_path / "a.ipynb").write_text(notebook("1"))
    monkeypatch.setitem(sys.modules, "ipykernel", None)
    with (
        pytest.raises(ConfigError, match=r"pip install nbwiki\[jupyter\]"),
        executed_tree(load(None, {}, tmp_path), (), wanted=True),
    ):
        pass


def test_dask_without_the_extra_names_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"pip install nbwiki\[dask\]"), open_executor("dask://127.0.0.1:1"):
        pass


def test_rendering_in_a_process_pool_gives_the_same(tmp_path):
    (tmp_path / "a.md").write_text("# A\n\nText.\n")
    settings = load(None, {}, tmp_path)
    with executed_tree(settings, (), wanted=False) as files, open_executor("processes") as pool:
        assert pool is not None
        there = pool.submit(render_path, "a.md", RenderOptions(), files).result(timeout=60)
        here = render_path("a.md", RenderOptions(), files)
    assert there.rendered.digest == here.rendered.digest


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
def test_a_failed_run_names_its_cell_and_stops_no_other(tmp_path):
    good, bad = json.loads(notebook("print(6 * 7)")), json.loads(notebook("x = 1"))
    bad["cells"] += [{**json.loads(notebook("1 / 0"))["cells"][0], "id": "b"}]
    (tmp_path / "bad.ipynb").write_text(json.dumps(bad))
    (tmp_path / "good.ipynb").write_text(json.dumps(good))
    with executed_tree(load(None, {}, tmp_path), (), wanted=True) as files:
        done = render_path("bad.ipynb", RenderOptions(), files)
        assert done.error == "bad.ipynb: its run failed in cell 2: ZeroDivisionError: division by zero"
        assert "42" in files.read("good.ipynb").decode()
    assert json.loads((tmp_path / "bad.ipynb").read_text()) == bad
