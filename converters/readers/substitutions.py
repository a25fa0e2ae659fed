"""MyST's substitutions: ``{{ name }}`` in the text is what the header says it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from converters.model import Where
from converters.notes import Note, missing

_NAME = re.compile(r"(?<!\{)\{\{[ \t]*([\w\-]+)[ \t]*\}\}(?!\})")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")


def with_substitutions(text: str, header: Mapping[str, object], told: list[Note], where: Where) -> str:
    """The text with the values of ``substitutions`` (or ``myst: substitutions:``) in place; code stays as it is.

    A name without a value stays as it is written, with a note.
    """
    found: object = header.get("substitutions")
    inner = header.get("myst")
    if not isinstance(found, Mapping) and isinstance(inner, Mapping):
        found = inner.get("substitutions")
    if not isinstance(found, Mapping) or "{{" not in text:
        return text
    values = {str(key): str(value) for key, value in found.items() if isinstance(value, str | int | float)}

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            text = f"nothing is given for {match[0]:.100}: it stays as it is written"
            told.append(missing("substitution.missing", text, where))
        return values.get(match[1], match[0])

    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence and not re.match(r"\{[a-z\-]+\}(?<!\{code-cell\})(?<!\{code-block\})", mark[2].strip()):
            fence = mark[1]
        elif mark and fence and mark[1].startswith(fence) and not mark[2].strip():
            fence = ""
        lines.append(line if fence else _NAME.sub(value, line))
    return "\n".join(lines)
