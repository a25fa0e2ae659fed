"""Equations as pictures, those of earlier runs from where they are kept: drawing them takes longer than all the rest."""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

import msgspec

from converters.options import Kept

DRAWN_BY = ("chemistry.py", "equations.py", "math_rules.py", "mathml.py", "mathtext.py", "tex_macros.py")
"""The modules beside this one that decide what an equation looks like; a test holds it against their imports."""

_ENGINES = ("matplotlib", "numpy", "pillow", "ziamath", "ziafont", "latex2mathml", "resvg-py")


class Picture(msgspec.Struct, frozen=True):
    """A set equation; sizes in CSS pixels. ``depth`` is how far it reaches below the text line."""

    png: bytes
    width: float
    height: float
    depth: float


@functools.lru_cache(maxsize=2048)
def kept_picture(tex: str, *, display: bool, kept: Kept | None) -> Picture | None:
    """The picture of an equation, None where it can't be set; the very one that ``equation_picture`` draws."""
    version = _version() if kept is not None else ""
    if kept is None or not version:
        return _drawn(tex, display=display)
    key = hashlib.sha256(f"{version} {display} {tex}".encode("utf-8", "surrogatepass")).hexdigest()
    data = kept.get(key)
    if data is not None:
        try:
            return _DECODER.decode(data)
        except msgspec.DecodeError:  # what somebody else put there
            pass
    picture = _drawn(tex, display=display)
    kept.put(key, msgspec.msgpack.encode(picture))
    return picture


_DECODER = msgspec.msgpack.Decoder(Picture | None)


def _drawn(tex: str, *, display: bool) -> Picture | None:
    from converters.transforms.equations import equation_picture

    return equation_picture(tex, display=display)


@functools.cache
def _version() -> str:
    """What draws, down to the code: two that differ share no pictures. Empty where that can't be told."""
    from importlib.metadata import PackageNotFoundError, distribution

    digest = hashlib.sha256()
    try:
        for name in DRAWN_BY:
            digest.update(Path(__file__).with_name(name).read_bytes())
        for name in _ENGINES:
            # not ``.version``: it parses the whole file, which takes longer than all pictures of a notebook
            found = re.search(r"^Version: *(\S+)", distribution(name).read_text("METADATA") or "", re.MULTILINE)
            if found is None:
                return ""
            digest.update(f"{name} {found[1]} ".encode())
    except (OSError, PackageNotFoundError):
        return ""
    return digest.hexdigest()
