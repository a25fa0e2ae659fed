"""R Notebooks (``.nb.html``): the R Markdown source inside, and the outputs between its marks → an executed notebook.

A page holds its source as base64 (``#rmd-source-code``), and around each output comments
``<!-- rnb-output-begin <base64 of JSON> -->`` … ``<!-- rnb-output-end -->``; ``rnb-chunk`` stands around all of one chunk,
``rnb-text`` around the narrative. Source: ``html_notebook_output.R`` of the package rmarkdown.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any, NamedTuple

import msgspec

from converters.errors import ConversionError
from converters.labels import prefix_of
from converters.model import CrossRef, Inline, Inlines, Mark, Span, Where
from converters.notes import Note, repaired
from converters.options import Read, ReadOptions, Source
from converters.readers import mime
from converters.readers.frontmatter import split_header
from converters.readers.ipynb import read_notebook
from converters.readers.page_cells import one_block
from converters.readers.paged_tables import unpaged
from converters.readers.text import decode
from converters.readers.widget_pages import widget_head, widget_page
from converters.walk import map_inlines

_SOURCE = re.compile(r"<div\s+id=\"rmd-source-code\"[^>]*>\s*([A-Za-z0-9+/=\s]+?)\s*</div>", re.IGNORECASE)
_MARK = re.compile(r"<!--\s*rnb-([a-z]+)-(begin|end)\s*([A-Za-z0-9+/=]*)\s*-->")
_CHUNK = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*\{([A-Za-z]\w*[^}\n]*)\}[ \t]*$")
_IMAGE = re.compile(
    r"<img\b[^>]*?\bsrc\s*=\s*[\"']data:(image/[\w.+-]+);base64,([A-Za-z0-9+/=\s]+)[\"']", re.IGNORECASE
)
_TAG = re.compile(r"<[^>]*>")
_SHOWN = re.compile(r"\S")
_MEDIA = ("<img", "<svg", "<iframe", "<video", "<audio", "<object", "<canvas")
_EVALUATED = re.compile(r"`r\s[^`]+`|\[[^\]]*@[\w:.#$%&+?<>~/-]+[^\]]*\]")
"""Inline code and citations: only the knitted text has what became of them."""
_REFERENCE = re.compile(r"@ref\(([^()\s]{1,200})\)")


class _Part(NamedTuple):
    """One output of a chunk: ``kind`` as in its mark, ``data`` the text in its JSON, ``html`` what the page shows."""

    kind: str
    data: str
    html: str
    size: tuple[int, int] | None = None


class _Chunk(NamedTuple):
    """A chunk of the source, or (``code`` None) narrative in ``text``."""

    text: str
    header: str = ""
    code: str | None = None


def read_rnotebook(source: Source, options: ReadOptions) -> Read:
    """The document of an R Notebook. Raises ConversionError where its source can't be decoded."""
    page = decode(source)
    found = _SOURCE.search(page)
    data = mime.decode_base64(found[1]) if found else None
    if not data:
        raise ConversionError(
            "an R Notebook whose source is missing or damaged", where=source.path, hint="knit it again"
        )
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    notes: list[Note] = []
    narrative, chunks = _marked(page)
    header, body, _ = split_header(text)
    cells = _cells(_pieces(body), narrative, chunks, widget_head(page), Where(source.path), notes)
    if header.strip():
        cells.insert(0, {"cell_type": "raw", "source": f"---\n{header}\n---\n", "metadata": {}})
    metadata = {"language_info": {"name": "r"}}
    read = read_notebook({"nbformat": 4, "metadata": metadata, "cells": cells}, notes, source, options, "pandoc")
    if not any("@ref(" in html for html in narrative):
        return read
    blocks = map_inlines(read.document.blocks, _referring)
    return msgspec.structs.replace(read, document=msgspec.structs.replace(read.document, blocks=blocks))


def _referring(inline: Inline) -> Inline | Inlines:
    r"""References (``\@ref(fig:x)``) in knitted narrative, where pandoc left them as text."""
    if not isinstance(inline, Span) or "@ref(" not in inline.text or Mark.CODE in inline.marks:
        return inline
    found: list[Inline] = []
    for number, piece in enumerate(_REFERENCE.split(inline.text)):
        if number % 2:
            words = "(%s)" if piece.startswith("eq:") else ""
            found.append(CrossRef(piece, "number", "", words, f"@ref({piece})", inline.marks))
        elif piece:
            found.append(msgspec.structs.replace(inline, text=piece))
    return tuple(found)


