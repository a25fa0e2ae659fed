"""Chemical formulas and operators with signs at their corners, in LaTeX that all engines know; words of other scripts."""

import pytest

from converters import model as m
from converters import transforms
from converters.options import NoFiles, ReadOptions, Source, TransformOptions
from converters.readers import read
from converters.transforms.chemistry import formula, plainer
from converters.transforms.equations import equation_picture
from converters.transforms.math_words import apart


@pytest.mark.parametrize(
    ("written", "latex"),
    [
        ("H2O", r"\mathrm{H}_{2}\mathrm{O}"),
        ("2H2 + O2 -> 2H2O", r"2\,\mathrm{H}_{2}  +  \mathrm{O}_{2}  \rightarrow  2\,\mathrm{H}_{2}\mathrm{O}"),
        ("SO4^2-", r"\mathrm{S}\mathrm{O}_{4}^{2{-}}"),
        ("Na+", r"\mathrm{Na}^{{+}}"),
        ("^{14}_{6}C", r"{}^{14}_{6}\mathrm{C}"),
        (
            "A <=>[x y][H2O] B",
            r"\mathrm{A}  \underset{\mathrm{H}_{2}\mathrm{O}}{\overset{\text{x y}}{\rightleftharpoons}}  \mathrm{B}",
        ),
        ("CH2=CH2", r"\mathrm{C}\mathrm{H}_{2}{=}\mathrm{C}\mathrm{H}_{2}"),
        ("CuSO4.5H2O", r"\mathrm{Cu}\mathrm{S}\mathrm{O}_{4}\cdot 5\,\mathrm{H}_{2}\mathrm{O}"),
        ("CO2 ^", r"\mathrm{C}\mathrm{O}_{2} \uparrow"),
        ("NaCl (aq)", r"\mathrm{Na}\mathrm{Cl} \,\mathrm{(aq)}"),
    ],
)
def test_formulas(written, latex):
    assert formula(written) == latex


@pytest.mark.parametrize("written", ["A @ B", "{a$b}", "H2O \x01", "x" * 2000])
def test_what_is_not_understood_stays(written):
    assert formula(written) is None
    assert plainer(rf"\ce{{{written}}} + 1") == rf"\ce{{{written}}} + 1"


@pytest.mark.parametrize(
    "tex",
    [
        r"\ce{H2O + CO2 <=> H2CO3}",
        r"\ce{[Fe(CN)6]^3-} + \ce{A ->[\Delta] B v}",
        r"\sideset{}{'}\sum_{k=1}^n a_k",
        r"\sideset{_a^b}{_c^d}\prod_{i \in I}^{\infty} x",
    ],
)
def test_they_are_drawn(tex):
    assert equation_picture(tex, display=True) is not None


def test_operators_with_signs_at_their_corners():
    assert plainer(r"\sideset{}{'}\sum_{k}^n a") == r"\overset{n}{\underset{k}{{\sum}'}} a"


@pytest.mark.parametrize(
    ("tex", "pieces"),
    [
        (r"v = \frac{d}{t} \text{（速度）}", [(r"v = \frac{d}{t}", False), (" （速度） ", True)]),
        (r"\text{利润} = 收入 - x", [(" 利润 ", True), ("=", False), (" 收入 ", True), ("- x", False)]),
        (r"P_{\text{总}} = 5", []),
        (r"P_总", []),
        (r"\begin{cases} 集 \end{cases}", []),
        (r"x + \text{words}", []),
    ],
)
def test_words_of_other_scripts_are_cut_out(tex, pieces):
    assert apart(tex) == pieces


def page(text, target):
    found = read(Source("a.md", text.encode()), ReadOptions())
    return transforms.apply(found, TransformOptions(target=target, anatomy=False), NoFiles())


def test_such_words_are_text_of_the_page():
    made = page("# T\n\nA $x \\in 集合$ b\n\n$$\n\\text{中} = 1 \\label{eq:a}\n$$\n\n$P_{\\text{总}}$", "confluence")
    first, second, third = made.document.blocks
    assert [type(each) for each in first.content] == [m.Span, m.InlineMath, m.Span, m.Span]
    assert first.content[2].text == " 集合 "
    assert (second.align, second.content[0], second.content[-1].text.strip()) == ("center", m.Anchor("eq:a"), "(1)")
    assert third.content[0].marks == {m.Mark.CODE}
    assert [note.code for note in made.notes] == ["math.unrendered"]


def test_notion_gets_what_katex_knows():
    made = page("# T\n\n$\\ce{H2O}$ and $\\ce{A @ B}$", "notion")
    assert made.document.blocks[0].content[0] == m.InlineMath(r"\mathrm{H}_{2}\mathrm{O}")
    assert made.document.blocks[0].content[2] == m.InlineMath(r"\ce{A @ B}")


def test_macros_of_a_header():
    made = page(
        "---\ntitle: T\nmath:\n  '\\RR': '\\mathbb{R}'\n  two: {macro: '#1_{#2}'}\n---\n$\\RR + \\two{a}{b}$", "notion"
    )
    assert made.document.blocks[0].content == (m.InlineMath(r"\mathbb{R} + a_{b}"),)
