"""What is costly to draw, from an earlier run where it is kept: equations take longer to draw than all the rest."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from converters.installed import version_of
from converters.options import Kept

MAX_KEPT = 2_000_000
"""Bytes of one thing that is kept; ours: larger ones would soon push out all others."""


class Artist(NamedTuple):
    """What decides how something looks: modules beside this one (a test holds them against their imports), packages."""

    modules: tuple[str, ...]
    engines: tuple[str, ...]


EQUATIONS = Artist(
    (
        *("chemistry.py", "equations.py", "math_rules.py", "mathml.py", "mathtext.py", "mathtext_boxes.py"),
        *("mathtext_fonts.py", "tex_macros.py"),
    ),
    ("matplotlib", "numpy", "pillow", "ziamath", "ziafont", "latex2mathml", "resvg-py"),
)
PICTURES = Artist(("formats.py", "pictures.py", "raster.py"), ("matplotlib", "pillow", "resvg-py"))


class Picture(msgspec.Struct, frozen=True):
    """A set equation; sizes in CSS pixels. ``depth`` is how far it reaches below the text line."""

    png: bytes
    width: float
    height: float
    depth: float


@functools.lru_cache(maxsize=2048)
def kept_picture(tex: str, *, display: bool, kept: Kept | None) -> Picture | None:
    """The picture of an equation, None where it can't be set; the very one that ``equation_picture`` draws."""

    def drawn() -> Picture | None:
        from converters.transforms.equations import equation_picture

        return equation_picture(tex, display=display)

    found: Picture | None = kept_value(kept, EQUATIONS, f"{display} {tex}", Picture | None, drawn)
    return found


def kept_value(kept: Kept | None, artist: Artist, subject: str, kind: Any, make: Callable[[], Any]) -> Any:
    """What ``make`` gives, a value of ``kind``; what it gave for the same ``subject`` in an earlier run where it is kept."""
    version = _version(artist) if kept is not None else ""
    if kept is None or not version:
        return make()
    key = hashlib.sha256(f"{version} {subject}".encode("utf-8", "surrogatepass")).hexdigest()
    data = kept.get(key)
    if data is not None:
        try:
            return _decoder(kind).decode(data)
        except msgspec.DecodeError:  # what somebody else put there
            pass
    value = make()
    data = msgspec.msgpack.encode(value)
    if len(data) <= MAX_KEPT:
        kept.put(key, data)
    return value


@functools.cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)


@functools.cache
def _version(artist: Artist) -> str:
    """What draws, down to the code: two that differ share nothing. Empty where that can't be told."""
    digest = hashlib.sha256()
    try:
        for name in artist.modules:
            digest.update(Path(__file__).with_name(name).read_bytes())
    except OSError:
        return ""
    for name in artist.engines:
        version = version_of(name)
        if not version:
            return ""
        digest.update(f"{name} {version} ".encode())
    return digest.hexdigest()
