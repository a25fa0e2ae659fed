"""The one normal form of text."""

from converters.build import plain, spans, strip, table, text_of
from converters.model import InlineMath, LineBreak, Mark, Span

BOLD = frozenset({Mark.STRONG})


def test_equal_neighbours_merge_and_empty_ones_go():
    assert spans([Span("a"), Span(""), Span("b"), Span("c", BOLD), Span("d", BOLD, "https://x")]) == (
        Span("ab"),
        Span("c", BOLD),
        Span("d", BOLD, "https://x"),
    )


def test_nothing_merges_across_other_inlines():
    assert spans([Span("a"), LineBreak(), Span("b")]) == (Span("a"), LineBreak(), Span("b"))


def test_strip_takes_blanks_and_breaks_off_both_ends():
    assert strip([LineBreak(), Span("  a "), LineBreak(), Span("  ", BOLD)]) == (Span("a"),)
    assert strip([Span("  ")]) == ()


def test_text_of_keeps_equations_and_breaks():
    assert text_of([Span("a"), LineBreak(), InlineMath("x")]) == "a x"
    assert plain("a\nb") == (Span("a"), LineBreak(), Span("b"))


def test_table_has_its_header():
    made = table(["h"], [["1"]])
    assert made.header_rows == 1
    assert made.rows[0].cells[0].header
