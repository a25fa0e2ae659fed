"""What a raster picture's bytes tell: its size, by the header alone; whether its end is missing, and what is left."""

from __future__ import annotations

import io
import struct
import warnings

_MEND_PIXELS = 40_000_000
"""Ours. A few cut bytes may claim any size; what is larger than a large screenshot isn't drawn to see what there is."""


def pixel_size(data: bytes, mime: str) -> tuple[int, int]:
    """Width and height in pixels from the header alone; (0, 0) for what is no raster picture.

    Source: the header layouts of the PNG, GIF, RIFF/WebP and JPEG formats.
    """
    if mime == "image/png" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if mime == "image/gif" and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return int(width), int(height)
    if mime == "image/webp":
        return _webp_size(data)
    if mime == "image/jpeg":
        return _jpeg_size(data)
    if not mime.startswith("image/") or mime == "image/svg+xml":
        return 0, 0
    from PIL import Image as Pillow

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # metadata in disorder; what can't be read is (0, 0)
            with Pillow.open(io.BytesIO(data)) as picture:
                return picture.size
    except (OSError, SyntaxError, ValueError, Pillow.DecompressionBombError):
        return 0, 0


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
        if data[position + 1] == 0xFF:  # padding before a marker
            position += 1
            continue
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        position += 2 + max(length, 2)
    return 0, 0


def is_cut(data: bytes, mime: str) -> bool:
    """Whether a PNG or JPEG lacks its end mark."""
    if mime == "image/png":
        return b"IEND" not in data[-64:]
    return mime == "image/jpeg" and b"\xff\xd9" not in data[-64:]


def mend(data: bytes) -> bytes | None:
    """As much of a cut picture as can be seen, as a whole PNG; None where nothing can."""
    from PIL import Image as Pillow
    from PIL import ImageFile

    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    width, height = pixel_size(data, kind)
    if width * height > _MEND_PIXELS:
        return None
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with Pillow.open(io.BytesIO(data)) as picture:
            picture.load()
            out = io.BytesIO()
            picture.save(out, "PNG")
            return out.getvalue()
    except (OSError, SyntaxError, ValueError, Pillow.DecompressionBombError):
        return None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
