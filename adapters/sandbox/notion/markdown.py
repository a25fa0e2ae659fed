"""``/v1/pages/{id}/markdown``: a page as enhanced Markdown, and changes of it by text."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.notion.block_shapes import REQUEST_BYTES
from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.enhanced import matching
from adapters.sandbox.notion.enhanced.drafts import Draft
from adapters.sandbox.notion.enhanced.parsing import parse
from adapters.sandbox.notion.enhanced.reading import Rendered, render
from adapters.sandbox.notion.errors import ApiError, archived, validation
from adapters.sandbox.notion.shapes import array, boolean, enum, populated, record, string, tagged_by
from adapters.sandbox.notion.store import Node

UPDATES_PER_REQUEST = 100
_UNKNOWN_IDS = 100  # `maxItems` of the answer's list
_DELETING = {"allow_deleting_content": boolean}
_HUNK = record({"old_str": populated(REQUEST_BYTES), "new_str": string()}, {"replace_all_matches": boolean})
_COMMANDS = {
    "update_content": record({"content_updates": array(_HUNK, UPDATES_PER_REQUEST, min_len=1)}, _DELETING),
    "replace_content": record({"new_str": string()}, _DELETING),
    "insert_content": record(
        {"content": string()}, {"after": populated(REQUEST_BYTES), "position": record({"type": enum("start", "end")})}
    ),
    "replace_content_range": record({"content": string(), "content_range": populated(REQUEST_BYTES)}, _DELETING),
}
_UPDATE = tagged_by(
    "type",
    {name: record({"type": enum(name), name: shape}, {"allow_async": boolean}) for name, shape in _COMMANDS.items()},
)


def read(call: Call, page_id: str) -> dict[str, Any]:
    """``GET /pages/{id}/markdown``: of a page, or of one block that an answer named in ``unknown_block_ids``."""
    call.query("include_transcript")
    node = call.get(page_id, "page", "block")
    if call.store.in_trash(node.id):
        raise call.missing("page", node.id)
    return _answer(node, render(call, _top(call, node)))


def update(call: Call, page_id: str) -> dict[str, Any]:
    """``PATCH /pages/{id}/markdown``."""
    body = call.check(_UPDATE)
    _check_size(call)
    if body.get("allow_async"):
        raise validation("The sandbox runs no async tasks: send the request without `allow_async`.")
    page = call.get(page_id, "page", "block", "database")
    if page.kind != "page":
        raise validation(f"The ID {page.id} is a {page.kind}, not a page.")
    if call.store.in_trash(page.id):
        raise archived()
    old = render(call, _top(call, page))
    if old.truncated:
        raise validation("The page is too large to be updated as markdown.")
    command = body[body["type"]]
    text, failed = _changed(body["type"], command, old.text)
    deletes = bool(command.get("allow_deleting_content"))
    if text != old.text or failed is None:
        matching.update(call, page, old, text, deletes=deletes)
    if failed is not None:
        failed.keeps = True
        raise failed
    return _answer(page, render(call, _top(call, page)))


def parse_new(call: Call, text: str, *, title_from_heading: bool) -> tuple[list[Draft], str | None]:
    """Blocks for a new page, and its title: the level-1 heading that the text begins with, if that is wanted."""
    _check_size(call)
    drafts = parse(text)
    if not (title_from_heading and drafts and drafts[0].kind == "heading_1" and not drafts[0].children):
        return drafts, None
    return drafts[1:], "".join(item["text"]["content"] for item in drafts[0].value["rich_text"] if "text" in item)


def fill(call: Call, page: Node, drafts: list[Draft]) -> None:
    """Put the blocks of a text into a new page."""
    matching.fill(call, page, drafts)


def _top(call: Call, node: Node) -> list[Node]:
    return call.store.children(node.id) if node.kind == "page" else [node]


def _answer(node: Node, found: Rendered) -> dict[str, Any]:
    return {
        "object": "page_markdown",
        "id": node.id,
        "markdown": found.text,
        "truncated": found.truncated,
        "unknown_block_ids": found.unknown[:_UNKNOWN_IDS],
    }


def _check_size(call: Call) -> None:
    size = len(call.request.body)
    if size > REQUEST_BYTES:
        raise validation(f"body failed validation: body.length should be ≤ `{REQUEST_BYTES}`, instead was `{size}`.")


def _changed(kind: str, command: dict[str, Any], text: str) -> tuple[str, ApiError | None]:
    """The text after the command, and what was refused of it: hunks before a refused one hold (probes)."""
    if kind == "replace_content":
        return command["new_str"], None
    if kind == "insert_content":
        return _inserted(command, text), None
    if kind == "replace_content_range":
        start, end = _selection(text, command["content_range"])
        return text[:start] + command["content"] + text[end:], None
    for hunk in command["content_updates"]:
        places = _places(text, hunk["old_str"])
        if not places:
            return text, _not_found(hunk["old_str"])
        if len(places) > 1 and not hunk.get("replace_all_matches"):
            return text, validation(
                f"Found {len(places)} matches for <pattern>{hunk['old_str']}</pattern> in current version of the page. "
                "Set `replace_all_matches` to true to replace all of them, or give more of the text around it."
            )
        text = text.replace(hunk["old_str"], hunk["new_str"])
    return text, None


def _places(text: str, wanted: str) -> list[int]:
    """Where it stands, overlapping places counted."""
    found, at = [], text.find(wanted)
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + 1)
    return found


def _not_found(pattern: str) -> ApiError:
    # The words of an answer of April 2026 that an issue report quotes.
    return validation(f"String not found: <pattern>{pattern}</pattern> in current version of the page")


def _selection(text: str, wanted: str) -> tuple[int, int]:
    """Start and end of ``start text...end text``. Raises the 400 unless it is there exactly once."""
    first, dots, last = wanted.partition("...")
    starts = _places(text, first)
    ends = [text.find(last, start + len(first)) for start in starts]
    if not starts or not all(end >= 0 for end in ends):
        raise _not_found(wanted)
    if len(starts) > 1:
        raise validation(f"Found {len(starts)} matches for <pattern>{wanted}</pattern> in current version of the page.")
    return starts[0], (ends[0] + len(last) if dots else starts[0] + len(first))


def _inserted(command: dict[str, Any], text: str) -> str:
    """The text with new blocks at its start or end, or after the block (with what is in it) where a selection ends."""
    if "after" in command and "position" in command:
        raise validation("Provide only one of `after` and `position`: use only one insertion target.")
    if "after" not in command:
        pieces = (
            [command["content"], text] if command.get("position") == {"type": "start"} else [text, command["content"]]
        )
        return "\n".join(pieces)
    lines = text.split("\n")
    at = text.count("\n", 0, _selection(text, command["after"])[1])
    depth = len(lines[at]) - len(lines[at].lstrip("\t"))
    end = at + 1
    while end < len(lines) and lines[end].startswith("\t" * (depth + 1)):
        end += 1
    new = ["\t" * depth + line for line in command["content"].split("\n")]
    return "\n".join([*lines[:end], *new, *lines[end:]])
