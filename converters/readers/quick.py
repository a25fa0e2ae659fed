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
    Href,
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
_SIGNS = {
    "amp": "&",
    "lt": "<",
    "gt": ">",
    "quot": '"',
    "nbsp": "\u00a0",
    "mdash": "\u2014",
    "ndash": "\u2013",
    "hellip": "\u2026",
    "times": "\u00d7",
    "reg": "\u00ae",
    "copy": "\u00a9",
    "le": "\u2264",
    "ge": "\u2265",
    "rarr": "\u2192",
    "larr": "\u2190",
    "middot": "\u00b7",
    "deg": "\u00b0",
    "trade": "\u2122",
}
"""Entities that people write by hand; HTML has 2,000 more."""
_ADDRESS = r"(?>[^()\s<>`&\\]|&(?![#\w]+;)|\([^()\s<>`&\\]*\))++"
_INNER = rf"(?>[^*_`\[\]]|`[^`\n]+`(?!`)|\[[^\[\]_*!%\n]+\]\({_ADDRESS}\)|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9]))"
_MARKS = re.compile(
    r"`(?P<code>[^`\n]+)`(?!`)|``(?P<quoted>(?>[^`\n]|(?<!`)`(?!`))+)``(?!`)"
    r"|\$(?!\$)(?P<math>(?:[^$\\]|\\.)+)\$(?!\d)"
    rf"|\*(?P<star>\*?)(?P<strong>(?![\s*_\\^{{|}}~@]){_INNER}++)\*(?P=star)(?![*_])"
    rf"|_(?P<line>_?)(?P<under>(?![\s*_\\^{{|}}~@]){_INNER}++)_(?P=line)(?![*_])"
    rf"|\[(?P<words>(?>[^\[\]`!%\n]|`[^`\n]+`(?!`))++)\]\((?P<link>{_ADDRESS})\)(?!\{{)"
    r"|\[(?P<bare>[^\[\]\\*_`!<>^@&:$~{}\n]+)\](?![(\[{:])"
    rf"|&(?P<entity>{'|'.join(_SIGNS)});"
    r"|\\(?P<escaped>[.*_#+!>|\-])",
    re.DOTALL,
)
"""Each begins with a character of its own, for which Python then looks before it tries them."""
_BREAK = re.compile(r" ?\n *")
_STRONG, _EM = frozenset({Mark.STRONG}), frozenset({Mark.EM})
_CODE = frozenset({Mark.CODE})
_PLAIN = Span("").marks
"""No marks: the very object, which is left out of the model's JSON."""
_AROUND = frozenset("\n !\"#%&'()+,-./:;=>?")
"""ASCII's blanks and punctuation without marks: beside one of these emphasis begins and ends in any case."""


def quick_line(text: str, context: MarkdownContext, where: Where | None) -> Inlines | None:
    """A line with code, emphasis and links of the plainest kind; None where there may be more to it."""
    text = text.rstrip(" ")
    if "\n" in text and ("  \n" in text or has_cjk(text)):
        return None
    if context.flavor == "pandoc" and ("--" in text or "..." in text or "\\." in text or "\\-" in text):
        return None  # signs of its own
    if not _LEFT.search(text):
        return _only_words(text)
    found: list[Inline] = []
    return strip(found) if _read(text, found, _PLAIN, None, context, where) else None


def _read(
    text: str,
    found: list[Inline],
    marks: frozenset[Mark],
    target: Href | None,
    context: MarkdownContext,
    where: Where | None,
) -> bool:
    """Reads a line, or the text in emphasis or a link, into ``found``; False where other marks may stand in it.

    Longer than other functions: a mark is three or four lines, and calls would cost a third of the time.
    """
    position = 0
    words = ""
    for match in _MARKS.finditer(text):
        start, end = match.span()
        kind = match.lastgroup
        gap = text[position:start]
        if gap and _LEFT.search(gap):
            return False
        words += gap
        position = end
        before = text[start - 1 : start]
        if kind == "entity":
            words += _SIGNS[match["entity"]]
            continue
        if kind == "bare":
            if before == "!" or context.references or context.flavor == "pandoc" or _LEFT.search(match["bare"]):
                return False
            words += match[0]
            continue
        if kind == "escaped":
            words += match["escaped"]
            continue
        if words:
            found.append(Span(shown(_joined(words)), marks, target))
            words = ""
        if kind in {"code", "quoted"}:
            code = match[kind]
            if before == "`" or not code.strip(" "):
                return False
            if code[0] == " " == code[-1]:
                code = code[1:-1]
            if context.flavor == "pandoc" and code.startswith(("r ", "{")):
                return False
            found.append(Span(code, marks | _CODE, target))
        elif kind == "math":
            if before.isdigit() or not match["math"].strip():
                return False
            tex = unquoted(match["math"])
            if "`" in tex:
                return False  # code may begin in it
            found.append(InlineMath(tex.strip()))
        elif kind in {"strong", "under"}:
            inner = match[kind]
            if not _stands(text[start], before, inner, text[end : end + 1]):
                return False
            style = marks | (_STRONG if match["star"] or match["line"] else _EM)
            if not _read(inner, found, style, target, context, where):
                return False
        else:
            inner = match["words"]
            if before == "!" or "$" in inner or not inner.strip():
                return False
            if not _read(inner, found, marks, href(match["link"], context, where), context, where):
                return False
    rest = text[position:]
    if rest and _LEFT.search(rest):
        return False
    words += rest
    if words:
        found.append(Span(shown(_joined(words)), marks, target))
    return True


def _stands(star: str, before: str, inner: str, after: str) -> bool:
    """Whether emphasis begins and ends where it seems to, by CommonMark's rules without their rarer cases."""
    first, last = inner[0], inner[-1]
    if last.isspace():
        return False
    if before and before not in _AROUND and not (star == "*" and _are_letters(before + first)):
        return False
    return not after or after in _AROUND or (star == "*" and _are_letters(last + after))


def _are_letters(two: str) -> bool:
    return two.isascii() and two.isalnum()


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
