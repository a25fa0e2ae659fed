"""Transforms on built documents."""

import io

import pytest
from PIL import Image as Pillow

from converters.build import paragraph, table
from converters.metadata import Metadata, Person, Provenance
from converters.model import (
    AnchorLink,
    Attachment,
    Callout,
    Code,
    Document,
    FileLink,
    Footnote,
    Footnotes,
    Heading,
    Image,
    ImageRef,
    InlineImage,
    InlineMath,
    Math,
    PageLink,
    Paragraph,
    Section,
    Span,
    Table,
    Toc,
    Where,
)
from converters.options import Limits, Read, TransformOptions
from converters.transforms import apply
from converters.transforms.equations import equation_picture
from converters.transforms.headings import slug


class Folder:
    """Files by path, as the door to a source tree gives them."""

    def __init__(self, **files):
        self.files = files

    def read(self, path):
        if path not in self.files:
            raise FileNotFoundError(path)
        if isinstance(self.files[path], Exception):
            raise self.files[path]
        return self.files[path]

    def exists(self, path):
        return path in self.files


def png(size=(40, 20)):
    out = io.BytesIO()
    Pillow.new("RGB", size, "teal").save(out, "PNG")
    return out.getvalue()


def run(*blocks, meta=None, files=None, path="reports/a.ipynb", **options):
    document = Document(meta or Metadata(title="T"), blocks, where=Where(path))
    options = {"anatomy": False, **options}
    result = apply(Read(document), TransformOptions(**options), Folder(**(files or {})))
    return result.document, [n.code for n in result.notes]


@pytest.mark.parametrize(
    ("option", "report", "cell", "result"),
    [
        ("fold", "", "", "folded"),
        ("show", "", "", "shown"),
        ("omit", "", "", "gone"),
        ("fold", "show", "", "shown"),
        ("show", "", "fold", "folded"),
        ("omit", "", "show", "shown"),
        ("show", "", "omit", "gone"),
    ],
)
def test_code_follows_option_then_report_then_cell(option, report, cell, result):
    block = Code("x", role="input", visibility=cell)
    document, notes = run(block, Code("listing"), meta=Metadata(title="T", code=report), code=option)
    found = document.blocks[:-1]
    state = "gone" if not found else "folded" if found[0].folded else "shown"
    assert (state, notes) == (result, [])


def test_headings_get_unique_anchors():
    document, _ = run(*(Heading(2, (Span(text),)) for text in ("A b!", "A b", "A b", "!")))
    assert [b.anchor for b in document.blocks] == ["a-b", "a-b-1", "a-b-2", "section"]


@pytest.mark.parametrize(
    ("text", "anchor"), [("Être & avoir", "être--avoir".replace("--", "-")), ("x_1 (new)", "x_1-new")]
)
def test_slugs_keep_letters(text, anchor):
    assert slug(text).replace("--", "-") == anchor


@pytest.mark.parametrize("written", ["my-heading", "My-Heading", "My Heading"])
def test_links_find_headings_however_written(written):
    document, notes = run(Heading(2, (Span("My Heading"),)), Paragraph((Span("x", href=AnchorLink(written)),)))
    assert document.blocks[1].content[0].href == AnchorLink("my-heading")
    assert notes == []


def test_a_link_to_no_heading_stays_text_with_a_note():
    document, notes = run(Paragraph((Span("x", href=AnchorLink("nowhere")),)))
    assert document.blocks[0].content == (Span("x"),) and notes == ["link.anchor"]


KNOWN = {"reports/b.ipynb": "B", "other/index.md": "O"}


@pytest.mark.parametrize(
    ("path", "href"),
    [
        ("b.ipynb", PageLink("B", "s")),
        ("./b", PageLink("B", "s")),
        ("b.html", PageLink("B", "s")),
        ("../other/", PageLink("O", "s")),
        ("/other/index.md", PageLink("O", "s")),
        ("data/my file.csv", "https://example.com/blob/main/reports/data/my%20file.csv#s"),
        ("../../secret", None),
    ],
)
def test_relative_links(path, href):
    document, notes = run(
        Paragraph((Span("x", href=FileLink(path, "s")),)),
        known=KNOWN,
        repository_url="https://example.com/blob/main",
    )
    assert document.blocks[0].content[0].href == href
    assert notes == ([] if href else ["link.outside"])


def test_a_link_to_nothing_known_is_text_with_one_note():
    link = Span("x", href=FileLink("c.ipynb"))
    document, notes = run(Paragraph((link, Span(" "), link)))
    assert all(span.href is None for span in document.blocks[0].content) and notes == ["link.file"]


def figure(path, **more):
    return Image(ref=ImageRef(path, **more))


