"""A client of others reads the sandbox's Confluence: every answer has the vendor's shape, every word is there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from adapters.base import Change, Draft, Record
from converters import model as m
from converters.metadata import Metadata
from converters.options import WriteOptions
from converters.writers.confluence import write_confluence
from tests.contract.confluence_site import CloudSite

if TYPE_CHECKING:
    from adapters.sandbox.server import Server

HERE = Path(__file__).parent
AVAILABLE = shutil.which("node") is not None and (HERE / "node_modules" / "confluence.js").is_dir()
pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(not AVAILABLE and not os.environ.get("CI"), reason="no Node.js or no judges: make test"),
]
WORDS = ("The words of the report", "print('cell')", "row 7", "panel text", "deep item")
# Fields that the client's schemas leave optional and the adapter needs.
NEEDED = {
    "page": ("id", "status", "title", "spaceId", "parentId", "version", "body", "labels", "properties", "_links"),
    "attachment": ("id", "title", "mediaType", "fileSize", "fileId", "downloadLink", "version", "pageId"),
    "currentUser": ("accountId", "displayName", "email"),
    "task": ("finished", "percentageComplete", "successful"),
}


def read(server: Server, page: str) -> dict[str, Any]:
    """What ``confluence.js`` makes of a site and one page: ``answers``, ``refused`` and ``drift``."""
    done = subprocess.run(
        ["node", str(HERE / "confluence_read.mjs"), server.url, page],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "CONFLUENCE_TOKEN": "sandbox"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def publish(server: Server) -> str:
    """The id of a small report, published by the adapter, with a comment of each kind on it."""

    def text(words: str) -> m.Paragraph:
        return m.Paragraph((m.Span(words),))

    png = m.Asset(m.Asset.digest(b"\x89PNG"), b"\x89PNG", "image/png", "plot.png", 1, 1)
    rows = tuple(m.Row((m.Cell((m.Span(f"row {number}"),)),)) for number in range(9))
    blocks = (
        m.Heading(2, (m.Span("Heading"),)),
        text(WORDS[0]),
        m.Code(WORDS[1], "python", "input", folded=True),
        m.Table(rows, header_rows=1),
        m.Callout("note", (text(WORDS[3]),)),
        m.ListBlock("bullet", (m.ListItem((text("item"), m.ListBlock("bullet", (m.ListItem((text(WORDS[4]),)),)))),)),
        m.Image(png.key, caption=(m.Span("caption"),)),
    )
    document = m.Document(Metadata(title="Judged", tags=("sales",)), blocks, {png.key: png})
    rendered, _ = write_confluence(document, WriteOptions(flavor="cloud"))
    site = CloudSite(server)
    wiki = site.connect(site.settings())
    wiki.begin(wiki.observe())
    made = wiki.create(Draft(record=Record(key="k", source="r.ipynb"), title="Judged", parent=None))
    change = Change(record=made.record, title="Judged", content=rendered, base=made.page.version)
    page = wiki.write(made.page, change).page.id
    wiki.close()
    for more in ({"selection": "words"}, {}):
        data = {"page": page, "text": "why?"} | more
        assert requests.post(f"{server.url}/sandbox/comment", json=data, timeout=10).ok
    return page


def test_every_answer_has_the_vendors_shape_and_every_word_is_there(sandbox: Server) -> None:
    page = publish(sandbox)
    found = read(sandbox, page)
    assert found["refused"] == {}
    assert found["drift"] == []
    answers = found["answers"]
    for name, fields in NEEDED.items():
        assert [field for field in fields if answers[name].get(field) is None] == [], name
    body = answers["page"]["body"]["storage"]["value"]
    plain = re.sub(r"</?ac:inline-comment-marker[^>]*>", "", body)
    assert [words for words in WORDS if words not in plain] == []
    assert answers["pages"]["results"][0]["body"]["storage"]["value"] == body
    assert [row["name"] for row in answers["labels"]["results"]] == ["sales"]
    assert len(answers["attachments"]["results"]) == 1
    assert len(answers["inlineComments"]["results"]) == len(answers["footerComments"]["results"]) == 1
    assert answers["types"]["results"] == {page: "page"}
    assert len(answers) > 35


WRONG = {
    "spaces": ("/wiki/api/v2/spaces", {"results": {}}),
    "labels": ("/wiki/api/v2/pages/*/labels", {"results": [{"id": 7}], "_links": {}}),
    "currentUser": ("/wiki/rest/api/user/current", {"accountId": 5}),
    "search": ("/wiki/rest/api/search", {"results": []}),
}
UNKNOWN = {
    "attachments": ("/wiki/api/v2/pages/*/attachments", {"results": [], "colour": "red"}),
    "ancestors": ("/wiki/api/v2/pages/*/ancestors", {"results": [{"id": "1", "type": "planet"}]}),
}


def test_wrong_and_unknown_shapes_are_told(sandbox: Server) -> None:
    rules = [
        {"path": path, "method": "GET", "status": 200, "body": body}
        for path, body in (*WRONG.values(), *UNKNOWN.values())
    ]
    assert requests.put(f"{sandbox.url}/sandbox/faults", json={"rules": rules}, timeout=10).ok
    home = requests.get(f"{sandbox.url}/sandbox/state", timeout=10).json()["spaces"][0]["homepage_id"]
    found = read(sandbox, home)
    assert set(found["refused"]) >= set(WRONG)
    told = {row["endpoint"].rpartition("/")[2] for row in found["drift"]}
    assert told == set(UNKNOWN)
