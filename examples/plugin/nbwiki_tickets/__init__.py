"""An example of a plug-in for nbwiki: a reader, a transform and a writer."""

from __future__ import annotations

import hashlib
import re

import msgspec

from converters.build import text_of
from converters.errors import ConversionError
from converters.metadata import Metadata
from converters.model import Block, Code, Document, Heading, Inline, Paragraph, Rendered, Span, Where
from converters.notes import Note, degraded
from converters.options import Read, ReadOptions, Source, WriteOptions
from converters.plugins import transform
from converters.transforms.context import Context
from converters.walk import map_inlines

TICKET = re.compile(r"\bACME-\d+\b")
TRACKER = "https://tickets.acme.example/browse/"


def read_adoc(source: Source, options: ReadOptions) -> Read:
    """A little of AsciiDoc: headings, listings, paragraphs. What it doesn't know it tells."""
    try:
        text = source.data.decode("utf-8")
    except UnicodeDecodeError:
        raise ConversionError("not UTF-8", where=source.path, hint="save it as UTF-8") from None
    title = ""
    blocks: list[Block] = []
    notes: list[Note] = []
    line = 1
    for part in re.split(r"(\n{2,})", text.rstrip()):
        where = Where(source.path, line=line)
        line += part.count("\n")
        if not part.strip():
            continue
        heading = re.match(r"(={1,6}) (.+)", part)
        if heading and heading[1] == "=" and not title:
            title = heading[2]
        elif heading:
            blocks.append(Heading(len(heading[1]) - 1, (Span(heading[2]),), where=where))
        elif part.startswith("----\n"):
            blocks.append(Code(part.removeprefix("----\n").removesuffix("\n----"), where=where))
        else:
            if part.startswith(("|===", "image::", "include::")):
                notes.append(degraded("adoc.unknown", f"shown as it was written: {part.split(chr(10))[0]}", where))
            blocks.append(Paragraph((Span(" ".join(part.split())),), where=where))
    meta = msgspec.structs.replace(options.defaults, title=title or source.path, provenance=options.provenance)
    return Read(Document(meta, tuple(blocks), where=Where(source.path)), notes)


@transform(before="links")
def link_tickets(document: Document, _: Context) -> Document:
    """Ticket numbers in the text lead to the tracker."""

    def linked(inline: Inline) -> tuple[Inline, ...]:
        if not isinstance(inline, Span) or inline.href is not None or not TICKET.search(inline.text):
            return (inline,)
        pieces: list[Inline] = []
        end = 0
        for match in TICKET.finditer(inline.text):
            pieces.append(msgspec.structs.replace(inline, text=inline.text[end : match.start()]))
            pieces.append(msgspec.structs.replace(inline, text=match[0], href=TRACKER + match[0]))
            end = match.end()
        pieces.append(msgspec.structs.replace(inline, text=inline.text[end:]))
        return tuple(piece for piece in pieces if not isinstance(piece, Span) or piece.text)

    return msgspec.structs.replace(document, blocks=map_inlines(document.blocks, linked))


def write_outline(document: Document, _: WriteOptions) -> tuple[Rendered, list[Note]]:
    """The headings of a report, indented."""
    lines = [document.title]
    lines += ["  " * block.level + text_of(block.content) for block in document.blocks if isinstance(block, Heading)]
    body = "\n".join(lines) + "\n"
    digest = hashlib.sha256(body.encode()).hexdigest()
    meta: Metadata = document.meta
    return Rendered(target="model", title=document.title, meta=meta, digest=digest, body=body), []


write_outline.filename = "outline.txt"  # type: ignore[attr-defined]
