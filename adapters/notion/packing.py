"""The blocks of a page as a record keeps them: small, for a row shows 50,000 characters and the rest costs a request.

Text: ``2|KINDS|BASE64``. Each block is: index of its kind (a byte; 128 added where its id follows), number of blocks below
it (a varint), own digest (8 bytes), sketch (3 bytes), id (16 bytes); then the blocks below it.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence

from adapters.notion.trees import SKETCH_BYTES, Node

SHOWN_CHARS = 46_000
"""Of the 50,000 that a row shows (25 items of 2,000); the rest is for the other fields of a record.

Source: developers.notion.com/reference/retrieve-a-page.
"""
_VERSION = "2"
_OWN = 8
_UNKNOWN = bytes(_OWN)
_HAS_ID = 128


def packed(nodes: Sequence[Node]) -> str:
    """The blocks in one text. Where they are many, ids are left out: they can be read again in the order of the page."""
    text = _packed(nodes, ids=2)
    for ids in (1, 0):
        if len(text) > SHOWN_CHARS:
            text = _packed(nodes, ids=ids)
    return text


def _packed(nodes: Sequence[Node], ids: int) -> str:
    """``ids``: 2 all of them, 1 those of the page's own level, 0 none."""
    kinds: dict[str, int] = {}
    data = bytearray()
    _write(nodes, kinds, data, ids)
    return f"{_VERSION}|{' '.join(kinds)}|{base64.b64encode(data).decode()}"


def _write(nodes: Sequence[Node], kinds: dict[str, int], data: bytearray, ids: int) -> None:
    for node in nodes:
        kind = kinds.setdefault(node.kind, len(kinds))
        has_id = bool(node.id and ids)
        data.append(kind + _HAS_ID * has_id)
        count = len(node.below)
        while count > 127:
            data.append(128 + (count & 127))
            count >>= 7
        data.append(count)
        data += bytes.fromhex(node.own) or _UNKNOWN
        data += node.sketch
        if has_id:
            data += uuid.UUID(node.id).bytes
        _write(node.below, kinds, data, ids if ids > 1 else 0)


def unpacked(text: object) -> list[Node] | None:
    """What :func:`packed` packed; None for anything else, such as what another version of nbwiki wrote."""
    parts = text.split("|") if isinstance(text, str) else []
    if len(parts) != 3 or parts[0] != _VERSION:
        return None
    try:
        reader = _Reader(parts[1].split(" "), base64.b64decode(parts[2], validate=True))
        return reader.rest()
    except (ValueError, IndexError, RecursionError):  # people can write into a row
        return None


class _Reader:
    """Reads blocks off bytes. Raises IndexError for bytes that are none."""

    def __init__(self, kinds: Sequence[str], data: bytes) -> None:
        self._kinds = kinds
        self._data = data
        self._at = 0

    def rest(self) -> list[Node]:
        """All blocks."""
        found = []
        while self._at < len(self._data):
            found.append(self._node())
        return found

    def _take(self, size: int) -> bytes:
        piece = self._data[self._at : self._at + size]
        if len(piece) < size:
            raise IndexError
        self._at += size
        return piece

    def _node(self) -> Node:
        kind = self._take(1)[0]
        count = shift = 0
        while (byte := self._take(1)[0]) > 127:
            count += (byte & 127) << shift
            shift += 7
        count += byte << shift
        own, sketch = self._take(_OWN), self._take(SKETCH_BYTES)
        block = str(uuid.UUID(bytes=self._take(16))) if kind & _HAS_ID else ""
        below = [self._node() for _ in range(count)]
        return Node(block, self._kinds[kind & 127], "" if own == _UNKNOWN else own.hex(), sketch, below)
