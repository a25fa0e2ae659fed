"""Each block and inline of the model in both flavours, with hostile text everywhere, judged by Atlassian's parser."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import get_args

import pytest

from converters import model
from converters.errors import ConversionError
from converters.metadata import Metadata
from converters.model import (
    AnchorLink,
    Asset,
    AssetLink,
    Attachment,
    Callout,
    Cell,
    Code,
    Column,
    Columns,
    Date,
    Definition,
    DefinitionList,
    Document,
    Embed,
    Figure,
    FileLink,
    Footnote,
    Footnotes,
    Heading,
    Image,
    ImageRef,
    InlineImage,
    InlineMath,
    Interactive,
    LineBreak,
    ListBlock,
    Listing,
    ListItem,
    Lozenge,
    Mark,
    Math,
    Mention,
    NoteRef,
    Output,
    PageLink,
    Paragraph,
    Properties,
    Property,
    Quote,
    Raw,
    RawInline,
    Row,
    Rule,
    Section,
    Span,
    Tab,
    Table,
    Tabs,
    Toc,
    Toggle,
)  # fmt: skip
from converters.options import WriteOptions
from converters.writers.confluence import MAX_BODY_BYTES, confluence_title, write_confluence
from converters.writers.confluence.languages import language

HOSTILE = """]]></ac:plain-text-body></ac:structured-macro><script>alert("x")</script> & 'q' "d" <ri:user /> \x08\x1b[31m\ufffe"""
PNG = Asset(Asset.digest(b"png"), b"png", "image/png", "plot.png", 1800, 900)
CSV = Asset(Asset.digest(b"csv"), b"a,b", "text/csv", "all & <more>.csv")
ASSETS = {asset.key: asset for asset in (PNG, CSV)}
MISSING = "f" * 64


def text(words: str = HOSTILE, **fields: object) -> Span:
    return Span(words, **fields)  # type: ignore[arg-type]


PARA = Paragraph((text(),))
TABLE = Table(
    (
        Row((Cell((text(),)), Cell((text("b"),)))),
        Row((Cell((text("1"),), rowspan=2, align="right"), Cell((text("2"),), background="#e3fcef", color="#ff0000"))),
        Row((Cell(blocks=(PARA, Code("x", "python"), ListBlock("bullet", (ListItem((PARA,)),)))),)),
    ),
    header_rows=1, columns=(Column("left", 1), Column("right", 2)), caption=(text("cap"),), label="tbl",
    total_rows=2000, data=CSV.key,
)  # fmt: skip
PICTURE = Image(PNG.key, alt=HOSTILE, caption=(text("Loss"),), width=900, label="fig")

BLOCKS: dict[type, tuple[model.Block, ...]] = {
    Heading: (Heading(1, (text(),), HOSTILE), Heading(6, (text("six"),))),
    Paragraph: (PARA, Paragraph((text("شكرا"),), rtl=True), Paragraph((text("mid"),), align="center")),
    Code: (
        Code(HOSTILE, HOSTILE, title=HOSTILE), Code("x = 1", "ipython3", folded=True, role="input"),
        Code("a]]>b]]]>c", "{r}", caption=(text("c"),), title="t", folded=True),
    ),
    Output: (Output("stream", blocks=(Code("out", role="output"),), caption=(text("c"),)), Output("error", folded=True, blocks=(Code("E"),))),
    ListBlock: (
        ListBlock("ordered", (ListItem((PARA, TABLE)), ListItem((PARA, Heading(2, (text("h"),)), Quote((PARA,))))), start=3),
        ListBlock("task", (ListItem((PARA,), checked=True), ListItem((PARA,), checked=False))),
        ListBlock("bullet", (ListItem((PARA,), checked=True), ListItem((ListBlock("bullet", (ListItem((PARA,)),)),)), ListItem(()))),
        ListBlock("bullet", (ListItem((PARA, Code("x", folded=True), Toggle((text("t"),), (PARA,)), PICTURE, Rule())),)),
    ),
    DefinitionList: (DefinitionList((Definition((text(),), (PARA, Code("x"))),)),),
    Table: (TABLE, Table((Row((Cell(blocks=(TABLE, Callout("tip", (PARA,)), Toggle((text("t"),), (PARA,)))),)),)), Table(())),
    Quote: (Quote((PARA, Heading(3, (text("q"),)), TABLE, Quote((PARA,)), Rule(), Code(" in a quote"), PARA)),),
    Callout: (*tuple(Callout(kind, (PARA, Code("x", folded=True)), (text(),), "💡") for kind in get_args(model.CalloutKind)), Callout("danger", (TABLE, PARA, Callout("tip", (PARA,)), Quote((PARA,)))), Callout("note", (PARA,), folded=True), Callout("tip", ())),
    Toggle: (Toggle((text(),), (PARA, TABLE, Toggle((text("inner"),), (PARA, Callout("info", (PARA,)))))), Toggle((), ())),
    Image: (PICTURE, Image(url="https://x.org/a.png?a=1&b=2"), Image(MISSING, alt=HOSTILE), Image(ref=ImageRef("no.png")), Image(PNG.key, href="https://x.org/")),
    Figure: (
        Figure((PICTURE, PARA), (text(),), HOSTILE), Figure((TABLE,), (text("c"),), kind="table"), Figure((Code("x"),), kind="listing"),
    ),
    Math: (Math(HOSTILE, asset=PNG.key, width=120, height=40), Math("x", number="1", label="eq", asset=PNG.key), Math(r"\alpha")),
    Rule: (Rule(),),
    Toc: (Toc(2, 4),),
    Embed: tuple(Embed(url, kind, HOSTILE, (text("c"),)) for kind in ("iframe", "video", "audio", "bookmark") for url in ("https://youtu.be/x?a&b", "http://x.org/", "javascript:alert(1)")),
    Attachment: (*tuple(Attachment(CSV.key, kind, HOSTILE) for kind in ("data", "pdf", "video")), Attachment(MISSING)),
    Interactive: (
        Interactive("plotly", PICTURE, CSV.key, caption=(text("c"),)), Interactive("bokeh", url="https://x.org/p"),
        Interactive("leaflet", fallback=(PARA,)), Interactive("ipywidgets"),
    ),
    Columns: (Columns(((PARA, TABLE), (PICTURE,)), (0.3, 0.7)), Columns(((PARA,),) * 4)),
    Tabs: (Tabs((Tab(HOSTILE, (PARA,)), Tab("two", (Code("x", folded=True), Tabs((Tab("a", (PARA,)), Tab("b", (PARA,)))))))),),
    Footnotes: (Footnotes((Footnote("a", 1, (PARA, Code("x"))), Footnote("b", 2, ()))),),
    Section: tuple(Section(role, (PARA, Section("appendix", (PARA,))), title) for role in ("result", "about", "reader-notes", "plain") for title in ("", HOSTILE)),
    Properties: (Properties((Property(HOSTILE, (text(), Date("2026-11-21"))),), hidden=True), Properties(())),
    Listing: tuple(Listing(kind, ('a"b', HOSTILE), columns=("Author", "Updated")) for kind in ("children", "by-label", "recent", "properties")),
    model.ReportImage: (model.ReportImage(HOSTILE, HOSTILE, HOSTILE, 160),),
    model.Excerpt: (model.Excerpt((PARA,)), model.Excerpt((PARA, TABLE), hidden=False)),
    model.ExcerptOf: (model.ExcerptOf(HOSTILE),),
    model.Views: (model.Views((model.LiveView(HOSTILE),)),),
    Raw: (
        Raw("html", HOSTILE), Raw("confluence", "<p>no</p>"), Raw("confluence", "<p>yes</p>", trusted=True),
        Raw("confluence", "<p>half", trusted=True),
    ),
}  # fmt: skip

INLINES: tuple[model.Inline, ...] = (
    *(text(marks=frozenset({mark})) for mark in Mark), text(marks=frozenset(Mark), color="#112233", background="#aabbcc"),
    text(href='https://x.org/?a=1&b="<'), text(href="javascript:alert(1)"), text(href="mailto:a@b.org"),
    text(href=PageLink("reports/é a.ipynb", "sec 1")), text(href=AnchorLink(HOSTILE)), text(href=AssetLink(CSV.key)),
    text(href=AssetLink(MISSING)), text(href=FileLink("../x.csv")), LineBreak(), InlineMath(HOSTILE),
    InlineMath("x^2", PNG.key, 20, 12), InlineImage(PNG.key, alt=HOSTILE, href="https://x.org"), InlineImage(url="https://x.org/i.png"),
    InlineImage(url="file:///etc/passwd"), ImageRef("gone.png"), NoteRef("a", 1), model.CrossRef("fig-a", source=HOSTILE), model.Citation(source=HOSTILE), model.Anchor(HOSTILE), Lozenge(HOSTILE, "green"),
    Mention(HOSTILE), Mention("Ada", user="5b1"), Date("2026-11-21"), Date(HOSTILE), RawInline("confluence", "<em>y</em>"),
    RawInline("confluence", "<em>"), RawInline("notion", "z"),
)  # fmt: skip


def written(*blocks: model.Block, flavor: str = "cloud", math: str = "image"):
    document = Document(Metadata(title="T"), blocks, ASSETS)
    return write_confluence(document, WriteOptions(flavor=flavor, math=math))  # type: ignore[arg-type]


def tree(body: str) -> ET.Element:
    return ET.fromstring(f'<root xmlns:ac="urn:ac" xmlns:ri="urn:ri">{body}</root>')


def test_every_member_of_the_model_has_a_case():
    assert set(BLOCKS) == set(get_args(model.Block))
    assert {type(inline) for inline in INLINES} == set(get_args(model.Inline))


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
@pytest.mark.parametrize("kind", [*BLOCKS, model.Inline], ids=lambda k: getattr(k, "__name__", "inlines"))
def test_hostile_text_never_becomes_markup(kind, flavor):
    blocks = BLOCKS.get(kind) or tuple(Paragraph((text("a "), inline)) for inline in INLINES)
    for block in blocks:
        body = written(block, flavor=flavor)[0].body
        root = tree(body)
        assert not root.findall(".//script")
        assert "javascript:" not in "".join(v for node in root.iter() for k, v in node.attrib.items() if k == "href")
        assert "file:" not in "".join(v for node in root.iter() for k, v in node.attrib.items() if "alt" not in k)
        assert not root.findall(".//{urn:ri}user") or "5b1" in body
        assert "\x08" not in body
        assert "\ufffe" not in body


def test_code_comes_back_exactly():
    hostile = "a]]>b]]]]>c <ac:x/> &amp; \t\n  end"
    for flavor in ("cloud", "datacenter"):
        node = tree(written(Code(hostile, "python"), flavor=flavor)[0].body).find(".//{urn:ac}plain-text-body")
        assert node is not None
        assert node.text == hostile


def test_folded_code_is_an_expand_on_cloud_and_collapses_itself_elsewhere():
    folded = Code("x", "python", folded=True)
    assert 'ac:name="expand"' in written(folded)[0].body
    body = written(folded, flavor="datacenter")[0].body
    assert 'ac:name="expand"' not in body
    assert '<ac:parameter ac:name="collapse">true</ac:parameter>' in body


def test_cloud_never_nests_expands():
    inner = Toggle((text("in"),), (Code("x", folded=True), Tabs((Tab("a", (PARA,)), Tab("b", (PARA,))))))
    body, notes = written(Toggle((text("out"),), (inner, Section("appendix", (PARA,)))))
    assert body.body.count('ac:name="expand"') == 1
    assert any(note.code == "confluence.nested-expand" for note in notes)


def test_a_table_in_a_list_item_follows_the_list_which_goes_on():
    body = written(ListBlock("ordered", (ListItem((PARA, TABLE)), ListItem((PARA,)))))[0].body
    assert [child.tag for child in tree(body)] == ["ol", "p", "table", "p", "ol"]
    assert '<ol start="2">' in body


def test_assets_come_in_order_of_first_use_and_missing_ones_are_noted():
    rendered, notes = written(TABLE, PICTURE, PICTURE, Image(MISSING))
    assert [asset.name for asset in rendered.assets] == [CSV.name, PNG.name]
    assert [note.code for note in notes if note.kind == "missing"] == ["asset.missing"]


def test_wide_pictures_are_laid_out_wide_and_capped():
    assert 'ac:layout="wide" ac:width="900"' in written(PICTURE)[0].body
    assert 'ac:width="960"' in written(Image(PNG.key))[0].body
    assert 'ac:layout="center" ac:width="400"' in written(Image(PNG.key, width=400))[0].body


def test_short_tables_name_all_rows_and_link_to_the_data():
    body = written(TABLE)[0].body
    assert "2 of 2,000 rows" in body
    assert f'ri:filename="{CSV.filename}"'.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in body


def test_math_macros_take_the_latex():
    body = written(Math("a<b"), Paragraph((InlineMath("c"),)), math="macro:inl/blk")[0].body
    assert '<ac:structured-macro ac:name="blk"><ac:parameter ac:name="body">a&lt;b</ac:parameter>' in body
    assert '<ac:structured-macro ac:name="inl">' in body


def test_columns_on_the_top_level_become_a_layout():
    body = written(PARA, Columns(((PARA,), (PARA,)), (0.3, 0.7)), PARA)[0].body
    sections = tree(body).findall("./{urn:ac}layout/{urn:ac}layout-section")
    assert [node.get("{urn:ac}type") for node in sections] == ["single", "two_left_sidebar", "single"]


def test_the_digest_is_the_same_for_the_same_and_another_for_other_labels():
    one = written(PARA)[0].digest
    assert one == written(PARA)[0].digest
    tagged = Document(Metadata(title="T", tags=("x",)), (PARA,), ASSETS)
    assert one != write_confluence(tagged, WriteOptions())[0].digest


@pytest.mark.parametrize(
    ("word", "cloud", "datacenter"),
    [("ipython3", "py", "py"), ("{r}", "r", "none"), ("JSON", "json", "js"), ("brainfuck", "none", "none"), ("c++", "cpp", "cpp"), ("", "none", "none")],
)  # fmt: skip
def test_languages(word, cloud, datacenter):
    assert language(word, "cloud") == cloud
    assert language(word, "datacenter") == datacenter


def test_titles():
    assert confluence_title("  a\tb\x00\u200b\n ") == "a b"
    assert len(confluence_title("x" * 300)) == 255
    with pytest.raises(ConversionError, match="no title"):
        confluence_title("\x01 \n")


def test_a_cut_title_stands_whole_on_the_page():
    long = "A title that goes on " * 20
    rendered, notes = write_confluence(Document(Metadata(title=long), ()), WriteOptions())
    assert len(rendered.title) <= 255
    assert " ".join(long.split()) in rendered.body
    assert [note.code for note in notes] == ["confluence.title"]


def test_a_page_of_one_paragraph_over_the_limit_is_refused():
    with pytest.raises(ConversionError, match="without its long outputs, Confluence takes 5 MB"):
        written(Paragraph((Span("x" * MAX_BODY_BYTES),)))
