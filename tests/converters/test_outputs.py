"""Outputs: every form kept in reading, the richest shown, nothing lost without a note."""

import base64
import io
import json

import pytest
from PIL import Image as Pillow

from converters.build import text_of
from converters.model import Attachment, Callout, Code, Image, Interactive, Math, Output, Paragraph, Table
from converters.options import Limits, NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers.ipynb import read_ipynb
from converters.readers.mime import sniff
from converters.readers.pictures import pixel_size
from converters.transforms import apply
from converters.walk import iter_inlines
from converters.writers import write


def picture(kind="PNG", size=(40, 20), **save):
    out = io.BytesIO()
    Pillow.new("RGB", size, "navy").save(out, kind, **save)
    return out.getvalue()


def b64(data):
    return base64.b64encode(data).decode()


def display(data, metadata=None):
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(*outputs, target="confluence", limits=None, **metadata):
    cell = {"cell_type": "code", "source": "1", "outputs": list(outputs), "metadata": metadata, "execution_count": 1}
    nb = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    read = read_ipynb(Source("a.ipynb", json.dumps(nb).encode()), ReadOptions())
    options = TransformOptions(target=target, code="omit", anatomy=False, limits=limits or Limits())
    result = apply(read, options, NoFiles())
    return result.document, [n.code for n in result.notes]


def blocks_of(document):
    return [inner for block in document.blocks for inner in (block.blocks if isinstance(block, Output) else (block,))]


def test_streams_of_one_name_merge_and_resolve():
    document, _ = shown(stream(["a\n", "b"]), stream("c\r"), stream("d\n"), stream("warn", "stderr"))
    first, second = blocks_of(document)
    assert (first.text, first.role, first.folded) == ("a\ndc", "output", False)
    assert (second.text, second.role, second.folded) == ("warn", "log", True)


def test_long_streams_fold_and_keep_every_line():
    text = "\n".join(map(str, range(500)))
    block = blocks_of(shown(stream(text))[0])[0]
    assert block.folded and block.text == text and "500" in block.title


def test_pictures_become_assets_with_their_size():
    png = picture()
    document, _ = shown(display({"image/png": b64(png), "text/plain": "<Figure>"}))
    (image,) = blocks_of(document)
    assert isinstance(image, Image)
    assert document.assets[image.asset].data == png
    assert (image.width, image.height) == (40, 20)


def test_the_same_picture_is_one_asset_whose_name_holds_still():
    png = b64(picture())
    document, _ = shown(display({"image/png": png}), display({"image/png": png}))
    assert len(document.assets) == 1
    later, _ = shown(stream("x"), display({"image/png": png}))
    assert next(iter(later.assets.values())).filename == next(iter(document.assets.values())).filename


@pytest.mark.parametrize(
    ("save", "metadata", "width"),
    [
        ({}, {}, 200),
        ({"dpi": (200, 200)}, {}, 100),
        ({"dpi": (72, 72)}, {}, 200),
        ({}, {"image/png": {"width": 90}}, 90),
    ],
)
def test_dense_pictures_are_shown_smaller(save, metadata, width):
    document, _ = shown(display({"image/png": b64(picture(size=(200, 100), **save))}, metadata))
    assert blocks_of(document)[0].width == width


@pytest.mark.parametrize("kind", ["WEBP", "BMP", "TIFF"])
def test_rare_formats_become_png(kind):
    document, _ = shown(display({f"image/{kind.lower()}": b64(picture(kind))}))
    (image,) = blocks_of(document)
    assert document.assets[image.asset].mime == "image/png"


@pytest.mark.parametrize("spelled", ["Image/PNG", "image/png; charset=binary", "image/jpeg"])
def test_mime_types_are_tolerated_and_checked_by_content(spelled):
    document, _ = shown(display({spelled: b64(picture())}))
    assert document.assets[blocks_of(document)[0].asset].mime == "image/png"


def test_a_cut_picture_shows_what_is_there():
    whole = b64(picture(size=(200, 200)))
    document, notes = shown(display({"image/png": whole[: len(whole) - 30]}))
    assert isinstance(blocks_of(document)[0], Image)
    assert "image.cut" in notes


