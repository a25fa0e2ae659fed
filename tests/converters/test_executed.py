"""What executed notebooks hold beside results: loaders, players, hidden widgets, names of drawings, specifications."""

import base64
import io
import json

import pytest
from PIL import Image as Pillow

from converters.build import text_of
from converters.model import Callout, Code, Image, Interactive, Output
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
