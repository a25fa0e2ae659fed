"""Authors as the wiki's own users: found by e-mail where the wiki proves it, by the configuration, else as text."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from adapters.sandbox.server import Server
from converters.links import resolve
from converters.metadata import Metadata, Person
from converters.model import Code, Document, Mention, Paragraph, Span
from converters.options import WriteOptions
from converters.writers import write
from tests.e2e.publish import configure, requests_since, writes
from tests.hub.test_hub_sync import pages, report, synced

ADA = {"cloud": 'ri:account-id="', "datacenter": 'ri:userkey="8a7f80828a7f80828a7f80828a7f0001"'}
LOOKS = ("search/user", "/rest/api/user")
CONFLUENCE = pytest.mark.parametrize("target", ["cloud", "datacenter"])


@pytest.fixture
def library(tmp_path: Path, sandbox: Server) -> Path:
    """Reports by somebody whom the wiki knows, by a namesake with another address, and by somebody whom it doesn't."""
    folder = tmp_path / "library"
    folder.mkdir()
    configure(folder, sandbox.url, folder, ("**/*.md",))
    config = folder / "nbwiki.toml"
    config.write_text(config.read_text(encoding="utf-8") + "\n[hub]\nenabled = true\n", encoding="utf-8")
    report(folder, "a.md", "title: First\nauthors:\n- {name: Ada Author, email: Author@example.com}\ntags: [one]")
    report(folder, "b.md", "title: Second\nauthors:\n- {name: Rita Reader, email: rita@elsewhere.example}\ntags: [one]")
    report(folder, "c.md", "title: Third\nauthors:\n- {name: Nobody Known, email: nobody@example.com}\ntags: [one]")
    return folder


def switch(server: Server, **switches: Any) -> None:
    request = urllib.request.Request(
        f"{server.url}/sandbox/faults", json.dumps({"switches": switches}).encode(),
        {"Content-Type": "application/json"}, method="PUT",
    )  # fmt: skip
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def looked(server: Server, since: int) -> int:
    return sum(one["path"].split("?")[0].endswith(LOOKS) for one in requests_since(server.url, since))


def last(server: Server) -> int:
    return max((one["number"] for one in requests_since(server.url)), default=0)


@CONFLUENCE
def test_an_author_is_mentioned_on_their_page_and_in_the_tables_of_reports(
    library: Path, sandbox: Server, target: str
) -> None:
    synced(library, target)
    there = pages(sandbox, target)
    assert ADA[target] in there["Author: Ada Author"]["body"]
    assert ADA[target] in there["First"]["body"]  # in its properties, which the tables read
    for title in ("Author: Rita Reader", "Author: Nobody Known", "Second", "Third"):
        assert "<ri:user" not in there[title]["body"], title
    # nothing changed: nobody is looked for, nothing is written
    number = last(sandbox)
    assert synced(library, target)["requests"]["write"] == 0
    assert looked(sandbox, number) == 0
    # a changed report looks for its own author, if there is no account yet
    path = library / "c.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Words", "New words"), encoding="utf-8")
    number = last(sandbox)
    synced(library, target)
    assert 1 <= looked(sandbox, number) <= 2
    path = library / "a.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Words", "New words"), encoding="utf-8")
    number = last(sandbox)
    synced(library, target)
    assert looked(sandbox, number) == 0
    assert ADA[target] in pages(sandbox, target)["First"]["body"]


def test_who_hides_the_address_is_found_by_the_configuration_only(library: Path, sandbox: Server) -> None:
    switch(sandbox, hide_emails=True)
    report(library, "d.md", "title: Fourth\nauthors:\n- {name: Rita Reader, email: reader@example.com}\ntags: [one]")
    synced(library, "cloud")
    assert "<ri:user" not in pages(sandbox, "cloud")["Fourth"]["body"]
    config = library / "nbwiki.toml"
    config.write_text(
        config.read_text(encoding="utf-8") + 'people = {"reader@example.com" = "acc-1"}\n', encoding="utf-8"
    )
    done = synced(library, "cloud")
    # the page of the author now; reports from their next change on, so that one line of configuration writes no library
    assert {one["title"] for one in done["actions"] if one["verb"] == "update"} == {"Author: Rita Reader"}
    assert 'ri:account-id="acc-1"' in pages(sandbox, "cloud")["Author: Rita Reader"]["body"]


