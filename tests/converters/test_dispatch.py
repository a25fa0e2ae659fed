"""The tables of first characters change what a parser asks, never what it finds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters.readers.context import MarkdownContext
from converters.readers.dispatch import ask_by_character
from converters.readers.grammar import grammar
from converters.readers.markdown import _ALL

_MARKS = (
    *("\n\n", "**", "``", "```\n", "$$", "\n- ", "\n1. ", "\n> ", "\n# ", "[^1]", "\n[^1]: ", "![", "](x)", "www.a.bc"),
    *("http://a.bc", "mailto:a@b.cd", "\\begin{a}", "\\end{a}", "\n:::", "\n!!! note", "{.a}", "{ref}`a`", "^[a]"),
    *("<b>", "</b>", "<!-- ", "&amp;", "\n---\n", "\n===\n", "|a|\n|-|\n|b|", "\n[a]: b\n", "    ", "\na\n: b\n"),
)
_TEXTS = st.lists(st.sampled_from((*"ab文。 \n\t.w@:!?#=+-*_`~[]()<>{}$\\&^|0123", *_MARKS)), max_size=25).map("".join)


@pytest.mark.parametrize("flavor", ["jupyter", "pandoc"])
def test_same_tokens_as_without(flavor: Any) -> None:
    """Texts made of everything that any rule reacts to."""
    slow, quick = grammar(flavor, _ALL), grammar(flavor, _ALL)
    ask_by_character(quick)

    @settings(max_examples=200, deadline=None)
    @given(_TEXTS)
    def same(text: str) -> None:
        one, two = (md.parse(text, {"context": MarkdownContext(flavor=flavor)}) for md in (slow, quick))
        assert [token.as_dict() for token in one] == [token.as_dict() for token in two]

    same()
