"""A sample of the corpus before all judges (the whole of it: ``make judges``), and what the corpus judge must refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.judges import corpus as corpus_judge
from tests.judges import notion, words
from tests.judges.atlassian import need_node_modules

FOLDERS = ["MyST-NB", "nbconflux"]


@pytest.mark.judge
@pytest.mark.corpus
def test_no_judge_finds_anything_in_a_sample(corpus: Path) -> None:
    need_node_modules()
    assert notion.available()
    for tally in corpus_judge.judge(FOLDERS, corpus):
        assert tally.faults == [], tally.target
        assert tally.documents > 15
        assert tally.bodies > tally.documents
        assert not corpus_judge.short(tally), tally.lost


def test_a_page_is_judged_in_pieces_that_make_the_whole() -> None:
    body = "".join(f"<p>ö{i}</p>" for i in range(50)) + '<ac:image ac:alt="&lt;"><ri:url ri:value="x"/></ac:image>end'
    pieces = list(corpus_judge.parts(body, 100))
    assert "".join(pieces) == body
    assert len(pieces) > 5
    assert all(piece.count("<p>") == piece.count("</p>") for piece in pieces)


def test_words_that_a_page_lacks_are_found() -> None:
    source = words.narrative(
        "a.md", b"---\ntitle: T\n---\n# Head\n\nSome **bold** text, $x^2$ m<sup>2</sup>\n\n```{r}\nx\n```\n"
    )
    assert source == words.words("Head Some bold text m2")
    assert words.of_storage('<p>On <time datetime="2022-07-07" /></p>') == words.words("On 2022-07-07")
    page = words.of_storage('<h1>Head</h1><p>Some <em>bo</em>ld m²</p><ac:image ac:alt="x^2"></ac:image>')
    assert words.lost(source, page) == {"text": 1}


def test_a_document_that_loses_words_is_a_fault() -> None:
    tally = corpus_judge.Tally("cloud")
    tally.compare("words", "a.md", words.words("one two three four"), words.words("one"))
    assert tally.faults == [("words", "a.md", "3 of 4 words are not shown: two, three, four")]
    assert corpus_judge.short(tally)
