r"""Equations in the text of HTML outputs (``$\alpha$``, ``$$…$$``, ``\(…\)``), which notebooks typeset as well.

Sums of money stay what they are: between single dollars there must stand something that only LaTeX has.
"""

from __future__ import annotations

import re

import msgspec

from converters.model import Block, Blocks, Inline, InlineMath, Inlines, Mark, Math, Paragraph, Span
from converters.walk import map_both

_INLINE = re.compile(
    r"\$\$((?:[^$\\]|\\.)+)\$\$(?!\d)"
    r"|(?<![\w$\\])\$(?![\s$])((?:[^$\\\n]|\\.)+)(?<!\s)\$(?![\w$])"
    r"|\\\(((?:[^\\]|\\(?![()]).)+)\\\)"
)
_DISPLAYED = re.compile(r"\s*(?:\$\$((?:[^$\\]|\\.)+)\$\$|\\\[((?:[^\\]|\\(?![\[\]]).)+)\\\])\s*", re.DOTALL)
_LATEX = re.compile(r"\\[A-Za-z]|[\^_={}]|\A[A-Za-z]\Z")


def may_hold_maths(html: str) -> bool:
    """Whether a look at the text is worth it: pandas marks what notebooks leave alone."""
    return (html.count("$") > 1 or "\\(" in html or "\\[" in html) and "mathjax_ignore" not in html


def with_maths(blocks: Blocks) -> Blocks:
    """The blocks with equations in place of their LaTeX; code stays code."""
    return map_both(blocks, _block, _inline)


def _block(block: Block) -> Block:
    if not isinstance(block, Paragraph) or len(block.content) != 1:
        return block
    only = block.content[0]
    displayed = _DISPLAYED.fullmatch(only.text) if isinstance(only, Span) and Mark.CODE not in only.marks else None
    tex = (displayed[1] or displayed[2]).strip() if displayed else ""
    return Math(tex, where=block.where) if tex else block


def _inline(inline: Inline) -> Inline | Inlines:
    if not isinstance(inline, Span) or Mark.CODE in inline.marks or not may_hold_maths(inline.text):
        return inline
    if _DISPLAYED.fullmatch(inline.text):
        return inline
    parts: list[Inline] = []
    at = 0
    for match in _INLINE.finditer(inline.text):
        tex = match[1] or match[2] or match[3]
        if not tex.strip() or (match[2] and not _LATEX.search(tex)):
            continue
        if match.start() > at:
            parts.append(msgspec.structs.replace(inline, text=inline.text[at : match.start()]))
        parts.append(InlineMath(tex.strip()))
        at = match.end()
    if at == 0 and not parts:
        return inline
    if at < len(inline.text):
        parts.append(msgspec.structs.replace(inline, text=inline.text[at:]))
    return tuple(parts)
