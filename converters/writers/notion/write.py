"""Document → Notion blocks with everything an adapter needs to publish them."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from converters.metadata import Metadata
from converters.model import AssetKey, Document, Rendered
from converters.notes import Note
from converters.options import WriteOptions
from converters.writers.fit import Scale, fitted
from converters.writers.notion.blocks import left_over_files, shapes_of
from converters.writers.notion.context import Context
from converters.writers.notion.limits import clean
from converters.writers.notion.media import media_kind

_ENCODER = msgspec.json.Encoder(order="sorted")

MAX_WEIGHT = 10_000_000
"""What a page should hold at most: bytes of its blocks as JSON and 500 for each. Notion names no limit; that is about
10,000 blocks or a hundred requests, half a minute at the smallest allowance. Chosen by us.
"""

_BLOCK = 500
_SCALE = Scale(block=_BLOCK + 120, row=_BLOCK + 60, cell=60)


def _shown(meta: Metadata) -> list[object]:
    """The metadata that a database row shows; a change of any of them is a change of the page."""
    return [
        meta.summary,
        [person.name for person in meta.authors],
        list(meta.tags),
        meta.status,
        meta.updated,
        meta.data_as_of,
        meta.path,
        meta.provenance.path,
        meta.provenance.permalink,
        meta.team,
        meta.kind,
        meta.created,
        meta.provenance.executed,
        meta.provenance.commit,
        [person.email for person in meta.authors],
        *filter(None, [meta.wiki.get("notion", {}).get("icon")]),
    ]


def _cover(document: Document, context: Context) -> AssetKey | None:
    """The picture at the page's top, sent with the page's other files. One that the author chose: Notion shows a strip of
    it, and its galleries show a page's first picture by themselves.
    """
    asset = document.assets.get(document.cover) if document.cover and document.cover_chosen else None
    if asset is None or media_kind(asset) != "image":
        return None
    context.used.setdefault(asset.key, asset)
    return asset.key


def _digest(title: str, blocks: bytes, meta: Metadata, assets: list[str], cover: str | None) -> str:
    """SHA-256 over all that is sent, as one list in JSON; ``blocks`` are JSON already, which may be megabytes."""
    digest = hashlib.sha256(b"[" + _ENCODER.encode(title) + b",")
    digest.update(blocks)
    digest.update(b"," + _ENCODER.encode([_shown(meta), assets, cover])[1:])
    return digest.hexdigest()


def write_notion(document: Document, options: WriteOptions) -> tuple[Rendered, list[Note]]:  # noqa: ARG001
    """The document as Notion block objects of any depth, each within Notion's limits on one object, and the losses.

    What is too long for a page is shortened by the rule of :mod:`converters.writers.fit`.

    Links to reports and headings stay symbolic (``nbwiki:…``), uploads are ``nbwiki-asset:<key>``.
    """
    (rendered, found, _), notes = fitted(document, _written, _weight, MAX_WEIGHT, _SCALE, hard=False)
    return rendered, [*notes, *found]


def _weight(made: tuple[Rendered, list[Note], int]) -> int:
    """Bytes of all blocks as JSON, and ``_BLOCK`` for each."""
    size = made[2]
    if size * (1 + _BLOCK // 30) < MAX_WEIGHT:  # a block takes at least 30 bytes: no need to count
        return size
    stack = list(made[0].blocks)
    count = 0
    while stack:
        shape = stack.pop()
        count += 1
        inner: Any = shape.get(str(shape["type"]), {})
        stack.extend(inner.get("children", ()))
    return size + count * _BLOCK


def _written(document: Document) -> tuple[Rendered, list[Note], int]:
    """The page, the notes on it, and the bytes of its blocks as JSON."""
    context = Context(document.assets, document.where)
    blocks = shapes_of(document.blocks, context, top=True)
    blocks += left_over_files(context)
    context.anchored(blocks[-1]) if blocks else None
    if blocks and context.pending:
        context.anchored(blocks[-1])
    title = clean(document.title)
    cover = _cover(document, context)
    paths = context.paths(blocks)
    encoded = _ENCODER.encode(blocks)
    rendered = Rendered(
        target="notion",
        title=title,
        meta=document.meta,
        digest=_digest(title, encoded, document.meta, list(context.used), cover or document.cover_url),
        blocks=tuple(blocks),
        assets=tuple(context.used.values()),
        links=tuple(context.reports),
        cover=cover,
        cover_url=document.cover_url,
        anchors={name: "/".join(map(str, path)) for name, path in paths.items()},
        places={name: path for name, path in paths.items() if name in context.here},
        headings=tuple(context.headings),
    )
    return rendered, context.notes, len(encoded)
