"""The sandbox's browser view as readers of the vendor's wiki would see it: every kind of page, phone and desktop, light and
dark, without a finding of axe-core; and what can be done there.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from adapters.sandbox.server import Server, serve
from tests.browser.browser import DESKTOP, PHONE
from tests.browser.driver import Driver
from tests.e2e.publish import ROOT, configure, nbwiki, state

pytestmark = pytest.mark.browser
TITLE = "Teams that grow talk more"
OLD = "How we count an active team"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The example reports in all three wikis, with a successor, comments on words and on the page."""
    folder = tmp_path_factory.mktemp("acme")
    with serve(port=0) as server:
        configure(folder, server.url, ROOT / "examples" / "acme", ("**/*.ipynb", "notes/**/*.md"))
        for target in ("cloud", "datacenter", "notion"):
            assert nbwiki("sync", "-t", target, cwd=folder).code == 0
            assert nbwiki("supersede", OLD, TITLE, "-t", target, cwd=folder).code == 0
        for page in state(server.url)["pages"]:
            if page["title"] == TITLE:
                act(server, "comment", page=page["id"], text="Does this hold for teams that were bought?")
                act(server, "comment", page=page["id"], text="How was this measured?", selection="faster than the team")
        yield server


@pytest.fixture(scope="module")
def driver(chromium: str) -> Iterator[Driver]:
    with Driver(chromium) as running:
        yield running


