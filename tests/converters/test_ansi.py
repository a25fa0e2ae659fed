"""Terminal output as a person saw it."""

import pytest

from converters.readers.ansi import resolve


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("a\x1b[1;31mred\x1b[0mb", "aredb"),
        ("\x1b[38;5;12m256\x1b[38;2;1;2;3mtrue\x1b[m", "256true"),
        (" 10%\r 20%\r100%\ndone\n", "100%\ndone\n"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("abc\b\bX", "aXc"),
        ("a long line\r\x1b[Kshort", "short"),
        ("abcdef\x1b[3D\x1b[K", "abc"),
        ("one 1%\ntwo 1%\x1b[A\rone 99%\n\rtwo 99%\n", "one 99%\ntwo 99%\n"),
        ("see \x1b]8;;http://example.com\x07this\x1b]8;;\x07.", "see this."),
        ("\x1b]0;window title\x1b\\text", "text"),
        ("nul\x00 bel\x07 end", "nul bel end"),
        ("a\x1b[9999999999Cb", "a b"),
        ("kept\x1b[2J\x1b[H text", "kept text"),
    ],
)
def test_control_characters_act_as_on_a_terminal(raw, seen):
    assert resolve(raw) == seen


def test_text_without_control_characters_is_the_same_object():
    text = "x" * 100
    assert resolve(text) is text


def test_a_long_progress_bar_stays_one_line():
    assert resolve("".join(f"\r{n:6d}/20000" for n in range(20001))) == " 20000/20000"
