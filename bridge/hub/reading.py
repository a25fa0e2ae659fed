"""What the hub wants to know of a document beyond its metadata: the words of its narrative, the files that its code uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from bridge.hub.uses import CODE_MAX, Use, uses_of
from converters.model import Blocks, Code, Document, Output, Section, Span
from converters.options import Source
from converters.walk import iter_blocks, iter_inlines

TEXT_MAX = 20_000
"""Characters of narrative that are compared with other reports. Ours: some ten pages, which tell what it is about."""


_CHUNKED = (".rmd", ".qmd", ".md", ".rmarkdown")
_FENCE = re.compile(
    r"^[ \t]*`{3,}(?:[ \t]*\{(?P<language>r|python|julia)\b[^\n]*|[ \t]*)\r?$", re.MULTILINE | re.IGNORECASE
)


class Told(msgspec.Struct, frozen=True):
    """What one document told: words of the narrative; files as its code names them."""

    text: str = ""
    uses: tuple[Use, ...] = ()


def told(document: Document, uses: tuple[Use, ...]) -> Told:
    """The words of the document as readers see it, and what :func:`uses_in` found before its code was hidden."""
    narrative = [block for block in document.blocks if not isinstance(block, Code | Output | Section)]
    words: list[str] = []
    size = 0
    for inline in iter_inlines(narrative):
        if isinstance(inline, Span):
            words.append(inline.text)
            size += len(inline.text)
            if size > TEXT_MAX:
                break
    return Told(" ".join(words)[:TEXT_MAX], uses)


def uses_in(document: Document, source: Source) -> tuple[Use, ...]:
    """Files that the code cells of a document take in, hidden chunks of R Markdown and Quarto included, which its reader
    leaves out. Never fails: code that can't be read tells nothing.
    """
    return tuple(dict.fromkeys((*_uses(document.blocks), *_in_chunks(source))))


def _uses(blocks: Blocks) -> Iterator[Use]:
    for block in iter_blocks(blocks):
        if isinstance(block, Code) and block.role == "input":
            yield from uses_of(block.text, block.language)


def _in_chunks(source: Source) -> Iterator[Use]:
    """Files that chunks (`` ```{r} ``) of a text take in."""
    if not source.path.lower().endswith(_CHUNKED) or b"```{" not in source.data:
        return
    text = source.data.decode(errors="replace")
    language, start = "", 0
    for line in _FENCE.finditer(text):
        if language:
            yield from uses_of(text[start : min(line.start(), start + CODE_MAX)], language)
            language = ""
        else:
            language, start = line["language"] or "", line.end()
