"""Markdown that a tool made of a document with code (``.md`` of knitr, of nbconvert): code that was run, what it printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from converters.model import Block, Blocks, Code, Form, Image, Output, Tab, Tabs, Where

_ENGINES = frozenset(["r", "python", "julia", "sql", "bash", "sh", "stan", "rcpp", "ipython3", "scala", "ruby", "perl"])
_PREFIX = re.compile(r"(?:##|#>)(?: |$)")
_FIGURE = re.compile(r"(?:^|/)[^/]+_files/")
"""Where knitr and nbconvert put figures: ``<stem>_files/``. Source: ``knitr::opts_knit``, nbconvert's ``output_files_dir``."""


def may_be_knitted(text: str) -> bool:
    """Whether a text has the marks of one; a cheap look before the blocks are walked."""
    return ("## " in text or "#> " in text or "_files/" in text) and ("```" in text or "~~~" in text)


def knitted(blocks: Blocks) -> Blocks:
    """The blocks with roles: code of the languages that were run as input, what follows it as output.

    Told by knitr's ``##`` (or reprex's ``#>``) in front of each printed line, or by figures in ``<stem>_files/`` beside
    listings that follow code directly; any other Markdown stays as it is.
    """
    parts = list(_with_tabs(blocks))
    prefixed = frozenset(
        block.language.lower()
        for part in parts
        for block, after in pairwise(part)
        if _is_code(block) and isinstance(block, Code) and _is_printed(after)
    )
    figures = any(
        isinstance(block, Image) and block.ref and _FIGURE.search(block.ref.path) for part in parts for block in part
    )
    return _with_roles(blocks, prefixed, figures) if prefixed or figures else blocks


def _with_tabs(blocks: Blocks) -> Iterator[Blocks]:
    """These blocks, and those of each tab among them."""
    yield blocks
    for block in blocks:
        for tab in block.tabs if isinstance(block, Tabs) else ():
            yield from _with_tabs(tab.blocks)


def _with_roles(blocks: Blocks, prefixed: frozenset[str], figures: bool) -> Blocks:
    result: list[Block] = []
    behind = False
    for block in blocks:
        if _is_code(block) and isinstance(block, Code) and (not prefixed or block.language.lower() in prefixed):
            behind = True
            result.append(msgspec.structs.replace(block, role="input"))
        elif isinstance(block, Code) and not block.language and (_is_printed(block) or (behind and figures)):
            result.append(_output(block))
        elif isinstance(block, Tabs):
            tabs = (Tab(tab.title, _with_roles(tab.blocks, prefixed, figures)) for tab in block.tabs)
            result.append(msgspec.structs.replace(block, tabs=tuple(tabs)))
        else:
            behind = behind and isinstance(block, Image)
            result.append(block)
    return tuple(result)


def _is_code(block: Block) -> bool:
    return isinstance(block, Code) and block.role == "source" and block.language.lower() in _ENGINES


def _is_printed(block: Block) -> bool:
    if not isinstance(block, Code) or block.language or block.role != "source":
        return False
    lines = [line for line in block.text.split("\n") if line.strip()]
    return bool(lines) and all(_PREFIX.match(line) for line in lines)


def _output(block: Code) -> Output:
    text = block.text
    if _is_printed(block):
        text = "\n".join(_PREFIX.sub("", line, count=1) for line in text.split("\n"))
    where = block.where or Where()
    return Output("stream", (Form("text/plain", text),), name="stdout", where=where)
