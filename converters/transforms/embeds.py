"""Pages of others shown in place: only from hosts that the configuration names, since a document is untrusted."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from converters.model import Block, Document, Embed
from converters.notes import degraded
from converters.transforms.context import Context
from converters.walk import map_blocks


def embeds(document: Document, context: Context) -> Document:
    """Frames and players from other hosts become links with a card; a frame could pose as the wiki's own login."""
    if not context.has(document.blocks, Embed):
        return document

    def checked(block: Block) -> Block:
        if not isinstance(block, Embed) or block.kind == "bookmark":
            return block
        host = urlsplit(block.url).hostname or ""
        if any(host == known or host.endswith(f".{known}") for known in context.options.embed_hosts):
            return block
        text = f"{block.kind} from {host} is linked, not shown in place; add the host to convert.embed_hosts to show it"
        context.notes.append(degraded("embed.host", text, block.where))
        return msgspec.structs.replace(block, kind="bookmark")

    return msgspec.structs.replace(document, blocks=map_blocks(document.blocks, checked))
