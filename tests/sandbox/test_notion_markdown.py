"""Notion's Markdown endpoints in the sandbox: what a page reads as, and what a changed text changes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from adapters.sandbox.notion.store import HUB, READER
from tests.sandbox.test_notion_round_trips import ok, page, para, rt

TITLE = {"title": {"title": rt("P")}}


def item(text: str, *children: Any) -> dict[str, Any]:
    return {"bulleted_list_item": {"rich_text": rt(text), **({"children": list(children)} if children else {})}}


def text_of(api: httpx.Client, number: str) -> str:
    return str(ok(api.get(f"pages/{number}/markdown"))["markdown"])


def below(api: httpx.Client, number: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(api.get(f"blocks/{number}/children"))["results"]
    return found


def tree(api: httpx.Client, number: str) -> list[Any]:
    """Ids, types and values of all blocks below."""
    found = [(block["id"], block["type"], block[block["type"]]) for block in below(api, number)]
    return [*found, *(tree(api, block[0]) for block in found)]


def said(block: dict[str, Any]) -> str:
    return "".join(run["plain_text"] for run in block[block["type"]].get("rich_text", []))


def change(api: httpx.Client, number: str, *hunks: tuple[str, str], **more: Any) -> httpx.Response:
    updates = [{"old_str": old, "new_str": new} for old, new in hunks]
    body = {"type": "update_content", "update_content": {"content_updates": updates, **more}}
    return api.patch(f"pages/{number}/markdown", json=body)


def replace(api: httpx.Client, number: str, text: str, **more: Any) -> httpx.Response:
    body = {"type": "replace_content", "replace_content": {"new_str": text, **more}}
    return api.patch(f"pages/{number}/markdown", json=body)


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


ALL = """# One {color="blue"}
## Two {toggle="true" color="red_bg"}
	In it
#### Four
A **bold *both*** ~~gone~~ <span underline="true">under</span> `a*b` [link](https://example.com/a) $`x_{1}`$<br>next {color="gray"}
<span color="blue_bg">blue </span>**<span color="blue_bg">and bold</span>** \\*\\~\\`\\$\\[\\]\\<\\>\\{\\}\\|\\^\\\\
<empty-block/>
- item
	1. one
		- [ ] open
			- [x] done
				> quote
---
```python
def f(x):
	return x * "$[]"

```
$$
E = mc^2
$$
<details color="green">
<summary>Toggle</summary>
	Inside
</details>
<callout icon="🎯" color="blue_bg">
	Ship **it**
	- more
</callout>
<table header-row="true" header-column="false">
	<tr>
		<td>a</td>
		<td>**b**</td>
	</tr>
	<tr>
		<td></td>
		<td>c<br>d</td>
	</tr>
</table>
<columns>
	<column>
		left
	</column>
	<column>
		right
	</column>
</columns>
![A *picture*](https://example.com/a.png)
<video src="https://example.com/a.mp4">Film</video>
<audio src="https://example.com/a.mp3"></audio>
<file src="https://example.com/a.zip">Data</file>
<pdf src="https://example.com/a.pdf"></pdf>"""


def made(api: httpx.Client, text: str) -> str:
    return str(ok(api.post("pages", json={"parent": {"page_id": HUB}, "properties": TITLE, "markdown": text}))["id"])


def kinds(api: httpx.Client, number: str) -> list[str]:
    return [block["type"] for block in below(api, number)]


def test_all_that_can_be_written_reads_as_it_was_written(api: httpx.Client) -> None:
    number = made(api, ALL)
    assert text_of(api, number) == ALL
    blocks = {block["type"]: block for block in below(api, number)}
    assert blocks["heading_2"]["heading_2"]["color"] == "red_background"
    runs = [block for block in below(api, number) if block["type"] == "paragraph"][1]["paragraph"]["rich_text"]
    assert runs[0]["annotations"]["color"] == "blue_background"
    assert runs[2]["plain_text"] == " *~`$[]<>{}|^\\"
    assert blocks["code"]["code"]["rich_text"][0]["plain_text"] == 'def f(x):\n\treturn x * "$[]"\n'
    assert blocks["callout"]["callout"]["icon"] == {"type": "emoji", "emoji": "🎯"}
    # Nothing is said that wasn't there: the same text changes nothing.
    before = tree(api, number)
    ok(replace(api, number, ALL))
    assert tree(api, number) == before


def test_rich_text_of_blocks_reads_in_full(api: httpx.Client) -> None:
    target = page(api)
    address = f"https://www.notion.so/{target.replace('-', '')}"
    runs = [
        {"text": {"content": " bold "}, "annotations": {"bold": True}},
        {"text": {"content": "more"}, "annotations": {"bold": True, "italic": True}},
        {"equation": {"expression": "x+y"}},
        {"mention": {"page": {"id": target}}},
        {"mention": {"user": {"id": READER}}},
        {"mention": {"date": {"start": "2026-02-03", "end": "2026-02-04"}}},
        {"mention": {"date": {"start": "2026-02-03T04:05:00+02:00"}}},
    ]
    number = page(api, {"paragraph": {"rich_text": runs}})
    wanted = (
        " **bold *more***$x+y$"
        f'<mention-page url="{address}">P</mention-page><mention-user url="user://{READER}">Rob Reader</mention-user>'
        '<mention-date start="2026-02-03" end="2026-02-04"/>'
        '<mention-date start="2026-02-03" startTime="02:05" timeZone="UTC"/>'
    )
    assert text_of(api, number) == wanted
    again = made(api, wanted.replace("$x+y$", "$`x+y`$"))
    assert [run["type"] for run in below(api, again)[0]["paragraph"]["rich_text"]] == [
        *("text", "text", "equation"),
        *("mention",) * 4,
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("> [!NOTE]\n> body", [("quote", "[!NOTE]"), ("quote", "body")]),
        ("[toc]", [("paragraph", "[toc]")]),
        ("::: columns", [("paragraph", "::: columns")]),
        ("| a | b |\n|---|---|", [("paragraph", "| a | b |"), ("paragraph", "|---|---|")]),
        ("$$E=mc^2$$", [("paragraph", "E=mc^2")]),
        ("a $x$ b", [("paragraph", "a $x$ b")]),
        ("2 * 3 * 4 and **open", [("paragraph", "2 * 3 * 4 and **open")]),
        ("###### six", [("heading_4", "six")]),
        ("a\n\n\nb", [("paragraph", "a"), ("paragraph", "b")]),
        ("<table_of_contents/>", [("paragraph", "<table_of_contents/>")]),
        ('<unknown url="https://example.com" alt="bookmark"/>', None),
        ("    - spaces", [("bulleted_list_item", "spaces")]),
    ],
)
def test_what_is_not_notions_becomes_plain_blocks(api: httpx.Client, text: str, wanted: Any) -> None:
    found = [(block["type"], said(block)) for block in below(api, made(api, text))]
    assert found == (wanted or [("paragraph", text)])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("- # x", "heading_1"),
        ("- - x", "bulleted_list_item"),
        ("1. - [ ] x", "to_do"),
        ("- 1. x", "numbered_list_item"),
        ("- > x", "quote"),
    ],
)
def test_a_marked_item_is_empty_and_holds_a_block(api: httpx.Client, text: str, kind: str) -> None:
    outer = below(api, made(api, text))[0]
    assert said(outer) == ""
    assert [(block["type"], said(block)) for block in below(api, outer["id"])] == [(kind, "x")]
