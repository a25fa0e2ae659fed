r"""Labels, tags and references in LaTeX."""

from __future__ import annotations

import pytest

from converters.transforms.equation_labels import labels_of, numbered, reference_in, resolved


@pytest.mark.parametrize(
    ("tex", "labels"),
    [
        (r"a = b", []),
        (r"a = b \label{eq:x}", [("eq:x", "")]),
        (r"a = b \tag{7'} \label{x}", [("x", "7'")]),
        (r"\tag*{$\star$} a", [("", r"$\star$")]),
        (r"\begin{align} a &= b \label{a} \\ c &= d \\[2pt] e &= f \tag{T} \end{align}", [("a", ""), ("", "T")]),
        (r"\begin{equation}\begin{split} a \\ b \label{s} \end{split}\end{equation}", [("s", "")]),
        (r"\begin{align} \substack{a \\ b} \label{one} \\ c \label{two} \end{align}", [("one", ""), ("two", "")]),
        (r"\begin{equation} a \label{p} \end{equation} \begin{equation} b \label{q} \end{equation}", [("p", ""), ("q", "")]),
        ("a % \\label{no}\n b", []),
        (r"\\label{x}", []),
        (r"a \label{} b", []),
    ],
)  # fmt: skip
def test_rows_with_a_label_or_a_tag(tex: str, labels: list[tuple[str, str]]) -> None:
    assert labels_of(tex) == labels


@pytest.mark.parametrize(
    ("tex", "shown", "number"),
    [
        (r"a = b", r"a = b", ""),
        (r"a = b \label{x}", r"a = b", "3"),
        (r"\begin{equation} a \label{x} \end{equation}", r"\begin{equation} a  \end{equation}", "3"),
        (r"a \tag{7} \label{x}", r"a", "7"),
        (r"a \tag*{seven}", r"a \tag*{seven}", ""),
        (r"a \label{unknown}", r"a", ""),
        (r"\begin{align} a \label{x} \\ \end{align}", r"\begin{align} a  \\ \end{align}", "3"),
        (
            r"\begin{align} a \label{x} \\ b \\ c \label{y} \end{align}",
            r"\begin{align} a \tag{3} \\ b \\ c \tag{4} \end{align}",
            "",
        ),
        (r"\begin{align} a \\ b \label{y} \end{align}", r"\begin{align} a \\ b \tag{4} \end{align}", ""),
    ],
)
def test_numbers_stand_beside_the_whole_or_in_their_row(tex: str, shown: str, number: str) -> None:
    assert numbered(tex, {"x": "3", "y": "4"}) == (shown, number)


def test_references() -> None:
    assert reference_in(r" \eqref{eq:a} ") == ("eq:a", True)
    assert reference_in(r"\ref{eq:a}") == ("eq:a", False)
    assert reference_in(r"x + \ref{eq:a}") is None
    assert resolved(r"\overset{\eqref{a}}{=} \ref{b_c}", {"a": "3"}) == r"\overset{\text{(3)}}{=} \text{b\_c}"
