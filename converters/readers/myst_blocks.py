"""markdown-it rules for MyST's lines: targets ``(label)=``, block breaks ``+++``, comments ``% …``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

_TARGET = re.compile(r"\(([^()\n]+)\)=[ \t]*$")
_BREAK = re.compile(r"\+\+\+(?:[ \t]*|[ \t].*)$")
_COMMENT = re.compile(r"%(?:[ \t].*)?$")
_MYST = re.compile(r"^(?:`{3,}|:{3,}|~{3,})\{[a-z]|^\([^()\n]+\)=[ \t]*$|^\+\+\+|(?<!`)\{[a-z:\-]+\}`", re.MULTILINE)
"""What only MyST writes; without any of it a line that begins with a per cent sign is text."""


def is_myst(text: str) -> bool:
    """Whether a text has syntax of MyST in it."""
    return _MYST.search(text) is not None


def myst_blocks_plugin(md: MarkdownIt) -> None:
    """Adds the rules; tokens ``myst_target`` (its ``content`` is the label), the other lines leave nothing."""
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
    if not _BREAK.match(_line(state, start_line)):
        return False
    if not silent:
        state.line = start_line + 1
    return True


def _comment(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: ARG001
    if not _COMMENT.match(_line(state, start_line)):
        return False
    if not silent:
        state.line = start_line + 1
    return True
