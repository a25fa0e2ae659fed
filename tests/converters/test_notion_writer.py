"""The Notion writer: every member of the model, every limit on one object, every loss noted."""

from __future__ import annotations

import json

import pytest

from converters import model as m
from converters.metadata import Metadata
from converters.options import WriteOptions
from converters.writers.joined import joined
from converters.writers.notion import write_notion
from converters.writers.notion.equations import katex
from converters.writers.notion.languages import ALIASES, LANGUAGES, notion_language
from converters.writers.notion.limits import cut, pieces, units

OPTIONS = WriteOptions(flavor="notion")
PNG = m.Asset("a" * 64, b"png", "image/png", "plot.png", 2, 2)


def write(*blocks: m.Block, assets=()):
    document = m.Document(Metadata(title="T"), blocks, {asset.key: asset for asset in assets})
    return write_notion(document, OPTIONS)


def shapes(*blocks: m.Block, assets=()):
    return list(write(*blocks, assets=assets)[0].blocks)


def codes(*blocks: m.Block, assets=()):
    return [note.code for note in write(*blocks, assets=assets)[1]]


def text(words: str, *marks: m.Mark, **more) -> m.Span:
    return m.Span(words, frozenset(marks), **more)


def para(*inlines) -> m.Paragraph:
    return m.Paragraph(tuple(text(each) if isinstance(each, str) else each for each in inlines))


def rich(block):
    return block[block["type"]]["rich_text"]


def test_equal_neighbours_are_one_item():
    (block,) = shapes(para("a", "b", text("c", m.Mark.STRONG), text("d", m.Mark.STRONG)))
    assert [item["text"]["content"] for item in rich(block)] == ["ab", "cd"]
    assert rich(block)[1]["annotations"] == {"bold": True}


@pytest.mark.parametrize("unit", ["x", "é", "😀", "👩\u200d🔬", "e\u0301", "🇩🇪"])
def test_long_text_is_cut_between_characters(unit):
    whole = unit * (5001 // len(unit))
    (block,) = shapes(para(whole))
    parts = [item["text"]["content"] for item in rich(block)]
    assert "".join(parts) == whole
    assert all(units(part) <= 2000 and len(part) % len(unit) == 0 for part in parts)


def test_a_cut_never_stands_still():
    joined = "e" + "\u0301" * 5000
    assert "".join(pieces(joined)) == joined
    assert cut(joined, 0, 2000) > 0


def test_more_than_a_hundred_styles_go_into_the_next_paragraph():
    runs = [text("a", m.Mark.STRONG) if i % 2 else text("b") for i in range(250)]
    blocks = shapes(para(*runs))
    assert [len(rich(block)) for block in blocks] == [100, 100, 50]
    (item,) = shapes(m.ListBlock("bullet", (m.ListItem((para(*runs),)),)))
    assert len(rich(item)) == 100
    assert len(item["bulleted_list_item"]["children"]) == 2


def test_a_long_listing_becomes_blocks_cut_at_line_ends():
    source = "\n".join(f"line {i} = 'ä'" for i in range(40_000))
    blocks = shapes(m.Code(source, "ipython3"))
    joined = "\n".join("".join(item["text"]["content"] for item in rich(block)) for block in blocks)
    assert joined == source
    for block in blocks:
        assert len(rich(block)) <= 100
        assert len(json.dumps(block, ensure_ascii=False).encode()) < 400_000
        assert block["code"]["language"] == "python"


def test_language_aliases_lead_to_known_languages():
    assert len(LANGUAGES) == 90
    assert set(ALIASES.values()) <= LANGUAGES
    assert notion_language("IPython3") == "python"
    assert notion_language("{r}") == "r"
    assert notion_language("brainfuck") is None
    assert codes(m.Code("x", "brainfuck")) == ["code.language.brainfuck"]


def test_a_link_that_notion_refuses_keeps_its_text():
    for address in ("javascript:alert(1)", "/relative", "#part", "data:text/html,x", "https://e.org/" + "x" * 2001):
        rendered, notes = write(para(text("here", href=address)))
        assert rich(rendered.blocks[0]) == [{"type": "text", "text": {"content": "here"}}]
        assert [note.code for note in notes] == ["link.address"]
    (block,) = shapes(para(text("ü", href="https://e.org/ü")))
    assert rich(block)[0]["text"]["link"]["url"] == "https://e.org/%C3%BC"


def test_links_to_reports_stay_symbolic():
    rendered, _ = write(para(text("a", href=m.PageLink("dir/ä b", "x#y")), text("b", href=m.AnchorLink("h"))))
    urls = [item["text"]["link"]["url"] for item in rich(rendered.blocks[0])]
    assert urls == ["nbwiki:dir%2F%C3%A4%20b#x%23y", "nbwiki:#h"]
    assert rendered.links == ("dir/ä b",)


def test_places_of_other_reports_and_places_for_them_are_told():
    inner = m.Section("method", (para("x"), m.Heading(3, (text("Deep"),), "deep")), title="More")
    link = text("a", href=m.PageLink("b.md", "end"))
    rendered, _ = write(
        para(link),
        para(link, text("c", href=m.PageLink("c.md"))),
        m.Heading(2, (text("H"),), "h", aliases=("also",)),
        inner,
    )
    assert rendered.headings == (("b.md", "end"),)
    assert rendered.places == {}
    (top, at) = map(int, rendered.anchors["deep"].split("/"))
    assert rendered.anchors["h"] == rendered.anchors["also"] == "2"
    folded = rendered.blocks[top]
    assert folded[folded["type"]]["children"][at]["type"] == "heading_3"
    above = len(rendered.blocks)
    assert joined(rendered, rendered, None).anchors["h"] == str(2 + above)
    assert joined(rendered, rendered, None).anchors["deep"] == f"{top + above}/{at}"


def test_scripts():
    (block,) = shapes(para(text("2", m.Mark.SUP), text("i", m.Mark.SUB)))
    assert rich(block)[0]["text"]["content"] == "²ᵢ"
    assert codes(para(text("Ж", m.Mark.SUP))) == ["text.script"]


def test_long_equation_is_code():
    assert [block["type"] for block in shapes(m.Math("x" * 1001))] == ["code"]
    assert codes(m.Math("x" * 1001)) == ["math.long"]
    assert codes(para(m.InlineMath("x" * 1001))) == ["math.long"]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\begin{align}a&=b\end{align}", r"\begin{aligned}a&=b\end{aligned}"),
        (r"\begin{equation}\label{eq:x} a \end{equation}", "a"),
        (r"\begin{align}a\tag{1}\end{align}", r"\begin{align*}a\tag{1}\end{align*}"),
        ("a", "a"),
    ],
)
def test_katex(tex, expected):
    assert katex(tex) == expected


