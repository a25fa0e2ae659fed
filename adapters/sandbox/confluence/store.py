"""Pages and folders in the database: finding, making, changing, and the vendor's rules for titles and versions."""

from __future__ import annotations

import sqlite3
from typing import Any

from adapters.sandbox.confluence import access
from adapters.sandbox.confluence.call import MAX_JSON_BYTES, Call
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.confluence.storage_xml import normalise

_LONG_DIGITS = 18  # every number of so many digits is a long
_NAMES = {"page": "page", "blogpost": "blog post", "folder": "folder"}
MAX_TITLE_CHARS = 255  # Source: reference section 3, "Title rules"
TAKEN = "A page with this title already exists: A page already exists with the title {} in the space with key {}"


def number(text: str, what: str = "id") -> int:
    """An id of the wire as a number. Raises Refused."""
    if not (text.isascii() and text.isdigit()) or len(text) > _LONG_DIGITS:
        raise Refused(400, f"Provided value {{{text}}} for '{what}' is not the correct type. Expected type is long")
    return int(text)


def find(call: Call, content_id: int, *types: str) -> sqlite3.Row | None:
    """A page or folder of this flavor, whatever its status; without ``types`` what the address may name."""
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM cf_content WHERE id = ? AND flavor = ?", (content_id, call.flavor)
    ).fetchone()
    return row if row is not None and row["type"] in (types or call.kinds) else None


def page(call: Call, text: str) -> sqlite3.Row:
    """A page or blog post. Raises Refused (404) with the id in the title."""
    row = find(call, number(text))
    if row is None or not access.readable(call, [row]):
        v2 = f"Cannot find a {_NAMES[call.kinds[0]]} with id [{text}]"
        raise Refused(404, v2 if call.api == "v2" else f"No content found with id: ContentId{{id={text}}}")
    fresh_s = float(call.state.switch("fresh_page_404_s", 0))
    if fresh_s and call.request.method == "GET" and call.state.now() - row["created"] < fresh_s:
        raise Refused(404, f"Cannot find a page with id [{text}]")
    return row


def editable(call: Call, text: str) -> sqlite3.Row:
    """A page that the caller may change. Raises Refused (404, or 403 where it is restricted to others)."""
    row = page(call, text)
    access.check_editable(call, row)
    return row


def space(call: Call, column: str, value: str | int) -> sqlite3.Row:
    """A space by ``id`` or ``key`` (case ignored). Raises Refused (404)."""
    condition = "id = ?" if column == "id" else "upper(key) = upper(?)"
    row: sqlite3.Row | None = call.db.execute(
        f"SELECT * FROM cf_space WHERE flavor = ? AND {condition}",  # noqa: S608 - one of two constants
        (call.flavor, value),
    ).fetchone()
    if row is None:
        raise Refused(404, f"Space not found: {value}")
    return row


def checked_title(call: Call, space_row: sqlite3.Row, title: str, except_id: int = 0, kind: str = "page") -> str:
    """The trimmed title. Raises Refused where it is empty, too long, or taken: by a current or archived page, or, for a
    blog post, by another one of the same day.
    """
    title = title.strip()
    if not title:
        raise Refused(400, "A page title must not be empty")
    if len(title) > MAX_TITLE_CHARS:
        raise Refused(400, f"Title cannot be longer than {MAX_TITLE_CHARS} characters")
    if kind == "blogpost" and post_of_today(call, space_row["id"], title, except_id):
        raise Refused(400, f"A blog post with this title already exists in this space on this day: {title}")
    if kind == "page" and title_taken(call, space_row["id"], title, except_id):
        raise Refused(400, TAKEN.format(title, space_row["key"]))
    return title


