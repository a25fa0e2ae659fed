"""Pictures of formats that no wiki shows → PNG, or JPEG where they are photographs."""

from __future__ import annotations

import io
from typing import Any

from converters.transforms.raster import UPRIGHT_QUALITY, Unreadable, opened


def converted(data: bytes) -> tuple[bytes, str, str] | None:
    """Any format that Pillow reads as a PNG, or as a JPEG where it is a photograph packed with loss: bytes, type, finding.

    The finding is ``pages`` or ``frames`` where only the first is shown, ``range`` where values had to be scaled to
    grey, else empty. None where it can't be read.
    """
    from PIL import ImageOps

    try:
        with opened(data) as picture:
            frames = getattr(picture, "n_frames", 1)
            finding = ("pages" if picture.format == "TIFF" else "frames") if frames > 1 else ""
            lossy = picture.format == "AVIF" or (picture.format == "WEBP" and b"VP8 " in data[:64])
            made = ImageOps.exif_transpose(picture) or picture
            if made.mode in {"F", "I", "I;16B"}:
                made, finding = _grey(made), finding or "range"
            if made.mode not in {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}:
                made = made.convert("RGBA" if "A" in made.mode or "a" in made.mode else "RGB")
            out = io.BytesIO()
            if lossy and made.mode in {"L", "RGB"}:
                made.save(out, "JPEG", quality=UPRIGHT_QUALITY)
                return out.getvalue(), "image/jpeg", finding
            kept = {"dpi": picture.info["dpi"]} if "dpi" in picture.info else {}
            made.save(out, "PNG", **kept)
            return out.getvalue(), "image/png", finding
    except (Unreadable, MemoryError):
        return None


def _grey(picture: Any) -> Any:
    """Numbers of any range as grey from their least to their greatest."""
    values = picture.convert("F")
    low, high = values.getextrema()
    scale = 255 / (high - low) if high > low else 0.0
    return values.point(lambda value: value * scale - low * scale).convert("L")
