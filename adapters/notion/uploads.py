"""Assets → file uploads: each once a run, under a name that Notion takes, within the workspace's limit."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.errors import Refused
from adapters.notion.client import NotionClient
from adapters.notion.requests import Shape
from converters.model import Asset
from converters.notes import Note, degraded, dropped

ASSET_ID = "nbwiki-asset:"
SINGLE_PART_BYTES = 20 * 1024 * 1024
PART_BYTES = 10 * 1024 * 1024
"""Parts are 5 to 20 MiB. Source: developers.notion.com/docs/sending-larger-files."""
MAX_PARTS = 1000
_STAND_INS = {"json": ("json", "application/json"), "text": ("txt", "text/plain")}


class Uploads:
    """Upload ids by asset. An id serves every page of a run; after it the next run uploads anew what it needs."""

    def __init__(self, client: NotionClient, max_bytes: int) -> None:
        self._client = client
        self._max_bytes = max_bytes
        self._ids: dict[str, str] = {}
        self._refused: set[str] = {"ipynb"}  # refused by Notion to this day, as many have found
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def forget(self, keys: Sequence[str]) -> None:
        """Drop ids that Notion no longer takes."""
        with self._lock:
            for key in keys:
                self._ids.pop(key, None)

    def upload(self, asset: Asset, notes: list[Note]) -> str | None:
        """The upload's id; None, with a note, for a file that this workspace doesn't take."""
        if len(asset.data) > self._max_bytes:
            sizes = f"{len(asset.data) / 1e6:.1f} MB, this workspace takes {self._max_bytes / 1e6:.1f} MB a file"
            notes.append(dropped("asset.too-large", f"{asset.name} is {sizes}"))
            return None
        if not asset.data:
            notes.append(dropped("asset.empty", f"{asset.name} is empty; Notion takes no empty files"))
            return None
        with self._lock:
            lock = self._locks.setdefault(asset.key, threading.Lock())
        with lock:
            if asset.key not in self._ids:
                made = self._new(asset, notes)
                if made is None:
                    return None
                self._ids[asset.key] = made
            return self._ids[asset.key]

    def _new(self, asset: Asset, notes: list[Note]) -> str | None:
        for name, mime in self._names(asset):
            suffix = name.rpartition(".")[2].lower()
            if suffix in self._refused:
                continue
            try:
                upload = self._transfer(asset.data, name, mime)
            except Refused as error:
                if "extension" not in error.message and "content type" not in error.message.lower():
                    raise
                self._refused.add(suffix)
                continue
            if name != asset.name:
                notes.append(degraded("asset.renamed", f"{asset.name} is attached as {name}: Notion refuses its type"))
            return upload
        notes.append(dropped("asset.refused", f"{asset.name} is left out: Notion takes no files of this type"))
        return None

    def _names(self, asset: Asset) -> list[tuple[str, str]]:
        """Names and types to try: the file's own, then as JSON or text."""
        family, _, kind = asset.mime.partition("/")
        stem = asset.name.encode()[:800].decode(errors="ignore") if len(asset.name.encode()) > 800 else asset.name
        stand_in = _STAND_INS["json"] if kind.endswith("json") else _STAND_INS["text"] if family == "text" else None
        found = [(stem, asset.mime.partition(";")[0].strip() or "application/octet-stream")]
        if stand_in:
            found.append((f"{stem}.{stand_in[0]}", stand_in[1]))
        return found

    def _transfer(self, data: bytes, name: str, mime: str) -> str:
        if len(data) <= SINGLE_PART_BYTES:
            made = self._client.create_upload({"mode": "single_part", "filename": name, "content_type": mime})
            self._client.send_upload(made["id"], name, data, mime)
            return str(made["id"])
        size = max(PART_BYTES, -(-len(data) // MAX_PARTS))
        parts = -(-len(data) // size)
        request = {"mode": "multi_part", "filename": name, "content_type": mime, "number_of_parts": parts}
        made = self._client.create_upload(request)
        for number in range(parts):
            piece = data[number * size : (number + 1) * size]
            self._client.send_upload(made["id"], name, piece, mime, number + 1)
        self._client.complete_upload(made["id"])
        return str(made["id"])


def asset_of(shape: Shape) -> str | None:
    """The key of the asset that a media block shows, where it is one of ours."""
    value = shape[shape["type"]]
    upload = value.get("file_upload")
    if upload and upload["id"].startswith(ASSET_ID):
        return str(upload["id"][len(ASSET_ID) :])
    return None


def assets_in(shapes: Sequence[Shape]) -> list[str]:
    """Keys of the assets in the blocks and below, in order, each once."""
    found: dict[str, None] = {}
    stack = list(reversed(shapes))
    while stack:
        shape = stack.pop()
        key = asset_of(shape)
        if key:
            found.setdefault(key)
        stack.extend(reversed(shape[shape["type"]].get("children", ())))
    return list(found)


def with_uploads(shapes: Sequence[Shape], ids: Mapping[str, str | None]) -> list[Shape]:
    """The blocks with upload ids in place; media that could not be uploaded become a line of text."""
    return [_with_upload(shape, ids) for shape in shapes]


def _with_upload(shape: Shape, ids: Mapping[str, str | None]) -> Shape:
    kind = shape["type"]
    value: Mapping[str, Any] = shape[kind]
    key = asset_of(shape)
    if key is not None:
        if ids.get(key):
            return {"type": kind, kind: {**value, "file_upload": {"id": ids[key]}}}
        words = value.get("caption") or [{"type": "text", "text": {"content": str(value.get("name") or f"({kind})")}}]
        return {"type": "paragraph", "paragraph": {"rich_text": words, "color": "gray"}}
    children = value.get("children")
    if not children or not assets_in(children):
        return shape
    return {"type": kind, kind: {**value, "children": with_uploads(children, ids)}}
