"""Converted sources as what a plan compares."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from posixpath import join, normpath, splitext

from bridge.discover import Found
from bridge.hub.dates import due
from bridge.pipeline import Conversion
from bridge.sync.actions import Local
from bridge.sync.folders import pretty
from bridge.sync.placing import wish_of
from bridge.sync.posts import is_post
from converters.notes import metadata

_OURS = ("nbwiki:", "folder:")
"""How keys of pages begin that are no reports: a document can't pass for one of those."""


def local_of(found: Found, done: Conversion, taken: Collection[str] = (), wiki: str = "confluence") -> Local:
    """The report as it is to be published, or with the error that stops it. ``taken`` are the keys of all reports: an
    alias that is one of them is somebody else's. ``wiki`` is the kind whose page ids count.
    """
    if done.rendered is None:
        title = pretty(found.path.rpartition("/")[2].partition(".")[0])
        return Local(
            key=found.key,
            path=found.path,
            source=found.key,
            title=title,
            error=done.error,
            former=found.former,
            kin=found.kin,
        )
    meta = done.meta
    own, notes = meta.id, done.notes
    if own.startswith(_OURS):
        own = ""
        notes = (*notes, metadata("metadata.id", f"id {meta.id!r:.60} was ignored: no id starts like that"))
    return Local(
        key=own or found.key,
        path=found.path,
        source=found.key,
        title=done.rendered.title,
        digest=done.rendered.digest,
        wish=wish_of(meta),
        former=(*((found.key,) if own else ()), *found.former, *_aliases(found, meta.aliases, taken)),
        kin=found.kin,
        links=done.rendered.links,
        anchors=done.rendered.anchors,
        headings=done.rendered.headings,
        owner=meta.owner.name if meta.owner else meta.authors[0].name if meta.authors else "",
        review_by=due(meta.review_by, meta.data_as_of, meta.refresh_every),
        topics=meta.tags,
        readers=None if meta.readers is None else tuple(sorted(meta.readers)),
        named=meta.wiki.get(wiki, {}).get("id", ""),
        order=meta.order,
        post=is_post(meta),
        notes=notes,
    )


def _aliases(found: Found, aliases: Sequence[str], taken: Collection[str]) -> tuple[str, ...]:
    """Keys under which earlier paths stood that the document names: as they are, with its suffix, in its folder."""
    base = found.key.removesuffix(found.path)
    suffix = splitext(found.path)[1]
    keys: list[str] = []
    for alias in aliases:
        path = normpath(alias.strip().strip("/").removesuffix(".html"))
        if path.startswith("..") or path == ".":
            continue
        paths = dict.fromkeys((path, path + suffix, join(found.folder, path), join(found.folder, path + suffix)))
        keys += [base + one for one in paths if base + one not in taken and base + one != found.key]
    return tuple(dict.fromkeys(keys))
