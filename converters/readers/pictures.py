"""Pictures by their bytes, whatever their name or MIME type says."""

from __future__ import annotations

import re
import struct

from converters.model import Asset

_SVG = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>\s*)*<svg[\s>]", re.DOTALL
)


def picture_asset(data: bytes, stem: str) -> Asset | None:
    """The picture as an asset named ``stem`` plus its true suffix; None if the bytes are no PNG, JPEG, GIF, WebP, SVG."""
    found = _sniff(data)
    if found is None:
        return None
    mime, suffix, width, height = found
    return Asset(Asset.digest(data), data, mime, f"{stem}.{suffix}", width, height)


def _sniff(data: bytes) -> tuple[str, str, int, int] | None:
    """MIME type, suffix, width, height. Source: the header layouts of the PNG, GIF, RIFF/WebP and JPEG formats."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 33:
        width, height = struct.unpack(">II", data[16:24])
        return "image/png", "png", width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) > 13:
        width, height = struct.unpack("<HH", data[6:10])
        return "image/gif", "gif", width, height
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        width, height = _webp_size(data)
        return "image/webp", "webp", width, height
    if data.startswith(b"\xff\xd8\xff"):
        width, height = _jpeg_size(data)
        return "image/jpeg", "jpg", width, height
    if _SVG.match(data[:20_000]):
        return "image/svg+xml", "svg", 0, 0
    return None


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of a WebP file, 0 where its header is cut short."""
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        return 0, 0
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", body[6:10])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height from the first start-of-frame segment, 0 where there is none."""
    position = 2
    while position + 9 <= len(data) and data[position] == 0xFF:
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        position += 2 + max(length, 2)
    return 0, 0
