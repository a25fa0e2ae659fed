"""Interactive outputs: one picture and one standalone page each, a card and a note where there is neither."""

import base64
import io
import json
import pickle

import bokeh
import folium
import pandas as pd
import plotly.graph_objects as go
import plotly.io
import pytest
from altair import Chart
from bokeh.embed.notebook import notebook_content
from bokeh.plotting import figure as bokeh_figure
from PIL import Image as Pillow

from bridge.browser import ChromiumRenderer
from converters.build import text_of
from converters.model import (
    Callout,
    Interactive,
    Output,
    Paragraph,
    Table,
)
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers.ipynb import read_ipynb
from converters.transforms import apply
from converters.transforms.interactive import bokeh as bokeh_module
from converters.transforms.interactive import plotly as plotly_module
from converters.walk import iter_blocks, iter_inlines
from converters.writers import write

PNG = b"\x89PNG\r\n\x1a\n"


class Drawing:
    """A renderer that draws a picture of the asked size and remembers the pages."""

    def __init__(self, *, blank=False):
        self.pages = []
        self.blank = blank

    def picture(self, page, width, height):
        self.pages.append(page)
        if self.blank:
            return None
        out = io.BytesIO()
        Pillow.new("RGB", (2 * width, 2 * height), "navy").save(out, "PNG")
        return out.getvalue()


class Folder(NoFiles):
    """Files by their path."""

    def __init__(self, **files):
        self.files = {name.replace("__", "."): data for name, data in files.items()}

    def read(self, path):
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path]


def display(data, metadata=None):
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


