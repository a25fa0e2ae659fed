"""Inlines → storage format."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, assert_never
from urllib.parse import quote

from converters.links import person_url
from converters.model import (
    Anchor,
    AnchorLink,
    AssetLink,
    Citation,
    CrossRef,
    Date,
    FileLink,
    Href,
    ImageRef,
    Inline,
    InlineImage,
    InlineMath,
    Inlines,
    LineBreak,
    Lozenge,
    Mark,
    Mention,
    NoteRef,
    PageLink,
    RawInline,
    Span,
)
from converters.notes import dropped, missing, security
from converters.writers.confluence import macros, media
from converters.writers.confluence.context import Context
from converters.writers.confluence.xml import EMPTY, Xml, el, join, trusted

_SAFE_URL: Final = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)

_TAGS: Final = (
    (Mark.CODE, "code"),
    (Mark.KBD, "code"),
    (Mark.SUB, "sub"),
    (Mark.SUP, "sup"),
    (Mark.STRIKE, "del"),
    (Mark.UNDERLINE, "u"),
    (Mark.EM, "em"),
    (Mark.STRONG, "strong"),
)
"""From the innermost out. Code is innermost, since the editor keeps no element within it."""

_BREAK: Final = el("br")
_HIGHLIGHT: Final = "#fff3b8"
_COLOR: Final = re.compile("#[0-9a-f]{6}")


def page_url(link: PageLink) -> str:
    """The symbolic address of another report, which ``converters.links.resolve`` replaces."""
    anchor = f"#{quote(link.anchor, safe='')}" if link.anchor else ""
    return f"nbwiki:{quote(link.key, safe='')}{anchor}"


def write_inlines(inlines: Inlines, ctx: Context) -> Xml:
    """Inlines as markup; neighbours with the same link stand in one link."""
    if len(inlines) == 1 and isinstance(only := inlines[0], Span) and only.href is None:
        return _span(only, ctx)  # most paragraphs and nearly all table cells
    parts: list[Xml] = []
    run: list[Xml] = []
    href: Href | None = None
    for inline in inlines:
        target = inline.href if type(inline) is Span else None
        if target != href and run:
            parts.append(link(href, join(run), ctx) if href is not None else join(run))
            run = []
        href = target
        run.append(_span(inline, ctx) if type(inline) is Span else _inline(inline, ctx))
    if run:
        parts.append(link(href, join(run), ctx) if href is not None else join(run))
    return join(parts)


def strong(markup: Xml) -> Xml:
    """What ``write_inlines`` made in bold; line breaks stand outside, since Cloud's editor has none with marks.

    Source: ``@atlaskit/adf-schema``, ``hardBreak``.
    """
    lines = [Xml(line) for line in markup.split(_BREAK)]
    if len(lines) > 1 and all(trusted(line) is not None for line in lines):
        return Xml(_BREAK.join(el("strong", None, line) if line else EMPTY for line in lines))
    return el("strong", None, markup)


def link(href: Href | None, body: Xml, ctx: Context) -> Xml:
    """``body`` as a link; as it is where the target can't or mustn't be linked, with a note."""
    match href:
        case None:
            return body
        case str():
            if _SAFE_URL.match(href):
                return el("a", {"href": href}, body)
            ctx.note(security("link.unsafe", f"link to {href[:40]!r} was left out: not http, https or mailto"))
            return body
        case PageLink(key=key):
            ctx.links.setdefault(key)
            return el("a", {"href": page_url(href)}, body)
        case AnchorLink(anchor=anchor):
            return macros.anchor_link(ctx.anchors.target(anchor), body)
        case AssetLink(asset=key):
            asset = ctx.asset(key)
            return macros.attachment_link(asset.filename, body) if asset else body
        case FileLink(path=path):
            ctx.note(missing("link.unresolved", f"link to {path} leads nowhere, its text was kept"))
            return body
        case _:
            assert_never(href)


def _inline(inline: Inline, ctx: Context) -> Xml:
    match inline:
        case Span():
            return _span(inline, ctx)
        case LineBreak():
            return el("br")
        case InlineMath():
            return media.inline_math(inline, ctx)
        case InlineImage():
            return link(inline.href, media.inline_image(inline, ctx), ctx)
        case ImageRef(path=path, alt=alt):
            ctx.note(missing("image.missing", f"picture {path} is not there"))
            return ctx.text(alt or path)
        case NoteRef(label=label, number=number):
            mark = el("sup", None, str(number))
            return join((macros.anchor(f"fnref-{label}"), macros.anchor_link(f"fn-{label}", mark)))
        case CrossRef(label=label, source=source):  # the references transform leaves none
            return ctx.text(source or label)
        case Citation(source=source):  # the citations transform leaves none
            return ctx.text(source)
        case Anchor(name=name):
            return macros.anchor(name)
        case Lozenge(text=text, color=color):
            return macros.status(text, color)
        case Mention(name=name, user=user):
            if not user:
                words = ctx.text(name)
                return el("a", {"href": person_url(name)}, words) if ctx.options.people and words else words
            key = "ri:account-id" if ctx.cloud else "ri:userkey"
            return el("ac:link", None, el("ri:user", {key: user}))
        case Date(iso=iso):
            return _day(iso, ctx)
        case RawInline(format=kind, text=text):
            markup = trusted(text) if kind == "confluence" else None
            if markup is None:
                ctx.note(dropped("raw.refused", f"raw {kind} markup isn't well-formed storage format: {text[:40]!r}"))
            return markup or EMPTY
        case _:
            assert_never(inline)


def _day(iso: str, ctx: Context) -> Xml:
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return ctx.text(iso)
    return el("time", {"datetime": day.isoformat()})


def _span(span: Span, ctx: Context) -> Xml:
    markup = ctx.text(span.text)
    if not markup:
        return markup  # nothing but characters that XML can't carry
    if not span.marks and not span.color and not span.background:
        return markup
    if Mark.CODE in span.marks and Mark.KBD in span.marks:
        span = Span(span.text, span.marks - {Mark.KBD}, span.href, span.color, span.background)
    for mark, tag in _TAGS if span.marks else ():
        if mark in span.marks:
            markup = el(tag, None, markup)
    if Mark.SMALL in span.marks:
        ctx.simpler("small-text", "small text is shown in normal size")
    background = span.background or (_HIGHLIGHT if Mark.HIGHLIGHT in span.marks else "")
    for name, value in (("color", span.color), ("background-color", background)):
        markup = tinted(markup, name, value)
    return markup


def tinted(markup: Xml, name: str, value: str) -> Xml:
    """Markup with a ``#rrggbb`` colour as CSS property ``name``; as it is where ``value`` is none."""
    if not markup or not _COLOR.fullmatch(value):
        return markup
    red, green, blue = bytes.fromhex(value[1:])
    return el("span", {"style": f"{name}: rgb({red},{green},{blue});"}, markup)
