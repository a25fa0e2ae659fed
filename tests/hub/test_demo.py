"""The demo's library, as readers walk it: from home to every report in at most three clicks, in both wikis."""

from __future__ import annotations

import urllib.request
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from adapters.sandbox.server import Server
from bridge.demo import publish_examples
from tests.e2e.publish import state

REPORTS = {
    "Teams that grow talk more",
    "Sign-ups by channel",
    "Why we fit scaling laws in logarithms",
    "How we count an active team",
    "When tickets arrive",
    "Where the sodium line stands",
    "Water quality at the three river stations",
}


def links(url: str) -> tuple[str, list[str]]:
    """A page's title and where its text leads, without the frame around it."""
    with urllib.request.urlopen(url) as answer:
        page = html.fromstring(answer.read().decode())
    found = page.xpath("//article//a/@href")
    return str(page.xpath("string(//h1)")).strip(), [urljoin(url, str(one)) for one in found]


@pytest.fixture
def homes(sandbox: Server) -> list[str]:
    """The home pages of the demo, in Confluence and in Notion."""
    said: list[str] = []
    assert publish_examples(sandbox.url, said.append) == 0
    return [line.rpartition(": ")[2] for line in said]


def test_three_clicks_lead_to_every_report(sandbox: Server, homes: list[str]) -> None:
    assert len(homes) == 2
    for home in homes:
        seen: set[str] = set()
        titles: dict[str, int] = {}
        level = [home]
        for clicks in range(4):
            following: list[str] = []
            for url in level:
                title, out = links(url)
                titles.setdefault(title, clicks)
                if clicks < 3:
                    following += out
            level = [
                url
                for url in dict.fromkeys(one.partition("#")[0] for one in following)
                if urlsplit(url).netloc == urlsplit(sandbox.url).netloc and "/file/" not in url and "?" not in url
                and url not in seen and not seen.add(url)  # type: ignore[func-returns-value]
            ]  # fmt: skip
        assert titles.keys() >= REPORTS, home
        assert max(titles[title] for title in REPORTS) <= 2, "two are enough for the example"
        wanted = {"Topic: customers", "Team: sales", "Author: Amina Diallo", "Shared code", "What's new"}
        assert {title: titles.get(title, 9) for title in wanted} == dict.fromkeys(wanted, 1)


def test_the_sales_team_finds_the_customer_report_that_was_made_for_it(sandbox: Server, homes: list[str]) -> None:
    for home in homes:
        _, out = links(home)
        pages = dict(map(reversed, ((url, links(url)[0]) for url in dict.fromkeys(out) if "/file/" not in url)))  # type: ignore[arg-type]
        _, reports = links(str(pages["Team: sales"]))
        assert "Teams that grow talk more" in {links(url)[0] for url in reports if "?" not in url}
    assert not [page for page in state(sandbox.url)["pages"] if "nbwiki:" in page["body"]]
