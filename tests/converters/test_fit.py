"""Pages beyond a wiki's limits: shortened by rule, the whole attached, nothing cut silently."""

from __future__ import annotations

import csv
import io
import json

import pytest

from converters.build import table
from converters.metadata import Metadata
from converters.model import (
    Attachment,
    Block,
    Cell,
    Code,
    Document,
    Output,
    Paragraph,
    Rendered,
    Row,
    Section,
    Span,
    Table,
)
from converters.notes import Note
from converters.options import WriteOptions
from converters.walk import iter_blocks
from converters.writers import write
from converters.writers.confluence import MAX_BODY_BYTES
from converters.writers.fit import Scale, TooLarge, fitted
from converters.writers.notion.write import MAX_WEIGHT

SCALE = Scale(block=100, row=10, cell=10)


def document(*blocks: Block) -> Document:
    return Document(Metadata(title="T"), blocks)


def lines(count: int, word: str = "line") -> str:
    return "\n".join(f"{word} {i}" for i in range(count))


def size_of(found: Document) -> int:
    listings = [block for block in iter_blocks(found.blocks) if isinstance(block, Code)]
    return sum(len(block.text) for block in listings) + 100 * len(found.blocks)


def shortened(limit: int, *blocks: Block) -> tuple[Document, list[Note]]:
    return fitted(document(*blocks), lambda it: it, size_of, limit, SCALE)


def request_bytes(page: Rendered) -> int:
    return len(json.dumps({"body": page.body, "title": page.title}, ensure_ascii=False).encode())


def test_a_page_that_fits_is_left_alone():
    whole = document(Code("x"), Paragraph((Span("y"),)))
    assert fitted(whole, lambda it: it, size_of, 10_000, SCALE) == (whole, [])


def test_the_longest_listings_are_shortened_to_one_size_and_the_others_stay():
    small, long, longer = Code(lines(50)), Code(lines(3000), role="log"), Code(lines(9000), "python", role="input")
    found, notes = shortened(30_000, small, long, longer)
    assert found.blocks[0] is small
    _, first, log, second, code = found.blocks
    assert isinstance(first, Code)
    assert isinstance(second, Code)
    assert 0.9 < len(first.text) / len(second.text) < 1.1
    assert first.text.startswith("line 0\nline 1\n")
    assert second.text.endswith("\nline 8998\nline 8999")
    assert isinstance(log, Attachment)
    assert isinstance(code, Attachment)
    assert found.assets[log.asset].data == long.text.encode()
    assert (found.assets[log.asset].name, found.assets[code.asset].name) == ("log.txt", "code.py")
    shown = sum("⋮" not in line for line in second.text.split("\n"))
    assert code.title == f"{shown:,} of 9,000 lines are shown; the whole listing"
    assert [note.code for note in notes] == ["page.large", "page.large"]


def test_what_is_left_out_is_counted():
    found, _ = shortened(20_000, Code(lines(9000)))
    text = found.blocks[0].text  # type: ignore[union-attr]
    kept = text.split("\n")
    gap = next(line for line in kept if "⋮" in line)
    assert gap == f"⋮ {9000 - (len(kept) - 1):,} more lines ⋮"


def test_one_endless_line_is_counted_in_characters():
    found, notes = shortened(20_000, Code("é" * 100_000))
    text = found.blocks[0].text  # type: ignore[union-attr]
    assert "more characters ⋮" in text
    assert "of 100,000 characters are on the page" in notes[0].text


def test_parts_with_a_file_beside_them_get_no_other():
    part = Output("stream", blocks=(Code(lines(5000)), Attachment("k" * 64, title="Whole output")))
    found, notes = shortened(20_000, part, Code(lines(5000)))
    assert isinstance(found.blocks[0], Output)
    assert [type(block) for block in found.blocks[0].blocks] == [Code, Attachment]
    assert "⋮" in found.blocks[0].blocks[0].text  # type: ignore[union-attr]
    assert len(notes) == 2