def shown(*outputs, metadata=None, files=None, **options):
    """Blocks, document and notes of a notebook with a cell for each output."""
    cells = [
        {"cell_type": "code", "source": "1", "outputs": [output], "metadata": {}, "execution_count": 1}
        for output in outputs
    ]
    nb = {"cells": cells, "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}
    read = read_ipynb(Source("a.ipynb", json.dumps(nb).encode()), ReadOptions())
    options = TransformOptions(**{"target": "confluence", "code": "omit", "anatomy": False, **options})
    result = apply(read, options, files or NoFiles())
    blocks = [b for block in result.document.blocks for b in (block.blocks if isinstance(block, Output) else (block,))]
    return blocks, result.document, result.notes


def words(blocks):
    return text_of(iter_inlines(tuple(blocks)))


def page_of(figure, document):
    return document.assets[figure.html].data.decode()


FIGURE = go.Figure(
    go.Scatter(x=[1, 2], y=[2, 1]), layout={"title": {"text": "a </script> b"}, "width": 640, "height": 360}
)
PLOTLY_JSON = {"application/vnd.plotly.v1+json": json.loads(FIGURE.to_json())}
PLOTLY_HTML = {"text/html": plotly.io.to_html(FIGURE, full_html=False, include_plotlyjs=False)}


def test_a_plotly_figure_in_each_form_is_one_picture_and_one_page():
    drawing = Drawing()
    (one, two), document, notes = shown(display(PLOTLY_JSON), display(PLOTLY_HTML), renderer=drawing)
    assert isinstance(one, Interactive)
    assert (one.html, one.picture.asset) == (two.html, two.picture.asset)
    assert (one.picture.width, one.picture.height, one.picture.alt) == (640, 360, "a b")
    assert document.assets[one.picture.asset].width == 1280
    page = page_of(one, document)
    assert "plotly.js v" in page and "<script src=" not in page and "works offline" in one.title
    assert page.count("</script>") == 2 and "a \\u003c/script> b" in page
    assert not notes


def test_the_notebook_s_own_picture_comes_first():
    drawing = Drawing()
    out = io.BytesIO()
    Pillow.new("RGB", (30, 20), "red").save(out, "PNG")
    png = base64.b64encode(out.getvalue()).decode()
    (figure,), document, notes = shown(display({**PLOTLY_JSON, "image/png": png}), renderer=drawing)
    assert document.assets[figure.picture.asset].data == out.getvalue()
    assert drawing.pages == [] and not notes


def test_without_a_browser_there_is_a_card_a_page_and_a_note():
    (figure,), _, (note,) = shown(display(PLOTLY_JSON))
    assert figure.picture is None and figure.html
    assert isinstance(figure.fallback[0], Callout) and "download the attached page" in words(figure.fallback)
    assert note.code == "output.interactive" and "Chrome" in note.text


def test_without_its_package_the_page_says_that_it_needs_the_internet(monkeypatch):
    monkeypatch.setattr(plotly_module, "package_text", lambda *_: "")
    drawing = Drawing()
    (figure,), document, (note,) = shown(display(PLOTLY_JSON), renderer=drawing)
    assert "needs the internet" in figure.title and "https://cdn.plot.ly/" in page_of(figure, document)
    assert drawing.pages == [] and figure.picture is None
    assert "nbwiki[plots]" in note.text


def test_attach_is_off():
    (figure,), _, notes = shown(display(PLOTLY_JSON), renderer=Drawing(), attach_interactive=False)
    assert figure.html is None and figure.picture is not None
    assert [note.code for note in notes] == ["output.interactive"]


def test_maps_are_not_drawn_without_their_tiles():
    map_ = {"application/vnd.plotly.v1+json": {"data": [{"type": "choropleth", "locations": ["DEU"], "z": [1]}]}}
    drawing = Drawing()
    (figure,), _, (note,) = shown(display(map_), renderer=drawing)
    assert figure.picture is None and drawing.pages == [] and "map comes from the internet" in note.text


@pytest.mark.parametrize(
    "script",
    [
        'Plotly.newPlot("a", [{"y": [1, 3]}], {"width": 500}, {"showLink": true, "linkText": "Export to plot.ly"})',
        "require(['plotly'], function(Plotly) { Plotly.plot('a', [{\"y\": [1, 3]}], {\"width\": 500}) });",
        'Plotly.newPlot(document.getElementById("a"), {"data": [{"y": [1, 3]}], "layout": {"width": 500}})',
        'var data = [{"y": [1, 3]}]; var layout = {"width": 500}; Plotly.newPlot(element, data, layout);',
    ],
)
def test_plotly_calls_of_all_ages(script):
    (figure,), document, _ = shown(
        display({"text/html": f'<div id="a"></div><script>{script}</script>'}), renderer=Drawing()
    )
    assert figure.library == "plotly" and figure.picture.width == 500
    assert '[{"y":[1,3]}]' in page_of(figure, document) and "Export to" not in page_of(figure, document)


def test_plotly_loaders_are_no_figures():
    blocks, _, notes = shown(display({"text/html": "<script>window.PlotlyConfig = {}; require(['plotly'])</script>"}))
    assert blocks == [] and notes[-1].code == "output.empty_html"


FLOT = 'require(["//cdnjs.cloudflare.com/flot.js"], function() { $.plot("#4ad544ff-a161", [[[0, 1]]]); });'


@pytest.mark.parametrize(
    ("mime", "script", "library"),
    [
        ("application/javascript", 'element.append("<b>42</b>")', "JavaScript"),
        ("application/javascript", "element.innerHTML = 42", "JavaScript"),
        ("text/javascript", "$(element).html(42)", "JavaScript"),
        ("application/javascript", FLOT, "JavaScript"),
        ("application/javascript", 'd3.select("#here").append("svg")', "D3"),
        ("text/html", '<script>document.write("42")</script>', "JavaScript"),
        ("text/html", "<style>b {}</style><script>document.getElementById('x').innerHTML = 42;</script>", "JavaScript"),
    ],
)
def test_what_only_a_script_draws_leaves_a_card_and_one_note(mime, script, library):
    name = "<IPython.core.display.Javascript object>"
    (figure,), _, notes = shown(display({mime: script, "text/plain": name}))
    assert isinstance(figure, Interactive) and figure.library == library
    (card,) = figure.fallback
    assert words((card,)) == f"Interactive figure ({library}): open the notebook to use it."
    assert [note.code for note in notes] == ["output.interactive"]
    (figure,), _, _ = shown(display({mime: script, "text/plain": "a = 42"}))
    assert "a = 42" in str(figure.fallback)


@pytest.mark.parametrize(
    ("mime", "script"),
    [
        ("application/javascript", "d3.scale.range('#ffcc00')"),
        ("application/javascript", "alert('hi'); console.log('hi')"),
        ("application/javascript", "$.getScript('//cdnjs.cloudflare.com/d3.v3.min.js')"),
        ("application/javascript", "IPython.OutputArea.auto_scroll_threshold = 9999;"),
        ("application/javascript", "$('#notebook-container').css('width', '90%'); $('div.input').hide()"),
        ("application/javascript", "var s = document.createElement('script'); document.head.appendChild(s);"),
        ("application/javascript", "(function (f) { define.amd && define(f); element.append(1) })()"),
        ("text/html", "<script>requirejs.config({paths: {plotly: ['https://cdn.plot.ly/a']}});</script>"),
        ("text/html", '<script src="https://code.highcharts.com/highcharts.js"></script>'),
        ("text/html", "<style>.a { color: red }</style>"),
    ],
)
def test_what_only_loads_or_restyles_leaves_no_card(mime, script):
    blocks, _, notes = shown(display({mime: script, "text/plain": "<IPython.core.display.Javascript object>"}))
    assert blocks == [] and [note.code for note in notes] in (["output.javascript"], ["output.empty_html"])


CHART = Chart(pd.DataFrame({"a": ["x", "y"], "b": [1, 3]}), title="Bars").mark_bar().encode(x="a", y="b")


def test_an_altair_chart_in_each_form_is_one_picture_and_one_page():
    bundle = CHART._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    (one, two, three), document, notes = shown(
        display(bundle), display({"text/html": bundle["text/html"]}), display({"text/html": CHART.to_html()})
    )
    assert one.library == "vega-lite" and not notes
    assert one.html == two.html and {one.picture.asset} == {two.picture.asset, three.picture.asset}
    page = page_of(one, document)
    assert "<script src=" not in page and "vegaEmbed(" in page and len(page) > 500_000


@pytest.mark.parametrize("version", ["v1", "v2", "v3", "v4", "v5", "v6"])
def test_vega_lite_of_all_versions_is_drawn(version):
    specification = {
        "$schema": f"https://vega.github.io/schema/vega-lite/{version}.json",
        "data": {"values": [{"a": 1}, {"a": 2}]},
        "mark": "point",
        "encoding": {"x": {"field": "a", "type": "quantitative"}},
        "config": {"view": {"width": 300, "height": 100}},
    }
    (figure,), _, notes = shown(display({f"application/vnd.vegalite.{version}+json": specification}))
    assert figure.picture is not None and not notes


def test_vega_itself_is_drawn():
    mark = {
        "type": "rect",
        "encode": {"enter": {"width": {"value": 50}, "height": {"value": 50}, "fill": {"value": "red"}}},
    }
    specification = {
        "$schema": "https://vega.github.io/schema/vega/v3.json",
        "width": 100,
        "height": 80,
        "marks": [mark],
    }
    (figure,), _, notes = shown(display({"application/vnd.vega.v3+json": specification}))
    assert figure.library == "vega" and figure.picture.width >= 100 and not notes


def test_data_elsewhere_are_not_fetched_and_those_beside_the_notebook_are_read():
    chart = {"mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"}}}
    away = {"application/vnd.vegalite.v5+json": {**chart, "data": {"url": "https://example.com/d.json"}}}
    beside = {"application/vnd.vegalite.v5+json": {**chart, "data": {"url": "d.csv"}}}
    (one, two), document, notes = shown(display(away), display(beside), files=Folder(d__csv=b"a\n1\n2\n"))
    assert one.picture is None and "not fetched" in notes[0].text
    assert two.picture is not None and "a\\n1\\n2\\n" in page_of(two, document) and len(notes) == 1


