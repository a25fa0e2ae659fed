"""What a changed text changes on a page, and what the sandbox refuses to change by text."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from adapters.sandbox.notion.store import BOT, HUB
from tests.sandbox.conftest import HEADERS, Site
from tests.sandbox.test_notion_markdown import TITLE, below, change, item, kinds, made, replace, said, text_of, tree
from tests.sandbox.test_notion_round_trips import database, ok, page, para, rt, upload


def ids(api: httpx.Client, number: str) -> list[str]:
    return [block["id"] for block in below(api, number)]


def refused(answer: httpx.Response) -> str:
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error"), answer.text
    return str(answer.json()["message"])


def command(api: httpx.Client, number: str, kind: str, **value: Any) -> httpx.Response:
    return api.patch(f"pages/{number}/markdown", json={"type": kind, kind: value})


def test_blocks_that_stay_keep_ids_and_comments(api: httpx.Client) -> None:
    number = page(api, *[para(text) for text in "abcde"])
    old = ids(api, number)
    note = {"parent": {"block_id": old[1]}, "rich_text": rt("why?")}
    ok(api.post("comments", json=note))
    ok(change(api, number, ("b", "B!"), ("d\n", "")))
    assert ids(api, number) == [*old[:3], old[4]]
    assert said(below(api, number)[1]) == "B!"
    assert len(ok(api.get("comments", params={"block_id": old[1]}))["results"]) == 1
    assert ok(api.get(f"blocks/{old[3]}"))["in_trash"] is True
    # Another type is another block; more blocks than before are other blocks.
    ok(change(api, number, ("a\n", "# a\n"), ("c\n", "c1\nc2\n")))
    assert text_of(api, number) == "# a\nB!\nc1\nc2\ne"
    now = ids(api, number)
    assert (now[1], now[4]) == (old[1], old[4])
    assert not {now[0], now[2], now[3]} & set(old)


def test_only_changed_blocks_are_edited(site: Site, api: httpx.Client) -> None:
    number = page(api, para("a"), para("b"))
    old = ids(api, number)
    site.people("edit", page=old[0], text="theirs")
    site.switch()
    ok(change(api, number, ("b", "c")))
    first, second = below(api, number)
    assert first["last_edited_by"]["id"] != BOT
    assert second["last_edited_by"]["id"] == BOT
    assert ok(api.get(f"pages/{number}"))["last_edited_by"]["id"] == BOT


RECREATED = [
    {"table_of_contents": {}},
    {"bookmark": {"url": "https://example.com/"}},
    {"embed": {"url": "https://example.com/"}},
    {"breadcrumb": {}},
    {"link_to_page": {"page_id": HUB}},
    {"synced_block": {"synced_from": None, "children": [para("in")]}},
    {"tab": {"children": [para("tab")]}},
    # Marks that the format doesn't escape.
    para("- x"),
    para("# x"),
    para("1. x"),
    item("- x"),
    {"code": {"rich_text": rt("a\n```\nb"), "language": "python"}},
]


@pytest.mark.parametrize("block", RECREATED, ids=str)
def test_what_does_not_read_as_itself_is_made_anew_by_any_update(api: httpx.Client, block: Any) -> None:
    number = page(api, block, para("end"))
    old = below(api, number)
    ok(change(api, number, ("end", "END")))
    now = below(api, number)
    assert said(now[-1]) == "END"
    assert now[-1]["id"] == old[-1]["id"] or block.get("code")
    assert old[0]["id"] not in [one["id"] for one in now]
    assert ok(api.get(f"blocks/{old[0]['id']}"))["in_trash"] is True
    if "paragraph" not in block and "bulleted_list_item" not in block and "code" not in block:
        assert now[0]["type"] == "paragraph"


def test_blocks_without_a_form_are_listed_and_read_by_their_id(api: httpx.Client) -> None:
    number = page(api, {"bookmark": {"url": "https://example.com/"}}, para("x"))
    mark = ids(api, number)[0]
    found = ok(api.get(f"pages/{number}/markdown"))
    assert found["unknown_block_ids"] == [mark]
    line = f'<unknown url="https://www.notion.so/{number.replace("-", "")}#{mark.replace("-", "")}" alt="bookmark"/>'
    assert found["markdown"] == f"{line}\nx"
    assert ok(api.get(f"pages/{mark}/markdown"))["markdown"] == line
    assert found["truncated"] is False


def test_hosted_files_are_made_anew_with_an_address_that_ends(site: Site, api: httpx.Client) -> None:
    picture = {"image": {"file_upload": {"id": upload(api)}, "caption": rt("Plot")}}
    number = page(api, picture, para("end"))
    old = ids(api, number)
    address = text_of(api, number).partition("\n")[0]
    assert address.startswith("![Plot](http")
    # It is signed anew at each read, so it can't be found again.
    assert "String not found" in refused(change(api, number, (address, "x")))
    site.switch(notion_markdown_hosted="kept")
    ok(change(api, number, ("end", "END")))
    assert ids(api, number) == old
    site.switch()
    ok(change(api, number, ("END", "end")))
    first, last = below(api, number)
    assert (first["id"] != old[0], last["id"]) == (True, old[1])
    assert first["image"]["type"] == "external"


def test_captions_of_code_go_only_with_their_block(api: httpx.Client) -> None:
    code = {"code": {"rich_text": rt("a"), "language": "python", "caption": rt("Listing")}}
    number = page(api, code, para("end"))
    old = ids(api, number)
    ok(change(api, number, ("```python\na", "```python\nb"), ("end", "END")))
    kept = below(api, number)[0]
    assert (kept["id"], said(kept), len(kept["code"]["caption"])) == (old[0], "b", 1)
    ok(replace(api, number, "first\n```python\nc\n```\nEND"))
    assert below(api, number)[1]["code"]["caption"] == []


def test_child_pages_are_kept_unless_deleting_is_allowed(api: httpx.Client) -> None:
    number = page(api, para("a"), {"toggle": {"rich_text": rt("t"), "children": [para("in")]}})
    inner = ok(api.post("pages", json={"parent": {"page_id": number}, "properties": TITLE}))["id"]
    tag = f'<page url="https://www.notion.so/{inner.replace("-", "")}">P</page>'
    assert text_of(api, number).endswith(f"</details>\n{tag}")
    assert (
        refused(change(api, number, (f"\n{tag}", ""))) == "This operation would delete 1 child page(s) or database(s)"
    )
    assert refused(replace(api, number, "x")) == "This operation would delete 1 child page(s) or database(s)"
    assert kinds(api, number) == ["paragraph", "toggle", "child_page"]
    ok(replace(api, number, f"{tag}\nx"))
    assert kinds(api, number) == ["child_page", "paragraph"]
    assert below(api, number)[0]["id"] == inner
    assert "is not a child of this page" in refused(change(api, number, ("x", tag)))
    assert "is not a child of this page" in refused(replace(api, number, f'{tag}\n<page url="{HUB}"/>'))
    assert "Invalid Notion page" in refused(change(api, number, ("x", '<page url="https://example.com">P</page>')))
    ok(replace(api, number, "x", allow_deleting_content=True))
    assert ok(api.get(f"pages/{inner}"))["in_trash"] is True


def test_an_old_text_must_be_there_once(api: httpx.Client) -> None:
    number = page(api, para("one two"), para("aaa"))
    assert refused(change(api, number, ("three", "x"))) == (
        "String not found: <pattern>three</pattern> in current version of the page"
    )
    assert refused(change(api, number, ("aa", "x"))).startswith("Found 2 matches for <pattern>aa</pattern>")
    assert refused(change(api, number, ("o", "x"))).startswith("Found 2 matches")
    hunks = [{"old_str": "o", "new_str": "0", "replace_all_matches": True}]
    assert ok(command(api, number, "update_content", content_updates=hunks))["markdown"] == "0ne tw0\naaa"
    # What the format escapes must be asked for as it is written.
    ok(replace(api, number, "a \\* b"))
    assert "not found" in refused(change(api, number, ("a * b", "x")))
    ok(change(api, number, ("a \\* b", "x")))


def test_a_batch_keeps_what_came_before_the_refused_hunk(api: httpx.Client) -> None:
    number = page(api, para("a"), para("b"), para("c"))
    assert "String not found" in refused(change(api, number, ("a", "A"), ("z", "Z"), ("c", "C")))
    assert text_of(api, number) == "A\nb\nc"
    # Later hunks see what earlier ones made.
    ok(change(api, number, ("A", "new"), ("new", "newer")))
    assert text_of(api, number) == "newer\nb\nc"


def test_legacy_commands(api: httpx.Client) -> None:
    number = page(api, item("a", item("b")), para("c d e"))
    old = ids(api, number)
    ok(command(api, number, "insert_content", content="start", position={"type": "start"}))
    ok(command(api, number, "insert_content", content="end"))
    ok(command(api, number, "insert_content", content="- after", after="- a..."))
    ok(command(api, number, "replace_content_range", content="C", content_range="c...e"))
    assert text_of(api, number) == "start\n- a\n\t- b\n- after\nC\nend"
    assert ids(api, number)[1] == old[0]
    both = command(api, number, "insert_content", content="x", after="C", position={"type": "end"})
    assert "only one" in refused(both)
    assert "String not found" in refused(
        command(api, number, "replace_content_range", content="x", content_range="C...Q")
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "body.type should be"),
        ({"type": "update_content"}, "body.update_content should be defined"),
        ({"type": "update_content", "update_content": {}}, "body.update_content.content_updates should be defined"),
        ({"type": "update_content", "update_content": {"content_updates": []}}, "length should be ≥ `1`"),
        (
            {"type": "update_content", "update_content": {"content_updates": [{"old_str": "a", "new_str": "b"}] * 101}},
            "body.update_content.content_updates.length should be ≤ `100`, instead was `101`.",
        ),
        (
            {"type": "update_content", "update_content": {"content_updates": [{"old_str": "", "new_str": ""}]}},
            "populated",
        ),
        (
            {"type": "update_content", "update_content": {"content_updates": [{"old_str": "a"}]}},
            "new_str should be defined",
        ),
        (
            {
                "type": "update_content",
                "update_content": {"content_updates": [{"old_str": "a", "new_str": "b", "x": 1}]},
            },
            "content_updates[0].x should be not present",
        ),
        ({"type": "replace_content", "replace_content": {"new_str": 1}}, "new_str should be a string"),
        (
            {"type": "replace_content", "replace_content": {"new_str": "a", "position": {}}},
            "position should be not present",
        ),
        (
            {"type": "insert_content", "insert_content": {"content": "a", "position": {"type": "middle"}}},
            "position.type",
        ),
        ({"type": "replace_content", "replace_content": {"new_str": "a"}, "allow_async": True}, "async"),
        ({"type": "replace_content", "replace_content": {"new_str": "x" * 500_001}}, "≤ `500000`"),
        ({"type": "replace_content", "replace_content": {"new_str": "a\n\t\tb"}}, "indented by 2 tabs"),
        ({"type": "replace_content", "replace_content": {"new_str": "# a\n\tb"}}, "is_toggleable"),
        ({"type": "replace_content", "replace_content": {"new_str": "- " * 2000}}, "nested more than 100"),
        ({"type": "replace_content", "replace_content": {"new_str": "---\n\tb"}}, "divider does not support children"),
        (
            {"type": "replace_content", "replace_content": {"new_str": "<details>\n<summary>a</summary>\n\tb"}},
            "Missing </details>",
        ),
        ({"type": "replace_content", "replace_content": {"new_str": "a\n</details>"}}, "</details>"),
        ({"type": "replace_content", "replace_content": {"new_str": "<table>\nx\n</table>"}}, "not a part of a table"),
        (
            {
                "type": "replace_content",
                "replace_content": {"new_str": "<table>\n<tr><td>a</td></tr>\n<tr></tr>\n</table>"},
            },
            "Number of cells",
        ),
        ({"type": "replace_content", "replace_content": {"new_str": "[a](/relative)"}}, "Invalid URL for link."),
        ({"type": "replace_content", "replace_content": {"new_str": "![a](relative.png)"}}, "Invalid image url."),
        ({"type": "replace_content", "replace_content": {"new_str": 'a {color="mauve"}'}}, "Invalid color: mauve"),
        ({"type": "replace_content", "replace_content": {"new_str": "$$\n" + "x" * 1001 + "\n$$"}}, "≤ `1000`"),
        ({"type": "replace_content", "replace_content": {"new_str": "a\n" * 1002}}, "more than 1000 blocks"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_updates_that_are_refused(api: httpx.Client, body: dict[str, Any], words: str) -> None:
    number = page(api, para("a"))
    before = tree(api, number)
    assert words in refused(api.patch(f"pages/{number}/markdown", json=body))
    assert tree(api, number) == before


def test_what_is_no_page_or_not_to_be_changed(site: Site, api: httpx.Client) -> None:
    number = page(api, para("a"))
    block = ids(api, number)[0]
    assert refused(change(api, block, ("a", "b"))) == f"The ID {block} is a block, not a page."
    source = database(api)
    parent = ok(api.get(f"data_sources/{source}"))["parent"]["database_id"]
    assert "is a database, not a page" in refused(change(api, parent, ("a", "b")))
    site.switch(notion_denied=["update_content"])
    assert change(api, number, ("a", "b")).status_code == 403
    assert text_of(api, number) == "a"
    site.switch()
    readonly = HEADERS | {"Authorization": "Bearer sandbox-readonly"}
    assert api.get(f"pages/{number}/markdown", headers=readonly).status_code == 200
    older = api.get(f"pages/{number}/markdown", headers=HEADERS | {"Notion-Version": "2025-09-03"})
    assert ok(older)["markdown"] == "a"
    ok(api.patch(f"pages/{number}", json={"in_trash": True}))
    assert "archived" in refused(change(api, number, ("a", "b")))
    assert api.get(f"pages/{number}/markdown").status_code == 404
    assert api.patch(f"pages/{block[:-4]}0000/markdown", json={"type": "x"}).status_code == 400


def test_long_text_is_cut_into_runs_by_the_server(api: httpx.Client) -> None:
    number = made(api, "x" * 4001 + "\n```text\n" + "🎉" * 2500 + "\n```")
    first, code = below(api, number)
    assert [len(run["plain_text"]) for run in first["paragraph"]["rich_text"]] == [4001]
    assert said(code) == "🎉" * 2500
