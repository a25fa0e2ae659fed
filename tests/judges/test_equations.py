"""KaTeX itself over our judgement of equations, and over their pictures."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from converters.writers.notion import katex_table
from converters.writers.notion.equations import katex
from converters.writers.notion.katex_check import katex_fault
from tests.judges import equations as judge
from tests.judges import notion

pytestmark = pytest.mark.judge
HERE = Path(__file__).parent

HARD = [
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}^{-1}",
    r"f(x) = \begin{cases} x^2 & \text{if } x \ge 0 \\ -x & \text{otherwise} \end{cases}",
    r"\begin{align} a &= b + c \\ d + e &= f \\ &= g \cdot h \end{align}",
    r"\underbrace{x_1 + \cdots + x_n}_{n \text{ terms}} \overbrace{a + b}^{\text{sum}}",
    r"\operatorname*{arg\,max}_{\theta \in \Theta} L(\theta) + \operatorname{softmax}(z)_i",
    r"\bm{\theta} = \bm{X}^\top \boldsymbol{\beta} + \mathbf{0}",
    r"\sum_{\substack{i < n \\ j \ne i}} a_{ij} = \mathbb{1}_{x > 0}",
    r"\left. \frac{\partial f}{\partial x} \right|_{x=0} + \left\lVert \sum_i x_i \right\rVert_2^2",
    r"\int_{-\infty}^{\infty} e^{-x^2} \, dx = \sqrt{\pi} \quad \oint_C f",
    r"\left\{ x \middle| y \right\} \quad {n \choose k} \quad \Bigg[ \frac{a}{b} \Bigg]",
    r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}",
    r"\begin{eqnarray} a &=& b \\ c &\leq& d \end{eqnarray}",
    r"\color{red}{x} + \textcolor{blue}{y} = \boxed{E = mc^2}",
    r"{\bf x} \cdot {\rm Cov} \not= \hat\mu \pmod{n}",
    r"\begin{dcases} \frac{a}{b} & x \\ c & y \end{dcases}",
    r"\begin{gather} a = b \\ c = d \end{gather}",
    r"\begin{equation}\begin{split} a &= b \\ &= c \end{split}\end{equation}",
]
PIECES = [
    *"{}^_\\&#$%~'[]x", "\\\\", "\\left(", "\\right)", "\\frac", "\\sqrt", "\\text{", "\\begin{matrix}", "\\end{matrix}", "\\foo",
    "\\limits", "\\tag{1}", "\\over", "\\mathrm", "\\sum", "\\big", "\\hspace{1em}", "\\color{red}", "\\middle|", "\\hline", "\\rm", "é",
]  # fmt: skip


def shown(wanted: list[tuple[str, bool]]) -> list[str | None]:
    """What KaTeX says of each, None where it sets it."""
    done = subprocess.run(
        ["node", str(HERE / "notion_katex.cjs")], input=json.dumps(wanted), capture_output=True, text=True, check=True
    )
    found: list[str | None] = json.loads(done.stdout)
    return found


def test_the_table_is_katex_own() -> None:
    made = subprocess.run(["node", str(HERE / "katex_table.mjs")], capture_output=True, text=True, check=True).stdout
    assert made == Path(katex_table.__file__).read_text(encoding="utf-8")


def test_broken_equations_are_told_as_katex_tells_them() -> None:
    """Equations with pieces put in, taken out and moved: nearly every second is broken."""
    chance = random.Random(11)
    base = [(tex, True) for tex in HARD] + [(katex(tex), True) for tex in HARD]
    wanted: list[tuple[str, bool]] = []
    for _ in range(3000):
        tex, _ = chance.choice(base)
        at, other = chance.randrange(len(tex) + 1), chance.randrange(len(tex) + 1)
        kind = chance.random()
        if kind < 0.45:
            tex = tex[:at] + chance.choice(PIECES) + tex[at:]
        elif kind < 0.8:
            tex = tex[:at] + tex[at + chance.choice([1, 1, 2, 4]) :]
        else:
            tex = tex[:at] + tex[min(at, other) : other] + tex[at:]
        wanted.append((tex, chance.random() < 0.7))
    errors = shown(wanted)
    faults = [katex_fault(tex, display=display) for tex, display in wanted]
    missed = [(one, error) for one, error, fault in zip(wanted, errors, faults, strict=True) if error and not fault]
    false = [(one, fault) for one, error, fault in zip(wanted, errors, faults, strict=True) if fault and not error]
    assert sum(error is not None for error in errors) > 1000
    assert len(missed) <= 3, missed
    assert len(false) <= 6, false


def test_pictures_show_what_katex_shows() -> None:
    wanted = [(tex, True) for tex in HARD] + [(tex, False) for tex in HARD]
    for one, theirs in zip(wanted, judge.katex_characters(wanted), strict=True):
        ours = judge.drawn(one[0], display=one[1])
        assert ours is not None, one
        assert theirs is not None and judge.same(ours, theirs), (one, ours - theirs, theirs - ours)


def test_the_comparison_sees_a_lost_letter() -> None:
    assert not judge.same(Counter("ab"), Counter("abc"))
    assert not judge.same(Counter("abd"), Counter("abc"))


@pytest.mark.corpus
def test_corpus() -> None:
    """At least 98 % of the corpus' equations are pictures, each with KaTeX' characters; Notion's are judged rightly."""
    if not judge.CORPUS.is_dir():
        pytest.skip("the development corpus isn't beside the project")
    found = judge.equations_of(judge.CORPUS)
    wanted = list(found)
    drawn = [judge.drawn(tex, display=display) for tex, display in wanted]
    assert sum(one is not None for one in drawn) >= 0.98 * len(wanted)
    truth = judge.katex_characters(wanted)
    differ = [
        one
        for one, ours, theirs in zip(wanted, drawn, truth, strict=True)
        if ours is not None and theirs is not None and not judge.same(ours, theirs)
    ]
    assert [tex for tex, _ in differ if "LaTeX" not in tex] == []
    sent = [(katex(tex, display=display), display) for tex, display in wanted]
    refused = {tex for tex, _ in notion.refused_equations(dict.fromkeys(sent, ""))}
    assert {tex for tex, display in sent if katex_fault(tex, display=display)} == refused
