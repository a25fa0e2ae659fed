"""A report's page with what the hub adds to it: parts in front of the body and behind it, rendered apart."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from converters.metadata import Metadata
from converters.model import Rendered

_LAYOUT, _END = "<ac:layout>", "</ac:layout>"
_SECTION = '<ac:layout-section ac:type="single"><ac:layout-cell>{}</ac:layout-cell></ac:layout-section>'


def joined_digest(main: str, parts: tuple[Rendered | None, ...], meta: Metadata | None = None) -> str:
    """The digest of a page with parts around it; that of the page itself where there are none."""
    shown = f"{meta.status}|{'|'.join(meta.tags)}" if meta else ""
    there = [part.digest if part else "" for part in parts] + [shown]
    return hashlib.sha256("|".join((main, *there)).encode()).hexdigest() if any(there) else main


def joined(front: Rendered | None, main: Rendered, back: Rendered | None, meta: Metadata | None = None) -> Rendered:
    """The page with its parts. ``meta`` is what the wiki's properties are to say, where that differs."""
    body = main.body
    if main.target == "confluence":
        before, after = front.body if front else "", back.body if back else ""
        if body.startswith(_LAYOUT) and body.endswith(_END):  # all of a page with a layout stands in sections
            before, after = (_SECTION.format(part) if part else "" for part in (before, after))
            body = f"{_LAYOUT}{before}{body.removeprefix(_LAYOUT).removesuffix(_END)}{after}{_END}"
        else:
            body = f"{before}{body}{after}"
    above = len(front.blocks) if front else 0
    parts = [part for part in (front, main, back) if part]
    return msgspec.structs.replace(
        main,
        body=body,
        blocks=tuple(block for part in parts for block in part.blocks),
        anchors=lowered(main.anchors, above),
        places={anchor: (path[0] + above, *path[1:]) for anchor, path in main.places.items()},
        links=tuple(dict.fromkeys(link for part in parts for link in part.links)),
        digest=joined_digest(main.digest, (front, back), meta),
        meta=meta or main.meta,
    )


def lowered(anchors: Mapping[str, str], above: int) -> Mapping[str, str]:
    """Anchors of a page of Notion (paths into its blocks) once so many blocks stand above it."""

    def below(path: str) -> str:
        first, slash, rest = path.partition("/")
        return f"{int(first) + above}{slash}{rest}"

    return {anchor: below(path) for anchor, path in anchors.items()} if above else anchors
