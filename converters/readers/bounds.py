"""Markdown's rules in a time that is in proportion to the text, whatever stands in it.

Several rules look for the end of what begins at a mark. Where it has none they look to the text's end, and a text of
nothing but such marks takes hours. Here their searches are remembered or end early.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from markdown_it import helpers
from mdit_py_plugins.attrs.parse import ParseError, parse

from converters import notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    InlineRule = Callable[[StateInline, bool], bool]

MAX_INLINE = 100_000
"""Characters of one paragraph, heading or cell that are looked through for marks; a longer one is plain text, with a
note. Ours: thirty printed pages without a blank line; what is left of each rule's cost is in proportion to this."""

MAX_ATTRIBUTES = 2_000
"""Characters that ``{…}`` behind a link, a picture or a span may have: what is longer was not meant as attributes."""

_NOTE = re.compile(r"\[\^[^ \n\]]{1,999}\]")
"""A reference to a footnote. Source: CommonMark, section 4.7: at most 999 characters in a link's label."""

_PROTOCOLS = ("http", "https", "mailto", "xmpp")
_LONG_PENDING, _KEPT_PENDING = 2_000, 200
"""The rule for bare addresses goes through all text before a colon: of more than so many characters, the last are kept."""


def bounded(md: MarkdownIt) -> None:
    """Puts the limits to work; before ``dispatch.ask_by_character``, which takes the rules as they are then."""
    md.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkLabel=label_end,
        parseLinkDestination=helpers.parseLinkDestination,
        parseLinkTitle=helpers.parseLinkTitle,
    )
    parse_all = md.inline.parse

    def parse_short(src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        return parse_all(src, md, env, tokens) if len(src) <= MAX_INLINE else _plain(src, env, tokens)

    md.inline.parse = parse_short  # type: ignore[method-assign]


def _plain(src: str, env: Any, tokens: list[Token]) -> list[Token]:
    from markdown_it.token import Token

    token = Token("text", "", 0)
    token.content = src
    tokens.append(token)
    context = env.get("context")
    if context is not None:
        text = f"a paragraph of {len(src):,} characters is shown as plain text: beyond {MAX_INLINE:,} no marks are read"
        context.notes.append(notes.degraded("markdown.long", text, context.where))
    return tokens


def memory(state: StateInline) -> dict[Any, Any]:
    """What rules remember of one text while it is read."""
    found: dict[Any, Any] = state.__dict__.setdefault("remembered", {})
    return found


def label_end(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: N803
    """markdown-it's ``parseLinkLabel``: the ``]`` that belongs to the ``[`` at ``start``, or -1.

    A search goes past other brackets on its way, and remembers what it learns of each: the next one need not look.
    """
    known: dict[int, int] = memory(state).setdefault((state.posMax, disableNested), {})
    if start in known:
        return known[start]
    before, src = state.pos, state.src
    opened = [start]
    state.pos = start + 1
    while state.pos < state.posMax:
        marker = src[state.pos]
        if marker == "]":
            known[opened.pop()] = state.pos
            if not opened:
                state.pos = before
                return known[start]
        position = state.pos
        state.md.inline.skipToken(state)
        if marker == "[":
            if position != state.pos - 1:
                if disableNested:
                    break  # a link in all that are open
            elif position not in known:
                opened.append(position)
            elif known[position] < 0:
                break  # what never ends, or holds a link, is in all that are open
            else:
                state.pos = known[position] + 1
    known.update(dict.fromkeys(opened, -1))
    state.pos = before
    return -1


def narrowed(name: str, rule: InlineRule) -> InlineRule:
    """A plug-in's rule, asked only where what it looks for is there and ends soon; most rules as they are."""
    if name == "footnote_ref":

        def footnote_ref(state: StateInline, silent: bool) -> bool:
            return _NOTE.match(state.src, state.pos, state.posMax) is not None and rule(state, silent)

        return footnote_ref
    if name == "gfm_autolink_protocol":

        def protocol(state: StateInline, silent: bool) -> bool:
            if silent or not state.src.endswith(_PROTOCOLS, 0, state.pos):
                return False  # the rule finds nothing where no tokens are made
            if len(state.pending) > _LONG_PENDING:
                text = state.pending
                state.pending = text[:-_KEPT_PENDING]
                state.pushPending()
                state.pending = text[-_KEPT_PENDING:]
            return rule(state, silent)

        return protocol
    if name == "span":

        def span(state: StateInline, silent: bool) -> bool:
            end = label_end(state, state.pos)
            return end >= 0 and _attributed(state.src, end + 1) and rule(state, silent)

        return span
    return rule


def _attributed(src: str, position: int) -> bool:
    if src[position : position + 1] != "{" or src.find("}", position, position + MAX_ATTRIBUTES) < 0:
        return False
    try:
        parse(src[position : position + MAX_ATTRIBUTES])
    except ParseError:
        return False
    return True
