"""What language a notebook's code is in, and one cell's where a magic says another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_MAGIC = re.compile(r"^%%(\w+)")
_MAGIC_LANGUAGES = {
    "R": "r",
    "bash": "bash",
    "sh": "bash",
    "sql": "sql",
    "bigquery": "sql",
    "html": "html",
    "HTML": "html",
    "svg": "xml",
    "SVG": "xml",
    "javascript": "javascript",
    "js": "javascript",
    "latex": "latex",
    "markdown": "markdown",
    "perl": "perl",
    "ruby": "ruby",
    "julia": "julia",
    "cython": "python",
    "script": "bash",
    "writefile": "",
}
"""Cell magics that say what language the rest of a cell is in. Source: IPython, rpy2, jupysql."""


def cell_language(source: str, language: str) -> str:
    """The language of a cell: its magic's, else the notebook's."""
    magic = _MAGIC.match(source)
    return _MAGIC_LANGUAGES.get(magic[1], language) if magic else language


def own_language(metadata: object) -> str:
    """The language that a cell's metadata names (VS Code, polyglot notebooks, SoS, chunks of R Markdown); else empty."""
    if not isinstance(metadata, dict) or not metadata:
        return ""
    for key, inner in (
        ("vscode", "languageId"),
        ("polyglot_notebook", "kernelName"),
        ("dotnet_interactive", "language"),
    ):
        block = metadata.get(key)
        name = block.get(inner) if isinstance(block, dict) else None
        if isinstance(name, str) and name:
            return name.lower()
    name = metadata.get("language") or metadata.get("kernel")
    return name.lower() if isinstance(name, str) and " " not in name else ""


def notebook_language(metadata: Mapping[str, Any]) -> str:
    """The language of a notebook's code in lower case, python where it says none."""
    info = metadata.get("language_info")
    spec = metadata.get("kernelspec")
    for block, key in ((info, "name"), (spec, "language"), (spec, "name")):
        name = block.get(key) if isinstance(block, dict) else None
        if isinstance(name, str) and name:
            return {"ir": "r", "ipython": "python", "ipython3": "python"}.get(name.lower(), name.lower())
    return "python"