def act(server: Server, what: str, **data: str) -> None:
    request = urllib.request.Request(
        f"{server.url}/sandbox/{what}", json.dumps(data).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status in {200, 204}


def page_of(server: Server, api: str, title: str) -> str:
    return next(str(one["id"]) for one in state(server.url)["pages"] if one["api"] == api and one["title"] == title)


def kinds(server: Server) -> dict[str, str]:
    """An address of each kind of page."""
    cloud, old = page_of(server, "confluence", TITLE), page_of(server, "confluence", OLD)
    dc, notion = page_of(server, "confluence-dc", TITLE), page_of(server, "notion", TITLE).replace("-", "")
    database = state(server.url)["notion"]["databases"][0]["id"].replace("-", "")
    here = f"/wiki/spaces/DATA/pages/{cloud}"
    return {
        "home": "/",
        "space": "/wiki/spaces/DATA",
        "report": here,
        "superseded": f"/wiki/spaces/DATA/pages/{old}",
        "attachments": f"{here}?view=attachments",
        "history": f"{here}?view=history",
        "changes": f"{here}?view=changes&version=2",
        "source": f"{here}?view=source",
        "edit": f"{here}?view=edit",
        "edit in notion": f"/notion/p/{notion}?view=edit",
        "label": "/wiki/label/DATA/customers",
        "person": "/wiki/people/5b10a2844c20165700ede21g",
        "search": "/web/search?q=team+size",
        "search in one wiki": "/web/search?q=nothing+of+that+kind&in=notion",
        "report in data center": f"/dc/pages/viewpage.action?pageId={dc}",
        "label in data center": "/dc/label/DATA/customers",
        "history in data center": f"/dc/pages/viewpage.action?pageId={dc}&view=history",
        "report in notion": f"/notion/p/{notion}",
        "gallery": f"/notion/p/{database}",
        "table": f"/notion/p/{database}?v=" + view_of(server, database, "table"),
        "hub page in notion": "/notion/p/" + state(server.url)["notion_data_hub"].replace("-", ""),
    }


def view_of(server: Server, database: str, kind: str) -> str:
    headers = {"Authorization": "Bearer sandbox", "Notion-Version": "2026-03-11"}
    request = urllib.request.Request(f"{server.url}/notion/v1/views?database_id={database}", headers=headers)
    with urllib.request.urlopen(request) as answer:
        views = json.load(answer)["results"]
    return next(str(one["id"]).replace("-", "") for one in views if one["type"] == kind)


@pytest.mark.parametrize(("width", "dark"), [(DESKTOP, False), (DESKTOP, True), (PHONE, False)])
def test_every_kind_of_page_is_accessible_and_fits_and_none_takes_long(
    site: Server, driver: Driver, width: int, dark: bool
) -> None:
    """Each page of a small wiki is there within two seconds, in a browser, on a busy machine."""
    for name, path in kinds(site).items():
        driver.open(site.url + path, width=width, dark=dark)
        loaded = driver.run("performance.getEntriesByType('navigation')[0].loadEventEnd")
        assert loaded < 2000, (name, loaded)
        assert driver.violations() == [], name
        assert driver.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
        assert driver.run("[...document.images].filter((one) => one.complete && !one.naturalWidth).length") == 0, name
        assert driver.errors() == [], name


def test_the_keyboard_leads_to_the_content_and_shows_where_it_is(site: Server, driver: Driver) -> None:
    driver.open(site.url + kinds(site)["report"])
    driver.do("press", key="Tab")
    assert driver.run("document.activeElement.textContent") == "Skip to content"
    assert driver.run("document.activeElement.getBoundingClientRect().left") > 0
    driver.do("press", key="Enter")
    assert driver.run("location.hash") == "#content"
    for _ in range(40):
        driver.do("press", key="Tab")
        if driver.run("document.activeElement.tagName") == "SUMMARY":
            break
    assert driver.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    before = driver.run("document.activeElement.parentElement.open")
    driver.do("press", key="Enter")
    assert driver.run("document.activeElement.parentElement.open") is not before


def test_comments_are_read_and_written(site: Server, driver: Driver) -> None:
    places = kinds(site)
    for name in ("report", "report in data center", "report in notion"):
        driver.open(site.url + places[name])
        section = driver.run("document.querySelector('#comments').innerText")
        assert "Does this hold for teams that were bought?" in section, name
        assert "How was this measured?" in section, name
        assert "faster than the team" in section, name
        driver.do("fill", selector="#comment", text=f"Written by hand in {name}. <b>&")
        address = driver.click("Comment", role="button")
        assert address.endswith("#comments")
        assert f"Written by hand in {name}. <b>&" in driver.text()


def test_forms_of_other_sites_are_refused(site: Server) -> None:
    body = b"page=1&text=hello&back=/"
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}):
        request = urllib.request.Request(f"{site.url}/web/comment", body, headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 403


def test_a_form_leads_back_to_this_site_only(site: Server) -> None:
    page = page_of(site, "confluence", OLD)

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    for back in ("//evil.example/", "https://evil.example", "/\\evil.example"):
        body = f"page={page}&text=x&back={quote(back, safe='')}".encode()
        request = urllib.request.Request(f"{site.url}/web/comment", body, {"Origin": site.url})
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.build_opener(Stay).open(request)
        assert answer.value.code == 303
        assert answer.value.headers["Location"] == "/#comments"


def test_labels_and_people_lead_on(site: Server, driver: Driver) -> None:
    driver.open(site.url + kinds(site)["report"])
    driver.click("customers", within=".labels")
    assert OLD in driver.text()
    driver.click("definitions", within="main")
    assert driver.run("document.querySelector('h1').innerText") == "definitions"
    driver.click(OLD)
    assert driver.run("document.querySelector('h1').innerText") == OLD
    # the badge of the one that is replaced, and the way to the other
    assert "superseded" in driver.run("document.querySelector('.page-head').innerText").lower()
    driver.click(TITLE, within="article")
    assert driver.run("document.querySelector('h1').innerText") == TITLE


def test_search_stays_in_the_wiki_that_it_was_asked_in(site: Server, driver: Driver) -> None:
    places = kinds(site)
    for name, wiki in (("report", "Confluence Cloud"), ("report in data center", "Confluence Data Center"), ("report in notion", "Notion")):  # fmt: skip
        driver.open(site.url + places[name])
        driver.do("fill", selector="input[type=search]", text="dissolved oxygen")
        driver.run("document.querySelector('input[type=search]').focus()")
        driver.do("press", key="Enter")
        driver.wait("document.querySelector('.results')")
        shown = driver.run("[...document.querySelectorAll('.results > li > small')].map((one) => one.innerText)")
        assert shown, name
        assert all(wiki in place for place in shown), name
        assert driver.run("document.querySelectorAll('.results mark').length") > 0


def test_history_tells_what_changed(site: Server, driver: Driver, tmp_path: Path) -> None:
    page = page_of(site, "confluence", OLD)
    act(site, "edit", page=page, find="Three departments", replace="Four departments")
    driver.open(f"{site.url}/wiki/spaces/DATA/pages/{page}?view=history")
    driver.click(selector=".history li:first-child a")
    assert "Four departments" in driver.run("document.querySelector('.changes ins').innerText")
    assert "Three departments" in driver.run("document.querySelector('.changes del').innerText")
