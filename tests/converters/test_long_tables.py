"""Long and wide tables: head and tail on the page, all of it as CSV, readable on both wikis."""

from __future__ import annotations

import csv
import io

import pytest

from converters.build import table, text_of
from converters.metadata import Metadata
from converters.model import Cell, Column, Document, Form, Output, Row, Span, Table, Where
from converters.notes import Note
from converters.options import Limits, NoFiles, Read, TransformOptions, WriteOptions
from converters.sheets import Sheet, shortened
from converters.transforms import apply
from converters.transforms.tables import PAGE_CELLS, shown_rows
from converters.walk import iter_blocks
from converters.writers import write


def output(html: str) -> Output:
    return Output("execute_result", forms=(Form("text/html", html),), where=Where("a.ipynb", 1))


def read(html: str, limit: int = 10) -> tuple[Table, bytes, list[Note]]:
    """The first table of an HTML output, its CSV (empty where there is none), and the notes."""
    options = TransformOptions(limits=Limits(max_rows=limit), anatomy=False)
    found = apply(Read(Document(Metadata(title="T"), (output(html),))), options, NoFiles())
    (first, *_) = [block for block in iter_blocks(found.document.blocks) if isinstance(block, Table)]
    data = found.document.assets[first.data].data if first.data else b""
    return first, data, list(found.notes)


def frame(rows: int, cells: str = "<th>{i}</th><td>{i}.25</td><td>w{i}</td>") -> str:
    body = "".join(f"<tr>{cells.format(i=i)}</tr>" for i in range(rows))
    return (
        f"<table class='dataframe'><thead><tr><th></th><th>a</th><th>b</th></tr></thead><tbody>{body}</tbody></table>"
    )


def words(found: Table) -> list[list[str]]:
    return [[text_of(cell.content) for cell in row.cells] for row in found.rows]


@pytest.mark.parametrize("streamed", [False, True])
def test_head_and_tail_are_shown_and_all_is_in_the_csv(streamed: bool, monkeypatch: pytest.MonkeyPatch):
    if streamed:
        monkeypatch.setattr("converters.readers.html.STREAMED", 100)
    found, data, notes = read(frame(5000))
    assert words(found)[0] == ["", "a", "b"]
    assert [row[0] for row in words(found)[1:]] == [*map(str, range(9)), "4999"]
    assert (found.total_rows, found.gap, found.header_rows, found.header_columns) == (5000, 10, 1, 1)
    assert found.rows[1].cells[1].align == "right"
    rows = list(csv.reader(io.StringIO(data.decode())))
    assert rows[0] == ["", "a", "b"]
    assert rows[1:] == [[str(i), f"{i}.25", f"w{i}"] for i in range(5000)]
    assert [note.text for note in notes] == ["table of 5,000 rows: 10 are on the page, all in the attached CSV"]


def test_a_table_within_the_limit_stays_whole():
    found, data, notes = read(frame(10))
    assert (len(found.rows), found.total_rows, found.gap, data, notes) == (11, None, None, b"", [])


@pytest.mark.parametrize("streamed", [False, True])
def test_rows_after_the_gap_keep_the_names_of_cells_that_span_them(streamed: bool, monkeypatch: pytest.MonkeyPatch):
    if streamed:
        monkeypatch.setattr("converters.readers.html.STREAMED", 100)
    body = "".join(
        f"<tr>{f'<th rowspan=40>group {i // 40}</th>' if i % 40 == 0 else ''}<th>{i}</th><td>{i}</td></tr>"
        for i in range(400)
    )
    found, data, _ = read(f"<table><tr><th>g</th><th>i</th><th>x</th></tr>{body}</table>", 30)
    shown = found.rows[found.gap or 0 :]
    assert [text_of(cell.content) for cell in shown[0].cells] == ["group 9", "397", "397"]
    assert shown[0].cells[0].rowspan == 3
    assert found.header_columns == 2
    lines = data.decode().split("\n")
    assert lines[400] == "group 9,399,399"
    # before the gap no cell reaches below the last row shown there
    assert sum(row.cells[0].rowspan for row in found.rows[1 : found.gap] if len(row.cells) == 3) == 27


def test_headers_of_several_levels_are_one_line_of_the_csv():
    head = (
        "<thead><tr><th></th><th colspan=2>price</th><th>note</th></tr>"
        "<tr><th></th><th>mean</th><th>max</th><th></th></tr><tr><th>day</th><th></th><th></th><th></th></tr></thead>"
    )
    body = "".join(f"<tr><th>{i}</th><td>1</td><td>2</td><td>n</td></tr>" for i in range(20))
    _, data, _ = read(f"<table>{head}<tbody>{body}</tbody></table>")
    assert data.decode().split("\n")[:2] == ["day,price / mean,price / max,note", "0,1,2,n"]


def test_cells_of_markup_are_text_in_the_csv():
    rows = "".join(
        f"<tr><td>{i}<br>x <b>1</b>,000<style>b{{}}</style></td><td><img alt='up' src='x'></td></tr>" for i in range(20)
    )
    _, data, _ = read(f"<table>{rows}</table>")
    assert data.decode().split("\n")[3] == '"3 x 1,000",up'


def test_the_csv_runs_no_formula_and_changes_no_number():
    sheet = Sheet()
    for text in (
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "+cmd",
        "-2+3+cmd",
        "-1.5e-7",
        "+42",
        "-",
        "-∞",
        "−3",
        "1,234.5",
        "\tx",
    ):
        sheet.row([(text, 1, 1)])
    found = [row[0] for row in csv.reader(io.StringIO(sheet.data().decode("utf-8-sig")))]
    assert found[:4] == ["'=cmd|' /C calc'!A0", "'@SUM(A1)", "'+cmd", "'-2+3+cmd"]
    assert found[4:10] == ["-1.5e-7", "+42", "-", "-∞", "−3", "1,234.5"]
    assert sheet.guarded == 5


