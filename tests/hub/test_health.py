"""The hub's page of health on all three wikis: made by a sync, kept true by audit, written only where it changed."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from adapters.sandbox.server import Server
from bridge.hub.glance import SHOWN, at_a_glance
from bridge.hub.health import TITLE, health_page, ownerless, rounded
from bridge.hub.model import Author, Card, Coverage, Health, Reading
from converters.metadata import Metadata
from converters.model import Document
from converters.options import WriteOptions
from converters.writers import write
from tests.e2e.publish import nbwiki, requests_since, state, writes
from tests.hub.test_hub_sync import API, library, notion, pages, report, synced

__all__ = ["library"]
ALL = pytest.mark.parametrize("target", ["cloud", "datacenter", "notion"])


def text_of(server: Server, target: str, title: str) -> str:
    """The words of a page of the hub."""
    if target != "notion":
        return re.sub(r"<[^>]+>", " ", pages(server, target)[title]["body"])
    return next(one["body"] for one in state(server.url)["pages"] if one["api"] == "notion" and one["title"] == title)


def ask(server: Server, page: str, text: str) -> None:
    """A reader's comment."""
    request = urllib.request.Request(
        f"{server.url}/sandbox/comment",
        json.dumps({"page": page, "text": text}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status in {200, 204}


def page_of(server: Server, target: str, title: str) -> str:
    return (notion(server) if target == "notion" else pages(server, target))[title]["id"]


def last(server: Server) -> int:
    return max((one["number"] for one in requests_since(server.url)), default=0)


def audited(folder: Path, target: str, *more: str) -> dict[str, Any]:
    run = nbwiki("audit", "-t", target, "--json", *(more or ("--questions",)), cwd=folder)
    assert run.code == 0, run.err
    return run.json


def told(folder: Path) -> None:
    """Ada has left; so that she owns something of no use to others, one report has no topic."""
    config = folder / "nbwiki.toml"
    config.write_text(config.read_text(encoding="utf-8") + 'left = ["Ada Byron"]\n', encoding="utf-8")
    report(folder, "sales/bare.md", "title: Bare figures\nauthors: [Bo Lund]\ndate: 2026-10-02")


@ALL
def test_a_sync_makes_it_and_an_audit_keeps_it_true(library: Path, sandbox: Server, target: str) -> None:
    told(library)
    synced(library, target)
    made = text_of(sandbox, target, TITLE)
    for words in (
        "Published",
        "Stale",
        "Oxygen in the river",
        "Why customers leave",
        "Bare figures",
        "not looked at yet",
    ):
        assert words in made, words
    assert "What we pay" not in made
    assert "salaries" not in made
    assert synced(library, target)["requests"]["write"] == 0
    first = audited(library, target)
    assert first["health"]["verb"] == "update"
    now = text_of(sandbox, target, TITLE)
    assert "What we pay" not in now
    if target == "cloud":
        assert "ooked at" not in now
    else:
        assert "doesn't tell how often" in now
        assert "this wiki doesn't tell" in now
    assert first["unpublished"] == (["closed/pay.md"] if target == "notion" else [])
    number = last(sandbox)
    assert audited(library, target)["health"]["verb"] == "skip"
    assert writes(requests_since(sandbox.url, number)) == []
    assert synced(library, target)["requests"]["write"] == 0


@pytest.mark.parametrize("target", ["cloud", "datacenter"])
def test_a_report_that_is_for_a_few_from_now_on_leaves_it_with_the_sync(
    library: Path, sandbox: Server, target: str
) -> None:
    told(library)
    synced(library, target)
    audited(library, target)
    assert "Bare figures" in text_of(sandbox, target, TITLE)
    report(
        library,
        "sales/bare.md",
        'title: Bare figures\nauthors: [Bo Lund]\nvisibility: restricted\nallow: ["group:confluence-users"]',
    )
    synced(library, target)
    assert "Bare figures" not in text_of(sandbox, target, TITLE)
    audited(library, target)
    now = text_of(sandbox, target, TITLE)
    assert "Bare figures" not in now and "Why customers leave" in now
    assert synced(library, target)["requests"]["write"] == 0


@ALL
def test_an_open_question_stands_on_health_and_news_and_in_notions_column(
    library: Path, sandbox: Server, target: str
) -> None:
    synced(library, target)
    audited(library, target)
    assert synced(library, target)["requests"]["write"] == 0
    ask(sandbox, page_of(sandbox, target, "Why customers leave"), "Which customers?")
    found = audited(library, target)
    assert {one["title"]: one["questions"] for one in found["reports"]}["Why customers leave"] == 1
    assert "1 open" in text_of(sandbox, target, TITLE)
    if target == "notion":
        row = notion(sandbox)["Why customers leave"]["properties"]
        assert row["Open questions"]["number"] == 1
    # the news says it with the next sync, and nothing else is written for it
    done = synced(library, target)
    assert [one["title"] for one in done["actions"] if one["verb"] not in {"skip", "error"}] == ["What's new"]
    assert "Waiting for an answer" in text_of(sandbox, target, "What's new")
    assert synced(library, target)["requests"]["write"] == 0
    number = last(sandbox)
    audited(library, target)
    assert writes(requests_since(sandbox.url, number)) == []
    # a report that changes keeps its number, and health is left alone
    path = library / "sales/churn.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Words of", "Other words of"), encoding="utf-8")
    done = synced(library, target)
    assert TITLE not in {one["title"] for one in done["actions"] if one["verb"] == "update"}
    if target == "notion":
        assert notion(sandbox)["Why customers leave"]["properties"]["Open questions"]["number"] == 1


