r"""markdown-it rules for maths that its plug-ins don't take: bare environments, ``\\(x\\)``, ``\\[x\\]``.

Also equations between lines of ``$$`` right below text, and Quarto's labels behind them (``$$ {#eq-x}``).
The amsmath plug-in is quadratic in unclosed environments and knows thirteen of them; Jupyter's readers take any.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from converters.readers.bounds import memory

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_BEGIN = re.compile(r"\\begin\{([A-Za-z]+\*?)\}")
_DOLLARS_END = re.compile(r"\$\$[ \t]*(?:\{#([\w:.-]+)[^{}\n]*\}|\(([\w:.-]+)\))?[ \t]*$")
_DOLLARS = re.compile(r"\$(?!\$)((?:[^$\\]|\\.)+)\$(?!\d)", re.DOTALL)
_DOUBLE_DOLLARS = re.compile(r"\$\$((?:[^$\\]|\\.|\$(?!\$))+)\$\$(?!\d)", re.DOTALL)
"""A digit right behind makes it an amount of money, as one right before does."""
_REFERENCE = re.compile(r"\\(?:eq)?ref\{[^{}\s]+\}")
_LATEX = {"(": re.compile(r"\\[A-Za-z]|[\^_=]"), "[": re.compile(r"\\[A-Za-z]|[\^=]")}
r"""What tells ``\(x_1\)`` and ``\[\alpha\]`` from escaped brackets around words; names of files have underscores."""
_CLOSERS = {"(": ")", "[": "]"}


def math_spans_plugin(md: MarkdownIt, *, single_backslash: bool = False) -> None:
    r"""Adds the rules to a parser; ``single_backslash`` also takes ``\\(x\\)`` (R Markdown)."""
    md.block.ruler.before(
        "math_block", "dollar_lines", _dollar_lines, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.block.ruler.before(
        "blockquote", "tex_environment", _environment, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.inline.ruler.at("math_inline", _dollars)
    md.inline.ruler.before("escape", "tex_span", _single if single_backslash else _double)


def _dollar_lines(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """An equation without blank lines that opens with a line of ``$$``, or that closes with a label.

    The first kind may follow text without a blank line, as in Jupyter; all others are left to the plug-in.
    """
    if state.sCount[start_line] - state.blkIndent >= 4:
        return False
    first = state.src[state.bMarks[start_line] + state.tShift[start_line] : state.eMarks[start_line]]
    bare = first.strip() == "$$"
    if not first.startswith("$$") or (silent and not bare):
        return False
    for line in range(start_line + bare, end_line):
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return False
        begin = state.bMarks[line] + state.tShift[line] + (2 if line == start_line else 0)
        end = _DOLLARS_END.search(state.src[begin : state.eMarks[line]])
        if end:
            break
    else:
        return False
    label = end[1] or end[2] or ""
    if not bare and not label:
        return False
    if not silent:
        state.line = line + 1
        token = state.push("math_block_label" if label else "math_block", "math", 0)
        token.block = True
        whole = state.getLines(start_line, state.line, state.sCount[start_line], False).strip()
        token.content = _DOLLARS_END.sub("", whole)[2:]
        token.info = label
        token.markup, token.map = "$$", [start_line, state.line]
    return True


def _environment(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A line that starts an environment, up to the line that ends it; blank lines inside don't matter."""
    if state.sCount[start_line] - state.blkIndent >= 4:
        return False
    match = _BEGIN.match(state.src, state.bMarks[start_line] + state.tShift[start_line])
    if match is None:
        return False
    closing = f"\\end{{{match[1]}}}"
    unclosed: set[str] = state.env.setdefault("unclosed environments", set())
    if closing in unclosed:
        return False
    for line in range(start_line, end_line):
        if line > start_line and state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return False
        text = state.src[state.bMarks[line] : state.eMarks[line]]
        if closing in text:
            if text.rstrip().endswith((closing, closing + "$$", closing + "$")):
                break
            return False
    else:
        unclosed.add(closing)
        return False
    if not silent:
        state.line = line + 1
        token = state.push("amsmath", "math", 0)
        token.block = True
        token.content = state.getLines(start_line, state.line, state.sCount[start_line], False)
        token.map = [start_line, state.line]
    return True


def unquoted(tex: str) -> str:
    """LaTeX without the backticks inside of its dollars, as GitHub and GitLab write it."""
    return tex[1:-1] if len(tex) > 2 and tex[0] == tex[-1] == "`" and "`" not in tex[1:-1] else tex


def _dollars(state: StateInline, silent: bool) -> bool:
    """``$x$`` and ``$$x$$`` in running text. The plug-in's own rule looks at a text's end for what stands before it."""
    src, pos = state.src, state.pos
    if src[pos] != "$" or (pos and src[pos - 1].isdigit()):
        return False
    double = src.startswith("$$", pos)
    unclosed: set[bool] = memory(state).setdefault("unclosed dollars", set())
    if double in unclosed:
        return False
    match = (_DOUBLE_DOLLARS if double else _DOLLARS).match(src, pos)
    if match is None:
        if src.find("$", pos + 1 + double) < 0:
            unclosed.add(double)
        return False
    if match[1].count("`") % 2 and "`" in src[match.end() :]:  # its end is a dollar in code, which goes first
        return False
    if not silent:
        token = state.push("math_inline_double" if double else "math_inline", "math", 0)
        token.content, token.markup = unquoted(match[1]), "$$" if double else "$"
    state.pos = match.end()
    return True


def _double(state: StateInline, silent: bool) -> bool:
    r"""With doubled backslashes as Jupyter has it; with single ones where what is inside can hardly be prose: Markdown
    reads those as escaped brackets, but many write LaTeX's own delimiters, and so do machines.
    """
    return _span(state, silent, "\\\\") or _span(state, silent, "\\", likely=True)


def _single(state: StateInline, silent: bool) -> bool:
    return _span(state, silent, "\\\\") or _span(state, silent, "\\")


def _span(state: StateInline, silent: bool, slashes: str, *, likely: bool = False) -> bool:
    r"""``\\(x\\)``, ``\\[x\\]`` with these backslashes, or an environment in running text.

    A line longer than other functions, since the three forms share what they end at.
    """
    src, pos = state.src, state.pos
    if src[pos] != "\\":
        return False
    reference = _REFERENCE.match(src, pos)
    if reference:  # MathJax reads these without dollars, too
        if not silent:
            state.push("math_inline", "math", 0).content = reference[0]
        state.pos = reference.end()
        return True
    begin = _BEGIN.match(src, pos)
    if begin:
        closing, start, kind = f"\\end{{{begin[1]}}}", pos, "math_inline_double"
    else:
        after = pos + len(slashes)
        opener = src[after : after + 1]
        if not src.startswith(slashes, pos) or opener not in _CLOSERS:
            return False
        closing, start = slashes + _CLOSERS[opener], after + 1
        kind = "math_inline" if opener == "(" else "math_inline_double"
    prose: dict[str, int] = memory(state).setdefault("prose in brackets", {})
    if likely and start <= prose.get(closing, -1):
        return False  # a part of what was found to be prose
    failed: set[str] = memory(state).setdefault("unclosed spans", set())
    end = -1 if closing in failed else src.find(closing, start)
    if end < 0:
        failed.add(closing)
        return False
    stop = end + len(closing)
    content = src[start:stop] if begin else src[start:end]
    if not content.strip():
        return False
    if likely and not begin and not _LATEX[opener].search(content):
        prose[closing] = end
        return False
    if not silent:
        token = state.push(kind, "math", 0)
        token.content = content
    state.pos = stop
    return True