def test_pictures_beside_the_source_become_assets():
    data = png()
    document, notes = run(
        figure("img/a.png", alt="A"),
        Paragraph((ImageRef("../shared/a.png", width=20),)),
        files={"reports/img/a.png": data, "shared/a.png": data},
    )
    image, line = document.blocks
    assert (image.ref, image.alt, image.width, image.height) == (None, "A", 40, 20)
    assert isinstance(line.content[0], InlineImage) and (line.content[0].width, line.content[0].height) == (20, 10)
    assert len(document.assets) == 1 and notes == []


@pytest.mark.parametrize(
    ("path", "content", "note"),
    [
        ("gone.png", None, "image.missing"),
        ("../../etc/passwd", None, "image.outside"),
        ("link.png", PermissionError("link.png"), "image.outside"),
        ("page.png", b"<html>404</html>", "image.unreadable"),
        ("lfs.png", b"version https://git-lfs.github.com/spec/v1\n", "image.unreadable"),
        ("empty.png", b"", "image.unreadable"),
    ],
)
def test_pictures_that_cant_be_shown_stand_as_their_name(path, content, note):
    files = {} if content is None else {f"reports/{path}": content}
    document, notes = run(figure(path), Paragraph((ImageRef(path, "alt text"),)), files=files)
    assert path in document.blocks[0].content[0].text
    assert "alt text" in document.blocks[1].content[0].text
    assert notes == [note]


def test_long_tables_keep_head_and_tail_and_all_as_csv():
    rows = [[str(n), f'a "{n}", b'] for n in range(500)]
    document, notes = run(table(["n", "text"], rows), limits=Limits(max_rows=20))
    (found,) = document.blocks
    assert isinstance(found, Table) and found.total_rows == 500
    texts = [row.cells[0].content[0].text for row in found.rows]
    assert texts == ["n", *map(str, range(18)), "498", "499"]
    csv = document.assets[found.data].data.decode().splitlines()
    assert len(csv) == 501 and csv[1] == '0,"a ""0"", b"' and notes == ["table.rows"]


def test_equations_are_pictures_for_confluence_only():
    blocks = (Paragraph((InlineMath("x_1"),)), Math(r"\begin{pmatrix}a&b\\c&d\end{pmatrix}"))
    document, notes = run(*blocks, target="confluence")
    inline, block = document.blocks[0].content[0], document.blocks[1]
    assert inline.depth_px > 0 and inline.tex == "x_1"
    asset = document.assets[block.asset]
    assert asset.width == pytest.approx(2 * block.width) and notes == []
    assert run(*blocks, target="notion")[0].blocks == blocks


def test_equations_that_cant_be_set_stay_as_latex_with_a_note():
    document, notes = run(Math(r"\nosuchmacro x"), Paragraph((InlineMath(r"\frac{a"),)), target="confluence")
    assert document.blocks[0] == Code(r"\nosuchmacro x", "latex")
    assert document.blocks[1].content[0].text == r"\frac{a" and notes == ["math.unrendered"] * 2


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{softmax}(x)",
        r"\dfrac{1}{2}",
        r"\operatorname*{arg\,max}_\theta L",
        r"\boldsymbol\theta",
        r"\begin{align}a &= b\end{align}",
        r"\begin{align*}a &= b \\ c &= d\end{align*}",
        r"\begin{cases}1 & x > 0\\0 & x \le 0\end{cases}",
        r"\mathbb{E}[X] \geqslant 0",
        r"50\% \text{ of } \$3",
    ],
)
def test_common_latex_is_set(tex):
    picture = equation_picture(tex, display=True)
    assert picture and picture.width > 5 and picture == equation_picture(tex, display=True)


def ink(picture):
    """The rows of an equation's picture that hold ink, from the first to the one after the last."""
    with Pillow.open(io.BytesIO(picture.png)) as image:
        box = image.convert("L").point(lambda value: 255 - value).getbbox()
        return box[1], box[3], image.height


@pytest.mark.parametrize("tex", ["x", r"\begin{matrix}x\end{matrix}"])
def test_equations_are_as_large_as_the_text_around_them(tex):
    top, bottom, _ = ink(equation_picture(tex, display=False))
    assert 15 <= bottom - top <= 19  # twice the 8 CSS pixels of a small x


@pytest.mark.parametrize("tex", ["x", "H", "x^2", "y_i", r"\frac{a}{b}", r"\begin{matrix}H\end{matrix}"])
def test_the_middle_of_an_equation_lies_half_an_x_above_its_line(tex):
    picture = equation_picture(tex, display=False)
    assert abs(picture.height / 2 - picture.depth - 4.1) <= 1
    if tex in {"x", "H"}:
        _, bottom, height = ink(picture)
        assert abs((height - bottom) / 2 - picture.depth) <= 1


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\begin{align}a &= 1 \\\\[5pt] b &= 2 \\ \end{align}", r"\begin{align*}a &= 1 \\ b &= 2\end{align*}"),
        (r"\begin{cases}1 \\\\ 0\end{cases}", r"\begin{cases}1 \\ 0\end{cases}"),
        (r"\begin{align*}a \\\ b\end{align*}", r"\begin{align*}a \\ b\end{align*}"),
        (r"\begin{matrix}\text{for $x$}\end{matrix}", r"\begin{matrix}\text{for }x\end{matrix}"),
    ],
)
def test_habits_of_authors_are_understood(written, meant):
    assert equation_picture(written, display=True) == equation_picture(meant, display=True)