def test_an_author_is_told_of_texts_that_were_guarded():
    _, _, notes = read("<table>" + "<tr><td>=1+1</td></tr>" * 20 + "</table>")
    assert [note.code for note in notes] == ["table.rows", "table.formula"]


def test_excel_reads_letters_beyond_ascii_and_others_see_no_mark():
    plain, german = Sheet(), Sheet()
    plain.row([("a", 1, 1)])
    german.row([("Größe", 1, 1)])
    assert plain.data() == b"a\n"
    assert german.data() == b"\xef\xbb\xbf" + "Größe\n".encode()


def test_spans_without_end_take_no_memory():
    sheet = Sheet()
    for _ in range(300):
        sheet.row([("x" * 500, 1000, 1000)] * 5)
    assert len(sheet.data()) < 5_000_000


def test_all_header_cells_are_no_endless_header():
    found, _, _ = read("<table>" + "<tr><th>x</th></tr>" * 500 + "</table>")
    assert len(found.rows) <= 20
    assert found.total_rows


def test_a_document_of_many_tables_shows_fewer_rows_of_each():
    outputs = tuple(
        output(frame(150, "<th>{i}</th>" + "<td>0.123456789012345678901234567890</td>" * 9)) for _ in range(100)
    )
    found = Document(Metadata(title="T"), outputs)
    limit = shown_rows(found, 200)
    assert 100 * 9 * limit <= PAGE_CELLS < 100 * 10 * (limit + 1)
    assert shown_rows(Document(Metadata(title="T"), outputs[:3]), 200) == 200


def test_a_part_of_a_table_can_be_made_smaller_and_keeps_its_csv():
    whole = table(["a"], [[str(i)] for i in range(1000)])
    part, data, _ = shortened(whole, 100)
    import msgspec

    part = msgspec.structs.replace(part, data="k" * 64)
    smaller, none, notes = shortened(part, 20)
    assert data.count(b"\n") == 1001
    assert none == b""
    assert (smaller.total_rows, smaller.data, len(smaller.rows)) == (1000, "k" * 64, 21)
    assert [row[0] for row in words(smaller)[-2:]] == ["998", "999"]
    assert "table of 1,000 rows: 20 are" in notes[0].text


def test_nested_tables_count_for_themselves():
    inner = "<table>" + "<tr><td>in</td></tr>" * 30 + "</table>"
    found, data, _ = read(f"<table><tr><td>{inner}</td><td>x</td></tr></table>")
    assert len(found.rows) == 1
    assert data == b""


def written(found: Table, target: str, flavor: str = "cloud") -> str:
    import json

    page, _ = write(Document(Metadata(title="T"), (found,)), target, WriteOptions(flavor=flavor))  # type: ignore[arg-type]
    return page.body or json.dumps(page.blocks, ensure_ascii=False)


def test_the_gap_is_seen_on_the_page():
    part = shortened(table(["a", "b"], [[str(i), "x"] for i in range(1000)]), 20)[0]
    assert '<tr><td colspan="2"><p style="text-align: center;">⋮ 980 more rows ⋮</p></td></tr>' in written(
        part, "confluence"
    )
    assert written(part, "confluence").count("<tr>") == 22
    assert "20 of 1,000 rows" in written(part, "confluence")
    assert written(part, "notion").count('"⋮"') == 2
    assert "20 of 1,000 rows" in written(part, "notion")


def test_many_columns_scroll_instead_of_being_squeezed_on_cloud():
    wide = table([f"column {i}" for i in range(100)], [["0.123456"] * 100] * 3)
    page = written(wide, "confluence")
    assert page.startswith('<table data-layout="full-width"><colgroup><col style="width: ')
    assert page.count("<col ") == 100
    assert "data-layout" not in written(wide, "confluence", "datacenter")
    assert "data-layout" not in written(table(list("abcdefghi"), [["1"] * 9]), "confluence")
    assert 'data-layout="wide"' in written(table([f"a column {i}" for i in range(9)], [["1"] * 9]), "confluence")


def test_parts_of_a_very_wide_table_begin_with_its_index_in_notion():
    row = Row((Cell((Span("index"),), header=True), *(Cell((Span(f"v{i}"),)) for i in range(250))))
    page, notes = write(
        Document(Metadata(title="T"), (Table((row,), header_columns=1),)), "notion", WriteOptions(flavor="notion")
    )
    parts = [block["table"] for block in page.blocks]
    assert [part["table_width"] for part in parts] == [100, 100, 53]  # type: ignore[index]
    cells = [part["children"][0]["table_row"]["cells"] for part in parts]  # type: ignore[index]
    assert {row[0][0]["text"]["content"] for row in cells} == {"index"}
    shown = [cell[0]["text"]["content"] for row in cells for cell in row[1:]]
    assert shown == [f"v{i}" for i in range(250)]
    assert [note.code for note in notes] == ["table.wide"]


def test_many_columns_of_given_widths_share_a_wide_table_on_cloud_only() -> None:
    row = Row(tuple(Cell((Span("x"),)) for _ in range(8)))
    wide = Table((row,), columns=tuple(Column(width=0.125) for _ in range(8)))
    cloud, server = written(wide, "confluence"), written(wide, "confluence", "datacenter")
    assert cloud.startswith('<table data-layout="wide"><colgroup><col style="width: 120.0px;"')
    assert server.startswith('<table><colgroup><col style="width: 95.0px;"')
