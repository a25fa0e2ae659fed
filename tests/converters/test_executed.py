"""What executed notebooks hold beside results: loaders, players, hidden widgets, names of drawings, specifications."""

import base64
import io
import json

import pytest
from PIL import Image as Pillow

from converters.build import text_of
from converters.model import Callout, Code, Image, InlineMath, Interactive, ListBlock, Mark, Math, Output, Table
from converters.options import NoFiles, ReadOptions, Source, TransformOptions
from converters.readers.ipynb import read_ipynb
from converters.transforms import apply
from converters.walk import iter_inlines

PANEL = '{"type":"object","name":"panel.models.browser.BrowserInfo","id":"p1"}'
COMM = '{"type":"object","name":"panel.models.comm_manager.CommManager","id":"p2","attributes":{"plot_id":"p1"}}'
WIDGETS = "application/vnd.jupyter.widget-state+json"


def png(color):
    out = io.BytesIO()
    Pillow.new("RGB", (30, 20), color).save(out, "PNG")
    return out.getvalue()


def b64(data):
    return base64.b64encode(data).decode()


def display(**data):
    return {"output_type": "display_data", "data": {k.replace("_", "/", 1): v for k, v in data.items()}, "metadata": {}}


def result(text):
    return {"output_type": "execute_result", "execution_count": 1, "data": {"text/plain": text}, "metadata": {}}


