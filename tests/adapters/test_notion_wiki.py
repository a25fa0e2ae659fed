"""The Notion adapter over real HTTP: least change, people's blocks, lost answers, limits, races."""

from __future__ import annotations

import json

import httpx
import pytest
import requests
from notion_client import errors as sdk

from adapters import errors, open_wiki
from adapters.base import Change, Draft, Record
from adapters.notion.faults import guarded
from adapters.notion.ids import find_id
from adapters.notion.requests import MAX_BYTES, batch
from adapters.sandbox.notion.people import human_add_block, human_edit
from adapters.settings import TargetSettings, Token
from tests.adapters.notion_site import NotionHub, change, content, para, publish, toggle, tree, words

HEX = "da7a0000000040008000000000000d47"


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


def test_a_changed_block_keeps_all_ids_and_costs_one_request(site):
    wiki = site.wiki()
    done = publish(wiki, *[para(f"p{i}") for i in range(50)])
    before = [block["id"] for block in tree(wiki, done.page)]
    site.server.state.clock_offset_s += 60
    writes = wiki.requests.write
    done = change(wiki, done, *[para("new" if i == 25 else f"p{i}") for i in range(50)])
    assert wiki.requests.write - writes == 2  # the block and the record
    after = tree(wiki, done.page)
    assert [block["id"] for block in after] == before
    assert words(after)[25] == "new"


