"""Which reports are blog posts (``type: blogpost``) instead of pages of the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from adapters.base import Capabilities, Tracked
from bridge.sync.actions import Local
from converters.metadata import Metadata
from converters.notes import metadata

_WORDS = frozenset({"blogpost", "blog-post", "blog post", "blog"})


def is_post(meta: Metadata) -> bool:
    """Whether a document asks to be a blog post: ``type: blogpost``, or mark's ``<!-- Type: blogpost -->``."""
    told = meta.wiki.get("confluence", {}).get("type", "")
    return bool({meta.kind.strip().lower(), told.strip().lower()} & _WORDS)


def settled(locals_: Sequence[Local], was: Mapping[str, Tracked], caps: Capabilities) -> list[Local]:
    """The locals, blog posts without a parent; with a note where a wish can't be had.

    What is published stays what it is (Confluence turns no page into a post, nor back), a page with others below it can
    be no post, and a wiki without posts makes pages.
    """
    above = {one.parent for one in locals_}
    return [_settled(one, was.get(one.key), caps, has_pages=one.key in above) for one in locals_]


def _settled(one: Local, was: Tracked | None, caps: Capabilities, *, has_pages: bool) -> Local:
    published = was.record.post if was is not None and was.page is not None else None
    if not one.post and not published:
        return one
    post, text = one.post, ""
    if not caps.posts:
        post, text = False, "type blogpost has no effect: this wiki has no blog posts"
    elif published is not None and published != one.post:
        post = published
        here, wish = ("blog post", "page") if published else ("page", "blog post")
        text = f"published as a {here}, which can't become a {wish}: `nbwiki remove` it first, then sync"
    elif has_pages:
        post, text = False, "pages stand below this one, so that it is no blog post"
    notes = (*one.notes, metadata("metadata.type", text)) if text else one.notes
    return msgspec.structs.replace(one, post=post, parent="" if post else one.parent, notes=notes)