def test_what_is_no_picture_is_said_and_seen():
    document, notes = shown(display({"image/png": "no base64 at all !!"}))
    assert "can't be shown" in blocks_of(document)[0].content[0].text
    assert "image.unreadable" in notes


def test_large_pictures_shrink_with_a_note():
    document, notes = shown(display({"image/png": b64(picture(size=(300, 100)))}), limits=Limits(max_image_px=150))
    image = blocks_of(document)[0]
    assert document.assets[image.asset].width == 150
    assert "image.shrunk" in notes


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="36pt" height="18pt"><rect width="20" height="9"/>%s</svg>'


def test_svg_becomes_a_sharp_png():
    document, _ = shown(display({"image/svg+xml": SVG % ""}))
    (image,) = blocks_of(document)
    assert (image.width, image.height) == (48, 24)
    assert document.assets[image.asset].width == 96


def test_svg_never_opens_files(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture(size=(36, 18)))
    plain, _ = shown(display({"image/svg+xml": SVG % ""}))
    for address in (secret.as_posix(), secret.as_uri(), f" {secret}"):
        hostile, _ = shown(display({"image/svg+xml": SVG % f'<image width="36" height="18" href="{address}"/>'}))
        assert set(hostile.assets) == set(plain.assets)


def test_an_svg_that_cant_be_drawn_is_attached():
    document, notes = shown(display({"image/svg+xml": "<svg><g></svg>"}))
    assert isinstance(blocks_of(document)[0], Attachment)
    assert "image.svg" in notes


def test_html_tables_are_native():
    document, _ = shown(
        display({"text/html": "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>", "text/plain": "a"})
    )
    assert any(isinstance(b, Table) for b in blocks_of(document))


@pytest.mark.parametrize("tex", ["$x^2$", "$$x^2$$", r"\begin{equation}x^2\end{equation}", r"$\displaystyle x^2$"])
def test_latex_is_an_equation(tex):
    document, _ = shown(display({"text/latex": tex, "text/plain": "x**2"}), target="notion")
    (block,) = blocks_of(document)
    assert isinstance(block, Math) and block.tex == "x^2"


def test_latex_that_is_no_equation_yields_to_other_forms():
    document, _ = shown(display({"text/latex": r"\begin{tikzpicture}a\end{tikzpicture}", "text/plain": "a"}))
    assert [b.text for b in blocks_of(document)] == ["a"]


def test_a_table_in_latex_is_richer_than_its_text():
    document, _ = shown(display({"text/latex": r"\begin{tabular}{l}a\end{tabular}", "text/plain": "a"}))
    assert [type(b).__name__ for b in blocks_of(document)] == ["Table"]


def test_markdown_and_json():
    document, _ = shown(display({"text/markdown": "**b**"}), display({"application/json": {"a": [1]}}))
    one, two = blocks_of(document)
    assert isinstance(one, Paragraph)
    assert two.language == "json" and json.loads(two.text) == {"a": [1]}


def test_javascript_is_dropped_with_a_note():
    document, notes = shown(display({"application/javascript": "alert(1)"}))
    assert blocks_of(document) == [] and notes == ["output.javascript"]


def test_unknown_types_show_their_text_or_a_placeholder():
    document, notes = shown(display({"application/x-odd": "?", "text/plain": "text"}))
    assert blocks_of(document)[0].text == "text"
    document, notes = shown(display({"application/x-odd": "?"}))
    assert isinstance(blocks_of(document)[0], Paragraph) and notes == ["output.unknown_mime"]


PLOTLY = {"application/vnd.plotly.v1+json": {"data": []}, "text/html": "<div></div><script>Plotly.newPlot()</script>"}


def test_interactive_outputs_show_their_picture():
    document, notes = shown(display({**PLOTLY, "image/png": b64(picture())}))
    (block,) = blocks_of(document)
    assert isinstance(block, Interactive) and block.library == "plotly" and block.picture and notes == []


def test_interactive_outputs_are_never_an_empty_box():
    document, notes = shown(display(PLOTLY))
    (block,) = blocks_of(document)
    assert isinstance(block.fallback[0], Callout) and notes == ["output.interactive"]


