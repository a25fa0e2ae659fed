"""Markdown → blocks: GFM with what Jupyter, MyST, R Markdown and Quarto add."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from converters.model import Blocks
from converters.notes import Note
from converters.readers.blocks import BlockReader
from converters.readers.context import MarkdownContext

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["MarkdownContext", "markdown_blocks", "parse"]

_LOOSE_TARGET = re.compile(r"(!?\[[^\[\]\n]*\]\()([^()<>\n\"']*? [^()<>\n\"']*?)(\s*)\)")
"""A link or picture whose address holds blanks and no title: CommonMark wants ``<>`` around it, authors don't know."""
_CODE_LINE = re.compile(r"^ {0,3}(?:`{3,}|~{3,})", re.MULTILINE)


MAX_NESTING = 100
"""Levels of tokens that the parser goes down; it recurses, and *drops* what is deeper, which ``parse`` detects.

Source: markdown-it's own default; 1,000 overflows Python's stack at about 300 nested quotations.
"""


def _same(url: str) -> str:
    return url


def _any(url: str) -> bool:  # noqa: ARG001  (the parser asks with the address)
    return True


def _render_environment(renderer: object, tokens: Sequence[Token], position: int, *_: object) -> str:  # noqa: ARG001
    return f'<div class="math">{escape(tokens[position].content)}</div>'


@cache
def _parser(flavor: str, autolinks: bool) -> MarkdownIt:
    """The parser of a flavor; made once, as making one takes longer than a typical cell."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.attrs import attrs_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin
    from mdit_py_plugins.myst_role import myst_role_plugin

    from converters.readers.divs import fenced_div_plugin
    from converters.readers.math_spans import math_spans_plugin

    md = MarkdownIt(
        "commonmark",
        {
            "maxNesting": MAX_NESTING,
            "html": True,
            "tasklists": True,
            "alerts": True,
            "strikethrough_single_tilde": False,
        },
    )
    md.enable(["table", "strikethrough"])
    md.use(dollarmath_plugin, allow_digits=False, double_inline=True)
    md.use(math_spans_plugin, single_backslash=flavor == "pandoc")
    md.use(footnote_plugin, inline=flavor == "pandoc", move_to_end=False, always_match_refs=True)
    md.use(deflist_plugin)
    md.use(admon_plugin)
    md.use(fenced_div_plugin)
    md.use(myst_role_plugin)
    if flavor == "pandoc":
        md.use(attrs_plugin, spans=True)
    if autolinks:
        md.use(gfm_autolink_plugin)
    md.add_render_rule("amsmath", _render_environment)
    md.normalizeLink = _same  # type: ignore[method-assign]
    md.validateLink = _any  # type: ignore[method-assign]
    return md


def parse(text: str, context: MarkdownContext) -> list[Token] | None:
    """Tokens of a text, links raw; None if it nests too deep to be taken apart."""
    md = _parser(context.flavor, "://" in text or "www." in text)
    if "](" in text and _LOOSE_TARGET.search(text):
        text = _outside_code(text, _LOOSE_TARGET, _bracketed)
    try:
        tokens = md.parse(text, {"references": context.references, "context": context})
    except RecursionError:
        return None
    return None if any(token.level >= MAX_NESTING - 1 for token in tokens) else tokens


def _outside_code(text: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> str:
    """The text with a pattern replaced, except in fenced or indented code."""
    if not _CODE_LINE.search(text):
        return pattern.sub(replace, text)
    lines, fence = [], ""
    for line in text.split("\n"):
        stripped = line.lstrip(" >")
        mark = stripped[:3] if stripped.startswith(("```", "~~~")) else ""
        if mark and not fence:
            fence = mark
        elif mark == fence and fence:
            fence = ""
        lines.append(line if fence or mark or line.startswith("    ") else pattern.sub(replace, line))
    return "\n".join(lines)


def _bracketed(match: re.Match[str]) -> str:
    target = match[2].strip()
    if " " not in target or "`" in match[0]:
        return match[0]
    return f"{match[1]}<{target}>)"


def markdown_blocks(text: str, context: MarkdownContext) -> tuple[Blocks, list[Note]]:
    """Blocks of one cell or file and the notes made on the way; pictures inside the text are in ``context.assets``."""
    before = len(context.notes)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    blocks = BlockReader(context, parse).document(text)
    found = context.notes[before:]
    del context.notes[before:]
    return blocks, found


def rendered(tokens: list[Token], context: MarkdownContext) -> str:
    """HTML of some tokens, for HTML that holds Markdown where neither alone makes sense."""
    md = _parser(context.flavor, autolinks=False)
    return str(md.renderer.render(tokens, md.options, {"references": context.references}))
