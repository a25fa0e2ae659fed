"""The wikis' own search finds the reports by what is in them: twenty facts that somebody who was told nothing looks for.

Confluence is asked as its search box asks (``siteSearch``, in relevance's order) and with ``text``. Notion's API searches
titles alone: of the twenty those are found there that a title tells. What its app finds besides, in texts and properties, is
tried with the browser view's search, which looks where the app does.
"""

from __future__ import annotations

import json
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from adapters.sandbox.server import Server, serve
from tests.e2e.publish import ROOT, configure, nbwiki

TEAMS, SIGNUPS, SCALING = "Teams that grow talk more", "Sign-ups by channel", "Why we fit scaling laws in logarithms"
TICKETS, SODIUM, WATER = (
    "When tickets arrive",
    "Where the sodium line stands",
    "Water quality at the three river stations",
)
ACTIVE = "How we count an active team"

FACTS = (  # what is typed, the report that answers, where in it the words stand
    ("super-linear exponent", TEAMS, "narrative"),
    ("invite dialog", TEAMS, "narrative"),
    ("twice as large posts comments", TEAMS, "summary"),
    ("engagement", TEAMS, "topic"),
    ("tail reaches 98 members", TEAMS, "caption"),
    ("storage for comments", TEAMS, "narrative"),
    ("referral bonus", SIGNUPS, "narrative"),
    ("referral overtook search", SIGNUPS, "summary"),
    ("marketing sign-ups", SIGNUPS, "topic and title"),
    ("least squares raw numbers", SCALING, "summary"),
    ("noise that multiplies", SCALING, "narrative"),
    ("scaling laws logarithms", SCALING, "title"),
    ("monday nine noon", TICKETS, "summary"),
    ("support operations tickets", TICKETS, "topics and title"),
    ("recalibration december", SODIUM, "summary"),
    ("sodium lamp handbook", SODIUM, "narrative"),
    ("oxygen mill 9 september", WATER, "summary"),
    ("dairy tuesdays", WATER, "narrative"),
    ("sensors oxygen water", WATER, "topics"),
    ("opening the app", ACTIVE, "summary"),
)
IN_TITLES = (("scaling laws", SCALING), ("river stations", WATER), ("sodium", SODIUM), ("tickets", TICKETS), ("sign-ups", SIGNUPS))  # fmt: skip
FIRST = 5
"""Results that a reader looks at before trying other words."""


@pytest.fixture(scope="module", params=[False, True], ids=["reports", "reports and hub"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The example reports in all three wikis, alone and among the pages of the hub."""
    folder = tmp_path_factory.mktemp("acme")
    with serve(port=0) as server:
        configure(folder, server.url, ROOT / "examples" / "acme", ("**/*.ipynb", "notes/**/*.md"))
        if request.param:
            file = folder / "nbwiki.toml"
            file.write_text(file.read_text() + "\n[hub]\nenabled = true\n")
        for target in ("cloud", "datacenter", "notion"):
            run = nbwiki("sync", "-t", target, cwd=folder)
            assert run.code == 0, run.out[-600:] + run.err[-600:]
        yield server


def asked(server: Server, path: str, login: str, body: bytes | None = None, **query: Any) -> list[dict[str, Any]]:
    headers = {"Authorization": login, "Notion-Version": "2026-03-11", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{server.url}{path}?{urlencode(query)}", body, headers)
    with urllib.request.urlopen(request) as answer:
        found: list[dict[str, Any]] = json.load(answer)["results"]
    return found


LOGINS = {"wiki": "Basic " + b64encode(b"author@example.com:sandbox").decode(), "dc": "Bearer sandbox"}


@pytest.mark.parametrize("name", ["wiki", "dc"])
@pytest.mark.parametrize("field", ["siteSearch", "text"])
def test_confluence_finds_each_fact_among_the_first(site: Server, name: str, field: str) -> None:
    missed = []
    for words, title, where in FACTS:
        cql = f'type = page and {field} ~ "{words}"'
        rows = asked(site, f"/{name}/rest/api/content/search", LOGINS[name], cql=cql, limit=FIRST)
        # a topic alone is answered by the topic's own page first, which leads to the report
        if not {title, f"Topic: {words}"} & {row["title"] for row in rows}:
            missed.append((words, where, [row["title"] for row in rows]))
    assert missed == []


def test_notions_search_finds_titles(site: Server) -> None:
    for words, title in IN_TITLES:
        body = json.dumps({"query": words, "page_size": FIRST}).encode()
        rows = asked(site, "/notion/v1/search", "Bearer sandbox", body)
        assert title in json.dumps(rows, ensure_ascii=False), words


def test_notions_app_finds_each_fact_in_texts_and_properties(site: Server) -> None:
    missed = []
    for words, title, where in FACTS:
        with urllib.request.urlopen(f"{site.url}/web/search?{urlencode({'q': words, 'in': 'notion'})}") as answer:
            page = answer.read().decode()
        results = page.split('class="results"')[1].split("<li>")[1 : FIRST + 1] if 'class="results"' in page else []
        plain = [one.replace("<mark>", "").replace("</mark>", "") for one in results]
        if not any(f">{title}<" in one for one in plain):
            missed.append((words, where, len(results)))
    assert missed == []


def test_what_pictures_show_is_found_without_a_caption(tmp_path: Path) -> None:
    """An alternative text is no text of a Confluence page; it is told where the report tells of itself."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "plot.png").write_bytes((ROOT / "docs" / "pictures" / "report.png").read_bytes())
    (tmp_path / "src" / "r.md").write_text(
        "# Churn\n\nText. <img src='plot.png' alt='Zebra crossings by district'>\n\n"
        "<img src='plot.png' alt='Quokkas counted along the coast'>\n"
    )
    with serve(port=0) as server:
        configure(tmp_path, server.url, tmp_path / "src", ("**/*.md",))
        for target, name in (("cloud", "wiki"), ("datacenter", "dc")):
            assert nbwiki("sync", "-t", target, cwd=tmp_path).code == 0
            cql = 'type = page and text ~ "quokkas coast"'
            rows = asked(server, f"/{name}/rest/api/content/search", LOGINS[name], cql=cql)
            assert [row["title"] for row in rows] == ["Churn"]
