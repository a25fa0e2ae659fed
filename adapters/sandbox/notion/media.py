"""Files, icons and covers inside pages and blocks: their shapes, their kept form, their form in replies."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.errors import creation_failed, validation
from adapters.sandbox.notion.rich_text import URL_UNITS, web_url
from adapters.sandbox.notion.shapes import Check, enum, fault, record, string, tagged, uuid
from adapters.sandbox.notion.store import Node, dashed
from adapters.sandbox.notion.tables import ICON_COLORS

_EXTERNAL = record({"url": string(URL_UNITS)})
_UPLOAD = record({"id": uuid})
FILES: dict[str, Check] = {"external": _EXTERNAL, "file_upload": _UPLOAD}
_BUILT_IN = re.compile(r"^https://www\.notion\.so/icons/(?P<name>[a-z0-9-]+)_(?P<color>[a-z]+)\.svg")


def _emoji(value: Any, path: str, out: list[str]) -> None:
    """An emoji: some character of the pictographic ranges, and no letters."""
    good = isinstance(value, str) and 0 < len(value) <= 32 and not any(c.isascii() and c.isalpha() for c in value)
    if not good or not any(ord(c) >= 0x203C or c in "©®\u20e3" for c in value):
        fault(out, path, "an emoji", value)


ICON = tagged(
    {
        "emoji": _emoji,
        "external": _EXTERNAL,
        "file_upload": _UPLOAD,
        "custom_emoji": record({"id": uuid}, {"name": string(), "url": string()}),
        "icon": record({"name": string()}, {"color": enum(*ICON_COLORS)}),
    }
)
COVER = tagged(FILES)
# Which kinds of upload a block shows. A file block takes all.
_FITS = {"image": "image", "video": "video", "audio": "audio", "pdf": "document", "icon": "image", "cover": "image"}


def usable(upload_id: str, place: str, call: Call) -> Node:
    """The upload, ready to be attached at ``place``, and from now on without an end. Raises the 400."""
    node = call.store.find(dashed(upload_id))
    if node is None or node.kind != "file_upload":
        raise validation(f"Could not find file_upload with ID: {dashed(upload_id)}.")
    status = upload_status(node, call)
    if status != "uploaded":
        raise validation(
            f"File upload {node.id} cannot be attached: its status is `{status}`, it should be `uploaded`."
        )
    if node.value.get("attached") and call.state.switches.get("notion_upload_single_use"):
        raise validation(f"File upload {node.id} has already been attached.")
    wanted = _FITS.get(place)
    pdf = place == "pdf" and not str(node.value["filename"]).lower().endswith(".pdf")
    if wanted is not None and (wanted != node.value["kind"] or pdf):
        raise validation(
            f"File upload {node.id} has content type `{node.value['content_type']}`, which is not supported for {place}."
        )
    if not node.value.get("attached"):
        node.value["attached"] = True
        node = call.store.save(node, call.user)
    return node


def upload_status(node: Node, call: Call) -> str:
    """The status by now: what was not attached in time has expired."""
    status = str(node.value["status"])
    if (
        status in {"pending", "uploaded"}
        and not node.value.get("attached")
        and call.state.now() > node.value["expires"]
    ):
        return "expired"
    return status


def kept_file(value: dict[str, Any], place: str, call: Call) -> dict[str, Any]:
    """A checked file reference in stored form."""
    if "external" in value:
        url = value["external"]["url"]
        if not web_url(url) or not url.startswith("http"):
            raise creation_failed(f"Invalid {place} url.")
        return {"type": "external", "url": url}
    node = usable(value["file_upload"]["id"], place, call)
    return {"type": "file", "upload": node.id, "sha256": node.value["sha256"], "filename": node.value["filename"]}


def kept_icon(value: dict[str, Any] | None, call: Call) -> dict[str, Any] | None:
    """A checked icon in stored form; an unknown custom emoji becomes None, as it does at the vendor."""
    if value is None:
        return None
    if "external" in value or "file_upload" in value:
        built_in = _BUILT_IN.match(value.get("external", {}).get("url", ""))
        if built_in:
            return {"type": "icon", "icon": {"name": built_in["name"].replace("-", "_"), "color": built_in["color"]}}
        return kept_file(value, "icon", call)
    if "emoji" in value:
        return {"type": "emoji", "emoji": value["emoji"]}
    if "icon" in value:
        return {"type": "icon", "icon": {"color": "gray", **value["icon"]}}
    node = call.store.find(dashed(value["custom_emoji"]["id"]))
    if node is None or node.kind != "custom_emoji":
        return None
    return {"type": "custom_emoji", "custom_emoji": {"id": node.id, **node.value}}


def shown_file(value: dict[str, Any] | None, call: Call) -> dict[str, Any] | None:
    """A stored file, icon or cover as replies show it."""
    if value is None:
        return None
    if value["type"] == "external":
        return {"type": "external", "external": {"url": value["url"]}}
    if value["type"] == "file":
        return {"type": "file", "file": call.file_url(value["sha256"], value["filename"])}
    return value


def file_name(given: str | None, kept: dict[str, Any]) -> str:
    """The name of a file block: the given one with the extension it lacks, or that of the file."""
    source = kept.get("filename") or PurePosixPath(unquote(urlsplit(kept.get("url", "")).path)).name
    if not given:
        return source
    return given if PurePosixPath(given).suffix else given + PurePosixPath(source).suffix
