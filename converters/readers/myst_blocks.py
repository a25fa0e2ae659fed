"""MyST's lines: targets ``(label)=``, block breaks ``+++ {"tags": […]}``, comments ``% …``; and what a break's tags do.

A break begins a cell of Markdown. What it says holds until the next break or code cell, as in jupytext's MyST notebooks.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from converters import notes
from converters.model import Block, Blocks, Section, Span, Toggle, Where
from converters.readers.cell_options import cell_options
from converters.readers.settle import settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

    from converters.readers.context import MarkdownContext

_TARGET = re.compile(r"\(([^()\n]+)\)=[ \t]*$")
_BREAK = re.compile(r"\+\+\+(?:[ \t]*|[ \t].*)$")
_COMMENT = re.compile(r"%(?:[ \t].*)?$")
_MYST = re.compile(r"^(?:`{3,}|:{3,}|~{3,})\{[a-z]|^\([^()\n]+\)=[ \t]*$|^\+\+\+|(?<!`)\{[a-z:\-]+\}`", re.MULTILINE)
"""What only MyST writes; without any of it a line that begins with a per cent sign is text."""


_SIGNS = ("`{", ":{", "~{", ")=", "+++", "}`")
"""One of these stands in each match of the pattern, and is found much quicker."""


def is_myst(text: str) -> bool:
    """Whether a text has syntax of MyST in it."""
    return any(sign in text for sign in _SIGNS) and _MYST.search(text) is not None


def myst_blocks_plugin(md: MarkdownIt) -> None:
    """Adds the rules; tokens ``myst_target`` (its ``content`` is the label) and ``myst_break`` (what stands behind it);
    comments leave nothing.
    """
    alt: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}
    md.block.ruler.before("paragraph", "myst_target", _target, alt)
    md.block.ruler.before("paragraph", "myst_break", _break, alt)
    md.block.ruler.before("paragraph", "myst_comment", _comment, alt)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _target(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: ARG001
    match = _TARGET.match(_line(state, start_line))
    if match is None or state.sCount[start_line] - state.blkIndent >= 4:
        return False
    if not silent:
        state.line = start_line + 1
        token = state.push("myst_target", "", 0)
        token.content, token.block, token.map = match[1].strip(), True, [start_line, state.line]
    return True


def _break(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: ARG001
    line = _line(state, start_line)
    if not _BREAK.match(line):
        return False
    if not silent:
        state.line = start_line + 1
        token = state.push("myst_break", "", 0)
        token.content, token.block, token.map = line[3:].strip(), True, [start_line, state.line]
    return True


def _comment(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: ARG001
    if not _COMMENT.match(_line(state, start_line)):
        return False
    if not silent:
        state.line = start_line + 1
    return True


class Break(NamedTuple):
    """A place between blocks where a cell of Markdown begins: how many blocks stand above, and what the line says."""

    above: int
    text: str
    where: Where | None


def in_cells(blocks: Sequence[Block], breaks: Sequence[Break], context: MarkdownContext) -> Blocks:
    """The blocks with cells of Markdown hidden, folded, left out or given a role as their breaks ask."""
    made = list(blocks[: breaks[0].above])
    for each, after in zip(breaks, [*breaks[1:], None], strict=True):
        cell = blocks[each.above : after.above if after else None]
        made.extend(_cell(tuple(cell), each, context) if cell and each.text else cell)
    return tuple(made)


def _cell(blocks: Blocks, begin: Break, context: MarkdownContext) -> Blocks:
    metadata = _metadata(begin, context)
    options = cell_options({"cell_type": "markdown", "metadata": metadata}, "", context.options)
    if options.remove:
        return ()
    if options.role:
        blocks = (Section(options.role, settled(blocks, context.flavor), where=begin.where),)
    if options.fold or options.code == "fold" or options.outputs == "fold":
        return (Toggle((Span(options.title or "Details"),), settled(blocks, context.flavor), where=begin.where),)
    return () if options.code == "omit" or options.outputs == "omit" else blocks


def _metadata(begin: Break, context: MarkdownContext) -> dict[str, Any]:
    """The JSON behind a break's mark; empty, with a note, where it is none. Other words there are remarks."""
    if not begin.text.startswith("{"):
        return {}
    try:
        found = json.loads(begin.text)
    except (ValueError, RecursionError):
        text = f"metadata of a block can't be read and are ignored: {begin.text:.80}"
        context.notes.append(notes.repaired("cell.metadata", text, begin.where))
        return {}
    return found if isinstance(found, dict) else {}
