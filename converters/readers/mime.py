"""What bytes and MIME types are: sniffing by first bytes, tolerant base64, names of files."""

from __future__ import annotations

import binascii
import re

from converters.model import Asset, AssetKey
from converters.readers.pictures import pixel_size

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
"""First bytes of the binary formats that notebooks hold. Source: the formats' own specifications."""

_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"mif1", b"msf1"), "image/heic"),
    b"M4A ": "audio/mp4",
}
"""Brands of ISO base media files that are no films. Source: the MP4 registration authority, mp4ra.org."""

_SVG = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE\s+svg[^>\[]*(?:\[.*?\])?\s*>\s*)*<svg[\s>]",
    re.DOTALL | re.IGNORECASE,
)

SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/heic": "heic",
    "image/x-icon": "ico",
    "image/svg+xml": "svg",
    "application/pdf": "pdf",
    "application/json": "json",
    "application/x-ipynb+json": "ipynb",
    "text/html": "html",
    "text/plain": "txt",
    "text/csv": "csv",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/mp4": "m4a",
    "application/geo+json": "geojson",
    "video/mp4": "mp4",
    "video/webm": "webm",
}

_ALIASES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/vnd.microsoft.icon": "image/x-icon",
    "image/ico": "image/x-icon",
    "image/heif": "image/heic",
    "image/x-ms-bmp": "image/bmp",
    "image/svg": "image/svg+xml",
}
_BINARY_PREFIXES = ("image/", "audio/", "video/", "font/")
_BINARY = frozenset({"application/pdf", "application/octet-stream", "application/zip"})


def normal(mime: str) -> str:
    """A MIME type in lower case without parameters: ``Image/PNG; charset=binary`` is ``image/png``."""
    kind = mime.split(";", 1)[0].strip().lower()
    return _ALIASES.get(kind, kind)


def is_binary(mime: str) -> bool:
    """Whether nbformat keeps this type as base64. SVG is text there."""
    return mime != "image/svg+xml" and (mime.startswith(_BINARY_PREFIXES) or mime in _BINARY)


def is_json(mime: str) -> bool:
    """Whether nbformat keeps this type as a JSON value."""
    return mime == "application/json" or (mime.startswith("application/") and mime.endswith("+json"))


def sniff(data: bytes) -> str:
    """The MIME type that the first bytes show, or empty."""
    for magic, mime in _MAGIC:
        if data.startswith(magic):
            return mime
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if _SVG.match(data[:20_000]):
        return "image/svg+xml"
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "text/html"
    return ""


def decode_base64(text: str) -> bytes | None:
    """The bytes of a base64 text, with missing padding or a cut end mended; None where it is no base64."""
    try:
        return binascii.a2b_base64(text)
    except (binascii.Error, ValueError):
        pass
    kept = "".join(text.split())
    if not kept.isascii() or not kept.rstrip("=").replace("+", "").replace("/", "").isalnum():
        return None
    kept = kept.rstrip("=")
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    try:
        return binascii.a2b_base64(kept + "=" * (-len(kept) % 4))
    except binascii.Error:
        return None


def asset(data: bytes, mime: str, stem: str, key: AssetKey = "") -> Asset:
    """An asset for these bytes. ``stem`` must not depend on a cell's position: it becomes part of the wiki's file name,
    and the same picture keeps its name when cells are added above it. ``key`` is their digest, where it is known.
    """
    width, height = pixel_size(data, mime)
    name = f"{stem or 'file'}.{SUFFIXES.get(mime, 'bin')}"
    return Asset(key=key or Asset.digest(data), data=data, mime=mime, name=name, width=width, height=height)
