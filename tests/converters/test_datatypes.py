"""Outputs that carry data: tables, maps, players, files, rare pictures; what libraries add for a notebook's page only."""

import base64
import io
import json

import pytest
from PIL import Image as Pillow

from converters.build import text_of
from converters.model import Attachment, Code, Embed, Image, Interactive, Table
from tests.converters.test_interactive import Folder, display, shown, words


def b64(data):
    return base64.b64encode(data).decode()


def rows(table):
    return [[text_of(cell.content) for cell in row.cells] for row in table.rows]


def test_table_schema_is_a_table():
    fields = [{"name": "index", "type": "integer"}, {"name": "who", "type": "string"}, {"name": "x", "type": "number"}]
    data = [{"index": 0, "who": "a", "x": 1.5}, {"index": 1, "who": None, "x": True}]
    value = {"schema": {"fields": fields, "primaryKey": ["index"]}, "data": data}
    (table,), _, notes = shown(display({"application/vnd.dataresource+json": value, "text/plain": "df"}))
    assert rows(table) == [["", "who", "x"], ["0", "a", "1.5"], ["1", "", "true"]]
    assert (table.header_rows, table.header_columns, table.columns[2].align) == (1, 1, "right")
    assert not notes


def test_a_table_of_gaps_takes_no_memory():
    value = {"schema": {"fields": [{"name": str(at)} for at in range(20_000)]}, "data": [{}] * 20_000}
    (one,), _, _ = shown(display({"application/vnd.dataresource+json": value, "text/plain": "df"}))
    assert isinstance(one, Code) and one.text == "df"


def test_geojson_is_described_and_attached():
    square = [[[5.9, 47.3], [15.0, 47.3], [15.0, 55.1], [5.9, 47.3]]]
    features = [
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": square}, "properties": {}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [10, 50, 300]}, "properties": {}},
        {"type": "Feature", "geometry": None, "properties": {}},
    ]
    value = {"type": "FeatureCollection", "features": features}
    (line, file), document, (note,) = shown(display({"application/geo+json": value, "text/plain": "<GeoJSON>"}))
    assert words([line]) == (
        "Geographic data (GeoJSON): 3 features (1 Point, 1 Polygon); longitude 5.9 to 15, latitude 47.3 to 55.1."
    )
    assert document.assets[file.asset].filename.endswith(".geojson")
    assert json.loads(document.assets[file.asset].data) == value
    assert note.code == "output.geojson"


def test_mermaid_stays_source_in_its_language():
    (block,), _, _ = shown(display({"text/vnd.mermaid": "graph TD; A-->B", "text/plain": "x"}))
    assert (block.language, block.text) == ("mermaid", "graph TD; A-->B")


@pytest.mark.parametrize(
    ("html", "kind", "suffix"),
    [
        ('<audio controls><source src="data:audio/wav;base64,{}" type="audio/wav"/>No audio.</audio>', "audio", ".wav"),
        ('<video src="data:video/mp4;base64,{}" controls>No video.</video>', "video", ".mp4"),
        ('<embed src="data:application/pdf;base64,{}">', "pdf", ".pdf"),
        ('<video src="film.mp4" width="300">No video.</video>', "video", ".mp4"),
    ],
)
def test_players_keep_what_they_play(html, kind, suffix):
    data = {"audio": b"RIFF\0\0\0\0WAVEfmt ", "video": b"\0\0\0\x18ftypmp42data", "pdf": b"%PDF-1.4 x"}[kind]
    (file,), document, notes = shown(display({"text/html": html.format(b64(data))}), files=Folder(film__mp4=data))
    assert isinstance(file, Attachment)
    assert file.kind == kind and document.assets[file.asset].data == data
    assert document.assets[file.asset].filename.endswith(suffix)
    assert not notes


def test_players_read_nothing_outside():
    blocks, document, _ = shown(display({"text/html": '<video src="../film.mp4">No video.</video>'}), files=Folder())
    assert not document.assets and not any(isinstance(block, Attachment) for block in blocks)


def test_file_links_attach_the_file_and_leave_reports_and_missing_files():
    html = (
        "<a href='data.csv' target='_blank'>data.csv</a><br><a href='other.ipynb' target='_blank'>other.ipynb</a><br>"
        "<a href='gone.csv' target='_blank'>gone.csv</a><br>"
    )
    files = Folder(data__csv=b"a\n1\n", other__ipynb=b"{}")
    blocks, document, _ = shown(display({"text/html": html}), files=files, known={"other.ipynb": "k"})
    assert isinstance(blocks[0], Attachment) and document.assets[blocks[0].asset].data == b"a\n1\n"
    assert len(document.assets) == 1
    assert "other.ipynb" in words(blocks[1:]) and "gone.csv" in words(blocks[1:])


COLAB = """<div id="df-1" class="colab-df-container"><div><style scoped>.dataframe {}</style>
<table border="1" class="dataframe"><thead><tr><th></th><th>a</th></tr></thead><tbody><tr><th>0</th><td>1</td></tr></tbody></table>
</div><div class="colab-df-buttons"><button class="colab-df-convert" onclick="f()" style="display:none;">
<svg xmlns="http://www.w3.org/2000/svg" height="24px" viewBox="0 -960 960 960"><path d="M120-120v-720h720v720H120Z"/></svg>
</button><script>const docLinkHtml = 'Like what you see?';</script></div></div>"""


