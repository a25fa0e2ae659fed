"""Notion's share of ``GET /sandbox/state``: lists beside Confluence's, each row with ``api``, and the API's own objects."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.notion.block_values import shown_block
from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.page_values import shown_database, shown_page, shown_source
from adapters.sandbox.notion.rich_text import plain, title_of
from adapters.sandbox.notion.routes_people import shown_comment
from adapters.sandbox.notion.seed import local_call
from adapters.sandbox.notion.store import HUB, Node
from adapters.sandbox.notion.uploads import shown_upload
from adapters.sandbox.notion.users import shown_user
from adapters.sandbox.notion.views import shown_view
from adapters.sandbox.state import State

_API = {"api": "notion"}
Row = dict[str, Any]


def dump(state: State) -> Row:
    """``pages``, ``properties``, ``blocks``, ``databases``, ``comments``, ``attachments``, and ``notion``: as read."""
    call = local_call(state)
    store = call.store
    pages = store.of_kind("page")
    gone = {node.id for node in pages if store.in_trash(node.id)}
    trees = {node.id: _tree(node, call) for node in pages}
    shown = {node.id: shown_page(node, call) for node in pages}
    databases = [node for node in store.of_kind("database") if not store.in_trash(node.id)]
    comments = [node for node in store.of_kind("comment") if not node.trashed]
    return {
        "notion_data_hub": HUB,
        "pages": [_page(node, shown[node.id], trees[node.id], trashed=node.id in gone) for node in pages],
        "properties": [row for node in pages for row in _properties(shown[node.id])],
        "blocks": trees,
        "databases": [_database(node, call) for node in databases],
        "comments": [_comment(node, call) for node in comments],
        "attachments": [row for node in pages for row in _attachments(node.id, trees[node.id], call)],
        "notion": {
            "users": [shown_user(node, call) for node in store.of_kind("user")],
            "pages": [{**shown[node.id], "blocks": trees[node.id]} for node in pages if node.id not in gone],
            "trashed_pages": [shown[node.id] for node in pages if node.id in gone],
            "databases": [shown_database(node, call) for node in databases],
            "data_sources": [
                {**shown_source(node, call), "rows": [row.id for row in store.children(node.id, ("page",))]}
                for node in store.of_kind("data_source")
                if not store.in_trash(node.id)
            ],
            "views": [shown_view(node, call) for node in store.of_kind("view") if not node.trashed],
            "comments": [{**shown_comment(n, call), "text": plain(n.value["rich_text"], call)} for n in comments],
            "uploads": [_upload(node, call) for node in store.of_kind("file_upload")],
        },
    }


def _page(node: Node, shown: Row, blocks: list[Row], *, trashed: bool) -> Row:
    title = next(value["title"] for value in shown["properties"].values() if value["type"] == "title")
    parent = shown["parent"]
    return {
        **_API,
        "id": node.id,
        "title": "".join(run["plain_text"] for run in title),
        "url": shown["url"],
        "parent_id": None if parent["type"] == "workspace" else parent[parent["type"]],
        "status": "trashed" if trashed else "current",
        "version": shown["last_edited_time"],
        "versions": [],
        "body": "\n".join(_words(blocks)),
        "blocks": blocks,
        "properties": shown["properties"],
        "author": node.created_by,
        "modified": shown["last_edited_time"],
    }


def _words(blocks: list[Row]) -> list[str]:
    """The text of blocks, line by line, in order."""
    lines: list[str] = []
    for block in blocks:
        value = block[block["type"]]
        runs = [value.get("rich_text", []), *value.get("cells", []), value.get("caption", [])]
        line = "\t".join("".join(run["plain_text"] for run in items) for items in runs if items)
        lines += [line or value.get("title") or value.get("expression") or "", *_words(block.get("children", []))]
    return [line for line in lines if line]


def _properties(shown: Row) -> list[Row]:
    return [
        {**_API, "holder": "page", "holder_id": shown["id"], "id": value["id"], "key": name, "value": value}
        for name, value in shown["properties"].items()
    ]


def _database(node: Node, call: Call) -> Row:
    sources = call.store.children(node.id, ("data_source",))
    shown = shown_database(node, call)
    return {
        **_API,
        "id": node.id,
        "title": plain(title_of(node.value), call),
        "url": shown["url"],
        "parent_id": node.parent,
        "data_sources": [
            {
                "id": source.id,
                "properties": source.value["properties"],
                "rows": [row.id for row in call.store.children(source.id, ("page",))],
            }
            for source in sources
        ],
    }


def _comment(node: Node, call: Call) -> Row:
    page = next((above.id for above in call.store.upward(node.parent) if above.kind == "page"), node.parent)
    return {
        **_API,
        "id": node.id,
        "page": page,
        "block": node.parent,
        "kind": "footer" if page == node.parent else "inline",
        "body": plain(node.value["rich_text"], call),
        "author": node.created_by,
    }


def _attachments(page: str, blocks: list[Row], call: Call) -> list[Row]:
    """Uploaded files in the blocks of a page, and in its cover, icon and properties."""
    node = call.store.find(page)
    assert node is not None
    held = [(None, node.value.get(name)) for name in ("cover", "icon")]
    for value in node.value["properties"].values():
        held += [(None, item["media"]) for item in value.get("files") or []]
    found = [_file(page, block, media, call) for block, media in held if media and media.get("type") == "file"]
    return found + [_file(page, block["id"], media, call) for block, media in _media(blocks, call)]


def _media(blocks: list[Row], call: Call) -> list[tuple[Row, Row]]:
    found: list[tuple[Row, Row]] = []
    for block in blocks:
        if "sha256" in block:
            node = call.store.find(block["id"])
            assert node is not None
            found.append((block, node.value["media"]))
        found += _media(block.get("children", []), call)
    return found


def _file(page: str, block: str | None, media: Row, call: Call) -> Row:
    upload = call.store.find(media["upload"])
    assert upload is not None
    return {
        **_API,
        "id": upload.id,
        "page": page,
        "block": block,
        "name": media["filename"],
        "size": upload.value["content_length"],
        "sha256": media["sha256"],
        "media_type": upload.value["content_type"],
        "status": "current",
    }


def _upload(node: Node, call: Call) -> Row:
    value = node.value
    own = {"name": value["filename"], "size": value["content_length"], "sha256": value["sha256"]}
    return {**shown_upload(node, call), **own}


def _tree(node: Node, call: Call) -> list[Row]:
    result = []
    for child in call.store.children(node.id):
        shown = shown_block(child, call)
        if "media" in child.value and child.value["media"]["type"] == "file":
            shown["sha256"] = child.value["media"]["sha256"]
        if child.kind == "block":
            shown["children"] = _tree(child, call)
        result.append(shown)
    return result
