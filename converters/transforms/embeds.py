"""Things shown in place: files of the source's folder are attached; pages of others only from hosts that are known."""

from __future__ import annotations

from posixpath import join, normpath
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from converters.model import Asset, Attachment, Block, Blocks, Document, Embed, Mark, Paragraph, Span
from converters.notes import degraded, missing, security
from converters.transforms.context import Context
from converters.walk import map_blocks

_TYPES = {
    "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/quicktime", "webm": "video/webm", "ogv": "video/ogg",
    "avi": "video/x-msvideo", "mkv": "video/x-matroska", "mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg",
    "oga": "audio/ogg", "opus": "audio/ogg", "m4a": "audio/mp4", "aac": "audio/aac", "flac": "audio/flac",
    "pdf": "application/pdf",
}  # fmt: skip
"""What a document may bring along from its folder as a player or a frame, by suffix: nothing else is read for it."""


def embeds(document: Document, context: Context) -> Document:
    """Frames and players from other hosts become links with a card; a frame could pose as the wiki's own login."""
    if not context.has(document.blocks, Embed):
        return document

    def checked(block: Block) -> Block:
        if not isinstance(block, Embed) or block.kind == "bookmark":
            return block
        if "://" not in block.url:
            return _attached(block, context)
        parts = urlsplit(block.url)
        host = parts.hostname or ""
        known_host = any(host == known or host.endswith(f".{known}") for known in context.options.embed_hosts)
        if known_host and "@" not in parts.netloc:  # a user's name before the host is there to deceive
            return block
        text = f"{block.kind} from {host} is linked, not shown in place; add the host to convert.embed_hosts to show it"
        context.notes.append(degraded("embed.host", text, block.where))
        return msgspec.structs.replace(block, kind="bookmark")

    blocks: Blocks = map_blocks(document.blocks, checked)
    return msgspec.structs.replace(document, blocks=blocks)


def _attached(block: Embed, context: Context) -> Block:
    """A recording or a PDF of the source's folder as an attachment; its name and a note where it can't be had."""
    path = block.url.replace("\\", "/")
    full = normpath(path.lstrip("/") if path.startswith("/") else join(context.folder, path))
    name = full.rpartition("/")[2]
    kind = _TYPES.get(name.rpartition(".")[2].lower(), "")
    try:
        if not kind or full.startswith("../") or full == "..":
            raise PermissionError(full)  # noqa: TRY301  (told as the door would tell it)
        data = context.files.read(full)
    except PermissionError:
        reason = "outside the source folder" if kind else "of a kind that is not attached"
        context.notes.append(security("embed.outside", f"{block.kind} {reason}: {path:.100}", block.where))
    except OSError:
        context.notes.append(missing("embed.missing", f"no {block.kind} {path:.100}", block.where))
    else:
        if len(data) <= context.options.limits.max_asset_bytes:
            key = Asset.digest(data)
            context.assets.setdefault(key, Asset(key, data, kind, name))
            return Attachment(key, _shown(kind), block.title, block.caption, block.where)
        text = f"{block.kind} {path:.100} of {len(data):,} bytes is not attached (limits.max_asset_bytes)"
        context.notes.append(degraded("embed.size", text, block.where))
    words = Span(f"[{block.kind}: {block.title or name}]", frozenset({Mark.EM}))
    return Paragraph((words,), where=block.where)


def _shown(kind: str) -> Literal["video", "audio", "pdf"]:
    return "video" if kind.startswith("video/") else "audio" if kind.startswith("audio/") else "pdf"
