"""Everything that Notion keeps, as nodes in one table: pages, blocks, databases, data sources, rows, comments, uploads.

A page below a page and a database below a page stand among the blocks of their parent; they are shown as
``child_page`` and ``child_database`` blocks with the id of the page or database.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from adapters.sandbox.state import State

BOT = "0b07a9c1-5a2d-4c6e-8f10-2d6a1f3b9c01"
AUTHOR = "0b07a9c1-5a2d-4c6e-8f10-2d6a1f3b9c02"
READER = "0b07a9c1-5a2d-4c6e-8f10-2d6a1f3b9c03"
WORKSPACE = "0b07a9c1-5a2d-4c6e-8f10-2d6a1f3b9c04"
HUB = "da7a0000-0000-4000-8000-00000000d47a"
PRIVATE = "da7a0000-0000-4000-8000-0000000000ff"
IN_FLOW = ("block", "page", "database")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS notion_node (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, parent TEXT NOT NULL, rank INTEGER NOT NULL, type TEXT NOT NULL,
  created REAL NOT NULL, edited REAL NOT NULL, created_by TEXT NOT NULL, edited_by TEXT NOT NULL,
  trashed INTEGER NOT NULL, value TEXT NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing. ``value`` is its stored form: a block's content, a page's properties, an upload's facts."""

    id: str
    kind: str
    parent: str
    type: str
    value: dict[str, Any] = field(default_factory=dict)
    rank: int = 0
    created: float = 0.0
    edited: float = 0.0
    created_by: str = BOT
    edited_by: str = BOT
    trashed: bool = False


def new_id() -> str:
    """A fresh id of the form that Notion mints."""
    return str(uuid.uuid4())


def dashed(value: str) -> str:
    """The id with dashes, lower case."""
    return str(uuid.UUID(value))


def minute(seconds: float) -> str:
    """A time rounded down to the minute, as pages, blocks and comments show it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def millis(seconds: float) -> str:
    """A time with milliseconds, as databases, data sources and uploads show it."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+00:00"


def install(state: State) -> None:
    """Create the table if it is not there."""
    with state.transaction() as db:
        db.execute(_SCHEMA)
        db.execute("CREATE INDEX IF NOT EXISTS notion_by_parent ON notion_node (parent, kind, rank)")
        db.execute("CREATE INDEX IF NOT EXISTS notion_by_kind ON notion_node (kind, created)")