@pytest.mark.parametrize("target", ["cloud", "notion"])
def test_without_questions_those_found_last_stay(library: Path, sandbox: Server, target: str) -> None:
    synced(library, target)
    number = last(sandbox)
    assert audited(library, target, "--dry-run")["health"]["verb"] == ""
    assert writes(requests_since(sandbox.url, number)) == []
    number = last(sandbox)
    found = audited(library, target, "--no-questions")
    assert found["health"]["verb"] == "update"
    assert {one["questions"] for one in found["reports"]} == {None}
    assert not [one for one in requests_since(sandbox.url, number) if "comment" in one["path"]]
    assert "not looked at yet" in text_of(sandbox, target, TITLE)
    ask(sandbox, page_of(sandbox, target, "Why customers leave"), "Which customers?")
    audited(library, target)
    number = last(sandbox)
    assert audited(library, target, "--no-questions")["health"]["verb"] == "skip"
    assert writes(requests_since(sandbox.url, number)) == []
    assert "1 open" in text_of(sandbox, target, TITLE)


def test_notion_is_asked_for_questions_only_on_demand(library: Path, sandbox: Server) -> None:
    synced(library, "notion")
    number = last(sandbox)
    assert nbwiki("audit", "-t", "notion", cwd=library).code == 0
    assert not [one for one in requests_since(sandbox.url, number) if "comment" in one["path"]]


def test_what_people_write_around_it_stays(library: Path, sandbox: Server) -> None:
    from tests.hub.test_hub_sync import edit

    synced(library, "cloud")
    page = pages(sandbox, "cloud")[TITLE]
    edit(sandbox, page=page["id"], append="<p>Ours to mend by Friday.</p>")
    assert audited(library, "cloud")["health"]["verb"] == "update"
    body = pages(sandbox, "cloud")[TITLE]["body"]
    assert "Ours to mend by Friday." in body
    assert "ooked at" not in body
    assert {one["api"] for one in [pages(sandbox, "cloud")[TITLE]]} == {API["cloud"]}


def test_numbers_are_rounded_so_that_a_few_more_write_nothing() -> None:
    assert [rounded(number) for number in (0, 1, 2, 3, 4, 5, 9, 10, 19, 20, 49, 50, 99, 100, 12_345)] == [
        0, 1, 2, 2, 2, 5, 5, 10, 10, 20, 20, 50, 50, 100, 10_000,
    ]  # fmt: skip


def test_nobody_answers_for_a_report_without_an_owner_or_whose_owner_left() -> None:
    card = Card(authors=(Author("Ada Byron", "ada@example.com"), Author("Bo Lund", "bo@example.com")))
    assert ownerless("", card, ())
    assert not ownerless("Ada Byron", card, ())
    assert ownerless("Ada Byron", card, ["ADA@example.com"])
    assert ownerless("ada byron", None, ["Ada Byron"])
    assert not ownerless("Bo Lund", card, ["Ada Byron"])


def test_every_section_says_when_it_is_empty_and_long_ones_are_cut() -> None:
    cards = {f"k{n}": Card(key=f"k{n}", title=f"Report {n:02}", topics=("t",)) for n in range(30)}
    none = Health(cards=cards, coverage={"repo": Coverage(30, 30)}, reading={"k1": Reading(100, 10)}, questions={})
    body = write(Document(Metadata(title="x"), health_page(none)), "confluence", WriteOptions())[0].body
    assert "Nothing here waits for anybody." in body
    assert "30 of 30 documents" in body
    assert "Without an owner</h2>" not in body
    many = Health(cards=cards, stale=list(cards), reading=None, questions=None)
    body = write(Document(Metadata(title="x"), health_page(many)), "confluence", WriteOptions())[0].body
    assert "And 5 more" in body
    assert "100 %" in body


