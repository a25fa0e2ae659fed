"""Equations and figures in storage format: pictures with their LaTeX, numbers, macros of add-ons, words for who can't see."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from converters.metadata import Metadata
from converters.model import (
    Cell,
    Document,
    Heading,
    Image,
    InlineMath,
    ListBlock,
    ListItem,
    Math,
    Paragraph,
    Row,
    Span,
    Table,
    Where,
)
from converters.options import NoFiles, Read, TransformOptions, WriteOptions
from converters.transforms import apply
from converters.writers.confluence import write_confluence
from converters.writers.confluence.media import math_macros


def body(*blocks, math="image", flavor="cloud", assets=None):
    document = Document(Metadata(title="T"), blocks, assets or {})
    options = TransformOptions(target="confluence", anatomy=False, math=math)
    read = apply(Read(document), options, NoFiles())
    return write_confluence(read.document, WriteOptions(flavor=flavor, math=math))[0]


def images(rendered):
    return re.findall(r"<ac:image [^>]*>", rendered.body)


# ---------------------------------------------------------------- pictures


def test_a_picture_has_whole_css_pixels_and_twice_as_many_of_its_own() -> None:
    (image,) = images(body(Paragraph((Span("so "), InlineMath("x^2 < y")))))
    width, height = (int(re.search(rf'ac:{side}="(\d+)"', image)[1]) for side in ("width", "height"))
    wide, high = (int(re.search(rf'ac:original-{side}="(\d+)"', image)[1]) for side in ("width", "height"))
    assert (wide, high) == (2 * width, 2 * height)
    assert unescape(re.search(r'ac:alt="([^"]*)"', image)[1]) == "x^2 < y"
    assert 'ac:inline="true"' in image


def test_the_same_formula_is_one_attachment() -> None:
    rendered = body(*(Paragraph((InlineMath(r"\alpha_1"), InlineMath(r"\alpha_1"))) for _ in range(3)))
    assert len(images(rendered)) == 6 and len(rendered.assets) == 1


def test_equations_stand_wherever_text_does() -> None:
    math = InlineMath("q_1")
    rendered = body(
        Heading(2, (Span("The "), math)),
        ListBlock("bullet", (ListItem((Paragraph((math,)),)),)),
        Table((Row((Cell((math,), header=True),)), Row((Cell((Span("1"),)),))), 1, caption=(math,)),
        Paragraph((Span("a", href="https://example.com/"), math)),
    )
    assert len(images(rendered)) == 5 and len(rendered.assets) == 1
    assert re.search(r"<h2>.*The <ac:image", rendered.body)


# ---------------------------------------------------------------- numbers


def test_a_number_stands_beside_its_equation() -> None:
    rendered = body(Math("a = b", number="3"))
    assert re.search(
        r'<p style="text-align: center;"><ac:image ac:inline="true"[^>]*>.*</ac:image>\u2003\(3\)</p>', rendered.body
    )


def test_numbers_of_rows_stand_in_the_picture() -> None:
    (tagged,) = images(body(Math(r"\begin{align} a &= b \tag{1} \\ c &= d \end{align}")))
    (plain,) = images(body(Math(r"\begin{align} a &= b \\ c &= d \end{align}")))
    wide, narrow = (int(re.search(r'ac:width="(\d+)"', image)[1]) for image in (tagged, plain))
    assert wide > narrow + 40


# ---------------------------------------------------------------- macros


@pytest.mark.parametrize(
    ("setting", "inline", "block"),
    [
        ("macro:eazy-math-inline", ("eazy-math-inline", "body"), ("easy-math-block", "body")),
        ("macro:easy-math-block", ("easy-math-inline", "body"), ("easy-math-block", "body")),
        ("macro:mathblock", ("mathinline", "body"), ("mathblock", "")),
        ("macro:latex", ("latex", ""), ("latex", "")),
        ("macro:tex", ("tex", "body"), ("tex", "body")),
        ("macro:a[formula]/b[]", ("a", "formula"), ("b", "")),
    ],
)
def test_macros_by_their_names(setting: str, inline: tuple[str, str], block: tuple[str, str]) -> None:
    assert math_macros(setting) == (inline, block)


@pytest.mark.parametrize("setting", ["macro:", "macro:a b", 'macro:"><x', "macro:a/b/"])
def test_what_is_no_macro_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match="no macro"):
        math_macros(setting)


NASTY = 'a < b & "c" ]]> </ac:parameter><ac:structured-macro ac:name="html"/> \\tag{1}'


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
@pytest.mark.parametrize("setting", ["macro:easy-math-inline", "macro:mathinline", "macro:latex"])
def test_latex_cant_leave_its_macro(setting: str, flavor: str) -> None:
    rendered = body(Math(NASTY), Paragraph((InlineMath(NASTY),)), math=setting, flavor=flavor)
    spaces = 'xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier"'
    root = ET.fromstring(f"<r {spaces}>{rendered.body}</r>")
    ac = "{http://atlassian.com/content}"
    found = [element.get(f"{ac}name") for element in root.iter(f"{ac}structured-macro")]
    names = math_macros(setting)
    assert names is not None and found == [names[1][0], names[0][0]]
    assert ["".join(macro.itertext()) for macro in root.iter(f"{ac}structured-macro")] == [NASTY, NASTY]
    assert rendered.assets == ()


def test_numbers_are_tags_in_macros() -> None:
    rendered = body(Math("a = b", number="3"), math="macro:mathblock")
    assert "<![CDATA[a = b \\tag{3}]]>" in rendered.body


# ---------------------------------------------------------------- words


def test_a_figure_without_words_says_where_it_comes_from() -> None:
    (image,) = images(body(Image(url="https://example.com/a.png", where=Where("a.ipynb", cell=7))))
    assert 'ac:alt="Figure from cell 7"' in image
    (image,) = images(body(Image(url="https://example.com/a.png", alt="Sales", where=Where("a.ipynb", cell=7))))
    assert 'ac:alt="Sales"' in image


@pytest.mark.parametrize(
    "alt",
    [
        "png",
        "image.png",
        "output_12_0.png",
        "./plots/a/x.png",
        "Image",
        "f" * 32,
        "unnamed-chunk-3",
    ],
)
def test_names_of_files_are_no_words(alt: str) -> None:
    (image,) = images(body(Image(url="https://example.com/a.png", alt=alt, where=Where("a.ipynb", cell=7))))
    assert 'ac:alt="Figure from cell 7"' in image


def test_wide_equations_keep_within_the_column() -> None:
    (image,) = images(body(Math(" + ".join(f"x_{{{i}}}" for i in range(60)))))
    width, height = (int(re.search(rf'ac:{side}="(\d+)"', image)[1]) for side in ("width", "height"))
    wide, high = (int(re.search(rf'ac:original-{side}="(\d+)"', image)[1]) for side in ("width", "height"))
    assert width == 760 and abs(width / height - wide / high) < 0.1 * wide / high
