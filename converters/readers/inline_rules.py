"""markdown-it rules for running text: attributes behind pictures and links, emphasis in scripts without blanks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_inline.emphasis import tokenize as _emphasis
from markdown_it.rules_inline.state_inline import Delimiter

from converters.readers.attributes import attributes_of
from converters.readers.bounds import MAX_ATTRIBUTES
from converters.readers.writing import is_cjk

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_VALUE = r"(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\"']+)"
_ATTRIBUTES = re.compile(rf"\{{:?[ \t\n]*+(?:(?>\.[\w\-]++(?!=)|#[\w:.\-]++(?!=)|[\w:.\-]++={_VALUE}|-)[ \t\n]*+)*+\}}")
"""All of it must be classes, names and values: braces that hold anything else are text. Nothing is tried twice: what
can be cut in several ways takes ages otherwise."""
_KEPT = frozenset({"width", "height", "align", "style", "fig-align", "fig-alt", "fig-cap"})
_AFTER_ALL = frozenset({"image", "code_inline", "link_close", "span_close"})
_NAMED = re.compile(r"\{:?[ \t]*[.#][\w\-]")
"""How attributes begin that Python-Markdown and MyST put behind links and code as well."""


def attributes_plugin(md: MarkdownIt, *, pictures_only: bool) -> None:
    """Adds the rule for ``![](x.png){width=50%}``, and behind links, code and spans; with ``pictures_only`` those behind
    others must begin with a class or a name.
    """

    def rule(state: StateInline, silent: bool) -> bool:
        if silent or state.pending or not state.tokens or state.tokens[-1].type not in _AFTER_ALL:
            return False
        if pictures_only and state.tokens[-1].type != "image" and not _NAMED.match(state.src, state.pos):
            return False
        match = _ATTRIBUTES.match(state.src, state.pos, min(state.posMax, state.pos + MAX_ATTRIBUTES))
        if match is None:
            return False
        token, found = state.tokens[-1], attributes_of(match[0])
        if token.type == "image":
            for key, value in found.values.items():
                if key in _KEPT:
                    token.attrs[key] = value
            if found.id:
                token.attrs["id"] = found.id
        elif token.type == "span_close" and (opening := _opening(state)) is not None:
            opening.attrs["class"] = " ".join((str(opening.attrs.get("class", "")), *found.classes)).strip()
        state.pos = match.end()
        return True

    md.inline.ruler.push("attr", rule)


def _opening(state: StateInline):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """The token that opens what the last one closes."""
    level = 0
    for token in reversed(state.tokens):
        level += token.nesting
        if not level:
            return token
    return None


def cjk_emphasis_plugin(md: MarkdownIt) -> None:
    """Lets ``**…。**`` end right before the next word, as its authors mean it.

    CommonMark asks for a blank or punctuation behind a mark that follows punctuation, and these scripts have none.
    Source: github.com/tats-u/markdown-cjk-friendly, whose rule this is.
    """
    md.inline.ruler.at("emphasis", _cjk_emphasis)


def _cjk_emphasis(state: StateInline, silent: bool) -> bool:
    src, start = state.src, state.pos
    marker = src[start]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(start, marker == "*")
    after = src[start + scanned.length : start + scanned.length + 1]
    before = src[start - 1 : start] if start else ""
    if not (marker == "*" and before and after) or not (is_cjk(before) or is_cjk(after)):
        return _emphasis(state, silent)
    if before.isspace() or after.isspace():
        return _emphasis(state, silent)
    for _ in range(scanned.length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(ord(marker), scanned.length, len(state.tokens) - 1, end=-1, open=True, close=True)
        )
    state.pos += scanned.length
    return True
