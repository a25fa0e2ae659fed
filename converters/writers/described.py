"""What is said of a picture to who can't see it: the author's words, never a file's name or what a tool put there."""

from __future__ import annotations

import re

_TOOL = re.compile(
    r"(?:(?:\.\\|\./)?[^\s/\\]+[/\\])*[^\s/\\]+\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|avif|heic)"  # a path
    r"|(?:png|jpe?g|gif|svg|image|img|picture|photo|figure|plot|chart|graph|screenshot|untitled|unnamed[-_ ]chunk[-_ ]\d+|alt|alt text|"
    r"output|drawing)(?:[-_ ]?\d+)*|[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|[0-9a-f]{16,}",
    re.IGNORECASE,
)
"""Names that exporters, editors and chat programs put where words belong."""


def described(alt: str) -> str:
    """The alternative text, empty where it says nothing: a file's name, ``png``, ``image``, a hash."""
    alt = alt.strip()
    return "" if _TOOL.fullmatch(alt) else alt
