"""A MIME bundle → the blocks that show it. The ladder: interactive with its picture, HTML, LaTeX, pictures, Markdown,
JSON, plain text; what stands for nothing to see (loaders, plain JavaScript) goes with a note.
"""

from __future__ import annotations

import re

from converters.model import Attachment, Block, Blocks, Form, Image, Mark, Output, Paragraph, Span, Table
from converters.notes import Note, degraded, dropped, missing
from converters.readers.context import MarkdownContext
from converters.readers.footnotes import footnote_labels
from converters.readers.html import html_blocks
from converters.readers.markdown import markdown_blocks
from converters.transforms.context import Context
from converters.transforms.datatypes import data_blocks, json_blocks
from converters.transforms.html_maths import may_hold_maths, with_maths
from converters.transforms.interactive import interactive_blocks
from converters.transforms.interactive.pages import standalone
from converters.transforms.latex import latex_blocks
from converters.transforms.loaders import PLACE, SILENT, set_aside_loaders
from converters.transforms.pictures import WEB_TYPES, css_size, svg_losses, svg_size, svg_to_png, to_png
from converters.transforms.players import linked_files, without_players
from converters.transforms.texts import text_blocks
from converters.walk import iter_inlines

_PICTURES = (
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/apng",
    "image/avif",
    "image/bmp",
    "image/tiff",
    "image/x-icon",
    "image/heic",
)
_OBJECT = re.compile(r"\s*<IPython\.(?:core|lib)\.[\w.]+ (?:object|at 0x[0-9a-f]+)>\s*")
"""The text that stands for what another form of the bundle holds."""
_TEXT_REPRS = ("sk-top-container", "xr-text-repr-fallback")
"""Classes of HTML that is made for a notebook's styles, and whose plain text says the same better: estimators of
scikit-learn, arrays and datasets of xarray."""
_HTML_AND_TEXT = {"text/html", "text/plain", "text/vnd.plotly.v1+html", "application/vnd.plotly.v1+html"}
_COLAB = re.compile(r"<(button|script|style)\b.*?</\1\s*>", re.DOTALL)
"""What Google Colab adds to a data frame: buttons that only work there."""
_PLAYERS = ("<audio", "<video", "<embed", "<object", "<iframe")


def bundle_blocks(output: Output, context: Context) -> Blocks:
    """The blocks for a display_data or execute_result; empty (with a note) where there is nothing to show."""
    forms: dict[str, Form] = {}
    for form in output.forms:
        forms.setdefault(form.mime, form)
    set_aside_loaders(forms)
    for step in (interactive_blocks, data_blocks, _html, _latex, _picture, _file, _markdown, _json, _plain):
        blocks = step(output, forms, context)
        if blocks:
            return blocks
    _nothing(output, forms, context)
    if output.forms or any(note.where == output.where and note.code == "image.unreadable" for note in context.notes):
        return () if PLACE in forms or (all(map(_is_silent, forms)) and forms) else _placeholder(output)
    return ()


def picture_of(output: Output, forms: dict[str, Form], context: Context) -> Image | Attachment | None:
    """The bundle's own picture as a figure; an SVG that can't be drawn as a file to download."""
    for kind in _PICTURES:
        form = forms.get(kind)
        if form is None:
            continue
        if kind == "image/svg+xml":
            if form.text and "<svg" in form.text:
                return _svg(form, output, context)
            context.notes.append(missing("image.unreadable", "an SVG output holds no picture", output.where))
            continue
        asset = context.assets[form.asset] if form.asset else None
        if asset and kind not in WEB_TYPES:
            png = to_png(asset.data)
            if png is None:
                text = f"{kind} output can't be drawn here and is attached as a file"
                context.notes.append(degraded("image.unreadable", text, output.where))
                return Attachment(asset.key, title=output.alt or "Figure", where=output.where)
            asset = context.add(png, "image/png", "figure")
        if asset:
            size = css_size(asset, form.metadata)
            return _image(asset.key, size, output, form)
    return None


def _svg(form: Form, output: Output, context: Context) -> Image | Attachment:
    drawn = svg_to_png(form.text, context.options.kept)
    if drawn is None:
        asset = context.add(form.text.encode("utf-8", "replace"), "image/svg+xml", "figure")
        context.notes.append(degraded("image.svg", "an SVG that can't be drawn is attached as a file", output.where))
        return Attachment(asset.key, title="Figure (SVG)", where=output.where)
    if lost := svg_losses(form.text):
        context.notes.append(degraded("image.svg_text", lost, output.where))
    png, width, height = drawn
    asset = context.add(png, "image/png", "figure")
    wide, high = svg_size(form.text)
    size = css_size(asset, {"width": wide or width, "height": high or height})
    return _image(asset.key, size, output, form)


def _image(key: str, size: tuple[int | None, int | None], output: Output, form: Form) -> Image:
    alt = output.alt or str(form.metadata.get("alt") or "")
    return Image(
        asset=key,
        alt=alt,
        width=size[0],
        height=size[1],
        where=output.where,
    )


def _picture(output: Output, forms: dict[str, Form], context: Context) -> Blocks:
    found = picture_of(output, forms, context)
    return (found,) if found else ()


