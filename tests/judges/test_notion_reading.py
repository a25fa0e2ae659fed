"""Notion's own client and types read the sandbox: every answer is of the vendor's type, every word is there."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import jsonschema
import pytest

from tests.judges import notion as judge

if TYPE_CHECKING:
    from adapters.sandbox.server import Server

HERE = Path(__file__).parent
pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(not judge.available() and not os.environ.get("CI"), reason="no Node.js or no judges: make test"),
]
TYPES = ("BlockObjectResponse", "PageObjectResponse", "DatabaseObjectResponse", "DataSourceObjectResponse",
         "CommentObjectResponse", "FileUploadObjectResponse", "UserObjectResponse",
         "DataSourceViewObjectResponse")  # fmt: skip
KINDS = {"block": TYPES[0], "page": TYPES[1], "database": TYPES[2], "data_source": TYPES[3], "comment": TYPES[4],
         "file_upload": TYPES[5], "user": TYPES[6], "view": TYPES[7]}  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n"


@cache
def validators() -> dict[str, jsonschema.Draft7Validator]:
    """A validator for each type of answer, made from the vendor's types in each run."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "schemas.json"
        subprocess.run(["node", str(HERE / "notion_schemas.cjs"), str(out), *TYPES], check=True, timeout=120)
        return {name: jsonschema.Draft7Validator(schema) for name, schema in json.loads(out.read_text()).items()}


def _reasons(error: jsonschema.ValidationError) -> list[str]:
    """Why the branch of a union that fits best doesn't fit (never one that is for another ``type``)."""
    branches: dict[Any, list[jsonschema.ValidationError]] = {}
    for each in error.context or []:
        branches.setdefault(each.schema_path[0], []).append(each)
    if not branches:
        return [f"{error.json_path}: {error.message[:200]}"]

    def cost(errors: list[jsonschema.ValidationError]) -> tuple[int, int]:
        return sum(bool(each.path) and each.path[-1] == "type" for each in errors), len(errors)

    return [reason for each in min(branches.values(), key=cost) for reason in _reasons(each)]


def faults(answer: dict[str, Any]) -> list[str]:
    """Where an object differs from the vendor's type of it."""
    thing = {name: value for name, value in answer.items() if name != "request_id"}
    errors = validators()[KINDS[thing["object"]]].iter_errors(thing)
    return [f"{thing['object']} {thing.get('type', '')} {reason}" for error in errors for reason in _reasons(error)]


class Notion:
    """The sandbox's API, asked by plain HTTP; every object that it answers is kept."""

    def __init__(self, server: Server, version: str = judge.VERSION) -> None:
        self.base = f"{server.url}/notion/v1"
        self.headers = {"Authorization": "Bearer sandbox", "Notion-Version": version}
        self.seen: list[dict[str, Any]] = []

    def ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = httpx.request(method, f"{self.base}/{path}", headers=self.headers, **more)
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()
        self.seen += data["results"] if data["object"] == "list" else [data]
        return data

    def upload(self) -> dict[str, str]:
        made = self.ask("POST", "file_uploads", json={"filename": "plot.png", "content_type": "image/png"})
        files = {"file": ("plot.png", PNG, "image/png")}
        return {"id": self.ask("POST", f"file_uploads/{made['id']}/send", files=files)["id"]}


def rt(words: str, **more: Any) -> list[dict[str, Any]]:
    return [{"text": {"content": words}, **more}]


def blocks(notion: Notion, hub: str) -> list[dict[str, Any]]:
    """Every type of block that a report may have."""
    text = ("paragraph", "heading_1", "heading_2", "heading_3", "heading_4", "bulleted_list_item", "quote",
            "numbered_list_item", "toggle", "to_do", "callout")  # fmt: skip
    row = {"table_row": {"cells": [rt("cell one"), []]}}
    mentions = [{"mention": {"page": {"id": hub}}}, {"mention": {"date": {"start": "2026-11-21"}}}]
    inline = {"equation": {"expression": "x^2"}}
    link = rt("link words", annotations={"bold": True, "color": "red"})
    link[0]["text"]["link"] = {"url": "https://example.org/a"}
    return [
        *({kind: {"rich_text": rt(f"{kind} words")}} for kind in text),
        {"paragraph": {"rich_text": [*mentions, inline, *link]}},
        {"code": {"rich_text": rt("print('cell')"), "language": "python", "caption": rt("code caption")}},
        {"equation": {"expression": "E = mc^2"}},
        {"divider": {}},
        {"breadcrumb": {}},
        {"table_of_contents": {}},
        {"table": {"table_width": 2, "has_column_header": True, "children": [row, row]}},
        {"image": {"file_upload": notion.upload(), "caption": rt("figure caption")}},
        {"file": {"file_upload": notion.upload(), "name": "data"}},
        {"image": {"external": {"url": "https://example.org/a.png"}}},
        {"video": {"external": {"url": "https://youtu.be/x"}}},
        {"embed": {"url": "https://example.org/live"}},
        {"bookmark": {"url": "https://example.org/", "caption": rt("bookmark caption")}},
        {"column_list": {"children": [{"column": {"children": [{"paragraph": {"rich_text": rt(f"column {n}")}}]}}
                                      for n in "ab"]}},
        {"synced_block": {"synced_from": None, "children": [{"divider": {}}]}},
        {"link_to_page": {"page_id": hub}},
        {"toggle": {"rich_text": rt("outer"), "children": [{"paragraph": {"rich_text": rt("inner words")}}]}},
    ]  # fmt: skip


