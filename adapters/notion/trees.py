"""Trees of blocks: what a page is to hold (:class:`Want`), and what we know of what it holds (:class:`Node`).

A block's *own* digest is over the block as it is sent, without its children and with uploads and links on the page still
symbolic; *whole* is over the block and all below it. Bodies that came back are never digested, for Notion rewrites them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any
from zlib import crc32

import msgspec

from adapters.notion.requests import Shape, bare_of, children_of

UNKNOWN = ""
"""Own digest of a block of ours whose content we can't vouch for: it is always written again."""
MEDIA = frozenset({"image", "video", "pdf", "audio", "file"})
NOT_SHOWN = "/none"
"""Follows the kind of a media block in whose place a line of text stands."""
SKETCH_BYTES = 3
_SKETCHED_WORDS = 48
"""Words of a block that its sketch looks at. Ours: enough to tell one paragraph from another."""
_MIX = 2654435761  # Knuth's multiplicative hash: another order of the same words

_encode = msgspec.json.Encoder(order="sorted").encode


class Node(msgspec.Struct):
    """A block of ours on a page. ``id`` is empty where Notion never told it (it tells those of one level only)."""

    id: str
    kind: str
    own: str
    sketch: bytes = b"\0\0\0"
    below: list[Node] = []
    _whole: str = ""

    @property
    def whole(self) -> str:
        """The digest of the block and all below it; unlike any other where something of it is unknown."""
        if not self._whole:
            self._whole = _whole(self.kind, self.own or f"?{id(self)}", self.below)
        return self._whole


def levels_of(parent: str, nodes: Sequence[Node]) -> Iterator[tuple[str, Sequence[Node]]]:
    """A level of blocks and those below its blocks, each with the page or block that it stands on."""
    yield parent, nodes
    for node in nodes:
        if node.below:
            yield from levels_of(node.id, node.below)


class Want(msgspec.Struct):
    """A block that is to be on the page."""

    shape: Shape
    kind: str
    own: str
    sketch: bytes
    below: list[Want]
    whole: str

    def node(self, sent: Shape, block: str = "") -> Node:
        """The same block once it is there, as it was ``sent``: a file that can't be shown is a line of text."""
        kind = self.kind if sent["type"] == self.shape["type"] else self.kind + NOT_SHOWN
        below = [child.node(part) for child, part in zip(self.below, children_of(sent), strict=True)]
        return Node(block, kind, self.own, self.sketch, below, self.whole)


def wants_of(shapes: Sequence[Shape]) -> list[Want]:
    """The blocks with their digests, of any depth."""
    return [_want(shape) for shape in shapes]


def _want(shape: Shape) -> Want:
    below = [_want(child) for child in children_of(shape)]
    kind, own = kind_of(shape), own_digest(shape)
    return Want(shape, kind, own, sketch_of(shape, below), below, _whole(kind, own, below))


def kind_of(shape: Mapping[str, Any]) -> str:
    """The block's type with what can't change in place: a block of another kind takes a new one's place."""
    kind = str(shape["type"])
    value = shape[kind]
    if kind == "table":
        return f"table/{value['table_width']}"
    if kind.startswith("heading_") and value.get("is_toggleable"):
        return f"{kind}/toggle"
    if kind in MEDIA and not _uploaded(value):
        return f"{kind}/web"
    return kind


def _uploaded(value: Mapping[str, Any]) -> bool:
    return "file_upload" in value or value.get("type") == "file"


def own_digest(shape: Shape) -> str:
    """16 hexadecimal digits. Of a media block's the last 8 are the file's, so that a new caption needs no new upload."""
    kind = shape["type"]
    if kind in MEDIA and "file_upload" in shape[kind]:
        rest = {name: value for name, value in shape[kind].items() if name not in {"file_upload", "type"}}
        return _hash(_encode([kind, rest]), 4) + _hash(str(shape[kind]["file_upload"]["id"]).encode(), 4)
    return _hash(_encode(bare_of(shape)), 8)


def stands_as(node: Node) -> str:
    """The kind that a block has on the page."""
    return "paragraph" if node.kind.endswith(NOT_SHOWN) else node.kind


def same_file(one: str, other: str) -> bool:
    """Whether two own digests of media blocks are of one file."""
    return bool(one) and one[8:] == other[8:]


def _whole(kind: str, own: str, below: Sequence[Node] | Sequence[Want]) -> str:
    kind = kind.removesuffix(NOT_SHOWN)
    if not below:
        return f"{kind}:{own}"
    return f"{kind}:{own}:{_hash('|'.join([child.whole for child in below]).encode(), 8)}"


def _hash(data: bytes, size: int) -> str:
    return blake2b(data, digest_size=size).hexdigest()


def sketch_of(shape: Shape, below: Sequence[Want] = ()) -> bytes:
    """Three bytes that two blocks share the more of, the more words they share (a minhash): which one became which."""
    words: set[str] = set()
    for words_ in _words(shape):
        words.update(words_.split()[:_SKETCHED_WORDS])
        if len(words) >= _SKETCHED_WORDS:
            break
    if not words:
        return below[0].sketch if below else b"\0\0\0"
    hashes = [crc32(word.encode()) for word in words]
    return bytes((min(hashes) & 255, max(hashes) & 255, min([each * _MIX & 0xFFFFFFFF for each in hashes]) & 255))


def _words(shape: Shape) -> Iterator[str]:
    value = shape[shape["type"]]
    if "expression" in value:
        yield str(value["expression"])
    for texts in (value.get("rich_text", ()), value.get("caption", ()), *value.get("cells", ())):
        for item in texts:
            inner = item.get(item.get("type", "text"), {})
            yield str(inner.get("content") or inner.get("expression") or "")
    upload = value.get("file_upload")
    if upload:
        yield str(upload["id"])
    for child in value.get("children", ()):
        yield from _words(child)


def size_of(tree: Node | Want) -> int:
    """How many blocks a tree has."""
    return 1 + sum(size_of(child) for child in tree.below)
