"""Nothing is lost without a note: odd content in odd places, each with what the reader sees and what the author is told."""

import pytest

from converters import model as m
from converters.options import ReadOptions, Source
from converters.readers import read
from converters.walk import iter_blocks, iter_inlines


def made(text, path="x.md"):
    """Words on the page, addresses that they lead to, and the notes' codes."""
    found = read(Source(path, f"# T\n\n{text}\n".encode()), ReadOptions())
    blocks = found.document.blocks
    inlines = list(iter_inlines(blocks))
    words = " ".join(getattr(each, "text", "") or getattr(each, "tex", "") for each in (*inlines, *iter_blocks(blocks)))
    links = {each.href for each in inlines if isinstance(each, m.Span) and each.href}
    return words, links, [note.code for note in found.notes]


FRAME = '<iframe src="https://www.youtube.com/embed/abc" title="The talk"></iframe>'


@pytest.mark.parametrize(
    "place", ["## See {}", "| a |\n|---|\n| {} |", "<h2>See {}</h2>", "<details><summary>{}</summary>x</details>"]
)
def test_a_frame_in_one_line_is_a_link_with_a_note(place):
    words, links, codes = made(place.format(FRAME))
    assert "The talk" in words and "https://www.youtube.com/embed/abc" in links and codes == ["embed.line"]


@pytest.mark.parametrize("place", ["## See {}", "| a |\n|---|\n| {} |"])
def test_so_is_a_video_of_quarto(place):
    _, links, codes = made(place.format("{{< video https://youtu.be/abc >}}"), "x.qmd")
    assert links == {"https://youtu.be/abc"} and codes == ["embed.line"]


def test_blocks_in_a_heading_keep_their_words_apart():
    words, _, _ = made("<h2>Steps <ul><li>one</li><li>two</li></ul><pre>code()</pre></h2>")
    assert {"Steps", "one", "two", "code()"} <= set(words.split())