def bokeh_outputs():
    plot = bokeh_figure(width=400, height=200, title="t")
    plot.line([1, 2], [1, 2])
    script, div, _ = notebook_content(plot)
    exec_ = {"application/javascript": script, "application/vnd.bokehjs_exec.v0+json": ""}
    return display({"text/html": div}), display(exec_)


def test_a_bokeh_figure_is_one_picture_and_one_page_and_its_place_is_quiet():
    (figure,), document, notes = shown(*bokeh_outputs(), renderer=Drawing())
    page = page_of(figure, document)
    assert (figure.library, figure.picture.width, figure.picture.height) == ("bokeh", 400, 200)
    assert "works offline" in figure.title and "Bokeh.embed.embed_items(" in page and "<script src=" not in page
    assert not notes


def test_bokeh_of_another_age_needs_the_internet_and_names_what_to_install(monkeypatch):
    monkeypatch.setattr(bokeh_module, "version_of", lambda _: "2.4.3")
    (figure,), document, (note,) = shown(*bokeh_outputs(), renderer=Drawing())
    assert f"https://cdn.bokeh.org/bokeh/release/bokeh-{bokeh.__version__}.min.js" in page_of(figure, document)
    assert "needs the internet" in figure.title and f"bokeh>={bokeh.__version__}" in note.text


