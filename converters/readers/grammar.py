"""The Markdown that we read: GFM with what Jupyter, MyST, R Markdown and Quarto add, as rules of one parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

MAX_NESTING = 100
"""Levels of tokens that the parser goes down; it recurses, and *drops* what is deeper, which ``parse`` detects.

Source: markdown-it's own default; 1,000 overflows Python's stack at about 300 nested quotations.
"""
_INDENTATION = re.compile(r"\n[ \t]+")


def _same(url: str) -> str:
    return url


def _any(url: str) -> bool:  # noqa: ARG001  (the parser asks with the address)
    return True


def _render_environment(renderer: object, tokens: Sequence[Token], position: int, *_: object) -> str:  # noqa: ARG001
    return f'<div class="math">{escape(tokens[position].content)}</div>'


def _without_indentation(state: StateCore) -> None:
    """Code that goes on in the next line has no blanks of its indentation. The parser drops those of other text only.

    Source: spec.commonmark.org, "Paragraphs": initial blanks of a paragraph's lines are skipped.
    """
    for token in state.tokens:
        if token.type == "inline" and "`" in token.content and ("\n " in token.content or "\n\t" in token.content):
            token.content = _INDENTATION.sub("\n", token.content)


def grammar(flavor: str, features: frozenset[str]) -> MarkdownIt:
    """A parser with all rules of a flavor that matter to texts of these features."""
    from markdown_it import MarkdownIt

    md = MarkdownIt(
        "commonmark",
        {
            "maxNesting": MAX_NESTING,
            "html": "html" in features,
            "tasklists": True,
            "alerts": True,
            "strikethrough_single_tilde": flavor == "jupyter",
        },
    )
    md.enable([rule for rule, part in (("table", "tables"), ("strikethrough", "strikes")) if part in features])
    if "html" not in features:
        md.disable(["html_block", "html_inline", "autolink"])
    _add_common(md, flavor, features)
    if flavor == "pandoc":
        _add_pandoc(md, features)
    if "autolinks" in features:
        from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

        md.use(gfm_autolink_plugin)
    if "www" not in features and "autolinks" in features:
        md.disable("gfm_autolink_www")
    md.core.ruler.before("inline", "indentation", _without_indentation)
    md.add_render_rule("amsmath", _render_environment)
    md.normalizeLink = _same  # type: ignore[method-assign]
    md.validateLink = _any  # type: ignore[method-assign]
    return md


def _add_common(md: MarkdownIt, flavor: str, features: frozenset[str]) -> None:
    """Rules of all flavors.

    Longer than other functions: a table of rules in code.
    """
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.myst_role import myst_role_plugin

    from converters.readers.divs import fenced_div_plugin
    from converters.readers.footnotes import inline_notes_plugin
    from converters.readers.inline_rules import attributes_plugin, cjk_emphasis_plugin
    from converters.readers.math_spans import math_spans_plugin
    from converters.readers.myst_blocks import myst_blocks_plugin

    if "math" in features:
        md.use(dollarmath_plugin, allow_digits=False, double_inline=True)
        md.use(math_spans_plugin, single_backslash=flavor == "pandoc")
    if "footnotes" in features:
        md.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
        rules = md.block.ruler
        place = rules.__find__("footnote_def")
        rules.at("footnote_def", rules.__rules__[place].fn, {"alt": ["paragraph", "reference", "blockquote", "list"]})
        if flavor == "pandoc":
            md.use(inline_notes_plugin)
    if "definitions" in features:
        md.use(deflist_plugin)
    if "admonitions" in features:
        md.use(admon_plugin)
    if "divs" in features:
        md.use(fenced_div_plugin)
    if "roles" in features and "attributes" in features:
        md.use(myst_role_plugin)
    if "attributes" in features:
        md.use(attributes_plugin, pictures_only=flavor == "jupyter")
    if "citations" in features and flavor != "pandoc":
        from converters.readers.pandoc_inlines import citations_plugin

        md.use(citations_plugin)
    if "cjk" in features:
        md.use(cjk_emphasis_plugin)
    if "myst" in features:
        md.use(myst_blocks_plugin)


def _add_pandoc(md: MarkdownIt, features: frozenset[str]) -> None:
    """Rules of R Markdown and Quarto."""
    from mdit_py_plugins.attrs import attrs_plugin
    from mdit_py_plugins.subscript import sub_plugin
    from mdit_py_plugins.superscript import superscript_plugin

    from converters.readers.pandoc_blocks import pandoc_blocks_plugin
    from converters.readers.pandoc_inlines import pandoc_inlines_plugin

    if "attributes" in features:
        md.use(attrs_plugin, after=(), spans=True)
    if "strikes" in features:
        md.use(sub_plugin)
    if "raised" in features:
        md.use(superscript_plugin)
    if "references" in features:
        md.use(pandoc_inlines_plugin)
    if not features.isdisjoint({"grids", "tables"}):
        md.use(pandoc_blocks_plugin)
    if "dashes" in features:
        from converters.readers.pandoc_tables import pandoc_tables_plugin

        md.use(pandoc_tables_plugin)
