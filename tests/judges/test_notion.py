"""Each judge of Notion refuses what it must, and takes what we send to the sandbox."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import urllib.request
from pathlib import Path

import pytest

from adapters.base import Change, Draft, Record
from adapters.notion import open_notion
from adapters.settings import TargetSettings, Token
from converters import model as m
from converters.metadata import Metadata
from converters.options import WriteOptions
from converters.writers.notion import write_notion


def _load(name: str):
    spec = importlib.util.spec_from_file_location(f"judge_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


judge = _load("notion")
pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(not judge.available() and not os.environ.get("CI"), reason="no Node.js or no judges: make test"),
]
APPEND = "AppendBlockChildrenBodyParameters"


def text(words):
    return [{"type": "text", "text": {"content": words}}]


def paragraph(words):
    return {"type": "paragraph", "paragraph": {"rich_text": text(words)}}


def nested(depth):
    value = {"rich_text": text("x")}
    if depth:
        value["children"] = [nested(depth - 1)]
    return {"type": "bulleted_list_item", "bulleted_list_item": value}


@pytest.mark.parametrize(
    "body",
    [
        {"children": [paragraph("x")], "after": "id"},
        {"children": [{"type": "paragraph", "paragraph": {"rich_text": text("x"), "colour": "red"}}]},
        {"children": [{"type": "code", "code": {"rich_text": text("x"), "language": "ipython3"}}]},
        {"children": [nested(3)]},
        {"children": [paragraph("x" * 2001)]},
        {"children": [paragraph("x")] * 101},
        {"children": [{"type": "equation", "equation": {"expression": "x" * 1001}}]},
        {"children": [{"type": "bookmark", "bookmark": {"url": "/relative"}}]},
        {"children": [{"type": "callout", "callout": {"rich_text": [], "icon": None}}]},
    ],
)
def test_the_judge_of_bodies_refuses(body):
    assert judge.faults(APPEND, body)


def test_the_judge_of_bodies_takes_what_is_right():
    assert judge.faults(APPEND, {"children": [paragraph("x"), nested(2)], "position": {"type": "start"}}) == []


def test_the_judge_of_equations_refuses():
    assert judge.refused_equations([(r"\frac{1}{", True), ("x^2", False)])[0][0] == r"\frac{1}{"


def span(words, *marks):
    return m.Span(words, frozenset(marks))


def deep(levels):
    below = (deep(levels - 1),) if levels else ()
    return m.ListBlock("bullet", (m.ListItem((m.Paragraph((span(f"level {levels}"),)), *below)),))


def report() -> m.Document:
    png = m.Asset(m.Asset.digest(b"\x89PNG"), b"\x89PNG", "image/png", "plot.png", 1, 1)
    book = m.Asset(m.Asset.digest(b"{}"), b"{}", "application/x-ipynb+json", "report.ipynb")
    rows = tuple(m.Row((m.Cell((span(f"row {i}"),)), m.Cell((span("v"),)))) for i in range(230))
    kinds = ("note", "tip", "info", "important", "warning", "caution", "danger", "success", "summary")
    blocks = (
        *(m.Callout(kind, (m.Paragraph((span(f"panel {kind}"),)),)) for kind in kinds),
        m.Toc(),
        m.Heading(5, (span("Deep heading"),)),
        m.Paragraph(
            (span("bold", m.Mark.STRONG), m.InlineMath("x^2"), m.Date("2026-11-21"), m.Lozenge("DRAFT", "red"))
        ),
        m.Code("print('cell')\n" * 20_000, "ipython3", "input", folded=True),
        m.Image(png.key, caption=(span("figure caption"),)),
        m.Math(r"\begin{align}a &= b \\ c &= d\end{align}", number="1"),
        deep(6),
        m.Table(rows, header_rows=1, caption=(span("table caption"),), total_rows=5000),
        m.Columns(((m.Paragraph((span("left"),)), deep(2)), (m.Table(rows[:2]),))),
        m.Attachment(book.key, "notebook"),
        m.Embed("https://example.org/live"),
        m.Embed("https://youtu.be/x", "video"),
        m.Footnotes((m.Footnote("a", 1, (m.Paragraph((span("foot"),)),)),)),
        *(m.Paragraph((span(f"paragraph {i}"),)) for i in range(150)),
        m.Section("about", (m.Quote((m.Paragraph((span("quoted"),)), deep(3))),)),
    )
    meta = Metadata(title="Judged", summary="short", tags=("a,b", "c"), updated="2026-11-21")
    return m.Document(meta, blocks, {png.key: png, book.key: book})


def test_the_vendor_reads_back_what_we_publish_and_takes_every_request(sandbox):
    base = f"http://127.0.0.1:{sandbox.port}"
    state = json.load(urllib.request.urlopen(f"{base}/sandbox/state"))
    settings = TargetSettings(
        name="n", kind="notion", url=f"{base}/notion", token=Token("sandbox"), parent=state["notion_data_hub"]
    )
    wiki = open_notion(settings)
    wiki.begin(wiki.observe())
    rendered, _ = write_notion(report(), WriteOptions(flavor="notion"))
    made = wiki.create(Draft(record=Record(key="k", source="a/r.ipynb"), title="Judged", parent=None))
    change = Change(record=made.record, title="Judged", content=rendered, base=made.page.version)
    done = wiki.write(made.page, change)
    back = judge.read_back(f"{base}/notion", "sandbox", done.page.id)
    words = json.dumps(back["blocks"], ensure_ascii=False)
    for wanted in ("level 0", "row 229", "quoted", "paragraph 149", "panel summary", "5,000 rows", "figure caption"):
        assert wanted in words, wanted
    assert "paragraph 149" in back["markdown"]
    assert [block["type"] for block in back["blocks"]] == [block["type"] for block in rendered.blocks]
    assert judge.refused_equations(judge.equations(list(rendered.blocks))) == []
    seen = 0
    for request in json.load(urllib.request.urlopen(f"{base}/sandbox/requests")):
        kind = judge.body_type(request["method"], request["path"].partition("/v1/")[2].partition("?")[0])
        if kind and isinstance(request.get("body"), dict):
            assert judge.faults(kind, request["body"]) == [], request["path"]
            seen += 1
    assert seen > 5
    wiki.close()
