"""What a wiki holds of nbwiki's, without ids and times: two wikis that readers can't tell apart give the same."""

from __future__ import annotations

import json
import re
from typing import Any

from adapters.sandbox import admin
from adapters.sandbox.server import Server

API = {"cloud": "confluence", "datacenter": "confluence-dc", "notion": "notion"}
_RECORD = re.compile(r'<p><ac:structured-macro ac:name="anchor"[^>]*><ac:parameter ac:name="">nbwiki-record-.*?</p>')
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_NUMBER = re.compile(r"\b\d{5,}\b")
_TIMES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")
_SIGNED = re.compile(r"\?X-Amz[^\"]*")
_VOLATILE = {"id", "created_time", "last_edited_time", "expiry_time"}
_RECORD_VOLATILE = {"page", "parent", "version", "published", "headings", "state", "nbwiki"}


def published(server: Server, target: str) -> list[dict[str, Any]]:
    """Every live page: title, place, text, files by name and bytes, labels, properties, record, restrictions."""
    state = admin.dump(server.state)
    api = API[target]
    live = [page for page in state["pages"] if page["api"] == api and page["status"] == "current"]
    names = {page["id"]: page["title"] for page in state["pages"]}
    names |= {page_id.replace("-", ""): name for page_id, name in names.items()}
    files: dict[str, list[tuple[str, str]]] = {}
    for one in state["attachments"]:
        if one.get("api") == api and one["status"] == "current":
            files.setdefault(one["page"], []).append((_nameless(one["name"], names), one["sha256"]))
    closed: dict[str, list[str]] = {}
    for one in state["restrictions"]:
        closed.setdefault(one["page"], []).append(f"{one['operation']} {one['subject']}")
    found = [
        {
            "title": page["title"],
            "parent": names.get(page["parent_id"], "root"),
            "body": _body(page, names),
            "files": sorted(files.get(page["id"], [])),
            "labels": page.get("labels", []),
            "properties": _properties(page, target),
            "closed": sorted(closed.get(page["id"], [])),
        }
        for page in live
    ]
    databases = [{"title": one["title"], "body": "database"} for one in state["databases"]]
    return sorted([*found, *databases], key=lambda one: (one["title"], one["body"]))


def _body(page: dict[str, Any], names: dict[str, str]) -> str:
    body = page["body"]
    if "blocks" in page:
        body = _SIGNED.sub("", json.dumps(_shape(page["blocks"]), sort_keys=True))
    return _TIMES.sub("TIME", _nameless(_RECORD.sub("", body), names))


def _shape(value: Any) -> Any:
    if isinstance(value, list):
        return [_shape(one) for one in value]
    if isinstance(value, dict):
        return {name: _shape(one) for name, one in value.items() if name not in _VOLATILE}
    return value


def _nameless(text: str, names: dict[str, str]) -> str:
    """The text with titles for ids of pages, and one word for all other ids."""

    def named(found: re.Match[str]) -> str:
        return f"<{names[found[0]]}>" if found[0] in names else "ID"

    return _NUMBER.sub(named, _UUID.sub(named, text))


def _properties(page: dict[str, Any], target: str) -> dict[str, Any]:
    if target != "notion":
        return {name: _kept(value) for name, value in page["properties"].items() if name == "nbwiki"}
    shown = {}
    for name, value in page["properties"].items():
        kind = value["type"]
        content = value[kind]
        if isinstance(content, list):
            content = [one.get("plain_text", one.get("name", "")) for one in content]
        elif isinstance(content, dict):
            content = content.get("name", content.get("start", ""))
        shown[name] = content
    if record := "".join(shown.pop("Record", [])):
        shown["Record"] = _kept(json.loads(record))
    return shown


def _kept(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in _RECORD_VOLATILE}
