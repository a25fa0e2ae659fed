"""MyST's directives for pictures, listings, equations, diagrams, values of a run and what stands on the web."""

from __future__ import annotations

import msgspec

from converters import notes
from converters.model import (
    Align,
    Blocks,
    Code,
    Embed,
    Figure,
    Image,
    ImageRef,
    InlineImage,
    Inlines,
    Mark,
    Math,
    Paragraph,
    Span,
)
from converters.readers.address import href, picture
from converters.readers.directive_parts import Directive, line_of
from converters.readers.quarto_divs import pictures_apart
from converters.readers.style import pixels

ALIGNS: tuple[Align, ...] = ("left", "center", "right")


def image_of(own: Directive) -> Image | None:
    """The picture that the argument names, with its size and place; None where it can't be shown."""
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


def image(own: Directive) -> Blocks:
    """``{image}``: a picture without caption."""
    found = image_of(own)
    if found is None:  # told; what it would have said stays
        words = own.option("alt")
        return (Paragraph((Span(words),), where=own.where),) if words else ()
    return (msgspec.structs.replace(found, label=own.label),)


def figure(own: Directive) -> Blocks:
    """A figure: the first paragraph below the picture is its caption, what follows its legend.

    Without a picture in the argument the body holds them, and its last paragraph is the caption (mystmd).
    """
    blocks = own.blocks()
    image = image_of(own) if own.argument.strip() else None
    kind = own.option("kind") if own.option("kind") in {"table", "listing"} else "figure"
    caption: Inlines = ()
    if image is not None or own.argument.strip():
        if blocks and isinstance(blocks[0], Paragraph):
            caption, blocks = blocks[0].content, blocks[1:]
        blocks = (image, *blocks) if image else blocks
    elif len(blocks) > 1 and isinstance(blocks[-1], Paragraph):
        caption, blocks = blocks[-1].content, pictures_apart(blocks[:-1])
    return (Figure(blocks, caption, own.label, kind, own.where),)  # type: ignore[arg-type]


def figure_md(own: Directive) -> Blocks:
    """``{figure-md} label``: the picture in Markdown, its caption below."""
    blocks = own.blocks()
    if len(blocks) > 1 and isinstance(blocks[-1], Paragraph):
        return (Figure(blocks[:-1], blocks[-1].content, own.label or own.argument.strip(), "figure", own.where),)
    return blocks


def listing(own: Directive) -> Blocks:
    """``{code-block}``: with a caption it is numbered."""
    language = own.argument.split(maxsplit=1)[0] if own.argument.strip() else ""
    listing = Code(own.body.rstrip("\n"), language, title=own.option("filename"), where=own.where)
    if caption := own.option("caption"):
        return (Figure((listing,), line_of(caption, own), own.label, "listing", own.where),)
    return (msgspec.structs.replace(listing, label=own.label),)


def math(own: Directive) -> Blocks:
    """``{math}``: an equation with its label."""
    tex = f"{own.argument}\n{own.body}".strip()
    return (Math(tex, own.label, where=own.where),) if tex else ()


def raw(own: Directive) -> Blocks:
    """``{raw} html``: read as HTML is; other formats stay code."""
    kind = own.argument.strip().lower()
    if "html" in kind.split():
        from converters.readers.html import read_html

        return read_html(own.body, own.reader.context)
    own.reader.context.notes.append(notes.degraded("raw.format", f"raw {kind} shown as code", own.where))
    return (Code(own.body, "latex" if kind in {"latex", "tex"} else "", where=own.where),)


def eval_rst(own: Directive) -> Blocks:
    """``{eval-rst}``: text in another language than ours."""
    text = "reStructuredText in Markdown is shown as it was written"
    own.reader.context.notes.append(notes.degraded("directive.rst", text, own.where))
    return (Code(f"{own.argument}\n{own.body}".strip("\n"), "rst", where=own.where),)


def diagram_directive(own: Directive) -> Blocks:
    """``{mermaid}``, ``{graphviz}``: the source, its caption and label with it."""
    from converters.readers.chunks import diagram

    body = f"{own.argument}\n{own.body}".strip("\n") if own.base == "mermaid" else own.body
    made = diagram(own.base, body, own.reader)
    caption = own.option("caption")
    return (Figure(made, line_of(caption, own), own.label, "figure", own.where),) if caption or own.label else made


def glue(own: Directive) -> Blocks:
    """A value of a run that is not at hand: its key, and the caption that was written for it."""
    text = f"value {own.argument.strip()[:60]} is not there: the code was not run"
    own.reader.context.notes.append(notes.missing("directive.glue", text, own.where))
    key = Paragraph((Span(own.argument.strip(), frozenset({Mark.CODE})),), where=own.where)
    if own.base == "figure":
        blocks = own.blocks()
        caption = blocks[0].content if blocks and isinstance(blocks[0], Paragraph) else ()
        return (Figure((key, *blocks[1:]), caption, own.label, "figure", own.where),)
    return (key, *own.blocks())


def embed(own: Directive) -> Blocks:
    """``{iframe}``, ``{youtube}``: something on the web, its first paragraph as caption."""
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
