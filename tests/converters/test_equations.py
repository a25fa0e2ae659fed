r"""Pictures of equations: TeX's sizes, limits where TeX puts them, nothing lost in silence. See also tests/judges/test_equations.py."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image as Pillow

from converters.transforms import equations, mathtext_boxes
from converters.transforms.equations import equation_picture
from converters.transforms.math_rules import quick_row, quick_styles
from converters.transforms.mathml import to_mathml
from converters.transforms.mathtext import Refused, one_line
from converters.transforms.mathtext_boxes import Unread, raster


def size(tex, *, display=True):
    picture = equation_picture(tex, display=display)
    assert picture is not None, tex
    return picture.width, picture.height


@pytest.mark.parametrize(
    ("tex", "display", "text"),
    [
        (r"\frac{a}{b}", r"\dfrac{a}{b}", r"\frac{a}{b}"),
        (r"\frac12", r"\dfrac{1}{2}", r"\frac{1}{2}"),
        (r"\frac{\frac{a}{b}}{c}", r"\dfrac{\frac{a}{b}}{c}", r"\frac{\frac{a}{b}}{c}"),
        (r"\dfrac{a}{b} \tfrac{a}{b}", r"\dfrac{a}{b} \frac{a}{b}", r"\dfrac{a}{b} \frac{a}{b}"),
        (r"\sum_i^n x", r"\sum _{i}^{n}\,x", r"{\sum}_{i}^{n}\,x"),
        (r"\sum\limits_i x", r"\sum _{i}\,x", r"\sum _{i}\,x"),
        (r"\sum\nolimits_i x", r"{\sum}_{i}\,x", r"{\sum}_{i}\,x"),
        (r"\textstyle \sum_i", r"{\sum}_{i}\,", r"{\sum}_{i}\,"),
        (r"\lim_{n} a", r"\lim _{n} a", r"{\lim}_{n}\,a"),
        (r"\operatorname*{arg\,max}_x f", r"\underset{x}{\mathrm{arg\ max}}\, f", r"\operatorname{arg\ max}_{x} f"),
        (r"\binom{n}{k}", r"\genfrac{(}{)}{0}{0}{n}{k}", r"\genfrac{(}{)}{0}{1}{n}{k}"),
        (r"\text{if } x", r"\mathrm{if\ } x", r"\mathrm{if\ } x"),
        (r"x^{\frac{a}{b}}", r"x^{\frac{a}{b}}", r"x^{\frac{a}{b}}"),
        (r"\bm{x} \lVert y \rVert", r"\boldsymbol {x} \| y \|", r"\boldsymbol {x} \| y \|"),
        (r"50\% \$3 $", r"50\% \$3 \$", r"50\% \$3 \$"),
    ],
)  # fmt: skip
def test_styles_of_tex_in_the_words_of_mathtext(tex: str, display: str, text: str) -> None:
    assert one_line(tex, display=True) == display
    assert one_line(tex, display=False) == text


@pytest.mark.parametrize(
    "tex",
    [
        r"\left\| x \right\|",
        r"\big( x",
        r"\color{red} x",
        r"a \\ b",
        r"\frac{a}",
        "x^",
        "{x",
        "x}",
        r"\text{a_$b$}",
        "{" * 40 + "}" * 40,
    ],
)
def test_what_mathtext_would_set_wrong_is_refused(tex: str) -> None:
    with pytest.raises(Refused):
        one_line(tex, display=True)


def test_displayed_equations_are_larger() -> None:
    for tex in (r"\frac{a}{b}", r"\sum_{i=1}^n x", r"\int_0^1 f"):
        assert size(tex)[1] > 1.3 * size(tex, display=False)[1], tex


@pytest.mark.parametrize(
    "tex",
    [
        r"\left\lVert \sum_i x_i \right\rVert_2", r"\left| \sum_i x \right|", r"\left. \frac{a}{b} \right|_{x=0}",
        r"\Big\| x \Big\|", r"\begin{Vmatrix} a \\ b \\ c \end{Vmatrix}", r"\left( \prod_i x_i \right)",
    ],
)  # fmt: skip
def test_bars_are_as_high_as_what_they_enclose(tex: str) -> None:
    assert 15 < size(tex)[1] < 100


def test_rules_of_arrays_are_drawn() -> None:
    def dark_rows_and_columns(tex):
        picture = equation_picture(tex, display=True)
        with Pillow.open(io.BytesIO(picture.png)) as image:
            grey = image.convert("L")
            rows = sum(all(grey.getpixel((x, y)) < 160 for x in range(6, grey.width - 6)) for y in range(grey.height))
            columns = sum(
                all(grey.getpixel((x, y)) < 160 for y in range(6, grey.height - 6)) for x in range(grey.width)
            )
            return rows > 0, columns > 0

    assert dark_rows_and_columns(r"\begin{array}{cc} a & b \\ c & d \end{array}") == (False, False)
    assert dark_rows_and_columns(r"\begin{array}{c|c} a & b \\ c & d \end{array}") == (False, True)
    assert dark_rows_and_columns(r"\begin{array}{cc} a & b \\ \hline c & d \end{array}") == (True, False)


def test_rows_stand_below_each_other() -> None:
    one = size(r"\begin{gather} a = b \end{gather}")[1]
    for name in ("align", "align*", "aligned", "gather", "eqnarray", "multline", "split", "flalign"):
        assert (
            size(
                rf"\begin{{{name}}} a &= b \\ c &= d \\ e &= f \end{{{name}}}".replace("&", "&" if "a" in name else "")
            )[1]
            > 2 * one
        )


@pytest.mark.parametrize(
    "tex",
    [
        r"\nosuch x", r"\begin{matrix} \nosuch \end{matrix}", r"\begin{nosuch} x \end{nosuch}", r"\frac{a}{", r"\text{日本}", "日",
        r"\begin{matrix} 日 \end{matrix}", r"\ce{A @ B}", r"\begin{array}{cc} \multicolumn{2}{c}{a} \end{array}", "x" * 5000, r"\begin{matrix}" + "a & " * 700 + r"\end{matrix}",
        r"\includegraphics{x}", r"a \[ b", r"\rule{9999em}{9999em} \left| x \right|", r"\begin{matrix} a \hspace{99999999em} b \end{matrix}",
        r"a \hspace{99999999em} b", r"x =\big", "{" * 500 + "}" * 500, r"\multicolumn{2}{c}{x}",
    ],
)  # fmt: skip
def test_what_cant_be_set_faithfully_is_no_picture(tex: str) -> None:
    assert equation_picture(tex, display=True) is None


def test_colours_are_seen() -> None:
    picture = equation_picture(r"\color{red}{x} + y", display=True)
    with Pillow.open(io.BytesIO(picture.png)) as image:
        colours = image.convert("RGB").getcolors(100_000)
    assert any(r > 200 and g < 80 and b < 80 for _, (r, g, b) in colours)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"{\bf x}", r"{\mathbf{x}}"),
        (r"a \not= b", r"a \neq b"),
        (r"\begin{cases} a \cr b \end{cases}", r"\begin{cases} a \\ b \end{cases}"),
        (r"\R^n", r"\mathbb{R}^n"),
        (r"\begin{equation*} x \end{equation*}", "x"),
        (r"\begin{align} x &= y \end{align}", "x = y"),
        ("x % comment\n+ y", "x + y"),
        ("\\begin{align} a &= b \\\n c &= d \\end{align}", r"a = b \ c = d"),
    ],
)
def test_other_spellings(written: str, meant: str) -> None:
    assert equation_picture(written, display=True) == equation_picture(meant, display=True)


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{matrix}" + "{" * 28 + "x" + "}" * 28 + r" & y \end{matrix}",
        r"\left(" * 25 + r"\|x\|" + r"\right)" * 25,
        r"\sqrt{" * 25 + "x" + "}" * 25,
        "x_{" * 25 + "x" + "}" * 25,
        r"\begin{matrix}" * 20 + "x" + r"\end{matrix}" * 20,
        r"\begin{matrix}" * 200,
        r"\frac{" * 25 + "x" + "}{y}" * 25,
        r"\overset{a}{" * 20 + "x" + "}" * 20,
    ],
)
def test_nesting_costs_no_time_beyond_its_length(tex: str) -> None:
    before = time.process_time()
    equation_picture(tex, display=True)
    assert time.process_time() - before < 20  # it was minutes, doubling with each brace


LINES = [
    "x", "x_i", "x_i^2", "x^2_i", "x_{i+1}^{n-1}", "f'(x)", "f''_1 + g^{'}", "_a b", "{}^{14}C", "-1", "a=-1", "x^{-1}", "3.14", "1,000",
    "a, b; c! d?", "P(A|B)", r"[0,1] \{ 2 \}", r"50\% \& \# \$", r"\alpha\beta \Gamma_{\mu\nu}", r"\lambda_1, \lambda_2",
    r"\mathbf{x}^T \mathbf {A}\mathcal{N}(0,1)\mathbb{R}^n", r"\mathrm{d}x \mathfrak g", r"\text{if } x > 0", r"\frac{a}{b}", r"\frac{}{b}",
    r"\sum_{i=1}^n x_i", r"\prod_i^n\limits x", r"\lim_{n \to \infty} a_n", r"\max_x f", r"\sin^2 x + \cos(x)", r"\sin", r"\log x_1",
    r"\operatorname{Var}(X) \operatorname*{arg\,max}_x f", r"\binom{n}{k}", r"\sqrt{2} + \sqrt[3]{x+1}", r"\sqrt[{]}]{x}", r"\overline{AB} \underline{x}",
    r"\hat{x} \tilde y \bar{ab} \vec v \widehat{xyz} \dot{x}_1 \hat{\beta}_{1}'", r"\bm{\alpha + x}", r"\boldsymbol{x_1^2}", r"\int_0^1 f \, dx \iint g",
    r"\left( \frac{a}{b} \right)^2", r"\left[ x \right. \left. y \right\}", r"\left\langle \phi \left( x \right) \right\rangle", r"\left( \right)", r"\left( a \middle/ b \right)",
    r"a \quad b \qquad c \; d \, e \! f ~ g \ h", r"\overset{a}{=} \underset{x}{y}", r"a \leq b \neq c \in \mathbb{Z} \rightarrow d \mapsto e",
    r"\forall\epsilon>0\ \exists\delta", r"x \choose y", "αβ ∈ ℝ", r"\nosuch x", r"\le", "x^", "x__a", "x_a_b", "{x", r"\hat", r"\left( x", r"\mathbf x", r"\mathrm\alpha", r"\rm x",
    r"\hspace{1em} x", r"\llap{x} y", r"\dddot{x} \mathring{a}", "x ^ 2 _ i", r"\Pr(X) \gcd(a, b)", r"\underbrace{x}", r"x' ^ 2", "' x", r"\lim \sup",
]  # fmt: skip


@pytest.mark.parametrize("tex", LINES)
def test_the_parser_of_our_own_sets_what_the_grammar_sets(tex: str) -> None:
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser

    for display in (True, False):
        try:
            line = one_line(tex, display=display)
        except Refused:
            continue
        try:
            quick = raster(line, 13.7, 192)
        except (Unread, Refused) as error:
            quick = error
        try:
            style = FontProperties(size=13.7, math_fontfamily="stix")
            truth = MathTextParser("agg").parse(f"${line}$", dpi=192, prop=style)
        except (ValueError, RuntimeError, KeyError):
            assert isinstance(quick, Exception), line
        else:
            assert not isinstance(quick, Refused), line
            if not isinstance(quick, Unread):
                assert quick[:5] == truth[:5], line
                assert quick.image.tolist() == truth.image.tolist(), line


def test_the_parser_of_our_own_reads_what_people_write() -> None:
    """The grammar takes ten times as long; it is for what is rare."""
    read = 0
    for tex in LINES[:50]:
        try:
            raster(one_line(tex, display=False), 13.7, 192)
            read += 1
        except (Unread, Refused):
            pass
    assert read >= 43


def test_other_versions_of_matplotlib_are_left_to_their_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = equation_picture.__wrapped__(r"\frac{a}{b}", display=True)
    monkeypatch.setattr(mathtext_boxes, "_known", lambda: False)
    with pytest.raises(Unread):
        raster("x", 12, 96)
    assert equation_picture.__wrapped__(r"\frac{a}{b}", display=True) == expected


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{align} f(x) &= \left( \frac{a}{b} + \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \right)^2 \\ &\leq |x| \end{align}",
        r"\begin{cases} 1 & \text{if } x \in \mathbb{R} \\ \sum_i x_i & \left| y \right| > 0 \end{cases}",
        r"\color{red}{x} + \sqrt{\frac{1}{2}} \begin{vmatrix} a & \hat{b} \\ \mathbf{c} & d \end{vmatrix}",
        r"\Big( x \Big) \overbrace{a + b}^{n} \underbrace{[c]}_{m} \int_0^\infty \lfloor x \rfloor dx",
        r"\begin{array}{c|c} \displaystyle \frac{a}{b} & \scriptstyle x' \\ \hline \left. y \right\rangle & \{ z \} \end{array}",
    ],
)
def test_rows_and_styles_are_quicker_and_the_same(tex: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from xml.etree import ElementTree as ET

    from ziamath.nodes import mnode

    def drawn() -> str:
        return ET.tostring(equations._math()(to_mathml(tex, display=True), size=17.0).svgxml(), encoding="unicode")

    quick = drawn()
    parse_style, size_px = quick_styles()
    monkeypatch.setitem(mnode._node_classes, "mrow", quick_row().__mro__[1])
    monkeypatch.setattr(mnode, "parse_style", parse_style)
    monkeypatch.setattr(mnode.Mnode, "size_px", size_px)
    assert drawn() == quick
