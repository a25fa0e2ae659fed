"""Nothing is lost without a note: odd content in odd places, each with what the reader sees and what the author is told."""

import json
import time

import nbformat
import pytest
from nbconvert import HTMLExporter

from bridge.pipeline import RenderOptions, render
from converters import model as m
from converters.build import text_of
from converters.metadata import Metadata
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read
from converters.walk import iter_blocks, iter_inlines
from converters.writers.notion import write_notion


def made(text, path="x.md"):
    """Words on the page, addresses that they lead to, and the notes' codes."""
    found = read(Source(path, f"# T\n\n{text}\n".encode()), ReadOptions())
    blocks = found.document.blocks
    inlines = list(iter_inlines(blocks))
    words = " ".join(getattr(each, "text", "") or getattr(each, "tex", "") for each in (*inlines, *iter_blocks(blocks)))
    links = {each.href for each in inlines if isinstance(each, m.Span) and each.href}
    return words, links, [note.code for note in found.notes]


FRAME = '<iframe src="https://www.youtube.com/embed/abc" title="The talk"></iframe>'


@pytest.mark.parametrize(
    "place", ["## See {}", "| a |\n|---|\n| {} |", "<h2>See {}</h2>", "<details><summary>{}</summary>x</details>"]
)
def test_a_frame_in_one_line_is_a_link_with_a_note(place):
    words, links, codes = made(place.format(FRAME))
    assert "The talk" in words and "https://www.youtube.com/embed/abc" in links and codes == ["embed.line"]


@pytest.mark.parametrize("place", ["## See {}", "| a |\n|---|\n| {} |"])
def test_so_is_a_video_of_quarto(place):
    _, links, codes = made(place.format("{{< video https://youtu.be/abc >}}"), "x.qmd")
    assert links == {"https://youtu.be/abc"} and codes == ["embed.line"]


def test_blocks_in_a_heading_keep_their_words_apart():
    words, _, _ = made("<h2>Steps <ul><li>one</li><li>two</li></ul><pre>code()</pre></h2>")
    assert {"Steps", "one", "two", "code()"} <= set(words.split())


LONG = (
    r"\begin{longtable}{ll}\hline HEADA & HEADB \\ \endfirsthead \hline HEADA & HEADB \\ \endhead ENDA & ENDB \\ \endfoot"
    r" c1 & c2 \\ \end{longtable}"
)
ARRAY = r"$$\begin{array}{cc}\multicolumn{2}{c}{SPANNED} \\ a & b\end{array}$$"


@pytest.mark.parametrize("target", ["confluence", "notion"])
@pytest.mark.parametrize("place", ["text", "output"])
@pytest.mark.parametrize("tex", [LONG, ARRAY])
def test_latex_that_no_wiki_can_set_is_its_source_with_one_note(tex, place, target):
    output = {"output_type": "display_data", "data": {"text/latex": tex}, "metadata": {}}
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [output], "execution_count": 1}
    text = {"cell_type": "markdown", "source": tex, "metadata": {}}
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [text if place == "text" else cell]}
    options = RenderOptions(
        transform=TransformOptions(target=target, anatomy=False, attach_source=False),
        write=WriteOptions(flavor="notion" if target == "notion" else "cloud"),
    )
    done = render(Source("x.ipynb", json.dumps(notebook).encode()), options, NoFiles())
    page = done.rendered.body if target == "confluence" else str(done.rendered.blocks)
    assert len(done.notes) == 1
    assert all(
        word in page for word in (["SPANNED"] if tex is ARRAY else ["HEADA", "HEADB", "ENDA", "ENDB", "c1", "c2"])
    )


