"""Who may see and change a page: restrictions, enforced on every way to it (reference section 3, "Restrictions").

A read restriction holds for everything below the page, too; an update restriction for the page alone. Nobody is above
them: who leaves himself out locks himself out. Everybody is in the group ``confluence-users``, nobody in others.
"""

from __future__ import annotations

import sqlite3

from adapters.sandbox.confluence.call import Call
from adapters.sandbox.confluence.errors import Refused

EVERYBODY = "confluence-users"


def _closed(call: Call, operation: str) -> set[int]:
    """Ids of contents that are restricted and don't name the caller."""
    named: dict[int, bool] = {}
    for row in call.db.execute("SELECT * FROM cf_restriction WHERE operation = ?", (operation,)):
        mine = row["subject"] == (call.user if row["kind"] == "user" else EVERYBODY)
        named[row["content_id"]] = named.get(row["content_id"], False) or mine
    return {content_id for content_id, allowed in named.items() if not allowed}


def readable(call: Call, rows: list[sqlite3.Row]) -> list[sqlite3.Row]:
    """Those that the caller may see."""
    closed = _closed(call, "read") if call.user else set()
    return [row for row in rows if not _below(call, row, closed)] if closed else rows


def _below(call: Call, row: sqlite3.Row, closed: set[int]) -> bool:
    node: sqlite3.Row | None = row
    while node is not None:
        if node["id"] in closed:
            return True
        node = call.db.execute("SELECT id, parent_id FROM cf_content WHERE id = ?", (node["parent_id"],)).fetchone()
    return False


def check_editable(call: Call, row: sqlite3.Row) -> None:
    """Raises Refused (403) where the page may only be changed by others."""
    if row["id"] in _closed(call, "update"):
        raise Refused(403, f"User does not have permission to edit content with id [{row['id']}]")
