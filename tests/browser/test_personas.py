"""People who were told nothing find what they need, in a real browser, in every wiki: the stories of the example repository.

They start at the library's home, know neither title nor author of a report, and follow what they read.
"""

from __future__ import annotations

import re
import urllib.request
from collections import deque
from collections.abc import Iterator
from html import unescape

import pytest

from adapters.sandbox.server import Server, serve
from tests.browser.browser import DESKTOP, PHONE
from tests.browser.driver import Driver
from tests.e2e.publish import ROOT, configure, nbwiki, state

pytestmark = pytest.mark.browser
WIKIS = ("confluence", "confluence-dc", "notion")
EVERY = pytest.mark.parametrize("wiki", WIKIS)
TEAMS, WATER, SODIUM = (
    "Teams that grow talk more",
    "Water quality at the three river stations",
    "Where the sodium line stands",
)
REPORTS = (
    TEAMS, WATER, SODIUM, "Sign-ups by channel", "Why we fit scaling laws in logarithms", "When tickets arrive",
    "How we count an active team",
)  # fmt: skip
CLICKS = 3


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The example repository with its hub in all three wikis; its author Sarah has left, and Uma takes over."""
    folder = tmp_path_factory.mktemp("acme")
    with serve(port=0) as server:
        configure(folder, server.url, ROOT / "examples" / "acme", ("**/*.ipynb", "notes/**/*.md"))
        file = folder / "nbwiki.toml"
        file.write_text(file.read_text() + "\n[hub]\nenabled = true\n")
        for target in ("cloud", "datacenter", "notion"):
            run = nbwiki("sync", "-t", target, cwd=folder)
            assert run.code == 0, run.out[-500:] + run.err[-500:]
            run = nbwiki("reassign", "--from", "Sarah Lindholm", "--to", "Uma Berg", "-t", target, cwd=folder)
            assert run.code == 0, run.err
        yield server


@pytest.fixture(scope="module")
def driver(chromium: str) -> Iterator[Driver]:
    with Driver(chromium) as running:
        yield running


def home(server: Server, wiki: str) -> str:
    """The address of the library's home page."""
    page = next(one for one in state(server.url)["pages"] if one["api"] == wiki and one["title"] == "Report library")
    number = str(page["id"]).replace("-", "")
    return (
        server.url
        + {
            "confluence": f"/wiki/spaces/DATA/pages/{number}",
            "confluence-dc": f"/dc/pages/viewpage.action?pageId={number}",
            "notion": f"/notion/p/{number}",
        }[wiki]
    )


def title(driver: Driver) -> str:
    return str(driver.run("document.querySelector('h1').innerText"))


# ---------------------------------------------------------------- any report, from home


