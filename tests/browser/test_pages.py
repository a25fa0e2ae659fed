"""Published pages in a real Chromium: pictures load, nothing overflows a phone, no script runs, code is folded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sandbox.server import Server, serve
from tests.browser.browser import DESKTOP, PHONE, Browser
from tests.e2e.publish import ROOT, configure, nbwiki, state

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A sandbox with the example reports in all three targets."""
    folder = tmp_path_factory.mktemp("acme")
    with serve(port=0) as server:
        configure(folder, server.url, ROOT / "examples" / "acme", ("**/*.ipynb", "notes/**/*.md"))
        for target in ("cloud", "datacenter", "notion"):
            run = nbwiki("sync", "-t", target, "--json", cwd=folder)
            assert run.code == 0, run.err
        yield server


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with Browser(chromium) as running:
        yield running


def addresses(server: Server, title: str) -> list[str]:
    """Where a report is shown, in each wiki."""
    found = state(server.url)
    paths = []
    for page in found["pages"]:
        if title in page["title"] and page["api"] == "confluence":
            paths.append(f"/wiki/spaces/DATA/pages/{page['id']}")
        elif title in page["title"] and page["api"] == "confluence-dc":
            paths.append(f"/dc/pages/viewpage.action?pageId={page['id']}")
    for page in found["notion"]["pages"]:
        if title in json.dumps(page["properties"].get("Name", {}), ensure_ascii=False):
            paths.append(f"/notion/p/{page['id'].replace('-', '')}")
    assert len(paths) == 3, paths
    return [server.url + path for path in paths]


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("title", ["Teams that grow talk more", "Water quality", "scaling laws", "active team"])
def test_report(published: Server, browser: Browser, title: str, width: int, tmp_path: Path) -> None:
    for url in addresses(published, title):
        seen = browser.look(url, width=width, out=str(tmp_path / "page.png"))
        assert seen["status"] == 200
        assert seen["broken"] == []
        assert seen["errors"] == []
        assert seen["overflow"] <= 0, url


def test_code_is_folded_and_figures_are_there(published: Server, browser: Browser) -> None:
    for url in addresses(published, "Teams that grow talk more"):
        seen = browser.look(url, width=DESKTOP)
        assert "from extract import load_teams" not in seen["text"], url  # folded: not visible
        assert "1,169 teams" in seen["text"]
        assert "exponent 1.30" in seen["text"]


def test_omitted_code_is_nowhere(published: Server, browser: Browser) -> None:
    for url in addresses(published, "Water quality"):
        assert "matplotlib" not in browser.look(url, width=DESKTOP)["text"]


def test_home_lists_every_wiki(published: Server, browser: Browser) -> None:
    seen = browser.look(published.url + "/", width=PHONE)
    assert seen["overflow"] <= 0
    for name in ("Confluence Cloud", "Confluence Data Center", "Notion", "Data hub"):
        assert name in seen["text"]


def test_search_finds_a_word_of_the_narrative(published: Server, browser: Browser) -> None:
    seen = browser.look(published.url + "/web/search?q=invite+dialog", width=DESKTOP)
    assert seen["text"].count("Teams that grow talk more") >= 3
