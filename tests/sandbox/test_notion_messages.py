"""Refusals word for word as the vendor's answers are quoted in issue reports and in the tests of public clients."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.sandbox.notion.store import HUB


def rt(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": {"content": text}}]


def item(*children: Any) -> dict[str, Any]:
    below = {"children": list(children)} if children else {}
    return {"object": "block", "type": "bulleted_list_item", "bulleted_list_item": {"rich_text": rt("x"), **below}}


KINDS = [
    "embed",
    "bookmark",
    "image",
    "video",
    "pdf",
    "file",
    "audio",
    "code",
    "equation",
    "divider",
    "breadcrumb",
    "tab",
    "table_of_contents",
    "link_to_page",
    "table_row",
    "table",
    "column_list",
    "column",
    "heading_1",
    "heading_2",
    "heading_3",
    "heading_4",
    "paragraph",
    "bulleted_list_item",
    "numbered_list_item",
    "quote",
    "to_do",
    "toggle",
    "template",
    "callout",
    "synced_block",
]
NESTED = "bulleted_list_item.children[0]"
BLOCKS = {
    "long text": (
        {"paragraph": {"rich_text": rt("x" * 3924)}},
        ": body.children[0].paragraph.rich_text[0].text.content.length should be ≤ `2000`, instead was `3924`.",
    ),
    "many texts": (
        {"paragraph": {"rich_text": rt("x") * 101}},
        ": body.children[0].paragraph.rich_text.length should be ≤ `100`, instead was `101`.",
    ),
    "too deep": (
        item(item(item(item()))),
        (
            f": body.children[0].{NESTED}.{NESTED}.bulleted_list_item.children should be not present, instead was "
            '`[{"object":"block","type":"bulleted_list_item","bullete...`.'
        ),
    ),
    "a word for a boolean": (
        {"type": "to_do", "to_do": {"rich_text": [], "checked": "yes"}},
        ': body.children[0].to_do.checked should be a boolean or `undefined`, instead was `"yes"`.',
    ),
    "no icon": (
        {"type": "callout", "callout": {"rich_text": [], "icon": None}},
        ": body.children[0].callout.icon should be an object or `undefined`, instead was `null`.",
    ),
    "no text": (
        {"type": "callout", "callout": {}},
        ": body.children[0].callout.rich_text should be defined, instead was `undefined`.",
    ),
    "a link that is a list": (
        {"paragraph": {"rich_text": [{"type": "text", "text": {"content": "x", "link": []}}]}},
        ": body.children[0].paragraph.rich_text[0].text.link should be an object, `null`, or `undefined`, instead was `[]`.",
    ),
    "an unknown type": (
        {"object": "block", "type": "note", "note": {"rich_text": rt("x")}},
        ". Fix one:\n"
        + "\n".join(f"body.children[0].{kind} should be defined, instead was `undefined`." for kind in KINDS),
    ),
    "a date that is none": (
        {"paragraph": {"rich_text": [{"type": "mention", "mention": {"date": {"start": "soon"}}}]}},
        (
            ": body.children[0].paragraph.rich_text[0].mention.date.start should be a valid ISO 8601 date string, "
            'instead was `"soon"`.'
        ),
    ),
}


@pytest.mark.parametrize("case", BLOCKS)
def test_blocks(api, case):
    block, words = BLOCKS[case]
    answer = api.patch(f"blocks/{HUB}/children", json={"children": [block]})
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert answer.json()["message"] == f"body failed validation{words}"


def test_too_many_blocks(api):
    answer = api.patch(f"blocks/{HUB}/children", json={"children": [item()] * 124})
    assert answer.json()["message"] == (
        "body failed validation: body.children.length should be ≤ `100`, instead was `124`."
    )


VALUES = {
    "start": (
        {"Due": {"date": {"start": "2022/01/02"}}},
        'Due.date.start should be a valid ISO 8601 date string, instead was `"2022/01/02"`.',
    ),
    "end": (
        {"Due": {"date": {"start": "2023-05-20", "end": "5/20/2023"}}},
        'Due.date.end should be a valid ISO 8601 date string, `null`, or `undefined`, instead was `"5/20/2023"`.',
    ),
    "text": (
        {"Intro": {"rich_text": rt("x" * 2242)}},
        "Intro.rich_text[0].text.content.length should be ≤ `2000`, instead was `2242`.",
    ),
    "address": ({"Link": {"url": ""}}, 'Link.url should be populated or `null`, instead was `""`.'),
    "file": (
        {"Files": {"files": [{"external": {"url": "https://example.com/a.png"}}]}},
        "Files.files[0].name should be defined, instead was `undefined`.",
    ),
}


@pytest.mark.parametrize("case", VALUES)
def test_values_name_the_path_from_the_body(api, case):
    values, words = VALUES[case]
    columns = {"Name": {"title": {}}, "Due": {"date": {}}, "Intro": {"rich_text": {}}, "Link": {"url": {}}}
    columns |= {"Files": {"files": {}}}
    made = api.post("databases", json={"parent": {"page_id": HUB}, "initial_data_source": {"properties": columns}})
    source = made.json()["data_sources"][0]["id"]
    answer = api.post("pages", json={"parent": {"data_source_id": source}, "properties": values})
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert answer.json()["message"] == f"body failed validation: body.properties.{words}"


def test_a_parent_that_is_none_is_told_for_each_kind(api):
    lines = api.post("pages", json={"parent": {"database_id": "invalid-database-id"}}).json()["message"].split("\n")
    assert lines == [
        "body failed validation. Fix one:",
        "body.parent.page_id should be defined, instead was `undefined`.",
        'body.parent.database_id should be a valid uuid, instead was `"invalid-database-id"`.',
        "body.parent.data_source_id should be defined, instead was `undefined`.",
        "body.parent.workspace should be defined, instead was `undefined`.",
    ]


def test_cursors_and_ids(api):
    made = api.post(
        "databases",
        json={"parent": {"page_id": HUB}, "initial_data_source": {"properties": {"Name": {"title": {}}}}},
    )
    source = made.json()["data_sources"][0]["id"]
    answer = api.post(f"data_sources/{source}/query", json={"start_cursor": ""})
    assert answer.json()["message"] == (
        'body failed validation: body.start_cursor should be a valid uuid or `undefined`, instead was `""`.'
    )
    answer = api.get("pages/nonsense")
    assert answer.json()["message"].startswith("path failed validation: path.page_id should be a valid uuid")
