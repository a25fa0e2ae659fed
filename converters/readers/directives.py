"""MyST's directives → blocks. ``_HANDLERS`` is the table of those that are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from converters import notes
from converters.build import plain, text_of
from converters.model import (
    Align,
    Blocks,
    Callout,
    Code,
    CrossRef,
    Embed,
    Figure,
    FileLink,
    Image,
    ImageRef,
    InlineImage,
    Inlines,
    ListBlock,
    ListItem,
    Mark,
    Math,
    Paragraph,
    Quote,
    Raw,
    Span,
    Tab,
    Tabs,
    Toggle,
)
from converters.readers.address import href, picture
from converters.readers.directive_parts import Directive, options_and_body
from converters.readers.glossary import read_glossary
from converters.readers.quarto_divs import pictures_apart
from converters.readers.style import pixels

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
_CHANGES: Mapping[str, str] = {
    "versionadded": "New in version", "versionchanged": "Changed in version", "deprecated": "Deprecated since version",
    "versionremoved": "Removed in version",
}  # fmt: skip
ALIGNS: tuple[Align, ...] = ("left", "center", "right")
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

    options, body, before = options_and_body(text)
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


def line_of(text: str, own: Directive) -> Inlines:
    """A text as one line of Markdown."""
    from converters.readers import boxes

    return boxes.line_of(text, own.reader, own.line)


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
    return (Quote((*own.blocks(own.argument), *own.blocks()), own.where),)


def _tab_item(own: Directive) -> Blocks:
    return (Tabs((Tab(text_of(line_of(own.argument, own)), own.blocks()),), own.where),)


def _tab_set(own: Directive) -> Blocks:
    from converters.readers.boxes import directive_box

    return directive_box("tab-set", "", own.blocks(), own.reader)


def _only(own: Directive) -> Blocks:
    """Content for some builders: that for printed pages is left out, as its author wants it."""
    return () if re.fullmatch(r"\s*(?:latex|pdf|epub|man|text)\s*", own.argument) else own.blocks()


def _rubric(own: Directive) -> Blocks:
    words = line_of(own.argument, own)
    bold = tuple(
        msgspec.structs.replace(each, marks=each.marks | {Mark.STRONG}) if isinstance(each, Span) else each
        for each in words
    )
    return (Paragraph(bold, where=own.where), *own.blocks())


# ---------------------------------------------------------------- pictures, code, equations


def _image(own: Directive) -> Image | None:
    sizes = {key: own.option(key) for key in ("width", "height") if own.option(key)}
    where = own.where
    found = picture(
        own.argument.strip(), own.reader.context, where,
        alt=own.option("alt"), width=pixels(sizes, "width"), height=pixels(sizes, "height"),
        link=href(own.option("target"), own.reader.context, where) if own.option("target") else None,
    )  # fmt: skip
    if found is None:
        return None
    ref = found if isinstance(found, ImageRef) else None
    asset, url = (found.asset, found.url) if isinstance(found, InlineImage) else (None, "")
    align: Align | None = next((each for each in ALIGNS if each == own.option("align")), None)
    size = (found.width, found.height)
    return Image(asset, url, ref, found.alt, (), *size, align, found.href, where=where)


def _plain_image(own: Directive) -> Blocks:
    image = _image(own)
    return (msgspec.structs.replace(image, label=own.label),) if image else ()


def _figure(own: Directive) -> Blocks:
    """A figure: the first paragraph below the picture is its caption, what follows its legend.

    Without a picture in the argument the body holds them, and its last paragraph is the caption (mystmd).
    """
    blocks = own.blocks()
    image = _image(own) if own.argument.strip() else None
    kind = own.option("kind") if own.option("kind") in {"table", "listing"} else "figure"
    caption: Inlines = ()
    if image is not None or own.argument.strip():
        if blocks and isinstance(blocks[0], Paragraph):
            caption, blocks = blocks[0].content, blocks[1:]
        blocks = (image, *blocks) if image else blocks
    elif len(blocks) > 1 and isinstance(blocks[-1], Paragraph):
        caption, blocks = blocks[-1].content, pictures_apart(blocks[:-1])
    return (Figure(blocks, caption, own.label, kind, own.where),)  # type: ignore[arg-type]


def _markdown_figure(own: Directive) -> Blocks:
    """``{figure-md} label``: the picture in Markdown, its caption below."""
    blocks = own.blocks()
    if len(blocks) > 1 and isinstance(blocks[-1], Paragraph):
        return (Figure(blocks[:-1], blocks[-1].content, own.label or own.argument.strip(), "figure", own.where),)
    return blocks


def _code(own: Directive) -> Blocks:
    language = own.argument.split(maxsplit=1)[0] if own.argument.strip() else ""
    listing = Code(own.body.rstrip("\n"), language, title=own.option("filename"), where=own.where)
    if caption := own.option("caption"):
        return (Figure((listing,), line_of(caption, own), own.label, "listing", own.where),)
    return (msgspec.structs.replace(listing, label=own.label),)


def _math(own: Directive) -> Blocks:
    tex = f"{own.argument}\n{own.body}".strip()
    return (Math(tex, own.label, where=own.where),) if tex else ()


def _raw(own: Directive) -> Blocks:
    kind = own.argument.strip().lower()
    if "html" in kind.split():
        from converters.readers.html import read_html

        return read_html(own.body, own.reader.context)
    own.reader.context.notes.append(notes.degraded("raw.format", f"raw {kind} shown as code", own.where))
    return (Raw("latex" if kind in {"latex", "tex"} else "other", own.body, where=own.where),)


def _eval_rst(own: Directive) -> Blocks:
    text = "reStructuredText in Markdown is shown as it was written"
    own.reader.context.notes.append(notes.degraded("directive.rst", text, own.where))
    return (Code(f"{own.argument}\n{own.body}".strip("\n"), "rst", where=own.where),)


def _diagram(own: Directive) -> Blocks:
    from converters.readers.chunks import diagram

    body = f"{own.argument}\n{own.body}".strip("\n") if own.base == "mermaid" else own.body
    made = diagram(own.base, body, own.reader)
    caption = own.option("caption")
    return (Figure(made, line_of(caption, own), own.label, "figure", own.where),) if caption or own.label else made


def _glue(own: Directive) -> Blocks:
    """A value of a run that is not at hand: its key, and the caption that was written for it."""
    text = f"value {own.argument.strip()[:60]} is not there: the code was not run"
    own.reader.context.notes.append(notes.missing("directive.glue", text, own.where))
    key = Paragraph((Span(own.argument.strip(), frozenset({Mark.CODE})),), where=own.where)
    if own.base == "figure":
        blocks = own.blocks()
        caption = blocks[0].content if blocks and isinstance(blocks[0], Paragraph) else ()
        return (Figure((key, *blocks[1:]), caption, own.label, "figure", own.where),)
    return (key, *own.blocks())


def _embed(own: Directive) -> Blocks:
    target = href(own.argument.strip(), own.reader.context, own.where)
    kind = "video" if own.base in {"video", "youtube", "vimeo"} else "iframe"
    if own.base == "youtube":
        target = f"https://www.youtube.com/watch?v={own.argument.strip()}"
    elif own.base == "vimeo":
        target = f"https://vimeo.com/{own.argument.strip()}"
    if isinstance(target, str) and target.startswith("https://"):
        blocks = own.blocks()
        caption = blocks[0].content if blocks and isinstance(blocks[0], Paragraph) else ()
        return (Embed(target, kind, own.option("title", "alt"), caption, where=own.where), *blocks[bool(caption) :])  # type: ignore[arg-type]
    if target is None:
        return own.blocks()
    return (Paragraph((Span(own.argument.strip(), href=target),), where=own.where), *own.blocks())


# ---------------------------------------------------------------- links to other documents


def _toctree(own: Directive) -> Blocks:
    """A list of links to the documents of a book; hidden ones only make up its menu."""
    if "hidden" in own.options:
        return ()
    items: list[ListItem] = []
    for line in own.body.split("\n"):
        entry = line.strip()
        if not entry or entry == "self" or entry.startswith("#"):
            continue
        match = re.fullmatch(r"(.*?)\s*<([^<>]+)>", entry)
        words, target = (match[1], match[2]) if match else ("", entry)
        if "*" in target:
            text = f"entries {target:.80} of a table of contents are left out: patterns are not looked up"
            own.reader.context.notes.append(notes.dropped("directive.toctree", text, own.where))
            continue
        link = href(target, own.reader.context, own.where)
        items.append(ListItem((Paragraph((Span(words or target, href=link),)),)))
    if not items:
        return ()
    caption = own.option("caption")
    head: Blocks = (Paragraph((Span(caption, frozenset({Mark.STRONG})),), where=own.where),) if caption else ()
    return (*head, ListBlock("bullet", tuple(items), where=own.where))


def _included(own: Directive) -> Blocks:
    """A file that was not taken over before: a link to it."""
    name = own.argument.strip()
    own.reader.context.notes.append(notes.missing("directive.include", f"{name:.100} is not included", own.where))
    return (Paragraph((Span(name, href=FileLink(name)),), where=own.where),)


def _button(own: Directive) -> Blocks:
    target = own.argument.strip()
    words = own.body.strip() or target
    if own.base == "button-ref":
        return (Paragraph((CrossRef(target, text=words, source=target, href=FileLink(target)),), where=own.where),)
    return (Paragraph((Span(words, href=href(target, own.reader.context, own.where)),), where=own.where),)


def _bibliography(own: Directive) -> Blocks:
    text = "the bibliography is left out: its files are not read"
    own.reader.context.notes.append(notes.missing("directive.bibliography", text, own.where))
    return ()


def _glossary(own: Directive) -> Blocks:
    return read_glossary(own.body, own.line, own.reader, own.where)


def _table(own: Directive) -> Blocks:
    from converters.readers.directive_tables import captioned_table

    return captioned_table(own)


def _list_table(own: Directive) -> Blocks:
    from converters.readers.directive_tables import list_table_directive

    return list_table_directive(own)


def _csv_table(own: Directive) -> Blocks:
    from converters.readers.directive_tables import csv_table

    return csv_table(own)


def _grid(own: Directive) -> Blocks:
    from converters.readers.directive_cards import grid

    return grid(own)


def _card(own: Directive) -> Blocks:
    from converters.readers.directive_cards import card

    return card(own)


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
    **dict.fromkeys(["code-block", "code", "sourcecode", "parsed-literal", "highlight-code"], _code),
    **dict.fromkeys(["mermaid", "graphviz", "digraph"], _diagram),
    **dict.fromkeys(["glue", "glue:any", "glue:figure", "glue:math", "glue:md", "eval", "eval:figure"], _glue),
    **dict.fromkeys(["iframe", "video", "youtube", "vimeo"], _embed),
    **dict.fromkeys(["include", "literalinclude", "embed"], _included),
    **dict.fromkeys(["button-link", "button-ref"], _button),
    **dict.fromkeys(["grid", "card-carousel"], _grid),
    **dict.fromkeys(["card", "grid-item-card", "grid-item"], _card),
    "image": _plain_image, "figure": _figure, "figure-md": _markdown_figure, "math": _math, "raw": _raw,
    "eval-rst": _eval_rst, "toctree": _toctree, "bibliography": _bibliography, "glossary": _glossary,
    "table": _table, "list-table": _list_table, "csv-table": _csv_table,
}  # fmt: skip


def is_known(name: str) -> bool:
    """Whether this name is a directive's."""
    from converters.readers.boxes import CALLOUTS, CONTAINERS

    base = name.rpartition(":")[2]
    return name in _HANDLERS or base in _HANDLERS or base in CALLOUTS or base in CONTAINERS or name in _SILENT
