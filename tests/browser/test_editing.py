"""A page edited by hand in the browser view, and what the next sync says to that: in all three wikis, in real Chromium."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from adapters.sandbox.server import Server, serve
from tests.browser.browser import PHONE
from tests.browser.driver import Driver
from tests.e2e.publish import configure, nbwiki, state

pytestmark = pytest.mark.browser
API = {"cloud": "confluence", "datacenter": "confluence-dc", "notion": "notion"}
TEXT = "# River report\n\nThe river is *clean*.\n\n## Results\n\nNothing to worry about.\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Server]:
    """One report in all three wikis."""
    (tmp_path / "river.md").write_text(TEXT, encoding="utf-8")
    with serve(port=0) as server:
        configure(tmp_path, server.url, tmp_path, ("*.md",))
        for target in API:
            assert nbwiki("sync", "-t", target, cwd=tmp_path).code == 0
        yield server


@pytest.fixture(scope="module")
def driver(chromium: str) -> Iterator[Driver]:
    with Driver(chromium) as running:
        yield running


def address(server: Server, target: str) -> str:
    page = page_of(server, target)
    paths = {"cloud": f"/wiki/spaces/DATA/pages/{page}", "datacenter": f"/dc/pages/viewpage.action?pageId={page}"}
    return server.url + paths.get(target, f"/notion/p/{page.replace('-', '')}")


def page_of(server: Server, target: str) -> str:
    rows = state(server.url)["pages"]
    return next(str(one["id"]) for one in rows if one["api"] == API[target] and one["title"] == "River report")


def said(server: Server) -> list[tuple[str, str]]:
    """Titles and words of all pages."""
    return [(one["title"], one["body"]) for one in state(server.url)["pages"]]


def conflict(folder: Path, target: str) -> str:
    """What a sync of a changed source says: it leaves the page alone."""
    (folder / "river.md").write_text(TEXT.replace("Nothing to worry", "Little to worry"), encoding="utf-8")
    run = nbwiki("sync", "-t", target, "--json", cwd=folder)
    assert run.code == 7, run.err
    (one,) = [one for one in run.json["actions"] if one["verb"] == "conflict"]
    return str(one["reason"])


@pytest.mark.parametrize("target", ["cloud", "datacenter"])
def test_a_page_edited_in_the_browser_is_a_conflict(site: Server, driver: Driver, tmp_path: Path, target: str) -> None:
    driver.open(address(site, target))
    driver.click("Edit", within=".views")
    assert driver.violations() == []
    driver.run(
        "document.querySelector('#body').value = document.querySelector('#body').value.replace('Nothing to worry about', 'I do worry')"
    )
    driver.click("Save", role="button")
    assert "I do worry" in driver.run("document.querySelector('article').innerText")
    assert "Rita Reader" in driver.text()
    reason = conflict(tmp_path, target)
    assert reason.startswith("both changed")
    assert "Rita Reader" in reason
    driver.open(address(site, target))
    assert "I do worry" in driver.text()


def test_words_edited_in_notion_are_a_conflict(site: Server, driver: Driver, tmp_path: Path) -> None:
    driver.open(address(site, "notion"), width=PHONE)
    driver.click("Edit", within=".views")
    assert driver.violations() == []
    driver.click("Edit “Nothing to worry about.”")
    assert driver.violations() == []
    assert driver.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    driver.do("fill", selector="#words", text="I do worry.")
    driver.click("Save", role="button")
    assert "I do worry." in driver.run("document.querySelector('article').innerText")
    assert "both changed" in conflict(tmp_path, "notion")
    driver.open(address(site, "notion"))
    assert "I do worry." in driver.text()


def test_who_saves_second_is_told(site: Server, driver: Driver, tmp_path: Path) -> None:
    driver.open(address(site, "cloud") + "?view=edit")
    (tmp_path / "river.md").write_text(TEXT.replace("clean", "muddy"), encoding="utf-8")
    assert nbwiki("sync", "-t", "cloud", cwd=tmp_path).code == 0
    driver.run("document.querySelector('#body').value = '<p>Mine.</p>'")
    driver.click("Save", role="button")
    assert "Somebody saved version" in driver.run("document.querySelector('[role=alert]').innerText")
    assert driver.violations() == []
    assert driver.run("document.querySelector('#body').value") == "<p>Mine.</p>", "nothing typed is lost"
    body = next(one["body"] for one in state(site.url)["pages"] if one["title"] == "River report")
    assert "muddy" in body
    driver.run("document.querySelector('#body').value = '<p>Mine.'")
    driver.click("Save", role="button")
    assert driver.run("document.querySelectorAll('[role=alert]').length") == 1, "no well-formed storage format"
    assert driver.run("document.querySelector('#body').value") == "<p>Mine."


def test_a_block_that_changed_meanwhile_is_not_overwritten(site: Server) -> None:
    blocks = next(one for one in state(site.url)["notion"]["pages"] if one["id"] == page_of(site, "notion"))["blocks"]
    block = next(one for one in blocks if one["type"] == "paragraph" and "worry" in str(one))
    form = {"page": block["id"], "was": "Something else.", "words": "Mine.", "back": "/"}
    request = urllib.request.Request(f"{site.url}/web/edit", urlencode(form).encode(), {"Origin": site.url})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 409
    shown = refused.value.read().decode()
    assert "Nothing to worry about." in shown
    assert "Mine." in shown


def test_forms_of_other_sites_edit_nothing(site: Server) -> None:
    before = said(site)
    form = urlencode(
        {"page": page_of(site, "cloud"), "site": "wiki", "version": "1", "title": "x", "body": "x"}
    ).encode()
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}):
        request = urllib.request.Request(f"{site.url}/web/edit", form, headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 403
    assert said(site) == before
