"""Notion's limits and rules beyond the shapes of blocks: columns, files, filters, moves, rights."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Site

HUB = "da7a0000-0000-4000-8000-00000000d47a"
READER = "0b07a9c1-5a2d-4c6e-8f10-2d6a1f3b9c03"


def rt(text: str) -> list[dict[str, Any]]:
    return [{"text": {"content": text}}]


def said(answer: httpx.Response, status: int = 400, code: str = "validation_error") -> str:
    body = answer.json()
    assert (answer.status_code, body["code"], body["object"]) == (status, code, "error"), answer.text
    return str(body["message"])


def page(site: Site, *children: Any, parent: str = HUB) -> str:
    body = {"parent": {"page_id": parent}, "properties": {"title": {"title": rt("P")}}, "children": list(children)}
    answer = site.notion("POST", "/pages", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def append(site: Site, block: Any, to: str = HUB) -> httpx.Response:
    return site.notion("PATCH", f"/blocks/{to}/children", json={"children": [block]})


def source(site: Site) -> str:
    columns = {"Name": {"title": {}}, "Mail": {"email": {}}, "Many": {"multi_select": {}}, "People": {"people": {}},
               "State": {"status": {}}, "Made": {"created_time": {}}, "Link": {"url": {}}}  # fmt: skip
    body = {"parent": {"page_id": HUB}, "initial_data_source": {"properties": columns}}
    return str(site.notion("POST", "/databases", json=body).json()["data_sources"][0]["id"])


TOO_MUCH = {
    "link": ({"paragraph": {"rich_text": [{"text": {"content": "x", "link": {"url": "https://e.org/" + "x" * 2000}}}]}},
             "body.children[0].paragraph.rich_text[0].text.link.url.length should be ≤ `2000`, instead was `2014`."),
    "bookmark": ({"bookmark": {"url": "https://e.org/" + "x" * 2000}},
                 "body.children[0].bookmark.url.length should be ≤ `2000`, instead was `2014`."),
    "inline equation": ({"paragraph": {"rich_text": [{"equation": {"expression": "x" * 1001}}]}},
                        "rich_text[0].equation.expression.length should be ≤ `1000`, instead was `1001`."),
    "caption": ({"code": {"rich_text": [], "language": "r", "caption": rt("x") * 101}},
                "body.children[0].code.caption.length should be ≤ `100`, instead was `101`."),
    "columns in a toggle": ({"toggle": {"rich_text": [], "children": [{"column_list": {"children": []}}]}},
                            "body.children[0].toggle.children[0]."),
    "table in the third generation": (
        {"toggle": {"rich_text": [], "children": [{"toggle": {"rich_text": [], "children": [
            {"table": {"table_width": 1, "children": [{"table_row": {"cells": [[]]}}]}}]}}]}},
        "body.children[0].toggle.children[0].toggle.children[0]."),
    "colour": ({"paragraph": {"rich_text": [], "color": "pinkish"}}, "body.children[0].paragraph.color should be"),
    "two colours": ({"paragraph": {"rich_text": [{"text": {"content": "x"}, "annotations": {"background": "red"}}]}},
                    "annotations.background should be not present"),
    "read-only type": ({"child_page": {"title": "x"}}, "body.children[0]."),
    "unknown type": ({"button": {}}, "body.children[0]."),
    "no media": ({"image": {"caption": []}}, "body.children[0].image."),
    "hosted file": ({"image": {"file": {"url": "https://e.org/a.png"}}}, "body.children[0].image."),
}  # fmt: skip


@pytest.mark.parametrize("case", TOO_MUCH)
def test_blocks_that_are_refused(site: Site, case: str) -> None:
    block, words = TOO_MUCH[case]
    assert words in said(append(site, block))


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"Mail": {"email": "x" * 201}}, "body.properties.Mail.email.length should be ≤ `200`, instead was `201`."),
        ({"Many": {"multi_select": [{"name": f"{n}"} for n in range(101)]}}, "multi_select.length should be ≤ `100`"),
        ({"Many": {"multi_select": [{"name": "a,b"}]}}, "commas not allowed"),
        ({"People": {"people": [{"id": READER}] * 101}}, "people.length should be ≤ `100`"),
        ({"Link": {"url": "x" * 2001}}, "url.length should be ≤ `2000`"),
        ({"State": {"status": {"name": "Unheard of"}}}, "Invalid status option"),
        ({"Made": {"created_time": "2026-01-01"}}, "body.properties.Made."),
        ({"Lost": {"checkbox": True}}, "Lost is not a property that exists."),
    ],
)
def test_values_that_are_refused(site: Site, properties: dict[str, Any], words: str) -> None:
    body = {"parent": {"data_source_id": source(site)}, "properties": properties}
    assert words in said(site.notion("POST", "/pages", json=body))


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"A": {"number": {}}}, "exactly one title"),
        ({"A": {"title": {}}, "B": {"title": {}}}, "exactly one title"),
        ({"A": {"title": {}}, "B": {"colour": {}}}, "body.initial_data_source.properties.B."),
        ({"A": {"title": {}}, "B": {"select": {"options": [{"name": "x", "color": "pinkish"}]}}}, ".color should be"),
    ],
)
def test_columns_that_are_refused(site: Site, columns: dict[str, Any], words: str) -> None:
    body = {"parent": {"page_id": HUB}, "initial_data_source": {"properties": columns}}
    assert words in said(site.notion("POST", "/databases", json=body))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"filter": {"and": [{"or": [{"and": []}]}]}}, "body.filter.and[0].or[0]."),
        ({"filter": {"property": "Name", "number": {"equals": 1}}}, "does not match filter number"),
        ({"filter": {"property": "Lost", "title": {"equals": "x"}}}, "Could not find property"),
        ({"filter": {"property": "Name", "title": {"sounds_like": "x"}}}, "body.filter.title."),
        ({"sorts": [{"property": "Lost", "direction": "ascending"}]}, "Could not find sort property"),
        ({"page_size": 101}, "body.page_size should be ≤ `100` or `undefined`, instead was `101`."),
        ({"page_size": 0}, "body.page_size should be ≥ `1` or `undefined`, instead was `0`."),
        ({"start_cursor": READER}, "start_cursor provided is invalid"),
        ({"archived": True}, "body.archived should be not present"),
    ],
)
def test_queries_that_are_refused(site: Site, body: dict[str, Any], words: str) -> None:
    assert words in said(site.notion("POST", f"/data_sources/{source(site)}/query", json=body))


def test_pages_that_are_refused(site: Site) -> None:
    title = {"title": {"title": rt("T")}}
    for body, words in (
        ({"parent": {"page_id": HUB}, "properties": {**title, "Key": {"rich_text": []}}}, "Key is not a property"),
        ({"parent": {"page_id": HUB}, "children": [], "markdown": "x"}, "body.markdown should be not present"),
        ({"parent": {"workspace": True}}, "Internal integrations"),
        ({"parent": {"page_id": HUB}, "template": {"type": "default"}}, "no template"),
        ({"parent": {"page_id": HUB}, "is_locked": True}, "body.is_locked should be not present"),
        ({"parent": {"data_source_id": source(site)}, "position": {"type": "page_start"}}, "body.position should be"),
        ({"parent": {"page_id": HUB}, "cover": {"emoji": "😀"}}, "body.cover."),
        ({"properties": title}, "body.parent should be defined"),
    ):
        assert words in said(site.notion("POST", "/pages", json=body)), body
    outer = page(site)
    inner = page(site, parent=outer)
    below = site.notion("POST", f"/pages/{outer}/move", json={"parent": {"page_id": inner}})
    assert said(below) == "A page can't be moved below itself."
    replaced = {"type": "replace_content", "replace_content": {"new_str": "x"}}
    refused = site.notion("PATCH", f"/pages/{outer}/markdown", json=replaced)
    assert said(refused) == "This operation would delete 1 child page(s) or database(s)"


def test_changes_of_blocks_that_are_refused(site: Site) -> None:
    top = page(site, {"paragraph": {"rich_text": rt("a")}}, {"divider": {}})
    words, line = (block["id"] for block in site.notion("GET", f"/blocks/{top}/children").json()["results"])
    children = {"paragraph": {"rich_text": [], "children": []}}
    assert "paragraph.children should be not present" in said(site.notion("PATCH", f"/blocks/{words}", json=children))
    assert "Block type cannot be changed" in said(site.notion("PATCH", f"/blocks/{words}", json={"divider": {}}))
    assert "does not support children" in said(append(site, {"divider": {}}, to=line))
    assert "≥ `1`, instead was `0`" in said(site.notion("PATCH", f"/blocks/{top}/children", json={"children": []}))
    assert site.notion("DELETE", f"/blocks/{words}").status_code == 200
    assert "archived" in said(site.notion("DELETE", f"/blocks/{words}"))
    assert "archived" in said(append(site, {"divider": {}}, to=words))
    assert site.notion("PATCH", f"/blocks/{words}", json={"in_trash": False}).json()["in_trash"] is False


def test_files_that_are_refused(site: Site) -> None:
    def create(**body: Any) -> httpx.Response:
        return site.notion("POST", "/file_uploads", json=body)

    assert "≤ `900`, instead was `901`" in said(create(filename="é" * 448 + "x.png"))
    assert "not supported" in said(create(filename="a.py"))
    assert "not supported" in said(create(filename="a.png", content_type="application/octet-stream"))
    assert "does not match the extension" in said(create(filename="a.png", content_type="image/gif"))
    assert "body.number_of_parts should be defined" in said(create(mode="multi_part", filename="a.mp4"))
    assert "body.number_of_parts should be ≤ `1000`" in said(
        create(mode="multi_part", filename="a", number_of_parts=1001)
    )
    site.switch(upload_types="2026-09")
    assert create(filename="a.py").status_code == 200
    assert "not supported" in said(create(filename="a.ipynb"))
    made = create(filename="a.png").json()

    def send(data: bytes, kind: str = "image/png", upload: str = made["id"]) -> httpx.Response:
        return site.notion("POST", f"/file_uploads/{upload}/send", files={"file": ("a.png", data, kind)})

    assert "does not match" in said(send(b"x", "image/gif"))
    assert "for this workspace" in said(send(bytes(5 * 1024 * 1024 + 1)))
    assert send(b"x").json()["status"] == "uploaded"
    assert "a status of `uploaded`" in said(send(b"x"))
    assert "only `multi_part`" in said(site.notion("POST", f"/file_uploads/{made['id']}/complete", json={}))
    parts = create(mode="multi_part", filename="v.mp4", number_of_parts=2).json()["id"]
    file = {"file": ("v.mp4", b"x", "video/mp4")}
    small = site.notion("POST", f"/file_uploads/{parts}/send", files=file, data={"part_number": "1"})
    assert "Each part but the last" in said(small)
    assert "part 1 is missing" in said(site.notion("POST", f"/file_uploads/{parts}/complete", json={}))


def test_rights_can_be_taken(site: Site) -> None:
    site.switch(notion_denied=["insert_comments", "user_info"])
    comment = {"parent": {"page_id": HUB}, "rich_text": rt("x")}
    assert said(site.notion("POST", "/comments", json=comment), 403, "restricted_resource")
    assert said(site.notion("GET", "/users"), 403, "restricted_resource")
    assert site.notion("GET", "/users/me").status_code == 200


def test_the_search_knows_titles_alone(site: Site) -> None:
    page(site, {"paragraph": {"rich_text": rt("walrus")}})
    assert site.notion("POST", "/search", json={"query": "walrus"}).json()["results"] == []
    old = {"filter": {"property": "object", "value": "database"}}
    assert '`"page"` or `"data_source"`' in said(site.notion("POST", "/search", json=old))


def test_a_query_ends_at_ten_thousand(site: Site) -> None:
    rows = source(site)
    with site.server.state.transaction() as db:
        db.executemany(
            "INSERT INTO notion_node SELECT ?, 'page', ?, ?, 'page', 0, 0, created_by, edited_by, 0, "
            "'{\"properties\": {}}' FROM notion_node WHERE id = ?",
            [(f"da7a0000-0000-4000-8000-{n:012x}", rows, n, HUB) for n in range(20_000, 30_001)],
        )
    cursor = f"da7a0000-0000-4000-8000-{29_950:012x}"
    last = site.notion("POST", f"/data_sources/{rows}/query", json={"start_cursor": cursor}).json()
    assert (len(last["results"]), last["has_more"]) == (50, False)
    assert last["request_status"] == {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