def test_colab_s_buttons_are_no_content():
    intrinsic = {"application/vnd.google.colaboratory.intrinsic+json": {"type": "dataframe"}}
    (table,), document, notes = shown(display({"text/html": COLAB, "text/plain": "   a\n0  1", **intrinsic}))
    assert isinstance(table, Table) and not document.assets and not notes


def test_estimators_and_datasets_are_their_text():
    sk = '<style>#sk {}</style><div id="sk" class="sk-top-container"><pre>LR()</pre><input type="checkbox"><label>LR</label></div>'
    xr = "<div><svg></svg><style>.xr{}</style><pre class='xr-text-repr-fallback'>&lt;xarray&gt;</pre><ul><li>x</li></ul></div>"
    (block,), _, _ = shown(display({"text/html": sk, "text/plain": "LogisticRegression(C=3)"}))
    assert (type(block), block.text) == (Code, "LogisticRegression(C=3)")
    (block,), _, _ = shown(display({"text/html": xr, "text/plain": "<xarray.Dataset>\nx 1"}))
    assert block.text == "<xarray.Dataset>\nx 1"


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "ICO", "BMP", "TIFF"])
def test_pictures_of_rare_formats_are_shown(kind):
    out = io.BytesIO()
    Pillow.new("RGB", (32, 32), "red").save(out, kind)
    mime = {"ICO": "image/vnd.microsoft.icon"}.get(kind, f"image/{kind.lower()}")
    (image,), document, notes = shown(display({mime: b64(out.getvalue())}))
    assert isinstance(image, Image)
    assert document.assets[image.asset].mime == "image/png"
    assert not notes


@pytest.mark.parametrize(
    ("mime", "data"), [("image/heic", b"\0\0\0\x18ftypheic" + b"0" * 50), ("image/jxl", b"\xff\x0aabcdefg")]
)
def test_pictures_that_cannot_be_drawn_are_files(mime, data):
    (file,), document, _ = shown(display({mime: b64(data), "text/plain": "<Picture>"}))
    assert isinstance(file, Attachment)
    assert document.assets[file.asset].data == data


def test_large_json_is_folded_and_attached_whole():
    value = {"items": [{"id": number, "name": "x" * 20} for number in range(8000)]}
    blocks, document, notes = shown(display({"application/json": value, "text/plain": "<JSON>"}))
    assert isinstance(blocks[0], Code) and blocks[0].folded and blocks[0].language == "json"
    (file,) = [block for block in blocks if isinstance(block, Attachment)]
    assert json.loads(document.assets[file.asset].data) == value
    assert document.assets[file.asset].filename.endswith(".json")
    assert [note.code for note in notes] == ["output.long"]


def test_text_in_a_figure_s_place_is_no_content():
    html = (
        "<div id='i'><div><b>Visualization omitted, Javascript library not loaded!</b><br>Have you run `initjs()` in this "
        "notebook? If this notebook was from another user you must also trust this notebook (File -> Trust notebook)."
        "</div></div><script>if (window.SHAP) SHAP.ReactDom.render(x, document.getElementById('i'));</script>"
    )
    (figure,), _, (note,) = shown(display({"text/html": html}))
    assert isinstance(figure, Interactive) and figure.library == "SHAP" and "initjs" not in words(figure.fallback)
    assert note.code == "output.interactive"


def test_names_of_python_objects_stand_for_nothing():
    bundle = {"application/javascript": "alert(1)", "text/plain": "<IPython.core.display.Javascript object>"}
    blocks, _, notes = shown(display(bundle))
    assert blocks == [] and [note.code for note in notes] == ["output.javascript"]


def test_the_last_line_end_is_no_line():
    text = "\r  0%|     | 0/3\r100%|█████| 3/3\n"
    (block,), _, _ = shown({"output_type": "stream", "name": "stderr", "text": text})
    assert (block.text, block.title) == ("100%|█████| 3/3", "Messages")


def test_a_custom_type_is_its_text_or_its_json_with_a_note():
    custom = {"application/vnd.acme.v1+json": {"x": 1}}
    (text,), _, notes = shown(display({**custom, "text/plain": "Acme(x=1)"}))
    assert text.text == "Acme(x=1)" and notes[0].code == "output.unknown_mime"
    (text,), _, notes = shown(display(custom))
    assert json.loads(text.text) == {"x": 1} and notes[0].code == "output.unknown_mime"


def test_video_of_a_known_host_stays_in_place():
    html = '<iframe width="400" height="300" src="https://www.youtube.com/embed/sjfsUzECqK0" frameborder="0"></iframe>'
    (embed,), _, notes = shown(display({"text/html": html, "text/plain": "<IPython.lib.display.YouTubeVideo at 0x7f>"}))
    assert isinstance(embed, Embed) and embed.url.endswith("/sjfsUzECqK0") and not notes


def test_separated_values_without_any_and_tables_without_columns_are_no_tables() -> None:
    (block,), _, _ = shown(display({"text/csv": "\n \n", "text/plain": "nothing"}))
    assert block.text == "nothing"
    schema = '{"schema": {"fields": [{"type": "integer"}]}, "data": [{"a": 1}]}'
    (block,), _, _ = shown(display({"application/vnd.dataresource+json": schema, "text/plain": "nothing"}))
    assert block.text == "nothing"
