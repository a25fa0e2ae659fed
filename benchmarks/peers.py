"""Other programs that do the same, each installed into a throwaway environment of its own, by name and version."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PYTHON = {
    "md2conf": "markdown-to-confluence[formulas]==0.6.5",
    "md2notionpage": "md2notionpage==0.1.6",
    "notionize": "notionize==0.2.4",
    "md2notion": "md2notion==2.4.1",
    "nbconflux": "nbconflux==0.7.0",
}
MARTIAN = "@tryfabric/martian@1.2.4"


def python_peer(name: str, work: Path) -> Path | str:
    """The ``bin`` folder of an environment with the peer, or one line that says why there is none."""
    home = work / "peers" / name
    done = home / "installed"
    if done.exists():
        return home / "bin"
    shutil.rmtree(home, ignore_errors=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", home], check=True, capture_output=True)
        subprocess.run([home / "bin" / "pip", "-q", "install", PYTHON[name]], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return f"{PYTHON[name]} can't be installed with Python {sys.version_info.major}.{sys.version_info.minor}"
    done.touch()
    return home / "bin"


def martian(work: Path) -> Path | str:
    """The folder with martian in its ``node_modules``, or one line that says why there is none."""
    home = work / "peers" / "martian"
    if (home / "node_modules" / "@tryfabric").is_dir():
        return home
    npm = shutil.which("npm")
    if npm is None:
        return "Node.js and npm are not installed"
    home.mkdir(parents=True, exist_ok=True)
    (home / "package.json").write_text('{"private": true}')
    try:
        subprocess.run([npm, "install", "--silent", MARTIAN], cwd=home, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return f"{MARTIAN} can't be installed"
    return home
