"""Tables as people read them: numbers on the right, header rows of frames merged where nothing is lost."""

import json
from pathlib import Path

import pandas as pd
import pytest

from converters.build import text_of
from converters.readers.context import MarkdownContext
from converters.readers.html import html_blocks
from converters.readers.markdown import markdown_blocks
from converters.readers.table_shape import is_numeric

ACME = Path(__file__).resolve().parents[2] / "examples" / "acme"


def read(html):
    ((table,), _) = html_blocks(html, MarkdownContext())
    return table


def texts(row):
    return [text_of(cell.content) for cell in row.cells]


def aligns(table):
    return [[cell.align for cell in row.cells] for row in table.rows]


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "-2.5",
        "−3",
        "1,234,567.8",
        "1 234",
        "12 %",
        "+51 %",
        "3.2e-05",
        "1.2 ± 0.1",
        "$5.00",
        "4 ms",
        "(12)",
        ".5",
        "7.",
        "<0.001",
        "3.1***",
        "12 mg/l",
        "1.5 GB",
        "20 °C",
    ],
)
def test_numbers(text):
    assert is_numeric(text)


@pytest.mark.parametrize(
    "text", ["", "a", "2024-01-01", "3D", "10 May", "1-2", "12:30", "v1.2", "1.2.3", "Small (2–5)", "nan"]
)
def test_no_numbers(text):
    assert not is_numeric(text)


def test_numeric_columns_of_a_frame_are_right_aligned_with_their_heads():
    frame = pd.DataFrame({"name": ["a", "b"], "n": [1, -2], "x": [0.5, None], "day": ["2024-01-01", "2024-01-02"]})
    table = read(frame.to_html())
    assert aligns(table) == [["right", None, "right", "right", None]] * 3


def test_the_name_of_the_index_joins_the_header_row():
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["a", "b"], name="team"))
    table = read(frame.to_html())
    assert table.header_rows == 1 and [texts(row) for row in table.rows] == [["team", "n"], ["a", "1"], ["b", "2"]]
    assert aligns(table)[0] == [None, "right"]


def test_names_of_both_axes_are_kept():
    frame = pd.DataFrame([[1, 2]], index=pd.Index(["Mon"], name="day"), columns=pd.Index([7, 8], name="hour"))
    assert texts(read(frame.to_html()).rows[0]) == ["day / hour", "7", "8"]


def test_levels_of_an_index():
    index = pd.MultiIndex.from_product([["a", "b"], ["x", "y"]], names=["one", "two"])
    table = read(pd.DataFrame({"n": [1, 2, 3, 4]}, index=index).to_html())
    assert (table.header_rows, table.header_columns) == (1, 2)
    assert texts(table.rows[0]) == ["one", "two", "n"]
    assert aligns(table)[2] == [None, "right"]


def test_levels_of_columns_stay_two_rows():
    columns = pd.MultiIndex.from_product([["raw", "log"], ["mean", "sd"]])
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=columns, index=pd.Index(["a"], name="team"))
    table = read(frame.to_html())
    assert [texts(row) for row in table.rows] == [
        ["", "raw", "log"],
        ["team", "mean", "sd", "mean", "sd"],
        ["a", "1", "2", "3", "4"],
    ]
    assert table.header_rows == 2


def test_styled_frames_alike():
    cells = json.loads((ACME / "water" / "sensor-report.ipynb").read_bytes())["cells"]
    outputs = ("".join(o.get("data", {}).get("text/html", "")) for c in cells for o in c.get("outputs", ()))
    table = read(next(html for html in outputs if "<table" in html))
    assert table.header_rows == 1 and texts(table.rows[0])[0] == "station"
    assert aligns(table)[1] == [None, *["right"] * (len(table.rows[1].cells) - 1)]


def test_a_header_row_that_says_something_stays():
    html = "<table><thead><tr><th></th><th>a</th></tr><tr><th>team</th><th>unit</th></tr></thead>"
    table = read(html + "<tbody><tr><th>x</th><td>1</td></tr></tbody></table>")
    assert table.header_rows == 2 and len(table.rows) == 3


def test_an_authors_alignment_wins():
    table = read("<table><tr><th>n</th></tr><tr><td align='center'>1</td></tr></table>")
    assert aligns(table) == [[None], ["center"]]
    ((table,), _) = markdown_blocks("|a|b|c|\n|:-|-|-|\n|1|2|x|", MarkdownContext())
    assert aligns(table) == [["left", "right", None]] * 2
