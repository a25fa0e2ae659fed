"""Every note tells its place and is one line, whatever the document that it quotes holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from converters import transforms, writers
from converters.errors import ConversionError
from converters.model import Where
from converters.notes import MAX_CHARACTERS, Note, degraded, placed
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read

GOLDEN = Path(__file__).parents[1] / "golden"
SUFFIXES = {".ipynb", ".md", ".rmd", ".qmd", ".html"}
WIKIS = {"cloud": "confluence", "notion": "notion"}


def notes_of(source: Source, flavor: str) -> Iterator[Note]:
    """The notes of all three steps; none for a document that is refused."""
    options = TransformOptions(target=WIKIS[flavor])
    try:
        made = transforms.apply(read(source, ReadOptions()), options, NoFiles())
    except ConversionError:
        return
    yield from made.notes
    yield from writers.write(made.document, options.target, WriteOptions(flavor=flavor))[1]


def documents(folder: Path) -> list[Source]:
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return [Source(path.relative_to(folder).as_posix(), path.read_bytes()) for path in files]


def badly_placed(sources: list[Source]) -> tuple[set[str], int]:
    """Codes of notes that name no place or another file, or that are no line; and how many notes there were."""
    bad: set[str] = set()
    count = 0
    for source in sources:
        for flavor in WIKIS:
            for note in notes_of(source, flavor):
                count += 1
                here = note.where is not None and note.where.source == source.path
                if not here or len(note.text.splitlines()) != 1 or len(note.text) > MAX_CHARACTERS:
                    bad.add(f"{note.code}: {note}")
    return bad, count


def test_golden_documents() -> None:
    bad, count = badly_placed(documents(GOLDEN))
    assert bad == set()
    assert count > 50


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["MyST-NB", "quarto-cli", "nbformat", "knowledge-repo", "made", "broken"])
def test_corpus_documents(name: str, corpus: Path) -> None:
    bad, _ = badly_placed([one for one in documents(corpus / name) if len(one.data) < 1_000_000])
    assert bad == set()


HOSTILE = "a\r\nb\x1b[31m\x1e\x85\u2028\u202e\ud800 \U0001f468\u200d\U0001f469"


def test_a_note_is_one_line_whatever_it_quotes() -> None:
    note = degraded("x", HOSTILE)
    assert note.text == "a b\\x1b[31m\\x1e\\x85\\u2028\\u202e\\ud800 \U0001f468\u200d\U0001f469"
    assert placed(note, Where("a.md")).text == note.text == msgspec.structs.replace(note, code="y").text
    assert len(degraded("x", "\x1b" * 100_000).text) == MAX_CHARACTERS
    assert degraded("x", "ä" * 10_000).text == "ä" * (MAX_CHARACTERS - 1) + "…"
    assert degraded("x", "naïve text, 10\u00a0%").text == "naïve text, 10\u00a0%"


def test_foreign_values_in_notes_of_a_notebook() -> None:
    text = "'a\x1e\x85\u2028b\\n" + "c" * 2000 + "'"
    bundle = {"output_type": "display_data", "metadata": {}, "data": {f"application/{text}": "x"}}
    cell = {"cell_type": "code", "source": "x", "metadata": {}, "execution_count": 1}
    document = {
        "cells": [{**cell, "outputs": [bundle, {"output_type": text}]}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    bad, count = badly_placed([Source("a.ipynb", msgspec.json.encode(document))])
    assert bad == set()
    assert count >= 2
