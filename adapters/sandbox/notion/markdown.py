"""The markdown endpoints, as far as the sandbox goes: headings, paragraphs, lists, quotes, code, dividers.

Reading gives every block in this form and names the others in ``unknown_block_ids``. Writing takes
``replace_content``; the other update types answer 400.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from adapters.sandbox.notion.block_shapes import CHILDREN
from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.errors import archived, validation
from adapters.sandbox.notion.rich_text import plain
from adapters.sandbox.notion.shapes import boolean, enum, record, require, string
from adapters.sandbox.notion.store import Node
from adapters.sandbox.notion.tables import LANGUAGES

_PREFIXES = {
    "paragraph": "",
    "heading_1": "# ",
    "heading_2": "## ",
    "heading_3": "### ",
    "heading_4": "#### ",
    "bulleted_list_item": "- ",
    "numbered_list_item": "1. ",
    "quote": "> ",
}
_LINE = re.compile(r"^(?P<mark>#{1,4}|[-*]|\d+\.|>) (?P<text>.*)$")
_CHUNK = 100  # blocks per list


def _text(content: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": {"content": content[at : at + 1000]}} for at in range(0, len(content), 1000)]


def _block(line: str) -> dict[str, Any]:
    if re.fullmatch(r"-{3,}", line):
        return {"type": "divider", "divider": {}}
    found = _LINE.match(line)
    mark = found["mark"] if found else ""
    kind = "paragraph"
    if mark.startswith("#"):
        kind = f"heading_{len(mark)}"
    elif mark == ">":
        kind = "quote"
    elif mark:
        kind = "bulleted_list_item" if mark in "-*" else "numbered_list_item"
    return {"type": kind, kind: {"rich_text": _text(found["text"] if found else line)}}


def parse(text: str, *, title_from_heading: bool) -> tuple[list[dict[str, Any]], str | None]:
    """Request blocks of a markdown text, and its first level-1 heading, which leaves the body, if wanted."""
    blocks: list[dict[str, Any]] = []
    title: str | None = None
    fence: list[str] | None = None
    language = ""
    for line in text.splitlines():
        if line.startswith("```"):
            if fence is None:
                fence, language = [], line[3:].strip().lower()
            else:
                known = language if language in LANGUAGES else "plain text"
                blocks.append({"type": "code", "code": {"rich_text": _text("\n".join(fence)), "language": known}})
                fence = None
        elif fence is not None:
            fence.append(line)
        elif title_from_heading and title is None and not blocks and line.startswith("# "):
            title = line[2:].strip()
        elif line.strip():
            blocks.append(_block(line.strip()))
    if len(blocks) > _CHUNK:
        raise validation(
            f"The sandbox takes at most {_CHUNK} blocks of markdown in one request, instead was {len(blocks)}."
        )
    require(blocks, CHILDREN, "body.markdown")
    return blocks, title


def read(call: Call, page_id: str) -> dict[str, Any]:
    """``GET /pages/{id}/markdown``."""
    call.query("include_transcript")
    page = call.get(page_id, "page")
    if call.store.in_trash(page.id):
        raise call.missing("page", page.id)
    unknown: list[str] = []
    lines = _lines(call, page, 0, unknown)
    return {
        "object": "page_markdown",
        "id": page.id,
        "markdown": "\n".join(lines),
        "truncated": False,
        "unknown_block_ids": unknown,
    }


def _lines(call: Call, parent: Node, depth: int, unknown: list[str]) -> list[str]:
    lines = []
    indent = "\t" * depth
    for node in call.store.children(parent.id):
        text = plain(node.value.get("rich_text", []), call).replace("\n", "<br>")
        if node.type in _PREFIXES:
            lines.append(f"{indent}{_PREFIXES[node.type]}{text}")
        elif node.type == "code":
            body = plain(node.value["rich_text"], call)
            lines += [
                f"{indent}```{node.value['language']}",
                *(indent + row for row in body.split("\n")),
                f"{indent}```",
            ]
        elif node.type == "divider":
            lines.append(f"{indent}---")
        elif node.type == "equation":
            lines += [f"{indent}$$", indent + node.value["expression"], f"{indent}$$"]
        elif node.kind in {"page", "database"}:
            lines.append(f'{indent}<{node.kind} url="https://www.notion.so/{node.id.replace("-", "")}"/>')
            continue
        else:
            unknown.append(node.id)
            lines.append(f'{indent}<unknown url="" alt="{node.type}"/>')
        lines += _lines(call, node, depth + 1, unknown)
    return lines


_UPDATE = record(
    {
        "type": enum("replace_content"),
        "replace_content": record({"new_str": string()}, {"allow_deleting_content": boolean}),
    },
    {"allow_async": boolean},
)


def update(call: Call, page_id: str) -> dict[str, Any]:
    """``PATCH /pages/{id}/markdown``: ``replace_content`` only; every block is made anew."""
    from adapters.sandbox.notion.routes_blocks import place

    body = call.check(_UPDATE)["replace_content"]
    page = call.get(page_id, "page")
    if call.store.in_trash(page.id):
        raise archived()
    nodes = call.store.children(page.id)
    pages = [node for node in nodes if node.kind != "block"]
    if pages and not body.get("allow_deleting_content"):
        raise validation(f"This operation would delete {len(pages)} child page(s) or database(s)")
    blocks, _ = parse(body["new_str"], title_from_heading=False)
    for node in nodes:
        call.store.save(replace(node, trashed=True), call.user)
    place(call, page, blocks)
    call.store.touch_page(page.id, call.user)
    return read(call, page_id)