@pytest.mark.parametrize(
    ("chunk", "words", "code"),
    [
        ("```{r file='a.R'}\n```", "a.R", "chunk.code"),
        ("```{r}\n#| code: !expr readLines('a.R')\n```", "readLines", "chunk.code"),
        ("```{r ref.label='other'}\n```", "other", "chunk.code"),
        ("```{r child=paste0(folder, name)}\n```", "child document", "chunk.child"),
    ],
)
def test_a_chunk_whose_code_stands_elsewhere_says_so(chunk, words, code):
    shown, _, codes = made(chunk, "x.Rmd")
    assert words in shown and codes == [code]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("::: {.hidden}\nWords.\n:::", "dropped", False),
        ('::: {.content-visible when-meta="draft"}\nWords.\n:::', "info", True),
        ('::: {.content-visible when-profile="advanced"}\nWords.\n:::', "info", True),
        ("```{only} latex\nWords.\n```", "dropped", False),
    ],
)
def test_what_is_there_under_a_condition_is_told_once(text, kind, shown):
    found = read(Source("x.md" if "only" in text else "x.qmd", f"# T\n\n{text}\n\n{text}\n".encode()), ReadOptions())
    assert [(note.kind, note.code) for note in found.notes] == [(kind, "div.format")]
    assert (
        any(isinstance(each, m.Span) and each.text == "Words." for each in iter_inlines(found.document.blocks)) is shown
    )


@pytest.mark.parametrize(
    "place", ["In a line {}.", "## A {}", "- {}", "| a |\n|---|\n| {} |", "::: {{.callout-tip}}\n{}\n:::"]
)
@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        ('.content-visible when-format="pdf"', False),
        ('.content-visible when-format="html"', True),
        ('.content-visible unless-format="pdf"', True),
        ('.content-hidden when-format="html"', False),
        ('.content-hidden when-format="pdf"', True),
        ('.content-hidden unless-format="html"', True),
    ],
)
def test_spans_for_other_formats_are_left_out_with_a_note(place, condition, shown):
    words, _, codes = made(place.format(f"[some **bold [inner]{{.mark}} text**]{{{condition}}} rest"), "x.qmd")
    assert ("bold" in words, "inner" in words, "rest" in words) == (shown, shown, True)
    assert codes == ([] if shown else ["div.format"])


def test_a_picture_that_may_not_be_shown_leaves_its_description():
    words, _, codes = made("```{image} file:///etc/x.png\n:alt: The plan\n```")
    assert "The plan" in words and codes == ["image.address"]


def equations(text):
    blocks = read(Source("x.md", f"# T\n\n{text}\n".encode()), ReadOptions()).document.blocks
    shown = [*iter_inlines(blocks), *iter_blocks(blocks)]
    return [each.tex for each in shown if isinstance(each, m.InlineMath | m.Math)]


@pytest.mark.parametrize("place", ["{}", "In **a** line {} here.", "| a |\n|---|\n| {} |", "<p>{}</p>", "- {}"])
@pytest.mark.parametrize(
    ("formula", "tex"),
    [
        ("<mfrac><mi>a</mi><mi>b</mi></mfrac>", "\\frac{a}{b}"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "\\left(a , b \\right)"),
        ("<mfenced open='{' close=''><mi>a</mi></mfenced>", "\\left\\{a \\right."),
        ("<semantics><mi>a</mi><annotation encoding='application/x-tex'>\\alpha</annotation></semantics>", "\\alpha"),
    ],
)
def test_mathml_in_text_is_an_equation(place, formula, tex):
    assert equations(place.format(f"<math>{formula}</math>")) == [tex]


def test_mathml_beyond_latex_is_told():
    _, _, codes = made("<math><menclose notation='updiagonalstrike'><mi>a</mi></menclose></math>")
    assert codes == ["html.math"]


@pytest.mark.parametrize("place", ["{}", "In **a** line {} here.", "- {}"])
def test_a_drawing_in_text_is_a_picture(place):
    svg = '<svg viewBox="0 0 9 9"><text>Words in it</text></svg>'
    found = read(Source("x.md", f"# T\n\n{place.format(svg)}\n".encode()), ReadOptions())
    (asset,) = found.document.assets.values()
    assert asset.mime == "image/svg+xml" and b'viewBox="0 0 9 9"' in asset.data and found.notes == []


def test_areas_of_a_picture_are_links():
    areas = '<area href="https://e.org/a" alt="North"><area href="https://e.org/b" title="South"><area alt="no link">'
    words, links, codes = made(f'<img src="https://e.org/m.png" usemap="#m"><map name="m">{areas}</map>')
    assert "North" in words and "South" in words and links == {"https://e.org/a", "https://e.org/b"}
    assert codes == ["html.area"]


