"""Addresses that no program can read: found by fuzzing."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from converters.model import Embed, InlineImage, Span
from converters.options import ReadOptions, Source
from converters.readers import read
from converters.walk import iter_blocks, iter_inlines


def addresses(text: str) -> list[str]:
    blocks = read(Source("a.md", text.encode()), ReadOptions()).document.blocks
    found = [inline.href for inline in iter_inlines(blocks) if isinstance(inline, Span)]
    found += [inline.url for inline in iter_inlines(blocks) if isinstance(inline, InlineImage)]
    found += [block.url for block in iter_blocks(blocks) if isinstance(block, Embed)]
    return [each for each in found if isinstance(each, str) and each]


@pytest.mark.parametrize(
    "text",
    [
        "[a](http://[x)",
        '<a href="http://[x">b</a>',
        "text ![i](http://[x/a.png) text",
        '<iframe src="https://[x"></iframe>',
        "<https://a]b>",
    ],
)
def test_brackets_that_are_no_host_are_escaped(text: str) -> None:
    found = addresses(text)
    assert found
    assert all(urlsplit(each).scheme in {"http", "https"} and "[" not in each for each in found), found


def test_a_host_of_numbers_and_brackets_in_a_query_stay() -> None:
    assert addresses("[a](http://[::1]/x) [b](https://x.org/?a[]=1)") == ["http://[::1]/x", "https://x.org/?a[]=1"]