def _html(output: Output, forms: dict[str, Form], context: Context) -> Blocks:
    form = forms.get("text/html")
    if form is None or not form.text.strip():
        return ()
    if "text/plain" in forms and any(name in form.text for name in _TEXT_REPRS):
        return ()
    text = standalone(form.text) or form.text  # a page inside of a frame is read as if it stood here
    files: list[Block] = []
    if any(tag in text for tag in _PLAYERS):
        files, text = without_players(text, output, context)
    if "target='_blank'>" in text and "<table" not in text:
        linked, text = linked_files(text, output, context)
        files += linked
    if "colab-df-" in text:
        text = _COLAB.sub("", text)
    blocks, notes = html_blocks(text, _reading(output, context))
    if "text/plain" in forms and blocks and not files and _is_bare(blocks):
        blocks = ()
    if not blocks and not files:
        _keep_security(notes, context)
        return ()
    context.notes.extend(notes)
    if may_hold_maths(text):
        blocks = with_maths(blocks)
    return (*files, *blocks)


def _is_bare(blocks: Blocks) -> bool:
    """Whether there are tables only and nothing in them, as pandas writes a frame without columns."""
    return all(isinstance(block, Table) for block in blocks) and next(iter_inlines(blocks), None) is None


def _keep_security(notes: list[Note], context: Context) -> None:
    """Of a form that isn't shown only what was withheld for safety is news."""
    context.notes.extend(note for note in notes if note.kind == "security")


def _reading(output: Output, context: Context) -> MarkdownContext:
    return MarkdownContext(
        source=context.path,
        where=output.where,
        assets=context.assets,
        numbers=context.footnote_numbers,
        max_rows=context.max_rows,
        cells=context.cells,
    )


def _latex(output: Output, forms: dict[str, Form], context: Context) -> Blocks:
    form = forms.get("text/latex")
    if form is None or not form.text.strip():
        return ()
    blocks = latex_blocks(form.text, output.where)
    told = "text/plain" in forms and not _OBJECT.fullmatch(forms["text/plain"].text)
    if blocks or any(kind in forms for kind in _PICTURES) or told:
        return blocks
    context.notes.append(degraded("output.latex", "LaTeX that is no equation is shown as source", output.where))
    return text_blocks(form.text, context, output.where, language="latex")


def _file(output: Output, forms: dict[str, Form], context: Context) -> Blocks:
    """PDF, audio, video and other binaries: a line to download or play."""
    for kind, form in forms.items():
        if form.asset is None or kind in _PICTURES:
            continue
        asset = context.assets[form.asset]
        family = kind.partition("/")[0]
        what = family if family in {"audio", "video"} else "pdf" if kind == "application/pdf" else "file"
        return (Attachment(asset.key, kind=what, where=output.where),)  # type: ignore[arg-type]
    return ()


def _markdown(output: Output, forms: dict[str, Form], context: Context) -> Blocks:
    form = forms.get("text/markdown")
    if form is None or not form.text.strip():
        return ()
    reading = _reading(output, context)
    if "[^" in form.text:
        place = f"{output.where.cell}-{output.where.output}" if output.where else "0"
        reading.labels.update({label: f"output-{place}-{label}" for label in footnote_labels(form.text)})
    blocks, notes = markdown_blocks(form.text, reading)
    context.notes.extend(notes)
    return tuple(blocks)


def _json(output: Output, forms: dict[str, Form], context: Context) -> Blocks:
    return json_blocks(output, forms, context, silent=SILENT)


def _plain(output: Output, forms: dict[str, Form], context: Context) -> Blocks:
    form = forms.get("text/plain")
    if form is None or not form.text.strip() or (len(forms) > 1 and _OBJECT.fullmatch(form.text)):
        return ()
    blocks = text_blocks(form.text, context, output.where)
    for kind in forms:
        if kind not in {"text/plain", "text/html", "text/latex"} and not _is_silent(kind):
            text = f"{kind:.80} output is shown as its plain text"
            context.notes.append(degraded("output.unknown_mime", text, output.where))
            break
    return blocks


def _nothing(output: Output, forms: dict[str, Form], context: Context) -> None:
    """A note on a bundle of which nothing can be shown. Plumbing says so; anything else is a loss."""
    if PLACE in forms:
        return
    if any(kind.startswith(SILENT) for kind in forms):
        context.notes.append(dropped("output.loader", "output that only loads a library", output.where))
        return
    if "application/javascript" in forms or "text/javascript" in forms:
        context.notes.append(dropped("output.javascript", "JavaScript doesn't run on a wiki page", output.where))
        return
    kinds = ", ".join(kind[:80] for kind in forms) or "nothing"
    if forms and all(_is_silent(kind) for kind in forms):
        context.notes.append(dropped("output.loader", f"output only for tools: {kinds}", output.where))
    elif forms and not any(form.text.strip() or form.asset for form in forms.values()):
        context.notes.append(missing("output.empty", f"output of {kinds} holds nothing to see", output.where))
    elif set(forms) <= _HTML_AND_TEXT:
        text = "HTML with nothing to see: a place for a script, or styles"
        context.notes[:] = [one for one in context.notes if (one.code, one.where) != ("html.script", output.where)]
        context.notes.append(dropped("output.empty_html", text, output.where))
    else:
        context.notes.append(
            dropped("output.unknown_mime", f"no form of this output can be shown: {kinds}", output.where)
        )


def _placeholder(output: Output) -> tuple[Block, ...]:
    """What stands where a picture can't be read or no form can be shown: never an empty place."""
    kinds = {form.mime for form in output.forms}
    if kinds & {"application/javascript", "text/javascript"}:
        return ()
    if kinds and not any(form.text.strip() or form.asset for form in output.forms):
        return ()
    if kinds <= _HTML_AND_TEXT and kinds:
        return ()
    text = f"[{output.alt or 'Output'}: can't be shown here; open the notebook]"
    return (Paragraph((Span(text, frozenset({Mark.EM})),), where=output.where),)


def _is_silent(kind: str) -> bool:
    return kind.startswith(SILENT) or kind in {"application/javascript", "text/javascript"}
