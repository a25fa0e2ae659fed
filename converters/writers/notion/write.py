"""Document → Notion blocks with everything an adapter needs to publish them."""

from __future__ import annotations

import hashlib

import msgspec

from converters.metadata import Metadata
from converters.model import AssetKey, Document, Rendered
from converters.notes import Note
from converters.options import WriteOptions
from converters.writers.notion.blocks import left_over_files, shapes_of
from converters.writers.notion.context import Context, Shape
from converters.writers.notion.limits import clean
from converters.writers.notion.media import media_kind

_ENCODER = msgspec.json.Encoder(order="sorted")


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
    ]


def _cover(document: Document, context: Context) -> AssetKey | None:
    """The picture for galleries, if the author named one: Notion crops covers, which spoils a figure."""
    pictures = [(key, asset) for key, asset in context.used.items() if media_kind(asset) == "image"]
    wanted = document.meta.thumbnail.rpartition("/")[2]
    return next((key for key, asset in pictures if wanted and asset.name == wanted), None)


def _digest(title: str, blocks: list[Shape], meta: Metadata, assets: list[str], cover: str | None) -> str:
    return hashlib.sha256(_ENCODER.encode([title, blocks, _shown(meta), assets, cover])).hexdigest()


def write_notion(document: Document, options: WriteOptions) -> tuple[Rendered, list[Note]]:  # noqa: ARG001
    """The document as Notion block objects of any depth, each within Notion's limits on one object, and the losses.

    Links to reports and headings stay symbolic (``nbwiki:…``), uploads are ``nbwiki-asset:<key>``.
    """
    context = Context(document.assets)
    blocks = shapes_of(document.blocks, context, top=True)
    blocks += left_over_files(context)
    title = clean(document.title)
    cover = _cover(document, context)
    rendered = Rendered(
        target="notion",
        title=title,
        meta=document.meta,
        digest=_digest(title, blocks, document.meta, list(context.used), cover),
        blocks=tuple(blocks),
        assets=tuple(context.used.values()),
        links=tuple(context.reports),
        cover=cover,
    )
    return rendered, context.notes
