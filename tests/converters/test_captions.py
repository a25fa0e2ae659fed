"""Each caption stands on the page once, whatever it belongs to and whichever wiki it is."""

from __future__ import annotations

import json
import re

import msgspec
import pytest

from converters.metadata import Metadata
from converters.model import (
    Asset,
    Attachment,
    Block,
    Cell,
    Code,
    Document,
    Embed,
    Image,
    Interactive,
    Output,
    Paragraph,
    Row,
    Span,
    Table,
)
from converters.options import WriteOptions
from converters.writers import Target, write

PNG = Asset("a" * 64, b"\x89PNG", "image/png", "plot.png", 10, 10)
PAGE = Asset("b" * 64, b"<html>", "text/html", "plot.html")
WORDS = (Span("Speed over time"),)
PICTURE = Image(PNG.key, alt="a curve")
TABLE = Table((Row((Cell((Span("1"),)),)),))
BLOCKS: dict[str, Block] = {
    "image": msgspec.structs.replace(PICTURE, caption=WORDS),
    "remote image": Image(url="https://example.org/x.png", caption=WORDS),
    "table": msgspec.structs.replace(TABLE, caption=WORDS),
    "code": Code("x = 1", "python", caption=WORDS),
    "folded code": Code("x = 1", "python", folded=True, caption=WORDS),
    "embed": Embed("https://example.org/app", caption=WORDS),
    "video": Embed("https://youtu.be/x", "video", caption=WORDS),
    "attachment": Attachment(PAGE.key, caption=WORDS),
    "interactive": Interactive("plotly", PICTURE, PAGE.key, caption=WORDS),
    "captioned picture": Interactive("plotly", msgspec.structs.replace(PICTURE, caption=WORDS), PAGE.key),
    "live": Interactive("plotly", msgspec.structs.replace(PICTURE, caption=WORDS), url="https://example.org/live"),
    "no picture": Interactive("plotly", fallback=(Paragraph((Span("text"),)),), caption=WORDS),
    "output": Output("display_data", blocks=(PICTURE,), caption=WORDS),
    "output of a table": Output("display_data", blocks=(TABLE,), caption=WORDS),
    "folded output": Output("display_data", blocks=(PICTURE,), caption=WORDS, folded=True),
}


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize(
    ("target", "flavor"), [("confluence", "cloud"), ("confluence", "datacenter"), ("notion", "notion")]
)
def test_a_caption_stands_once(name: str, target: Target, flavor: str) -> None:
    document = Document(Metadata(title="T"), (BLOCKS[name],), {PNG.key: PNG, PAGE.key: PAGE})
    rendered, _ = write(document, target, WriteOptions(flavor=flavor))  # type: ignore[arg-type]
    shown = re.sub(r'ac:alt="[^"]*"', "", rendered.body) + json.dumps(rendered.blocks)
    assert shown.count("Speed over time") == 1
