"""MyST's directives → blocks. ``_HANDLERS`` is the table of those that are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from converters import notes
from converters.build import plain, text_of
from converters.model import (
    Blocks,
    Callout,
    Code,
    CrossRef,
    Inlines,
    Mark,
    Paragraph,
    Quote,
    Span,
    Tab,
    Tabs,
    Toggle,
)
from converters.readers import directive_cards as cards
from converters.readers import directive_figures as figures
from converters.readers import directive_links as links
from converters.readers import directive_tables as tables
from converters.readers.directive_parts import Directive, line_of, options_and_body
from converters.readers.quarto_divs import told_once

if TYPE_CHECKING:
    from converters.readers.blocks import BlockReader

Handler = Callable[[Directive], Blocks]

THEOREMS = frozenset(
    [
        "theorem",
        "lemma",
        "corollary",
        "proposition",
        "definition",
        "axiom",
        "conjecture",
        "criterion",
        "algorithm",
        "property",
        "observation",
        "assumption",
        "remark",
        "example",
    ]
)
"""Directives of sphinx-proof and mystmd (``prf:…``) that are numbered."""
_ATTRIBUTION = re.compile(r"\A(?:--|---|\u2014)[ \t]*(?=\S)")
"""Source: docutils, "Block Quotes": two or three hyphens, or a dash."""
_CHANGES: Mapping[str, str] = {
    "versionadded": "New in version", "versionchanged": "Changed in version", "deprecated": "Deprecated since version",
    "versionremoved": "Removed in version",
}  # fmt: skip
_SILENT = frozenset(
    [
        "index",
        "meta",
        "tabularcolumns",
        "highlight",
        "currentmodule",
        "module",
        "default-role",
        "contents",
        "tableofcontents",
        "thebe-button",
        "launch",
        "sectionauthor",
        "codeauthor",
        "clear-float",
        "exercise-end",
        "solution-end",
        "math-default",
    ]
)
"""What leaves nothing on the page: settings, indexes, and contents, which every page has."""


def directive(name: str, argument: str, text: str, reader: BlockReader, line: int) -> Blocks:
    """Blocks of a directive whose name stands in line ``line`` of the text."""
    from converters.readers.boxes import CALLOUTS, CONTAINERS

    options, body, before = options_and_body(text) if name != "eval-rst" else ({}, text, 0)
    own = Directive(name, argument, options, body, line + 1 + before, reader)
    base = own.base
    if name.startswith(("prf:", "proof:")) and base in THEOREMS:
        return _theorem(own)
    handler = _HANDLERS.get(name) or _HANDLERS.get(base)
    if handler is not None:
        return handler(own)
    if base in CALLOUTS:
        return _admonition(own)
    if base in CONTAINERS:
        from converters.readers.boxes import directive_box

        return directive_box(base, argument, own.blocks(), reader)
    if name in _SILENT:
        return ()
    reader.context.notes.append(notes.degraded("directive.unknown", f"directive {name!r} shown as code", own.where))
    return (Code(f"{argument}\n{text}".strip("\n"), name, where=own.where),)


# ---------------------------------------------------------------- boxes


def _admonition(own: Directive) -> Blocks:
    """An admonition: its class may say its kind, or that it opens on demand."""
    from converters.readers.boxes import CALLOUTS, callout

    base, argument, body = own.base, own.argument, own.body
    if base not in {"admonition", "topic", "sidebar", "margin", "aside", "exercise"} and argument:
        # the argument of a named admonition is the beginning of its text
        body, argument = f"{argument}\n\n{body}" if body.strip() else argument, ""
    kind = next((each for each in own.classes if each in CALLOUTS), base) if base == "admonition" else base
    made = callout(base, line_of(argument, own), own.blocks(body), own.where, folded="dropdown" in own.classes)
    return (msgspec.structs.replace(made, kind=CALLOUTS[kind], label=own.label),)


def _change(own: Directive) -> Blocks:
    version, _, text = own.argument.partition(" ")
    kind = "warning" if own.base in {"deprecated", "versionremoved"} else "note"
    blocks = (*own.blocks(text), *own.blocks())
    return (Callout(kind, blocks, plain(f"{_CHANGES[own.base]} {version}".strip()), where=own.where),)  # type: ignore[arg-type]


def _dropdown(own: Directive) -> Blocks:
    title = line_of(own.argument, own) or plain("Details")
    return (Toggle(title, own.blocks(), "open" in own.options, own.where),)


def _theorem(own: Directive) -> Blocks:
    numbered = "nonumber" not in own.options and own.option("enumerated").lower() != "false"
    title = line_of(own.argument, own)
    folded = "dropdown" in own.classes
    kind = own.base.removesuffix("-start")
    if not numbered:
        title = (Span(f"{kind.capitalize()} ("), *title, Span(")")) if title else plain(kind.capitalize())
    return (
        Callout(
            "tip" if kind == "exercise" else "note", own.blocks(), title,
            folded=folded, where=own.where, label=own.label, theorem=kind if numbered else "",
        ),
    )  # fmt: skip


def _solution(own: Directive) -> Blocks:
    """A solution names its exercise."""
    name = own.argument.strip()
    title: Inlines = (Span("Solution to "), CrossRef(name, source=name)) if name else plain("Solution")
    return (
        Callout("success", own.blocks(), title, folded="dropdown" in own.classes, where=own.where, label=own.label),
    )


def _proof(own: Directive) -> Blocks:
    lead = Span("Proof. ", frozenset({Mark.EM}))
    blocks = (*own.blocks(own.argument), *own.blocks())
    if blocks and isinstance(blocks[0], Paragraph):
        return (msgspec.structs.replace(blocks[0], content=(lead, *blocks[0].content)), *blocks[1:])
    return (Paragraph((lead,), where=own.where), *blocks)


def _quote(own: Directive) -> Blocks:
    """A quotation; its last paragraph says whose it is where that starts with dashes, as docutils reads it."""
    blocks = (*own.blocks(own.argument), *own.blocks())
    last = blocks[-1] if len(blocks) > 1 else None
    if isinstance(last, Paragraph) and last.content and isinstance(first := last.content[0], Span):
        name = _ATTRIBUTION.sub("— ", first.text)
        words = msgspec.structs.replace(first, text=name)
        blocks = (*blocks[:-1], msgspec.structs.replace(last, content=(words, *last.content[1:])))
    return (Quote(blocks, own.where),)


def _tab_item(own: Directive) -> Blocks:
    return (Tabs((Tab(text_of(line_of(own.argument, own)), own.blocks()),), own.where),)


def _tab_set(own: Directive) -> Blocks:
    from converters.readers.boxes import directive_box

    return directive_box("tab-set", "", own.blocks(), own.reader)


def _only(own: Directive) -> Blocks:
    """Content for some builders: that for printed pages is left out, as its author wants it."""
    if not re.fullmatch(r"\s*(?:latex|pdf|epub|man|text)\s*", own.argument):
        return own.blocks()
    told_once("content for other formats than a web page is left out, as its author wants it", own.reader)
    return ()


def _rubric(own: Directive) -> Blocks:
    words = line_of(own.argument, own)
    bold = tuple(
        msgspec.structs.replace(each, marks=each.marks | {Mark.STRONG}) if isinstance(each, Span) else each
        for each in words
    )
    return (Paragraph(bold, where=own.where), *own.blocks())


_HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(_CHANGES, _change),
    **dict.fromkeys(["dropdown", "details", "toggle"], _dropdown),
    **dict.fromkeys(["exercise", "exercise-start"], _theorem),
    **dict.fromkeys(["solution", "solution-start"], _solution),
    **dict.fromkeys(["prf:proof", "proof:proof", "proof"], _proof),
    **dict.fromkeys(["epigraph", "pull-quote", "highlights", "blockquote"], _quote),
    **dict.fromkeys(["tab-item", "tab", "group-tab"], _tab_item),
    **dict.fromkeys(["tab-set", "tabs"], _tab_set),
    **dict.fromkeys(["only", "ifconfig"], _only),
    **dict.fromkeys(["rubric", "centered"], _rubric),
    **dict.fromkeys(["code-block", "code", "sourcecode", "parsed-literal", "highlight-code"], figures.listing),
    **dict.fromkeys(["mermaid", "graphviz", "digraph"], figures.diagram_directive),
    **dict.fromkeys(["glue", "glue:any", "glue:figure", "glue:math", "glue:md", "eval", "eval:figure"], figures.glue),
    **dict.fromkeys(["iframe", "video", "youtube", "vimeo"], figures.embed),
    **dict.fromkeys(["include", "literalinclude", "embed"], links.included),
    **dict.fromkeys(["button-link", "button-ref"], links.button),
    **dict.fromkeys(["grid", "card-carousel"], cards.grid),
    **dict.fromkeys(["card", "grid-item-card", "grid-item"], cards.card),
    "image": figures.image, "figure": figures.figure, "figure-md": figures.figure_md, "math": figures.math, "raw": figures.raw,
    "eval-rst": figures.eval_rst, "toctree": links.toctree, "bibliography": links.bibliography, "glossary": links.glossary,
    "table": tables.captioned_table, "list-table": tables.list_table_directive, "csv-table": tables.csv_table,
}  # fmt: skip


def is_known(name: str) -> bool:
    """Whether this name is a directive's."""
    from converters.readers.boxes import CALLOUTS, CONTAINERS

    base = name.rpartition(":")[2]
    return name in _HANDLERS or base in _HANDLERS or base in CALLOUTS or base in CONTAINERS or name in _SILENT
