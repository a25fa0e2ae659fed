"""Raster pictures made fit for a page: turned upright, without places in them, readable on a dark page, not wastefully big.

Bytes stay untouched unless there is a reason; each reason is seen in a header, without drawing the picture.
"""

from __future__ import annotations

import functools
import hashlib
import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from converters.options import Kept
from converters.transforms.kept import PICTURES, kept_value

MAX_PIXELS: Final = 100_000_000
"""Pixels that are drawn at most (400 MB as RGBA). Ours; Pillow warns at 89 million and refuses at 179 million."""

_OPTIMISE_FROM: Final = 100_000
"""Bytes from which a PNG that was packed in haste is packed anew; below, an upload costs more than it saves."""

_OPTIMISE_PIXELS: Final = 16_000_000
"""Above this packing takes seconds."""

_PAYS: Final = 0.9
"""A new packing is kept from ten percent less on: another file is another attachment, and is no gain by itself."""

REMEMBERED: Final = 32
"""Pictures made anew that are kept: the same one is asked for again, for the next target and in the next run."""
_LEAST_ROWS: Final = 50
_LEAST_INK: Final = 0.002
"""Share of the rows looked at that must be covered to judge by them. Ours: the letters of a title and some ticks."""
_SOLID: Final = [0] * 128 + [255] * 128
"""Alpha as yes or no."""

_ORIENTATION: Final = 0x0112
_GPS: Final = 0x8825
"""Tags of EXIF 2.32, section 4.6.4 and 4.6.3."""

UPRIGHT_QUALITY: Final = 95
"""JPEG quality of a picture that had to be turned or brought to RGB: no loss that is seen."""


class Unreadable(ValueError):
    """A picture that can't be read, or would take too much memory."""


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The picture by Pillow, not loaded yet. Raises :class:`Unreadable`."""
    from PIL import Image as Pillow

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of large pictures, which are counted here, and of metadata in disorder
        try:
            with Pillow.open(io.BytesIO(data)) as picture:
                _affordable(picture)
                yield picture
        except Unreadable:
            raise
        except (OSError, SyntaxError, ValueError, struct.error, zlib.error, Pillow.DecompressionBombError) as e:
            raise Unreadable(str(e)) from e


def _affordable(picture: Any) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise Unreadable(f"{picture.width} × {picture.height} pixels")


def fitted(data: bytes, mime: str, kept: Kept | None = None) -> tuple[bytes, str]:
    """The picture as a page should have it, and what was done that a person should know (empty: nothing).

    PNG and JPEG only; others come back as they are. A picture that can't be read comes back as it is, too.
    """
    try:
        if mime == "image/jpeg":
            return _jpeg(data)
        if mime == "image/png":
            return _png(data, kept)
    except Unreadable:
        pass
    return data, ""


# ---------------------------------------------------------------- JPEG


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment before the picture itself."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        yield marker, at, min(end, len(data))
        at = end


def _jpeg(data: bytes) -> tuple[bytes, str]:
    exif, components, personal = b"", 3, []
    for marker, start, end in _segments(data):
        body = data[start + 4 : end]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            exif = body[6:]
            personal.append((start, end))
        elif marker == 0xED or (
            marker == 0xE1 and body.startswith((b"http://ns.adobe.com/x", b"http://ns.adobe.com/xmp"))
        ):
            personal.append((start, end))
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and len(body) > 5:
            components = body[5]
    turned, placed = exif_facts(exif)
    placed = placed or any(
        b"GPS" in data[start:end] and data[start + 4 : start + 8] == b"http" for start, end in personal
    )
    if turned or components == 4:
        data = _redrawn(data, turned=turned)
    elif placed:
        for start, end in reversed(personal):
            data = data[:start] + data[end:]
    return data, "place" if placed else "ink" if components == 4 else ""


def _redrawn(data: bytes, *, turned: bool) -> bytes:
    """A JPEG upright and in RGB."""
    from PIL import ImageOps

    with opened(data) as picture:
        profile = picture.info.get("icc_profile") if picture.mode != "CMYK" else None
        upright = ImageOps.exif_transpose(picture) if turned else picture
        if upright.mode not in {"L", "RGB"}:
            upright = upright.convert("RGB")
        out = io.BytesIO()
        more = {"icc_profile": profile} if profile else {}
        upright.save(out, "JPEG", quality=UPRIGHT_QUALITY, dpi=picture.info.get("dpi", (0, 0)), **more)
        return out.getvalue()


def exif_facts(exif: bytes) -> tuple[bool, bool]:
    """Whether a picture must be turned, and whether it says where it was taken. ``exif`` starts at the TIFF header."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 8:
        return False, False
    (at,) = struct.unpack_from(order + "I", exif, 4)
    if at + 2 > len(exif):
        return False, False
    (count,) = struct.unpack_from(order + "H", exif, at)
    turned = placed = False
    for i in range(min(count, 500)):
        entry = at + 2 + 12 * i
        if entry + 12 > len(exif):
            break
        tag, _, _, value = struct.unpack_from(order + "HHIH", exif, entry)
        turned = turned or (tag == _ORIENTATION and 2 <= value <= 8)
        placed = placed or tag == _GPS
    return turned, placed


