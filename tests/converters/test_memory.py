"""Memory that a conversion takes stays within bounds of the notebook's size."""

from __future__ import annotations

import importlib.util
import json
import resource
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from converters.readers.notebook_json import load_notebook

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
TINY = {
    "cells": [{"cell_type": "markdown", "metadata": {}, "source": "x"}],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def peak(path: Path, target: str) -> tuple[int, str]:
    command = [sys.executable, str(BENCHMARKS / "peak.py"), "--inside", str(path), target]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    first, _, said = done.stdout.strip().partition(" ")
    return int(first), said


@pytest.mark.skipif(not hasattr(resource, "getrusage"), reason="the system counts no memory")
@pytest.mark.parametrize(
    ("kind", "target"), [("tables", "confluence"), ("logs", "notion"), ("pictures", "confluence"), ("table", "notion")]
)
def test_a_big_notebook_takes_a_few_times_its_size(kind: str, target: str, tmp_path: Path):
    big, tiny = tmp_path / "big.ipynb", tmp_path / "tiny.ipynb"
    data = module("big").notebook(kind, 12)
    big.write_bytes(data)
    tiny.write_text(json.dumps(TINY))
    needed, said = peak(big, target)
    without, _ = peak(tiny, target)
    assert "assets" in said
    # Modules, page and parsers' own need take up to 30 MB whatever the size; the rest goes with it.
    # 50 MB: modules that a tiny notebook doesn't load, and the allocator's own; measured beside it at 12 and at 50 MB
    assert needed - without < 50_000_000 + 3.2 * len(data)


def test_outputs_of_a_big_notebook_read_as_those_of_a_small_one():
    big = module("big")
    data = big.notebook("mixed", 3)
    notebook, notes = load_notebook(data, "a.ipynb")
    plain = json.loads(data)

    def joined(value: object) -> object:
        return "".join(value) if isinstance(value, list) and value and all(isinstance(x, str) for x in value) else value

    assert notes == []
    assert len(notebook["cells"]) == len(plain["cells"])
    for one, two in zip(notebook["cells"], plain["cells"], strict=True):
        assert {k: v for k, v in one.items() if k != "outputs"} == {k: v for k, v in two.items() if k != "outputs"}
        for output, other in zip(one.get("outputs", ()), two.get("outputs", ()), strict=True):
            flat = [
                {k: joined(v) for k, v in {**o, **o.get("data", {})}.items() if k != "data"} for o in (output, other)
            ]
            assert flat[0] == flat[1]


@pytest.mark.parametrize("damage", [b'"\\ud800"', b"NaN", b"\xff", b'{"unclosed": '])
def test_what_is_wrong_inside_an_output_of_a_big_notebook_is_found_when_it_is_opened(damage: bytes):
    from converters.errors import ConversionError

    pad = b'"' + b"x" * 2_100_000 + b'"'
    data = b'{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": "", "outputs": [{"a": %s, "b": %s}]}]}'
    try:
        _, notes = load_notebook(data % (pad, damage), "a.ipynb")
    except ConversionError:
        return
    assert notes
