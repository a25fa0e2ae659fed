"""What the prefix of a cross-reference label says: ``fig-age`` is a figure (Quarto), ``fig:age`` too (R Markdown)."""

from __future__ import annotations

import re
from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "fig": "Figure", "tbl": "Table", "tab": "Table", "eq": "Equation", "lst": "Listing", "sec": "Section",
    "thm": "Theorem", "lem": "Lemma", "cor": "Corollary", "prp": "Proposition", "cnj": "Conjecture",
    "def": "Definition", "exm": "Example", "exr": "Exercise", "sol": "Solution", "rem": "Remark", "alg": "Algorithm",
    "nte": "Note", "tip": "Tip", "wrn": "Warning", "imp": "Important", "cau": "Caution",
}  # fmt: skip
"""Prefix → the word in front of the number. Source: quarto.org, "Cross References"; bookdown's ``tab``."""

THEOREMS = frozenset(["thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "sol", "rem", "alg"])
"""Prefixes of what Quarto sets as a theorem."""

CALLOUTS = frozenset(["nte", "tip", "wrn", "imp", "cau"])
"""Prefixes of callouts that references name."""

_PREFIX = re.compile(r"([A-Za-z]{2,3})[-:].")

REFERENCE = rf"(?:{'|'.join(WORDS)})-[\w:.\-]*\w"
"""Pattern of a label as Quarto's ``@label`` names it; a full stop or hyphen at its end belongs to the sentence."""


def prefix_of(label: str) -> str:
    """The known prefix of a label in lower case, or empty."""
    match = _PREFIX.match(label)
    found = match[1].lower() if match else ""
    return found if found in WORDS else ""