def test_a_bokeh_page_that_draws_nothing_is_not_called_one_that_works_offline():
    (figure,), document, (note,) = shown(*bokeh_outputs(), renderer=Drawing(blank=True))
    assert "needs the internet" in figure.title and "https://cdn.bokeh.org/" in page_of(figure, document)
    assert "without a picture" in note.text


def test_bokeh_s_loaders_leave_nothing_on_the_page():
    load = {"application/javascript": "(function(root) { root._bokeh_onload_callbacks; element })(window)"}
    banner = '<div class="bk-root"><a class="bk-logo"></a><span id="1">Loading BokehJS ...</span></div>'
    blocks, _, notes = shown(
        display({**load, "application/vnd.bokehjs_load.v0+json": ""}), display({"text/html": banner}), display(load)
    )
    assert blocks == [] and {note.kind for note in notes} == {"dropped"}


def test_a_folium_map_is_a_whole_page_that_says_what_it_needs():
    drawing = Drawing()
    (figure,), document, (note,) = shown(display({"text/html": folium.Map([50, 10])._repr_html_()}), renderer=drawing)
    assert figure.library == "leaflet" and drawing.pages == []
    assert page_of(figure, document).startswith("<!DOCTYPE html>") and "needs the internet" in figure.title
    assert "Leaflet" in words(figure.fallback) and note.code == "output.interactive"


SELF_CONTAINED = "<!DOCTYPE html><html><body><canvas id=c></canvas><script>c.getContext('2d')</script></body></html>"


@pytest.mark.parametrize(
    "frame",
    [
        "<iframe width=300 height=200 srcdoc='{}'></iframe>".format(SELF_CONTAINED.replace("'", "&#39;")),
        f'<iframe width="300" height="200" src="data:text/html;base64,{base64.b64encode(SELF_CONTAINED.encode()).decode()}"></iframe>',
        '<iframe width="300" height="200" src="plot.html"></iframe>',
    ],
)
def test_pages_inside_of_frames_are_attached_whole(frame):
    files = Folder(plot__html=SELF_CONTAINED.encode())
    (figure,), document, notes = shown(display({"text/html": frame}), renderer=Drawing(), files=files)
    assert page_of(figure, document) == SELF_CONTAINED and (figure.picture.width, figure.picture.height) == (300, 200)
    assert not notes


def test_frames_reach_no_file_outside():
    blocks, document, _ = shown(display({"text/html": '<iframe src="../secret.html"></iframe>'}), files=Folder())
    assert not any(isinstance(block, Interactive) for block in blocks) and not document.assets


def test_a_page_without_scripts_is_read_and_not_downloaded():
    page = "<html><body><h2>Head</h2><p>Text</p><script> </script></body></html>"
    frame = f'<iframe src="data:text/html;base64,{base64.b64encode(page.encode()).decode()}"></iframe>'
    blocks, _, _ = shown(display({"text/html": frame}))
    assert "Text" in words(blocks) and not any(isinstance(block, Interactive) for block in blocks)


def test_a_script_whose_library_another_cell_loads_has_no_page_that_would_not_work():
    html = "<div id='x'></div><script>Highcharts.chart('x', {})</script>"
    (figure,), _, (note,) = shown(display({"text/html": html}), renderer=Drawing())
    assert figure.html is None and figure.fallback and "another cell" in note.text