def test_an_author_who_left_keeps_their_page_and_it_says_whom_to_ask(library: Path, sandbox: Server) -> None:
    report(library, "e.md", "title: Fifth\nauthors: [Nobody Known]\nowner: Bo Lund\ntags: [one]")
    config = library / "nbwiki.toml"
    config.write_text(config.read_text(encoding="utf-8") + 'left = ["nobody@example.com"]\n', encoding="utf-8")
    synced(library, "cloud")
    body = pages(sandbox, "cloud")["Author: Nobody Known"]["body"]
    assert "is no longer here. Their reports are now looked after by Bo Lund." in body
    assert "no longer here" not in pages(sandbox, "cloud")["Author: Ada Author"]["body"]


def byline(server: Server, target: str, title: str) -> Any:
    """The line below a report's title, as a tree; also among other lines, for the name of its author."""
    tree = html.fromstring(f"<div>{pages(server, target)[title]['body']}</div>")
    return next(one for one in tree.xpath("//p") if "Created" in one.text_content())


@CONFLUENCE
def test_the_line_below_a_title_leads_to_its_authors_pages_from_the_first_publish_on(
    library: Path, sandbox: Server, target: str
) -> None:
    for name in "abc":
        path = library / f"{name}.md"
        path.write_text(path.read_text(encoding="utf-8").replace("tags:", "date: 2026-10-01\ntags:"), encoding="utf-8")
    report(library, "d.md", "title: Fourth\nauthors: [Nobody Known, Ada Author]\ndate: 2026-10-01\ntags: [two]")
    number = last(sandbox)
    synced(library, target)
    there = pages(sandbox, target)
    for title, names in {
        "First": ["Ada Author"], "Second": ["Rita Reader"], "Third": ["Nobody Known"],
        "Fourth": ["Nobody Known", "Ada Author"],
    }.items():  # fmt: skip
        links = byline(sandbox, target, title).xpath(".//a")
        assert [one.text_content() for one in links] == names
        for one, name in zip(links, names, strict=True):
            assert there[f"Author: {name}"]["id"] in one.get("href"), title
        assert there[title]["version"] <= 2, "made, and written once at most"
    # pages whose links lead nowhere yet are made complete all the same, without a second write
    sent = writes(requests_since(sandbox.url, number))
    fourth = there["Fourth"]["id"]
    assert not [one for one in sent if one.startswith("PUT") and f"/{fourth}" in one and "propert" not in one]
    assert synced(library, target)["requests"]["write"] == 0


@CONFLUENCE
def test_a_comment_on_an_authors_name_stays_as_it_becomes_a_link(library: Path, sandbox: Server, target: str) -> None:
    config = library / "nbwiki.toml"
    whole = config.read_text(encoding="utf-8")
    config.write_text(whole.replace("enabled = true", "enabled = false"), encoding="utf-8")
    report(library, "a.md", "title: First\nauthors: [Ada Author]\ndate: 2026-10-01\ntags: [one]")
    synced(library, target)
    assert not byline(sandbox, target, "First").xpath(".//a")
    request = urllib.request.Request(
        f"{sandbox.url}/sandbox/comment",
        json.dumps({"page": pages(sandbox, target)["First"]["id"], "text": "Hello", "selection": "Ada Author"}).encode(),
        {"Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    config.write_text(whole, encoding="utf-8")
    synced(library, target)
    line = byline(sandbox, target, "First")
    assert [one.text_content() for one in line.xpath(".//a")] == ["Ada Author"]
    assert "inline-comment-marker" in etree.tostring(line, encoding="unicode")
    assert "Earlier comments" not in pages(sandbox, target)["First"]["body"]


def test_the_digest_of_a_page_knows_nothing_of_links_to_authors() -> None:
    meta = Metadata(title="x", authors=(Person("Ada <Byron>"),), created="2026-10-01")
    code = '<a href="nbwiki:?Ada">Ada</a>'
    done = [
        write(
            Document(meta, (Paragraph((Mention("Ada <Byron>"), Span(" · "))), Code(code))),
            "confluence",
            WriteOptions(people=people),
        )[0]
        for people in (False, True)
    ]
    assert done[0].digest == done[1].digest
    assert 'href="nbwiki:?' not in done[0].body.replace(code, "")
    assert '<a href="nbwiki:?Ada%20%3CByron%3E">Ada &lt;Byron&gt;</a>' in done[1].body
    assert done[1].links == ()
    plain, notes = resolve(done[1], lambda _key, _anchor: None)
    assert (plain.body, notes) == (done[0].body, []), "no page, no loss; and code stays code"
