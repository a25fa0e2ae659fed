"""What the documents say is so: commands exist and are named, examples parse, files are where they are linked."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def commands() -> list[str]:
    from bridge.cli import main

    return sorted(main.list_commands(None))  # type: ignore[arg-type]


@pytest.mark.parametrize("command", commands())
def test_every_command_has_help_and_a_line_in_the_readme(command: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bridge", command, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "Usage: nbwiki" in run.stdout
    assert len(run.stdout.split("\n\n")[1].strip()) > 20, "a sentence that says what it does"
    assert f"`{command}`" in README


def test_readme_examples_parse() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        assert "targets" in tomllib.loads(block)


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (document.parent / link).exists(), link


def test_changelog_has_unreleased_on_top() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"


def test_decisions_are_numbered_in_order() -> None:
    numbers = re.findall(r"^## (\d+)\. ", (ROOT / "DECISIONS.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in numbers] == list(range(1, len(numbers) + 1))


def test_the_map_names_every_module_of_converters_and_bridge_and_no_other() -> None:
    places = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("## converters")[1]
    named = set(re.findall(r"[\w*]+\.py\b", places))
    there = {
        path.name for part in ("converters", "bridge", "adapters", "tests") for path in (ROOT / part).rglob("*.py")
    }
    assert [name for name in named if not fnmatch.filter(there, name)] == []
    modules = {path.name for part in ("converters", "bridge") for path in (ROOT / part).rglob("*.py")}
    assert sorted(one for one in modules if not any(fnmatch.fnmatch(one, name) for name in named)) == []
