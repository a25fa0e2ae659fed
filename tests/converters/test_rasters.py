"""Pictures made fit for a page: upright, private, readable on dark pages, of the right size."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image as Pillow

from converters.metadata import Metadata
from converters.model import Asset, Document, Figure, Image, ImageRef, InlineImage, Paragraph
from converters.options import Limits, Read, TransformOptions
from converters.transforms import apply
from converters.transforms.formats import converted
from converters.transforms.pictures import css_size, shrink, svg_to_png, to_png
from converters.transforms.raster import MAX_PIXELS, fitted


def saved(picture, kind, **more):
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def gradient(size=(60, 40)):
    return Pillow.linear_gradient("L").resize(size).convert("RGB")


def exif(orientation=0, place=False):
    found = Pillow.Exif()
    if orientation:
        found[0x0112] = orientation
    if place:
        found.get_ifd(0x8825)[1] = "N"
        found.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    found[0x010F] = "Maker"
    return found


LIMITS = Limits()


class Folder:
    def __init__(self, **files):
        self.files = {name.replace("_", "."): data for name, data in files.items()}

    def read(self, path):
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path]

    def exists(self, path):
        return path in self.files


def run(*blocks, target="confluence", limits=LIMITS, **files):
    options = TransformOptions(target=target, anatomy=False, limits=limits)
    read = apply(Read(Document(Metadata(title="T"), blocks)), options, Folder(**files))
    return read.document, [note.code for note in read.notes]


def shown(name, data, **options):
    """The one picture of a page, as asset."""
    document, notes = run(Image(ref=ImageRef(name)), **{name.replace(".", "_"): data}, **options)
    return document.assets[document.blocks[0].asset], document.blocks[0], notes


# ---------------------------------------------------------------- untouched


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", saved(gradient(), "PNG")),
        ("a.jpg", saved(gradient(), "JPEG", exif=exif())),
        ("a.gif", saved(gradient().convert("P"), "GIF", save_all=True, append_images=[gradient().convert("P").rotate(180)])),
        ("a.png", saved(gradient().convert("I;16"), "PNG")),
        ("a.png", saved(gradient(), "PNG", save_all=True, append_images=[gradient().rotate(180)])),
    ],
)  # fmt: skip
def test_what_is_fine_stays_as_it_is(name, data):
    asset, _, notes = shown(name, data)
    assert asset.data == data and notes == []


# ---------------------------------------------------------------- upright and private


def test_photographs_are_turned_upright():
    lying = gradient((60, 40))
    asset, block, notes = shown("a.jpg", saved(lying, "JPEG", exif=exif(6)))
    assert (asset.width, asset.height, block.width, block.height) == (40, 60, 40, 60)
    with Pillow.open(io.BytesIO(asset.data)) as picture:
        assert not picture.getexif()
        assert picture.getpixel((38, 30))[0] < picture.getpixel((2, 30))[0]  # the dark top is at the right now
    assert notes == []


def test_places_are_left_out_without_touching_the_picture():
    plain = saved(gradient(), "JPEG")
    asset, _, notes = shown("a.jpg", saved(gradient(), "JPEG", exif=exif(place=True)))
    assert b"Exif" not in asset.data and notes == ["image.place"]
    with Pillow.open(io.BytesIO(asset.data)) as ours, Pillow.open(io.BytesIO(plain)) as theirs:
        assert ours.tobytes() == theirs.tobytes()


def test_places_in_a_png_are_left_out():
    asset, _, notes = shown("a.png", saved(gradient(), "PNG", exif=exif(place=True)))
    assert b"eXIf" not in asset.data and notes == ["image.place"]


def test_a_png_is_turned_upright():
    asset, _, _ = shown("a.png", saved(gradient((60, 40)), "PNG", exif=exif(8)))
    assert (asset.width, asset.height) == (40, 60)


# ---------------------------------------------------------------- colours


def test_printing_colours_become_screen_colours_with_a_note():
    asset, _, notes = shown("a.jpg", saved(gradient().convert("CMYK"), "JPEG"))
    with Pillow.open(io.BytesIO(asset.data)) as picture:
        assert picture.mode == "RGB"
    assert notes == ["image.converted"]


def ink(color, mode="RGBA"):
    page = Pillow.new("RGBA", (60, 40), (0, 0, 0, 0))
    page.paste(color, (20, 10, 40, 30))
    return saved(page if mode == "RGBA" else page.quantize(), "PNG")


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_dark_ink_on_nothing_gets_paper(mode):
    asset, _, notes = shown("a.png", ink((0, 0, 0, 255), mode))
    with Pillow.open(io.BytesIO(asset.data)) as picture:
        assert picture.mode == "RGB" and picture.getpixel((0, 0)) == (255, 255, 255)
        assert picture.getpixel((30, 20)) == (0, 0, 0)
    assert notes == []


def test_light_ink_on_nothing_stays():
    data = ink((250, 220, 0, 255))
    assert fitted(data, "image/png") == (data, "")


def test_drawings_stand_on_paper():
    png, width, height = svg_to_png('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>')
    with Pillow.open(io.BytesIO(png)) as picture:
        assert picture.convert("RGBA").getpixel((1, 1)) == (255, 255, 255, 255)
    assert (width, height) == (20, 10)


# ---------------------------------------------------------------- formats


@pytest.mark.parametrize(
    ("name", "data", "mime", "codes"),
    [
        ("a.bmp", saved(gradient(), "BMP"), "image/png", []),
        ("a.tiff", saved(gradient(), "TIFF"), "image/png", []),
        ("a.tiff", saved(gradient(), "TIFF", save_all=True, append_images=[gradient()]), "image/png", ["image.converted"]),
        ("a.tiff", saved(gradient().convert("F"), "TIFF"), "image/png", ["image.converted"]),
        ("a.tiff", saved(gradient().convert("CMYK"), "TIFF"), "image/png", []),
        ("a.webp", saved(gradient(), "WEBP", lossless=True), "image/png", []),
        ("a.webp", saved(gradient(), "WEBP", quality=80), "image/jpeg", []),
    ],
)  # fmt: skip
def test_rare_formats_become_common_ones(name, data, mime, codes):
    asset, _, notes = shown(name, data)
    assert (asset.mime, asset.width, asset.height, notes) == (mime, 60, 40, codes)


def test_notion_shows_webp_itself():
    data = saved(gradient(), "WEBP")
    assert shown("a.webp", data, target="notion")[0].data == data


def test_numbers_keep_their_contrast():
    data = saved(gradient().convert("L").convert("F").point(lambda v: v * 100.0 + 0), "TIFF")
    png, _, finding = converted(data)
    with Pillow.open(io.BytesIO(png)) as picture:
        assert picture.getextrema() == (0, 255) and finding == "range"


# ---------------------------------------------------------------- size


@pytest.mark.parametrize(
    ("pixels", "dpi", "width"),
    [
        ((640, 480), None, 640),
        ((640, 480), 72, 640),
        ((1920, 1440), 300, 614),  # 6.4 inches
        ((1280, 960), 192, 640),
        ((600, 300), 600, 300),  # sharp, and not as small as a stamp
        ((1000, 500), 300, 320),
        ((4000, 3000), 72, 760),  # the page's column
        ((4000, 3000), 300, 760),
    ],
)
def test_width_on_the_page(pixels, dpi, width):
    more = {"dpi": (dpi, dpi)} if dpi else {}
    data = saved(Pillow.new("L", pixels, 200), "PNG", **more)
    found = css_size(Asset("k", data, "image/png", "a.png", *pixels))
    assert found[0] == width and abs(found[1] - width * pixels[1] / pixels[0]) < 1


def test_twice_the_pixels_by_name():
    data = saved(gradient(), "PNG")
    assert css_size(Asset("k", data, "image/png", "plot@2x.png", 600, 400)) == (300, 200)


def test_pictures_over_the_limit_shrink_and_keep_their_size_on_paper():
    data = saved(Pillow.new("L", (3000, 1500), 90), "PNG", dpi=(300, 300))
    asset, block, notes = shown("a.png", data, limits=Limits(max_image_px=1500))
    assert (asset.width, asset.height, block.width, notes) == (1500, 750, 760, ["image.shrunk"])
    with Pillow.open(io.BytesIO(asset.data)) as picture:
        assert round(picture.info["dpi"][0]) == 150


def packed(level):
    """A PNG of 400 × 300 pixels whose data were packed with this level, in the usual order of chunks."""
    rows = b"".join(b"\0" + bytes((x * y) % 7 * 30 for x in range(400 * 3)) for y in range(300))

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 400, 300, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, level)) + chunk(b"IEND", b"")
    )


def test_hasty_packing_is_redone_without_loss():
    before = packed(0)
    after, finding = fitted(before, "image/png")
    assert len(after) < len(before) / 10 and finding == ""
    assert fitted(before, "image/png")[0] == after
    with Pillow.open(io.BytesIO(before)) as a, Pillow.open(io.BytesIO(after)) as b:
        assert a.tobytes() == b.tobytes()
    good = packed(9)
    assert fitted(good, "image/png")[0] is good


# ---------------------------------------------------------------- what can't be shown


def bomb(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    data = b"\x89PNG\r\n\x1a\n"
    for name, part in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b"")):
        data += struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
    return data


def test_bombs_are_not_opened():
    data = bomb(60_000, 60_000)
    assert MAX_PIXELS < 60_000 * 60_000
    assert shrink(data, 100) is None and to_png(data) is None and fitted(data, "image/png") == (data, "")
    assert converted(saved(gradient(), "BMP")[:20]) is None


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"II*\x00rubbish", b"BM" + b"\0" * 50])
def test_what_cant_be_read_stands_as_its_name(data):
    document, notes = run(Image(ref=ImageRef("a.png", alt="sales")), a_png=data)
    (block,) = document.blocks
    line = block.blocks[0] if isinstance(block, Figure) else block
    assert isinstance(line, Paragraph) and "sales" in line.content[0].text
    assert notes and set(notes) <= {"image.unreadable", "image.cut"}


def test_pictures_on_the_web_are_asked_for_by_https():
    document, _ = run(Image(url="http://example.com/a.png"), Paragraph((InlineImage(url="HTTP://example.com/b.png"),)))
    assert document.blocks[0].url == "https://example.com/a.png"
    assert document.blocks[1].content[0].url == "https://example.com/b.png"


def test_a_title_is_the_caption():
    document, _ = run(Image(ref=ImageRef("a.png", alt="A", title="Sales by year")), a_png=saved(gradient(), "PNG"))
    assert (document.blocks[0].alt, document.blocks[0].caption[0].text) == ("A", "Sales by year")


def words_drawn(svg):
    """How much darker a drawing is than the same one without its words."""
    from converters.transforms.pictures import svg_to_png

    png = svg_to_png(svg)[0]
    return sum(255 - value for value in Pillow.open(io.BytesIO(png)).convert("L").tobytes())


@pytest.mark.parametrize(
    "font", ["", "font-family='Times,serif'", "font-family='Helvetica Neue'", "font-family='monospace'"]
)
def test_words_of_drawings_are_drawn_in_any_font(font):
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='90' height='30'><text x='5' y='20' {font}>words</text></svg>"
    assert words_drawn(svg) > 10_000


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<text x='1' y='9'>plain é</text>", ""),
        ("<text x='1' y='9'>\U000130b8</text>", "letters of an SVG"),
        ("<foreignObject><p>lost</p></foreignObject>", "HTML inside an SVG"),
    ],
)
def test_words_that_may_be_lost_are_told(inside, told):
    from converters.transforms.pictures import svg_losses

    lost = svg_losses(f"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{inside}</svg>")
    assert lost.startswith(told) if told else not lost


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ('font-family="Arial"', "Arial, sans-serif"),
        ("font-family='Courier New' x='1'", "Courier New, monospace' x='1'"),
        ("style=\"font-family: 'Open Sans', Times; x: 1\"", "'Open Sans', Times, serif; x: 1"),
        ('font-family="Arial, sans-serif"', '"Arial, sans-serif"'),
    ],
)
def test_unknown_fonts_have_a_kind(written, kind):
    from converters.transforms.pictures import _FAMILY, _with_generic

    assert kind in _FAMILY.sub(_with_generic, written)