# ---------------------------------------------------------------- PNG


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk, the length and the checksum included."""
    at = 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], at, min(end, len(data))
        at = end


def _png(data: bytes, kept: Kept | None) -> tuple[bytes, str]:
    found = ""
    parts: dict[bytes, tuple[int, int]] = {}
    for name, start, end in _chunks(data):
        parts.setdefault(name, (start, end))
    if b"acTL" in parts or b"IHDR" not in parts or b"IDAT" not in parts:
        return data, ""  # animated, or broken
    if b"eXIf" in parts:
        start, end = parts[b"eXIf"]
        turned, placed = exif_facts(data[start + 8 : end - 4])
        if turned:
            data = _saved(data, kept, upright=True)
            found = "place" if placed else ""
        elif placed:
            data, found = data[:start] + data[end:], "place"
        if turned or placed:
            return data, found
    if _clear_corner(data, parts) and _dark_ink(data, kept):
        return _saved(data, kept, flat=True), found
    header = data[parts[b"IDAT"][0] + 8 : parts[b"IDAT"][0] + 10]
    width, height, depth = struct.unpack_from(">IIB", data, 16)
    hasty = len(header) == 2 and header[1] >> 6 == 0  # zlib's FLEVEL: the fastest algorithm. Source: RFC 1950
    if hasty and len(data) >= _OPTIMISE_FROM and width * height <= _OPTIMISE_PIXELS and depth == 8:
        smaller = _saved(data, kept)
        if len(smaller) <= _PAYS * len(data):
            return smaller, found
    return data, found


def _clear_corner(data: bytes, parts: dict[bytes, tuple[int, int]]) -> bool:
    """Whether the first pixel is transparent: no filter changes the first row's first pixel but by nothing."""
    depth, kind = data[24], data[25]
    if depth != 8 or (kind not in (4, 6) and b"tRNS" not in parts) or kind not in (3, 4, 6):
        return False
    start, end = parts[b"IDAT"]
    try:
        first = zlib.decompressobj().decompress(data[start + 8 : end - 4], 8)
    except zlib.error:
        return False
    if kind == 3:
        start, end = parts[b"tRNS"]
        alphas = data[start + 8 : end - 4]
        return len(first) > 1 and first[1] < len(alphas) and alphas[first[1]] == 0
    at = 2 if kind == 4 else 4
    return len(first) > at and first[at] == 0


@functools.lru_cache(maxsize=4096)
def _known_ink(digest: bytes) -> list[bool | None]:  # noqa: ARG001  (the key)
    """Where the answer for these bytes is kept: the same picture is asked about for each target and in each run."""
    return []


def _dark_ink(data: bytes, kept: Kept | None) -> bool:
    """Whether what isn't transparent is dark on the whole, and so gone on a dark page.

    The first quarter of the rows tells it where there is anything on them: drawing all of a plot takes 5 ms.
    """

    def seen() -> bool | None:
        try:
            top = _first_rows(data, int.from_bytes(data[20:24], "big") // 4)
            found = _is_dark(top) if top else None
            return bool(_is_dark(data)) if found is None else found
        except Unreadable:
            return None

    digest = hashlib.sha256(data)
    known = _known_ink(digest.digest())
    if not known:
        known.append(kept_value(kept, PICTURES, f"dark {digest.hexdigest()}", bool | None, seen))
    if known[0] is None:
        raise Unreadable("no picture")
    return known[0]


def _first_rows(data: bytes, rows: int) -> bytes:
    """The PNG with a lower height: decoders stop there. Empty where that can't be done (interlaced, or too few rows)."""
    if rows < _LEAST_ROWS or data[28]:
        return b""
    header = data[12:20] + rows.to_bytes(4, "big") + data[24:29]
    return data[:12] + header[4:] + zlib.crc32(header).to_bytes(4, "big") + data[33:]


def _is_dark(data: bytes) -> bool | None:
    """Whether the ink of a picture is dark; None where there is hardly any."""
    from PIL import ImageStat

    with opened(data) as picture:
        seen = picture.convert("RGBA")
        mask = seen.getchannel("A").point(_SOLID)
        ink = ImageStat.Stat(seen.convert("L"), mask=mask)
        return ink.mean[0] < 110 if ink.count[0] > _LEAST_INK * seen.width * seen.height else None


@functools.lru_cache(maxsize=REMEMBERED)
def _saved(data: bytes, kept: Kept | None, *, upright: bool = False, flat: bool = False) -> bytes:
    """The PNG written anew; ``flat`` on white paper."""
    subject = f"saved {upright} {flat} {hashlib.sha256(data).hexdigest()}"
    made: bytes = kept_value(kept, PICTURES, subject, bytes, lambda: _packed(data, upright=upright, flat=flat))
    return made


def _packed(data: bytes, *, upright: bool, flat: bool) -> bytes:
    """Packed at zlib's usual level: the best saves 3 % more in 2.5 times the time."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    with opened(data) as picture:
        more = {name: picture.info[name] for name in ("dpi", "icc_profile", "transparency") if name in picture.info}
        made = ImageOps.exif_transpose(picture) if upright else picture
        if flat:
            page = Pillow.new("RGBA", made.size, "white")
            page.alpha_composite(made.convert("RGBA"))
            made = page.convert("RGB")
            more.pop("transparency", None)
        out = io.BytesIO()
        made.save(out, "PNG", compress_level=6, **more)
        return out.getvalue()
