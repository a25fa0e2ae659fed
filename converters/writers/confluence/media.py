"""Pictures, equations, embeds and attached files → storage format."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from converters.links import id_url
from converters.model import (
    Asset,
    Attachment,
    Embed,
    Image,
    InlineImage,
    InlineMath,
    Math,
    ReportImage,
    Where,
)
from converters.notes import degraded, missing
from converters.writers.confluence import macros
from converters.writers.confluence.context import Context
from converters.writers.confluence.xml import EMPTY, Xml, el, join
from converters.writers.described import described

CENTER_PX: Final = 760
"""The text column's width; wider pictures need the layout ``wide``. Source: Cloud editor."""

WIDE_PX: Final = 960
"""The widest picture of layout ``wide``. Source: Cloud editor."""

_EMBEDDABLE: Final = re.compile(r"(?:[\w-]+\.)*(?:youtube\.com|youtu\.be|vimeo\.com|dailymotion\.com)")
"""Hosts that the widget macro shows."""

_VECTOR: Final = "image/svg+xml"


def picture(image: Image, body_alt: str, ctx: Context, caption: Xml = EMPTY) -> Xml:
    """An ``ac:image`` element for a figure, or its alternative text where there is no picture."""
    asset = ctx.asset(image.asset, image.where) if image.asset else None
    if asset is None and not image.url.startswith(("https://", "http://")):
        if image.asset is None:
            name = image.ref.path if image.ref else "picture"
            ctx.note(missing("image.missing", f"{name} is not there", image.where))
        return el("p", None, el("em", None, ctx.text(body_alt or "picture is missing")))
    align = image.align or "center"
    attributes: dict[str, str | int | None] = {"ac:align": align}
    width = image.width or (asset.width if asset and asset.width else None)
    if ctx.cloud:
        wide = align == "center" and width is not None and width > CENTER_PX
        attributes["ac:layout"] = "wide" if wide else {"left": "align-start", "right": "align-end"}.get(align, "center")
        if width is not None:
            width = min(width, WIDE_PX if wide else CENTER_PX)
    if not (asset and asset.mime == _VECTOR):
        attributes["ac:width"] = width
    attributes |= _size(asset) if ctx.cloud else {}
    attributes["ac:alt"] = described(body_alt) or _unnamed(image)
    source = macros.attachment(asset.filename) if asset else macros.url(image.url)
    return el("ac:image", attributes, source, *([el("ac:caption", None, el("p", None, caption))] if caption else []))


def _unnamed(image: Image) -> str:
    """What screen readers say of a figure that nobody described; never a file's name or hash."""
    place = image.where
    return f"Figure from cell {place.cell}" if place and place.cell else "Figure"


def _size(asset: Asset | None) -> dict[str, str | int | None]:
    if asset is None or not asset.width or not asset.height:
        return {}
    return {"ac:original-width": asset.width, "ac:original-height": asset.height}


def of_other_page(image: ReportImage) -> Xml:
    """A picture that another page of the space carries. The wiki follows that page's renames by itself; a blog post goes by
    its id, for beside its title it would take the day of its posting where the server stands.
    """
    if image.post:
        holder = el("ri:content-entity", {"ri:content-id": id_url(image.post)})
    else:
        holder = el("ri:page", {"ri:content-title": image.page})
    source = el("ri:attachment", {"ri:filename": image.filename}, holder)
    attributes: dict[str, str | int | None] = {"ac:width": image.width or None, "ac:alt": image.alt or "First figure"}
    return el("ac:image", attributes, source)


def inline_image(image: InlineImage, ctx: Context) -> Xml:
    """An ``ac:image`` in running text, or its alternative text."""
    asset = ctx.asset(image.asset) if image.asset else None
    if asset is None and not image.url.startswith(("https://", "http://")):
        return ctx.text(image.alt or "picture")
    attributes: dict[str, str | int | None] = {"ac:inline": "true"}
    if not (asset and asset.mime == _VECTOR):
        attributes |= {"ac:width": image.width, "ac:height": image.height}
    attributes |= _size(asset) if ctx.cloud else {}
    attributes |= {"ac:alt": image.alt, "ac:title": image.title}
    return el("ac:image", attributes, macros.attachment(asset.filename) if asset else macros.url(image.url))


_PAIRS: Final = (
    ("easy-math-inline", "easy-math-block"),
    ("eazy-math-inline", "easy-math-block"),
    ("mathinline", "mathblock"),
    ("latex-inline", "latex-block"),
)
"""Macros of add-ons that have one for text and one for a line of its own: naming either is enough."""

_TEXT_BODY: Final = frozenset(["mathblock", "latex", "latex-inline", "latex-block", "latex-formatting"])
"""Macros that take LaTeX as their plain text body; others as a parameter, ``body`` by habit. Source: the storage format
that "LaTeX Math", "LaTeX for Confluence" and "Easy Math" save."""

_MACRO: Final = re.compile(r"\s*([\w.-]+)\s*(?:\[\s*([\w.-]*)\s*\])?\s*")


def math_macros(setting: str) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """Name and parameter of the macros for text and for lines; None for pictures. Raises ValueError for nonsense.

    ``macro:name``, ``macro:inline/block``; ``name[parameter]`` says how it takes LaTeX, ``name[]`` as its text body.
    """
    _, colon, names = setting.partition(":")
    if not colon:
        return None
    found: list[tuple[str, str]] = []
    for part in names.split("/"):
        match = _MACRO.fullmatch(part)
        if match is None:
            raise ValueError(f"no macro's name: {part!r}")
        found.append((match[1], _parameter(match[1]) if match[2] is None else match[2]))
    if len(found) == 1:
        pair = next((pair for pair in _PAIRS if found[0][0] in pair), None)
        if pair:
            return (pair[0], _parameter(pair[0])), (pair[1], _parameter(pair[1]))
    return found[0], found[-1]


