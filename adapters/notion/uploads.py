"""Assets → file uploads: each once a run, under a name that Notion takes, within the workspace's limit."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from adapters.errors import LimitExceeded, Refused
from adapters.notion.client import NotionClient
from adapters.notion.requests import Shape
from converters.model import Asset
from converters.notes import Note, dropped, info

ASSET_ID = "nbwiki-asset:"
SINGLE_PART_BYTES = 20 * 1024 * 1024
PART_BYTES = 10 * 1024 * 1024
"""Parts are 5 to 20 MiB. Source: developers.notion.com/docs/sending-larger-files."""
MAX_PARTS = 1000
MAX_NAME_BYTES = 860
"""Of 900; the rest is for a second extension. Source: developers.notion.com/reference/create-a-file-upload."""
_NEVER = frozenset({"ipynb", "rmd", "qmd", "md", "markdown", "py", "r", "jl"})
"""Sources of reports. Notebooks are refused to this day, as many have found; the documented list of early 2026 has none of
them. Asking would cost a request a run, and a text file opens everywhere.
"""
_TEXTUAL = frozenset({"xml", "yaml", "x-yaml", "toml", "javascript", "x-sh", "sql", "x-python", "x-r", "x-tex"})
FREE_PLAN_BYTES = 5 * 1024 * 1024
"""A file on the free plan; taken where the bot doesn't tell its workspace's limit."""
_UNKNOWN = "application/octet-stream"


class Uploaded(NamedTuple):
    """A file that Notion holds. ``name`` is what it was sent as, ``asked`` its own."""

    id: str
    name: str
    asked: str


class Uploads:
    """Upload ids by asset. An id serves every page of a run; after it the next run uploads anew what it needs."""

    def __init__(self, client: NotionClient, largest: Callable[[int], int]) -> None:
        """``largest``: bytes that a file may have in the workspace, as far as they matter for one of so many."""
        self._client = client
        self._largest = largest
        self._held: dict[str, Uploaded] = {}
        self._refused: set[tuple[str, str]] = set()
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self.single_use = False
        """Whether this workspace takes an upload's id in one place only."""

    def forget(self, keys: Sequence[str]) -> None:
        """Drop ids that Notion no longer takes."""
        with self._lock:
            for key in keys:
                self._held.pop(key, None)

    def upload(self, asset: Asset, notes: list[Note]) -> str | None:
        """The upload's id; None, with a note, for a file that this workspace doesn't take."""
        largest = self._largest(len(asset.data))
        if len(asset.data) > largest:
            sizes = f"{len(asset.data) / 1e6:.1f} MB, this workspace takes {largest / 1e6:.1f} MB a file"
            if largest <= FREE_PLAN_BYTES:
                sizes += " (as on Notion's free plan; paid ones take 5 GB)"
            notes.append(dropped("asset.too-large", f"{asset.name} is {sizes}"))
            return None
        if not asset.data:
            notes.append(dropped("asset.empty", f"{asset.name} is empty; Notion takes no empty files"))
            return None
        with self._lock:
            lock = self._locks.setdefault(asset.key, threading.Lock())
        with lock:
            made = None if self.single_use else self._held.get(asset.key)
            made = made or self._new(asset, notes)
            if made is None:
                return None
            with self._lock:
                self._held[asset.key] = made
        if made.name != made.asked:
            text = f"{asset.name} is attached as {made.name}: Notion refuses its type or the length of its name"
            notes.append(info("asset.renamed", text))
        return made.id

    def _new(self, asset: Asset, notes: list[Note]) -> Uploaded | None:
        for name, mime in names_of(asset):
            form = (name.rpartition(".")[2].lower(), mime)
            if form in self._refused or form[0] in _NEVER:
                continue
            try:
                return Uploaded(self._transfer(asset.data, name, mime), name, asset.name)
            except LimitExceeded as error:
                notes.append(dropped("asset.too-large", f"{asset.name} is left out: {error.message}"))
                return None
            except Refused as error:
                said = error.message.lower()
                if "extension" not in said and "content_type" not in said and "content type" not in said:
                    notes.append(dropped("asset.refused", f"{asset.name} is left out: {error.message}"))
                    return None
                self._refused.add(form)
        notes.append(dropped("asset.refused", f"{asset.name} is left out: Notion takes no files of this type"))
        return None

    def _transfer(self, data: bytes, name: str, mime: str) -> str:
        if len(data) <= SINGLE_PART_BYTES:
            made = self._client.create_upload({"mode": "single_part", "filename": name, "content_type": mime})
            self._settle(made["id"], lambda: self._client.send_upload(made["id"], name, data, mime))
            return str(made["id"])
        size = max(PART_BYTES, -(-len(data) // MAX_PARTS))
        parts = -(-len(data) // size)
        request = {"mode": "multi_part", "filename": name, "content_type": mime, "number_of_parts": parts}
        made = self._client.create_upload(request)
        for number in range(parts):
            piece = data[number * size : (number + 1) * size]
            self._client.send_upload(made["id"], name, piece, mime, number + 1)
        self._settle(made["id"], lambda: self._client.complete_upload(made["id"]))
        return str(made["id"])

    def _settle(self, upload: str, last: Callable[[], object]) -> None:
        """Do the last step of an upload. Repeated after a lost answer it is refused, for it has been done."""
        try:
            last()
        except LimitExceeded:
            raise
        except Refused:
            if self._client.upload(upload)["status"] != "uploaded":
                raise


def names_of(asset: Asset) -> list[tuple[str, str]]:
    """Names and types to try, best first: the file's own, then as JSON or text."""
    mime = asset.mime.partition(";")[0].strip().lower() or _UNKNOWN
    name = _short(asset.name)
    if mime == _UNKNOWN:  # refused for what it is; many such files have a better name
        mime = mimetypes.guess_type(name)[0] or mime
    family, _, kind = mime.partition("/")
    found = [(name, mime)]
    if kind.endswith("json"):
        found.append((name if name.endswith(".json") else f"{name}.json", "application/json"))
    elif family == "text" or kind in _TEXTUAL or (kind.endswith("+xml") and family != "image"):
        found.append((name if name.endswith(".txt") else f"{name}.txt", "text/plain"))
    return found


def _short(name: str) -> str:
    """The name, cut before its extension where it is longer than Notion takes."""
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix.encode()) > 20:
        stem, suffix = name, ""
    cut = stem.encode()[: MAX_NAME_BYTES - len(suffix.encode()) - 1].decode(errors="ignore")
    return f"{cut}.{suffix}" if suffix else cut


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


def with_uploads(shapes: Sequence[Shape], take: Callable[[str], str | None]) -> list[Shape]:
    """The blocks with upload ids in place, asked for by asset; media without one become a line of text."""
    return [_with_upload(shape, take) for shape in shapes]


def _with_upload(shape: Shape, take: Callable[[str], str | None]) -> Shape:
    kind = shape["type"]
    value: dict[str, Any] = shape[kind]
    key = asset_of(shape)
    if key is not None:
        upload = take(key)
        if upload is not None:
            return {"type": kind, kind: {**value, "file_upload": {"id": upload}}}
        words = value.get("caption") or [{"type": "text", "text": {"content": str(value.get("name") or f"({kind})")}}]
        return {"type": "paragraph", "paragraph": {"rich_text": words, "color": "gray"}}
    children = value.get("children")
    if not children or not assets_in(children):
        return shape
    return {"type": kind, kind: {**value, "children": with_uploads(children, take)}}