def test_the_same_document_is_shortened_in_the_same_way():
    blocks = (Code(lines(3000)), table(["a", "b"], [[str(i), "x" * 20] for i in range(500)]), Code(lines(2000, "row")))
    assert shortened(9_000, *blocks) == shortened(9_000, *blocks)


def test_an_output_of_many_blocks_keeps_its_first_and_its_text_is_attached():
    words = tuple(Paragraph((Span(f"paragraph {i} " + "w" * 300),)) for i in range(200))

    def size(found: Document) -> int:
        (only,) = found.blocks
        return sum(300 for _ in only.blocks)  # type: ignore[union-attr]

    found, notes = fitted(document(Output("display_data", blocks=words)), lambda it: it, size, 10_000, SCALE)
    (output,) = found.blocks
    assert isinstance(output, Output)
    assert output.blocks[0] is words[0]
    assert isinstance(output.blocks[-1], Attachment)
    assert b"paragraph 199" in found.assets[output.blocks[-1].asset].data
    assert "parts of this output are on the page" in notes[-1].text


def test_narrative_that_does_not_fit_is_refused_or_written_where_no_limit_is_hard():
    words = document(Paragraph((Span("w" * 5000),)))
    with pytest.raises(TooLarge):
        fitted(words, lambda it: it, lambda _: 5000, 1000, SCALE)
    assert fitted(words, lambda it: it, lambda _: 5000, 1000, SCALE, hard=False) == (words, [])


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_narrative_over_the_limit_shows_its_first_parts_and_has_the_text_of_all(flavor: str):
    words = [Paragraph((Span(f"paragraph {number} " + "w" * 5_000),)) for number in range(1_500)]
    about = Section("about", (Paragraph((Span("where it came from"),)),), title="About this report")
    page, notes = write(document(*words, about), "confluence", WriteOptions(flavor=flavor))  # type: ignore[arg-type]
    assert 3_000_000 < request_bytes(page) < MAX_BODY_BYTES
    assert "paragraph 500 " in page.body
    assert "paragraph 1400 " not in page.body
    assert "where it came from" in page.body
    (asset,) = page.assets
    assert b"paragraph 1499 " in asset.data
    (note,) = notes
    assert note.code == "page.large"
    assert "of 1,500 parts of this document are on the page" in note.text


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_a_confluence_page_fits_a_request_however_its_text_is_escaped(flavor: str):
    blocks = (Code('"quoted" \\ back\n' * 400_000, role="log"), Code("<&>é\n" * 400_000), Paragraph((Span("the end"),)))
    page, notes = write(document(*blocks), "confluence", WriteOptions(flavor=flavor))  # type: ignore[arg-type]
    assert 3_000_000 < request_bytes(page) < MAX_BODY_BYTES
    assert "the end" in page.body
    assert {asset.data for asset in page.assets} == {blocks[0].text.encode(), blocks[1].text.encode()}
    assert len(notes) == 2


def test_a_table_of_huge_cells_fits_and_its_csv_holds_them():
    rows = tuple(Row((Cell((Span(f"{i} " + "w" * 2_000_000),)), Cell((Span("b"),)))) for i in range(4))
    page, _ = write(document(Table(rows)), "confluence", WriteOptions())
    assert request_bytes(page) < MAX_BODY_BYTES
    (asset,) = page.assets
    csv.field_size_limit(10_000_000)
    assert [len(row[0]) for row in csv.reader(io.StringIO(asset.data.decode()))] == [2_000_002] * 4


def test_a_notion_page_of_many_rows_is_shortened():
    tables = [table(["a", "b"], [[f"{n}.{i}", "x"] for i in range(150)]) for n in range(150)]
    page, notes = write(document(*tables), "notion", WriteOptions(flavor="notion"))
    rows = sum(len(block["table"]["children"]) for block in page.blocks if block["type"] == "table")  # type: ignore[index,call-overload]
    assert 5_000 < rows < MAX_WEIGHT / 500
    assert len(page.assets) == len(notes) == 150
