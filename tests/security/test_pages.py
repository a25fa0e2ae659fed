"""One hostile repository, published by the real command to every target: what of it is on the wiki is only content."""

from __future__ import annotations

import hashlib
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from adapters.sandbox.server import serve
from converters.options import EMBED_HOSTS
from tests.e2e.publish import TARGETS, Run, configure, requests_since, state
from tests.security.command import canary, nbwiki
from tests.security.hostile import SCHEMES, SECRET, build, git

INCLUDE = ("**/*.ipynb", "**/*.md", "**/*.qmd", "**/*.Rmd", "../outside/*", "/../**", "linked/**")
PASSWORD = "hunter2-in-the-remote"

AC, RI = "ac", "ri"
ELEMENTS = {
    **{
        key: set()
        for key in [
            "em",
            "strong",
            "u",
            "del",
            "sub",
            "sup",
            "code",
            "br",
            "hr",
            "div",
            "blockquote",
            "ul",
            "li",
            "tbody",
            "tr",
            "p",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "pre",
        ]
    },
    "p": {"style"},
    "span": {"style"},
    "a": {"href", "data-card-appearance"},
    "ol": {"start"},
    "table": {"style", "data-layout", "data-table-width"},
    "colgroup": set(),
    "col": {"style"},
    "th": {"style", "colspan", "rowspan", "data-highlight-colour", "scope"},
    "td": {"style", "colspan", "rowspan", "data-highlight-colour"},
    "time": {"datetime"},
    "{ac}structured-macro": {"{ac}name", "{ac}schema-version", "{ac}macro-id"},
    "{ac}parameter": {"{ac}name"},
    "{ac}rich-text-body": set(),
    "{ac}plain-text-body": set(),
    "{ac}link": {"{ac}anchor"},
    "{ac}link-body": set(),
    "{ac}layout": set(),
    "{ac}layout-section": {"{ac}type"},
    "{ac}layout-cell": set(),
    "{ac}image": {
        f"{{ac}}{name}"
        for name in [
            "align",
            "layout",
            "width",
            "height",
            "alt",
            "title",
            "inline",
            "original-width",
            "original-height",
        ]
    },
    "{ac}caption": set(),
    "{ac}task-list": set(),
    "{ac}task": set(),
    "{ac}task-id": set(),
    "{ac}task-status": set(),
    "{ac}task-body": set(),
    "{ri}attachment": {"{ri}filename"},
    "{ri}url": {"{ri}value"},
}
"""What our writer makes of harmless content, element by element."""

MACROS = {
    "code": {"language", "title", "collapse"},
    "expand": {"title"},
    "anchor": {""},
    "children": {"all", "sort"},
    "info": {"title"},
    "note": {"title"},
    "tip": {"title"},
    "warning": {"title"},
    "panel": {"title", "bgColor", "borderColor", "panelIcon", "panelIconId", "panelIconText"},
    "status": {"colour", "title"},
    "toc": {"minLevel", "maxLevel"},
    "view-file": {"name"},
    "multimedia": {"name"},
    "viewpdf": {"name"},
    "iframe": {"src", "width", "height"},
    "widget": {"url", "width", "height"},
}
BLOCKS = {
    "paragraph",
    "heading_1",
    "heading_2",
    "heading_3",
    "quote",
    "callout",
    "code",
    "equation",
    "divider",
    "table",
    "table_row",
    "toggle",
    "to_do",
    "image",
    "file",
    "bulleted_list_item",
    "numbered_list_item",
    "table_of_contents",
    "child_database",
}
STYLE = re.compile(
    r"(?:(?:text-align: (?:left|center|right)|(?:background-)?color: rgb\(\d+,\d+,\d+\)|(?:width|margin-left): \d+\.\dpx);? ?)+"
)


