"""The record of a report in the properties of its row: ``Key``, ``Digest`` and ``Record``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from adapters.base import Record
from adapters.notion.client import Json
from adapters.notion.packing import unpacked
from adapters.notion.server_time import minute_of
from adapters.notion.trees import Node
from adapters.notion.values import MAX_ITEMS, text_value

MAX_BYTES = 180_000
"""JSON bytes of a record: 100 items of 2,000 characters, and room in the 500 KB of a request beside a page's blocks."""
SHOWN_ITEMS = 25
"""Items of a text property that a page shows. Source: developers.notion.com/reference/retrieve-a-page."""
_KEY = re.compile(r'\{"key":("(?:[^"\\]|\\.)+")')
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
    return msgspec.json.encode(record).decode()


def settled(record: Record, row: Mapping[str, Any], bot: str) -> Record:
    """The record; as unfinished where our own last edit is not the one that kept it: a run was killed in between."""
    stamp = str(record.state.get("stamp", ""))
    ours = row["last_edited_by"]["id"] == bot
    if not (record.version and stamp and ours) or minute_of(row["last_edited_time"]) <= stamp:
        return record
    return msgspec.structs.replace(record, version="")


def nodes_of(record: Record | None) -> list[Node] | None:
    """The blocks that the record tells of; None where it tells nothing that can be relied on."""
    return unpacked(record.state.get("blocks")) if record else None


def made_of(record: Record) -> int:
    """Blocks that were ever made for the page; 0 where people wrote something else there."""
    made = record.state.get("made", 0)
    return made if isinstance(made, int) else 0


def plain(items: Sequence[Mapping[str, Any]]) -> str:
    """The text of rich text items."""
    return "".join(str(item.get("plain_text", "")) for item in items)


def _memory(properties: Mapping[str, Any]) -> tuple[str, str]:
    """Name and text of the property that holds a record, whatever people call it; empty where there is none."""
    for name, each in properties.items():
        if each["type"] == "rich_text" and each["rich_text"]:
            text = plain(each["rich_text"])
            if text.startswith(_START):
                return name, text
    return "", ""


def cut_property(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Name and id of the property that holds the record, where the row shows a part of it only."""
    name, _ = _memory(row["properties"])
    if name and SHOWN_ITEMS <= len(row["properties"][name]["rich_text"]) <= MAX_ITEMS:
        return name, str(row["properties"][name]["id"])
    return None


def record_of(row: Mapping[str, Any]) -> Record | None:
    """The record in a row; None for a row that people made. A damaged one keeps its key, and is written again."""
    _, text = _memory(row["properties"])
    if not text:
        return None
    try:
        record = msgspec.json.decode(text, type=Record)
    except msgspec.MsgspecError:
        key = _KEY.match(text)
        return Record(key=msgspec.json.decode(key[1]), page=row["id"]) if key else None
    return msgspec.structs.replace(record, page=row["id"])
