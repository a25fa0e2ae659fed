"""Nonsense in bodies, queries and paths is refused by every endpoint; none of it makes the sandbox fail."""

from __future__ import annotations

import random
from typing import Any

import pytest

from adapters.sandbox.confluence import router
from adapters.sandbox.notion.routes import ENDPOINTS
from tests.sandbox.conftest import Site

VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, "", "x", "\x00", "\ud83d", [], [None], [{}], ["x"], {}, {"a": 1}, {"id": {}},
    {"type": []}, [[[]]], {"results": 3}, {"number": 10**25}, {"value": None}, {"storage": []},
)  # fmt: skip
FIELDS = ("key", "value", "version", "id", "status", "title", "body", "spaceId", "parentId", "type", "space",
          "ancestors", "metadata", "pages", "name", "color", "contentIds", "accountIds", "operation", "restrictions",
          "parent", "properties", "children", "rich_text", "filter", "sorts", "page_size", "start_cursor", "position",
          "markdown", "template", "icon", "cover", "data_source_id", "initial_data_source", "filename", "mode",
          "number_of_parts", "discussion_id", "attachments", "paragraph", "in_trash", "query", "sort")  # fmt: skip
RAW = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"value": NaN}',
    b'{"value": 1e999}',
    b"\xff",
    b"[" * 100_000,
    b'{"key": "\\ud800"}',
)


def routes() -> list[tuple[str, str]]:
    found = []
    for (_, prefix, _), table in router._TABLES.items():
        for pattern, methods in table:
            path = pattern.pattern.strip("^").removesuffix("/?$")
            found += [(method, prefix + path) for method in methods]
    found += [(method, f"/notion/v1/{path}") for method, path, *_ in ENDPOINTS]
    return sorted(found, key=lambda route: route[0] == "DELETE")  # what is gone can't be asked any more


def filled(path: str, ids: dict[str, str]) -> str:
    for name in [part.split(">")[0] for part in path.split("(?P<")[1:]]:
        start = path.index(f"(?P<{name}>")
        end = path.index(")", start) + 1
        path = path[:start] + ("append" if name == "position" else ids[path[: path.index("/", 1)]]) + path[end:]
    while "{" in path:
        head, _, rest = path.partition("{")
        path = head + ids["notion"] + rest.partition("}")[2]
    return path


@pytest.mark.parametrize("seed", range(2))
def test_nothing_makes_the_sandbox_fail(site: Site, seed: int) -> None:
    old = site.dc("POST", "/content", json={"type": "page", "title": "P", "space": {"key": "DATA"}}).json()["id"]
    ids = {"/wiki": site.page("P"), "/dc": old, "notion": site.state()["notion_data_hub"]}
    dice = random.Random(seed)
    headers = {"Notion-Version": "2026-03-11", "Content-Type": "application/json", "X-Atlassian-Token": "no-check"}
    failed = []
    for method, path in routes():
        for number in range(4):
            fields = dice.sample(FIELDS, 8)
            body: Any = {name: dice.choice(VALUES) for name in fields}
            raw = {"data": dice.choice(RAW)} if number == 3 else {"json": body}
            query = {dice.choice(("limit", "start", "cursor", "id", "status", "cql", "page_size", "start_cursor")):
                     dice.choice(("", "-1", "x", "9" * 5000, "eyJvIjogMWU5OTl9", "\x00", "1"))}  # fmt: skip
            login: dict[str, Any] = {"auth": ("author@example.com", "sandbox")}
            if path.startswith("/notion"):
                login = {"headers": headers | {"Authorization": "Bearer sandbox"}}
            answer = site.http.request(
                method, site.url + filled(path, ids), params=query, **{"headers": headers} | login, **raw
            )
            if answer.status_code >= 500 and "NullPointerException" not in answer.text:
                failed.append((method, path, raw, query))
    assert failed == []
    assert site.http.get(f"{site.url}/sandbox/state").ok
