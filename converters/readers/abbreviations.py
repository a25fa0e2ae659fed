"""Abbreviations that a text defines (``*[HTML]: Hyper Text …``, MyST's ``abbreviations``): spelt out at their first use.

MkDocs, kramdown and MyST show a tool tip at each use; wikis have none, and paper neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from converters.model import Block, Blocks, Heading, Inline, Mark, Span
from converters.walk import map_both

MAX: Final = 500
"""Abbreviations of one text that are spelt out; ours. A glossary that all pages of a site include has a hundred."""

_DEFINITION: Final = re.compile(r" {0,3}\*\[([^\[\]\\\n]{1,80})\] ?:[ \t]*(\S[^\n]{0,300})")
"""Source: Python-Markdown, extension ``abbr``; kramdown has the same."""

_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")


def without_abbreviations(text: str, header: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    """The text without the lines that define abbreviations (they leave an empty one), and what each stands for."""
    given = header.get("abbreviations")
    found = {}
    if isinstance(given, Mapping):
        found = {str(name): words.strip() for name, words in given.items() if name and isinstance(words, str)}
    if "*[" not in text:
        return text, dict(list(found.items())[:MAX])
    lines = text.split("\n")
    fence = ""
    for number, line in enumerate(lines):
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif not fence and "*[" in line and (match := _DEFINITION.fullmatch(line)):
            found[match[1]] = match[2].strip()
            lines[number] = ""
    return "\n".join(lines), dict(list(found.items())[:MAX])


def spelt_out(blocks: Blocks, meanings: Mapping[str, str]) -> Blocks:
    """The blocks with each abbreviation's meaning in brackets behind its first use in running text.

    Headings (contents and links name them), code and links stay as they are; what an author has spelt out, too.
    """
    if not meanings:
        return blocks
    names = "|".join(re.escape(name) for name in sorted(meanings, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{names})(?!\w)")
    said: set[str] = set()
    heading = False

    def enter(block: Block) -> None:
        nonlocal heading
        heading = isinstance(block, Heading)

    def one(inline: Inline) -> Inline:
        if heading or not isinstance(inline, Span) or inline.href is not None or Mark.CODE in inline.marks:
            return inline

        def spelt(match: re.Match[str]) -> str:
            name = match[0]
            if name in said:
                return name
            said.add(name)
            words = meanings[name]
            return name if words.casefold() in inline.text.casefold() else f"{name} ({words})"

        text = pattern.sub(spelt, inline.text)
        return inline if text == inline.text else msgspec.structs.replace(inline, text=text)

    return map_both(blocks, lambda block: block, one, enter)