def _parameter(name: str) -> str:
    return "" if name in _TEXT_BODY else "body"


def _math_macro(tex: str, ctx: Context, *, display: bool) -> Xml | None:
    """The equation as the configured macro; None where pictures are wanted."""
    names = math_macros(ctx.options.math)
    if names is None:
        return None
    name, parameter = names[display]
    if parameter:
        return macros.macro(name, {parameter: ctx.text(tex)})
    return macros.macro(name, None, el("ac:plain-text-body", None, ctx.verbatim(tex)))


def _formula(
    math: InlineMath | Math, ctx: Context, attributes: dict[str, str | int | None], where: Where | None
) -> Xml | None:
    asset = ctx.asset(math.asset, where) if math.asset else None
    if asset is None:
        return None
    if asset.mime != _VECTOR and math.width:
        share = min(1.0, CENTER_PX / math.width)  # what is wider than the column would stand over its edge
        attributes |= {"ac:width": max(round(math.width * share), 1), "ac:height": max(round(math.height * share), 1)}
    attributes |= _size(asset) if ctx.cloud else {}
    return el("ac:image", {**attributes, "ac:alt": math.tex}, macros.attachment(asset.filename))


def inline_math(math: InlineMath, ctx: Context) -> Xml:
    """An equation in running text: macro, picture with the LaTeX as alternative text, or the LaTeX as code."""
    if (made := _math_macro(math.tex, ctx, display=False)) is not None:
        return made
    formula = _formula(math, ctx, {"ac:inline": "true"}, None)
    if formula is not None:
        return formula
    ctx.note(degraded("math.source", f"equation shown as LaTeX: {math.tex[:60]}"))
    return el("code", None, ctx.text(math.tex))


def display_math(math: Math, ctx: Context) -> Xml:
    """A displayed equation, with its number beside it (below it on a phone, where there is no room)."""
    anchor = macros.anchor(math.label) if ctx.anchors.linked(math.label) else EMPTY
    number = ctx.text(f"\u2003({math.number})") if math.number else EMPTY
    tagged = f"{math.tex} \\tag{{{math.number}}}" if math.number and "\\tag" not in math.tex else math.tex
    if (made := _math_macro(tagged, ctx, display=True)) is not None:
        return join((_line(anchor), made)) if anchor else made
    if number:
        formula = _formula(math, ctx, {"ac:inline": "true"}, math.where)
        if formula is not None:
            return el("p", {"style": "text-align: center;"}, anchor, formula, number)
    else:
        attributes: dict[str, str | int | None] = {"ac:align": "center", "ac:layout": "center" if ctx.cloud else None}
        formula = _formula(math, ctx, attributes, math.where)
        if formula is not None and ctx.cloud:
            return join((_line(anchor), formula)) if anchor else formula
        if formula is not None:
            return el("p", {"style": "text-align: center;"}, anchor, formula)
    ctx.note(degraded("math.source", f"equation shown as LaTeX: {math.tex[:60]}", math.where))
    code = macros.code(ctx.verbatim(math.tex), "tex" if ctx.cloud else "none")
    return join((code, _line(anchor, number))) if number or anchor else code


def _line(*parts: Xml) -> Xml:
    return el("p", None, join(parts))


def file_size(size: int) -> str:
    """A file's size for people: ``512 B``, ``3.4 kB``, ``1.2 MB``."""
    value = float(size)
    for unit in ("B", "kB", "MB"):
        if value < 1000 or unit == "MB":
            return f"{size} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} MB"


def download(asset: Asset, title: str, ctx: Context) -> Xml:
    """A line that links to an attached file and names its size."""
    name = ctx.text(title or asset.name or asset.filename)
    return el("p", None, macros.attachment_link(asset.filename, name), f" ({file_size(len(asset.data))})")


def attached(block: Attachment, ctx: Context) -> Xml:
    """An attached file: a viewer where the wiki has one, and the download line."""
    asset = ctx.asset(block.asset, block.where)
    if asset is None:
        return el("p", None, el("em", None, ctx.text(block.title or "attachment is missing")))
    line = download(asset, block.title, ctx)
    if block.kind not in {"pdf", "audio", "video"}:
        return line
    name = "view-file" if ctx.cloud else "viewpdf" if block.kind == "pdf" else "multimedia"
    return join((macros.macro(name, {"name": macros.attachment(asset.filename)}), line))


def embed(block: Embed, ctx: Context) -> Xml:
    """Something on the web in place where the wiki can show it, else a link to it."""
    parts = urlsplit(block.url)
    text = ctx.text(block.title or block.url)
    if parts.scheme not in {"http", "https"}:
        ctx.note(degraded("embed.unsafe", f"address {block.url[:40]!r} isn't embedded", block.where))
        return el("p", None, text)
    line = el("p", None, el("a", {"href": block.url}, text))
    if block.kind == "video" and _EMBEDDABLE.fullmatch(parts.hostname or ""):
        return join((macros.macro("widget", {"url": macros.url(block.url)}), line))
    if block.kind == "bookmark" and ctx.cloud:
        return el("p", None, el("a", {"href": block.url, "data-card-appearance": "inline"}, text))
    if block.kind in {"iframe", "video"} and ctx.cloud and parts.scheme == "https":
        return join((frame(block.url, block.height), line))
    if block.kind in {"iframe", "video"}:
        ctx.simpler("embed", f"{block.url} is linked, not shown in place", block.where)
    return line


def frame(address: str, height: int | None) -> Xml:
    """Cloud's iframe macro over the full width; ``height`` in CSS pixels, 480 by default."""
    return macros.macro("iframe", {"src": macros.url(address), "width": "100%", "height": height or 480})
