"""Whether a notebook is written for Quarto: then its text is pandoc's Markdown, and not Jupyter's."""

from __future__ import annotations

import re
from typing import Any

_TEXT = re.compile(
    r"\{#(?:fig|tbl|eq|lst|sec|thm)-|(?<![\w`/@])@(?:fig|tbl|eq|lst|sec|thm)-\w"
    r"|^ {0,3}:{3,}[ \t]*\{[ \t]*[.#]|\{\{<[ \t]*(?:include|embed|video|meta|var|pagebreak)\b",
    re.MULTILINE,
)
_MARKS = ("{#", "@", ":::", "{{<")
"""One of these is in whatever ``_TEXT`` finds: looking for them costs less."""
_CODE = re.compile(
    r"^#\|[ \t]*(?:label:[ \t]*[\"']?(?:fig|tbl|lst)-|(?:fig|tbl)-(?:sub)?cap:|code-fold:)", re.MULTILINE
)


def is_for_quarto(cells: list[Any]) -> bool:
    """Whether any cell has what only Quarto reads: labels with its prefixes, divs, shortcodes, captions in ``#|`` lines."""
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        source = cell.get("source")
        try:
            text = "".join(source) if isinstance(source, list) else source
        except TypeError:
            continue  # what is no text has no syntax
        if not isinstance(text, str):
            continue
        if cell.get("cell_type") == "code":
            if text.startswith("#|") and _CODE.search(text):
                return True
        elif any(mark in text for mark in _MARKS) and _TEXT.search(text):
            return True
    return False
