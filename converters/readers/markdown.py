"""Markdown → blocks: GFM with what Jupyter, MyST, R Markdown and Quarto add."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from converters.model import Blocks
from converters.notes import Note
from converters.readers.blocks import BlockReader
from converters.readers.context import MarkdownContext
from converters.readers.grammar import MAX_NESTING, grammar
from converters.readers.mkdocs_marks import MARKS, mkdocs_marks
from converters.readers.myst_blocks import is_myst
from converters.readers.pandoc_blocks import LETTERED, with_numbers
from converters.readers.pandoc_tables import DASHES
from converters.readers.site_marks import TRIGGER, site_marks
from converters.readers.tex_layout import layout_line
from converters.readers.writing import has_cjk

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["MarkdownContext", "markdown_blocks", "parse"]

_LOOSE_TARGET = re.compile(
    r"(!?\[[^\[\]\n]*\]\()[ \t]*+([^()<>\n\"' \t]++(?:[ \t]++[^()<>\n\"' \t]++)*?)"
    r"(?:[ \t]++=(?P<wide>\d*+%?)x(?P<high>\d*))?([ \t]++(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*+\)"
)
"""A link or picture with a size behind its address (``=100x20``, as several editors write it), or whose address may hold
blanks: CommonMark wants ``<>`` around those, authors don't know."""
_ADDRESS = re.compile(r"[#/]|[\w\-]+:|[^/]*/|.*\.\w{1,8}(?:[#?].*)?$")
"""What a text with blanks must look like to be an address: people also write remarks in round brackets."""
_AROUND = re.compile(r"^(</?(?:div|aside|section|article|center)\b[^<>\n]*>)[ \t]*\n(?=[^\s<`~])", re.MULTILINE)
"""A tag on a line of its own, with text right below it: pandoc reads that as Markdown, CommonMark as HTML."""
_CODE_LINE = re.compile(r"^ {0,3}(?:`{3,}|~{3,})", re.MULTILINE)


_TRIGGERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("autolinks", ("://", "www.", "@")),
    ("www", ("www.",)),
    ("tables", ("|",)),
    ("html", ("<",)),
    ("math", ("$", "\\")),
    ("footnotes", ("[^", "^[")),
    ("admonitions", ("!!!", "???")),
    ("divs", (":::",)),
    ("roles", ("`",)),
    ("strikes", ("~",)),
    ("raised", ("^",)),
    ("attributes", ("{",)),
    ("references", ("@", "{{<")),
    ("myst", (")=", "+++", "\n%")),
    ("grids", ("+-", "+=", "+:")),
)
"""Parts of the grammar and what a text must hold for them to matter: most cells are a heading and a few sentences, and
a rule that is asked at every line costs more than looking for its mark once."""


_MARKS = tuple((name, mark) for name, marks in _TRIGGERS for mark in marks)
_DEFINITION = re.compile(r"\n[ \t>]*[:~][ \t]")
_ALL = frozenset({*(name for name, _ in _TRIGGERS), "definitions", "cjk", "dashes"})


_PANDOC_ONLY = frozenset({"raised", "references", "grids", "dashes"})


def _features(text: str, context: MarkdownContext) -> frozenset[str]:
    """The parts of a flavor's grammar that matter to a text; none that change nothing, for each set makes a parser."""
    found = {name for name, mark in _MARKS if mark in text}
    if "attributes" not in found:
        found.discard("roles")
    if "myst" in found and not is_myst(text):
        found.remove("myst")
    if _DEFINITION.search(text):
        found.add("definitions")
    if has_cjk(text):
        found.add("cjk")
    if context.cites and "@" in text:
        found.add("citations")
    if context.flavor == "jupyter":
        return frozenset(found - _PANDOC_ONLY)
    if "--" in text and DASHES.search(text):
        found.add("dashes")
    return frozenset(found)


@lru_cache(maxsize=256)
def _parser(flavor: str, features: frozenset[str]) -> MarkdownIt:
    """The parser of a flavor and of some parts of its grammar; kept, as making one takes longer than a typical cell."""
    from converters.readers.bounds import bounded
    from converters.readers.dispatch import ask_by_character

    md = grammar(flavor, features)
    bounded(md)
    ask_by_character(md)
    return md


_COMMENT_END = re.compile(r"--!>")
"""How browsers end a comment as well (HTML, "comment end bang state"); to CommonMark it would go on to the text's end."""
_DEEP_HEADING = re.compile(r"^#{7,}[ \t]+(?:(\{#[^{}\n]{1,200}\})[ \t]*$)?", re.MULTILINE)
"""Pandoc has headings of any level; one without words is a place to link to."""
_TEX_LINK = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|\\(?:url\{([^{}\s]+)\}|href\{([^{}\s]+)\}\{([^{}\n]+)\})")


def _tex_link(match: re.Match[str]) -> str:
    if match[1]:
        return match[0]
    return f"<{match[2]}>" if match[2] else f"[{match[4]}](<{match[3]}>)"