def links(server: Server, address: str, seen: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """Title that it leads to being unknown yet: the addresses of the links in a page's own text, as they stand there."""
    if address not in seen:
        with urllib.request.urlopen(address) as answer:
            page = answer.read().decode()
        article = page.partition("<article")[2].partition("</article>")[0]
        hrefs = [unescape(one) for one in re.findall(r'<a [^>]*?href="([^"#]+)', article)]
        seen[address] = [
            (one, one if one.startswith(server.url) else server.url + one)
            for one in dict.fromkeys(hrefs)
            if one.startswith(("/wiki/spaces", "/dc/pages", "/notion/p", server.url)) and "view=" not in one
        ]
    return seen[address]


def heading(address: str, known: dict[str, str]) -> str:
    if address not in known:
        with urllib.request.urlopen(address) as answer:
            found = re.search(r"<h1>(.*?)</h1>", answer.read().decode())
        known[address] = unescape(found[1]) if found else ""
    return known[address]


@EVERY
def test_every_report_is_at_most_three_clicks_from_home(site: Server, driver: Driver, wiki: str) -> None:
    start = home(site, wiki)
    ways: dict[str, list[str]] = {}
    queue: deque[tuple[str, list[str]]] = deque([(start, [])])
    seen: dict[str, list[tuple[str, str]]] = {}
    known: dict[str, str] = {}
    visited = {start}
    while queue and len(ways) < len(REPORTS):
        address, way = queue.popleft()
        for href, target in links(site, address, seen):
            if target in visited:
                continue
            visited.add(target)
            name = heading(target, known)
            if name in REPORTS:
                ways.setdefault(name, [*way, href])
            elif len(way) + 1 < CLICKS:
                queue.append((target, [*way, href]))
    assert set(ways) == set(REPORTS)
    for name, way in ways.items():
        assert len(way) <= CLICKS
        driver.open(start)
        for href in way:
            driver.click(selector=f'article a[href^="{href}"]')
        assert title(driver) == name


# ---------------------------------------------------------------- the pages of the hub themselves

HUB = ("Report library", "What's new", "All topics", "Topic: customers", "Team: sales", "Author: Sarah Lindholm", "Reports of 2026")  # fmt: skip


@EVERY
@pytest.mark.parametrize(("width", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_pages_of_the_hub_are_accessible_and_fit(
    site: Server, driver: Driver, wiki: str, width: int, dark: bool
) -> None:
    there = {one["title"]: str(one["id"]).replace("-", "") for one in state(site.url)["pages"] if one["api"] == wiki}
    start = home(site, wiki)
    for name in HUB:
        driver.open(start.replace(there["Report library"], there[name]), width=width, dark=dark)
        assert title(driver) == name
        assert driver.violations() == [], name
        assert driver.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
        assert driver.errors() == [], name


# ---------------------------------------------------------------- product, sales, infrastructure


@EVERY
@pytest.mark.parametrize(
    ("team", "answer"),
    [
        ("product", "the invite dialog matters more than the composer"),
        ("sales", "quote the exponent, not the average"),
        ("infrastructure", "storage for comments must be planned for"),
    ],
)
def test_a_lead_finds_what_concerns_the_own_team(
    site: Server, driver: Driver, wiki: str, team: str, answer: str
) -> None:
    driver.open(home(site, wiki))
    driver.do("click", role="link", name=team, exact=True, within="article")
    assert title(driver).endswith(team)
    # the list says what each report found, so that its title need not be known
    assert "writes 2.5 times as many posts" in driver.text()
    driver.click(TEAMS, within="article")
    assert answer in " ".join(driver.text().split())


@EVERY
@pytest.mark.parametrize(
    ("question", "report"),
    [("storage for comments", TEAMS), ("which plans exponent sales", TEAMS), ("danger for fish", WATER)],
)
def test_a_question_in_the_search_box_leads_to_the_report(
    site: Server, driver: Driver, wiki: str, question: str, report: str
) -> None:
    driver.open(home(site, wiki))
    driver.do("fill", selector="input[type=search]", text=question)
    driver.run("document.querySelector('input[type=search]').focus()")
    driver.do("press", key="Enter")
    driver.wait("document.querySelector('.results, [role=status]')")
    first = driver.run("[...document.querySelectorAll('.results > li > a')].slice(0, 5).map((one) => one.innerText)")
    assert report in first, first
    driver.click(report, within=".results")
    assert title(driver) == report


# ---------------------------------------------------------------- the biologist


@EVERY
def test_the_biologist_reads_the_sensor_report_and_sees_no_line_of_code(
    site: Server, driver: Driver, wiki: str
) -> None:
    driver.open(home(site, wiki))
    driver.do("click", role="link", name="biologists", exact=True, within="article")
    driver.click(WATER, within="article")
    text = driver.text()
    assert "something that eats oxygen entered the river" in text
    # neither shown nor folded away
    everything = driver.run("document.querySelector('article').textContent")
    for code in ("import ", "plt.", "def ", "DataFrame", "read_csv"):
        assert code not in everything, code
    assert driver.run("[...document.querySelectorAll('article summary')].every((one) => one.innerText !== 'Code')")
    # the figure is there and tells what it shows
    driver.run("document.querySelectorAll('article img').forEach((one) => one.scrollIntoView())")  # they load when seen
    driver.wait("[...document.querySelectorAll('article img')].some((one) => one.naturalWidth > 400)")


# ---------------------------------------------------------------- on a phone


@pytest.mark.parametrize("wiki", ["confluence", "confluence-dc"])
def test_a_table_of_reports_is_read_on_a_phone_without_scrolling_sideways(
    site: Server, driver: Driver, wiki: str
) -> None:
    driver.open(home(site, wiki), width=PHONE)
    assert driver.run("document.querySelectorAll('.pages-table').length") >= 1
    hidden = "[...document.querySelectorAll('.pages-table, .pages-table td')].some((one) => one.scrollWidth > one.clientWidth + 1)"
    assert driver.run(hidden) is False
    named = "getComputedStyle(document.querySelector('.pages-table .of-authors'), '::before').content"
    assert "Authors" in driver.run(named), "columns have their names without a head"
    statuses = "[...document.querySelectorAll('.pages-table .of-status')].map((one) => one.innerText).filter(Boolean)"
    assert sorted(driver.run(statuses)) == ["IN REVIEW", "STALE"], "only where there is something to say"
    assert driver.violations() == []


# ---------------------------------------------------------------- the colleague who takes over


@EVERY
def test_who_takes_over_finds_source_environment_and_data(site: Server, driver: Driver, wiki: str) -> None:
    driver.open(home(site, wiki))
    driver.do("click", role="link", name="Sarah Lindholm", exact=True, within="article")
    assert "Sarah Lindholm" in title(driver)
    driver.click(TEAMS, within="article")
    assert "Owner since" in driver.text()
    assert "Uma Berg (before: Sarah Lindholm)" in driver.text()
    # the section is folded: it is in nobody's way, and one click away
    assert "environment.yml" not in driver.text()
    driver.do("click", selector="article details:has(> summary:text-is('About this report')) > summary")
    about = driver.text()
    for what in ("customers/team-size.ipynb", "environment.yml", "teams.csv", "Python"):
        assert what in about, what
    file = driver.run(
        "[...document.querySelectorAll('article a')].map((one) => one.href).find((one) => /team-size[^/]*ipynb/.test(one))"
    )
    assert file
    with urllib.request.urlopen(file) as answer:
        assert b'"cells"' in answer.read()