def test_spans_become_a_grid_with_a_note():
    table = m.Table(
        (
            m.Row((m.Cell((text("a"),), rowspan=2), m.Cell((text("b"),), colspan=2))),
            m.Row((m.Cell((text("c"),)), m.Cell((text("d"),)))),
        ),
        header_rows=1,
    )
    (block,) = shapes(table)
    grid = [
        ["".join(item["text"]["content"] for item in cell) for cell in row["table_row"]["cells"]]
        for row in block["table"]["children"]
    ]
    assert grid == [["a", "b", ""], ["", "c", "d"]]
    assert (block["table"]["table_width"], block["table"]["has_column_header"]) == (3, True)
    assert codes(table) == ["table.spans"]


def test_a_hostile_span_costs_nothing():
    table = m.Table((m.Row((m.Cell((text("a"),), colspan=10**9, rowspan=10**9),)),))
    assert all(block["table"]["table_width"] <= 100 for block in shapes(table))


def test_folded_code_is_a_toggle():
    (block,) = shapes(m.Code("x", "python", "input", folded=True))
    assert block["type"] == "toggle"
    assert rich(block)[0]["text"]["content"] == "Code"
    assert block["toggle"]["children"][0]["type"] == "code"


def test_picture_in_text_stands_alone_with_a_note():
    rendered, notes = write(para("a", m.InlineImage(PNG.key, alt="p"), "b"), assets=[PNG])
    assert [block["type"] for block in rendered.blocks] == ["paragraph", "image", "paragraph"]
    assert rendered.blocks[1]["image"]["file_upload"]["id"] == f"nbwiki-asset:{PNG.key}"
    assert rendered.assets == (PNG,)
    assert rendered.cover is None
    assert [note.code for note in notes] == ["image.inline"]


def test_the_cover_goes_up_with_the_page():
    document = m.Document(Metadata(title="T"), (m.Paragraph((m.Span("x"),)),), {PNG.key: PNG}, cover=PNG.key)
    rendered = write_notion(document, OPTIONS)[0]
    assert (rendered.cover, rendered.assets) == (PNG.key, (PNG,))


def test_missing_asset_is_noted():
    assert codes(m.Image("f" * 64, alt="words")) == ["image.missing"]


def test_file_that_text_links_to_stands_at_the_end():
    data = m.Asset("b" * 64, b"a,b", "text/csv", "d.csv")
    rendered, notes = write(para(text("data", href=m.AssetLink(data.key))), assets=[data])
    assert rendered.blocks[-1]["file"]["name"] == "d.csv"
    assert [note.code for note in notes] == ["link.asset"]


def test_untrusted_markup_is_code():
    rendered, notes = write(m.Raw("notion", '{"type":"embed"}'))
    assert rendered.blocks[0]["type"] == "code"
    assert notes[0].kind == "security"


def test_nested_columns_are_flat():
    columns = m.Columns(((para("a"),), (para("b"),)), (0.25, 0.75))
    (block,) = shapes(columns)
    assert [part["column"]["width_ratio"] for part in block["column_list"]["children"]] == [0.25, 0.75]
    (toggle,) = shapes(m.Toggle((text("t"),), (columns,)))
    assert [child["type"] for child in toggle["toggle"]["children"]] == ["paragraph", "paragraph"]
    assert codes(m.Toggle((text("t"),), (columns,))) == ["columns.nested"]


def test_digest_is_stable_and_sees_metadata():
    blocks = (para("a"),)
    first = write_notion(m.Document(Metadata(title="T", summary="s"), blocks), OPTIONS)[0].digest
    assert first == write_notion(m.Document(Metadata(title="T", summary="s"), blocks), OPTIONS)[0].digest
    assert first != write_notion(m.Document(Metadata(title="T", summary="t"), blocks), OPTIONS)[0].digest


def test_control_characters_and_lone_surrogates_go():
    (block,) = shapes(para("a\x00b\ud800c"))
    assert rich(block)[0]["text"]["content"] == "abc"