@dataclass
class Published:
    """The hostile repository after a sync to each target, and again."""

    url: str
    root: Path
    runs: dict[str, Run]
    again: dict[str, Run]
    state: dict[str, Any]
    requests: list[dict[str, Any]]
    asked: list[str]

    def bodies(self) -> Iterator[tuple[str, etree._Element]]:
        """Title and parsed body of every Confluence page."""
        parser = etree.XMLParser(resolve_entities=False, huge_tree=True, no_network=True)
        for page in self.state["pages"]:
            if page["api"] != "notion" and page.get("body"):
                text = f'<body xmlns:ac="{AC}" xmlns:ri="{RI}">{page["body"]}</body>'
                yield page["title"], etree.fromstring(text.encode(), parser)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    folder = tmp_path_factory.mktemp("hostile")
    with canary() as (address, asked), serve(port=0) as sandbox:
        root = build(folder, address)
        git(root, "init", "-q")
        git(root, "-c", "user.name=A\x1fB\x01<ac:x>", "-c", "user.email=<b@x.org", "add", "links.md")
        git(root, "-c", "user.name=A\x1fB\x01<ac:x>", "-c", "user.email=b@x.org", "commit", "-qm", "x")
        git(root, "remote", "add", "origin", f"https://ann:{PASSWORD}@git.example.com/acme/reports.git")
        configure(folder, sandbox.url, root, INCLUDE)
        with ThreadPoolExecutor(len(TARGETS)) as pool:
            first = pool.map(lambda target: nbwiki("-v", "-v", "sync", "-t", target, "--json", cwd=folder), TARGETS)
            runs = dict(zip(TARGETS, first, strict=True))
            second = pool.map(lambda target: nbwiki("sync", "-t", target, "--json", cwd=folder), TARGETS)
            again = dict(zip(TARGETS, second, strict=True))
        log = requests_since(sandbox.url)
        yield Published(sandbox.url, root, runs, again, state(sandbox.url), log, asked)


def test_every_report_is_published_or_refused_in_one_line(published: Published) -> None:
    for target, run in published.runs.items():
        assert run.code == 1, (target, run.err)
        verbs = run.verbs()
        assert set(verbs["error"]) == {"deep.ipynb"}, target
        assert {"everything.ipynb", "links.md", "pictures.md", "raw.qmd", "raw.Rmd"} <= set(verbs["create"])
        assert "Traceback" not in run.err
        assert published.again[target].code == 1, published.again[target].err
        assert published.again[target].verbs().keys() <= {"skip", "error"}, target


def test_nothing_is_fetched(published: Published) -> None:
    assert published.asked == []


def test_confluence_bodies_hold_only_what_the_writer_makes(published: Published) -> None:
    seen = 0
    for title, body in published.bodies():
        assert not body.getroottree().docinfo.doctype
        for element in body.iterdescendants():
            seen += 1
            assert isinstance(element.tag, str), (title, element)
            assert element.tag in ELEMENTS, title
            assert set(element.attrib) <= ELEMENTS[element.tag], (title, element.tag)
            if style := element.get("style"):
                assert STYLE.fullmatch(style), (title, style)
            if element.tag == "{ac}structured-macro":
                assert element.get("{ac}name") in MACROS, title
            if element.tag == "{ac}parameter":
                macro = element.getparent().get("{ac}name")
                assert element.get("{ac}name") in MACROS[macro], (title, macro)
                assert len(element) == 0 or macro in {"view-file", "multimedia", "viewpdf", "iframe", "widget"}
    assert seen > 1000


def test_confluence_links_and_pictures_lead_to_the_web_or_the_page(published: Published) -> None:
    names: dict[str, set[str]] = {}
    for one in published.state["attachments"]:
        names.setdefault(one["page"], set()).add(one["name"])
    everywhere = {name for some in names.values() for name in some}
    for title, body in published.bodies():
        for element in body.iterdescendants():
            for key in ("href", "{ri}value"):
                if address := element.get(key):
                    assert urlsplit(address).scheme in {"http", "https", "mailto"}, (title, address)
                    assert not re.search(r"[\s\x00-\x1f\"<>]", address), (title, address)
            if name := element.get("{ri}filename"):
                assert name in everywhere, title
            if element.tag == "{ac}structured-macro" and element.get("{ac}name") in {"iframe", "widget"}:
                (address,) = [inner.get("{ri}value") for inner in element.iter("{ri}url")]
                host = urlsplit(address).netloc
                assert any(host == known or host.endswith(f".{known}") for known in EMBED_HOSTS), (title, address)


