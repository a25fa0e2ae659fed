"""What the judge of single pages must refuse, and that its shortcut for equal shapes hides nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from converters.metadata import Metadata
from converters.model import Asset, Rendered
from tests.judges import notion
from tests.judges.atlassian import need_node_modules
from tests.judges.pages import Judges, shown_words

PNG = Asset("ab" * 32, b"x", "image/png", "plot.png")


def confluence(body: str) -> Rendered:
    return Rendered("confluence", "T", Metadata(title="T"), "0", body=body, assets=(PNG,))


def blocks(*given: dict[str, Any]) -> Rendered:
    return Rendered("notion", "T", Metadata(title="T"), "0", blocks=given, assets=(PNG,))


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "paragraph", "paragraph": {"rich_text": [{"type": "text", "text": {"content": words, **more}}]}}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p>a", "refuses"),
        ("<p>a</p><script>1</script>", "<script> is none of ours"),
        ('<p onclick="x">a</p>', "<p onclick>"),
        ('<ac:structured-macro ac:name="html"></ac:structured-macro>', "macro 'html'"),
        ('<p><a href="javascript:1">a</a></p>', "leads to 'javascript:1'"),
        ('<ac:image><ri:attachment ri:filename="other.png" /></ac:image>', "'other.png' is not among"),
        ("<p>a</p><!-- b -->", "neither element nor text"),
    ],
)
def test_what_no_page_of_ours_may_hold_is_refused(body: str, said: str) -> None:
    assert said in " ".join(Judges(vendors=False).faults(confluence(body)))


def test_a_link_to_another_report_is_resolved_first() -> None:
    judges = Judges(vendors=False)
    assert judges.faults(confluence('<p><a href="nbwiki:other#part">a</a></p>')) == []
    assert (
        judges.faults(confluence('<p><a  href="nbwiki:other#part">a</a></p>')) != []
    )  # not our spelling: it would stay
    assert judges.faults(blocks(text("a", link={"url": "nbwiki:other"}))) == []


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (text("x" * 2001), "2001"),
        (text("a", link={"url": "file:///etc/passwd"}), "leads to 'file:"),
        ({"type": "paragraph", "paragraph": {"rich_text": [], "colour": "red"}}, "colour"),
        ({"type": "image", "image": {"type": "file_upload", "file_upload": {"id": "nbwiki-asset:zz"}}}, ""),
        ({"type": "table", "table": {"table_width": 2, "children": [
            {"type": "table_row", "table_row": {"cells": [[]]}}]}}, "cells"),
    ],
)  # fmt: skip
def test_blocks_that_notion_refuses_are_refused(block: dict[str, Any], said: str) -> None:
    found = " ".join(Judges(vendors=False).faults(blocks(text("before"), block)))
    assert said in found
    assert bool(found) == bool(said)  # media without a file become a line of text, as the adapter does it


@pytest.mark.judge
def test_vendors_name_the_page_that_they_refuse() -> None:
    need_node_modules()
    assert notion.available()
    good, bad = (
        confluence("<p>a</p>"),
        confluence("<blockquote><table><tbody><tr><td><p>x</p></td></tr></tbody></table></blockquote>"),
    )
    wrong = blocks({"type": "equation", "equation": {"expression": r"\frac{1"}})
    red = blocks(text("a"), {"type": "paragraph", "paragraph": {"rich_text": [], "color": "reddish"}})
    with Judges() as judges:
        found = judges.vendors_faults([good, bad, good, wrong, red])
    assert set(found) == {1, 3, 4}
    assert "KaTeX" in found[3][0]
    assert "reddish" in json.dumps(found[4])


def test_words_of_a_page() -> None:
    assert shown_words(confluence("<p>some <strong>w</strong>ords</p>")) == {"T": 1, "some": 1, "words": 1}
    assert shown_words(blocks(text("some words"))) == {"T": 1, "some": 1, "words": 1}
