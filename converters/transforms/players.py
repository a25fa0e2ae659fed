"""Sound, film and documents inside of an output's HTML (``IPython.display.Audio``, ``Video``): kept as files."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from posixpath import join, normpath
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from converters.model import Asset, Attachment, Block, Output
from converters.notes import degraded, missing
from converters.readers import mime
from converters.transforms.context import Context

_PLAYER = re.compile(
    r"<(?P<name>audio|video)\b[^>]*(?:>|\Z)(?:(?:[^<]++|<(?!/?(?:audio|video)\b))*+</(?P=name)\s*>)?"
    r"|<(?:embed|object|iframe)\b[^>]*(?:>|\Z)(?:\s*</(?:object|iframe)\s*>)?",
    re.IGNORECASE,
)
"""A player up to its end; one that has none is its tag alone, and no letter is looked at twice for it."""
_ADDRESS = re.compile(r"\b(?:src|data)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_PLAYED = ("audio/", "video/", "application/pdf")
_TYPES: Mapping[str, str] = {suffix: kind for kind, suffix in mime.SUFFIXES.items()}


def without_players(text: str, output: Output, context: Context) -> tuple[list[Block], str]:
    """Files for the players whose content is in the HTML or beside the notebook, and the HTML without those."""
    files: list[Block] = []

    def one(match: re.Match[str]) -> str:
        for found in _ADDRESS.finditer(match[0]):
            address = html.unescape(found[1] if found[1] is not None else found[2]).strip()
            made = _inside(address, output, context) if address.startswith("data:") else _beside(address, context)
            if made is not None:
                data, kind = made
                files.append(_file(data, kind, output, context))
                return ""
        return match[0]

    return files, _PLAYER.sub(one, text)


def _inside(address: str, output: Output, context: Context) -> tuple[bytes, str] | None:
    """The bytes and type of a ``data:`` address of a kind that plays."""
    head, _, body = address[5:].partition(",")
    kind = mime.normal(head)
    if not kind.startswith(_PLAYED):
        return None
    data = mime.decode_base64(body) if "base64" in head.lower() else unquote_to_bytes(body)
    if not data:
        context.notes.append(
            missing("output.unreadable", f"{kind:.60} in an output holds nothing to play", output.where)
        )
        return None
    return data, kind


def _beside(address: str, context: Context) -> tuple[bytes, str] | None:
    """The bytes and type of a file by its path from the notebook, through the one door to files."""
    parts = urlsplit(address)
    kind = _TYPES.get(parts.path.rpartition(".")[2].lower(), "")
    if parts.scheme or parts.netloc or not kind.startswith(_PLAYED):
        return None
    path = normpath(join(context.folder, unquote(parts.path)))
    if path.startswith(("../", "/")):
        return None
    try:
        data = context.files.read(path)
    except OSError:
        return None
    return (data, kind) if data else None


_LINK = re.compile(r"<a href=(['\"])(?P<path>[^'\"]*)\1 target=['\"]_blank['\"]>(?P<name>[^<]*)</a>(?:<br\s*/?>)?")
"""What FileLink and FileLinks write. Source: IPython.lib.display."""


def linked_files(text: str, output: Output, context: Context) -> tuple[list[Block], str]:
    """Files that an output links to (``FileLink("data.csv")``), attached, and the HTML without those links.

    Reports stay links, and so does what isn't there.
    """
    files: list[Block] = []

    def one(match: re.Match[str]) -> str:
        path = normpath(join(context.folder, unquote(html.unescape(match["path"]))))
        if urlsplit(match["path"]).scheme or path.startswith(("../", "/")) or path in context.options.known:
            return match[0]
        try:
            data = context.files.read(path)
        except OSError:
            return match[0]
        if not data or len(data) > context.options.limits.max_asset_bytes:
            return match[0]
        name = path.rpartition("/")[2]
        kind = mime.sniff(data) or _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
        key = Asset.digest(data)
        context.assets.setdefault(key, Asset(key, data, kind, name))
        files.append(Attachment(key, kind="data", title=name, where=output.where))
        return ""

    return files, _LINK.sub(one, text)


def _file(data: bytes, kind: str, output: Output, context: Context) -> Attachment:
    family = kind.partition("/")[0]
    what = family if family in {"audio", "video"} else "pdf"
    if len(data) > context.options.limits.max_asset_bytes:
        text = f"{what} of {len(data) / 1e6:.1f} MB is larger than limits.max_asset_bytes; a wiki may refuse it"
        context.notes.append(degraded("asset.large", text, output.where))
    asset = context.add(data, mime.sniff(data) or kind, what)
    return Attachment(asset.key, kind=what, title=output.alt, where=output.where)  # type: ignore[arg-type]
