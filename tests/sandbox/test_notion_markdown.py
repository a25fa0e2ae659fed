"""Notion's Markdown endpoints in the sandbox: what a page reads as, and what a changed text changes."""

from __future__ import annotations

from typing import Any

import httpx

from tests.sandbox.test_notion_round_trips import ok, page, para, rt


def item(text: str, *children: Any) -> dict[str, Any]:
    return {"bulleted_list_item": {"rich_text": rt(text), **({"children": list(children)} if children else {})}}


def text_of(api: httpx.Client, number: str) -> str:
    return str(ok(api.get(f"pages/{number}/markdown"))["markdown"])


def below(api: httpx.Client, number: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(api.get(f"blocks/{number}/children"))["results"]
    return found


def said(block: dict[str, Any]) -> str:
    return "".join(run["plain_text"] for run in block[block["type"]].get("rich_text", []))


def change(api: httpx.Client, number: str, *hunks: tuple[str, str], **more: Any) -> httpx.Response:
    updates = [{"old_str": old, "new_str": new} for old, new in hunks]
    body = {"type": "update_content", "update_content": {"content_updates": updates, **more}}
    return api.patch(f"pages/{number}/markdown", json=body)


def replace(api: httpx.Client, number: str, text: str, **more: Any) -> httpx.Response:
    body = {"type": "replace_content", "replace_content": {"new_str": text, **more}}
    return api.patch(f"pages/{number}/markdown", json=body)


def refused(answer: httpx.Response) -> str:
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error"), answer.text
    return str(answer.json()["message"])


def test_lists_of_any_depth_by_one_update(api: httpx.Client) -> None:
    number = page(api, item("a", item("b", item("c M1"), item("d M2"))), para("end"))
    old = below(api, number)
    third = below(api, below(api, old[0]["id"])[0]["id"])
    deeper = "\n\t\t\t- e\n\t\t\t\t- f\n\t\t\t\t\t1. g"
    answer = ok(change(api, number, (" M1", deeper), (" M2", "\n\t\t\t- **h**")))
    wanted = "- a\n\t- b\n\t\t- c" + deeper + "\n\t\t- d\n\t\t\t- **h**\nend"
    assert answer["markdown"] == wanted == text_of(api, number)
    assert [block["id"] for block in below(api, number)] == [block["id"] for block in old]
    kept = below(api, below(api, old[0]["id"])[0]["id"])
    assert [(block["id"], said(block)) for block in kept] == [(third[0]["id"], "c"), (third[1]["id"], "d")]
    deepest = below(api, below(api, below(api, kept[0]["id"])[0]["id"])[0]["id"])
    assert [(block["type"], said(block)) for block in deepest] == [("numbered_list_item", "g")]
