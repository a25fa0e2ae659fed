"""``/v1/users``, ``/v1/comments``, ``/v1/custom_emojis`` and ``/v1/search``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.sandbox.notion.call import INTEGRATION, Call, listing, page_of
from adapters.sandbox.notion.errors import archived, validation
from adapters.sandbox.notion.media import usable
from adapters.sandbox.notion.page_values import shown_page, shown_source
from adapters.sandbox.notion.rich_text import RICH_TEXT, answered, kept, plain, text_run, title_of
from adapters.sandbox.notion.shapes import (
    Check,
    array,
    boolean,
    enum,
    fault,
    number,
    record,
    require,
    string,
    tagged,
    uuid,
)
from adapters.sandbox.notion.store import BOT, Node, minute, new_id
from adapters.sandbox.notion.users import shown_user


def me(call: Call) -> dict[str, Any]:
    """``GET /users/me``."""
    return shown_user(call.get(BOT, "user"), call)


def user(call: Call, user_id: str) -> dict[str, Any]:
    """``GET /users/{id}``."""
    return shown_user(call.get(user_id, "user"), call)


def users(call: Call) -> dict[str, Any]:
    """``GET /users``."""
    query = call.query("start_cursor", "page_size")
    nodes = call.store.of_kind("user")
    results, cursor = page_of(nodes, query.get("start_cursor"), query.get("page_size"), [n.id for n in nodes])
    return listing("user", [shown_user(node, call) for node in results], cursor)


def custom_emojis(call: Call) -> dict[str, Any]:
    """``GET /custom_emojis?name=``."""
    query = call.query("name", "start_cursor", "page_size")
    nodes = [n for n in call.store.of_kind("custom_emoji") if query.get("name") in (None, n.value["name"])]
    results, cursor = page_of(nodes, query.get("start_cursor"), query.get("page_size"), [n.id for n in nodes])
    return listing("custom_emoji", [{"object": "custom_emoji", "id": n.id, **n.value} for n in results], cursor)


_NAME = tagged({"custom": record({"name": string()})})


def _display_name(value: Any, path: str, out: list[str]) -> None:
    if isinstance(value, dict) and value.get("type") in {"integration", "user"}:
        record({"type": enum("integration", "user")})(value, path, out)
    else:
        _NAME(value, path, out)


_CONTENT: dict[str, Check] = {"rich_text": RICH_TEXT, "markdown": string()}
_COMMENT = record(
    {},
    {
        **_CONTENT,
        "parent": tagged({"page_id": uuid, "block_id": uuid}),
        "discussion_id": uuid,
        "attachments": array(record({"file_upload_id": uuid}, {"type": enum("file_upload")}), 3),
        "display_name": _display_name,
    },
)


def _one_of(body: dict[str, Any], *names: str) -> str:
    given = [name for name in names if name in body]
    if len(given) != 1:
        out: list[str] = []
        for name in names:
            fault(out, f"body.{name}", "defined" if not given else "not present", body.get(name))
        require(body, lambda _value, _path, lines: lines.extend(out))
    return given[0]


def _content(call: Call, body: dict[str, Any]) -> list[dict[str, Any]]:
    if _one_of(body, "rich_text", "markdown") == "markdown":
        return [text_run(body["markdown"])]
    return kept(body["rich_text"], call)


def create_comment(call: Call) -> dict[str, Any]:
    """``POST /comments``: a new discussion on a page or block, or an answer in one."""
    body = call.check(_COMMENT)
    content = _content(call, body)
    if _one_of(body, "parent", "discussion_id") == "parent":
        parent = body["parent"]
        kind = "page" if "page_id" in parent else "block"
        target, discussion = call.get(parent[f"{kind}_id"], kind).id, new_id()
    else:
        first = next((n for n in call.store.of_kind("comment") if n.value["discussion"] == body["discussion_id"]), None)
        if first is None:
            raise call.missing("discussion", body["discussion_id"])
        target, discussion = first.parent, body["discussion_id"]
    if call.store.in_trash(target):
        raise archived()
    files = [usable(item["file_upload_id"], "file", call).id for item in body.get("attachments", [])]
    value = {"rich_text": content, "discussion": discussion, "attachments": files, "by": INTEGRATION}
    return shown_comment(call.store.add(Node(new_id(), "comment", target, "comment", value)), call)


def shown_comment(node: Node, call: Call) -> dict[str, Any]:
    """A comment object."""
    above = call.store.find(node.parent)
    kind = "page_id" if above is not None and above.kind == "page" else "block_id"
    uploads = [call.store.find(item) for item in node.value["attachments"]]
    attachments = [
        {
            "category": {"document": "productivity"}.get(u.value["kind"], u.value["kind"]),
            "file": call.file_url(u.value["sha256"], u.value["filename"]),
        }
        for u in uploads
        if u is not None
    ]
    shown = {
        "object": "comment",
        "id": node.id,
        "parent": {"type": kind, kind: node.parent},
        "discussion_id": node.value["discussion"],
        "created_time": minute(node.created),
        "last_edited_time": minute(node.edited),
        "created_by": {"object": "user", "id": node.created_by},
        "rich_text": answered(node.value["rich_text"], call),
        "display_name": {
            "type": "integration" if node.created_by == BOT else "user",
            "resolved_name": node.value["by"],
        },
    }
    return {**shown, "attachments": attachments} if attachments else shown


def comments(call: Call) -> dict[str, Any]:
    """``GET /comments?block_id=``: the open comments on one page or block."""
    query = call.query("block_id", "start_cursor", "page_size")
    require(query.get("block_id"), uuid, "query.block_id")
    node = call.get(query["block_id"], "block", "page", "database")
    nodes = call.store.children(node.id, ("comment",))
    results, cursor = page_of(nodes, query.get("start_cursor"), query.get("page_size"), [n.id for n in nodes])
    return listing("comment", [shown_comment(item, call) for item in results], cursor)


def _live(call: Call, comment_id: str) -> Node:
    node = call.get(comment_id, "comment")
    if node.trashed:
        raise call.missing("comment", node.id)
    return node


def comment(call: Call, comment_id: str) -> dict[str, Any]:
    """``GET /comments/{id}``."""
    return shown_comment(_live(call, comment_id), call)


def update_comment(call: Call, comment_id: str) -> dict[str, Any]:
    """``PATCH /comments/{id}``: own comments only."""
    body = call.check(record({}, _CONTENT))
    node = _live(call, comment_id)
    if node.created_by != call.user:
        raise validation("A comment can only be updated by its author.")
    value = {**node.value, "rich_text": _content(call, body)}
    return shown_comment(call.store.save(replace(node, value=value), call.user), call)


def delete_comment(call: Call, comment_id: str) -> dict[str, Any]:
    """``DELETE /comments/{id}``."""
    node = _live(call, comment_id)
    return shown_comment(call.store.save(replace(node, trashed=True), call.user), call)


def _filter(value: Any, path: str, out: list[str]) -> None:
    trash: dict[str, Check] = {"in_trash": boolean}
    if isinstance(value, dict) and ("property" in value or "value" in value):
        record({"property": enum("object"), "value": enum("page", "data_source")}, trash)(value, path, out)
    else:
        record(trash)(value, path, out)


def _sort(value: Any, path: str, out: list[str]) -> None:
    if isinstance(value, dict) and "property" in value:
        record({"property": enum("relevance")})(value, path, out)
    else:
        way: dict[str, Check] = {"direction": enum("ascending", "descending")}
        record({"timestamp": enum("last_edited_time"), **way})(value, path, out)


_SEARCH: dict[str, Check] = {
    "query": string(),
    "filter": _filter,
    "sort": _sort,
    "start_cursor": uuid,
    "page_size": number(1, 100, whole=True),
}


def _standing(node: Node, call: Call, known: dict[str, tuple[bool, bool]]) -> tuple[bool, bool]:
    """Whether a node is shared with the integration, and whether it is in the trash; what stands above is looked up once."""
    if not node.parent:
        return node.kind not in {"page", "database"} or bool(node.value.get("shared")), node.trashed
    if node.parent not in known:
        parent = call.store.find(node.parent)
        # below nothing that is there, it is at the top itself
        top = (node.kind not in {"page", "database"} or bool(node.value.get("shared")), False)
        known[node.parent] = _standing(parent, call, known) if parent is not None else top
    shared, trashed = known[node.parent]
    return shared, trashed or node.trashed


def search(call: Call) -> dict[str, Any]:
    """``POST /search``: by title. Switch ``search_lag_s`` hides what was made in the last seconds."""
    body = call.check(record({}, _SEARCH))
    wanted = body.get("filter", {})
    kinds = (wanted["value"],) if "value" in wanted else ("page", "data_source")
    words = body.get("query", "").casefold()
    newest = call.state.now() - float(call.state.switches.get("search_lag_s", 0))
    above: dict[str, tuple[bool, bool]] = {}
    nodes = [
        node
        for kind in kinds
        for node in call.store.of_kind(kind)
        if node.created <= newest
        and words in plain(title_of(node.value), call).casefold()
        and _standing(node, call, above) == (True, bool(wanted.get("in_trash")))
    ]
    nodes.sort(key=lambda node: node.edited, reverse=body.get("sort", {}).get("direction") != "ascending")
    results, cursor = page_of(nodes, body.get("start_cursor"), body.get("page_size"), [n.id for n in nodes])
    shown = [shown_page(n, call) if n.kind == "page" else shown_source(n, call) for n in results]
    return listing("page_or_data_source", shown, cursor)
