"""The record of a report in the properties of its row: ``Key``, ``Digest`` and ``Record``."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from adapters.base import Record
from adapters.notion.client import Json
from adapters.notion.edits import Entry
from adapters.notion.values import MAX_ITEMS, text_value

SUFFIX = " (nbwiki)"
"""Added to a name that an adopted database uses for a property of another type."""
MAX_BYTES = 180_000
"""JSON bytes of a record: 100 items of 2,000 characters, and room in the 500 KB of a request beside a page's blocks."""
SHOWN_ITEMS = 25
"""Items of a text property that a page shows. Source: developers.notion.com/reference/retrieve-a-page."""
_DIGEST = re.compile(r"[a-z_0-9]+\+?:[0-9a-f]{16}")
_START = '{"key":'
"""How every record begins, also one that was cut: people's texts in properties of these names don't."""

FORGOTTEN: dict[str, Json] = {name: {"rich_text": []} for name in ("Key", "Digest", "Record")}
"""Properties of a row that is no longer ours."""


def kept(record: Record) -> dict[str, Json]:
    """Properties that hold the record. Block ids that would not fit are left out; the next write reads them anew."""
    text = _encoded(record)
    if len(text.encode()) > MAX_BYTES:
        state = {name: value for name, value in record.state.items() if name != "blocks"}
        text = _encoded(msgspec.structs.replace(record, state=state))
    if len(text.encode()) > MAX_BYTES:
        text = _encoded(msgspec.structs.replace(record, state={}, assets={}))
    return {
        "Key": {"rich_text": text_value(record.key)},
        "Digest": {"rich_text": text_value(record.digest)},
        "Record": {"rich_text": text_value(text)},
    }


def _encoded(record: Record) -> str:
    state = record.state
    entries = entries_of(record)
    if entries and all(_DIGEST.fullmatch(entry.digest) for entry in entries):
        state = {**state, "blocks": _packed(entries)}
    return msgspec.json.encode(msgspec.structs.replace(record, state=state)).decode()


def _packed(entries: Sequence[Entry]) -> str:
    """The entries in a third of the space: a row shows 50,000 characters, and an id as text takes 36 of them."""
    kinds = list(dict.fromkeys(entry.digest.partition(":")[0] for entry in entries))
    data = bytearray()
    for entry in entries:
        kind, _, digest = entry.digest.partition(":")
        data.append(kinds.index(kind))
        data += uuid.UUID(entry.id).bytes if entry.id else bytes(16)
        data += bytes.fromhex(digest)
    return f"{' '.join(kinds)}|{base64.b64encode(data).decode()}"


def _unpacked(text: str) -> list[list[str]]:
    """What :func:`_packed` packed, as the state of a record holds it; empty for anything else."""
    names, _, packed = text.partition("|")
    kinds = names.split()
    try:
        data = base64.b64decode(packed, validate=True)
    except binascii.Error:
        return []
    found = []
    for start in range(0, len(data) - 24, 25):
        kind, block, digest = data[start], data[start + 1 : start + 17], data[start + 17 : start + 25]
        if kind >= len(kinds):
            return []
        found.append([str(uuid.UUID(bytes=block)) if any(block) else "", f"{kinds[kind]}:{digest.hex()}"])
    return found


def entries_of(record: Record | None) -> list[Entry]:
    """The blocks that the record tells of."""
    blocks = record.state.get("blocks", ()) if record else ()
    if not isinstance(blocks, list):
        return []
    return [Entry(str(each[0]), str(each[1])) for each in blocks if isinstance(each, list | tuple) and len(each) == 2]


def plain(items: Sequence[Mapping[str, Any]]) -> str:
    """The text of rich text items."""
    return "".join(str(item.get("plain_text", "")) for item in items)


def cut_property(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Name and id of the property that holds the record, where the row shows a part of it only."""
    for name in (f"Record{SUFFIX}", "Record"):
        found = row["properties"].get(name)
        if found and found["type"] == "rich_text" and SHOWN_ITEMS <= len(found["rich_text"]) <= MAX_ITEMS:
            return name, str(found["id"])
    return None


def record_of(row: Mapping[str, Any]) -> Record | None:
    """The record in a row; None for a row that people made. A damaged one keeps its key, and is written again."""
    properties = row["properties"]
    texts = {
        name: plain(properties[actual]["rich_text"])
        for name in ("Key", "Record")
        for actual in (name, name + SUFFIX)  # the later one counts
        if actual in properties and properties[actual]["type"] == "rich_text"
    }
    text = texts.get("Record", "")
    if not text.startswith(_START):
        return None
    try:
        record = msgspec.json.decode(text, type=Record)
    except msgspec.MsgspecError:
        return Record(key=texts["Key"], page=row["id"]) if texts.get("Key") else None
    state = dict(record.state)
    if isinstance(state.get("blocks"), str):
        state["blocks"] = _unpacked(str(state["blocks"]))
    return msgspec.structs.replace(record, page=row["id"], state=state)
