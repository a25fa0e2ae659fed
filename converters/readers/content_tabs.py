"""Content tabs of MkDocs, ``=== "Title"`` over indented text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})(.*)$")
_TAB = re.compile(r"( *)===[!+]? (?:\"([^\"\n]+)\"|'([^'\n]+)')[ \t]*$")


def with_tabs(lines: list[str], depth: int = 0) -> list[str]:
    """Content tabs of MkDocs (``=== "Title"`` over indented text) as MyST's; those in code stay."""
    found: list[str] = []
    fence, number = "", 0
    while number < len(lines):
        line = lines[number]
        mark, tab = _FENCE.match(line), None
        if mark and (not fence or (mark[1].startswith(fence) and not mark[2].strip())):
            fence = "" if fence else mark[1]
        elif not fence and depth < _MAX_TABS:
            tab = _TAB.match(line)
        if tab is None:
            found.append(line)
            number += 1
            continue
        found += ["", f"{tab[1]}:::{{tab-set}}"]
        while number < len(lines) and (item := _TAB.match(lines[number])) and item[1] == tab[1]:
            start, number = number + 1, _indented_end(lines, number + 1, len(tab[1]) + 4)
            body = [each[len(tab[1]) + 4 :] for each in lines[start:number]]
            inner = [tab[1] + each if each else each for each in with_tabs(body, depth + 1)]
            found += [f"{tab[1]}:::{{tab-item}} {item[2] or item[3]}", *inner, f"{tab[1]}:::"]
        found += [f"{tab[1]}:::", ""]
    return found


_MAX_TABS = 5
"""Tabs in tabs that are looked into."""


def _indented_end(lines: list[str], start: int, width: int) -> int:
    """The first line that is neither blank nor indented so far; blank ones at the end count with those inside."""
    number = start
    while number < len(lines) and (not lines[number].strip() or lines[number][:width].isspace()):
        number += 1
    return number


_PART = re.compile(r"[ \t]*<(/?)(Tabs|TabItem)\b([^<>\n]{0,500})>[ \t]*")
_LABEL = re.compile(r"\b(label|value)=(?:\"([^\"]*)\"|'([^']*)'|\{`?'?\"?([^{}'\"`]*)[^{}]*\})")
_IMPORT = re.compile(r"import (?:Tabs|TabItem) from ['\"]@theme/(?:Tabs|TabItem)['\"];?[ \t]*")


def with_mdx_tabs(lines: list[str]) -> list[str]:
    """Docusaurus' ``<Tabs>`` with ``<TabItem label="…">``, each tag on a line of its own, as MyST's; those in code stay.

    Tags that don't pair stay as they are.
    """
    found: list[str] = []
    fence = ""
    open_tags: list[str] = []
    for line in lines:
        mark = line.lstrip(" ")[:3]
        if mark in {"```", "~~~"} and fence in {"", mark}:
            fence = "" if fence else mark
        tag = None if fence else _PART.fullmatch(line)
        if tag is None:
            if fence or not _IMPORT.fullmatch(line):
                found.append(line)
            continue
        if tag[1]:
            if not open_tags or open_tags.pop() != tag[2]:
                return lines
            found += ["", "::::" if tag[2] == "Tabs" else ":::", ""]
            continue
        if (tag[2] == "TabItem") != (open_tags[-1:] == ["Tabs"]) or len(open_tags) > 1:
            return lines  # in each other they take more colons than these
        open_tags.append(tag[2])
        if tag[2] == "Tabs":
            found += ["", "::::{tab-set}"]
        else:
            values = {match[1]: match[2] or match[3] or match[4] or "" for match in _LABEL.finditer(tag[3])}
            found += ["", f":::{{tab-item}} {values.get('label') or values.get('value') or 'Tab'}", ""]
    return lines if open_tags else found


def apart_outside_code(lines: Iterable[str], apart: Callable[[str], list[str]]) -> Iterator[str]:
    """The lines with those between no fences taken apart."""
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark and (not fence or (mark[1].startswith(fence) and not mark[2].strip())):
            fence = "" if fence else mark[1]
            yield line
        elif fence:
            yield line
        else:
            yield from apart(line)