def shown(*outputs, metadata=None):
    """Blocks, document and codes of notes of one cell with these outputs."""
    cell = {"cell_type": "code", "source": "1", "outputs": list(outputs), "metadata": {}, "execution_count": 1}
    nb = {"cells": [cell], "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}
    read = read_ipynb(Source("a.ipynb", json.dumps(nb).encode()), ReadOptions())
    done = apply(read, TransformOptions(target="confluence", code="omit", anatomy=False), NoFiles())
    blocks = [b for block in done.document.blocks for b in (block.blocks if isinstance(block, Output) else (block,))]
    return blocks, done.document, [note.code for note in done.notes]


def bokeh_document(*roots):
    docs = '{"d":{"version":"3.9.2","roots":[' + ",".join(roots) + '],"defs":[{"type":"model","name":"FlexBox1"}]}}'
    return (
        f'<div id="p1"></div><script>(function(root) {{ var docs_json = {docs};\n'
        'var render_items = [{"docid":"d","roots":{"p1":"p1"}}]; })(window);</script>'
    )


@pytest.mark.parametrize(
    "output",
    [
        {"application/vnd.holoviews_load.v0+json": "x", "application/javascript": "var element = root.Bokeh; d3.x"},
        {"application/vnd.holoviews_exec.v0+json": "", "text/html": bokeh_document(PANEL, COMM)},
        {"text/html": f'<div class="logo-block"><img src="data:image/png;base64,{b64(png("red"))}"></div>'},
        {"text/html": "<noscript>This is the <code>init_notebook_mode</code> cell from ITables v2</noscript>"},
    ],
    ids=["script", "panel", "logos", "itables"],
)
def test_what_loads_a_library_shows_nothing_and_says_so(output):
    blocks, _, notes = shown({"output_type": "display_data", "data": output, "metadata": {}})
    assert blocks == []
    assert notes == ["output.loader"]


def test_a_figure_of_panel_is_no_loader():
    root = '{"type":"object","name":"panel.models.layout.Column","id":"p3"}'
    blocks, _, _ = shown({**display(text_html=bokeh_document(PANEL, root))})
    assert [type(block) for block in blocks] == [Interactive]


def test_an_animation_s_player_is_its_last_picture_and_a_page_that_works_offline():
    frames = "".join(
        f'  frames[{n}] = "data:image/png;base64,{b64(png(color))[:40]}\\\n{b64(png(color))[40:]}"\n'
        for n, color in enumerate(("red", "green", "blue"))
    )
    player = (
        '<link rel="stylesheet" href="https://maxcdn.bootstrapcdn.com/font-awesome/4.4.0/css/font-awesome.min.css">'
        '<div class="animation"><img id="i"><button><i class="fa fa-play"></i></button></div>'
        f"<script>var frames = new Array(3);\n{frames}\nnew Animation(frames, 'i', 's', 200.0, 'l');</script>"
    )
    (figure,), document, notes = shown(display(text_html=player, text_plain="<IPython.core.display.HTML object>"))
    assert isinstance(figure, Interactive)
    assert document.assets[figure.picture.asset].data == png("blue")
    assert (figure.picture.width, figure.picture.height, figure.picture.alt) == (30, 20, "Animation")
    page = document.assets[figure.html].data.decode()
    assert "works offline" in figure.title and "https:" not in page and '.fa-play::before{content:"▶"}' in page
    assert notes == []


def test_a_player_without_a_picture_that_can_be_read_is_a_page():
    player = '<div><img id="i"></div><script>frames[0] = "data:image/png;base64,!"\nnew Animation(frames)</script>'
    (figure,), _, _ = shown(display(text_html=player))
    assert isinstance(figure, Interactive) and figure.picture is None and figure.html


DRAWINGS = [
    "<Axes: xlabel='tenure', ylabel='Count'>",
    "<Axes: title={'center': 'Share (%)'}>",
    "<AxesSubplot:>",
    "[<matplotlib.lines.Line2D at 0x7fa66e732d90>]",
    "[<matplotlib.lines.Line2D at 0x7fa66e732d90>,\n <matplotlib.lines.Line2D at 0x7fa66e732e90>]",
    "<seaborn.axisgrid.FacetGrid at 0x7f0>",
    "<sklearn.metrics._plot.roc_curve.RocCurveDisplay at 0x7f0>",
    "<matplotlib.legend.Legend object at 0x7f0>",
    "<BarContainer object of 3 artists>",
    "Text(0.5, 1.0, 'A title (in %), isn\\'t it')",
    "[Text(-1.5e-3, 0.98, \"it's\"), Text(0, 0, '')]",
    "(<Figure size 640x480 with 1 Axes>, <Axes: >)",
    "array([[<Axes: >, <Axes: >],\n       [<Axes: >, <Axes: >]], dtype=object)",
]
WORTH_READING = [
    "(array([1., 2.]), array([0., 1., 2.]), <BarContainer object of 2 artists>)",
    "Text(0.5, 1.0, 'a') and more",
    "<Axes: > 42",
    "<Account: 7>",
    "[]",
    "()",
    "'<Axes: >'",
    "3.14",
]


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_name_of_a_drawing_is_not_shown_beside_its_picture(name):
    blocks, _, notes = shown(result(name), display(image_png=b64(png("red"))))
    assert [type(block) for block in blocks] == [Image]
    assert notes == ["output.drawing"]


@pytest.mark.parametrize("text", WORTH_READING)
def test_other_results_stay_beside_a_picture(text):
    (listing, picture), _, notes = shown(result(text), display(image_png=b64(png("red"))))
    assert (listing.text, type(picture), notes) == (text, Image, [])


def test_the_name_of_a_drawing_stays_where_there_is_no_picture():
    (listing,), _, notes = shown(result("<Axes: >"))
    assert (listing.text, notes) == ("<Axes: >", [])


def widget(name):
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {
            "application/vnd.jupyter.widget-view+json": {"model_id": name, "version_major": 2},
            "text/plain": "inner:   0%|          | 0/3 [00:00<?, ?it/s]",
        },
    }


def state(**models):
    made = {
        name: {"model_name": f"{kind}Model", "model_module": "@jupyter-widgets/base", "state": values}
        for name, (kind, values) in models.items()
    }
    return {"widgets": {WIDGETS: {"state": made, "version_major": 2, "version_minor": 0}}}


@pytest.mark.parametrize("layout", [{"visibility": "hidden"}, {"display": "none"}])
def test_a_hidden_widget_shows_nothing(layout):
    models = state(
        bar=("HBox", {"children": ["IPY_MODEL_text"], "layout": "IPY_MODEL_look"}),
        text=("Label", {"value": "inner"}),
        look=("Layout", layout),
    )
    blocks, _, notes = shown(widget("bar"), metadata=models)
    assert (blocks, notes) == ([], ["output.widget_hidden"])