def test_what_would_lose_something_is_refused():
    assert equation_picture(r"\begin{matrix}a$ b\end{matrix}", display=True) is None


def test_a_page_has_its_parts_in_order():
    meta = Metadata(
        title="T",
        summary="It **works**.",
        authors=(Person("Ann"),),
        tags=("x",),
        updated="2026-01-02T00:00:00",
        params={"n": 1},
        provenance=Provenance(
            path="reports/a.ipynb",
            commit="0123456789abcdef",
            dirty=True,
            kernel="Python 3",
            executed="2026-01-01T10:00:00Z",
        ),
        review_by="2026-06-30",
    )
    notes = Footnotes((Footnote("1", 1, (paragraph("note"),)),))
    heads = [Heading(2, (Span(t),)) for t in "abc"]
    document, _ = run(
        notes, *heads, paragraph("word " * 500), meta=meta, anatomy=True, files={"reports/a.ipynb": b"{}"}
    )
    kinds = [type(b) for b in document.blocks]
    assert kinds == [Callout, Paragraph, Toc, Heading, Heading, Heading, Paragraph, Footnotes, Section]
    line = "".join(getattr(i, "text", "") or getattr(i, "name", "") or i.iso for i in document.blocks[1].content)
    assert line == "Ann · Updated 2026-01-02 · Last run 2026-01-01 · Review by 2026-06-30 · 2 min read · x"
    about = document.blocks[-1]
    assert about.role == "about"
    assert isinstance(about.blocks[-1], Attachment) and document.assets[about.blocks[-1].asset].name == "a.ipynb"
    facts = {row.cells[0].content[0].text: row.cells[1].content[0].text for row in about.blocks[0].rows}
    assert facts["Commit"] == "0123456789 with uncommitted changes" and facts["Kernel"] == "Python 3"


def test_notion_has_no_byline_since_its_properties_say_it():
    meta = Metadata(title="T", authors=(Person("Ann"),), updated="2026-01-02", tags=("x",))
    assert run(paragraph("x"), meta=meta, anatomy=True, target="notion")[0].blocks == (paragraph("x"),)


def test_nothing_known_adds_nothing():
    document, _ = run(paragraph("x"), anatomy=True, attach_source=False)
    assert document.blocks == (paragraph("x"),)


def test_notes_name_the_place_where_they_arise():
    cell = Where("reports/a.ipynb", 3, "abc")
    blocks = [
        Paragraph((ImageRef("gone.png"), Span("x"), ImageRef("also.png")), where=cell),
        Image(ref=ImageRef("lost.png"), where=Where("reports/a.ipynb", 4)),
        Paragraph((Span("x", href=FileLink("gone.md")), Span("y", href=AnchorLink("gone"))), where=cell),
    ]
    document = Document(Metadata(title="T"), tuple(blocks), where=Where("reports/a.ipynb"))
    notes = apply(Read(document), TransformOptions(anatomy=False), Folder()).notes
    assert [note.where.cell for note in notes] == [3, 3, 4, 3, 3]


def test_pictures_little_over_the_limit_stay_untouched():
    document, notes = run(
        Image(ref=ImageRef("a.png")), files={"reports/a.png": png((240, 20))}, limits=Limits(max_image_px=200)
    )
    assert [asset.data for asset in document.assets.values()] == [png((240, 20))] and notes == []


def test_frames_of_unknown_hosts_become_links() -> None:
    from converters.model import Document, Embed, Metadata
    from converters.options import NoFiles, Read, TransformOptions
    from converters.transforms import apply

    hosts = (
        "https://www.youtube.com/embed/x",
        "https://evil-youtube.com/x",
        "https://login.example.com/",
        "https://maps.acme.com/a",
        "https://evil.com%5C@youtube.com/x",
    )
    document = Document(Metadata(title="T"), tuple(Embed(url) for url in hosts))
    options = TransformOptions(target="confluence", anatomy=False, embed_hosts=("youtube.com", "acme.com"))
    done = apply(Read(document), options, NoFiles())
    assert [block.kind for block in done.document.blocks if isinstance(block, Embed)] == [
        "iframe",
        "bookmark",
        "bookmark",
        "iframe",
        "bookmark",
    ]
    assert [note.code for note in done.notes] == ["embed.host"] * 3
