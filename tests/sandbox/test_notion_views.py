"""Views are as strictly checked as the vendor's types have them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from adapters.sandbox.server import Server
from tests.e2e.publish import state


def call(server: Server, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    headers = {"Authorization": "Bearer sandbox", "Notion-Version": "2026-03-11", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.url}/notion/v1/{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture
def source(sandbox: Server) -> tuple[str, str, dict[str, Any]]:
    """A page, and a data source with a title, topics and a day on it."""
    hub = state(sandbox.url)["notion_data_hub"]
    schema = {"Name": {"title": {}}, "Topics": {"multi_select": {}}, "Team": {"select": {}}, "Day": {"date": {}}}
    body = {"parent": {"type": "page_id", "page_id": hub}, "initial_data_source": {"properties": schema}}
    made = call(sandbox, "POST", "databases", body)[1]
    found = call(sandbox, "GET", f"data_sources/{made['data_sources'][0]['id']}")[1]
    return hub, found["id"], found["properties"]


def test_a_linked_view_stands_where_it_was_asked_for(sandbox: Server, source: tuple[str, str, dict[str, Any]]) -> None:
    hub, number, _ = source
    words = [{"type": "paragraph", "paragraph": {"rich_text": [{"text": {"content": text}}]}} for text in ("a", "b")]
    first, second = call(sandbox, "PATCH", f"blocks/{hub}/children", {"children": words})[1]["results"][:2]
    body = {
        "data_source_id": number,
        "name": "Latest",
        "type": "gallery",
        "create_database": {
            "parent": {"type": "page_id", "page_id": hub},
            "position": {"type": "after_block", "block_id": first["id"]},
        },
    }
    status, view = call(sandbox, "POST", "views", body)
    assert status == 200
    ids = [one["id"] for one in call(sandbox, "GET", f"blocks/{hub}/children")[1]["results"]]
    assert ids.index(first["id"]) + 1 == ids.index(view["parent"]["database_id"]) == ids.index(second["id"]) - 1
    assert call(sandbox, "GET", f"databases/{view['parent']['database_id']}")[1]["data_sources"] == []


@pytest.mark.parametrize(("change", "said"), [
    ({"filter": {"property": "No", "select": {"equals": "x"}}}, "Could not find property"),
    ({"filter": {"property": "Topics", "select": {"equals": "x"}}}, "does not match filter"),
    ({"filter": {"property": "Topics", "multi_select": {"equals": "x"}}}, "contains should be defined"),
    ({"sorts": [{"property": "No", "direction": "ascending"}]}, "Could not find sort property"),
    ({"sorts": [{"property": "Day", "direction": "up"}]}, "should be"),
    ({"configuration": {"type": "gallery", "cover_size": "huge"}}, "should be"),
    ({"configuration": {"type": "gallery", "else": 1}}, "should be not present"),
    ({"configuration": {"type": "table"}}, "does not match the view's type"),
    ({"configuration": {"type": "gallery", "properties": [{"property_id": "nope", "visible": True}]}}, "Could not find"),
    ({"type": "board", "configuration": {"type": "board"}}, "should be defined"),
    ({"position": {"type": "middle"}}, "should be"),
    ({"name": ""}, "should be"),
])  # fmt: skip
def test_what_is_not_in_the_vendors_types_is_refused(
    sandbox: Server, source: tuple[str, str, dict[str, Any]], change: dict[str, Any], said: str
) -> None:
    hub, number, _ = source
    parent = {"create_database": {"parent": {"type": "page_id", "page_id": hub}}}
    body = {"data_source_id": number, "name": "V", "type": "gallery", **parent, **change}
    status, answer = call(sandbox, "POST", "views", body)
    assert (status, answer["code"]) == (400, "validation_error")
    assert said in answer["message"]


def test_a_board_groups_by_a_property_of_its_type(sandbox: Server, source: tuple[str, str, dict[str, Any]]) -> None:
    hub, number, properties = source
    group = {"type": "select", "property_id": properties["Team"]["id"], "sort": {"type": "ascending"}}
    parent = {"create_database": {"parent": {"type": "page_id", "page_id": hub}}}
    body = {"data_source_id": number, "name": "V", "type": "board", **parent}
    assert call(sandbox, "POST", "views", {**body, "configuration": {"type": "board", "group_by": group}})[0] == 200
    wrong = {**group, "property_id": properties["Topics"]["id"]}
    assert call(sandbox, "POST", "views", {**body, "configuration": {"type": "board", "group_by": wrong}})[0] == 400