def table_of(server: Server, target: str) -> list[list[str]]:
    """The last table of the page of health, as texts of cells."""
    tree = html.fromstring(pages(server, target)[TITLE]["body"])
    rows = tree.xpath("(//table)[last()]//tr")
    for color in tree.xpath("//*[@*[local-name()='name' or name()='ac:name']='colour']"):
        color.drop_tree()
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def seen(server: Server, page: str, user: str, times: int) -> None:
    """Somebody opens a page."""
    for _ in range(times):
        request = urllib.request.Request(
            f"{server.url}/sandbox/view",
            json.dumps({"page": page, "user": user}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.status in {200, 204}


@pytest.mark.parametrize("target", ["cloud", "datacenter"])
def test_all_reports_at_a_glance_and_a_few_more_views_write_nothing(
    library: Path, sandbox: Server, target: str
) -> None:
    report(library, "sales/draft.md", "title: Half done\nauthors: [Bo Lund]\ntags: [customers]\nstatus: draft")
    synced(library, target)
    assert "<table" in pages(sandbox, target)[TITLE]["body"]
    assert "Half done" not in str(table_of(sandbox, target)), "a sync doesn't make what it won't keep true"
    ask(sandbox, page_of(sandbox, target, "Why customers come"), "Which?")
    if target == "cloud":
        seen(sandbox, page_of(sandbox, target, "Oxygen in the river"), "reader@example.com", 12)
    found = audited(library, target)
    head, *rows = table_of(sandbox, target)
    views = ["Views", "Readers"] if target == "cloud" else []
    assert head == ["Report", *views, "Questions", "Status", "Updated", "Fresh until", "Authors"]
    by_title = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_title.keys() == {"Why customers leave", "Why customers come", "Oxygen in the river", "Half done"}
    assert "What we pay" not in str(pages(sandbox, target)[TITLE]), "a closed report's name leaks"
    assert by_title["Why customers come"]["Questions"] == "1"
    assert by_title["Why customers come"]["Authors"] == "Ada Byron, Bo Lund"
    assert (by_title["Oxygen in the river"]["Status"], by_title["Half done"]["Status"]) == ("STALE", "DRAFT")
    assert by_title["Why customers leave"]["Status"] == ""
    words = text_of(sandbox, target, TITLE)
    assert ("doesn't tell how often" in words) == (target == "datacenter")
    if target == "cloud":
        assert rows[0][:3] == ["Oxygen in the river", "10", "1"], "most read first"
        seen(sandbox, page_of(sandbox, target, "Oxygen in the river"), "reader@example.com", 3)
    number = last(sandbox)
    assert audited(library, target)["health"]["verb"] == "skip"
    assert writes(requests_since(sandbox.url, number)) == []
    if target == "cloud":
        seen(sandbox, page_of(sandbox, target, "Oxygen in the river"), "reader@example.com", 6)
        assert audited(library, target)["health"]["verb"] == "update"
        assert table_of(sandbox, target)[1][:3] == ["Oxygen in the river", "20", "1"]
    # the same for programs
    told = {one["title"]: one for one in found["reports"]}["Why customers come"]
    wanted = {"authors": ["Ada Byron", "Bo Lund"], "status": "", "updated": "2025-03-01", "questions": 1}
    assert wanted.items() <= told.items()
    run = nbwiki("status", "-t", target, "--json", cwd=library)
    states = {one["title"]: one for one in run.json["reports"]}
    assert wanted.items() <= states["Why customers come"].items()
    assert states["Oxygen in the river"]["fresh_until"] == "2026-09-30"


def test_notions_own_table_has_the_columns_and_health_says_so(library: Path, sandbox: Server) -> None:
    synced(library, "notion")
    audited(library, "notion")
    assert "columns of All reports" in text_of(sandbox, "notion", TITLE)
    row = notion(sandbox)["Oxygen in the river"]["properties"]
    assert row["Fresh until"]["date"]["start"] == "2026-09-30"
    names = {each["id"]: name for name, each in row.items()}
    views = [one for one in state(sandbox.url)["notion"]["views"] if one["name"] == "All reports"]
    shown = {names.get(one["property_id"]) for one in views[0]["configuration"]["properties"] if one["visible"]}
    assert {"Fresh until", "Open questions", "Status"} <= shown


def test_a_table_of_many_reports_is_cut_by_a_rule_and_says_so() -> None:
    cards = {f"k{n}": Card(key=f"k{n}", title=f"Report {n:05}") for n in range(10_000)}
    reading = {f"k{n}": Reading(n, 1) for n in range(10_000)}
    body = write(
        Document(Metadata(title="x"), at_a_glance(Health(cards=cards, reading=reading, audited=True))),
        "confluence",
        WriteOptions(),
    )[0].body
    assert body.count("<tr>") == SHOWN + 1
    assert body.index("Report 09999") < body.index("Report 09998")
    assert "Report 00001" not in body
    assert "And 9,500 more" in body
    assert "<th><p>Authors" not in body, "an empty column says nothing"
    assert len(body) < 500_000
