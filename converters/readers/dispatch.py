"""A Markdown parser whose rules are asked only where they can hold: by the character that they start with.

markdown-it asks every rule at every line and at every mark in a text; nearly all of them look at one character and say
no. The tables here name that character for each rule that we use; the outcome is the same, in half the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from markdown_it.ruler import Ruler

from converters.readers.bounds import narrowed

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

    BlockRule = Callable[[StateBlock, int, int, bool], bool]
    InlineRule = Callable[[StateInline, bool], bool]

_INLINE = {
    "attr": "{",
    "autolink": "<",
    "backticks": "`",
    "bookdown_ref": "\\",
    "crossref": "@",
    "crossref_group": "[",
    "emphasis": "*_",
    "entity": "&",
    "escape": "\\",
    "footnote_inline": "^",
    "footnote_ref": "[",
    "gfm_autolink_email": "@",
    "gfm_autolink_protocol": ":",
    "gfm_autolink_www": "w",
    "html_inline": "<",
    "image": "!",
    "link": "[",
    "math_inline": "$",
    "myst_role": "{",
    "newline": "\n",
    "shortcode": "{",
    "span": "[",
    "strikethrough": "~",
    "sub": "~",
    "sup": "^",
    "tex_span": "\\",
}
"""Inline rules and the characters at which they may hold; ``text`` takes what stands between those."""

_BLOCK = {
    "admonition": "!?",
    "attr": "{",
    "blockquote": ">",
    "dollar_lines": "$",
    "fence": "`~",
    "fenced_div": ":",
    "footnote_def": "[",
    "grid_table": "+",
    "heading": "#",
    "hr": "*-_",
    "line_block": "|",
    "html_block": "<",
    "list": "*+-0123456789",
    "math_block": "$",
    "myst_break": "+",
    "myst_comment": "%",
    "myst_target": "(",
    "reference": "[",
    "tex_environment": "\\",
}
"""Block rules and the first characters of the lines at which they may hold; all others look at more than that."""

_CHAINS = ("", "paragraph", "reference", "blockquote", "list", "footnote_def")
"""What markdown-it calls the rules that may start a block, and those that may end one of these kinds."""


class _Asked(Ruler[Any]):
    """Rules with one that asks the right ones in front of each chain."""

    def __init__(self, names: list[str], chains: dict[str, list[Any]]) -> None:
        super().__init__()
        self.names = names
        self.chains = chains

    def getRules(self, chainName: str = "") -> list[Any]:  # noqa: N802, N803  (markdown-it's names)
        """The one rule of a chain."""
        return self.chains[chainName]

    def get_active_rules(self) -> list[str]:
        """Names of the rules behind it."""
        return self.names


def ask_by_character(md: MarkdownIt) -> None:
    """Puts the tables to work, after all rules are added: none can be added or switched off later."""
    names = md.inline.ruler.get_active_rules()
    md.inline.ruler = _Asked(names, {"": [_inline(dict(zip(names, md.inline.ruler.getRules(), strict=True)))]})
    ruler = md.block.ruler
    starts = {rule: _BLOCK.get(name) for name, rule in zip(ruler.get_active_rules(), ruler.getRules(), strict=True)}
    chains = {chain: [_block(ruler.getRules(chain), starts)] for chain in _CHAINS}
    md.block.ruler = _Asked(ruler.get_active_rules(), chains)


def _inline(rules: dict[str, InlineRule]) -> InlineRule:
    """One rule for all: text up to the next character that any of ``rules`` starts with, or the first that holds."""
    asked: dict[str, list[InlineRule]] = {"]": []}  # ends a link's text: the parser looks for it between two tokens
    for name, given in rules.items():
        known = narrowed(name, given)
        for character in "" if name == "text" else _INLINE[name]:
            asked.setdefault(character, []).append(known)
    next_mark = re.compile("[" + re.escape("".join(asked)) + "]").search

    def rule(state: StateInline, silent: bool) -> bool:
        src, pos = state.src, state.pos
        found = asked.get(src[pos])
        if found is not None:
            for one in found:  # noqa: SIM110  (runs at every mark of every text: any() costs twice as much)
                if one(state, silent):
                    return True
            return False
        mark = next_mark(src, pos, state.posMax)
        end = mark.start() if mark else state.posMax
        if not silent:
            state.append_pending(src[pos:end])
        state.pos = end
        return True

    return rule


def _block(rules: list[BlockRule], starts: dict[BlockRule, str | None]) -> BlockRule:
    """One rule for all: the first that holds at a line, of those that its first character leaves."""
    characters = {character for start in starts.values() for character in start or ""}
    others = [rule for rule in rules if starts[rule] is None]
    asked = {
        character: [rule for rule in rules if (start := starts[rule]) is None or character in start]
        for character in characters
    }

    def rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        begin = state.bMarks[start_line] + state.tShift[start_line]
        for one in asked.get(state.src[begin : begin + 1], others):  # noqa: SIM110  (as above)
            if one(state, start_line, end_line, silent):
                return True
        return False

    return rule
