"""The native writer: a document as stable JSON, for goldens, for debugging and for other programs."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from converters.model import Asset, Document, Rendered
from converters.notes import Note
from converters.options import WriteOptions


def write_native(document: Document, options: WriteOptions) -> tuple[Rendered, list[Note]]:  # noqa: ARG001
    """The model as JSON: keys and sets in one order, assets listed without their bytes; nothing is lost."""
    body = native_json(document)
    rendered = Rendered(
        target="model",
        title=document.title,
        meta=document.meta,
        digest=hashlib.sha256(body.encode()).hexdigest(),
        body=body,
        assets=tuple(asset for _, asset in sorted(document.assets.items())),
    )
    return rendered, []


def native_json(document: Document) -> str:
    """The document as indented JSON with ``meta``, ``blocks`` and ``assets`` (key, mime, name, size, pixels)."""
    tree: dict[str, Any] = {
        "meta": document.meta,
        "blocks": document.blocks,
        "assets": [_listed(asset) for _, asset in sorted(document.assets.items())],
    }
    if document.where is not None:
        tree["where"] = document.where
    packed = msgspec.json.encode(tree, order="deterministic")
    return msgspec.json.format(packed, indent=1).decode() + "\n"


def _listed(asset: Asset) -> dict[str, str | int]:
    """An asset's entry in the list."""
    return {
        "key": asset.key,
        "mime": asset.mime,
        "name": asset.name,
        "size": len(asset.data),
        "width": asset.width,
        "height": asset.height,
    }
