"""Jupyter widgets: shown as they were saved, or a card."""

import base64
import io

import ipywidgets
from ipywidgets.embed import embed_data
from PIL import Image as Pillow

from converters.build import text_of
from converters.model import (
    Attachment,
    Code,
    Columns,
    Image,
    Interactive,
    Tabs,
    Toggle,
)
from converters.options import WriteOptions
from converters.writers import write
from tests.converters.test_interactive import CHART, Drawing, display, shown, words


def widgets(widget):
    state = embed_data(views=[widget])["manager_state"]
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": widget.model_id}, "text/plain": "Widget()"}
    return display(view), {"widgets": {"application/vnd.jupyter.widget-state+json": state}}


def test_widgets_are_shown_as_they_were_saved():
    w = ipywidgets
    output = w.Output()
    output.append_stdout("printed\n")
    box = w.VBox(
        [
            w.HTML("<b>Hello</b>"),
            w.HBox([w.HTML("100%"), w.FloatProgress(value=10, max=10), w.HTML("10/10")]),
            w.IntSlider(value=7, description="N:"),
            w.IntSlider(description="Zero"),
            w.Dropdown(options=["a", "b"], value="b", description="Pick"),
            w.SelectMultiple(options=["p", "q", "r"], value=["p", "r"]),
            w.FloatRangeSlider(value=[1, 2.5], description="Range"),
            w.Checkbox(value=True, description="on"),
            w.Password(value="secret", description="Key"),
            w.Tab([w.Label("one"), w.Text("t", description="T")], titles=["First", "Second"]),
            w.Accordion([w.Label("inside")], titles=["More"]),
            w.HBox([w.Image(value=picture(), format="png"), w.Label("beside")]),
            output,
        ]
    )
    view, metadata = widgets(box)
    blocks, document, notes = shown(view, view, metadata=metadata)
    text = words(blocks)
    for expected in (
        "Hello",
        "100%   ██████████   10/10",
        "N: 7",
        "Zero: 0",
        "Pick: b",
        "p, r",
        "Range: 1 – 2.5",
        "☑ on",
        "Key: ••••",
    ):
        assert expected in text
    assert "secret" not in text
    (tabs, *_) = [block for block in blocks if isinstance(block, Tabs)]
    assert [tab.title for tab in tabs.tabs] == ["First", "Second"]
    assert any(isinstance(block, Toggle) and text_of(block.title) == "More" for block in blocks)
    assert any(isinstance(block, Columns) for block in blocks)
    assert any(isinstance(block, Code) and block.text == "printed" for block in blocks)
    assert sum(isinstance(block, Attachment) for block in blocks) == 1  # the state, once for both
    assert {note.code for note in notes} == {"output.widget_static"}
    assert "secret" not in write(document, "confluence", WriteOptions())[0].body


def picture():
    out = io.BytesIO()
    Pillow.new("RGB", (30, 20), "green").save(out, "PNG")
    return out.getvalue()


def test_widgets_without_state_are_a_card_and_progress_bars_their_text():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}
    (card, bar), _, notes = shown(
        display({**view, "text/plain": "IntSlider(value=0)"}), display({**view, "text/plain": " 50%|█████     | 1/2"})
    )
    assert isinstance(card, Interactive) and "open the notebook" in words(card.fallback)
    assert isinstance(bar, Code) and "1/2" in bar.text
    assert [note.kind for note in notes] == ["degraded", "degraded"]


def test_figures_inside_of_widgets_are_figures():
    def saved(state):
        model = {"model_name": "FigureModel", "model_module": "anywidget", "state": state}
        return {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"m": model}}}}

    view = display({"application/vnd.jupyter.widget-view+json": {"model_id": "m"}})
    (one,), _, _ = shown(view, metadata=saved({"_widget_data": [{"y": [1]}], "_widget_layout": {}}), renderer=Drawing())
    assert one.library == "plotly"
    (two,), _, _ = shown(view, metadata=saved({"spec": CHART.to_dict()}))
    assert two.library == "vega-lite" and two.picture is not None
    url = "data:image/png;base64," + base64.b64encode(picture()).decode()
    (three, *_), _, _ = shown(view, metadata=saved({"_data_url": url}))
    assert isinstance(three, Image)


def test_widgets_that_contain_themselves_end():
    model = {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_m", "IPY_MODEL_m"]}}
    state = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"m": model}}}}
    (block,), _, _ = shown(display({"application/vnd.jupyter.widget-view+json": {"model_id": "m"}}), metadata=state)
    assert isinstance(block, Interactive)