def test_a_whole_page_is_attached():
    page = "<!doctype html><html><body><script>L.map()</script></body></html>"
    framed = f'<iframe srcdoc="{page.replace("<", "&lt;").replace(">", "&gt;")}"></iframe>'
    document, _ = shown(display({"text/html": framed}))
    (block,) = blocks_of(document)
    assert block.library == "leaflet" and document.assets[block.html].data.decode() == page


def test_errors_fold_behind_their_name():
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "bad",
        "traceback": ["\x1b[31mTrace", "end\x1b[0m"],
    }
    (block,) = blocks_of(shown(error)[0])
    assert (block.text, block.role, block.folded, block.title) == ("Trace\nend", "traceback", True, "ValueError: bad")


def test_many_small_texts_are_one_listing():
    outputs = [display({"text/plain": f"line {n}"}) for n in range(3000)]
    document, _ = shown(*outputs)
    (block,) = blocks_of(document)
    assert block.folded and block.text.splitlines()[-1] == "line 2999"


def test_a_huge_text_is_attached_whole():
    text = "x" * 1_000_000
    document, notes = shown(stream(text))
    blocks = blocks_of(document)
    files = [b for b in blocks if isinstance(b, Attachment)]
    assert document.assets[files[0].asset].data.decode() == text
    assert sum(len(b.text) for b in blocks if isinstance(b, Code)) < 50_000
    assert notes == ["output.long"]


def test_captions_labels_and_alt_reach_the_figure():
    document, _ = shown(display({"image/png": b64(picture())}), caption="Sizes", alt="A histogram", label="fig-sizes")
    (image,) = blocks_of(document)
    assert (image.alt, image.label, image.caption[0].text) == ("A histogram", "fig-sizes", "Figure 1: Sizes")
    assert document.assets[image.asset].name == "fig-sizes.png"


@pytest.mark.parametrize("target", ["confluence", "notion"])
def test_a_caption_stands_in_one_place(target):
    html = "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"
    plotly = {"application/vnd.plotly.v1+json": {}, "image/png": b64(picture())}
    for data in ({"image/png": b64(picture())}, {"text/html": html}, plotly, {"text/plain": "7"}):
        document, _ = shown(stream("log"), display(data), target=target, caption="Sizes", alt="A picture", label="fig")
        rendered, _ = write(document, target, WriteOptions())
        assert (rendered.body or json.dumps(rendered.blocks)).count("Sizes") == 1
    kept, _ = shown(display({"text/markdown": "one\n\ntwo"}), target=target, caption="Sizes")
    assert text_of(kept.blocks[0].caption) == "Sizes"


def test_a_caption_without_a_figure_is_told():
    assert shown(caption="Sizes")[1] == ["caption.unused"]


def test_forms_are_let_go_once_chosen():
    document, _ = shown(stream("log"), display({"text/plain": "1"}), display({"text/plain": "2"}))
    assert [block.forms for block in document.blocks] == [(), ()]


def test_pictures_inside_texts_become_assets_of_the_document():
    png, gif = picture(), picture("GIF")
    data = f"data:image/png;base64,{b64(png)}"
    cells = [
        {
            "cell_type": "markdown",
            "source": f"a ![x]({data}) b <img src='data:image/gif;base64,{b64(gif)}'>",
            "metadata": {},
        },
        {
            "cell_type": "code",
            "source": "",
            "metadata": {},
            "outputs": [display({"text/html": f"<p><img src='{data}'></p>"})],
        },
    ]
    nb = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    read = read_ipynb(Source("a.ipynb", json.dumps(nb).encode()), ReadOptions())
    document = apply(read, TransformOptions(target="confluence", anatomy=False), NoFiles()).document
    assert {asset.data for asset in document.assets.values()} == {png, gif}
    assert {
        image.asset for image in (*iter_inlines(document.blocks), *blocks_of(document)) if getattr(image, "asset", None)
    } == set(document.assets)


@pytest.mark.parametrize(
    ("kind", "mime"), [("PNG", "png"), ("JPEG", "jpeg"), ("GIF", "gif"), ("WEBP", "webp"), ("BMP", "bmp")]
)
def test_sizes_come_from_the_header(kind, mime):
    data = picture(kind, (31, 17))
    assert sniff(data) == f"image/{mime}"
    assert pixel_size(data, f"image/{mime}") == (31, 17)
    assert pixel_size(data[:9], f"image/{mime}") == (0, 0)
