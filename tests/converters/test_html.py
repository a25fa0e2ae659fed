"""HTML of notebooks: tables of pandas and its Styler, and markup that wants to harm."""

import pytest

from converters import model as m
from converters.build import text_of
from converters.readers.context import MarkdownContext
from converters.readers.html import html_blocks
from converters.walk import iter_blocks, iter_inlines

WHERE = m.Where("x.ipynb", 1)


def read(html):
    return html_blocks(html, MarkdownContext(where=WHERE))


def texts(table):
    return [[text_of(cell.content) for cell in row.cells] for row in table.rows]


def test_pandas_frame():
    blocks, notes = read(
        '<div><style scoped>.dataframe th {x: y}</style><table border="1" class="dataframe"><thead>'
        '<tr style="text-align: right;"><th></th><th>a</th><th>b</th></tr><tr><th>i</th><th></th><th></th></tr></thead>'
        "<tbody><tr><th>x</th><td>1</td><td>2.5</td></tr></tbody></table><p>1 rows × 2 columns</p></div>"
    )
    table, count = blocks
    assert (table.header_rows, table.header_columns) == (1, 1)
    assert texts(table) == [["i", "a", "b"], ["x", "1", "2.5"]]
    assert table.rows[0].cells[1].align == "right"
    assert text_of(count.content) == "1 rows × 2 columns"
    assert notes == []


def test_styler_colours_spans_and_caption():
    blocks, _ = read(
        "<style>#T_1_row0_col0, #T_1_row0_col1 {background-color: #FF0000; color: rgb(0, 0, 255);}</style>"
        '<table id="T_1"><caption>Cap</caption><thead><tr><th colspan="2">g</th></tr></thead>'
        '<tbody><tr><td id="T_1_row0_col0" rowspan="2">1</td><td id="T_1_row0_col1">2</td></tr><tr><td>3</td></tr></tbody></table>'
    )
    (table,) = blocks
    cell = table.rows[1].cells[0]
    assert (cell.background, cell.color, cell.rowspan) == ("#ff0000", "#0000ff", 2)
    assert table.rows[0].cells[0].colspan == 2
    assert text_of(table.caption) == "Cap"


def test_structure_is_kept():
    blocks, notes = read(
        "<h2>T</h2>loose<ul><li>a<ol start=3><li>b</li></ol></li></ul><pre><code class='language-py'>x\n  y</code></pre>"
        "<blockquote>q</blockquote><dl><dt>t<dd>d</dl><details><summary>S</summary>D</details>"
        "<figure><img src='a.png' alt='A'><figcaption>C</figcaption></figure><custom-tag>kept</custom-tag>"
    )
    kinds = [type(block).__name__ for block in blocks]
    assert kinds == [
        "Heading",
        "Paragraph",
        "ListBlock",
        "Code",
        "Quote",
        "DefinitionList",
        "Toggle",
        "Image",
        "Paragraph",
    ]
    assert blocks[2].items[0].blocks[1].start == 3
    assert (blocks[3].text, blocks[3].language) == ("x\n  y", "py")
    assert text_of(blocks[7].caption) == "C"
    assert text_of(blocks[8].content) == "kept"
    assert notes == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>t",
        "<a href='java\nscript:alert(1)'>t</a>",
        "<a href='nbwiki:other'>t</a>",
        "<iframe src='javascript:x'></iframe>t",
        "<img src='file:///etc/passwd'>t",
        "<img src='data:text/html,x'>t",
    ],
)
def test_what_could_harm_is_dropped_with_a_note(html):
    blocks, notes = read(html)
    assert len(notes) == 1
    assert text_of(iter_inlines(blocks)) == "t"
    assert not [each for each in iter_inlines(blocks) if isinstance(each, m.Span) and each.href]
    assert not [each for each in iter_blocks(blocks) if isinstance(each, m.Embed | m.Image)]


@pytest.mark.parametrize(
    "unit",
    ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<details>", "</p>", "<", "&", "\x00\x1b\ufffe", "<blockquote>"],
)
def test_garbage_and_depth_never_raise(unit):
    blocks, _ = read(unit * 3000 + "end")
    list(iter_blocks(blocks))
    assert "end" in str(blocks) or unit == "<"


def test_a_drawing_between_html_is_a_picture():
    context = MarkdownContext()
    svg = '<svg viewBox="0 0 40 20"><title>Flow</title><rect width="40" height="20"/></svg>'
    blocks, notes = html_blocks(f"<p>before</p>{svg}<p><svg class='icon'><use href='#i'/></svg>after</p>", context)
    (asset,) = context.assets.values()
    assert b'viewBox="0 0 40 20"' in asset.data and asset.mime == "image/svg+xml"
    assert [type(block).__name__ for block in blocks] == ["Paragraph", "Image", "Paragraph"]
    assert blocks[1].alt == "Flow"
    assert [note.code for note in notes] == ["html.svg"]


def test_a_numbered_list_without_items_keeps_its_text():
    (block,), _ = read("<ol>text</ol>")
    assert (block.kind, block.start, text_of(block.items[0].blocks[0].content)) == ("ordered", 1, "text")
