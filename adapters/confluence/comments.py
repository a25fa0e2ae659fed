"""What people left on a page while nbwiki was not looking: comments on its text, and their own part of it.

Both survive an update: markers are carried to the same words, the region below "Notes from readers" is kept as it is.
Open comments whose words are gone are listed at the end of the page, so that nobody's question vanishes.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from adapters.base import Comment
from adapters.confluence import bodies
from adapters.confluence.changes import summary
from adapters.confluence.flat import Flat
from adapters.confluence.markers import carry
from converters.notes import Note, degraded

if TYPE_CHECKING:
    from adapters.confluence.cloud_client import CloudClient
    from adapters.confluence.datacenter_client import DataCenterClient

EARLIER = "Earlier comments"
_ANCHOR = "nbwiki-earlier-comments"
_OPEN = frozenset({"open", "reopened", "dangling"})
_MOST_WORDS = 300
"""Characters of a comment and of its words that the list quotes; the comment itself is a click away."""


class Kept(msgspec.Struct, frozen=True):
    """A body ready to be sent, and notes for the author."""

    body: str
    notes: tuple[Note, ...] = ()
    changed: str = ""
    """What is other than before, in one line."""


def with_readers(
    client: CloudClient | DataCenterClient, page: str, old: str, new: str, *, listing: bool, hub: bool = False
) -> Kept:
    """The new body with everything of people's that the old one holds. ``listing``: show comments whose words are gone;
    ``hub``: people may have written before our part as well.

    Asks the wiki for comments only where some are lost, now or before.
    """
    before, ours, region = bodies.around(old) if hub else ("", *bodies.split(old))
    notes: list[Note] = []
    if not hub and bodies.split(new)[1]:
        region = ""  # the report has a part of that name itself: there is no telling whose is whose
    try:
        carried = carry(ours, new)
    except ValueError as error:  # what the server holds is no XML: never seen, but no reason not to publish
        text = f"inline comments could not be looked for, the page is no well-formed storage format: {error}"
        return Kept(before + new + region, (degraded("comments.unread", text[:300]),))
    body = carried.body
    if carried.lost or _ANCHOR in ours:
        left = [
            comment
            for comment in client.comments(page)
            if comment.kind == "inline" and comment.status in _OPEN and f'ac:ref="{comment.ref}"' not in body
        ]
        known = {lost.ref: lost for lost in carried.lost}
        for comment in left:
            if comment.ref in known:
                words = known[comment.ref].words[:80]
                notes.append(degraded("comments.moved", f"a comment's words are gone from the page: “{words}”"))
        if left and listing:
            body += _list(left)
    return Kept(before + body + region, tuple(notes), summary(ours, new))


def _list(comments: Sequence[Comment]) -> str:
    """Comments behind one line, with the words that they were about."""
    items = "".join(f"<li><p>{_quote(comment)}</p></li>" for comment in comments)
    return (
        f'<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">{EARLIER}</ac:parameter>'
        '<ac:rich-text-body><p><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">'
        f"{_ANCHOR}</ac:parameter></ac:structured-macro>These comments are about words that this page no longer has.</p>"
        f"<ul>{items}</ul></ac:rich-text-body></ac:structured-macro>"
    )


def _quote(comment: Comment) -> str:
    words, text = _short(comment.words), _short(comment.text)
    who = f"{_escaped(comment.author)}, {_escaped(comment.created[:10])}: " if comment.author else ""
    link = f' <a href="{html.escape(comment.url)}">Open</a>' if comment.url else ""
    return f"<em>“{_escaped(words)}”</em><br />{who}{_escaped(text)}{link}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST_WORDS else f"{text[: _MOST_WORDS - 1]}…"


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def placed(found: Sequence[Comment], body: Callable[[], str]) -> list[Comment]:
    """Comments with the heading that their words stand under; ``body`` is asked for where there is an inline one."""
    if not any(comment.kind == "inline" for comment in found):
        return list(found)
    try:
        flat = Flat(bodies.parse(body()))
    except ValueError:
        return list(found)
    return [
        msgspec.structs.replace(comment, near=flat.heading(flat.marked[comment.ref][0].start))
        if comment.ref in flat.marked
        else comment
        for comment in found
    ]