@pytest.mark.parametrize(
    ("text", "shown", "codes"),
    [
        ('<iframe srcdoc="<p>Inside</p>"></iframe>', "Inside", []),
        ('Line <iframe srcdoc="&lt;b&gt;Inside&lt;/b&gt;"></iframe> goes on.', "Inside", []),
        ('<iframe srcdoc="<script>x()</script>"></iframe>', "", ["html.script", "embed.address"]),
        ("<audio></audio>", "", ["embed.address"]),
        ("A <video controls>no film here</video> line", "no film here", ["embed.address"]),
        ("<canvas id=c></canvas>", "", ["html.element"]),
        ("In a line <canvas></canvas> of text", "of text", ["html.element"]),
        ("<canvas>Drawn: a circle</canvas>", "Drawn: a circle", []),
        ('<my-plot data-src="a.json"></my-plot>', "", ["html.element"]),
        ('In a line <my-plot data-src="a.json"></my-plot> of text', "of text", ["html.element"]),
        ("Load <progress value=3 max=10></progress> now", "30%", []),
        ("<progress value=3 max=3></progress> 100.00% [3/3]", "100.00% [3/3]", []),
        ("<select><option>one</option><option>two</option></select>", "one", ["html.form"]),
        ("Type <input value=here> and <input placeholder=there>", "there", ["html.form"]),
    ],
)
def test_elements_that_no_wiki_has(text, shown, codes):
    words, _, told = made(text)
    assert shown in words and told == codes
    assert words.split().count("100%") == 0


AROUND = [
    "{} <div>box</div>",
    "| a |\n|---|\n| {} <ul><li>box</li></ul> |",
    "<table><tr><td>\n\n{}\n\n</td></tr></table>",
    "- {} <progress value=1 max=2></progress>",
]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize(
    ("path", "text", "shown", "codes"),
    [
        ("x.md", r"3 \* 4 &copy; \alpha", "3 * 4 © \\alpha", []),
        ("x.qmd", "{{< kbd Enter >}} {{< gone it >}}", "{{< gone it >}}", ["shortcode.gone"]),
        ("x.qmd", "value `r nrow(x)`", "r nrow(x)", ["chunk.inline"]),
        ("x.md", "{abbr}`MD (Markdown)` {odd}`words`", "words", ["role.unknown"]),
    ],
)
def test_beside_html_boxes_text_is_what_it_is_elsewhere(around, path, text, shown, codes):
    found = read(Source(path, f"# T\n\n{around.format(text)}\n".encode()), ReadOptions())
    words = "".join(getattr(each, "text", "") for each in iter_inlines(found.document.blocks))
    assert shown in words and "< />" not in words
    assert [note.code for note in found.notes] == codes


def test_notes_and_references_beside_html_boxes_stay_what_they_are():
    text = "A[^1] and @fig-a ^[own note] <div>box</div>\n\n[^1]: The note"
    blocks = read(Source("x.qmd", f"# T\n\n{text}\n".encode()), ReadOptions()).document.blocks
    kinds = [type(each) for each in iter_inlines(blocks)]
    assert kinds.count(m.NoteRef) == 2 and kinds.count(m.CrossRef) == 1
    (notes,) = [each for each in blocks if isinstance(each, m.Footnotes)]
    assert len(notes.items) == 2


@pytest.mark.parametrize(
    ("text", "words", "codes"),
    [
        ('`<span style="color:red">`{=html}red`</span>`{=html} text', "red text", []),
        ("A `&copy; <b>x</b>`{=html}.", "A © x.", []),
        ("A `\\ss`{=latex} b.", "A \\ss b.", ["raw.format"]),
        ("`x`{=typst} and **`y`{=latex}**", "x and y", ["raw.format"] * 2),
    ],
)
def test_raw_markup_in_a_line(text, words, codes):
    found = read(Source("x.qmd", f"# T\n\n{text}\n".encode()), ReadOptions())
    assert "".join(getattr(each, "text", "") for each in iter_inlines(found.document.blocks)) == words
    assert [note.code for note in found.notes] == codes