def post_of_today(call: Call, space_id: int, title: str, except_id: int = 0) -> bool:
    """Whether another blog post of the space has that title and was made on the same day (UTC here)."""
    day = 86_400
    mine = call.db.execute("SELECT created FROM cf_content WHERE id = ?", (except_id,)).fetchone()
    today = int((mine[0] if mine else call.state.now()) // day)
    rows = call.db.execute(
        "SELECT created FROM cf_content WHERE space_id = ? AND title_key = ? AND type = 'blogpost' AND id <> ? "
        "AND status = 'current'",
        (space_id, title.casefold(), except_id),
    )
    return any(int(row["created"] // day) == today for row in rows)


def title_taken(call: Call, space_id: int, title: str, except_id: int = 0) -> bool:
    """Whether another current or archived page of the space has that title, case ignored."""
    return (
        call.db.execute(
            "SELECT 1 FROM cf_content WHERE space_id = ? AND title_key = ? AND type = 'page' AND id <> ? "
            "AND status IN ('current', 'archived')",
            (space_id, title.casefold(), except_id),
        ).fetchone()
        is not None
    )


def checked_parent(call: Call, parent_id: int, space_id: int, child_id: int = 0) -> int:
    """The parent's id. Raises Refused where it is absent, trashed, in another space, or below the child itself."""
    row = find(call, parent_id, "page", "folder")
    if row is None or row["status"] == "trashed":
        raise Refused(404, f"Could not find parent content with id [{parent_id}]")
    if row["space_id"] != space_id:
        raise Refused(400, "The parent is in another space")
    node: sqlite3.Row | None = row
    while child_id and node is not None:
        if node["id"] == child_id:
            raise Refused(400, "Cannot move a page below itself or one of its descendants")
        node = find(call, node["parent_id"], "page", "folder") if node["parent_id"] else None
    return int(row["id"])


def next_position(call: Call, parent_id: int | None) -> float:
    """A position after all siblings."""
    top = call.db.execute("SELECT max(position) FROM cf_content WHERE parent_id IS ?", (parent_id,)).fetchone()[0]
    return float(top if top is not None else -1) + 1


def insert(  # noqa: PLR0913 - a row's columns
    call: Call, space_id: int, parent_id: int | None, title: str, *, body: str = "", status: str = "current",
    kind: str = "page",
) -> int:  # fmt: skip
    """A new page's or folder's id; its first version is kept and, on Cloud, the server's own properties are made."""
    content_id = call.state.next_id("cf_content")
    now = call.state.now()
    call.db.execute(
        "INSERT INTO cf_content VALUES (?,?,?,?,?,?,?,?,1,?,?,?,?,?,?)",
        (content_id, call.flavor, kind, space_id, parent_id, status, title, title.casefold(), body,
         next_position(call, parent_id), call.user, call.user, now, now),
    )  # fmt: skip
    call.db.execute("INSERT INTO cf_version VALUES (?,1,?,?,'',0,?,?)", (content_id, title, body, call.user, now))
    if kind in {"page", "blogpost"} and call.flavor == "cloud":
        for key, value in (("editor", '"v2"'), ("page-title-property-published", '{"title": ""}')):
            call.db.execute(
                "INSERT INTO cf_property VALUES (?,'page',?,?,?,1,'',0,?,?)",
                (call.state.next_id("cf_content"), content_id, key, value, call.user, now),
            )
    return content_id


def new_version(call: Call, row: sqlite3.Row, *, title: str, body: str, message: str = "", minor: bool = False) -> None:
    """The page with its next version."""
    now, following = call.state.now(), row["version"] + 1
    call.db.execute(
        "UPDATE cf_content SET title = ?, title_key = ?, body = ?, version = ?, modified = ? WHERE id = ?",
        (title, title.casefold(), body, following, now, row["id"]),
    )
    call.db.execute(
        "INSERT INTO cf_version VALUES (?,?,?,?,?,?,?,?)",
        (row["id"], following, title, body, message, int(minor), call.user, now),
    )
    keep_comments(call, row["id"], body)


def keep_comments(call: Call, page_id: int, body: str) -> None:
    """Inline comments whose marker is gone from the body dangle; those whose marker is back are attached again."""
    for comment in call.db.execute(
        "SELECT id, marker_ref, resolution FROM cf_comment WHERE page_id = ? AND kind = 'inline'", (page_id,)
    ).fetchall():
        there = f'ac:ref="{comment["marker_ref"]}"' in body
        if there and comment["resolution"] == "dangling":
            call.db.execute("UPDATE cf_comment SET resolution = 'reopened' WHERE id = ?", (comment["id"],))
        elif not there and comment["resolution"] in {"open", "reopened"}:
            call.db.execute("UPDATE cf_comment SET resolution = 'dangling' WHERE id = ?", (comment["id"],))


def check_version(row: sqlite3.Row, given: Any) -> None:
    """Raises Refused (409) unless the number is the current one + 1."""
    if isinstance(given, bool) or not isinstance(given, int):
        raise Refused(400, "'version.number' is required")
    if given != row["version"] + 1:
        raise Refused(
            409,
            "Version must be incremented when updating a page. "
            f"Current Version: [{row['version']}]. Provided version: [{given}]",
        )


def checked_body(value: Any, representation: Any) -> str:
    """The normalised body. Raises Refused for other representations, 5 MB, or malformed XML."""
    if representation != "storage":
        raise Refused(400, f"Representation {representation!r} is not supported; valid here: storage")
    if not isinstance(value, str):
        raise Refused(400, "body.value must be a string")
    if len(value.encode()) > MAX_JSON_BYTES:
        raise Refused(413, f"Requests for this resource can be at most {MAX_JSON_BYTES} bytes")
    return normalise(value)


def trash(call: Call, row: sqlite3.Row) -> None:
    """The page to the trash; its children move up to its parent."""
    call.db.execute("UPDATE cf_content SET parent_id = ? WHERE parent_id = ?", (row["parent_id"], row["id"]))
    call.db.execute(
        "UPDATE cf_content SET status = 'trashed', parent_id = NULL, modified = ? WHERE id = ?",
        (call.state.now(), row["id"]),
    )


def purge(call: Call, row: sqlite3.Row) -> None:
    """The page and all that hangs on it, gone."""
    for statement in (
        "DELETE FROM cf_version WHERE content_id = ?",
        "DELETE FROM cf_content_label WHERE content_id = ?",
        "DELETE FROM cf_restriction WHERE content_id = ?",
        "DELETE FROM cf_state WHERE content_id = ?",
        "DELETE FROM cf_view WHERE content_id = ?",
        "DELETE FROM cf_property WHERE holder = 'page' AND holder_id = ?",
        "DELETE FROM cf_attachment WHERE page_id = ?",
        "DELETE FROM cf_comment WHERE page_id = ?",
        "DELETE FROM cf_content WHERE id = ?",
    ):
        call.db.execute(statement, (row["id"],))


def children(call: Call, content_id: int, *types: str) -> list[sqlite3.Row]:
    """Current children in their order, without those that the caller may not see."""
    rows = call.db.execute(
        "SELECT * FROM cf_content WHERE parent_id = ? AND status = 'current' ORDER BY position, id", (content_id,)
    ).fetchall()
    return access.readable(call, [row for row in rows if not types or row["type"] in types])


def descendants(call: Call, content_id: int, depth: int = 10_000) -> list[tuple[sqlite3.Row, int]]:
    """Everything current below, parents first, with its depth from 1."""
    found: list[tuple[sqlite3.Row, int]] = []
    level, ids = 1, [content_id]
    while ids and level <= depth:
        below = [row for parent in ids for row in children(call, parent)]
        found += [(row, level) for row in below]
        ids, level = [row["id"] for row in below], level + 1
    return found


def ancestors(call: Call, row: sqlite3.Row) -> list[sqlite3.Row]:
    """From the root down to the parent."""
    chain: list[sqlite3.Row] = []
    while row["parent_id"]:
        above = find(call, row["parent_id"], "page", "folder")
        if above is None:
            break
        chain.append(above)
        row = above
    return chain[::-1]
