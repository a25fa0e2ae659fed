"""Content tabs of MkDocs, ``=== "Title"`` over indented text."""

from __future__ import annotations

import re

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