def test_options_of_cards_are_on_the_page():
    card = (
        ":::{card} Title\n:header: Above\n:footer: Below\n:img-top: https://e.org/a.png\n:img-alt: A plot\n"
        ":link: https://e.org\nWords\n:::"
    )
    found = read(Source("x.md", f"# T\n\n{card}\n".encode()), ReadOptions())
    shown = [each.alt if isinstance(each, m.Image) else "".join(one.text for one in each.content)
             for each in iter_blocks(found.document.blocks) if isinstance(each, m.Image | m.Paragraph)]  # fmt: skip
    assert shown == ["A plot", "Above", "Title", "Words", "Below"]


def test_a_link_that_may_not_lead_there_shows_its_address_where_it_has_no_words():
    words, links, codes = made("See [](xref:book#part) and [words](xref:book).")
    assert "xref:book#part" in words and not links and codes == ["link.scheme"] * 2


def test_a_name_without_a_value_is_told():
    text = b"---\nmyst:\n  substitutions:\n    known: yes it is\n---\n{{ known }} {{ unknown }} `{{ code }}`"
    assert [note.code for note in read(Source("x.md", text), ReadOptions()).notes].count("substitution.missing") == 2


def notion(block):
    return str(write_notion(m.Document(Metadata(title="T"), (block,)), WriteOptions(flavor="notion"))[0].blocks)


def test_notion_keeps_the_words_of_a_picture_that_leads_somewhere():
    page = notion(m.Image(url="https://e.org/b.png", alt="Build state", href="https://e.org/builds"))
    assert "Build state" in page and "https://e.org/builds" in page
    badge = m.InlineImage(url="https://e.org/b.png", alt="Build state", href="https://e.org/builds")
    page = notion(m.Table((m.Row((m.Cell((badge,)),)),)))
    assert "Build state" in page and "https://e.org/builds" in page


def test_notion_keeps_links_of_frames_in_table_cells():
    page = notion(m.Table((m.Row((m.Cell(blocks=(m.Embed("https://e.org/film", title="The film"),)),)),)))
    assert "The film" in page and "https://e.org/film" in page


@pytest.mark.parametrize(
    ("text", "words", "codes"),
    [
        ("{{< odd argument >}}Words{{< /odd >}}", ["Words"], ["shortcode.unknown"]),
        ('{% tabs %}{% tab title="First" %}Words{% endtab %}{% endtabs %}', ["First", "Words"], []),
        ('{% hint style="info" %}Words{% endhint %}', ["Words"], []),
        ('<Plot data="a.json" />', [], ["html.element"]),
        ('<Plot data="a.json">Words</Plot>', ["Words"], []),
        ('<Card title="Top">\n<p>Words</p>\n</Card>', ["Words"], ["html.element"]),
    ],
)
def test_marks_of_site_generators(text, words, codes):
    blocks = read(Source("x.md", f"# T\n\n{text}\n".encode()), ReadOptions())
    shown = [each.text for each in iter_inlines(blocks.document.blocks) if isinstance(each, m.Span)]
    tabs = [tab.title for each in iter_blocks(blocks.document.blocks) if isinstance(each, m.Tabs) for tab in each.tabs]
    assert sorted([*shown, *tabs]) == sorted(words)
    assert [note.code for note in blocks.notes] == codes


@pytest.mark.parametrize(
    ("text", "shown", "codes"),
    [
        ('<object data="https://e.org/a.html"></object>', True, []),
        ('<object data="report.pdf" type="application/pdf"></object>', True, []),
        ('<object data="game.swf"></object>', False, ["html.left_out"]),
        ("<form><select><option>one</option></select></form>", False, ["html.left_out"]),
        ('<form role="search"><input></form>', False, []),
    ],
)
def test_objects_and_forms_of_a_page(text, shown, codes):
    found = read(
        Source("x.html", f"<html><body><main><h1>T</h1><p>Words.</p>{text}</main></body></html>".encode()),
        ReadOptions(),
    )
    assert any(isinstance(each, m.Embed) for each in iter_blocks(found.document.blocks)) is shown
    assert [note.code for note in found.notes] == codes


