"""Pictures kept between runs: the same bytes with and without, whatever happens to the folder."""

from __future__ import annotations

import ast
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from bridge.kept import KeptFolder
from bridge.pipeline import _kept
from converters.transforms import kept as kept_module
from converters.transforms.equations import equation_picture
from converters.transforms.kept import EQUATIONS, PICTURES, Artist, kept_picture

ROOT = Path(__file__).resolve().parents[2]
KEY = "ab" + "0" * 62
TEX = r"\sum_{i=1}^n x_i"


def only_file(folder: Path) -> Path:
    (path,) = (path for path in folder.rglob("*") if path.is_file())
    return path


def test_what_is_put_is_got_and_nothing_else(tmp_path: Path) -> None:
    kept = KeptFolder(str(tmp_path / "new"))
    assert kept.get(KEY) is None
    kept.put(KEY, b"picture")
    assert kept.get(KEY) == b"picture"
    assert kept.get("ab" + "1" * 62) is None


@pytest.mark.parametrize("damage", [b"", b"abc", b"\0\0\0\0picture", b"\0" * 50])
def test_a_damaged_file_is_none_and_is_replaced(tmp_path: Path, damage: bytes) -> None:
    kept = KeptFolder(str(tmp_path))
    kept.put(KEY, b"picture")
    only_file(tmp_path).write_bytes(damage)
    assert kept.get(KEY) is None
    kept.put(KEY, b"picture")
    assert kept.get(KEY) == b"picture"


def test_a_folder_that_takes_nothing_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    kept = KeptFolder(str(tmp_path / "file"))
    kept.put(KEY, b"picture")
    assert kept.get(KEY) is None


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    kept = KeptFolder(str(tmp_path), max_bytes=1000)
    for number in range(20):
        kept.put(f"{number:064x}", bytes(96))  # a hundred with its checksum
        os.utime(tmp_path / "00" / f"{number:062x}", (number, number))
    kept.shrink()
    left = [number for number in range(20) if kept.get(f"{number:064x}") is not None]
    assert left == list(range(13, 20))


def _write_and_read(folder: str) -> bool:
    kept = KeptFolder(folder)
    whole = True
    for number in range(300):
        key = f"{number % 7:064x}"
        kept.put(key, bytes([number % 7]) * 50_000)
        found = kept.get(key)
        whole = whole and (found is None or found == bytes([number % 7]) * 50_000)
    return whole


def test_several_processes_never_see_half_a_picture(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert all(pool.map(_write_and_read, [str(tmp_path)] * 3))
    assert all(KeptFolder(str(tmp_path)).get(f"{number:064x}") for number in range(7))


@pytest.mark.parametrize("tex", [TEX, r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", r"\nonsense{x}"])
def test_a_kept_picture_is_the_drawn_one(tmp_path: Path, tex: str) -> None:
    for display in (False, True):
        drawn = equation_picture(tex, display=display)
        for _ in range(2):
            kept_picture.cache_clear()
            assert kept_picture(tex, display=display, kept=KeptFolder(str(tmp_path))) == drawn
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_what_is_no_picture_is_drawn_anew(tmp_path: Path) -> None:
    kept_picture.cache_clear()
    drawn = kept_picture(TEX, display=False, kept=KeptFolder(str(tmp_path)))
    path = only_file(tmp_path)
    KeptFolder(str(tmp_path)).put(path.parent.name + path.name, msgspec.msgpack.encode({"png": 3}))
    kept_picture.cache_clear()
    assert kept_picture(TEX, display=False, kept=KeptFolder(str(tmp_path))) == drawn


@pytest.mark.parametrize("artist", [EQUATIONS, PICTURES])
def test_all_code_that_draws_is_part_of_the_key(artist: Artist) -> None:
    folder = Path(kept_module.__file__).parent
    needed = set()
    for name in artist.modules:
        for node in ast.walk(ast.parse((folder / name).read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("converters.transforms"):
                needed.add(f"{(node.module or '').rpartition('.')[2]}.py")
    assert needed - {Path(kept_module.__file__).name} <= set(artist.modules)


def test_where_pictures_are_kept(tmp_path: Path) -> None:
    assert _kept("off", None) is None
    assert _kept("cache", tmp_path / "nbwiki.toml") == KeptFolder(str(tmp_path / "cache"))
    user = _kept("", None)
    assert isinstance(user, KeptFolder) and "nbwiki" in user.folder


def test_a_second_run_draws_nothing_and_writes_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"Text ${TEX}$.\n\n$$\\begin{{matrix}} a & b \\\\ c & d \\end{{matrix}}$$\n")
    code = "import sys\nfrom bridge.__main__ import main\ntry: main()\nexcept SystemExit: pass\n"
    pages = []
    for run, where in enumerate(("", "", "off")):
        words = ["convert", "a.md", "--to", "confluence", "-o", f"out{run}"]
        environment = {
            **os.environ,
            "NBWIKI_CONVERT_PICTURE_CACHE": where or str(tmp_path / "kept"),
            "PYTHONPATH": str(ROOT),
        }
        shown = "print('drawn' if 'matplotlib' in sys.modules else 'kept')"
        done = subprocess.run(
            [sys.executable, "-c", code + shown, *words],
            check=False,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip().endswith("kept" if run == 1 else "drawn"), done.stdout
        out = tmp_path / f"out{run}"
        pages.append({str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert pages[0] == pages[1] == pages[2] and any(name.endswith(".png") for name in pages[0])