def test_notion_blocks_hold_only_what_the_writer_makes(published: Published) -> None:
    blocks = [block for some in published.state["blocks"].values() for block in some]
    assert len(blocks) > 200
    assert {block["type"] for block in blocks} <= BLOCKS
    for address in _addresses(blocks):
        assert urlsplit(address).scheme in {"http", "https", "mailto"}, address
    text = json.dumps(blocks)
    assert "nbwiki-asset:" not in text.replace("nbwiki-asset:0123", "")


def _addresses(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"url", "href"} and isinstance(inner, str):
                yield inner
            else:
                yield from _addresses(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _addresses(inner)


def test_dropped_addresses_are_told(published: Published) -> None:
    for target, run in published.runs.items():
        action = next(one for one in run.json["actions"] if one["source"].endswith("links.md"))
        said = " ".join(note["text"] for note in action["notes"] if note["code"] == "link.scheme")
        for scheme in ("javascript:", "data:", "file:", "vbscript:", "nbwiki:", "nbwiki-asset:", "blob:"):
            assert scheme in said, (target, scheme)
        assert len(action["notes"]) > len(SCHEMES)
        pictures = next(one for one in run.json["actions"] if one["source"].endswith("pictures.md"))
        assert sum(note["code"] in {"image.outside", "image.address"} for note in pictures["notes"]) >= 8, target


def test_nothing_from_outside_the_root_is_on_the_wiki(published: Published) -> None:
    outside = published.root.parent / "outside"
    digests = {hashlib.sha256(file.read_bytes()).hexdigest() for file in outside.iterdir()}
    assert not digests & {one["sha256"] for one in published.state["attachments"]}
    everything = json.dumps([published.state, published.requests])
    assert SECRET not in everything
    assert "root:x:0:0" not in everything
    assert not (published.root / "PWNED").exists()
    assert not (published.root.parent / "PWNED").exists()


def test_credentials_of_the_git_remote_are_nowhere(published: Published) -> None:
    for run in (*published.runs.values(), *published.again.values()):
        assert PASSWORD not in run.out + run.err
    assert PASSWORD not in json.dumps([published.state, published.requests])


def test_terminals_get_no_control_characters(published: Published) -> None:
    """A file's name can't colour, clear or rewrite what the person sees."""
    folder = published.root.parent
    shown = nbwiki("-v", "plan", "-t", "cloud", cwd=folder)
    assert "u001b" in shown.out
    for run in (shown, *published.runs.values()):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", run.out + run.err)


def test_browser_view_runs_nothing(published: Published) -> None:
    pages = [page for page in published.state["pages"] if page["api"] == "confluence" and page["type"] == "page"]
    seen = 0
    for page in pages:
        address = f"{published.url}/wiki/spaces/DATA/pages/{page['id']}"
        with urllib.request.urlopen(address) as answer:
            policy = answer.headers["Content-Security-Policy"]
            html = answer.read().decode()
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert not re.search(r"<script|<[^>]*\son\w+\s*=|javascript:[^\"<]*\">", html, re.IGNORECASE) or _only_text(
            html
        )
        seen += 1
    assert seen > 10


def _only_text(html: str) -> bool:
    """Whether no element of a page is a script, has a handler, or leads to one."""
    tree = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8"))
    return not any(
        element.tag == "script"
        or any(name.lower().startswith("on") for name in element.attrib)
        or any(
            re.match(r"\s*(?:javascript|data|file|vbscript):", element.get(key, ""), re.IGNORECASE)
            for key in ("href", "src")
        )
        for element in tree.iter(etree.Element)
    )


def test_attached_pages_are_downloads(published: Published) -> None:
    """HTML and drawings of strangers don't open in the wiki's own origin."""
    found = [one for one in published.state["attachments"] if one["name"].endswith((".html", ".svg", ".ipynb"))]
    assert found
    for one in found[:10]:
        if not str(one["id"]).startswith("att"):
            continue
        address = f"{published.url}/web/wiki/file/{one['page']}/{one['name']}"
        try:
            with urllib.request.urlopen(address) as answer:
                assert answer.headers["Content-Disposition"].startswith("attachment")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
        except urllib.error.HTTPError as error:
            assert error.code == 404, address