@pytest.mark.parametrize("template", ["lab", "classic", "basic"])
def test_raw_cells_of_a_notebooks_html_export_are_on_the_page(template):
    def cell(kind, source, **more):
        return {"cell_type": kind, "source": source, "metadata": {}, **more}

    code = cell("code", "1", outputs=[], execution_count=1)
    raw = [cell("raw", "Plain & raw"), cell("raw", "<b>Raw</b> markup"), cell("raw", "The end")]
    cells = [cell("markdown", "# T"), raw[0], code, raw[1], code, raw[2]]
    notebook = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})
    page = HTMLExporter(template_name=template).from_notebook_node(notebook)[0]
    blocks = read(Source("x.html", page.encode()), ReadOptions()).document.blocks
    words = " ".join(getattr(each, "text", "") for each in (*iter_inlines(blocks), *iter_blocks(blocks)))
    assert all(word in words for word in ("Plain & raw", "Raw", "markup", "The end"))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("See [the guide][guide] and [more][].", ["link.undefined"]),
        ("See [the guide][guide].\n\n[guide]: https://e.org", []),
        ("a[i][j], [1][2], x = [0][0] and `[the guide][guide]`", []),
    ],
)
def test_links_whose_address_is_nowhere_are_told(text, codes):
    assert made(text)[2] == codes


def test_a_formula_that_never_ends_does_not_take_the_text_with_it():
    assert equations("One <math><mi>a</mi> <p>two</p> <div>three</div>") == []
    words, _, _ = made("One <math><mi>a</mi> <p>two</p> <div>three</div>")
    assert all(word in words for word in ("One", "two", "three"))


@pytest.mark.parametrize(
    ("div", "place", "shown"),
    [
        ('::: {{.callout-tip title="{}"}}', "See {{< meta x >}}", "See VALUE"),
        ('::: {{.callout-tip title="{}"}}', "1. {{< meta x >}}", "1. VALUE"),
        ('::: {{.callout-tip title="{}"}}', "{{< video https://youtu.be/a >}}", "https://youtu.be/a"),
        ('::: {{.callout-tip title="{}"}}', "A{{< pagebreak >}}", "A"),
        ("::: {{.callout-tip}}\n## {}\n", "{{< meta x >}}", "VALUE"),
        ('::: {{#thm-a name="{}"}}', "See {{< meta x >}}", "See VALUE"),
        ('::: {{.proof name="{}"}}', "See {{< meta x >}}", "Proof (See VALUE). b"),
        ("::: tip {}", "See {it} now", "See {it} now"),
        ("::: tip {}", "See {{< meta x >}}", "See VALUE"),
        ("::: tip {}", "Now {.big}", "Now"),
    ],
)
def test_shortcodes_and_braces_in_titles_of_boxes_are_read(div, place, shown):
    text = f"---\ntitle: T\nsubtitle: VALUE\n---\n\n{div.format(place)}\nb\n:::\n".replace("meta x", "meta subtitle")
    found = read(Source("x.qmd", text.encode()), ReadOptions())
    (block,) = found.document.blocks
    assert text_of(block.title if isinstance(block, m.Callout) else block.content) == shown
    assert [note.code for note in found.notes] == (["embed.line"] if "video" in place else [])


def test_a_page_in_a_frame_keeps_its_words_and_opens_no_further_frames():
    inner = "<p>deep</p>"
    for _ in range(120):
        inner = "<p>a srcdoc</p><iframe SRCDOC='{}'></iframe>".format(
            inner.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
        )
    words, _, codes = made(f"<div>\n{inner}\n</div>")
    assert words.split() == ["a", "srcdoc", "a", "srcdoc"] * (len(words.split()) // 4)
    assert "deep" not in words and "embed.address" in codes


@pytest.mark.parametrize("part", ["[](javascript:x) ", "<Foo a=1>x</Foo> "])
def test_odd_tags_and_links_in_great_numbers_cost_little(part):
    began = time.process_time()
    made(part * 6_000)
    assert time.process_time() - began < 3  # each took more than 10 s
