"""The wheel holds exactly our three packages, typed, and nothing else; the console command is there."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_top_level_is_exactly_our_three_packages(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"bridge", "adapters", "converters"}


@pytest.mark.parametrize("package", ["bridge", "adapters", "converters"])
def test_each_package_is_typed(wheel: zipfile.ZipFile, package: str) -> None:
    assert f"{package}/py.typed" in wheel.namelist()


def test_what_is_no_python_is_shipped_too(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert "adapters/sandbox/web/style.css" in names
    assert any(name.startswith("bridge/_examples/acme/") and name.endswith(".ipynb") for name in names)
    assert not [name for name in names if "__pycache__" in name or "node_modules" in name]


def test_console_command(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "nbwiki = bridge.__main__:main" in wheel.read(name).decode()
