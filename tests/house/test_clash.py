"""Another package may install a top-level ``adapters`` over ours: the command then says who, instead of a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_foreign_package_of_our_name_is_named(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for folder in ("bridge", "converters"):
        (site / folder).parent.mkdir(exist_ok=True)
        (site / folder).symlink_to(ROOT / folder)
    (site / "adapters").mkdir()
    (site / "adapters" / "__init__.py").write_text("raise ImportError('not yours')\n", encoding="utf-8")
    info = site / "adapters-1.3.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: adapters\nVersion: 1.3.0\n", encoding="utf-8")
    (info / "RECORD").write_text("adapters/__init__.py,,\n", encoding="utf-8")
    (info / "top_level.txt").write_text("adapters\n", encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(site)}
    code = "import sys; sys.path.insert(0, %r); from bridge.__main__ import main; sys.argv = ['nbwiki', 'sync']; main()"
    run = subprocess.run(
        [sys.executable, "-c", code % str(site)], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert run.returncode not in {0, None}
    assert "Traceback" not in run.stderr
    assert "adapters" in run.stderr
    assert (
        "1.3.0" in run.stderr or "'adapters'" in run.stderr or "AdapterHub" in run.stderr or "environment" in run.stderr
    )