def test_blocks_that_people_added_stay_where_they_are(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"), toggle("t", para("in")), para("c"))
    first = tree(wiki, done.page)[0]["id"]
    human_add_block(site.server.state, done.page.id, "theirs", after=first)
    again = site.wiki()
    tracked = again.observe().tracked["k"]
    assert not tracked.edited
    change_ = Change(
        record=tracked.record,
        title="R",
        content=content(para("a"), toggle("t2", para("in")), para("c"), para("d")),
        base=tracked.page.version,
    )
    again.write(tracked.page, change_)
    assert words(tree(again, done.page)) == ["a", "theirs", "t2", "c", "d"]


def test_an_edit_below_a_block_is_seen_and_forced_over(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"), toggle("t", para("in")))
    child = tree(wiki, done.page)[1]["children"][0]["id"]
    human_edit(site.server.state, child, "theirs")
    tracked = site.wiki().observe().tracked["k"]
    assert tracked.edited
    forced = Change(
        record=tracked.record, title="R", content=content(para("a"), toggle("t", para("in"))), base=tracked.page.version
    )
    wiki.write(tracked.page, forced)
    blocks = tree(wiki, done.page)
    assert words(blocks) == ["a", "t"]
    assert words(blocks[1]["children"]) == ["in"]
    assert not site.wiki().observe().tracked["k"].edited


@pytest.mark.parametrize(
    "rule",
    [
        {"reset": "after"},
        {"status": 504, "after_work": True},
        {"reset": "before"},
        {"status": 429, "retry_after": 7},
        {"status": 529},
    ],
)
@pytest.mark.parametrize("path", ["/notion/v1/pages", "/notion/v1/blocks/*/children", "/notion/v1/databases"])
def test_a_lost_answer_leaves_no_duplicate(site, rule, path):
    site.faults({"path": path, "method": "PATCH" if "blocks" in path else "POST", "times": 1, **rule})
    wiki = site.wiki()
    done = publish(wiki, *[para(f"p{i}") for i in range(120)], toggle("deep", toggle("b", toggle("c", toggle("d")))))
    blocks = tree(wiki, done.page)
    assert words(blocks) == [f"p{i}" for i in range(120)] + ["deep"]
    assert words(blocks[-1]["children"][0]["children"][0]["children"]) == ["d"]
    state = requests.get(f"{site.server.url}/sandbox/state", timeout=10).json()["notion"]
    assert len(state["databases"]) == 1
    assert len(state["data_sources"][0]["rows"]) == 1


@pytest.mark.parametrize("cut", range(1, 6))
def test_a_killed_run_is_finished_by_the_next(site, cut):
    wiki = site.wiki(max_attempts=1)
    old = [para(f"p{i}") for i in range(5)]
    done = publish(wiki, *old)
    site.faults({"path": "/notion/v1/*", "method": "DELETE", "status": 400, "times": 99}) if cut == 1 else site.faults(
        {
            "path": "/notion/v1/pages/*" if cut % 2 else "/notion/v1/blocks/*",
            "method": "PATCH",
            "status": 401,
            "times": 9,
        }
    )
    new = [para("p0"), toggle("x", para("y")), para("q"), para("p3"), para("z"), {"type": "divider", "divider": {}}][
        : cut + 1
    ]
    with pytest.raises(errors.WikiError):
        change(wiki, done, *new)
    site.faults()
    again = site.wiki()
    tracked = again.observe().tracked["k"]
    assert tracked.page is not None
    last = Change(record=tracked.record, title="R", content=content(*new), base=tracked.page.version)
    again.write(tracked.page, last)
    assert words(tree(again, tracked.page)) == words(
        [
            {
                **b,
                b["type"]: {
                    "rich_text": [{"plain_text": i["text"]["content"]} for i in b[b["type"]].get("rich_text", ())]
                },
            }
            for b in new
        ]
    )


def test_two_first_runs_at_once_leave_one_database_and_one_row(site):
    one, two = site.wiki(), site.wiki()
    first, second = one.observe(), two.observe()
    assert one.begin(first).id == two.begin(second).id
    record = Record(key="k", source="k.md")
    a = one.create(Draft(record=record, title="R", parent=None))
    b = two.create(Draft(record=record, title="R", parent=None))
    done_a, done_b = change(one, a, para("x")), change(two, b, para("x"))
    one.finish(first, [done_a.record], [])
    two.finish(second, [done_b.record], [])
    tracked = site.wiki().observe().tracked
    assert tracked["k"].page is not None
    rows = requests.get(f"{site.server.url}/sandbox/state", timeout=10).json()["notion"]["data_sources"][0]["rows"]
    assert len(rows) == 1


def test_a_page_in_the_trash_is_known_and_can_be_archived(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    wiki._target.client.update_page(done.page.id, {"in_trash": True})
    tracked = site.wiki().observe().tracked["k"]
    assert tracked.page is None
    wiki.archive(done.page, done.record)
    assert site.wiki().observe().tracked == {}


def deep(levels):
    return toggle(f"l{levels}", *([deep(levels - 1)] if levels else []))


def test_requests_keep_the_limits():
    shapes = [deep(8), *[para("x" * 2000) for _ in range(400)], toggle("wide", *[para(str(i)) for i in range(350)])]
    start = 0
    while start < len(shapes):
        part = batch(shapes, start)
        assert len(part.blocks) <= 100
        assert len(json.dumps(part.blocks).encode()) <= MAX_BYTES + 20_000
        start += part.took
    assert sum(len(later.children) for later in batch(shapes[-1:]).later) == 250


@pytest.mark.parametrize(
    "value",
    [
        HEX,
        f"https://www.notion.so/acme/Data-hub-{HEX}?pvs=4",
        f"https://app.notion.com/p/Data-hub-{HEX}",
        f"https://team.notion.site/{HEX}#x",
        f"https://www.notion.so/acme/Other-{'0' * 32}?p={HEX}&pm=s",
    ],
)
def test_ids_of_every_kind_of_address(value):
    found = find_id(value)
    assert found is not None
    assert found.replace("-", "") == HEX


def test_no_id():
    assert find_id("Data hub") is None
    assert find_id("https://www.notion.so/") is None


@pytest.mark.parametrize(
    ("status", "body", "kind", "retry"),
    [
        (
            400,
            {"code": "validation_error", "message": "body.children.length should be ≤ `100`"},
            errors.LimitExceeded,
            "never",
        ),
        (400, {"code": "validation_error", "message": "no"}, errors.Refused, "never"),
        (401, {"code": "unauthorized", "message": "no"}, errors.AuthError, "never"),
        (403, {"code": "restricted_resource", "message": "no"}, errors.PermissionDenied, "never"),
        (403, "<html>", errors.Blocked, "never"),
        (404, {"code": "object_not_found", "message": "no"}, errors.NotFound, "never"),
        (409, {"code": "conflict_error", "message": "no"}, errors.StaleVersion, "idempotent"),
        (413, "", errors.LimitExceeded, "never"),
        (429, {"code": "rate_limited", "message": "no"}, errors.RateLimited, "always"),
        (
            429,
            {
                "code": "rate_limited",
                "message": "no",
                "additional_data": {"rate_limit_reason": "public_api_request_blocked"},
            },
            errors.RateLimited,
            "never",
        ),
        (529, {"code": "service_overload", "message": "no"}, errors.RateLimited, "always"),
        (502, {"code": "bad_gateway", "message": "no"}, errors.WikiUnavailable, "idempotent"),
        (
            503,
            {"code": "service_unavailable", "message": "no", "additional_data": {"committed_resource_id": "x"}},
            errors.WikiUnavailable,
            "idempotent",
        ),
    ],
)
def test_every_answer_has_its_error(status, body, kind, retry):
    raw = body if isinstance(body, str) else json.dumps(body)

    def fail():
        raise sdk.build_request_error(httpx.Response(status, text=raw), raw)

    with pytest.raises(kind) as caught:
        guarded(fail)
    assert type(caught.value) is kind or status in {429, 503}  # which have kinds of their own
    assert caught.value.retry == retry


def test_nobody_listens():
    wiki = open_wiki(
        TargetSettings(name="n", kind="notion", url="http://127.0.0.1:9", token=Token("s"), sleep=lambda _: None)
    )
    with pytest.raises(errors.WikiUnavailable):
        wiki.login()
    assert wiki.doctor()[0].level == "fail"
    wiki.close()