class Store:
    """Reads and writes nodes. Use it inside ``state.transaction()``."""

    def __init__(self, state: State) -> None:
        self.state = state

    def find(self, node_id: str) -> Node | None:
        """The node with this id, or None."""
        row = self.state.db.execute("SELECT * FROM notion_node WHERE id = ?", (node_id,)).fetchone()
        return _node(row) if row else None

    def children(self, parent: str, kinds: tuple[str, ...] = IN_FLOW, *, trashed: bool = False) -> list[Node]:
        """Nodes directly below ``parent`` in document order: the live ones, or those in the trash."""
        marks = ",".join("?" * len(kinds))
        rows = self.state.db.execute(
            f"SELECT * FROM notion_node WHERE parent = ? AND kind IN ({marks}) AND trashed = ? ORDER BY rank, rowid",  # noqa: S608
            (parent, *kinds, int(trashed)),
        )
        return [_node(row) for row in rows]

    def has_children(self, parent: str) -> bool:
        """Whether anything live stands directly below."""
        row = self.state.db.execute(
            "SELECT 1 FROM notion_node WHERE parent = ? AND kind IN ('block', 'page', 'database') AND trashed = 0 LIMIT 1",
            (parent,),
        ).fetchone()
        return row is not None

    def of_kind(self, kind: str) -> list[Node]:
        """All nodes of a kind, oldest first."""
        rows = self.state.db.execute("SELECT * FROM notion_node WHERE kind = ? ORDER BY created, rowid", (kind,))
        return [_node(row) for row in rows]

    def count(self, kind: str) -> int:
        """How many nodes of a kind were ever made (nothing is ever taken out of the table)."""
        return int(self.state.db.execute("SELECT COUNT(*) FROM notion_node WHERE kind = ?", (kind,)).fetchone()[0])

    def add(self, node: Node, rank: int | None = None) -> Node:
        """The node as stored. ``rank`` None puts it last among its siblings."""
        now = self.state.now()
        if rank is None:
            rank = self.next_rank(node.parent)
        node = replace(node, rank=rank, created=node.created or now, edited=node.edited or now)
        self.state.db.execute(
            "INSERT INTO notion_node VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                node.id,
                node.kind,
                node.parent,
                node.rank,
                node.type,
                node.created,
                node.edited,
                node.created_by,
                node.edited_by,
                int(node.trashed),
                json.dumps(node.value, ensure_ascii=False),
            ),
        )
        return node

    def next_rank(self, parent: str) -> int:
        """The rank after the last child, trashed ones counted."""
        row = self.state.db.execute("SELECT MAX(rank) FROM notion_node WHERE parent = ?", (parent,)).fetchone()
        return 0 if row[0] is None else int(row[0]) + 1

    def open_gap(self, parent: str, rank: int, size: int) -> None:
        """Shift children from ``rank`` on by ``size``, so that new ones fit in."""
        self.state.db.execute(
            "UPDATE notion_node SET rank = rank + ? WHERE parent = ? AND rank >= ?", (size, parent, rank)
        )

    def order(self, parent: str, ids: list[str]) -> None:
        """Put children into this order, before all others; nobody has edited them by that."""
        for rank, node_id in enumerate(ids):
            self.state.db.execute(
                "UPDATE notion_node SET rank = ? WHERE id = ? AND parent = ? AND rank <> ?",
                (rank, node_id, parent, rank),
            )

    def save(self, node: Node, by: str) -> Node:
        """The node as stored, with the time and editor of this change, which its page takes over."""
        now = self.state.now()
        node = replace(node, edited=now, edited_by=by)
        self.state.db.execute(
            "UPDATE notion_node SET parent=?, rank=?, type=?, edited=?, edited_by=?, trashed=?, value=? WHERE id=?",
            (
                node.parent,
                node.rank,
                node.type,
                now,
                by,
                int(node.trashed),
                json.dumps(node.value, ensure_ascii=False),
                node.id,
            ),
        )
        self.touch_page(node.parent, by)
        return node

    def touch_page(self, node_id: str, by: str) -> None:
        """Mark the nearest page at or above a node as edited now."""
        for node in self.upward(node_id):
            if node.kind == "page":
                self.state.db.execute(
                    "UPDATE notion_node SET edited=?, edited_by=? WHERE id=?", (self.state.now(), by, node.id)
                )
            if node.kind != "block":
                return

    def upward(self, node_id: str) -> Iterator[Node]:
        """The node and everything above it."""
        node = self.find(node_id)
        while node is not None:
            yield node
            node = self.find(node.parent) if node.parent else None

    def in_trash(self, node_id: str) -> bool:
        """Whether the node or anything above it is in the trash."""
        return any(node.trashed for node in self.upward(node_id))


def moved(store: Store, page: Node, parent: Node) -> Node:
    """The page at the end of another parent, not saved yet: with its title, and without all other properties.

    A page below a page has none; what a row gets back when it returns isn't documented, so it gets nothing.
    """
    title = next((v for v in page.value["properties"].values() if v["type"] == "title"), None)
    value = {**page.value, "properties": {"title": title} if title else {}}
    return replace(page, parent=parent.id, rank=store.next_rank(parent.id), value=value)


def _node(row: Any) -> Node:
    return Node(
        id=row["id"],
        kind=row["kind"],
        parent=row["parent"],
        type=row["type"],
        value=json.loads(row["value"]),
        rank=row["rank"],
        created=row["created"],
        edited=row["edited"],
        created_by=row["created_by"],
        edited_by=row["edited_by"],
        trashed=bool(row["trashed"]),
    )
