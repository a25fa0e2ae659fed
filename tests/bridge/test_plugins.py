"""Plug-ins as people install them: a distribution beside nbwiki, found by its entry points, run by the real command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "plugin"
ADOC = "= Plan\n\nSee ACME-12 and ACME-7.\n\n== Costs\n\n|===\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages with the example in it, as pip lays it out."""
    folder = tmp_path / "site"
    shutil.copytree(EXAMPLE / "nbwiki_tickets", folder / "nbwiki_tickets", ignore=shutil.ignore_patterns("__pycache__"))
    install(folder, "nbwiki-tickets", "1.0", entry_points(EXAMPLE / "pyproject.toml"))
    return folder


def entry_points(pyproject: Path) -> str:
    """The entry points of a project, as an installer writes them down."""
    import tomllib

    groups = tomllib.loads(pyproject.read_text())["project"]["entry-points"]
    return "\n".join(
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in groups.items()
    )


def install(folder: Path, name: str, version: str, points: str) -> None:
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(points)


def nbwiki(*arguments: str, cwd: Path, site: Path | None = None) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(map(str, filter(None, (ROOT, site))))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NBWIKI")}
    return subprocess.run(
        [sys.executable, "-m", "bridge", *arguments],
        cwd=cwd, env={**kept, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_example_reads_transforms_and_writes(site: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.adoc").write_text(ADOC)
    done = nbwiki("convert", "plan.adoc", "--to", "confluence", "-o", "out", cwd=tmp_path, site=site)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out/plan/page.xhtml").read_text()
    assert '<a href="https://tickets.acme.example/browse/ACME-12">ACME-12</a>' in page
    report = json.loads((tmp_path / "out/plan/report.json").read_text())
    assert report["title"] == "Plan"
    assert [(note["code"], note["where"]) for note in report["notes"]] == [("adoc.unknown", "plan.adoc line 7")]

    done = nbwiki("convert", "plan.adoc", "--to", "outline", "-o", "out", cwd=tmp_path, site=site)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/plan/outline.txt").read_text() == "Plan\n  Costs\n"


def test_its_transform_is_asked_for_documents_of_all_kinds(site: Path, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\nACME-1\n")
    nbwiki("convert", "a.md", "--to", "notion", "-o", "out", cwd=tmp_path, site=site)
    assert "tickets.acme.example/browse/ACME-1" in (tmp_path / "out/a/blocks.json").read_text()


def test_without_it_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "plan.adoc").write_text(ADOC)
    done = nbwiki("convert", "plan.adoc", "--to", "confluence", "-o", "out", cwd=tmp_path)
    assert (done.returncode, "files of kind .adoc can't be read" in done.stderr) == (4, True)
    done = nbwiki("convert", "plan.adoc", "--to", "outline", "-o", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "nothing writes for 'outline'; known: confluence, notion, model" in done.stderr


@pytest.mark.parametrize(
    ("points", "name"),
    [
        ("[nbwiki.transforms]\nbad = no_such_module:run\n", "a.md"),
        ("[nbwiki.readers]\n.adoc = no_such_module:run\n", "plan.adoc"),
    ],
)
def test_one_that_cant_be_imported_is_named_in_one_line(tmp_path: Path, points: str, name: str) -> None:
    site = tmp_path / "site"
    install(site, "acme-broken", "0.3", points)
    (tmp_path / "a.md").write_text("# A\n")
    (tmp_path / "plan.adoc").write_text(ADOC)
    done = nbwiki("convert", name, "--to", "confluence", "-o", "out", cwd=tmp_path, site=site)
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1
    assert "of acme-broken 0.3 can't be loaded: ModuleNotFoundError" in done.stderr


def test_one_that_fails_on_a_document_stops_no_other(tmp_path: Path) -> None:
    site = tmp_path / "site"
    install(site, "acme-fragile", "2.0", "[nbwiki.transforms]\nfragile = fragile:run\n")
    (site / "fragile.py").write_text(
        "def run(document, context):\n    if document.title == 'A':\n        raise ValueError('no\\nluck')\n    return document\n"
    )
    (tmp_path / "a.md").write_text("# A\n")
    (tmp_path / "b.md").write_text("# B\n")
    done = nbwiki("convert", "a.md", "b.md", "--to", "model", "-o", "out", cwd=tmp_path, site=site)
    assert done.returncode == 4
    assert "plug-in fragile of acme-fragile 2.0 failed on it: ValueError: no luck" in done.stderr
    assert (tmp_path / "out/b/model.json").exists()


def test_a_place_that_there_is_not_is_told(tmp_path: Path) -> None:
    site = tmp_path / "site"
    install(site, "acme-lost", "1.0", "[nbwiki.transforms]\nlost = lost:run\n")
    (site / "lost.py").write_text(
        "def run(document, context):\n    return document\n\n\nrun.nbwiki_place = ('after', 'nowhere')\n"
    )
    (tmp_path / "a.md").write_text("# A\n")
    done = nbwiki("convert", "a.md", "--to", "model", "-o", "out", cwd=tmp_path, site=site)
    assert done.returncode == 3
    assert "of acme-lost 1.0 wants to stand after 'nowhere'" in done.stderr


def test_ours_come_first(tmp_path: Path) -> None:
    site = tmp_path / "site"
    install(
        site, "acme-greedy", "1.0", "[nbwiki.readers]\n.md = greedy:run\n[nbwiki.writers]\nconfluence = greedy:run\n"
    )
    (tmp_path / "a.md").write_text("# A\n\nText.\n")
    done = nbwiki("convert", "a.md", "--to", "confluence", "-o", "out", cwd=tmp_path, site=site)
    assert done.returncode == 0, done.stderr


def test_packages_are_looked_through_once_and_not_for_help() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\nfrom bridge.cli import main\n"
        "CliRunner().invoke(main, ['--help']); assert 'converters.installed' not in sys.modules, 'help'\n"
        "from converters.installed import installed\n"
        "from converters.options import *\nfrom bridge.pipeline import RenderOptions, render\n"
        "for _ in range(3): assert render(Source('a.md', b'# A'), RenderOptions(), NoFiles()).rendered\n"
        "print(installed.cache_info().misses)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "1", done.stderr
