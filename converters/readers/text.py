"""Text sources (``.md``, ``.Rmd``, ``.qmd``) → documents: decoding, header, title, what was not executed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from converters import notes
from converters.build import text_of
from converters.errors import ConversionError
from converters.model import Document, Paragraph, Where
from converters.notes import Note
from converters.options import Read, ReadOptions, Source
from converters.readers.abbreviations import spelt_out, without_abbreviations
from converters.readers.audience import with_lines
from converters.readers.computed import CODE, without_code
from converters.readers.context import MarkdownContext
from converters.readers.embeds import with_embeds
from converters.readers.frontmatter import merge, metadata_from_mapping, parse_header, split_header
from converters.readers.knitted_text import knitted, may_be_knitted
from converters.readers.markdown import markdown_blocks
from converters.readers.myst_blocks import is_myst
from converters.readers.notebook_meta import header_provenance
from converters.readers.paged_tables import unpaged
from converters.readers.pandoc_inlines import names_bibliography
from converters.readers.substitutions import with_substitutions
from converters.readers.titles import titled
from converters.readers.wiki_headers import mark_header

_OPEN_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

_MARKED = re.compile(r"[*`$~^\[]|(?<!\w)_|_(?!\w)|---?|\.\.\.")
_OUTPUT = re.compile(r"(?:\w+::)?\w+_(?:document2?|page|notebook|presentation|article|book|vignette)\d?|\w+::\w+")
"""R Markdown's output formats: those of rmarkdown, and any of another package (``distill::distill_article``)."""


def decode(source: Source) -> str:
    """The source's text, line ends as LF, without byte order mark.

    Raises:
        ConversionError: empty, binary, or not UTF-8 (UTF-16 with a mark is read).
    """
    data = source.data
    if not data.strip():
        raise ConversionError("the file is empty", where=source.path, hint="write something, or exclude it")
    try:
        mark = next((name for bom, name in _BOMS if data.startswith(bom)), "")
        text = data.decode(mark or "utf-8-sig")
    except UnicodeDecodeError as error:
        binary = data.find(b"\x00")
        if binary >= 0:
            message = f"binary data, not text (NUL byte at offset {binary})"
            raise ConversionError(message, where=source.path, hint="exclude it, or correct its suffix") from error
        message = f"not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start})"
        raise ConversionError(message, where=source.path, hint="save the file as UTF-8") from error
    if "\x00" in text:
        message = f"binary data, not text (NUL byte at offset {data.find(0)})"
        raise ConversionError(message, where=source.path, hint="exclude it, or correct its suffix")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_text(source: Source, options: ReadOptions, flavor: Literal["jupyter", "pandoc"]) -> Read:
    """The document of a text source, and the notes made on the way."""
    text = decode(source)
    place = Where(source.path)
    header, body, line = split_header(text)
    mapping, found = parse_header(header, place) if header.strip() else ({}, [])
    if CODE in header or "!" in header:
        mapping, computed = without_code(mapping, place)
        found = [*found, *computed]
    marked, body, lines = mark_header(body)
    line += lines
    meta, more = metadata_from_mapping({**marked, **mapping}, place)
    found = [*found, *with_lines(more, header), *_unclosed(body, place, line)]
    context = MarkdownContext(
        source=source.path,
        flavor="pandoc" if _for_pandoc(mapping) else flavor,
        line=line,
        header=mapping,
        options=options,
        cites=names_bibliography(mapping, options.defaults.extra) or (flavor == "jupyter" and is_myst(body)),
    )
    body, meanings = without_abbreviations(body, mapping)
    blocks, more = markdown_blocks(with_substitutions(unpaged(body), mapping, found, Where(source.path)), context)
    blocks = spelt_out(blocks, meanings)
    found.extend(more)
    if flavor == "jupyter" and may_be_knitted(body):
        blocks = knitted(blocks)
    if context.chunks:
        hidden = sum(context.chunks)
        more_text = f" ({hidden} of {len(context.chunks)} chunks hidden by their own options)" if hidden else ""
        found.append(notes.missing("code.not-executed", f"not executed: no outputs stored{more_text}", place))
    if context.flavor == "pandoc" or is_myst(body):
        meta = msgspec.structs.replace(meta, title=plain_title(meta.title, context))
    blocks, meta = titled(with_embeds(blocks), merge(meta, options.defaults), source.path)
    provenance = header_provenance(mapping, options.provenance, source.path)
    if context.chunks:
        provenance = msgspec.structs.replace(provenance, order="not at all")
    meta = msgspec.structs.replace(meta, provenance=provenance)
    return Read(Document(meta, blocks, context.assets, place), found)


def _for_pandoc(header: Mapping[str, object]) -> bool:
    """Whether a header is R Markdown's (``output: html_document``): what knitr made of it is still pandoc's Markdown."""
    output = header.get("output")
    names = [output] if isinstance(output, str) else output if isinstance(output, Mapping | list) else []
    return any(isinstance(name, str) and _OUTPUT.fullmatch(name) for name in names)


def plain_title(title: str, context: MarkdownContext) -> str:
    """A header's title without the marks of Markdown, which pandoc and MyST read in it; a page's title has none."""
    if not _MARKED.search(title):
        return title
    blocks, _ = markdown_blocks(title, MarkdownContext(source=context.source, flavor=context.flavor))
    only = blocks[0] if len(blocks) == 1 else None
    return " ".join(text_of(only.content).split()) or title if isinstance(only, Paragraph) else title


def _unclosed(body: str, place: Where, line: int) -> list[Note]:
    """A note for fenced code that never ends."""
    fence, start = "", 0
    for number, text in enumerate(body.split("\n")):
        match = _OPEN_FENCE.match(text) if "```" in text or "~~~" in text else None
        if match is None:
            continue
        if not fence:
            if "`" not in match[2]:
                fence, start = match[1], number
        elif match[1].startswith(fence) and not match[2].strip():
            fence = ""
    if not fence:
        return []
    spot = msgspec.structs.replace(place, line=line + start + 1)
    return [notes.repaired("code.unclosed", "code that starts here never ends: all that follows is code", spot)]


def read_markdown(source: Source, options: ReadOptions) -> Read:
    """The document of a ``.md`` file."""
    return read_text(source, options, "jupyter")


def read_rmarkdown(source: Source, options: ReadOptions) -> Read:
    """The document of a ``.Rmd`` or ``.qmd`` file, code as it stands: it is not run."""
    return read_text(source, options, "pandoc")
