"""A markdown-it rule for fenced divs: ``::: {.class}`` of pandoc and Quarto, ``:::{name} title`` of MyST."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from converters import notes

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

_FENCE = re.compile(r":{3,}[ \t]*(.*?)[ \t]*:*[ \t]*$")
_DIRECTIVE = re.compile(r"\{[a-zA-Z][\w:.\-]*\}(?:[ \t]|$)")
_CODE = re.compile(r"(`{3,}|~{3,})")


def fenced_div_plugin(md: MarkdownIt) -> None:
    """Adds the rule; tokens ``div_open`` (its ``info`` is what stands after the colons) and ``div_close``."""
    md.block.ruler.before(
        "fence", "fenced_div", _div, {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}
    )


def _div(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A div up to its own closing line, or to the end of what holds it (with a note)."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith(":::", start) or state.sCount[start_line] - state.blkIndent >= 4:
        return False
    match = _FENCE.match(state.src[start : state.eMarks[start_line]])
    if match is None:
        return False
    if silent:
        return True
    info = match[1]
    context = state.env.get("context")
    if not info:
        state.line = start_line + 1
        if context is not None:
            context.notes.append(notes.repaired("div.stray", "::: without an open div dropped", context.at(start_line)))
        return True
    close = _closing_line(state, start_line, end_line)
    if close is None and context is not None:
        context.notes.append(
            notes.repaired("div.unclosed", "::: never closed, ends with the text", context.at(start_line))
        )
    last = end_line if close is None else close
    if _DIRECTIVE.match(info):  # its body has options of its own: it is read as a fence is
        token = state.push("fence", "code", 0)
        token.info, token.block, token.map = info, True, [start_line, last]
        token.content = state.getLines(start_line + 1, last, state.sCount[start_line], True)
        state.line = last if close is None else last + 1
        return True
    token = state.push("div_open", "div", 1)
    token.info, token.block, token.map = info, True, [start_line, last]
    parent, line_max = state.parentType, state.lineMax
    state.parentType, state.lineMax = "div", last
    state.md.block.tokenize(state, start_line + 1, last)
    state.parentType, state.lineMax = parent, line_max
    state.push("div_close", "div", -1)
    state.line = last if close is None else last + 1
    return True


def _closing_line(state: StateBlock, start_line: int, end_line: int) -> int | None:
    """The line that closes a div, past divs and code inside it."""
    depth, code = 1, ""
    for line in range(start_line + 1, end_line):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return None
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
        fence = _CODE.match(text)
        if code:
            if fence and text.strip() == fence[1] and fence[1].startswith(code):
                code = ""
        elif fence:
            code = fence[1]
        elif text.startswith(":::") and (match := _FENCE.match(text)):
            depth += 1 if match[1] else -1
            if not depth:
                return line
    return None
