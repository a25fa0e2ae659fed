"""Markdown → blocks: GFM with what Jupyter, MyST, R Markdown and Quarto add."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from converters.model import Blocks
from converters.notes import Note
from converters.readers.blocks import BlockReader
from converters.readers.context import MarkdownContext
from converters.readers.myst_blocks import is_myst

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


_TRIGGERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("autolinks", ("://", "www.")),
    ("www", ("www.",)),
    ("tables", ("|",)),
    ("html", ("<",)),
    ("math", ("$", "\\")),
    ("footnotes", ("[^", "^[")),
    ("admonitions", ("!!!", "???")),
    ("divs", (":::",)),
    ("roles", ("`",)),
    ("strikes", ("~~",)),
    ("attributes", ("{",)),
    ("references", ("@", "{{<")),
    ("myst", (")=", "+++", "\n%")),
    ("grids", ("+-", "+=", "+:")),
)
"""Parts of the grammar and what a text must hold for them to matter: most cells are a heading and a few sentences, and
a rule that is asked at every line costs more than looking for its mark once."""


_MARKS = tuple((name, mark) for name, marks in _TRIGGERS for mark in marks)
_DEFINITION = re.compile(r"\n[ \t>]*[:~][ \t]")
_ALL = frozenset({*(name for name, _ in _TRIGGERS), "definitions"})


def _features(text: str) -> frozenset[str]:
    found = {name for name, mark in _MARKS if mark in text}
    if "myst" in found and not is_myst(text):
        found.remove("myst")
    if _DEFINITION.search(text):
        found.add("definitions")
    return frozenset(found)


@lru_cache(maxsize=256)
def _parser(flavor: str, features: frozenset[str]) -> MarkdownIt:
    """The parser of a flavor and of some parts of its grammar; kept, as making one takes longer than a typical cell."""
    from converters.readers.dispatch import ask_by_character

    md = grammar(flavor, features)
    ask_by_character(md)
    return md


def grammar(flavor: str, features: frozenset[str]) -> MarkdownIt:
    """A parser with all rules of a flavor that matter to texts of these features."""
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
    from converters.readers.myst_blocks import myst_blocks_plugin
    from converters.readers.pandoc_blocks import pandoc_blocks_plugin
    from converters.readers.pandoc_inlines import pandoc_inlines_plugin

    md = MarkdownIt(
        "commonmark",
        {
            "maxNesting": MAX_NESTING,
            "html": "html" in features,
            "tasklists": True,
            "alerts": True,
            "strikethrough_single_tilde": False,
        },
    )
    md.enable([rule for rule, part in (("table", "tables"), ("strikethrough", "strikes")) if part in features])
    if "html" not in features:
        md.disable(["html_block", "html_inline", "autolink"])
    if "math" in features:
        md.use(dollarmath_plugin, allow_digits=False, double_inline=True)
        md.use(math_spans_plugin, single_backslash=flavor == "pandoc")
    if "footnotes" in features:
        md.use(footnote_plugin, inline=flavor == "pandoc", move_to_end=False, always_match_refs=True)
    if "definitions" in features:
        md.use(deflist_plugin)
    if "admonitions" in features:
        md.use(admon_plugin)
    if "divs" in features:
        md.use(fenced_div_plugin)
    if "roles" in features and "attributes" in features:
        md.use(myst_role_plugin)
    if flavor == "pandoc" and "attributes" in features:
        md.use(attrs_plugin, spans=True)
    if flavor == "pandoc" and "references" in features:
        md.use(pandoc_inlines_plugin)
    if flavor == "pandoc" and not features.isdisjoint({"grids", "tables"}):
        md.use(pandoc_blocks_plugin)
    if "myst" in features:
        md.use(myst_blocks_plugin)
    if "autolinks" in features:
        md.use(gfm_autolink_plugin)
    if "www" not in features and "autolinks" in features:
        md.disable("gfm_autolink_www")
    md.add_render_rule("amsmath", _render_environment)
    md.normalizeLink = _same  # type: ignore[method-assign]
    md.validateLink = _any  # type: ignore[method-assign]
    return md


def parse(text: str, context: MarkdownContext) -> list[Token] | None:
    """Tokens of a text, links raw; None if it nests too deep to be taken apart."""
    md = _parser(context.flavor, _features(text))
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
    md = _parser(context.flavor, _ALL - {"autolinks", "www"})
    return str(md.renderer.render(tokens, md.options, {"references": context.references}))