def htmlwidget(kind, x):
    data = json.dumps({"x": x})
    return (
        f'<!DOCTYPE html><html><body><div id="htmlwidget-1" class="{kind} html-widget" style="width:600px;height:400px;">'
        f'</div><script type="application/json" data-for="htmlwidget-1">{data}</script></body></html>'
    )


def test_r_widgets_plotly_as_plotly_and_tables_as_tables():
    x = {"data": [{"y": [1, 2]}], "layout": {}}
    table = {
        "data": [["a", "b"], [1.5, None]],
        "container": "<table><thead><tr><th>Name</th><th>Value</th></tr></thead></table>",
        "caption": "<caption>Sizes</caption>",
    }
    (figure, shown_table), _, _ = shown(
        display({"text/html": htmlwidget("plotly", x)}),
        display({"text/html": htmlwidget("datatables", table)}),
        renderer=Drawing(),
    )
    assert figure.library == "plotly" and (figure.picture.width, figure.picture.height) == (600, 400)
    assert isinstance(shown_table, Table)
    assert [[text_of(cell.content) for cell in row.cells] for row in shown_table.rows] == [
        ["Name", "Value"],
        ["a", "1.5"],
        ["b", ""],
    ]
    assert (shown_table.columns[1].align, text_of(shown_table.caption)) == ("right", "Sizes")


def test_tables_of_gaps_take_no_memory():
    gaps = [[0] * 20_000, *([[]] * 20_000)]
    itable = f'<table class="itables"></table><script>const dt_args = {json.dumps({"data": gaps})}</script>'
    for data in (itable, htmlwidget("datatables", {"data": gaps})):
        (one,), _, notes = shown(display({"text/html": data}))
        assert isinstance(one, Interactive)
        assert "lengths" in notes[0].text


def test_itables_are_tables():
    arguments = {
        "data_json": '[["x", ["1.5", 1.5]], ["y", 2]]',
        "table_html": "<table><thead><tr><th>k</th><th>b</th></tr></thead></table>",
    }
    html = (
        '<table id="itables_1"><tbody><tr><td>Loading ITables</td></tr></tbody></table><script type="module">'
        f"let dt_args = {json.dumps(arguments)};\nnew ITable(table, dt_args);</script>"
    )
    (table,), _, _ = shown(display({"text/html": html}))
    assert [[text_of(cell.content) for cell in row.cells] for row in table.rows] == [
        ["k", "b"],
        ["x", "1.5"],
        ["y", "2"],
    ]


def test_both_writers_show_picture_and_file_once():
    for target, options in (("confluence", WriteOptions()), ("notion", WriteOptions(flavor="notion"))):
        _, document, _ = shown(display(PLOTLY_JSON), display(PLOTLY_HTML), renderer=Drawing(), target=target)
        rendered, _ = write(document, target, options)
        assert sorted(asset.mime for asset in rendered.assets) == ["image/png", "text/html"]
        text = rendered.body or json.dumps(rendered.blocks)
        assert text.count("download it and open it in a browser (works offline)") == 2
        assert (".html.txt" in text) == (target == "notion")


def test_options_with_a_renderer_travel_to_other_processes():
    options = TransformOptions(renderer=ChromiumRenderer("/usr/bin/chromium"))
    assert pickle.loads(pickle.dumps(options)).renderer == options.renderer


def test_the_same_bytes_each_time():
    first = shown(display(PLOTLY_JSON), display(CHART._repr_mimebundle_()), *bokeh_outputs()[:1], renderer=Drawing())[1]
    again = shown(display(PLOTLY_JSON), display(CHART._repr_mimebundle_()), *bokeh_outputs()[:1], renderer=Drawing())[1]
    assert list(first.assets) == list(again.assets)


def test_every_interactive_block_shows_something():
    bundles = [
        PLOTLY_JSON,
        PLOTLY_HTML,
        {"application/vnd.holoviews_exec.v0+json": ""},
        {"application/vnd.plotly.v1+json": "broken"},
    ]
    blocks, _, _ = shown(*map(display, bundles))
    found = [block for block in iter_blocks(tuple(blocks)) if isinstance(block, Interactive)]
    assert len(found) == 4
    assert all(block.picture or any(isinstance(b, Callout | Paragraph) for b in block.fallback) for block in found)
