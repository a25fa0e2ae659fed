"""The sandbox refuses what Notion refuses, in Notion's words, over real HTTP."""

from __future__ import annotations

import httpx
import pytest

from adapters.sandbox.notion.store import HUB, PRIVATE


def page(api, children=()):
    body = {"parent": {"page_id": HUB}, "properties": {"title": {"title": rt("P")}}, "children": list(children)}
    answer = api.post("pages", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def rt(text, **more):
    return [{"text": {"content": text}, **more}]


def para(text="x", **more):
    return {"paragraph": {"rich_text": rt(text), **more}}


def nest(levels):
    block = {"bulleted_list_item": {"rich_text": rt("leaf")}}
    for _ in range(levels):
        block = {"bulleted_list_item": {"rich_text": [], "children": [block]}}
    return block


ITEM = "children[0].bulleted_list_item"
BAD = {
    "long text": (
        {"code": {"rich_text": rt("x" * 2001), "language": "python"}},
        "body.children[0].code.rich_text[0].text.content.length should be ≤ `2000`, instead was `2001`.",
    ),
    "emoji count twice": (
        para("😀" * 1001),
        "body.children[0].paragraph.rich_text[0].text.content.length should be ≤ `2000`, instead was `2002`.",
    ),
    "too many items": (
        {"paragraph": {"rich_text": rt("x") * 101}},
        "body.children[0].paragraph.rich_text.length should be ≤ `100`, instead was `101`.",
    ),
    "unknown field": (para(foo=1), "body.children[0].paragraph.foo should be not present, instead was `1`."),
    "echoed field": ({**para(), "id": "x"}, 'body.children[0].id should be not present, instead was `"x"`.'),
    "long equation": (
        {"equation": {"expression": "x" * 1001}},
        "body.children[0].equation.expression.length should be ≤ `1000`, instead was `1001`.",
    ),
    "too deep": (
        nest(3),
        (
            f"body.{ITEM}.{ITEM}.{ITEM}.children should be not present, instead was "
            '`[{"bulleted_list_item":{"rich_text":[{"text":{"content"...`.'
        ),
    ),
    "no rows": (
        {"table": {"table_width": 1, "children": []}},
        "body.children[0].table.children.length should be ≥ `1`, instead was `0`.",
    ),
    "one column": (
        {"column_list": {"children": [{"column": {"children": []}}]}},
        "body.children[0].column_list.children.length should be ≥ `2`, instead was `1`.",
    ),
    "callout icon null": (
        {"callout": {"rich_text": [], "icon": None}},
        "body.children[0].callout.icon should be an object or `undefined`, instead was `null`.",
    ),
    "type disagrees": (
        {"type": "quote", "paragraph": {"rich_text": []}},
        "body.children[0].quote should be defined, instead was `undefined`.",
    ),
    "mention of nonsense": (
        {"paragraph": {"rich_text": [{"mention": {"page": {"id": "x"}}}]}},
        'body.children[0].paragraph.rich_text[0].mention.page.id should be a valid uuid, instead was `"x"`.',
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_shape_faults_are_refused_with_the_path(api, case):
    block, line = BAD[case]
    answer = api.patch(f"blocks/{HUB}/children", json={"children": [block]})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, "validation_error")
    assert body["message"] == f"body failed validation: {line}"
    assert body["request_id"] == answer.headers["x-notion-request-id"]


def test_wrong_language_lists_all_ninety(api):
    block = {"code": {"rich_text": [], "language": "ipython"}}
    message = api.patch(f"blocks/{HUB}/children", json={"children": [block]}).json()["message"]
    assert message.startswith('body failed validation: body.children[0].code.language should be `"abap"`, `"abc"`, ')
    assert message.endswith('`"yaml"`, or `"java/c/c++/c#"`, instead was `"ipython"`.')
    assert message.count('`"') == 91


def test_several_faults_are_listed(api):
    answer = api.patch(f"blocks/{HUB}/children", json={"children": [para(a=1, b=2)], "c": 3})
    assert answer.json()["message"].splitlines() == [
        "body failed validation. Fix one:",
        "body.children[0].paragraph.a should be not present, instead was `1`.",
        "body.children[0].paragraph.b should be not present, instead was `2`.",
        "body.c should be not present, instead was `3`.",
    ]


LATE = {
    "relative link": (
        {"paragraph": {"rich_text": [{"text": {"content": "x", "link": {"url": "/a"}}}]}},
        "Content creation Failed. Fix the following: \nInvalid URL for link.",
    ),
    "script link": (
        {"paragraph": {"rich_text": [{"text": {"content": "x", "link": {"url": "javascript:alert(1)"}}}]}},
        "Content creation Failed. Fix the following: \nInvalid URL for link.",
    ),
    "short row": (
        {"table": {"table_width": 2, "children": [{"table_row": {"cells": [[]]}}]}},
        (
            "Content creation Failed. Fix the following: \n"
            "Number of cells in table row must match the table width of the parent table"
        ),
    ),
    "stray row": ({"table_row": {"cells": []}}, "A table_row block can't stand in a page."),
    "stray icon": (
        para(icon={"emoji": "😀"}),
        "An icon is only supported for paragraph blocks that are direct children of a tab block.",
    ),
    "plain heading with children": (
        {"heading_1": {"rich_text": [], "children": [para()]}},
        "A heading_1 block takes children only with `is_toggleable` true.",
    ),
    "unknown upload": (
        {"image": {"file_upload": {"id": "0b07a9c1-5a2d-4c6e-8f10-2d6a1f3b9cff"}}},
        "Could not find file_upload with ID: 0b07a9c1-5a2d-4c6e-8f10-2d6a1f3b9cff.",
    ),
}


@pytest.mark.parametrize("case", LATE)
def test_faults_behind_the_shape(api, case):
    block, message = LATE[case]
    answer = api.patch(f"blocks/{HUB}/children", json={"children": [block]})
    assert (answer.status_code, answer.json()["message"]) == (400, message)


def test_counts_and_sizes(api):
    many = api.patch(f"blocks/{HUB}/children", json={"children": [para()] * 101}).json()["message"]
    assert many == "body failed validation: body.children.length should be ≤ `100`, instead was `101`."
    wide = [para(children=[para()] * 10) for _ in range(100)]
    assert (
        "≤ `1000`, instead was `1100`" in api.patch(f"blocks/{HUB}/children", json={"children": wide}).json()["message"]
    )
    heavy = [{"paragraph": {"rich_text": rt("x" * 2000) * 3}}] * 90
    assert "≤ `500000`" in api.patch(f"blocks/{HUB}/children", json={"children": heavy}).json()["message"]


def test_gate(api):
    bare = httpx.get(f"{api.base_url}users/me", headers={"Authorization": "Bearer sandbox"})
    assert (bare.status_code, bare.json()["code"]) == (400, "missing_version")
    wrong = api.get("users/me", headers={"Authorization": "Bearer other"})
    assert (wrong.status_code, wrong.json()["message"]) == (401, "API token is invalid.")
    old = api.get("users/me", headers={"Notion-Version": "2020-01-01"})
    assert old.json()["message"].startswith("header failed validation: header.notion-version should be")
    reader = {"Authorization": "Bearer sandbox-readonly"}
    assert api.get(f"pages/{HUB}", headers=reader).status_code == 200
    refused = api.patch(f"blocks/{HUB}/children", json={"children": [para()]}, headers=reader)
    assert (refused.status_code, refused.json()["code"]) == (403, "restricted_resource")
    assert api.get("nothing").json()["code"] == "invalid_request_url"
    broken = api.post("search", content=b"{", headers={"Content-Type": "application/json"})
    assert broken.json()["code"] == "invalid_json"


def test_path_and_sharing(api):
    answer = api.get("pages/foo").json()
    assert answer["message"] == 'path failed validation: path.page_id should be a valid uuid, instead was `"foo"`.'
    hidden = api.get(f"pages/{PRIVATE}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "object_not_found")
    assert hidden.json()["message"] == (
        f"Could not find page with ID: {PRIVATE}. Make sure the relevant pages and databases are shared with your"
        ' integration "sandbox".'
    )
    assert api.get(f"pages/{HUB.replace('-', '')}").json()["id"] == HUB


def test_after_and_archived_depend_on_the_version(api):
    number = page(api, [para("a"), para("b"), para("c")])
    first = api.get(f"blocks/{number}/children").json()["results"][0]["id"]
    body = {"children": [para("new")], "after": first}
    assert "body.after should be not present" in api.patch(f"blocks/{number}/children", json=body).json()["message"]
    old = {"Notion-Version": "2025-09-03"}
    assert len(api.patch(f"blocks/{number}/children", json=body, headers=old).json()["results"]) == 3
    assert "archived should be not present" in api.patch(f"pages/{number}", json={"archived": True}).json()["message"]
    assert api.patch(f"pages/{number}", json={"archived": True}, headers=old).json()["archived"] is True


def test_the_trash(api):
    number = page(api, [para()])
    block = api.get(f"blocks/{number}/children").json()["results"][0]["id"]
    assert api.delete(f"blocks/{block}").json()["in_trash"] is True
    assert "Can't edit block that is archived" in api.patch(f"blocks/{block}", json=para()).json()["message"]
    assert api.patch(f"pages/{number}", json={"in_trash": True}).json()["in_trash"] is True
    assert api.get(f"pages/{number}").status_code == 200
    assert api.get(f"blocks/{number}/children").status_code == 404
    assert api.patch(f"pages/{number}", json={"in_trash": False}).json()["in_trash"] is False


def test_switches(api):
    switches = api.server.state.switches
    try:
        switches["notion_rate_limit"] = {"requests": 1, "window_s": 60}
        answers = [api.get("users/me") for _ in range(3)]
        assert answers[-1].status_code == 429
        assert answers[-1].json()["additional_data"]["rate_limit_reason"] == "public_api_request_rate_limit"
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        switches.clear()
        switches["free_plan"] = 1
        full = api.patch(f"blocks/{HUB}/children", json={"children": [para()] * 3})
        assert full.json()["additional_data"] == {"block_limit": "block_creation"}
        switches.clear()
        switches["search_lag_s"] = 60
        page(api)
        assert all(r["id"] == HUB for r in api.post("search", json={"query": "data hub"}).json()["results"])
    finally:
        switches.clear()


def test_a_503_after_the_commit_names_what_was_saved(api):
    api.server.state.switches["notion_commit_503"] = 1
    lost = api.patch(f"blocks/{HUB}/children", json={"children": [para("kept")]})
    assert (lost.status_code, lost.json()["code"]) == (503, "service_unavailable")
    saved = lost.json()["additional_data"]
    assert saved["committed_resource_id"] == HUB
    assert (
        api.get(f"blocks/{saved['committed_child_ids'][0]}").json()["paragraph"]["rich_text"][0]["plain_text"] == "kept"
    )
