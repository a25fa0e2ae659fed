"""The first Markdown cell as fastpages and nbdev read it: a title, a quoted summary, a list of names and values."""

from __future__ import annotations

import re
from typing import Any

import yaml

from converters.readers.fields import QUIET, normal
from converters.readers.yaml_values import load_yaml

_TITLE = re.compile(r"#\s+(\S.*?)\s*#*$")
_ITEM = re.compile(r"[-*]\s+([A-Za-z][\w .-]*?)\s*:(?:\s+(.*?))?\s*$")
_MOST = 2000
"""Characters of such a cell. Ours: it holds a title, a sentence and a few names."""


def first_cell(source: str) -> dict[str, Any]:
    """Metadata of a cell that holds nothing but a heading, then ``> summary`` or ``- name: value`` lines; else empty.

    Any other line, or a list without a known name, makes it a cell like all others.
    """
    if len(source) > _MOST:
        return {}
    lines = [line.strip() for line in source.strip().splitlines()]
    title = _TITLE.match(lines[0]) if lines else None
    if title is None:
        return {}
    summary: list[str] = []
    found: dict[str, Any] = {}
    for line in filter(None, lines[1:]):
        item = _ITEM.match(line)
        if line.startswith(">") and not found and not line.startswith("> ["):
            summary.append(line[1:].strip())
        elif item is not None:
            found[item[1]] = _value(item[2] or "")
        else:
            return {}
    if not summary and not any(normal(name) in QUIET for name in found):
        return {}
    if found and not all(normal(name) in QUIET for name in found):
        return {}
    words = {"summary": " ".join(filter(None, summary))} if summary else {}
    return {"title": title[1], **words, **found}


def _value(text: str) -> Any:
    """A value in a list: what YAML reads in it if that is a list or a word for yes or no, else the text."""
    if text[:1] in "[{" or text.lower() in {"true", "false"}:
        try:
            return load_yaml(text)
        except yaml.YAMLError:
            return text
    return text.strip("\"'")
