"""MyST's directives that lead to other documents: tables of contents, included files, buttons, bibliographies."""

from __future__ import annotations

import re

from converters import notes
from converters.model import (
    Blocks,
    Citation,
    CrossRef,
    FileLink,
    ListBlock,
    ListItem,
    Mark,
    Paragraph,
    Span,
)
from converters.readers.address import href
from converters.readers.directive_parts import Directive
from converters.readers.embeds import embed_mark
from converters.readers.glossary import read_glossary


def toctree(own: Directive) -> Blocks:
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


def included(own: Directive) -> Blocks:
    """A file that was not taken over before: a link to it."""
    name = own.argument.strip()
    if name.startswith("#") and own.base == "embed":
        return (embed_mark(name[1:], own.where),)
    own.reader.context.notes.append(notes.missing("directive.include", f"{name:.100} is not included", own.where))
    return (Paragraph((Span(name, href=FileLink(name)),), where=own.where),)


def button(own: Directive) -> Blocks:
    """``{button-link}``, ``{button-ref}``: a link."""
    target = own.argument.strip()
    words = own.body.strip() or target
    if own.base == "button-ref":
        return (Paragraph((CrossRef(target, text=words, source=target, href=FileLink(target)),), where=own.where),)
    return (Paragraph((Span(words, href=href(target, own.reader.context, own.where)),), where=own.where),)


def bibliography(own: Directive) -> Blocks:
    """``{bibliography}``: the place of the list of references."""
    if not own.reader.context.cites:
        text = "the list of references is left out: no bibliography is named"
        own.reader.context.notes.append(notes.missing("directive.bibliography", text, own.where))
        return ()
    return (Paragraph((Citation(),), where=own.where),)


def glossary(own: Directive) -> Blocks:
    """``{glossary}``: terms with labels."""
    return read_glossary(own.body, own.line, own.reader, own.where)