def test_a_hidden_widget_leaves_its_neighbours():
    models = state(
        box=("VBox", {"children": ["IPY_MODEL_one", "IPY_MODEL_two"]}),
        one=("Label", {"value": "seen"}),
        two=("Label", {"value": "unseen", "layout": "IPY_MODEL_look"}),
        look=("Layout", {"visibility": "hidden"}),
    )
    blocks, _, notes = shown(widget("box"), metadata=models)
    assert text_of(iter_inlines(tuple(blocks[:1]))) == "seen"
    assert "unseen" not in text_of(iter_inlines(tuple(blocks)))
    assert notes == ["output.widget_hidden", "output.widget_static"]


def test_a_figure_s_specification_is_no_text_for_readers():
    spec = json.dumps({"layers": list(range(40))}, indent=1)
    frame = "<iframe srcdoc=\"<html><script src='https://x.org/deckgl.js'></script><div></div></html>\"></iframe>"
    (figure,), document, _ = shown(display(text_html=frame, text_plain=spec))
    assert figure.html in document.assets
    (card,) = figure.fallback
    assert isinstance(card, Callout) and "layers" not in repr(card)


def test_a_figure_s_long_text_is_folded_and_whole():
    text = "\n".join(f"row {number} of the figure" for number in range(300))
    (figure,), _, _ = shown(
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"application/vnd.vega.v9+json": {}, "text/plain": text},
        }
    )
    card, listing = figure.fallback
    assert isinstance(card, Callout) and isinstance(listing, Code)
    assert (listing.text, listing.folded, listing.title) == (text, True, "The figure as text (300 lines)")


def test_a_finished_progress_bar_is_a_line_without_a_file_or_a_note():
    models = state(
        bar=("HBox", {"children": ["IPY_MODEL_left", "IPY_MODEL_done", "IPY_MODEL_right"]}),
        left=("HTML", {"value": "Epoch: 100%"}),
        done=("FloatProgress", {"value": 5.0, "max": 5.0}),
        right=("HTML", {"value": " 5/5 [00:01<00:00]"}),
    )
    (line,), _, notes = shown(widget("bar"), metadata=models)
    assert text_of(line.content).replace("\xa0", " ").split() == ["Epoch:", "100%", "█" * 10, "5/5", "[00:01<00:00]"]
    assert notes == []


EMPTY_FRAME = (
    '<table class="dataframe"><thead><tr style="text-align: right;"><th></th></tr></thead><tbody></tbody></table>'
)


def test_a_table_of_nothing_yields_to_its_text():
    bundle = display(text_html=EMPTY_FRAME, text_plain="Empty DataFrame\nColumns: []\nIndex: []")
    (listing,), _, notes = shown(bundle)
    assert (listing.text, notes) == ("Empty DataFrame\nColumns: []\nIndex: []", [])
    (table,), _, _ = shown(display(text_html=EMPTY_FRAME))
    assert isinstance(table, Table)


def cells(table):
    return [[text_of(cell.content) for cell in row.cells] for row in table.rows]


@pytest.mark.parametrize(
    ("kind", "text"), [("text_csv", 'n,v\n"a, b",1\nc\n'), ("text_tab-separated-values", "n\tv\na, b\t1\nc")]
)
def test_separated_values_are_a_table(kind, text):
    (table,), _, notes = shown(display(**{kind: text, "text_plain": "<object>"}))
    assert cells(table) == [["n", "v"], ["a, b", "1"], ["c", ""]]
    assert (table.header_rows, table.rows[1].cells[1].align, notes) == (1, "right", [])


def test_separated_values_beside_other_forms_give_way():
    (table,), _, _ = shown(display(text_csv="n\n1", text_html="<table><tr><td>own</td></tr></table>"))
    assert cells(table) == [["own"]]


@pytest.mark.parametrize("text", ["," * 60_000 + "\n" + "a\n" * 60_000, "x" * 190_000, "a,b\n" * 60_000])
def test_separated_values_that_are_no_table_for_a_page_are_text(text):
    blocks, _, _ = shown(display(text_csv=text))
    assert isinstance(blocks[0], Code)


def styled(css, value="2"):
    return display(
        text_html=f'<style>#T_1_row0_col0 {{{css}}}</style><table id="T_1"><tr><td id="T_1_row0_col0">{value}</td></tr></table>'
    )


