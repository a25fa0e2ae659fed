"""Short cuts for Markdown as most people write most of it: headings, paragraphs and flat lists, read without a parser.

Whatever is in doubt is left to the parser: a text as a whole where its lines may be anything else, a paragraph where its
marks may. The outcome is the same (a test compares both on generated texts); reading takes a third of the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from converters.build import strip
from converters.model import (
    Blocks,
    Inline,
    InlineMath,
    Inlines,
    ListBlock,
    ListItem,
    Mark,
    Paragraph,
    Rule,
    Span,
    Where,
)
from converters.readers.address import href
from converters.readers.leaves import heading
from converters.readers.math_spans import unquoted
from converters.readers.outline import Part
from converters.readers.paragraphs import runs_to_the_left
from converters.readers.writing import has_cjk, shown

if TYPE_CHECKING:
    from converters.readers.context import MarkdownContext

_LEFT = re.compile(
    r"[\\<$~^{@*`\[&:w_](?:(?<=[\\<$~^{@*`\[])|(?<=&)[#A-Za-z]|(?<=:)//|(?<=w)ww\.|(?<=_)(?:(?<![A-Za-z0-9]_)|(?![A-Za-z0-9])))"
)
"""What must not stand in running text once the known marks are taken out of it: one of ``\\<$~^{@*`[``, the begin of an
entity, ``://``, ``www.``, or an underscore not inside of a word. The set in front makes the search three times as fast."""
_MARKS = re.compile(
    r"`(?P<code>[^`\n]+)`(?!`)|\$(?!\$)(?P<math>(?:[^$\\]|\\.)+)\$(?!\d)"
    r"|(?P<star>\*\*?|__?)(?P<strong>[^\s*_`\[\]!-/:-@\\^{|}~][^*_`\[\]]*)(?P=star)(?=[\s.,;:!?)]|$)"
    r"|\[(?P<words>[^\[\]*_`!%\n]+)\]\((?P<link>[^()\s<>*_\"'`&\\]+)\)(?![{])",
    re.DOTALL,
)
_BREAK = re.compile(r" ?\n *")
_STRONG, _EM = frozenset({Mark.STRONG}), frozenset({Mark.EM})
_CODE = frozenset({Mark.CODE})


def quick_line(text: str, context: MarkdownContext, where: Where | None) -> Inlines | None:
    """A line with code, emphasis and links of the plainest kind; None where there may be more to it.

    Longer than other functions: a mark is three or four lines, and calls would cost a third of the time.
    """
    text = text.rstrip(" ")
    if "\n" in text and ("  \n" in text or has_cjk(text)):
        return None
    if context.flavor == "pandoc" and ("--" in text or "..." in text):
        return None  # signs of its own
    if not _LEFT.search(text):
        return _only_words(text)
    found: list[Inline] = []
    position = 0
    span: Inline
    for match in _MARKS.finditer(text):
        start, end = match.span()
        before = text[start - 1 : start]
        code, star, words = match["code"], match["star"], match["words"]
        if code is not None:
            if before == "`" or (code[0] == " " and code[-1] == " "):
                return None
            if context.flavor == "pandoc" and code.startswith(("r ", "{")):
                return None
            span = Span(code, _CODE)
        elif match["math"] is not None:
            if before.isdigit() or not match["math"].strip():
                return None
            span = InlineMath(unquoted(match["math"]).strip())
        elif star is not None:
            inner = match["strong"]
            if (before and before not in " \n(") or not _closes(inner[-1], text[end : end + 1]) or _LEFT.search(inner):
                return None
            span = Span(shown(_joined(inner)), _STRONG if len(star) == 2 else _EM)
        else:
            if before == "!" or _LEFT.search(words) or not words.strip():
                return None
            target = href(match["link"], context, where)
            span = Span(shown(words), frozenset(), target)
        if not _gap(text[position:start], found):
            return None
        found.append(span)
        position = end
    return strip(found) if _gap(text[position:], found) else None


def _closes(last: str, after: str) -> bool:
    """Whether emphasis ends between these two characters, by CommonMark's rules for the plain cases."""
    return last.isalnum() or (last in ".,:!?)" and (not after or after.isspace()))


def _gap(text: str, found: list[Inline]) -> bool:
    """Text between marks goes into ``found``; False where it holds other marks."""
    if not text:
        return True
    if _LEFT.search(text):
        return False
    found.append(Span(shown(_joined(text))))
    return True


def _joined(text: str) -> str:
    return _BREAK.sub(" ", text) if "\n" in text else text


def _only_words(text: str) -> Inlines:
    text = shown(_joined(text)).strip()
    return (Span(text),) if text else ()


def quick_blocks(
    parts: list[Part],
    context: MarkdownContext,
    slow: Callable[[Part, Where | None], Blocks],
) -> Blocks:
    """Blocks of an outline. ``slow`` reads one part by the parser, at its place."""
    blocks: list[Blocks] = []
    items: list[ListItem] = []
    first: Part | None = None
    place = context.where
    for part in (*parts, None):
        if first is not None and (part is None or part[0] != "item" or part[3] >= 0):
            blocks.append((_list(first, tuple(items), context),))
            items, first = [], None
        if part is None:
            break
        kind, line, text, level = part
        if kind == "item" and first is None:
            first = part
        if context.where is None and (kind != "item" or first is part):
            place = context.at(line)
        made = quick_part(kind, text, level, context, place)
        if made is None:
            made = slow(part, place)
        if kind == "item":
            items.append(ListItem(made))
        else:
            blocks.append(made)
    return tuple(block for some in blocks for block in some)


def _list(first: Part, items: tuple[ListItem, ...], context: MarkdownContext) -> ListBlock:
    where = context.where or context.at(first[1])
    if not first[3]:
        return ListBlock("bullet", items, where=where)
    return ListBlock("ordered", items, first[3] - 1, where)


def quick_part(kind: str, text: str, level: int, context: MarkdownContext, where: Where | None) -> Blocks | None:
    """Blocks of one part; None where its marks are left to the parser."""
    if kind == "rule":
        return (Rule(where),)
    if kind in {"fence", "raw"}:
        return None
    before = len(context.notes)
    content = quick_line(text, context, where)
    if content is None:
        del context.notes[before:]
        return None
    if kind == "heading":
        return heading(level, content, where, context.flavor)
    if not content:
        return ()
    return (Paragraph(content, rtl=not text.isascii() and runs_to_the_left(content), where=where),)
