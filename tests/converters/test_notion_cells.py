"""Notion's table cells hold text only: all words of what stands in a cell are there."""

import pytest

from converters.metadata import Metadata
from converters.model import Cell, Document, Row, Span, Table
from converters.options import WriteOptions
from converters.readers.markdown import MarkdownContext, markdown_blocks
from converters.writers.notion import write_notion


def test_words_of_nested_tables_definitions_and_toggles_stay():
    html = (
        "<table><tr><td>a<td><table><caption>cap<tr><td>in<td>two<tr><td>x</table><dl><dt>term<dd>def</dl>"
        "<details><summary>sum</summary>body</details></table>"
    )
    blocks, _ = markdown_blocks(html, MarkdownContext())
    rendered, notes = write_notion(Document(Metadata(title="T"), blocks), WriteOptions(flavor="notion"))
    (row,) = rendered.blocks[0]["table"]["children"]
    cells = ["".join(text["text"]["content"] for text in cell) for cell in row["table_row"]["cells"]]
    assert cells == ["a", "cap\nin | two\nx\nterm\ndef\nsum\nbody"]
    assert [note.code for note in notes] == ["table.block"]


def colored(**look):
    """Annotations of the text of a cell with this look, and codes of notes."""
    cells = (Cell((Span("n"), Span("own", background="#00ff00")), **look),)
    document = Document(Metadata(title="T"), (Table((Row(cells),)),))
    rendered, notes = write_notion(document, WriteOptions(flavor="notion"))
    (row,) = rendered.blocks[0]["table"]["children"]
    (cell,) = row["table_row"]["cells"]
    return [text.get("annotations", {}).get("color", "") for text in cell], [note.code for note in notes]


@pytest.mark.parametrize(
    ("look", "color", "codes"),
    [
        ({"background": "#ffff00"}, "yellow_background", []),
        ({"background": "#08306b", "color": "#f1f1f1"}, "blue_background", []),
        ({"background": "#a50026", "color": "#000000"}, "red_background", []),
        ({"background": "#ffff00", "color": "#ff0000"}, "yellow_background", ["text.colors"]),
        ({"background": "#ffffff", "color": "#ff0000"}, "red", []),
        ({"color": "#008000"}, "green", []),
        ({"background": "#f7fbff", "color": "#000000"}, "", []),
    ],
)
def test_a_cell_s_colour_stands_behind_its_text(look, color, codes):
    assert colored(**look) == ([color, "green_background"], codes)