def test_bold_and_italic_of_a_styler_stay():
    (table,), _, notes = shown(styled("font-weight: bold; font-style: italic; color: red"))
    (span,) = table.rows[0].cells[0].content
    assert (span.text, span.marks, notes) == ("2", frozenset({Mark.STRONG, Mark.EM}), [])


def test_bars_of_a_styler_are_told_once_a_table():
    css = "width: 10em; background: linear-gradient(90deg, #d65f5f 50.0%, transparent 50.0%);"
    (table,), _, notes = shown(styled(css))
    assert (cells(table), notes) == ([["2"]], ["table.bars"])


def test_names_of_columns_beside_an_empty_corner_are_a_header():
    rows = "<tr><td></td><th>coef</th><th>std err</th></tr><tr><th>x</th><td>-0.16</td><td>0.07</td></tr>"
    (table,), _, _ = shown(display(text_html=f'<table class="simpletable">{rows}</table>'))
    assert (table.header_rows, table.header_columns) == (1, 1)
    assert [cell.align for cell in table.rows[1].cells] == [None, "right", "right"]


def test_equations_of_a_widget_are_equations():
    models = state(line=("HTMLMath", {"value": "<b>Area</b> $x^2$", "description": "f"}))
    blocks, _, _ = shown(widget("line"), metadata=models)
    math = [inline for inline in iter_inlines(tuple(blocks)) if isinstance(inline, InlineMath)]
    assert [inline.tex for inline in math] == ["x^2"]


DATABRICKS = "application/vnd.databricks.v1+cell"


def test_commands_of_databricks_are_text_titles_and_languages():
    def command(source, **block):
        metadata = {DATABRICKS: {"nuid": "1", **block}} if block else {}
        return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}

    cells = [
        command(["%md\n", "## Findings\n", "* a"], showTitle=False),
        command("%md Older *exports* say nothing more"),
        command("%sql\nselect 1", showTitle=True, title="Load"),
        command("%matplotlib inline\nx = 1"),
    ]
    nb = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 0}
    blocks = read_ipynb(Source("a.ipynb", json.dumps(nb).encode()), ReadOptions()).document.blocks
    heading, bullets, text, sql, python = blocks
    assert (text_of(heading.content), type(bullets)) == ("Findings", ListBlock)
    assert text_of(text.content) == "Older exports say nothing more"
    assert (sql.text, sql.language, sql.title) == ("select 1", "sql", "Load")
    assert (python.text, python.language) == ("%matplotlib inline\nx = 1", "python")


def test_latex_that_is_no_equation_is_shown_where_nothing_else_says_it():
    table = r"\\begin{tabular}{ll} a & b \\end{tabular}"
    (listing,), _, notes = shown(display(text_latex=table, text_plain="<IPython.core.display.Latex object>"))
    assert (listing.text, listing.language, notes) == (table, "latex", ["output.latex"])


def equations(html):
    blocks, _, _ = shown(display(text_html=html))
    inline = [part.tex for part in iter_inlines(tuple(blocks)) if isinstance(part, InlineMath)]
    return inline + [block.tex for block in blocks if isinstance(block, Math)]


@pytest.mark.parametrize(
    ("html", "tex"),
    [
        (r"<p>so $y=\beta_0$, at $5 or $10</p>", [r"y=\beta_0"]),
        (r"<p>so \(a\) and $b$</p>", ["a", "b"]),
        (r"<p>$$\sum_i x_i$$</p>", [r"\sum_i x_i"]),
        (r"<p>\[x\]</p>", ["x"]),
        (r"<p>\( \) $$ $$</p><p>$$ $$</p>", []),
        (r"<p>\( \) and $$ $$</p><p>$$ $$</p>", []),
        (r"<table><tr><th>$\alpha$</th><td>1</td></tr></table>", [r"\alpha"]),
        (r'<table class="mathjax_ignore"><tr><th>$\alpha$</th></tr></table>', []),
        ("<p>between $5 and $10, or $5-$10, $5=$6</p>", []),
        ("<p><code>$x^2$</code> $HOME_DIR:$PATH $USD a$</p>", []),
    ],
)
def test_equations_of_html_outputs_are_equations_and_money_is_money(html, tex):
    assert equations(html) == tex
