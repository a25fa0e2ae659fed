"""Ids of pages and databases, from whatever people paste."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

_HEX = re.compile(r"[0-9a-f]{32}")


def dashed(value: str) -> str:
    """The id as Notion answers it."""
    text = value.replace("-", "").lower()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(text: str) -> bool:
    """Whether the text is an id and nothing else."""
    return _HEX.fullmatch(text.replace("-", "").lower()) is not None


def find_id(text: str) -> str | None:
    """The id in an id or in an address of any of Notion's hosts; None where there is none.

    The last 32 hexadecimal digits of the path count (``…/Title-<id>``), or of ``p=`` (a page opened beside another).
    """
    value = text.strip()
    if not value:
        return None
    if "/" not in value:
        plain = value.replace("-", "").lower()
        return dashed(plain) if _HEX.fullmatch(plain) else None
    parts = urlsplit(value if "//" in value else f"//{value}")
    beside = parse_qs(parts.query).get("p", [""])[0]
    for place in (beside, parts.path):
        found = re.search(r"([0-9a-f]{32})$", place.rstrip("/").replace("-", "").lower())
        if found:
            return dashed(found[1])
    return None
