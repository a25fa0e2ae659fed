"""``/sandbox/state`` shows both vendors alike, people's hands reach both, and plans outlive a restart."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import requests

from adapters.sandbox.server import serve
from tests.sandbox.conftest import Site

PNG = b"\x89PNG\r\n\x1a\n"


def rt(text: str) -> list[dict[str, Any]]:
    return [{"text": {"content": text}}]


def notion_page(site: Site) -> str:
    made = site.notion("POST", "/file_uploads", json={"filename": "plot.png", "content_type": "image/png"}).json()
    site.notion("POST", f"/file_uploads/{made['id']}/send", files={"file": ("plot.png", PNG, "image/png")})
    children = [{"paragraph": {"rich_text": rt("first words")}}, {"image": {"file_upload": {"id": made["id"]}}}]
    parent = {"page_id": site.state()["notion_data_hub"]}
    body = {"parent": parent, "properties": {"title": {"title": rt("Über uns")}}, "children": children}
    return str(site.notion("POST", "/pages", json=body).json()["id"])


def row(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    return next(item for item in rows if all(item[name] == value for name, value in wanted.items()))


def test_the_state_shows_both_vendors(site: Site) -> None:
    cloud, notion = site.page("Report", "<p>one</p>"), notion_page(site)
    dc = site.dc("POST", "/content", json={"type": "page", "title": "Old", "space": {"key": "DATA"}}).json()["id"]
    site.cloud("POST", f"/rest/api/content/{cloud}/label", json=[{"name": "x"}])
    files = {"file": ("a.png", PNG, "image/png")}
    headers = {"X-Atlassian-Token": "no-check"}
    site.cloud("POST", f"/rest/api/content/{cloud}/child/attachment", files=files, headers=headers)
    site.dc("POST", f"/content/{dc}/property", json={"key": "k", "value": {"a": 1}})
    site.people("comment", page=notion, text="why?", selection="first")
    state = site.state()
    apis = {"confluence": cloud, "confluence-dc": dc, "notion": notion}
    for api, page in apis.items():
        assert row(state["pages"], id=page)["api"] == api
    shown = row(state["pages"], id=notion)
    assert (shown["title"], shown["body"]) == ("Über uns", "first words")
    assert requests.get(shown["url"]).status_code == 200
    assert [block["type"] for block in shown["blocks"]] == ["paragraph", "image"]
    assert state["blocks"][notion] == shown["blocks"]
    assert row(state["pages"], id=cloud)["versions"][0]["body"] == "<p>one</p>"
    digest = hashlib.sha256(PNG).hexdigest()
    for page, name in ((cloud, "a.png"), (notion, "plot.png")):
        assert row(state["attachments"], page=page) | {"name": name, "size": 8, "sha256": digest} == row(
            state["attachments"], page=page
        )
    assert row(state["labels"], page=cloud)["name"] == "x"
    assert row(state["properties"], holder_id=dc, key="k")["api"] == "confluence-dc"
    assert row(state["comments"], page=notion)["block"] == shown["blocks"][0]["id"]
    assert state["databases"] == []
    assert {"spaces", "switches", "clock_offset_s", "notion_data_hub", "notion"} <= set(state)


def test_people_edit_and_comment_in_notion(site: Site) -> None:
    page = notion_page(site)
    block = site.state()["blocks"][page][0]["id"]
    assert site.people("edit", page=block, text="their words").json() == {"id": block}
    assert site.people("edit", page=page, find="their", replace="our").status_code == 200
    assert site.people("edit", page=page, append="more", after=block).status_code == 200
    assert site.people("edit", page=page.replace("-", ""), title="Renamed", user="author@example.com").ok
    assert site.people("comment", page=page, text="on the page").ok
    shown = row(site.state()["pages"], id=page)
    assert (shown["title"], shown["body"]) == ("Renamed", "our words\nmore")
    found = site.notion("GET", f"/comments?block_id={page}").json()["results"]
    assert found[0]["rich_text"][0]["plain_text"] == "on the page"
    edited = site.notion("GET", f"/blocks/{block}").json()
    assert edited["last_edited_by"] != edited["created_by"]


@pytest.mark.parametrize(
    ("what", "more", "status"),
    [
        ("edit", {"text": 1}, 400),
        ("edit", {"colour": "red"}, 400),
        ("edit", {"find": "not there", "replace": "x"}, 404),
        ("edit", {"text": "a page has none"}, 404),
        ("comment", {"text": "x", "user": "nobody@example.com"}, 404),
        ("comment", {"page": "0b07a9c1-5a2d-4c6e-8f10-2d6a1f3b9cff", "text": "x"}, 404),
        ("comment", {"page": "999", "text": "x"}, 404),
        ("wave", {}, 404),
    ],
)
def test_what_people_cannot_do(site: Site, what: str, more: dict[str, Any], status: int) -> None:
    assert site.people(what, **({"page": site.state()["notion_data_hub"]} | more)).status_code == status
    assert site.http.get(f"{site.url}/sandbox/edit").status_code == 405
    assert site.http.post(f"{site.url}/sandbox/edit", data="{").status_code == 400


def test_page_addresses_open_and_can_be_the_vendors(site: Site) -> None:
    page = notion_page(site)
    url = site.notion("GET", f"/pages/{page}").json()["url"]
    assert url == f"{site.url}/notion/p/ber-uns-{page.replace('-', '')}"
    assert "first words" in requests.get(url).text
    site.switch(notion_page_base="https://www.notion.so")
    assert site.notion("GET", f"/pages/{page}").json()["url"].startswith("https://www.notion.so/ber-uns-")


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/notion/v1/users/me", "code", 503),
        ("/wiki/api/v2/spaces", "errors", 503),
        ("/wiki/rest/api/user/current", "statusCode", 502),
        ("/dc/rest/api/space", "statusCode", 429),
        ("/notion/v1/users/me", "additional_data", 429),
        ("/ex/confluence/x/wiki/api/v2/pages", "errors", 500),
    ],
)
def test_faults_speak_as_the_vendor(site: Site, path: str, key: str, status: int) -> None:
    rule = {"path": path, "status": status, "retry_after": 7}
    site.http.put(f"{site.url}/sandbox/faults", json={"rules": [rule]})
    answer = site.http.get(site.url + path)
    assert (answer.status_code, answer.headers["Retry-After"], key in answer.json()) == (status, "7", True)
    if key == "additional_data":
        assert answer.json()[key] == {"rate_limit_reason": "public_api_request_rate_limit", "retry_after": "7"}


def test_plans_switches_and_clock_survive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "wiki.sqlite"
    rule = {"path": "/wiki/*", "status": 503, "times": 2}
    plan = {"seed": 3, "rules": [rule], "switches": {"free_plan": 5}, "clock_offset_s": 60}
    with serve(data=file) as first:
        requests.put(f"{first.url}/sandbox/faults", json=plan)
        assert requests.get(f"{first.url}/wiki/x").status_code == 503
    with serve(data=file) as again:
        kept = requests.get(f"{again.url}/sandbox/faults").json()
        assert {name: kept[name] for name in plan} == plan
        assert kept["struck"] == [1]
        assert [requests.get(f"{again.url}/wiki/x").status_code for _ in range(2)] == [503, 404]
        requests.post(f"{again.url}/sandbox/reset")
    with serve(data=file) as last:
        kept = requests.get(f"{last.url}/sandbox/faults").json()
    assert (kept["rules"], kept["switches"], kept["clock_offset_s"]) == ([], {}, 0)
