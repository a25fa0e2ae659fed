"""Readers' comments: on the page, and on each of its blocks.

Notion lists the comments of one page or block, never those below it, so this takes one request a block (rows of
tables and columns carry none). Resolved discussions are not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from adapters.base import Comment, Page
from adapters.errors import NotFound, WikiError
from adapters.notion import observing
from adapters.notion.client import Json
from adapters.notion.target import Target
from adapters.notion.texts import plain

PARALLEL = 3
"""Requests at once: three a second are allowed on average (reference, section 5)."""
_SILENT = frozenset({"table_row", "column", "column_list", "child_page", "child_database", "unsupported"})
_MOST_WORDS = 200
"""Characters of a block that a comment quotes."""


def comments(target: Target, page: Page) -> list[Comment]:
    """All open comments of a page in the order of its blocks, the page's own first."""
    asked = [(page.id, "", "")]
    heading = ""
    for block in _all(observing.tree(target, page.id)):
        value = block.get(block["type"]) or {}
        words = plain(value.get("rich_text") or value.get("caption") or ())
        if block["type"].startswith("heading"):
            heading = words
        if block["type"] not in _SILENT:
            asked.append((block["id"], words[:_MOST_WORDS], heading))
    names: dict[str, str] = {}
    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = pool.map(lambda one: _of(target, one[0]), asked)
        found: list[Comment] = []
        for (block_id, words, near), rows in zip(asked, answers, strict=True):
            found += _discussions(target, page, (block_id, words, near), rows, names)
    return found


def _of(target: Target, block: str) -> list[Json]:
    try:
        return list(target.client.comments(block))
    except NotFound:
        return []  # gone since it was listed


def _discussions(
    target: Target, page: Page, place: tuple[str, str, str], rows: list[Json], names: dict[str, str]
) -> Iterator[Comment]:
    """The first comment of each discussion, with the number of answers to it."""
    block, words, near = place
    seen: dict[str, list[Json]] = {}
    for row in rows:
        seen.setdefault(row["discussion_id"], []).append(row)
    for discussion, parts in seen.items():
        first = parts[0]
        yield Comment(
            id=first["id"],
            kind="inline" if block != page.id else "page",
            text=plain(first["rich_text"]),
            author=_author(target, first, names),
            created=first["created_time"],
            words=words,
            near=near,
            ref=block if block != page.id else discussion,
            url=f"{page.url}#{block.replace('-', '')}" if block != page.id else page.url,
            replies=len(parts) - 1,
        )


def _author(target: Target, row: Json, names: dict[str, str]) -> str:
    shown = str((row.get("display_name") or {}).get("resolved_name") or "")
    user = str((row.get("created_by") or {}).get("id") or "")
    if shown or not user:
        return shown
    if user not in names:
        try:
            names[user] = str(target.client.user(user).get("name") or user)
        except WikiError:  # connections may lack the right to see users
            names[user] = user
    return names[user]


def _all(blocks: list[Json]) -> Iterator[Json]:
    for block in blocks:
        yield block
        yield from _all(block.get("children", []))


__all__ = ["comments"]
