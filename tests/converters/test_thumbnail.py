"""Which picture stands for a report, and that wikis get it."""

import io

import pytest
from PIL import Image as Pillow

from converters.metadata import Metadata
from converters.model import Document, Form, Image, InlineImage, Output, Paragraph, Span, Where
from converters.options import NoFiles, Read, TransformOptions, WriteOptions
from converters.readers import mime
from converters.transforms import apply
from converters.writers import write


def picture(name, size=(640, 400), color="teal"):
    out = io.BytesIO()
    Pillow.new("RGB", size, color).save(out, "PNG")
    return mime.asset(out.getvalue(), "image/png", name)


LOGO = picture("logo", (300, 300), "red")
ICON = picture("tick", (32, 32), "green")
STRIP = picture("strip", (900, 130), "blue")
FIRST = picture("first", color="teal")
SECOND = picture("second", color="navy")
BESIDE = picture("cover", color="gold")
SHOWN = (LOGO, ICON, STRIP, FIRST, SECOND)


class Folder:
    """One picture beside the source."""

    def read(self, path):
        if path != "r/img/cover.png":
            raise FileNotFoundError(path)
        return BESIDE.data

    def exists(self, path):
        return path == "r/img/cover.png"


def cover(thumbnail="", blocks=None, files=None):
    """The cover and the notes of a document that shows all pictures."""
    blocks = blocks or tuple(Image(asset=asset.key, label=asset.name.partition(".")[0]) for asset in SHOWN)
    document = Document(
        Metadata(title="T", thumbnail=thumbnail), blocks, {asset.key: asset for asset in SHOWN}, Where("r/a.md")
    )
    done = apply(Read(document), TransformOptions(target="notion", attach_source=False), files or Folder())
    return done.document, [note.code for note in done.notes]


@pytest.mark.parametrize(
    ("thumbnail", "expected", "notes"),
    [
        ("", FIRST, []),  # neither logo nor icon nor strip
        ("0", LOGO, []),  # knowledge-repo counts from 0
        ("4", SECOND, []),
        ("9", LOGO, ["thumbnail.missing"]),
        ("img/cover.png", BESIDE, []),
        ("second", SECOND, []),
        ("#second", SECOND, []),
        ("gone.png", FIRST, ["image.missing"]),
        ("../../etc/passwd", FIRST, ["image.outside"]),
        ("none", None, []),
    ],
)
def test_a_picture_by_name_number_or_none(thumbnail, expected, notes):
    document, found = cover(thumbnail)
    assert (document.cover, found) == (expected.key if expected else None, notes)


def output(asset, *tags):
    form = Form("image/png", asset=asset.key)
    return Output("display_data", (form,), tags=tags)


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ((output(FIRST), output(SECOND, "thumbnail")), SECOND),
        ((output(FIRST), output(SECOND, "key-figure")), SECOND),
        ((output(LOGO, "key_figure"), output(SECOND, "thumbnail")), SECOND),
        ((output(ICON), output(SECOND)), SECOND),
        ((output(ICON),), None),
        ((Paragraph((Span("x"),)),), None),
        ((Paragraph((InlineImage(FIRST.key),)),), None),  # a picture in a line of text is no figure
    ],
)
def test_a_tagged_cell_then_the_first_good_figure(blocks, expected):
    document, notes = cover(blocks=blocks)
    assert (document.cover, notes) == (expected.key if expected else None, [])


def test_a_number_counts_pictures_in_lines_of_text_too():
    blocks = (Paragraph((InlineImage(FIRST.key),)), Image(asset=SECOND.key))
    assert [cover(str(n), blocks)[0].cover for n in (0, 1)] == [FIRST.key, SECOND.key]


@pytest.mark.parametrize("number", ["0", "3"])
def test_a_number_without_pictures_is_told(number):
    document, notes = cover(number, (Paragraph((Span("x"),)),), NoFiles())
    assert (document.cover, notes) == (None, ["thumbnail.missing"])


def test_notion_gets_the_cover_with_the_page_also_where_it_stands_nowhere_else():
    document, _ = cover("img/cover.png")
    rendered, _ = write(document, "notion", WriteOptions(flavor="notion"))
    assert rendered.cover == BESIDE.key and BESIDE.key in {asset.key for asset in rendered.assets}
    other, _ = cover("second")
    assert write(other, "notion", WriteOptions(flavor="notion"))[0].digest != rendered.digest


def test_a_cover_on_the_web_stays_there():
    document, notes = cover("https://x.org/a.png")
    assert (document.cover, document.cover_url, notes) == (None, "https://x.org/a.png", [])
    rendered, _ = write(document, "notion", WriteOptions(flavor="notion"))
    assert (rendered.cover, rendered.cover_url) == (None, "https://x.org/a.png")


def test_confluence_sends_no_picture_for_the_cover_alone():
    document, _ = cover("img/cover.png")
    rendered, _ = write(document, "confluence", WriteOptions())
    assert rendered.cover is None and BESIDE.key not in {asset.key for asset in rendered.assets}
    assert write(cover("second")[0], "confluence", WriteOptions())[0].cover == SECOND.key