def _marked(page: str) -> tuple[list[str], list[list[_Part]]]:
    """The HTML of the narrative's parts, and the outputs of each chunk, in order."""
    narrative: list[str] = []
    chunks: list[list[_Part]] = []
    stack: list[re.Match[str]] = []
    position = 0
    for mark in _MARK.finditer(page):
        between, position = page[position : mark.start()], mark.end()
        if stack and stack[-1][1] == "chunk" and chunks and _SHOWN.search(_TAG.sub(_kept, between)):
            chunks[-1].append(_Part("html", "", between))  # printed tables, where no editor has marked them
        if mark[2] == "begin":
            if mark[1] == "chunk":
                chunks.append([])
            stack.append(mark)
            continue
        while stack:
            begin = stack.pop()
            if begin[1] == mark[1]:
                break
        else:
            continue
        html = page[begin.end() : mark.start()]
        if mark[1] == "text":
            narrative.append(html)
        elif mark[1] != "chunk" and not any(one[1] not in {"chunk", "text"} for one in stack):
            if not stack or not chunks:  # outputs of old versions stand without a chunk around them
                chunks.append([])
            chunks[-1].append(_part(mark[1], begin[3], _MARK.sub("", html)))
    return narrative, chunks


def _kept(tag: re.Match[str]) -> str:
    """What is left of a tag in a look for something to see: a picture's."""
    return "x" if tag[0].lower().startswith(_MEDIA) else ""


def _part(kind: str, packed: str, html: str) -> _Part:
    data = mime.decode_base64(packed) if packed else None
    try:
        found = msgspec.json.decode(data) if data else {}
    except (msgspec.DecodeError, UnicodeError):
        found = {}
    if not isinstance(found, dict):
        found = {}
    text = found.get("data")
    if isinstance(text, list):
        text = "\n".join(str(line) for line in text)
    if not isinstance(text, str):
        text = unescape(_TAG.sub("", html)) if kind not in {"plot", "frame", "html", "htmlwidget"} else ""
    wide, high = found.get("width"), found.get("height")
    size = (round(wide), round(high)) if isinstance(wide, int | float) and isinstance(high, int | float) else None
    return _Part(kind, text, html, size)


def _pieces(text: str) -> list[_Chunk]:
    """Narrative and chunks of the source, in order."""
    result: list[_Chunk] = []
    prose: list[str] = []
    lines = text.split("\n")
    number = 0
    plain = ""  # the fence of a listing in the narrative: chunks inside it are examples
    while number < len(lines):
        line = lines[number]
        fence = line.strip()
        opened = None if plain else _CHUNK.match(line)
        if opened:
            close = re.compile(rf"^[ \t]*{re.escape(opened[2])}[ \t]*$")
            end = next((i for i in range(number + 1, len(lines)) if close.match(lines[i])), len(lines))
            if "\n".join(prose).strip():
                result.append(_Chunk("\n".join(prose)))
            prose = []
            code = [one.removeprefix(opened[1]) for one in lines[number + 1 : end]]
            result.append(_Chunk("", opened[3], "\n".join(code)))
            number = end + 1
            continue
        if plain:
            plain = "" if fence.startswith(plain) and not fence.strip("`~") else plain
        elif fence.startswith(("```", "~~~")):
            plain = fence[: len(fence) - len(fence.lstrip(fence[0]))]
        prose.append(line)
        number += 1
    if "\n".join(prose).strip():
        result.append(_Chunk("\n".join(prose)))
    return result


