"""Which files of the repository code takes in: Python, R, Julia, what these take in, and nothing outside the root."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bridge.hub.modules import MODULES_MAX, Modules
from bridge.hub.uses import CODE_MAX, Use, uses_of
from bridge.source_tree import SourceTree


def test_imports_are_read_by_pythons_own_grammar() -> None:
    code = "%matplotlib inline\nimport os, lab.tools as t\nfrom plots import *\nfrom .near import thing\n!pip install x\nx = 'import no'"
    assert [one.name for one in uses_of(code, "ipython3")] == ["os", "lab.tools", "plots", ".near", ".near.thing"]
    assert [one.name for one in uses_of("if x:\n    %time y\n    import a\n", "python")] == ["a"]
    assert list(uses_of("import (", "python")) == []
    assert list(uses_of("import os", "sql")) == []


def test_r_names_files_in_strings_of_its_own_calls() -> None:
    code = """
    # source("no.R") and don't
    source("lib/x.R"); base::source(here::here("R", "y.r"), local = TRUE)
    source(file.path(here(), 'lib', "z.R")); knitr::read_chunk("chunks.R")
    says <- "not source('quoted.R')"
    source(paste0("computed", ".R")); source(file.path(where, "computed.R")); source("data.csv"); resource("other.R")
    box::use(./mod/plots[bars, ...], st = lib/stats, dplyr,
      ../up/a, r/core[...])
    import::from("lib/imp.R", f); import::here(f, .from = "late.R")
    """
    assert [one.name for one in uses_of(code, "R")] == [
        "lib/x.R", "R/y.r", "./lib/z.R", "chunks.R", "lib/imp.R", "late.R", "./mod/plots", "lib/stats", "../up/a", "r/core",
    ]  # fmt: skip


def test_julia_names_files_and_modules() -> None:
    code = """
#= include("no.jl") =#
include("a.jl"); include(joinpath(@__DIR__, "..", "src", "b.jl")) # include("c.jl")
include(srcdir("d.jl")); include(x); includet("e.jl"); include("$y.jl")
s = "include(\\"q.jl\\")"; t = x' * y
using Plots, Statistics: mean
@everywhere using Local
import ..Up, A.B
"""
    assert list(uses_of(code, "julia")) == [
        *(Use("path", name) for name in ("a.jl", "./../src/b.jl", "src/d.jl", "e.jl")),
        *(Use("julia", name) for name in ("Plots", "Statistics", "Local", "A")),
    ]


@pytest.mark.parametrize("bad", [
    '"\\"' + '\\"' * 90_000, "#=\n" * 60_000, "source(" * 28_000, "box::use(" * 22_000, "source(here('a'," * 12_000,
    '"""' + '"' * 190_000, "include(joinpath(" * 11_000, "`" * 190_000, "import::from(" * 15_000, "using " * 33_000,
    "'\\" * 90_000, "import x\n" + " \n" * 90_000 + "x%y",
], ids=lambda text: text[:8].strip())  # fmt: skip
@pytest.mark.parametrize("language", ["r", "julia", "python"])
def test_hostile_code_costs_time_in_proportion_to_its_length(bad: str, language: str) -> None:
    def cost(text: str) -> float:
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            list(uses_of(f"#source include using box::use\n{text}", language))
            best = min(best, time.process_time() - start)
        return best

    whole = bad[: CODE_MAX - 100]
    assert cost(whole) < 30 * max(cost(whole[: len(whole) // 8]), 0.01)


def tree(root: Path, **files: str) -> SourceTree:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return SourceTree(root)


def of(files: SourceTree, code: str, language: str, path: str) -> tuple[str, ...]:
    return Modules(files.read, files.exists).of(tuple(uses_of(code, language)), path)


def test_modules_are_found_as_python_finds_them() -> None:
    there = {"plots.py", "lab/tools.py", "src/deep/__init__.py", "a/b/near.py"}
    uses = [Use("python", name) for name in ("os", "plots", "lab.tools", "deep", ".near", "..plots", "numpy")]
    found = Modules(lambda _: b"", there.__contains__).of(uses, "a/b/report.ipynb")
    assert found == ("plots.py", "lab/tools.py", "src/deep/__init__.py", "a/b/near.py")


def test_what_they_take_in_in_turn_counts_and_circles_end(tmp_path: Path) -> None:
    files = tree(
        tmp_path,
        src__plots_DOT_py="import colours\nfrom . import near",
        src__colours_DOT_py="import plots, numpy",
        src__near_DOT_py="def broken(:",
        lib__x_DOT_R="source('lib/y.R'); box::use(./z)",
        lib__y_DOT_R="source('lib/x.R')",
        lib__z_DOT_r="1",
        jl__a_DOT_jl='include("b.jl"); using Tools',
        jl__b_DOT_jl="1",
        src__Tools_DOT_jl="1",
    )
    assert of(files, "import plots", "python", "sales/a.ipynb") == ("src/plots.py", "src/colours.py", "src/near.py")
    assert of(files, 'source("lib/x.R")', "r", "deep/er/a.Rmd") == ("lib/x.R", "lib/y.R", "lib/z.r")
    found = of(files, 'include("../jl/a.jl")', "julia", "sales/a.qmd")
    assert found == ("jl/a.jl", "jl/b.jl", "src/Tools.jl")


def test_nothing_outside_the_root_is_read_or_named(tmp_path: Path) -> None:
    (tmp_path / "secret.R").write_text("source('more.R')", encoding="utf-8")
    root = tmp_path / "root"
    files = tree(root, inside_DOT_R="source('../secret.R'); source('/etc/passwd.R'); source('link.R')")
    (root / "link.R").symlink_to(tmp_path / "secret.R")
    (root / "more.R").write_text("1", encoding="utf-8")
    read: list[str] = []

    def reading(path: str) -> bytes:
        read.append(path)
        return files.read(path)

    code = "source('../secret.R'); source('a/../../secret.R'); source('link.R'); source('inside.R')"
    found = Modules(reading, files.exists).of(tuple(uses_of(code, "r")), "report.Rmd")
    assert (found, read) == (("inside.R",), ["inside.R"])


def test_a_list_has_an_end_and_each_file_is_read_once(tmp_path: Path) -> None:
    for number in range(MODULES_MAX + 50):
        (tmp_path / f"m{number}.py").write_text(f"import m{number + 1}", encoding="utf-8")
    files = SourceTree(tmp_path)
    read: list[str] = []

    def reading(path: str) -> bytes:
        read.append(path)
        return files.read(path)

    modules = Modules(reading, files.exists)
    assert len(modules.of([Use("python", "m0")], "a.ipynb")) == MODULES_MAX
    number = len(read)
    modules.of([Use("python", "m0")], "b.ipynb")
    assert len(read) == number
