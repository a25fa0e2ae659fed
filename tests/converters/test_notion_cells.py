"""Notion's table cells hold text only: all words of what stands in a cell are there."""

from converters.metadata import Metadata
from converters.model import Document
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