def _cells(
    pieces: list[_Chunk], narrative: list[str], chunks: list[list[_Part]], head: str, where: Where, notes: list[Note]
) -> list[dict[str, Any]]:
    """Cells of a notebook: the source's, each chunk with its outputs."""
    placed, strays = _placed([piece for piece in pieces if piece.code is not None], chunks)
    knitted = [html for html in narrative if _TAG.sub("", html).strip()]
    told = [piece for piece in pieces if piece.code is None]
    knitted = knitted if len(knitted) == len(told) else []
    cells: list[dict[str, Any]] = []
    for piece in pieces:
        if piece.code is None:
            html = knitted.pop(0) if knitted else ""
            evaluated = bool(html) and _EVALUATED.search(piece.text) is not None
            cells.append(
                {"cell_type": "markdown", "source": one_block(html) if evaluated else piece.text, "metadata": {}}
            )
        else:
            outputs = [_output(part, head) for part in placed.pop(0) if part.kind != "source"]
            metadata = _options(piece.header)
            cells.append({"cell_type": "code", "source": piece.code, "metadata": metadata, "outputs": outputs})
    for parts in strays:
        code = "\n".join(_unfenced(part.data) for part in parts if part.kind == "source")
        outputs = [_output(part, head) for part in parts if part.kind != "source"]
        cells.append({"cell_type": "code", "source": code, "metadata": {}, "outputs": outputs})
    if strays:
        text = f"outputs of {len(strays)} chunks that the source doesn't have stand at the end"
        notes.append(repaired("rnotebook.chunks", text, where))
    return cells


def _placed(pieces: list[_Chunk], chunks: list[list[_Part]]) -> tuple[list[list[_Part]], list[list[_Part]]]:
    """The outputs of each chunk of the source, and those that belong to none.

    By position where the numbers are equal, else by the code that was run: chunks that are not included leave no marks.
    """
    if len(pieces) == len(chunks):
        return list(chunks), []
    placed: list[list[_Part]] = [[] for _ in pieces]
    codes = ["".join((piece.code or "").split()) for piece in pieces]
    strays = []
    free = 0
    for parts in chunks:
        source = next((part for part in parts if part.kind == "source"), None)
        if source is None:
            silent = (i for i in range(free, len(pieces)) if re.search(r"echo\s*=\s*F", pieces[i].header))
            spot = next(silent, None)
        else:
            code = "".join(_unfenced(source.data).split())
            spot = next((i for i in range(free, len(pieces)) if code and code in codes[i]), None)
        if spot is not None:
            placed[spot] = parts
            free = spot + 1
        elif any(part.kind != "source" for part in parts):
            strays.append(parts)
    return placed, strays


def _unfenced(text: str) -> str:
    lines = text.strip("\n").split("\n")
    return "\n".join(lines[1:-1] if len(lines) > 1 and lines[0].startswith("```") else lines)


def _output(part: _Part, head: str) -> dict[str, Any]:
    """One output as nbformat has it."""
    if part.kind == "output":
        return {"output_type": "stream", "name": "stdout", "text": part.data}
    if part.kind in {"warning", "message"}:
        return {"output_type": "stream", "name": "stderr", "text": part.data.rstrip("\n") + "\n"}
    if part.kind == "error":
        text = part.data.strip()
        return {
            "output_type": "error",
            "ename": "Error",
            "evalue": text.split("\n", 1)[0].removeprefix("Error: "),
            "traceback": [text],
        }
    picture = _IMAGE.search(part.html) if part.kind == "plot" else None
    if picture and picture[1] != "image/svg+xml":
        kind = picture[1].lower()
        size = {kind: {"width": part.size[0], "height": part.size[1]}} if part.size else {}
        return {"output_type": "display_data", "data": {kind: "".join(picture[2].split())}, "metadata": size}
    html = widget_page(head, part.html.strip()) if part.kind == "htmlwidget" else unpaged(part.html).strip()
    return {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}}


def _options(header: str) -> dict[str, Any]:
    """Chunk options as a cell's metadata. What of the outputs is shown the knitted page has decided already."""
    from converters.readers.scripts import chunk_metadata

    metadata = chunk_metadata(header)
    tags = metadata.get("tags")
    if isinstance(tags, list):
        metadata["tags"] = [tag for tag in tags if tag not in {"remove_output", "remove-output"}]
    label = metadata.get("label")
    if isinstance(label, str) and metadata.get("caption") and not prefix_of(label):
        metadata["label"] = f"fig:{label}"  # bookdown's name for what a chunk makes
    return metadata