def prepared(text: str, context: MarkdownContext) -> str:
    """A text with what other dialects write in their own way written as the parser's."""
    if context.flavor == "pandoc":
        if "(@" in text or "#. " in text or LETTERED.search(text):
            text = with_numbers(text)
        if "\\" in text and layout_line().search(text):
            text = _outside_code(text, "\\", layout_line(), lambda _: "")
        if "\\url{" in text or "\\href{" in text:
            text = _outside_code(text, "\\", _TEX_LINK, _tex_link)
        if "#######" in text:
            text = _outside_code(
                text, "#######", _DEEP_HEADING, lambda match: f"[]{match[1]}" if match[1] else "###### "
            )
        if "<" in text and _AROUND.search(text):
            text = _apart(text)
    if "--!>" in text and "<!--" in text:
        text = _outside_code(text, "--!>", _COMMENT_END, lambda _: "-->")
    if context.flavor == "jupyter" and ":" in text and any(mark in text for mark in MARKS):
        text = mkdocs_marks(text, context)
    if context.flavor == "jupyter" and TRIGGER.search(text):
        text = site_marks(text, context)
    if "](" in text and _LOOSE_TARGET.search(text):
        text = _outside_code(text, "](", _LOOSE_TARGET, _bracketed)
    return text


def parse(text: str, context: MarkdownContext) -> list[Token] | None:
    """Tokens of a prepared text, links raw; None if it nests too deep to be taken apart."""
    md = _parser(context.flavor, _features(text, context))
    try:
        tokens = md.parse(text, {"references": context.references, "context": context})
    except RecursionError:
        return None
    return None if any(token.level >= MAX_NESTING - 1 for token in tokens) else tokens


def parse_line(text: str, context: MarkdownContext) -> list[Token] | None:
    """Inline tokens of a line of a prepared text; None as above."""
    md = _parser(context.flavor, _features(text, context))
    tokens: list[Token] = []
    try:
        md.inline.parse(text, md, {"references": context.references, "context": context}, tokens)
    except RecursionError:
        return None
    return None if any(token.level >= MAX_NESTING - 1 for token in tokens) else tokens


def _outside_code(text: str, sign: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> str:
    """The text with a pattern replaced, except in fenced or indented code. ``sign`` stands in each match."""
    if ("```" not in text and "~~~" not in text) or not _CODE_LINE.search(text):
        return pattern.sub(replace, text)
    lines, fence = [], ""
    for line in text.split("\n"):
        mark = line.lstrip(" >")[:3] if "```" in line or "~~~" in line else ""
        if mark not in {"```", "~~~"}:
            mark = ""
        elif not fence:
            fence = mark
        elif mark == fence:
            fence = ""
        as_it_is = sign not in line or fence or mark or line.startswith("    ")
        lines.append(line if as_it_is else pattern.sub(replace, line))
    return "\n".join(lines)


def _apart(text: str) -> str:
    """The text with a blank line below each tag that stands around Markdown."""
    lines, fence = text.split("\n"), ""
    for number, line in enumerate(lines[:-1]):
        mark = line.lstrip(" >")[:3]
        if mark in {"```", "~~~"} and fence in {"", mark}:
            fence = "" if fence else mark
        elif not fence and _AROUND.match(f"{line}\n{lines[number + 1]}"):
            lines[number] = line + "\n"
    return "\n".join(lines)


def _bracketed(match: re.Match[str]) -> str:
    before, target, wide, high, title = match[1], match[2].strip(), match["wide"], match["high"], match[5]
    if "`" in match[0] or (" " not in target and wide is None):
        return match[0]
    if wide is not None and before.startswith("!"):
        sizes = "".join(f" {key}={value}" for key, value in (("width", wide), ("height", high)) if value)
        return f"{before}<{target}>{title or ''})" + (f"{{{sizes.strip()}}}" if sizes else "")
    return f"{before}<{target}>{title or ''})" if _ADDRESS.match(target) else match[0]


def markdown_blocks(text: str, context: MarkdownContext) -> tuple[Blocks, list[Note]]:
    """Blocks of one cell or file and the notes made on the way; pictures inside the text are in ``context.assets``."""
    before = len(context.notes)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    blocks = BlockReader(context).document(text)
    found = context.notes[before:]
    del context.notes[before:]
    return blocks, found


def rendered(tokens: list[Token], context: MarkdownContext) -> str:
    """HTML of some tokens, for HTML that holds Markdown where neither alone makes sense."""
    md = _parser(context.flavor, _ALL - {"autolinks", "www"})
    return str(md.renderer.render(tokens, md.options, {"references": context.references}))


def rendered_line(tokens: list[Token], context: MarkdownContext) -> str:
    """HTML of some inline tokens."""
    from markdown_it.token import Token

    md = _parser(context.flavor, _ALL - {"autolinks", "www"})
    token = Token("inline", "", 0, children=tokens)
    return str(md.renderer.render([token], md.options, {"references": context.references}))