def columns() -> dict[str, Any]:
    options = {"options": [{"name": "ok", "color": "green"}]}
    empty = ("rich_text", "date", "people", "files", "checkbox", "url", "email", "phone_number", "created_time",
             "created_by", "last_edited_time", "last_edited_by")  # fmt: skip
    return {"Name": {"title": {}}, "Choice": {"select": options}, "Many": {"multi_select": options},
            "Number": {"number": {"format": "number"}}, "State": {"status": {}}, "Id": {"unique_id": {}},
            **{kind: {kind: {}} for kind in empty}}  # fmt: skip


def fill(notion: Notion) -> str:
    """The id of a page in a database, with all that hangs on it, read in every way that the API has."""
    hub = notion.ask("POST", "search", json={"query": "Data hub"})["results"][0]["id"]
    database = notion.ask("POST", "databases", json={"parent": {"page_id": hub}, "title": rt("Reports"),
                                                     "initial_data_source": {"properties": columns()}})  # fmt: skip
    source = database["data_sources"][0]["id"]
    person = notion.ask("GET", "users")["results"][1]["id"]
    values = {
        "Name": {"title": rt("Judged")}, "Choice": {"select": {"name": "ok"}}, "Number": {"number": 1.5},
        "Many": {"multi_select": [{"name": "new"}]}, "date": {"date": {"start": "2026-11-21"}},
        "people": {"people": [{"id": person}]}, "rich_text": {"rich_text": rt("key")}, "url": {"url": "https://e.org/"},
        "files": {"files": [{"name": "a", "external": {"url": "https://example.org/a"}}]},
    }  # fmt: skip
    body = {"parent": {"data_source_id": source}, "properties": values, "icon": {"emoji": "📈"},
            "cover": {"file_upload": notion.upload()}, "children": blocks(notion, hub)}  # fmt: skip
    page = notion.ask("POST", "pages", json=body)["id"]
    first = notion.ask("GET", f"blocks/{page}/children")["results"][0]["id"]
    notion.ask("POST", "comments", json={"parent": {"block_id": first}, "rich_text": rt("why?")})
    for path in (f"pages/{page}", f"databases/{database['id']}", f"data_sources/{source}", f"blocks/{first}",
                 f"comments?block_id={first}", "users/me", "file_uploads", f"views?database_id={database['id']}",
                 f"blocks/{hub}/children"):  # fmt: skip
        notion.ask("GET", path)
    notion.ask("POST", f"data_sources/{source}/query", json={})
    return str(page)


@pytest.mark.parametrize("version", ["2025-09-03", judge.VERSION])
def test_every_answer_is_of_the_vendors_type_and_every_word_is_there(sandbox: Server, version: str) -> None:
    notion = Notion(sandbox, version)
    page = fill(notion)
    below = judge.read_back(f"{sandbox.url}/notion", "sandbox", page)
    assert {thing["object"] for thing in notion.seen} == set(KINDS)
    # The types are those of 2025-09-03; ``archived`` is the one field that the newest version has lost.
    assert any("archived" in thing for thing in notion.seen) == (version == "2025-09-03")
    things = [{"archived": thing["in_trash"], **thing} if "in_trash" in thing else thing for thing in notion.seen]
    assert sorted({fault for thing in things for fault in faults(thing)}) == []
    assert len(below["blocks"]) == len(blocks(notion, page))
    words = json.dumps(below["blocks"], ensure_ascii=False)
    for wanted in ("heading_4 words", "callout words", "link words", "print('cell')", "cell one", "figure caption",
                   "column b", "inner words", "E = mc^2", "data.png"):  # fmt: skip
        assert wanted in words, wanted
    for wanted in ("paragraph words", "to_do words", "print('cell')", "cell one", "inner words", "x^2"):
        assert wanted in below["markdown"], wanted


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"status": 503}, "service_unavailable"),
        ({"status": 200, "body": {"object": "list", "results": 5, "has_more": False}}, "not async iterable"),
        ({"status": 403, "body": "<html>blocked</html>"}, "notionhq_client_response_error"),
    ],
)
def test_the_client_tells_answers_that_are_wrong(sandbox: Server, rule: dict[str, Any], said: str) -> None:
    page = fill(Notion(sandbox))
    plan = {"rules": [{"path": "/notion/v1/blocks/*/children", "method": "GET", **rule}]}
    assert httpx.put(f"{sandbox.url}/sandbox/faults", json=plan).status_code == 200
    with pytest.raises(AssertionError, match=said):
        judge.read_back(f"{sandbox.url}/notion", "sandbox", page)


def test_the_types_tell_answers_that_are_wrong(sandbox: Server) -> None:
    notion = Notion(sandbox)
    fill(notion)
    block = {**next(thing for thing in notion.seen if thing.get("type") == "paragraph"), "archived": False}
    assert faults(block) == []
    assert faults({**block, "colour": "red"})
    assert faults({**block, "paragraph": {**block["paragraph"], "color": "pinkish"}})
    assert faults({name: value for name, value in block.items() if name != "in_trash"})
